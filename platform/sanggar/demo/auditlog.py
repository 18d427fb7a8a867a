"""Write down who changed what lately: the audit log as it would stand after three months of work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from sqlmodel import Session, col, select

from sanggar.accounts.models import GuardianConsent
from sanggar.assessments.models import Marking
from sanggar.clients.models import Brief
from sanggar.demo.store import Store
from sanggar.demo.world import World
from sanggar.kernel.access import Role
from sanggar.kernel.audit import HIDDEN
from sanggar.kernel.models import AuditEntry, Table
from sanggar.programme.models import StageChange

DAYS = 90


def write(world: World, store: Store, session: Session) -> None:
    """Write the rows that mentors, officers and clients have added, in the order of time."""
    dice = world.dice("audit")
    since = world.as_of - timedelta(days=DAYS)
    found = [entry for entry in _entries(session) if since <= entry[0] <= world.as_of]
    for at, actor_id, role, row in sorted(found, key=lambda entry: (entry[0], entry[1])):
        store.add(
            AuditEntry, at=at, actor_id=actor_id, actor_roles=role.value, action="insert",
            entity=str(row.__tablename__), entity_id=row.id, before={}, after=_values(row),  # type: ignore[attr-defined]
            request_id=dice.token(16),
        )  # fmt: skip


def _entries(session: Session) -> Iterator[tuple[datetime, int, Role, Table]]:
    for marking in session.exec(select(Marking).where(col(Marking.submitted_at).is_not(None))):
        yield marking.started_at, marking.marker_id, Role.MENTOR, marking
    for step in session.exec(select(StageChange).where(col(StageChange.by_id).is_not(None))):
        yield step.at, step.by_id or 0, Role.HUB_OFFICER, step
    for guardian in session.exec(select(GuardianConsent)):
        yield guardian.recorded_at, guardian.recorded_by_id or 0, Role.HUB_OFFICER, guardian
    for brief in session.exec(select(Brief).where(col(Brief.helped_by_id).is_not(None))):
        yield brief.created_at, brief.helped_by_id or 0, Role.HUB_OFFICER, brief


def _values(row: Table) -> dict[str, Any]:
    """Return a row as the audit log shows it."""
    return {
        name: HIDDEN if name in row.audit_hide else _plain(value)
        for name, value in row.model_dump().items()
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat() if isinstance(value, datetime | date) else value
