"""Counting as of a date: every figure of the recap, rebuilt from dated rows, one statement a table.

A figure is known by its key; `FIGURES` fixes their order, headings and wording once for the page,
the print and the files.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlmodel import col

from sanggar.certification.models import Certificate
from sanggar.clients.after import Again
from sanggar.clients.after_models import FollowUp
from sanggar.clients.business_models import Client
from sanggar.clients.models import Brief, Placement
from sanggar.clients.rules import BriefState, ClientKind
from sanggar.incubation.models import Cohort, Member, MemberState
from sanggar.kernel import db
from sanggar.kernel.i18n import _l
from sanggar.programme import queries as programme
from sanggar.programme import rules as programme_rules
from sanggar.programme.models import Enrolment, StageChange
from sanggar.programme.rules import Stage
from sanggar.workshops import queries as workshops


@dataclass(frozen=True)
class Figure:
    """One line of the recap."""

    key: str
    group: Any
    label: Any
    #: counts people, so that few of them hide from readers outside the hubs
    people: bool = True


TALENTS, LEVELS = _l("Talents"), _l("Certificates")
WORKSHOPS, INCUBATION, WORK = _l("Workshops"), _l("Incubation"), _l("Work")

FIGURES: tuple[Figure, ...] = (
    Figure("target", TALENTS, _l("Target"), people=False),
    Figure("reached", TALENTS, _l("Joined in the period of the target")),
    Figure("gap", TALENTS, _l("Still missing to the target")),
    Figure("joined_year", TALENTS, _l("Joined this year")),
    Figure("joined_week", TALENTS, _l("Joined in these seven days")),
    Figure("joined_last_year", TALENTS, _l("Joined last year")),
    Figure("active", TALENTS, _l("Active now")),
    Figure("cumulative", TALENTS, _l("Ever joined (cumulative)")),
    Figure("certified", LEVELS, _l("People with a valid certificate")),
    Figure("associate", LEVELS, _l("of these Associate or higher")),
    Figure("professional", LEVELS, _l("of these Professional")),
    Figure("issued_week", LEVELS, _l("Certificates issued in these seven days"), people=False),
    Figure("sessions", WORKSHOPS, _l("Sessions held this year"), people=False),
    Figure("presences", WORKSHOPS, _l("Presences of talents this year"), people=False),
    Figure("guests", WORKSHOPS, _l("MSME participants this year")),
    Figure("incubating", INCUBATION, _l("In incubation now")),
    Figure("incubated", INCUBATION, _l("Completed incubation this year")),
    Figure("briefs", WORK, _l("Briefs opened this year"), people=False),
    Figure("agreed", WORK, _l("Work agreed this year"), people=False),
    Figure("agreed_msme", WORK, _l("of these with MSMEs"), people=False),
    Figure("agreed_company", WORK, _l("of these with companies and agencies"), people=False),
    Figure("running", WORK, _l("Work running now"), people=False),
    Figure("finished", WORK, _l("Work finished this year"), people=False),
    Figure("followed", WORK, _l("Work followed up after 3 or 6 months this year"), people=False),
    Figure("together", WORK, _l("of these still together or ordered again"), people=False),
)
KEYS = tuple(figure.key for figure in FIGURES)

Found = dict[int | None, dict[str, int]]


@dataclass(frozen=True)
class Span:
    """The moments a recap speaks about; `until` is the first one it no longer counts."""

    as_of: date
    until: datetime

    @property
    def year(self) -> tuple[datetime, datetime]:
        """The calendar year up to the recap."""
        return programme_rules.year_bounds(self.as_of.year)[0], self.until

    @property
    def last_year(self) -> tuple[datetime, datetime]:
        """The whole calendar year before."""
        return programme_rules.year_bounds(self.as_of.year - 1)

    @property
    def week(self) -> tuple[datetime, datetime]:
        """The seven days that end with the day of the recap."""
        return programme_rules.day_start(self.as_of - timedelta(days=6)), self.until


def measure(span: Span) -> dict[int | None, dict[str, int]]:
    """Return every figure of every hub (None: talents without a hub) as of a date."""
    found: Found = defaultdict(lambda: dict.fromkeys(KEYS, 0))
    for hub in programme.hubs():
        found[hub.id].update(dict.fromkeys(KEYS, 0))
    for part in (_joined, _stages, _certificates, _incubation, _briefs, _work, _followed):
        for hub_id, figures in part(span):
            found[hub_id].update({key: int(number or 0) for key, number in figures.items()})
    for recap in workshops.counts_for_recap(span.as_of.year, until=span.until):
        found[recap.key].update(
            sessions=recap.sessions, presences=recap.presences, guests=recap.guests)  # fmt: skip
    _compare(found, span)
    return dict(found)


def _compare(found: Found, span: Span) -> None:
    """Set each hub against its target: who joined within the target's own period counts for it."""
    goals = programme.targets(span.as_of)
    whole = goals.get(None)
    periods = {(goal.period_start, goal.period_end) for goal in goals.values()}
    reached = {period: _reached(period, span) for period in periods}
    for hub_id, figures in found.items():
        own = goals.get(hub_id) if hub_id is not None else None
        goal = own or whole
        figures["target"] = own.number if own else 0
        figures["reached"] = (
            reached[goal.period_start, goal.period_end].get(hub_id, 0)
            if goal
            else figures["joined_year"]
        )
        figures["gap"] = programme_rules.gap(figures["target"], figures["reached"])


