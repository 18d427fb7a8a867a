"""Numbers that may be a little old: counted once, kept for a while, shown with their moment."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import func, select
from sqlmodel import col

from sanggar.kernel import db
from sanggar.kernel.models import AuditEntry, EventRecord

T = TypeVar("T")

#: values kept for a database before all are counted anew
KEPT = 200
_STAMP = select(
    select(func.max(col(EventRecord.id))).scalar_subquery(),
    select(func.max(col(AuditEntry.id))).scalar_subquery(),
)


def stamp() -> tuple[int | None, int | None]:
    """Return the last entries of the event log and of the audit log.

    As part of a key it makes a value new once anything is logged, by whichever process: so people
    see in their next page what they have just changed.
    """
    event, audit = db.rows(_STAMP).one()
    return event, audit


def remembered(key: Hashable, make: Callable[[], T], now: datetime, keep: timedelta) -> T:
    """Return what `make` gave for this key less than `keep` ago, else what it gives now."""
    kept: dict[Hashable, tuple[datetime, T]] = db.database().memory
    if found := kept.get(key):
        at, value = found
        if timedelta(0) <= now - at < keep:
            return value
    made = make()
    if len(kept) >= KEPT:
        kept.clear()
    kept[key] = (now, made)
    return made
