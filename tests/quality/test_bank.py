"""What is measured of a bank, on simulated answers with known faults."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from tests.assessments.conftest import make_track

from sanggar.assessments.queries import Given, Sat
from sanggar.measurement import irt
from sanggar.plugin.items import Item
from sanggar.plugin.track import Track
from sanggar.quality import analysis, charts, drawings, matrix

pytestmark = pytest.mark.once

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
PEOPLE = 900


def singles() -> Track:
    """The small track with single choices only: every item shows its options."""
    track = make_track()
    kept = tuple(item for item in track.items if item.type in ("single", "multiple", "numeric"))
    return track.model_copy(update={"items": kept})


@pytest.fixture(scope="module")
def track() -> Track:
    return singles()


def simulate(track: Track, people: int = PEOPLE, seed: int = 3, harder: str = "", by: float = 1.2):
    """Return attempts and answers of people of known ability; `harder` is so for every second hub."""
    rng = np.random.default_rng(seed)
    theta = rng.standard_normal(people)
    hubs = np.arange(people) % 2 + 1
    sat, given = [], []
    difficulty = {item.id: -1.2 + 2.4 * n / len(track.items) for n, item in enumerate(track.items)}
    for person in range(people):
        right = []
        for item in track.items:
            b = difficulty[item.id] + (by if item.id == harder and hubs[person] == 2 else 0)
            right.append(rng.random() < irt.probability(theta[person], 1.3, b))
        score = 100 * float(np.mean(right))
        sat.append(Sat(
            id=person + 1, person_id=person + 1, assessment="theory", score=score,
            passed=score >= 70, hub_id=int(hubs[person]), language="id", device="phone",
            selection="random", decided_at=NOW - timedelta(days=int(person % 180)), pass_total=70,
        ))  # fmt: skip
        given += [
            answer(sat[-1].id, item, ok, rng) for item, ok in zip(track.items, right, strict=True)
        ]
    return sat, given


def answer(attempt: int, item: Item, ok: bool, rng: np.random.Generator) -> Given:
    wrong = [o.id for o in item.options if not o.key]
    key = next((o.id for o in item.options if o.key), "")
    option = "" if item.type != "single" else key if ok else wrong[int(rng.integers(2))]
    return Given(
        attempt_id=attempt, item_id=item.id, item_version=item.version, unit=item.area,
        share=float(ok), correct=bool(ok), scored=True, answered=True, option=option,
    )  # fmt: skip


def report(track: Track, exam: str, people: int = 300) -> dict[str, Any]:
    """Return what is kept of a track's measuring: simulated answers, its third item harder for a hub."""
    table = matrix.build(track, *simulate(track, people, harder=track.items[2].id))
    found = {
        "attempts": people, "items": analysis.items(track, table), "screened": [],
        "exams": {exam: analysis.exam(table, track.assessment(exam))},
    }  # fmt: skip
    found["exams"][exam]["decisions"] = {
        "method": "livingston_lewis", "attempts": people, "cut": 70.0, "accuracy": 0.9,
        "consistency": 0.86, "kappa": 0.7, "false_pass": 0.04, "false_fail": 0.06,
        "reliability": 0.8,
    }  # fmt: skip
    hubs = {"hub": [str(s.hub_id) for s in table.sat]}
    for item, rows in analysis.differences(table, hubs).items():
        found["items"][item]["dif"] = rows
    for item, row in analysis.calibrated(table)[0].items():
        found["items"][item]["parameters"] = row
    return analysis.plain(found)


@pytest.fixture(scope="module")
def table(track) -> matrix.Table:
    return matrix.build(track, *simulate(track))


def test_another_version_of_an_item_is_not_in_the_table(track) -> None:
    sat, given = simulate(track, people=10)
    old = [replace(one, item_version="older") for one in given if one.item_id == track.items[0].id]
    others = [one for one in given if one.item_id != track.items[0].id]
    found = matrix.build(track, sat, [*old, *others])
    assert track.items[0].id not in found.items
    assert len(found.items) == len(track.items) - 1


def test_statistics_stand_by_item_with_its_options(track, table) -> None:
    found = analysis.items(track, table)
    assert set(found) == {item.id for item in track.items}
    first = found[track.items[0].id]
    assert first["answers"] == PEOPLE
    assert 0.6 < first["facility"] < 0.95
    assert first["item_rest_correlation"] > 0.2
    single = next(i for i in track.items if i.type == "single")
    options = found[single.id]["options"]
    assert sum(row["chosen"] for row in options) == PEOPLE
    unused = [row for row in options if "distractor_unused" in row["flags"]]
    assert len(unused) == 1  # the simulation never chooses the third distractor


