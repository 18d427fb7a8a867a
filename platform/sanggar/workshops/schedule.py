"""Planning sessions and series, and the secret calendar links."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import col, select

from sanggar import errors, ids
from sanggar.accounts import queries as accounts
from sanggar.kernel import db, events
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.i18n import _
from sanggar.plugin.events import SessionChanged
from sanggar.programme import queries as programme
from sanggar.workshops import places, queries, rules
from sanggar.workshops.models import (
    CalendarLink,
    Mode,
    Registration,
    RegistrationState,
    Series,
    Session,
    SessionState,
    Training,
)

CODE_LENGTH = 6
#: a change of these is a new revision of the calendar entry
IN_CALENDAR = frozenset(
    {"title", "track", "workshop", "starts_at", "ends_at", "mode", "place", "link"}
)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """What an officer writes about a session."""

    hub_id: int
    starts_at: datetime
    ends_at: datetime
    capacity: int
    track: str = ""
    workshop: str = ""
    title: str = ""
    series_id: int | None = None
    mode: Mode = Mode.ONSITE
    place: str = ""
    link: str = ""
    mentor_id: int | None = None
    organisation: str = ""
    training: Training = Training.SKILLING


def create_session(draft: Draft, *, by: Principal, now: datetime) -> int:
    """Plan a session; return its id.

    Raises
    ------
    Forbidden
        The hub is not the officer's.
    Invalid
        Something in the draft must be corrected; `fields` says what.
    """
    if not places.may_manage(draft.hub_id, by):
        raise errors.Forbidden(_("You plan sessions of your own hub only."))
    _refuse(_faults(draft, now=now, starts_before=None))
    row = db.add(
        Session(
            **asdict(draft), code=new_code(), uid=f"{ids.token(12)}@sanggar", changed_at=now
        )
    )  # fmt: skip
    return row.id or 0


def change_session(session_id: int, draft: Draft, *, by: Principal, now: datetime) -> None:
    """Change a session; a larger room lets those who wait move up."""
    session = managed(session_id, by)
    if session.state is SessionState.CANCELLED:
        raise errors.Conflict(_("This session is cancelled. Plan a new one."))
    if not places.may_manage(draft.hub_id, by):
        raise errors.Forbidden(_("You plan sessions of your own hub only."))
    faults = _faults(draft, now=now, starts_before=session.starts_at)
    taken = _taken(session_id)
    if draft.capacity < taken:
        faults["capacity"] = _(
            "%(n)s people already have a place: no fewer than that.", n=taken
        )  # fmt: skip
    _refuse(faults)
    changed = {
        name for name, value in asdict(draft).items() if getattr(session, name) != value
    }  # fmt: skip
    if not changed:
        return
    for name in changed:
        setattr(session, name, getattr(draft, name))
    if changed & IN_CALENDAR:
        session.sequence += 1
    session.changed_at = now
    db.flush()
    if changed & IN_CALENDAR:
        _announce(session, now)
    places.move_up(session_id, now=now)


def cancel_session(session_id: int, reason: str, *, by: Principal, now: datetime) -> None:
    """Call a session off; registrations stay, so that calendars show it as cancelled."""
    session = managed(session_id, by)
    if session.state is SessionState.CANCELLED:
        return
    if session.state is SessionState.HELD:
        raise errors.Conflict(_("Presence is already noted: this session has taken place."))
    if len(reason) < rules.MIN_REASON:
        raise errors.Invalid(
            _("The session was not cancelled."),
            fields={"reason": _("Write the reason in at least %(n)s characters.", n=rules.MIN_REASON)},
        )  # fmt: skip
    session.state, session.reason = SessionState.CANCELLED, reason
    session.sequence += 1
    session.changed_at = now
    db.flush()
    _announce(session, now)


def _announce(session: Session, now: datetime) -> None:
    """Tell those who have a place, through whoever listens."""
    events.emit(
        SessionChanged(
            at=now, session=session.id or 0, cancelled=session.state is SessionState.CANCELLED,
            revision=session.sequence,
        )
    )  # fmt: skip


def renew_code(session_id: int, *, by: Principal) -> str:
    """Give a session a new check-in code; the old one, perhaps passed on, ends at once."""
    session = places.hold(session_id)
    if not places.may_run(session.hub_id, session.mentor_id, by):
        raise errors.NotFound
    session.code = new_code()
    db.flush()
    return session.code


def create_series(
    *, theme: str, year: int, hub_id: int | None, organisation: str, by: Principal
) -> int:
    """Make a series; only administrators make one for all hubs."""
    allowed = places.may_manage(hub_id, by) if hub_id is not None else by.has(Role.ADMIN)
    if not allowed:
        raise errors.Forbidden(_("You make series of your own hub only."))
    fields = {}
    if not theme:
        fields["theme"] = _("Write the theme of the series.")
    if not 2015 <= year <= 2100:
        fields["year"] = _("Write the year with four digits.")
    _refuse(fields)
    row = db.add(Series(theme=theme, year=year, hub_id=hub_id, organisation=organisation))
    return row.id or 0


def renew_calendar(person_id: int, *, now: datetime) -> str:
    """Make or renew somebody's secret calendar address."""
    row = db.session().exec(
        select(CalendarLink).where(CalendarLink.person_id == person_id).with_for_update()
    ).first()  # fmt: skip
    token = ids.token(24)
    if row is None:
        db.add(CalendarLink(person_id=person_id, token=token, made_at=now))
    else:
        row.token, row.made_at = token, now
        db.flush()
    return token


