"""Tables of the programme: hubs, regions, targets with their revisions, enrolments with their history."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field

from sanggar.kernel.models import Table, enum_type
from sanggar.programme.rules import Stage


class Hub(Table, table=True):
    """One East Java Super Corridor space; every talent, session, brief and officer belongs to one."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=32, unique=True)
    name: str = Field(max_length=80)
    city: str = Field(default="", max_length=80)
    phone: str = Field(default="", max_length=20)
    active: bool = True
    position: int = 0


class Region(Table, table=True):
    """A regency or city. Its hub is editable; None means that nobody has decided yet."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(max_length=8, unique=True)
    name: str = Field(max_length=80)
    hub_id: int | None = Field(default=None, foreign_key="hub.id", index=True)


class Target(Table, table=True):
    """How many talents should join in a period. A revision is a new row; the old one keeps its date."""

    __table_args__ = (UniqueConstraint("scope", "period_start", "period_end", "revision"),)

    id: int | None = Field(default=None, primary_key=True)
    #: "programme" or "hub:<id>": NULL hub ids would slip through the unique constraint
    scope: str = Field(max_length=24)
    hub_id: int | None = Field(default=None, foreign_key="hub.id", index=True)
    period_start: date
    period_end: date
    number: int
    revision: int = 1
    set_at: datetime
    by_id: int | None = Field(default=None, foreign_key="user.id")
    reason: str = Field(default="", max_length=300)
    superseded_at: datetime | None = None


class Enrolment(Table, table=True):
    """A talent in the programme: the hub that counts them, and the stage they have reached."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", unique=True)
    hub_id: int | None = Field(default=None, foreign_key="hub.id", index=True)
    region_id: int | None = Field(default=None, foreign_key="region.id", index=True)
    joined_at: datetime = Field(index=True)
    channel: str = Field(max_length=80)
    stage: Stage = Field(default=Stage.APPLICANT, sa_type=enum_type(Stage), index=True)


class Intake(Table, table=True):
    """A channel through which a talent reached the programme; somebody sent twice still counts once."""

    __table_args__ = (UniqueConstraint("person_id", "channel"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", index=True)
    channel: str = Field(max_length=80)
    at: datetime


class StageChange(Table, table=True):
    """One step of a talent, so that any past date can be rebuilt."""

    __tablename__ = "stage_change"
    __table_args__ = (Index("ix_stage_change_person_id_at", "person_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id")
    old: str = Field(default="", max_length=32)
    new: str = Field(max_length=32)
    at: datetime
    by_id: int | None = Field(default=None, foreign_key="user.id")
    reason: str = Field(default="", max_length=300)
