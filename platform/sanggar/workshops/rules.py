"""Places, waiting lists, time windows and hours: pure decisions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sanggar import clock

OPENS_BEFORE = timedelta(minutes=30)
CLOSES_AFTER = timedelta(hours=2)
MAX_CAPACITY = 2000
MAX_LENGTH = timedelta(days=7)
MIN_REASON = 10


@dataclass(frozen=True)
class Places:
    """Who has a place and who waits, both in order of arrival."""

    capacity: int
    registered: tuple[int, ...] = ()
    waiting: tuple[int, ...] = ()
    #: those who got their place in the last step by moving up
    moved: tuple[int, ...] = field(default=(), compare=False)

    @property
    def free(self) -> int:
        """Number of places that can still be taken."""
        return max(0, self.capacity - len(self.registered))


def register(places: Places, person: int) -> Places:
    """Give a place, or the end of the waiting list; somebody already on either list stays there."""
    if person in places.registered or person in places.waiting:
        return Places(places.capacity, places.registered, places.waiting)
    if places.free and not places.waiting:
        return Places(places.capacity, (*places.registered, person), places.waiting)
    return move_up(Places(places.capacity, places.registered, (*places.waiting, person)))


def cancel(places: Places, person: int) -> Places:
    """Take somebody off both lists; the first who wait move up."""
    return move_up(
        Places(
            places.capacity,
            tuple(p for p in places.registered if p != person),
            tuple(p for p in places.waiting if p != person),
        )
    )


def resize(places: Places, capacity: int) -> Places:
    """Change the capacity; a smaller one takes no place away from those who have one."""
    return move_up(Places(max(capacity, len(places.registered)), places.registered, places.waiting))


def move_up(places: Places) -> Places:
    """Give free places to those who wait, the first first."""
    lucky = places.waiting[: places.free]
    return Places(
        places.capacity, (*places.registered, *lucky), places.waiting[len(lucky) :], moved=lucky
    )


def can_register(now: datetime, starts_at: datetime) -> bool:
    """Return whether registration is open: it closes when the session starts."""
    return now < starts_at


def can_check_in(now: datetime, starts_at: datetime, ends_at: datetime) -> bool:
    """Return whether presence can be noted by code: from 30 minutes before to 2 hours after."""
    return starts_at - OPENS_BEFORE <= now <= ends_at + CLOSES_AFTER


def overlaps(start: datetime, end: datetime, others: Iterable[tuple[datetime, datetime]]) -> bool:
    """Return whether a time collides with any of the others; one may end as the next begins."""
    return any(start < other_end and other_start < end for other_start, other_end in others)


def hours_of(workshop_hours: float | None, starts_at: datetime, ends_at: datetime) -> float:
    """Return the hours that presence counts: those of the workshop, else the length of the session."""
    if workshop_hours is not None:
        return workshop_hours
    return round((ends_at - starts_at) / timedelta(hours=1), 2)


def counted_hours(attended: Sequence[float], required: float) -> float:
    """Return the hours of one workshop over all its sessions, never more than it has."""
    return min(sum(attended), required)


def same_business(name: str) -> str:
    """Return a name as it is compared: case and spaces do not make two people of one."""
    return " ".join(name.casefold().split())


def ways_to_write(phone: str) -> frozenset[str]:
    """Return the digits under which a number (E.164) may stand in an attendance list.

    >>> sorted(ways_to_write("+6281200000123"))
    ['081200000123', '6281200000123', '81200000123']
    """
    digits = "".join(c for c in phone if c.isdigit())
    own = digits.removeprefix("62")
    return frozenset({digits, own, f"0{own}"} - {"", "0"})


def year_bounds(year: int) -> tuple[datetime, datetime]:
    """Return the first moment of a calendar year here and of the next one, in UTC."""
    start, end = (datetime(y, 1, 1, tzinfo=clock.WIB).astimezone(UTC) for y in (year, year + 1))
    return start, end
