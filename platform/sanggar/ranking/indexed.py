"""Who fits a brief, by the index of the track: only who can come to stand among the first is judged.

The index names them, best bound first; their values, filters and scores are read anew from the
database. Features that the index does not know are bounded by their best: more are judged until nobody
else can stand among the first. Days off are not in the index either: it takes free hours as if there
were none, which is a bound as well (the shares of hubs are counted with it). An index that lags behind can therefore leave somebody out for some
seconds, but never list anybody who must not be listed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from flask import current_app

from sanggar.clients import queries as clients
from sanggar.clients.queries import Towards
from sanggar.clients.rules import Wanted
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
SPARE = 10
#: Newcomers among whom the kept place is given.
NEWCOMERS = 3
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

    def look(self, keys: Array, column: str) -> dict[int, tuple[float, ...]]:
        """Return what a column holds."""
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
    hubs = _by_hub(sifted.sizes)
    first = List(query, rerank.WINDOW, SPARE)
    first.ask(index)
    assert first.found is not None
    lists = [first, *_hub_lists(index, query, hubs, first.found)]
    new = replace(
        query, filters=[*query.filters, Filter(CHANCE, lambda kind: ~np.isnan(kind))],
        lookups=[*query.lookups, Lookup(CHANCE, CHANCE, lambda kind: kind)],
    )  # fmt: skip
    lists.append(List(new, NEWCOMERS, 0, hoping=True))
    people = _judged(index, plan, asked, lists)
    refused: dict[str, int] = {}
    for name, n in zip(FILTERS, sifted.refused, strict=True):
        refused[name] = refused.get(name, 0) + n
    refused["asked"] = sifted.without
    return Fitting(people, hubs, {name: n for name, n in refused.items() if n})


@dataclass
class List:
    """One question to the index, and how many of its best are needed for certain."""

    query: Query
    need: int
    spare: int
    #: newcomers, by what one may hope of them
    hoping: bool = False
    asked: int = 0
    found: Found | None = field(default=None, repr=False)

    def ask(self, index: Searched) -> None:
        """Ask for as many as needed, and twice as many each time after that."""
        self.asked = 2 * self.asked or self.need + self.spare
        self.found = index.top(self.query, self.asked)

    def enough(self, people: Mapping[int, Judged], level: float, margin: float) -> bool:
        """Return whether nobody else can be among the best that are needed."""
        assert self.found is not None
        if len(self.found.keys) < self.asked:
            return True
        entries = [people[key].entry for key in self.found.keys.tolist() if key in people]
        worth = sorted((e.worth + (e.hope if self.hoping else 0.0) for e in entries), reverse=True)
        left = float(self.found.scores[-1]) + level + margin
        if len(worth) < self.need:
            return False
        return worth[self.need - 1] > left or (margin == 0 and worth[self.need - 1] == left)


def _judged(index: Searched, plan: Plan, asked: Asked, lists: list[List]) -> list[Judged]:
    """Judge who was found, and find more until that is enough."""
    people: dict[int, Judged] = {}
    margin, level = plan.margin(asked.scorer), asked.scorer.level
    seen: set[int] = set()
    open_lists = lists
    while open_lists:
        for each in open_lists:
            if each is not lists[0] or seen:
                each.ask(index)
        keys = {key for each in open_lists if each.found for key in each.found.keys.tolist()}
        rows = clients.pool(asked.row, asked.now, sorted(keys - seen)) if keys - seen else []
        seen |= keys
        for judged in judge([row for row in rows if not row.refusal], asked, index.rarity):
            people[judged.row.person_id] = judged
        open_lists = [each for each in open_lists if not each.enough(people, level, margin)]
    return [people[key] for key in sorted(people)]


def _by_hub(sizes: Mapping[tuple[float, ...], int]) -> dict[str, int]:
    hubs: dict[str, int] = {}
    for place, n in sizes.items():
        name = str(int(place[0]) or "")
        hubs[name] = hubs.get(name, 0) + n
    return hubs


def _hub_lists(index: Searched, query: Query, hubs: Mapping[str, int], first: Found) -> list[List]:
    """Return questions for the hubs of which too few are among the first."""
    if len(hubs) < 2:
        return []
    places = index.look(first.keys[: rerank.WINDOW], "place")
    have = _by_hub({})
    for place in places.values():
        name = str(int(place[0]) or "")
        have[name] = have.get(name, 0) + 1
    lists = []
    for hub, most in sorted(rerank.wanted(hubs).items()):
        if have.get(hub, 0) < most:
            lists.append(List(replace(query, filters=[*query.filters, _of_hub(hub)]), most, 0))
    return lists


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
        "hours": lambda pair: Candidate(0, LEVELS[0], free_hours=_left(pair, brief)),
        "place": lambda pair: Candidate(
            0, LEVELS[0], hub=str(int(pair[0]) or ""), regency=str(int(pair[1]) or "")
        ),
    }  # fmt: skip
    lookups = [
        Lookup(name, column, _each(by_name[name], brief, makes[name]))
        for name, column in ASKED.items()
    ]
    lookups.append(Lookup(PRICE, f"{PRICE}:{brief.service}", _each(
        by_name[PRICE], brief, lambda price: Candidate(0, LEVELS[0], price=int(price))
    )))  # fmt: skip
    lookups += [
        Lookup(f.name, f"{f.name}:{brief.domain}", lambda value: value) for f in plan.domain
    ]
    month = indexing.month_of(today)
    lookups.append(Lookup(
        OFFERS, OFFERS, lambda pairs: np.where(pairs[:, 0] == month, pairs[:, 1], 0.0)
    ))  # fmt: skip
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
        Filter("hours", lambda pairs: np.array([_left(pair, brief) for pair in pairs]) >= needed),
    ]


def _left(pair: Any, brief: Brief) -> float:
    return clients.hours_left(int(pair[0]), float(pair[1]), brief.today, brief.deadline)


def _known(feature: RankingFeature, brief: Brief, times: list[int]) -> Floats:
    return indexing.plainly(feature, [Candidate(0, LEVELS[0], with_client=n) for n in times], brief)


def _each(
    feature: RankingFeature, brief: Brief, make: Callable[[Any], Candidate]
) -> Callable[[Floats], Floats]:
    """Return the feature's own values for distinct values of a column; unknown stays unknown."""

    def compute(column: Floats) -> Floats:
        distinct, place = np.unique(
            column if column.ndim == 1 else column[:, 0] + 1j * column[:, 1], return_inverse=True
        )
        pairs = distinct if column.ndim == 1 else np.stack([distinct.real, distinct.imag], axis=1)
        empty = np.isnan(distinct)
        people = [
            Candidate(0, LEVELS[0]) if none else make(each)
            for each, none in zip(pairs.tolist(), empty.tolist(), strict=True)
        ]
        return np.asarray(indexing.plainly(feature, people, brief)[place])

    return compute
