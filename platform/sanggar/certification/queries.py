"""Reading certificates: one's own, everybody's highest level, and the public check."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import bindparam, func
from sqlalchemy import select as columns
from sqlmodel import col, select

from sanggar import clock
from sanggar.certification import rules
from sanggar.certification.models import Certificate
from sanggar.kernel import db
from sanggar.plugin.evidence import LEVELS
from sanggar.plugin.text import Text
from sanggar.plugin.track import LEVEL_TITLES


@dataclass(frozen=True)
class CertificateView:
    """One certificate as pages show it."""

    number: str
    person_id: int
    holder: str
    track: str
    track_title: Text
    track_version: str
    level: str
    issued_at: datetime
    valid_until: date
    state: rules.State
    revoked_at: datetime | None
    revoked_reason: str
    basis: tuple[tuple[Text, Text], ...]

    @property
    def level_title(self) -> Text:
        """Name of the level."""
        return LEVEL_TITLES[self.level]


def _view(row: Certificate, today: date) -> CertificateView:
    return CertificateView(
        number=row.number, person_id=row.person_id, holder=row.holder, track=row.track,
        track_title=Text.model_validate(row.track_title), track_version=row.track_version,
        level=row.level, issued_at=row.issued_at, valid_until=row.valid_until,
        state=rules.state(
            valid_until=row.valid_until, revoked=row.revoked_at is not None, today=today),
        revoked_at=row.revoked_at, revoked_reason=row.revoked_reason,
        basis=tuple(
            (Text.model_validate(b["label"]), Text.model_validate(b["detail"])) for b in row.basis),
    )  # fmt: skip


def by_number(typed: str, now: datetime) -> CertificateView | None:
    """Return the certificate with this number as a person typed it, None when there is none."""
    number = rules.parse_number(typed)
    if number is None:
        return None
    row = db.session().exec(select(Certificate).where(Certificate.number == number)).first()
    return _view(row, clock.local(now).date()) if row else None


def of_person(person_id: int, now: datetime) -> list[CertificateView]:
    """Return all certificates of a person, the newest first."""
    rows = db.session().exec(
        select(Certificate)
        .where(Certificate.person_id == person_id)
        .order_by(Certificate.issued_at.desc())  # type: ignore[attr-defined]
    ).all()  # fmt: skip
    today = clock.local(now).date()
    return [_view(row, today) for row in rows]


def _valid(now: datetime) -> tuple[Any, ...]:
    today = clock.local(now).date()
    return (Certificate.revoked_at.is_(None), Certificate.valid_until >= today)  # type: ignore[union-attr]


def levels(
    track: str, now: datetime, person_ids: Collection[int] | None = None
) -> Mapping[int, str]:
    """Return person id -> highest valid level in a track."""
    statement = select(Certificate.person_id, Certificate.level).where(
        Certificate.track == track, *_valid(now)
    )
    if person_ids is not None:
        statement = statement.where(Certificate.person_id.in_(list(person_ids)))  # type: ignore[attr-defined]
    best: dict[int, str] = {}
    for person_id, level in db.session().exec(statement):
        if (
            LEVELS.index(level) > LEVELS.index(best.get(person_id, LEVELS[0]))
            or person_id not in best
        ):
            best[person_id] = level
    return best


def held(person_ids: Collection[int], now: datetime) -> list[tuple[int, str, str, date]]:
    """Return (person, track, level, last day) of the valid certificates of these people."""
    statement = columns(
        col(Certificate.person_id), col(Certificate.track), col(Certificate.level),
        col(Certificate.valid_until),
    ).where(*_valid(now), col(Certificate.person_id).in_(person_ids))  # fmt: skip
    return [(r[0], r[1], r[2], r[3]) for r in db.session().execute(statement)]


def standings(
    track: str,
    now: datetime,
    person_ids: Collection[int] | None = None,
    *,
    part: tuple[int, int] | None = None,
) -> dict[int, tuple[str, date]]:
    """Return person id -> highest valid level in a track, and the last day it is valid.

    `part` = (number, parts) reads only people whose id leaves this remainder.
    """
    asked: dict[str, Any] = {"today": clock.local(now).date()}
    asked |= {"track": track} if person_ids is None else {"ids": list(person_ids)}
    asked |= {} if part is None else {"left": part[0], "parts": part[1]}
    statement = _standings(everybody=person_ids is None, parted=part is not None)
    best: dict[int, tuple[str, date]] = {}
    for person_id, held_in, level, until in db.rows(statement, **asked).all():
        if held_in != track:
            continue
        before = best.get(person_id)
        if before is None or (LEVELS.index(level), until) > (LEVELS.index(before[0]), before[1]):
            best[person_id] = level, until
    return best


@cache
def _standings(*, everybody: bool, parted: bool) -> Any:
    person = col(Certificate.person_id)
    statement = columns(
        person, col(Certificate.track), col(Certificate.level), col(Certificate.valid_until)
    ).where(
        col(Certificate.revoked_at).is_(None), col(Certificate.valid_until) >= bindparam("today")
    )
    if everybody:
        statement = statement.where(col(Certificate.track) == bindparam("track"))
    else:  # by person only: SQLite would rather read everybody of the track
        statement = statement.where(person.in_(bindparam("ids", expanding=True)))
    if parted:
        statement = statement.where(person % bindparam("parts") == bindparam("left"))
    return statement


def certified_ids(now: datetime, level: str = "") -> set[int]:
    """Return the ids of people with a valid certificate (of a level) in any track."""
    statement = select(Certificate.person_id).where(*_valid(now)).distinct()
    if level:
        statement = statement.where(Certificate.level == level)
    return set(db.session().exec(statement))


def count_certified(now: datetime) -> int:
    """Return how many people hold a valid certificate."""
    statement = select(func.count(func.distinct(Certificate.person_id))).where(*_valid(now))
    return int(db.session().exec(statement).one())


def expiring(now: datetime, in_days: int) -> list[tuple[int, str, str, str, date]]:
    """Return (person, number, track, level, day) of valid certificates that end in exactly `in_days`."""
    day = clock.local(now).date() + timedelta(days=in_days)
    wanted = (
        col(Certificate.person_id), col(Certificate.number), col(Certificate.track),
        col(Certificate.level), col(Certificate.valid_until),
    )  # fmt: skip
    rows = db.session().execute(
        columns(*wanted).where(
            col(Certificate.revoked_at).is_(None), col(Certificate.valid_until) == day
        )
    )
    return [(r[0], r[1], r[2], r[3], r[4]) for r in rows]


def spans() -> list[tuple[int, str, str, datetime, datetime]]:
    """Return (person, track, level, from, until) of every certificate, by person: when each was valid."""
    statement = columns(
        col(Certificate.person_id), col(Certificate.track), col(Certificate.level),
        col(Certificate.issued_at), col(Certificate.valid_until), col(Certificate.revoked_at),
    ).order_by(col(Certificate.person_id), col(Certificate.id))  # fmt: skip
    found = []
    for person, track, level, issued, last, revoked in db.session().execute(statement):
        end = datetime.combine(last + timedelta(days=1), datetime.min.time(), tzinfo=clock.WIB)
        found.append((person, track, level, issued, min(end, revoked) if revoked else end))
    return found
