"""Pages of moderation: objections of talents, corrections after a faulty question."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.assessments import queries as assessments
from sanggar.assessments import service as examining
from sanggar.assessments.service import Correction
from sanggar.catalogue import queries as catalogue
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.forms import attach
from sanggar.kernel.i18n import _
from sanggar.moderation import queries, rules, service
from sanggar.moderation.forms import AppealForm, CorrectionForm, DecisionForm

examining.count_in_queue("moderation.appeals", queries.waiting)
bp = Blueprint("moderation", __name__, template_folder="templates")


@bp.route("/attempts/<int:attempt_id>/appeal", methods=["GET", "POST"])
@access.allow(Role.TALENT)
def appeal_attempt(attempt_id: int) -> Response:
    """Let a talent object to the result of an exam."""
    return _appeal(assessments.verdict_on(attempt_id=attempt_id))


@bp.route("/submissions/<int:submission_id>/appeal", methods=["GET", "POST"])
@access.allow(Role.TALENT)
def appeal_work(submission_id: int) -> Response:
    """Let a talent object to the result of practical work."""
    return _appeal(assessments.verdict_on(submission_id=submission_id))


def _appeal(verdict: assessments.Verdict) -> Response:
    person, now = access.principal(), clock.now()
    if verdict.person_id != person.id:
        raise errors.NotFound
    form = AppealForm()
    form.position.choices = [("0", _("the whole result"))] + [
        (str(n), _("Question %(n)s", n=n)) for n in range(1, verdict.size + 1)
    ]
    refused: Any = ""
    if form.validate_on_submit():
        try:
            service.appeal(person.id, verdict, form.text.data, int(form.position.data) or None, now)
        except errors.Invalid as problem:
            attach(form, problem)
        except errors.Conflict as problem:
            refused = problem.message
        else:
            return web.go(request.path, _("Your objection has arrived. Somebody who had no part in the result decides."))  # fmt: skip
    until = rules.appeal_until(verdict.decided_at, service.changed_at(verdict))
    return web.page(
        "moderation/appeal.html", status=422 if form.errors else 409 if refused else 200,
        form=form, verdict=verdict, appeal=service.of_verdict(verdict), problem=refused,
        open=until is not None and now <= until, until=until,
    )  # fmt: skip


@bp.get("/marking/appeals")
@access.allow(Role.MENTOR)
def appeals() -> Response:
    """List the objections of a mentor's tracks."""
    person = access.principal()
    rows = queries.with_verdicts(queries.appeals(person))
    return web.page(
        "moderation/appeals.html", now=clock.now(), days=rules.TIME_TO_APPEAL.days,
        rows=[(row, verdict, service.may_decide(row, verdict, person)) for row, verdict in rows],
        titles={track.id: track.title for track in catalogue.tracks()},
    )  # fmt: skip


@bp.route("/marking/appeals/<int:appeal_id>", methods=["GET", "POST"])
@access.allow(Role.MENTOR)
def decide(appeal_id: int) -> Response:
    """Decide an objection."""
    person = access.principal()
    row, verdict = queries.appeal_for(appeal_id, person)
    form = DecisionForm()
    if form.validate_on_submit():
        try:
            service.decide(
                appeal_id, form.outcome.data == "upheld", form.answer.data, float(form.share.data),
                by=person, now=clock.now(),
            )  # fmt: skip
            return web.go(
                url_for("moderation.appeals"), _("The objection is decided; the talent is told.")
            )
        except errors.Invalid as problem:
            attach(form, problem)
    return web.page(
        "moderation/decide.html", status=422 if form.errors else 200, form=form, appeal=row,
        verdict=verdict, question=assessments.one_reviewed(row.attempt_id, row.position),
        name=accounts.person(row.person_id).name,
    )  # fmt: skip


def _my_tracks() -> list[str]:
    person = access.principal()
    return [t.id for t in catalogue.tracks() if service.may_correct(t.id, person)]


@bp.get("/marking/corrections")
@access.allow(Role.MENTOR, Role.ADMIN)
def corrections() -> Response:
    """List corrections, and find a question to correct."""
    mine = _my_tracks()
    return web.page(
        "moderation/corrections.html", rows=queries.corrections(mine),
        tracks=[t for t in catalogue.tracks() if t.id in mine],
    )  # fmt: skip


@bp.get("/marking/corrections/find")
@access.allow(Role.MENTOR, Role.ADMIN)
def find() -> Response:
    """Go to a question by its track and id."""
    track, item = request.args.get("track", ""), request.args.get("item", "").strip()[:80]
    if track not in _my_tracks() or not assessments.versions(track, item):
        return web.go(url_for("moderation.corrections"), _("No decided attempt was asked this question."), kind="warn")  # fmt: skip
    return web.go(url_for("moderation.correct", track=track, item=item))


@bp.route("/marking/corrections/<track>/<item>", methods=["GET", "POST"])
@access.allow(Role.MENTOR, Role.ADMIN)
def correct(track: str, item: str) -> Response:
    """Say what is wrong with a question; whom it changes is shown before anything changes."""
    if track not in _my_tracks():
        raise errors.NotFound
    found = assessments.versions(track, item)
    if not found:
        raise errors.NotFound
    form, version = CorrectionForm(), request.values.get("version", found[0].item_version)
    if form.validate_on_submit():
        wanted = Correction(track, item, version, form.action.data, tuple(request.form.getlist("accepted")[:50]))  # fmt: skip
        try:
            made = service.propose(wanted, form.reason.data, by=access.principal(), now=clock.now())
            return web.go(url_for("moderation.correction", regrade_id=made))
        except errors.Invalid as problem:
            attach(form, problem)
    return web.page(
        "moderation/correct.html", status=422 if form.errors else 200, form=form, versions=found,
        version=version, track=catalogue.track(track), item=item,
        chosen=request.form.getlist("accepted"), stem=assessments.stem,
    )  # fmt: skip


@bp.route("/marking/corrections/<int:regrade_id>", methods=["GET", "POST"])
@access.allow(Role.MENTOR, Role.ADMIN)
def correction(regrade_id: int) -> Response:
    """Show whom a correction changes, and apply it."""
    row = queries.correction(regrade_id)
    if row.track not in _my_tracks():
        raise errors.NotFound
    if request.method == "POST":
        count = service.apply(regrade_id, by=access.principal(), now=clock.now())
        url = url_for("moderation.correction", regrade_id=regrade_id)
        return web.go(url, _("The correction is applied: %(n)s results changed.", n=count))
    planned = assessments.changes(service.correction_of(row)) if not row.applied_at else []
    changed = [change for change in planned if change.changes]
    return web.page(
        "moderation/correction.html", row=row, touched=len(planned), changed=changed,
        history=queries.history(regrade_id) if row.applied_at else [],
        people=accounts.people({c.person_id for c in changed}),
    )  # fmt: skip
