"""Reading the two logs page by page, and the aggregates that officers may take out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import SQLModel, col

from sanggar.accounts import queries as accounts
from sanggar.kernel import db
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.models import AuditEntry, EventRecord
from sanggar.programme import queries as programme

PAGE = 50
#: A name may fit many people; more than this says "search more exactly".
MOST = 50


@dataclass(frozen=True)
class LogPage:
    """One page of a log, newest first; `names` are those of the people in it."""

    rows: list[Any]
    names: dict[int, str]
    page: int
    pages: int
    number: int


def entities() -> list[str]:
    """Return the names of all tables that the audit log can speak of."""
    return sorted(set(SQLModel.metadata.tables) - {"audit", "event", "alembic_version"})


def people_named(text: str) -> list[int] | None:
    """Return the ids meant by a filter: a number, or part of a name; None when nothing is asked."""
    text = text.strip()
    if not text:
        return None
    if text.isdigit() and len(text) < 8:
        return [int(text)]
    return [person.id for person in accounts.find(text, None, limit=MOST)]


def audit(person: str, entity: str, page: int) -> LogPage:
    """Return changes made by a person or to their account, of one kind of thing when it is given."""
    conditions: list[ColumnElement[bool]] = []
    ids = people_named(person)
    if ids is not None:
        own = and_(col(AuditEntry.entity) == "user", col(AuditEntry.entity_id).in_(ids))
        conditions.append(or_(col(AuditEntry.actor_id).in_(ids), own))
    if entity:
        conditions.append(col(AuditEntry.entity) == entity)
    return _page(AuditEntry, conditions, page, "actor_id")


def events(kind: str, page: int) -> LogPage:
    """Return what happened, of one kind when it is given."""
    conditions = [col(EventRecord.kind) == kind] if kind else []
    return _page(EventRecord, conditions, page, "person_id")


def _page(model: Any, conditions: list[Any], page: int, who: str) -> LogPage:
    number = (
        db.session()
        .execute(select(func.count()).select_from(model).where(*conditions))
        .scalar_one()
    )
    pages = max(1, -(-number // PAGE))
    page = min(max(page, 1), pages)
    statement = select(model).where(*conditions).order_by(model.id.desc())
    rows = list(db.session().execute(statement.limit(PAGE).offset((page - 1) * PAGE)).scalars())
    found = accounts.people({getattr(row, who) for row in rows} - {0})
    names = {person_id: person.name for person_id, person in found.items()}
    return LogPage(rows, names, page, pages, number)


def hub_rows(person: Principal, today: date) -> list[dict[str, Any]]:
    """Return the measures of the hubs somebody reaches, as a table to take out."""
    rows = []
    for count in programme.counts(today):
        everywhere = person.has(Role.ADMIN, Role.PROVINCE)
        if not everywhere and not person.sees_hub(count.hub.id or None):
            continue
        rows.append({
            "as_of": today.isoformat(), "hub": str(count.hub.name), "target": count.target,
            "joined_in_period": count.reached, "gap": count.gap, "percent": count.percent,
            "joined_this_year": count.joined_this_year, "joined_last_year": count.joined_last_year,
            "active": count.active, "cumulative": count.cumulative,
        })  # fmt: skip
    return rows
