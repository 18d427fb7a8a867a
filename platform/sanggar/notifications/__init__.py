"""News for people: inbox, e-mail, WhatsApp links."""

from __future__ import annotations

from flask import Flask


def init_app(_app: Flask) -> None:
    """Start listening to events, and let the layout know how many messages are unread."""
    from sanggar.accounts import service as accounts  # noqa: PLC0415 - after all tables are known
    from sanggar.notifications import dealings, queries, subscribers  # noqa: F401, PLC0415

    accounts.show_with_person("unread", queries.unread_column)
