"""Reading sessions: what is coming, who has a place, who was there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func
from sqlmodel import col, select

from sanggar import errors
from sanggar.kernel import db, registry
from sanggar.plugin import evidence
from sanggar.plugin.text import Text
from sanggar.plugin.track import Track, Workshop
from sanggar.workshops import rules
from sanggar.workshops.guests import Visit, visits
from sanggar.workshops.models import (
    Attendance,
    Mode,
    Registration,
    RegistrationState,
    Session,
    SessionState,
    Training,
)
from sanggar.workshops.recap import (
    Recap,
    counts_by_organisation,
    counts_by_training,
    counts_for_recap,
)

#: the recap stands in its own file and is read through here
__all__ = [
    "MySession", "Recap", "SessionLine", "Visit",
    "attendance",
    "clash",
    "counts_by_organisation",
    "counts_by_training",
    "counts_for_recap",
    "export_person",
    "my_state",
    "next_session",
    "of_hubs",
    "of_mentor",
    "over",
    "past",
    "registered",
    "session_line",
    "title_of",
    "upcoming", "visits",
]  # fmt: skip


@dataclass(frozen=True)
class SessionLine:
    """One session as lists show it; `taken` and `waiting` are numbers of people."""

    id: int
    track: str
    workshop: str
    series_id: int | None
    hub_id: int
    own_title: str
    starts_at: datetime
    ends_at: datetime
    mode: Mode
    place: str
    capacity: int
    mentor_id: int | None
    organisation: str
    training: Training
    state: SessionState
    taken: int
    waiting: int

    @property
    def title(self) -> Text:
        """Title of the session, else of its workshop."""
        return title_of(self.track, self.workshop, self.own_title)

    @property
    def track_title(self) -> Text | None:
        """Title of the track, None outside the tracks."""
        found = track_of(self.track)
        return found.title if found else None

    @property
    def left(self) -> int:
        """Places that can be taken at once; none while others wait."""
        return 0 if self.waiting else max(0, self.capacity - self.taken)

    @property
    def cancelled(self) -> bool:
        """True when the session does not take place."""
        return self.state is SessionState.CANCELLED


@dataclass(frozen=True)
class MySession:
    """A session somebody is registered for; `position` is the place on the waiting list (0: none)."""

    session: SessionLine
    state: RegistrationState
    position: int = 0
    hours: float | None = None

    @property
    def waiting(self) -> bool:
        """True on the waiting list."""
        return self.state is RegistrationState.WAITING


def track_of(track_id: str) -> Track | None:
    """Return the track of a session, None outside the tracks or when its plugin is gone."""
    return registry.current().tracks.get(track_id)


def workshop_of(track_id: str, workshop_id: str) -> Workshop | None:
    """Return the workshop a session holds, None outside the tracks."""
    track = track_of(track_id)
    return track.workshop(workshop_id) if track else None


def title_of(track_id: str, workshop_id: str, own: str) -> Text:
    """Return what a session is called."""
    held = workshop_of(track_id, workshop_id)
    if own or held is None:
        return Text(id=own or workshop_id, en=own or workshop_id)
    return held.title


def _count(state: RegistrationState) -> Any:
    return (
        select(func.count(col(Registration.id)))
        .where(
            col(Registration.session_id) == col(Session.id),
            col(Registration.state) == state,
        )
        .correlate(Session)
        .scalar_subquery()
    )


@cache
def lines_statement() -> Any:
    """Return the select of session lines, for the reads of this slice."""
    return select(  # type: ignore[call-overload]
        Session.id, Session.track, Session.workshop, Session.series_id, Session.hub_id,
        Session.title, Session.starts_at, Session.ends_at, Session.mode, Session.place,
        Session.capacity, Session.mentor_id, Session.organisation, Session.training, Session.state,
        _count(RegistrationState.REGISTERED), _count(RegistrationState.WAITING),
    )  # fmt: skip


def session_line(session_id: int) -> SessionLine:
    """Return one session or raise `NotFound`."""
    row = db.session().execute(lines_statement().where(col(Session.id) == session_id)).first()
    if row is None:
        raise errors.NotFound
    return SessionLine(*row)


def expected(session_id: int) -> list[int]:
    """Return the people who have a place or wait for one."""
    states = (RegistrationState.REGISTERED, RegistrationState.WAITING)
    return list(
        db.session().exec(
            select(Registration.person_id).where(
                Registration.session_id == session_id, col(Registration.state).in_(states)
            )
        )
    )


def upcoming(
    now: datetime,
    *,
    hub_id: int | None = None,
    track: str = "",
    workshop: str = "",
    mode: str = "",
    limit: int = 60,
) -> list[SessionLine]:
    """Return the sessions that are not over, the next first."""
    wanted = {
        "hub_id": hub_id, "track": track or None, "workshop": workshop or None, "mode": mode or None,
    }  # fmt: skip
    given = {name: value for name, value in wanted.items() if value is not None}
    rows = db.rows(_upcoming(tuple(given)), now=now, limit=limit, **given)
    return [SessionLine(*row) for row in rows]


@cache
def _upcoming(filters: tuple[str, ...]) -> Any:
    """Return the statement with these filters; every track page asks it."""
    return (
        lines_statement()
        .where(
            col(Session.ends_at) > bindparam("now"),
            col(Session.state) != SessionState.CANCELLED,
            *(getattr(Session, name) == bindparam(name) for name in filters),
        )
        .order_by(col(Session.starts_at), col(Session.id))
        .limit(bindparam("limit"))
    )


def of_hubs(
    hub_ids: Collection[int] | None, *, since: datetime, until: datetime | None = None
) -> list[SessionLine]:
    """Return the sessions of hubs (None: all) that end after `since` and start before `until`."""
    statement = lines_statement().where(col(Session.ends_at) > since)
    if until is not None:
        statement = statement.where(col(Session.starts_at) < until)
    if hub_ids is not None:
        statement = statement.where(col(Session.hub_id).in_(hub_ids))
    statement = statement.order_by(col(Session.starts_at), col(Session.id)).limit(200)
    return [SessionLine(*row) for row in db.session().execute(statement)]


def over(hub_ids: Collection[int] | None, now: datetime, limit: int = 30) -> list[SessionLine]:
    """Return the sessions that have ended, the latest first."""
    statement = lines_statement().where(col(Session.ends_at) <= now)
    if hub_ids is not None:
        statement = statement.where(col(Session.hub_id).in_(hub_ids))
    statement = statement.order_by(col(Session.starts_at).desc()).limit(limit)
    return [SessionLine(*row) for row in db.session().execute(statement)]


def of_mentor(mentor_id: int, now: datetime, *, ended: bool = False) -> list[SessionLine]:
    """Return the sessions a mentor leads: those to come, or the last thirty that have ended."""
    statement = lines_statement().where(col(Session.mentor_id) == mentor_id)
    if ended:
        statement = statement.where(col(Session.ends_at) <= now).order_by(
            col(Session.starts_at).desc()
        )
        return [SessionLine(*row) for row in db.session().execute(statement.limit(30))]
    statement = statement.where(col(Session.ends_at) > now).order_by(col(Session.starts_at))
    return [SessionLine(*row) for row in db.session().execute(statement.limit(60))]


def _ahead() -> Any:
    """Return how many wait on a session up to and including this registration."""
    other = Registration.__table__.alias("other")  # type: ignore[attr-defined]
    return (
        select(func.count(other.c.id))
        .where(
            other.c.session_id == col(Registration.session_id),
            other.c.state == RegistrationState.WAITING,
            other.c.queue <= col(Registration.queue),
        )
        .correlate(Registration)
        .scalar_subquery()
    )


def _mine(person_id: int) -> Any:
    return (
        lines_statement()
        .add_columns(Registration.state, _ahead(), Attendance.hours)
        .join(Registration, col(Registration.session_id) == col(Session.id))
        .join(
            Attendance,
            (col(Attendance.session_id) == col(Session.id))
            & (col(Attendance.person_id) == person_id),
            isouter=True,
        )
        .where(
            col(Registration.person_id) == person_id,
            col(Registration.state) != RegistrationState.CANCELLED,
        )
    )


def _my_sessions(statement: Any) -> list[MySession]:
    found = []
    for row in db.session().execute(statement):
        *line, state, ahead, hours = row
        waiting = state is RegistrationState.WAITING
        found.append(MySession(SessionLine(*line), state, ahead if waiting else 0, hours))
    return found


def registered(person_id: int, now: datetime) -> list[MySession]:
    """Return the sessions to come that somebody has a place in or waits for."""
    return _my_sessions(
        _mine(person_id).where(col(Session.ends_at) > now).order_by(col(Session.starts_at))
    )


def past(person_id: int, now: datetime, limit: int = 50) -> list[MySession]:
    """Return the sessions that are over, the latest first; `hours` None: absent."""
    return _my_sessions(
        _mine(person_id)
        .where(col(Session.ends_at) <= now, col(Registration.state) == RegistrationState.REGISTERED)
        .order_by(col(Session.starts_at).desc())
        .limit(limit)
    )


def next_session(person_id: int, now: datetime) -> MySession | None:
    """Return the next session that takes place and in which somebody has a place."""
    found = _my_sessions(
        _mine(person_id)
        .where(
            col(Session.ends_at) > now,
            col(Session.state) != SessionState.CANCELLED,
            col(Registration.state) == RegistrationState.REGISTERED,
        )
        .order_by(col(Session.starts_at))
        .limit(1)
    )
    return found[0] if found else None


def my_state(session_id: int, person_id: int) -> MySession | None:
    """Return somebody's registration for one session, None when there is none."""
    found = _my_sessions(_mine(person_id).where(col(Session.id) == session_id))
    return found[0] if found else None


