"""The audit log: every row that staff, mentors or clients change, caught at the flush so that no
service can forget it."""

from __future__ import annotations

from datetime import date, datetime
from enum import Enum
from typing import Any

from flask import g, has_app_context
from sqlalchemy import event, insert, inspect
from sqlmodel import Session

from sanggar import clock
from sanggar.kernel import access
from sanggar.kernel.models import AuditEntry, Table

HIDDEN = "•••"


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return f"<{len(value)} bytes>"
    return value


def _columns(row: Table) -> list[str]:
    return [attribute.key for attribute in inspect(type(row)).column_attrs]


def _shown(row: Table, name: str, value: Any) -> Any:
    return HIDDEN if name in row.audit_hide else _plain(value)


def _changes(row: Table) -> tuple[dict[str, Any], dict[str, Any]]:
    state = inspect(row)
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name in _columns(row):
        history = state.attrs[name].history
        if history.has_changes():
            old = history.deleted[0] if history.deleted else None
            before[name] = _shown(row, name, old)
            after[name] = _shown(row, name, getattr(row, name))
    return before, after


def _record(session: Session, _context: object) -> None:
    if not has_app_context():
        return
    person = access.principal()
    if not person.has(*access.AUDITED):
        return
    entries = []
    for action, rows in (
        ("insert", session.new),
        ("update", session.dirty),
        ("delete", session.deleted),
    ):
        for row in rows:
            if not isinstance(row, Table) or not row.audited:
                continue
            if action == "update":
                before, after = _changes(row)
                if not after:
                    continue
            else:
                values = {name: _shown(row, name, getattr(row, name)) for name in _columns(row)}
                before, after = ({}, values) if action == "insert" else (values, {})
            entries.append({
                "at": clock.now(),
                "actor_id": person.id,
                "actor_roles": ",".join(sorted(person.roles)),
                "action": action,
                "entity": str(row.__tablename__),
                "entity_id": getattr(row, "id", None) or 0,
                "before": before,
                "after": after,
                "request_id": g.get("request_id", ""),
            })  # fmt: skip
    if entries:
        session.connection().execute(insert(AuditEntry), entries)


def install() -> None:
    """Listen to all sessions (once a process)."""
    if not event.contains(Session, "after_flush", _record):
        event.listen(Session, "after_flush", _record)
