"""Verbs of a business with several people: ask somebody in, join, leave, hand the business over."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlmodel import col, func, select

from sanggar import errors
from sanggar.accounts import queries as accounts
from sanggar.accounts import service as accounts_service
from sanggar.clients import briefs, links
from sanggar.clients.business_models import Client, ClientInvite, ClientMember
from sanggar.clients.models import Brief
from sanggar.clients.rules import MemberRole
from sanggar.kernel import db
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.i18n import _

INVITE = "invite"
INVITE_LASTS = timedelta(days=3)
MOST_PEOPLE = 20


def owned(person: Principal, now: datetime) -> Client:
    """Return the business of its owner, held until the transaction ends."""
    row = db.lock(Client, briefs.ensure_client(person.id, now))
    if row.person_id != person.id:
        raise errors.Forbidden(_("Only the owner decides who belongs to the business."))
    return row


def _members(client_id: int) -> list[ClientMember]:
    statement = select(ClientMember).where(col(ClientMember.client_id) == client_id)
    return list(db.session().exec(statement.order_by(col(ClientMember.id))))


def invite(typed: str, *, by: Principal, now: datetime) -> int:
    """Ask the person with this phone number or e-mail address in; return the invitation's id.

    Asking the same person again makes the first invitation last longer.

    Raises
    ------
    errors.Invalid
        When nobody can be reached there, or they belong to the business already.
    """
    client = owned(by, now)
    login = _login(typed)
    members = _members(client.id or 0)
    known = accounts.by_login(login)
    if known is not None and any(m.person_id == known.id for m in members):
        raise errors.Invalid(fields={"login": _("This person belongs to your business already.")})
    rows = list(db.session().exec(_open(client.id or 0, now)))
    row = next((r for r in rows if r.login == login), None)
    if row is None and len(members) + len(rows) >= MOST_PEOPLE:
        raise errors.Invalid(fields={"login": _("At most %(n)s people.", n=MOST_PEOPLE)})
    if row is None:
        row = ClientInvite(
            client_id=client.id or 0, login=login, by_id=by.id, made_at=now, ends_at=now
        )
    row.ends_at = now + INVITE_LASTS
    return db.add(row).id or 0


def _login(typed: str) -> str:
    found = accounts.login_as_kept(typed)
    if found is None:
        raise errors.Invalid(
            fields={"login": _("Write a phone number like 0812 3456 7890, or an e-mail address.")}
        )
    return found


def _open(client_id: int, now: datetime) -> Any:
    return select(ClientInvite).where(
        col(ClientInvite.client_id) == client_id, col(ClientInvite.used_at).is_(None),
        col(ClientInvite.revoked_at).is_(None), col(ClientInvite.ends_at) > now,
    )  # fmt: skip


def open_invites(client_id: int, now: datetime) -> list[tuple[int, str, datetime, str]]:
    """Return (id, phone or e-mail, end, token) of the invitations nobody has used yet."""
    rows = db.session().exec(_open(client_id, now).order_by(col(ClientInvite.id)))
    return [
        (r.id or 0, r.login, r.ends_at, links.sign(INVITE, now, r.ends_at - now, invite=r.id or 0))
        for r in rows
    ]


def revoke_invite(invite_id: int, *, by: Principal, now: datetime) -> None:
    """Take an invitation back: its link does nothing any more."""
    client = owned(by, now)
    row = db.lock(ClientInvite, invite_id)
    if row.client_id != client.id:
        raise errors.NotFound
    if row.used_at is None and row.revoked_at is None:
        row.revoked_at = now
        db.session().add(row)
        db.flush()


def invited(token: str, by: Principal, now: datetime) -> tuple[int, int]:
    """Return (invitation, business) of a link to whom it was sent; others find nothing."""
    row = db.get(ClientInvite, links.read(INVITE, token, now)["invite"])
    person = accounts.person(by.id)
    if row.login not in (person.phone, (person.email or "").lower()):
        raise errors.Forbidden(
            _("This invitation was sent to another number or address than that of your account.")
        )
    if row.revoked_at is not None or (row.used_at is not None and row.used_by_id != by.id):
        raise errors.Conflict(_("This link has ended. Ask for a new one."))
    return row.id or 0, row.client_id


def accept_invite(token: str, *, by: Principal, now: datetime) -> int:
    """Join the business one was asked into; return its id. Doing it twice changes nothing."""
    invite_id, client_id = invited(token, by, now)
    db.lock(Client, client_id)
    row = db.lock(ClientInvite, invite_id)
    mine = _mine(by.id)
    if mine is not None and mine.client_id == client_id:
        return client_id
    if row.used_at is not None:
        raise errors.Conflict(_("This link has ended. Ask for a new one."))
    if mine is not None:
        _give_up(mine)
    db.add(ClientMember(client_id=client_id, person_id=by.id, joined_at=now, by_id=row.by_id))
    row.used_at, row.used_by_id = now, by.id
    db.session().add(row)
    if not by.has(Role.CLIENT):
        accounts_service.grant(by.id, Role.CLIENT, by_id=row.by_id, now=now)
    db.flush()
    return client_id


def _mine(person_id: int) -> ClientMember | None:
    statement = select(ClientMember).where(col(ClientMember.person_id) == person_id)
    return db.session().exec(statement).first()


def _give_up(mine: ClientMember) -> None:
    """Take away a business that is nothing but a name, so that its owner can join another one."""
    client_id = mine.client_id
    asked = select(func.count()).where(col(Brief.client_id) == client_id)
    others = len(_members(client_id)) > 1
    if mine.role is MemberRole.MEMBER:
        raise errors.Conflict(
            _("You act for another business. Leave it first, under Your business.")
        )
    if others or db.session().execute(asked).scalar_one():
        raise errors.Conflict(
            _("You have a business of your own with briefs or people: join with another account.")
        )
    db.session().delete(mine)
    db.flush()
    db.session().execute(delete(ClientInvite).where(col(ClientInvite.client_id) == client_id))
    db.session().delete(db.get(Client, client_id))
    db.flush()


def remove_member(person_id: int, *, by: Principal) -> None:
    """Let somebody no longer act for the business: the owner removes others, a member leaves."""
    mine = _mine(by.id)
    if mine is None:
        raise errors.NotFound
    client = db.lock(Client, mine.client_id)
    if person_id != by.id and client.person_id != by.id:
        raise errors.Forbidden(_("Only the owner decides who belongs to the business."))
    if person_id == client.person_id:
        raise errors.Conflict(_("Hand the business over to somebody first."))
    row = next((m for m in _members(client.id or 0) if m.person_id == person_id), None)
    if row is not None:
        db.session().delete(row)
        db.flush()


def hand_over(person_id: int, *, by: Principal) -> None:
    """Make another member the owner; the one before stays as a member. Twice changes nothing."""
    mine = _mine(by.id)
    if mine is None:
        raise errors.NotFound
    client = db.lock(Client, mine.client_id)
    if client.person_id == person_id:
        return
    if client.person_id != by.id:
        raise errors.Forbidden(_("Only the owner decides who belongs to the business."))
    set_owner(client, person_id)


def set_owner(client: Client, person_id: int) -> None:
    """Make a member of a business that is held its owner; the one before stays as a member."""
    members = {m.person_id: m for m in _members(client.id or 0)}
    if person_id not in members:
        raise errors.NotFound
    for member in members.values():
        member.role = MemberRole.OWNER if member.person_id == person_id else MemberRole.MEMBER
    client.person_id = person_id
    db.session().add_all([client, *members.values()])
    db.flush()


def end_invites(client_id: int, now: datetime) -> None:
    """Take every open invitation of a business back."""
    for row in db.session().exec(_open(client_id, now)):
        row.revoked_at = now
        db.session().add(row)
    db.flush()
