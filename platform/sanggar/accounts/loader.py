"""Who is asking: one statement a request, from the session cookie to a `Principal`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import request, session, url_for
from sqlalchemy import bindparam, select
from sqlmodel import col

from sanggar import clock
from sanggar.accounts.models import RoleGrant, User
from sanggar.kernel import db, web
from sanggar.kernel.access import ANONYMOUS, Principal, Role

#: name -> a scalar subquery over the user's id; higher floors add what the layout shows of a person
Extra = Callable[[Any], Any]
_extras: dict[str, Extra] = {}
_statements: dict[tuple[str, ...], Any] = {}


def show(name: str, subquery: Extra) -> None:
    """Let `Principal.extra[name]` carry a small value, read in the loader's one statement.

    `subquery` gets the column of the person's id and returns a scalar subquery, for example the
    number of unread messages.
    """
    _extras[name] = subquery


def _statement() -> Any:
    key = tuple(_extras)
    if key not in _statements:
        columns = [
            col(User.id), col(User.name), col(User.language), col(RoleGrant.role),
            col(RoleGrant.hub_id), col(RoleGrant.track), col(RoleGrant.agency),
        ]  # fmt: skip
        extras = [make(col(User.id)).label(f"extra_{name}") for name, make in _extras.items()]
        _statements[key] = (
            select(*columns, *extras)
            .outerjoin(RoleGrant, col(RoleGrant.person_id) == col(User.id))
            .where(col(User.fs_uniquifier) == bindparam("identity"), col(User.active))
        )
    return _statements[key]


def load() -> Principal:
    """Return the person behind the session; anonymous when the account is closed or unknown."""
    identity = session.get("_user_id")
    if not identity:
        return ANONYMOUS
    _stay()
    rows = db.rows(_statement(), identity=str(identity)).all()
    return _person(rows) if rows else ANONYMOUS


def _stay() -> None:
    """Renew the cookie of "keep me signed in" once a day, not with every answer."""
    today = clock.today().toordinal()
    if session.permanent and session.get("seen") != today:
        session["seen"] = today


def _person(rows: Any) -> Principal:
    first = rows[0]
    grants = [
        (Role(role), hub, track, agency) for _, _, _, role, hub, track, agency, *_x in rows if role
    ]
    return Principal(
        id=first[0],
        name=first[1],
        language=first[2],
        roles=frozenset(role for role, *_scope in grants),
        hubs=frozenset(hub for role, hub, *_x in grants if role is Role.HUB_OFFICER and hub),
        tracks=frozenset(track for role, _h, track, _a in grants if role is Role.MENTOR and track),
        agency=next((agency for *_x, agency in grants if agency), "") or "",
        extra=dict(zip(_extras, first[7:], strict=True)),
    )


def refuse() -> Any:
    """Send somebody unknown to the sign-in page, and back afterwards."""
    if web.wants_json() and not web.wants_fragment():
        return web.render_error(401)
    return web.go(url_for("security.login", next=_wanted()))


def _wanted() -> str | None:
    """Return the page to come back to: this one, or the one whose form was sent."""
    if request.method == "GET" and not web.wants_fragment():
        return request.full_path.rstrip("?")
    current = urlsplit(request.headers.get("HX-Current-URL") or request.referrer or "")
    if current.netloc != request.host:
        return None
    return current.path + (f"?{current.query}" if current.query else "")
