"""What all tables share: naming convention, column kinds, and the two logs."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, Enum, Index
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """Base of all tables. Columns in `audit_hide` never reach the audit log."""

    audit_hide: ClassVar[frozenset[str]] = frozenset()
    #: False for tables whose rows are logs themselves
    audited: ClassVar[bool] = True


def enum_type(kind: type[StrEnum]) -> Enum:
    """Return a column type that stores the values (not the names) of an enum as text."""
    return Enum(
        kind,
        values_callable=lambda members: [m.value for m in members],
        native_enum=False,
        length=32,
        create_constraint=False,
    )


class EventRecord(Table, table=True):
    """One domain event, as JSON, in the order it happened."""

    __tablename__ = "event"
    audited: ClassVar[bool] = False

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    kind: str = Field(max_length=64, index=True)
    person_id: int = Field(default=0, index=True)
    data: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class AuditEntry(Table, table=True):
    """One row changed by staff, a mentor or a client: who, what, before, after."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_entity_entity_id", "entity", "entity_id"),)
    audited: ClassVar[bool] = False

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(index=True)
    actor_id: int = Field(index=True)
    actor_roles: str = Field(max_length=120)
    action: str = Field(max_length=10)
    entity: str = Field(max_length=64)
    entity_id: int
    before: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    after: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)
    request_id: str = Field(default="", max_length=36)
