"""Practical work: files gathered in a draft, handed in as a version, never overwritten."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from sanggar import errors
from sanggar.assessments import content, inspection, marking_rules, pdf_pages
from sanggar.assessments.content import Task
from sanggar.assessments.models import (
    AnswerFile,
    AssessmentLog,
    Submission,
    SubmissionFile,
    SubmissionState,
)
from sanggar.kernel import db, events, jobs, log
from sanggar.kernel.files import filecheck, photos, storage, sweep, taking
from sanggar.kernel.files.taking import Incoming, Kept, Looked
from sanggar.kernel.forms import clean
from sanggar.kernel.i18n import _, _l
from sanggar.plugin.events import SubmissionReceived

MAX_NOTE = 4000
WAITING = (SubmissionState.SUBMITTED, SubmissionState.MARKING)
DONE = (marking_rules.COMPETENT, marking_rules.ACCEPTED)


def latest(person_id: int, task: Task) -> Submission | None:
    """Return the newest version of somebody's work for a task."""
    return db.session().exec(
        select(Submission).where(
            col(Submission.person_id) == person_id, col(Submission.track) == task.track.id,
            col(Submission.kind) == task.kind, col(Submission.ref) == task.ref,
        ).order_by(col(Submission.version).desc()).limit(1)
    ).first()  # fmt: skip


def _draft(person_id: int, task: Task, now: datetime) -> Submission:
    """Return the open draft, beginning the next version where there is none."""
    last = latest(person_id, task)
    if last is not None and last.state is SubmissionState.DRAFT:
        held = db.lock(Submission, last.id or 0)
        # another request may have handed it in while this one waited
        return held if held.state is SubmissionState.DRAFT else _draft(person_id, task, now)
    if last is not None and last.state in WAITING:
        raise errors.Conflict(
            _l("Your work is with the mentors now. You can change it when they have answered.")
        )
    if last is not None and last.decision in DONE:
        raise errors.Conflict(_l("This work is already accepted. There is nothing to hand in."))
    made = Submission(
        person_id=person_id, track=task.track.id, kind=task.kind, ref=task.ref,
        version=last.version + 1 if last else 1, needed=task.markers, created_at=now,
        open_key=f"{person_id}:{task.track.id}:{task.kind}:{task.ref}",
    )  # fmt: skip
    try:
        with db.session().begin_nested():
            return db.add(made)
    except IntegrityError:  # the same form was sent twice at once
        return _draft(person_id, task, now)


def look_at(task: Task, incoming: Sequence[Incoming]) -> Looked:
    """Check files and put them away, without the database."""
    return taking.look_at(incoming, task.files, keep_exif=task.keep_exif)


@dataclass(frozen=True)
class Added:
    """What became of files that were sent: those that are fine are in the draft."""

    draft: Submission
    problems: tuple[errors.SanggarError, ...] = ()

    def check(self) -> None:
        """Raise what is wrong with the refused files, all in one message."""
        if self.problems:
            large = any(isinstance(p, errors.TooLarge) for p in self.problems)
            text = " ".join(dict.fromkeys(str(p.message) for p in self.problems))
            kind = errors.TooLarge if large else errors.Invalid
            raise kind(text, fields={"files": text})


def add_files(
    person_id: int, task: Task, looked: Looked, now: datetime, *, note: str | None = None
) -> Added:
    """Add files to the draft of a task; a refused one does not hold up the others.

    A file that is too large, not what its name says or of a kind nobody asked for is named in
    `Added.problems` with the limit. A file that is already there is not added again.
    """
    draft = _draft(person_id, task, now)
    hashes = {row.sha256 for row in _files(draft)}
    problems = list(looked.problems)
    for file in looked.kept:
        if file.sha256 in hashes:
            continue  # sent twice
        if len(hashes) >= task.files.max:
            text = _("At most %(limit)s files can be handed in. Remove one first.",
                     limit=task.files.max)  # fmt: skip
            problems.append(errors.TooLarge(text))
            break
        hashes.add(file.sha256)
        row = db.add(_row(draft, file, now))
        if row.kind in filecheck.IMAGES or row.kind == "pdf":
            jobs.enqueue(make_copies, row.id)
    if task.assignment and task.assignment.checks:
        jobs.enqueue(inspection.inspect_submission, draft.id)
    if note is not None:
        draft.note = _read_note(note)
    return Added(draft, tuple(problems))


def _row(draft: Submission, file: Kept, now: datetime) -> SubmissionFile:
    found = file.checked
    return SubmissionFile(
        submission_id=draft.id or 0, name=found.name, sha256=file.sha256, size=file.size,
        kind=found.kind, media_type=found.media_type, width=found.width, height=found.height,
        exif=file.exif, uploaded_at=now,
    )  # fmt: skip


def _read_note(typed: str) -> str:
    text = clean(typed)
    if len(text) > MAX_NOTE:
        raise errors.Invalid(fields={"note": _("At most %(limit)s characters.", limit=MAX_NOTE)})
    return text


