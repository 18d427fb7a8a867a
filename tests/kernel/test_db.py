"""One transaction per request: all or nothing, also when many write at once."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest
from flask import Blueprint, Flask
from sqlmodel import func, select

from sanggar import errors
from sanggar.kernel import access, db, web
from sanggar.kernel.models import EventRecord


def count(tx) -> int:
    with tx() as session:
        return session.exec(select(func.count()).select_from(EventRecord)).one()


def row(now: datetime, kind: str = "Test") -> EventRecord:
    return EventRecord(at=now, kind=kind, data={})


def test_a_transaction_commits_at_its_end(tx, now) -> None:
    before = count(tx)
    with tx():
        db.add(row(now))
    assert count(tx) == before + 1


def test_an_error_undoes_everything(tx, now) -> None:
    before = count(tx)
    with pytest.raises(RuntimeError), tx():
        db.add(row(now))
        raise RuntimeError
    assert count(tx) == before


def test_what_waits_for_the_commit_runs_after_it_and_never_after_a_rollback(tx, now) -> None:
    seen: list[str] = []
    with tx():
        db.add(row(now))
        db.after_commit(lambda: seen.append("after"))
        assert seen == []
    assert seen == ["after"]
    with pytest.raises(RuntimeError), tx():
        db.after_commit(lambda: seen.append("never"))
        raise RuntimeError
    assert seen == ["after"]


@pytest.fixture
def writing_app(app: Flask, database, now) -> Flask:
    """The application with views that write and then answer in different ways."""
    if "probe" not in app.blueprints:
        app._got_first_request = False
        bp = Blueprint("probe", __name__)

        @bp.post("/probe/<kind>")
        @access.public
        def write(kind: str):
            db.add(row(now, "Probe"))
            if kind == "invalid":
                return "no", 422
            if kind == "refused":
                raise errors.Conflict
            if kind == "kept":
                db.keep()
                return "counted", 429
            return web.go("/")

        app.register_blueprint(bp)
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    app.view_functions.pop("probe.write", None)
    app.blueprints.pop("probe", None)
    for rule in [r for r in app.url_map._rules if r.endpoint == "probe.write"]:
        app.url_map._rules.remove(rule)
    app.url_map._rules_by_endpoint.pop("probe.write", None)
    app.url_map._remap = True


@pytest.mark.parametrize(
    ("kind", "written"), [("fine", 1), ("invalid", 0), ("refused", 0), ("kept", 1)]
)
def test_a_response_decides_the_transaction(writing_app, tx, kind, written) -> None:
    writing_app.test_client().post(f"/probe/{kind}")
    assert count(tx) == written


def test_many_read_then_write_transactions_at_once_lose_nothing(app, database, tx, now) -> None:
    """Eight threads count, then write; a deferred SQLite lock would lose most of these."""
    failures: list[BaseException] = []

    def work() -> None:
        for _ in range(20):
            try:
                with db.transaction(app) as session:
                    session.exec(select(func.count()).select_from(EventRecord)).one()
                    db.add(row(now))
            except BaseException as error:
                failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert count(tx) == 160
