"""The database: one session and one transaction per request, committed here and nowhere else."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, Response, current_app, g, has_request_context, request
from pydantic_core import from_json
from sqlalchemy import CursorResult, Engine, Executable, create_engine, event
from sqlmodel import Session, SQLModel, select

from sanggar import errors

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BUSY_TIMEOUT_MS = 15_000

T = TypeVar("T", bound=SQLModel)


class Database:
    """An engine with the settings that make SQLite and PostgreSQL behave alike."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        #: what `kernel.memory` keeps
        self.memory: dict[Hashable, Any] = {}
        self.engine = self._engine(url)
        self._modes = {
            write: self.engine.execution_options(sanggar_write=write) for write in (False, True)
        }

    def _engine(self, url: str) -> Engine:
        options: dict[str, Any] = {
            "json_serializer": lambda value: json.dumps(value, ensure_ascii=False, default=str),
            "json_deserializer": from_json,  # twice as fast as json.loads
        }
        if self.is_sqlite:
            path = url.removeprefix("sqlite:///")
            Path(path).parent.mkdir(parents=True, exist_ok=True)
            engine = create_engine(url, connect_args={"check_same_thread": False}, **options)
            event.listen(engine, "connect", _sqlite_connect)
            event.listen(engine, "begin", _sqlite_begin)
            return engine
        if "+" not in url.split(":", 1)[0]:
            url = "postgresql+psycopg:" + url.split(":", 1)[1]
        engine = create_engine(url, pool_pre_ping=True, pool_size=8, max_overflow=8, **options)
        event.listen(engine, "connect", _postgres_connect)
        return engine

    def new_session(self, *, write: bool) -> Session:
        """Return a session; on SQLite a writing one takes the write lock at its first statement.

        A deferred lock loses read-then-write transactions under concurrency: SQLite refuses the
        upgrade with SQLITE_BUSY_SNAPSHOT instead of waiting.
        """
        return Session(self._modes[write], expire_on_commit=False)

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _sqlite_connect(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # SQLAlchemy's begin event opens transactions itself
    cursor = connection.cursor()
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.close()


def _postgres_connect(connection: Any, _record: object) -> None:
    connection.execute("SET jit = off")  # compiling our statements takes as long as running them
    connection.commit()


def _sqlite_begin(connection: Any) -> None:
    write = connection.get_execution_options().get("sanggar_write", True)
    cursor = connection.connection.dbapi_connection.cursor()
    cursor.execute("BEGIN IMMEDIATE" if write else "BEGIN")
    cursor.close()


def database() -> Database:
    """Return the database of the running application."""
    found: Database = current_app.extensions["sanggar.db"]
    return found


def session() -> Session:
    """Return the session of this request, command or job, opening it on first use."""
    if "db_session" not in g:
        write = not has_request_context() or request.method not in SAFE_METHODS
        g.db_session = database().new_session(write=write)
    found: Session = g.db_session
    return found


def rows(statement: Executable, **values: Any) -> CursorResult[*tuple[Any, ...]]:
    """Return the rows of a statement that selects columns, not entities; pending changes go first.

    Straight on the connection: a session's own way costs more than twice as much. Statements that
    busy pages ask should also be built once, with `bindparam`: building costs more than running.
    """
    current = session()
    if not current._flushing:  # the audit log asks who acts in the middle of a flush
        current.flush()
    return current.connection().execute(statement, values)


def flush() -> None:
    """Send pending changes to the database, inside the transaction."""
    session().flush()


def add(row: T) -> T:
    """Add a row and flush, so that it has its id."""
    session().add(row)
    session().flush()
    return row


def get(model: type[T], key: int | str | None) -> T:
    """Return the row with this primary key or raise `NotFound`."""
    row = session().get(model, key) if key is not None else None
    if row is None:
        raise errors.NotFound
    return row


def lock(model: type[T], key: int) -> T:
    """Return the row and hold it until the transaction ends.

    On SQLite the whole database is already held (BEGIN IMMEDIATE); on PostgreSQL the row is.
    """
    row = session().exec(
        select(model).where(model.id == key).with_for_update()  # type: ignore[attr-defined]
        .execution_options(populate_existing=True)
    ).first()  # fmt: skip
    if row is None:
        raise errors.NotFound
    return row


def after_commit(action: Callable[[], None]) -> None:
    """Run `action` once the transaction is committed; never when it is rolled back."""
    session().info.setdefault("after_commit", []).append(action)


def keep() -> None:
    """Commit although the answer is an error (counters of failed attempts, sign-in guards)."""
    g.db_keep = True


def commit() -> None:
    """Commit the current transaction and run what waited for it. Only this module calls it."""
    current: Session | None = g.get("db_session")
    if current is None:
        return
    current.commit()
    for action in current.info.pop("after_commit", []):
        action()


def rollback() -> None:
    """Undo everything since the last commit."""
    current: Session | None = g.get("db_session")
    if current is not None:
        current.info.pop("after_commit", None)
        current.rollback()


def close() -> None:
    """Give the connection back."""
    current: Session | None = g.pop("db_session", None)
    if current is not None:
        current.close()


@contextmanager
def transaction(app: Flask | None = None) -> Iterator[Session]:
    """Open an application context and one transaction: for commands, jobs and tests."""
    application = app or current_app._get_current_object()  # type: ignore[attr-defined]
    with application.app_context():
        try:
            yield session()
            commit()
        except BaseException:
            rollback()
            raise
        finally:
            close()


@contextmanager
def reading() -> Iterator[None]:
    """Only read inside, however long it takes: on SQLite others may write meanwhile.

    What was not committed before is given up.
    """
    rollback()
    close()
    g.db_session = database().new_session(write=False)
    try:
        yield
    finally:
        rollback()
        close()


def init_app(app: Flask, url: str) -> None:
    """Attach the database and the one-transaction-per-request rule to `app`."""
    app.extensions["sanggar.db"] = Database(url)

    @app.after_request
    def _finish(response: Response) -> Response:
        if response.status_code < 400 or g.get("db_keep"):
            commit()
        else:
            rollback()
        return response

    @app.teardown_appcontext
    def _close(_error: BaseException | None) -> None:
        close()


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a live SQLite database safely (backup API)."""
    with sqlite3.connect(source) as src, sqlite3.connect(target) as dst:
        src.backup(dst)
