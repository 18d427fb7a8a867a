"""Verbs of how a talent works: hours, pauses, languages, and each service with price and capacity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from sanggar import errors, ids
from sanggar.accounts import queries as accounts
from sanggar.clients import queries, records
from sanggar.clients.models import ServicePrice, WorkProfile
from sanggar.clients.talent_rules import MOST_AT_ONCE, MOST_DAYS, known_languages
from sanggar.kernel import db, events
from sanggar.kernel.i18n import _
from sanggar.plugin import events as happened

MOST_HOURS = 60


@dataclass(frozen=True)
class Service:
    """What a talent asks for a service, how many at once, and in how many days; None: they have not said."""

    price: int
    at_once: int | None = None
    days: int | None = None


def ensure_profile(person_id: int, now: datetime) -> WorkProfile:
    """Return a talent's work profile, made on first use."""
    found = db.session().exec(
        select(WorkProfile).where(col(WorkProfile.person_id) == person_id)
    ).first()  # fmt: skip
    return found or db.add(records.new_profile(person_id, accounts.person(person_id).name, now))


def hold_profile(person_id: int, now: datetime) -> WorkProfile:
    """Return a talent's work profile, held: whoever else wants their days waits until this is done."""
    return db.lock(WorkProfile, ensure_profile(person_id, now).id or 0)


def save_profile(
    person_id: int,
    *,
    headline: str,
    weekly_hours: int,
    paused: bool,
    onsite: bool,
    prices: Mapping[tuple[str, str], Service | None],
    now: datetime,
    languages: tuple[str, ...] | None = None,
    searchable: bool = False,
) -> None:
    """Change how a talent works; `prices` maps (track, service) to its terms, None takes one away."""
    if not 1 <= weekly_hours <= MOST_HOURS:
        raise errors.Invalid(
            fields={"weekly_hours": _("Between 1 and %(n)s hours a week.", n=MOST_HOURS)}
        )
    row = ensure_profile(person_id, now)
    row.headline, row.weekly_hours, row.paused, row.onsite = headline, weekly_hours, paused, onsite
    row.searchable, row.updated_at = searchable, now
    if languages is not None:
        row.languages = known_languages(languages)
    db.session().add(row)
    known = {
        (price.track, price.service): price
        for price in db.session().exec(
            select(ServicePrice).where(col(ServicePrice.person_id) == person_id)
        )
    }
    for (track, service), terms in prices.items():
        _price(known.get((track, service)), person_id, track, service, terms)
    db.flush()
    tell(person_id, now)


def _price(
    row: ServicePrice | None, person_id: int, track: str, service: str, terms: Service | None
) -> None:
    if terms is None:
        if row is not None:
            db.session().delete(row)
        return
    if queries.service_of(track, service) is None:
        raise errors.NotFound
    if not 1 <= (terms.at_once or 1) <= MOST_AT_ONCE or not 1 <= (terms.days or 1) <= MOST_DAYS:
        raise errors.Invalid(_("At most %(n)s at once, and %(days)s days.",
                               n=MOST_AT_ONCE, days=MOST_DAYS))  # fmt: skip
    row = row or ServicePrice(person_id=person_id, track=track, service=service, price=0)
    row.price, row.at_once, row.days = terms.price, terms.at_once, terms.days
    db.session().add(row)


def renew_calendar(person_id: int, *, now: datetime) -> str:
    """Make or renew the secret address of somebody's calendar of work; the old one ends."""
    row = hold_profile(person_id, now)
    row.calendar_token = ids.token(24)
    db.session().add(row)
    db.flush()
    return row.calendar_token


def tell(person_id: int, now: datetime) -> None:
    """Gather anew what the ranking reads of somebody, and let others hear that it changed."""
    records.refresh([person_id], now, skills=False)
    events.emit(happened.WorkProfileChanged(at=now, person=person_id))
