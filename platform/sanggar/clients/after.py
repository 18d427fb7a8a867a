"""What is asked three and six months after some work, when, and what the answers may be.
Pure: plain values in, plain values out."""

from __future__ import annotations

from calendar import monthrange
from datetime import datetime, timedelta
from enum import StrEnum

from sanggar import clock

#: Months after the end of some work at which both sides are asked.
MONTHS = (3, 6)
#: A question not asked within this time of its day is not asked at all (a pause, an upgrade).
LATE = timedelta(days=30)
#: Without an answer it is called to mind once.
REMIND_AFTER = timedelta(days=7)
#: So long the link of a question can be answered.
OPEN_FOR = timedelta(days=30)
#: Answers of fewer people than this are not told.
LEAST = 5


class Again(StrEnum):
    """Whether the two still work together."""

    ONGOING = "ongoing"
    REPEAT = "repeat"
    GLADLY = "gladly"
    NO = "no"


class Income(StrEnum):
    """How a talent's income stands against the time before, a month."""

    LESS = "less"
    SAME = "same"
    LITTLE = "little"
    SOME = "some"
    MUCH = "much"


def months_before(now: datetime, months: int) -> datetime:
    """Return the same hour so many calendar months earlier, on the last day of shorter months.

    >>> from datetime import UTC
    >>> months_before(datetime(2026, 5, 31, 5, tzinfo=UTC), 3).date().isoformat()
    '2026-02-28'
    """
    moment = clock.local(now)
    month = moment.year * 12 + moment.month - 1 - months
    year, month = divmod(month, 12)
    day = min(moment.day, monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day).astimezone(now.tzinfo)


def together(answers: list[Again]) -> bool | None:
    """Return whether two sides kept working together: any such answer counts; None without answers."""
    if not answers:
        return None
    return any(answer in (Again.ONGOING, Again.REPEAT) for answer in answers)
