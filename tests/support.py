"""Helpers that several slices' tests share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event


@contextmanager
def count_sql(app: Flask) -> Iterator[list[str]]:
    """Collect the SQL statements that the application executes inside the block.

    BEGIN and COMMIT are not counted: they are no cursor executions.
    """
    engine = app.extensions["sanggar.db"].engine
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)
