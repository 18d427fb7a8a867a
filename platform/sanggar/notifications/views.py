"""The inbox, and the messages that officers send by WhatsApp."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from sanggar import clock, errors
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.forms import number
from sanggar.kernel.i18n import _
from sanggar.notifications import queries, service

bp = Blueprint("notifications", __name__, template_folder="templates")


@bp.get("/inbox/")
@access.signed_in
def inbox() -> Response:
    """Show my messages."""
    page = max(1, number(request.args, "page", 1))
    rows, pages = queries.inbox(access.principal().id, page)
    return web.page("notifications/inbox.html", messages=rows, page=page, pages=pages)


@bp.post("/inbox/read")
@access.signed_in
def read_all() -> Response:
    """Mark all as read."""
    service.mark_read(access.principal().id, clock.now())
    return web.go(url_for("notifications.inbox"), _("All messages are marked as read."))


@bp.post("/inbox/<int:notification_id>")
@access.signed_in
def follow(notification_id: int) -> Response:
    """Mark one message as read and go where it leads."""
    person = access.principal()
    found = queries.one(person.id, notification_id)
    if found is None:
        raise errors.NotFound
    service.mark_read(person.id, clock.now(), notification_id)
    return web.go(web.safe_next(found.url, url_for("notifications.inbox")))


@bp.get("/officer/messages")
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def by_hand() -> Response:
    """Show the messages that wait for an officer's hand."""
    return web.page("notifications/by_hand.html", messages=queries.by_hand(access.principal()))


@bp.post("/officer/messages/<int:delivery_id>/sent")
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def sent(delivery_id: int) -> Response:
    """Record that a message was sent."""
    service.sent_by_hand(delivery_id, by=access.principal(), now=clock.now())
    return web.go(url_for("notifications.by_hand"), _("Noted as sent."))
