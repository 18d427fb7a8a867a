"""The log of an attempt as its candidate reads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from sanggar.assessments.models import AnswerLog, AssessmentLog
from sanggar.kernel import db


@dataclass(frozen=True)
class Entry:
    """One line of an attempt's log: what happened, and to which question."""

    at: datetime
    kind: str
    position: int | None
    data: Mapping[str, Any]


def entries(attempt_id: int) -> list[Entry]:
    """Return everything that was written down about an attempt, in order.

    Answers are told apart by their verdict: saved, older than one that was there, too late.
    """
    session = db.session()
    told = [
        Entry(row.at, row.kind, row.data.get("position"), row.data)
        for row in session.execute(
            select(col(AssessmentLog.at), col(AssessmentLog.kind), col(AssessmentLog.data))
            .where(col(AssessmentLog.attempt_id) == attempt_id)
            .order_by(col(AssessmentLog.id))
        )
    ]
    given = [
        Entry(row.received_at, f"answer_{row.verdict.value}", row.position, {})
        for row in session.execute(
            select(col(AnswerLog.received_at), col(AnswerLog.verdict), col(AnswerLog.position))
            .where(col(AnswerLog.attempt_id) == attempt_id)
            .order_by(col(AnswerLog.id))
        )
    ]
    return sorted([*told, *given], key=lambda entry: entry.at)
