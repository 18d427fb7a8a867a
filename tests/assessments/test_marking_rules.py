"""How marks become a decision."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanggar.assessments import marking_rules as rules

from .conftest import make_assignment

TWO = make_assignment()
LEVELS = st.fixed_dictionaries(
    {name: st.integers(1, 4) for name in ("technical", "light", "notes")}
)


def marks(technical: int, light: int, notes: int) -> dict[str, int]:
    return {"technical": technical, "light": light, "notes": notes}


def test_the_total_is_weight_times_level_over_four() -> None:
    assert rules.total(TWO, marks(4, 4, 4)) == 100
    assert rules.total(TWO, marks(3, 3, 3)) == 75
    assert rules.total(TWO, marks(1, 2, 4)) == pytest.approx(10 + 20 + 20)


def test_two_markers_who_agree_decide_by_their_mean() -> None:
    found = rules.decide(TWO, [marks(4, 4, 3), marks(4, 3, 3)])
    assert (found.verdict, found.total, found.needed, found.third) == ("competent", 90.0, 2, False)
    assert found.levels == {"technical": 4.0, "light": 3.5, "notes": 3.0}
    assert found.lowest["light"] == 3


def test_one_marker_is_not_enough_for_two() -> None:
    assert rules.decide(TWO, []).verdict == ""
    assert rules.decide(TWO, [marks(4, 4, 4)]).needed == 2


def test_one_marker_decides_alone_where_one_is_asked() -> None:
    alone = make_assignment(markers=1)
    assert rules.decide(alone, [marks(3, 3, 3)]).verdict == "competent"
    assert rules.decide(alone, [marks(2, 4, 4)]).verdict == "not_yet"


@pytest.mark.parametrize(
    ("one", "two", "why"),
    [
        (marks(4, 4, 4), marks(3, 3, 4), "20 points apart"),
        (marks(3, 4, 4), marks(2, 4, 4), "either side of a critical criterion"),
        (marks(4, 4, 4), marks(3, 4, 4), "a level apart on a critical criterion"),
        (marks(3, 3, 3), marks(3, 3, 2), "either side of the pass mark"),
    ],
)
def test_a_third_marker_is_asked_when_two_disagree(one, two, why) -> None:
    found = rules.decide(TWO, [one, two])
    assert (found.needed, found.verdict, found.third) == (3, "", True), why


def test_fifteen_points_apart_is_still_agreement() -> None:
    assert abs(rules.total(TWO, marks(4, 4, 4)) - rules.total(TWO, marks(4, 3, 3))) == 15
    assert not rules.disagree(TWO, marks(4, 4, 4), marks(4, 3, 3))


def test_a_marker_more_is_waited_for_after_an_appeal() -> None:
    agreed = [marks(4, 4, 3), marks(4, 3, 3)]
    assert rules.decide(TWO, agreed, 3).verdict == ""
    assert rules.decide(TWO, [*agreed, marks(4, 4, 3)], 3).verdict == "competent"


def test_three_markers_decide_by_median_level_and_mean_total() -> None:
    found = rules.decide(TWO, [marks(3, 4, 4), marks(2, 4, 4), marks(3, 4, 4)])
    assert found.verdict == "competent"
    assert found.levels["technical"] == 3
    assert found.total == pytest.approx((90 + 80 + 90) / 3, abs=1e-3)
    against = rules.decide(TWO, [marks(3, 4, 4), marks(2, 4, 4), marks(2, 4, 4)])
    assert against.verdict == "not_yet"


def test_a_high_total_does_not_make_up_for_a_critical_criterion() -> None:
    assert rules.decide(TWO, [marks(2, 4, 4), marks(2, 4, 4)]).verdict == "not_yet"


@given(LEVELS, LEVELS)
def test_who_marks_first_changes_nothing(one, two) -> None:
    assert rules.decide(TWO, [one, two]) == rules.decide(TWO, [two, one])
    assert not rules.disagree(TWO, one, one)


@given(LEVELS, LEVELS)
def test_a_decision_by_two_never_contradicts_both(one, two) -> None:
    found = rules.decide(TWO, [one, two])
    if found.verdict:
        single = {rules.meets(TWO, rules.total(TWO, m), m) for m in (one, two)}
        assert single == {found.verdict == "competent"}


@given(LEVELS)
def test_a_better_level_never_hurts(given_marks) -> None:
    alone = make_assignment(markers=1)
    order = {"not_yet": 0, "competent": 1}
    base = rules.decide(alone, [given_marks])
    for name in given_marks:
        better = {**given_marks, name: min(4, given_marks[name] + 1)}
        found = rules.decide(alone, [better])
        assert found.total >= base.total
        assert order[found.verdict] >= order[base.verdict]


def test_every_combination_of_two_markers_is_decided_or_goes_to_a_third() -> None:
    for one, two in product(product((1, 2, 3, 4), repeat=3), repeat=2):
        found = rules.decide(TWO, [marks(*one), marks(*two)])
        assert bool(found.verdict) != found.third


def test_missing_levels_are_named() -> None:
    assert rules.missing_levels(TWO, {"technical": 3, "light": 5}) == ("light", "notes")
