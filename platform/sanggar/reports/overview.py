"""An officer's home: how the programme stands, and what waits for a hand."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from markupsafe import Markup
from sqlalchemy import ColumnElement, Select, and_, bindparam, case, func, or_, select
from sqlmodel import col

from sanggar import clock
from sanggar.accounts import rules as account_rules
from sanggar.accounts.models import DeletionRequest, GuardianConsent, User
from sanggar.certification.models import Certificate
from sanggar.clients.models import Brief, Offer, Placement, ShortlistEntry
from sanggar.clients.rules import BriefState, OfferState, PlacementState
from sanggar.incubation.models import Cohort, Member, MemberState
from sanggar.kernel import db
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.i18n import language
from sanggar.kernel.memory import remembered, stamp
from sanggar.programme import queries as programme
from sanggar.programme import rules as programme_rules
from sanggar.programme.models import Enrolment
from sanggar.programme.queries import HubCount
from sanggar.programme.rules import Stage
from sanggar.ranking.objection_models import Outcome, RankingObjection
from sanggar.reports import rules
from sanggar.workshops.models import Session, SessionState

OPEN_WORK = (PlacementState.AGREED, PlacementState.RUNNING, PlacementState.DELIVERED)
WEEK = timedelta(days=7)
KEEP = timedelta(seconds=30)


@dataclass(frozen=True)
class HubLine:
    """One row of the hubs' table; `mine` rows may be opened."""

    count: HubCount
    certified: int
    mine: bool


@dataclass(frozen=True)
class Overview:
    """All that an officer's home shows, as of `at`; `key` says for whom and after what."""

    key: Hashable
    at: datetime
    total: HubCount
    lines: list[HubLine]
    forecast: rules.Forecast
    certified: int
    certified_week: int
    incubating: int
    cohorts: int
    cohorts_late: int
    running: int
    offers_waiting: int
    tasks: list[tuple[str, int]]


def overview(person: Principal, now: datetime) -> Overview:
    """Return an officer's home, at most half a minute old: `at` says from when it is.

    It is counted anew as soon as anything is logged, so what the officer has just changed is in it.
    """
    reach = None if person.has(Role.ADMIN) else person.hubs
    key = ("overview", reach, stamp())
    return remembered(key, lambda: _count_all(reach, now, key), now, KEEP)


def drawn(found: Overview, draw: Callable[[Overview], Markup]) -> Markup:
    """Return the overview as `draw` draws it, once for each language."""
    key = ("drawn", found.key, found.at, language())
    return remembered(key, lambda: draw(found), found.at, KEEP)


def _count_all(reach: frozenset[int] | None, now: datetime, key: Hashable) -> Overview:
    """Count the whole programme, the officer's own hubs first, and what waits for them."""
    day = clock.local(now).date()
    counts = programme.counts(day)
    total = programme.total(counts, day)
    certified = _certified_by_hub(day)
    found = db.rows(_numbers(reach is None), **_moments(now, reach)).mappings().one()
    weekly = [int(found[f"week{number}"]) for number in range(rules.WEEKS)]
    lines = [
        HubLine(each, certified.get(each.hub.id or None, 0), bool(each.hub.id) and (reach is None or each.hub.id in reach))
        for each in counts
    ]  # fmt: skip
    waiting = rules.Waiting(**{kind: int(found[kind]) for kind in rules.URGENCY})
    return Overview(
        key=key,
        at=now,
        total=total,
        lines=sorted(lines, key=lambda line: not line.mine),
        forecast=rules.forecast(total.gap, weekly, _aware(found["first"]), now),
        certified=sum(certified.values()),
        tasks=rules.tasks(waiting),
        **{key: int(found[key]) for key in (
            "certified_week", "incubating", "cohorts", "cohorts_late", "running", "offers_waiting")},
    )  # fmt: skip


def _aware(moment: datetime | None) -> datetime | None:
    """SQLite gives back what MIN found without its zone."""
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def _valid() -> ColumnElement[bool]:
    return and_(
        col(Certificate.revoked_at).is_(None), col(Certificate.valid_until) >= bindparam("day")
    )


@cache
def _by_hub() -> Select[int | None, int]:
    return (
        select(col(Enrolment.hub_id), func.count(func.distinct(Certificate.person_id)))
        .join(Enrolment, col(Enrolment.person_id) == col(Certificate.person_id))
        .where(_valid())
        .group_by(col(Enrolment.hub_id))
    )


