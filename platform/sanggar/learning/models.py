"""What somebody has chosen, read and judged about themselves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from sanggar.kernel.models import Table


class TrackChoice(Table, table=True):
    """A talent is on a track."""

    __tablename__ = "track_choice"
    __table_args__ = (UniqueConstraint("person_id", "track"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", index=True)
    track: str = Field(max_length=40, index=True)
    chosen_at: datetime


class LessonProgress(Table, table=True):
    """How far somebody is in one lesson: `position` is the id of the heading they reached."""

    __tablename__ = "lesson_progress"
    __table_args__ = (UniqueConstraint("person_id", "course", "lesson"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", index=True)
    course: str = Field(max_length=130)
    lesson: str = Field(max_length=60)
    started_at: datetime
    touched_at: datetime
    completed_at: datetime | None = None
    position: str = Field(default="", max_length=120)


class SelfAssessment(Table, table=True):
    """Own judgement on each unit of a track (APL-02 style): unit id -> {"can": bool, "note": str}."""

    __tablename__ = "self_assessment"
    __table_args__ = (UniqueConstraint("person_id", "track"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", index=True)
    track: str = Field(max_length=40)
    ratings: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    saved_at: datetime
    completed_at: datetime | None = None
