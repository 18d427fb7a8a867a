"""Answers of a live attempt: each known by its tab and sequence number, every one kept.

The newest sequence number wins, a repetition is recognised, what comes too late is logged with its
verdict and counts nothing. The attempt's row is held, so two tabs take turns.

Nobody works while the clock rests: a new answer that counts ends a break, a repetition does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import col, select

from sanggar import errors
from sanggar.assessments import attempts, clocks, grading, pauses, rules
from sanggar.assessments.models import (
    Answer,
    AnswerLog,
    Attempt,
    AttemptItem,
    AttemptState,
    SaveVerdict,
)
from sanggar.kernel import db
from sanggar.kernel.i18n import _l

#: Browsers count exactly up to here; larger sequence numbers are nonsense.
MAX_SEQ = 2**53 - 1


@dataclass(frozen=True)
class Saved:
    """What became of an answer; `at` is when the server first received it."""

    verdict: SaveVerdict
    at: datetime
    seq: int

    @property
    def refused(self) -> bool:
        """True when the answer came too late to count."""
        return self.verdict in (SaveVerdict.LATE, SaveVerdict.CLOSED)


def answer_from_form(
    attempt: Attempt,
    position: int,
    form: Mapping[str, list[str]],
    *,
    seq: int,
    client: str,
    newest: bool,
    now: datetime,
) -> Saved:
    """Save what a form says about one item; `attempt` is held by the caller.

    Parameters
    ----------
    attempt : Attempt
        From `hold`.
    position : int
        Place of the item in the form, from 1.
    form : mapping of str to list of str
        The fields; the item's question type reads those whose names start with ``answer``.
    seq, client, newest, now
        See `save_answer`.
    """
    row = _item_row(attempt, position)
    response = grading.read(grading.restore(row.item), form)
    return _save(
        attempt, row.id, position, response, seq=seq, client=client, newest=newest, now=now
    )


def save_answer(
    attempt_id: int,
    position: int,
    response: Any,
    seq: int,
    now: datetime,
    *,
    client: str = "",
    newest: bool = False,
) -> Saved:
    """Save the response to one item: once for each (client, seq), the highest seq wins.

    Parameters
    ----------
    attempt_id : int
    position : int
        Place of the item in the form, from 1.
    response : JSON value or None
        As made by the question type's `read`; None takes the answer back.
    seq : int
        Sequence number the client counts up with every change.
    now : datetime
        When the server received it: the only clock that decides what is late.
    client : str
        The tab or device that counts `seq`.
    newest : bool
        A plain form without a counter: order it after everything received so far.

    Returns
    -------
    Saved
        ``saved``; ``stale`` when a newer answer is already there; ``locked`` when an adaptive exam
        has gone on from it; ``late`` or ``closed`` when it came after the deadline or after the
        attempt was decided (kept in the log only).
    """
    attempt = db.lock(Attempt, attempt_id)
    row = _item_row(attempt, position)
    return _save(
        attempt, row.id, position, response, seq=seq, client=client, newest=newest, now=now
    )


def _item_row(attempt: Attempt, position: int) -> Any:
    row = db.session().execute(
        select(AttemptItem.id, AttemptItem.item).where(
            col(AttemptItem.attempt_id) == attempt.id, col(AttemptItem.position) == position
        )
    ).first()  # fmt: skip
    if row is None:
        raise errors.NotFound
    return row


def _save(
    attempt: Attempt, item_row_id: int, position: int, response: Any,
    *, seq: int, client: str, newest: bool, now: datetime,
) -> Saved:  # fmt: skip
    if not 0 < seq <= MAX_SEQ or len(client) > 40:
        raise errors.BadRequest(_l("This answer has no valid sequence number. Reload the page."))
    session = db.session()
    seen = session.exec(
        select(AnswerLog).where(
            col(AnswerLog.attempt_id) == attempt.id,
            col(AnswerLog.client) == client,
            col(AnswerLog.client_seq) == seq,
        )
    ).first()
    if seen is not None:
        if (seen.position, seen.response) == (position, response):
            return Saved(seen.verdict, seen.received_at, seq)
        # the same page was edited and sent again: that is a new answer, never a repetition
        seq, newest = attempt.last_seq + 1, True
    order = max(seq, attempt.last_seq + 1) if newest else seq
    current = session.exec(select(Answer).where(col(Answer.attempt_item_id) == item_row_id)).first()
    verdict = _verdict(attempt, position, current, order, now)
    session.add(
        AnswerLog(
            attempt_id=attempt.id or 0, client=client, client_seq=seq, position=position,
            response=response, received_at=now, verdict=verdict,
        )
    )  # fmt: skip
    attempt.last_seq = max(attempt.last_seq, order)
    if verdict is SaveVerdict.SAVED:
        if current is None:
            current = Answer(
                attempt_item_id=item_row_id, attempt_id=attempt.id or 0, seq=order, saved_at=now
            )
        current.response, current.answered = response, response is not None
        current.seq, current.saved_at = order, now
        session.add(current)
        pauses.answer_came(attempt, now)
    elif verdict is SaveVerdict.LATE:
        attempts.note(attempt, "late_answer", now, position=position)
        attempts.decide(attempt, now, "time_up")
    db.flush()
    return Saved(verdict, now, order)


def _verdict(
    attempt: Attempt, position: int, current: Answer | None, order: int, now: datetime
) -> SaveVerdict:
    if attempt.state is not AttemptState.LIVE:
        return SaveVerdict.CLOSED
    if not rules.in_time(clocks.of(attempt).end(now), now):
        return SaveVerdict.LATE
    if attempt.selection == "adaptive" and position < attempt.size:
        return SaveVerdict.LOCKED
    if current is not None and current.seq > order:
        return SaveVerdict.STALE
    return SaveVerdict.SAVED
