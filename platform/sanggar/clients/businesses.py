"""One record of a business, whatever it is to the programme: its people, the workshops it took part
in, what it asked for, and where it was helped."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col

from sanggar import errors
from sanggar.accounts import queries as accounts
from sanggar.accounts.queries import Person
from sanggar.clients import lookup
from sanggar.clients.business_models import ClientMember
from sanggar.clients.lookup import ClientRow, select
from sanggar.clients.models import Brief, Placement
from sanggar.clients.rules import MemberRole, PlacementState
from sanggar.kernel import db, i18n
from sanggar.kernel.access import Principal
from sanggar.plugin.text import Text
from sanggar.workshops import queries as workshops


@dataclass(frozen=True)
class Member:
    """Somebody who acts for a business."""

    person: Person
    role: MemberRole
    joined_at: datetime


@dataclass(frozen=True)
class Visit:
    """A workshop at which somebody of the business was present."""

    title: Text
    starts_at: datetime
    hub_id: int
    name: str


@dataclass(frozen=True)
class Counts:
    """What a business asked for and got."""

    briefs: int
    #: written together with an officer
    helped: int
    #: done by a beginner beside a mentor, or by a team under supervision
    accompanied: int
    finished: int


@dataclass(frozen=True)
class Business:
    """One business in all its parts: participant, client, beneficiary."""

    client: ClientRow
    members: tuple[Member, ...]
    visits: tuple[Visit, ...]
    counts: Counts

    @property
    def participant(self) -> bool:
        """True when somebody of the business was at a workshop."""
        return bool(self.visits)

    @property
    def asks(self) -> bool:
        """True when it has asked for work."""
        return self.counts.briefs > 0

    @property
    def beneficiary(self) -> bool:
        """True when an officer helped with a brief, or a mentor accompanied its work."""
        return self.counts.helped + self.counts.accompanied > 0


def members(client_id: int) -> tuple[Member, ...]:
    """Return who acts for a business, the owner first."""
    rows = db.session().execute(
        select(ClientMember.person_id, ClientMember.role, ClientMember.joined_at)
        .where(col(ClientMember.client_id) == client_id).order_by(col(ClientMember.id))
    ).all()  # fmt: skip
    people = accounts.people([row[0] for row in rows])
    found = [Member(people[row[0]], row[1], row[2]) for row in rows if row[0] in people]
    return tuple(sorted(found, key=lambda m: m.role is not MemberRole.OWNER))


def business(client_id: int, person: Principal) -> Business:
    """Return a business to who acts for it or to an officer of its hub; `NotFound` to others."""
    client = lookup.client(client_id)
    acting = members(client_id)
    if not (person.sees_hub(client.hub_id) or any(m.person.id == person.id for m in acting)):
        raise errors.NotFound
    phones = {client.whatsapp, *(m.person.phone or "" for m in acting)}
    return Business(client, acting, _visits(phones), _counts(client_id))


def _visits(phones: Collection[str]) -> tuple[Visit, ...]:
    return tuple(
        Visit(workshops.title_of(v.track, v.workshop, v.own_title), v.starts_at, v.hub_id, v.name)
        for v in workshops.visits(phones)
    )


def _counts(client_id: int) -> Counts:
    asked = select(Brief.level, Brief.supervised, Brief.helped_by_id, Placement.state).outerjoin(
        Placement,
        (col(Placement.brief_id) == col(Brief.id))
        & (col(Placement.state) != PlacementState.CANCELLED),
    )
    rows = db.session().execute(asked.where(col(Brief.client_id) == client_id)).all()
    return Counts(
        briefs=len(rows),
        helped=sum(r.helped_by_id is not None for r in rows),
        accompanied=sum(
            r.state is not None and (r.supervised or r.level == "foundation") for r in rows
        ),
        finished=sum(r.state is PlacementState.FINISHED for r in rows),
    )


def acting_with(person_id: int) -> tuple[int, ...]:
    """Return everybody who acts for the same business as a person, the owner first."""
    found = lookup.client_of(person_id)
    return people_of(found.id) if found else (person_id,)


def brief_title(brief_id: int) -> str:
    """Return what a brief is called, in the reader's language."""
    row = lookup.system_brief(brief_id)
    return str(i18n.tr(row.title))


def people_of(client_id: int) -> tuple[int, ...]:
    """Return the ids of who acts for a business, the owner first."""
    rows = db.session().execute(
        select(ClientMember.person_id, ClientMember.role)
        .where(col(ClientMember.client_id) == client_id).order_by(col(ClientMember.id))
    ).all()  # fmt: skip
    ordered = sorted(rows, key=lambda row: row[1] is not MemberRole.OWNER)
    return tuple(row[0] for row in ordered)
