"""Everybody who might do a brief: four statements for any number of talents, and what is known of each."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import col

from sanggar import clock
from sanggar.accounts import queries as accounts
from sanggar.certification import queries as certification
from sanggar.clients import rules
from sanggar.clients.lookup import BriefRow, select
from sanggar.clients.models import Block, Offer, ServicePrice, WorkProfile, WorkRecord
from sanggar.kernel import db
from sanggar.programme import queries as programme

#: Half of the expected hours must be free; the ranking likes more.
CAPACITY = 0.5


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
    record: dict[str, Any] = field(default_factory=dict)


def deadline_of(brief: BriefRow, today: date) -> date:
    """Return the day by which the work is needed; twice the usual days when the client named none."""
    if brief.deadline is not None:
        return brief.deadline
    ordered = brief.ordered
    return today + timedelta(days=2 * ordered.days if ordered else 14)


def pool(
    brief: BriefRow, now: datetime, person_ids: Collection[int] | None = None
) -> list[PoolRow]:
    """Return everybody with a valid certificate in the track of a brief, by id."""
    levels = certification.levels(brief.track, now, person_ids)
    ids = sorted(levels)
    consenting = accounts.matching_ids(ids, now)
    people = accounts.people(ids)
    hubs = {hub.id: hub for hub in programme.hubs()}
    today = clock.local(now).date()
    deadline = deadline_of(brief, today)
    ordered = brief.ordered
    published = ordered.price if ordered else (0, 0, 0)
    needed = CAPACITY * (ordered.hours if ordered else 8.0)
    found = []
    for row in db.session().execute(_working(brief, person_ids)):
        person = people.get(row.person_id)
        if person is None or row.person_id not in levels:
            continue
        running = [(day, float(hours)) for day, hours in row.data.get("running", ())]
        weekly = rules.WEEKLY_HOURS if row.weekly_hours is None else row.weekly_hours
        free = rules.free_hours(weekly, today, deadline, running)
        standing = rules.Standing(
            level=levels[row.person_id],
            consents=person.active and row.person_id in consenting,
            paused=bool(row.paused),
            free_hours=free,
            minor=accounts.is_minor(person, today),
            blocked=row.blocked is not None,
            goes_onsite=row.onsite is not False,
            asked_before=row.offer is not None and row.offer not in rules.LIVE,
        )
        hub = hubs.get(person.hub_id or 0)
        found.append(PoolRow(
            person_id=row.person_id, name=person.name, hub_id=person.hub_id,
            region_id=person.region_id, level=standing.level,
            refusal=rules.refusal(brief.wanted, standing, needed), slug=row.slug or "",
            free_hours=free, price=row.price,
            band=rules.price_band(published, standing.level, hub.code if hub else ""),
            hub_name=str(hub.name) if hub else "", record=row.data,
        ))  # fmt: skip
    return found


def _working(brief: BriefRow, person_ids: Collection[int] | None) -> Any:
    """Return the statement that reads records, profiles, prices, blocks and offers at once."""
    same = col(WorkRecord.person_id)
    statement = (
        select(
            WorkRecord.person_id,
            WorkRecord.data,
            WorkProfile.slug,
            WorkProfile.weekly_hours,
            WorkProfile.paused,
            WorkProfile.onsite,
            ServicePrice.price,
            col(Block.id).label("blocked"),
            col(Offer.state).label("offer"),
        )
        .outerjoin(WorkProfile, col(WorkProfile.person_id) == same)
        .outerjoin(
            ServicePrice,
            (col(ServicePrice.person_id) == same)
            & (col(ServicePrice.track) == brief.track)
            & (col(ServicePrice.service) == brief.service),
        )
        .outerjoin(
            Block, (col(Block.person_id) == same) & (col(Block.client_id) == brief.client_id)
        )
        .outerjoin(Offer, (col(Offer.person_id) == same) & (col(Offer.brief_id) == brief.id))
        .where(col(WorkRecord.track) == brief.track)
        .order_by(same)
    )
    if person_ids is not None:
        statement = statement.where(same.in_(person_ids))
    return statement
