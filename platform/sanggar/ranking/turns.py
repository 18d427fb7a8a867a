"""Which model serves: kept after a training, promoted by hand, and every change of it dated.

A training computes first and writes last: files, then one transaction with the row and the turn. Killed
at any moment, it leaves what serves as it was.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import col
from sqlmodel import select as typed_select

from sanggar.errors import Conflict, NotFound
from sanggar.kernel import db
from sanggar.kernel.models import AuditEntry
from sanggar.ranking import queries, service, store
from sanggar.ranking.models import RankingList, RankingModel, RankingTurn
from sanggar.ranking.queries import Serving
from sanggar.ranking.training import FIXED
from sanggar.ranking.trial import Trial

select: Any = typed_select

#: Trainings whose files are kept in any case.
LATEST = 10
#: Name of the fixed weights on the command line.
WEIGHTS = "fixed"


def keep(trial: Trial, now: datetime) -> RankingModel | None:
    """Write a trial down: its files, its row, and whose turn it is.

    Returns
    -------
    RankingModel or None
        The new row; None when there was too little to learn from.
    """
    found, row = trial.found, None
    if trial.model is not None:
        version = f"{now:%Y%m%d-%H%M%S}-{found.kind}"
        files = store.save(version, trial.model, trial.names, trial.chance)
        row = db.add(RankingModel(
            version=version, kind=found.kind, trained_at=now, rows=found.rows,
            metrics=asdict(found), files=files, card=trial.card,
        ))  # fmt: skip
    if found.ships and row is not None:
        turn(row.version, now, found.reason)
    elif found.decision == FIXED and queries.serving() is not None:
        turn("", now, found.reason)
    return row


def turn(version: str, now: datetime, reason: str, *, held: bool = False) -> None:
    """Let a version serve from now on; an empty one means the fixed weights."""
    known = db.session().execute(select(RankingModel)).scalars()
    for row in known:
        if row.active != (row.version == version):
            row.active = row.version == version
            db.session().add(row)
    db.add(RankingTurn(at=now, version=version, reason=reason[:500], held=held))
    db.after_commit(service.forget)


def promote(version: str, now: datetime, *, force: str = "", hold: bool = False) -> None:
    """Let a version serve that has earned it, or any for a reason that is written down.

    Parameters
    ----------
    version : str
        Of a training, or `WEIGHTS`.
    now : datetime
    force : str
        Why it should serve although it has not earned it.
    hold : bool
        No training changes it until the next promotion.

    Raises
    ------
    NotFound
        When there is no such training.
    Conflict
        When it has not earned it and no reason is given, or its files cannot be trusted.
    """
    present = queries.serving()
    before = present.version if present else WEIGHTS
    row = None if version == WEIGHTS else _checked(version, force)
    if before == version and held() == hold:
        return
    turn("" if row is None else version, now, force or "promoted by hand", held=hold)
    db.add(AuditEntry(
        at=now, actor_id=0, actor_roles="command line", action="update", entity="ranking_model",
        entity_id=(row.id or 0) if row is not None else 0, before={"serves": before},
        after={"serves": version, "reason": force, "held": hold},
    ))  # fmt: skip


def held() -> bool:
    """Return whether what serves was chosen by hand to stay."""
    latest = next(iter(queries.turns(1)), None)
    return latest is not None and latest.held


def _checked(version: str, force: str) -> RankingModel:
    wanted = select(RankingModel).where(col(RankingModel.version) == version)
    row: RankingModel | None = db.session().execute(wanted).scalars().first()
    if row is None:
        raise NotFound(f"there is no training '{version}'")
    if store.load(Serving(row.version, row.kind, row.rows, row.files)) is None:
        raise Conflict(f"the files of {version} cannot be trusted: nothing is changed")
    if not row.metrics.get("ships") and not force:
        said = row.metrics.get("reason") or "it was not measured"
        raise Conflict(
            f"{version} has not earned it ({said}). "
            'To promote it all the same, give a reason: --force "why"'
        )
    return row


def referred() -> set[str]:
    """Return the versions whose files somebody still needs."""
    rows = db.rows(
        select(RankingModel.version, RankingModel.active).order_by(col(RankingModel.id).desc())
    ).all()
    latest = {version for n, (version, active) in enumerate(rows) if active or n < LATEST}
    return latest | set(db.rows(select(RankingList.version).distinct()).scalars())
