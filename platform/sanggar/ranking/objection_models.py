"""Table of objections to automated ranking: what was asked, and what a person decided."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from sanggar.kernel.models import Table, enum_type


class Outcome(StrEnum):
    """How an objection stands: open, or what a person decided."""

    OPEN = "open"
    #: the order stands
    CONFIRMED = "confirmed"
    #: data behind it were corrected
    CORRECTED = "corrected"
    #: another place for this brief, told to the client
    NOTED = "noted"


class RankingObjection(Table, table=True):
    """A talent asks that a person looks at their place for one brief."""

    __tablename__ = "ranking_objection"
    __table_args__ = (
        UniqueConstraint("person_id", "brief_id"),
        Index("ix_ranking_objection_outcome_due_at", "outcome", "due_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id")
    brief_id: int = Field(foreign_key="brief.id", index=True)
    #: the talent's hub, whose officers look at it
    hub_id: int | None = Field(default=None, foreign_key="hub.id")
    reason: str = Field(max_length=1000)
    made_at: datetime
    due_at: datetime
    reminders: int = 0
    #: where the talent stood when they objected: place, model, values and contributions
    standing: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    outcome: Outcome = Field(default=Outcome.OPEN, sa_type=enum_type(Outcome))
    decided_at: datetime | None = None
    decided_by_id: int | None = Field(default=None, foreign_key="user.id")
    #: what the talent is told
    answer: str = Field(default="", max_length=1000)
    #: the place a person gives, told to the client with `NOTED`
    place: int | None = None
