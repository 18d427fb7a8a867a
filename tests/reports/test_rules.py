"""Few people hide, a pace promises only what it can, and urgent work comes first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanggar.reports import rules
from sanggar.reports.rules import ENOUGH, FEW, Outlook, Waiting

pytestmark = pytest.mark.once

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
LONG_AGO = NOW - timedelta(days=300)


def test_few_people_are_hidden_and_nobody_is_a_number() -> None:
    assert [rules.cell(n) for n in (0, 1, 4, 5, 612)] == [0, FEW, FEW, 5, 612]


def test_a_single_hidden_number_takes_a_second_with_it() -> None:
    assert rules.cells([12, 3, 40]) == [ENOUGH, FEW, 40]


def test_two_hidden_numbers_protect_each_other() -> None:
    assert rules.cells([12, 3, 2]) == [12, FEW, FEW]


@given(st.lists(st.integers(0, 300), min_size=5, max_size=6))
def test_no_small_number_can_be_worked_out_from_the_sum(numbers: list[int]) -> None:
    shown = rules.cells(numbers)
    assert not any(isinstance(value, int) and 0 < value < rules.SMALLEST for value in shown)
    hidden = [value for value in shown if not isinstance(value, int)]
    others = [n for n in numbers if n >= rules.SMALLEST]
    if FEW in hidden:
        assert len(hidden) > 1 or not others


def test_the_pace_gives_a_month() -> None:
    found = rules.forecast(388, [16] * 8, LONG_AGO, NOW)
    assert found == rules.Forecast(Outlook.MONTH, date(2027, 5, 1))


@pytest.mark.parametrize(
    ("gap", "weekly", "first", "outlook"),
    [
        (0, [0] * 8, None, Outlook.REACHED),
        (388, [9] * 8, None, Outlook.TOO_EARLY),
        (388, [9] * 8, NOW - timedelta(weeks=3), Outlook.TOO_EARLY),
        (388, [0] * 8, LONG_AGO, Outlook.STANDING),
        (388, [0] * 7 + [1], LONG_AGO, Outlook.FAR),
    ],
)
def test_without_history_nobody_promises_a_month(gap, weekly, first, outlook) -> None:
    assert rules.forecast(gap, weekly, first, NOW) == rules.Forecast(outlook)


def test_eight_weeks_follow_each_other_and_end_now() -> None:
    weeks = rules.weeks_before(NOW)
    assert len(weeks) == 8
    assert weeks[-1][1] == NOW
    assert all(a[1] == b[0] for a, b in pairwise(weeks))


def test_the_law_comes_before_the_day() -> None:
    found = rules.tasks(Waiting(briefs=3, sessions=1, deletions=2))
    assert found == [("deletions", 2), ("sessions", 1), ("briefs", 3)]


@pytest.mark.parametrize("typed", ["2026-11-22", "21-11-2026", "kemarin", "1999-01-01"])
def test_days_that_have_not_come_are_refused(typed: str) -> None:
    assert rules.read_date(typed, NOW.date()) is None


def test_a_recap_ends_with_its_day_or_with_now() -> None:
    assert rules.moment_of(date(2026, 11, 20), NOW) == datetime(2026, 11, 20, 17, 0, tzinfo=UTC)
    assert NOW < rules.moment_of(date(2026, 11, 21), NOW) < NOW + timedelta(seconds=1)
