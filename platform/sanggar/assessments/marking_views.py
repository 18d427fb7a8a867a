"""Pages of mentors: the marking queue, one piece of work beside its rubric, answers to judge."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from flask import Response, make_response, request, url_for

from sanggar import clock, errors
from sanggar.assessments import (
    anchors,
    content,
    desk,
    forms,
    grading,
    judging,
    marking_rules,
    queue_links,
    reading,
    service,
    snippets,
    undecided,
    uploads,
)
from sanggar.assessments.blueprint import bp
from sanggar.assessments.content import Task
from sanggar.assessments.marking import Marks
from sanggar.kernel import access, db, web
from sanggar.kernel.access import Role
from sanggar.kernel.files import filecheck
from sanggar.kernel.i18n import _
from sanggar.kernel.templating import clock_time


@bp.get("/marking")
@access.allow(Role.MENTOR)
def queue() -> Response:
    """Show a mentor what waits, the oldest first."""
    person, now = access.principal(), clock.now()
    found = desk.queue(person, now)
    titles = {line.track: content.track(line.track).title for line in found.lines}
    return web.page(
        "assessments/queue.html", queue=found, titles=titles, now=now, more=queue_links.links(person),
        answers=reading.to_judge(person.tracks, person.id),
        undecided=undecided.waiting(person),
        tracks=[content.track(t).title for t in sorted(person.tracks) if content.known(t)],
    )  # fmt: skip


@bp.get("/marking/<int:submission_id>")
@access.allow(Role.MENTOR)
def mark(submission_id: int) -> Response:
    """Show a piece of work and, once it is taken, its rubric."""
    return _mark_page(submission_id)


def _mark_page(
    submission_id: int, marks: Marks | None = None, refused: errors.SanggarError | None = None
) -> Response:
    now = clock.now()
    found = desk.desk(access.principal(), submission_id, now)
    mine = found.mine
    if marks is None:
        marks = Marks(mine.levels, mine.comments, mine.comment) if mine else Marks()
    return web.page(
        "assessments/mark.html", status=refused.status if refused else 200, desk=found, marks=marks,
        holding=found.holding(now), now=now, fields=refused.fields if refused else {},
        problem=refused.message if refused else "", level_names=desk.LEVEL_NAMES,
        bank=snippets.of(access.principal().id, found.submission.track),
        saved=_saved(mine.saved_at) if mine and mine.saved_at > mine.started_at else "",
    )  # fmt: skip


def _saved(at: datetime) -> str:
    return str(_("Saved %(time)s", time=clock_time(at).removesuffix(" WIB")))


@bp.post("/marking/<int:submission_id>/take")
@access.allow(Role.MENTOR)
def take(submission_id: int) -> Response:
    """Hold a piece of work for two hours."""
    service.take(access.principal(), submission_id, clock.now())
    return web.go(url_for("assessments.mark", submission_id=submission_id))


@bp.post("/marking/<int:submission_id>/give-back")
@access.allow(Role.MENTOR)
def give_back(submission_id: int) -> Response:
    """Let somebody else mark it."""
    service.give_back(access.principal(), submission_id, clock.now())
    return web.go(url_for("assessments.queue"), _("Back in the queue. Your draft is kept."))


@bp.post("/marking/<int:submission_id>")
@access.allow(Role.MENTOR)
def save(submission_id: int) -> Response:
    """Save the marks as a draft, or hand them in and take up the next piece."""
    person, now = access.principal(), clock.now()
    task = desk.desk(person, submission_id, now).task
    marks = forms.marks_form(task.assignment, request.form)
    action = request.form.get("action", "")
    try:
        marks = _with_bank(task, marks, now)
        if action == "submit":
            service.submit_marks(person, submission_id, marks, now)
        elif action in (marking_rules.ACCEPTED, marking_rules.RETURNED):
            service.decide_deliverable(person, submission_id, action, marks.comment, now)
        else:
            mine = service.save_marks(person, submission_id, marks, now)
            return _draft_saved(submission_id, _saved(mine.saved_at))
    except errors.Invalid as refused:
        db.keep()  # the draft is saved even when it is not complete
        return _mark_page(submission_id, marks, refused)
    return _to_next(submission_id, _("Thank you. Your marks are in."))


def _with_bank(task: Task, marks: Marks, now: datetime) -> Marks:
    """Return the marks with a comment of the bank put in, or change the bank, as the buttons say."""
    me, track = access.principal().id, task.track.id
    if gone := request.form.get("drop", ""):
        snippets.drop(me, _number(gone))
    criterion, _colon, key = request.form.get("use", "").partition(":")
    if criterion in {c.id for c in task.assignment.rubric} if task.assignment else False:
        text = snippets.use(me, _number(key)).text
        before = marks.comments.get(criterion, "").rstrip()
        comments = {**marks.comments, criterion: f"{before}\n{text}".strip()}
        return replace(marks, comments=comments)
    if (kept := request.form.get("keep", "")) in marks.comments:
        snippets.keep(me, track, kept, marks.comments[kept], now)
    return marks


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


@bp.post("/marking/<int:submission_id>/anchor")
@access.allow(Role.MENTOR)
def make_anchor(submission_id: int) -> Response:
    """Make decided work an anchor, or take it out of the anchors."""
    person, now = access.principal(), clock.now()
    desk.desk(person, submission_id, now)
    url = url_for("assessments.mark", submission_id=submission_id)
    if request.form.get("retire"):
        anchors.retire(person, submission_id, now)
        return web.go(url, _("It is no anchor any more."))
    anchors.make(person, submission_id, now)
    return web.go(url, _("Colleagues will mark it again without knowing; it decides nothing."))


def _draft_saved(submission_id: int, text: str) -> Response:
    if request.headers.get("X-Requested-With") == "autosave":
        response = make_response(text)
        response.mimetype = "text/plain"
        return response
    return web.go(url_for("assessments.mark", submission_id=submission_id), text)


def _to_next(done: int, text: str) -> Response:
    following = desk.next_in_queue(access.principal(), clock.now(), after=done)
    if following is None:
        return web.go(url_for("assessments.queue"), text)
    return web.go(url_for("assessments.mark", submission_id=following), text)


@bp.route("/marking/answers/<int:item_id>", methods=["GET", "POST"])
@access.allow(Role.MENTOR)
def judge(item_id: int) -> Response:
    """Judge an answer that no grader could."""
    person, form = access.principal(), forms.JudgeForm()
    found = reading.to_judge(person.tracks, person.id, item_id)
    if not found:
        raise errors.NotFound
    status, problem = 200, ""
    if request.method == "POST":
        try:
            share = {str(s): s for s in judging.SHARES}.get(request.form.get("share", ""), -1.0)
            service.judge_item(person, item_id, share, form.note.data or "", clock.now())
            return web.go(url_for("assessments.queue"), _("Thank you. The answer is judged."))
        except errors.Invalid as refused:
            status, problem = 422, str(refused.fields.get("share", ""))
            form.note.errors = [str(refused.fields["note"])] if "note" in refused.fields else []
    return web.page(
        "assessments/judge.html", status=status, answer=found[0], form=form, problem=problem,
        chosen=request.form.get("share", ""), shares=judging.SHARES,
        files=uploads.listed(found[0].response), judged=grading.judged(found[0].item),
        stem=reading.stem(found[0].item), pictures=filecheck.IMAGES,
    )  # fmt: skip


@bp.route("/marking/exams/<int:attempt_id>", methods=["GET", "POST"])
@access.allow(Role.MENTOR)
def clear(attempt_id: int) -> Response:
    """Decide an adaptive exam whose result lies too close to the mark."""
    person, form = access.principal(), forms.JudgeForm()
    found = undecided.one(person, attempt_id)
    problem = ""
    if request.method == "POST":
        try:
            verdict = request.form.get("verdict", "")
            undecided.decide(person, attempt_id, verdict, form.note.data or "", clock.now())
            return web.go(url_for("assessments.queue"), _("Thank you. The exam is decided."))
        except errors.Invalid as refused:
            problem = str(refused.fields.get("verdict", ""))
            form.note.errors = [str(refused.fields["note"])] if "note" in refused.fields else []
    return web.page(
        "assessments/undecided.html", status=422 if problem or form.note.errors else 200,
        exam=found, form=form, problem=problem, verdict=request.form.get("verdict", ""),
        items=reading.review(attempt_id),
    )  # fmt: skip
