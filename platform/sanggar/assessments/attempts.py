"""Exam attempts: start, save, submit, decide. Whatever was received is kept.

Every verb may be called twice: starting returns the live attempt, saving knows each answer by the
tab that sent it and its sequence number, submitting returns the decided attempt. All of them hold
the attempt's row, so two tabs take turns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from sanggar import clock, errors, ids
from sanggar.assessments import content, grading, rules
from sanggar.assessments.models import (
    Answer,
    AnswerLog,
    AssessmentLog,
    Attempt,
    AttemptItem,
    AttemptState,
    SaveVerdict,
)
from sanggar.kernel import db, events, jobs, log
from sanggar.kernel.i18n import _l
from sanggar.plugin.events import AttemptGraded
from sanggar.plugin.track import Assessment, PassRules, Track

#: Browsers count exactly up to here; larger sequence numbers are nonsense.
MAX_SEQ = 2**53 - 1


@dataclass(frozen=True)
class Saved:
    """What became of an answer; `at` is when the server first received it."""

    verdict: SaveVerdict
    at: datetime
    seq: int

    @property
    def refused(self) -> bool:
        """True when the answer came too late to count."""
        return self.verdict in (SaveVerdict.LATE, SaveVerdict.CLOSED)


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


def start_attempt(person_id: int, track_id: str, assessment_id: str, now: datetime) -> Attempt:
    """Start an attempt, or return the live one.

    Parameters
    ----------
    person_id : int
    track_id, assessment_id : str
        As in the plugin's files.
    now : datetime
        Aware; the deadline is counted from it.

    Returns
    -------
    Attempt
        Live, with its form drawn; the same one when called again before its deadline.

    Raises
    ------
    Conflict
        When no attempt is left or the waiting time is not over; the intro page says until when.
    """
    owner, exam = content.assessment(track_id, assessment_id)
    key = f"{person_id}:{track_id}:{assessment_id}"
    live = _live(key)
    if live is not None:
        if rules.in_time(live.deadline, now):
            return live
        held = db.lock(Attempt, live.id or 0)
        if held.state is AttemptState.LIVE:
            _decide(held, now, "time_up")
    allowed = rules.allowance(exam.attempts, past_attempts(person_id, track_id, assessment_id), now)
    if not allowed.now:
        raise errors.Conflict(_l("This exam cannot be started yet. Its page says when it can."))
    try:
        with db.session().begin_nested():
            return _begin(person_id, owner, exam, key, now)
    except IntegrityError:  # another tab was quicker by a moment
        live = _live(key)
        if live is None:
            raise
        return live


def _begin(person_id: int, owner: Track, exam: Assessment, key: str, now: datetime) -> Attempt:
    seed = ids.token(16)
    try:
        form = rules.draw_form(exam, owner.items, seed)
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
            seed=seed, token=ids.token(16), size=len(form), started_at=now,
            deadline=rules.deadline_of(now, exam.minutes), live_key=key,
            pass_total=exam.pass_rules.total, pass_each_unit=exam.pass_rules.each_unit,
        )
    )  # fmt: skip
    db.session().execute(insert(AttemptItem), [
        {
            "attempt_id": attempt.id, "position": position, "item_id": drawn.item.id,
            "item_version": drawn.item.version, "unit": drawn.item.area,
            "points": drawn.item.points, "item": grading.snapshot(drawn.item),
            "option_order": list(drawn.order), "needs_human": False,
        }
        for position, drawn in enumerate(form, 1)
    ])  # fmt: skip
    _note(attempt, "started", now)
    return attempt


def _note(attempt: Attempt, kind: str, now: datetime, **data: Any) -> None:
    db.session().add(
        AssessmentLog(
            at=now, person_id=attempt.person_id, attempt_id=attempt.id, kind=kind, data=data
        )
    )


def hold(attempt_id: int, person_id: int) -> Attempt:
    """Return one's own attempt and hold it until the transaction ends."""
    attempt = db.lock(Attempt, attempt_id)
    if attempt.person_id != person_id:
        raise errors.NotFound
    return attempt


def answer_from_form(
    attempt: Attempt,
    position: int,
    form: Mapping[str, list[str]],
    *,
    seq: int,
    client: str,
    newest: bool,
    now: datetime,
) -> Saved:
    """Save what a form says about one item; `attempt` is held by the caller.

    Parameters
    ----------
    attempt : Attempt
        From `hold`.
    position : int
        Place of the item in the form, from 1.
    form : mapping of str to list of str
        The fields; the item's question type reads those whose names start with ``answer``.
    seq, client, newest, now
        See `save_answer`.
    """
    row = _item_row(attempt, position)
    response = grading.read(grading.restore(row.item), form)
    return _save(
        attempt, row.id, position, response, seq=seq, client=client, newest=newest, now=now
    )


def save_answer(
    attempt_id: int,
    position: int,
    response: Any,
    seq: int,
    now: datetime,
    *,
    client: str = "",
    newest: bool = False,
) -> Saved:
    """Save the response to one item: once for each (client, seq), the highest seq wins.

    Parameters
    ----------
    attempt_id : int
    position : int
        Place of the item in the form, from 1.
    response : JSON value or None
        As made by the question type's `read`; None takes the answer back.
    seq : int
        Sequence number the client counts up with every change.
    now : datetime
        When the server received it: the only clock that decides what is late.
    client : str
        The tab or device that counts `seq`.
    newest : bool
        A plain form without a counter: order it after everything received so far.

    Returns
    -------
    Saved
        ``saved``; ``stale`` when a newer answer is already there; ``late`` or ``closed`` when it
        came after the deadline or after the attempt was decided (kept in the log only).
    """
    attempt = db.lock(Attempt, attempt_id)
    row = _item_row(attempt, position)
    return _save(
        attempt, row.id, position, response, seq=seq, client=client, newest=newest, now=now
    )


