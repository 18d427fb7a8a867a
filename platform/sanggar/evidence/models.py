"""Facts that higher floors hand down: certificates held, incubation, placements, mentoring."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from sanggar.kernel.models import Table


class Fact(Table, table=True):
    """One fact about one talent in one track; `kind` and `ref` name it, so recording again updates."""

    __tablename__ = "evidence_fact"
    __table_args__ = (UniqueConstraint("kind", "ref", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", index=True)
    track: str = Field(max_length=40)
    kind: str = Field(max_length=20)
    ref: str = Field(max_length=60)
    at: datetime
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
