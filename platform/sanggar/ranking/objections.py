"""Objection to automated ranking: a talent asks, a person looks, the order stands, data are mended, or
another place is noted for this brief. Every step is dated, and told to the talent."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import col
from sqlmodel import select as typed_select

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.clients.queries import BriefRow
from sanggar.kernel import db, events, jobs
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.forms import clean
from sanggar.kernel.i18n import _
from sanggar.plugin.events import RankingObjected, RankingReviewed
from sanggar.ranking import standing
from sanggar.ranking.models import RankingList, RankingPlace
from sanggar.ranking.objection_models import Outcome, RankingObjection

select: Any = typed_select

#: Within three days a person has looked, as with other requests about one's data.
ANSWER_WITHIN = timedelta(hours=72)
SOON = timedelta(hours=24)
LEAST_WORDS, MOST = 10, 1000
PLACES = 15


@dataclass(frozen=True)
class Note:
    """A place that a person gave for a brief."""

    person_id: int
    place: int
    at: datetime


@dataclass(frozen=True)
class Stood:
    """Where somebody stood in a list that was shown."""

    at: datetime
    place: int
    version: str


def of(person_id: int, brief_id: int) -> RankingObjection | None:
    """Return somebody's objection about a brief."""
    found: RankingObjection | None = db.session().exec(
        select(RankingObjection).where(
            col(RankingObjection.person_id) == person_id, col(RankingObjection.brief_id) == brief_id
        )
    ).first()  # fmt: skip
    return found


def object_to(person_id: int, brief_id: int, reason: str, now: datetime) -> int:
    """Ask that a person looks at one's place for a brief; return the objection's id. Twice is once.

    Raises
    ------
    errors.NotFound
        When the talent was neither listed nor asked for the brief.
    errors.Invalid
        When no reason is given.
    """
    brief, _works, before = standing.considered(person_id, brief_id, now)
    if before is not None:
        return before.id or 0
    words = _worded(reason, "reason", _("Say in 10 to 1,000 characters what seems wrong."))
    person = accounts.person(person_id)
    row = RankingObjection(
        person_id=person_id, brief_id=brief_id, hub_id=person.hub_id, reason=words, made_at=now,
        due_at=now + ANSWER_WITHIN, standing=snapshot(person_id, brief, now),
    )  # fmt: skip
    try:
        with db.session().begin_nested():
            made = db.add(row)
    except IntegrityError:  # sent twice at once
        again = of(person_id, brief_id)
        return again.id or 0 if again else 0
    events.emit(RankingObjected(at=now, person=person_id, objection=made.id or 0))
    return made.id or 0


def _worded(text: str, name: str, message: str) -> str:
    words = clean(text)
    if not LEAST_WORDS <= len(words) <= MOST:
        raise errors.Invalid(fields={name: message})
    return words


def snapshot(person_id: int, brief: BriefRow, now: datetime) -> dict[str, Any]:
    """Return what the reviewer sees: the talent's values and contributions, the means of the first."""
    # who has been asked already is kept out of suggestions: not what the objection is about
    asked = standing.ask(replace(brief, id=0), now)
    mine, others, refusal, count = standing.judged(person_id, asked)
    found: dict[str, Any] = {"version": asked.scorer.version, "refusal": refusal, "fitting": count}
    if mine is None:
        return found
    first = others[: standing.FIRST]
    gaps = standing.gaps(mine, first) if first else {}
    added = mine.scored.added
    rows = [
        {
            "feature": f.name, "value": mine.values.get(f.name), "added": added.get(f.name, 0.0),
            "first": added.get(f.name, 0.0) + gaps[f.name] if f.name in gaps else None,
        }
        for f in asked.features if mine.values.get(f.name) is not None or f.name in gaps
    ]  # fmt: skip
    before = sum(each.entry.worth > mine.entry.worth for each in others)
    order = [[each.row.person_id, each.scored.total] for each in first]
    return {**found, "place": before + 1, "score": mine.scored.total, "rows": rows, "order": order}


def _reach(by: Principal) -> list[Any]:
    """Return the condition of objections an officer may see: of their hubs, or of nobody's."""
    if by.has(Role.ADMIN):
        return []
    own = col(RankingObjection.hub_id).in_(sorted(by.hubs)) | col(RankingObjection.hub_id).is_(None)
    return [own]


