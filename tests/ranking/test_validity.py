"""Correlations of scores with work against scipy and hand computation, and what too few people say."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from statistics import stdev

import numpy as np
import pytest
from scipy import stats

from sanggar.clients.queries import Ended
from sanggar.ranking import drawing, validity
from sanggar.ranking.drawing import Value

pytestmark = pytest.mark.once
AT = datetime(2026, 1, 1, tzinfo=UTC)


def test_the_correlation_and_its_interval_are_those_of_scipy() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(70, 9, 60)
    y = 0.03 * x + rng.normal(0, 0.6, 60)
    found, theirs = validity.pearson(x.tolist(), y.tolist()), stats.pearsonr(x, y)
    interval = theirs.confidence_interval(0.95)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((theirs.statistic, *interval))


def test_without_variation_or_people_there_is_no_correlation() -> None:
    assert validity.pearson([1, 2, 3], [1, 2, 3]) is None
    assert validity.pearson([1, 1, 1, 1], [1, 2, 3, 4]) is None
    full = validity.pearson([1, 2, 3, 4, 5], [1, 2, 3, 4, 5])
    assert full is not None and full.value == 1 and full.low > 0.99


def test_thorndikes_second_case_by_hand() -> None:
    # r = .30, unrestricted sd 12, restricted sd 6: .6 / sqrt(1 + .09 x 3) = .6 / sqrt(1.27)
    assert validity.unrestricted(0.30, 12 / 6) == pytest.approx(0.6 / math.sqrt(1.27))
    assert validity.unrestricted(-0.30, 2.0) == -validity.unrestricted(0.30, 2.0)
    assert validity.unrestricted(0.30, 1.0) == pytest.approx(0.30)


def test_the_correction_finds_the_truth_behind_a_selection() -> None:
    rng = np.random.default_rng(5)
    score = rng.normal(0, 1, 40_000)
    work = 0.5 * score + rng.normal(0, math.sqrt(0.75), 40_000)
    chosen = score > 0.5
    found = validity.link(
        "theory", "rating", dict(enumerate(score.tolist())),
        {int(n): float(work[n]) for n in np.flatnonzero(chosen)},
    )  # fmt: skip
    assert found.plain is not None and found.corrected is not None
    assert found.plain.value < 0.32  # what is seen among those who work
    assert found.corrected.value == pytest.approx(0.5, abs=0.03)
    assert found.corrected.low < 0.5 < found.corrected.high
    assert found.spread == pytest.approx(stdev(score.tolist()) / stdev(score[chosen].tolist()))


def test_small_numbers_are_said_to_be_small() -> None:
    scores = {n: float(n % 7) for n in range(40)}
    few = validity.link("theory", "rating", scores, {n: float(n % 5) for n in range(9)})
    assert (few.people, few.plain) == (9, None)
    rough = validity.link("theory", "rating", scores, {n: float(n % 5) for n in range(20)})
    assert rough.few and rough.plain is not None
    level = validity.link(
        "level", "rating", scores, {n: float(n % 5) for n in range(20)}, restricted=False
    )
    assert level.plain is not None and level.corrected is None


def test_outcomes_are_means_over_ended_work() -> None:
    def work(person: int, finished: bool, rating: int | None, on_time: bool | None) -> Ended:
        return Ended(person, "t", AT, finished, rating, on_time)

    found = validity.outcomes([
        work(1, True, 5, True), work(1, True, 3, False), work(1, False, None, None),
        work(2, True, None, True),
    ])  # fmt: skip
    assert found["rating"] == {1: 4.0}
    assert found["on_time"] == {1: 0.5, 2: 1.0}
    assert found["well"] == {1: pytest.approx(1 / 3), 2: 1.0}


def test_a_drawing_keeps_everything_inside() -> None:
    plot = drawing.intervals(
        [Value("a", 0.5, -3, 9, "0.5"), Value("b", 0, 0, 0, "0")], -1, 1, [(0, "0")], (0.0,)
    )
    assert [row.low for row in plot.rows] == [drawing.LEFT, drawing.WIDTH / 2]
    assert plot.rows[0].high == drawing.WIDTH - drawing.LEFT
    assert plot.marks == (drawing.WIDTH / 2,) and plot.rows[1].y > plot.rows[0].y
