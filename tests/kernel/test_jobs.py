"""Jobs leave only with the commit, and each runs in its own transaction."""

from __future__ import annotations

import pytest
from sqlmodel import select

from sanggar.kernel import db, jobs
from sanggar.kernel.models import EventRecord


@jobs.task
def write_kind(kind: str) -> None:
    """Write one event record (for these tests)."""
    from sanggar import clock

    db.add(EventRecord(at=clock.now(), kind=kind, data={}))


def kinds(tx) -> list[str]:
    with tx() as session:
        return list(session.exec(select(EventRecord.kind)))


def test_a_job_runs_after_the_commit(tx) -> None:
    with tx():
        jobs.enqueue(write_kind, "JobRan")
        assert db.session().exec(select(EventRecord.kind)).all() == []
    assert kinds(tx) == ["JobRan"]


def test_a_rolled_back_request_sends_no_job(tx) -> None:
    with pytest.raises(RuntimeError), tx():
        jobs.enqueue(write_kind, "Never")
        raise RuntimeError
    assert kinds(tx) == []


def test_a_function_that_is_no_task_is_refused(tx) -> None:
    def stray() -> None: ...

    with pytest.raises(KeyError, match=r"jobs\.task"), tx():
        jobs.enqueue(stray)
