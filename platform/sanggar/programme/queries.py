"""What the programme knows: hubs, regions, who is enrolled where, and the counts that reports show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from flask import g
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, select
from sqlmodel import col

from sanggar import errors
from sanggar.kernel import db
from sanggar.kernel.i18n import _l
from sanggar.programme import rules
from sanggar.programme.holidays import holidays as holidays  # noqa: PLC0414 - other slices read it here
from sanggar.programme.models import Enrolment, Hub, Intake, Region, StageChange, Target
from sanggar.programme.rules import Stage as Stage  # noqa: PLC0414 - other slices read it here


@dataclass(frozen=True)
class HubRow:
    """A hub as other slices see it."""

    id: int
    code: str
    name: Any
    city: str
    phone: str


@dataclass(frozen=True)
class RegionRow:
    """A regency or city; `hub_id` None: not mapped yet."""

    id: int
    code: str
    name: str
    hub_id: int | None


@dataclass(frozen=True)
class EnrolmentRow:
    """Where a talent stands."""

    person_id: int
    hub_id: int | None
    region_id: int | None
    stage: Stage
    joined_at: datetime
    channel: str


@dataclass(frozen=True)
class HubCount:
    """Talents of a hub: joined, active and cumulative are three different measures.

    `reached` are those who joined within the period of the target; `gap` and `percent` compare
    them with `target`.
    """

    hub: HubRow
    target: int
    joined_this_year: int
    joined_last_year: int
    active: int
    cumulative: int
    reached: int

    @property
    def gap(self) -> int:
        """How many are still missing."""
        return rules.gap(self.target, self.reached)

    @property
    def percent(self) -> float:
        """Share of the target that is reached, 0..100 and above."""
        return rules.percent(self.target, self.reached)


@dataclass(frozen=True)
class Step:
    """One entry of a talent's stage history."""

    old: str
    new: str
    at: datetime
    by_id: int | None
    reason: str


#: Talents whose region is not mapped and who chose no hub themselves.
WITHOUT_HUB = HubRow(0, "", _l("Without a hub"), "", "")
PROGRAMME = HubRow(0, "programme", _l("The whole programme"), "", "")


_HUBS = (
    select(col(Hub.id), col(Hub.code), col(Hub.name), col(Hub.city), col(Hub.phone))
    .where(col(Hub.active))
    .order_by(col(Hub.position), col(Hub.id))
)


def hubs() -> list[HubRow]:
    """Return the active hubs in their order (read once a request)."""
    if "programme_hubs" not in g:
        g.programme_hubs = [HubRow(*row) for row in db.rows(_HUBS)]
    found: list[HubRow] = g.programme_hubs
    return found


def hub(hub_id: int | None) -> HubRow:
    """Return one hub or raise `NotFound`."""
    for row in hubs():
        if row.id == hub_id:
            return row
    raise errors.NotFound


def regions() -> list[RegionRow]:
    """Return all regencies and cities by name."""
    statement = select(
        col(Region.id), col(Region.code), col(Region.name), col(Region.hub_id)
    ).order_by(col(Region.name))
    return [RegionRow(*row) for row in db.session().execute(statement)]


def region(region_id: int | None) -> RegionRow | None:
    """Return one region, None when there is none."""
    statement = select(col(Region.id), col(Region.code), col(Region.name), col(Region.hub_id))
    row = db.session().execute(statement.where(col(Region.id) == region_id)).first()
    return RegionRow(*row) if row else None


def hub_of_region(region_id: int | None) -> int | None:
    """Return the hub that serves a region, None when it is not mapped."""
    found = region(region_id) if region_id is not None else None
    return found.hub_id if found else None


def enrolment(person_id: int) -> EnrolmentRow | None:
    """Return where a talent stands, None for people who are not talents."""
    return enrolments([person_id]).get(person_id)


