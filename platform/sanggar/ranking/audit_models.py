"""Table of the last audit of exposure, for the programme and for each hub."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON
from sqlmodel import Field

from sanggar.kernel.models import Table


class RankingAudit(Table, table=True):
    """How groups of ten and more fared in a year; totals and ratios only."""

    __tablename__ = "ranking_audit"
    audited: ClassVar[bool] = False

    id: int | None = Field(default=None, primary_key=True)
    #: id of a hub as text; empty: the whole programme
    scope: str = Field(max_length=20, unique=True)
    made_at: datetime
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
