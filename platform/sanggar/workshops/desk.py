"""What the desk of a session sees: who is expected, who is there, guests, the code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from sanggar import errors
from sanggar.accounts import queries as accounts
from sanggar.kernel import db
from sanggar.kernel.access import Principal
from sanggar.workshops import places, queries
from sanggar.workshops.models import (
    Attendance,
    CalendarLink,
    Guest,
    How,
    Registration,
    RegistrationState,
    Series,
    Session,
)
from sanggar.workshops.queries import SessionLine


@dataclass(frozen=True)
class Expected:
    """Somebody on the list of a session; `hours` None: presence is not noted."""

    person_id: int
    name: str
    state: RegistrationState
    hours: float | None
    how: How | None
    at: datetime | None
    reason: str

    @property
    def waiting(self) -> bool:
        """True on the waiting list."""
        return self.state is RegistrationState.WAITING


@dataclass(frozen=True)
class Desk:
    """Everything about one session that its desk works with."""

    session: SessionLine
    code: str
    people: tuple[Expected, ...]
    guests: tuple[Guest, ...]

    @property
    def present(self) -> int:
        """How many talents are there."""
        return sum(1 for each in self.people if each.hours)

    @property
    def registered(self) -> tuple[Expected, ...]:
        """Those with a place."""
        return tuple(each for each in self.people if not each.waiting)

    @property
    def waiting(self) -> tuple[Expected, ...]:
        """Those on the waiting list, the first first."""
        return tuple(each for each in self.people if each.waiting)


def roster(session_id: int) -> tuple[Expected, ...]:
    """Return who has a place (by name) and who waits (in order)."""
    statement = (
        select(  # type: ignore[call-overload]
            Registration.person_id, Registration.state, Attendance.hours, Attendance.how,
            Attendance.at, Attendance.reason,
        )
        .join(
            Attendance,
            (col(Attendance.session_id) == col(Registration.session_id))
            & (col(Attendance.person_id) == col(Registration.person_id)),
            isouter=True,
        )
        .where(
            col(Registration.session_id) == session_id,
            col(Registration.state) != RegistrationState.CANCELLED,
        )
        .order_by(col(Registration.queue))
    )  # fmt: skip
    rows = db.session().execute(statement).all()
    people = accounts.people([row[0] for row in rows])
    found = [
        Expected(row[0], people[row[0]].name, row[1], row[2], row[3], row[4], row[5] or "")
        for row in rows
    ]
    placed = sorted((e for e in found if not e.waiting), key=lambda e: e.name.casefold())
    return (*placed, *(e for e in found if e.waiting))


def guests(session_id: int) -> tuple[Guest, ...]:
    """Return the guests of a session by name."""
    return tuple(
        db.session().exec(
            select(Guest).where(Guest.session_id == session_id).order_by(Guest.name)
        )
    )  # fmt: skip


def at(session_id: int, by: Principal) -> Desk:
    """Return the desk of a session that `by` runs or raise `NotFound`."""
    line = queries.session_line(session_id)
    if not places.may_run(line.hub_id, line.mentor_id, by):
        raise errors.NotFound
    code = db.session().exec(select(Session.code).where(Session.id == session_id)).one()
    return Desk(line, code, roster(session_id), guests(session_id))


def series(hub_ids: Sequence[int] | None) -> list[Series]:
    """Return the series of hubs (None: of all) and those held in all hubs, the latest first."""
    statement = select(Series).order_by(col(Series.year).desc(), col(Series.theme))
    if hub_ids is not None:
        statement = statement.where(col(Series.hub_id).in_(hub_ids) | col(Series.hub_id).is_(None))
    return list(db.session().exec(statement))


def full(session_id: int) -> Session:
    """Return the whole row of a session or raise `NotFound`."""
    return db.get(Session, session_id)


def calendar_token(person_id: int) -> str:
    """Return somebody's calendar token, empty when they have made none."""
    return (
        db.session()
        .exec(select(CalendarLink.token).where(CalendarLink.person_id == person_id))
        .first()
        or ""
    )


def calendar_owner(token: str) -> int:
    """Return whose calendar a token opens or raise `NotFound`."""
    found = db.session().exec(
        select(CalendarLink.person_id).where(CalendarLink.token == token)
    ).first()  # fmt: skip
    if found is None:
        raise errors.NotFound
    return found


def in_calendar(person_id: int, since: datetime) -> list[Any]:
    """Return (session, registration state) of somebody's sessions that end after `since`."""
    return list(
        db.session().exec(
            select(Session, Registration.state)
            .join(Registration, col(Registration.session_id) == col(Session.id))
            .where(
                col(Registration.person_id) == person_id,
                col(Registration.state) != RegistrationState.CANCELLED,
                col(Session.ends_at) > since,
            )
            .order_by(col(Session.starts_at))
        )
    )


def led_in_calendar(mentor_id: int, since: datetime) -> list[Session]:
    """Return the sessions somebody leads that end after `since`."""
    return list(
        db.session().exec(
            select(Session)
            .where(col(Session.mentor_id) == mentor_id, col(Session.ends_at) > since)
            .order_by(col(Session.starts_at))
        )
    )
