"""What the pages of this slice show: offers and work with both sides, profiles and portfolios."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col, func

from sanggar import errors
from sanggar.clients import rules
from sanggar.clients.business_models import Client, ClientMember
from sanggar.clients.lookup import select, service_of, title_of
from sanggar.clients.models import (
    Brief,
    BriefMove,
    Offer,
    Placement,
    PortfolioWork,
    ServicePrice,
    WorkProfile,
    WorkRecord,
)
from sanggar.clients.rules import DeclineReason, OfferState, PlacementState
from sanggar.clients.stages import Stage
from sanggar.kernel import db
from sanggar.plugin.text import Text
from sanggar.plugin.track import Service


@dataclass(frozen=True)
class OfferRow:
    """An offer as its talent reads it."""

    id: int
    brief_id: int
    person_id: int
    state: OfferState
    price: int
    revisions: int
    down_payment: int
    due: date
    message: str
    made_at: datetime
    answer_by: datetime
    decline_reason: DeclineReason | None
    placement_id: int | None
    organisation: str
    track: str
    service: str
    text: str
    onsite: bool
    link: str
    client_id: int
    times: int

    @property
    def title(self) -> Text:
        """The business and the service."""
        return title_of(self.organisation, self.track, self.service)

    @property
    def ordered(self) -> Service | None:
        """What is asked for."""
        return service_of(self.track, self.service)


@dataclass(frozen=True)
class WorkRow:
    """Agreed work with its two sides."""

    id: int
    brief_id: int
    person_id: int
    client_id: int
    client_person_id: int
    organisation: str
    whatsapp: str
    hub_id: int | None
    track: str
    service: str
    price: int
    onsite: bool
    starts_on: date
    due: date
    revisions: int
    revisions_used: int
    state: PlacementState
    agreed_at: datetime
    delivered_at: datetime | None
    delivery_note: str
    delivery_link: str
    finished_at: datetime | None
    by_rule: bool
    rating: int | None
    comment: str
    on_time: bool | None
    ended_at: datetime | None
    reason: str
    disputed_at: datetime | None
    client_rating: int | None
    client_comment: str
    down_payment: int
    #: the team it is a part of
    team_id: int | None

    @property
    def title(self) -> Text:
        """The business and the service."""
        return title_of(self.organisation, self.track, self.service)

    @property
    def ordered(self) -> Service | None:
        """What is done."""
        return service_of(self.track, self.service)

    @property
    def closed(self) -> bool:
        """True when nothing more is to be done."""
        return self.state in (PlacementState.FINISHED, PlacementState.CANCELLED)


@dataclass(frozen=True)
class ProfileRow:
    """How a talent works and where the public page is."""

    person_id: int
    slug: str
    headline: str
    weekly_hours: int
    paused: bool
    onsite: bool
    languages: str = ""
    searchable: bool = False


def _offers() -> Any:
    return (
        select(
            Offer.id, Offer.brief_id, Offer.person_id, Offer.state, Offer.price, Offer.revisions,
            Offer.down_payment, Offer.due, Offer.message, Offer.made_at, Offer.answer_by,
            Offer.decline_reason, col(Placement.id), Client.organisation, Brief.track,
            Brief.service, Brief.text, Brief.onsite, Brief.link, Brief.client_id, Offer.times,
        )
        .join(Brief, col(Brief.id) == col(Offer.brief_id))
        .join(Client, col(Client.id) == col(Brief.client_id))
        .outerjoin(Placement, col(Placement.offer_id) == col(Offer.id))
    )  # fmt: skip


_OFFERS_OF_BRIEF = (
    _offers().where(col(Offer.brief_id) == bindparam("brief")).order_by(col(Offer.id))
)
_LIVE_OFFERS = (
    _offers()
    .join(ClientMember, col(ClientMember.client_id) == col(Client.id))
    .where(
        col(ClientMember.person_id) == bindparam("person"),
        col(Offer.state).in_(sorted(rules.LIVE)),
        col(Placement.id).is_(None),
    )
)


def offer_of(offer_id: int, person_id: int) -> OfferRow:
    """Return an offer to the talent it was made to; `NotFound` to everybody else."""
    statement = _offers().where(col(Offer.id) == offer_id, col(Offer.person_id) == person_id)
    row = db.session().execute(statement).first()
    if row is None:
        raise errors.NotFound
    return OfferRow(*row)


def waiting_offers(person_id: int) -> list[OfferRow]:
    """Return the offers a talent should answer or has said yes to, the most urgent first."""
    statement = (
        _offers()
        .where(
            col(Offer.person_id) == person_id,
            col(Offer.state).in_(sorted(rules.LIVE)),
            col(Placement.id).is_(None),
        )
        .order_by(col(Offer.answer_by))
    )
    return [OfferRow(*row) for row in db.session().execute(statement)]


def offers_of_brief(brief_id: int) -> list[OfferRow]:
    """Return all offers made for a brief, in order."""
    rows = db.session().execute(_OFFERS_OF_BRIEF, {"brief": brief_id})
    return [OfferRow(*row) for row in rows]


def live_offers(person_id: int) -> dict[int, OfferRow]:
    """Return brief id -> the offer somebody is considering, over all briefs of a client."""
    rows = db.session().execute(_LIVE_OFFERS, {"person": person_id})
    return {row[1]: OfferRow(*row) for row in rows}


def _work() -> Any:
    return select(
        Placement.id, Placement.brief_id, Placement.person_id, Placement.client_id,
        Client.person_id, Client.organisation, Client.whatsapp, Client.hub_id, Placement.track,
        Placement.service, Placement.price, Placement.onsite, Placement.starts_on, Placement.due,
        Placement.revisions, Placement.revisions_used, Placement.state, Placement.agreed_at,
        Placement.delivered_at, Placement.delivery_note, Placement.delivery_link,
        Placement.finished_at, Placement.by_rule, Placement.rating, Placement.comment,
        Placement.on_time, Placement.ended_at, Placement.reason, Placement.disputed_at,
        Placement.client_rating, Placement.client_comment, Offer.down_payment, Brief.team_id,
    ).join(Client, col(Client.id) == col(Placement.client_id)).join(
        Offer, col(Offer.id) == col(Placement.offer_id)
    ).join(Brief, col(Brief.id) == col(Placement.brief_id))  # fmt: skip


_WORK_OF_CLIENT = (
    _work()
    .join(ClientMember, col(ClientMember.client_id) == col(Client.id))
    .where(col(ClientMember.person_id) == bindparam("person"))
    .order_by(col(Placement.id).desc())
    .limit(100)
)


def work(placement_id: int) -> WorkRow:
    """Return agreed work; who may see it is decided by `work.side_of`."""
    row = db.session().execute(_work().where(col(Placement.id) == placement_id)).first()
    if row is None:
        raise errors.NotFound
    return WorkRow(*row)


@dataclass(frozen=True)
class Accepted:
    """What two sides accepted, when, and who said yes for the business."""

    talent_at: datetime | None
    client_at: datetime | None
    text: str
    message: str
    by_id: int | None


def accepted(placement_id: int) -> Accepted:
    """Return what became some work, in the words in which it was offered."""
    by = (
        select(BriefMove.by_id)
        .where(col(BriefMove.brief_id) == col(Offer.brief_id), col(BriefMove.new) == Stage.AGREED)
        .order_by(col(BriefMove.id).desc()).limit(1).scalar_subquery()
    )  # fmt: skip
    statement = (
        select(Offer.talent_accepted_at, Offer.client_accepted_at, Brief.text, Offer.message, by)
        .join(Placement, col(Placement.offer_id) == col(Offer.id))
        .join(Brief, col(Brief.id) == col(Offer.brief_id))
        .where(col(Placement.id) == placement_id)
    )
    return Accepted(*db.session().execute(statement).one())


def work_of_brief(brief_id: int) -> WorkRow | None:
    """Return the work agreed for a brief, None when there is none."""
    statement = _work().where(col(Placement.brief_id) == brief_id)
    row = db.session().execute(statement.order_by(col(Placement.id).desc())).first()
    return WorkRow(*row) if row else None


def work_of_talent(person_id: int, limit: int = 100) -> list[WorkRow]:
    """Return a talent's work, the newest first."""
    statement = _work().where(col(Placement.person_id) == person_id)
    return _newest(statement, limit)


