"""Calibration against published estimates, R's runs, and what was put into simulations."""

from __future__ import annotations

import numpy as np
import pytest
from tests.measurement import reference
from tests.measurement.published import lsat6
from tests.measurement.test_scoring import answers, bank

from sanggar.measurement import irt
from sanggar.measurement.calibration import (
    CannotCalibrate,
    ItemEstimate,
    calibrate,
)
from sanggar.measurement.responses import Responses, read
from sanggar.measurement.screening import item_rest

pytestmark = pytest.mark.once


def first(items: tuple[ItemEstimate, ...]) -> list[float]:
    """Return the difficulties of right/wrong items."""
    return [item.b[0] for item in items]


def test_common_slope_on_lsat6_is_the_published_one():
    # Rizopoulos (2006), JSS 17(5), page 10
    found = calibrate(lsat6(), "1pl")
    assert found.persons == 1000
    assert found.loglik == pytest.approx(-2466.938, abs=1e-3)
    assert {round(item.a, 4) for item in found.items} == {0.7551}
    assert found.items[0].se_a == pytest.approx(0.0694, abs=1e-4)
    assert first(found.items) == pytest.approx(
        [-3.6153, -1.3224, -0.3176, -1.7301, -2.7802], abs=2e-4
    )
    errors = [item.se_b[0] for item in found.items]
    assert errors == pytest.approx([0.3266, 0.1422, 0.0977, 0.1691, 0.2510], abs=2e-4)
    assert found.free == 6


def test_slope_one_on_lsat6_is_the_published_one():
    # Rizopoulos (2006), page 7
    found = calibrate(lsat6(), "rasch")
    assert found.loglik == pytest.approx(-2473.054, abs=1e-3)
    assert first(found.items) == pytest.approx(
        [-2.8720, -1.0630, -0.2576, -1.3881, -2.2188], abs=1e-4
    )
    errors = [item.se_b[0] for item in found.items]
    assert errors == pytest.approx([0.1287, 0.0821, 0.0766, 0.0865, 0.1048], abs=1e-4)
    assert {(item.a, item.se_a) for item in found.items} == {(1.0, None)}


def test_two_parameters_on_lsat6_equal_those_of_r():
    # R mirt 1.47, 61 nodes
    found = calibrate(lsat6(), "2pl")
    assert found.loglik == pytest.approx(-2466.653378, abs=1e-5)
    slopes = [0.825658, 0.722744, 0.890874, 0.688368, 0.656856]
    assert [item.a for item in found.items] == pytest.approx(slopes, abs=1e-4)
    wanted = [-3.358815, -1.370057, -0.279666, -1.866380, -3.125905]
    assert first(found.items) == pytest.approx(wanted, abs=1e-4)
    assert found.converged


@reference.needed
@pytest.mark.parametrize(
    ("run", "table", "model"),
    [
        ("LSAT6_2PL", "lsat6", "2pl"),
        ("LSAT7_2PL", "lsat7", "2pl"),
        ("Science_GRM", "science", "grm"),
    ],
)
def test_reference_runs(run, table, model):
    known = reference.expected()[run]
    found = calibrate(read(reference.FOLDER / f"{table}.csv"), model)
    assert found.persons == known["N"]
    assert found.loglik == pytest.approx(known["logLik"], abs=1e-5)
    for item, wanted in zip(found.items, known["irt"], strict=True):
        assert item.a == pytest.approx(wanted["a"], abs=1e-4)
        b = [value for key, value in wanted.items() if key.startswith("b")]
        assert item.b == pytest.approx(b, abs=1e-4)


def likelihood(found, data: Responses, bank: irt.Bank) -> float:
    """Return the marginal log-likelihood, written down anew."""
    nodes = np.linspace(-6, 6, found.nodes)
    weight = np.exp(-0.5 * nodes**2)
    weight /= weight.sum()
    logs = np.log(irt.categories(bank, nodes)[0])
    total = 0.0
    for row, freq in zip(data.coded().codes, data.freq, strict=True):
        seen = np.flatnonzero(row >= 0)
        total += freq * np.log(weight @ np.exp(logs[:, seen, row[seen]].sum(axis=1)))
    return float(total)


