"""What lists and offers teach: one row for each talent who was shown or asked, as plain arrays.

Briefs with a log of lists teach with everybody who was shown; older ones with the offers made, which
carry the features of their day. numpy only: what learns from it is `training`.
"""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from sanggar.clients import queries as clients
from sanggar.clients.queries import BriefKind, DecidedOffer, Grade, Outcome
from sanggar.plugin.ranking import RankingFeature
from sanggar.rankers import metrics
from sanggar.rankers.clicks import Shown
from sanggar.ranking import candidates
from sanggar.ranking.baseline import Values

Array = NDArray[np.float64]
Ints = NDArray[np.int64]
#: the label of what is not decided
OPEN = -1


@dataclass(frozen=True)
class Look:
    """One talent in one list: where they stood, how often that was seen, and whether clicked."""

    brief_id: int
    person_id: int
    #: from 1
    place: int
    shown: int
    clicked: bool
    made_at: datetime
    values: Values = field(hash=False)


@dataclass(frozen=True)
class Dataset:
    """Talents of briefs as a table: one row each, one column a feature, NaN where unknown.

    Rows of a brief stand together, the brief that was first comes first.

    Attributes
    ----------
    grade : array of int, shape (rows,)
        How far they came (`clients.queries.Grade`).
    label : array of int, shape (rows,)
        1 ended well, 0 ended badly, -1 not decided.
    made_at : tuple of datetime
        When their brief was first shown or asked about.
    kinds : mapping
        Brief -> what kind it is; may lack briefs.
    item, place, shown, clicked : array, shape (looks,)
        The log: row, place from 0, how often seen there, how often clicked there.
    """

    features: tuple[RankingFeature, ...]
    X: Array
    grade: Ints
    label: Ints
    briefs: Ints
    made_at: tuple[datetime, ...]
    kinds: Mapping[int, BriefKind] = field(default_factory=dict)
    item: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    place: Ints = field(default_factory=lambda: np.zeros(0, np.int64))
    shown: Array = field(default_factory=lambda: np.zeros(0))
    clicked: Array = field(default_factory=lambda: np.zeros(0))

    @property
    def names(self) -> list[str]:
        """Column names."""
        return [feature.name for feature in self.features]

    @property
    def decided(self) -> int:
        """How many ended well or badly."""
        return int((self.label >= 0).sum())

    @property
    def worth(self) -> Ints:
        """Grades above the lowest of their brief: what there is to order."""
        if not len(self.grade):
            return self.grade
        edges = metrics.bounds(self.briefs)
        lowest = np.minimum.reduceat(self.grade, edges[:-1])
        return np.asarray(self.grade - np.repeat(lowest, np.diff(edges)))

    @property
    def log(self) -> Shown | None:
        """Showings and clicks by row and place, None without any."""
        if not len(self.item):
            return None
        return Shown(self.item, self.place, self.shown, self.clicked, len(self.grade))

    def service(self, brief: int) -> str:
        """Return the type of a brief: track and service."""
        kind = self.kinds.get(brief)
        return f"{kind.track}/{kind.service}" if kind else ""

    def fingerprint(self) -> str:
        """Return a checksum of everything that can be learned: the same data, the same model."""
        sums = hashlib.sha256("\n".join(self.names).encode())
        for part in (self.X, self.grade, self.label, self.briefs, self.place, self.shown):
            sums.update(np.ascontiguousarray(part).tobytes())
        sums.update(np.ascontiguousarray(self.clicked).tobytes())
        return sums.hexdigest()

    def pick(self, rows: NDArray[np.bool_]) -> Dataset:
        """Return the chosen rows, with what the log says of them."""
        moments = tuple(m for m, keep in zip(self.made_at, rows, strict=True) if keep)
        looks = rows[self.item] if len(self.item) else np.zeros(0, bool)
        renumbered = np.cumsum(rows) - 1
        return Dataset(
            self.features, self.X[rows], self.grade[rows], self.label[rows], self.briefs[rows],
            moments, self.kinds, renumbered[self.item[looks]], self.place[looks],
            self.shown[looks], self.clicked[looks],
        )  # fmt: skip


