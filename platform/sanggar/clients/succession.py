"""What becomes of a business whose owner's account is closed: another member owns it, or it is closed.

An officer of its hub sees to it. Nothing is deleted; what was done stands in the audit log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col

from sanggar import errors
from sanggar.accounts import queries as accounts
from sanggar.clients import briefs, businesses, members, offers, reading
from sanggar.clients.business_models import Client
from sanggar.clients.businesses import Member
from sanggar.clients.lookup import select
from sanggar.clients.models import Brief
from sanggar.clients.reading import WorkRow
from sanggar.clients.rules import BriefState
from sanggar.kernel import db, events
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.i18n import _
from sanggar.plugin import events as happened


@dataclass(frozen=True)
class Heirs:
    """How a business goes on whose owner's account is closed."""

    #: who may own it now
    members: tuple[Member, ...]
    #: agreed work that somebody must end before the business can be closed
    work: tuple[WorkRow, ...]


def heirs(acting: tuple[Member, ...], client_id: int) -> Heirs | None:
    """Return how a business goes on, None while its owner's account is open; the owner comes first."""
    if not acting or acting[0].person.active:
        return None
    left = tuple(member for member in acting if member.person.active)
    return Heirs(left, () if left else tuple(reading.under_way(client_id)))


def _held(client_id: int, by: Principal) -> Client:
    """Return a business without an owner to an officer of its hub who does not belong to it, held."""
    row = db.lock(Client, client_id)
    if not by.has(Role.HUB_OFFICER, Role.ADMIN) or not by.sees_hub(row.hub_id):
        raise errors.NotFound
    if by.id in businesses.people_of(client_id):
        raise errors.Forbidden(_("You act for this business yourself: ask another officer."))
    return row


def name_owner(client_id: int, person_id: int, *, by: Principal, now: datetime) -> None:
    """Make a member the owner of a business whose owner's account is closed. Twice changes nothing.

    Raises
    ------
    errors.Conflict
        When the owner can do it, or the member's account is closed, too.
    """
    row = _held(client_id, by)
    if row.person_id == person_id:
        return
    if accounts.person(row.person_id).active:
        raise errors.Conflict(_("The account of the owner is open: only the owner hands it over."))
    if not accounts.person(person_id).active:
        raise errors.Conflict(_("This account is closed, too."))
    row.closed_at = None
    members.set_owner(row, person_id)
    events.emit(happened.OwnerNamed(at=now, person=person_id, client=client_id))


def close(client_id: int, *, by: Principal, now: datetime) -> None:
    """Close a business for which nobody is left to act; its open briefs end by rule.

    Raises
    ------
    errors.Conflict
        When somebody is left, or agreed work is not ended.
    """
    row = _held(client_id, by)
    if row.closed_at is not None:
        return
    if any(member.person.active for member in businesses.members(client_id)):
        raise errors.Conflict(_("Somebody is left who can act for this business."))
    if reading.under_way(client_id):
        raise errors.Conflict(_("Work is under way: accept it, settle it or cancel it first."))
    members.end_invites(client_id, now)
    reason = _("Nobody is left to act for this business.")
    for brief_id in _open_briefs(client_id):
        offers.withdraw_live(brief_id, now)
        briefs.move(brief_id, BriefState.CANCELLED, now, reason)
    row.closed_at = now
    db.add(row)


def _open_briefs(client_id: int) -> list[int]:
    statement = select(Brief.id).where(
        col(Brief.client_id) == client_id, col(Brief.state).in_(briefs.CHANGEABLE)
    )
    return list(db.session().execute(statement.order_by(col(Brief.id))).scalars())
