"""Reading portfolios: cases with their pictures, and the finished work that could become one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import col

from sanggar import errors
from sanggar.clients.business_models import Client
from sanggar.clients.lookup import select, title_of
from sanggar.clients.models import Placement, PortfolioWork
from sanggar.clients.rules import PlacementState
from sanggar.clients.talent_models import PortfolioPaper, PortfolioPicture
from sanggar.clients.talent_rules import AFTER, BEFORE, Lack, PaperKind, lacks
from sanggar.clients.visibility import visible
from sanggar.kernel import db
from sanggar.plugin.text import Text

MOST_FINISHED = 12


@dataclass(frozen=True)
class Picture:
    """One picture of a case. `page` and `thumb` name the two copies."""

    slot: int
    alt: str
    page: str
    thumb: str
    width: int
    height: int


@dataclass(frozen=True)
class Case:
    """One case with its pictures, and what it still lacks before others may see it."""

    work: PortfolioWork
    pictures: tuple[Picture, ...]

    @property
    def lacks(self) -> list[Lack]:
        """What keeps it from being shown."""
        row = self.work
        return lacks(row.made_for, row.permission_at, row.people, row.released_at is not None)

    @property
    def shown(self) -> bool:
        """True when others see it."""
        return self.work.published and not self.lacks

    @property
    def pair(self) -> tuple[Picture, Picture] | None:
        """The pictures of before and after, when there are both."""
        by_slot = {picture.slot: picture for picture in self.pictures}
        if BEFORE in by_slot and AFTER in by_slot:
            return by_slot[BEFORE], by_slot[AFTER]
        return None

    @property
    def others(self) -> list[Picture]:
        """The pictures that are not a pair."""
        paired = self.pair or ()
        return [picture for picture in self.pictures if picture not in paired]


@dataclass(frozen=True)
class Finished:
    """Finished work that is not in the portfolio yet."""

    id: int
    title: Text
    finished_at: datetime


def of_person(person_id: int, *, published: bool) -> list[Case]:
    """Return a talent's cases, the newest first; with `published`, only what others may see."""
    mine = col(PortfolioWork.person_id) == person_id
    return _cases(mine & visible() if published else mine)


def of_work(work: PortfolioWork) -> Case:
    """Return one case with its pictures."""
    return _cases(col(PortfolioWork.id) == work.id)[0]


def _cases(condition: ColumnElement[bool]) -> list[Case]:
    """Return cases with their pictures in one statement."""
    statement = (
        select(PortfolioWork, PortfolioPicture)
        .outerjoin(PortfolioPicture, col(PortfolioPicture.work_id) == col(PortfolioWork.id))
        .where(condition)
        .order_by(col(PortfolioWork.id).desc(), col(PortfolioPicture.slot))
    )
    works: dict[int, PortfolioWork] = {}
    found: dict[int, list[Picture]] = defaultdict(list)
    for work, row in db.session().execute(statement):
        works[work.id] = work
        if row is not None:
            found[work.id].append(
                Picture(row.slot, row.alt, row.page, row.thumb, row.width, row.height)
            )
    return [Case(work, tuple(found[number])) for number, work in works.items()]


def papers(work_id: int) -> dict[PaperKind, PortfolioPaper]:
    """Return the papers of a case by kind."""
    statement = select(PortfolioPaper).where(col(PortfolioPaper.work_id) == work_id)
    return {row.kind: row for row in db.session().execute(statement).scalars()}


def finished_work(person_id: int) -> list[Finished]:
    """Return finished work of a talent that could become a case, the newest first."""
    statement = (
        select(Placement.id, Client.organisation, Placement.track, Placement.service,
               Placement.finished_at)
        .join(Client, col(Client.id) == col(Placement.client_id))
        .outerjoin(PortfolioWork, col(PortfolioWork.placement_id) == col(Placement.id))
        .where(col(Placement.person_id) == person_id, col(PortfolioWork.id).is_(None),
               col(Placement.state) == PlacementState.FINISHED)
        .order_by(col(Placement.id).desc()).limit(MOST_FINISHED)
    )  # fmt: skip
    return [
        Finished(row[0], title_of(*row[1:4]), row[4]) for row in db.session().execute(statement)
    ]


def picture_of(sha256: str) -> tuple[PortfolioWork, bool]:
    """Return the case a copy belongs to, and whether others may see it; `NotFound` when none does.

    One copy can stand in several cases of one person or of several: one that is shown counts first.
    """
    statement = (
        select(PortfolioWork, visible())
        .join(PortfolioPicture, col(PortfolioPicture.work_id) == col(PortfolioWork.id))
        .where((col(PortfolioPicture.page) == sha256) | (col(PortfolioPicture.thumb) == sha256))
        .order_by(visible().desc())
    )
    row = db.session().execute(statement).first()
    if row is None:
        raise errors.NotFound
    return row[0], bool(row[1])
