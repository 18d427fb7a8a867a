"""Pages of a talent's standing, of the objection to it, and of the officer who looks at it."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from wtforms.validators import DataRequired, Length, Optional

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.catalogue import queries as catalogue
from sanggar.certification import queries as certification
from sanggar.clients import queries as clients
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.forms import Form, LongTextField, NumberField, RadioField, attach
from sanggar.kernel.i18n import _, _l
from sanggar.plugin.evidence import LEVELS
from sanggar.ranking import candidates, objections, standing
from sanggar.ranking.blueprint import bp
from sanggar.ranking.objection_models import Outcome

OUTCOMES = {
    Outcome.CONFIRMED: _l("The order stands"),
    Outcome.CORRECTED: _l("Data behind it were wrong and are corrected"),
    Outcome.NOTED: _l("Another place for this brief, told to the client"),
}


class ReasonForm(Form):
    """What seems wrong, in the talent's words."""

    reason = LongTextField(
        _l("What seems wrong to you?"),
        validators=[DataRequired(_l("Say in 10 to 1,000 characters what seems wrong.")), Length(max=1000)],
    )  # fmt: skip


class DecisionForm(Form):
    """What a person decides."""

    outcome = RadioField(_l("Your decision"), choices=[(k.value, w) for k, w in OUTCOMES.items()])
    place = NumberField(_l("Place for this brief"), validators=[Optional()])
    answer = LongTextField(
        _l("Reason, which the talent reads"),
        validators=[DataRequired(_l("Explain your decision in 10 to 1,000 characters.")), Length(max=1000)],
    )  # fmt: skip


@bp.get("/work/standing")
@access.allow(Role.TALENT)
def standings() -> Response:
    """Show where a talent stands for a service, and the briefs they were considered for."""
    person, now = access.principal(), clock.now()
    levels = {track: level for _p, track, level, _end in certification.held([person.id], now)}
    tracks = [t for t in catalogue.tracks() if t.id in levels and t.services]
    track, _slash, service = request.args.get("service", "").partition("/")
    found, chosen = None, None
    for each in tracks:
        if each.id == track:
            chosen = next((s for s in each.services if s.id == service), None)
    if chosen is not None:
        # who holds more is asked for Associate work: the level most briefs ask for
        level = LEVELS[min(LEVELS.index(levels[track]), 1)]
        found = standing.for_service(person.id, track, chosen.id, level, now)
    briefs = [clients.system_brief(b) for b in standing.briefs(person.id, now)[:5]] if not chosen else []  # fmt: skip
    return web.page(
        "ranking/standings.html", tracks=tracks, chosen=chosen, found=found, briefs=briefs,
        wanted=request.args.get("service", ""),
    )  # fmt: skip


@bp.route("/work/standing/<int:brief_id>", methods=["GET", "POST"])
@access.allow(Role.TALENT)
def why(brief_id: int) -> Response:
    """Show why a talent does not stand higher for a brief, and take an objection to it."""
    person, now, form = access.principal(), clock.now(), ReasonForm()
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                objections.object_to(person.id, brief_id, form.reason.data, now)
                return web.go(url_for("ranking.why", brief_id=brief_id), _("A person looks at it within three days and tells you."))  # fmt: skip
            except errors.Invalid as refused:
                attach(form, refused)
    brief, found, objection = standing.for_brief(person.id, brief_id, now)
    return web.page(
        "ranking/why.html", status=status, brief=brief, found=found, form=form,
        objection=objection, outcomes=OUTCOMES,
    )  # fmt: skip


@bp.get("/officer/ranking/objections")
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def objected() -> Response:
    """List the objections of an officer's hubs, the most urgent first."""
    person = access.principal()
    waiting = objections.for_officer(person, opened=True)
    done = objections.for_officer(person, opened=False, limit=20)
    return web.page(
        "ranking/objections.html", waiting=waiting, done=done, now=clock.now(), outcomes=OUTCOMES,
        people=accounts.people({row.person_id for row in [*waiting, *done]}),
    )  # fmt: skip


@bp.route("/officer/ranking/objections/<int:objection_id>", methods=["GET", "POST"])
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def review(objection_id: int) -> Response:
    """Look at a place in a ranking as a person, and decide."""
    person, form, status = access.principal(), DecisionForm(), 200
    row = objections.one(objection_id, person)
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                objections.decide(
                    objection_id, Outcome(form.outcome.data), form.answer.data, form.place.data,
                    by=person, now=clock.now(),
                )  # fmt: skip
                return web.go(url_for("ranking.objected"), _("Decided; the talent is told."))
            except errors.Invalid as refused:
                attach(form, refused)
    return web.page("ranking/review.html", status=status, form=form, **_reviewed(row))


def _reviewed(row: Any) -> dict[str, Any]:
    """Return what a reviewer sees: the brief, the numbers of the day, and where the talent stood."""
    brief = clients.system_brief(row.brief_id)
    stood = row.standing
    people = accounts.people({row.person_id, *(key for key, _score in stood.get("order", ()))})
    return {
        "row": row, "brief": brief, "stood": stood, "people": people, "now": clock.now(),
        "history": objections.history(row.person_id, row.brief_id), "outcomes": OUTCOMES,
        "labels": {f.name: f.label for f in candidates.features_for(brief.track)},
    }  # fmt: skip
