"""Tables of what stands around an agreement: who chose the short list, and how it went on afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from sanggar.clients.after import Again, Income
from sanggar.clients.stages import Side
from sanggar.kernel.models import Table, enum_type


class ShortlistConfirmation(Table, table=True):
    """A person said: these are the talents I have chosen, in this order. Without it nobody is asked."""

    __tablename__ = "shortlist_confirmation"

    id: int | None = Field(default=None, primary_key=True)
    brief_id: int = Field(foreign_key="brief.id", index=True)
    by_id: int = Field(foreign_key="user.id")
    at: datetime
    #: an officer confirmed for the owner
    helped: bool = False
    #: pairs of talent and place as the ranking suggested them, best first (0: it did not show them)
    suggested: list[Any] = Field(default_factory=list, sa_type=JSON)
    #: talents in the order in which they are asked
    chosen: list[Any] = Field(default_factory=list, sa_type=JSON)


class FollowUp(Table, table=True):
    """One question to one side, so many months after some work was finished, and its answer."""

    __tablename__ = "placement_follow_up"
    __table_args__ = (
        UniqueConstraint("placement_id", "months", "side"),
        Index("ix_placement_follow_up_asked_at", "asked_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    placement_id: int = Field(foreign_key="placement.id")
    months: int
    side: Side = Field(sa_type=enum_type(Side))
    #: the talent, or the owner of the business
    person_id: int = Field(foreign_key="user.id", index=True)
    asked_at: datetime
    reminded_at: datetime | None = None
    answered_at: datetime | None = None
    again: Again | None = Field(default=None, sa_type=enum_type(Again), nullable=True)
    #: talents only, and only if they like
    income: Income | None = Field(default=None, sa_type=enum_type(Income), nullable=True)
