"""Handing over: files and links of a delivery, and downloading what was delivered."""

from __future__ import annotations

from flask import Response, request, send_file, url_for

from sanggar import clock, errors
from sanggar.clients import service, work_files
from sanggar.clients.blueprint import bp
from sanggar.clients.forms import put
from sanggar.clients.work_forms import DeliverForm
from sanggar.clients.work_views import done, show
from sanggar.kernel import access, db, web
from sanggar.kernel.access import Role
from sanggar.kernel.files import storage
from sanggar.kernel.files.taking import Incoming
from sanggar.kernel.i18n import _


@bp.post("/work/<int:placement_id>/deliver")
@access.allow(Role.TALENT)
def deliver(placement_id: int) -> Response:
    """Take files, and hand everything over when that is what was pressed."""
    form = DeliverForm()
    form.file_errors = _take(placement_id)
    if "more" in request.form or form.file_errors:
        return show(placement_id, 422 if form.file_errors else 200, deliver=form)
    if form.validate_on_submit():
        try:
            service.deliver(
                placement_id, form.note.data, form.link.data or "", by=access.principal(),
                now=clock.now(),
            )  # fmt: skip
            return done(placement_id, _("Delivered. The client has 7 days to look at it."))
        except errors.Invalid as refused:
            put(form, refused)
    return show(placement_id, 422, deliver=form)


def _take(placement_id: int) -> list[str]:
    """Take the files that came with the form; return what is wrong with those that were refused."""
    sent = [Incoming(f.filename, f.stream) for f in request.files.getlist("files") if f.filename]
    if not sent:
        return []
    db.rollback()  # nothing is written yet: others may, while the files are looked at
    looked = work_files.look_at(sent)
    problems = work_files.add(placement_id, looked, by=access.principal(), now=clock.now())
    db.keep()  # files that are fine stay
    return problems


@bp.post("/work/<int:placement_id>/files/<int:file_id>/remove")
@access.allow(Role.TALENT)
def remove_file(placement_id: int, file_id: int) -> Response:
    """Take a file away before it is handed over."""
    work_files.remove(placement_id, file_id, by=access.principal())
    return web.go(
        url_for("clients.placement", placement_id=placement_id, _anchor="hand-over"),
        _("The file is removed."),
    )


@bp.get("/work/<int:placement_id>/files/<int:file_id>")
@access.signed_in
def download(placement_id: int, file_id: int) -> Response:
    """Send a delivered file to either side, always as a download."""
    row = work_files.find(placement_id, file_id, access.principal())
    path = storage.path(row.sha256)
    if not path.is_file():
        raise errors.NotFound
    answer = send_file(path, mimetype=row.media_type, as_attachment=True, download_name=row.name)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, max-age=3600"
    return answer
