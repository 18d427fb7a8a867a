"""The clock of one attempt: it stands still in an outage of the hub and while somebody rests. Pure.

Time is given back for spans of the attempt, and every moment once (`stood`), however outages and
breaks overlap: in all, the clock runs for the exam's minutes with the extra time, never longer.
A break spends the minutes that were granted; in an outage they are not spent. A break that nobody
ends is over when its minutes are used up: that is reckoned, no job has to notice it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Protocol

#: Beginning and end in microseconds since the attempt began: whole numbers add up exactly.
Span = tuple[int, int]
_TICK = timedelta(microseconds=1)


class Timed(Protocol):
    """What has a clock: an attempt, or the columns of one."""

    started_at: datetime
    deadline: datetime
    paused_at: datetime | None
    resting_since: datetime | None
    rested_seconds: float
    break_minutes: int
    stood: list[list[int]]


@dataclass(frozen=True)
class Clock:
    """How a clock stands.

    Attributes
    ----------
    started_at, deadline : datetime
        `deadline` with all the time that has been given back so far.
    paused_at : datetime or None
        Since when an outage has stopped it and nothing was given back yet.
    resting_since : datetime or None
        Since when the break that goes on has spent minutes; in an outage it spends none.
    rested, breaks : timedelta
        Break that was spent before, and that was granted.
    stood : tuple of Span
        Where time was given back, in order, without overlaps.
    """

    started_at: datetime
    deadline: datetime
    paused_at: datetime | None = None
    resting_since: datetime | None = None
    rested: timedelta = timedelta()
    breaks: timedelta = timedelta()
    stood: tuple[Span, ...] = ()

    def spent(self, now: datetime) -> timedelta:
        """Return what the break that goes on has spent."""
        if self.resting_since is None or self.paused_at is not None:
            return timedelta()
        unspent = max(timedelta(), self.breaks - self.rested)
        return min(unspent, max(timedelta(), now - self.resting_since))

    def left(self, now: datetime) -> timedelta:
        """Return how much break somebody still has."""
        return max(timedelta(), self.breaks - self.rested - self.spent(now))

    def resting(self, now: datetime) -> bool:
        """Return whether a break goes on."""
        return self.resting_since is not None and self.left(now) > timedelta()

    def standing(self, now: datetime) -> bool:
        """Return whether the clock stands still."""
        return self.paused_at is not None or self.resting(now)

    def end(self, now: datetime) -> datetime:
        """Return when the time is up, later by as long as the clock stands still now."""
        if self.paused_at is not None:
            return self.deadline + max(timedelta(), now - self.paused_at)
        return self.deadline + self.spent(now)

    def used_up(self, now: datetime) -> datetime | None:
        """Return when the break ran out by itself, None when none has."""
        if self.resting_since is None or self.resting(now):
            return None
        return self.resting_since + self.spent(now)

    def rest(self, now: datetime) -> Clock:
        """Begin a break."""
        return replace(self, resting_since=now)

    def go_on(self, now: datetime) -> Clock:
        """End the break: what it took is given back and spent."""
        if self.resting_since is None:
            return self
        spent = self.spent(now)
        given = self._give(self.resting_since, self.resting_since + spent)
        return replace(given, resting_since=None, rested=self.rested + spent)

    def pause(self, now: datetime, began: datetime) -> Clock:
        """Stop for an outage that `began` at or before now; a break goes on and spends no more."""
        still = self._up_to(now)._give(began, now)
        return replace(still, paused_at=now)

    def resume(self, now: datetime, ended: datetime) -> Clock:
        """Go on after an outage; what was left of a break goes on from its end."""
        still = self._give(self.paused_at or ended, ended)
        resting = self.resting_since and max(self.resting_since, min(ended, now))
        return replace(still, paused_at=None, resting_since=resting)

    def lost(self, now: datetime, began: datetime, ended: datetime) -> Clock:
        """Give back an outage that is over; a clock that stands goes on standing."""
        return self._up_to(now)._give(began, min(ended, now))

    def _up_to(self, now: datetime) -> Clock:
        """Give back what the clock has stood until now, so that spans never overlap what runs."""
        if self.paused_at is not None:
            still = self._give(self.paused_at, now)
            return replace(still, paused_at=max(self.paused_at, now))
        if self.resting_since is not None:
            rested, resting = self.go_on(now), self.resting(now)
            return replace(rested, resting_since=now if resting else None)
        return self

    def _give(self, begin: datetime, end: datetime) -> Clock:
        """Add the part of a span that was not given back before."""
        first = max(0, (begin - self.started_at) // _TICK)
        last = (end - self.started_at) // _TICK
        stood = merged([*self.stood, (first, last)])
        more = sum(b - a for a, b in stood) - sum(b - a for a, b in self.stood)
        return replace(self, deadline=self.deadline + more * _TICK, stood=stood)


def merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans in order, those that touch joined, empty ones left out.

    >>> merged([(5, 9), (0, 2), (8, 12), (3, 3), (2, 4)])
    ((0, 4), (5, 12))
    """
    found: list[Span] = []
    for begin, end in sorted(spans):
        if end <= begin:
            continue
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((begin, end))
    return tuple(found)


def of(row: Any) -> Clock:
    """Return the clock of an attempt, or of a row with its columns."""
    return Clock(
        started_at=row.started_at, deadline=row.deadline, paused_at=row.paused_at,
        resting_since=row.resting_since, rested=timedelta(seconds=row.rested_seconds),
        breaks=timedelta(minutes=row.break_minutes), stood=_spans(row.stood),
    )  # fmt: skip


def _spans(stored: Sequence[Sequence[int]]) -> tuple[Span, ...]:
    return tuple((begin, end) for begin, end in stored)


def keep(row: Timed, clock: Clock) -> None:
    """Write a clock into its attempt."""
    row.deadline, row.paused_at = clock.deadline, clock.paused_at
    row.resting_since, row.rested_seconds = clock.resting_since, clock.rested.total_seconds()
    row.stood = [list(span) for span in clock.stood]
