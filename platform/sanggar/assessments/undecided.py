"""Adaptive exams that stayed undecided: the third outcome, which a person turns into one of two.

An interval that still holds the mark after every further question says that the exam cannot tell. A
mentor talks with the talent about the questions and decides, in words that are kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from sanggar import errors
from sanggar.accounts import queries as accounts
from sanggar.assessments import attempts, content, rules
from sanggar.assessments.models import Attempt, AttemptItem, AttemptState, Recusal
from sanggar.kernel import db
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.forms import clean
from sanggar.kernel.i18n import _
from sanggar.plugin.text import Text

MAX_NOTE = 1000
PASS, NOT_YET = "pass", "not_yet"


@dataclass(frozen=True)
class Undecided:
    """One exam between the two decisions."""

    id: int
    track: str
    title: Text
    person_id: int
    name: str
    score: float
    mark: float
    error: float
    submitted_at: datetime | None


def waiting(person: Principal) -> list[Undecided]:
    """Return the undecided exams of a mentor's tracks, the longest wait first."""
    if not person.has(Role.MENTOR) or not person.tracks:
        return []
    return _found(person, [])


def one(person: Principal, attempt_id: int) -> Undecided:
    """Return an undecided exam that this mentor may decide or raise `NotFound`."""
    found = _found(person, [col(Attempt.id) == attempt_id])
    if not found:
        raise errors.NotFound
    return found[0]


def _found(person: Principal, more: list[object]) -> list[Undecided]:
    to_judge = (
        select(col(AttemptItem.id))
        .where(col(AttemptItem.attempt_id) == col(Attempt.id), col(AttemptItem.needs_human))
        .correlate(Attempt).exists()
    )  # fmt: skip
    known = (
        select(col(Recusal.id))
        .where(col(Recusal.mentor_id) == person.id, col(Recusal.person_id) == col(Attempt.person_id))
        .correlate(Attempt).exists()
    )  # fmt: skip
    rows = db.session().execute(
        select(
            col(Attempt.id), col(Attempt.track), col(Attempt.assessment), col(Attempt.person_id),
            col(Attempt.score), col(Attempt.pass_total), col(Attempt.ability_error),
            col(Attempt.submitted_at),
        )
        .where(
            col(Attempt.state) == AttemptState.REVIEW, col(Attempt.selection) == "adaptive",
            col(Attempt.track).in_(person.tracks), col(Attempt.person_id) != person.id,
            ~to_judge, ~known, *more,  # type: ignore[arg-type]
        )
        .order_by(col(Attempt.submitted_at))
        .limit(50)
    ).all()  # fmt: skip
    people = accounts.people({row[3] for row in rows})
    return [
        Undecided(
            id=row[0], track=row[1], title=content.title_of(row[1], row[2]), person_id=row[3],
            name=people[row[3]].name, score=row[4] or 0.0, mark=row[5], error=row[6] or 0.0,
            submitted_at=row[7],
        )
        for row in rows
    ]  # fmt: skip


def decide(person: Principal, attempt_id: int, verdict: str, note: str, now: datetime) -> None:
    """Decide an undecided exam; deciding it again is fine.

    Raises
    ------
    Invalid
        Without a decision, or without the reason for it.
    """
    attempt = db.lock(Attempt, attempt_id)
    if attempt.state is AttemptState.DECIDED:
        return
    one(person, attempt_id)
    text, faults = clean(note), {}
    if verdict not in (PASS, NOT_YET):
        faults["verdict"] = _("Choose one of the options.")
    if not text or len(text) > MAX_NOTE:
        faults["note"] = _("Say in at most 1,000 characters what you based it on.")
    if faults:
        raise errors.Invalid(fields=faults)
    attempts.note(attempt, "cleared", now, by=person.id, verdict=verdict, note=text)
    result = rules.Result(attempt.score or 0.0, dict(attempt.by_unit))
    attempts.settle(attempt, result, verdict == PASS, now)
