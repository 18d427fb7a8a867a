"""Rows on their way into the database: ids given here, defaults filled in, one insert a table."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from pydantic_core import PydanticUndefined
from sqlalchemy import Table, func, insert, select
from sqlmodel import Session

from sanggar.kernel.models import Table as Model

BATCH = 5000


class Store:
    """Gathers rows by table; `flush` writes them in the order in which the tables were first used."""

    def __init__(self) -> None:
        self._rows: dict[type[Model], list[dict[str, Any]]] = defaultdict(list)
        self._next: dict[type[Model], int] = {}
        self._defaults: dict[type[Model], dict[str, Any]] = {}
        self.written: dict[str, int] = defaultdict(int)
        #: hub code -> its id
        self.hubs: dict[str, int] = {}

    def start(self, session: Session, *models: type[Model]) -> None:
        """Count on from the rows that these tables already have."""
        for model in models:
            highest = session.execute(select(func.max(self._table(model).c.id))).scalar()
            self._next[model] = (highest or 0) + 1

    def add(self, model: type[Model], **values: Any) -> int:
        """Keep a row and return its id."""
        number = self._next.get(model, 1)
        self._next[model] = number + 1
        self._rows[model].append({**self._blank(model), **values, "id": number})
        return number

    def rows(self, model: type[Model]) -> list[dict[str, Any]]:
        """Return the rows of a table that are kept and not written yet."""
        return self._rows[model]

    def flush(self, session: Session) -> None:
        """Insert everything kept so far."""
        connection = session.connection()
        for model, rows in self._rows.items():
            for start in range(0, len(rows), BATCH):
                connection.execute(insert(self._table(model)), rows[start : start + BATCH])
            self.written[str(model.__tablename__)] += len(rows)
        self._rows.clear()

    @staticmethod
    def _table(model: type[Model]) -> Table:
        found: Table = model.__table__  # type: ignore[attr-defined]
        return found

    def _blank(self, model: type[Model]) -> dict[str, Any]:
        """Return the defaults of a model: Core inserts do not know them."""
        if model not in self._defaults:
            self._defaults[model] = {
                name: field.get_default(call_default_factory=True)
                for name, field in model.model_fields.items()
                if name != "id"
                and field.get_default(call_default_factory=True) is not PydanticUndefined
            }
        return self._defaults[model]
