"""Anchors: decided work that mentors mark again without knowing, so that all stay on one scale.

One piece in ten of a mentor's queue is one. It looks like any other; what they give decides nothing
and is compared afterwards with the levels that several colleagues agreed on.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import case, func, or_
from sqlmodel import col, select

from sanggar import errors
from sanggar.assessments import content
from sanggar.assessments.models import (
    Anchor,
    Marking,
    Recusal,
    Submission,
    SubmissionState,
    TaskKind,
)
from sanggar.kernel import db
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.i18n import _l

#: Share of a marker's work that is anchors.
SHARE = 0.10
#: Markers that must have seen a piece before it can be an anchor.
LEAST_MARKERS = 2


def due(person: Principal) -> dict[str, int]:
    """Return track -> submission of the anchor that this mentor should mark next; mostly nothing.

    Which one is drawn by a hash of mentor and anchor: always the same until it is marked, another
    for each mentor.
    """
    if not person.has(Role.MENTOR) or not person.tracks:
        return {}
    counted = db.session().execute(
        select(
            col(Submission.track), func.count(),
            func.sum(case((col(Marking.anchor), 1), else_=0)),
        )
        .join(Submission, col(Submission.id) == col(Marking.submission_id))
        .where(
            col(Marking.marker_id) == person.id, col(Marking.submitted_at).is_not(None),
            col(Submission.kind) == TaskKind.ASSIGNMENT, col(Submission.track).in_(person.tracks),
        )
        .group_by(col(Submission.track))
    )  # fmt: skip
    behind = [track for track, done, seen in counted if (seen or 0) < SHARE * done]
    return {track: found for track in behind if (found := _next(person, track))}


def _next(person: Principal, track: str) -> int | None:
    seen = select(Marking.id).where(
        col(Marking.submission_id) == col(Anchor.submission_id),
        col(Marking.marker_id) == person.id,
        or_(col(Marking.submitted_at).is_not(None), col(Marking.anchor).is_(False)),
    ).exists()  # fmt: skip
    known = select(Recusal.id).where(
        col(Recusal.person_id) == col(Submission.person_id), col(Recusal.mentor_id) == person.id
    ).exists()  # fmt: skip
    rows = db.session().exec(
        select(Anchor.submission_id)
        .join(Submission, col(Submission.id) == col(Anchor.submission_id))
        .where(
            col(Anchor.track) == track, col(Anchor.retired_at).is_(None), ~seen, ~known,
            col(Submission.person_id) != person.id,
            col(Submission.state) == SubmissionState.DECIDED,
        )
    ).all()  # fmt: skip
    return min(rows, key=lambda key: _order(person.id, key), default=None)


def _order(marker_id: int, submission_id: int) -> bytes:
    return hashlib.blake2s(f"{marker_id}:{submission_id}".encode(), digest_size=8).digest()


def is_due(person: Principal, submission_id: int) -> bool:
    """Return whether this mentor should mark this decided piece as an anchor now."""
    return submission_id in due(person).values()


def make(person: Principal, submission_id: int, now: datetime) -> Anchor:
    """Make decided work an anchor; its reference are the levels the decision rests on.

    Raises
    ------
    NotFound
        Work of another track.
    Conflict
        When fewer than two markers have seen it, or it is not decided.
    """
    submission = db.lock(Submission, submission_id)
    if not person.has(Role.MENTOR) or submission.track not in person.tracks:
        raise errors.NotFound
    before = (
        db.session().exec(select(Anchor).where(col(Anchor.submission_id) == submission_id)).first()
    )
    if before is not None:
        before.retired_at = None
        return before
    markers = db.session().execute(
        select(func.count()).where(
            col(Marking.submission_id) == submission_id, col(Marking.submitted_at).is_not(None)
        )
    ).scalar_one()  # fmt: skip
    task = content.task(submission.track, submission.kind, submission.ref)
    decided = submission.state is SubmissionState.DECIDED and task.assignment is not None
    if not decided or markers < LEAST_MARKERS:
        raise errors.Conflict(_l("Only decided work that two markers have seen can be an anchor."))
    return db.add(
        Anchor(
            submission_id=submission_id, track=submission.track, ref=submission.ref,
            levels={name: round(level) for name, level in submission.levels.items()},
            made_by_id=person.id, made_at=now,
        )
    )  # fmt: skip


def retire(person: Principal, submission_id: int, now: datetime) -> None:
    """Take an anchor out of the queues."""
    row = (
        db.session().exec(select(Anchor).where(col(Anchor.submission_id) == submission_id)).first()
    )
    if row is None or not person.has(Role.MENTOR) or row.track not in person.tracks:
        raise errors.NotFound
    row.retired_at = row.retired_at or now


def anchor_of(submission_id: int) -> Anchor | None:
    """Return the anchor that a piece of work is."""
    return db.session().exec(
        select(Anchor).where(col(Anchor.submission_id) == submission_id, col(Anchor.retired_at).is_(None))
    ).first()  # fmt: skip
