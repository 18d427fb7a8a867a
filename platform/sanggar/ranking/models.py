"""The history of the ranking: every training, what it showed, and which one serves."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON
from sqlmodel import Field

from sanggar.kernel.models import Table


class RankingModel(Table, table=True):
    """One training. At most one row is active; without any, the fixed weights serve."""

    __tablename__ = "ranking_model"

    id: int | None = Field(default=None, primary_key=True)
    version: str = Field(max_length=40, unique=True)
    #: additive: one curve a feature
    kind: str = Field(max_length=20)
    trained_at: datetime
    rows: int
    metrics: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    active: bool = Field(default=False, index=True)
    #: file name -> SHA-256, in the folder `models` of the data folder
    files: dict[str, str] = Field(default_factory=dict, sa_type=JSON)