def work_of_client(person_id: int) -> list[WorkRow]:
    """Return the work of the business a person acts for, the newest first."""
    rows = db.session().execute(_WORK_OF_CLIENT, {"person": person_id})
    return [WorkRow(*row) for row in rows]


def under_way(client_id: int) -> list[WorkRow]:
    """Return the agreed work of a business that has not ended."""
    ended = (PlacementState.FINISHED, PlacementState.CANCELLED)
    statement = _work().where(
        col(Placement.client_id) == client_id, col(Placement.state).not_in(ended)
    )
    return _newest(statement, 50)


def disputes(hub_ids: Collection[int] | None) -> list[WorkRow]:
    """Return work in dispute that an officer of these hubs should settle."""
    statement = _work().where(col(Placement.state) == PlacementState.DISPUTED)
    if hub_ids is not None:
        statement = statement.where(col(Client.hub_id).in_(hub_ids))
    return _newest(statement, 50)


def _newest(statement: Any, limit: int) -> list[WorkRow]:
    rows = db.session().execute(statement.order_by(col(Placement.id).desc()).limit(limit))
    return [WorkRow(*row) for row in rows]


_PROFILE = (
    WorkProfile.person_id, WorkProfile.slug, WorkProfile.headline, WorkProfile.weekly_hours,
    WorkProfile.paused, WorkProfile.onsite, WorkProfile.languages, WorkProfile.searchable,
)  # fmt: skip


