"""The dated history of a brief: every move from stage to stage, checked against the rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col

from sanggar import errors
from sanggar.clients.lookup import select
from sanggar.clients.models import Brief, BriefMove, Offer, Placement
from sanggar.clients.rules import LIVE
from sanggar.clients.stages import Stage, can_move, stage_of
from sanggar.kernel import db
from sanggar.kernel.i18n import _


@dataclass(frozen=True)
class Move:
    """One step as pages show it."""

    new: Stage
    at: datetime
    by_id: int | None
    reason: str


def stage(brief_id: int) -> Stage:
    """Return where a brief stands now."""
    row = db.session().execute(
        select(Brief.state, col(Offer.id), Placement.state)
        .outerjoin(Placement, col(Placement.brief_id) == col(Brief.id))
        .outerjoin(
            Offer,
            (col(Offer.brief_id) == col(Brief.id)) & col(Offer.state).in_(sorted(LIVE)),
        )
        .where(col(Brief.id) == brief_id).order_by(col(Placement.id).desc())
    ).first()  # fmt: skip
    if row is None:
        raise errors.NotFound
    return stage_of(row[0], row[1] is not None, row[2])


def note(brief_id: int, now: datetime, by_id: int | None = None, reason: str = "") -> None:
    """Write down that a brief has moved, if it has.

    Raises
    ------
    errors.Conflict
        When no rule leads from where it stood to where it stands.
    """
    db.flush()
    new = stage(brief_id)
    old = db.session().execute(
        select(BriefMove.new).where(col(BriefMove.brief_id) == brief_id)
        .order_by(col(BriefMove.id).desc()).limit(1)
    ).scalar()  # fmt: skip
    if old is new:
        return
    if not can_move(old, new):
        raise errors.Conflict(_("This brief has moved on. Reload the page to see how it stands."))
    db.add(BriefMove(
        brief_id=brief_id, old=old, new=new, at=now, by_id=by_id or None, reason=reason[:500],
    ))  # fmt: skip


def moves(brief_id: int) -> list[Move]:
    """Return every step of a brief, the first one first."""
    statement = select(BriefMove.new, BriefMove.at, BriefMove.by_id, BriefMove.reason).where(
        col(BriefMove.brief_id) == brief_id
    )
    return [Move(*row) for row in db.session().execute(statement.order_by(col(BriefMove.id)))]
