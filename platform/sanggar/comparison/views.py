"""Pages of comparative judgement for mentors: rounds, a new one, two works side by side, the scale."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request, url_for

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.assessments import queries as assessments
from sanggar.catalogue import queries as catalogue
from sanggar.comparison import queries, rules, service
from sanggar.comparison.forms import RoundForm
from sanggar.comparison.models import ComparisonRound, RoundState
from sanggar.kernel import access, registry, web
from sanggar.kernel.access import Role
from sanggar.kernel.forms import attach
from sanggar.kernel.i18n import _
from sanggar.kernel.templating import day
from sanggar.measurement import pairs
from sanggar.plugin.text import Text
from sanggar.plugin.track import Assignment, Track

bp = Blueprint("comparison", __name__, template_folder="templates")


def _titles() -> dict[tuple[str, str], tuple[Text, Text]]:
    """Return (track, assignment) -> titles, for the tracks this mentor marks."""
    known = registry.current().tracks
    return {
        (track, assignment.id): (known[track].title, assignment.title)
        for track in sorted(access.principal().tracks & known.keys())
        for assignment in known[track].assignments
    }


@bp.get("/comparisons")
@access.allow(Role.MENTOR)
def rounds() -> Response:
    """List the rounds of the mentor's tracks."""
    found = queries.rounds(access.principal())
    return web.page("comparison/rounds.html", rounds=found, titles=_titles(), states=RoundState)


@bp.get("/comparisons/new")
@access.allow(Role.MENTOR)
def choose() -> Response:
    """Choose the assignment whose works are to be compared."""
    handed = assessments.handed_in(access.principal().tracks)
    return web.page(
        "comparison/choose.html", titles=_titles(), handed=handed, least=rules.LEAST_WORKS
    )


@bp.route("/comparisons/new/<track>/<ref>", methods=["GET", "POST"])
@access.allow(Role.MENTOR)
def create(track: str, ref: str) -> Response:
    """Plan a round."""
    owner, assignment = _assignment(track, ref)
    form = _form(track, ref)
    if form.validate_on_submit():
        plan = service.Plan(
            track=track, ref=ref, title=form.title.data, works=form.works.data,
            judges=form.judges.data, reliability=float(form.reliability.data), each=form.each.data,
        )  # fmt: skip
        try:
            made = service.plan_round(plan, by=access.principal(), now=clock.now())
        except errors.Invalid as refused:
            attach(form, refused)
        else:
            return web.go(url_for("comparison.show", round_id=made), _("The round is planned."))
    return web.page(
        "comparison/new.html", status=422 if form.errors else 200, form=form, track=owner,
        assignment=assignment,
    )  # fmt: skip


def _assignment(track: str, ref: str) -> tuple[Track, Assignment]:
    if track not in access.principal().tracks:
        raise errors.NotFound
    owner = catalogue.track(track)
    found = owner.assignment(ref)
    if found is None:
        raise errors.NotFound
    return owner, found


def _form(track: str, ref: str) -> RoundForm:
    """Return the form with its lists; at first all works are ticked, and the mentor themselves."""
    works = assessments.works(track, ref)
    people = accounts.people({work.person_id for work in works})
    form = RoundForm(
        data={
            "works": [work.id for work in works[: rules.MOST_WORKS]],
            "judges": [access.principal().id],
            "reliability": f"{pairs.RELIABILITY:.2f}",
            "each": pairs.EACH,
        }
    )
    form.works.choices = [
        (work.id, f"{people[work.person_id].name}, {day(work.submitted_at)}") for work in works
    ]
    form.judges.choices = [(mentor.id, mentor.name) for mentor in accounts.mentors(track)]
    return form


