"""All pages of this slice: clients', talents', officers' and public ones."""

from __future__ import annotations

from sanggar.clients import (
    agreement_views,
    calendar_views,
    client_views,
    delivery_views,
    document_views,
    followup_views,
    link_views,
    member_views,
    officer_views,
    photo_views,
    portfolio_views,
    public_views,
    search_views,
    service_views,
    share_views,
    talent_views,
    team_views,
    wizard_views,
    work_views,
)
from sanggar.clients.blueprint import bp

__all__ = [
    "agreement_views",
    "bp",
    "calendar_views",
    "client_views",
    "delivery_views",
    "document_views",
    "followup_views",
    "link_views",
    "member_views",
    "officer_views",
    "photo_views",
    "portfolio_views",
    "public_views",
    "search_views",
    "service_views",
    "share_views",
    "talent_views",
    "team_views",
    "wizard_views",
    "work_views",
]
