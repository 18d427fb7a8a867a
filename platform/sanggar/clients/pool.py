"""Everybody who might do a brief: four statements for any number of talents, and what is known of each.

`talents` reads what does not depend on a brief, also in partitions by person, so that several
machines can share the reading; `pool` adds what a brief makes of it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, literal, null, union_all
from sqlmodel import col

from sanggar import clock
from sanggar.accounts import queries as accounts
from sanggar.certification import queries as certification
from sanggar.clients import rules
from sanggar.clients.lookup import BriefRow, select
from sanggar.clients.models import (
    Block,
    Offer,
    Placement,
    ServicePrice,
    WorkProfile,
    WorkRecord,
)
from sanggar.clients.talent_rules import BusyKind, Span, days_off
from sanggar.kernel import db, memory
from sanggar.programme import queries as programme

#: Half of the expected hours must be free; the ranking likes more.
CAPACITY = 0.5
#: Names of hubs hardly ever change.
HUBS_KEPT = timedelta(minutes=1)
#: People read at once: databases take only so many values in one statement.
CHUNK = 10_000


@dataclass(frozen=True)
class TalentRow:
    """A certified talent as far as no brief is needed."""

    person_id: int
    name: str
    hub_id: int | None
    region_id: int | None
    level: str
    valid_until: date
    #: agreed to be suggested, and may
    consents: bool
    #: first day on which no guardian is asked, None when nobody knows
    adult_on: date | None
    slug: str
    weekly: int
    paused: bool
    onsite: bool
    record: dict[str, Any] = field(default_factory=dict, repr=False)
    #: towards one brief, when they were read for one: usual price, blocked, asked before
    price: int | None = None
    blocked: bool = False
    asked: bool = False

    @property
    def running(self) -> list[tuple[Any, float]]:
        """Agreed work that is not delivered yet: day and hours."""
        return [(day, float(hours)) for day, hours in self.record.get("running", ())]

    def days_off(self, today: date, deadline: date) -> float:
        """Return how many days until a deadline they have taken off."""
        spans = [
            Span(date.fromisoformat(first), date.fromisoformat(last), BusyKind(kind))
            for first, last, kind in self.record.get("off", ())
        ]
        return days_off(spans, today, deadline) if spans else 0.0


@dataclass(frozen=True)
class Towards:
    """What people already have to do with a brief or its client."""

    #: person -> finished placements with the client
    worked: Mapping[int, int]
    #: blocked, or asked for this brief already
    without: frozenset[int]


@dataclass(frozen=True)
class PoolRow:
    """A certified talent towards one brief. `refusal`: the hard filter that keeps them out, or empty."""

    person_id: int
    name: str
    hub_id: int | None
    region_id: int | None
    level: str
    refusal: str
    slug: str
    free_hours: float
    #: what they usually ask, None when they have not said
    price: int | None
    #: what people of this level and hub usually ask: low, usual, high
    band: tuple[int, int, int]
    hub_name: str
    consents: bool = True
    record: dict[str, Any] = field(default_factory=dict)
    #: every hard filter that keeps them out
    refusals: tuple[str, ...] = ()


def hours_needed(expected: float) -> float:
    """Return the hours that must be free before the deadline, of so many expected ones."""
    return CAPACITY * expected


def deadline_of(brief: BriefRow, today: date) -> date:
    """Return the day by which the work is needed; twice the usual days when the client named none."""
    if brief.deadline is not None:
        return brief.deadline
    ordered = brief.ordered
    return today + timedelta(days=2 * ordered.days if ordered else 14)


def talents(
    track: str,
    now: datetime,
    person_ids: Collection[int] | None = None,
    *,
    part: tuple[int, int] | None = None,
    brief: BriefRow | None = None,
) -> list[TalentRow]:
    """Return everybody with a valid certificate in a track, by id.

    Parameters
    ----------
    track : str
    now : datetime
    person_ids : collection of int, optional
        Only these.
    part : tuple of int, optional
        (number, parts): only people whose id leaves this remainder.
    brief : BriefRow, optional
        Towards which prices, blocks and offers are read, too.
    """
    valid = certification.standings(track, now, person_ids, part=part)
    ids = sorted(valid)
    found: list[TalentRow] = []
    for start in range(0, len(ids), CHUNK):
        some = ids[start : start + CHUNK]
        people = accounts.suggestable(some, now)
        rows = _working(track, some, brief).all()
        for person_id, data, slug, weekly, paused, onsite, price, blocked, offer in rows:
            person, consents = people[person_id]
            level, until = valid[person_id]
            found.append(TalentRow(
                person_id=person_id, name=person.name, hub_id=person.hub_id,
                region_id=person.region_id, level=level, valid_until=until,
                consents=consents, adult_on=accounts.adult_on(person), slug=slug or "",
                weekly=rules.WEEKLY_HOURS if weekly is None else weekly,
                paused=bool(paused), onsite=onsite is not False, record=data, price=price,
                blocked=blocked is not None, asked=offer in rules.ASKED_STATES,
            ))  # fmt: skip
    return found


def prices(track: str, person_ids: Collection[int]) -> dict[tuple[int, str], int]:
    """Return what people usually ask for each service of a track."""
    found: dict[tuple[int, str], int] = {}
    ids = list(person_ids)
    for start in range(0, len(ids), CHUNK):
        rows = db.session().execute(
            select(ServicePrice.person_id, ServicePrice.service, ServicePrice.price).where(
                col(ServicePrice.track) == track,
                col(ServicePrice.person_id).in_(ids[start : start + CHUNK]),
            )
        )
        found |= {(person_id, service): price for person_id, service, price in rows}
    return found


def towards(brief: BriefRow) -> Towards:
    """Return who has worked for the client, and who is not asked (again)."""
    worked, without = {}, set()
    for person_id, times in db.rows(_TOWARDS, client=brief.client_id, brief=brief.id):
        if times is None:
            without.add(person_id)
        else:
            worked[person_id] = times
    return Towards(worked, frozenset(without))


def _towards() -> Any:
    client: Any = bindparam("client")
    brief: Any = bindparam("brief")
    times = func.count(col(Placement.id))
    done = select(Placement.person_id, times.label("times")).where(
        col(Placement.client_id) == client, col(Placement.state) == rules.PlacementState.FINISHED
    )
    blocked = select(Block.person_id, literal(None)).where(col(Block.client_id) == client)
    asked = select(Offer.person_id, null()).where(
        col(Offer.brief_id) == brief, col(Offer.state).in_(sorted(rules.ASKED_STATES))
    )
    return union_all(done.group_by(col(Placement.person_id)), blocked, asked)


def pool(
    brief: BriefRow, now: datetime, person_ids: Collection[int] | None = None
) -> list[PoolRow]:
    """Return everybody with a valid certificate in the track of a brief, by id."""
    known = memory.remembered(("hubs of a pool",), programme.hubs, now, HUBS_KEPT)
    hubs = {hub.id: hub for hub in known}
    today = clock.local(now).date()
    deadline, needed = (
        deadline_of(brief, today),
        hours_needed(brief.ordered.hours if brief.ordered else 8.0),
    )
    published = brief.ordered.price if brief.ordered else (0, 0, 0)
    wanted, found = brief.wanted, []
    for row in talents(brief.track, now, person_ids, brief=brief):
        free = rules.free_hours(
            row.weekly, today, deadline, row.running, row.days_off(today, deadline)
        )
        standing = rules.Standing(
            level=row.level, consents=row.consents, paused=row.paused, free_hours=free,
            minor=row.adult_on is None or today < row.adult_on, blocked=row.blocked,
            goes_onsite=row.onsite, asked_before=row.asked,
        )  # fmt: skip
        refused = rules.refusals(wanted, standing, needed)
        hub = hubs.get(row.hub_id or 0)
        found.append(PoolRow(
            person_id=row.person_id, name=row.name, hub_id=row.hub_id, region_id=row.region_id,
            level=row.level, refusal=refused[0] if refused else "", refusals=refused, slug=row.slug,
            free_hours=free, price=row.price,
            band=rules.price_band(published, row.level, hub.code if hub else ""),
            hub_name=str(hub.name) if hub else "", consents=row.consents, record=row.record,
        ))  # fmt: skip
    return found


def _working(track: str, person_ids: Collection[int], brief: BriefRow | None) -> Any:
    """Read records and profiles, and what a brief adds."""
    asked: dict[str, Any] = {"track": track, "ids": list(person_ids)}
    if brief is None:
        return db.rows(_RECORDS, **asked)
    asked |= {"service": brief.service, "client": brief.client_id, "brief": brief.id}
    return db.rows(_RECORDS_FOR, **asked)


def _records() -> Any:
    same = col(WorkRecord.person_id)
    these = same.in_(bindparam("ids", expanding=True))
    return (
        select(
            WorkRecord.person_id, WorkRecord.data, WorkProfile.slug, WorkProfile.weekly_hours,
            WorkProfile.paused, WorkProfile.onsite,
        )
        .outerjoin(WorkProfile, col(WorkProfile.person_id) == same)
        .where(col(WorkRecord.track) == bindparam("track"), these)
        .order_by(same)
    )  # fmt: skip


def _records_for() -> Any:
    same = col(WorkRecord.person_id)
    priced = (
        (col(ServicePrice.person_id) == same)
        & (col(ServicePrice.track) == bindparam("track"))
        & (col(ServicePrice.service) == bindparam("service"))
    )
    blocked = (col(Block.person_id) == same) & (col(Block.client_id) == bindparam("client"))
    asked = (col(Offer.person_id) == same) & (col(Offer.brief_id) == bindparam("brief"))
    more: tuple[Any, ...] = (
        col(ServicePrice.price),
        col(Block.id).label("blocked"),
        col(Offer.state).label("offer"),
    )
    read = _records().add_columns(*more).outerjoin(ServicePrice, priced)
    return read.outerjoin(Block, blocked).outerjoin(Offer, asked)


#: Built once: building costs more than running.
_TOWARDS = _towards()
_RECORDS = _records().add_columns(
    null().label("price"), null().label("blocked"), null().label("offer")
)
_RECORDS_FOR = _records_for()