def clash(person_id: int, session_id: int, now: datetime) -> SessionLine | None:
    """Return another session of somebody's that overlaps with this one, None when there is none."""
    mine = {each.session.id: each.session for each in registered(person_id, now)}
    this = mine.pop(session_id, None)
    if this is None:
        return None
    times = [(o.starts_at, o.ends_at) for o in mine.values() if not o.cancelled]
    if not rules.overlaps(this.starts_at, this.ends_at, times):
        return None
    return next(
        o
        for o in mine.values()
        if not o.cancelled
        and rules.overlaps(this.starts_at, this.ends_at, [(o.starts_at, o.ends_at)])
    )


def attendance(person_id: int, track: str) -> tuple[evidence.Attendance, ...]:
    """Return the hours of each workshop of a track, 0 where somebody was absent."""
    found = track_of(track)
    if found is None:
        return ()
    statement = (
        select(Session.workshop, Attendance.hours)
        .join(Attendance, col(Attendance.session_id) == col(Session.id))
        .where(col(Attendance.person_id) == person_id, col(Session.track) == track)
    )
    hours: dict[str, list[float]] = {}
    for workshop, attended in db.session().execute(statement):
        hours.setdefault(workshop, []).append(attended)
    return tuple(
        evidence.Attendance(
            workshop=each.id,
            hours=rules.counted_hours(hours.get(each.id, []), each.hours),
            required_hours=each.hours,
        )
        for each in sorted(found.workshops, key=lambda w: w.number)
    )


def export_person(person_id: int) -> dict[str, Any]:
    """Return everything this slice knows about somebody, for their own copy."""
    statement = (
        select(
            Registration.session_id, Session.track, Session.workshop, Session.title,
            Session.starts_at, Registration.state, Registration.at, Attendance.hours,
            Attendance.how,
        )  # type: ignore[call-overload]
        .join(Session, col(Session.id) == col(Registration.session_id))
        .join(
            Attendance,
            (col(Attendance.session_id) == col(Session.id))
            & (col(Attendance.person_id) == person_id),
            isouter=True,
        )
        .where(col(Registration.person_id) == person_id)
        .order_by(col(Session.starts_at))
    )  # fmt: skip
    return {
        "workshop_sessions": [
            {
                "session": row[0],
                "track": row[1],
                "title": title_of(row[1], row[2], row[3]).id,
                "starts_at": row[4],
                "state": row[5].value,
                "registered_at": row[6],
                "hours": row[7],
                "checked_in_by": row[8].value if row[8] else None,
            }
            for row in db.session().execute(statement)
        ]
    }
