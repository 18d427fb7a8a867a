"""Decisions about figures: what may be shown of few people, what a pace promises, what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sanggar import clock

#: Fewer people than this are never shown as a number to those outside a hub.
SMALLEST = 5
FEW = f"<{SMALLEST}"
ENOUGH = f"≥{SMALLEST}"
#: The pace is that of the last eight weeks; with less history there is no pace to speak of.
WEEKS = 8
#: A date further away than this promises nothing.
FORESEEABLE = timedelta(days=3 * 365)


class Outlook(StrEnum):
    """What the pace of the last weeks says about the target."""

    REACHED = "reached"
    TOO_EARLY = "too_early"
    STANDING = "standing"
    FAR = "far"
    MONTH = "month"


@dataclass(frozen=True)
class Forecast:
    """An outlook, with the month (its first day) when there is one."""

    outlook: Outlook
    month: date | None = None


def forecast(
    gap: int, weekly: Sequence[int], first_joined: datetime | None, now: datetime
) -> Forecast:
    """Return when the target is reached at the pace of `weekly`, or why nobody can say."""
    if gap <= 0:
        return Forecast(Outlook.REACHED)
    if first_joined is None or now - first_joined < timedelta(weeks=WEEKS):
        return Forecast(Outlook.TOO_EARLY)
    pace = sum(weekly) / len(weekly) if weekly else 0.0
    if pace <= 0:
        return Forecast(Outlook.STANDING)
    away = timedelta(weeks=gap / pace) if gap / pace < 1000 else FORESEEABLE
    if away >= FORESEEABLE:
        return Forecast(Outlook.FAR)
    return Forecast(Outlook.MONTH, clock.local(now + away).date().replace(day=1))


def weeks_before(now: datetime, weeks: int = WEEKS) -> list[tuple[datetime, datetime]]:
    """Return the last whole weeks (seven days each, ending now), oldest first."""
    return [
        (now - timedelta(weeks=number), now - timedelta(weeks=number - 1))
        for number in range(weeks, 0, -1)
    ]


def cell(number: int) -> int | str:
    """Return a number that may be shown, or `<5`."""
    return FEW if 0 < number < SMALLEST else number


def cells(numbers: Sequence[int]) -> list[int | str]:
    """Return one column of numbers that add up to a published sum, with few people hidden.

    A single hidden number could be worked out from the sum, so the next smallest then hides too.

    >>> cells([12, 3, 40, 0, 7])
    [12, '<5', 40, 0, '≥5']
    """
    shown = [cell(number) for number in numbers]
    if shown.count(FEW) == 1:
        others = [i for i, number in enumerate(numbers) if number >= SMALLEST]
        if others:
            shown[min(others, key=lambda i: numbers[i])] = ENOUGH
    return shown


@dataclass(frozen=True)
class Waiting:
    """How many things wait for an officer, by kind."""

    deletions: int = 0
    objections: int = 0
    sessions: int = 0
    guardians: int = 0
    briefs: int = 0


#: What the law gives a deadline for comes first, then what happens today.
URGENCY = ("deletions", "objections", "sessions", "guardians", "briefs")


def tasks(waiting: Waiting) -> list[tuple[str, int]]:
    """Return the kinds of work that wait, the most urgent first."""
    found = [(kind, int(getattr(waiting, kind))) for kind in URGENCY]
    return [(kind, number) for kind, number in found if number]


def read_date(typed: str | None, today: date) -> date | None:
    """Return the date typed in an address, today when there is none, None when it cannot be used."""
    if not typed:
        return today
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if found <= today and found.year >= 2000 else None


def moment_of(as_of: date, now: datetime) -> datetime:
    """Return the first moment a recap no longer counts: the end of its day, or just after now."""
    end = datetime.combine(as_of + timedelta(days=1), datetime.min.time(), tzinfo=clock.WIB)
    return min(end.astimezone(now.tzinfo), now + timedelta(microseconds=1))


def week_of(day: date) -> int:
    """Return the ISO week number."""
    return day.isocalendar().week
