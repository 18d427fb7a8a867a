"""A break of one's own in an exam: the clock stands still and the questions are out of sight."""

from __future__ import annotations

from datetime import datetime

from flask import Response, url_for

from sanggar import clock, errors
from sanggar.assessments import reading, service
from sanggar.assessments.blueprint import bp
from sanggar.assessments.models import Attempt
from sanggar.kernel import access, web
from sanggar.kernel.access import Role


@bp.get("/attempts/<int:attempt_id>/rest")
@access.allow(Role.TALENT)
def rest(attempt_id: int) -> Response:
    """Show how much of the break is left, or that the clock runs again."""
    sitting, now = reading.sitting(attempt_id, access.principal().id), clock.now()
    if not sitting.live:
        return web.go(url_for("assessments.result", attempt_id=attempt_id))
    if sitting.overdue(now):
        return web.go(url_for("assessments.attempt", attempt_id=attempt_id))
    response = web.page(
        "assessments/rest.html", block="rest", sitting=sitting,
        resting=sitting.clock.resting(now), break_left=sitting.break_left(now),
        minutes_left=sitting.minutes_left(now),
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/attempts/<int:attempt_id>/rest")
@access.allow(Role.TALENT)
def start_rest(attempt_id: int) -> Response:
    """Begin a break."""
    return begin(service.hold(attempt_id, access.principal().id), clock.now())


def begin(held: Attempt, now: datetime) -> Response:
    """Begin a break, or say why there is none; `held` is locked by the caller."""
    try:
        service.pauses.rest(held, now)
    except errors.Conflict as refused:
        here = url_for("assessments.attempt", attempt_id=held.id)
        return web.go(here, refused.message, kind="warn")
    return web.go(url_for("assessments.rest", attempt_id=held.id))


@bp.post("/attempts/<int:attempt_id>/go-on")
@access.allow(Role.TALENT)
def go_on(attempt_id: int) -> Response:
    """End a break and go back to the questions."""
    service.pauses.go_on(service.hold(attempt_id, access.principal().id), clock.now())
    return web.go(url_for("assessments.attempt", attempt_id=attempt_id))
