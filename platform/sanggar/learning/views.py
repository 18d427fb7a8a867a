"""Reading, keeping the place, choosing a track, judging oneself."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, Response, make_response, request, url_for

from sanggar import clock, errors
from sanggar.catalogue import queries as catalogue
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.i18n import _
from sanggar.learning import forms, queries, rules, service

bp = Blueprint("learning", __name__, template_folder="templates")


@bp.get("/courses/<group>/<course>/<lesson>")
@access.public
def lesson(group: str, course: str, lesson: str) -> Response:
    """Show a lesson; whoever is signed in finds their place again."""
    found, part = catalogue.lesson(f"{group}/{course}", lesson)
    person = access.principal()
    before, after = found.beside(part)
    return web.page(
        "learning/lesson.html",
        course=found, lesson=part, before=before, after=after,
        body=catalogue.body(found, part),
        done=lessons_done(found.slug),
        position=queries.position(person.id, found.slug, part.slug) if person.known else "",
    )  # fmt: skip


@bp.post("/courses/<group>/<course>/<lesson>/done")
@access.signed_in
def complete(group: str, course: str, lesson: str) -> Response:
    """Note a lesson as read and open the next one."""
    found, part = catalogue.lesson(f"{group}/{course}", lesson)
    person = access.principal()
    service.complete_lesson(person.id, found.slug, part.slug, now=clock.now())
    done = queries.lessons_done(person.id).get(found.slug, set())
    if rules.is_read(found, done):
        return web.go(_course_url(found), _("You have read the whole course."))
    after = found.beside(part)[1] or rules.next_in(found, done)
    assert after is not None
    return web.go(
        url_for("learning.lesson", group=found.group, course=found.name, lesson=after.slug)
    )


@bp.post("/courses/<group>/<course>/<lesson>/position")
@access.signed_in
def position(group: str, course: str, lesson: str) -> Response:
    """Keep the heading somebody has reached."""
    service.remember_position(
        access.principal().id, f"{group}/{course}", lesson,
        request.form.get("position", ""), now=clock.now(),
    )  # fmt: skip
    return make_response("", 204)


@bp.post("/tracks/<track_id>/choose")
@access.allow(Role.TALENT)
def choose(track_id: str) -> Response:
    """Put somebody on a track."""
    track = catalogue.listed_track(track_id)
    new = service.choose_track(access.principal().id, track.id, now=clock.now())
    word = _("You are on the track now. This is your first step.") if new else None
    return web.go(url_for("learning.home", track=track.id), word)


@bp.get("/learn/courses")
@access.signed_in
def courses() -> Response:
    """List the courses of one's tracks with what is read of them."""
    person = access.principal()
    chosen = [catalogue.track(each) for each in queries.chosen(person.id) if _is_there(each)]
    shelves = [(track, catalogue.path_of(track)) for track in chosen]
    return web.page(
        "learning/courses.html",
        shelves=shelves,
        done=queries.lessons_done(person.id),
        resume=queries.latest(person.id),
        tracks=[] if chosen else catalogue.tracks(),
    )


@bp.route("/learn/<track_id>/self-assessment", methods=["GET", "POST"])
@access.allow(Role.TALENT)
def self_assessment(track_id: str) -> Any:
    """Judge oneself on each unit; may be left and continued."""
    track = catalogue.listed_track(track_id)
    person = access.principal()
    saved = queries.self_assessment(person.id, track.id)
    form = forms.SelfAssessmentForm(track, saved.ratings, request.form)
    status = 200
    if request.method == "POST":
        try:
            complete = service.save_self_assessment(
                person.id, track.id, form.ratings(), now=clock.now()
            )
        except errors.Invalid as refused:
            form.refuse(refused)
            status = 422
        else:
            return _saved(track.id, complete)
    return web.page(
        "learning/self_assessment.html", track=track, form=form, saved=saved, status=status
    )


def _saved(track_id: str, complete: bool) -> Response:
    if complete:
        return web.go(url_for("learning.home", track=track_id), _("Your self-assessment is done."))
    return web.go(
        url_for("learning.self_assessment", track_id=track_id),
        _("Saved. Some units are still open."),
    )


def lessons_done(course: str) -> set[str]:
    """Return the lessons of a course that the reader has done (also a global of templates)."""
    person = access.principal()
    return queries.lessons_done(person.id).get(course, set()) if person.known else set()


def _is_there(track_id: str) -> bool:
    return any(track.id == track_id for track in catalogue.tracks())


def _course_url(course: catalogue.Course) -> str:
    return url_for("catalogue.course", group=course.group, course=course.name)


def init_app(app: Flask) -> None:
    """Let the catalogue's pages show what is done."""
    app.jinja_env.globals["lessons_done"] = lessons_done
