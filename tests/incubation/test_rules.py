"""Three calendar months, early endings, extensions, weeks."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanggar.incubation import rules

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (date(2026, 1, 31), date(2026, 4, 30)),
        (date(2026, 11, 30), date(2027, 2, 28)),
        (date(2023, 11, 30), date(2024, 2, 29)),
        (date(2026, 11, 16), date(2027, 2, 16)),
    ],
)
def test_incubation_lasts_three_calendar_months(start: date, end: date) -> None:
    assert rules.ends_on(start) == end


def test_completing_before_the_last_day_needs_an_override() -> None:
    end = date(2026, 4, 30)
    assert rules.needs_override(date(2026, 4, 29), end)
    assert not rules.needs_override(end, end)


def test_an_extension_goes_on_for_half_a_year_at_most() -> None:
    end = date(2026, 4, 30)
    assert rules.can_extend(date(2026, 5, 1), end)
    assert not rules.can_extend(end, end)
    assert not rules.can_extend(date(2027, 4, 30), end)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 120))
def test_weeks_are_mondays_the_latest_first_without_gaps(start: date, days: int) -> None:
    last = date.fromordinal(start.toordinal() + days)
    found = rules.weeks(start, last)
    assert all(week.weekday() == 0 for week in found)
    assert found == sorted(found, reverse=True)
    assert found[-1] <= start and found[0] <= last < date.fromordinal(found[0].toordinal() + 7)
    assert 0 <= rules.progress(start, rules.ends_on(start), last) <= 100
