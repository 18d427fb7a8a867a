"""Run migrations on the database that the caller opened; the metadata is all slices' tables."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Enum
from sqlmodel import SQLModel

from sanggar.app import import_tables

import_tables()


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write SQLModel's own column types and our enums in plain SQLAlchemy words."""
    if kind == "type":
        if isinstance(item, Enum):
            return f"sa.String(length={item.length})"
        name = type(item).__name__
        if name == "AutoString":
            return f"sa.String(length={item.length})" if item.length else "sa.String()"
        if name == "UTCDateTime":
            autogen.imports.add("from sqlmodel.sql.sqltypes import UTCDateTime")
            return "UTCDateTime()"
    return False


def run() -> None:
    """Migrate through the connection in the configuration's attributes."""
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        render_item=render_item,
        compare_type=True,
        render_as_batch=connection.dialect.name == "sqlite",
    )
    with context.begin_transaction():
        context.run_migrations()


run()
