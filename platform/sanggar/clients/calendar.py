"""A talent's days: those they take off, and those on which agreed work keeps them at a client's place.

Whoever wants days (an offer, a yes, a confirmation, a day off) holds the work profile first, so that two
who want the same day take turns on both databases.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import col, func

from sanggar import clock, errors
from sanggar.clients import profiles
from sanggar.clients.business_models import Client
from sanggar.clients.lookup import select, title_of
from sanggar.clients.models import Placement, ServicePrice, WorkProfile
from sanggar.clients.rules import PlacementState
from sanggar.clients.stages import DayState
from sanggar.clients.talent_models import BusySpan
from sanggar.clients.talent_rules import (
    HORIZON,
    LONGEST_SPAN,
    MOST_SPANS,
    BusyKind,
    Span,
    clash,
)
from sanggar.clients.work_models import DayChange
from sanggar.kernel import db
from sanggar.kernel.i18n import _
from sanggar.kernel.templating import day as day_words
from sanggar.plugin.text import Text

#: work that keeps a talent at a client's place until it is delivered
ON_SITE = (PlacementState.AGREED, PlacementState.RUNNING, PlacementState.DISPUTED)
OPEN = (*ON_SITE, PlacementState.DELIVERED)


@dataclass(frozen=True)
class Entry:
    """What stands in somebody's calendar: a span of their own, or agreed work."""

    uid: str
    first: date
    last: date
    #: off, away, onsite (at a client's place), due (the day of other work)
    kind: str
    title: Text
    changed_at: datetime
    span_id: int | None = None
    placement_id: int | None = None


def taken(person_ids: Collection[int], first: date, last: date) -> dict[int, list[Span]]:
    """Return the days between two days on which these people cannot be at a client's place."""
    found: dict[int, list[Span]] = {}
    for person_id, start, end in db.session().execute(
        select(Placement.person_id, Placement.starts_on, Placement.due).where(
            col(Placement.person_id).in_(person_ids), col(Placement.onsite),
            col(Placement.state).in_(ON_SITE), col(Placement.starts_on) <= last,
            col(Placement.due) >= first,
        )
    ):  # fmt: skip
        found.setdefault(person_id, []).append(Span(start, end, BusyKind.AWAY))
    for person_id, start, end, kind in db.session().execute(
        select(BusySpan.person_id, BusySpan.starts_on, BusySpan.ends_on, BusySpan.kind).where(
            col(BusySpan.person_id).in_(person_ids), col(BusySpan.starts_on) <= last,
            col(BusySpan.ends_on) >= first,
        )
    ):  # fmt: skip
        found.setdefault(person_id, []).append(Span(start, end, kind))
    return found


def busy(person_ids: Collection[int], track: str, service: str) -> set[int]:
    """Return who has as much work of a service as they take at once."""
    running = (
        select(Placement.person_id, func.count().label("n"))
        .where(
            col(Placement.person_id).in_(person_ids), col(Placement.track) == track,
            col(Placement.service) == service,
            col(Placement.state).in_([PlacementState.AGREED, PlacementState.RUNNING]),
        )
        .group_by(col(Placement.person_id))
        .subquery()
    )  # fmt: skip
    statement = select(running.c.person_id).join(
        ServicePrice, col(ServicePrice.person_id) == running.c.person_id
    ).where(
        col(ServicePrice.track) == track, col(ServicePrice.service) == service,
        running.c.n >= col(ServicePrice.at_once),
    )  # fmt: skip
    return set(db.session().execute(statement).scalars())


def hold(person_id: int) -> None:
    """Hold a talent's days until the transaction ends."""
    statement = select(WorkProfile.id).where(col(WorkProfile.person_id) == person_id)
    db.session().execute(statement.with_for_update())


def need_free(person_id: int, first: date, last: date) -> None:
    """Refuse work on site on days on which the talent is somewhere else; holds their days.

    Raises
    ------
    errors.Conflict
        With the first day that is taken.
    """
    hold(person_id)
    if found := clash(first, last, taken([person_id], first, last).get(person_id, ())):
        raise errors.Conflict(not_free(max(found.first, first)))


def not_free(day: date) -> str:
    """Return the sentence that both sides read when a day is taken."""
    return str(
        _("The talent is not free to come on %(day)s: choose another day.", day=day_words(day))
    )


