"""Items that moved between two calibrations, and nothing else."""

from __future__ import annotations

import numpy as np
import pytest

from sanggar.measurement import drift
from sanggar.measurement.irt import Bank

pytestmark = pytest.mark.once

NAMES = [f"i{i:02}" for i in range(20)]
A = np.random.default_rng(0).lognormal(0, 0.25, 20)
B = np.random.default_rng(1).normal(0, 1, 20)


def seen_by(a: np.ndarray, b: np.ndarray, mean: float, sd: float, names: list[str] = NAMES) -> Bank:
    """Return the parameters as a cohort of this mean and spread sees them (its own is 0 and 1)."""
    return Bank.of(a * sd, ((b - mean) / sd).tolist(), names=names)


@pytest.mark.parametrize("method", ["stocking-lord", "mean-sigma"])
def test_another_cohort_is_no_drift(method: str) -> None:
    found = drift.compare(seen_by(A, B, 0, 1), seen_by(A, B, 0.8, 1.3), method=method)
    assert found.link.slope == pytest.approx(1.3, abs=1e-3)
    assert found.link.intercept == pytest.approx(0.8, abs=1e-3)
    assert {i.size for i in found.items} == {"none"}
    assert len(found.link.anchors) >= 10


@pytest.mark.parametrize("method", ["stocking-lord", "mean-sigma"])
def test_moved_items_are_named_and_do_not_bend_the_link(method: str) -> None:
    rng = np.random.default_rng(3)
    moved = B + rng.normal(0, 0.03, 20)
    moved[[2, 5, 9]] -= [1.0, 0.9, 1.2]
    moved[4] += 0.8
    found = drift.compare(seen_by(A, B, 0, 1), seen_by(A, moved, 0.5, 0.8), method=method)
    assert found.link.slope == pytest.approx(0.8, abs=0.03)
    assert found.link.intercept == pytest.approx(0.5, abs=0.05)
    flagged = {i.name: i.direction for i in found.items if i.size != "none"}
    assert flagged == {"i02": "easier", "i05": "easier", "i09": "easier", "i04": "harder"}
    assert not set(flagged) & set(found.link.anchors)
    by_name = {i.name: i for i in found.items}
    assert by_name["i04"].change == pytest.approx(0.8, abs=0.15)
    assert by_name["i04"].size == "large"


def test_standard_errors_keep_chance_from_being_a_finding() -> None:
    rng = np.random.default_rng(4)
    se = np.full(20, 0.25)
    noisy = B + rng.normal(0, 0.25 * np.sqrt(2), 20)
    old, new = seen_by(A, B, 0, 1), seen_by(A, noisy, 0, 1)
    found = drift.compare(old, new, se_old=se, se_new=se)
    assert sum(i.size != "none" for i in found.items) == 0
    noisy[7] += 2.5
    found = drift.compare(old, seen_by(A, noisy, 0, 1), se_old=se, se_new=se)
    assert [i.name for i in found.items if i.size != "none"] == ["i07"]
    with pytest.raises(ValueError, match="standard error"):
        drift.compare(old, new, se_old=se[:-1], se_new=se)


def test_a_flatter_item_is_seen_although_its_difficulty_stays() -> None:
    a = A.copy()
    a[3] *= 0.35
    found = drift.compare(seen_by(A, B, 0, 1), seen_by(a, B, 0, 1))
    assert {i.name: i.direction for i in found.items if i.size != "none"} == {"i03": "flatter"}


def test_items_with_steps_and_banks_of_other_items() -> None:
    steps = [[b - 0.8, b, b + 0.8] for b in B]
    moved = [[x + (0.9 if i == 6 else 0) for x in row] for i, row in enumerate(steps)]
    old = Bank.of(A, steps, model="gpcm", names=NAMES)
    new = Bank.of(A[1:], moved[1:], model="gpcm", names=NAMES[1:])
    found = drift.compare(old, new)
    assert found.lost == ("i00",) and found.added == ()
    assert [i.name for i in found.items if i.size != "none"] == ["i06"]


def test_links_that_make_no_sense_are_refused() -> None:
    old = seen_by(A, B, 0, 1)
    with pytest.raises(ValueError, match="5 common items"):
        drift.compare(old.take([0, 1, 2]), old)
    with pytest.raises(ValueError, match="same items"):
        drift.link(old, old.take(list(range(19, -1, -1))))
    with pytest.raises(ValueError, match="method"):
        drift.link(old, old, method="mean")
    with pytest.raises(ValueError, match="positive"):
        drift.transform(old, -1, 0)
    other = Bank.of(A, [[b, b + 1] for b in B], model="grm", names=NAMES)
    three = Bank.of(A, [[b, b + 1, b + 2] for b in B], model="grm", names=NAMES)
    with pytest.raises(ValueError, match="i00: the number"):
        drift.compare(other, three)


def test_robust_z_by_hand() -> None:
    # quartiles 1.5 and 4.5, median 3: (100 - 3) / (0.74 x 3)
    z = drift.robust_z([0, 1, 2, 3, 4, 5, 100])
    assert z[-1] == pytest.approx(97 / (0.74 * 3))
    assert (drift.robust_z([2, 2, 2]) == 0).all()
