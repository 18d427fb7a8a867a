"""Chance that can be repeated, and moments as people live them: officers by day, talents in the evening."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TypeVar

from sanggar import clock
from sanggar.ids import ALPHABET

T = TypeVar("T")
OFFICE, EVENING = (9, 16), (19, 23)
SATURDAY, SUNDAY = 5, 6


class Dice(random.Random):
    """A seeded source of chance; every part of the demo has one of its own."""

    def weighted(self, weights: Mapping[T, float]) -> T:
        """Return one key, drawn by weight."""
        return self.choices(list(weights), list(weights.values()))[0]

    def quota(self, counts: Mapping[T, int]) -> list[T]:
        """Return each key as often as its count says, shuffled."""
        found = [key for key, count in counts.items() for _ in range(count)]
        self.shuffle(found)
        return found

    def chance(self, probability: float) -> bool:
        """Return True with this probability."""
        return self.random() < probability

    def between(self, first: date, last: date) -> date:
        """Return a day of a span, both ends included; the first when the span is empty."""
        return first + timedelta(days=self.randint(0, max(0, (last - first).days)))

    def at(self, day: date, hours: tuple[int, int] = EVENING) -> datetime:
        """Return a moment of a day within these hours of the wall clock, in UTC."""
        minute = self.randint(hours[0] * 60, hours[1] * 60 - 1)
        moment = time(minute // 60, minute % 60, self.randint(0, 59))
        return datetime.combine(day, moment, tzinfo=clock.WIB).astimezone(UTC)

    def median_hours(self, median: float, spread: float = 0.8) -> timedelta:
        """Return a waiting time with this median: most are short, a few are long."""
        return timedelta(hours=median * math.exp(self.gauss(0, spread)))

    def code(self, length: int) -> str:
        """Return a code of Crockford's alphabet, repeatable and therefore no secret."""
        return "".join(self.choice(ALPHABET) for _ in range(length))

    def token(self, length: int = 32) -> str:
        """Return hexadecimal digits where the site would draw a secret."""
        return "".join(self.choice("0123456789abcdef") for _ in range(length))

    def some(self, items: Sequence[T], count: int) -> list[T]:
        """Return up to so many different items."""
        return self.sample(list(items), min(count, len(items)))


def day(moment: datetime) -> date:
    """Return the calendar day of a moment."""
    return clock.local(moment).date()


def moment(day: date, hour: int, minute: int = 0) -> datetime:
    """Return a moment of the wall clock, in UTC."""
    return datetime.combine(day, time(hour, minute), tzinfo=clock.WIB).astimezone(UTC)


def next_weekday(day: date, weekday: int) -> date:
    """Return the day itself or the next one that falls on a weekday (0: Monday)."""
    return day + timedelta(days=(weekday - day.weekday()) % 7)


def working_day(day: date) -> date:
    """Return the day itself, or the Monday after a week-end."""
    return day if day.weekday() < SATURDAY else next_weekday(day, 0)


def sigmoid(value: float) -> float:
    """Return the logistic of a value."""
    return 1 / (1 + math.exp(-value))