@dataclass
class _Row:
    values: Values
    made_at: datetime
    outcome: Outcome | None


def dataset(
    offers: Sequence[DecidedOffer],
    looks: Sequence[Look] = (),
    outcomes: Mapping[tuple[int, int], Outcome] | None = None,
    kinds: Mapping[int, BriefKind] | None = None,
) -> Dataset:
    """Return what offers and lists teach, oldest briefs first.

    Parameters
    ----------
    offers : sequence of DecidedOffer
        They carry features themselves; of briefs without a log they are all there is.
    looks : sequence of Look
        The log. Lists of briefs whose choice is not made yet teach nothing and are left out.
    outcomes, kinds : mapping, optional
        From `clients.queries`.
    """
    features, known = candidates.all_features(), outcomes or {}
    table: dict[tuple[int, int], _Row] = {}
    looks = [each for each in looks if kinds and (k := kinds.get(each.brief_id)) and k.closed]
    for each in sorted(looks, key=lambda look: look.made_at):
        pair = (each.brief_id, each.person_id)
        table.setdefault(pair, _Row(each.values, each.made_at, known.get(pair)))
    for offer in offers:
        pair = (offer.brief_id, offer.person_id)
        decided = known.get(pair) or _outcome(offer)
        table[pair] = _Row(offer.features, offer.made_at, decided)
    first: dict[int, datetime] = {}
    for (brief, _person), row in table.items():
        first[brief] = min(first.get(brief, row.made_at), row.made_at)
    order = sorted(table, key=lambda pair: (first[pair[0]], pair[0], table[pair].made_at, pair[1]))
    rows = [table[pair] for pair in order]
    return Dataset(
        features,
        matrix(features, [row.values for row in rows]),
        np.array([r.outcome.grade if r.outcome else 0 for r in rows], dtype=np.int64),
        np.array([_label(r.outcome) for r in rows], dtype=np.int64),
        np.array([brief for brief, _person in order], dtype=np.int64),
        tuple(first[brief] for brief, _person in order),
        dict(kinds or {}),
        *_log(looks, {pair: n for n, pair in enumerate(order)}),
    )


def _outcome(offer: DecidedOffer) -> Outcome:
    """Return what an offer alone says: it ended well, or no better than being asked."""
    reached = Grade.FINISHED_WELL if offer.label else Grade.INVITED
    return Outcome(offer.brief_id, offer.person_id, reached, offer.label)


def _label(outcome: Outcome | None) -> int:
    return OPEN if outcome is None or outcome.label is None else outcome.label


def matrix(features: Sequence[RankingFeature], rows: Sequence[Values]) -> Array:
    """Return rows of values as a table, NaN where unknown, shape (rows, features)."""
    found = [
        [math.nan if (v := row.get(f.name)) is None else float(v) for f in features] for row in rows
    ]
    return np.array(found, dtype=float).reshape(len(rows), len(features))


def _log(
    looks: Sequence[Look], row: Mapping[tuple[int, int], int]
) -> tuple[Ints, Ints, Array, Array]:
    """Return the log with every (row, place) once."""
    shown: dict[tuple[int, int], float] = defaultdict(float)
    clicked: dict[tuple[int, int], float] = defaultdict(float)
    for each in looks:
        if each.shown:
            where = (row[each.brief_id, each.person_id], each.place - 1)
            shown[where] += each.shown
            clicked[where] += each.clicked
    keys = sorted(shown)
    return (
        np.array([k[0] for k in keys], dtype=np.int64),
        np.array([k[1] for k in keys], dtype=np.int64),
        np.array([shown[k] for k in keys], dtype=np.float64),
        np.array([clicked[k] for k in keys], dtype=np.float64),
    )


def from_database(looks: Sequence[Look]) -> Dataset:
    """Return everything that the programme can learn from now, with this log."""
    return dataset(clients.decided_offers(), looks, clients.outcomes(), clients.brief_kinds())
