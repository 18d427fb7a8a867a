"""What people decide about attempts: answers no grader could judge, and attempts that do not count."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select

from sanggar import errors
from sanggar.assessments import attempts
from sanggar.assessments.models import Attempt, AttemptItem, AttemptState, Recusal
from sanggar.kernel import db, events
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.forms import clean
from sanggar.kernel.i18n import _, _l
from sanggar.plugin.events import AttemptVoided

#: Shares of the points that a person can give.
SHARES = (0.0, 0.25, 0.5, 0.75, 1.0)
MAX_NOTE = 1000


def judge_item(
    person: Principal, attempt_item_id: int, share: float, note: str, now: datetime
) -> Attempt:
    """Judge one answer that waits for a person; the last one decides the attempt.

    Parameters
    ----------
    person : Principal
        A mentor of the track who did not sit the exam.
    attempt_item_id : int
    share : float
        Share of the points, one of `SHARES`.
    note : str
        What the talent should know, at most 1,000 characters.
    now : datetime

    Raises
    ------
    NotFound
        When there is no such answer in a track of this mentor, or when it is their own or that of
        somebody they go along with.
    """
    row = db.get(AttemptItem, attempt_item_id)
    attempt = db.lock(Attempt, row.attempt_id)
    granted = person.has(Role.MENTOR) and attempt.track in person.tracks
    if not granted or attempt.person_id == person.id or _accompanies(person.id, attempt.person_id):
        raise errors.NotFound
    if share not in SHARES:
        raise errors.Invalid(fields={"share": _("Choose how much of the points it earns.")})
    text = clean(note)
    if len(text) > MAX_NOTE:
        raise errors.Invalid(fields={"note": _("At most %(limit)s characters.", limit=MAX_NOTE)})
    db.session().refresh(row)
    if not row.needs_human:
        raise errors.Conflict(_l("A colleague has judged this answer already."))
    row.share, row.correct, row.needs_human = share, share == 1.0, False
    row.graded_by_id = person.id
    row.note = {"id": text, "en": text} if text else None
    attempts.note(attempt, "judged", now, position=row.position, share=share, by=person.id)
    db.flush()
    waiting = db.session().execute(
        select(AttemptItem.id).where(
            col(AttemptItem.attempt_id) == attempt.id, col(AttemptItem.needs_human)
        ).limit(1)
    ).first()  # fmt: skip
    if waiting is None and attempt.state is AttemptState.REVIEW:
        attempts.conclude(attempt, now)
    return attempt


def _accompanies(mentor_id: int, person_id: int) -> bool:
    return db.session().exec(
        select(Recusal.id).where(
            col(Recusal.mentor_id) == mentor_id, col(Recusal.person_id) == person_id
        )
    ).first() is not None  # fmt: skip


def void_attempt(attempt_id: int, *, by_id: int, reason: str, now: datetime) -> None:
    """Take an attempt out of the count, for example after a power cut; kept with its reason.

    The talent is told; doing it again changes nothing.
    """
    attempt = db.lock(Attempt, attempt_id)
    if attempt.state is AttemptState.VOIDED:
        return
    attempt.state, attempt.live_key = AttemptState.VOIDED, None
    attempts.note(attempt, "voided", now, by=by_id, reason=clean(reason))
    db.flush()
    events.emit(
        AttemptVoided(
            at=now, person=attempt.person_id, track=attempt.track, assessment=attempt.assessment,
            attempt=attempt_id, reason=clean(reason),
        )
    )  # fmt: skip
