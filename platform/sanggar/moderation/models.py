"""Tables of moderation: corrections after faulty items, and objections of talents."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field

from sanggar.kernel.models import Table, enum_type


class RegradeAction(StrEnum):
    """What happens to an item that proved faulty."""

    DROP = "drop"
    CREDIT = "credit"
    ACCEPT = "accept"


class Regrade(Table, table=True):
    """A correction after a faulty item: who it changes is listed before it is applied."""

    __tablename__ = "regrade"
    __table_args__ = (Index("ix_regrade_track_item_id", "track", "item_id"),)

    id: int | None = Field(default=None, primary_key=True)
    track: str = Field(max_length=40)
    item_id: str = Field(max_length=80)
    item_version: str = Field(default="", max_length=80)
    action: RegradeAction = Field(sa_type=enum_type(RegradeAction))
    #: answers that count as right besides the key, in words, for `accept`
    accepted: list[str] = Field(default_factory=list, sa_type=JSON)
    reason: str = Field(max_length=500)
    made_by_id: int = Field(foreign_key="user.id")
    made_at: datetime
    applied_at: datetime | None = None


class ScoreChange(Table, table=True):
    """What a correction changed in one attempt; the history of its score."""

    __tablename__ = "score_change"
    __table_args__ = (UniqueConstraint("regrade_id", "attempt_id"),)

    id: int | None = Field(default=None, primary_key=True)
    regrade_id: int = Field(foreign_key="regrade.id")
    attempt_id: int = Field(foreign_key="attempt.id", index=True)
    old_score: float
    new_score: float
    old_passed: bool
    new_passed: bool
    at: datetime


class AppealState(StrEnum):
    """Where an objection stands."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"


class Appeal(Table, table=True):
    """A talent's objection to a result, decided by somebody who had no part in it."""

    __tablename__ = "appeal"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", index=True)
    track: str = Field(max_length=40, index=True)
    attempt_id: int | None = Field(default=None, foreign_key="attempt.id", unique=True)
    submission_id: int | None = Field(default=None, foreign_key="submission.id", unique=True)
    #: the question it is about; None: the whole
    position: int | None = None
    text: str = Field(max_length=2000)
    filed_at: datetime
    state: AppealState = Field(default=AppealState.OPEN, sa_type=enum_type(AppealState), index=True)
    answer: str = Field(default="", max_length=2000)
    decided_by_id: int | None = Field(default=None, foreign_key="user.id")
    decided_at: datetime | None = None