def new_code() -> str:
    """Return a check-in code that no session has."""
    while True:
        code = ids.code(CODE_LENGTH)
        if db.session().exec(select(Session.id).where(Session.code == code)).first() is None:
            return code


def managed(session_id: int, by: Principal) -> Session:
    """Return a session, locked, that `by` may plan, or raise `NotFound`."""
    session = places.hold(session_id)
    if not places.may_manage(session.hub_id, by):
        raise errors.NotFound
    return session


def _taken(session_id: int) -> int:
    return int(
        db.session().exec(
            select(func.count(col(Registration.id))).where(
                Registration.session_id == session_id,
                Registration.state == RegistrationState.REGISTERED,
            )
        ).one()
    )  # fmt: skip


def _refuse(fields: dict[str, str]) -> None:
    if fields:
        raise errors.Invalid(_("Look at the marked fields. Nothing was saved yet."), fields=fields)


def _faults(draft: Draft, *, now: datetime, starts_before: datetime | None) -> dict[str, str]:
    faults: dict[str, str] = {}
    if draft.starts_at <= now and draft.starts_at != starts_before:
        faults["starts"] = _("Choose a time that is still to come.")
    if draft.ends_at <= draft.starts_at:
        faults["ends"] = _("The end must be later than the start.")
    elif draft.ends_at - draft.starts_at > rules.MAX_LENGTH:
        faults["ends"] = _("A session lasts 7 days at most: plan one for each meeting.")
    if not 1 <= draft.capacity <= rules.MAX_CAPACITY:
        faults["capacity"] = _("Between 1 and %(n)s places.", n=rules.MAX_CAPACITY)
    if draft.mode is not Mode.ONLINE and not draft.place:
        faults["place"] = _("Write where people meet.")
    if draft.link and not draft.link.startswith(("https://", "http://")):
        faults["link"] = _("Write the whole address, beginning with https://.")
    return faults | _reference_faults(draft)


def _reference_faults(draft: Draft) -> dict[str, str]:
    faults: dict[str, str] = {}
    held = queries.workshop_of(draft.track, draft.workshop)
    if (draft.track or draft.workshop) and held is None:
        faults["held"] = _("Choose a workshop of the track.")
    elif not draft.title and held is None:
        faults["title"] = _("Write a title, or choose a workshop.")
    if draft.hub_id not in {hub.id for hub in programme.hubs()}:
        faults["hub_id"] = _("Choose one of the hubs.")
    if draft.mentor_id is not None and draft.mentor_id not in {m.id for m in accounts.mentors()}:
        faults["mentor_id"] = _("Choose one of the mentors.")
    if draft.series_id is not None and not _series_fits(draft):
        faults["series_id"] = _("Choose a series of this hub.")
    return faults


def _series_fits(draft: Draft) -> bool:
    row = db.session().get(Series, draft.series_id)
    return row is not None and row.hub_id in (None, draft.hub_id)
