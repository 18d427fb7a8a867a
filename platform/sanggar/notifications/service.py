"""Telling people: into the inbox in the same transaction, out through channels after the commit."""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlmodel import select, update

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.kernel import db, jobs, log, registry
from sanggar.kernel.access import Principal, Role
from sanggar.notifications import rules
from sanggar.notifications.models import Delivery, DeliveryState, Notification
from sanggar.plugin.channels import DeliveryError, Message
from sanggar.programme import queries as programme


def notify(
    person_id: int, kind: str, *, subject: str, body: str, url: str, now: datetime, key: str
) -> None:
    """Put a message into a person's inbox and send it on its way; the same `key` is told once."""
    told = db.session().exec(
        select(Notification.id).where(Notification.person_id == person_id, Notification.key == key)
    ).first()  # fmt: skip
    if told is not None:
        return
    row = db.add(
        Notification(
            person_id=person_id, key=key, kind=kind, subject=subject[:160], body=body[:2000], url=url,
            created_at=now,
        )
    )  # fmt: skip
    message = _message(row)
    enrolment = programme.enrolment(person_id)
    for channel in registry.current().channels.values():
        if not channel.can_reach(message):
            continue
        delivery = db.add(
            Delivery(
                notification_id=row.id or 0,
                channel=channel.name,
                state=DeliveryState.BY_HAND if channel.by_hand else DeliveryState.PENDING,
                hub_id=enrolment.hub_id if enrolment else None,
                next_try=now,
            )
        )
        if not channel.by_hand:
            jobs.enqueue(deliver, delivery.id)


def _message(row: Notification) -> Message:
    person = accounts.person(row.person_id)
    base: str = current_app.extensions["sanggar.settings"].base_url.rstrip("/")
    return Message(
        to_name=person.name, email=person.email or "", phone=person.phone or "",
        language=person.language, subject=row.subject, body=row.body,
        url=base + row.url if row.url.startswith("/") else row.url,
        key=f"{row.person_id}-{row.key}",
    )  # fmt: skip


@jobs.task
def deliver(delivery_id: int) -> None:
    """Send one message through its channel; a passing failure is tried again later."""
    delivery = db.lock(Delivery, delivery_id)
    if delivery.state is not DeliveryState.PENDING:
        return
    channel = registry.current().channels.get(delivery.channel)
    now = clock.now()
    if channel is None:
        delivery.state, delivery.error = DeliveryState.FAILED, "the channel is no longer installed"
        db.flush()
        return
    delivery.attempts += 1
    try:
        channel.send(_message(db.get(Notification, delivery.notification_id)))
    except DeliveryError as error:
        _failed(delivery, str(error), now, permanent=error.permanent)
    except Exception as error:  # a channel is plugin code: it may fail in any way
        log.get().exception("channel_failed", channel=delivery.channel)
        _failed(delivery, f"{type(error).__name__}: {error}", now, permanent=False)
    else:
        delivery.state, delivery.sent_at, delivery.error = DeliveryState.SENT, now, ""
    db.flush()


def _failed(delivery: Delivery, reason: str, now: datetime, *, permanent: bool) -> None:
    wait = None if permanent else rules.wait_before(delivery.attempts)
    delivery.error = reason[:300]
    delivery.state = DeliveryState.FAILED if wait is None else DeliveryState.PENDING
    delivery.next_try = now + wait if wait else None


@jobs.every(minute="*/5")
def retry_deliveries() -> None:
    """Queue what is due again."""
    due = db.session().exec(
        select(Delivery.id)
        .where(Delivery.state == DeliveryState.PENDING, Delivery.next_try <= clock.now())  # type: ignore[operator]
        .limit(200)
    ).all()  # fmt: skip
    for delivery_id in due:
        jobs.enqueue(deliver, delivery_id)


def mark_read(person_id: int, now: datetime, notification_id: int | None = None) -> None:
    """Mark one message, or all, as read."""
    statement = update(Notification).where(
        Notification.person_id == person_id,  # type: ignore[arg-type]
        Notification.read_at.is_(None),  # type: ignore[union-attr]
    )
    if notification_id is not None:
        statement = statement.where(Notification.id == notification_id)  # type: ignore[arg-type]
    db.session().execute(statement.values(read_at=now))


def sent_by_hand(delivery_id: int, *, by: Principal, now: datetime) -> None:
    """Record that an officer has sent a message.

    Raises
    ------
    NotFound
        No such message, or it belongs to another hub.
    """
    delivery = db.get(Delivery, delivery_id)
    if not (by.has(Role.ADMIN) or (delivery.hub_id in by.hubs)):
        raise errors.NotFound
    if delivery.state is DeliveryState.BY_HAND:
        delivery.state, delivery.sent_at = DeliveryState.SENT, now
        db.flush()
