"""Exam attempts: start, save, submit, decide. Whatever was received is kept.

Every verb may be called twice: starting returns the live attempt, saving knows each answer by the
tab that sent it and its sequence number, submitting returns the decided attempt. All of them hold
the attempt's row, so two tabs take turns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any

from sqlalchemy import func, insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from sanggar import clock, errors, ids
from sanggar.assessments import adaptive, clocks, content, drawing, grading, rules
from sanggar.assessments.dealing import Drawn
from sanggar.assessments.models import (
    Answer,
    AssessmentLog,
    Attempt,
    AttemptItem,
    AttemptState,
)
from sanggar.invigilation import queries as invigilation
from sanggar.invigilation import service as admission
from sanggar.kernel import db, events, jobs, log
from sanggar.kernel.i18n import _l
from sanggar.plugin.events import AttemptGraded
from sanggar.plugin.track import Assessment, PassRules, Track
from sanggar.programme import queries as programme


def past_attempts(person_id: int, track: str, assessment: str) -> list[rules.Past]:
    """Return the attempts that count against the limit."""
    rows = db.session().execute(
        select(Attempt.started_at, Attempt.submitted_at, Attempt.deadline).where(
            col(Attempt.person_id) == person_id,
            col(Attempt.track) == track,
            col(Attempt.assessment) == assessment,
            col(Attempt.state).in_((AttemptState.REVIEW, AttemptState.DECIDED)),
        )
    )
    return [rules.Past(started, ended or deadline) for started, ended, deadline in rows]


def _live(key: str) -> Attempt | None:
    return db.session().exec(select(Attempt).where(col(Attempt.live_key) == key)).first()


@dataclass(frozen=True)
class Place:
    """Where somebody begins: the code typed, the network address, language and kind of device."""

    code: str = ""
    address: str = ""
    language: str = ""
    device: str = ""


def start_attempt(
    person_id: int, track_id: str, assessment_id: str, now: datetime, place: Place = Place()
) -> Attempt:
    """Start an attempt, or return the live one.

    Parameters
    ----------
    person_id : int
    track_id, assessment_id : str
        As in the plugin's files.
    now : datetime
        Aware; the deadline is counted from it.
    place : Place
        Looked at where the exam has opening windows.

    Returns
    -------
    Attempt
        Live, with its form drawn; the same one when called again before its deadline.

    Raises
    ------
    Conflict
        When no attempt is left, the waiting time is not over or no window is open; the intro page
        says until when.
    Invalid
        When the code of the room is missing or wrong.
    """
    owner, exam = content.assessment(track_id, assessment_id)
    key = f"{person_id}:{track_id}:{assessment_id}"
    live = _live(key)
    if live is not None:
        if rules.in_time(clocks.of(live).end(now), now):
            return live
        held = db.lock(Attempt, live.id or 0)
        if held.state is AttemptState.LIVE:
            decide(held, now, "time_up")
    allowed = rules.allowance(exam.attempts, past_attempts(person_id, track_id, assessment_id), now)
    if not allowed.now:
        raise errors.Conflict(_l("This exam cannot be started yet. Its page says when it can."))
    conditions = _conditions(person_id, owner, exam, place, now)
    try:
        with db.session().begin_nested():
            return _begin(person_id, owner, exam, key, conditions, now)
    except IntegrityError:  # another tab was quicker by a moment
        live = _live(key)
        if live is None:
            raise
        return live


def _conditions(
    person_id: int, owner: Track, exam: Assessment, place: Place, now: datetime
) -> dict[str, Any]:
    """Return the columns that say under which conditions this person sits this exam now."""
    enrolment = programme.enrolment(person_id)
    hub_id = enrolment.hub_id if enrolment else None
    granted = invigilation.granted(person_id, now)
    minutes = granted.minutes(exam.minutes)
    found: dict[str, Any] = {
        "hub_id": hub_id, "extra_percent": granted.extra_percent,
        "break_minutes": granted.break_minutes, "language": place.language[:5],
        "device": place.device[:10], "deadline": now + timedelta(minutes=minutes),
        "paused_at": now if hub_id and invigilation.outage(hub_id) else None,
    }  # fmt: skip
    if exam.opening == "window":
        window = admission.admit(
            hub_id, owner.id, exam.id, now, code=place.code, address=place.address, taken=_taken
        )
        found |= {"window_id": window.id, "networks": list(window.networks)}
        if window.late == "stop":
            end = window.closes_at + timedelta(minutes=minutes - exam.minutes)
            found["deadline"] = min(found["deadline"], end)
    return found


def _taken(window_id: int) -> int:
    return int(
        db.session()
        .execute(select(func.count()).where(col(Attempt.window_id) == window_id))
        .scalar_one()
    )


def _begin(
    person_id: int,
    owner: Track,
    exam: Assessment,
    key: str,
    conditions: dict[str, Any],
    now: datetime,
) -> Attempt:
    seed = ids.token(16)
    chosen = (
        adaptive.first(owner, exam, person_id, seed, now) if exam.selection == "adaptive" else None
    )
    try:
        form = [chosen.drawn] if chosen else drawing.draw(person_id, owner, exam, seed, now)
    except rules.BlueprintShort as short:
        log.get().error("blueprint_short", track=owner.id, problem=str(short))
        raise errors.Conflict(
            _l(
                "This exam is not ready: its question bank is incomplete. Please tell your hub officer."
            )
        ) from short
    attempt = db.add(
        Attempt(
            person_id=person_id, track=owner.id, assessment=exam.id, track_version=owner.version,
            seed=seed, token=ids.token(16), size=len(form), started_at=now, live_key=key,
            pass_total=exam.pass_rules.total,
            pass_each_unit=0 if chosen else exam.pass_rules.each_unit,
            selection="adaptive" if chosen else "fixed" if exam.selection == "fixed" else "random",
            **conditions,
        )
    )  # fmt: skip
    place_items(attempt, form, 1, [chosen] if chosen else ())
    note(
        attempt, "started", now, window=attempt.window_id, extra=attempt.extra_percent,
        breaks=attempt.break_minutes,
    )  # fmt: skip
    return attempt


def place_items(
    attempt: Attempt, form: Sequence[Drawn], first: int, chosen: Sequence[Any] = ()
) -> None:
    """Write items into an attempt from a position on; `chosen` says how an adaptive exam chose them."""
    db.session().execute(insert(AttemptItem), [
        {
            "attempt_id": attempt.id, "position": position, "item_id": drawn.item.id,
            "item_version": drawn.item.version, "unit": drawn.item.area,
            "points": drawn.item.points, "item": grading.snapshot(drawn.item),
            "option_order": list(drawn.order), "needs_human": False,
            "scored": how.scored if how else True,
            "parameters": list(how.parameters) if how and how.parameters else None,
        }
        for position, (drawn, how) in enumerate(
            zip_longest(form, chosen), first
        )
    ])  # fmt: skip


def advance(attempt: Attempt, position: int, now: datetime, *, skip: bool = False) -> bool:
    """Ask the next question of an adaptive attempt, or end it; `attempt` is held by the caller.

    Asking twice from the same question changes nothing: the second time it is not the last any
    more. Without an answer it stays, unless the talent says that they do not know (`skip`): false.
    """
    if attempt.state is not AttemptState.LIVE or position != attempt.size:
        return True
    if clocks.of(attempt).resting(now):
        return True  # nothing is asked in a break
    if not skip and not adaptive.answered(attempt):
        return False
    chosen = adaptive.after(attempt, now)
    if chosen is None:
        decide(attempt, now, "enough")
        return True
    attempt.size += 1
    place_items(attempt, [chosen.drawn], attempt.size, [chosen])
    db.flush()
    return True


def note(attempt: Attempt, kind: str, now: datetime, **data: Any) -> None:
    db.session().add(
        AssessmentLog(
            at=now, person_id=attempt.person_id, attempt_id=attempt.id, kind=kind, data=data
        )
    )


def note_elsewhere(attempt: Attempt, now: datetime) -> None:
    """Write down, once, that answers came from outside the room: kept like all others."""
    known = db.session().exec(
        select(AssessmentLog.id).where(
            col(AssessmentLog.attempt_id) == attempt.id, col(AssessmentLog.kind) == "elsewhere"
        )
    ).first()  # fmt: skip
    if known is None:
        note(attempt, "elsewhere", now)


def settle_rest(attempt: Attempt, now: datetime) -> None:
    """Write down that a break ran out, if it did: back then the clock went on by itself."""
    clock = clocks.of(attempt)
    over = clock.used_up(now)
    if over is not None:
        clocks.keep(attempt, clock.go_on(over))
        note(attempt, "rest_over", over, seconds=round(clock.spent(now).total_seconds()))


def end_rest(attempt: Attempt, now: datetime) -> None:
    """Let the clock go on after a break, if one goes on; what is left of it stays."""
    settle_rest(attempt, now)
    clock = clocks.of(attempt)
    if clock.resting(now):
        clocks.keep(attempt, clock.go_on(now))
        note(attempt, "rest_ended", now, seconds=round(clock.spent(now).total_seconds()))


def hold(attempt_id: int, person_id: int) -> Attempt:
    """Return one's own attempt and hold it until the transaction ends."""
    attempt = db.lock(Attempt, attempt_id)
    if attempt.person_id != person_id:
        raise errors.NotFound
    return attempt


