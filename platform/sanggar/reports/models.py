"""Weekly recaps, frozen: what was reported on a date stays what was reported on that date."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field

from sanggar.kernel.models import Table


class Recap(Table, table=True):
    """The figures of one hub (or of the whole programme) as they stood on a date.

    All scopes of a date are frozen together, from one count, so that hubs add up to the province;
    `by_id` stays empty until somebody of the scope reports it.
    """

    __table_args__ = (UniqueConstraint("as_of", "scope"),)

    id: int | None = Field(default=None, primary_key=True)
    as_of: date = Field(index=True)
    #: "programme" or "hub:<id>", as for targets
    scope: str = Field(max_length=24)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    #: when the figures were counted
    at: datetime
    by_id: int | None = Field(default=None, foreign_key="user.id")
    #: the reporter's name as it was on that day
    reporter: str = Field(default="", max_length=120)
    reported_at: datetime | None = None
