"""What the numbers of a round mean, and what is kept of them."""

from __future__ import annotations

import json

import pytest

from sanggar.comparison import rules

pytestmark = pytest.mark.once

WORKS = [str(n) for n in range(1, 7)]


def all_pairs(judges: int = 3) -> list[tuple[str, str, str]]:
    """Return every pair, judged by everybody: the larger number wins."""
    return [(str(90 + j), b, a) for j in range(judges) for i, a in enumerate(WORKS) for b in WORKS[i + 1 :]]  # fmt: skip


def test_a_scale_survives_being_kept() -> None:
    found = rules.measure(all_pairs(), WORKS)
    kept = json.loads(json.dumps(rules.to_json(found)))
    assert rules.from_json(kept) == found
    assert rules.from_json({}) is None
    alone = rules.measure(all_pairs(1), WORKS)
    assert alone.halves is None
    assert rules.from_json(rules.to_json(alone)) == alone


def test_the_best_comes_first_and_the_picture_holds_everything() -> None:
    scale = rules.measure(all_pairs(), WORKS).scale
    assert [value.work for value in rules.ranked(scale)] == WORKS[::-1]
    drawn = rules.picture(scale)
    assert [dot.rank for dot in drawn.dots] == [1, 2, 3, 4, 5, 6]
    assert drawn.dots[0].x > drawn.dots[-1].x
    for dot in drawn.dots:
        assert rules.LEFT <= dot.low < dot.x < dot.high <= drawn.width
        assert 0 < dot.y < drawn.floor < drawn.height
    ticks = {value: x for x, value in drawn.ticks}
    assert ticks[0] == pytest.approx((rules.LEFT + rules.WIDTH - rules.RIGHT) / 2, abs=0.1)
    assert len(ticks) <= 9


def test_a_round_without_comparisons_can_be_drawn() -> None:
    scale = rules.measure([], WORKS).scale
    assert len(rules.picture(scale).dots) == 6
    assert rules.Measured(scale, None, 0).progress(0.8, 10).reasons == (
        "links", "comparisons", "reliability",
    )  # fmt: skip


def test_advice_needs_three_decided_works_that_rise_with_the_scale() -> None:
    scale = rules.measure(all_pairs(), WORKS).scale
    assert rules.advice(scale, {"1": 50.0, "6": 90.0}) == ({}, "few")
    assert rules.advice(scale, {"1": 90.0, "3": 70.0, "6": 50.0}) == ({}, "against")
    marks, reason = rules.advice(scale, {"1": 50.0, "3": 70.0, "6": 90.0})
    assert reason == "" and set(marks) == set(WORKS)
    given = [marks[work][0] for work in WORKS]
    assert given == sorted(given) and all(0 <= mark <= 100 for mark in given)


def test_words_follow_the_reliability() -> None:
    assert [rules.meaning(r) for r in (0.59, 0.6, 0.79, 0.8)] == ["weak", "usable", "usable", "good"]  # fmt: skip
