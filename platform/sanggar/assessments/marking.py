"""Marking practical work: hold it, save a draft, hand the marks in, decide.

Markers see nothing of each other until the work is decided. A marker holds a place for two hours;
after that somebody else may take it, and the draft is still there when the first one comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import col, select

from sanggar import errors
from sanggar.assessments import anchors, content, inspection, marking_rules
from sanggar.assessments.content import Task
from sanggar.assessments.models import Marking, Recusal, Submission, SubmissionState, TaskKind
from sanggar.assessments.submissions import WAITING, note_down
from sanggar.kernel import db, events, jobs
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.forms import clean
from sanggar.kernel.i18n import _, _l
from sanggar.plugin.events import SubmissionDecided

MAX_COMMENT = 4000


@dataclass(frozen=True)
class Marks:
    """What a marker filled in: levels and comments by criterion, a comment on the whole."""

    levels: Mapping[str, int] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    comment: str = ""


def may_mark(person: Principal, submission: Submission) -> bool:
    """Return whether somebody mentors the track, did not make the work and does not accompany its maker."""
    granted = person.has(Role.MENTOR) and submission.track in person.tracks
    return granted and submission.person_id != person.id and not recused(person, submission)


def recused(person: Principal, submission: Submission) -> bool:
    """Return whether somebody goes along with the maker of a certifying piece of work.

    What comes out of a workshop is accepted by those who held it, whoever they accompany.
    """
    if submission.kind is TaskKind.WORKSHOP:
        return False
    return db.session().exec(
        select(Recusal.id).where(
            col(Recusal.mentor_id) == person.id, col(Recusal.person_id) == submission.person_id
        )
    ).first() is not None  # fmt: skip


def recuse(mentor_id: int, person_id: int, now: datetime) -> None:
    """Keep a mentor from marking somebody they go along with; saying it twice is fine."""
    known = db.session().exec(
        select(Recusal.id).where(
            col(Recusal.mentor_id) == mentor_id, col(Recusal.person_id) == person_id
        )
    ).first()  # fmt: skip
    if known is None:
        db.add(Recusal(mentor_id=mentor_id, person_id=person_id, since=now))


def _hold(person: Principal, submission_id: int) -> Submission:
    submission = db.lock(Submission, submission_id)
    if not may_mark(person, submission) or submission.state is SubmissionState.DRAFT:
        raise errors.NotFound
    return submission


def _marking(submission: Submission, marker_id: int) -> Marking | None:
    return db.session().exec(
        select(Marking).where(
            col(Marking.submission_id) == submission.id, col(Marking.marker_id) == marker_id
        )
    ).first()  # fmt: skip


def free_places(submission: Submission, marker_id: int, now: datetime) -> int:
    """Return how many markers are still wanted besides those who hold or finished it."""
    rows = db.session().execute(
        select(Marking.submitted_at, Marking.lock_until).where(
            col(Marking.submission_id) == submission.id, col(Marking.marker_id) != marker_id,
            col(Marking.anchor).is_(False),
        )
    )  # fmt: skip
    taken = sum(1 for done, until in rows if done is not None or until > now)
    return submission.needed - taken


def take(person: Principal, submission_id: int, now: datetime) -> Marking:
    """Hold a piece of work for two hours, or hold it again; the draft of before is kept.

    Parameters
    ----------
    person : Principal
        A mentor of the track; nobody marks their own work (`NotFound`).
    submission_id : int
    now : datetime

    Raises
    ------
    Conflict
        When it is decided, or when enough others are marking it.
    """
    submission = _hold(person, submission_id)
    mine = _marking(submission, person.id)
    if mine is not None and mine.submitted_at is not None:
        return mine
    anchor = anchors.is_due(person, submission_id) or (mine is not None and mine.anchor)
    if not anchor and submission.state not in WAITING:
        raise errors.Conflict(_l("This work is decided already."))
    if not anchor and free_places(submission, person.id, now) < 1:
        raise errors.Conflict(
            _l("Colleagues are marking this work. Take the next one in the queue.")
        )
    if mine is None:
        mine = Marking(
            submission_id=submission_id, marker_id=person.id, started_at=now, saved_at=now,
            lock_until=now, anchor=anchor,
        )  # fmt: skip
    mine.lock_until = now + marking_rules.LOCK
    if not anchor:
        submission.state = SubmissionState.MARKING
    if not submission.inspected:  # handed in before its checks existed
        jobs.enqueue(inspection.inspect_submission, submission_id)
    return db.add(mine)


def give_back(person: Principal, submission_id: int, now: datetime) -> None:
    """Let somebody else have the work; what was filled in is kept."""
    submission = _hold(person, submission_id)
    mine = _marking(submission, person.id)
    if mine is not None and mine.submitted_at is None:
        mine.lock_until = now
        db.flush()


def save_marks(person: Principal, submission_id: int, marks: Marks, now: datetime) -> Marking:
    """Save a draft of one's marks and hold the work on."""
    submission = _hold(person, submission_id)
    task = _task(submission)
    mine = _marking(submission, person.id)
    if mine is None:
        mine = take(person, submission_id, now)
    if mine.submitted_at is not None:
        raise errors.Conflict(_l("Your marks are handed in. They cannot be changed any more."))
    known = {c.id for c in task.assignment.rubric} if task.assignment else set()
    mine.levels = {
        c: level
        for c, level in marks.levels.items()
        if c in known and level in marking_rules.LEVELS
    }
    mine.comments = {c: clean(text) for c, text in marks.comments.items() if c in known and text}
    mine.comment = clean(marks.comment)
    long = [c for c, text in mine.comments.items() if len(text) > MAX_COMMENT]
    if long or len(mine.comment) > MAX_COMMENT:
        text = _("At most %(limit)s characters.", limit=MAX_COMMENT)
        raise errors.Invalid(fields=dict.fromkeys(long or ["comment"], text))
    mine.saved_at = now
    if mine.anchor or free_places(submission, person.id, now) >= 1:
        mine.lock_until = now + marking_rules.LOCK
    db.flush()
    return mine


