"""Reading the ranking's own tables: which model serves, and the history of trainings."""

from __future__ import annotations

from typing import Any

from sqlalchemy import outerjoin
from sqlmodel import col
from sqlmodel import select as typed_select

from sanggar.kernel import db
from sanggar.kernel.models import EventRecord
from sanggar.ranking.models import RankingModel

select: Any = typed_select

#: What can change an order of names. Anything else leaves a computed ranking as it is.
MOVING = (
    "AttemptGraded", "CertificateIssued", "CertificateRevoked", "ConsentChanged", "OfferAnswered",
    "OfferMade", "PlacementChanged", "SubmissionDecided", "WorkProfileChanged",
)  # fmt: skip


def state() -> tuple[int, RankingModel | None]:
    """Return (id of the last event that moves rankings, active model), in one statement."""
    last = (
        select(EventRecord.id)
        .where(col(EventRecord.kind).in_(MOVING))
        .order_by(col(EventRecord.id).desc())
        .limit(1)
        .scalar_subquery()
    )
    one = select(last.label("stamp")).subquery()
    row = db.session().execute(
        select(one.c.stamp, RankingModel)
        .select_from(outerjoin(one, RankingModel, col(RankingModel.active)))
        .order_by(col(RankingModel.id).desc())
        .limit(1)
    ).one()  # fmt: skip
    return row[0] or 0, row[1]


def active() -> RankingModel | None:
    """Return the model that serves, None when the fixed weights do."""
    return state()[1]


def history(limit: int = 20) -> list[RankingModel]:
    """Return trainings, the newest first."""
    statement = select(RankingModel).order_by(col(RankingModel.id).desc()).limit(limit)
    return list(db.session().execute(statement).scalars())
