"""Addresses that do one thing for one person and end soon: signed, so that nobody can make them up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Response, current_app, url_for
from itsdangerous import BadSignature, URLSafeSerializer

from sanggar import errors
from sanggar.kernel.i18n import _


def sign(purpose: str, now: datetime, lasts: timedelta, **values: int) -> str:
    """Return a token for one purpose that ends after `lasts`; it carries only these numbers."""
    return str(_signer(purpose).dumps({**values, "until": int((now + lasts).timestamp())}))


def read(purpose: str, token: str, now: datetime) -> dict[str, Any]:
    """Return what a token of this purpose carries.

    Raises
    ------
    errors.NotFound
        When it was not made here, or for something else.
    errors.Conflict
        When its time is over.
    """
    try:
        found = _signer(purpose).loads(token)
    except BadSignature:
        raise errors.NotFound from None
    if now.timestamp() > found["until"]:
        raise errors.Conflict(_("This link has ended. Ask for a new one."))
    return dict(found)


def _signer(purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=f"sanggar.clients.{purpose}")


def absolute(endpoint: str, **values: object) -> str:
    """Return the public address of a page, for messages outside the platform."""
    base: str = current_app.extensions["sanggar.settings"].base_url.rstrip("/")
    return base + url_for(endpoint, **values)  # type: ignore[arg-type]


def keyed(answer: Response) -> Response:
    """Mark an answer whose address is the key: nobody keeps it or lists it.

    Other sites never see the address: the referrer policy of the site sends them its origin only.
    """
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
