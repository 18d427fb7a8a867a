"""Practical work as other slices may show it: what was handed in, and the mark once it is decided."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from sqlalchemy import distinct, func, select
from sqlmodel import col

from sanggar.assessments import anchors, desk
from sanggar.assessments.models import Submission, SubmissionFile, SubmissionState, TaskKind
from sanggar.kernel import db
from sanggar.kernel.access import Principal


@dataclass(frozen=True)
class Shown:
    """One piece of work with its files; `total` only once it is decided."""

    id: int
    person_id: int
    note: str
    total: float | None
    files: tuple[SubmissionFile, ...] = ()


def shown(submission_ids: Collection[int], *, files: bool = False) -> dict[int, Shown]:
    """Return pieces of work by id, with their files when they are asked for."""
    rows = db.session().execute(
        select(
            col(Submission.id), col(Submission.person_id), col(Submission.note),
            col(Submission.state), col(Submission.total),
        ).where(col(Submission.id).in_(submission_ids))
    ).all()  # fmt: skip
    found = desk.files_of([row.id for row in rows]) if files else {}
    return {
        row.id: Shown(
            id=row.id, person_id=row.person_id, note=row.note,
            total=row.total if row.state is SubmissionState.DECIDED else None,
            files=tuple(found.get(row.id, ())),
        )
        for row in rows
    }  # fmt: skip


def handed_in(tracks: Collection[str]) -> dict[tuple[str, str], int]:
    """Return (track, assignment) -> number of people whose work was handed in."""
    rows = db.session().execute(
        select(
            col(Submission.track), col(Submission.ref), func.count(distinct(col(Submission.person_id)))
        ).where(
            col(Submission.track).in_(tracks), col(Submission.kind) == TaskKind.ASSIGNMENT,
            col(Submission.submitted_at).is_not(None),
        ).group_by(col(Submission.track), col(Submission.ref))
    )  # fmt: skip
    return {(track, ref): int(count) for track, ref, count in rows}


def undisclosed(person: Principal, track: str) -> frozenset[int]:
    """Return decided work whose mark this mentor must not see yet: they are to mark it as an anchor."""
    return frozenset(anchors.due(replace(person, tracks=person.tracks & {track})).values())


def work_of(person_id: int) -> list[int]:
    """Return all versions of somebody's work for assignments."""
    return list(
        db.session().execute(
            select(col(Submission.id)).where(
                col(Submission.person_id) == person_id,
                col(Submission.kind) == TaskKind.ASSIGNMENT,
            )
        ).scalars()
    )  # fmt: skip
