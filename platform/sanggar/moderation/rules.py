"""Who may object until when, and who may decide: pure functions."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

#: An objection is heard when it comes within this time after the result.
TIME_TO_APPEAL = timedelta(days=14)
#: What an objection that is upheld can give an answer, as a share of its points.
SHARES = (0.25, 0.5, 0.75, 1.0)


def may_appeal(decided_at: datetime | None, now: datetime) -> bool:
    """Return whether a result can still be objected to.

    >>> from datetime import UTC
    >>> day = datetime(2026, 11, 1, tzinfo=UTC)
    >>> may_appeal(day, day + timedelta(days=14)), may_appeal(day, day + timedelta(days=15))
    (True, False)
    >>> may_appeal(None, day)
    False
    """
    return decided_at is not None and now <= decided_at + TIME_TO_APPEAL


def may_decide(judge: int, candidate: int, involved: Collection[int]) -> bool:
    """Return whether somebody had no part in the result: not the candidate, no marker, no mentor of theirs."""
    return judge != candidate and judge not in involved
