"""Jobs leave only with the commit, and each runs in its own transaction."""

from __future__ import annotations

import pytest
from sqlmodel import select

from sanggar.kernel import db, jobs
from sanggar.kernel.config import Settings, SettingsError
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


def test_an_unknown_queue_address_is_refused_with_the_remedy(tmp_path) -> None:
    settings = Settings(mode="demo", data_dir=str(tmp_path), jobs_url="amqp://localhost")
    with pytest.raises(SettingsError, match=r"redis://… or postgresql://…"):
        jobs._connect(settings)


def test_the_queue_on_postgresql_keeps_a_job_until_a_worker_takes_it(database, tmp_path) -> None:
    if database.is_sqlite:
        pytest.skip("needs the PostgreSQL run")
    with database.engine.connect():
        pass  # it exists once somebody has connected: the queue has a connection of its own
    url = database.url.replace("postgresql+psycopg", "postgresql")
    queue = jobs._connect(Settings(mode="demo", data_dir=str(tmp_path), jobs_url=url))
    queue.storage.flush_all()
    task = queue.task(name="probe")(lambda: None)
    task()
    assert queue.pending_count() == 1
    assert queue.dequeue() is not None
    assert queue.pending_count() == 0
    queue.storage.close()