def _task(submission: Submission) -> Task:
    return content.task(submission.track, submission.kind, submission.ref)


def submit_marks(person: Principal, submission_id: int, marks: Marks, now: datetime) -> Submission:
    """Hand one's marks in and decide the work when enough marks are there; once only.

    Parameters
    ----------
    person : Principal
    submission_id : int
    marks : Marks
        A level 1..4 for every criterion of the rubric; saved as a draft when incomplete.
    now : datetime

    Returns
    -------
    Submission
        Decided, or waiting for the second or third marker.

    Raises
    ------
    Invalid
        When a criterion has no level yet; nothing that was filled in is lost.
    Conflict
        When others took the place after one's two hours were over.
    """
    submission = _hold(person, submission_id)
    assignment = _task(submission).assignment
    if assignment is None:
        raise errors.BadRequest
    before = _marking(submission, person.id)
    if before is not None and before.submitted_at is not None:
        return submission
    mine = save_marks(person, submission_id, marks, now)
    missing = marking_rules.missing_levels(assignment, mine.levels)
    if missing:
        raise errors.Invalid(
            _("Choose a level for every criterion."),
            fields={name: _("Choose a level.") for name in missing},
        )
    open_ = submission.state in WAITING and free_places(submission, person.id, now) >= 1
    if not mine.anchor and not open_:
        raise errors.Conflict(_l("Enough colleagues have marked this work meanwhile."))
    mine.total = marking_rules.total(assignment, mine.levels)
    passed = marking_rules.meets(assignment, mine.total, mine.levels)
    mine.decision = marking_rules.COMPETENT if passed else marking_rules.NOT_YET
    mine.submitted_at = mine.lock_until = now
    db.flush()
    if not mine.anchor:
        note_down(submission, "marked", now, marker=person.id)
        _consider(submission, now)
    return submission


