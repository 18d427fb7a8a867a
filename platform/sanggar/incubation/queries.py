"""Reading incubation: cohorts, members with their people, logs, how much mentors carry."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import case, func
from sqlmodel import col, select

from sanggar import errors
from sanggar.incubation.models import Cohort, Member, MemberState, WeeklyLog
from sanggar.kernel import db


@dataclass(frozen=True)
class CohortLine:
    """A cohort as lists show it, with numbers of members."""

    id: int
    hub_id: int
    track: str
    name: str
    starts_on: date
    ends_on: date
    running: int = 0
    completed: int = 0
    stopped: int = 0

    @property
    def members(self) -> int:
        """All who ever belonged to it."""
        return self.running + self.completed + self.stopped


@dataclass(frozen=True)
class MemberLine:
    """A member with their cohort, as lists show them."""

    id: int
    person_id: int
    mentor_id: int
    state: MemberState
    started_at: datetime
    extended_until: date | None
    closed_at: datetime | None
    reason: str
    cohort_id: int
    cohort: str
    hub_id: int
    track: str
    starts_on: date
    cohort_ends_on: date
    logs: int
    unsigned: int

    @property
    def ends_on(self) -> date:
        """The last day, extension included."""
        return self.extended_until or self.cohort_ends_on

    @property
    def running(self) -> bool:
        """True while it is under way."""
        return self.state is MemberState.RUNNING


@dataclass(frozen=True)
class LogLine:
    """One week of a member's log."""

    id: int
    week: date
    done: str
    hard: str
    ahead: str
    at: datetime
    signed_at: datetime | None
    signed_by: int | None
    comment: str


def _members_in(state: MemberState) -> Any:
    return func.coalesce(func.sum(case((col(Member.state) == state, 1), else_=0)), 0)


def _cohorts() -> Any:
    return (
        select(  # type: ignore[call-overload]
            Cohort.id, Cohort.hub_id, Cohort.track, Cohort.name, Cohort.starts_on, Cohort.ends_on,
            *(_members_in(state) for state in MemberState),
        )
        .join(Member, col(Member.cohort_id) == col(Cohort.id), isouter=True)
        .group_by(
            col(Cohort.id), col(Cohort.hub_id), col(Cohort.track), col(Cohort.name),
            col(Cohort.starts_on), col(Cohort.ends_on),
        )
    )  # fmt: skip


def cohorts(hub_ids: Collection[int] | None = None) -> list[CohortLine]:
    """Return the cohorts of hubs (None: all), the latest first."""
    statement = _cohorts().order_by(col(Cohort.starts_on).desc(), col(Cohort.id).desc())
    if hub_ids is not None:
        statement = statement.where(col(Cohort.hub_id).in_(hub_ids))
    return [CohortLine(*row) for row in db.session().execute(statement)]


def cohort(cohort_id: int) -> CohortLine:
    """Return one cohort or raise `NotFound`."""
    row = db.session().execute(_cohorts().where(col(Cohort.id) == cohort_id)).first()
    if row is None:
        raise errors.NotFound
    return CohortLine(*row)


def _logs(*conditions: Any) -> Any:
    return (
        select(func.count(col(WeeklyLog.id)))
        .where(col(WeeklyLog.member_id) == col(Member.id), *conditions)
        .correlate(Member)
        .scalar_subquery()
    )


def _running_first() -> Any:
    return case((col(Member.state) == MemberState.RUNNING, 0), else_=1)


def _members() -> Any:
    return (
        select(  # type: ignore[call-overload]
            Member.id, Member.person_id, Member.mentor_id, Member.state, Member.started_at,
            Member.extended_until, Member.closed_at, Member.reason,
            Cohort.id, Cohort.name, Cohort.hub_id, Cohort.track, Cohort.starts_on, Cohort.ends_on,
            _logs(), _logs(col(WeeklyLog.signed_at).is_(None)),
        )
        .join(Cohort, col(Cohort.id) == col(Member.cohort_id))
        .order_by(_running_first(), col(Cohort.starts_on).desc(), col(Member.id))
    )  # fmt: skip


def _lines(statement: Any) -> list[MemberLine]:
    return [MemberLine(*row) for row in db.session().execute(statement)]


def members(cohort_id: int) -> list[MemberLine]:
    """Return the members of a cohort."""
    return _lines(_members().where(col(Member.cohort_id) == cohort_id))


def of_person(person_id: int) -> list[MemberLine]:
    """Return a talent's incubations, the latest first."""
    return _lines(_members().where(col(Member.person_id) == person_id))


def of_mentor(mentor_id: int) -> list[MemberLine]:
    """Return those a mentor goes along with."""
    return _lines(_members().where(col(Member.mentor_id) == mentor_id))


def member(member_id: int) -> MemberLine:
    """Return one member or raise `NotFound`."""
    found = _lines(_members().where(col(Member.id) == member_id))
    if not found:
        raise errors.NotFound
    return found[0]


def running(person_id: int, track: str = "") -> MemberLine | None:
    """Return the incubation a talent is in (of a track), None when there is none."""
    found = of_person(person_id)
    return next((m for m in found if m.running and track in ("", m.track)), None)


def log(member_id: int) -> list[LogLine]:
    """Return a member's weeks, the latest first."""
    statement = (
        select(  # type: ignore[call-overload]
            WeeklyLog.id, WeeklyLog.week, WeeklyLog.done, WeeklyLog.hard, WeeklyLog.ahead,
            WeeklyLog.at, WeeklyLog.signed_at, WeeklyLog.signed_by, WeeklyLog.comment,
        )
        .where(col(WeeklyLog.member_id) == member_id)
        .order_by(col(WeeklyLog.week).desc())
    )  # fmt: skip
    return [LogLine(*row) for row in db.session().execute(statement)]


def mentor_loads() -> Mapping[int, int]:
    """Return mentor id -> how many running members they go along with."""
    statement = (
        select(Member.mentor_id, func.count(col(Member.id)))
        .where(col(Member.state) == MemberState.RUNNING)
        .group_by(col(Member.mentor_id))
    )
    return {row[0]: row[1] for row in db.session().execute(statement)}


def counts(hub_ids: Collection[int] | None = None) -> dict[int, dict[MemberState, int]]:
    """Return hub id -> state -> number of members."""
    statement = (
        select(Cohort.hub_id, Member.state, func.count(col(Member.id)))
        .join(Member, col(Member.cohort_id) == col(Cohort.id))
        .group_by(col(Cohort.hub_id), col(Member.state))
    )
    if hub_ids is not None:
        statement = statement.where(col(Cohort.hub_id).in_(hub_ids))
    found: dict[int, dict[MemberState, int]] = {}
    for hub_id, state, number in db.session().execute(statement):
        found.setdefault(hub_id, dict.fromkeys(MemberState, 0))[state] = number
    return found


def export_person(person_id: int) -> dict[str, Any]:
    """Return everything this slice knows about somebody, for their own copy."""
    return {
        "incubation": [
            {
                "cohort": each.cohort,
                "track": each.track,
                "starts_on": each.starts_on,
                "ends_on": each.ends_on,
                "state": each.state.value,
                "reason": each.reason,
                "log": [
                    {"week": week.week, "done": week.done, "hard": week.hard, "ahead": week.ahead,
                     "signed_at": week.signed_at, "comment": week.comment}
                    for week in log(each.id)
                ],
            }
            for each in of_person(person_id)
        ]
    }  # fmt: skip
