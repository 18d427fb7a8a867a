"""All pages of this slice: clients', talents', officers' and public ones."""

from __future__ import annotations

from sanggar.clients import (
    client_views,
    member_views,
    officer_views,
    public_views,
    talent_views,
    work_views,
)
from sanggar.clients.blueprint import bp

__all__ = [
    "bp",
    "client_views",
    "member_views",
    "officer_views",
    "public_views",
    "talent_views",
    "work_views",
]
