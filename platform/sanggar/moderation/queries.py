"""What the pages of moderation read."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func
from sqlmodel import col, select

from sanggar import errors
from sanggar.assessments import queries as assessments
from sanggar.kernel import db
from sanggar.kernel.access import Principal, Role
from sanggar.moderation import service
from sanggar.moderation.models import Appeal, AppealState, Regrade, ScoreChange


def corrections(tracks: Collection[str]) -> list[Regrade]:
    """Return the corrections of some tracks, the newest first."""
    return list(
        db.session().exec(
            select(Regrade)
            .where(col(Regrade.track).in_(tracks))
            .order_by(col(Regrade.id).desc())
            .limit(100)
        )
    )


def correction(regrade_id: int) -> Regrade:
    """Return a correction or raise `NotFound`."""
    return db.get(Regrade, regrade_id)


def history(regrade_id: int) -> list[ScoreChange]:
    """Return what a correction has changed so far; attempts it left as they were are not listed."""
    return list(
        db.session().exec(
            select(ScoreChange)
            .where(col(ScoreChange.regrade_id) == regrade_id, service.changes())
            .order_by(col(ScoreChange.attempt_id))
        )
    )


def appeal(appeal_id: int) -> Appeal:
    """Return an objection or raise `NotFound`."""
    return db.get(Appeal, appeal_id)


def appeals(by: Principal) -> list[Appeal]:
    """Return open objections of a mentor's tracks, the oldest first, then the last decided ones."""
    if not by.has(Role.MENTOR) or not by.tracks:
        return []
    rows = db.session().exec(
        select(Appeal)
        .where(col(Appeal.track).in_(by.tracks), col(Appeal.person_id) != by.id)
        .order_by(
            col(Appeal.decided_at).is_not(None), col(Appeal.decided_at).desc(), col(Appeal.filed_at)
        )
        .limit(100)
    )
    return list(rows)


def with_verdicts(rows: Sequence[Appeal]) -> list[tuple[Appeal, assessments.Verdict]]:
    """Return objections beside the results they are about."""
    found = {
        (verdict.attempt_id, verdict.submission_id): verdict
        for verdict in assessments.verdicts_on(
            [row.attempt_id for row in rows if row.attempt_id],
            [row.submission_id for row in rows if row.submission_id],
        )
    }
    return [(row, found[row.attempt_id, row.submission_id]) for row in rows]


def waiting(by: Principal) -> int:
    """Return how many objections are open in a mentor's tracks, for whoever may decide them."""
    if not by.has(Role.MENTOR) or not by.tracks:
        return 0
    statement = select(func.count()).where(
        col(Appeal.state) == AppealState.OPEN, col(Appeal.track).in_(by.tracks),
        col(Appeal.person_id) != by.id,
    )  # fmt: skip
    return int(db.session().execute(statement).scalar_one())


def appeal_for(appeal_id: int, by: Principal) -> tuple[Appeal, assessments.Verdict]:
    """Return an objection that this mentor may decide or raise `NotFound`."""
    row = db.get(Appeal, appeal_id)
    verdict = service.verdict_of(row)
    if not service.may_decide(row, verdict, by):
        raise errors.NotFound
    return row, verdict
