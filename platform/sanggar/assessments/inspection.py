"""Automatic checks of practical work: what they measured, kept beside the files they measured.

They run as a job when files change, so that talents can mend their work before they hand it in.
Markers read findings, never verdicts.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from sqlmodel import col, select

from sanggar.assessments import content
from sanggar.assessments.models import Submission, SubmissionFile
from sanggar.kernel import db, jobs, registry
from sanggar.kernel.files import storage
from sanggar.plugin.items import Finding, Item, Level, UploadedFile
from sanggar.plugin.text import Text
from sanggar.plugin.track import Assignment, Check


def key_of(files: Iterable[SubmissionFile]) -> str:
    """Return a name of a set of files: findings belong to exactly these."""
    return hashlib.sha256("".join(sorted(f.sha256 for f in files)).encode()).hexdigest()


def findings_of(submission: Submission, files: Sequence[SubmissionFile]) -> list[Finding] | None:
    """Return what was measured in these files, None while the checks run."""
    if not files:
        return []
    if submission.inspected != key_of(files):
        return None
    return [Finding.model_validate(row) for row in submission.findings]


def item_of(assignment: Assignment, check: Check) -> Item:
    """Return a check of an assignment in the shape that question types take."""
    return Item(
        id=f"{assignment.id}-{check.type}", type=check.type, area="-", level=Level.APPLY,
        stem=assignment.title, explanation=Text(id="-"), params=dict(check.params),
    )  # fmt: skip


def inspect(assignment: Assignment, files: Sequence[UploadedFile]) -> list[Finding]:
    """Return what every check of an assignment measures in files; a failing check is left out."""
    found: list[Finding] = []
    known = registry.current()
    for check in assignment.checks:
        kind = known.question_types.get(check.type)
        if kind is None:
            continue
        with registry.guard(known.owner("question_types", check.type), swallow=True):
            found += kind.inspect(item_of(assignment, check), files)
    return found


@jobs.task
def inspect_submission(submission_id: int) -> None:
    """Run the automatic checks of a submission and keep what they measured."""
    submission = db.session().get(Submission, submission_id)
    if submission is None:
        return
    task = content.find_task(submission.track, submission.kind, submission.ref)
    rows = db.session().exec(
        select(SubmissionFile).where(col(SubmissionFile.submission_id) == submission_id)
    ).all()  # fmt: skip
    key = key_of(rows)
    if task is None or task.assignment is None or not rows or submission.inspected == key:
        return
    files = [
        UploadedFile(name=r.name, kind=r.kind, size=r.size, path=storage.path(r.sha256))
        for r in rows
    ]
    assignment = task.assignment
    db.rollback()  # gives back the write lock: measuring takes a while
    found = inspect(assignment, files)
    if (submission := db.session().get(Submission, submission_id)) is not None:
        submission.findings = [finding.model_dump(mode="json") for finding in found]
        submission.inspected = key
        db.session().add(submission)
