"""Reading the ranking's own tables: which model serves, and the history of trainings."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import outerjoin
from sqlmodel import col
from sqlmodel import select as typed_select

from sanggar.kernel import db
from sanggar.kernel.models import EventRecord
from sanggar.ranking.models import (
    RankingList,
    RankingModel,
    RankingPlace,
    RankingReport,
    RankingTurn,
)
from sanggar.ranking.objection_models import RankingObjection

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


def serving_row() -> RankingModel | None:
    """Return the training that serves with all its numbers, None when the fixed weights do."""
    statement = select(RankingModel).where(col(RankingModel.active))
    row: RankingModel | None = db.session().execute(statement).scalars().first()
    return row


def turns(limit: int = 20) -> list[RankingTurn]:
    """Return which model served from when on, the newest first."""
    statement = select(RankingTurn).order_by(col(RankingTurn.id).desc()).limit(limit)
    return list(db.session().execute(statement).scalars())


def report() -> RankingReport | None:
    """Return what the last nightly look found."""
    row: RankingReport | None = db.session().execute(select(RankingReport)).scalars().first()
    return row


def list_ids() -> list[int]:
    """Return the ids of all logged lists."""
    return list(db.rows(select(RankingList.id).order_by(col(RankingList.id))).scalars())


def logged(list_id: int) -> RankingList | None:
    """Return one logged list."""
    return db.session().get(RankingList, list_id)


def export_person(person_id: int) -> dict[str, Any]:
    """Return the places at which somebody stood in lists, with the reasons that were shown."""
    rows = db.rows(
        select(
            RankingList.made_at, RankingList.version, RankingList.content, RankingPlace.place,
            RankingPlace.ranked, RankingPlace.propensity, RankingPlace.kept, RankingPlace.opened_at,
            RankingPlace.shortlisted_at,
        )
        .join(RankingList, col(RankingList.id) == col(RankingPlace.list_id))
        .where(col(RankingPlace.person_id) == person_id)
        .order_by(col(RankingPlace.id))
    )  # fmt: skip
    return {"ranking_place": [_own(row._mapping) for row in rows]}


def _own(row: Any) -> dict[str, Any]:
    content = row["content"]
    shown = next(each for each in content["outcome"] if each["place"] == row["place"])
    values = next(each[5] for each in content["rows"] if each[0] == shown["talent"])
    return {
        "at": row["made_at"], "model": row["version"], "place": row["place"],
        "place_before_exchange": row["ranked"], "chance_of_place": row["propensity"],
        "kept_for_newcomers": row["kept"], "opened_at": row["opened_at"],
        "shortlisted_at": row["shortlisted_at"], "score": shown["score"],
        "values": dict(zip(content["names"], values, strict=True)), "added": shown["added"],
        "reasons": [words[0] for words in shown["reasons"]],
    }  # fmt: skip


def objection_parties(objection_id: int) -> tuple[int, int | None, int]:
    """Return (talent, hub, brief) of an objection, for messages."""
    row = db.get(RankingObjection, objection_id)
    return row.person_id, row.hub_id, row.brief_id
