"""Rows that reports count: talents, certificates, work, incubation, made in bulk."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest

from sanggar.accounts.models import User
from sanggar.certification.models import Certificate
from sanggar.programme import queries as programme
from sanggar.programme.models import Enrolment, StageChange
from sanggar.programme.rules import Stage


class Crowd:
    """Makes many talents at once, as history would have left them."""

    def __init__(self, tx: Callable, now: datetime) -> None:
        self.tx, self.now = tx, now

    def join(
        self,
        code: str,
        number: int,
        *,
        at: datetime | None = None,
        stage: Stage = Stage.PARTICIPANT,
    ) -> list[int]:
        """Enrol `number` talents in a hub at a moment; return their ids."""
        at = at or self.now - timedelta(days=200)
        with self.tx() as session:
            hub = next(row.id for row in programme.hubs() if row.code == code)
            people = [
                User(
                    name=f"Talenta {code} {index}", birth_date=date(2000, 1, 1), hub_id=hub,
                    created_at=at, fs_uniquifier=uuid.uuid4().hex,
                )
                for index in range(number)
            ]  # fmt: skip
            session.add_all(people)
            session.flush()
            for person in people:
                row = {"person_id": person.id}
                session.add(Enrolment(hub_id=hub, joined_at=at, channel="self", stage=stage, **row))
                session.add(StageChange(new=Stage.PARTICIPANT.value, at=at, **row))
                if stage is not Stage.PARTICIPANT:
                    session.add(StageChange(new=stage.value, at=at + timedelta(days=1), **row))
            return [person.id or 0 for person in people]

    def certify(
        self, person_ids: list[int], *, at: datetime | None = None, level: str = "foundation"
    ) -> None:
        """Give talents a certificate."""
        at = at or self.now - timedelta(days=100)
        with self.tx() as session:
            for person_id in person_ids:
                session.add(
                    Certificate(
                        number=f"T{level[0]}{person_id:07d}", person_id=person_id, holder="Talenta",
                        track="photography", track_version="1", level=level, issued_at=at,
                        valid_until=date(2029, 1, 1), issue_key=f"{person_id}:{level}",
                    )
                )  # fmt: skip


@pytest.fixture
def crowd(tx, now) -> Crowd:
    """Talents in bulk."""
    return Crowd(tx, now)


@pytest.fixture
def last_year() -> datetime:
    """A day of the year before."""
    return datetime(2025, 6, 1, 3, 0, tzinfo=UTC)


@pytest.fixture
def scopes(tx) -> SimpleNamespace:
    """Scopes of the recap by hub code."""
    with tx():
        return SimpleNamespace(**{row.code: f"hub:{row.id}" for row in programme.hubs()})