@pytest.mark.parametrize("model", ["rasch", "1pl", "2pl", "grm", "gpcm"])
def test_the_end_is_the_maximum_also_with_missing_answers_and_frequencies(model):
    items = bank(model, 6, seed=11)
    codes = answers(items, np.random.default_rng(8).normal(size=150)).astype(float)
    codes[np.random.default_rng(9).random(codes.shape) < 0.15] = np.nan
    data = Responses.of(codes, freq=np.random.default_rng(10).integers(0, 4, 150))
    found = calibrate(data, model)
    assert found.converged
    assert found.loglik == pytest.approx(likelihood(found, data, found.bank), abs=1e-6)
    best = found.bank
    for j in range(6):
        for shift in (-0.01, 0.01):
            b = best.b.copy()
            b[j, -1] += shift
            moved = irt.Bank(best.model, best.names, best.a, b, best.c)
            assert likelihood(found, data, moved) < found.loglik
            if model in ("2pl", "grm", "gpcm"):
                a = best.a.copy()
                a[j] += shift
                moved = irt.Bank(best.model, best.names, a, best.b, best.c)
                assert likelihood(found, data, moved) < found.loglik


def test_frequencies_equal_repeated_rows():
    data = lsat6()
    rows = Responses.of(np.repeat(data.scores, data.freq, axis=0), data.names)
    short, long = calibrate(data, "2pl"), calibrate(rows, "2pl")
    assert short.loglik == pytest.approx(long.loglik, abs=1e-8)
    assert first(short.items) == pytest.approx(first(long.items), abs=1e-6)


@pytest.mark.parametrize("model", ["2pl", "3pl", "grm", "gpcm"])
def test_what_was_put_in_comes_out_within_its_standard_error(model):
    items = bank(model, 12, seed=21)
    codes = answers(items, np.random.default_rng(22).normal(size=1500))
    found = calibrate(Responses.of(codes.astype(float)), model)
    z = [(item.a - a) / (item.se_a or np.nan) for item, a in zip(found.items, items.a, strict=True)]
    z += [
        (b - true) / (se or np.nan)
        for item, row in zip(found.items, items.b, strict=True)
        for b, se, true in zip(item.b, item.se_b, row, strict=True)
    ]
    assert found.converged
    assert np.isfinite(z).all()
    assert 0.6 < float(np.sqrt(np.mean(np.square(z)))) < 1.4


def test_items_that_say_little_are_named_or_left_out():
    random = np.random.default_rng(2)
    items = bank("2pl", 8, seed=5)
    codes = answers(items, random.normal(size=600)).astype(float)
    table = np.column_stack([codes, random.integers(0, 2, 600), np.ones(600)])
    data = Responses.of(table, [*"ABCDEFGH", "noise", "same"])
    kept = calibrate(data, "2pl")
    assert [(s.name, s.reason, s.left_out) for s in kept.screened] == [
        ("noise", "weak", False), ("same", "constant", True),
    ]  # fmt: skip
    assert [item.name for item in kept.items] == [*"ABCDEFGH", "noise"]
    dropped = calibrate(data, "2pl", drop_weak=True)
    assert [item.name for item in dropped.items] == list("ABCDEFGH")
    assert dropped.loglik > kept.loglik


def test_a_difficulty_beyond_six_is_not_cut():
    nodes, weights = np.polynomial.hermite_e.hermegauss(40)
    weights = weights / weights.sum()
    # the expected frequencies of all patterns of an exact bank, so the maximum is the bank itself
    true = irt.Bank.of([1.0, 1.2, 0.8, 0.5], [0.0, -0.5, 0.7, 8.0])
    patterns = np.array(np.meshgrid(*[[0, 1]] * 4)).reshape(4, -1).T
    p = irt.categories(true, nodes)[0]
    chance = np.array(
        [weights @ np.prod([p[:, j, r[j]] for j in range(4)], axis=0) for r in patterns]
    )
    data = Responses.of(patterns.astype(float), freq=np.round(chance * 1e9).astype(np.int64))
    found = calibrate(data, "2pl")
    assert found.items[3].b[0] == pytest.approx(8.0, abs=0.02)
    assert [item.a for item in found.items[:3]] == pytest.approx([1.0, 1.2, 0.8], abs=0.005)