def submit_attempt(attempt_id: int, person_id: int, now: datetime) -> Attempt:
    """Submit one's attempt and have it graded; a submitted attempt is returned as it is.

    Parameters
    ----------
    attempt_id, person_id : int
        Somebody else's attempt is not found.
    now : datetime
        After the deadline the attempt is decided with what was saved in time.

    Returns
    -------
    Attempt
        Decided, or in review while a person must judge an answer.
    """
    attempt = hold(attempt_id, person_id)
    if attempt.state is AttemptState.LIVE:
        in_time = rules.in_time(clocks.of(attempt).end(now), now)
        decide(attempt, now, "submitted" if in_time else "time_up")
    return attempt


def decide_overdue(now: datetime) -> int:
    """Decide every live attempt whose deadline and grace are over; return how many."""
    overdue = db.session().execute(
        select(Attempt.id).where(
            col(Attempt.state) == AttemptState.LIVE, col(Attempt.deadline) < now - rules.GRACE,
            col(Attempt.paused_at).is_(None),
        ).order_by(col(Attempt.deadline)).limit(500)
    ).scalars().all()  # fmt: skip
    decided = 0
    for attempt_id in sorted(i or 0 for i in overdue):  # as everybody locks several attempts
        attempt = db.lock(Attempt, attempt_id)
        if attempt.state is not AttemptState.LIVE or rules.in_time(
            clocks.of(attempt).end(now), now
        ):
            continue  # somebody is resting, or was quicker
        decide(attempt, now, "time_up")
        decided += 1
    return decided


