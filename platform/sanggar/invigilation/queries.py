"""What exams and officers ask about windows, outages and accommodations."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, or_
from sqlmodel import col, select

from sanggar import clock, errors
from sanggar.invigilation.models import Accommodation, ExamWindow, LatePolicy, Outage
from sanggar.invigilation.rules import Granted, inside, together
from sanggar.kernel import db
from sanggar.programme import queries as programme

__all__ = ["Granted", "inside"]  # rules that exams need


@dataclass(frozen=True)
class Window:
    """One exam window."""

    id: int
    hub_id: int
    track: str
    assessment: str
    opens_at: datetime
    closes_at: datetime
    room: str
    seats: int | None
    code: str
    networks: tuple[str, ...]
    late: LatePolicy
    cancelled: bool

    def open_at(self, now: datetime) -> bool:
        """Return whether attempts can begin now."""
        return not self.cancelled and self.opens_at <= now < self.closes_at


def _window(row: ExamWindow) -> Window:
    return Window(
        id=row.id or 0, hub_id=row.hub_id, track=row.track, assessment=row.assessment,
        opens_at=row.opens_at, closes_at=row.closes_at, room=row.room, seats=row.seats,
        code=row.code, networks=tuple(row.networks), late=row.late,
        cancelled=row.cancelled_at is not None,
    )  # fmt: skip


def windows_of(hub_id: int | None, track: str, assessment: str, now: datetime) -> list[Window]:
    """Return the windows of a hub for an exam that are open or still to come, the next one first."""
    rows = db.session().exec(
        select(ExamWindow).where(
            col(ExamWindow.hub_id) == hub_id, col(ExamWindow.track) == track,
            col(ExamWindow.assessment) == assessment, col(ExamWindow.closes_at) > now,
            col(ExamWindow.cancelled_at).is_(None),
        ).order_by(col(ExamWindow.opens_at))
    )  # fmt: skip
    return [_window(row) for row in rows]


def windows(hub_ids: Collection[int], since: datetime) -> list[Window]:
    """Return the windows of some hubs that close after `since`, the next one first."""
    rows = db.session().exec(
        select(ExamWindow)
        .where(col(ExamWindow.hub_id).in_(hub_ids), col(ExamWindow.closes_at) > since)
        .order_by(col(ExamWindow.opens_at))
        .limit(200)
    )
    return [_window(row) for row in rows]


def window(window_id: int) -> Window:
    """Return a window or raise `NotFound`."""
    row = db.session().get(ExamWindow, window_id)
    if row is None:
        raise errors.NotFound
    return _window(row)


def closed(window_id: int | None, now: datetime) -> bool:
    """Return whether a window is over (or there never was one)."""
    row = db.session().get(ExamWindow, window_id) if window_id else None
    return row is None or row.closes_at <= now


def _valid(day: date) -> list[ColumnElement[bool]]:
    """Return what holds for grants that count on a day."""
    return [
        col(Accommodation.withdrawn_at).is_(None),
        or_(col(Accommodation.valid_until).is_(None), col(Accommodation.valid_until) >= day),
    ]


def granted(person_id: int, now: datetime) -> Granted:
    """Return what somebody is granted in exams now; the largest of each kind counts."""
    found = db.session().execute(
        select(
            col(Accommodation.extra_percent), col(Accommodation.break_minutes),
            col(Accommodation.aids),
        )
        .where(col(Accommodation.person_id) == person_id, *_valid(clock.local(now).date()))
        .order_by(col(Accommodation.id))
    )  # fmt: skip
    return together((extra, rest, aids) for extra, rest, aids in found)


def accommodated(hub_id: int, at: datetime) -> dict[int, Granted]:
    """Return the talents of a hub who are granted something in exams on the day of `at`.

    For officers of the hub only.
    """
    found: dict[int, list[tuple[int, int, str]]] = {}
    for person_id, *grant in db.session().execute(
        select(
            col(Accommodation.person_id), col(Accommodation.extra_percent),
            col(Accommodation.break_minutes), col(Accommodation.aids),
        )
        .where(
            col(Accommodation.person_id).in_(programme.enrolled([hub_id])),
            *_valid(clock.local(at).date()),
        )
        .order_by(col(Accommodation.id))
    ):  # fmt: skip
        extra, rest, aids = grant
        found.setdefault(person_id, []).append((extra, rest, aids))
    return {person_id: together(grants) for person_id, grants in found.items()}


def accommodations(person_id: int) -> list[Accommodation]:
    """Return what somebody was granted, the newest first."""
    return list(
        db.session().exec(
            select(Accommodation)
            .where(col(Accommodation.person_id) == person_id)
            .order_by(col(Accommodation.id).desc())
        )
    )


def outage(hub_id: int | None) -> Outage | None:
    """Return the outage that is going on in a hub."""
    return db.session().exec(select(Outage).where(col(Outage.open_key) == hub_id)).first()


def outages(hub_ids: Collection[int], since: datetime) -> list[Outage]:
    """Return the outages of some hubs since a moment, the newest first."""
    return list(
        db.session().exec(
            select(Outage)
            .where(col(Outage.hub_id).in_(hub_ids), col(Outage.declared_at) > since)
            .order_by(col(Outage.began_at).desc())
            .limit(100)
        )
    )