def _files(submission: Submission) -> list[SubmissionFile]:
    statement = select(SubmissionFile).where(col(SubmissionFile.submission_id) == submission.id)
    return list(db.session().exec(statement.order_by(col(SubmissionFile.id))))


def remove_file(person_id: int, file_id: int) -> Submission:
    """Take a file out of one's draft; a file that is already gone is fine."""
    row = db.session().get(SubmissionFile, file_id)
    if row is None:
        raise errors.NotFound
    submission = db.lock(Submission, row.submission_id)
    if submission.person_id != person_id:
        raise errors.NotFound
    if submission.state is not SubmissionState.DRAFT:
        raise errors.Conflict(_l("This version is handed in. Its files stay as they are."))
    db.session().execute(delete(SubmissionFile).where(col(SubmissionFile.id) == file_id))
    jobs.enqueue(inspection.inspect_submission, submission.id)
    return submission


def hand_in(
    person_id: int, track_id: str, kind: str, ref: str, *,
    now: datetime, note: str = "", files: Sequence[Incoming] = (),
) -> Submission:  # fmt: skip
    """Hand in the draft of an assignment or a workshop deliverable, with more files if given.

    Handing in twice is fine: the version that is with the mentors is returned.

    Parameters
    ----------
    person_id : int
    track_id, kind, ref : str
        `kind` is ``assignment`` or ``workshop``, `ref` its id in the plugin's files.
    now : datetime
    note : str
        A word to the mentor, at most 4,000 characters.
    files : sequence of Incoming
        Added to what is in the draft already.

    Raises
    ------
    Invalid, TooLarge
        When a file is refused (the others are in the draft), nothing is attached, or the note is
        too long.
    """
    task = content.task(track_id, kind, ref)
    looked = look_at(task, files)
    if (again := _handed_in(person_id, task, looked)) is not None:
        return again
    try:
        added = add_files(person_id, task, looked, now, note=note)
    except errors.Conflict:
        if (again := _handed_in(person_id, task, looked)) is not None:
            return again
        raise
    added.check()
    draft = added.draft
    count = db.session().execute(
        select(func.count()).where(col(SubmissionFile.submission_id) == draft.id)
    ).scalar_one()  # fmt: skip
    if not count and task.files.max:
        raise errors.Invalid(fields={"files": _("Choose at least one file.")})
    draft.state, draft.submitted_at = SubmissionState.SUBMITTED, now
    note_down(draft, "handed_in", now, version=draft.version, files=count)
    db.flush()
    events.emit(
        SubmissionReceived(
            at=now, person=person_id, track=track_id, assignment=ref, submission=draft.id or 0
        )
    )
    return draft


def _handed_in(person_id: int, task: Task, looked: Looked) -> Submission | None:
    """Return the version with the mentors when this form only repeats what it holds."""
    last = latest(person_id, task)
    if last is None or last.state not in WAITING or looked.problems:
        return None
    known = {row.sha256 for row in _files(last)} if looked.kept else set()
    return last if known.issuperset(file.sha256 for file in looked.kept) else None


def note_down(submission: Submission, kind: str, now: datetime, **data: Any) -> None:
    """Write a line into the log of a submission."""
    db.session().add(
        AssessmentLog(
            at=now,
            person_id=submission.person_id,
            submission_id=submission.id,
            kind=kind,
            data=data,
        )
    )


@jobs.task
def make_copies(file_id: int) -> None:
    """Make the copy without metadata that pages show and its thumbnail, or the pages of a PDF."""
    row = db.session().get(SubmissionFile, file_id)
    if row is None or row.public_sha256 or row.pages:
        return
    original, kind = row.sha256, row.kind
    db.rollback()  # gives back the write lock: encoding takes a while
    if kind == "pdf":
        pages = pdf_pages.draw(original)
        if pages and (row := db.session().get(SubmissionFile, file_id)) is not None:
            row.pages = pages
            db.session().add(row)
        return
    try:
        page, thumb = photos.copies(io.BytesIO(storage.read(original)))
    except photos.DAMAGED as error:
        log.get().warning("no_preview", file=file_id, error=repr(error))
        return
    hashes = [storage.put(io.BytesIO(copy)) for copy in (page, thumb)]
    if (row := db.session().get(SubmissionFile, file_id)) is not None:
        row.public_sha256, row.thumb_sha256 = hashes
        db.session().add(row)


@sweep.names_files
def named_files() -> Iterator[str]:
    """Yield the hashes that submissions and answers name."""
    for columns in db.session().execute(
        select(SubmissionFile.sha256, SubmissionFile.public_sha256, SubmissionFile.thumb_sha256)
    ):
        yield from columns
    yield from db.session().execute(select(col(AnswerFile.sha256))).scalars()
    for pages in db.session().execute(select(col(SubmissionFile.pages))).scalars():
        yield from pages
