"""Numbers that may be a little old: counted once, kept for a while, shown with their moment."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from datetime import datetime, timedelta
from typing import TypeVar

from sanggar.kernel import db

T = TypeVar("T")

#: values kept for a database before all are counted anew
KEPT = 200


def remembered(
    key: Hashable, make: Callable[[], T], now: datetime, keep: timedelta, *, after_writes: bool
) -> T:
    """Return what `make` gave for this key less than `keep` ago, else what it gives now.

    Parameters
    ----------
    after_writes : bool
        Whether the value outlives a write of this process. People who change something should see
        it in their next page: False. Writes of other processes show after `keep`.
    """
    database = db.database()
    kept: dict[Hashable, tuple[datetime, int, T]] = database.memory
    if found := kept.get(key):
        at, writes, value = found
        if timedelta(0) <= now - at < keep and (after_writes or writes == database.writes):
            return value
    writes = database.writes  # before counting: a write meanwhile makes the value old
    made = make()
    if len(kept) >= KEPT:
        kept.clear()
    kept[key] = (now, writes, made)
    return made
