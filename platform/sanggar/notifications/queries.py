"""Reading the inbox and the messages that officers send by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import func
from sqlalchemy import select as columns
from sqlmodel import col, select

from sanggar.accounts import queries as accounts
from sanggar.kernel import db, registry
from sanggar.kernel.access import Principal, Role
from sanggar.notifications.models import Delivery, DeliveryState, Notification
from sanggar.plugin.channels import Message

PAGE = 30


@dataclass(frozen=True)
class ByHand:
    """One message waiting for an officer, with its ready link."""

    delivery_id: int
    name: str
    subject: str
    body: str
    link: str
    created_at: datetime


def unread(person_id: int) -> int:
    """Return how many messages are unread."""
    statement = select(func.count()).where(
        Notification.person_id == person_id,
        Notification.read_at.is_(None),  # type: ignore[union-attr]
    )
    return int(db.session().exec(statement).one())


def unread_column(person_id: Any) -> Any:
    """Return the number of unread messages as a column beside a person's id."""
    return (
        columns(func.count())
        .where(col(Notification.person_id) == person_id, col(Notification.read_at).is_(None))
        .scalar_subquery()
    )


def inbox(person_id: int, page: int) -> tuple[Sequence[Any], int]:
    """Return one page of messages, the newest first, and the number of pages."""
    mine = col(Notification.person_id) == person_id
    total = int(db.session().exec(select(func.count()).where(mine)).one())
    shown = (
        col(Notification.id), col(Notification.kind), col(Notification.subject),
        col(Notification.body), col(Notification.url), col(Notification.created_at),
        col(Notification.read_at),
    )  # fmt: skip
    rows = db.session().execute(
        columns(*shown)
        .where(mine)
        .order_by(col(Notification.created_at).desc(), col(Notification.id).desc())
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    ).all()  # fmt: skip
    return rows, max(1, -(-total // PAGE))


def one(person_id: int, notification_id: int) -> Any | None:
    """Return one message of a person, None when it is not theirs."""
    return db.session().exec(
        select(Notification.id, Notification.url).where(
            Notification.id == notification_id, Notification.person_id == person_id
        )
    ).first()  # fmt: skip


def by_hand(officer: Principal) -> list[ByHand]:
    """Return the messages that wait for an officer of these hubs, the oldest first."""
    statement = (
        select(Delivery.id, Delivery.channel, Notification)
        .join(Notification, Notification.id == Delivery.notification_id)  # type: ignore[arg-type]
        .where(Delivery.state == DeliveryState.BY_HAND)
        .order_by(Notification.created_at)  # type: ignore[arg-type]
        .limit(PAGE)
    )
    if not officer.has(Role.ADMIN):
        statement = statement.where(Delivery.hub_id.in_(list(officer.hubs)))  # type: ignore[union-attr]
    rows = db.session().exec(statement).all()
    people = accounts.people([row.person_id for _id, _channel, row in rows])
    base: str = current_app.extensions["sanggar.settings"].base_url.rstrip("/")
    channels = registry.current().channels
    found = []
    for delivery_id, channel, row in rows:
        person = people[row.person_id]
        message = Message(
            to_name=person.name, email=person.email or "", phone=person.phone or "",
            language=person.language, subject=row.subject, body=row.body,
            url=base + row.url if row.url else "", key=row.key,
        )  # fmt: skip
        link = channels[channel].link(message) if channel in channels else ""
        found.append(
            ByHand(delivery_id or 0, person.name, row.subject, row.body, link, row.created_at)
        )
    return found
