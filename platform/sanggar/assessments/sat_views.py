"""What officers see of attempts: who sits in a window now, and taking one out of the count."""

from __future__ import annotations

from flask import Response, request, url_for

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.assessments import content, service
from sanggar.assessments.blueprint import bp
from sanggar.assessments.models import Attempt
from sanggar.assessments.seats import attempts_of, seats
from sanggar.invigilation import queries as invigilation
from sanggar.invigilation import service as admission
from sanggar.kernel import access, db, web
from sanggar.kernel.access import Role
from sanggar.kernel.forms import clean
from sanggar.kernel.i18n import _


@bp.get("/officer/exams/<int:window_id>/attempts")
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def sat(window_id: int) -> Response:
    """Show who has begun in a window and how far they are, never what they answered."""
    return _sat(window_id)


def _sat(window_id: int, problem: str = "") -> Response:
    now = clock.now()
    window = invigilation.window(window_id)
    if not admission.may_manage(window.hub_id, access.principal()):
        raise errors.NotFound
    found = seats(window_id, now)
    return web.page(
        "assessments/sat.html", status=422 if problem else 200, window=window, seats=found,
        people=accounts.people({seat.person_id for seat in found}), now=now, problem=problem,
        title=content.title_of(window.track, window.assessment),
    )  # fmt: skip


@bp.get("/officer/people/<int:person_id>/attempts")
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def person_attempts(person_id: int) -> Response:
    """Show the attempts of a talent of the officer's hub, in a window or not, never their answers."""
    if not admission.manages_person(person_id, access.principal()):
        raise errors.NotFound
    return _person_attempts(person_id)


def _person_attempts(
    person_id: int, problem: str = "", refused: int = 0, typed: str = ""
) -> Response:
    return web.page(
        "assessments/person_attempts.html", status=422 if problem else 200, problem=problem,
        person=accounts.person(person_id), attempts=attempts_of(person_id), refused=refused,
        typed=typed,
    )  # fmt: skip


@bp.post("/officer/attempts/<int:attempt_id>/void")
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def void(attempt_id: int) -> Response:
    """Take an attempt out of the count, with its reason."""
    attempt, by = db.get(Attempt, attempt_id), access.principal()
    theirs = admission.manages_person(attempt.person_id, by)
    here = attempt.window_id and admission.may_manage(attempt.hub_id or 0, by)
    if not here and not theirs:
        raise errors.NotFound
    of_person = theirs and (not here or request.form.get("page") == "person")
    reason = clean(request.form.get("reason"))
    if not reason or len(reason) > 300:
        text = _("Say in at most 300 characters why it does not count.")
        if of_person:
            return _person_attempts(attempt.person_id, text, attempt_id, reason)
        return _sat(attempt.window_id or 0, text)
    service.void_attempt(attempt_id, by_id=by.id, reason=reason, now=clock.now())
    url = (
        url_for("assessments.person_attempts", person_id=attempt.person_id)
        if of_person
        else url_for("assessments.sat", window_id=attempt.window_id)
    )
    return web.go(url, _("The attempt does not count; the talent can take the exam again."))
