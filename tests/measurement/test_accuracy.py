"""Right and repeated decisions, against hand-worked numbers and simulated truth."""

from __future__ import annotations

from itertools import product
from math import comb

import numpy as np
import pytest

from sanggar.measurement import accuracy, irt

pytestmark = pytest.mark.once


def test_score_distribution_equals_counting_all_patterns() -> None:
    bank = irt.Bank.of([1.0, 0.7, 1.4], [[-0.5, 0.4], [0.2], [-1.0, 0.0, 1.1]], model="gpcm")
    theta = np.array([-1.0, 0.3])
    p, _, _ = irt.categories(bank, theta)
    expected = np.zeros((2, 7))
    for pattern in product(range(3), range(2), range(4)):
        expected[:, sum(pattern)] += np.prod([p[:, i, k] for i, k in enumerate(pattern)], axis=0)
    assert accuracy.score_distribution(bank, theta) == pytest.approx(expected)


def test_lee_by_hand() -> None:
    # two items, one person with P = .7 and .4; cut 1: P(pass) = 1 - .3 x .6 = .82; true score 1.1
    bank = irt.Bank.of([1, 1], [-np.log(0.7 / 0.3), -np.log(0.4 / 0.6)], model="rasch")
    found = accuracy.lee(bank, 1, theta=[0.0])
    assert found.accuracy == pytest.approx(0.82)
    assert found.consistency == pytest.approx(0.82**2 + 0.18**2)
    assert (found.false_pass, found.false_fail) == pytest.approx((0, 0.18))
    assert found.classes == pytest.approx((0.18, 0.82))
    assert found.kappa == pytest.approx(0)
    # cut 2: true score 1.1 fails, both right happens in .28
    two = accuracy.lee(bank, 2, theta=[0.0])
    assert (two.accuracy, two.false_pass) == pytest.approx((0.72, 0.28))
    three = accuracy.lee(bank, [1, 2], theta=[0.0])
    assert three.classes == pytest.approx((0.18, 0.54, 0.28))
    assert three.accuracy == pytest.approx(0.54)


def test_lee_equals_simulated_truth() -> None:
    rng = np.random.default_rng(1)
    a, b = rng.lognormal(0.1, 0.2, 30), rng.normal(0, 0.8, 30)
    bank = irt.Bank.of(a, b)
    theta = rng.normal(0, 1, 40_000)
    p = irt.probability(theta[:, None], a, b)
    one = (rng.random(p.shape) < p).sum(axis=1) >= 18
    two = (rng.random(p.shape) < p).sum(axis=1) >= 18
    truth = p.sum(axis=1) >= 18
    found = accuracy.lee(bank, 18)
    assert found.accuracy == pytest.approx(np.mean(one == truth), abs=0.006)
    assert found.consistency == pytest.approx(np.mean(one == two), abs=0.006)
    assert found.false_pass == pytest.approx(np.mean(one & ~truth), abs=0.005)
    assert found.false_fail == pytest.approx(np.mean(~one & truth), abs=0.005)
    chance = np.mean(one) ** 2 + np.mean(~one) ** 2
    assert found.kappa == pytest.approx((np.mean(one == two) - chance) / (1 - chance), abs=0.015)


def test_rudner_by_hand() -> None:
    # one standard error above the cut: Phi(1) = .8413; at two cuts the middle holds .6827
    found = accuracy.rudner([1.0], [0.5], 0.5)
    assert found.accuracy == pytest.approx(0.841345, abs=1e-6)
    assert found.consistency == pytest.approx(0.841345**2 + 0.158655**2, abs=1e-6)
    middle = accuracy.rudner([0.0], [1.0], [-1.0, 1.0])
    assert middle.accuracy == pytest.approx(0.682689, abs=1e-6)
    assert accuracy.rudner([3.0, -3.0], [0.1, 0.1], 0.0).kappa == pytest.approx(1)


def test_effective_length_by_hand() -> None:
    # 20 points, mean 12, variance 16, reliability .75: (12 x 8 - 12) / 4
    assert accuracy.effective_length(12, 16, 0.75, 20) == 21
    # binomial test: the reliability is KR-21, the length that of the test
    kr21 = 40 / 39 * (1 - 24 * 16 / (40 * 30))
    assert accuracy.effective_length(24, 30, kr21, 40) == 40


@pytest.mark.parametrize("cut", [20, 26, 32])
def test_livingston_lewis_equals_simulated_truth(cut: int) -> None:
    rng = np.random.default_rng(2)
    true = 0.2 + 0.75 * rng.beta(4, 3, 40_000)
    one, two = rng.binomial(40, true), rng.binomial(40, true)
    found = accuracy.livingston_lewis(
        one, cut, reliability=float(np.corrcoef(one, two)[0, 1]), top=40
    )
    assert found.consistency == pytest.approx(np.mean((one >= cut) == (two >= cut)), abs=0.012)
    assert found.accuracy == pytest.approx(np.mean((one >= cut) == (true >= cut / 40)), abs=0.012)
    assert found.classes[1] == pytest.approx(np.mean(one >= cut), abs=0.015)


def test_livingston_lewis_takes_other_scales_and_odd_shapes() -> None:
    rng = np.random.default_rng(3)
    x = rng.binomial(25, rng.beta(0.6, 0.5, 800))  # U-shaped: four parameters do not fit
    plain = accuracy.livingston_lewis(x, 13, reliability=0.9, top=25)
    moved = accuracy.livingston_lewis(25 + 3 * x, 25 + 39, reliability=0.9, top=100, bottom=25)
    assert moved.consistency == pytest.approx(plain.consistency)
    assert 0.8 < plain.consistency < plain.accuracy < 1
    several = accuracy.livingston_lewis(x, [8, 13, 20], reliability=0.9, top=25)
    assert sum(several.classes) == pytest.approx(1)
    assert several.consistency < plain.consistency


def test_numbers_that_make_no_sense_are_refused() -> None:
    bank = irt.Bank.of([1, 1], [0, 1])
    for call in (
        lambda: accuracy.lee(bank, [2, 1]),
        lambda: accuracy.lee(bank, 1, theta=[0, 1], weight=[1]),
        lambda: accuracy.rudner([0.0], [0.0], 0),
        lambda: accuracy.rudner([0.0, 1.0], [1.0], 0),
        lambda: accuracy.livingston_lewis([1, 2], 1, reliability=1.0, top=3),
        lambda: accuracy.livingston_lewis([1, 9], 1, reliability=0.5, top=3),
        lambda: accuracy.livingston_lewis([2, 2], 1, reliability=0.5, top=3),
    ):
        with pytest.raises(ValueError):
            call()


@pytest.mark.parametrize("shape", [(4, 3, 0.2, 0.95), (3, 6, 0.1, 0.8), (5, 2, 0.05, 1.0)])
def test_a_beta_with_four_parameters_is_found_from_its_moments(shape: tuple[float, ...]) -> None:
    a, b, low, high = shape
    # raw moments of a beta on 0..1: products of (a + r) / (a + b + r)
    unit = [1.0, *np.cumprod([(a + r) / (a + b + r) for r in range(4)])]
    width = high - low
    moments = [
        sum(comb(k, i) * low ** (k - i) * width**i * unit[i] for i in range(k + 1))
        for k in (1, 2, 3, 4)
    ]
    assert accuracy._four_parameter_beta(np.array(moments)) == pytest.approx(shape, abs=1e-6)
