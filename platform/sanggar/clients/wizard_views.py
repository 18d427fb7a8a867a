"""Pages of the brief wizard: one question a screen, then everything read back and opened."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from sanggar import clock, errors
from sanggar.clients import brief_photos, offering, queries, service
from sanggar.clients.blueprint import bp
from sanggar.clients.brief_rules import MAX_PHOTOS, STEPS, next_question, number_of
from sanggar.clients.briefs import CHANGEABLE
from sanggar.clients.forms import OwnerForm, put
from sanggar.clients.lookup import BriefRow
from sanggar.clients.reading_back import answers, hints
from sanggar.clients.rules import GOOD_BRIEF, BriefState
from sanggar.clients.wizard_forms import WHO_WORDS, Question, ServiceQuestion, question
from sanggar.kernel import access, db, web
from sanggar.kernel.access import Role
from sanggar.kernel.files.taking import Incoming
from sanggar.kernel.i18n import _
from sanggar.programme import queries as programme

WITH_BRIEFS = (Role.CLIENT, Role.HUB_OFFICER, Role.ADMIN)
ASK = f"/briefs/<int:brief_id>/ask/<any({', '.join(STEPS)}):step>"


@bp.route("/briefs/new", methods=["GET", "POST"])
@access.allow(Role.CLIENT)
def new() -> Response:
    """Ask a client what is needed."""
    return _begin(None)


@bp.route("/officer/briefs/new", methods=["GET", "POST"])
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def help_owner() -> Response:
    """Write down the owner who is sitting here or on the phone; then the same questions follow."""
    form = OwnerForm()
    if form.validate_on_submit():
        try:
            made = service.join_owner(form.for_owner(), by=access.principal(), now=clock.now())
            return web.go(url_for("clients.help_begin", client_id=made))
        except errors.Invalid as refused:
            put(form, refused)
    return web.page("clients/owner.html", status=422 if form.errors else 200, form=form)


@bp.route("/officer/briefs/new/<int:client_id>", methods=["GET", "POST"])
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def help_begin(client_id: int) -> Response:
    """Ask what the owner needs."""
    if not access.principal().sees_hub(queries.client(client_id).hub_id):
        raise errors.NotFound
    return _begin(client_id)


def _begin(client_id: int | None) -> Response:
    form = ServiceQuestion(chosen=request.args.get("service", ""))
    if form.validate_on_submit():
        made = service.begin(
            **form.said(), by=access.principal(), now=clock.now(), client_id=client_id
        )
        return web.go(url_for("clients.ask", brief_id=made, step=STEPS[1]))
    return _screen(STEPS[0], form, None)


@bp.route(ASK, methods=["GET", "POST"])
@access.allow(*WITH_BRIEFS)
def ask(brief_id: int, step: str) -> Response:
    """Ask one question and keep the answer."""
    brief = queries.brief(brief_id, access.principal())
    if brief.state not in CHANGEABLE:
        return web.go(url_for("clients.brief", brief_id=brief_id))
    form = question(step, brief, clock.today())
    refused = _photos(brief_id) if step == "photos" and request.method == "POST" else []
    if form.validate_on_submit() and not refused:
        try:
            service.answer(brief_id, step, form.said(), by=access.principal(), now=clock.now())
            return web.go(_after(brief, step))
        except errors.Invalid as problem:
            put(form, problem)
    return _screen(step, form, brief, refused)


def _photos(brief_id: int) -> list[str]:
    """Take the photos that came with a form; return what is wrong with those that were refused."""
    sent = [Incoming(f.filename, f.stream) for f in request.files.getlist("photos") if f.filename]
    if not sent:
        return []
    db.rollback()  # nothing is written yet: others may, while the photos are looked at
    prepared = brief_photos.look_at(sent)
    problems = brief_photos.add(brief_id, prepared, by=access.principal(), now=clock.now())
    db.keep()  # photos that are fine stay
    return problems


def _after(brief: BriefRow, step: str) -> str:
    """Return where an answer leads: to the next question, or back to where it was changed from."""
    if "more" in request.form:
        return url_for("clients.ask", brief_id=brief.id, step=step)
    number = number_of(step)
    if _done(brief) or number == len(STEPS):
        return url_for("clients.edit", brief_id=brief.id)
    return url_for("clients.ask", brief_id=brief.id, step=STEPS[number])


def _before(brief: BriefRow | None, step: str) -> str:
    """Return where a question was reached from: nothing is lost by going there."""
    if brief is None:
        return url_for("clients.home" if access.principal().has(Role.CLIENT) else "clients.desk")
    if _done(brief):
        return url_for("clients.edit", brief_id=brief.id)
    if step == STEPS[0]:
        return url_for("clients.brief", brief_id=brief.id)
    return url_for("clients.ask", brief_id=brief.id, step=STEPS[number_of(step) - 2])


def _done(brief: BriefRow) -> bool:
    """Return whether everything was asked already: answers are only changed now."""
    return brief.state is not BriefState.DRAFT or brief.asked >= len(STEPS)


def _screen(
    step: str, form: Question, brief: BriefRow | None, refused: list[str] | None = None
) -> Response:
    bad = bool(form.errors or refused)
    hub = next((h for h in programme.hubs() if brief and h.id == brief.hub_id), None)
    return web.page(
        "clients/ask.html", status=422 if bad else 200, form=form, brief=brief, step=step,
        number=number_of(step), steps=STEPS, picture=offering.picture, levels=WHO_WORDS,
        back=_before(brief, step),
        hub_code=hub.code if hub else "", refused=refused or [], most=MAX_PHOTOS,
        photos=brief_photos.of_brief(brief.id) if brief and step == "photos" else [],
    )  # fmt: skip


@bp.post("/briefs/<int:brief_id>/photos/<int:photo_id>/remove")
@access.allow(*WITH_BRIEFS)
def remove_photo(brief_id: int, photo_id: int) -> Response:
    """Take a photo away."""
    brief_photos.remove(brief_id, photo_id, by=access.principal())
    return web.go(
        url_for("clients.ask", brief_id=brief_id, step="photos"), _("The photo is removed.")
    )


@bp.route("/briefs/<int:brief_id>/edit", methods=["GET", "POST"])
@access.allow(*WITH_BRIEFS)
def edit(brief_id: int) -> Response:
    """Read a brief back, with a link to change each answer, and open it."""
    brief = queries.brief(brief_id, access.principal())
    if brief.state not in CHANGEABLE:
        return web.go(url_for("clients.brief", brief_id=brief_id))
    if brief.state is BriefState.DRAFT and next_question(brief.asked):
        return web.go(url_for("clients.ask", brief_id=brief_id, step=next_question(brief.asked)))
    wrong: dict[str, Any] = {}
    if request.method == "POST":
        try:
            service.open_brief(brief_id, by=access.principal(), now=clock.now())
            return _opened(brief)
        except errors.Invalid as refused:
            wrong = dict(refused.fields)
    photos = brief_photos.of_brief(brief_id)
    return web.page(
        "clients/brief_check.html", status=422 if wrong else 200, brief=brief, wrong=wrong,
        answers=answers(brief), photos=photos, hints=hints(brief, len(photos)), good=GOOD_BRIEF,
    )  # fmt: skip


def _opened(brief: BriefRow) -> Response:
    if brief.team_size > 1 and brief.team_id is None:
        return web.go(
            url_for("clients.team", brief_id=brief.id),
            _("Your brief is open. Now add the other roles of the team."),
        )
    return web.go(url_for("ranking.show", brief_id=brief.id), _("Your brief is open."))
