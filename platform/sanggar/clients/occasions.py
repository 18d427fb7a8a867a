"""What the audit of the ranking counts: briefs that were open, who was asked from which place, who
got the work. Numbers of people only; what group anybody belongs to is not known here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists
from sqlmodel import col, func

from sanggar import errors
from sanggar.clients.lookup import BriefRow, briefs_statement, select
from sanggar.clients.models import Brief, Offer, Placement, PortfolioWork
from sanggar.clients.rules import BriefState, ClientKind, PlacementState
from sanggar.kernel import db


@dataclass(frozen=True)
class Occasion:
    """A brief that was opened: something in which certified talents could have been seen."""

    brief_id: int
    track: str
    level: str
    opened_at: datetime


@dataclass(frozen=True)
class Ended:
    """Agreed work that has ended, and how."""

    person_id: int
    track: str
    agreed_at: datetime
    finished: bool
    rating: int | None
    on_time: bool | None


def occasions(since: datetime) -> list[Occasion]:
    """Return the briefs that were opened since a moment, the oldest first."""
    rows = db.session().execute(
        select(Brief.id, Brief.track, Brief.level, Brief.opened_at)
        .where(col(Brief.opened_at) >= since).order_by(col(Brief.opened_at), col(Brief.id))
    )  # fmt: skip
    return [Occasion(*row) for row in rows]


def asked_from(since: datetime) -> list[tuple[int, int, int]]:
    """Return (brief, talent, place in the ranking they were asked from) of offers since a moment."""
    rows = db.session().execute(
        select(Offer.brief_id, Offer.person_id, Offer.rank_shown)
        .where(col(Offer.made_at) >= since, col(Offer.rank_shown) > 0).order_by(col(Offer.id))
    )  # fmt: skip
    return [(row[0], row[1], row[2]) for row in rows]


def placed_since(since: datetime) -> list[tuple[int, int]]:
    """Return (brief, talent) of work agreed since a moment."""
    rows = db.session().execute(
        select(Placement.brief_id, Placement.person_id)
        .where(col(Placement.agreed_at) >= since).order_by(col(Placement.id))
    )  # fmt: skip
    return [(row[0], row[1]) for row in rows]


def ended_work(track: str) -> list[Ended]:
    """Return the work of a track that was finished or broken off, the oldest first."""
    rows = db.session().execute(
        select(
            Placement.person_id, Placement.track, Placement.agreed_at, Placement.state,
            Placement.rating, Placement.on_time,
        ).where(
            col(Placement.track) == track,
            col(Placement.state).in_([PlacementState.FINISHED, PlacementState.CANCELLED]),
        ).order_by(col(Placement.agreed_at), col(Placement.id))
    )  # fmt: skip
    return [
        Ended(person, which, at, state is PlacementState.FINISHED, rating, on_time)
        for person, which, at, state, rating, on_time in rows
    ]


def typical(track: str, service: str, level: str, now: datetime) -> BriefRow:
    """Return a brief nobody has written: this service at a level, remotely, nothing else said."""
    return BriefRow(
        id=0, client_id=0, client_person_id=0, organisation="", client_kind=ClientKind.MICRO,
        track=track, service=service, text="", category="", level=level, budget_low=None,
        budget_high=None, deadline=None, onsite=False, link="", supervised=False, hub_id=None,
        region_id=None, state=BriefState.OPEN, quality=0, helped_by_id=None, created_at=now,
        updated_at=now, reason="",
    )  # fmt: skip


def offered_briefs(person_id: int, since: datetime) -> list[int]:
    """Return the briefs somebody was asked for since a moment, the newest first."""
    rows = db.session().execute(
        select(Offer.brief_id)
        .where(col(Offer.person_id) == person_id, col(Offer.made_at) >= since)
        .order_by(col(Offer.made_at).desc())
    ).scalars()  # fmt: skip
    return list(rows)


def _works(person_id: int, track: Any, category: Any = None) -> Any:
    """Return the statement that counts somebody's published works of a track and kind of product."""
    kind = (
        [] if category is None else [(col(PortfolioWork.category) == category) | (category == "")]
    )
    return select(func.count(col(PortfolioWork.id))).where(
        col(PortfolioWork.person_id) == person_id, col(PortfolioWork.track) == track,
        col(PortfolioWork.published), *kind,
    )  # fmt: skip


def works_of_kind(person_id: int, track: str) -> int:
    """Return how many published works of a track somebody has."""
    return int(db.session().execute(_works(person_id, track)).scalar() or 0)


def brief_towards(brief_id: int, person_id: int, since: datetime) -> tuple[BriefRow, bool, int]:
    """Return a brief, whether somebody was asked since a moment, and how many works of its kind they
    show; one statement."""
    offer = exists(select(Offer.id).where(
        col(Offer.brief_id) == brief_id, col(Offer.person_id) == person_id, col(Offer.made_at) >= since
    ))  # fmt: skip
    works = _works(person_id, col(Brief.track), col(Brief.category)).scalar_subquery()
    row = db.session().execute(
        briefs_statement().add_columns(offer, works).where(col(Brief.id) == brief_id)
    ).first()  # fmt: skip
    if row is None:
        raise errors.NotFound
    return BriefRow(*row[:-2]), bool(row[-2]), int(row[-1] or 0)
