"""How long an incubation lasts, who may close it when, and how many a mentor can carry."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

MONTHS = 3
#: more than this many at once is shown to the officer as a warning
MENTOR_LOAD = 6
MIN_REASON = 10
LONGEST_EXTENSION = timedelta(days=184)


def add_months(start: date, months: int) -> date:
    """Return the same day `months` later, the last of the month where there is none.

    >>> add_months(date(2026, 1, 31), 3)
    datetime.date(2026, 4, 30)
    """
    index = start.month - 1 + months
    year, month = start.year + index // 12, index % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def ends_on(starts_on: date) -> date:
    """Return the last day of an incubation."""
    return add_months(starts_on, MONTHS)


def needs_override(today: date, end: date) -> bool:
    """Return whether completing today would be early."""
    return today < end


def can_extend(until: date, current_end: date) -> bool:
    """Return whether an extension goes beyond the end, and not by more than half a year."""
    return current_end < until <= current_end + LONGEST_EXTENSION


def monday(day: date) -> date:
    """Return the Monday of a week."""
    return day - timedelta(days=day.weekday())


def weeks(starts_on: date, last: date) -> list[date]:
    """Return the Mondays from the first week to the last one, the latest first."""
    first, found = monday(starts_on), monday(last)
    every = []
    while found >= first:
        every.append(found)
        found -= timedelta(days=7)
    return every


def progress(starts_on: date, end: date, today: date) -> int:
    """Return how much of the time has passed, 0..100."""
    whole = max(1, (end - starts_on).days)
    return max(0, min(100, round(100 * (today - starts_on).days / whole)))