def enrolments(person_ids: Collection[int]) -> dict[int, EnrolmentRow]:
    """Return where each of these talents stands."""
    if not person_ids:
        return {}
    statement = select(
        col(Enrolment.person_id), col(Enrolment.hub_id), col(Enrolment.region_id), col(Enrolment.stage),
        col(Enrolment.joined_at), col(Enrolment.channel),
    ).where(col(Enrolment.person_id).in_(person_ids))  # fmt: skip
    return {row[0]: EnrolmentRow(*row) for row in db.session().execute(statement)}


def enrolled(
    hub_ids: Collection[int] | None = None, stages: Collection[Stage] | None = None
) -> Any:
    """Return a select of person ids, for other slices to filter by hub and stage in one statement."""
    statement = select(col(Enrolment.person_id))
    if hub_ids is not None:
        statement = statement.where(col(Enrolment.hub_id).in_(hub_ids))
    if stages is not None:
        statement = statement.where(col(Enrolment.stage).in_(stages))
    return statement


def stage_counts(hub_ids: Collection[int] | None = None) -> dict[Stage, int]:
    """Return how many talents stand in each stage."""
    statement = select(col(Enrolment.stage), func.count()).group_by(col(Enrolment.stage))
    if hub_ids is not None:
        statement = statement.where(col(Enrolment.hub_id).in_(hub_ids))
    found = {row[0]: row[1] for row in db.session().execute(statement)}
    return {stage: found.get(stage, 0) for stage in Stage}


def history(person_id: int) -> list[Step]:
    """Return a talent's stage changes, oldest first."""
    statement = (
        select(
            col(StageChange.old),
            col(StageChange.new),
            col(StageChange.at),
            col(StageChange.by_id),
            col(StageChange.reason),
        )
        .where(col(StageChange.person_id) == person_id)
        .order_by(col(StageChange.at), col(StageChange.id))
    )
    return [Step(*row) for row in db.session().execute(statement)]


def stage_at(person_id: int, moment: datetime) -> Stage | None:
    """Return the stage a talent had at a moment, None before they joined."""
    statement = (
        select(col(StageChange.new))
        .where(col(StageChange.person_id) == person_id, col(StageChange.at) <= moment)
        .order_by(col(StageChange.at).desc(), col(StageChange.id).desc())
        .limit(1)
    )
    found = db.session().execute(statement).scalar()
    return Stage(found) if found else None


def channels(person_id: int) -> list[str]:
    """Return the channels through which a talent came, first one first."""
    statement = (
        select(col(Intake.channel))
        .where(col(Intake.person_id) == person_id)
        .order_by(col(Intake.id))
    )
    return list(db.session().execute(statement).scalars())


def enrolment_with_channels(person_id: int) -> tuple[EnrolmentRow | None, list[str]]:
    """Return where a talent stands and how they came, in one statement."""
    statement = (
        select(
            col(Enrolment.person_id), col(Enrolment.hub_id), col(Enrolment.region_id),
            col(Enrolment.stage), col(Enrolment.joined_at), col(Enrolment.channel),
            col(Intake.channel),
        )
        .outerjoin(Intake, col(Intake.person_id) == col(Enrolment.person_id))
        .where(col(Enrolment.person_id) == person_id)
        .order_by(col(Intake.id))
    )  # fmt: skip
    rows = db.session().execute(statement).all()
    if not rows:
        return None, []
    return EnrolmentRow(*rows[0][:6]), [row[6] for row in rows if row[6]]


def next_stages(steps: Sequence[Step]) -> tuple[Stage, ...]:
    """Return the stages an officer may choose next, from a talent's history."""
    if not steps:
        return ()
    last = steps[-1]
    return rules.next_stages(Stage(last.new), Stage(last.old) if last.old else None)


def place_names(region_id: int | None, hub_id: int | None) -> tuple[str, str]:
    """Return the names of a region and a hub, empty where there is none."""
    region_name = select(col(Region.name)).where(col(Region.id) == region_id).scalar_subquery()
    hub_name = select(col(Hub.name)).where(col(Hub.id) == hub_id).scalar_subquery()
    row = db.session().execute(select(region_name, hub_name)).one()
    return (row[0] or "", row[1] or "")


