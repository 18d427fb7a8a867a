"""Who fits a brief, by the index of the track: only who can come to stand among the first is judged.

The index names them, best bound first; their values, filters and scores are read anew from the
database. Features that the index does not know are bounded by their best: more are judged until nobody
else can stand among the first. Days off are not in the index either: it takes free hours as if there
were none, which is a bound as well (the shares of hubs are counted with it). An index that lags behind can therefore leave somebody out for some
seconds, but never list anybody who must not be listed.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Protocol, TypeVar

import numpy as np
from flask import current_app

from sanggar.clients import queries as clients
from sanggar.clients.queries import Towards, Wanted
from sanggar.kernel import log
from sanggar.kernel.config import Settings
from sanggar.plugin.evidence import LEVELS
from sanggar.plugin.ranking import Brief, Candidate, RankingFeature
from sanggar.rankers.additive import Floats
from sanggar.rankers.index import (
    BrokenIndexError,
    Filter,
    Found,
    Index,
    Known,
    Lookup,
    Query,
    Rarity,
    Sifted,
    shards,
)
from sanggar.rankers.index.layout import Array
from sanggar.ranking import candidates, indexing, rerank
from sanggar.ranking import text as words
from sanggar.ranking.fitting import Asked, Fitting, Judged, judge
from sanggar.ranking.indexing import ASKED, CHANCE, KNOWN, OFFERS, PRICE, Plan

#: Judged beyond those needed: some of them may have changed since they were indexed.
SPARE = 4
#: Asked for at once: among so many stand the best of all hubs, and newcomers.
WIDE = 150
#: Newcomers among whom the kept place is given.
NEWCOMERS = 3
#: Columns that are kept as features see them, and what features make of them.
KEPT = 512
Key = TypeVar("Key")
Value = TypeVar("Value")
#: Refused by each filter of a query, in their order; who is not to be asked comes last.
FILTERS = ("level", "level", "mentored", "minor", "paused", "onsite", "capacity")


class Searched(Protocol):
    """One index, or shards of it."""

    @property
    def version(self) -> str:
        """What it was written for."""
        ...

    @property
    def rarity(self) -> Rarity:
        """Word counts of the track."""
        ...

    def top(self, query: Query, k: int) -> Found:
        """Return the k best."""
        ...

    def sift(self, query: Query, column: str) -> Sifted:
        """Return how many pass the filters."""
        ...

    def look(self, keys: Array, *columns: str) -> dict[int, tuple[float, ...]]:
        """Return what columns hold."""
        ...


_open: dict[Path, Searched] = {}
_lock = threading.Lock()


def opened(folder: Path) -> Searched | None:
    """Return the index of a folder, opened once a process; None when there is none that can be read."""
    if not (folder / "current").is_file():
        return None
    with _lock:
        if folder not in _open:
            try:
                _open[folder] = _open_any(folder)
            except (BrokenIndexError, OSError) as error:
                log.get().error("ranking_index_unreadable", folder=folder.name, error=str(error))
                return None
        return _open[folder]


def _open_any(folder: Path) -> Searched:
    """Open one index, or shards of it: asked on the cluster where there is one, else here."""
    if not shards.there(folder):
        return Index(folder)
    settings: Settings = current_app.extensions["sanggar.settings"]
    return shards.Shards(
        folder, shards.connect(settings.scheduler) if settings.scheduler else shards.Here()
    )


def forget() -> None:
    """Close all indexes (between tests)."""
    with _lock:
        _open.clear()
    _seen.clear()
    _made.clear()


def fitting(asked: Asked) -> Fitting | None:
    """Return who can come to stand among the first; None when the index of the track cannot say."""
    index = opened(indexing.folder(asked.row.track))
    if index is None:
        return None
    plan = Plan.of(asked.row.track)
    ready = (
        asked.row.service in {s.id for s in plan.services} and asked.seen.domain in indexing.DOMAINS
    )
    try:
        if ready and index.version == plan.version(asked.scorer):
            return search(index, plan, asked)
    except (BrokenIndexError, OSError, ValueError) as error:
        log.get().error("ranking_index_failed", track=asked.row.track, error=str(error))
        forget()
    return None


def search(index: Searched, plan: Plan, asked: Asked) -> Fitting:
    """Return who can come to stand among the first, by an index."""
    query = question(plan, asked.seen, asked.row.wanted, clients.towards(asked.row))
    sifted = index.sift(query, "place")
    hubs = _by_hub(sifted)
    lists = _lists(index, query, hubs)
    people = _judged(index, plan, asked, lists)
    refused: dict[str, int] = {}
    for name, n in zip(FILTERS, sifted.refused, strict=True):
        refused[name] = refused.get(name, 0) + n
    refused["asked"] = sifted.without
    return Fitting(people, hubs, {name: n for name, n in refused.items() if n})


@dataclass
class List:
    """One question to the index, and how many of its best are needed for certain.

    `keys` are the best by the index; nobody else has more than `left` there, and nobody else is there
    at all when that is minus infinity.
    """

    query: Query
    need: int
    keys: list[int] = field(default_factory=list)
    left: float = math.inf

    def ask(self, index: Searched) -> None:
        """Ask for twice as many as before."""
        k = 2 * max(len(self.keys), self.need)
        found = index.top(self.query, k)
        self.keys = found.keys.tolist()
        self.left = float(found.scores[-1]) if len(found.keys) == k else -math.inf

    def enough(self, people: Mapping[int, Judged], level: float, margin: float) -> bool:
        """Return whether nobody else can be among the best that are needed."""
        if self.left == -math.inf:
            return True
        entries = [people[key].entry for key in self.keys if key in people]
        worth = sorted((e.worth for e in entries), reverse=True)
        if len(worth) < self.need:
            return False
        least, left = worth[self.need - 1], self.left + level + margin
        return least > left or (margin == 0 and least == left)


def _lists(index: Searched, query: Query, hubs: Mapping[str, int]) -> list[List]:
    """Return the questions whose best must be judged: of all, of each hub, of those who are new.

    One wide question answers most of them; the others ask for themselves.
    """
    wide = index.top(query, WIDE)
    keys = wide.keys.tolist()
    best = List(query, rerank.WINDOW)
    lists = [_answered(best, list(range(len(keys)))[: rerank.WINDOW + SPARE], wide)]
    known = index.look(wide.keys, "place", CHANCE)
    homes = [_hub(known[key]) for key in keys]
    for hub, most in sorted(rerank.wanted(hubs).items()) if len(hubs) > 1 else ():
        mine = [n for n, home in enumerate(homes) if home == hub][:most]
        one = List(replace(query, filters=[*query.filters, _of_hub(hub)]), most)
        lists.append(_answered(one, mine, wide))
    new = List(replace(query, filters=[*query.filters, Filter(CHANCE, _is_new)]), NEWCOMERS)
    mine = [n for n, key in enumerate(keys) if not math.isnan(known[key][-1])][:NEWCOMERS]
    return [*lists, _answered(new, mine, wide)]


def _is_new(kinds: Floats) -> Array:
    return ~np.isnan(kinds)


def _answered(one: List, mine: list[int], wide: Found) -> List:
    """Return a question with its best from the wide one, if all it needs are among them."""
    if len(mine) >= one.need or len(wide.keys) < WIDE:
        one.keys = wide.keys[mine].tolist()
        one.left = float(wide.scores[mine[-1]]) if len(mine) >= one.need else -math.inf
    return one


def _judged(index: Searched, plan: Plan, asked: Asked, lists: list[List]) -> list[Judged]:
    """Judge who was found, and find more until that is enough."""
    people: dict[int, Judged] = {}
    margin, level = plan.margin(asked.scorer), asked.scorer.level
    seen: set[int] = set()
    short = lists
    while short:
        for each in short:
            if seen or (not each.keys and each.left == math.inf):
                each.ask(index)
        keys = {key for each in short for key in each.keys}
        rows = clients.pool(asked.row, asked.now, sorted(keys - seen)) if keys - seen else []
        for judged in judge([row for row in rows if not row.refusal], asked, index.rarity):
            people[judged.row.person_id] = judged
        seen |= keys or {0}
        short = [each for each in short if not each.enough(people, level, margin)]
    return [people[key] for key in sorted(people)]


def _hub(place: tuple[float, ...]) -> str:
    return str(int(place[0]) or "")


def _by_hub(sifted: Sifted) -> dict[str, int]:
    distinct, at = np.unique(sifted.values[:, 0], return_inverse=True)
    counts = np.bincount(at, sifted.counts).astype(int).tolist()
    return {_hub((hub,)): n for hub, n in zip(distinct.tolist(), counts, strict=True) if n}


def _of_hub(hub: str) -> Filter:
    number = float(hub or 0)
    return Filter("place", lambda place: place[:, 0] == number)


def question(plan: Plan, brief: Brief, wanted: Wanted, towards: Towards) -> Query:
    """Return what a brief asks of the index."""
    by_name = {f.name: f for f in plan.features}
    today = brief.today
    makes: dict[str, Callable[[Any], Candidate]] = {
        "level_fit": lambda level: Candidate(0, LEVELS[int(level)]),
        "recency": lambda day: Candidate(
            0, LEVELS[0], months_since_work=(today.toordinal() - day) / candidates.DAYS_A_MONTH
        ),
        "hours": lambda free: Candidate(0, LEVELS[0], free_hours=free),
        "place": lambda pair: Candidate(
            0, LEVELS[0], hub=str(int(pair.real) or ""), regency=str(int(pair.imag) or "")
        ),
    }  # fmt: skip
    first: dict[str, Callable[[Floats], Array]] = {
        "hours": lambda pairs: _left(pairs, brief),
        "place": lambda pairs: pairs[:, 0] + 1j * pairs[:, 1],
    }
    asks: dict[str, Hashable] = {
        "level_fit": brief.level, "recency": (), "place": (brief.onsite, brief.hub, brief.regency),
    }  # fmt: skip
    lookups = [
        Lookup(name, column, _each(
            by_name[name], brief, makes[name], first.get(name), asks=asks.get(name)
        ))
        for name, column in ASKED.items()
    ]  # fmt: skip
    lookups.append(Lookup(PRICE, f"{PRICE}:{brief.service}", _each(
        by_name[PRICE], brief, lambda price: Candidate(0, LEVELS[0], price=int(price)),
        asks=(brief.budget,),
    )))  # fmt: skip
    lookups += [
        Lookup(f.name, f"{f.name}:{brief.domain}", lambda value: value) for f in plan.domain
    ]
    month = indexing.month_of(today)
    lookups.append(Lookup(
        OFFERS, OFFERS, lambda pairs: np.where(pairs[:, 0] == month, pairs[:, 1], 0.0)
    ))  # fmt: skip
    lookups.append(Lookup(CHANCE, CHANCE, lambda kind: kind))
    worked = towards.worked
    known = Known(
        np.array(sorted(worked), dtype=np.int64),
        _known(by_name[KNOWN], brief, [worked[key] for key in sorted(worked)]),
        float(_known(by_name[KNOWN], brief, [0])[0]),
    )  # fmt: skip
    return Query(
        choice=brief.service if plan.service else "", lookups=lookups, filters=_filters(brief, wanted),
        words=words.words(brief.text), known={KNOWN: known}, without=towards.without,
    )  # fmt: skip


def _filters(brief: Brief, wanted: Wanted) -> list[Filter]:
    """Return the hard filters, in the order of `FILTERS`."""
    lowest, today = LEVELS.index(wanted.level), brief.today.toordinal()
    needed = clients.hours_needed(brief.hours)
    return [
        Filter("level", lambda level: level >= lowest),
        Filter("until", lambda day: day >= today),
        Filter("level", lambda level: (level > 0) | wanted.mentored),
        Filter("adult", lambda day: (day <= today) | wanted.supervised),
        Filter("paused", lambda paused: paused == 0),
        Filter("onsite", lambda goes: (goes == 1) | (not wanted.onsite)),
        Filter("hours", lambda pairs: _left(pairs, brief) >= needed),
    ]


def _left(pairs: Floats, brief: Brief) -> Floats:
    """Return the free hours of (weekly, promised) hours, as `clients.rules.free_hours` reckons them."""
    days = max((brief.deadline - brief.today).days, 0)
    return np.maximum(pairs[:, 0] * days / 7 - pairs[:, 1], 0.0)


def _known(feature: RankingFeature, brief: Brief, times: list[int]) -> Floats:
    return indexing.plainly(feature, [Candidate(0, LEVELS[0], with_client=n) for n in times], brief)


#: What features see of a column (the column itself, its distinct values as places in a list, that list),
#: and what they make of it for all briefs of a day that ask the same: dearer to make than to keep.
Seen = tuple[Floats, Array, list[Candidate]]
_seen: dict[tuple[str, int, date], Seen] = {}
_made: dict[tuple[str, int, date, Hashable], tuple[Floats, Floats]] = {}


def _keep(known: dict[Key, Value], key: Key, value: Value) -> Value:
    if len(known) >= KEPT:
        known.clear()
    known[key] = value
    return value


def _each(
    feature: RankingFeature, brief: Brief, make: Callable[[Any], Candidate],
    first: Callable[[Floats], Array] | None = None, *, asks: Hashable = None,
) -> Callable[[Floats], Floats]:  # fmt: skip
    """Return the feature's own values for distinct values of a column; unknown stays unknown.

    `first` turns the column into what is distinct. `asks` is all that the feature reads of a brief but
    its day; None when `make` or `first` themselves depend on the brief.
    """

    def people(column: Floats) -> Seen:
        distinct, place = np.unique(first(column) if first else column, return_inverse=True)
        unknown = Candidate(0, LEVELS[0])
        return column, place, [
            unknown if none else make(each)
            for each, none in zip(distinct.tolist(), np.isnan(distinct).tolist(), strict=True)
        ]  # fmt: skip

    def values(seen: Seen) -> Floats:
        return np.asarray(indexing.plainly(feature, seen[2], brief)[seen[1]])

    def compute(column: Floats) -> Floats:
        if asks is None:
            return values(people(column))
        key = feature.name, id(column), brief.today
        known = _made.get((*key, asks))
        if known is None:
            seen = _seen.get(key) or _keep(_seen, key, people(column))
            known = _keep(_made, (*key, asks), (column, values(seen)))
        return known[1]

    return compute
