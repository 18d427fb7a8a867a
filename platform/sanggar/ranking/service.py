"""Ranking a brief: hard filters, features, scores, fair order, reasons; and the short list made from it.

Who can come to stand among the first is found by the index of the track (`indexing`), or by judging
everybody where there are few (`fitting.directly`); both give the same order, scores and reasons, and
what is listed always comes from the database.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sanggar import errors
from sanggar.clients import queries as clients
from sanggar.clients import service as clients_service
from sanggar.clients.queries import BriefRow, ShortlistRow
from sanggar.kernel import db, registry
from sanggar.kernel.access import Principal
from sanggar.kernel.i18n import _
from sanggar.plugin.text import Text
from sanggar.ranking import (
    candidates,
    explain,
    exploration,
    fitting,
    indexed,
    keeping,
    queries,
    serving,
    trace,
)
from sanggar.ranking.features import usual_range
from sanggar.ranking.fitting import Asked, Fitting, Judged
from sanggar.ranking.queries import Serving
from sanggar.ranking.serving import scorer_for
from sanggar.ranking.trace import Placed, Trace

__all__ = [
    "Card",
    "Ranking",
    "arrange",
    "compute",
    "forget",
    "keeping",
    "rank",
    "scorer_for",
    "toggle",
]

#: How many are explained and may be put on a short list; the page shows the first five.
SHOWN, LISTED = 5, 15
KEPT, SECONDS = 128, 60.0


@dataclass(frozen=True)
class Card:
    """One suggested talent as the page shows them."""

    person_id: int
    rank: int
    name: str
    hub: str
    level: str
    rating: float | None
    finished: int
    #: takes the place that is reserved for newcomers
    chance: bool
    newcomer: bool
    reasons: tuple[Text, ...]
    bars: tuple[tuple[Text, int], ...]
    price: tuple[int, int]
    #: the price is the usual one of the level, not the talent's own
    guessed: bool
    score: float
    values: Mapping[str, float | None] = field(repr=False)
    #: what each feature adds on the scorer's own scale
    added: Mapping[str, float] = field(repr=False)


@dataclass(frozen=True)
class Ranking:
    """The suggested order for a brief: a suggestion, people decide."""

    cards: tuple[Card, ...]
    #: how many fit
    fitting: int
    #: hard filter -> how many certified talents it keeps out
    refused: Mapping[str, int]
    #: which model or which fixed weights made the order
    version: str
    #: all it was made of, for the log
    trace: Trace = field(repr=False)
    #: pieces of pages already rendered from it, by what they depend on besides
    rendered: dict[Hashable, str] = field(default_factory=dict, repr=False, compare=False)


_cache: OrderedDict[tuple[Any, ...], tuple[float, Ranking]] = OrderedDict()
_lock = threading.Lock()


def rank(brief: BriefRow, asked: Sequence[ShortlistRow], now: datetime) -> Ranking:
    """Return the suggested talents for a brief, computed once until something changes it.

    Parameters
    ----------
    brief : BriefRow
        Already checked to be the asking person's.
    asked : sequence of ShortlistRow
        The short list with its offers; part of what makes a computed order stale.
    now : datetime

    Notes
    -----
    A computed order is kept for at most a minute, and never beyond an event that moves rankings,
    a change of the brief or its offers, another active model, or midnight.
    """
    stamp, model = queries.state()
    offers = tuple((row.person_id, row.offer_state) for row in asked if row.offer_state)
    key = (
        db.database().url, brief.id, brief.updated_at, brief.state, offers, stamp,
        model.version if model else "", candidates.today_of(now),
    )  # fmt: skip
    with _lock:
        kept = _cache.get(key)
        if kept is not None and time.monotonic() - kept[0] < SECONDS:
            _cache.move_to_end(key)
            return kept[1]
    made = compute(brief, now, model)
    with _lock:
        _cache[key] = (time.monotonic(), made)
        while len(_cache) > KEPT:
            _cache.popitem(last=False)
    return made


def compute(brief: BriefRow, now: datetime, model: Serving | None) -> Ranking:
    """Return the suggested talents for a brief: by the index where there is one, else directly."""
    asked = Asked.of(brief, scorer_for(model, candidates.features_for(brief.track)), now)
    return arrange(asked, indexed.fitting(asked) or fitting.directly(asked))


def arrange(asked: Asked, found: Fitting) -> Ranking:
    """Return the order of those who fit (its steps: `rerank`, then `exploration`), with reasons."""
    known, entries = registry.current(), [each.entry for each in found.people]
    by_key = {each.row.person_id: each for each in found.people}
    scored = {key: each.scored for key, each in by_key.items()}
    seed = exploration.seed(asked.row.id, candidates.today_of(asked.now))
    scores = {key: each.score for key, each in scored.items()}
    placed = trace.place(entries, found.hubs, scores, seed, LISTED)
    usual = trace.usual(entries, scored)
    said = {
        p.key: explain.considered(
            known, asked.features, who.values, who.scored.added, usual, who.candidate, asked.seen
        )
        for p in placed for who in [by_key[p.key]]
    }  # fmt: skip
    cards = tuple(_card(p, by_key[p.key], asked, explain.spoken(said[p.key])) for p in placed)
    return Ranking(
        cards, found.count, dict(found.refused), asked.scorer.version,
        trace.record(asked, found, placed, said, seed, LISTED, known),
    )  # fmt: skip


def forget() -> None:
    """Drop computed orders, loaded models and indexes (after a training, and between tests)."""
    with _lock:
        _cache.clear()
    serving.forget()
    indexed.forget()


def _card(placed: Placed, who: Judged, asked: Asked, reasons: Sequence[Text]) -> Card:
    row, candidate = who.row, who.candidate
    ratings = candidate.ratings
    return Card(
        person_id=row.person_id, rank=placed.place, name=row.name, hub=row.hub_name, level=row.level,
        rating=sum(ratings) / len(ratings) if ratings else None, finished=candidate.finished,
        chance=placed.kept, newcomer=who.entry.newcomer, reasons=tuple(reasons),
        bars=tuple(explain.bars(asked.features, who.values)),
        price=usual_range(row.price) if row.price else (row.band[0], row.band[2]),
        guessed=not row.price, score=who.scored.score, values=dict(who.values),
        added=who.scored.added,
    )  # fmt: skip


def toggle(brief_id: int, person_id: int, *, wanted: bool, by: Principal, now: datetime) -> None:
    """Put a suggested talent on the short list or take them off, with rank and features as shown.

    Raises
    ------
    errors.NotFound
        When the brief is not this person's.
    errors.Conflict
        When the talent is not among those suggested any more.
    """
    brief, asked = clients.brief_with_shortlist(brief_id, by)
    if not wanted:
        clients_service.shortlist(brief_id, person_id, wanted=False, by=by, now=now)
        return
    card = next((c for c in rank(brief, asked, now).cards if c.person_id == person_id), None)
    if card is None:
        raise errors.Conflict(_("This talent cannot take the work any more. Reload the page."))
    clients_service.shortlist(
        brief_id, person_id, wanted=True, by=by, now=now, rank_shown=card.rank, features=card.values
    )
