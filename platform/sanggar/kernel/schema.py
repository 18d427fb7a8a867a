"""The shape of the database: which migration it is at, and how it is brought up to date.

Alembic itself is loaded only to migrate: a web worker asks for the state without it (10 MB less).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, text

from sanggar.kernel.db import Database

SCRIPTS = Path(__file__).resolve().parents[1] / "migrations"
VERSIONS = SCRIPTS / "versions"


def head() -> str | None:
    """Return the newest revision: migrations are files `0001_words.py`, their number is the revision."""
    numbers = sorted(path.name[:4] for path in VERSIONS.glob("[0-9][0-9][0-9][0-9]_*.py"))
    return numbers[-1] if numbers else None


def revisions(engine: Engine) -> tuple[str | None, str | None]:
    """Return (revision of the database, newest revision of this version)."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None, head()
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar(), head()


def config() -> Any:
    """Return Alembic's configuration: the scripts lie in the package."""
    from alembic.config import Config  # noqa: PLC0415 - see the module's docstring

    made = Config()
    made.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return made


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to `revision`; SQLite learns its journal mode here, once."""
    from alembic import command  # noqa: PLC0415 - see the module's docstring

    with database.engine.connect() as connection:
        made = config()
        made.attributes["connection"] = connection
        with _rebuilding(database, connection):
            command.upgrade(made, revision)
            connection.commit()


@contextmanager
def _rebuilding(database: Database, connection: Connection) -> Iterator[None]:
    """Let SQLite rebuild tables that others refer to: references are checked at the end instead.

    It cannot add a constraint to a table, so migrations copy the table and drop the old one, which
    with foreign keys on would drop what refers to its rows (sqlite.org/lang_altertable.html).
    """
    if not database.is_sqlite:
        yield
        return
    raw = connection.connection.dbapi_connection
    assert raw is not None
    raw.execute("PRAGMA journal_mode=WAL")
    raw.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = raw.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration left references to nothing: {broken[:5]}")
    finally:
        raw.execute("PRAGMA foreign_keys=ON")
