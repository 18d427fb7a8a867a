"""The small track of the exams' tests, and attempts that miss the mark by one answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import pytest
from sqlmodel import select
from tests.assessments.conftest import place, track
from tests.assessments.helpers import key_of

from sanggar.accounts import service as accounts
from sanggar.assessments import service as examining
from sanggar.assessments.models import Attempt, AttemptItem
from sanggar.kernel import db
from sanggar.kernel.access import Principal, Role

__all__ = ["place", "track"]

#: items that every form of the small track holds
FAULTY = "PHO-01-analyse-4"
ALSO_RIGHT = "reflektor perak"
#: wrong answers that leave 13 of 20 points, one less than the mark
SHORT_BY_ONE: dict[str, Any] = {
    "PHO-01-analyse-0": None, "PHO-01-analyse-1": None, "PHO-01-analyse-2": None,
    "PHO-01-analyse-3": None, FAULTY: ALSO_RIGHT, "PHO-02-know-0": None, "PHO-02-know-1": None,
}  # fmt: skip

Sit = Callable[..., int]


def answer(attempt: Attempt, wrong: Mapping[str, Any], now: datetime) -> None:
    """Answer everything rightly but what is in `wrong`: its answer, None for none at all."""
    rows = db.session().exec(
        select(AttemptItem.position, AttemptItem.item_id, AttemptItem.item)
        .where(AttemptItem.attempt_id == attempt.id)
        .order_by(AttemptItem.position)
    ).all()  # fmt: skip
    for position, item_id, item in rows:
        response = wrong[item_id] if item_id in wrong else key_of(item)
        if response is not None:
            examining.save_answer(attempt.id, position, response, position, now)


@pytest.fixture
def sit(tx, track, now: datetime) -> Sit:
    """`sit(person)` sits the theory exam and misses the mark by one; `wrong=…` says how else."""

    def begin(
        person_id: int, wrong: Mapping[str, Any] | None = None, *, at: datetime = now,
        submit: bool = True,
    ) -> int:  # fmt: skip
        with tx():
            attempt = examining.start_attempt(person_id, "photography", "theory", at)
            answer(attempt, SHORT_BY_ONE if wrong is None else wrong, at)
            if submit:
                examining.submit_attempt(attempt.id or 0, person_id, at)
            return attempt.id or 0

    return begin


@pytest.fixture
def mentor(people) -> Principal:
    return principal(people.mentor)


@pytest.fixture
def colleague(tx, people, now) -> Principal:
    """The other mentor, granted photography as well."""
    return granted(tx, people, people.other_mentor, now)


def granted(tx, people, person_id: int, now: datetime) -> Principal:
    """Grant somebody photography and return them as its mentor."""
    with tx():
        accounts.grant(person_id, Role.MENTOR, track="photography", by_id=people.admin, now=now)
    return principal(person_id)


def principal(person_id: int, track: str = "photography") -> Principal:
    return Principal(person_id, "Mentor", frozenset({Role.MENTOR}), tracks=frozenset({track}))


def position_of(session, attempt_id: int, item_id: str) -> int:
    """Return where an item stands in an attempt."""
    return session.exec(
        select(AttemptItem.position).where(
            AttemptItem.attempt_id == attempt_id, AttemptItem.item_id == item_id
        )
    ).one()  # fmt: skip
