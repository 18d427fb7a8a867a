"""Tables of the incubation: cohorts, their members, the weekly log."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from sanggar.kernel.models import Table, enum_type


class MemberState(StrEnum):
    """Where a member stands; only a running one can change."""

    RUNNING = "running"
    COMPLETED = "completed"
    STOPPED = "stopped"


class Cohort(Table, table=True):
    """Talents of one track who begin together in one hub, for three calendar months."""

    __tablename__ = "incubation_cohort"
    __table_args__ = (UniqueConstraint("hub_id", "track", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    hub_id: int = Field(foreign_key="hub.id", index=True)
    track: str = Field(max_length=40, index=True)
    name: str = Field(max_length=120)
    starts_on: date
    ends_on: date = Field(index=True)
    made_at: datetime


class Member(Table, table=True):
    """One talent in a cohort, with the mentor who goes along."""

    __tablename__ = "incubation_member"
    __table_args__ = (UniqueConstraint("cohort_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    cohort_id: int = Field(foreign_key="incubation_cohort.id")
    person_id: int = Field(foreign_key="user.id", index=True)
    mentor_id: int = Field(foreign_key="user.id", index=True)
    state: MemberState = Field(
        default=MemberState.RUNNING, sa_type=enum_type(MemberState), index=True
    )
    started_at: datetime
    extended_until: date | None = None
    closed_at: datetime | None = None
    #: why it was extended, closed early or stopped
    reason: str = Field(default="", max_length=500)
    #: "<person>:<track>" while running: one incubation at a time in a track
    running_key: str | None = Field(default=None, max_length=60, unique=True)


class WeeklyLog(Table, table=True):
    """Three short answers about one week, signed by the mentor."""

    __tablename__ = "incubation_log"
    __table_args__ = (UniqueConstraint("member_id", "week"),)

    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(foreign_key="incubation_member.id", index=True)
    #: the Monday of the week
    week: date
    done: str = Field(max_length=1000)
    hard: str = Field(default="", max_length=1000)
    ahead: str = Field(default="", max_length=1000)
    at: datetime
    signed_at: datetime | None = None
    signed_by: int | None = Field(default=None, foreign_key="user.id")
    comment: str = Field(default="", max_length=1000)
