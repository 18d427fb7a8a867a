"""Tables of invigilation: exam windows of hubs, declared outages, accommodations of people."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import JSON, Index
from sqlmodel import Field

from sanggar.kernel.models import Table, enum_type


class LatePolicy(StrEnum):
    """What the end of a window means for those who began in it."""

    FINISH = "finish"
    STOP = "stop"


class ExamWindow(Table, table=True):
    """One occasion on which a hub lets its talents sit an exam."""

    __tablename__ = "exam_window"
    __table_args__ = (
        Index("ix_exam_window_hub_id_track_assessment", "hub_id", "track", "assessment"),
    )
    audit_hide: ClassVar[frozenset[str]] = frozenset({"code"})

    id: int | None = Field(default=None, primary_key=True)
    hub_id: int = Field(foreign_key="hub.id")
    track: str = Field(max_length=40)
    assessment: str = Field(max_length=80)
    opens_at: datetime = Field(index=True)
    closes_at: datetime
    room: str = Field(default="", max_length=80)
    #: how many may begin; None: as many as come
    seats: int | None = None
    #: said in the room; empty: none is asked
    code: str = Field(default="", max_length=12)
    #: networks of the room ("203.0.113.0/24"); empty: from anywhere
    networks: list[str] = Field(default_factory=list, sa_type=JSON)
    late: LatePolicy = Field(default=LatePolicy.FINISH, sa_type=enum_type(LatePolicy))
    made_by_id: int = Field(foreign_key="user.id")
    made_at: datetime
    cancelled_at: datetime | None = None


class Outage(Table, table=True):
    """A time in which a hub's talents could not work: power, network, the site itself."""

    __tablename__ = "outage"

    id: int | None = Field(default=None, primary_key=True)
    hub_id: int = Field(foreign_key="hub.id", index=True)
    began_at: datetime
    ended_at: datetime | None = None
    #: the hub while it goes on: one at a time
    open_key: int | None = Field(default=None, unique=True)
    reason: str = Field(max_length=300)
    declared_by_id: int = Field(foreign_key="user.id")
    declared_at: datetime


class Accommodation(Table, table=True):
    """What one person is granted in exams by an officer. What it is for stays between the two."""

    __tablename__ = "accommodation"
    audit_hide: ClassVar[frozenset[str]] = frozenset({"remark", "aids"})

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", index=True)
    #: percent of the exam's time on top
    extra_percent: int = 0
    #: minutes of rest in one exam that do not count
    break_minutes: int = 0
    #: what the officer in the room provides: a reader, large print, a quiet room
    aids: str = Field(default="", max_length=300)
    remark: str = Field(default="", max_length=300)
    #: last day; None: until it is withdrawn
    valid_until: date | None = None
    granted_by_id: int = Field(foreign_key="user.id")
    granted_at: datetime
    withdrawn_at: datetime | None = None
    withdrawn_by_id: int | None = Field(default=None, foreign_key="user.id")
