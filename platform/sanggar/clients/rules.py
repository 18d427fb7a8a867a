"""Decisions about briefs, offers and work: who may move what when, who may be suggested, what is a
fair price. Pure: plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from sanggar import clock
from sanggar.plugin.evidence import LEVELS


class ClientKind(StrEnum):
    """Who asks for work."""

    MICRO = "micro"
    SMALL = "small"
    COMPANY = "company"
    AGENCY = "agency"
    COMMUNITY = "community"


class MemberRole(StrEnum):
    """What somebody may do for a business: the owner also decides who belongs to it."""

    OWNER = "owner"
    MEMBER = "member"


class BriefState(StrEnum):
    """Where a brief stands."""

    DRAFT = "draft"
    OPEN = "open"
    SHORTLISTED = "shortlisted"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class OfferState(StrEnum):
    """Where an offer stands; `accepted` is the talent's yes, not yet a placement.

    `withdrawn`: the client took it back, or did not confirm in time. `superseded`: the talent did not
    take it, and the brief asks for something else since. After either it may be made again.
    """

    MADE = "made"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    SUPERSEDED = "superseded"


class PlacementState(StrEnum):
    """Where agreed work stands."""

    AGREED = "agreed"
    RUNNING = "running"
    DELIVERED = "delivered"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    DISPUTED = "disputed"


class DeclineReason(StrEnum):
    """Why a talent says no. `other` says nothing about the fit, so learning leaves it out."""

    PRICE = "price"
    TIME = "time"
    SKILL = "skill"
    OTHER = "other"


CATEGORIES = ("makanan", "minuman", "kriya", "batik", "kosmetik", "jasa", "lainnya")

BRIEF_MOVES: dict[BriefState, frozenset[BriefState]] = {
    BriefState.DRAFT: frozenset({BriefState.OPEN, BriefState.CANCELLED}),
    BriefState.OPEN: frozenset({BriefState.SHORTLISTED, BriefState.CANCELLED, BriefState.EXPIRED}),
    BriefState.SHORTLISTED: frozenset({
        BriefState.OPEN, BriefState.RUNNING, BriefState.CANCELLED, BriefState.EXPIRED}),
    BriefState.RUNNING: frozenset({BriefState.FINISHED, BriefState.CANCELLED}),
    BriefState.FINISHED: frozenset(),
    BriefState.CANCELLED: frozenset(),
    BriefState.EXPIRED: frozenset({BriefState.OPEN, BriefState.CANCELLED}),
}  # fmt: skip
OFFER_MOVES: dict[OfferState, frozenset[OfferState]] = {
    OfferState.MADE: frozenset({
        OfferState.ACCEPTED, OfferState.DECLINED, OfferState.EXPIRED, OfferState.WITHDRAWN}),
    OfferState.ACCEPTED: frozenset({OfferState.DECLINED, OfferState.WITHDRAWN}),
    OfferState.DECLINED: frozenset({OfferState.SUPERSEDED}),
    OfferState.EXPIRED: frozenset({OfferState.SUPERSEDED}),
    OfferState.WITHDRAWN: frozenset({OfferState.MADE}),
    OfferState.SUPERSEDED: frozenset({OfferState.MADE}),
}  # fmt: skip
PLACEMENT_MOVES: dict[PlacementState, frozenset[PlacementState]] = {
    PlacementState.AGREED: frozenset({
        PlacementState.RUNNING, PlacementState.CANCELLED, PlacementState.DISPUTED}),
    PlacementState.RUNNING: frozenset({
        PlacementState.DELIVERED, PlacementState.CANCELLED, PlacementState.DISPUTED}),
    PlacementState.DELIVERED: frozenset({
        PlacementState.RUNNING, PlacementState.FINISHED, PlacementState.DISPUTED}),
    PlacementState.DISPUTED: frozenset({
        PlacementState.RUNNING, PlacementState.FINISHED, PlacementState.CANCELLED}),
    PlacementState.FINISHED: frozenset(),
    PlacementState.CANCELLED: frozenset(),
}  # fmt: skip

#: Offers that somebody still waits for.
LIVE = frozenset({OfferState.MADE, OfferState.ACCEPTED})
#: Offers that a talent did not take: for the same brief they are not asked again.
ASKED_STATES = frozenset({OfferState.DECLINED, OfferState.EXPIRED})
MAX_OFFERS = 3
ANSWER_HOURS = 24
#: working hours a client has to confirm what a talent has accepted
CONFIRM_HOURS = 72
REVISIONS = 2
DOWN_PAYMENT = (30, 50)
ACCEPT_AFTER = timedelta(days=7)
REMIND_AFTER = (timedelta(days=3), timedelta(days=6))
GOOD_BRIEF = 50
WEEKLY_HOURS = 20
SATURDAY = 5

#: Prices are published for Associate work; the other levels scale them.
LEVEL_FACTOR = {"foundation": 0.75, "associate": 1.0, "professional": 1.6}
HUB_FACTOR = {"malang": 1.10, "jember": 1.0, "bojonegoro": 0.97, "madiun": 0.97, "pamekasan": 0.93}


def can_move_brief(old: BriefState, new: BriefState) -> bool:
    """Return whether a brief may go from one state to another."""
    return new in BRIEF_MOVES[old]


def can_move_offer(old: OfferState, new: OfferState) -> bool:
    """Return whether an offer may go from one state to another."""
    return new in OFFER_MOVES[old]


def can_move_placement(old: PlacementState, new: PlacementState) -> bool:
    """Return whether work may go from one state to another."""
    return new in PLACEMENT_MOVES[old]


def may_offer(earlier: OfferState | None) -> bool:
    """Return whether work may be offered to somebody, given how the last offer for it stands."""
    return earlier is None or can_move_offer(earlier, OfferState.MADE)


def both_accepted(talent_at: datetime | None, client_at: datetime | None) -> bool:
    """Return whether there is an agreement: one side alone never makes a placement."""
    return talent_at is not None and client_at is not None


def answer_by(
    made_at: datetime, hours: int = ANSWER_HOURS, holidays: Collection[date] = ()
) -> datetime:
    """Return when an offer ends: so many hours later; Saturdays, Sundays and holidays not counted."""
    moment, left = clock.local(made_at), timedelta(hours=hours)
    while True:
        midnight = (moment + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        if moment.weekday() < SATURDAY and moment.date() not in holidays:
            if moment + left <= midnight:
                return (moment + left).astimezone(made_at.tzinfo)
            left -= midnight - moment
        moment = midnight


@dataclass(frozen=True)
class Wanted:
    """What a brief asks of people, for the hard filters."""

    level: str
    onsite: bool = False
    #: a mentor accompanies the work: people at Foundation may do it
    mentored: bool = False
    #: a team under supervision: the only place for minors
    supervised: bool = False


@dataclass(frozen=True)
class Standing:
    """How a talent stands towards a brief, for the hard filters. `level`: valid certificate, or empty."""

    level: str = ""
    consents: bool = False
    paused: bool = False
    free_hours: float = 0.0
    minor: bool = False
    blocked: bool = False
    goes_onsite: bool = True
    asked_before: bool = False


#: Reasons for which somebody is not suggested, in the order in which they are counted.
REFUSALS = (
    "level", "mentored", "consent", "minor", "blocked", "asked", "paused", "onsite", "capacity",
)  # fmt: skip


def refusal(wanted: Wanted, talent: Standing, needed_hours: float = 1.0) -> str:
    """Return the first hard filter that keeps a talent out, empty when none does."""
    return next(iter(refusals(wanted, talent, needed_hours)), "")


def refusals(wanted: Wanted, talent: Standing, needed_hours: float = 1.0) -> tuple[str, ...]:
    """Return every hard filter that keeps a talent out, in the order in which they are counted."""
    checks = {
        "level": not talent.level or LEVELS.index(talent.level) < LEVELS.index(wanted.level),
        "mentored": talent.level == LEVELS[0] and not wanted.mentored,
        "consent": not talent.consents,
        "minor": talent.minor and not wanted.supervised,
        "blocked": talent.blocked,
        "asked": talent.asked_before,
        "paused": talent.paused,
        "onsite": wanted.onsite and not talent.goes_onsite,
        "capacity": talent.free_hours < needed_hours,
    }
    return tuple(name for name in REFUSALS if checks[name])


def free_hours(
    weekly: int,
    today: date,
    deadline: date,
    running: Iterable[tuple[Any, float]],
    off: float = 0.0,
) -> float:
    """Return the hours somebody has left before a deadline, after the work they have agreed to.

    `off`: how many of the days until then they have taken off (`talent_rules.days_off`).
    """
    days = max((deadline - today).days - off, 0)
    taken = sum(hours for _due, hours in running)
    return max(weekly * days / 7 - taken, 0.0)


def price_band(price: tuple[int, int, int], level: str, hub_code: str = "") -> tuple[int, int, int]:
    """Return low, usual and high price of a service at a level in a hub, rounded as people say them."""
    factor = LEVEL_FACTOR[level] * HUB_FACTOR.get(hub_code, 1.0)
    low, usual, high = (round_price(amount * factor) for amount in price)
    return low, usual, high


def round_price(amount: float) -> int:
    """Round to Rp500 under 100,000, to Rp5,000 under a million, else to Rp25,000."""
    step = 500 if amount < 100_000 else 5_000 if amount < 1_000_000 else 25_000
    return max(round(amount / step) * step, step)


def work_days(deadline: date, days: int) -> tuple[date, date]:
    """Return first and last day of on-site work that ends on a day."""
    return deadline - timedelta(days=max(days, 1) - 1), deadline


def on_time(delivered_at: datetime, due: date) -> bool:
    """Return whether work came by its day, on the calendar of the programme."""
    return clock.local(delivered_at).date() <= due


def reminders_due(delivered_at: datetime, now: datetime) -> int:
    """Return how many reminders to accept a delivery should have gone out by now."""
    return sum(now - delivered_at >= after for after in REMIND_AFTER)


def accepts_by_itself(delivered_at: datetime, reminders: int, now: datetime) -> bool:
    """Return whether a delivery nobody answered counts as accepted: 7 days and two reminders later."""
    return reminders >= len(REMIND_AFTER) and now - delivered_at >= ACCEPT_AFTER


def label(
    offer: OfferState,
    reason: DeclineReason | None,
    placement: PlacementState | None,
    rating: int | None,
) -> int | None:
    """Return what an offer teaches: 1 a good match, 0 a bad one, None nothing (yet).

    Finished with four or five stars is good. Refused for price, time or skill, broken off, or three
    stars and fewer is bad. Unanswered, withdrawn, still running or unrated is missing, not bad.
    """
    if offer in (OfferState.DECLINED, OfferState.SUPERSEDED):
        return None if reason in (None, DeclineReason.OTHER) else 0
    if placement is PlacementState.CANCELLED:
        return 0
    if placement is PlacementState.FINISHED and rating is not None:
        return int(rating >= 4)
    return None


def wa_share(text: str) -> str:
    """Return a WhatsApp link that lets people choose whom to send a text to."""
    return f"https://wa.me/?text={quote(text)}"


def wa_link(phone: str | None, text: str) -> str:
    """Return a WhatsApp link to a number as accounts keep it or as people type it; empty without one.

    >>> wa_link("+6281200000123", "Halo")
    'https://wa.me/6281200000123?text=Halo'
    >>> wa_link("0812-0000-0123", "Halo") == wa_link("+6281200000123", "Halo")
    True
    """
    digits = "".join(c for c in phone or "" if c.isascii() and c.isdigit())
    digits = "62" + digits[1:] if digits.startswith("0") else digits
    return f"https://wa.me/{digits}?text={quote(text)}" if digits else ""
