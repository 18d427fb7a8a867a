"""Tables of comparative judgement: rounds, what is compared, who judges, and each comparison."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from sanggar.kernel.models import Table, enum_type
from sanggar.measurement.pairs import EACH, RELIABILITY


class RoundState(StrEnum):
    """Where a round stands."""

    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


class ComparisonRound(Table, table=True):
    """Works for one assignment that several mentors put in order together, pair by pair."""

    __tablename__ = "comparison_round"
    __table_args__ = (UniqueConstraint("track", "ref", "title"),)
    audit_hide: ClassVar[frozenset[str]] = frozenset({"scale"})

    id: int | None = Field(default=None, primary_key=True)
    track: str = Field(max_length=40)
    ref: str = Field(max_length=80)
    title: str = Field(max_length=120)
    state: RoundState = Field(default=RoundState.PLANNED, sa_type=enum_type(RoundState))
    #: the stop rule: reliability to reach, and comparisons that each work must have had
    reliability: float = RELIABILITY
    each: int = EACH
    made_by_id: int = Field(foreign_key="user.id")
    made_at: datetime
    opened_at: datetime | None = None
    closed_at: datetime | None = None
    #: who closed it; None: the stop rule did
    closed_by_id: int | None = Field(default=None, foreign_key="user.id")
    #: the scale as it was last reckoned, and how many comparisons it rests on
    scale: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    measured: int = 0


class RoundWork(Table, table=True):
    """One piece of work in a round."""

    __tablename__ = "comparison_work"
    __table_args__ = (UniqueConstraint("round_id", "submission_id"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="comparison_round.id")
    submission_id: int = Field(foreign_key="submission.id", index=True)


class RoundJudge(Table, table=True):
    """One mentor who judges in a round."""

    __tablename__ = "comparison_judge"
    __table_args__ = (UniqueConstraint("round_id", "judge_id"),)

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="comparison_round.id")
    judge_id: int = Field(foreign_key="user.id", index=True)


class Comparison(Table, table=True):
    """One pair that one judge was shown. It is its own record: once decided it never changes."""

    __tablename__ = "comparison"
    __table_args__ = (UniqueConstraint("round_id", "judge_id", "pair"),)
    audited: ClassVar[bool] = False

    id: int | None = Field(default=None, primary_key=True)
    round_id: int = Field(foreign_key="comparison_round.id", index=True)
    judge_id: int = Field(foreign_key="user.id", index=True)
    left_id: int = Field(foreign_key="submission.id")
    right_id: int = Field(foreign_key="submission.id")
    #: both works, the smaller id first: a judge never sees a pair twice
    pair: str = Field(max_length=24)
    #: round:judge until decided: one open pair for each judge
    open_key: str | None = Field(default=None, unique=True, max_length=24)
    winner_id: int | None = Field(default=None, foreign_key="submission.id")
    started_at: datetime
    decided_at: datetime | None = None
