"""Adaptive exams: which item comes next, when it is enough, what the result is.

The mathematics stands in `sanggar.measurement.adaptive`; here the bank, its calibrations and what was
answered are brought to it. An exam whose bank is not calibrated well enough is drawn like a random
one: an adaptive test on guessed parameters would only look exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from sanggar.assessments import rules
from sanggar.assessments.models import Answer, Attempt, AttemptItem
from sanggar.kernel import db
from sanggar.plugin.track import Assessment, Track


@dataclass(frozen=True)
class Chosen:
    """One item an adaptive exam asks: scored by its parameters, or on trial and unscored."""

    drawn: rules.Drawn
    scored: bool = True
    parameters: tuple[float, ...] = ()


def first(owner: Track, exam: Assessment, seed: str, now: datetime) -> Chosen | None:
    """Return the first item of an adaptive attempt, None where the bank is not calibrated."""
    return None


def answered(attempt: Attempt) -> bool:
    """Return whether the last question of an attempt has an answer."""
    return bool(
        db.session()
        .execute(
            select(col(Answer.answered))
            .join(AttemptItem, col(AttemptItem.id) == col(Answer.attempt_item_id))
            .where(
                col(AttemptItem.attempt_id) == attempt.id,
                col(AttemptItem.position) == attempt.size,
            )
        )
        .scalar()
    )


def after(attempt: Attempt, now: datetime) -> Chosen | None:
    """Return the next item, None when it is enough."""
    return None


def result(attempt: Attempt) -> tuple[rules.Result, bool | None]:
    """Return the result of an adaptive attempt; None: undecided."""
    raise NotImplementedError
