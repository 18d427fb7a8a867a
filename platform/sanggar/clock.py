"""The one place that asks what time it is.

Rules and services take `now` as an argument; views, commands and jobs call
`clock.now()`. Times are stored in UTC and shown in the programme's zone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")

_frozen: ContextVar[datetime | None] = ContextVar("sanggar_frozen_clock", default=None)


def now() -> datetime:
    """Return the current moment, aware, in UTC."""
    return _frozen.get() or datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """Return the same moment on the wall clock of the programme."""
    return moment.astimezone(WIB)


def today() -> date:
    """Return the programme's calendar day."""
    return local(now()).date()


@contextmanager
def frozen(moment: datetime) -> Iterator[datetime]:
    """Hold the clock at `moment` (tests and the demo's history)."""
    if moment.tzinfo is None:
        raise ValueError("a frozen clock needs an aware datetime")
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield moment
    finally:
        _frozen.reset(token)
