"""Who may object until when, and who may decide: pure functions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

#: An objection is heard when it comes within this time after the result.
TIME_TO_APPEAL = timedelta(days=14)
#: What an objection that is upheld can give an answer, as a share of its points.
SHARES = (0.25, 0.5, 0.75, 1.0)


def appeal_until(
    decided_at: datetime | None, changed_at: datetime | None = None
) -> datetime | None:
    """Return until when a result can be objected to; None while nothing is decided.

    The time begins anew whenever a correction changes the score or the outcome, for better or for
    worse: what stands there now is another result, and nobody had the chance to object to it yet. A
    correction that leaves both as they were (`changed_at` None) gives no more time.

    >>> from datetime import UTC
    >>> day = datetime(2026, 11, 1, tzinfo=UTC)
    >>> appeal_until(day, day + timedelta(days=10)).day, appeal_until(day).day
    (25, 15)
    """
    if decided_at is None:
        return None
    return max(decided_at, changed_at or decided_at) + TIME_TO_APPEAL


def may_appeal(
    decided_at: datetime | None, now: datetime, changed_at: datetime | None = None
) -> bool:
    """Return whether a result can still be objected to: 14 days after it, or after its last change.

    >>> from datetime import UTC
    >>> day = datetime(2026, 11, 1, tzinfo=UTC)
    >>> may_appeal(day, day + timedelta(days=14)), may_appeal(day, day + timedelta(days=15))
    (True, False)
    >>> may_appeal(day, day + timedelta(days=15), changed_at=day + timedelta(days=1))
    True
    >>> may_appeal(None, day)
    False
    """
    until = appeal_until(decided_at, changed_at)
    return until is not None and now <= until


def may_decide(judge: int, candidate: int, involved: Collection[int]) -> bool:
    """Return whether somebody had no part in the result: not the candidate, no marker, no mentor of theirs."""
    return judge != candidate and judge not in involved
