"""Counting what was held in a year: by hub, by kind of training, by mentor organisation.

Small businesses' guests are counted apart from talents: they are not users of the platform.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import col, select

from sanggar.kernel import db
from sanggar.programme import queries as programme
from sanggar.workshops import rules
from sanggar.workshops.models import Attendance, Guest, Session, SessionState


@dataclass(frozen=True)
class Recap:
    """What one hub (or kind, or organisation) held: sessions, different talents, presences, guests."""

    key: Any
    sessions: int = 0
    attendees: int = 0
    presences: int = 0
    guests: int = 0


def _held(year: int, until: datetime | None, series_id: int | None) -> list[Any]:
    start, end = rules.year_bounds(year)
    conditions = [
        col(Session.state) == SessionState.HELD,
        col(Session.starts_at) >= start,
        col(Session.starts_at) < (min(end, until) if until else end),
    ]
    if series_id is not None:
        conditions.append(col(Session.series_id) == series_id)
    return conditions


def _by(column: Any, held: list[Any]) -> dict[Any, Recap]:
    """Count in three statements, whatever the number of rows."""

    def run(statement: Any) -> dict[Any, tuple[Any, ...]]:
        return {row[0]: tuple(row[1:]) for row in db.session().execute(statement)}

    sessions = run(select(column, func.count(col(Session.id))).where(*held).group_by(column))
    present = run(
        select(
            column, func.count(func.distinct(Attendance.person_id)), func.count(col(Attendance.id))
        )
        .join(Attendance, col(Attendance.session_id) == col(Session.id))
        .where(col(Attendance.hours) > 0, *held)
        .group_by(column)
    )
    guests = run(
        select(column, func.count(col(Guest.id)))
        .join(Guest, col(Guest.session_id) == col(Session.id))
        .where(col(Guest.attended), *held)
        .group_by(column)
    )
    return {
        key: Recap(key, number, *present.get(key, (0, 0)), *guests.get(key, (0,)))
        for key, (number,) in sessions.items()
    }


def counts_for_recap(
    year: int, *, until: datetime | None = None, series_id: int | None = None
) -> list[Recap]:
    """Return what each hub held in a year (before `until`), hubs without sessions with zeros."""
    found = _by(col(Session.hub_id), _held(year, until, series_id))
    return [found.get(hub.id, Recap(hub.id)) for hub in programme.hubs()]


def counts_by_training(year: int, *, until: datetime | None = None) -> list[Recap]:
    """Return what was held in a year by kind of training."""
    found = _by(col(Session.training), _held(year, until, None))
    return sorted(found.values(), key=lambda recap: str(recap.key))


def counts_by_organisation(year: int, *, until: datetime | None = None) -> list[Recap]:
    """Return what was held in a year by the organisation of the mentor."""
    found = _by(col(Session.organisation), _held(year, until, None))
    return sorted(found.values(), key=lambda recap: str(recap.key))
