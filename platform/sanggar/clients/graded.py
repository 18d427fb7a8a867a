"""How far each talent came with a brief: the graded outcomes that a ranking learns from."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlmodel import col
from sqlmodel import select as typed_select

from sanggar.clients.models import Brief, Offer, Placement, ShortlistEntry
from sanggar.clients.rules import BriefState, PlacementState, label
from sanggar.kernel import db

select: Any = typed_select

#: Stars from which finished work ended well.
WELL = 4


class Grade(IntEnum):
    """How far somebody came; who is on a list and none of the others was only shown."""

    SHOWN = 0
    SHORTLISTED = 1
    INVITED = 2
    AGREED = 3
    FINISHED_WELL = 4


@dataclass(frozen=True)
class Outcome:
    """How far one talent came with one brief.

    `label`: 1 a good match, 0 a bad one, None: not decided, as in `rules.label`.
    """

    brief_id: int
    person_id: int
    grade: Grade
    label: int | None


@dataclass(frozen=True)
class BriefKind:
    """What kind of brief it is, and whether its choice is made."""

    brief_id: int
    track: str
    service: str
    level: str
    hub_id: int | None
    at: datetime
    closed: bool


@dataclass(frozen=True)
class DecidedOffer:
    """What one offer teaches: the features that were shown and how it ended."""

    offer_id: int
    brief_id: int
    person_id: int
    made_at: datetime
    features: dict[str, float | None]
    label: int


def grade(offered: bool, placement: PlacementState | None, rating: int | None) -> Grade:
    """Return how far somebody on a short list came.

    >>> grade(True, PlacementState.FINISHED, 5).name, grade(True, None, None).name
    ('FINISHED_WELL', 'INVITED')
    """
    if placement is PlacementState.FINISHED and rating is not None and rating >= WELL:
        return Grade.FINISHED_WELL
    if placement is not None:
        return Grade.AGREED
    return Grade.INVITED if offered else Grade.SHORTLISTED


def outcomes() -> dict[tuple[int, int], Outcome]:
    """Return (brief, talent) -> outcome of everybody who was ever on a short list or asked."""
    listed = select(ShortlistEntry.brief_id, ShortlistEntry.person_id)
    found = {
        (brief, person): Outcome(brief, person, Grade.SHORTLISTED, None)
        for brief, person in db.rows(listed)
    }
    asked = select(
        Offer.brief_id, Offer.person_id, Offer.state, Offer.decline_reason, Placement.state,
        Placement.rating,
    ).outerjoin(Placement, col(Placement.offer_id) == col(Offer.id))  # fmt: skip
    for brief, person, state, reason, placement, rating in db.rows(asked):
        found[brief, person] = Outcome(
            brief, person, grade(True, placement, rating), label(state, reason, placement, rating)
        )
    return found


def brief_kinds(brief_ids: Collection[int] | None = None) -> dict[int, BriefKind]:
    """Return what kind of brief each is (None: all)."""
    statement = select(
        Brief.id, Brief.track, Brief.service, Brief.level, Brief.hub_id, Brief.created_at, Brief.state
    )  # fmt: skip
    if brief_ids is not None:
        statement = statement.where(col(Brief.id).in_(brief_ids))
    waiting = (BriefState.DRAFT, BriefState.OPEN, BriefState.SHORTLISTED)
    return {
        brief: BriefKind(brief, track, service, level, hub, at, state not in waiting)
        for brief, track, service, level, hub, at, state in db.rows(statement)
    }


def decided_offers() -> list[DecidedOffer]:
    """Return every offer that teaches something, oldest first: the training data of the ranking."""
    statement = (
        select(
            Offer.id,
            Offer.brief_id,
            Offer.person_id,
            Offer.made_at,
            Offer.features,
            Offer.state,
            Offer.decline_reason,
            Placement.state,
            Placement.rating,
        )
        .outerjoin(Placement, col(Placement.offer_id) == col(Offer.id))
        .order_by(col(Offer.made_at), col(Offer.id))
    )
    found = []
    for row in db.session().execute(statement):
        features, state, reason, placement, rating = row[4:]
        taught = label(state, reason, placement, rating)
        if taught is not None and features:
            found.append(DecidedOffer(row[0], row[1], row[2], row[3], features, taught))
    return found
