"""Verbs of briefs: whose they are, the short list, how they move and close."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.accounts import service as accounts_service
from sanggar.clients import history, queries, rules
from sanggar.clients.business_models import Client, ClientMember
from sanggar.clients.models import Brief, Offer, ShortlistEntry
from sanggar.clients.pool import pool
from sanggar.clients.rules import (
    ASKED_STATES,
    LIVE,
    BriefState,
    ClientKind,
    MemberRole,
    OfferState,
)
from sanggar.kernel import db
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.i18n import _

MAX_SHORTLIST = 10
WAITING = (BriefState.OPEN, BriefState.SHORTLISTED)
#: an expired brief comes back with another day
CHANGEABLE = (BriefState.DRAFT, BriefState.OPEN, BriefState.SHORTLISTED, BriefState.EXPIRED)


@dataclass(frozen=True)
class Owner:
    """The owner an officer fills a brief in for."""

    organisation: str
    name: str
    phone: str
    kind: ClientKind = ClientKind.MICRO


def ensure_client(person_id: int, now: datetime) -> int:
    """Return the business a person acts for, made from what is known of them when there is none yet."""
    found = queries.client_of(person_id)
    if found is not None:
        if found.closed_at is not None and accounts.person(person_id).active:
            db.lock(Client, found.id).closed_at = None  # somebody has come back
        return found.id
    person = accounts.person(person_id)
    made = db.add(Client(
        person_id=person_id, organisation=person.name, hub_id=person.hub_id,
        region_id=person.region_id, created_at=now,
    ))  # fmt: skip
    db.add(ClientMember(
        client_id=made.id or 0, person_id=person_id, role=MemberRole.OWNER, joined_at=now,
    ))  # fmt: skip
    return made.id or 0


def save_client(
    person_id: int, *, organisation: str, kind: ClientKind, whatsapp: str, now: datetime
) -> None:
    """Change how a business is called and reached."""
    if not organisation:
        raise errors.Invalid(fields={"organisation": _("Write the name of your business.")})
    row = db.lock(Client, ensure_client(person_id, now))
    if row.person_id != person_id:
        raise errors.Forbidden(_("Only the owner changes how the business is called and reached."))
    row.organisation, row.kind, row.whatsapp = organisation, kind, whatsapp
    db.session().add(row)
    db.flush()


def join_owner(owner: Owner, *, by: Principal, now: datetime) -> int:
    """Return the business of an owner who is helped by an officer, joining them when they are new."""
    client_id = _owner(owner, by, now)
    if not by.has(Role.ADMIN) and queries.client(client_id).hub_id not in by.hubs:
        raise errors.Invalid(
            fields={"phone": _("This owner belongs to another hub: ask its officer.")}
        )
    return client_id


def _owner(owner: Owner, by: Principal, now: datetime) -> int:
    """Return the owner's business, joining the owner when the phone number is new."""
    known = accounts.by_login(owner.phone)
    if known is None:
        person_id = accounts_service.join(
            name=owner.name, phone=owner.phone, email=None, password=None, birth_date=None,
            region_id=None, hub_id=min(by.hubs, default=None), language="id", role=Role.CLIENT,
            channel="officer", now=now,
        )  # fmt: skip
    else:
        person_id = known.id
        if queries.client_of(person_id) is not None:
            return ensure_client(person_id, now)
    client_id = ensure_client(person_id, now)
    row = db.get(Client, client_id)
    row.organisation, row.kind = owner.organisation, owner.kind
    row.hub_id = row.hub_id or min(by.hubs, default=None)
    db.session().add(row)
    db.flush()
    return client_id


def is_listed(brief_id: int) -> bool:
    """Return whether somebody on the short list may be asked."""
    asked = select(Offer.person_id).where(
        col(Offer.brief_id) == brief_id, col(Offer.state).in_(sorted(LIVE | ASKED_STATES))
    )
    statement = select(ShortlistEntry.id).where(
        col(ShortlistEntry.brief_id) == brief_id, col(ShortlistEntry.person_id).not_in(asked)
    )
    return db.session().execute(statement).first() is not None


def has_live_offers(brief_id: int) -> bool:
    """Return whether somebody is considering an offer."""
    statement = select(Offer.id).where(
        col(Offer.brief_id) == brief_id, col(Offer.state).in_(sorted(LIVE))
    )
    return db.session().execute(statement).first() is not None


def supersede_offers(brief_id: int) -> None:
    """Let those who did not take the work be asked anew: the brief asks for something else now."""
    for row in db.session().exec(
        select(Offer).where(
            col(Offer.brief_id) == brief_id, col(Offer.state).in_(sorted(ASKED_STATES))
        )
    ):
        row.state = OfferState.SUPERSEDED
        db.session().add(row)
    db.flush()


