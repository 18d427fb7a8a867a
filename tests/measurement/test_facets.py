"""Severity of markers: recovered where it can be, refused where it cannot."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.raters import simulate

from sanggar.measurement import facets

pytestmark = pytest.mark.once

#: (work, marker, criterion, level): three markers, each two of whom share works
SMALL = [
    (f"w{w}", m, c, level)
    for w, (m, levels) in enumerate([
        ("ani", (2, 3)), ("budi", (1, 2)), ("citra", (3, 4)), ("ani", (3, 3)),
        ("budi", (2, 2)), ("citra", (4, 4)),
    ])
    for c, level in zip(("idea", "craft"), levels, strict=True)
]  # fmt: skip


def linked() -> list[tuple[str, str, str, int]]:
    """Return the small table with a second marker for each work."""
    second = {"ani": "budi", "budi": "citra", "citra": "ani"}
    shift = {"ani": 0, "budi": -1, "citra": 1}
    more = [
        (w, second[m], c, int(np.clip(level + shift[second[m]] - shift[m], 1, 4)))
        for w, m, c, level in SMALL
    ]
    return SMALL + more


def test_unlinked_markers_are_named_and_not_estimated() -> None:
    marks = facets.Marks.of(SMALL)
    assert facets.groups(marks) == (("ani",), ("budi",), ("citra",))
    with pytest.raises(facets.DisconnectedError, match=r"ani \| budi \| citra"):
        facets.fit(marks)


def test_known_works_link_markers_who_share_none() -> None:
    marks = facets.Marks.of(SMALL)
    known = {"w0": 0.0, "w1": 0.0, "w2": 0.0}
    assert facets.groups(marks, tuple(known)) == (("ani", "budi", "citra"),)
    found = facets.fit(marks, known=known)
    severity = {m.name: m.severity for m in found.markers}
    assert severity["budi"] > severity["ani"] > severity["citra"]
    assert [w.measure for w in found.works[:3]] == [0.0, 0.0, 0.0]
    assert found.works[0].se == 0.0


def test_severity_has_the_order_that_was_put_in_and_sums_to_zero() -> None:
    found = facets.fit(facets.Marks.of(linked()))
    severity = {m.name: m.severity for m in found.markers}
    assert severity["budi"] > severity["ani"] > severity["citra"]
    assert sum(severity.values()) == pytest.approx(0)
    assert sum(c.difficulty for c in found.criteria) == pytest.approx(0)
    assert sum(found.thresholds) == pytest.approx(0)


def test_criteria_that_only_one_marker_uses_are_refused() -> None:
    rows = []
    for w in range(4):
        rows += [(f"w{w}", "ani", "idea", 1 + w % 4), (f"w{w}", "budi", "craft", 4 - w % 4)]
    with pytest.raises(ValueError, match="told apart"):
        facets.fit(facets.Marks.of(rows))


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        ([], "no marks"),
        ([("w", "a", "c", 5)], "1..4"),
        ([("w", "a", "c", 1), ("w", "a", "c", 2)], "twice"),
    ],
)
def test_bad_marks_are_refused(rows: list[tuple[str, str, str, int]], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        facets.Marks.of(rows)


def test_equal_levels_are_refused() -> None:
    with pytest.raises(ValueError, match="same level"):
        facets.fit(facets.Marks.of([("w", m, c, 3) for m in "ab" for c in "xy"]))


def test_gradient_is_the_slope_of_the_likelihood() -> None:
    marks, _ = simulate(1, works=20)
    for known in ({}, {"w000": 0.3, "w005": -0.2}):
        model = facets._model(marks, known)
        size = model.free + 4 + 2 + 2
        at = np.random.default_rng(0).normal(0, 0.3, size)
        gradient = model.loss(at)[1]
        for i in range(size):
            step = np.zeros(size)
            step[i] = 1e-5
            slope = (model.loss(at + step)[0] - model.loss(at - step)[0]) / 2e-5
            assert gradient[i] == pytest.approx(slope, rel=1e-4, abs=1e-5)


def test_severities_are_unbiased_and_their_standard_errors_honest() -> None:
    errors, ses, bias = [], [], []
    for seed in range(14):
        marks, truth = simulate(seed)
        found = facets.fit(marks)
        assert found.converged
        error = np.array([m.severity for m in found.markers]) - truth.severity
        errors.append(error)
        ses.append([m.se for m in found.markers])
        bias.append(found.sd)
    rmse = float(np.sqrt(np.mean(np.square(errors))))
    assert rmse < 0.13
    assert np.mean(ses) == pytest.approx(rmse, abs=0.02)
    assert np.abs(np.mean(errors, axis=0)).max() < 0.09
    assert np.mean(bias) == pytest.approx(1.0, abs=0.06)


def test_adjusted_marks_are_nearer_the_truth_than_raw_ones() -> None:
    marks, truth = simulate(5, works=120, spread=0.9)
    found = facets.fit(marks)
    raw = np.array([w.raw for w in found.works]) - truth.fair
    adjusted = np.array([w.adjusted for w in found.works]) - truth.fair
    assert np.sqrt(np.mean(adjusted**2)) < 0.85 * np.sqrt(np.mean(raw**2))
    assert abs(adjusted.mean()) < 2
    assert found.p < 0.001 and found.separation > 0.9


def test_equally_severe_markers_leave_marks_as_they_are() -> None:
    rows = [(f"w{w}", m, c, 1 + (w + i) % 4) for w in range(8) for m in "ab"
            for i, c in enumerate("xyz")]  # fmt: skip
    found = facets.fit(facets.Marks.of(rows), weights={"x": 50, "y": 30, "z": 20})
    for work in found.works:
        assert work.adjusted == pytest.approx(work.raw, abs=1e-3)
    # w0 has levels 1, 2, 3: (50 x 1 + 30 x 2 + 20 x 3) / 4
    assert found.works[0].raw == pytest.approx(42.5)
    assert found.p > 0.99 and found.separation == pytest.approx(0, abs=1e-6)


def test_a_marker_who_throws_dice_is_noisy_and_one_who_gives_the_middle_muted() -> None:
    marks, _ = simulate(2)
    rng = np.random.default_rng(3)
    level = marks.level.copy()
    level[marks.marker == 0] = rng.integers(1, 5, int((marks.marker == 0).sum()))
    middle = marks.marker == 1
    level[middle] = np.clip(level[middle], 2, 3)
    found = facets.fit(facets.Marks(marks.work, marks.marker, marks.criterion, level,
                                    marks.works, marks.markers, marks.criteria))  # fmt: skip
    assert found.markers[0].fit == "noisy"
    assert found.markers[1].infit < min(m.infit for m in found.markers[2:])


def test_a_marker_with_only_highest_levels_stays_finite() -> None:
    rows = linked() + [(f"w{w}", "dedi", c, 4) for w in range(6) for c in ("idea", "craft")]
    found = facets.fit(facets.Marks.of(rows))
    dedi = next(m for m in found.markers if m.name == "dedi")
    assert -30 < dedi.severity < min(m.severity for m in found.markers if m.name != "dedi")
    assert np.isfinite(dedi.se)
