"""Three and six months after some work: one question to each side, one tap to answer it.

The link of a question works without a password for a month; the last answer counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col

from sanggar import errors
from sanggar.accounts import queries as accounts
from sanggar.clients import after, links
from sanggar.clients.after import Again, Income
from sanggar.clients.after_models import FollowUp
from sanggar.clients.business_models import Client
from sanggar.clients.lookup import select, title_of
from sanggar.clients.models import Placement
from sanggar.clients.rules import PlacementState
from sanggar.clients.stages import Side
from sanggar.kernel import db, events
from sanggar.plugin import events as happened
from sanggar.plugin.text import Text

PURPOSE = "follow-up"


@dataclass(frozen=True)
class Question:
    """A question as its page shows it."""

    id: int
    months: int
    side: Side
    title: Text
    #: the other side, as this one knows it
    other: str
    finished_at: datetime
    language: str
    again: Again | None
    income: Income | None


@dataclass(frozen=True)
class Followed:
    """What became of some finished work: who learns from outcomes reads this."""

    placement_id: int
    #: months after which it was last answered
    months: int
    #: the two kept working together, by the word of either side
    together: bool
    income: Income | None


@dataclass(frozen=True)
class Tally:
    """How the questions after so many months were answered, all together."""

    months: int
    asked: int
    answered: int
    #: work about which anybody answered, and of it where the two kept working together
    works: int
    together: int
    #: answers of talents about income
    income: dict[Income, int]


def ask(now: datetime) -> int:
    """Ask both sides of work that ended three or six months ago, call to mind once; return how many."""
    return sum(_ask(months, now) for months in after.MONTHS) + _remind(now)


def _ask(months: int, now: datetime) -> int:
    due = after.months_before(now, months)
    known = select(FollowUp.placement_id).where(col(FollowUp.months) == months)
    rows = db.session().execute(
        select(Placement.id, Placement.person_id, Client.person_id)
        .join(Client, col(Client.id) == col(Placement.client_id))
        .where(
            col(Placement.state) == PlacementState.FINISHED, col(Placement.finished_at) <= due,
            col(Placement.finished_at) > due - after.LATE, col(Placement.id).not_in(known),
        ).order_by(col(Placement.id))
    ).all()  # fmt: skip
    for placement, talent, owner in rows:
        for side, person in ((Side.TALENT, talent), (Side.CLIENT, owner)):
            made = db.add(FollowUp(
                placement_id=placement, months=months, side=side, person_id=person, asked_at=now,
            ))  # fmt: skip
            _tell(made, now, 1)
    return 2 * len(rows)


def _remind(now: datetime) -> int:
    waiting = db.session().exec(
        select(FollowUp).where(
            col(FollowUp.answered_at).is_(None), col(FollowUp.reminded_at).is_(None),
            col(FollowUp.asked_at) <= now - after.REMIND_AFTER,
            col(FollowUp.asked_at) > now - after.OPEN_FOR,
        ).order_by(col(FollowUp.id)).with_for_update()
    ).all()  # fmt: skip
    for row in waiting:
        row.reminded_at = now
        db.session().add(row)
        db.flush()
        _tell(row, now, 2)
    return len(waiting)


def _tell(row: FollowUp, now: datetime, number: int) -> None:
    events.emit(happened.FollowUpAsked(
        at=now, person=row.person_id, placement=row.placement_id, follow_up=row.id or 0,
        months=row.months, side=row.side.value, number=number,
    ))  # fmt: skip


def token(follow_up_id: int, now: datetime) -> str:
    """Return the key of a question's page; it ends a month after it was asked."""
    row = db.get(FollowUp, follow_up_id)
    return links.sign(PURPOSE, now, row.asked_at + after.OPEN_FOR - now, ref=follow_up_id)


def question(key: str, now: datetime) -> Question:
    """Return what a link asks; `NotFound` when it was not made here or the person has gone."""
    held = links.read(PURPOSE, key, now)
    found = db.session().execute(
        select(FollowUp, Placement, Client.organisation)
        .join(Placement, col(Placement.id) == col(FollowUp.placement_id))
        .join(Client, col(Client.id) == col(Placement.client_id))
        .where(col(FollowUp.id) == held["ref"])
    ).first()  # fmt: skip
    if found is None:
        raise errors.NotFound
    row, work, organisation = found
    people = accounts.people([row.person_id, work.person_id])
    if row.person_id not in people or not people[row.person_id].active:
        raise errors.NotFound
    talent = people.get(work.person_id)
    other = organisation if row.side is Side.TALENT else talent.name if talent else ""
    return Question(
        held["ref"], row.months, row.side, title_of(organisation, work.track, work.service), other,
        work.finished_at, people[row.person_id].language, row.again, row.income,
    )  # fmt: skip


def answer(key: str, again: Again, income: Income | None, now: datetime) -> None:
    """Keep an answer; a later one takes its place. Only talents say something about income."""
    asked = question(key, now)
    row = db.lock(FollowUp, asked.id)
    row.again, row.answered_at = again, now
    if asked.side is Side.TALENT:
        row.income = income or row.income
    db.session().add(row)
    db.flush()


def followed(placement_ids: Collection[int] | None = None) -> dict[int, Followed]:
    """Return what became of finished work that anybody answered about, by placement: an outcome that
    training may use beside stars, known half a year later."""
    statement = (
        select(FollowUp.placement_id, FollowUp.months, FollowUp.again, FollowUp.income)
        .where(col(FollowUp.again).is_not(None)).order_by(col(FollowUp.id))
    )  # fmt: skip
    if placement_ids is not None:
        statement = statement.where(col(FollowUp.placement_id).in_(placement_ids))
    answers: dict[int, list[Again]] = {}
    months: dict[int, int] = {}
    incomes: dict[int, Income | None] = {}
    for work, after_months, again, income in db.session().execute(statement):
        answers.setdefault(work, []).append(again)
        months[work] = max(after_months, months.get(work, 0))
        incomes[work] = income or incomes.get(work)
    return {
        work: Followed(work, months[work], bool(after.together(said)), incomes[work])
        for work, said in answers.items()
    }


def tallies(hubs: Collection[int] | None, until: datetime) -> list[Tally]:
    """Return how questions up to a moment were answered, in hubs (of the business) or everywhere."""
    statement = (
        select(FollowUp.placement_id, FollowUp.months, FollowUp.again, FollowUp.income)
        .join(Placement, col(Placement.id) == col(FollowUp.placement_id))
        .join(Client, col(Client.id) == col(Placement.client_id))
        .where(col(FollowUp.asked_at) < until)
    )
    if hubs is not None:
        statement = statement.where(col(Client.hub_id).in_(hubs))
    rows = db.session().execute(statement).all()
    found = []
    for months in after.MONTHS:
        mine = [row for row in rows if row[1] == months]
        said: dict[int, list[Again]] = {}
        for work, _months, again, _income in mine:
            if again is not None:
                said.setdefault(work, []).append(again)
        found.append(Tally(
            months, len(mine), sum(row[2] is not None for row in mine), len(said),
            sum(bool(after.together(each)) for each in said.values()),
            dict(Counter(row[3] for row in mine if row[3] is not None)),
        ))  # fmt: skip
    return found
