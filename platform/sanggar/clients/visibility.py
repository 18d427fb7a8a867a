"""Which cases others may see: in one place, because pages, the ranking and the search all ask."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, or_
from sqlmodel import col

from sanggar.clients.models import PortfolioWork


def visible() -> ColumnElement[bool]:
    """Return the condition "others may see this case": wanted, allowed by its client, and released.

    The same as `talent_rules.lacks`, for many rows at once.
    """
    allowed = or_(col(PortfolioWork.made_for) == "", col(PortfolioWork.permission_at).is_not(None))
    released = or_(
        col(PortfolioWork.people).is_(False), col(PortfolioWork.released_at).is_not(None)
    )
    return and_(col(PortfolioWork.published), allowed, released)
