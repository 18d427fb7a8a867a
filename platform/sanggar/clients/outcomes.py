"""What finished work adds up to, for pages that anybody may read."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlmodel import col

from sanggar.clients.models import Placement
from sanggar.clients.rules import PlacementState
from sanggar.kernel import db


@dataclass(frozen=True)
class FinishedWork:
    """How many placements are finished, and how many of those whose day is known were on time."""

    finished: int
    dated: int
    on_time: int

    @property
    def punctual(self) -> float | None:
        """Share delivered on time, 0..100; None when nothing is known."""
        return 100 * self.on_time / self.dated if self.dated else None


def finished_work() -> FinishedWork:
    """Count the finished placements of the whole programme."""
    statement = select(
        func.count(),
        func.count(col(Placement.on_time)),
        func.coalesce(func.sum(case((col(Placement.on_time).is_(True), 1), else_=0)), 0),
    ).where(col(Placement.state) == PlacementState.FINISHED)
    finished, dated, on_time = db.session().execute(statement).one()
    return FinishedWork(int(finished), int(dated), int(on_time))
