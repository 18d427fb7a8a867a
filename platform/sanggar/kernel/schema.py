"""The shape of the database: which migration it is at, and how it is brought up to date."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine

from sanggar.kernel.db import Database

SCRIPTS = Path(__file__).resolve().parents[1] / "migrations"


def config() -> Config:
    """Return Alembic's configuration: the scripts lie in the package."""
    made = Config()
    made.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    return made


def revisions(engine: Engine) -> tuple[str | None, str | None]:
    """Return (revision of the database, newest revision of this version)."""
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, ScriptDirectory.from_config(config()).get_current_head()


def upgrade(database: Database, revision: str = "head") -> None:
    """Bring the database to `revision`; SQLite learns its journal mode here, once."""
    with database.engine.connect() as connection:
        if database.is_sqlite:
            raw = connection.connection.dbapi_connection
            assert raw is not None
            raw.execute("PRAGMA journal_mode=WAL")
        made = config()
        made.attributes["connection"] = connection
        command.upgrade(made, revision)
        connection.commit()
