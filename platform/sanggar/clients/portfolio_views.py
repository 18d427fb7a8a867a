"""Pages of a portfolio: cases, pictures, papers, and the link with which a client allows a case."""

from __future__ import annotations

from typing import Any

from flask import Response, request, send_file, url_for
from werkzeug.datastructures import FileStorage

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.clients import cases, links, portfolio, reading
from sanggar.clients.blueprint import bp
from sanggar.clients.forms import put
from sanggar.clients.talent_forms import (
    AnswerForm,
    PermissionForm,
    PictureForm,
    ReleaseForm,
    WorkForm,
)
from sanggar.clients.talent_rules import SLOTS, PaperKind
from sanggar.kernel import access, db, web
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.files import photos, storage, taking
from sanggar.kernel.i18n import _

WORK = "/profile/work/portfolio/<int:work_id>"


@bp.route("/profile/work/portfolio/new", methods=["GET", "POST"])
@access.allow(Role.TALENT)
def portfolio_new() -> Response:
    """Add a work to the portfolio."""
    form = WorkForm()
    if form.validate_on_submit():
        made = portfolio.save_work(access.principal().id, form.work(), now=clock.now())
        return web.go(_case(made, "pictures"), _("Saved. Now add pictures."))
    return web.page("clients/portfolio_new.html", status=422 if form.errors else 200, form=form)


@bp.post("/profile/work/portfolio/from/<int:placement_id>")
@access.allow(Role.TALENT)
def portfolio_pick(placement_id: int) -> Response:
    """Begin a case with finished work."""
    made = portfolio.pick_work(access.principal().id, placement_id, now=clock.now())
    return web.go(_case(made), _("Tell what was difficult and what came of it."))


@bp.route(WORK, methods=["GET", "POST"])
@access.allow(Role.TALENT)
def portfolio_edit(work_id: int) -> Response:
    """Change a work of the portfolio."""
    known = reading.portfolio_work(access.principal().id, work_id)
    form = WorkForm(obj=known, data={"steps": known.process})
    if form.validate_on_submit():
        work = form.work()
        portfolio.save_work(access.principal().id, work, now=clock.now(), work_id=work_id)
        lacking = work.published and cases.of_work(known).lacks
        return web.go(_case(work_id), _("Saved. It is shown as soon as nothing is missing.")
                      if lacking else _("Saved."))  # fmt: skip
    return _edit(work_id, form=form)


def _case(work_id: int, part: str = "") -> str:
    return url_for("clients.portfolio_edit", work_id=work_id) + (f"#{part}" if part else "")


def _edit(work_id: int, status: int = 200, **forms: Any) -> Response:
    """Show a case with all that can be changed of it; `forms` are those that were refused."""
    known = reading.portfolio_work(access.principal().id, work_id)
    form = forms.pop("form", None) or WorkForm(
        formdata=None, obj=known, data={"steps": known.process}
    )
    return web.page(
        "clients/portfolio_form.html", form=form, work_id=work_id, case=cases.of_work(known),
        papers=cases.papers(work_id), slots=SLOTS, slot=forms.get("slot"),
        status=422 if form.errors else status,
        pictures=forms.get("pictures") or PictureForm(formdata=None),
        permission=forms.get("permission") or PermissionForm(formdata=None, name=known.permission_by),
        release=forms.get("release") or ReleaseForm(formdata=None),
        ask=portfolio.permission_link(known, clock.now()) if known.made_for else "",
    )  # fmt: skip


@bp.post(f"{WORK}/delete")
@access.allow(Role.TALENT)
def portfolio_delete(work_id: int) -> Response:
    """Take a work out of the portfolio."""
    portfolio.delete_work(access.principal().id, work_id, now=clock.now())
    return web.go(url_for("clients.profile"), _("The work is deleted."))


@bp.post(f"{WORK}/pictures/<int:slot>")
@access.allow(Role.TALENT)
def portfolio_picture(work_id: int, slot: int) -> Response:
    """Put a picture into its place, change its words, or take it away."""
    person, form = access.principal(), PictureForm()
    reading.portfolio_work(person.id, work_id)
    if "remove" in request.form:
        portfolio.remove_picture(person.id, work_id, slot)
        return web.go(_case(work_id, "pictures"), _("The picture is gone."))
    try:
        file = _file("file")
        db.rollback()  # nothing is written yet: others may, while the picture is looked at
        copies = portfolio.prepare(file.filename, file.stream) if file else None
        portfolio.set_picture(
            person.id, work_id, slot, form.alt.data or "", copies, now=clock.now()
        )
    except (errors.Invalid, errors.TooLarge) as refused:
        return _refused(work_id, form, "file", refused, pictures=form, slot=slot)
    return web.go(_case(work_id, "pictures"), _("Saved."))