def add_span(
    person_id: int, kind: BusyKind, first: date, last: date, note: str, *, now: datetime
) -> int:
    """Take days off, or mark an appointment; the same days a second time are found again."""
    _check(first, last, clock.local(now).date())
    profiles.hold_profile(person_id, now)
    own = select(BusySpan).where(col(BusySpan.person_id) == person_id)
    known = db.session().execute(own.where(col(BusySpan.ends_on) >= clock.local(now).date())).scalars().all()  # fmt: skip
    for row in known:
        if (row.starts_on, row.ends_on, row.kind) == (first, last, kind):
            row.note = note
            db.flush()
            return int(row.id)
    if len(known) >= MOST_SPANS:
        raise errors.Conflict(_("Your calendar is full: delete something first."))
    agreed = [s for s in taken([person_id], first, last).get(person_id, ()) if not _mine(s, known)]
    if found := clash(first, last, agreed):
        raise errors.Invalid(fields={"starts_on": _(
            "On %(day)s you have agreed to be at a client's place. Talk to the client first.",
            day=day_words(max(found.first, first)))})  # fmt: skip
    row = db.add(BusySpan(
        person_id=person_id, kind=kind, starts_on=first, ends_on=last, note=note, added_at=now
    ))  # fmt: skip
    profiles.tell(person_id, now)
    return row.id or 0


def _mine(span: Span, known: Collection[BusySpan]) -> bool:
    return any(
        (k.starts_on, k.ends_on, k.kind) == (span.first, span.last, span.kind) for k in known
    )


def _check(first: date, last: date, today: date) -> None:
    wrong = {}
    if last < today:
        wrong["ends_on"] = _("Choose a day that is still to come.")
    elif last < first:
        wrong["ends_on"] = _("The last day is before the first one.")
    elif last - first > LONGEST_SPAN:
        wrong["ends_on"] = _("At most half a year at once. For longer, pause your profile.")
    elif last > today + HORIZON:
        wrong["ends_on"] = _("At most two years ahead.")
    if wrong:
        raise errors.Invalid(fields=wrong)


def delete_span(person_id: int, span_id: int, *, now: datetime) -> None:
    """Be free again; a second tap changes nothing."""
    row = db.session().get(BusySpan, span_id)
    if row is None:
        return
    if row.person_id != person_id:
        raise errors.NotFound
    db.session().delete(row)
    db.flush()
    profiles.tell(person_id, now)


def entries(person_id: int, first: date, last: date) -> list[Entry]:
    """Return what stands in somebody's calendar between two days, by its first day."""
    spans = db.session().execute(
        select(BusySpan).where(
            col(BusySpan.person_id) == person_id, col(BusySpan.starts_on) <= last,
            col(BusySpan.ends_on) >= first,
        )
    ).scalars()  # fmt: skip
    found = [
        Entry(f"busy-{row.id}", row.starts_on, row.ends_on, row.kind.value,
              Text(id=row.note, en=row.note), row.added_at, span_id=row.id)
        for row in spans
    ]  # fmt: skip
    moved = select(func.max(DayChange.answered_at)).where(
        col(DayChange.placement_id) == col(Placement.id), col(DayChange.state) == DayState.AGREED
    )  # fmt: skip
    changed = func.coalesce(moved.scalar_subquery(), col(Placement.agreed_at))
    statement = (
        select(Placement.id, Placement.starts_on, Placement.due, Placement.onsite, Placement.track,
               Placement.service, changed.label("changed_at"), Client.organisation)
        .join(Client, col(Client.id) == col(Placement.client_id))
        .where(col(Placement.person_id) == person_id, col(Placement.state).in_(OPEN),
               col(Placement.starts_on) <= last, col(Placement.due) >= first)
    )  # fmt: skip
    found += [_agreed(row) for row in db.session().execute(statement)]
    found = [entry for entry in found if entry.first <= last and first <= entry.last]
    return sorted(found, key=lambda entry: (entry.first, entry.last, entry.uid))


def _agreed(row: Any) -> Entry:
    first = row.starts_on if row.onsite else row.due
    return Entry(
        f"work-{row.id}", first, row.due, "onsite" if row.onsite else "due",
        title_of(row.organisation, row.track, row.service), row.changed_at, placement_id=row.id,
    )  # fmt: skip


def owner_of(token: str) -> int:
    """Return whose calendar a secret address opens or raise `NotFound`."""
    statement = select(WorkProfile.person_id).where(col(WorkProfile.calendar_token) == token)
    found = db.session().execute(statement).scalar()
    if found is None:
        raise errors.NotFound
    return int(found)


def token_of(person_id: int) -> str:
    """Return the secret part of somebody's calendar address, empty when there is none."""
    statement = select(WorkProfile.calendar_token).where(col(WorkProfile.person_id) == person_id)
    return db.session().execute(statement).scalar() or ""