@dataclass(frozen=True)
class Goal:
    """A target in force; `hub_id` None: the programme."""

    hub_id: int | None
    period_start: date
    period_end: date
    number: int


_GOALS = (
    select(col(Target.hub_id), col(Target.period_start), col(Target.period_end), col(Target.number))
    .where(
        col(Target.superseded_at).is_(None),
        col(Target.period_start) <= bindparam("today"),
        col(Target.period_end) >= bindparam("today"),
    )
    .order_by(col(Target.period_start), col(Target.id))
)


def targets(today: date) -> dict[int | None, Goal]:
    """Return the targets in force that day: hub id (None: the programme) -> target."""
    kept: dict[date, dict[int | None, Goal]] = g.setdefault("programme_goals", {})
    if today not in kept:
        kept[today] = {row.hub_id: Goal(*row) for row in db.rows(_GOALS, today=today)}
    return kept[today]


def forget() -> None:
    """Drop the targets this request has read, because one has just changed."""
    g.pop("programme_goals", None)


def target_history(hub_ids: Collection[int] | None = None) -> list[Target]:
    """Return all revisions, newest first."""
    statement = select(Target).order_by(col(Target.set_at).desc(), col(Target.id).desc())
    if hub_ids is not None:
        statement = statement.where(col(Target.hub_id).in_(hub_ids))
    return list(db.session().scalars(statement))


def counts(today: date) -> list[HubCount]:
    """Return the measures of each hub, and of talents without a hub when there are any."""
    in_force = targets(today)
    measured = _measure(today, in_force.values())
    whole = in_force.get(None)
    rows = [_count(row, in_force.get(row.id), whole, measured.get(row.id, {})) for row in hubs()]
    if None in measured:
        rows.append(_count(WITHOUT_HUB, None, whole, measured[None]))
    return rows


def total(rows: Iterable[HubCount], today: date) -> HubCount:
    """Return the whole programme: the sum of the hubs against the programme's own target."""
    rows = list(rows)
    goal = targets(today).get(None)
    reached = sum(row.reached for row in rows)
    return HubCount(
        PROGRAMME,
        goal.number if goal else sum(row.target for row in rows),
        sum(row.joined_this_year for row in rows),
        sum(row.joined_last_year for row in rows),
        sum(row.active for row in rows),
        sum(row.cumulative for row in rows),
        reached,
    )


def _between(start: datetime, end: datetime) -> ColumnElement[int]:
    inside = and_(col(Enrolment.joined_at) >= start, col(Enrolment.joined_at) < end)
    return func.coalesce(func.sum(case((inside, 1), else_=0)), 0)


def _measure(today: date, goals: Iterable[Goal]) -> dict[int | None, dict[Any, int]]:
    """Count everything in one statement, with one column for each target period."""
    periods = tuple(sorted({(goal.period_start, goal.period_end) for goal in goals}))
    names = ("this", "last", "active", "all", *periods)
    rows = db.rows(_measures(today.year, periods))
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows}


@lru_cache(maxsize=16)
def _measures(year: int, periods: tuple[tuple[date, date], ...]) -> Select[Any]:
    """Return the statement of a year and its target periods; homes ask it on every visit."""
    columns: list[Any] = [
        col(Enrolment.hub_id),
        _between(*rules.year_bounds(year)),
        _between(*rules.year_bounds(year - 1)),
        func.sum(case((col(Enrolment.stage) != Stage.INACTIVE, 1), else_=0)),
        func.count(),
        *(_between(*rules.period_bounds(*period)) for period in periods),
    ]
    return select(*columns).group_by(col(Enrolment.hub_id))


def _count(
    row: HubRow, goal: Goal | None, programme: Goal | None, found: dict[Any, int]
) -> HubCount:
    period = goal or programme
    reached = (
        found.get((period.period_start, period.period_end), 0) if period else found.get("this", 0)
    )
    return HubCount(
        row,
        goal.number if goal else 0,
        int(found.get("this", 0)),
        int(found.get("last", 0)),
        int(found.get("active", 0)),
        int(found.get("all", 0)),
        int(reached),
    )