def _move(
    row: Brief, to: BriefState, now: datetime, reason: str = "", by_id: int | None = None
) -> None:
    if not rules.can_move_brief(row.state, to):
        raise errors.Conflict(_("This brief has moved on. Reload the page to see how it stands."))
    row.state, row.updated_at = to, now
    if to is BriefState.OPEN and row.opened_at is None:
        row.opened_at = now
    if to in (BriefState.FINISHED, BriefState.CANCELLED, BriefState.EXPIRED):
        row.closed_at, row.reason = now, reason
    elif to is BriefState.OPEN:
        row.closed_at = None
    db.session().add(row)
    history.note(row.id or 0, now, by_id, reason)


def move(
    brief_id: int, to: BriefState, now: datetime, reason: str = "", by_id: int | None = None
) -> None:
    """Move a brief by rule (other verbs of this slice call it); the same state again is no move."""
    row = db.lock(Brief, brief_id)
    if row.state is not to:
        _move(row, to, now, reason, by_id)


def cancel_brief(brief_id: int, reason: str, *, by: Principal, now: datetime) -> None:
    """Take a brief back before work is agreed."""
    queries.brief(brief_id, by)
    if not reason:
        raise errors.Invalid(fields={"reason": _("Write why, in a few words.")})
    row = db.lock(Brief, brief_id)
    if row.state is BriefState.CANCELLED:
        return
    if row.state is BriefState.RUNNING:
        raise errors.Conflict(_("Work is agreed: cancel the work instead."))
    if has_live_offers(brief_id):
        raise errors.Conflict(_("A talent is reading your offer. Withdraw it first."))
    _move(row, BriefState.CANCELLED, now, reason, by.id)


def shortlist(
    brief_id: int,
    person_id: int,
    *,
    wanted: bool,
    by: Principal,
    now: datetime,
    rank_shown: int = 0,
    features: Mapping[str, float | None] | None = None,
) -> None:
    """Put a talent on the short list of a brief or take them off; doing it twice changes nothing.

    `rank_shown` and `features` are kept as the ranking showed them: they go into the offer, and
    from there into what the ranking learns.
    """
    brief = queries.brief(brief_id, by)
    row = db.lock(Brief, brief_id)
    entries = list(db.session().exec(
        select(ShortlistEntry).where(col(ShortlistEntry.brief_id) == brief_id)))  # fmt: skip
    entry = next((e for e in entries if e.person_id == person_id), None)
    if not wanted:
        if entry is not None:
            _take_off(row, entry, len(entries), now, by.id)
        return
    if entry is not None:
        return
    if not brief.open:
        raise errors.Conflict(_("This brief is closed: nobody can be added to it."))
    if len(entries) >= MAX_SHORTLIST:
        raise errors.Conflict(_("Ten people are enough. Take somebody off first."))
    fits = pool(brief, now, [person_id])
    if not fits or fits[0].refusal:
        raise errors.Conflict(_("This talent cannot take the work any more. Reload the page."))
    db.add(ShortlistEntry(
        brief_id=brief_id, person_id=person_id, rank_shown=rank_shown,
        features=dict(features or {}), added_at=now,
    ))  # fmt: skip
    if row.state is BriefState.OPEN:
        _move(row, BriefState.SHORTLISTED, now, by_id=by.id)


def _take_off(row: Brief, entry: ShortlistEntry, size: int, now: datetime, by_id: int) -> None:
    asked = select(Offer.state).where(
        col(Offer.brief_id) == entry.brief_id, col(Offer.person_id) == entry.person_id
    )
    if not rules.may_offer(db.session().execute(asked).scalar()):
        raise errors.Conflict(_("This talent has an offer from you already."))
    db.session().delete(entry)
    db.flush()
    if size == 1 and row.state is BriefState.SHORTLISTED:
        _move(row, BriefState.OPEN, now, by_id=by_id)


def expire_briefs(now: datetime) -> int:
    """Close open briefs whose day has passed without anybody being asked; return how many.

    Each is looked at again once it is held: its client may have acted in the same moment.
    """
    statement = select(Brief.id).where(
        col(Brief.state).in_(WAITING), col(Brief.deadline) < clock.local(now).date()
    )
    late = list(db.session().exec(statement.order_by(col(Brief.id))))
    return sum(_expire(brief_id or 0, now) for brief_id in late)


def _expire(brief_id: int, now: datetime) -> bool:
    row = db.lock(Brief, brief_id)
    over = row.deadline is not None and row.deadline < clock.local(now).date()
    if not over or row.state not in WAITING or has_live_offers(brief_id):
        return False
    _move(row, BriefState.EXPIRED, now)
    return True
