"""Keeping `WorkRecord` true: gathered anew whenever an exam, a mark, an offer or a placement changes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from statistics import median
from typing import Any

from sqlmodel import col

from sanggar import clock
from sanggar.accounts import queries as accounts
from sanggar.assessments import queries as assessments
from sanggar.catalogue import queries as catalogue
from sanggar.certification import queries as certification
from sanggar.clients.lookup import select
from sanggar.clients.models import (
    Offer,
    Placement,
    PortfolioWork,
    ServicePrice,
    WorkProfile,
    WorkRecord,
)
from sanggar.clients.rules import PlacementState
from sanggar.clients.talent_models import BusySpan
from sanggar.clients.visibility import visible
from sanggar.ids import code
from sanggar.kernel import db

LONGEST_TEXT = 4000
#: People read at once: databases take only so many values in one statement.
CHUNK = 10_000
BUSY = (PlacementState.AGREED, PlacementState.RUNNING)


def refresh(person_ids: Collection[int] | None, now: datetime, *, skills: bool = True) -> int:
    """Gather the records of these talents (None: of everybody certified) anew; return how many.

    With `skills=False` only offers, placements and portfolio are read again, for tracks that have
    a record already.
    """
    known = _known(person_ids)
    if skills:
        _gather_skills(known, person_ids, now)
    work = _work(person_ids, clock.local(now).date())
    for (person_id, track), record in known.items():
        merged = {**record.data, **work.of(person_id, track)}
        if merged != record.data:
            record.data = merged
            db.session().add(record)
    db.flush()
    return len(known)


def refresh_skills(person_id: int, track: str, now: datetime) -> None:
    """Read somebody's scores in one track anew: all that an exam or a mark can change.

    Who has no certificate in it is in no ranking and needs no record.
    """
    if not certification.levels(track, now, [person_id]):
        return
    known = _known([person_id])
    if (person_id, track) not in known:
        refresh([person_id], now)
        return
    _scores(known, track, [person_id])
    db.flush()


def _known(person_ids: Collection[int] | None) -> dict[tuple[int, str], WorkRecord]:
    statement = select(WorkRecord)
    if person_ids is not None:
        statement = statement.where(col(WorkRecord.person_id).in_(person_ids))
    return {(row.person_id, row.track): row for row in db.session().exec(statement)}


def _gather_skills(
    known: dict[tuple[int, str], WorkRecord],
    person_ids: Collection[int] | None,
    now: datetime,
) -> None:
    """Read scores of everybody certified in each track, and give new ones a record and a profile."""
    certified: set[int] = set()
    for track in catalogue.tracks():
        ids = sorted(certification.levels(track.id, now, person_ids))
        certified.update(ids)
        _scores(known, track.id, ids)
    everybody = sorted(certified)
    for start in range(0, len(everybody), CHUNK):
        _profiles(everybody[start : start + CHUNK], now)


def _scores(known: dict[tuple[int, str], WorkRecord], track: str, person_ids: list[int]) -> None:
    for start in range(0, len(person_ids), CHUNK):
        _some_scores(known, track, person_ids[start : start + CHUNK])


def _some_scores(
    known: dict[tuple[int, str], WorkRecord], track: str, person_ids: list[int]
) -> None:
    units = assessments.unit_scores(person_ids, track)
    rubrics = assessments.rubric_totals(person_ids, track)
    for person_id in person_ids:
        record = known.get((person_id, track)) or WorkRecord(person_id=person_id, track=track)
        known[person_id, track] = record
        record.data = {
            **record.data, "units": units.get(person_id, {}), "rubric": rubrics.get(person_id),
        }  # fmt: skip
        db.session().add(record)


def _profiles(person_ids: Collection[int], now: datetime) -> None:
    have = set(db.session().execute(
        select(WorkProfile.person_id).where(col(WorkProfile.person_id).in_(person_ids))
    ).scalars())  # fmt: skip
    for person in accounts.people(sorted(set(person_ids) - have)).values():
        db.session().add(new_profile(person.id, person.name, now))


def new_profile(person_id: int, name: str, now: datetime) -> WorkProfile:
    """Return a profile with an address made of the name and a code that cannot be guessed."""
    plain = "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower())
    words = "-".join(part for part in plain.split("-") if part)[:40] or "talenta"
    return WorkProfile(person_id=person_id, slug=f"{words}-{code(4).lower()}", updated_at=now)


class _Work:
    """What placements, offers and portfolios say of each talent."""

    def __init__(self) -> None:
        self.placements: dict[int, list[Any]] = defaultdict(list)
        self.offers: dict[int, list[Any]] = defaultdict(list)
        self.texts: dict[tuple[int, str], list[str]] = defaultdict(list)
        self.off: dict[int, list[list[str]]] = defaultdict(list)

    def of(self, person_id: int, track: str) -> dict[str, Any]:
        """Return the part of a record that work makes."""
        all_work = self.placements[person_id]
        done = [p for p in all_work if p.state is PlacementState.FINISHED]
        in_track = [p for p in done if p.track == track]
        answers = [
            ((o.talent_accepted_at or o.answered_at) - o.made_at).total_seconds() / 3600
            for o in self.offers[person_id] if o.answered_at is not None
        ]  # fmt: skip
        months: dict[str, int] = defaultdict(int)
        for offered in self.offers[person_id]:
            months[month(offered.made_at)] += 1
        last = max((p.finished_at for p in in_track), default=None)
        return {
            "text": "\n".join(self.texts[person_id, track])[:LONGEST_TEXT],
            "domains": _count(p.category for p in in_track if p.category),
            "clients": _count(str(p.client_id) for p in done),
            "ratings": [p.rating for p in done if p.rating is not None],
            "finished": len(done),
            "on_time": sum(bool(p.on_time) for p in done),
            "disputes": sum(p.was_disputed for p in all_work),
            "response": round(median(answers), 2) if answers else None,
            "last": last.isoformat() if last else None,
            "running": [[p.due.isoformat(), p.hours] for p in all_work if p.state in BUSY],
            "off": self.off[person_id],
            "offers": {m: months[m] for m in sorted(months)[-2:]},
        }


def month(moment: datetime) -> str:
    """Return the calendar month of a moment, for counting exposure."""
    return clock.local(moment).strftime("%Y-%m")


def _count(keys: Any) -> dict[str, int]:
    counted: dict[str, int] = defaultdict(int)
    for key in keys:
        counted[key] += 1
    return dict(sorted(counted.items()))


def _work(person_ids: Collection[int] | None, today: date) -> _Work:
    def of(statement: Any, column: Any) -> Any:
        chosen = statement if person_ids is None else statement.where(col(column).in_(person_ids))
        return db.session().execute(chosen)

    work = _Work()
    for row in of(
        select(
            Placement.person_id, Placement.track, Placement.category, Placement.client_id,
            Placement.state, Placement.rating, Placement.on_time, Placement.was_disputed,
            Placement.finished_at, Placement.due, Placement.hours,
        ).order_by(col(Placement.id)),
        Placement.person_id,
    ):  # fmt: skip
        work.placements[row.person_id].append(row)
    for row in of(
        select(
            Offer.person_id, Offer.made_at, Offer.answered_at, Offer.talent_accepted_at
        ).order_by(col(Offer.id)),
        Offer.person_id,
    ):
        work.offers[row.person_id].append(row)
    for row in of(
        select(PortfolioWork).where(visible()).order_by(col(PortfolioWork.id)),
        PortfolioWork.person_id,
    ).scalars():
        work.texts[row.person_id, row.track].append(
            " ".join((row.title, row.problem, row.process, row.result, row.number, row.category))
        )
    for row in of(
        select(BusySpan.person_id, BusySpan.starts_on, BusySpan.ends_on, BusySpan.kind)
        .where(col(BusySpan.ends_on) >= today).order_by(col(BusySpan.starts_on)),
        BusySpan.person_id,
    ):  # fmt: skip
        work.off[row.person_id].append(
            [row.starts_on.isoformat(), row.ends_on.isoformat(), row.kind]
        )
    return work


def usual_price(person_id: int, track: str, service: str) -> int | None:
    """Return what a talent usually asks for a service, None when they have not said."""
    found: int | None = (
        db.session()
        .execute(
            select(ServicePrice.price).where(
                col(ServicePrice.person_id) == person_id,
                col(ServicePrice.track) == track,
                col(ServicePrice.service) == service,
            )
        )
        .scalar()
    )
    return found
