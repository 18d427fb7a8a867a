"""Scores and exact contributions of whichever ranking serves: fixed weights, or learned curves.

Both are sums of one curve a feature, rounded to whole multiples of a tiny grain: a sum does not depend
on the order of its parts, and the index gives the very same one. Tables and numpy: a web worker that
ranks never loads scikit-learn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np

from sanggar.plugin.ranking import RankingFeature
from sanggar.rankers.additive import Additive, Curve, Floats
from sanggar.rankers.index import snap
from sanggar.rankers.index.layout import GRAIN
from sanggar.ranking import baseline
from sanggar.ranking.baseline import Values

#: The feature that a star more in the ratings moves, and how much of it a star is.
STARS, A_STAR = "rating", 0.5


@dataclass(frozen=True)
class Scored:
    """A score 0..1 and what each feature added to it (on the scorer's own scale).

    `total` is their sum and the scorer's level, exactly: it decides the order.
    """

    score: float
    added: Mapping[str, float]
    total: float


class Scorer(Protocol):
    """Whatever turns feature values into scores: a sum of curves, and what the sum means."""

    @property
    def version(self) -> str:
        """What made the order."""
        ...

    @property
    def model(self) -> Additive:
        """The curves on the scorer's own scale, parts rounded to the grain."""
        ...

    @property
    def level(self) -> float:
        """What everybody gets besides, on the same scale."""
        ...

    @property
    def whole(self) -> float:
        """What one whole score, 0 to 1, is worth on the scorer's own scale, about."""
        ...

    def score(self, rows: Sequence[Values]) -> list[Scored]:
        """Return a score for each row."""
        ...


def star(scorer: Scorer) -> float:
    """Return what a star more in the ratings is worth on the scorer's own scale."""
    curve = scorer.model.curves.get(STARS)
    return A_STAR * float(curve.values[-1] - curve.values[0]) if curve is not None else 0.0


def parts_of(model: Additive, rows: Sequence[Values]) -> dict[str, Floats]:
    """Return what each feature adds for each row of values; None = unknown."""
    table = {
        name: np.array([math.nan if (v := row.get(name)) is None else v for row in rows])
        for name in model.curves
    }
    return model.parts(table)


def _scored(scorer: Scorer, rows: Sequence[Values], logistic: bool) -> list[Scored]:
    if not rows:
        return []
    parts = parts_of(scorer.model, rows)
    totals = scorer.level + np.sum(list(parts.values()), axis=0)
    scores = 1 / (1 + np.exp(-totals)) if logistic else totals
    columns = {name: part.tolist() for name, part in parts.items()}
    return [
        Scored(score, {name: column[n] for name, column in columns.items()}, total)
        for n, (score, total) in enumerate(zip(scores.tolist(), totals.tolist(), strict=True))
    ]


@dataclass(frozen=True)
class Baseline:
    """The fixed weights of the features that apply to a track."""

    features: tuple[RankingFeature, ...]
    level: float = 0.0
    whole: float = 1.0

    @cached_property
    def version(self) -> str:
        """The name of these weights."""
        return baseline.version(self.features)

    @property
    def model(self) -> Additive:
        """One line a feature."""
        return baseline.model(self.features)

    def score(self, rows: Sequence[Values]) -> list[Scored]:
        """Return weighted means; contributions sum to the score."""
        return _scored(self, rows, logistic=False)


@dataclass(frozen=True)
class Weights:
    """Fixed weights of a past day, read back from their file."""

    version: str
    model: Additive
    level: float = 0.0
    whole: float = 1.0

    def score(self, rows: Sequence[Values]) -> list[Scored]:
        """Return weighted means, as `Baseline` does."""
        return _scored(self, rows, logistic=False)


@dataclass(frozen=True)
class Learned:
    """A learned model as one curve a feature: its reasons are its arithmetic.

    Raises
    ------
    ValueError
        When its parts are so large that sums would not be exact.
    """

    version: str
    curves: Additive
    #: what turns the sum of the curves into log-odds that a placement ends well
    slope: float
    level: float
    #: where a score is in the middle, its log-odds rise four times as fast
    whole: float = 4.0

    def __post_init__(self) -> None:
        """See that the sums are exact before anybody is ranked."""
        object.__setattr__(self, "level", round(self.level / GRAIN) * GRAIN)
        _ = self.model

    @cached_property
    def model(self) -> Additive:
        """The curves in log-odds."""
        return snap(Additive({
            name: Curve(c.cuts, self.slope * c.values, self.slope * c.missing)
            for name, c in self.curves.curves.items()
        }))  # fmt: skip

    def score(self, rows: Sequence[Values]) -> list[Scored]:
        """Return probabilities; contributions and `level` sum to the log-odds."""
        return _scored(self, rows, logistic=True)
