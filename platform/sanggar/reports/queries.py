"""What the province and the agencies read, and the recaps that were frozen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, literal, select, union_all
from sqlmodel import col

from sanggar import clock
from sanggar.accounts.models import User
from sanggar.certification.models import Certificate
from sanggar.clients.models import Placement
from sanggar.clients.rules import PlacementState
from sanggar.incubation.models import Member, MemberState
from sanggar.kernel import db
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.i18n import _l
from sanggar.programme import queries as programme
from sanggar.programme.models import Enrolment, Intake
from sanggar.programme.queries import HubCount
from sanggar.programme.rules import Stage
from sanggar.reports import rules
from sanggar.reports.models import Recap

PROGRAMME = "programme"
PAGE = 50

Cell = int | str


@dataclass(frozen=True)
class Column:
    """One measure of the province: its value in each hub, and in all; few people are hidden."""

    label: Any
    cells: list[Cell]
    total: Cell


@dataclass(frozen=True)
class Province:
    """The province's one screen."""

    total: HubCount
    reached: Cell
    hubs: list[Any]
    intake: list[Column]
    outcomes: list[Column]


@dataclass(frozen=True)
class Referral:
    """A talent whom an agency sent."""

    name: str
    hub: Any
    stage: Stage
    joined_at: datetime


@dataclass(frozen=True)
class Agency:
    """What an agency may read: its own referrals."""

    name: str
    stages: dict[Stage, int]
    rows: list[Referral]
    page: int
    pages: int

    @property
    def number(self) -> int:
        """How many talents it sent."""
        return sum(self.stages.values())


def hub_of(scope: str) -> int:
    """Return the hub id of a scope like `hub:3`, 0 for the programme."""
    kind, _colon, number = scope.partition(":")
    return int(number) if kind == "hub" and number.isdigit() else 0


def province(now: datetime) -> Province:
    """Return the province's screen: intake and outcomes of each hub, small numbers hidden."""
    day = clock.local(now).date()
    counts = programme.counts(day)
    total = programme.total(counts, day)
    found = _outcomes(day)

    def column(label: Any, numbers: list[int]) -> Column:
        return Column(label, rules.cells(numbers), rules.cell(sum(numbers)))

    return Province(
        total=total,
        reached=rules.cell(total.reached),
        hubs=[count.hub.name for count in counts],
        intake=[
            column(_l("This year"), [count.joined_this_year for count in counts]),
            column(_l("Active"), [count.active for count in counts]),
            column(_l("Cumulative"), [count.cumulative for count in counts]),
        ],
        outcomes=[
            column(label, [found.get((key, count.hub.id or None), 0) for count in counts])
            for key, label in OUTCOMES.items()
        ],
    )


#: What became of talents; each counts people, except finished work.
OUTCOMES = {
    "certified": _l("Certified"),
    "incubated": _l("Incubation completed"),
    "placed": _l("Found work"),
    "finished": _l("Finished work"),
}


def _outcomes(day: date) -> dict[tuple[str, int | None], int]:
    """Count every outcome of every hub in one statement."""
    valid = (col(Certificate.revoked_at).is_(None), col(Certificate.valid_until) >= day)
    parts = [
        _part("certified", Certificate, func.count(func.distinct(Certificate.person_id)), *valid),
        _part("incubated", Member, func.count(func.distinct(Member.person_id)),
              col(Member.state) == MemberState.COMPLETED),
        _part("placed", Placement, func.count(func.distinct(Placement.person_id)),
              col(Placement.state) != PlacementState.CANCELLED),
        _part("finished", Placement, func.count(),
              col(Placement.state) == PlacementState.FINISHED),
    ]  # fmt: skip
    rows = db.session().execute(union_all(*parts))
    return {(key, hub_id): number for key, hub_id, number in rows}


def _part(key: str, model: Any, counted: Any, *conditions: Any) -> Any:
    return (
        select(literal(key), col(Enrolment.hub_id), counted)
        .join_from(model, Enrolment, col(Enrolment.person_id) == col(model.person_id))
        .where(*conditions)
        .group_by(col(Enrolment.hub_id))
    )


def agency(person: Principal, page: int) -> Agency:
    """Return the referrals of the officer's own agency, the newest first."""
    sent = _sent_by(person.agency)
    stages = select(col(Enrolment.stage), func.count()).where(sent).group_by(col(Enrolment.stage))
    found = {row[0]: row[1] for row in db.session().execute(stages)}
    number = sum(found.values())
    pages = max(1, -(-number // PAGE))
    page = min(max(page, 1), pages)
    statement = (
        select(
            col(User.name), col(Enrolment.hub_id), col(Enrolment.stage), col(Enrolment.joined_at)
        )
        .join(Enrolment, col(Enrolment.person_id) == col(User.id))
        .where(sent)
        .order_by(col(Enrolment.joined_at).desc(), col(Enrolment.id).desc())
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    )
    names = {hub.id: hub.name for hub in programme.hubs()}
    rows = [
        Referral(name, names.get(hub_id, programme.WITHOUT_HUB.name), stage, joined)
        for name, hub_id, stage, joined in db.session().execute(statement)
    ]
    ordered = {stage: found[stage] for stage in Stage if stage in found}
    return Agency(person.agency, ordered, rows, page, pages)


def _sent_by(name: str) -> Any:
    """Return the condition for talents whose intake channel is this agency."""
    low = name.strip().lower()
    channels = select(col(Intake.person_id)).where(
        func.lower(Intake.channel).in_([low, f"agency:{low}"] if low else [])
    )
    return col(Enrolment.person_id).in_(channels)


def recaps(as_of: date) -> dict[str, Recap]:
    """Return the frozen recaps of a date by scope."""
    statement = select(Recap).where(col(Recap.as_of) == as_of)
    return {row.scope: row for row in db.session().execute(statement).scalars()}


def reported(scope: str, limit: int = 12) -> list[date]:
    """Return the dates for which a scope was reported, newest first."""
    statement = (
        select(col(Recap.as_of))
        .where(col(Recap.scope) == scope, col(Recap.reported_at).is_not(None))
        .order_by(col(Recap.as_of).desc())
        .limit(limit)
    )
    return list(db.session().execute(statement).scalars())


def sees_scope(person: Principal, scope: str) -> bool:
    """Return whether somebody may read a recap: officers their hubs' and the programme's."""
    if person.has(Role.ADMIN, Role.PROVINCE):
        return True
    return person.has(Role.HUB_OFFICER) and (scope == PROGRAMME or hub_of(scope) in person.hubs)


def hides_few(person: Principal) -> bool:
    """Return whether somebody reads from outside the hubs, so that few people stay hidden."""
    return not person.has(Role.ADMIN, Role.HUB_OFFICER)
