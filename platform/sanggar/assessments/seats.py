"""What officers see of attempts: who sits in a window, what a person has begun; never answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import col

from sanggar.assessments import clocks, content
from sanggar.assessments.models import Answer, AssessmentLog, Attempt, AttemptState
from sanggar.kernel import db
from sanggar.plugin.text import Text


@dataclass(frozen=True)
class Seat:
    """One attempt of a window."""

    id: int
    person_id: int
    state: AttemptState
    size: int
    answered: int
    started_at: datetime
    ends_at: datetime
    paused: bool
    resting: bool


def seats(window_id: int, now: datetime) -> list[Seat]:
    """Return the attempts that began in a window, with how many questions have an answer."""
    given = (
        select(func.count())
        .where(col(Answer.attempt_id) == col(Attempt.id), col(Answer.answered))
        .correlate(Attempt)
        .scalar_subquery()
    )
    rows = db.session().execute(
        select(
            col(Attempt.id), col(Attempt.person_id), col(Attempt.state), col(Attempt.size), given,
            col(Attempt.started_at), col(Attempt.deadline), col(Attempt.paused_at),
            col(Attempt.resting_since), col(Attempt.rested_seconds), col(Attempt.break_minutes),
            col(Attempt.stood),
        )
        .where(col(Attempt.window_id) == window_id)
        .order_by(col(Attempt.started_at))
    )  # fmt: skip
    return [
        Seat(
            id=row[0], person_id=row[1], state=row[2], size=row[3], answered=row[4],
            started_at=row.started_at, ends_at=clocks.of(row).end(now),
            paused=row.paused_at is not None,
            resting=row.state is AttemptState.LIVE and clocks.of(row).resting(now),
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class Past:
    """One attempt of a person; `reason` says why it does not count."""

    id: int
    title: Text
    state: AttemptState
    started_at: datetime
    submitted_at: datetime | None
    reason: str


def attempts_of(person_id: int) -> list[Past]:
    """Return somebody's attempts, in a window or not, the newest first."""
    rows = db.session().execute(
        select(
            col(Attempt.id), col(Attempt.track), col(Attempt.assessment), col(Attempt.state),
            col(Attempt.started_at), col(Attempt.submitted_at), col(AssessmentLog.data),
        )
        .outerjoin(
            AssessmentLog,
            (col(AssessmentLog.attempt_id) == col(Attempt.id))
            & (col(AssessmentLog.kind) == "voided"),
        )
        .where(col(Attempt.person_id) == person_id)
        .order_by(col(Attempt.started_at).desc(), col(Attempt.id).desc())
    )  # fmt: skip
    found = {
        row[0]: Past(
            id=row[0], title=content.title_of(row[1], row[2]), state=row[3], started_at=row[4],
            submitted_at=row[5], reason=(row[6] or {}).get("reason", ""),
        )
        for row in rows
    }  # fmt: skip
    return list(found.values())
