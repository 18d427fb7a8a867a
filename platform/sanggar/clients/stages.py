"""The one ladder a brief climbs, from draft to finished, seen over brief, offers and work together;
what may follow what, when somebody is reminded, and how a dispute ends when one side is silent.
Pure: plain values in, plain values out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum

from sanggar import clock
from sanggar.clients.rules import BriefState, PlacementState


class Stage(StrEnum):
    """Where a brief stands, its offers and its work included."""

    DRAFT = "draft"
    OPEN = "open"
    SHORTLISTED = "shortlisted"
    OFFERED = "offered"
    AGREED = "agreed"
    RUNNING = "running"
    DELIVERED = "delivered"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    DISPUTED = "disputed"
    EXPIRED = "expired"


class Side(StrEnum):
    """Who speaks about some work."""

    TALENT = "talent"
    CLIENT = "client"
    OFFICER = "officer"
    RULE = "rule"


class NoteKind(StrEnum):
    """What a line in the log of some work is."""

    DELIVERY = "delivery"
    REVISION = "revision"
    DISPUTE = "dispute"
    OUTCOME = "outcome"
    DAY = "day"


class PaymentKind(StrEnum):
    """What is paid: before the work begins, and the rest."""

    DOWN_PAYMENT = "down_payment"
    BALANCE = "balance"


class DayState(StrEnum):
    """How a proposal of another day stands; it lapses when the work is handed over or ends."""

    OPEN = "open"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


STAGE_MOVES: dict[Stage, frozenset[Stage]] = {
    Stage.DRAFT: frozenset({Stage.OPEN, Stage.CANCELLED}),
    Stage.OPEN: frozenset({Stage.SHORTLISTED, Stage.CANCELLED, Stage.EXPIRED}),
    Stage.SHORTLISTED: frozenset({Stage.OPEN, Stage.OFFERED, Stage.CANCELLED, Stage.EXPIRED}),
    Stage.OFFERED: frozenset({Stage.SHORTLISTED, Stage.AGREED}),
    Stage.AGREED: frozenset({Stage.RUNNING, Stage.CANCELLED, Stage.DISPUTED}),
    Stage.RUNNING: frozenset({Stage.DELIVERED, Stage.CANCELLED, Stage.DISPUTED}),
    Stage.DELIVERED: frozenset({Stage.RUNNING, Stage.FINISHED, Stage.DISPUTED}),
    Stage.DISPUTED: frozenset({Stage.RUNNING, Stage.FINISHED, Stage.CANCELLED}),
    Stage.EXPIRED: frozenset({Stage.OPEN, Stage.CANCELLED}),
    Stage.FINISHED: frozenset(),
    Stage.CANCELLED: frozenset(),
}
#: How long a brief stands still before somebody is reminded, once for each time.
REMIND: dict[Stage, tuple[timedelta, ...]] = {
    Stage.DRAFT: (timedelta(days=2), timedelta(days=7)),
    Stage.OPEN: (timedelta(days=2), timedelta(days=7)),
    Stage.SHORTLISTED: (timedelta(days=2), timedelta(days=7)),
    Stage.OFFERED: (timedelta(days=1), timedelta(days=2)),
    Stage.AGREED: (timedelta(days=2), timedelta(days=5)),
}
#: Work that is due so soon is called to mind.
DUE_SOON = timedelta(days=2)
#: A word in a dispute is waited for as long as an answer to a delivery, with as many reminders.
DISPUTE_REMIND = (timedelta(days=3), timedelta(days=6))
DISPUTE_ENDS = timedelta(days=7)


def stage_of(brief: BriefState, offered: bool, placement: PlacementState | None) -> Stage:
    """Return where a brief stands, given whether somebody is being asked and how its work stands.

    >>> stage_of(BriefState.SHORTLISTED, True, None).value
    'offered'
    """
    if brief is BriefState.RUNNING:
        return Stage(placement.value) if placement else Stage.AGREED
    if brief is BriefState.SHORTLISTED and offered:
        return Stage.OFFERED
    return Stage(brief.value)


def can_move(old: Stage | None, new: Stage) -> bool:
    """Return whether a brief may go from one stage to another; anything may begin its history."""
    return old is None or new in STAGE_MOVES[old]


def reminders(stage: Stage, since: datetime, now: datetime) -> int:
    """Return how many reminders should have gone out about a brief that stands still."""
    return sum(now - since >= after for after in REMIND.get(stage, ()))


def due_reminders(due: date, now: datetime) -> int:
    """Return how many reminders running work needs: one before its day, one when it has passed."""
    today = clock.local(now).date()
    return (today >= due - DUE_SOON) + (today > due)


def dispute_reminders(since: datetime, now: datetime) -> int:
    """Return how many times a silent side should have been asked for its word in a dispute."""
    return sum(now - since >= after for after in DISPUTE_REMIND)


def silent_side(opened_by: Side | None, spoken: frozenset[Side]) -> Side | None:
    """Return which side of a dispute has said nothing; None when both have spoken.

    When an officer opened it for them, both sides are asked, and silence decides nothing.
    """
    if opened_by not in (Side.TALENT, Side.CLIENT):
        return None
    other = Side.CLIENT if opened_by is Side.TALENT else Side.TALENT
    return None if other in spoken else other


def default_outcome(silent: Side, before: PlacementState) -> PlacementState:
    """Return how a dispute ends when one side never says a word.

    Work that was delivered counts as accepted when its client is silent. In all other cases nobody is
    held to it: the work is cancelled.
    """
    if silent is Side.CLIENT and before is PlacementState.DELIVERED:
        return PlacementState.FINISHED
    return PlacementState.CANCELLED


def ends_by_itself(since: datetime, reminded: int, now: datetime) -> bool:
    """Return whether a dispute with a silent side is over: 7 days and two reminders later."""
    return reminded >= len(DISPUTE_REMIND) and now - since >= DISPUTE_ENDS
