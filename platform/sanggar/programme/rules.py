"""The programme's decisions: which stage may follow which, what an event means, how targets add up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from sanggar import clock


class Stage(StrEnum):
    """Where a talent stands on the way from applicant to placed."""

    APPLICANT = "applicant"
    PARTICIPANT = "participant"
    CERTIFIED = "certified"
    INCUBATING = "incubating"
    READY = "ready"
    PLACED = "placed"
    INACTIVE = "inactive"


#: The way forward, in order. `inactive` is outside of it.
WAY = (
    Stage.APPLICANT,
    Stage.PARTICIPANT,
    Stage.CERTIFIED,
    Stage.INCUBATING,
    Stage.READY,
    Stage.PLACED,
)

#: What may follow each stage. Somebody inactive returns to where they stood (see `can_move`).
LEGAL: dict[Stage, frozenset[Stage]] = {
    Stage.APPLICANT: frozenset({Stage.PARTICIPANT, Stage.INACTIVE}),
    Stage.PARTICIPANT: frozenset({Stage.CERTIFIED, Stage.INACTIVE}),
    Stage.CERTIFIED: frozenset({Stage.INCUBATING, Stage.PLACED, Stage.INACTIVE}),
    Stage.INCUBATING: frozenset({Stage.CERTIFIED, Stage.READY, Stage.PLACED, Stage.INACTIVE}),
    Stage.READY: frozenset({Stage.INCUBATING, Stage.PLACED, Stage.INACTIVE}),
    Stage.PLACED: frozenset({Stage.INCUBATING, Stage.READY, Stage.INACTIVE}),
    Stage.INACTIVE: frozenset({Stage.PARTICIPANT}),
}


def next_stages(stage: Stage, before: Stage | None = None) -> tuple[Stage, ...]:
    """Return the stages that may follow; `before` is where an inactive talent stood."""
    allowed = set(LEGAL[stage])
    if stage is Stage.INACTIVE and before is not None:
        allowed = {before}
    return tuple(s for s in Stage if s in allowed)


def can_move(old: Stage, new: Stage, before: Stage | None = None) -> bool:
    """Return whether a talent may go from `old` to `new`."""
    return new in next_stages(old, before)


def steps(stage: Stage, to: Stage, before: Stage | None = None) -> list[Stage]:
    """Return the steps an event causes: forward only, one legal step at a time, none when it cannot.

    An applicant who earns a certificate passes through `participant`; an event never leads back.
    """
    start = [before or Stage.PARTICIPANT] if stage is Stage.INACTIVE else []
    here = start[0] if start else stage
    if WAY.index(to) <= WAY.index(here):
        return start
    if can_move(here, to):
        return [*start, to]
    between = WAY[WAY.index(here) + 1 : WAY.index(to)]
    way = [*between, to]
    if to in (Stage.PARTICIPANT, Stage.CERTIFIED) and all(
        can_move(a, b) for a, b in zip([here, *way], way, strict=False)
    ):
        return [*start, *way]
    return start


def year_bounds(year: int) -> tuple[datetime, datetime]:
    """Return the first moment of a calendar year here and of the next one."""
    return day_start(date(year, 1, 1)), day_start(date(year + 1, 1, 1))


def day_start(day: date) -> datetime:
    """Return the first moment of a day on the programme's wall clock, in UTC."""
    return datetime.combine(day, time(), tzinfo=clock.WIB).astimezone(UTC)


def period_bounds(start: date, end: date) -> tuple[datetime, datetime]:
    """Return the first moment of a period and the first one after it."""
    return day_start(start), day_start(end + timedelta(days=1))


def gap(target: int, reached: int) -> int:
    """Return how many are still missing."""
    return max(target - reached, 0)


def percent(target: int, reached: int) -> float:
    """Return the share reached, 0..100 and above when the target is exceeded."""
    return round(100 * reached / target, 1) if target else 0.0


def sums_up(programme: int | None, hubs: Iterable[int]) -> bool:
    """Return whether the hubs' targets add up to the programme's."""
    return programme is None or sum(hubs) == programme