@bp.get("/comparisons/<int:round_id>")
@access.allow(Role.MENTOR)
def show(round_id: int) -> Response:
    """Show how far a round is, and what it found to those who may know."""
    person = access.principal()
    found = queries.round_for(person, round_id)
    judges, measured = queries.judges(round_id), rules.from_json(found.scale)
    judging = person.id in judges
    works = len(measured.scale.values) if measured else len(queries.works_of(round_id))
    # who still judges does not see the order: it would colour the next answer
    told = found.state is RoundState.CLOSED or not judging
    return web.page(
        "comparison/round.html", round=found, states=RoundState, titles=_titles(), judges=judges,
        judging=judging, works=works, measured=measured, meaning=rules.meaning,
        progress=measured.progress(found.reliability, found.each) if measured else None,
        wanted=rules.wanted(works, found.each, len(judges)),
        manages=service.may_manage(found, person),
        **_order(found, measured if told else None, list(judges)),
    )  # fmt: skip


def _order(
    found: ComparisonRound, measured: rules.Measured | None, judges: list[int]
) -> dict[str, Any]:
    """Return the order with the names it needs; only judges' names where it is not to be seen."""
    if measured is None:
        return {"order": None, "people": accounts.people(judges), "fits": {}}
    works = assessments.shown([int(value.work) for value in measured.scale.values])
    hidden = assessments.undisclosed(access.principal(), found.track)
    order = queries.order(measured, works, hidden)
    people = accounts.people({*judges, *(work.person_id for work in works.values())})
    fits = {int(judge.name): judge.fit for judge in measured.scale.judges}
    return {"order": order, "people": people, "fits": fits}


@bp.post("/comparisons/<int:round_id>/open")
@access.allow(Role.MENTOR)
def open_round(round_id: int) -> Response:
    """Let the judges begin."""
    service.open_round(round_id, by=access.principal(), now=clock.now())
    url = url_for("comparison.show", round_id=round_id)
    return web.go(url, _("The round is open and its judges are told: it waits in their list."))


@bp.post("/comparisons/<int:round_id>/close")
@access.allow(Role.MENTOR)
def close_round(round_id: int) -> Response:
    """Close a round by hand."""
    service.close_round(round_id, by=access.principal(), now=clock.now())
    return web.go(url_for("comparison.show", round_id=round_id), _("The round is closed."))


@bp.get("/comparisons/<int:round_id>/compare")
@access.allow(Role.MENTOR)
def compare(round_id: int) -> Response:
    """Show a judge their pair, side by side."""
    person = access.principal()
    found = queries.round_for(person, round_id)
    pair = queries.pair_for(round_id, person.id) if found.state is RoundState.OPEN else None
    if pair is None:
        return web.go(url_for("comparison.show", round_id=round_id))
    return web.page("comparison/compare.html", round=found, pair=pair, **_asked(found))


def _asked(found: ComparisonRound) -> dict[str, Any]:
    """Return what a judge needs beside the works: the brief, and how far they are."""
    track = registry.current().tracks.get(found.track)
    judges = queries.judges(found.id or 0)
    works = len(queries.works_of(found.id or 0))
    return {
        "track": track,
        "assignment": track.assignment(found.ref) if track else None,
        "done": judges.get(access.principal().id, 0),
        "wanted": rules.wanted(works, found.each, len(judges)),
    }


@bp.post("/comparisons/<int:round_id>/next")
@access.allow(Role.MENTOR)
def next_pair(round_id: int) -> Response:
    """Give a judge a pair, or the one they have."""
    return _to_next(round_id)


@bp.post("/comparisons/pairs/<int:comparison_id>")
@access.allow(Role.MENTOR)
def decide(comparison_id: int) -> Response:
    """Keep what a judge says of a pair, and give them the next at once."""
    better = request.form.get("better", "")
    made = service.decide(comparison_id, better, by=access.principal(), now=clock.now())
    if not made.counted:
        url = url_for("comparison.show", round_id=made.round_id)
        return web.go(url, _("The round was closed meanwhile. Thank you for judging."))
    return _to_next(made.round_id)


def _to_next(round_id: int) -> Response:
    here = url_for("comparison.show", round_id=round_id)
    try:
        pair = service.next_pair(round_id, by=access.principal(), now=clock.now())
    except errors.Conflict as refused:  # answered twice, and closed in between
        return web.go(here, refused.message, kind="warn")
    if pair is None:
        return web.go(here, _("You have judged every pair you can. Thank you."))
    return web.go(url_for("comparison.compare", round_id=round_id))