def _reached(period: tuple[date, date], span: Span) -> dict[int | None, int]:
    at = col(Enrolment.joined_at)
    start, end = programme_rules.period_bounds(*period)
    statement = (
        select(col(Enrolment.hub_id), func.count())
        .where(at >= start, at < min(end, span.until))
        .group_by(col(Enrolment.hub_id))
    )
    return {row[0]: row[1] for row in db.session().execute(statement)}


def add_up(rows: Iterable[Mapping[str, int]], target: int | None) -> dict[str, int]:
    """Return the province: the sum of its hubs, against the programme's own target."""
    total = dict.fromkeys(KEYS, 0)
    for figures in rows:
        for key in KEYS:
            total[key] += figures[key]
    if target is not None:
        total["target"] = target
    total["gap"] = programme_rules.gap(total["target"], total["reached"])
    return total


def _within(column: Any, bounds: tuple[datetime, datetime]) -> ColumnElement[bool]:
    return and_(column >= bounds[0], column < bounds[1])


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _people(person: Any, condition: ColumnElement[bool] | None = None) -> ColumnElement[int]:
    return func.count(func.distinct(person if condition is None else case((condition, person))))


def _rows(statement: Any, *keys: str) -> list[tuple[int | None, dict[str, int]]]:
    return [
        (row[0], dict(zip(keys, row[1:], strict=True))) for row in db.session().execute(statement)
    ]


def _joined(span: Span) -> list[tuple[int | None, dict[str, int]]]:
    at = col(Enrolment.joined_at)
    statement = (
        select(
            col(Enrolment.hub_id), _sum(_within(at, span.year)), _sum(_within(at, span.week)),
            _sum(_within(at, span.last_year)), func.count(),
        ).where(at < span.until).group_by(col(Enrolment.hub_id))
    )  # fmt: skip
    return _rows(statement, "joined_year", "joined_week", "joined_last_year", "cumulative")


def _stages(span: Span) -> list[tuple[int | None, dict[str, int]]]:
    """Count who was active: the last step before the date decides."""
    order = (col(StageChange.at).desc(), col(StageChange.id).desc())
    last = (
        select(
            col(StageChange.person_id), col(StageChange.new),
            func.row_number().over(partition_by=col(StageChange.person_id), order_by=order).label("nth"),
        ).where(col(StageChange.at) < span.until).subquery()
    )  # fmt: skip
    statement = (
        select(col(Enrolment.hub_id), _sum(last.c.new != Stage.INACTIVE.value))
        .join(last, and_(last.c.person_id == col(Enrolment.person_id), last.c.nth == 1))
        .where(col(Enrolment.joined_at) < span.until)
        .group_by(col(Enrolment.hub_id))
    )
    return _rows(statement, "active")


