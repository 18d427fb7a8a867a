"""The public search: which listings fit, in the order drawn by lot, and what to loosen when none does.

One inverted table answers words, languages, services and tracks; the rest stands in an index of listings.
Both are read in the order of the lots and only as far as a reader will ever page, so that a country's
worth of talents costs as much as a town's. Every day the order begins at another lot.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, bindparam, func, literal, select
from sqlmodel import SQLModel

from sanggar.clients.listing import language_key, service_key, track_key
from sanggar.clients.models import WorkProfile
from sanggar.clients.talent_models import ListingKey, TalentListing
from sanggar.kernel import db

#: nobody pages further: who sees so many narrows the search
MOST = 1000
MOST_TERMS = 5
#: how far is counted what loosening would find
SAMPLE = 3000
#: where this listing of a key lies among the lots tells how rare the key is
NEAR = 100
PAGE = 24
_LISTINGS, _KEYS, _PROFILES = (
    SQLModel.metadata.tables[str(model.__tablename__)]
    for model in (TalentListing, ListingKey, WorkProfile)
)


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
        """Return the keys a listing must have; none where its columns tell all that is asked."""
        keys = list(self.words[:MOST_TERMS])
        if self.service:
            keys.append(service_key(self.track, self.service))
        if self.language:
            keys.append(language_key(self.language))
        if keys and self.track and not self.service:
            keys.append(track_key(self.track))
        return keys


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
    keys = _rarest_first(wanted.needs())
    lot = (_KEYS if keys else _LISTINGS).c.lot
    matching, start = _matching(wanted, keys, today).add_columns(lot), start_of(today)
    found: list[int] = []
    for part in (lot >= start, lot < start):
        if len(found) <= MOST:
            found += _people(matching.where(part), lot, MOST + 1 - len(found))
    return found


def _people(statement: Any, lot: Any, most: int) -> list[int]:
    """Return the first people of a statement: some have rows beside each other, one for each track."""
    found: dict[int, None] = {}
    limit = most
    while True:
        rows = db.rows(statement.limit(limit)).all()
        found.update((row[0], None) for row in rows)
        missing = most - len(found)
        if missing <= 0 or len(rows) < limit:
            return list(found)[:most]
        last = rows[-1][1]
        limit = sum(row[1] == last for row in rows) + 2 * missing
        statement = statement.where(lot >= last)


def _rarest_first(keys: list[str]) -> list[str]:
    """Return the keys, the rarest first: it decides how much is read.

    Lots are spread evenly, so the farther one must go to meet a key `NEAR` times, the rarer it is;
    a key that nobody has so often is the rarest. This reads as little of a country as of a town.
    """
    if len(keys) < 2:
        return keys
    asked = {f"key{i}": key for i, key in enumerate(keys)}
    reached = dict(
        zip(keys, db.rows(_reached(len(keys)), near=NEAR - 1, **asked).one(), strict=True)
    )
    return sorted(keys, key=lambda key: (reached[key] is not None, -(reached[key] or 0)))


@cache
def _reached(count: int) -> Select[Any]:
    """Return the statement of the lots at which so many keys have been met `near` times and once more."""
    lots = (
        select(_KEYS.c.lot).where(_KEYS.c.key == bindparam(f"key{i}"))
        .order_by(_KEYS.c.lot).offset(bindparam("near")).limit(1).scalar_subquery()
        for i in range(count)
    )  # fmt: skip
    return select(*lots)


def _matching(wanted: Wanted, keys: list[str], today: date) -> Select[Any]:
    """Return the statement of the people who fit, in the order of their lots."""
    table = _KEYS if keys else _LISTINGS
    asked = []  # what turns most rows away comes first: SQLite asks in this order
    if wanted.hub_id is not None:
        asked.append(table.c.hub_id == wanted.hub_id)
    if wanted.level:
        asked.append(table.c.level >= wanted.level)
    if wanted.price is not None and not wanted.service:
        asked.append(table.c.lowest <= wanted.price)
    asked.append(table.c.valid_until >= today)
    if keys:
        asked += _has(table, keys, wanted)
    else:
        asked.append(table.c.track == wanted.track if wanted.track else table.c.main)
    return select(table.c.person_id).where(*asked).order_by(table.c.lot)


def _has(row: FromClause, keys: list[str], wanted: Wanted) -> list[ColumnElement[bool]]:
    """Return the conditions that a row is of the first key, and that its listing has the others.

    Each is asked for by a subquery that gives one value, the commoner inside the rarer. Of EXISTS,
    PostgreSQL makes joins of its own, which begin with the longest list.
    """
    asked = [row.c.key == keys[0]]
    if keys[0].startswith("s:") and wanted.price is not None:
        asked.append(row.c.amount <= wanted.price)
    if keys[1:]:
        other = _KEYS.alias()
        same = (other.c.lot == row.c.lot, other.c.listing_id == row.c.listing_id)
        held = select(literal(1)).where(*same, *_has(other, keys[1:], wanted)).scalar_subquery()
        asked.append(held.is_not(None))
    return asked


_CARDS = (
    select(_LISTINGS.c.person_id, _PROFILES.c.slug, _PROFILES.c.headline, _LISTINGS.c.track,
           _LISTINGS.c.level, _LISTINGS.c.lowest)
    .join(_PROFILES, _PROFILES.c.person_id == _LISTINGS.c.person_id)
    .where(_LISTINGS.c.person_id.in_(bindparam("ids", expanding=True)),
           _LISTINGS.c.valid_until >= bindparam("today"))
    .order_by(_LISTINGS.c.level.desc(), _LISTINGS.c.track)
)  # fmt: skip


def cards(person_ids: list[int], today: date) -> list[Card]:
    """Return what a page of results shows of these people, in this order."""
    if not person_ids:
        return []
    found: dict[int, Card] = {}
    for person_id, slug, headline, track, level, lowest in db.rows(
        _CARDS, ids=person_ids, today=today
    ):
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
    order = _rarest_first(list(dict.fromkeys(key for w in asked.values() for key in w.needs())))
    counts = [
        select(func.count(func.distinct(each.c.person_id))).scalar_subquery()
        for each in (
            _matching(w, [k for k in order if k in w.needs()], today).limit(SAMPLE).subquery()
            for w in asked.values()
        )
    ]
    row = db.rows(select(*counts)).one()
    found = [Looser(name, n) for name, n in zip(asked, row, strict=True) if n]
    return sorted(found, key=lambda each: -each.count)