def _item_row(attempt: Attempt, position: int) -> Any:
    row = db.session().execute(
        select(AttemptItem.id, AttemptItem.item).where(
            col(AttemptItem.attempt_id) == attempt.id, col(AttemptItem.position) == position
        )
    ).first()  # fmt: skip
    if row is None:
        raise errors.NotFound
    return row


def _save(
    attempt: Attempt, item_row_id: int, position: int, response: Any,
    *, seq: int, client: str, newest: bool, now: datetime,
) -> Saved:  # fmt: skip
    if not 0 < seq <= MAX_SEQ or len(client) > 40:
        raise errors.BadRequest(_l("This answer has no valid sequence number. Reload the page."))
    session = db.session()
    seen = session.exec(
        select(AnswerLog).where(
            col(AnswerLog.attempt_id) == attempt.id,
            col(AnswerLog.client) == client,
            col(AnswerLog.client_seq) == seq,
        )
    ).first()
    if seen is not None:
        if (seen.position, seen.response) == (position, response):
            return Saved(seen.verdict, seen.received_at, seq)
        # the same page was edited and sent again: that is a new answer, never a repetition
        seq, newest = attempt.last_seq + 1, True
    order = max(seq, attempt.last_seq + 1) if newest else seq
    current = session.exec(select(Answer).where(col(Answer.attempt_item_id) == item_row_id)).first()
    verdict = _verdict(attempt, current, order, now)
    session.add(
        AnswerLog(
            attempt_id=attempt.id or 0, client=client, client_seq=seq, position=position,
            response=response, received_at=now, verdict=verdict,
        )
    )  # fmt: skip
    attempt.last_seq = max(attempt.last_seq, order)
    if verdict is SaveVerdict.SAVED:
        if current is None:
            current = Answer(
                attempt_item_id=item_row_id, attempt_id=attempt.id or 0, seq=order, saved_at=now
            )
        current.response, current.answered = response, response is not None
        current.seq, current.saved_at = order, now
        session.add(current)
    elif verdict is SaveVerdict.LATE:
        _note(attempt, "late_answer", now, position=position)
        _decide(attempt, now, "time_up")
    db.flush()
    return Saved(verdict, now, order)


def _verdict(attempt: Attempt, current: Answer | None, order: int, now: datetime) -> SaveVerdict:
    if attempt.state is not AttemptState.LIVE:
        return SaveVerdict.CLOSED
    if not rules.in_time(attempt.deadline, now):
        return SaveVerdict.LATE
    if current is not None and current.seq > order:
        return SaveVerdict.STALE
    return SaveVerdict.SAVED


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
        _decide(attempt, now, "submitted" if rules.in_time(attempt.deadline, now) else "time_up")
    return attempt


def decide_overdue(now: datetime) -> int:
    """Decide every live attempt whose deadline and grace are over; return how many."""
    overdue = db.session().execute(
        select(Attempt.id).where(
            col(Attempt.state) == AttemptState.LIVE, col(Attempt.deadline) < now - rules.GRACE
        ).order_by(col(Attempt.deadline)).limit(500)
    ).scalars().all()  # fmt: skip
    for attempt_id in overdue:
        attempt = db.lock(Attempt, attempt_id or 0)
        if attempt.state is AttemptState.LIVE:
            _decide(attempt, now, "time_up")
    return len(overdue)


@jobs.every(minute="*")
def expire_attempts() -> None:
    """Decide attempts that ran out of time while nobody looked."""
    decide_overdue(clock.now())


def _decide(attempt: Attempt, now: datetime, why: str) -> None:
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
    attempt.submitted_at = min(now, attempt.deadline + rules.GRACE)
    attempt.live_key = None
    attempt.state = AttemptState.REVIEW
    _note(attempt, why, now)
    if any(grade.needs_human for _, grade in graded):
        _note(attempt, "needs_a_person", now, items=sum(g.needs_human for _, g in graded))
        db.flush()
    else:
        conclude(attempt, now)


def conclude(attempt: Attempt, now: datetime) -> None:
    """Add up a graded attempt and tell who waits for it."""
    rows = db.session().execute(
        select(AttemptItem.unit, AttemptItem.points, AttemptItem.share).where(
            col(AttemptItem.attempt_id) == attempt.id
        )
    )
    result = rules.score([rules.Scored(unit, points, share or 0.0) for unit, points, share in rows])
    attempt.score, attempt.by_unit = result.total, result.by_unit
    attempt.passed = rules.passes(
        PassRules(total=attempt.pass_total, each_unit=attempt.pass_each_unit), result
    )
    attempt.state, attempt.decided_at = AttemptState.DECIDED, now
    _note(attempt, "decided", now, score=result.total, passed=attempt.passed)
    db.flush()
    events.emit(
        AttemptGraded(
            at=now, person=attempt.person_id, track=attempt.track, assessment=attempt.assessment,
            attempt=attempt.id or 0, score=result.total, passed=attempt.passed,
        )
    )  # fmt: skip
