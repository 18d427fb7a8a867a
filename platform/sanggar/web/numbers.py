"""The few numbers of the landing page, counted at most once a minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sanggar.certification import queries as certification
from sanggar.clients import queries as clients
from sanggar.kernel.memory import remembered
from sanggar.programme import queries as programme
from sanggar.programme.queries import HubRow

KEEP = timedelta(minutes=1)


@dataclass(frozen=True)
class Numbers:
    """What has been reached, as of `at`."""

    at: datetime
    certified: int
    finished: int
    on_time: float | None
    hubs: tuple[HubRow, ...]


def current(now: datetime) -> Numbers:
    """Return the numbers, at most a minute old."""
    return remembered("landing", lambda: _count(now), now, KEEP)


def _count(now: datetime) -> Numbers:
    work = clients.finished_work()
    return Numbers(
        at=now,
        certified=certification.count_certified(now),
        finished=work.finished,
        on_time=work.punctual,
        hubs=tuple(programme.hubs()),
    )
