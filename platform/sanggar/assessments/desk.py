"""What the pages of practical work read: the talent's side and the markers' desk."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, case, func, or_, select
from sqlmodel import col
from sqlmodel import select as rows_of

from sanggar import errors
from sanggar.accounts import queries as accounts
from sanggar.assessments import anchors, content, inspection, marking_rules
from sanggar.assessments.content import Task
from sanggar.assessments.marking import may_mark
from sanggar.assessments.models import (
    Marking,
    Recusal,
    Submission,
    SubmissionFile,
    SubmissionState,
    TaskKind,
)
from sanggar.assessments.submissions import WAITING
from sanggar.kernel import db
from sanggar.kernel.access import Principal, Role
from sanggar.plugin.items import Finding
from sanggar.plugin.text import Text

QUEUE_LIMIT = 50


@dataclass(frozen=True)
class Version:
    """One version of somebody's work with its files and, once decided, its marks."""

    submission: Submission
    files: tuple[SubmissionFile, ...]
    marks: tuple[Marking, ...] = ()

    @property
    def id(self) -> int:
        """Key of the submission."""
        return self.submission.id or 0

    @property
    def findings(self) -> list[Finding] | None:
        """What automatic checks measured; None while they run, nothing where there are none."""
        task = content.find_task(self.submission.track, self.submission.kind, self.submission.ref)
        if task is None or task.assignment is None or not task.assignment.checks:
            return []
        return inspection.findings_of(self.submission, self.files)

    def mean(self, criterion: str) -> float | None:
        """Return the level the decision rests on for a criterion."""
        return self.submission.levels.get(criterion)

    def comments(self, criterion: str) -> list[str]:
        """Return what the markers wrote about a criterion."""
        return [m.comments[criterion] for m in self.marks if m.comments.get(criterion)]


def versions(person_id: int, task: Task) -> list[Version]:
    """Return all versions of somebody's work for a task, the newest first."""
    session = db.session()
    found = session.exec(
        rows_of(Submission).where(
            col(Submission.person_id) == person_id, col(Submission.track) == task.track.id,
            col(Submission.kind) == task.kind, col(Submission.ref) == task.ref,
        ).order_by(col(Submission.version).desc())
    ).all()  # fmt: skip
    files = files_of([s.id or 0 for s in found])
    decided = [s.id for s in found if s.state is SubmissionState.DECIDED]
    marks: dict[int, list[Marking]] = defaultdict(list)
    if decided:
        for mark in session.exec(
            rows_of(Marking).where(
                col(Marking.submission_id).in_(decided), col(Marking.submitted_at).is_not(None),
                col(Marking.anchor).is_(False),
            ).order_by(col(Marking.submitted_at))
        ):  # fmt: skip
            marks[mark.submission_id].append(mark)
    return [Version(s, tuple(files[s.id or 0]), tuple(marks[s.id or 0])) for s in found]


def files_of(submission_ids: list[int]) -> Mapping[int, list[SubmissionFile]]:
    """Return the files of these submissions."""
    found: dict[int, list[SubmissionFile]] = defaultdict(list)
    if submission_ids:
        for row in db.session().exec(
            rows_of(SubmissionFile)
            .where(col(SubmissionFile.submission_id).in_(submission_ids))
            .order_by(col(SubmissionFile.id))
        ):
            found[row.submission_id].append(row)
    return found


def own_submission(person_id: int, submission_id: int) -> Submission:
    """Return a version of one's own work or raise `NotFound`."""
    found = db.get(Submission, submission_id)
    if found.person_id != person_id:
        raise errors.NotFound
    return found


def file_for(person: Principal, file_id: int) -> tuple[SubmissionFile, Submission]:
    """Return a file that this person may open: its maker, or a mentor of the track once handed in."""
    pair = (
        db.session()
        .execute(
            select(SubmissionFile, Submission)
            .join(Submission, col(Submission.id) == col(SubmissionFile.submission_id))
            .where(col(SubmissionFile.id) == file_id)
        )
        .first()
    )
    if pair is None:
        raise errors.NotFound
    row, submission = pair
    own = submission.person_id == person.id
    marker = may_mark(person, submission) and submission.state is not SubmissionState.DRAFT
    if not own and not marker:
        raise errors.NotFound
    return row, submission


