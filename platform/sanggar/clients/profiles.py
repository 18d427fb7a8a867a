"""Verbs of a talent's working life: how much, for what price, and what there is to show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from sanggar import errors
from sanggar.accounts import queries as accounts
from sanggar.clients import queries, records, rules
from sanggar.clients.models import PortfolioWork, ServicePrice, WorkProfile
from sanggar.kernel import db, events
from sanggar.kernel.i18n import _
from sanggar.plugin import events as happened

MOST_HOURS = 60
MOST_WORKS = 24


@dataclass(frozen=True)
class Work:
    """One case of a portfolio, as it was typed."""

    track: str
    title: str
    problem: str = ""
    process: str = ""
    result: str = ""
    number: str = ""
    category: str = ""
    link: str = ""
    published: bool = False


def ensure_profile(person_id: int, now: datetime) -> WorkProfile:
    """Return a talent's work profile, made on first use."""
    found = db.session().exec(
        select(WorkProfile).where(col(WorkProfile.person_id) == person_id)
    ).first()  # fmt: skip
    return found or db.add(records.new_profile(person_id, accounts.person(person_id).name, now))


def save_profile(
    person_id: int,
    *,
    headline: str,
    weekly_hours: int,
    paused: bool,
    onsite: bool,
    prices: Mapping[tuple[str, str], int | None],
    now: datetime,
) -> None:
    """Change how a talent works; `prices` maps (track, service) to rupiah, None takes a price away."""
    if not 1 <= weekly_hours <= MOST_HOURS:
        raise errors.Invalid(
            fields={"weekly_hours": _("Between 1 and %(n)s hours a week.", n=MOST_HOURS)}
        )
    row = ensure_profile(person_id, now)
    row.headline, row.weekly_hours, row.paused, row.onsite = headline, weekly_hours, paused, onsite
    row.updated_at = now
    db.session().add(row)
    known = {
        (price.track, price.service): price
        for price in db.session().exec(
            select(ServicePrice).where(col(ServicePrice.person_id) == person_id)
        )
    }
    for (track, service), amount in prices.items():
        _price(known.get((track, service)), person_id, track, service, amount)
    db.flush()
    _tell(person_id, now)


def _price(
    row: ServicePrice | None, person_id: int, track: str, service: str, amount: int | None
) -> None:
    if amount is None:
        if row is not None:
            db.session().delete(row)
        return
    if queries.service_of(track, service) is None:
        raise errors.NotFound
    row = row or ServicePrice(person_id=person_id, track=track, service=service, price=amount)
    row.price = amount
    db.session().add(row)


def save_work(person_id: int, work: Work, *, now: datetime, work_id: int | None = None) -> int:
    """Add a case to the portfolio, or change one; return its id."""
    if not work.title:
        raise errors.Invalid(fields={"title": _("Give the work a title.")})
    if work.category and work.category not in rules.CATEGORIES:
        raise errors.Invalid(fields={"category": _("Choose one of the options.")})
    if work_id is None:
        owned = select(PortfolioWork.id).where(col(PortfolioWork.person_id) == person_id)
        if len(db.session().execute(owned).all()) >= MOST_WORKS:
            raise errors.Conflict(_("A portfolio of %(n)s works is full.", n=MOST_WORKS))
        row = PortfolioWork(person_id=person_id, track=work.track, title="", created_at=now)
    else:
        row = _own(person_id, work_id)
    for name in (
        "track", "title", "problem", "process", "result", "number", "category", "link", "published",
    ):  # fmt: skip
        setattr(row, name, getattr(work, name))
    work_id = db.add(row).id or 0
    _tell(person_id, now)
    return work_id


def delete_work(person_id: int, work_id: int, *, now: datetime) -> None:
    """Take a case out of the portfolio."""
    db.session().delete(_own(person_id, work_id))
    db.flush()
    _tell(person_id, now)


def _own(person_id: int, work_id: int) -> PortfolioWork:
    row = db.get(PortfolioWork, work_id)
    if row.person_id != person_id:
        raise errors.NotFound
    return row


def _tell(person_id: int, now: datetime) -> None:
    records.refresh([person_id], now, skills=False)
    events.emit(happened.WorkProfileChanged(at=now, person=person_id))
