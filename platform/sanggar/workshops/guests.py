"""Where a business took part: found by the phone numbers of the people who act for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from sanggar.kernel import db
from sanggar.workshops import rules
from sanggar.workshops.models import Guest, Session


@dataclass(frozen=True)
class Visit:
    """One session at which somebody of a business was present as a guest."""

    session_id: int
    track: str
    workshop: str
    own_title: str
    starts_at: datetime
    hub_id: int
    name: str


def visits(phones: Collection[str]) -> list[Visit]:
    """Return the sessions that guests with these phone numbers (E.164) attended, the newest first."""
    written = {form for phone in phones if phone for form in rules.ways_to_write(phone)}
    if not written:
        return []
    statement = (
        select(Session, Guest.name)
        .join(Guest, col(Guest.session_id) == col(Session.id))
        .where(col(Guest.phone).in_(sorted(written)), col(Guest.attended))
        .order_by(col(Session.starts_at).desc(), col(Guest.id))
    )
    return [
        Visit(s.id or 0, s.track, s.workshop, s.title, s.starts_at, s.hub_id, name)
        for s, name in db.session().exec(statement)
    ]