def profile_of(person_id: int) -> ProfileRow | None:
    """Return a talent's work profile, None before the first certificate or edit."""
    statement = select(*_PROFILE).where(col(WorkProfile.person_id) == person_id)
    row = db.session().execute(statement).first()
    return ProfileRow(*row) if row else None


#: (track, service) -> what a talent usually asks, how many at once, in how many days
Services = dict[tuple[str, str], ServicePrice]


def profile_page(
    *, slug: str | None = None, person_id: int | None = None
) -> tuple[ProfileRow, Services]:
    """Return the profile with this address, or of this talent, with its services, or raise `NotFound`."""
    mine = col(ServicePrice.person_id) == col(WorkProfile.person_id)
    wanted = (
        col(WorkProfile.slug) == slug if slug else col(WorkProfile.person_id) == person_id
    )  # fmt: skip
    rows = db.session().execute(
        select(*_PROFILE, ServicePrice).outerjoin(ServicePrice, mine).where(wanted)
    ).all()  # fmt: skip
    if not rows:
        raise errors.NotFound
    known = {(row[-1].track, row[-1].service): row[-1] for row in rows if row[-1] is not None}
    return ProfileRow(*rows[0][:-1]), known


def services(person_id: int) -> Services:
    """Return what a talent usually asks for each service."""
    statement = select(ServicePrice).where(col(ServicePrice.person_id) == person_id)
    return {(row.track, row.service): row for row in db.session().execute(statement).scalars()}


def portfolio_work(person_id: int, work_id: int) -> PortfolioWork:
    """Return one of a talent's own works."""
    row = db.get(PortfolioWork, work_id)
    if row.person_id != person_id:
        raise errors.NotFound
    return row


def standing(person_id: int) -> tuple[float | None, int]:
    """Return (mean rating, number of finished works) of a talent."""
    statement = select(func.avg(Placement.rating), func.count()).where(
        col(Placement.person_id) == person_id, col(Placement.state) == PlacementState.FINISHED
    )
    mean, count = db.session().execute(statement).one()
    return (float(mean) if mean is not None else None, int(count))


def standings(person_ids: Collection[int]) -> dict[int, tuple[float | None, int]]:
    """Return (mean rating, finished works) of several talents from their records."""
    found: dict[int, tuple[float | None, int]] = {}
    statement = select(WorkRecord.person_id, WorkRecord.data).where(
        col(WorkRecord.person_id).in_(sorted(person_ids))
    )
    for person_id, data in db.session().execute(statement):
        found[person_id] = standing_in(data)
    return found


def standing_in(record: Mapping[str, Any]) -> tuple[float | None, int]:
    """Return (mean rating, number of finished works) as a record has them."""
    ratings = record.get("ratings") or []
    mean = sum(ratings) / len(ratings) if ratings else None
    return mean, int(record.get("finished", 0))
