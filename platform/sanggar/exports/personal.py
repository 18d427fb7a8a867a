"""Data Saya: everything the platform knows about one person, slice by slice.

A slice may answer itself (`queries.export_person`); the tables of the others are read by their
shape: a row is somebody's when its owner column names them, and a row without an owner when it
belongs to a row of theirs. Columns that name other people, and secrets, are left out.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Collection, Iterable
from datetime import date, datetime
from enum import Enum
from typing import Any

from sqlalchemy import Column, select
from sqlmodel import SQLModel

from sanggar.exports import rules
from sanggar.kernel import db
from sanggar.kernel.models import EventRecord, Table

Exporter = Callable[[int], dict[str, Any]]

#: The slices that hold personal data, in the order in which people read them.
EXPORTERS: tuple[str, ...] = (
    "accounts", "programme", "invigilation", "learning", "workshops", "assessments", "moderation",
    "quality", "comparison", "evidence", "certification", "incubation", "clients", "ranking",
    "notifications",
)  # fmt: skip


def everything(person_id: int) -> dict[str, Any]:
    """Return all that is known about a person, by slice; slices that know nothing are left out."""
    found = {name: exporter(name)(person_id) for name in EXPORTERS}
    found["events"] = {"event": _events(person_id)}
    return {name: data for name, data in found.items() if any(data.values())}


def exporter(name: str) -> Exporter:
    """Return how a slice is read: by its own words, or by the shape of its tables."""
    try:
        queries = importlib.import_module(f"sanggar.{name}.queries")
    except ModuleNotFoundError:
        queries = None
    own: Exporter | None = getattr(queries, "export_person", None)
    if own is not None:
        return lambda person_id: plain(own(person_id))
    return lambda person_id: _read(name, person_id)


def plain(value: Any) -> Any:
    """Return a value as JSON has it, without secrets at any depth."""
    if isinstance(value, dict):
        return {
            str(key): plain(each)
            for key, each in value.items()
            if not rules.is_secret("", str(key))
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    return value


def tables(name: str) -> dict[str, type[Table]]:
    """Return the tables of a slice by name."""
    return {
        str(model.__tablename__): model
        for model in _below(Table)
        if model.__module__.startswith(f"sanggar.{name}.") and hasattr(model, "__table__")
    }


def _below(model: type[Table]) -> Iterable[type[Table]]:
    for child in model.__subclasses__():
        yield child
        yield from _below(child)


def _owner(model: type[Table]) -> str | None:
    columns = _columns(model)
    if "id" not in columns:  # the keys of a search repeat what stands in its rows
        return None
    if model.__tablename__ == "user":
        return "id"
    return next((name for name in rules.OWNERS if name in columns), None)


def _columns(model: type[Table]) -> dict[str, Column[Any]]:
    return {column.name: column for column in model.__table__.columns}  # type: ignore[attr-defined]


def _read(name: str, person_id: int) -> dict[str, Any]:
    found: dict[str, list[dict[str, Any]]] = {}
    ids: dict[str, Collection[int]] = {}
    own = tables(name)
    for table, model in own.items():
        owner = _owner(model)
        if owner is not None:
            ids[table], found[table] = _rows(model, _columns(model)[owner] == person_id)
    for table, model in own.items():
        parent = _parent(model, ids) if table not in found else None
        if parent is not None:
            column, parent_table = parent
            _ids, found[table] = _rows(model, column.in_(ids[parent_table]))
    return {table: rows for table, rows in found.items() if rows}


def _parent(model: type[Table], owned: Collection[str]) -> tuple[Column[Any], str] | None:
    """Return the column by which an ownerless row belongs to somebody's row."""
    for column in _columns(model).values():
        for key in column.foreign_keys:
            table = key.column.table.name
            if table in owned and table != "user":
                return column, table
    return None


def _rows(model: type[Table], condition: Any) -> tuple[list[int], list[dict[str, Any]]]:
    shown = {
        name: column for name, column in _columns(model).items() if not _hidden(model, name, column)
    }
    columns = _columns(model)
    key = columns["id"]
    statement = select(key, *shown.values()).where(condition).order_by(key)
    rows = db.session().execute(statement).all()
    return (
        [row[0] for row in rows],
        [plain(dict(zip(shown, row[1:], strict=True))) for row in rows],
    )


def _hidden(model: type[Table], name: str, column: Column[Any]) -> bool:
    """Return whether a column is a secret or names somebody else."""
    if name in model.audit_hide or rules.is_secret(str(model.__tablename__), name):
        return True
    others = any(key.column.table.name == "user" for key in column.foreign_keys)
    return others and name not in rules.OWNERS


def _events(person_id: int) -> list[dict[str, Any]]:
    table = SQLModel.metadata.tables[str(EventRecord.__tablename__)]
    statement = (
        select(table.c.at, table.c.kind, table.c.data)
        .where(table.c.person_id == person_id)
        .order_by(table.c.id)
    )
    return [
        {"at": at.isoformat(), "kind": kind, "data": plain(data)}
        for at, kind, data in db.session().execute(statement)
    ]
