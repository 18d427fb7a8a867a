"""Tables of the workshops: series, sessions, registrations, attendance, guests, calendar links."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from sanggar.kernel.models import Table, enum_type


class Mode(StrEnum):
    """Where people meet."""

    ONSITE = "onsite"
    ONLINE = "online"
    HYBRID = "hybrid"


class Training(StrEnum):
    """What kind of training a session is, for the recap by type."""

    SKILLING = "skilling"
    UPSKILLING = "upskilling"
    RESKILLING = "reskilling"


class SessionState(StrEnum):
    """A session counts as held once somebody was there."""

    PLANNED = "planned"
    HELD = "held"
    CANCELLED = "cancelled"


class RegistrationState(StrEnum):
    """Whether somebody has a place, waits for one, or has given it back."""

    REGISTERED = "registered"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class How(StrEnum):
    """How presence was noted."""

    QR = "qr"
    CODE = "code"
    OFFICER = "officer"


class Series(Table, table=True):
    """Sessions under one theme, in one hub or in all of them."""

    __tablename__ = "workshop_series"

    id: int | None = Field(default=None, primary_key=True)
    theme: str = Field(max_length=160)
    year: int = Field(index=True)
    #: None: in all hubs
    hub_id: int | None = Field(default=None, foreign_key="hub.id", index=True)
    organisation: str = Field(default="", max_length=120)


class Session(Table, table=True):
    """One meeting at one time. `track` and `workshop` are empty for sessions outside the tracks."""

    __tablename__ = "workshop_session"
    __table_args__ = (
        Index("ix_workshop_session_track_workshop", "track", "workshop"),
        Index("ix_workshop_session_state_ends_at", "state", "ends_at"),
    )
    audit_hide: ClassVar[frozenset[str]] = frozenset({"code"})

    id: int | None = Field(default=None, primary_key=True)
    track: str = Field(default="", max_length=40)
    workshop: str = Field(default="", max_length=40)
    series_id: int | None = Field(default=None, foreign_key="workshop_series.id", index=True)
    #: the hub that counts the session, also when the place is elsewhere
    hub_id: int = Field(foreign_key="hub.id", index=True)
    #: empty: the title of the workshop
    title: str = Field(default="", max_length=160)
    starts_at: datetime = Field(index=True)
    ends_at: datetime
    mode: Mode = Field(default=Mode.ONSITE, sa_type=enum_type(Mode))
    place: str = Field(default="", max_length=300)
    #: shown to people with a place only
    link: str = Field(default="", max_length=500)
    capacity: int
    mentor_id: int | None = Field(default=None, foreign_key="user.id", index=True)
    organisation: str = Field(default="", max_length=120)
    training: Training = Field(default=Training.SKILLING, sa_type=enum_type(Training))
    code: str = Field(max_length=12, unique=True)
    state: SessionState = Field(default=SessionState.PLANNED, sa_type=enum_type(SessionState))
    reason: str = Field(default="", max_length=300)
    #: identity and revision of the calendar entry
    uid: str = Field(max_length=60, unique=True)
    sequence: int = 0
    changed_at: datetime


class Registration(Table, table=True):
    """Somebody's place or place on the waiting list; registering again reuses the row."""

    __tablename__ = "workshop_registration"
    __table_args__ = (
        UniqueConstraint("session_id", "person_id"),
        Index("ix_workshop_registration_session_id_state", "session_id", "state"),
    )

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="workshop_session.id")
    person_id: int = Field(foreign_key="user.id", index=True)
    state: RegistrationState = Field(sa_type=enum_type(RegistrationState))
    #: order of arrival within the session, given anew on registering again
    queue: int
    at: datetime


class Attendance(Table, table=True):
    """Somebody was there for so many hours; once for each session."""

    __tablename__ = "workshop_attendance"
    __table_args__ = (UniqueConstraint("session_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="workshop_session.id")
    person_id: int = Field(foreign_key="user.id", index=True)
    hours: float
    how: How = Field(sa_type=enum_type(How))
    by_id: int | None = Field(default=None, foreign_key="user.id")
    at: datetime
    reason: str = Field(default="", max_length=300)


class Guest(Table, table=True):
    """A participant from a small business who is not a user; counted apart from talents."""

    __tablename__ = "workshop_guest"
    __table_args__ = (UniqueConstraint("session_id", "name", "business"),)

    id: int | None = Field(default=None, primary_key=True)
    session_id: int = Field(foreign_key="workshop_session.id", index=True)
    name: str = Field(max_length=120)
    business: str = Field(default="", max_length=120)
    phone: str = Field(default="", max_length=20)
    attended: bool = True
    at: datetime


class CalendarLink(Table, table=True):
    """The secret address of a person's calendar; renewing it silences the old one."""

    __tablename__ = "workshop_calendar"
    audit_hide: ClassVar[frozenset[str]] = frozenset({"token"})

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", unique=True)
    token: str = Field(max_length=64, unique=True)
    made_at: datetime
