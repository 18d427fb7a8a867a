"""Tables of what lies beside words: photos of a brief, the link that shows it, files that are delivered."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from sanggar.kernel.models import Table


class BriefPhoto(Table, table=True):
    """A photo of what a brief is about: the copy for pages and its thumbnail, never the file that was sent."""

    __tablename__ = "brief_photo"
    __table_args__ = (UniqueConstraint("brief_id", "page"),)

    id: int | None = Field(default=None, primary_key=True)
    brief_id: int = Field(foreign_key="brief.id")
    page: str = Field(max_length=64)
    thumb: str = Field(max_length=64)
    width: int
    height: int
    added_at: datetime


class BriefShare(Table, table=True):
    """A link by which anybody may look at a brief; its address is signed, this row can end it."""

    __tablename__ = "brief_share"

    audited: ClassVar[bool] = False

    id: int | None = Field(default=None, primary_key=True)
    brief_id: int = Field(foreign_key="brief.id", index=True)
    by_id: int = Field(foreign_key="user.id")
    made_at: datetime
    revoked_at: datetime | None = None


class WorkFile(Table, table=True):
    """A file that a talent hands over. Without a note it is not handed over yet."""

    __tablename__ = "placement_file"
    __table_args__ = (UniqueConstraint("placement_id", "note_id", "sha256"),)

    id: int | None = Field(default=None, primary_key=True)
    placement_id: int = Field(foreign_key="placement.id", index=True)
    #: the line of the log it was delivered with: one for each round
    note_id: int | None = Field(default=None, foreign_key="placement_note.id", index=True)
    name: str = Field(max_length=120)
    kind: str = Field(max_length=10)
    media_type: str = Field(max_length=100)
    sha256: str = Field(max_length=64)
    size: int
    added_at: datetime
