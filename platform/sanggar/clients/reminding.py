"""Telling people that a brief, an offer or some work waits for them: each reminder goes out once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import col, func

from sanggar import clock
from sanggar.clients import stages
from sanggar.clients.business_models import Client
from sanggar.clients.lookup import select
from sanggar.clients.models import Brief, BriefMove, BriefReminder, Offer, Placement
from sanggar.clients.rules import OfferState
from sanggar.clients.stages import DayState, Stage
from sanggar.clients.work_models import DayChange
from sanggar.kernel import db, events
from sanggar.plugin import events as happened

#: A talent who has not answered is asked once more when so little time is left.
ANSWER_SOON = timedelta(hours=6)


def remind(now: datetime) -> int:
    """Send the reminders that are due; return how many."""
    return _still(now) + _offers(now) + _work_due(now)


def _latest() -> Any:
    return select(func.max(BriefMove.id).label("id")).group_by(col(BriefMove.brief_id)).subquery()


def _sent() -> Any:
    """Return the statement that says how far reminders have got since each move."""
    return (
        select(BriefReminder.move_id, (func.max(BriefReminder.number) + 1).label("sent"))
        .group_by(col(BriefReminder.move_id)).subquery()
    )  # fmt: skip


def _moves(*columns: Any) -> Any:
    """Return the statement that reads the last move of every brief with its reminders."""
    latest, sent = _latest(), _sent()
    return (
        select(BriefMove.id, BriefMove.brief_id, BriefMove.new, BriefMove.at,
               func.coalesce(sent.c.sent, 0), Client.person_id, *columns)
        .join(latest, latest.c.id == col(BriefMove.id))
        .join(Brief, col(Brief.id) == col(BriefMove.brief_id))
        .join(Client, col(Client.id) == col(Brief.client_id))
        .outerjoin(sent, sent.c.move_id == col(BriefMove.id))
        .order_by(col(BriefMove.id))
    )  # fmt: skip


def _still(now: datetime) -> int:
    """Remind clients of briefs that stand still, and talents of work they have not begun."""
    waits = (Stage.DRAFT, Stage.OPEN, Stage.SHORTLISTED, Stage.AGREED)
    first = min(stages.REMIND[stage][0] for stage in waits)
    statement = (
        _moves(col(Placement.id), col(Placement.person_id))
        .outerjoin(Placement, col(Placement.brief_id) == col(BriefMove.brief_id))
        .where(col(BriefMove.new).in_(waits), col(BriefMove.at) <= now - first)
    )
    count = 0
    for move, brief, stage, at, sent, owner, placement, talent in (
        db.session().execute(statement).all()
    ):
        due = stages.reminders(stage, at, now)
        if due > sent:
            whom = talent if stage is Stage.AGREED and talent else owner
            _send(whom, stage.value, brief, move, due - 1, now, placement=placement or 0)
            count += 1
    return count


def _offers(now: datetime) -> int:
    """Remind talents who have not answered, and clients who have not confirmed."""
    statement = (
        _moves(col(Offer.id), col(Offer.person_id), col(Offer.state), col(Offer.answer_by),
               col(Offer.talent_accepted_at))
        .join(Offer, col(Offer.brief_id) == col(BriefMove.brief_id))
        .where(
            col(BriefMove.new) == Stage.OFFERED,
            col(Offer.state).in_([OfferState.MADE, OfferState.ACCEPTED]),
        )
    )  # fmt: skip
    count = 0
    for row in db.session().execute(statement).all():
        move, brief, stage, _at, sent, owner, offer, talent, state, answer_by, accepted = row
        if state is OfferState.MADE:
            if sent == 0 and answer_by - ANSWER_SOON <= now <= answer_by:
                _send(talent, "answer", brief, move, 0, now, offer=offer)
                count += 1
        elif accepted is not None and (due := stages.reminders(stage, accepted, now)) >= max(
            sent, 1
        ):
            _send(owner, "confirm", brief, move, due, now, offer=offer)
            count += 1
    return count


def _days_moved() -> Any:
    """Return the expression that says how often both sides have agreed on a later day."""
    return (
        select(func.count(col(DayChange.id)))
        .where(col(DayChange.placement_id) == col(Placement.id),
               col(DayChange.state) == DayState.AGREED)
        .scalar_subquery()
    )  # fmt: skip


def _work_due(now: datetime) -> int:
    """Remind talents of work whose day is near and once more when it has passed; of each new day anew."""
    soon = clock.local(now).date() + stages.DUE_SOON
    statement = (
        _moves(col(Placement.id), col(Placement.person_id), col(Placement.due), _days_moved())
        .join(Placement, col(Placement.brief_id) == col(BriefMove.brief_id))
        .where(col(BriefMove.new) == Stage.RUNNING, col(Placement.due) <= soon)
    )
    count = 0
    for row in db.session().execute(statement).all():
        move, brief, _stage, _at, sent, _owner, placement, talent, due, moved = row
        before = 2 * moved  # reminders of earlier days
        sent = max(sent - before, 0)
        if stages.due_reminders(due, now) > sent:
            about = "due" if sent == 0 and due >= clock.local(now).date() else "overdue"
            number = before + (0 if about == "due" else 1)
            _send(talent, about, brief, move, number, now, placement=placement)
            count += 1
    return count


def _send(
    person: int, about: str, brief: int, move: int, number: int, now: datetime, **which: int
) -> None:
    db.add(BriefReminder(move_id=move, number=number, at=now))
    events.emit(happened.WorkReminder(
        at=now, person=person, brief=brief, about=about, number=number + 1, since=move, **which,
    ))  # fmt: skip
