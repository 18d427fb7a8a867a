"""The history of the ranking: every training, which model served when, and every list shown."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import JSON, UniqueConstraint
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
    #: what the model card shows beyond `metrics`: calibration, groups, spread of each feature
    card: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class RankingTurn(Table, table=True):
    """From this moment on a model served; an empty version means the fixed weights."""

    __tablename__ = "ranking_turn"

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    version: str = Field(default="", max_length=40)
    #: None: a training decided, or whoever runs the machine
    by_id: int | None = Field(default=None, foreign_key="user.id")
    reason: str = Field(default="", max_length=500)
    #: no training changes it, only somebody by hand
    held: bool = False


class RankingReport(Table, table=True):
    """What the last nightly look at the ranking found; one row."""

    __tablename__ = "ranking_report"
    audited: ClassVar[bool] = False

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class RankingList(Table, table=True):
    """One order of names as it was shown for a brief, with all that it was made of.

    The same order shown again is the same row: `showing` rows count how often.
    """

    __tablename__ = "ranking_list"
    __table_args__ = (UniqueConstraint("brief_id", "digest"),)
    audited: ClassVar[bool] = False

    id: int | None = Field(default=None, primary_key=True)
    brief_id: int = Field(foreign_key="brief.id")
    #: SHA-256 of `content` as canonical JSON
    digest: str = Field(max_length=64)
    made_at: datetime = Field(index=True)
    #: what scored: a training's version, or `fixed-` and the start of its file's checksum
    version: str = Field(max_length=40, index=True)
    content: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class RankingPlace(Table, table=True):
    """Where one talent stood in a list, and what came of it that the site can see."""

    __tablename__ = "ranking_place"
    __table_args__ = (UniqueConstraint("list_id", "person_id"),)
    audited: ClassVar[bool] = False

    id: int | None = Field(default=None, primary_key=True)
    list_id: int = Field(foreign_key="ranking_list.id")
    person_id: int = Field(foreign_key="user.id", index=True)
    #: as shown, from 1
    place: int
    #: before the exchange that measures how often each place is looked at
    ranked: int
    #: probability that this talent stood at just this place
    propensity: float
    #: the place that is kept for newcomers
    kept: bool = False
    #: the talent's page was opened from this list
    opened_at: datetime | None = None
    shortlisted_at: datetime | None = None


class RankingShowing(Table, table=True):
    """How often one side has seen a list, down to which place."""

    __tablename__ = "ranking_showing"
    __table_args__ = (UniqueConstraint("list_id", "side", "depth"),)
    audited: ClassVar[bool] = False

    id: int | None = Field(default=None, primary_key=True)
    list_id: int = Field(foreign_key="ranking_list.id")
    #: client or officer
    side: str = Field(max_length=10)
    depth: int
    count: int = 1
    first_at: datetime
    last_at: datetime
