"""Forms, attempts, deadlines and scores as pure rules."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanggar.assessments import rules
from sanggar.plugin.track import Assessment, AttemptRules, PassRules

from .conftest import make_bank, make_item, make_track

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
TRACK = make_track()
THEORY = TRACK.assessments[0]


def cells(assessment: Assessment) -> dict[tuple[str, str], int]:
    return {(u, b): n for u, row in assessment.blueprint.items() for b, n in row.items() if n}


@settings(max_examples=1000, deadline=None)
@given(st.text(max_size=20))
def test_a_thousand_forms_match_the_blueprint(seed: str) -> None:
    form = rules.draw_form(THEORY, TRACK.items, seed)
    drawn = Counter((d.item.area, d.item.level.band) for d in form)
    assert drawn == cells(THEORY)
    assert len({d.item.id for d in form}) == THEORY.size


def test_the_same_seed_draws_the_same_form_whatever_the_order_of_the_bank() -> None:
    one = rules.draw_form(THEORY, TRACK.items, "s")
    assert one == rules.draw_form(THEORY, reversed(TRACK.items), "s")
    assert one != rules.draw_form(THEORY, TRACK.items, "t")


def test_fixed_selection_always_asks_the_same_items_in_the_same_order() -> None:
    fixed = THEORY.model_copy(update={"selection": "fixed"})
    one, two = (rules.draw_form(fixed, TRACK.items, seed) for seed in "ab")
    assert [d.item.id for d in one] == [d.item.id for d in two]


def test_a_short_bank_names_the_cell() -> None:
    with pytest.raises(
        rules.BlueprintShort, match="PHO-01/analyse asks for 5 items, the bank has 4"
    ):
        rules.draw_form(THEORY, [i for i in make_bank() if i.id != "PHO-01-analyse-0"], "s")


def test_every_place_is_as_likely_for_the_key() -> None:
    single = make_item("X", "single", "PHO-01", "know")
    assessment = Assessment.model_validate(
        {"id": "a", "title": "a", "minutes": 5, "blueprint": {"PHO-01": {"know": 1}}}
    )
    places: Counter[str] = Counter()
    for seed in range(2000):
        (drawn,) = rules.draw_form(assessment, [single], str(seed))
        places.update(o.id for o in drawn.item.options if o.key)
        assert sorted(o.id for o in drawn.item.options) == ["a", "b", "c", "d"]
        key = next(o for o in drawn.item.options if o.key)
        assert drawn.order[ord(key.id) - ord("a")] == "X-o0"
    assert set(places) == set("abcd")
    assert all(420 < n < 580 for n in places.values()), places


def test_steps_keep_their_right_order_under_new_names() -> None:
    ordering = make_item("X", "ordering", "PHO-01", "know")
    assessment = Assessment.model_validate(
        {"id": "a", "title": "a", "minutes": 5, "blueprint": {"PHO-01": {"know": 1}}}
    )
    (drawn,) = rules.draw_form(assessment, [ordering], "seed")
    assert [o.text for o in drawn.item.options] == [o.text for o in ordering.options]
    assert sorted(o.id for o in drawn.item.options) == list("abcd")


def past(*days_ago: float) -> list[rules.Past]:
    return [rules.Past(NOW - d * DAY, NOW - d * DAY + timedelta(hours=1)) for d in days_ago]


def test_three_attempts_in_180_days_seven_days_apart() -> None:
    exam = AttemptRules(limit=3, within_days=180, wait_days=7)
    assert rules.allowance(exam, [], NOW) == rules.Allowance(used=0, left=3)
    waiting = rules.allowance(exam, past(2), NOW)
    assert (waiting.left, waiting.now) == (2, False)
    assert waiting.next_at == NOW + 5 * DAY + timedelta(hours=1)
    assert rules.allowance(exam, past(8), NOW).now
    spent = rules.allowance(exam, past(100, 60, 10), NOW)
    assert (spent.left, spent.next_at) == (0, NOW + 80 * DAY)
    assert rules.allowance(exam, past(181, 60, 10), NOW).left == 1


def test_a_lowered_limit_waits_until_there_is_room_again() -> None:
    exam = AttemptRules(limit=1, within_days=30, wait_days=0)
    assert rules.allowance(exam, past(20, 10), NOW).next_at == NOW + 20 * DAY


def test_unlimited_checks_may_be_repeated_at_once() -> None:
    check = AttemptRules(limit=0)
    found = rules.allowance(check, past(0.1, 0.2, 0.3, 0.4), NOW)
    assert (found.now, found.left, found.used) == (True, None, 4)
    assert not rules.allowance(AttemptRules(limit=0, wait_days=1), past(0.1), NOW).now


@given(st.lists(st.floats(0.05, 400), max_size=8))
def test_waiting_until_the_named_moment_is_always_enough(days: list[float]) -> None:
    exam = AttemptRules(limit=3, within_days=180, wait_days=7)
    history = past(*days)
    found = rules.allowance(exam, history, NOW)
    assert rules.allowance(exam, history, found.next_at or NOW).now


def test_answers_count_until_thirty_seconds_after_the_deadline() -> None:
    deadline = rules.deadline_of(NOW, 60)
    assert rules.in_time(deadline, deadline + timedelta(seconds=30))
    assert not rules.in_time(deadline, deadline + timedelta(seconds=30, microseconds=1))


def test_time_left_is_told_in_whole_minutes_rounded_up() -> None:
    assert rules.minutes_left(NOW + timedelta(minutes=41), NOW) == 41
    assert rules.minutes_left(NOW + timedelta(seconds=1), NOW) == 1
    assert rules.minutes_left(NOW, NOW) == 0
    assert rules.minutes_left(NOW - DAY, NOW) == 0


def test_scores_weigh_points_and_stay_in_bounds() -> None:
    rows = [
        rules.Scored("A", 1, 1.0), rules.Scored("A", 1, 0.0),
        rules.Scored("B", 2, 0.5), rules.Scored("B", 1, 7.0),
    ]  # fmt: skip
    found = rules.score(rows)
    assert found.total == 60.0
    assert found.by_unit == {"A": 50.0, "B": pytest.approx(66.6667)}
    assert rules.score([]) == rules.Result(0.0)


def test_passing_needs_the_total_and_every_unit() -> None:
    asks = PassRules(total=70, each_unit=50)
    assert rules.passes(asks, rules.Result(70.0, {"A": 50.0, "B": 90.0}))
    assert not rules.passes(asks, rules.Result(69.9999, {"A": 90.0}))
    assert not rules.passes(asks, rules.Result(95.0, {"A": 49.9, "B": 100.0}))
    assert rules.weak_units(asks, {"A": 49.9, "B": 20.0, "C": 80.0}) == ("B", "A")


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.floats(0.5, 5), st.floats(0, 1)), min_size=1))
def test_the_total_lies_between_the_weakest_and_the_strongest_unit(rows) -> None:
    found = rules.score([rules.Scored(*row) for row in rows])
    assert min(found.by_unit.values()) - 0.01 <= found.total <= max(found.by_unit.values()) + 0.01
