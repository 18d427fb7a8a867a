"""The blueprint all pages of this slice hang on, and the addresses they share."""

from __future__ import annotations

from flask import Blueprint, current_app, url_for

bp = Blueprint("workshops", "sanggar.workshops", template_folder="templates")


def absolute(endpoint: str, **values: object) -> str:
    """Return the public address of a page, for QR codes and calendars."""
    base: str = current_app.extensions["sanggar.settings"].base_url.rstrip("/")
    return base + url_for(endpoint, **values)  # type: ignore[arg-type]
