"""The public search: which listings fit, in the order drawn by lot, and what to loosen when none does.

One inverted table answers words, languages and services; the rest stands in an index of the listings.
Both are read in the order of the lots and only as far as a reader will ever page, so that a country's
worth of talents costs as much as a town's. Every day the order begins at another lot.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, literal
from sqlalchemy.orm import aliased
from sqlmodel import col

from sanggar.clients.listing import language_key, service_key
from sanggar.clients.lookup import select
from sanggar.clients.models import WorkProfile
from sanggar.clients.talent_models import ListingKey, TalentListing
from sanggar.kernel import db

#: nobody pages further: who sees so many narrows the search
MOST = 1000
MOST_TERMS = 5
#: how far is counted which of two words is the rarer one
SAMPLE = 3000
PAGE = 24


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; empty fields ask for nothing."""

    track: str = ""
    #: the lowest level that will do
    level: int = 0
    hub_id: int | None = None
    service: str = ""
    price: int | None = None
    language: str = ""
    words: tuple[str, ...] = ()

    def needs(self) -> list[str]:
        """Return the keys a listing must have: the rarest kinds first."""
        keys = list(self.words[:MOST_TERMS])
        if self.service:
            keys.append(service_key(self.track, self.service))
        return keys + ([language_key(self.language)] if self.language else [])


@dataclass(frozen=True)
class Card:
    """One talent of a page of results."""

    person_id: int
    slug: str
    headline: str
    #: (track, level) of each certificate, the highest first
    held: tuple[tuple[str, int], ...]
    lowest: int | None


@dataclass(frozen=True)
class Looser:
    """One condition, left out or alone, and how many that would find."""

    name: str
    count: int


def start_of(day: date) -> int:
    """Return the lot that comes first on a day."""
    return zlib.crc32(day.isoformat().encode()) >> 1


def find(wanted: Wanted, today: date) -> list[int]:
    """Return the people who fit, in today's order; `MOST` + 1 when there are more."""
    keys = _rarest_first(wanted)
    first, lot = _matching(wanted, keys, today), _lot(keys)
    start = start_of(today)
    # with words alone, a person with two certificates has two rows beside each other
    most = MOST + 1 if wanted.track or not keys else 2 * MOST
    found = _people(first.where(lot >= start).limit(most))
    if len(found) <= MOST:
        found = list(dict.fromkeys(found + _people(first.where(lot < start).limit(most))))
    return found[: MOST + 1]


def _people(statement: Any) -> list[int]:
    return list(dict.fromkeys(row[0] for row in db.rows(statement)))


def _rarest_first(wanted: Wanted) -> list[str]:
    """Return the keys, of the words the rarest first: it decides how much is read."""
    keys, count = wanted.needs(), min(len(wanted.words), MOST_TERMS)
    if count < 2:
        return keys
    sizes = [
        select(func.count()).select_from(
            select(literal(1)).where(col(ListingKey.key) == word).limit(SAMPLE).subquery()
        ).scalar_subquery()
        for word in keys[:count]
    ]  # fmt: skip
    row = db.session().execute(select(*sizes)).one()
    return [word for _n, word in sorted(zip(row, keys[:count], strict=True))] + keys[count:]


def _lot(keys: list[str]) -> Any:
    return col(ListingKey.lot) if keys else col(TalentListing.lot)


def _matching(wanted: Wanted, keys: list[str], today: date) -> Any:
    """Return the statement of the people who fit, in the order of their lots."""
    person = col(TalentListing.person_id)
    conditions = _conditions(ListingKey if keys else TalentListing, wanted, today)
    if wanted.track or not keys:
        conditions.append(
            col(TalentListing.track) == wanted.track
            if wanted.track else col(TalentListing.main) == True  # noqa: E712 - SQL
        )  # fmt: skip
    if wanted.price is not None and not wanted.service:
        conditions.append(col(TalentListing.lowest) <= wanted.price)
    if not keys:
        return select(person).where(*conditions).order_by(col(TalentListing.lot))
    statement = (
        select(person)
        .select_from(ListingKey)
        .join(TalentListing, col(TalentListing.id) == col(ListingKey.listing_id))
        .where(_has(ListingKey, keys[0], wanted), *conditions)
    )
    for key in keys[1:]:
        other = aliased(ListingKey)
        same = and_(
            col(other.lot) == col(ListingKey.lot), col(other.listing_id) == col(ListingKey.listing_id)
        )  # fmt: skip
        statement = statement.where(exists().where(same, _has(other, key, wanted)))
    return statement.order_by(col(ListingKey.lot))


