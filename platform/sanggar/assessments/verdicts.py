"""A result as somebody who looks at it again needs it: whose, of what, and who had a part in it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from sanggar import errors
from sanggar.assessments import content
from sanggar.assessments.models import (
    AssessmentLog,
    Attempt,
    AttemptItem,
    AttemptState,
    Marking,
    Recusal,
    Submission,
    SubmissionState,
    TaskKind,
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
        Who marked it, judged an answer of it, decided it when it was too close to the mark, or goes
        along with the talent.
    size : int
        Number of questions; 0 for practical work.
    deliverable : bool
        True for what came out of a workshop.
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
    deliverable: bool = False


def verdict_on(*, attempt_id: int | None = None, submission_id: int | None = None) -> Verdict:
    """Return a result, decided or not, or raise `NotFound`."""
    if attempt_id:
        return verdicts_on([db.get(Attempt, attempt_id).id or 0], ())[0]
    if submission_id:
        return verdicts_on((), [db.get(Submission, submission_id).id or 0])[0]
    raise errors.NotFound


def verdicts_on(attempt_ids: Collection[int], submission_ids: Collection[int]) -> list[Verdict]:
    """Return these results, exams first; what does not exist is left out."""
    session = db.session()
    attempts = session.exec(select(Attempt).where(col(Attempt.id).in_(attempt_ids))).all()
    works = session.exec(select(Submission).where(col(Submission.id).in_(submission_ids))).all()
    companions = _grouped(
        select(col(Recusal.person_id), col(Recusal.mentor_id)).where(
            col(Recusal.person_id).in_(
                {a.person_id for a in attempts} | {w.person_id for w in works}
            )
        )
    )
    judges = _grouped(
        select(col(AttemptItem.attempt_id), col(AttemptItem.graded_by_id)).where(
            col(AttemptItem.attempt_id).in_([attempt.id for attempt in attempts]),
            col(AttemptItem.graded_by_id).is_not(None),
        )
    )
    cleared = _cleared([attempt.id or 0 for attempt in attempts])
    markers = _grouped(
        select(col(Marking.submission_id), col(Marking.marker_id)).where(
            col(Marking.submission_id).in_([work.id for work in works]),
            col(Marking.submitted_at).is_not(None),
        )
    )
    return [
        *(
            _of_attempt(a, companions[a.person_id] | judges[a.id or 0] | cleared[a.id or 0])
            for a in attempts
        ),
        *(_of_submission(w, companions[w.person_id] | markers[w.id or 0]) for w in works),
    ]


def _grouped(statement: Any) -> dict[int, frozenset[int]]:
    found: dict[int, frozenset[int]] = defaultdict(frozenset)
    for key, person_id in db.session().execute(statement):
        found[key] |= {person_id}
    return found


def _cleared(attempt_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """Return who decided adaptive attempts that stayed undecided."""
    found: dict[int, frozenset[int]] = defaultdict(frozenset)
    for attempt_id, data in db.session().execute(
        select(col(AssessmentLog.attempt_id), col(AssessmentLog.data)).where(
            col(AssessmentLog.attempt_id).in_(attempt_ids), col(AssessmentLog.kind) == "cleared"
        )
    ):
        found[attempt_id] |= {data["by"]}
    return found


def _of_attempt(attempt: Attempt, involved: frozenset[int]) -> Verdict:
    decided = attempt.decided_at if attempt.state is AttemptState.DECIDED else None
    return Verdict(
        person_id=attempt.person_id, track=attempt.track,
        title=content.title_of(attempt.track, attempt.assessment), decided_at=decided,
        score=attempt.score, passed=bool(attempt.passed), size=attempt.size, attempt_id=attempt.id,
        involved=involved,
    )  # fmt: skip


def _of_submission(submission: Submission, involved: frozenset[int]) -> Verdict:
    task = content.find_task(submission.track, submission.kind, submission.ref)
    decided = submission.decided_at if submission.state is SubmissionState.DECIDED else None
    return Verdict(
        person_id=submission.person_id, track=submission.track,
        title=task.title if task else Text(id=submission.ref), decided_at=decided,
        score=submission.total, passed=submission.decision in ("competent", "accepted"),
        submission_id=submission.id, deliverable=submission.kind is TaskKind.WORKSHOP,
        involved=involved,
    )  # fmt: skip


def items_of(attempt_id: int) -> list[str]:
    """Return the ids of the items an attempt was asked."""
    return list(
        db.session().exec(
            select(AttemptItem.item_id).where(col(AttemptItem.attempt_id) == attempt_id)
        )
    )
