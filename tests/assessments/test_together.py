"""Several requests at the same moment: tabs, impatient fingers, repeated sends."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlmodel import select
from tests.kernel.test_files import photo

from sanggar.assessments.models import Answer, AnswerLog, Attempt, Submission
from sanggar.kernel.models import EventRecord

from .helpers import hidden
from .test_marking import TASK, upload

MANY = 6


def at_once(action: Callable[[int], int]) -> Counter[int]:
    """Run an action several times at the same moment; return the statuses."""
    gate = Barrier(MANY)

    def one(n: int) -> int:
        gate.wait()
        return action(n)

    with ThreadPoolExecutor(MANY) as pool:
        return Counter(pool.map(one, range(MANY)))


def visitors(app, login, person: int) -> list:
    return [login(app.test_client(), person) for _ in range(MANY)]


def test_everything_at_once_happens_once(app, client, login, people, track, tx, live_clock) -> None:
    tabs = visitors(app, login, people.talent)
    started = at_once(lambda n: tabs[n].post("/exams/photography/theory/start").status_code)
    assert started == {303: MANY}
    with tx() as session:
        attempt = session.exec(select(Attempt)).one().id
    page = hidden(tabs[0].get(f"/attempts/{attempt}/1"))

    def save(n: int) -> int:
        data = {**page, "client": "j-one", "seq": str(1 + n // 2), "answer": "abc"[n // 2]}
        return (
            tabs[n]
            .post(f"/attempts/{attempt}/1", data=data, headers={"Accept": "application/json"})
            .status_code
        )

    assert at_once(save) == {200: MANY}
    assert at_once(lambda n: tabs[n].post(f"/attempts/{attempt}/submit").status_code) == {303: MANY}
    with tx() as session:
        assert len(session.exec(select(AnswerLog)).all()) == 3
        assert len(session.exec(select(Answer)).all()) == 1
        told = session.exec(select(EventRecord).where(EventRecord.kind == "AttemptGraded")).all()
        assert len(told) == 1


def test_one_version_is_handed_in_however_often_the_button_is_pressed(
    app, client, login, people, track, tx, live_clock
) -> None:
    tabs = visitors(app, login, people.talent)
    sent = at_once(lambda n: tabs[n].post(TASK, **upload((photo(), "a.jpg"))).status_code)
    assert sent == {303: MANY}
    with tx() as session:
        assert session.exec(select(Submission)).one().version == 1
        told = session.exec(select(EventRecord).where(EventRecord.kind == "SubmissionReceived"))
        assert len(told.all()) == 1
