"""What measurement reads of exams and marking: plain rows, many at a time, without names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from sanggar.assessments.models import (
    Anchor,
    Answer,
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

#: the newest attempts of an exam that are looked at; more would say the same
MOST_ATTEMPTS = 20_000
CHUNK = 5000


@dataclass(frozen=True)
class Sat:
    """One decided attempt: who sat what, with what came out."""

    id: int
    person_id: int
    assessment: str
    score: float
    passed: bool
    hub_id: int | None
    language: str
    device: str
    selection: str
    decided_at: datetime
    pass_total: float
    #: of adaptive attempts, in logits
    ability: float | None = None
    ability_error: float | None = None


@dataclass(frozen=True)
class Given:
    """One answer of a decided attempt.

    `option` is the id in the bank of the chosen option of a single choice, else empty; `answered` is
    false where nothing was given.
    """

    attempt_id: int
    item_id: str
    item_version: str
    unit: str
    share: float
    correct: bool
    scored: bool
    answered: bool
    option: str


def sat(track: str, assessment: str = "", since: datetime | None = None) -> list[Sat]:
    """Return decided attempts of a track (of one exam), the newest first, at most 20,000."""
    wanted = [col(Attempt.track) == track, col(Attempt.state) == AttemptState.DECIDED]
    if assessment:
        wanted.append(col(Attempt.assessment) == assessment)
    if since is not None:
        wanted.append(col(Attempt.decided_at) >= since)
    rows = db.session().execute(
        select(
            col(Attempt.id), col(Attempt.person_id), col(Attempt.assessment), col(Attempt.score),
            col(Attempt.passed), col(Attempt.hub_id), col(Attempt.language), col(Attempt.device),
            col(Attempt.selection), col(Attempt.decided_at), col(Attempt.pass_total),
            col(Attempt.ability), col(Attempt.ability_error),
        )
        .where(*wanted)
        .order_by(col(Attempt.id).desc())
        .limit(MOST_ATTEMPTS)
    )  # fmt: skip
    return [
        Sat(
            id=r[0], person_id=r[1], assessment=r[2], score=r[3] or 0.0, passed=bool(r[4]),
            hub_id=r[5], language=r[6], device=r[7], selection=r[8], decided_at=r[9],
            pass_total=r[10], ability=r[11], ability_error=r[12],
        )
        for r in rows
    ]  # fmt: skip


def given(attempt_ids: Collection[int]) -> Iterator[Given]:
    """Yield the answers of some attempts, in chunks of attempts."""
    ids = sorted(attempt_ids)
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        rows = db.session().execute(
            select(
                col(AttemptItem.attempt_id), col(AttemptItem.item_id), col(AttemptItem.item_version),
                col(AttemptItem.unit), col(AttemptItem.share), col(AttemptItem.correct),
                col(AttemptItem.scored), col(AttemptItem.option_order), col(Answer.response),
                col(Answer.answered),
            )
            .outerjoin(Answer, col(Answer.attempt_item_id) == col(AttemptItem.id))
            .where(col(AttemptItem.attempt_id).between(part[0], part[-1]))
            .order_by(col(AttemptItem.attempt_id), col(AttemptItem.position))
        )  # fmt: skip
        wanted = set(part)
        for r in rows:
            if r[0] in wanted:
                yield Given(
                    attempt_id=r[0], item_id=r[1], item_version=r[2], unit=r[3], share=r[4] or 0.0,
                    correct=bool(r[5]), scored=r[6], answered=bool(r[9]), option=_option(r[8], r[7]),
                )  # fmt: skip


def _option(response: Any, order: list[str]) -> str:
    """Return the bank's id of a chosen option: letters on the page follow the order of showing."""
    if not isinstance(response, str) or len(response) != 1 or not order:
        return ""
    place = ord(response) - ord("a")
    return order[place] if 0 <= place < len(order) else ""


def tracks_with_attempts() -> dict[str, int]:
    """Return track -> number of decided attempts."""
    rows = db.session().execute(
        select(col(Attempt.track), func.count())
        .where(col(Attempt.state) == AttemptState.DECIDED)
        .group_by(col(Attempt.track))
    )
    return {track: int(count) for track, count in rows}


@dataclass(frozen=True)
class Rating:
    """What one marker gave one piece of work; `reference` are an anchor's agreed levels.

    Work that is not `decided` yet is nothing to show: its next marker must not know these marks.
    """

    submission_id: int
    ref: str
    marker_id: int
    levels: Mapping[str, int]
    total: float
    at: datetime
    anchor: bool
    reference: Mapping[str, int] | None
    person_id: int
    decided: bool


def ratings(
    track: str, since: datetime | None = None, until: datetime | None = None
) -> list[Rating]:
    """Return the marks of a track's assignments that were handed in within a period, oldest first."""
    wanted = [
        col(Submission.track) == track, col(Submission.kind) == TaskKind.ASSIGNMENT,
        col(Marking.submitted_at).is_not(None),
    ]  # fmt: skip
    if since is not None:
        wanted.append(col(Marking.submitted_at) >= since)
    if until is not None:
        wanted.append(col(Marking.submitted_at) < until)
    rows = db.session().execute(
        select(
            col(Marking.submission_id), col(Submission.ref), col(Marking.marker_id),
            col(Marking.levels), col(Marking.total), col(Marking.submitted_at),
            col(Marking.anchor), col(Anchor.levels), col(Submission.person_id),
            col(Submission.state),
        )
        .join(Submission, col(Submission.id) == col(Marking.submission_id))
        .outerjoin(Anchor, col(Anchor.submission_id) == col(Submission.id))
        .where(*wanted)
        .order_by(col(Marking.submitted_at), col(Marking.id))
    )  # fmt: skip
    return [
        Rating(
            submission_id=r[0], ref=r[1], marker_id=r[2], levels=r[3], total=r[4] or 0.0, at=r[5],
            anchor=r[6], reference=r[7], person_id=r[8], decided=r[9] is SubmissionState.DECIDED,
        )
        for r in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class Work:
    """One piece of decided or waiting work, as comparative judgement needs it."""

    id: int
    person_id: int
    track: str
    ref: str
    version: int
    submitted_at: datetime
    total: float | None


def works(track: str, ref: str) -> list[Work]:
    """Return the newest handed-in version of everybody's work for an assignment."""
    rows = db.session().execute(
        select(
            col(Submission.id), col(Submission.person_id), col(Submission.track),
            col(Submission.ref), col(Submission.version), col(Submission.submitted_at),
            col(Submission.total),
        )
        .where(
            col(Submission.track) == track, col(Submission.ref) == ref,
            col(Submission.kind) == TaskKind.ASSIGNMENT, col(Submission.submitted_at).is_not(None),
        )
        .order_by(col(Submission.version))
    )  # fmt: skip
    newest = {row[1]: Work(*row) for row in rows}
    return sorted(newest.values(), key=lambda work: work.id)


def companions(person_ids: Collection[int]) -> set[tuple[int, int]]:
    """Return pairs (mentor, talent) in which the mentor goes along with the talent."""
    rows = db.session().execute(
        select(col(Recusal.mentor_id), col(Recusal.person_id)).where(
            col(Recusal.person_id).in_(person_ids)
        )
    )
    return {(mentor, person) for mentor, person in rows}