def for_officer(by: Principal, *, opened: bool, limit: int = 50) -> list[RankingObjection]:
    """Return the objections an officer looks after, the most urgent first, or the last decided."""
    outcome = col(RankingObjection.outcome)
    order = col(RankingObjection.due_at) if opened else col(RankingObjection.decided_at).desc()
    chosen = select(RankingObjection).where(
        outcome == Outcome.OPEN if opened else outcome != Outcome.OPEN, *_reach(by)
    )
    return list(db.session().exec(chosen.order_by(order, col(RankingObjection.id)).limit(limit)))


def one(objection_id: int, by: Principal) -> RankingObjection:
    """Return an objection to an officer of its hub who is not the one who objects."""
    row: RankingObjection | None = db.session().exec(
        select(RankingObjection).where(col(RankingObjection.id) == objection_id, *_reach(by))
    ).first()  # fmt: skip
    if row is None or row.person_id == by.id:
        raise errors.NotFound
    return row


def decide(
    objection_id: int, outcome: Outcome, answer: str, place: int | None, *, by: Principal,
    now: datetime,
) -> None:  # fmt: skip
    """Decide as a person, once, with a reason the talent reads.

    Raises
    ------
    errors.Invalid
        Without a reason, an outcome, or the place that is to be noted.
    """
    one(objection_id, by)
    row = db.lock(RankingObjection, objection_id)
    if row.outcome is not Outcome.OPEN:
        return
    faults = {}
    if outcome is Outcome.OPEN:
        faults["outcome"] = _("Choose one of the options.")
    if outcome is Outcome.NOTED and (place is None or not 1 <= place <= PLACES):
        faults["place"] = _("Write a place from 1 to %(n)s.", n=PLACES)
    if faults:
        raise errors.Invalid(fields=faults)
    row.answer = _worded(answer, "answer", _("Explain your decision in 10 to 1,000 characters."))
    row.outcome, row.decided_at, row.decided_by_id = outcome, now, by.id
    row.place = place if outcome is Outcome.NOTED else None
    db.session().add(row)
    db.flush()
    events.emit(RankingReviewed(
        at=now, person=row.person_id, objection=objection_id, outcome=outcome.value
    ))  # fmt: skip


def notes(brief_id: int) -> list[Note]:
    """Return the places that persons gave for a brief, the best first."""
    rows = db.rows(
        select(RankingObjection.person_id, RankingObjection.place, RankingObjection.decided_at)
        .where(
            col(RankingObjection.brief_id) == brief_id,
            col(RankingObjection.outcome) == Outcome.NOTED,
        ).order_by(col(RankingObjection.place), col(RankingObjection.id))
    )  # fmt: skip
    return [Note(*row) for row in rows]


def history(person_id: int, brief_id: int, limit: int = 20) -> list[Stood]:
    """Return where somebody stood in the lists of a brief that were shown, the newest first."""
    rows = db.rows(
        select(RankingList.made_at, RankingPlace.place, RankingList.version)
        .join(RankingPlace, col(RankingPlace.list_id) == col(RankingList.id))
        .where(col(RankingList.brief_id) == brief_id, col(RankingPlace.person_id) == person_id)
        .order_by(col(RankingList.id).desc()).limit(limit)
    )  # fmt: skip
    return [Stood(*row) for row in rows]


def remind(now: datetime) -> int:
    """Call open objections to mind a day before they are due, and once when they are overdue."""
    due = db.session().exec(
        select(RankingObjection).where(
            col(RankingObjection.outcome) == Outcome.OPEN, col(RankingObjection.due_at) <= now + SOON
        ).order_by(col(RankingObjection.id)).with_for_update()
    ).all()  # fmt: skip
    sent = 0
    for row in due:
        number = 2 if row.due_at < now else 1
        if row.reminders < number:
            row.reminders = number
            db.session().add(row)
            db.flush()
            events.emit(RankingObjected(
                at=now, person=row.person_id, objection=row.id or 0, number=number + 1
            ))  # fmt: skip
            sent += 1
    return sent


@jobs.every(minute="35", hour="1")
def remind_of_objections() -> None:
    """Call open objections to officers' minds."""
    remind(clock.now())
