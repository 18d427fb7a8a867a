"""Tables of what two sides write down about agreed work: its parts, its day, money that moved, the log."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from sanggar.clients.stages import DayState, NoteKind, PaymentKind, Side
from sanggar.kernel.models import Table, enum_type


class Milestone(Table, table=True):
    """A part of some work with its own day, ticked by the talent and accepted by the client."""

    __tablename__ = "placement_milestone"
    __table_args__ = (UniqueConstraint("placement_id", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    placement_id: int = Field(foreign_key="placement.id")
    position: int
    title: str = Field(max_length=120)
    due: date | None = None
    done_at: datetime | None = None
    accepted_at: datetime | None = None


class DayChange(Table, table=True):
    """A later day for some work, proposed in a line of its log; only the other side makes it the day."""

    __tablename__ = "placement_day"

    id: int | None = Field(default=None, primary_key=True)
    placement_id: int = Field(foreign_key="placement.id", index=True)
    #: who proposed it, when and why
    note_id: int = Field(foreign_key="placement_note.id", unique=True)
    old_due: date
    new_due: date
    state: DayState = Field(default=DayState.OPEN, sa_type=enum_type(DayState))
    answered_at: datetime | None = None
    #: None: by rule
    answered_by_id: int | None = Field(default=None, foreign_key="user.id")


class Payment(Table, table=True):
    """Money that one side says has moved between the two; the programme never holds any."""

    __tablename__ = "placement_payment"
    __table_args__ = (UniqueConstraint("placement_id", "kind"),)

    id: int | None = Field(default=None, primary_key=True)
    placement_id: int = Field(foreign_key="placement.id")
    kind: PaymentKind = Field(sa_type=enum_type(PaymentKind))
    amount: int
    note: str = Field(default="", max_length=200)
    paid_on: date
    recorded_at: datetime
    by_id: int = Field(foreign_key="user.id")
    #: the talent has seen it arrive
    confirmed_at: datetime | None = None


class WorkNote(Table, table=True):
    """A line in the log of some work: a delivery, a wish for a change, a word in a dispute."""

    __tablename__ = "placement_note"

    id: int | None = Field(default=None, primary_key=True)
    placement_id: int = Field(foreign_key="placement.id", index=True)
    kind: NoteKind = Field(sa_type=enum_type(NoteKind))
    side: Side = Field(sa_type=enum_type(Side))
    by_id: int | None = Field(default=None, foreign_key="user.id")
    text: str = Field(default="", max_length=1000)
    link: str = Field(default="", max_length=300)
    at: datetime
