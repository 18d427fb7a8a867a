"""Taking and giving back places. The session's row is locked first, so the last place is given once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import col, select

from sanggar import errors
from sanggar.kernel import db, events
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.i18n import _
from sanggar.plugin.events import PlaceFreed, SessionRegistered
from sanggar.workshops import rules
from sanggar.workshops.models import (
    Attendance,
    Registration,
    RegistrationState,
    Session,
    SessionState,
)
from sanggar.workshops.rules import Places


def may_manage(hub_id: int, by: Principal) -> bool:
    """Return whether `by` plans sessions of this hub: its officers and administrators."""
    return by.has(Role.ADMIN) or (by.has(Role.HUB_OFFICER) and hub_id in by.hubs)


def may_run(hub_id: int, mentor_id: int | None, by: Principal) -> bool:
    """Return whether `by` stands at the desk: who plans sessions here, or the mentor who leads it."""
    return may_manage(hub_id, by) or (by.has(Role.MENTOR) and mentor_id == by.id)


def hold(session_id: int) -> Session:
    """Return the session, locked until the transaction ends."""
    return db.lock(Session, session_id)


def rows_of(session_id: int) -> list[Registration]:
    """Return all registrations of a session in order of arrival."""
    return list(
        db.session().exec(
            select(Registration)
            .where(Registration.session_id == session_id)
            .order_by(col(Registration.queue), col(Registration.id))
        )
    )


def places_of(session: Session, rows: Iterable[Registration]) -> Places:
    """Return the lists of a session as the rules see them."""
    rows = list(rows)
    taken = tuple(r.person_id for r in rows if r.state is RegistrationState.REGISTERED)
    waiting = tuple(r.person_id for r in rows if r.state is RegistrationState.WAITING)
    return Places(max(session.capacity, len(taken)), taken, waiting)


def _promote(
    session: Session, rows: list[Registration], moved: Iterable[int], now: datetime
) -> None:
    """Write down who moved up and tell them."""
    by_person = {row.person_id: row for row in rows}
    moved = list(moved)
    for person_id in moved:
        by_person[person_id].state = RegistrationState.REGISTERED
    db.flush()
    for person_id in moved:
        events.emit(PlaceFreed(at=now, person=person_id, session=session.id or 0))


def register(session_id: int, person_id: int, *, now: datetime) -> RegistrationState:
    """Take a place, or a place on the waiting list; asking twice changes nothing.

    Raises
    ------
    NotFound
        No such session.
    Conflict
        It is cancelled or has begun.
    """
    session = hold(session_id)
    rows = rows_of(session_id)
    mine = next((row for row in rows if row.person_id == person_id), None)
    if mine is not None and mine.state is not RegistrationState.CANCELLED:
        return mine.state
    if session.state is SessionState.CANCELLED:
        raise errors.Conflict(_("This session is cancelled. Choose another one."))
    if not rules.can_register(now, session.starts_at):
        raise errors.Conflict(
            _("Registration closed when the session began. At the door the desk may still have a place.")
        )  # fmt: skip
    return enter(session, rows, person_id, now)


def enter(
    session: Session, rows: list[Registration], person_id: int, now: datetime
) -> RegistrationState:
    """Put somebody on the list they belong on. The session must be locked."""
    after = rules.register(places_of(session, rows), person_id)
    waiting = person_id in after.waiting
    state = RegistrationState.WAITING if waiting else RegistrationState.REGISTERED
    queue = max((row.queue for row in rows), default=0) + 1
    mine = next((row for row in rows if row.person_id == person_id), None)
    if mine is None:
        db.add(
            Registration(
                session_id=session.id or 0, person_id=person_id, state=state, queue=queue, at=now
            )
        )
    else:
        mine.state, mine.queue, mine.at = state, queue, now
        db.flush()
    events.emit(
        SessionRegistered(at=now, person=person_id, session=session.id or 0, waiting=waiting)
    )
    return state


def cancel(session_id: int, person_id: int, *, now: datetime) -> None:
    """Give a place back, before the session begins; the first who waits moves up."""
    session = hold(session_id)
    if now >= session.starts_at:
        raise errors.Conflict(_("The session has begun: tell the desk if you cannot come."))
    _leave(session, person_id, now)


def free(session_id: int, person_id: int, *, by: Principal, now: datetime) -> None:
    """Give somebody's place to the next: they did not come or asked the desk to be taken off."""
    session = hold(session_id)
    if not may_run(session.hub_id, session.mentor_id, by):
        raise errors.NotFound
    if now >= session.ends_at:
        raise errors.Conflict(_("The session is over: nobody could use the place."))
    _leave(session, person_id, now)


def _leave(session: Session, person_id: int, now: datetime) -> None:
    rows = rows_of(session.id or 0)
    mine = next((row for row in rows if row.person_id == person_id), None)
    if mine is None or mine.state is RegistrationState.CANCELLED:
        return
    present = db.session().exec(
        select(Attendance.id).where(
            Attendance.session_id == session.id, Attendance.person_id == person_id
        )
    ).first()  # fmt: skip
    if present is not None:
        raise errors.Conflict(_("Presence is already noted, so the place is used."))
    after = rules.cancel(places_of(session, rows), person_id)
    mine.state = RegistrationState.CANCELLED
    _promote(session, rows, after.moved, now)


def move_up(session_id: int, *, now: datetime) -> list[int]:
    """Give free places to those who wait; return who got one."""
    session = hold(session_id)
    if session.state is SessionState.CANCELLED:
        return []
    rows = rows_of(session_id)
    after = rules.move_up(places_of(session, rows))
    _promote(session, rows, after.moved, now)
    return list(after.moved)
