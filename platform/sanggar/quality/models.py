"""Tables of quality: what was measured, kept until it is measured again."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from sanggar.kernel.models import Table, enum_type


class BankReport(Table, table=True):
    """How good the questions and exams of a track are, as counted at one moment."""

    __tablename__ = "bank_report"

    id: int | None = Field(default=None, primary_key=True)
    track: str = Field(max_length=40, unique=True)
    at: datetime
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class MarkerReport(Table, table=True):
    """How markers of a track agree and how severe they are, as counted for one month."""

    __tablename__ = "marker_report"
    __table_args__ = (UniqueConstraint("track", "month"),)

    id: int | None = Field(default=None, primary_key=True)
    track: str = Field(max_length=40)
    #: 2026-11
    month: str = Field(max_length=7)
    at: datetime
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class PanelMethod(StrEnum):
    """How judges say where competence begins."""

    ANGOFF = "angoff"
    BOOKMARK = "bookmark"


class PanelState(StrEnum):
    """Where a panel stands: judging alone, judging again after seeing the others, done."""

    FIRST = "first"
    SECOND = "second"
    CLOSED = "closed"


class StandardPanel(Table, table=True):
    """Colleagues who judge the items of an exam to find its cut score."""

    __tablename__ = "standard_panel"

    id: int | None = Field(default=None, primary_key=True)
    track: str = Field(max_length=40, index=True)
    assessment: str = Field(max_length=80)
    method: PanelMethod = Field(sa_type=enum_type(PanelMethod))
    state: PanelState = Field(default=PanelState.FIRST, sa_type=enum_type(PanelState))
    #: track:assessment:method until closed: one open panel each
    open_key: str | None = Field(default=None, unique=True, max_length=160)
    #: the items as they were when it began, in the order of the sheet
    items: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    made_by_id: int = Field(foreign_key="user.id")
    made_at: datetime
    second_at: datetime | None = None
    closed_at: datetime | None = None
    #: cut score, errors, judges, what it would mean; empty until closed
    result: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class PanelJudge(Table, table=True):
    """A mentor on a panel."""

    __tablename__ = "panel_judge"
    __table_args__ = (UniqueConstraint("panel_id", "mentor_id"),)

    id: int | None = Field(default=None, primary_key=True)
    panel_id: int = Field(foreign_key="standard_panel.id")
    mentor_id: int = Field(foreign_key="user.id", index=True)
    invited_at: datetime
    #: when the sheets of the two rounds were handed in
    first_at: datetime | None = None
    second_at: datetime | None = None


class JudgeRating(Table, table=True):
    """What one judge says about one item in one round, a draft until the sheet is handed in.

    Angoff: percent of just competent talents who answer right. Bookmark: the page, as item "".
    """

    __tablename__ = "judge_rating"
    __table_args__ = (UniqueConstraint("judge_id", "round", "item_id"),)

    id: int | None = Field(default=None, primary_key=True)
    judge_id: int = Field(foreign_key="panel_judge.id")
    round: int
    item_id: str = Field(default="", max_length=80)
    value: int
    saved_at: datetime


class SimilarAnswers(Table, table=True):
    """Two attempts whose wrong answers are alike: something to ask about, no verdict."""

    __tablename__ = "similar_answers"
    __table_args__ = (UniqueConstraint("one_attempt", "two_attempt"),)

    id: int | None = Field(default=None, primary_key=True)
    track: str = Field(max_length=40)
    assessment: str = Field(max_length=80)
    hub_id: int | None = Field(default=None, foreign_key="hub.id", index=True)
    one_attempt: int = Field(foreign_key="attempt.id")
    two_attempt: int = Field(foreign_key="attempt.id")
    one_id: int = Field(foreign_key="user.id")
    two_id: int = Field(foreign_key="user.id")
    one_at: datetime
    two_at: datetime
    identical: int
    expected: float
    chance: float
    items: list[str] = Field(default_factory=list, sa_type=JSON)
    found_at: datetime