@dataclass(frozen=True)
class Waiting:
    """One line of the marking queue."""

    id: int
    track: str
    title: Text
    name: str
    version: int
    since: datetime
    #: held by this mentor at the moment
    held: bool
    #: somebody has marked it already; their marks are not shown
    marked: int
    needed: int


@dataclass(frozen=True)
class Queue:
    """The queue of one mentor: the oldest first, and how many wait in each track."""

    lines: tuple[Waiting, ...]
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        """Number of pieces of work in all tracks."""
        return sum(self.counts.values())


def queue(person: Principal, now: datetime) -> Queue:
    """Return what this mentor can mark now, sorted by waiting time."""
    if not person.has(Role.MENTOR) or not person.tracks:
        return Queue((), {})
    mine = col(Marking.marker_id) == person.id
    done = col(Marking.submitted_at).is_not(None)
    busy = and_(~mine, col(Marking.anchor).is_(False), or_(done, col(Marking.lock_until) > now))
    taken = func.sum(case((busy, 1), else_=0))
    finished = func.sum(case((and_(mine, done), 1), else_=0))
    held = func.sum(case((and_(mine, col(Marking.lock_until) > now), 1), else_=0))
    marked = func.sum(case((done, 1), else_=0))
    columns = [
        col(c) for c in (
            Submission.id, Submission.track, Submission.kind, Submission.ref, Submission.person_id,
            Submission.version, Submission.submitted_at, Submission.needed,
        )
    ]  # fmt: skip
    rows = db.session().execute(
        select(*columns, held, marked)
        .outerjoin(Marking, col(Marking.submission_id) == col(Submission.id))
        .where(
            col(Submission.state).in_(WAITING), col(Submission.track).in_(person.tracks),
            col(Submission.person_id) != person.id, not_recused(person.id),
        )
        .group_by(*columns)
        .having(and_(taken < col(Submission.needed), finished == 0))
        .order_by(col(Submission.submitted_at), col(Submission.id))
    ).all()  # fmt: skip
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        counts[row.track] += 1
    for track in (due := anchors.due(person)):
        counts[track] += 1
    shown = [*rows[:QUEUE_LIMIT], *(_anchor_row(key, person, now) for key in due.values())]
    shown.sort(key=lambda row: row[6])
    people = accounts.people({row[4] for row in shown})
    return Queue(tuple(_line(row, people) for row in shown), dict(counts))


def not_recused(marker_id: int) -> Any:
    """Return the condition that a marker does not go along with the maker of an assignment."""
    known = select(col(Recusal.id)).where(
        col(Recusal.mentor_id) == marker_id,
        col(Recusal.person_id) == col(Submission.person_id),
    ).correlate(Submission).exists()  # fmt: skip
    return or_(col(Submission.kind) == TaskKind.WORKSHOP, ~known)


def _anchor_row(submission_id: int, person: Principal, now: datetime) -> tuple[Any, ...]:
    """Return an anchor as a line of the queue that looks like all others."""
    work = db.get(Submission, submission_id)
    mine = _mine(submission_id, person.id)
    held = mine is not None and mine.lock_until > now
    since = seemingly(submission_id, mine.started_at if mine else now)
    return (
        work.id, work.track, work.kind, work.ref, work.person_id, work.version, since,
        anchors.LEAST_MARKERS, int(held), 0,
    )  # fmt: skip


def _mine(submission_id: int, marker_id: int) -> Marking | None:
    return db.session().exec(
        rows_of(Marking).where(
            col(Marking.submission_id) == submission_id, col(Marking.marker_id) == marker_id
        )
    ).first()  # fmt: skip


def seemingly(submission_id: int, now: datetime) -> datetime:
    """Return when an anchor seems to have been handed in: some days ago, the same all day long."""
    morning = now.replace(hour=0, minute=(submission_id * 31) % 60, second=0, microsecond=0)
    return morning - timedelta(hours=16 + (submission_id * 7919) % 60)