def _certified_by_hub(day: date) -> dict[int | None, int]:
    return {row[0]: row[1] for row in db.rows(_by_hub(), day=day)}


def _count(model: Any, *conditions: Any, distinct: Any = None) -> Any:
    counted = func.count() if distinct is None else func.count(func.distinct(distinct))
    return select(counted).select_from(model).where(*conditions).scalar_subquery()


def _moments(now: datetime, reach: Collection[int] | None) -> dict[str, Any]:
    """Return what `_numbers` is asked for: days, weeks and hubs."""
    day = clock.local(now).date()
    start, end = programme_rules.period_bounds(day, day)
    values: dict[str, Any] = {
        "day": day, "start": start, "end": end, "week_ago": now - WEEK,
        "adult_since": account_rules.adult_since(day),
    }  # fmt: skip
    for number, (since, until) in enumerate(rules.weeks_before(now)):
        values |= {f"since{number}": since, f"until{number}": until}
    return values if reach is None else values | {"hubs": sorted(reach)}


@cache
def _numbers(everywhere: bool) -> Select[Any]:
    """Return one statement with all single numbers by name; built once, for it is large."""
    joined = col(Enrolment.joined_at)
    running = col(Member.state) == MemberState.RUNNING
    ended = select(col(Cohort.id)).where(col(Cohort.ends_on) < bindparam("day"))
    late = and_(
        col(Member.cohort_id).in_(ended),
        or_(col(Member.extended_until).is_(None), col(Member.extended_until) < bindparam("day")),
    )
    found: dict[str, Any] = {"first": func.min(joined)}
    for number in range(rules.WEEKS):
        inside = and_(joined >= bindparam(f"since{number}"), joined < bindparam(f"until{number}"))
        found[f"week{number}"] = func.coalesce(func.sum(case((inside, 1), else_=0)), 0)
    found |= {
        "certified_week": _count(
            Certificate, col(Certificate.issued_at) >= bindparam("week_ago"), _valid()
        ),
        "incubating": _count(Member, running, distinct=col(Member.person_id)),
        "cohorts": _count(Member, running, distinct=col(Member.cohort_id)),
        "cohorts_late": _count(Member, running, late, distinct=col(Member.cohort_id)),
        "running": _count(Placement, col(Placement.state).in_(OPEN_WORK)),
        "offers_waiting": _count(Offer, col(Offer.state) == OfferState.MADE),
    }
    found |= _waiting(everywhere)
    return select(*(number.label(name) for name, number in found.items())).select_from(Enrolment)


def _waiting(everywhere: bool) -> dict[str, Any]:
    """Return what waits for an officer's hand, everywhere or in the hubs they reach."""

    def here(column: Any) -> list[Any]:
        return [] if everywhere else [column.in_(bindparam("hubs", expanding=True))]

    own = select(col(User.id)).where(*here(col(User.hub_id)))
    guarded = select(col(GuardianConsent.person_id)).where(
        col(GuardianConsent.withdrawn_at).is_(None)
    )
    minor = or_(col(User.birth_date).is_(None), col(User.birth_date) > bindparam("adult_since"))
    enrolled = select(col(Enrolment.person_id)).where(
        col(Enrolment.stage) != Stage.INACTIVE, *here(col(Enrolment.hub_id))
    )
    return {
        "deletions": _count(
            DeletionRequest, col(DeletionRequest.closed_at).is_(None),
            col(DeletionRequest.person_id).in_(own),
        ),
        "objections": _count(
            RankingObjection, col(RankingObjection.outcome) == Outcome.OPEN,
            *here(col(RankingObjection.hub_id)),
        ),
        "sessions": _count(
            Session, col(Session.state) != SessionState.CANCELLED,
            col(Session.starts_at) >= bindparam("start"), col(Session.starts_at) < bindparam("end"),
            *here(col(Session.hub_id)),
        ),
        "guardians": _count(
            User, minor, col(User.active), col(User.id).in_(enrolled), col(User.id).not_in(guarded)
        ),
        "briefs": _count(
            Brief, col(Brief.state) == BriefState.OPEN, *here(col(Brief.hub_id)),
            col(Brief.id).not_in(select(col(ShortlistEntry.brief_id))),
        ),
    }  # fmt: skip