def _file(name: str) -> FileStorage | None:
    found = request.files.get(name)
    return found if found and found.filename else None


def _refused(
    work_id: int, form: Any, field: str, refused: errors.SanggarError, **forms: Any
) -> Response:
    form.validate()
    if isinstance(refused, errors.Invalid) and refused.fields:
        put(form, refused)
    else:
        form[field].errors = [*form[field].errors, str(refused)]
    return _edit(work_id, 422, **forms)


@bp.post(f"{WORK}/permission")
@access.allow(Role.TALENT)
def portfolio_permission(work_id: int) -> Response:
    """Record what the client has said."""
    person, now, form = access.principal(), clock.now(), PermissionForm()
    reading.portfolio_work(person.id, work_id)
    try:
        paper = _paper("paper")
        if form.validate() and form.day.data:
            portfolio.state_permission(
                person.id, work_id, form.name.data or "", form.day.data, paper, now=now
            )
            return web.go(_case(work_id, "permission"), _("Saved."))
    except (errors.Invalid, errors.TooLarge) as refused:
        return _refused(work_id, form, "paper", refused, permission=form)
    return _edit(work_id, 422, permission=form)


def _paper(name: str) -> taking.Kept | None:
    """Look at a paper and put it away, before anything is written."""
    file = _file(name)
    db.rollback()
    if file is None:
        return None
    return taking.keep(taking.Incoming(file.filename, file.stream), portfolio.PAPERS)


@bp.post(f"{WORK}/release")
@access.allow(Role.TALENT)
def portfolio_release(work_id: int) -> Response:
    """Keep the signed release of the people in the pictures."""
    person, form = access.principal(), ReleaseForm()
    reading.portfolio_work(person.id, work_id)
    try:
        paper = _paper("release")
        if paper is None:
            raise errors.Invalid(fields={"release": _("Choose the signed paper.")})
        portfolio.add_release(person.id, work_id, paper, now=clock.now())
    except (errors.Invalid, errors.TooLarge) as refused:
        return _refused(work_id, form, "release", refused, release=form)
    return web.go(_case(work_id, "release"), _("Saved."))


@bp.get(f"{WORK}/papers/<any(permission, release):kind>")
@access.allow(Role.TALENT)
def portfolio_paper(work_id: int, kind: str) -> Response:
    """Give a private paper back to the talent who keeps it; to nobody else."""
    reading.portfolio_work(access.principal().id, work_id)
    paper = cases.papers(work_id).get(PaperKind(kind))
    if paper is None:
        raise errors.NotFound
    answer = send_file(
        storage.path(paper.sha256), paper.media_type, as_attachment=True, download_name=paper.name
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.get("/portfolio/<sha256>.jpg")
@access.public
def picture(sha256: str) -> Response:
    """Show a copy of a picture: to everybody while case and profile are public, else to whom it concerns."""
    person = access.principal()
    work, shown = cases.picture_of(sha256)
    if not (work.person_id == person.id or (shown and _may_see(work.person_id, person))):
        _asked_by(request.args.get("for", ""), work.id or 0)
    path = storage.path(sha256)
    with path.open("rb") as copy:
        media = photos.media_type(copy.read(8))
    answer = send_file(path, media, max_age=24 * 3600)
    answer.headers["Cache-Control"] = "private, max-age=86400"
    return answer


def _may_see(person_id: int, viewer: Principal) -> bool:
    if viewer.has(Role.CLIENT, Role.HUB_OFFICER, Role.ADMIN):
        return True  # a talent suggested to them need not be public
    return bool(accounts.public_ids([person_id], clock.now()))


def _asked_by(token: str, work_id: int) -> None:
    """Let the client who is asked for permission see what it is about; nobody else."""
    try:
        if token and portfolio.asked(token, clock.now()).id == work_id:
            return
    except errors.Conflict:
        pass
    raise errors.NotFound


@bp.route("/portfolio/allow/<token>", methods=["GET", "POST"])
@access.public
def permission(token: str) -> Response:
    """Ask a client whether a case may be shown: the case, a yes and a no; no password."""
    now, form = clock.now(), AnswerForm()
    known = portfolio.asked(token, now)
    if request.method == "POST" and form.validate():
        portfolio.answer(token, form.name.data or "", "no" not in request.form, now=now)
        return web.go(url_for("clients.permission", token=token))
    person = accounts.person(known.person_id)
    answer = web.page(
        "clients/permission.html", case=cases.of_work(known), form=form, token=token,
        talent=person, status=422 if form.errors else 200,
    )  # fmt: skip
    return links.keyed(answer)