def _line(row: Any, people: Mapping[int, accounts.Person]) -> Waiting:
    submission_id, track, kind, ref, person_id, version, since, needed, held, marked = row
    task = content.find_task(track, kind, ref)
    return Waiting(
        id=submission_id, track=track, title=task.title if task else Text(id=ref),
        name=people[person_id].name, version=version, since=since, held=bool(held),
        marked=marked or 0, needed=needed,
    )  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """One piece of work on a marker's desk."""

    submission: Submission
    task: Task
    name: str
    files: tuple[SubmissionFile, ...]
    mine: Marking | None
    #: marks of all markers, only once decided
    marks: tuple[Marking, ...]
    earlier: tuple[Submission, ...]
    free: bool
    #: decided, as far as this marker may know
    decided: bool
    since: datetime | None
    #: what automatic checks measured; None while they run
    findings: tuple[Finding, ...] | None = ()
    #: the reference levels, once this marker has marked it as an anchor
    reference: Mapping[str, int] = field(default_factory=dict)
    is_anchor: bool = False

    def holding(self, now: datetime) -> bool:
        """Return whether this marker holds the work and has not handed marks in."""
        mine = self.mine
        return mine is not None and mine.submitted_at is None and mine.lock_until > now


def desk(person: Principal, submission_id: int, now: datetime) -> Desk:
    """Return a piece of work as one marker may see it or raise `NotFound`."""
    session = db.session()
    submission = db.get(Submission, submission_id)
    if not may_mark(person, submission) or submission.state is SubmissionState.DRAFT:
        raise errors.NotFound
    marks = session.exec(rows_of(Marking).where(col(Marking.submission_id) == submission_id)).all()
    mine = next((m for m in marks if m.marker_id == person.id), None)
    others = [m for m in marks if m.marker_id != person.id and not m.anchor]
    taken = sum(1 for m in others if m.submitted_at is not None or m.lock_until > now)
    decided = submission.state is SubmissionState.DECIDED
    anchor = anchors.anchor_of(submission_id) if decided else None
    secret = decided and _secret(person, submission_id, mine)
    files = tuple(files_of([submission_id])[submission_id])
    task = content.task(submission.track, submission.kind, submission.ref)
    checked = task.assignment is not None and bool(task.assignment.checks)
    found = inspection.findings_of(submission, files) if checked else []
    return Desk(
        submission=submission, task=task,
        name=accounts.person(submission.person_id).name, files=files, mine=mine,
        marks=tuple(m for m in marks if m.submitted_at is not None) if decided and not secret else (),
        earlier=() if secret else tuple(_earlier(submission)),
        free=secret or (not decided and taken < submission.needed), decided=decided and not secret,
        since=seemingly(submission_id, mine.started_at if mine else now) if secret else submission.submitted_at,
        findings=None if found is None else tuple(found),
        reference=anchor.levels if anchor and mine and mine.anchor and not secret else {},
        is_anchor=anchor is not None and not secret,
    )  # fmt: skip


def _secret(person: Principal, submission_id: int, mine: Marking | None) -> bool:
    """Return whether this decided work is to be marked as an anchor, unknowingly."""
    if mine is not None:
        return mine.anchor and mine.submitted_at is None
    return anchors.is_due(person, submission_id)


def _earlier(submission: Submission) -> list[Submission]:
    return list(
        db.session().exec(
            rows_of(Submission).where(
                col(Submission.person_id) == submission.person_id,
                col(Submission.track) == submission.track, col(Submission.kind) == submission.kind,
                col(Submission.ref) == submission.ref,
                col(Submission.version) < submission.version,
            ).order_by(col(Submission.version).desc())
        )
    )  # fmt: skip


def next_in_queue(person: Principal, now: datetime, after: int = 0) -> int | None:
    """Return the piece of work to mark next, None when the queue is empty."""
    lines = queue(person, now).lines
    return next((line.id for line in lines if line.id != after), None)


#: What the four levels are called (glossary).
LEVEL_NAMES = {
    1: Text(id="Belum memadai", en="Not yet adequate"),
    2: Text(id="Mulai berkembang", en="Developing"),
    3: Text(id="Kompeten", en="Competent"),
    4: Text(id="Unggul", en="Excellent"),
}
assert set(LEVEL_NAMES) == set(marking_rules.LEVELS)