def _certificates(span: Span) -> list[tuple[int | None, dict[str, int]]]:
    person, level = col(Certificate.person_id), col(Certificate.level)
    revoked = col(Certificate.revoked_at)
    valid = and_(
        col(Certificate.valid_until) >= span.as_of, or_(revoked.is_(None), revoked >= span.until)
    )
    statement = (
        select(
            col(Enrolment.hub_id), _people(person, valid),
            _people(person, and_(valid, level.in_(("associate", "professional")))),
            _people(person, and_(valid, level == "professional")),
            _sum(_within(col(Certificate.issued_at), span.week)),
        )
        .join(Enrolment, col(Enrolment.person_id) == person)
        .where(col(Certificate.issued_at) < span.until)
        .group_by(col(Enrolment.hub_id))
    )  # fmt: skip
    return _rows(statement, "certified", "associate", "professional", "issued_week")


def _incubation(span: Span) -> list[tuple[int | None, dict[str, int]]]:
    closed = col(Member.closed_at)
    running = or_(closed.is_(None), closed >= span.until)
    completed = and_(col(Member.state) == MemberState.COMPLETED, _within(closed, span.year))
    statement = (
        select(
            col(Cohort.hub_id), _people(col(Member.person_id), running),
            _people(col(Member.person_id), completed),
        )
        .join(Cohort, col(Cohort.id) == col(Member.cohort_id))
        .where(col(Member.started_at) < span.until)
        .group_by(col(Cohort.hub_id))
    )  # fmt: skip
    return _rows(statement, "incubating", "incubated")


def _briefs(span: Span) -> list[tuple[int | None, dict[str, int]]]:
    opened = func.coalesce(col(Brief.opened_at), col(Brief.created_at))
    statement = (
        select(col(Brief.hub_id), func.count())
        .where(col(Brief.state) != BriefState.DRAFT, _within(opened, span.year))
        .group_by(col(Brief.hub_id))
    )
    return _rows(statement, "briefs")


def _followed(span: Span) -> list[tuple[int | None, dict[str, int]]]:
    """Count work that either side answered about, by the hub of the talent who did it."""
    again = col(FollowUp.again).in_((Again.ONGOING, Again.REPEAT))
    statement = (
        select(
            col(Enrolment.hub_id), _people(col(FollowUp.placement_id)),
            _people(col(FollowUp.placement_id), again),
        )
        .join(Placement, col(Placement.id) == col(FollowUp.placement_id))
        .join(Enrolment, col(Enrolment.person_id) == col(Placement.person_id))
        .where(_within(col(FollowUp.answered_at), span.year))
        .group_by(col(Enrolment.hub_id))
    )  # fmt: skip
    return _rows(statement, "followed", "together")


def _work(span: Span) -> list[tuple[int | None, dict[str, int]]]:
    """Count work by the hub of the talent who does it."""
    agreed = _within(col(Placement.agreed_at), span.year)
    msme = col(Client.kind).in_((ClientKind.MICRO, ClientKind.SMALL))
    finished, ended = col(Placement.finished_at), col(Placement.ended_at)
    open_then = and_(
        or_(finished.is_(None), finished >= span.until), or_(ended.is_(None), ended >= span.until)
    )
    statement = (
        select(
            col(Enrolment.hub_id), _sum(agreed), _sum(and_(agreed, msme)),
            _sum(and_(agreed, ~msme)), _sum(open_then), _sum(_within(finished, span.year)),
        )
        .join(Client, col(Client.id) == col(Placement.client_id))
        .join(Enrolment, col(Enrolment.person_id) == col(Placement.person_id))
        .where(col(Placement.agreed_at) < span.until)
        .group_by(col(Enrolment.hub_id))
    )  # fmt: skip
    return _rows(statement, "agreed", "agreed_msme", "agreed_company", "running", "finished")