def test_a_prior_tames_slopes_of_few_answers_and_leaves_many_alone():
    items = bank("2pl", 15, seed=31)
    codes = answers(items, np.random.default_rng(32).normal(size=120)).astype(float)
    plain, tame = (calibrate(Responses.of(codes), "2pl", prior=p) for p in ("none", "auto"))
    assert np.std([i.a for i in tame.items]) < np.std([i.a for i in plain.items])
    assert tame.loglik < plain.loglik
    many = Responses.of(codes, freq=np.full(120, 9))
    same = [calibrate(many, "2pl", prior=p).loglik for p in ("none", "auto")]
    assert same[0] == pytest.approx(same[1], abs=1e-9)
    assert calibrate(many, "2pl", prior="lognormal").loglik < same[0]


def test_lower_asymptotes_follow_their_prior_where_the_data_are_silent():
    low, high = (calibrate(lsat6(), "3pl", guessing=g) for g in (0.1, 0.4))
    assert [item.c for item in low.items] == pytest.approx([0.1] * 5, abs=0.02)
    assert [item.c for item in high.items] == pytest.approx([0.4] * 5, abs=0.08)
    assert low.items[0].se_c is not None


def test_scores_are_categories_and_gaps_are_said():
    data = Responses.of([[0, 2], [1, 2], [3, 5], [3, 2], [0, 5], [1, 5]] * 10, ("A", "B"))
    found = calibrate(data, "gpcm")
    assert [len(item.b) for item in found.items] == [2, 1]
    assert found.gaps == {"A": (2,), "B": (3, 4)}


@pytest.mark.parametrize(
    ("scores", "model", "word"),
    [
        ([[0, 1, 2], [1, 0, 1], [0, 0, 0]], "2pl", "3 has 3 different scores"),
        ([[1, 1], [1, 1]], "2pl", "no item"),
        ([[0, 1], [1, 0]], "4pl", "4pl is no model"),
    ],
)
def test_what_carries_no_model_is_refused(scores, model, word):
    with pytest.raises(CannotCalibrate, match=word):
        calibrate(Responses.of(scores), model)


def test_perfectly_ordered_answers_end_without_an_error():
    # a Guttman scale: slopes want to be infinite
    data = Responses.of(np.tril(np.ones((6, 5)), -1), freq=[20] * 6)
    found = calibrate(data, "2pl")
    assert not found.converged
    assert {item.se_a for item in found.items} == {None}
    assert np.isfinite(found.loglik)
    assert all(np.isfinite(item.a) for item in found.items)
    assert calibrate(data, "2pl", prior="auto").converged


def test_item_rest_correlation_uses_what_was_answered():
    data = Responses.of([[1, 1, np.nan], [0, np.nan, 0], [1, 0, 1], [0, 0, 0]])
    found = item_rest(data)
    x, y = np.array([1, 0, 1, 0.0]), np.array([1, 0, 0.5, 0])
    assert found[0] == pytest.approx(np.corrcoef(x, y)[0, 1])


def test_standard_errors_belong_to_the_maximum():
    found = calibrate(lsat6(), "2pl")
    # second differences of the marginal likelihood, computed apart
    wanted = [0.25811, 0.18668, 0.23276, 0.18514, 0.20991]
    assert [item.se_a for item in found.items] == pytest.approx(wanted, abs=3e-5)


def test_guessing_without_a_prior_is_plain_maximum_likelihood():
    found, two = calibrate(lsat6(), "3pl", guessing=None), calibrate(lsat6(), "2pl")
    assert found.converged
    assert found.loglik == pytest.approx(-2466.6491, abs=1e-3)
    assert found.loglik > two.loglik > calibrate(lsat6(), "3pl").loglik
    assert [item.c for item in found.items] == pytest.approx([0, 0.2139, 0, 0, 0], abs=1e-3)
    assert [item.se_c is None for item in found.items] == [True, False, True, True, True]


@pytest.mark.parametrize(
    ("model", "items"), [("2pl", 2), ("1pl", 1), ("grm", 1), ("gpcm", 2), ("3pl", 2)]
)
def test_more_parameters_than_patterns_are_refused(model, items):
    few = lsat6().take(range(items))
    with pytest.raises(CannotCalibrate, match="add items"):
        calibrate(few, model)
    assert calibrate(few, "rasch").converged
    assert calibrate(lsat6().take(range(3)), "2pl", prior="lognormal").converged