def test_a_wrong_key_is_noticed(track) -> None:
    sat, given = simulate(track)
    bad = track.items[4].id
    turned = [
        replace(g, share=1 - g.share, correct=not g.correct) if g.item_id == bad else g
        for g in given
    ]
    found = analysis.items(track, matrix.build(track, sat, turned))
    assert "negative_discrimination" in found[bad]["flags"]
    assert all(
        "negative_discrimination" not in row["flags"] for name, row in found.items() if name != bad
    )


def test_an_item_that_is_harder_for_one_hub_is_found_and_no_other(track) -> None:
    bad = track.items[6].id
    table = matrix.build(track, *simulate(track, harder=bad))
    hubs = [str(s.hub_id) for s in table.sat]
    found = analysis.differences(table, {"hub": hubs, "language": ["id"] * len(hubs)})
    assert set(found) == {bad}
    assert {(row["by"], row["group"], row["harder_for"]) for row in found[bad]} >= {
        ("hub", "2", "focal")
    }


def test_calibration_recovers_the_difficulties(track, table) -> None:
    found, screened = analysis.calibrated(table)
    assert not [s for s in screened if s["left_out"]]
    wanted = [-1.2 + 2.4 * n / len(track.items) for n in range(len(track.items))]
    estimated = [found[item.id]["b"] for item in track.items]
    assert np.corrcoef(wanted, estimated)[0, 1] > 0.98
    assert np.abs(np.array(wanted) - estimated).max() < 0.35


def test_too_few_people_are_not_calibrated(track) -> None:
    few = matrix.build(track, *simulate(track, people=150))
    assert analysis.calibrated(few) == ({}, [])


def test_an_item_that_became_easier_is_named(track) -> None:
    before, _left = analysis.calibrated(matrix.build(track, *simulate(track, seed=5)))
    leaked = track.items[3].id
    sat, given = simulate(track, seed=6)
    rng = np.random.default_rng(1)
    known = [
        replace(g, share=1.0, correct=True) if g.item_id == leaked and rng.random() < 0.6 else g
        for g in given
    ]
    after, _left = analysis.calibrated(matrix.build(track, sat, known))
    moved = analysis.moved(before, after)
    assert set(moved) == {leaked}
    assert moved[leaked]["direction"] == "easier"


def test_an_exam_says_how_exact_it_is(track, table) -> None:
    exam = track.assessment("theory")
    found = analysis.exam(table, exam)
    assert found["persons"] == PEOPLE
    assert sum(found["scores"]) == PEOPLE
    assert 0.6 < found["test"]["alpha"] < 0.95
    few = analysis.exam(table.rows(range(10)), exam)
    assert "test" not in few


def test_a_drawn_exam_has_the_reliability_of_nested_items() -> None:
    test = {"alpha": None, "sd_percent": 10.0, "standard_error_percent": None, "flags": []}
    analysis.add_reliability(test, 0.64)
    assert (test["alpha"], test["flags"]) == (0.64, ["low_reliability"])
    assert test["standard_error_percent"] == pytest.approx(6.0)
    analysis.add_reliability(test, 0.9)
    assert test["alpha"] == 0.64


def test_what_is_kept_is_plain() -> None:
    kept = analysis.plain({"a": np.float64("nan"), "b": (np.int64(3), NOW), "c": [np.bool_(True)]})
    assert kept == {"a": None, "b": [3, NOW.isoformat()], "c": [True]}


def test_a_histogram_counts_the_ends() -> None:
    assert analysis.histogram([0, 9.99, 10, 99, 100]) == [2, 1, 0, 0, 0, 0, 0, 0, 0, 2]


def test_curves_stay_inside_their_drawing() -> None:
    plot = charts.curves([("x", "one", lambda theta: theta * 9)], -3, 3, (-3, 0, 3), mark=0)
    numbers = [float(v) for v in plot.lines[0].path[1:].replace("L", " ").split()]
    assert min(numbers) >= 0
    assert max(numbers[::2]) <= plot.width
    assert max(numbers[1::2]) <= plot.height


def test_a_curve_has_a_table_that_says_the_same(app) -> None:
    with app.test_request_context():
        found = drawings.response_curve({"a": 1.5, "b": 0.0, "c": 0.0})
    assert found is not None
    assert found.rows[2] == ("0", "50 %", "0,56")
    with app.test_request_context():
        assert drawings.response_curve(None) is None
