"""What people are told, and how each message left the house."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from sanggar.kernel.models import Table, enum_type


class DeliveryState(StrEnum):
    """How far one message got in one channel."""

    PENDING = "pending"
    SENT = "sent"
    BY_HAND = "by_hand"
    FAILED = "failed"


class Notification(Table, table=True):
    """One message in a person's inbox, in their language."""

    __table_args__ = (UniqueConstraint("person_id", "key"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="user.id", index=True)
    #: the same news told twice has the same key and stands once
    key: str = Field(max_length=80)
    kind: str = Field(max_length=40)
    subject: str = Field(max_length=160)
    body: str = Field(max_length=2000)
    url: str = Field(default="", max_length=200)
    created_at: datetime
    read_at: datetime | None = None


class Delivery(Table, table=True):
    """One message on its way through one channel."""

    __table_args__ = (UniqueConstraint("notification_id", "channel"),)

    id: int | None = Field(default=None, primary_key=True)
    notification_id: int = Field(foreign_key="notification.id", index=True)
    channel: str = Field(max_length=40)
    state: DeliveryState = Field(
        default=DeliveryState.PENDING, sa_type=enum_type(DeliveryState), index=True
    )
    #: hub whose officers send messages by hand
    hub_id: int | None = Field(default=None, foreign_key="hub.id", index=True)
    attempts: int = 0
    next_try: datetime | None = None
    sent_at: datetime | None = None
    error: str = Field(default="", max_length=300)
