"""A person chooses: every short list is confirmed by a name before anybody on it is asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col

from sanggar.clients.after_models import ShortlistConfirmation
from sanggar.clients.lookup import BriefRow, select
from sanggar.clients.models import ShortlistEntry
from sanggar.kernel import db
from sanggar.kernel.access import Principal


@dataclass(frozen=True)
class Choice:
    """Who chose a short list, when, what was suggested and what was chosen."""

    by_id: int
    at: datetime
    helped: bool
    #: (talent, place in the ranking that was shown), best first
    suggested: tuple[tuple[int, int], ...]
    chosen: tuple[int, ...]

    @property
    def as_suggested(self) -> bool:
        """Whether the chosen order is the suggested one."""
        return [person for person, _place in self.suggested] == list(self.chosen)


def confirm(brief: BriefRow, *, by: Principal, now: datetime) -> None:
    """Keep that a person has chosen the short list as it stands, in the order in which it asks."""
    rows = db.session().execute(
        select(ShortlistEntry.person_id, ShortlistEntry.rank_shown)
        .where(col(ShortlistEntry.brief_id) == brief.id).order_by(col(ShortlistEntry.id))
    ).all()  # fmt: skip
    db.add(ShortlistConfirmation(
        brief_id=brief.id, by_id=by.id, at=now, helped=not brief.mine,
        suggested=[list(row) for row in sorted(rows, key=lambda r: (r[1] == 0, r[1], r[0]))],
        chosen=[person for person, _rank in rows],
    ))  # fmt: skip


def chosen(brief_id: int) -> Choice | None:
    """Return the last choice somebody has confirmed for a brief."""
    row = db.session().exec(
        select(ShortlistConfirmation).where(col(ShortlistConfirmation.brief_id) == brief_id)
        .order_by(col(ShortlistConfirmation.id).desc()).limit(1)
    ).first()  # fmt: skip
    if row is None:
        return None
    suggested = tuple((int(person), int(place)) for person, place in row.suggested)
    return Choice(row.by_id, row.at, row.helped, suggested, tuple(row.chosen))
