"""News for people: inbox, e-mail, WhatsApp links."""

from __future__ import annotations

from flask import Flask


def init_app(_app: Flask) -> None:
    """Start listening to events."""
    from sanggar.notifications import subscribers  # noqa: F401, PLC0415 - the subscriptions are its import