def _conditions(table: Any, wanted: Wanted, today: date) -> list[ColumnElement[bool]]:
    found = [col(table.valid_until) >= today]
    if wanted.level:
        found.append(col(table.level) >= wanted.level)
    if wanted.hub_id is not None:
        found.append(col(table.hub_id) == wanted.hub_id)
    return found


def _has(table: Any, key: str, wanted: Wanted) -> ColumnElement[bool]:
    held = col(table.key) == key
    if key.startswith("s:") and wanted.price is not None:
        return and_(held, col(table.amount) <= wanted.price)
    return held


def cards(person_ids: list[int], today: date) -> list[Card]:
    """Return what a page of results shows of these people, in this order."""
    if not person_ids:
        return []
    statement = (
        select(
            TalentListing.person_id, WorkProfile.slug, WorkProfile.headline, TalentListing.track,
            TalentListing.level, TalentListing.lowest,
        )
        .join(WorkProfile, col(WorkProfile.person_id) == col(TalentListing.person_id))
        .where(
            col(TalentListing.person_id).in_(person_ids), col(TalentListing.valid_until) >= today
        )
        .order_by(col(TalentListing.level).desc(), col(TalentListing.track))
    )  # fmt: skip
    found: dict[int, Card] = {}
    for person_id, slug, headline, track, level, lowest in db.session().execute(statement):
        card = found.get(person_id) or Card(person_id, slug, headline, (), None)
        lows = [price for price in (card.lowest, lowest) if price is not None]
        found[person_id] = replace(
            card, held=(*card.held, (track, level)), lowest=min(lows, default=None)
        )
    return [found[i] for i in person_ids if i in found]


#: condition -> what leaves it out
_NOTHING: dict[str, dict[str, Any]] = {
    "words": {"words": ()}, "price": {"price": None}, "hub": {"hub_id": None}, "level": {"level": 0},
    "language": {"language": ""}, "service": {"service": ""}, "track": {"track": "", "service": ""},
}  # fmt: skip


def looser(wanted: Wanted, today: date) -> list[Looser]:
    """Return which single condition, left out, would find somebody, the most fruitful first."""
    return _counted(
        {name: replace(wanted, **values) for name, values in _NOTHING.items()}, wanted, today
    )


def alone(wanted: Wanted, today: date) -> list[Looser]:
    """Return how many each condition would find with no other one, the most fruitful first."""
    without = {name: replace(wanted, **values) for name, values in _NOTHING.items()}
    only = {
        name: Wanted(**{f: getattr(wanted, f) for f in _NOTHING[name]})
        for name, each in without.items() if each != wanted and name != "track"
    }  # fmt: skip
    if "service" in only:
        only["service"] = Wanted(track=wanted.track, service=wanted.service)
    elif wanted.track:
        only["track"] = Wanted(track=wanted.track)
    return _counted(only, Wanted(), today)


def _counted(searches: dict[str, Wanted], but: Wanted, today: date) -> list[Looser]:
    """Return how many these searches find, those that find nobody and `but` left out."""
    asked = {name: wanted for name, wanted in searches.items() if wanted != but}
    if not asked:
        return []
    order = _rarest_first(max(asked.values(), key=lambda w: len(w.needs())))
    order += [key for w in asked.values() for key in w.needs() if key not in order]
    counts = [
        select(func.count(func.distinct(each.c.person_id))).scalar_subquery()
        for each in (
            _matching(w, [k for k in order if k in w.needs()], today).limit(SAMPLE).subquery()
            for w in asked.values()
        )
    ]
    row = db.session().execute(select(*counts)).one()
    found = [Looser(name, n) for name, n in zip(asked, row, strict=True) if n]
    return sorted(found, key=lambda each: -each.count)
