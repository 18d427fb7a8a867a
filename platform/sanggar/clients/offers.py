"""Verbs of offers: ask in order, answer, confirm. Two acceptances make a placement, one never does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import col

from sanggar import clock, errors
from sanggar.clients import (
    briefs,
    calendar,
    choosing,
    history,
    queries,
    records,
    rules,
    standing_yes,
)
from sanggar.clients.lookup import select
from sanggar.clients.models import Brief, Offer, Placement, ShortlistEntry
from sanggar.clients.pool import pool
from sanggar.clients.rules import LIVE, BriefState, DeclineReason, OfferState
from sanggar.kernel import db, events
from sanggar.kernel.access import Principal
from sanggar.kernel.i18n import _
from sanggar.plugin import events as happened
from sanggar.programme import queries as programme

LOWEST_PRICE, HIGHEST_PRICE = 10_000, 500_000_000


@dataclass(frozen=True)
class Terms:
    """What is offered to each talent asked."""

    price: int
    due: date
    down_payment: int = 40
    revisions: int = rules.REVISIONS
    message: str = ""
    #: whoever sends them has looked at the short list and chooses it
    chosen: bool = False


def send_offers(brief_id: int, terms: Terms, *, by: Principal, now: datetime) -> int:
    """Offer the work to the first talent of the short list; return the offer's id.

    Sending confirms the short list in the sender's name; only talents on it then are ever asked.
    Whoever declines or lets 24 working hours pass makes room for the next one: three at most.

    Raises
    ------
    errors.Invalid
        When the terms cannot be offered, or nobody says that they have chosen the short list.
    errors.Conflict
        When somebody is being asked already, or nobody on the short list can be.
    """
    brief = queries.brief(brief_id, by)
    _check(terms, clock.local(now).date())
    row = db.lock(Brief, brief_id)
    if row.state is not BriefState.SHORTLISTED:
        raise errors.Conflict(_("Put somebody on the short list first."))
    if _live(brief_id) is not None:
        raise errors.Conflict(_("Somebody is being asked already. The next one follows by itself."))
    choosing.confirm(brief, by=by, now=now)
    made = _ask_next(brief, terms, 1, now, by.id)
    if made is None:
        raise errors.Conflict(
            _("Nobody on your short list is free to come on these days: choose another day, or add others.")
            if brief.onsite else _("Nobody on your short list can take the work now. Add others.")
        )  # fmt: skip
    return made


def _check(terms: Terms, today: date) -> None:
    wrong = {}
    if not LOWEST_PRICE <= terms.price <= HIGHEST_PRICE:
        wrong["price"] = _("Write the amount in rupiah, for example 750.000.")
    if terms.due < today:
        wrong["due"] = _("Choose a day that is still to come.")
    low, high = rules.DOWN_PAYMENT
    if not low <= terms.down_payment <= high:
        wrong["down_payment"] = _("Between %(low)s and %(high)s percent.", low=low, high=high)
    if not terms.chosen:
        wrong["chosen"] = _("Confirm that you have chosen these talents.")
    if wrong:
        raise errors.Invalid(fields=wrong)


def _live(brief_id: int) -> Offer | None:
    statement = select(Offer).where(
        col(Offer.brief_id) == brief_id, col(Offer.state).in_(sorted(LIVE))
    )
    found: Offer | None = db.session().exec(statement).first()
    return found


def _ask_next(
    brief: queries.BriefRow, terms: Terms, place: int, now: datetime, by_id: int | None = None
) -> int | None:
    """Make an offer to the first whom a person chose and who may be asked."""
    waiting = _waiting(brief.id)
    fits = pool(brief, now, [entry.person_id for entry, _earlier in waiting])
    able = {row.person_id for row in fits if not row.refusal}
    able -= calendar.busy(able, brief.track, brief.service)
    able -= set(queries.people_of(brief.client_id))
    if brief.onsite:
        able -= set(calendar.taken(able, *standing_yes.window(brief, terms.due)))
    entry, earlier = next((e for e in waiting if e[0].person_id in able), (None, None))
    if entry is None:
        return None
    made: dict[str, Any] = {
        "place": place, "rank_shown": entry.rank_shown, "features": entry.features,
        "price": terms.price, "revisions": terms.revisions, "down_payment": terms.down_payment,
        "due": terms.due, "message": terms.message, "made_at": now,
        "answer_by": rules.answer_by(now, holidays=programme.holidays()),
    }  # fmt: skip
    if earlier is None:
        offer = db.add(Offer(brief_id=brief.id, person_id=entry.person_id, **made))
    else:
        offer = _again(earlier, made)
    offer_id = offer.id or 0
    history.note(brief.id, now, by_id)
    records.refresh([entry.person_id], now, skills=False)
    events.emit(happened.OfferMade(at=now, person=entry.person_id, offer=offer_id, brief=brief.id))
    return offer_id


def _waiting(brief_id: int) -> list[tuple[ShortlistEntry, Offer | None]]:
    """Return whom a person chose and who may be asked, with an earlier offer; new people come first."""
    choice = choosing.chosen(brief_id)
    rows = db.session().execute(
        select(ShortlistEntry, Offer)
        .outerjoin(
            Offer,
            (col(Offer.brief_id) == col(ShortlistEntry.brief_id))
            & (col(Offer.person_id) == col(ShortlistEntry.person_id)),
        )
        .where(col(ShortlistEntry.brief_id) == brief_id,
               col(ShortlistEntry.person_id).in_(choice.chosen if choice else ()))
        .order_by(col(ShortlistEntry.id))
    ).all()  # fmt: skip
    found = [(entry, offer) for entry, offer in rows if rules.may_offer(offer and offer.state)]
    return sorted(found, key=lambda pair: pair[1] is not None)


def _again(row: Offer, made: Mapping[str, Any]) -> Offer:
    """Make an offer once more to the same talent, with other terms: nothing said before counts."""
    _move(row, OfferState.MADE)
    fresh = {"talent_accepted_at": None, "client_accepted_at": None, "answered_at": None,
             "decline_reason": None, "decline_text": "", "times": row.times + 1}  # fmt: skip
    for name, value in {**fresh, **made}.items():
        setattr(row, name, value)
    db.flush()
    return row


def _mine(offer_id: int, person_id: int, times: int | None) -> Offer:
    """Return an offer to its talent, held until the transaction ends."""
    row = db.lock(Offer, offer_id)
    if row.person_id != person_id:
        raise errors.NotFound
    if times is not None and times != row.times:
        raise errors.Conflict(_("The client has made you a new offer since. Read it first."))
    return row


def _ours(offer_id: int, by: Principal, times: int | None) -> tuple[Offer, queries.BriefRow]:
    """Return an offer and its brief to its client, held until the transaction ends."""
    row = db.lock(Offer, offer_id)
    brief = queries.brief(row.brief_id, by)
    if times is not None and times != row.times:
        raise errors.Conflict(_("This offer has been answered or has ended."))
    return row, brief


def _move(row: Offer, to: OfferState) -> None:
    if not rules.can_move_offer(row.state, to):
        raise errors.Conflict(_("This offer has been answered or has ended."))
    row.state = to
    db.session().add(row)
    db.flush()


def accept_offer(
    offer_id: int, *, by: Principal, now: datetime, times: int | None = None
) -> None:  # fmt: skip
    """Say yes as the talent. The work is agreed when the client confirms.

    `times`, here and below: which of the offers was read, when there was more than one to this talent.
    """
    row = _mine(offer_id, by.id, times)
    if row.state is OfferState.ACCEPTED:
        return
    _in_time(row, now)
    standing_yes.need_fit(row, queries.system_brief(row.brief_id), now)
    _move(row, OfferState.ACCEPTED)
    row.talent_accepted_at = row.answered_at = now
    db.flush()
    records.refresh([row.person_id], now, skills=False)
    events.emit(happened.OfferAnswered(at=now, person=row.person_id, offer=offer_id, accepted=True))


def _in_time(row: Offer, now: datetime) -> None:
    if row.state is OfferState.EXPIRED or (row.state is OfferState.MADE and now > row.answer_by):
        raise errors.Conflict(_("The time to answer has passed; the next talent is asked now."))


def decline_offer(
    offer_id: int, reason: DeclineReason, text: str = "", *, by: Principal, now: datetime,
    times: int | None = None,
) -> None:  # fmt: skip
    """Say no as the talent, with a reason; the next one on the short list is asked."""
    row = _mine(offer_id, by.id, times)
    if row.state is OfferState.DECLINED:
        return
    _in_time(row, now)
    if row.state is not OfferState.MADE:
        raise errors.Conflict(_("This offer has been answered or has ended."))
    row.decline_reason, row.decline_text = reason, text
    _end(row, OfferState.DECLINED, now)


def take_back(
    offer_id: int, reason: DeclineReason, text: str = "", *, by: Principal, now: datetime,
    times: int | None = None,
) -> None:  # fmt: skip
    """Take one's yes back as the talent, until the client confirms it; the next one is asked.

    Raises
    ------
    errors.Conflict
        When both sides have agreed already, or there is no yes to take back.
    """
    row = _mine(offer_id, by.id, times)
    if row.state is OfferState.DECLINED and row.talent_accepted_at is not None:
        return
    if _placed(offer_id) is not None:
        raise errors.Conflict(
            _("The client has confirmed: the work is agreed. Cancel it on the page of the work.")
        )
    if row.state is not OfferState.ACCEPTED:
        raise errors.Conflict(_("This offer has been answered or has ended."))
    row.decline_reason, row.decline_text = reason, text
    _over(row, "taken_back", now)
    _end(row, OfferState.DECLINED, now)


def _end(row: Offer, state: OfferState, now: datetime) -> None:
    """Close an offer without a yes and go on to the next talent."""
    _move(row, state)
    if state is OfferState.DECLINED:
        row.answered_at = now
    history.note(row.brief_id, now, row.person_id if row.answered_at else None)
    records.refresh([row.person_id], now, skills=False)
    events.emit(
        happened.OfferAnswered(at=now, person=row.person_id, offer=row.id or 0, accepted=False)
    )
    if state is OfferState.EXPIRED:
        _over(row, "unanswered", now)
    brief = queries.system_brief(row.brief_id)
    in_time = row.due >= clock.local(now).date()  # after its day the client names another one
    if row.place < rules.MAX_OFFERS and brief.state is BriefState.SHORTLISTED and in_time:
        terms = Terms(row.price, row.due, row.down_payment, row.revisions, row.message)
        _ask_next(brief, terms, row.place + 1, now)


def _over(row: Offer, how: str, now: datetime) -> None:
    """Let the talent hear how an offer ended, other than by a no."""
    events.emit(happened.OfferEnded(at=now, person=row.person_id, offer=row.id or 0, how=how))


def withdraw_offer(
    offer_id: int, *, by: Principal, now: datetime, times: int | None = None
) -> None:  # fmt: skip
    """Take an offer back as the client, before confirming it."""
    row, _brief = _ours(offer_id, by, times)
    if row.state is OfferState.WITHDRAWN:
        return
    _withdraw(row, now, by.id)


def withdraw_live(brief_id: int, now: datetime) -> None:
    """Take back by rule what is offered for a brief: its client is gone."""
    row = _live(brief_id)
    if row is not None:
        _withdraw(db.lock(Offer, row.id or 0), now, None)


def _withdraw(row: Offer, now: datetime, by_id: int | None) -> None:
    if rules.both_accepted(row.talent_accepted_at, row.client_accepted_at):
        raise errors.Conflict(_("Work is agreed: cancel the work instead."))
    _move(row, OfferState.WITHDRAWN)
    history.note(row.brief_id, now, by_id)
    records.refresh([row.person_id], now, skills=False)
    _over(row, "withdrawn", now)


def confirm_offer(
    offer_id: int, *, by: Principal, now: datetime, times: int | None = None
) -> int:  # fmt: skip
    """Accept as the client what the talent has accepted: now it is a placement. Return its id."""
    row, brief = _ours(offer_id, by, times)
    placed = _placed(offer_id)
    if placed is not None:
        return placed
    if row.state is not OfferState.ACCEPTED:
        raise errors.Conflict(_("The talent has not accepted yet: wait for the answer."))
    standing_yes.need_fit(row, brief, now)
    row.client_accepted_at = now
    db.session().add(row)
    return _place(row, brief, now, by.id)


def _placed(offer_id: int) -> int | None:
    statement = select(Placement.id).where(col(Placement.offer_id) == offer_id)
    return db.session().execute(statement).scalar()


def _place(row: Offer, brief: queries.BriefRow, now: datetime, by_id: int) -> int:
    if not rules.both_accepted(row.talent_accepted_at, row.client_accepted_at):
        raise errors.Conflict(_("Both sides must accept first."))
    briefs.move(brief.id, BriefState.RUNNING, now, by_id=by_id)
    ordered = brief.ordered
    starts = standing_yes.window(brief, row.due)[0] if brief.onsite else clock.local(now).date()
    placement = db.add(Placement(
        offer_id=row.id or 0, brief_id=brief.id, client_id=brief.client_id, person_id=row.person_id,
        track=brief.track, service=brief.service, category=brief.category, price=row.price,
        hours=ordered.hours if ordered else 8.0, onsite=brief.onsite, starts_on=starts, due=row.due,
        revisions=row.revisions, agreed_at=now,
    ))  # fmt: skip
    placement_id = placement.id or 0
    records.refresh([row.person_id], now, skills=False)
    events.emit(
        happened.PlacementChanged(
            at=now, person=row.person_id, placement=placement_id, state="agreed"
        )
    )
    return placement_id


def expire_offers(now: datetime) -> int:
    """End offers whose time has passed and ask the next talents; return how many ended."""
    due = db.session().execute(
        select(Offer.id).where(col(Offer.state) == OfferState.MADE, col(Offer.answer_by) < now)
        .order_by(col(Offer.id))
    ).scalars().all()  # fmt: skip
    for offer_id in due:
        row = db.lock(Offer, offer_id or 0)
        if row.state is OfferState.MADE:
            _end(row, OfferState.EXPIRED, now)
    return len(due) + _expire_confirmations(now)


def _expire_confirmations(now: datetime) -> int:
    """Take offers back that a talent accepted and no client confirmed in time; nobody else is asked."""
    waiting = db.session().execute(
        select(Offer.id, Offer.talent_accepted_at)
        .outerjoin(Placement, col(Placement.offer_id) == col(Offer.id))
        .where(col(Offer.state) == OfferState.ACCEPTED, col(Placement.id).is_(None))
        .order_by(col(Offer.id))
    ).all()  # fmt: skip
    closed = programme.holidays()
    late = [
        row[0]
        for row in waiting
        if row[1] and now > rules.answer_by(row[1], rules.CONFIRM_HOURS, closed)
    ]
    for offer_id in late:
        row = db.lock(Offer, offer_id)
        if row.state is OfferState.ACCEPTED and _placed(offer_id) is None:
            _move(row, OfferState.WITHDRAWN)
            history.note(row.brief_id, now)
            records.refresh([row.person_id], now, skills=False)
            _over(row, "unconfirmed", now)
    return len(late)


def default_due(brief: queries.BriefRow, today: date) -> date:
    """Return the day an offer proposes: the brief's, or as many days as the service takes."""
    ordered = brief.ordered
    usual = today + timedelta(days=ordered.days if ordered else 7)
    return brief.deadline if brief.deadline and brief.deadline >= today else usual
