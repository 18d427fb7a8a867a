"""Reading the ranking's own tables: which model serves, and the history of trainings."""

from __future__ import annotations

from dataclasses import dataclass, field
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


@dataclass(frozen=True)
class Serving:
    """The model that serves: what is needed to find and check its files."""

    version: str
    kind: str
    rows: int
    files: dict[str, str] = field(hash=False)


def _state() -> Any:
    last = (
        select(EventRecord.id)
        .where(col(EventRecord.kind).in_(MOVING))
        .order_by(col(EventRecord.id).desc())
        .limit(1)
        .scalar_subquery()
    )
    one = select(last.label("stamp")).subquery()
    return (
        select(
            one.c.stamp, RankingModel.version, RankingModel.kind, RankingModel.rows,
            RankingModel.files,
        )
        .select_from(outerjoin(one, RankingModel, col(RankingModel.active)))
        .order_by(col(RankingModel.id).desc())
        .limit(1)
    )  # fmt: skip


#: Built once: building it costs more than running it.
_STATE = _state()


def state() -> tuple[int, Serving | None]:
    """Return (id of the last event that moves rankings, model that serves), in one statement."""
    stamp, version, kind, rows, files = db.rows(_STATE).one()
    return stamp or 0, Serving(version, kind, rows, files) if version else None


def serving() -> Serving | None:
    """Return the model that serves, None when the fixed weights do."""
    return state()[1]


def history(limit: int = 20) -> list[RankingModel]:
    """Return trainings, the newest first."""
    statement = select(RankingModel).order_by(col(RankingModel.id).desc()).limit(limit)
    return list(db.session().execute(statement).scalars())
