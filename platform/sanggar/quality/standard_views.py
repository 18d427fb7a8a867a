"""Pages of standard setting: opening a panel, the judges' sheets, what came out."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for

from sanggar import clock, errors
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.forms import attach
from sanggar.kernel.i18n import _
from sanggar.quality import standards, standards_chart, standards_pages
from sanggar.quality.blueprint import bp
from sanggar.quality.models import PanelMethod, PanelState
from sanggar.quality.standards_forms import PanelForm


@bp.get("/quality/standards", endpoint="standards")
@access.allow(Role.MENTOR)
def standards_list() -> Response:
    """List the panels of a mentor's tracks, and the exams one can be opened for."""
    person = access.principal()
    return web.page(
        "quality/standards.html", lines=standards_pages.lines(person),
        exams=standards_pages.exams(person),
    )  # fmt: skip


@bp.route("/quality/standards/new/<track>/<assessment>", methods=["GET", "POST"])
@access.allow(Role.MENTOR)
def new_standard(track: str, assessment: str) -> Response:
    """Open a panel for an exam."""
    person = access.principal()
    owner, exam = standards.exam_of(person, track, assessment)
    others = standards_pages.colleagues(person, track)
    form = PanelForm.of(others, standards.methods(owner, exam))
    problem: Any = ""
    if form.validate_on_submit():
        chosen = {int(key) for key in form.colleagues.data or ()}
        try:
            made = standards.start(
                person, track, assessment, PanelMethod(form.method.data), chosen, clock.now()
            )
            return web.go(url_for("quality.standard", panel_id=made), _("The panel is open and your colleagues are told: it stands on their page “Cut scores”."))  # fmt: skip
        except errors.Invalid as refused:
            attach(form, refused)
        except errors.Conflict as refused:
            problem = refused.message
    return web.page(
        "quality/standard_new.html", status=422 if form.errors else 409 if problem else 200,
        form=form, track=owner, exam=exam, others=others, problem=problem,
        least=standards.LEAST_CALIBRATED, known=len(standards.calibrated(owner, exam)),
    )  # fmt: skip


@bp.get("/quality/standards/<int:panel_id>")
@access.allow(Role.MENTOR)
def standard(panel_id: int) -> Response:
    """Show how far a panel is, or what came out."""
    page = standards_pages.panel_page(access.principal(), panel_id)
    chart = standards_chart.cuts(page.result, page.names) if page.result else None
    return web.page("quality/standard.html", page=page, chart=chart, least=standards.LEAST_JUDGES)


@bp.route("/quality/standards/<int:panel_id>/sheet", methods=["GET", "POST"])
@access.allow(Role.MENTOR)
def standard_sheet(panel_id: int) -> Response:
    """Fill in one's own sheet; saved as a draft, or handed in."""
    person = access.principal()
    problems: dict[str, Any] = {}
    typed: dict[str, str] | None = None
    if standards.panel_for(person, panel_id).state is PanelState.CLOSED:
        return web.go(url_for("quality.standard", panel_id=panel_id))
    if request.method == "POST":
        typed = _typed()
        done = request.form.get("action") == "done"
        values, problems = _numbers(typed)
        if not problems:
            try:
                standards.save(person, panel_id, values, clock.now(), done=done)
                url = url_for("quality.standard", panel_id=panel_id)
                text = _("Your sheet is in. You may change it until the round ends.")
                return (
                    web.go(url, text) if done else web.go(request.path, _("Your draft is saved."))
                )
            except errors.Invalid as refused:
                problems = refused.fields
    return web.page(
        "quality/standard_sheet.html", status=422 if problems else 200, problems=problems,
        sheet=standards_pages.sheet(person, panel_id, typed),
    )  # fmt: skip


def _typed() -> dict[str, str]:
    """Return item -> what was typed for it; `page` is a bookmark's one field."""
    found = {
        name.removeprefix("item-"): value.strip()[:10]
        for name, value in request.form.items() if name.startswith("item-")
    }  # fmt: skip
    if "page" in request.form:
        found[""] = request.form["page"].strip()[:10]
    return found


def _numbers(typed: dict[str, str]) -> tuple[dict[str, int], dict[str, Any]]:
    """Return numbers and problems; what is empty is still open."""
    given = {name: value.rstrip("% ") for name, value in typed.items() if value}
    good = {n: int(v) for n, v in given.items() if v.isascii() and v.isdigit() and len(v) < 5}
    return good, {n: _("Write a whole number.") for n in given if n not in good}


@bp.post("/quality/standards/<int:panel_id>/<any(second, close, cancel):step>")
@access.allow(Role.MENTOR)
def standard_step(panel_id: int, step: str) -> Response:
    """Take a panel one step on."""
    person, now = access.principal(), clock.now()
    if step == "second":
        standards.second_round(person, panel_id, now)
        text = _("The second round has begun. Talk about the questions that differ, then judge again.")  # fmt: skip
    elif step == "close":
        standards.close(person, panel_id, now)
        text = _("The panel is closed. The exam is unchanged until somebody writes the line into its file.")  # fmt: skip
    else:
        standards.cancel(person, panel_id, now)
        text = _("The panel is closed without a result.")
    return web.go(url_for("quality.standard", panel_id=panel_id), text)
