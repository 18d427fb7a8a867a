"""All pages of this slice: clients', talents', officers' and public ones."""

from __future__ import annotations

from sanggar.clients import (
    agreement_views,
    client_views,
    document_views,
    link_views,
    member_views,
    officer_views,
    public_views,
    talent_views,
    team_views,
    work_views,
)
from sanggar.clients.blueprint import bp

__all__ = [
    "agreement_views",
    "bp",
    "client_views",
    "document_views",
    "link_views",
    "member_views",
    "officer_views",
    "public_views",
    "talent_views",
    "team_views",
    "work_views",
]
