"""Correcting results after a faulty item, and deciding what talents object to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from sanggar import errors
from sanggar.assessments import queries as assessments
from sanggar.assessments import service as examining
from sanggar.assessments.queries import Verdict
from sanggar.assessments.service import Correction
from sanggar.kernel import db, events
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.forms import clean
from sanggar.kernel.i18n import _, _l
from sanggar.moderation import rules
from sanggar.moderation.models import (
    Appeal,
    AppealState,
    Regrade,
    RegradeAction,
    ScoreChange,
)
from sanggar.plugin.events import AppealDecided, AttemptGraded

MAX_TEXT = 2000


def may_correct(track: str, by: Principal) -> bool:
    """Return whether `by` answers for the bank of a track: its mentors and administrators."""
    return by.has(Role.ADMIN) or (by.has(Role.MENTOR) and track in by.tracks)


def propose(correction: Correction, reason: str, *, by: Principal, now: datetime) -> int:
    """Write down a correction that is not applied yet; the same again is the one that is there.

    Raises
    ------
    NotFound
        For a track of somebody else, or an item version nobody was asked.
    Invalid
        When the reason is missing, or no answer is chosen for ``accept``.
    """
    if not may_correct(correction.track, by):
        raise errors.NotFound
    known = {v.item_version for v in assessments.versions(correction.track, correction.item_id)}
    if correction.item_version not in known:
        raise errors.NotFound
    text = clean(reason)
    faults = {}
    if not text or len(text) > 500:
        faults["reason"] = _("Say in at most 500 characters what is wrong with the question.")
    if correction.action not in list(RegradeAction):
        faults["action"] = _("Choose one of the options.")
    elif correction.action == RegradeAction.ACCEPT and not correction.accepted:
        faults["accepted"] = _("Choose at least one answer that is right as well.")
    if faults:
        raise errors.Invalid(fields=faults)
    same = db.session().exec(
        select(Regrade).where(
            col(Regrade.track) == correction.track, col(Regrade.item_id) == correction.item_id,
            col(Regrade.item_version) == correction.item_version,
            col(Regrade.action) == correction.action, col(Regrade.applied_at).is_(None),
        )
    ).first()  # fmt: skip
    row = same or Regrade(
        track=correction.track, item_id=correction.item_id, item_version=correction.item_version,
        action=RegradeAction(correction.action), reason=text, made_by_id=by.id, made_at=now,
    )  # fmt: skip
    row.accepted, row.reason = list(correction.accepted), text
    return db.add(row).id or 0


def correction_of(row: Regrade) -> Correction:
    """Return what a stored correction asks for."""
    return Correction(
        row.track, row.item_id, row.item_version, row.action.value, tuple(row.accepted), row.reason
    )


def apply(regrade_id: int, *, by: Principal, now: datetime) -> int:
    """Apply a correction to every decided attempt it touches; return how many changed.

    Applying again reaches the attempts that were decided meanwhile; none is changed twice.
    """
    row = db.lock(Regrade, regrade_id)
    if not may_correct(row.track, by):
        raise errors.NotFound
    row.applied_at = row.applied_at or now
    db.flush()
    if row.action in ("drop", "credit"):  # its answers say nothing about anybody
        examining.withdraw_item(row.track, row.item_id, row.item_version, now)
    touched = assessments.changes(correction_of(row))
    return sum(_apply_to(row, change.attempt_id, now) for change in touched)


def _apply_to(row: Regrade, attempt_id: int, now: datetime) -> bool:
    done = select(ScoreChange.id).where(
        col(ScoreChange.regrade_id) == row.id, col(ScoreChange.attempt_id) == attempt_id
    )
    if db.session().exec(done).first() is not None:
        return False
    # written first: correcting emits an event that comes back here
    mark = db.add(
        ScoreChange(
            regrade_id=row.id or 0, attempt_id=attempt_id, old_score=0, new_score=0,
            old_passed=False, new_passed=False, at=now,
        )
    )  # fmt: skip
    change = examining.correct(attempt_id, correction_of(row), now)
    if change is None:
        db.session().delete(mark)
        return False
    mark.old_score, mark.new_score = change.old_score, change.new_score
    mark.old_passed, mark.new_passed = change.old_passed, change.new_passed
    db.flush()
    return change.changes


@events.on(AttemptGraded)
def correct_what_is_known(event: AttemptGraded) -> None:
    """Apply the corrections of before to an attempt that was still running then.

    One that is being applied at this moment is waited for: it does not see this attempt yet.
    """
    for row in db.session().exec(
        select(Regrade).where(
            col(Regrade.track) == event.track,
            col(Regrade.item_id).in_(assessments.items_of(event.attempt)),
        ).with_for_update(read=True).execution_options(populate_existing=True)
    ).all():  # fmt: skip
        if row.applied_at is not None:
            _apply_to(row, event.attempt, event.at)


def appeal(person_id: int, verdict: Verdict, text: str, position: int | None, now: datetime) -> int:
    """File an objection to one's own result; the same result has one objection.

    Parameters
    ----------
    person_id : int
    verdict : Verdict
        The attempt or submission, from `assessments.queries.verdict_on`.
    text : str
        Why, at most 2,000 characters.
    position : int or None
        The question it is about.
    now : datetime

    Raises
    ------
    Conflict
        When the 14 days are over: after the result, or after a correction last changed it.
    Invalid
        When nothing is written.
    """
    if verdict.person_id != person_id:
        raise errors.NotFound
    before = of_verdict(verdict)
    if before is not None:
        return before.id or 0
    if not rules.may_appeal(verdict.decided_at, now, changed_at(verdict)):
        raise errors.Conflict(
            _l(
                "An objection is possible within 14 days after the result, or after a correction changed it."
            )
        )
    words = clean(text)
    if not words or len(words) > MAX_TEXT:
        raise errors.Invalid(fields={"text": _("Say in at most 2,000 characters why.")})
    if position is not None and not 1 <= position <= verdict.size:
        position = None
    row = Appeal(
        person_id=person_id, track=verdict.track, attempt_id=verdict.attempt_id,
        submission_id=verdict.submission_id, position=position, text=words, filed_at=now,
    )  # fmt: skip
    try:
        with db.session().begin_nested():
            return db.add(row).id or 0
    except IntegrityError:  # sent twice at once
        again = of_verdict(verdict)
        return again.id or 0 if again else 0


def changed_at(verdict: Verdict) -> datetime | None:
    """Return when a correction last changed the score or the outcome of an attempt."""
    if not verdict.attempt_id:
        return None
    return db.session().exec(
        select(col(ScoreChange.at)).where(
            col(ScoreChange.attempt_id) == verdict.attempt_id, changes()
        ).order_by(col(ScoreChange.at).desc()).limit(1)
    ).first()  # fmt: skip


def changes() -> ColumnElement[bool]:
    """Return the condition of a line of history whose score or outcome is another one."""
    return or_(
        col(ScoreChange.old_score) != col(ScoreChange.new_score),
        col(ScoreChange.old_passed) != col(ScoreChange.new_passed),
    )


def of_verdict(verdict: Verdict) -> Appeal | None:
    """Return the objection to a result."""
    same = (
        col(Appeal.attempt_id) == verdict.attempt_id
        if verdict.attempt_id
        else col(Appeal.submission_id) == verdict.submission_id
    )
    return db.session().exec(select(Appeal).where(same)).first()


def verdict_of(row: Appeal) -> Verdict:
    """Return the result an objection is about."""
    return assessments.verdict_on(attempt_id=row.attempt_id, submission_id=row.submission_id)


def may_decide(row: Appeal, verdict: Verdict, by: Principal) -> bool:
    """Return whether `by` mentors the track and had no part in the result, or has decided it."""
    granted = by.has(Role.MENTOR) and row.track in by.tracks
    if row.decided_by_id == by.id:
        return granted
    return granted and rules.may_decide(by.id, row.person_id, verdict.involved)


def decide(
    appeal_id: int, upheld: bool, answer: str, share: float, *, by: Principal, now: datetime
) -> Appeal:
    """Decide an objection: once, by somebody who had no part in the result.

    What is upheld follows at once: an answer gets its share, work gets one more marker, an attempt
    as a whole does not count against the limit.
    """
    row = db.lock(Appeal, appeal_id)
    verdict = verdict_of(row)
    if not may_decide(row, verdict, by):
        raise errors.NotFound
    if row.state is not AppealState.OPEN:
        return row
    text = clean(answer)
    faults = {}
    if not text or len(text) > MAX_TEXT:
        faults["answer"] = _("Explain your decision in at most 2,000 characters.")
    if upheld and row.position and share not in rules.SHARES:
        faults["share"] = _("Choose how much of the points it earns.")
    if faults:
        raise errors.Invalid(fields=faults)
    row.state = AppealState.UPHELD if upheld else AppealState.REJECTED
    row.answer, row.decided_by_id, row.decided_at = text, by.id, now
    db.flush()
    if upheld:
        _follow(row, verdict, share, by, now)
    events.emit(
        AppealDecided(
            at=now, person=row.person_id, track=row.track, appeal=row.id or 0, upheld=upheld
        )
    )
    return row


def _follow(row: Appeal, verdict: Verdict, share: float, by: Principal, now: datetime) -> None:
    if row.submission_id:
        examining.reopen(row.submission_id, now)
    elif row.attempt_id and row.position:
        examining.rejudge(row.attempt_id, row.position, share, by_id=by.id, now=now)
    elif row.attempt_id and not verdict.passed:
        examining.void_attempt(row.attempt_id, by_id=by.id, reason=row.answer[:300], now=now)