@jobs.every(minute="*")
def expire_attempts() -> None:
    """Decide attempts that ran out of time while nobody looked."""
    decide_overdue(clock.now())


def decide(attempt: Attempt, now: datetime, why: str) -> None:
    """Grade everything that was saved and close the attempt."""
    session = db.session()
    rows = session.execute(
        select(AttemptItem.id, AttemptItem.item, Answer.response)
        .outerjoin(Answer, col(Answer.attempt_item_id) == col(AttemptItem.id))
        .where(col(AttemptItem.attempt_id) == attempt.id)
    ).all()
    graded = [(row_id, grading.grade(grading.restore(item), given)) for row_id, item, given in rows]
    session.execute(update(AttemptItem), [
        {
            "id": row_id, "share": grade.score, "correct": grade.correct,
            "needs_human": grade.needs_human,
            "note": grade.note.model_dump() if grade.note else None,
        }
        for row_id, grade in graded
    ])  # fmt: skip
    end_rest(attempt, now)
    clocks.keep(attempt, clocks.of(attempt).resume(now, now))
    attempt.submitted_at = min(now, attempt.deadline + rules.GRACE)
    attempt.live_key = None
    attempt.state = AttemptState.REVIEW
    note(attempt, why, now)
    if any(grade.needs_human for _, grade in graded):
        note(attempt, "needs_a_person", now, items=sum(g.needs_human for _, g in graded))
        db.flush()
    else:
        conclude(attempt, now)


def conclude(attempt: Attempt, now: datetime) -> None:
    """Add up a graded attempt and tell who waits for it."""
    rows = [
        rules.Scored(unit, points, share or 0.0)
        for unit, points, share in db.session().execute(
            select(AttemptItem.unit, AttemptItem.points, AttemptItem.share).where(
                col(AttemptItem.attempt_id) == attempt.id, col(AttemptItem.scored)
            )
        )
    ]
    if attempt.selection == "adaptive":
        result, passed = adaptive.result(attempt, now)
        if passed is None:  # undecided: a person decides
            attempt.score, attempt.by_unit = result.total, result.by_unit
            note(attempt, "undecided", now, score=result.total)
            db.flush()
            return
    else:
        result = rules.score(rows)
        passed = rules.passes(
            PassRules(total=attempt.pass_total, each_unit=attempt.pass_each_unit), result
        )
    settle(attempt, result, passed, now)


def settle(attempt: Attempt, result: rules.Result, passed: bool, now: datetime) -> None:
    """Write the result of an attempt down and tell who waits for it."""
    if attempt.decided_at is None or passed != attempt.passed:
        attempt.decided_at = now
    attempt.score, attempt.by_unit, attempt.passed = result.total, result.by_unit, passed
    attempt.state = AttemptState.DECIDED
    note(attempt, "decided", now, score=result.total, passed=passed)
    db.flush()
    events.emit(
        AttemptGraded(
            at=now, person=attempt.person_id, track=attempt.track, assessment=attempt.assessment,
            attempt=attempt.id or 0, score=result.total, passed=passed,
            later=attempt.submitted_at is not None and now > attempt.submitted_at,
        )
    )  # fmt: skip
