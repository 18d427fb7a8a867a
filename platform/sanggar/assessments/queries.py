"""What other slices may know about exams and practical work: results as evidence, queues as numbers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from statistics import fmean
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from sanggar.assessments import clocks, content, desk
from sanggar.assessments.calibrations import LEAST_ANSWERS, Parameters
from sanggar.assessments.calibrations import current as parameters
from sanggar.assessments.content import title_of
from sanggar.assessments.exhibits import Shown, handed_in, shown, undisclosed, work_of
from sanggar.assessments.measures import (
    Given,
    Rating,
    Sat,
    Work,
    companions,
    given,
    ratings,
    sat,
    tracks_with_attempts,
    works,
)
from sanggar.assessments.models import (
    Attempt,
    AttemptState,
    Marking,
    Submission,
    SubmissionState,
    TaskKind,
)
from sanggar.assessments.reading import one_reviewed, stem
from sanggar.assessments.regrading import Change, Version, changes, versions
from sanggar.assessments.rules import BlueprintShort
from sanggar.assessments.showing import Keyed, form, keyed
from sanggar.assessments.submissions import WAITING
from sanggar.assessments.verdicts import Verdict, items_of, verdict_on, verdicts_on
from sanggar.kernel import db, registry
from sanggar.kernel.access import Principal, Role
from sanggar.plugin.evidence import AssignmentResult, TheoryResult
from sanggar.plugin.text import Text

#: read here, made in modules of their own
__all__ = [
    "LEAST_ANSWERS",
    "BlueprintShort",
    "Change",
    "Given",
    "Keyed",
    "Parameters",
    "Rating",
    "Sat",
    "Shown",
    "Verdict",
    "Version",
    "Work",
    "changes",
    "companions",
    "form",
    "given",
    "handed_in",
    "items_of",
    "keyed",
    "one_reviewed",
    "parameters",
    "ratings",
    "sat",
    "shown",
    "stem",
    "title_of",
    "tracks_with_attempts",
    "undisclosed",
    "verdict_on",
    "verdicts_on",
    "versions",
    "work_of",
    "works",
]


def theory_results(person_id: int, track: str) -> tuple[TheoryResult, ...]:
    """Return the best decided attempts of each exam.

    Best is one attempt, unless another has a stronger weakest unit: then both are returned, because
    a rule that asks for every unit may be met by the one with the lower total. An adaptive attempt
    that was not passed is returned only where there is no other: it meets no rule.
    """
    rows = db.session().execute(
        select(
            col(Attempt.assessment), col(Attempt.score), col(Attempt.by_unit),
            col(Attempt.decided_at), col(Attempt.selection), col(Attempt.passed),
            col(Attempt.pass_total),
        ).where(
            col(Attempt.person_id) == person_id, col(Attempt.track) == track,
            col(Attempt.state) == AttemptState.DECIDED,
        ).order_by(col(Attempt.score).desc(), col(Attempt.id))
    )  # fmt: skip
    taken: dict[str, list[TheoryResult]] = defaultdict(list)
    for row in rows:
        taken[row.assessment].append(
            TheoryResult(
                row.assessment, row.score, row.by_unit, 0, row.decided_at,
                bool(row.passed) if row.selection == "adaptive" else None, row.pass_total,
            )
        )  # fmt: skip
    found = []
    for _assessment, mine in sorted(taken.items()):
        strongest = -1.0
        for result in sorted(mine, key=lambda r: -r.worth):
            weakest = min(result.by_unit.values(), default=0.0)
            if strongest < 0 or (result.passed is not False and weakest > strongest):
                strongest = max(weakest, 0.0)
                found.append(replace(result, attempts=len(mine)))
    return tuple(found)


_CLOCK = (
    col(Attempt.started_at), col(Attempt.deadline), col(Attempt.paused_at),
    col(Attempt.resting_since), col(Attempt.rested_seconds), col(Attempt.break_minutes),
    col(Attempt.stood),
)  # fmt: skip


@dataclass(frozen=True)
class Running:
    """An exam that somebody is in the middle of; `deadline` as if its clock ran from now on."""

    attempt: int
    title: Text
    deadline: datetime


def running(person_id: int, now: datetime) -> Running | None:
    """Return the live attempt of somebody that ends first; None without one or its plugin."""
    row = db.session().execute(
        select(
            col(Attempt.id), col(Attempt.track), col(Attempt.assessment), *_CLOCK
        ).where(
            col(Attempt.person_id) == person_id, col(Attempt.state) == AttemptState.LIVE
        ).order_by(col(Attempt.deadline)).limit(1)
    ).first()  # fmt: skip
    _track, exam = content.find_assessment(row.track, row.assessment) if row else (None, None)
    return Running(row.id, exam.title, clocks.of(row).end(now)) if row and exam else None


def assignment_results(person_id: int, track: str) -> tuple[AssignmentResult, ...]:
    """Return the latest decided submission of each practical assignment.

    `levels` are the mean of the markers, of critical criteria the lowest. Work that is looked at
    again after an appeal counts as it was decided before; marks that came later and would have made
    it worse are left out.
    """
    session = db.session()
    rows = session.execute(
        select(
            col(Submission.id), col(Submission.ref), col(Submission.total), col(Submission.decision),
            col(Submission.decided_at),
        ).where(
            col(Submission.person_id) == person_id, col(Submission.track) == track,
            col(Submission.kind) == TaskKind.ASSIGNMENT, col(Submission.decided_at).is_not(None),
        ).order_by(col(Submission.version))
    )  # fmt: skip
    newest = {row.ref: row for row in rows}
    marks: dict[int, list[dict[str, int]]] = defaultdict(list)
    if newest:
        for submission_id, levels in session.execute(
            select(col(Marking.submission_id), col(Marking.levels))
            .join(Submission, col(Submission.id) == col(Marking.submission_id))
            .where(
                col(Marking.submission_id).in_([row.id for row in newest.values()]),
                col(Marking.submitted_at) <= col(Submission.decided_at),
                col(Marking.anchor).is_(False),
            )
        ):
            marks[submission_id].append(levels)
    owner = registry.current().tracks.get(track)
    found = []
    for ref, row in sorted(newest.items()):
        assignment = owner.assignment(ref) if owner else None
        critical = {c.id for c in assignment.rubric if c.critical} if assignment else set()
        given = marks[row.id]
        criteria = given[0] if given else {}
        levels = {
            c: float(min(m[c] for m in given) if c in critical else fmean(m[c] for m in given))
            for c in criteria
        }
        found.append(
            AssignmentResult(
                assignment=ref, total=row.total or 0.0, levels=levels, markers=len(given),
                competent=row.decision == "competent", decided_at=row.decided_at,
            )
        )  # fmt: skip
    return tuple(found)


def deliverables(person_id: int, track: str) -> dict[str, str]:
    """Return workshop id -> accepted, submitted or returned; nothing handed in is left out."""
    rows = db.session().execute(
        select(col(Submission.ref), col(Submission.state), col(Submission.decision)).where(
            col(Submission.person_id) == person_id, col(Submission.track) == track,
            col(Submission.kind) == TaskKind.WORKSHOP,
        ).order_by(col(Submission.version))
    )  # fmt: skip
    found: dict[str, str] = {}
    for ref, state, decision in rows:
        if found.get(ref) == "accepted":
            continue
        if state is SubmissionState.DECIDED:
            found[ref] = decision
        elif state in WAITING:
            found[ref] = "submitted"
    return found


def course_checks() -> dict[str, tuple[str, str]]:
    """Return course slug -> (track, assessment) of the check that belongs to the course."""
    found: dict[str, tuple[str, str]] = {}
    for track in registry.current().tracks.values():
        for assessment in track.assessments:
            if assessment.course:
                found.setdefault(assessment.course, (track.id, assessment.id))
    return found


def courses_checked(person_id: int) -> frozenset[str]:
    """Return the courses whose check somebody has passed."""
    checks = {check: course for course, check in course_checks().items()}
    if not checks:
        return frozenset()
    rows = db.session().execute(
        select(col(Attempt.track), col(Attempt.assessment)).distinct().where(
            col(Attempt.person_id) == person_id, col(Attempt.passed).is_(True),
            col(Attempt.state) == AttemptState.DECIDED,
            col(Attempt.assessment).in_({assessment for _, assessment in checks}),
        )
    )  # fmt: skip
    return frozenset(checks[tuple(row)] for row in rows if tuple(row) in checks)


def unit_scores(person_ids: Collection[int] | None, track: str) -> dict[int, dict[str, float]]:
    """Return person -> unit -> percentage, from the best attempt of the longest exam of each.

    `person_ids` None asks for everybody.
    """
    if person_ids is not None and not person_ids:
        return {}
    everybody = [] if person_ids is None else [col(Attempt.person_id).in_(person_ids)]
    rows = db.session().execute(
        select(col(Attempt.person_id), col(Attempt.by_unit)).where(
            col(Attempt.track) == track, col(Attempt.state) == AttemptState.DECIDED, *everybody,
        ).order_by(col(Attempt.size), col(Attempt.score), col(Attempt.id))
    )  # fmt: skip
    found: dict[int, dict[str, float]] = defaultdict(dict)
    for person_id, by_unit in rows:
        found[person_id].update(by_unit)
    return dict(found)


def rubric_totals(person_ids: Collection[int] | None, track: str) -> dict[int, float]:
    """Return person -> mean of the latest decided mark of each assignment, 0..100.

    `person_ids` None asks for everybody.
    """
    if person_ids is not None and not person_ids:
        return {}
    everybody = [] if person_ids is None else [col(Submission.person_id).in_(person_ids)]
    rows = db.session().execute(
        select(col(Submission.person_id), col(Submission.ref), col(Submission.total)).where(
            col(Submission.track) == track, col(Submission.kind) == TaskKind.ASSIGNMENT,
            col(Submission.decided_at).is_not(None), col(Submission.total).is_not(None), *everybody,
        ).order_by(col(Submission.version))
    )  # fmt: skip
    newest: dict[int, dict[str, float]] = defaultdict(dict)
    for person_id, ref, total in rows:
        newest[person_id][ref] = total
    return {person_id: fmean(totals.values()) for person_id, totals in newest.items()}


def _open_for(principal: Principal, what: Any) -> Any:
    """Select `what` from work that this mentor could still mark."""
    marks = (
        select(func.count()).where(
            col(Marking.submission_id) == col(Submission.id), col(Marking.submitted_at).is_not(None),
            col(Marking.anchor).is_(False),
        ).correlate(Submission).scalar_subquery()
    )  # fmt: skip
    mine = (
        select(col(Marking.id)).where(
            col(Marking.submission_id) == col(Submission.id),
            col(Marking.marker_id) == principal.id,
            col(Marking.submitted_at).is_not(None),
        ).correlate(Submission).exists()
    )  # fmt: skip
    return select(what).select_from(Submission).where(
        col(Submission.state).in_(WAITING), col(Submission.track).in_(principal.tracks),
        col(Submission.person_id) != principal.id, marks < col(Submission.needed), ~mine,
        desk.not_recused(principal.id),
    )  # fmt: skip


def waiting(principal: Principal) -> int:
    """Return how many pieces of work wait for this mentor or a colleague."""
    if not principal.has(Role.MENTOR) or not principal.tracks:
        return 0
    return int(db.session().execute(_open_for(principal, func.count())).scalar_one())


def oldest_waiting(principal: Principal) -> datetime | None:
    """Return since when the oldest piece of work waits, None when nothing does."""
    if not principal.has(Role.MENTOR) or not principal.tracks:
        return None
    found: datetime | None = (
        db.session()
        .execute(
            _open_for(principal, col(Submission.submitted_at))
            .order_by(col(Submission.submitted_at))
            .limit(1)
        )
        .scalar()
    )
    return found
