"""Pages of practical work for talents: the task with its rubric, files, versions, marks; downloads."""

from __future__ import annotations

from flask import Response, current_app, request, send_file, url_for

from sanggar import clock, errors
from sanggar.assessments import content, desk, forms, service
from sanggar.assessments.blueprint import bp
from sanggar.assessments.content import Task
from sanggar.assessments.models import SubmissionState, TaskKind
from sanggar.assessments.submissions import DONE, WAITING
from sanggar.kernel import access, db, web
from sanggar.kernel.access import Role
from sanggar.kernel.files import photos, storage
from sanggar.kernel.i18n import _

TASK = "/tasks/<track>/<any(assignment, workshop):kind>/<ref>"


@bp.get(TASK)
@access.allow(Role.TALENT)
def task(track: str, kind: str, ref: str) -> Response:
    """Show a practical task: what is asked, how it is marked, what was handed in."""
    return _task_page(content.task(track, kind, ref))


def _task_page(found: Task, form: forms.HandInForm | None = None, status: int = 200) -> Response:
    versions = desk.versions(access.principal().id, found)
    newest = versions[0] if versions else None
    state = newest.submission.state if newest else None
    draft = newest if state is SubmissionState.DRAFT else None
    form = form or forms.HandInForm(note=draft.submission.note if draft else "")
    return web.page(
        "assessments/task.html", status=status, task=found, form=form, draft=draft, newest=newest,
        versions=[v for v in versions if v is not draft], level_names=desk.LEVEL_NAMES,
        waiting=state in WAITING,
        done=newest is not None and newest.submission.decision in DONE,
        request_mb=current_app.extensions["sanggar.settings"].upload_mb,
    )  # fmt: skip


@bp.post(TASK)
@access.allow(Role.TALENT)
def hand_in(track: str, kind: str, ref: str) -> Response:
    """Take files into the draft, or hand the draft in."""
    found, form, now = content.task(track, kind, ref), forms.HandInForm(), clock.now()
    files = [service.Incoming(f.filename, f.stream) for f in request.files.getlist("files") if f.filename]  # fmt: skip
    here, person = url_for("assessments.task", track=track, kind=kind, ref=ref), access.principal()
    db.rollback()  # nothing is written yet: others may, while the files are looked at
    try:
        if "upload" in request.form:
            looked = service.look_at(found, files)
            service.add_files(person.id, found, looked, now, note=form.note.data).check()
            return web.go(here, _("The files are in your draft.") if files else None)
        service.hand_in(
            person.id, track, kind, ref, now=now, note=form.note.data or "", files=files
        )
    except (errors.Invalid, errors.TooLarge) as refused:
        db.keep()  # files that are fine stay in the draft
        form.form_errors = [str(refused.message)] if "files" not in refused.fields else []
        form.note.errors = [str(refused.fields["note"])] if "note" in refused.fields else []
        form.file_errors = [str(refused.fields["files"])] if "files" in refused.fields else []
        return _task_page(found, form, refused.status)
    return web.go(here, _("Handed in. You will hear from us when it is marked."))


@bp.get("/submissions/<int:submission_id>")
@access.allow(Role.TALENT)
def submission(submission_id: int) -> Response:
    """Go from a message about a version to its task."""
    work = desk.own_submission(access.principal().id, submission_id)
    return web.go(
        url_for("assessments.task", track=work.track, kind=TaskKind(work.kind), ref=work.ref)
    )


@bp.post("/tasks/files/<int:file_id>/remove")
@access.allow(Role.TALENT)
def remove_file(file_id: int) -> Response:
    """Take a file out of the draft."""
    work = service.remove_file(access.principal().id, file_id)
    return web.go(
        url_for("assessments.task", track=work.track, kind=TaskKind(work.kind), ref=work.ref),
        _("The file is removed."),
    )


@bp.get("/files/<int:file_id>")
@access.allow(Role.TALENT, Role.MENTOR)
def download(file_id: int) -> Response:
    """Send a file to its maker or to a mentor of the track, always as a download."""
    row, _submission = desk.file_for(access.principal(), file_id)
    path = storage.path(row.sha256)
    if not path.is_file():
        raise errors.NotFound
    response = send_file(path, mimetype=row.media_type, as_attachment=True, download_name=row.name)
    return _lock(response)


@bp.get("/files/<int:file_id>/<any(page, thumb):copy>")
@access.allow(Role.TALENT, Role.MENTOR)
def picture(file_id: int, copy: str) -> Response:
    """Send the copy of a photo that carries no metadata."""
    row, _submission = desk.file_for(access.principal(), file_id)
    path = storage.path(row.public_sha256 if copy == "page" else row.thumb_sha256)
    if not path.is_file():
        raise errors.NotFound
    with path.open("rb") as stream:
        media = photos.media_type(stream.read(8))
    name = f"{copy}.{media.removeprefix('image/')}"
    response = send_file(path, mimetype=media, as_attachment=False, download_name=name)
    return _lock(response)


@bp.get("/files/<int:file_id>/pages/<int:number>")
@access.allow(Role.TALENT, Role.MENTOR)
def page_picture(file_id: int, number: int) -> Response:
    """Send the picture of one page of a PDF."""
    row, _submission = desk.file_for(access.principal(), file_id)
    if not 1 <= number <= len(row.pages):
        raise errors.NotFound
    path = storage.path(row.pages[number - 1])
    if not path.is_file():
        raise errors.NotFound
    return _lock(send_file(path, mimetype="image/jpeg", download_name=f"page-{number}.jpg"))


def _lock(response: Response) -> Response:
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
