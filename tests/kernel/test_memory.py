"""Numbers that may be a little old: for how long, and what makes them new at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from sanggar.kernel import db
from sanggar.kernel.memory import remembered, stamp
from sanggar.kernel.models import EventRecord

Ask = Callable[..., int]


@pytest.fixture
def ask(app, database, now) -> Ask:
    """Ask some seconds after now how often the number has been counted."""
    counted: list[int] = []

    def count() -> int:
        counted.append(1)
        return len(counted)

    def once(seconds: float, *, key: str = "a") -> int:
        with app.app_context():
            moment, keep = now + timedelta(seconds=seconds), timedelta(seconds=30)
            return remembered(key, count, moment, keep)

    return once


def test_a_number_is_counted_once_while_it_is_young(ask: Ask) -> None:
    assert [ask(0), ask(29.9), ask(30), ask(31)] == [1, 1, 2, 2]


def test_each_key_has_its_own(ask: Ask) -> None:
    assert [ask(0), ask(0, key="b"), ask(1)] == [1, 2, 1]


def test_another_database_remembers_nothing(ask: Ask, app, database) -> None:
    assert ask(0) == 1
    app.extensions["sanggar.db"] = db.Database(database.url)
    try:
        assert ask(1) == 2
    finally:
        app.extensions["sanggar.db"].dispose()
        app.extensions["sanggar.db"] = database


def test_the_stamp_moves_with_what_is_committed_and_only_then(app, tx, now) -> None:
    def seen() -> tuple[int | None, int | None]:
        with app.app_context():
            return stamp()

    before = seen()
    with pytest.raises(RuntimeError), tx():
        db.add(EventRecord(at=now, kind="Undone", data={}))
        raise RuntimeError
    assert seen() == before
    with tx():
        db.add(EventRecord(at=now, kind="Done", data={}))
    assert seen() != before
