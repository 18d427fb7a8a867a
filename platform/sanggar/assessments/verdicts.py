"""A result as somebody who looks at it again needs it: whose, of what, and who had a part in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from sanggar import errors
from sanggar.assessments import content
from sanggar.assessments.models import (
    Attempt,
    AttemptItem,
    AttemptState,
    Marking,
    Recusal,
    Submission,
    SubmissionState,
)
from sanggar.kernel import db
from sanggar.plugin.text import Text


@dataclass(frozen=True)
class Verdict:
    """One decided attempt or piece of work.

    Attributes
    ----------
    person_id : int
        Whose it is.
    involved : frozenset of int
        Who marked it, judged an answer of it, or goes along with the talent.
    size : int
        Number of questions; 0 for practical work.
    """

    person_id: int
    track: str
    title: Text
    decided_at: datetime | None
    score: float | None
    passed: bool
    involved: frozenset[int]
    size: int = 0
    attempt_id: int | None = None
    submission_id: int | None = None


def verdict_on(*, attempt_id: int | None = None, submission_id: int | None = None) -> Verdict:
    """Return a result, decided or not, or raise `NotFound`."""
    if attempt_id:
        return _of_attempt(db.get(Attempt, attempt_id))
    if submission_id:
        return _of_submission(db.get(Submission, submission_id))
    raise errors.NotFound


def _companions(person_id: int) -> set[int]:
    return set(
        db.session().exec(select(Recusal.mentor_id).where(col(Recusal.person_id) == person_id))
    )


def _of_attempt(attempt: Attempt) -> Verdict:
    judges = db.session().exec(
        select(AttemptItem.graded_by_id).where(
            col(AttemptItem.attempt_id) == attempt.id, col(AttemptItem.graded_by_id).is_not(None)
        )
    )  # fmt: skip
    decided = attempt.decided_at if attempt.state is AttemptState.DECIDED else None
    return Verdict(
        person_id=attempt.person_id, track=attempt.track,
        title=content.title_of(attempt.track, attempt.assessment), decided_at=decided,
        score=attempt.score, passed=bool(attempt.passed), size=attempt.size, attempt_id=attempt.id,
        involved=frozenset({*(j for j in judges if j), *_companions(attempt.person_id)}),
    )  # fmt: skip


def _of_submission(submission: Submission) -> Verdict:
    markers = db.session().exec(
        select(Marking.marker_id).where(
            col(Marking.submission_id) == submission.id, col(Marking.submitted_at).is_not(None)
        )
    )
    task = content.find_task(submission.track, submission.kind, submission.ref)
    decided = submission.decided_at if submission.state is SubmissionState.DECIDED else None
    return Verdict(
        person_id=submission.person_id, track=submission.track,
        title=task.title if task else Text(id=submission.ref), decided_at=decided,
        score=submission.total, passed=submission.decision in ("competent", "accepted"),
        submission_id=submission.id,
        involved=frozenset({*markers, *_companions(submission.person_id)}),
    )  # fmt: skip


def items_of(attempt_id: int) -> list[str]:
    """Return the ids of the items an attempt was asked."""
    return list(
        db.session().exec(
            select(AttemptItem.item_id).where(col(AttemptItem.attempt_id) == attempt_id)
        )
    )
