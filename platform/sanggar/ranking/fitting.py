"""Who fits a brief, judged exactly from the database: the direct way, and what both ways share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sanggar.clients import queries as clients
from sanggar.clients.queries import BriefRow, PoolRow
from sanggar.plugin.ranking import Brief, Candidate, RankingFeature
from sanggar.rankers.index import Rarity
from sanggar.rankers.index.layout import GRAIN
from sanggar.ranking import candidates, rerank
from sanggar.ranking import text as words
from sanggar.ranking.baseline import Values
from sanggar.ranking.scoring import Scored, Scorer, star


@dataclass(frozen=True)
class Asked:
    """A brief, and what it is ranked by."""

    row: BriefRow
    seen: Brief
    features: tuple[RankingFeature, ...]
    scorer: Scorer
    now: datetime

    @classmethod
    def of(cls, row: BriefRow, scorer: Scorer, now: datetime) -> Asked:
        """Return a brief as features see it, with the features of its track."""
        seen = candidates.brief_of(row, candidates.today_of(now))
        return cls(row, seen, candidates.features_for(row.track), scorer, now)


@dataclass(frozen=True)
class Judged:
    """Somebody who fits, with exact values and scores."""

    row: PoolRow
    candidate: Candidate
    values: Values
    scored: Scored
    entry: rerank.Entry


@dataclass(frozen=True)
class Fitting:
    """Who fits: all of them, or all who can come to stand among the first.

    Attributes
    ----------
    people : list of Judged
    hubs : mapping of str to int
        Hub -> how many fit.
    refused : mapping of str to int
        Hard filter -> how many certified talents it keeps out.
    """

    people: list[Judged]
    hubs: Mapping[str, int]
    refused: Mapping[str, int]

    @property
    def count(self) -> int:
        """How many fit."""
        return sum(self.hubs.values())


def grained(value: float) -> float:
    """Return a value as a whole multiple of what sums are exact in."""
    return round(value / GRAIN) * GRAIN


def cost(scorer: Scorer, offers: int) -> float:
    """Return what the offers of this month cost, on the scale of the scorer."""
    return grained(scorer.whole * rerank.spread(offers))


def hope(scorer: Scorer, kind: int) -> float:
    """Return what optimism adds for a newcomer of a kind, on the scale of the scorer."""
    return grained(star(scorer) * rerank.HOPE[kind])


def judge(rows: Sequence[PoolRow], asked: Asked, corpus: Rarity) -> list[Judged]:
    """Return exact values and scores of people who fit."""
    people = [candidates.candidate_of(row, asked.row.client_id, asked.now) for row in rows]
    values = candidates.table(asked.features, people, asked.seen, corpus)
    scored = asked.scorer.score(values)
    return [
        Judged(row, who, value, score, entry_of(asked.scorer, who, score))
        for row, who, value, score in zip(rows, people, values, scored, strict=True)
    ]


def entry_of(scorer: Scorer, who: Candidate, scored: Scored) -> rerank.Entry:
    """Return somebody as the steps after the scores see them."""
    kind = rerank.kind_of(who)
    return rerank.Entry(
        key=who.key, score=scored.total, newcomer=kind is not None, hub=who.hub,
        cost=cost(scorer, who.offers_this_month),
        hope=0.0 if kind is None else hope(scorer, kind),
    )  # fmt: skip


def directly(
    asked: Asked, corpus: Rarity | None = None, rows: Sequence[PoolRow] | None = None
) -> Fitting:  # fmt: skip
    """Return everybody who fits, by judging every certified talent of the track.

    Parameters
    ----------
    asked : Asked
    corpus : Rarity, optional
        Where words get their weights from; without it from everybody who may be suggested.
    rows : sequence of PoolRow, optional
        Every certified talent of the track, where they have been read already.
    """
    rows = clients.pool(asked.row, asked.now) if rows is None else rows
    if corpus is None:
        corpus = words.rarity(row.record.get("text") or "" for row in rows if row.consents)
    people = judge([row for row in rows if not row.refusal], asked, corpus)
    return Fitting(
        people, Counter(each.candidate.hub for each in people),
        Counter(row.refusal for row in rows if row.refusal),
    )  # fmt: skip
