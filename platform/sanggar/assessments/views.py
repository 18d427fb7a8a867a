"""Pages of exams: rules before the start, one question a page, overview, result, review."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

from flask import Response, jsonify, make_response, request, url_for
from jinja2.utils import htmlsafe_json_dumps

from sanggar import clock, errors, ids
from sanggar.assessments import (
    adaptive,
    clocks,
    content,
    forms,
    item_views,
    logbook,
    marking_views,
    reading,
    rest_views,
    rules,
    sat_views,
    service,
    uploads,
    work_views,
)
from sanggar.assessments.answers import Saved
from sanggar.assessments.blueprint import bp
from sanggar.assessments.models import Attempt, AttemptState, SaveVerdict
from sanggar.assessments.reading import Sitting
from sanggar.invigilation import queries as invigilation
from sanggar.kernel import access, db, i18n, web
from sanggar.kernel.access import Role
from sanggar.kernel.i18n import _, _n
from sanggar.kernel.templating import clock_time
from sanggar.plugin.track import ReviewRules

#: `bp` carries the pages of all these modules
__all__ = ["bp", "item_views", "marking_views", "rest_views", "sat_views", "work_views"]


@bp.get("/exams/<track>/<assessment>")
@access.allow(Role.TALENT)
def intro(track: str, assessment: str) -> Response:
    """Show the rules of an exam, what is left of it, and the way in."""
    return _intro(track, assessment)


def _intro(track: str, assessment: str, refused: errors.SanggarError | None = None) -> Response:
    now, person = clock.now(), access.principal()
    owner, exam = content.assessment(track, assessment)
    history = reading.history(person.id, track, assessment)
    live = next((s for s in history if s.live), None)
    mine = invigilation.granted(person.id, now)
    return web.page(
        "assessments/intro.html", status=refused.status if refused else 200, track=owner, exam=exam,
        problem=refused.message if refused else "", fields=refused.fields if refused else {},
        typed=request.form.get("code", "")[:40], now=now, live=live,
        past=[s for s in history if not s.live],
        rehearsals=content.rehearsals(owner, exam),
        windows=reading.windows(person.id, exam, track, now), most=rules.most_items(exam),
        adapts=adaptive.adapts(owner, exam, now),
        minutes=round(mine.minutes(exam.minutes)), mine=mine,
        minutes_left=live.minutes_left(now) if live else 0,
        allowance=rules.allowance(exam.attempts, reading.past(history), now),
        waiting_days=rules.waiting_days(exam.attempts),
    )  # fmt: skip


@bp.post("/exams/<track>/<assessment>/start")
@access.allow(Role.TALENT)
def start(track: str, assessment: str) -> Response:
    """Start an attempt, or go on with the live one."""
    place = service.Place(
        code=request.form.get("code", "")[:40], address=request.remote_addr or "",
        language=i18n.language(), device=forms.device(request.user_agent.string),
    )  # fmt: skip
    try:
        attempt = service.start_attempt(
            access.principal().id, track, assessment, clock.now(), place
        )
    except (errors.Conflict, errors.Invalid) as refused:
        return _intro(track, assessment, refused)
    return web.go(url_for("assessments.attempt", attempt_id=attempt.id))


@bp.get("/attempts/<int:attempt_id>")
@access.allow(Role.TALENT)
def attempt(attempt_id: int) -> Response:
    """Go to where one is: the first open question, the overview or the result."""
    sitting = reading.sitting(attempt_id, access.principal().id)
    if not sitting.live:
        return web.go(url_for("assessments.result", attempt_id=attempt_id))
    if sitting.adaptive:
        here = url_for("assessments.question", attempt_id=attempt_id, position=sitting.size)
        return web.go(here)
    open_ = [dot.position for dot in reading.dots(attempt_id) if not dot.answered]
    if not open_:
        return web.go(url_for("assessments.overview", attempt_id=attempt_id))
    return web.go(url_for("assessments.question", attempt_id=attempt_id, position=open_[0]))


@bp.get("/attempts/<int:attempt_id>/<int:position>")
@access.allow(Role.TALENT)
def question(attempt_id: int, position: int) -> Response:
    """Show one question."""
    sitting = reading.sitting(attempt_id, access.principal().id)
    if closed := _closed(sitting):
        return closed
    if sitting.adaptive and position != sitting.size:
        return web.go(url_for("assessments.question", attempt_id=attempt_id, position=sitting.size))
    return _question(sitting, position)


def _closed(sitting: Sitting) -> Response | None:
    """Answer for an attempt that takes no more answers; None while it does."""
    if not sitting.live:
        return web.go(url_for("assessments.result", attempt_id=sitting.id))
    if sitting.overdue(clock.now()):
        return web.page("assessments/time_up.html", sitting=sitting)
    if sitting.clock.resting(clock.now()):
        return web.go(url_for("assessments.rest", attempt_id=sitting.id))
    if not invigilation.inside(sitting.networks, request.remote_addr or ""):
        text = _("This exam can only be taken in the room, on the network there.")
        raise errors.Forbidden(text)
    return None


def _question(sitting: Sitting, position: int, problem: str = "") -> Response:
    if not invigilation.inside(sitting.networks, request.remote_addr or ""):
        return web.go(url_for("assessments.question", attempt_id=sitting.id, position=position))
    now = clock.now()
    shown = reading.question(sitting.id, position)
    dots = reading.dots(sitting.id)
    response = web.page(
        "assessments/question.html", block="quiz", status=422 if problem else 200, problem=problem,
        sitting=sitting, question=shown, dots=dots,
        answered=sum(dot.answered for dot in dots), now=now,
        minutes_left=sitting.minutes_left(now), break_left=sitting.break_left(now),
        seconds_left=max(0, int((sitting.end(now) - now).total_seconds())),
        saved=_saved_words(max((d.saved_at for d in dots if d.saved_at), default=None)),
        client=forms.PLAIN + ids.token(8), words=words(i18n.language()), most=_most(sitting),
    )  # fmt: skip
    response.headers["Cache-Control"] = "no-store"
    if web.wants_fragment():
        response.headers["HX-Push-Url"] = url_for(
            "assessments.question", attempt_id=sitting.id, position=position
        )
    return response


def _most(sitting: Sitting) -> int:
    """Return how many questions there are at most."""
    _track, exam = content.find_assessment(sitting.track, sitting.assessment)
    return rules.most_items(exam) if exam and sitting.adaptive else sitting.size


def _saved_words(at: datetime | None) -> str:
    if at is None:
        return str(_("Every answer is saved by itself."))
    time = clock_time(at).removesuffix(" WIB")
    return "✓ " + str(_("Saved %(time)s. Safe even when the signal is gone.", time=time))


@lru_cache(maxsize=4)
def words(_language: str) -> str:
    """Return what the script of the quiz says, as JSON for an attribute; once for each language."""
    return htmlsafe_json_dumps({
        "many": _n("%(num)s minute left", "%(num)s minutes left", 7).replace("7", "{n}"),
        "one": _n("%(num)s minute left", "%(num)s minutes left", 1).replace("1", "{n}"),
        "last": _("Less than a minute left"),
        "up": _("Time is up"),
        "soon": _("5 minutes left. Everything you answered is saved."),
        "saving": _("Saving …"),
        "offline": _("No signal. Your answer is kept on this device and sent by itself."),
        "files": _("No signal. Your files are not sent yet: press the button again when it is back."),
        "large": _("The files are too large to be sent together. Choose fewer or smaller ones."),
        "late": _("This answer came after the time was up, so it does not count. All earlier ones do."),
        "signin": _("Your session has ended. Your answers are kept on this device: sign in again in a new tab, then come back here."),
        "closing": _("The time is up. Your answers are being graded."),
    })  # fmt: skip


@bp.post("/attempts/<int:attempt_id>/<int:position>")
@access.allow(Role.TALENT)
def answer(attempt_id: int, position: int) -> Response:
    """Save one answer; go on to the next page unless a script only saves."""
    now, form = clock.now(), forms.answer_form(request.form, request.files)
    person = access.principal().id
    files = uploads.prepare(person, attempt_id, position, form.fields, form.files)
    held = service.hold(attempt_id, person)
    if form.token != held.token:
        raise errors.Conflict(_("This page belongs to another attempt. Reload it."))
    taken = uploads.take(held, position, form.fields, files, now)
    if not invigilation.inside(held.networks, request.remote_addr or ""):
        service.note_elsewhere(held, now)
    saved = service.answer_from_form(
        held, position, taken.fields, seq=form.seq, client=form.client, newest=form.plain, now=now
    )
    if saved.refused:
        db.keep()  # the log keeps what came too late
        return _refused(held, saved)
    if taken.problems and not clocks.of(held).resting(now):
        db.keep()  # files that are fine stay
        return _question(reading.sitting(attempt_id, person), position, " ".join(taken.problems))
    if web.wants_json():
        return jsonify(ok=True, **_receipt(held, saved, now))
    return _ahead(held, position, form.go, now)


def _ahead(held: Attempt, position: int, go: str, now: datetime) -> Response:
    """Go on; an adaptive exam chooses its next item by the answer that was just saved."""
    if go == "rest" or clocks.of(held).resting(now):
        return rest_views.begin(held, now)
    chosen = held.selection == "adaptive" and go in ("next", "skip")
    if chosen and not service.advance(held, position, now, skip=go == "skip"):
        here = url_for("assessments.question", attempt_id=held.id, position=position)
        return web.go(here, _("Answer first, or say that you do not know."), kind="warn")
    return _onward(held, position, go)


def _receipt(held: Attempt, saved: Saved, now: datetime) -> dict[str, Any]:
    shown = clocks.of(held)
    left = max(0, int((shown.end(now) - now).total_seconds()))
    return {
        "verdict": saved.verdict, "seq": held.last_seq, "left": left,
        "saved": _saved_words(saved.at), "paused": shown.standing(now),
    }  # fmt: skip


def _refused(held: Attempt, saved: Saved) -> Response:
    """Say clearly that an answer came too late, and where the result is."""
    url = url_for("assessments.result", attempt_id=held.id)
    text = (
        _("This answer came after the time was up, so it does not count. All earlier ones do.")
        if saved.verdict is SaveVerdict.LATE
        else _("This attempt is already submitted, so this answer does not count.")
    )
    if web.wants_json():
        body = jsonify(ok=False, verdict=saved.verdict, error=text, url=url)
        return make_response(body, 409)
    return web.page("assessments/late.html", status=409, message=text, url=url)


def _onward(held: Attempt, position: int, go: str) -> Response:
    """Show what comes after a saved answer."""
    targets = {"next": position + 1, "previous": max(1, position - 1)}
    target = int(go) if go.isascii() and go.isdigit() and len(go) < 5 else targets.get(go, position)
    if go == "leave":
        return web.go(
            url_for("assessments.intro", track=held.track, assessment=held.assessment),
            _("Everything is saved. The clock goes on."),
        )
    if held.state is not AttemptState.LIVE:  # an adaptive exam had enough
        return web.go(url_for("assessments.result", attempt_id=held.id))
    if held.selection == "adaptive":
        target = held.size
    elif go == "overview" or not 1 <= target <= held.size:
        return web.go(url_for("assessments.overview", attempt_id=held.id))
    if web.wants_fragment():
        return _question(reading.sitting(held.id or 0, held.person_id), target)
    return web.go(url_for("assessments.question", attempt_id=held.id, position=target))


@bp.get("/attempts/<int:attempt_id>/overview")
@access.allow(Role.TALENT)
def overview(attempt_id: int) -> Response:
    """Show which questions are still open, before submitting."""
    sitting, now = reading.sitting(attempt_id, access.principal().id), clock.now()
    if closed := _closed(sitting):
        return closed
    if sitting.adaptive:  # there is nothing to look over, and it ends by itself
        return web.go(url_for("assessments.question", attempt_id=attempt_id, position=sitting.size))
    dots = reading.dots(attempt_id)
    return web.page(
        "assessments/overview.html", sitting=sitting, dots=dots,
        open_=[dot.position for dot in dots if not dot.answered],
        minutes_left=sitting.minutes_left(now), break_left=sitting.break_left(now),
        seconds_left=max(0, int((sitting.end(now) - now).total_seconds())),
        words=words(i18n.language()),
    )  # fmt: skip


@bp.post("/attempts/<int:attempt_id>/submit")
@access.allow(Role.TALENT)
def submit(attempt_id: int) -> Response:
    """Submit the attempt; it is graded at once."""
    service.submit_attempt(attempt_id, access.principal().id, clock.now())
    return web.go(url_for("assessments.result", attempt_id=attempt_id))


@bp.get("/attempts/<int:attempt_id>/result")
@access.allow(Role.TALENT)
def result(attempt_id: int) -> Response:
    """Show the score by unit, the decision, and what can be done next."""
    person, now = access.principal(), clock.now()
    sitting = reading.sitting(attempt_id, person.id)
    if sitting.live:
        return _closed(sitting) or web.go(url_for("assessments.attempt", attempt_id=attempt_id))
    owner, exam = content.find_assessment(sitting.track, sitting.assessment)
    history = reading.history(person.id, sitting.track, sitting.assessment)
    allowed = rules.allowance(exam.attempts, reading.past(history), now) if exam else None
    return web.page(
        "assessments/result.html", sitting=sitting, track=owner, exam=exam, allowance=allowed, now=now,
        reviewable=_reviewable(sitting, now), likely=reading.likely(sitting, exam, now),
        titles={u.id: u.title for u in owner.units} if owner else {},
    )  # fmt: skip


@bp.get("/attempts/<int:attempt_id>/review")
@access.allow(Role.TALENT)
def review(attempt_id: int) -> Response:
    """Show every question with its answer and explanation, once the attempt is decided."""
    sitting = reading.sitting(attempt_id, access.principal().id)
    if not _reviewable(sitting, clock.now()):
        return web.go(url_for("assessments.attempt", attempt_id=attempt_id))
    if reading.examined(access.principal().id, sitting.track):  # of the same questions
        text = _("While your exam runs, the explanations of this skill track are closed.")
        return web.go(url_for("assessments.result", attempt_id=attempt_id), text, kind="warn")
    _track, exam = content.find_assessment(sitting.track, sitting.assessment)
    return web.page(
        "assessments/review.html", sitting=sitting, items=reading.review(attempt_id),
        show=(exam.review if exam else ReviewRules()).show,
    )  # fmt: skip


def _reviewable(sitting: Sitting, now: datetime) -> bool:
    """Return whether a talent may look through an attempt: it is decided and its exam allows it."""
    _track, exam = content.find_assessment(sitting.track, sitting.assessment)
    review = exam.review if exam else ReviewRules()
    return sitting.state is AttemptState.DECIDED and rules.may_review(
        review, window_over=invigilation.closed(sitting.window_id, now)
    )


@bp.get("/attempts/<int:attempt_id>/log")
@access.allow(Role.TALENT)
def record(attempt_id: int) -> Response:
    """Show a talent everything that was written down about an attempt."""
    sitting = reading.sitting(attempt_id, access.principal().id)
    return web.page("assessments/record.html", sitting=sitting, entries=logbook.entries(attempt_id))
