"""Curves: known values, derivatives against differences, categories that add up."""

from __future__ import annotations

import numpy as np
import pytest

from sanggar.measurement import irt

pytestmark = pytest.mark.once

GRID = np.linspace(-4.0, 4.0, 41)
BANKS = [
    irt.Bank.of([0.8, 1.7], [-0.5, 1.2], model="2pl"),
    irt.Bank.of([0.8, 1.7], [-0.5, 1.2], [0.2, 0.1], model="3pl"),
    irt.Bank.of([1.1, 2.3, 0.7], [[-2.0, 0.1, 1.4], [0.3], [-1.0, 0.5]], model="grm"),
    irt.Bank.of([1.1, 2.3, 0.7], [[-2.0, 1.4, 0.1], [0.3], [-1.0, 0.5]], model="gpcm"),
]


def test_probability_and_information_at_the_difficulty():
    assert irt.probability(0.7, 1.3, 0.7) == pytest.approx(0.5)
    assert irt.probability(0.7, 1.3, 0.7, 0.2) == pytest.approx(0.6)  # .2 + .8 / 2
    assert irt.information(0.7, 1.3, 0.7) == pytest.approx(1.3**2 / 4)
    # Lord 4-43 by hand: 1.69 * .4/.6 * ((.6 - .2)/.8)²
    assert irt.information(0.7, 1.3, 0.7, 0.2) == pytest.approx(1.69 * 0.4 / 0.6 * 0.25)


def test_arrays_broadcast():
    grid = irt.information(GRID[:, None], np.array([1.0, 2.0]), np.array([0.0, 1.0]))
    assert grid.shape == (41, 2)
    assert np.isfinite(irt.probability(np.array([-800.0, 800.0]), 3.0, 0.0)).all()


@pytest.mark.parametrize("bank", BANKS, ids=lambda bank: bank.model)
def test_categories_add_up_and_derivatives_match_differences(bank):
    p, d1, d2 = irt.categories(bank, GRID)
    assert np.allclose(p.sum(axis=-1), 1.0)
    h = 1e-5
    up, down = irt.categories(bank, GRID + h), irt.categories(bank, GRID - h)
    assert np.allclose(d1, (up[0] - down[0]) / (2 * h), atol=1e-8)
    assert np.allclose(d2, (up[1] - down[1]) / (2 * h), atol=1e-8)
    absent = np.arange(p.shape[-1]) >= bank.categories[:, None]
    assert (p[:, absent] == 0).all()


@pytest.mark.parametrize("bank", BANKS[:2], ids=lambda bank: bank.model)
def test_both_ways_to_information_agree(bank):
    plain = irt.information(GRID[:, None], bank.a, bank.b[:, 0], bank.c)
    assert np.allclose(irt.item_information(bank, GRID), plain, atol=1e-10)


def test_two_categories_are_the_2pl_under_every_model():
    same = [irt.Bank.of([1.4], [[0.3]], model=m) for m in ("2pl", "grm", "gpcm")]
    first, *others = (irt.categories(bank, GRID)[0] for bank in same)
    assert all(np.allclose(first, other) for other in others)


def test_partial_credit_curves_cross_at_the_steps():
    bank = irt.Bank.of([1.2], [[-0.8, 0.9]], model="gpcm")
    p = irt.categories(bank, [-0.8, 0.9])[0]
    assert p[0, 0, 0] == pytest.approx(p[0, 0, 1])
    assert p[1, 0, 1] == pytest.approx(p[1, 0, 2])


def test_expected_score_of_a_right_wrong_item_is_its_probability():
    bank = BANKS[1]
    right = irt.probability(GRID[:, None], bank.a, bank.b[:, 0], bank.c)
    assert np.allclose(irt.expected_score(bank, GRID), right)


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (([1.0], [0.0, 1.0]), "1 slopes, 2 difficulties"),
        (([1.0], [[0.0, 1.0]]), "2 difficulties under the model 2pl"),
        (([np.inf], [0.0]), "finite"),
        (([1.0], [0.0], [1.0]), "asymptote"),
    ],
)
def test_impossible_banks_are_refused(arguments, word):
    with pytest.raises(ValueError, match=word):
        irt.Bank.of(*arguments)
    with pytest.raises(ValueError, match="rise"):
        irt.Bank.of([1.0], [[0.5, 0.5]], model="grm")


def test_a_part_of_a_bank_keeps_names_and_numbers():
    part = BANKS[2].take([2, 0])
    assert part.names == ("3", "1")
    assert part.categories.tolist() == [3, 4]
