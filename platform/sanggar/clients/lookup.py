"""Reading briefs, offers and work: one's own, a hub's, and what the ranking needs of everybody."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col, func
from sqlmodel import select as typed_select

from sanggar import errors
from sanggar.catalogue import queries as catalogue
from sanggar.clients.business_models import Client, ClientMember
from sanggar.clients.models import Brief, Offer, Placement, ShortlistEntry
from sanggar.clients.rules import (
    BriefState,
    ClientKind,
    MemberRole,
    OfferState,
    PlacementState,
    Wanted,
    may_offer,
)
from sanggar.kernel import db, i18n
from sanggar.kernel.access import Principal
from sanggar.plugin.text import Text
from sanggar.plugin.track import Service

#: SQLModel's `select` is typed for four columns at most
select: Any = typed_select


@dataclass(frozen=True)
class ClientRow:
    """A client as pages show them."""

    id: int
    person_id: int
    organisation: str
    kind: ClientKind
    hub_id: int | None
    region_id: int | None
    whatsapp: str
    #: nobody was left to act for it
    closed_at: datetime | None
    #: what the person who asks is to the business
    role: MemberRole | None = None


@dataclass(frozen=True)
class BriefRow:
    """A brief with its client."""

    id: int
    client_id: int
    client_person_id: int
    organisation: str
    client_kind: ClientKind
    track: str
    service: str
    text: str
    category: str
    level: str
    budget_low: int | None
    budget_high: int | None
    deadline: date | None
    onsite: bool
    link: str
    supervised: bool
    hub_id: int | None
    region_id: int | None
    state: BriefState
    quality: int
    helped_by_id: int | None
    created_at: datetime
    updated_at: datetime
    reason: str
    team_id: int | None = None
    permits: Sequence[str] = field(default=(), hash=False)
    team_size: int = 1
    asked: int = 0
    #: whoever asks acts for the business
    mine: bool = False

    @property
    def ordered(self) -> Service | None:
        """What was ordered, None when the track no longer offers it."""
        return service_of(self.track, self.service)

    @property
    def title(self) -> Text:
        """What the brief is called: the business and the service."""
        return title_of(self.organisation, self.track, self.service)

    @property
    def open(self) -> bool:
        """True while talents can still be asked."""
        return self.state in (BriefState.OPEN, BriefState.SHORTLISTED)

    @property
    def wanted(self) -> Wanted:
        """What the hard filters ask. Foundation work is always accompanied by a mentor."""
        led = self.supervised and self.team_id is not None
        return Wanted(self.level, self.onsite, self.level == "foundation", led)


@dataclass(frozen=True)
class ShortlistRow:
    """One talent on the short list, and how their offer stands."""

    person_id: int
    rank_shown: int
    offer_id: int | None
    offer_state: OfferState | None

    @property
    def waits(self) -> bool:
        """True while the work may be offered to them."""
        return may_offer(self.offer_state)


@dataclass(frozen=True)
class OfferParties:
    """Whom an offer is between."""

    offer_id: int
    brief_id: int
    brief_title: str
    talent_id: int
    client_person_id: int
    price: int
    answer_by: datetime
    state: OfferState
    times: int
    #: the talent had said yes
    accepted: bool


@dataclass(frozen=True)
class PlacementParties:
    """Whom work is between."""

    placement_id: int
    brief_id: int
    brief_title: str
    talent_id: int
    client_person_id: int
    state: PlacementState


def service_of(track_id: str, service_id: str) -> Service | None:
    """Return a service of a track, None when it is no longer offered."""
    try:
        return catalogue.track(track_id).service(service_id)
    except errors.NotFound:
        return None


def title_of(organisation: str, track_id: str, service_id: str) -> Text:
    """Return the name of a brief: the business and the service."""
    ordered = service_of(track_id, service_id)
    name = ordered.title if ordered else Text(id=service_id, en=service_id)
    return Text(id=f"{organisation} · {name.id}", en=f"{organisation} · {name.to('en')}")


def client_of(person_id: int) -> ClientRow | None:
    """Return the business a person acts for, None before the first brief."""
    row = db.session().execute(_CLIENT_OF, {"person": person_id}).first()
    return ClientRow(*row) if row else None


def client(client_id: int) -> ClientRow:
    """Return one client or raise `NotFound`."""
    row = db.session().execute(_clients().where(col(Client.id) == client_id)).first()
    if row is None:
        raise errors.NotFound
    return ClientRow(*row)


def _clients() -> Any:
    return select(
        Client.id,
        Client.person_id,
        Client.organisation,
        Client.kind,
        Client.hub_id,
        Client.region_id,
        Client.whatsapp,
        Client.closed_at,
    )


_CLIENT_OF = (
    _clients()
    .add_columns(col(ClientMember.role))
    .join(ClientMember, col(ClientMember.client_id) == col(Client.id))
    .where(col(ClientMember.person_id) == bindparam("person"))
)
_BRIEF = (
    Brief.id, Brief.client_id, Client.person_id, Client.organisation, Client.kind, Brief.track,
    Brief.service, Brief.text, Brief.category, Brief.level, Brief.budget_low, Brief.budget_high,
    Brief.deadline, Brief.onsite, Brief.link, Brief.supervised, Brief.hub_id, Brief.region_id,
    Brief.state, Brief.quality, Brief.helped_by_id, Brief.created_at, Brief.updated_at, Brief.reason,
    Brief.team_id, Brief.permits, Brief.team_size, Brief.asked,
)  # fmt: skip


def briefs_statement() -> Any:
    """Return the statement that reads briefs with their clients: the columns of `BriefRow`."""
    return select(*_BRIEF).join(Client, col(Client.id) == col(Brief.client_id))


_BRIEFS_OF = (
    briefs_statement()
    .join(ClientMember, col(ClientMember.client_id) == col(Client.id))
    .where(col(ClientMember.person_id) == bindparam("person"))
    .order_by(col(Brief.id).desc())
)
#: whether the person who asks acts for the business of a brief
_MINE = (col(ClientMember.client_id) == col(Client.id)) & (
    col(ClientMember.person_id) == bindparam("person")
)
_ONE_BRIEF = (
    briefs_statement()
    .add_columns(col(ClientMember.id))
    .outerjoin(ClientMember, _MINE)
    .where(col(Brief.id) == bindparam("brief"))
)


def _own(row: Any, mine: bool = True) -> BriefRow:
    return replace(BriefRow(*row), mine=mine)


def _seen(row: Any, person: Principal) -> BriefRow:
    """Return a brief to who acts for its business or to an officer of its hub."""
    found = _own(row[:-1], row[-1] is not None) if row is not None else None
    if found is None or not (found.mine or person.sees_hub(found.hub_id)):
        raise errors.NotFound
    return found


def brief(brief_id: int, person: Principal) -> BriefRow:
    """Return a brief to its business or to an officer of its hub; `NotFound` to everybody else."""
    return _seen(db.rows(_ONE_BRIEF, brief=brief_id, person=person.id).first(), person)


def system_brief(brief_id: int) -> BriefRow:
    """Return a brief to the rules of this slice, whoever acts."""
    row = db.session().execute(briefs_statement().where(col(Brief.id) == brief_id)).first()
    if row is None:
        raise errors.NotFound
    return BriefRow(*row)


#: The statement of the ranking page, built once: building it costs more than running it.
_WITH_SHORTLIST = (
    select(
        *_BRIEF, col(ClientMember.id), ShortlistEntry.person_id, ShortlistEntry.rank_shown,
        Offer.id, Offer.state,
    )
    .join(Client, col(Client.id) == col(Brief.client_id))
    .outerjoin(ClientMember, _MINE)
    .outerjoin(ShortlistEntry, col(ShortlistEntry.brief_id) == col(Brief.id))
    .outerjoin(
        Offer,
        (col(Offer.brief_id) == col(Brief.id))
        & (col(Offer.person_id) == col(ShortlistEntry.person_id)),
    )
    .where(col(Brief.id) == bindparam("brief"))
    .order_by(col(ShortlistEntry.id))
)  # fmt: skip


def brief_with_shortlist(brief_id: int, person: Principal) -> tuple[BriefRow, list[ShortlistRow]]:
    """Return a brief and its short list in one statement."""
    rows = db.rows(_WITH_SHORTLIST, brief=brief_id, person=person.id).all()
    width = len(_BRIEF) + 1
    found = _seen(rows[0][:width] if rows else None, person)
    return found, [ShortlistRow(*row[width:]) for row in rows if row[width] is not None]


def briefs_of(person_id: int) -> list[BriefRow]:
    """Return the briefs of the business a person acts for, the newest first."""
    return [_own(row) for row in db.session().execute(_BRIEFS_OF, {"person": person_id})]


def briefs_of_hubs(
    hub_ids: Collection[int] | None, states: Collection[BriefState], limit: int, offset: int = 0
) -> list[BriefRow]:
    """Return briefs of hubs (None: of all) in these states, the longest waiting first."""
    statement = briefs_statement().where(col(Brief.state).in_(states))
    if hub_ids is not None:
        statement = statement.where(col(Brief.hub_id).in_(hub_ids))
    statement = statement.order_by(col(Brief.created_at), col(Brief.id)).limit(limit).offset(offset)
    return [BriefRow(*row) for row in db.session().execute(statement)]


def state_counts(hub_ids: Collection[int] | None) -> dict[BriefState, int]:
    """Return how many briefs of hubs stand in each state."""
    statement = select(Brief.state, func.count()).group_by(col(Brief.state))
    if hub_ids is not None:
        statement = statement.where(col(Brief.hub_id).in_(hub_ids))
    found = {row[0]: row[1] for row in db.session().execute(statement)}
    return {state: found.get(state, 0) for state in BriefState}


def shortlist(brief_id: int) -> list[ShortlistRow]:
    """Return the short list in its order, with the offers made from it."""
    statement = (
        select(ShortlistEntry.person_id, ShortlistEntry.rank_shown, Offer.id, Offer.state)
        .outerjoin(
            Offer,
            (col(Offer.brief_id) == col(ShortlistEntry.brief_id))
            & (col(Offer.person_id) == col(ShortlistEntry.person_id)),
        )
        .where(col(ShortlistEntry.brief_id) == brief_id)
        .order_by(col(ShortlistEntry.id))
    )
    return [ShortlistRow(*row) for row in db.session().execute(statement)]


def offer_parties(offer_id: int) -> OfferParties:
    """Return whom an offer is between."""
    statement = (
        select(
            Offer.brief_id,
            Offer.person_id,
            Client.person_id,
            Offer.price,
            Offer.answer_by,
            Offer.state,
            Offer.times,
            col(Offer.talent_accepted_at).is_not(None),
            Client.organisation,
            Brief.track,
            Brief.service,
        )
        .join(Brief, col(Brief.id) == col(Offer.brief_id))
        .join(Client, col(Client.id) == col(Brief.client_id))
        .where(col(Offer.id) == offer_id)
    )
    row = db.session().execute(statement).first()
    if row is None:
        raise errors.NotFound
    return OfferParties(offer_id, row[0], i18n.tr(title_of(*row[8:])), *row[1:8])


def placement_parties(placement_id: int) -> PlacementParties:
    """Return whom work is between."""
    statement = (
        select(
            Placement.brief_id,
            Placement.person_id,
            Client.person_id,
            Placement.state,
            Client.organisation,
            Placement.track,
            Placement.service,
        )
        .join(Client, col(Client.id) == col(Placement.client_id))
        .where(col(Placement.id) == placement_id)
    )
    row = db.session().execute(statement).first()
    if row is None:
        raise errors.NotFound
    return PlacementParties(
        placement_id, row[0], i18n.tr(title_of(*row[4:])), row[1], row[2], row[3]
    )