def _consider(submission: Submission, now: datetime) -> None:
    """Decide the work if its marks allow it, or ask for a third marker."""
    assignment = _task(submission).assignment
    if assignment is None:
        return
    marks = db.session().exec(
        select(Marking.levels).where(
            col(Marking.submission_id) == submission.id, col(Marking.submitted_at).is_not(None),
            col(Marking.anchor).is_(False),
        ).order_by(col(Marking.submitted_at), col(Marking.id))
    ).all()  # fmt: skip
    decision = marking_rules.decide(assignment, marks, submission.needed)
    if decision.third and submission.needed < decision.needed:
        note_down(submission, "third_marker", now)
    submission.needed = decision.needed
    if not decision.verdict:
        db.flush()
        return
    if submission.decided_at is not None and not _better(submission, decision):
        # looked at again after an appeal: what it had is the least it keeps
        submission.state, submission.open_key = SubmissionState.DECIDED, None
        note_down(submission, "kept", now, decision=submission.decision)
        _tell(submission, now)
        return
    submission.total, submission.levels = decision.total, decision.levels
    _close(submission, decision.verdict, now)


def _better(submission: Submission, decision: marking_rules.Decision) -> bool:
    """Return whether a decision is at least as good as the one before it."""
    before = submission.decision == marking_rules.COMPETENT
    after = decision.verdict == marking_rules.COMPETENT
    return (after, decision.total) >= (before, submission.total or 0.0)


def _close(submission: Submission, decision: str, now: datetime) -> None:
    submission.decision, submission.decided_at = decision, now
    submission.state, submission.open_key = SubmissionState.DECIDED, None
    note_down(submission, "decided", now, decision=decision)
    _tell(submission, now)


def _tell(submission: Submission, now: datetime) -> None:
    db.flush()
    events.emit(
        SubmissionDecided(
            at=now, person=submission.person_id, track=submission.track, assignment=submission.ref,
            submission=submission.id or 0, decision=submission.decision,
        )
    )  # fmt: skip


def reopen(submission_id: int, now: datetime) -> None:
    """Ask one more marker to look at decided work, after an appeal; all marks count together.

    The decision of before counts meanwhile, and it stays when the new one would be worse. What came
    out of a workshop has no marks: it is accepted at once.
    """
    submission = db.lock(Submission, submission_id)
    if submission.state is not SubmissionState.DECIDED:
        return
    if submission.kind is TaskKind.WORKSHOP:
        if submission.decision == marking_rules.RETURNED:
            _close(submission, marking_rules.ACCEPTED, now)
        return
    given = db.session().exec(
        select(Marking.id).where(
            col(Marking.submission_id) == submission_id, col(Marking.submitted_at).is_not(None),
            col(Marking.anchor).is_(False),
        )
    ).all()  # fmt: skip
    submission.needed = len(given) + 1
    submission.state = SubmissionState.SUBMITTED
    note_down(submission, "reopened", now)
    db.flush()


def decide_deliverable(
    person: Principal, submission_id: int, decision: str, comment: str, now: datetime
) -> Submission:
    """Accept what came out of a workshop, or return it with a word on what to change; once only."""
    submission = _hold(person, submission_id)
    if submission.kind is not TaskKind.WORKSHOP:
        raise errors.BadRequest
    if decision not in (marking_rules.ACCEPTED, marking_rules.RETURNED):
        raise errors.Invalid(fields={"decision": _("Choose whether to accept or to return it.")})
    text = clean(comment)
    if decision == marking_rules.RETURNED and not text:
        raise errors.Invalid(fields={"comment": _("Write what should be changed.")})
    if len(text) > MAX_COMMENT:
        raise errors.Invalid(
            fields={"comment": _("At most %(limit)s characters.", limit=MAX_COMMENT)}
        )
    if submission.state is SubmissionState.DECIDED:
        if submission.decision != decision:
            raise errors.Conflict(_l("This work is decided already."))
        return submission
    mine = take(person, submission_id, now)
    mine.comment, mine.decision = text, decision
    mine.submitted_at = mine.saved_at = mine.lock_until = now
    _close(submission, decision, now)
    return submission
