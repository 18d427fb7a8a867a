"""Attempts through their service: nothing lost, nothing doubled, one late rule."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from sanggar import errors
from sanggar.assessments import attempts
from sanggar.assessments.models import Answer, AnswerLog, Attempt, AttemptItem, AttemptState

MINUTE = timedelta(minutes=1)


@pytest.fixture
def started(tx, people, track, now):
    with tx():
        return attempts.start_attempt(people.talent, track.id, "theory", now).id


def key_of(item: dict) -> object:
    """Return the response that earns the full score."""
    kind = item["type"]
    keys = [o["id"] for o in item["options"] if o["key"]]
    if kind == "single":
        return keys[0]
    if kind == "multiple":
        return keys
    if kind == "ordering":
        return {o["id"]: place for place, o in enumerate(item["options"], 1)}
    return "Rp73.195,50" if kind == "numeric" else " Difuser-Rahasia. "


def keys(session, attempt_id: int) -> dict[int, object]:
    rows = session.exec(select(AttemptItem).where(AttemptItem.attempt_id == attempt_id)).all()
    return {row.position: key_of(row.item) for row in rows}


def test_starting_twice_returns_the_live_attempt(tx, people, track, now, started) -> None:
    with tx() as session:
        again = attempts.start_attempt(people.talent, track.id, "theory", now + MINUTE)
        assert again.id == started
        assert len(session.exec(select(AttemptItem)).all()) == 20
        assert again.deadline == now + 60 * MINUTE


def test_all_right_answers_earn_everything(tx, people, now, started) -> None:
    with tx() as session:
        for position, response in keys(session, started).items():
            attempts.save_answer(started, position, response, position, now, client="t")
        done = attempts.submit_attempt(started, people.talent, now + MINUTE)
        assert (done.state, done.score, done.passed) == (AttemptState.DECIDED, 100.0, True)
        assert done.by_unit == {"PHO-01": 100.0, "PHO-02": 100.0}
        assert done.live_key is None
