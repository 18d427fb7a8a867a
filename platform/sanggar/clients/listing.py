"""Keeping the public search true: rows and keys of a talent are made anew when anything about them changes.

`refresh` is right for a few people at once; `missed` finds whom an event has missed, or a day that passed.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import col

from sanggar import clock
from sanggar.accounts import queries as accounts
from sanggar.certification import queries as certification
from sanggar.clients.lookup import select
from sanggar.clients.models import PortfolioWork, ServicePrice, WorkProfile
from sanggar.clients.talent_models import ListingKey, TalentListing
from sanggar.clients.talent_rules import MOST_WORDS, words
from sanggar.clients.visibility import visible
from sanggar.kernel import db
from sanggar.plugin.evidence import LEVELS

CHUNK = 400


@dataclass
class _Row:
    """What a listing should hold."""

    level: int
    valid_until: date
    hub_id: int | None
    main: bool = False
    lowest: int | None = None
    #: key -> amount
    keys: dict[str, int] = field(default_factory=dict)

    def values(self, person_id: int) -> dict[str, Any]:
        """Return the columns of the row."""
        return {
            "level": self.level, "valid_until": self.valid_until, "hub_id": self.hub_id,
            "lot": lot(person_id), "main": self.main, "lowest": self.lowest,
        }  # fmt: skip


def lot(person_id: int) -> int:
    """Return the place a person has drawn in the order of the search: 31 bits, always the same."""
    return zlib.crc32(str(person_id).encode()) >> 1


def service_key(track: str, service: str) -> str:
    """Return the key of a service."""
    return f"s:{track}/{service}"


def track_key(track: str) -> str:
    """Return the key of a track."""
    return f"t:{track}"


def language_key(code: str) -> str:
    """Return the key of a language."""
    return f"l:{code}"


def refresh(person_ids: Collection[int], now: datetime) -> int:
    """List these people anew, or take them out; return how many rows changed."""
    return sum(_refresh(chunk, now) for chunk in _chunks(sorted(person_ids)))


def _chunks(ids: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield ids[start : start + CHUNK]


def _refresh(person_ids: list[int], now: datetime) -> int:
    wanted = _wanted(person_ids, now)
    statement = select(TalentListing).where(col(TalentListing.person_id).in_(person_ids))
    known = {(row.person_id, row.track): row for row in db.session().execute(statement).scalars()}
    keys = _known_keys(known)
    gone = [row for place, row in known.items() if place not in wanted]
    changed: list[tuple[TalentListing, dict[str, int]]] = []
    for place, row in wanted.items():
        held = known.get(place)
        values = row.values(place[0])
        if held and row.keys == keys[held.id or 0] and all(
            getattr(held, name) == value for name, value in values.items()
        ):  # fmt: skip
            continue
        held = held or TalentListing(person_id=place[0], track=place[1], **values)
        for name, value in values.items():
            setattr(held, name, value)
        changed.append((held, row.keys))
    for row in gone:
        db.session().delete(row)
    db.session().add_all(row for row, _keys in changed)
    db.flush()
    _write_keys(gone, changed)
    return len(gone) + len(changed)


def _write_keys(
    gone: list[TalentListing], changed: list[tuple[TalentListing, dict[str, int]]]
) -> None:
    """Give listings their keys; those of new ones, too, since SQLite gives ids of rows that are gone again."""
    ids = [row.id for row in gone] + [row.id for row, _keys in changed]
    if ids:
        db.session().execute(delete(ListingKey).where(col(ListingKey.listing_id).in_(ids)))
    if new := [
        {
            "key": key, "lot": row.lot, "listing_id": row.id, "amount": amount, "level": row.level,
            "hub_id": row.hub_id, "valid_until": row.valid_until, "person_id": row.person_id,
            "lowest": row.lowest,
        }
        for row, keys in changed for key, amount in sorted(keys.items())
    ]:  # fmt: skip
        db.session().connection().execute(insert(ListingKey), new)


def _known_keys(known: dict[tuple[int, str], TalentListing]) -> dict[int, dict[str, int]]:
    ids = [row.id for row in known.values()]
    statement = select(ListingKey.listing_id, ListingKey.key, ListingKey.amount).where(
        col(ListingKey.listing_id).in_(ids)
    )
    found: dict[int, dict[str, int]] = defaultdict(dict)
    if ids:
        for listing_id, key, amount in db.session().execute(statement):
            found[listing_id][key] = amount
    return found


def _wanted(person_ids: list[int], now: datetime) -> dict[tuple[int, str], _Row]:
    """Return the rows these people should have: none without consent, certificate, or in a pause."""
    shown = accounts.public_ids(person_ids, now)
    profiles = {p.person_id: p for p in _of(WorkProfile, shown) if not p.paused}
    people = accounts.people(sorted(profiles))
    rows: dict[tuple[int, str], _Row] = {}
    for person_id, track, level, until in certification.held(sorted(profiles), now):
        known = rows.get((person_id, track))
        found = (LEVELS.index(level), until)
        if known is None or found > (known.level, known.valid_until):
            rows[person_id, track] = _Row(*found, people[person_id].hub_id)
    best: dict[int, _Row] = {}
    for (person_id, _track), row in sorted(rows.items()):
        held = best.get(person_id)
        if held is None or (row.level, row.valid_until) > (held.level, held.valid_until):
            best[person_id] = row
    for row in best.values():
        row.main = True
    _find_keys(profiles, rows)
    return rows


def _of(model: Any, person_ids: Collection[int]) -> list[Any]:
    if not person_ids:
        return []
    statement = select(model).where(model.person_id.in_(sorted(person_ids))).order_by(model.id)
    return list(db.session().execute(statement).scalars())


def _find_keys(profiles: dict[int, WorkProfile], rows: dict[tuple[int, str], _Row]) -> None:
    """Give each row the keys by which it is found, and its lowest price."""
    texts: dict[tuple[int, str], list[str]] = defaultdict(list)
    statement = select(PortfolioWork).where(
        col(PortfolioWork.person_id).in_(sorted(profiles)), visible()
    )
    for work in db.session().execute(statement.order_by(col(PortfolioWork.id))).scalars():
        texts[work.person_id, work.track].append(
            " ".join((work.title, work.category, work.problem, work.process, work.result))
        )
    for (person_id, track), row in rows.items():
        profile = profiles[person_id]
        text = " ".join((profile.headline, *texts[person_id, track]))
        row.keys = dict.fromkeys(words(text)[:MOST_WORDS], 0)
        row.keys[track_key(track)] = 0
        row.keys |= {language_key(code): 0 for code in profile.languages.split()}
    for price in _of(ServicePrice, profiles):
        if priced := rows.get((price.person_id, price.track)):
            priced.keys[service_key(price.track, price.service)] = price.price
            priced.lowest = min(price.price, priced.lowest or price.price)


def missed(now: datetime) -> list[list[int]]:
    """Return who is listed and should not be, or the other way round, or under another hub; in parts.

    Each part is small enough for one `refresh` in a transaction of its own.
    """
    today = clock.local(now).date()
    columns = (TalentListing.person_id, TalentListing.valid_until, TalentListing.hub_id)
    listed = db.session().execute(select(*columns)).all()
    hubs = {person_id: hub_id for person_id, _until, hub_id in listed}
    paused = select(WorkProfile.person_id).where(col(WorkProfile.paused))
    due = certification.certified_ids(now) & accounts.public_ids(None, now)
    wrong = (due - set(db.session().execute(paused).scalars())) ^ set(hubs)
    wrong |= {person_id for person_id, until, _hub in listed if until < today}
    for chunk in _chunks(sorted(set(hubs) - wrong)):
        people = accounts.people(chunk)
        wrong |= {i for i in chunk if i not in people or people[i].hub_id != hubs[i]}
    return list(_chunks(sorted(wrong)))


def mend(now: datetime) -> int:
    """List everybody who belongs there and take out who does not; return how many rows changed.

    Outside a transaction: it opens its own, a small one for each part.
    """
    with db.transaction():
        parts = missed(now)
    changed = 0
    for people in parts:
        with db.transaction():
            changed += refresh(people, now)
    return changed
