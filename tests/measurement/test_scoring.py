"""Abilities: R's numbers, missing answers, patterns at the ends, time."""

from __future__ import annotations

import time

import numpy as np
import pytest
from tests.measurement import reference

from sanggar.measurement import irt, scoring
from sanggar.measurement.responses import read

pytestmark = pytest.mark.once

#: LSAT6 under the 2PL, R mirt 1.47 (rounded to 6 digits)
LSAT6 = irt.Bank.of(
    [0.825658, 0.722744, 0.890874, 0.688368, 0.656856],
    [-3.358815, -1.370057, -0.279666, -1.866380, -3.125905],
)
#: the same source: pattern -> method -> (theta, se)
KNOWN = {
    (0, 0, 0, 0, 0): {
        "eap": (-1.89677, 0.801278), "map": (-1.895259, 0.795525), "wle": (-5.703903, 2.050528),
    },
    (1, 1, 0, 1, 0): {
        "eap": (-0.440429, 0.819707), "map": (-0.462795, 0.812172), "wle": (-1.35048, 1.248502),
    },
    (1, 1, 1, 1, 1): {
        "eap": (0.645621, 0.859007), "map": (0.606334, 0.854614), "wle": (1.649731, 1.891338),
    },
}  # fmt: skip


def bank(model: str, items: int = 40, seed: int = 3) -> irt.Bank:
    """Return a bank of random items."""
    random = np.random.default_rng(seed)
    a = random.lognormal(0.1, 0.3, items)
    if model in ("grm", "gpcm"):
        b = np.sort(random.normal(0, 1, (items, 3)), axis=1) + np.arange(3) * 0.1
        return irt.Bank.of(a, b, model=model)
    return irt.Bank.of(a, random.normal(0, 1, items), 0.2 if model == "3pl" else 0.0, model=model)


def answers(items: irt.Bank, theta: np.ndarray, seed: int = 4) -> np.ndarray:
    """Return simulated categories."""
    p, _, _ = irt.categories(items, theta)
    draw = np.random.default_rng(seed).random((*p.shape[:2], 1))
    return (draw > np.cumsum(p, axis=-1)).sum(axis=-1).clip(0, p.shape[-1] - 1)


@pytest.mark.parametrize("method", scoring.METHODS)
def test_abilities_and_errors_equal_those_of_r(method):
    found = scoring.score(LSAT6, list(KNOWN), method)
    assert found.theta == pytest.approx([KNOWN[p][method][0] for p in KNOWN], abs=2e-5)
    assert found.se == pytest.approx([KNOWN[p][method][1] for p in KNOWN], abs=1e-4)


@reference.needed
@pytest.mark.parametrize("method", scoring.METHODS)
@pytest.mark.parametrize(
    ("run", "table"), [("LSAT6_2PL", "lsat6"), ("LSAT7_2PL", "lsat7"), ("Science_GRM", "science")]
)
def test_reference_runs(run, table, method):
    known = reference.expected()[run]
    b = [[v for k, v in item.items() if k.startswith("b")] for item in known["irt"]]
    model = "grm" if run == "Science_GRM" else "2pl"
    items = irt.Bank.of([item["a"] for item in known["irt"]], b, model=model)
    codes = read(reference.FOLDER / f"{table}.csv").coded().codes
    wanted = known[method.upper()]
    found = scoring.score(items, codes[: len(wanted["theta"])], method)
    assert found.theta == pytest.approx(wanted["theta"], abs=1e-4)
    assert found.se == pytest.approx(wanted["se"], abs=2e-4)


@pytest.mark.parametrize("model", irt.MODELS)
@pytest.mark.parametrize("method", scoring.METHODS)
def test_the_mode_is_the_highest_point_and_a_missing_answer_counts_nothing(model, method):
    items = bank(model)
    codes = answers(items, np.linspace(-2, 2, 9))
    codes[:, ::3] = -1
    kept = np.flatnonzero(np.arange(40) % 3 != 0)
    found = scoring.score(items, codes, method)
    short = scoring.score(items.take(kept), codes[:, kept], method)
    assert found.theta == pytest.approx(short.theta, abs=1e-7)
    assert found.se == pytest.approx(short.se, abs=1e-6)
    if method == "eap":
        return
    for i in range(9):
        grid = found.theta[i] + np.array([-0.01, 0.0, 0.01])
        height = scoring.log_likelihood(items, codes[i : i + 1], grid)[0]
        height += (
            -0.5 * grid**2
            if method == "map"
            else 0.5 * np.log(irt.item_information(items, grid)[:, kept].sum(axis=1))
        )
        assert height.argmax() == 1


def test_nobody_is_lost_at_the_ends():
    items = bank("2pl", 5)
    codes = np.array([[0] * 5, [1] * 5, [-1] * 5, [1, -1, -1, -1, -1]])
    for method in scoring.METHODS:
        found = scoring.score(items, codes, method)
        rows = [0, 1, 3] if method == "wle" else [0, 1, 2, 3]
        assert np.isfinite(found.theta[rows]).all()
        assert (found.se[rows] > 0).all()
        assert found.theta[0] < found.theta[3] < found.theta[1] + 1e-9
    assert np.isnan(scoring.score(items, codes, "wle").theta[2])
    nothing = scoring.score(items, codes[2], "eap")
    assert nothing.theta[0] == pytest.approx(0.0, abs=1e-12)
    assert nothing.se[0] == pytest.approx(1.0, abs=1e-3)


def test_what_does_not_fit_the_bank_is_refused():
    with pytest.raises(ValueError, match="a bank of 5"):
        scoring.score(LSAT6, [[0, 1]])
    with pytest.raises(ValueError, match="categories"):
        scoring.score(LSAT6, [[0, 1, 2, 0, 0]])


@pytest.mark.parametrize("method", scoring.METHODS)
def test_a_person_takes_less_than_a_millisecond(method):
    items = bank("2pl", 120)
    codes = answers(items, np.random.default_rng(1).normal(size=300))
    began = time.process_time()
    scoring.score(items, codes, method)
    assert (time.process_time() - began) / 300 < 1e-3
