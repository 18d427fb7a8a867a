"""Who was there: check-in by code, the desk's ticks, corrections, and guests who are not users."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import select

from sanggar import errors, ids
from sanggar.kernel import db, events
from sanggar.kernel.access import Principal
from sanggar.kernel.i18n import _
from sanggar.kernel.templating import clock_time, moment
from sanggar.plugin.events import AttendanceTaken
from sanggar.workshops import places, queries, rules
from sanggar.workshops.models import (
    Attendance,
    Guest,
    How,
    RegistrationState,
    Session,
    SessionState,
)


def session_of_code(typed: str) -> int:
    """Return the session with this check-in code or raise `Invalid`."""
    code = ids.normalise_code(typed)
    found = db.session().exec(select(Session.id).where(Session.code == code)).first()
    if not code or found is None:
        raise errors.Invalid(
            _("No session has this code."),
            fields={"code": _("No session has this code. Look again at the screen or ask the desk.")},
        )  # fmt: skip
    return found


def check_in(typed: str, person_id: int, *, how: How, now: datetime) -> int:
    """Note somebody's own presence by the session's code; return the session.

    Somebody without a place gets one while there are any. Checking in twice changes nothing.
    """
    session = places.hold(session_of_code(typed))
    if session.state is SessionState.CANCELLED:
        raise errors.Conflict(_("This session is cancelled."))
    if not rules.can_check_in(now, session.starts_at, session.ends_at):
        raise errors.Conflict(
            _("Check-in is open from %(opens)s to %(closes)s. Ask the desk if you were there.",
              opens=moment(session.starts_at - rules.OPENS_BEFORE),
              closes=clock_time(session.ends_at + rules.CLOSES_AFTER))
        )  # fmt: skip
    _admit(session, person_id, how=how, by_id=None, now=now)
    return session.id or 0


def tick(session_id: int, person_id: int, *, by: Principal, now: datetime) -> None:
    """Note somebody's presence at the desk."""
    session = _run(session_id, by, now)
    _admit(session, person_id, how=How.OFFICER, by_id=by.id, now=now)


def _run(session_id: int, by: Principal, now: datetime) -> Session:
    """Return the session, locked, if `by` stands at its desk and it may have presence."""
    session = places.hold(session_id)
    if not places.may_run(session.hub_id, session.mentor_id, by):
        raise errors.NotFound
    if session.state is SessionState.CANCELLED:
        raise errors.Conflict(_("This session is cancelled."))
    if now < session.starts_at - rules.OPENS_BEFORE:
        raise errors.Conflict(
            _("Presence can be noted from %(when)s.", when=moment(session.starts_at - rules.OPENS_BEFORE))
        )  # fmt: skip
    return session


def _attendance(session_id: int | None, person_id: int) -> Attendance | None:
    return db.session().exec(
        select(Attendance).where(
            Attendance.session_id == session_id, Attendance.person_id == person_id
        )
    ).first()  # fmt: skip


def _full_hours(session: Session) -> float:
    held = queries.workshop_of(session.track, session.workshop)
    return rules.hours_of(held.hours if held else None, session.starts_at, session.ends_at)


def _admit(session: Session, person_id: int, *, how: How, by_id: int | None, now: datetime) -> None:
    if _attendance(session.id, person_id) is not None:
        return
    rows = places.rows_of(session.id or 0)
    mine = next((row for row in rows if row.person_id == person_id), None)
    if mine is None or mine.state is not RegistrationState.REGISTERED:
        if not places.places_of(session, rows).free:
            raise errors.Conflict(
                _("All places are taken. The desk can free the place of somebody who did not come.")
            )
        places.enter(session, rows, person_id, now)
    db.add(
        Attendance(
            session_id=session.id or 0, person_id=person_id, hours=_full_hours(session), how=how,
            by_id=by_id, at=now,
        )
    )  # fmt: skip
    _was_held(session, person_id, now)


def _was_held(session: Session, person_id: int, now: datetime) -> None:
    session.state = SessionState.HELD
    db.flush()
    if person_id:
        events.emit(
            AttendanceTaken(
                at=now, person=person_id, session=session.id or 0, track=session.track,
                workshop=session.workshop,
            )
        )  # fmt: skip


def correct(
    session_id: int, person_id: int, *, hours: float, reason: str, by: Principal, now: datetime
) -> None:
    """Correct the hours of somebody whose presence is noted; 0 hours means absent."""
    session = _run(session_id, by, now)
    row = _attendance(session_id, person_id)
    if row is None:
        raise errors.Conflict(_("Presence is not noted yet: tick it first."))
    full = _full_hours(session)
    fields = {}
    if not 0 <= hours <= full:
        fields["hours"] = _("Between 0 and %(n)s hours.", n=f"{full:g}")
    if len(reason) < rules.MIN_REASON:
        fields["reason"] = _("Write the reason in at least %(n)s characters.", n=rules.MIN_REASON)
    if fields:
        raise errors.Invalid(_("The hours were not changed."), fields=fields)
    row.hours, row.reason, row.by_id = hours, reason, by.id
    db.flush()
    if hours > 0:
        _was_held(session, person_id, now)


def add_guest(
    session_id: int, *, name: str, business: str, phone: str, attended: bool,
    by: Principal, now: datetime,
) -> int:  # fmt: skip
    """Write down a participant from a small business; the same name and business stand once."""
    session = places.hold(session_id)
    if not places.may_run(session.hub_id, session.mentor_id, by):
        raise errors.NotFound
    if session.state is SessionState.CANCELLED:
        raise errors.Conflict(_("This session is cancelled."))
    fields = {}
    if not name:
        fields["name"] = _("Write the name of the participant.")
    digits = "".join(c for c in phone if c.isdigit())
    if phone and not 8 <= len(digits) <= 15:
        fields["phone"] = _("Write the number with all its digits, or leave it empty.")
    if fields:
        raise errors.Invalid(_("The guest was not added."), fields=fields)
    wanted = (rules.same_business(name), rules.same_business(business))
    for row in db.session().exec(select(Guest).where(Guest.session_id == session_id)):
        if (rules.same_business(row.name), rules.same_business(row.business)) == wanted:
            return row.id or 0
    row = db.add(
        Guest(
            session_id=session_id, name=name, business=business, phone=digits, attended=False, at=now
        )
    )  # fmt: skip
    _guest_was_there(session, row, attended, now)
    return row.id or 0


def mark_guest(
    session_id: int, guest_id: int, attended: bool, *, by: Principal, now: datetime
) -> None:
    """Note whether a guest was there."""
    session = places.hold(session_id)
    row = db.get(Guest, guest_id)
    if row.session_id != session_id or not places.may_run(session.hub_id, session.mentor_id, by):
        raise errors.NotFound
    _guest_was_there(session, row, attended, now)


def _guest_was_there(session: Session, row: Guest, attended: bool, now: datetime) -> None:
    """Guests announced beforehand are marked present when the session has opened."""
    opened = now >= session.starts_at - rules.OPENS_BEFORE
    row.attended = attended and opened
    db.flush()
    if row.attended and session.state is SessionState.PLANNED:
        _was_held(session, 0, now)
