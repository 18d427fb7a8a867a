"""Certificates: what was earned, on what basis, until when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlmodel import Field

from sanggar.kernel.models import Table


class Certificate(Table, table=True):
    """One certificate. `holder` and `basis` are kept as they were on the day of issue."""

    __table_args__ = (Index("ix_certificate_track_level_valid", "track", "level", "valid_until"),)

    id: int | None = Field(default=None, primary_key=True)
    number: str = Field(max_length=24, unique=True)
    person_id: int = Field(foreign_key="user.id", index=True)
    holder: str = Field(max_length=120)
    track: str = Field(max_length=40)
    track_title: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
    track_version: str = Field(max_length=20)
    level: str = Field(max_length=20)
    issued_at: datetime
    valid_until: date
    #: one certificate for each level and period: a retry of the same issue finds it taken
    issue_key: str = Field(max_length=80, unique=True)
    renewed_from: int | None = Field(default=None, foreign_key="certificate.id")
    basis: list[dict[str, Any]] = Field(default_factory=list, sa_type=JSON)
    revoked_at: datetime | None = None
    revoked_by: int | None = Field(default=None, foreign_key="user.id")
    revoked_reason: str = Field(default="", max_length=500)
