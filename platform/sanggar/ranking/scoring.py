"""Scores and exact contributions of whichever ranking serves: fixed weights, linear, or boosted.

Plain Python: a web worker that ranks with the fixed weights or a linear model never loads
scikit-learn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from sanggar.plugin.ranking import RankingFeature
from sanggar.ranking import baseline
from sanggar.ranking.baseline import Values


@dataclass(frozen=True)
class Scored:
    """A score 0..1 and what each feature added to it (on the scorer's own scale)."""

    score: float
    added: Mapping[str, float]


class Scorer(Protocol):
    """Whatever turns feature values into scores."""

    @property
    def version(self) -> str:
        """What made the order."""
        ...

    def score(self, rows: Sequence[Values]) -> list[Scored]:
        """Return a score for each row."""
        ...


@dataclass(frozen=True)
class Baseline:
    """The fixed weights."""

    features: tuple[RankingFeature, ...]
    version: str = "baseline"

    def score(self, rows: Sequence[Values]) -> list[Scored]:
        """Return weighted means; contributions sum to the score."""
        found = []
        for values in rows:
            added = baseline.contributions(self.features, values)
            found.append(Scored(sum(added.values()), added))
        return found


@dataclass(frozen=True)
class Linear:
    """A logistic model as numbers: the same results as the estimator it was made from."""

    version: str
    intercept: float
    weights: Mapping[str, Mapping[str, float]]

    def score(self, rows: Sequence[Values]) -> list[Scored]:
        """Return probabilities; contributions and intercept sum to the log-odds."""
        found = []
        for values in rows:
            added = {}
            for name, w in self.weights.items():
                value = values.get(name)
                added[name] = w["coef"] * ((w["fill"] if value is None else value) - w["mean"])
            odds = self.intercept + sum(added.values())
            found.append(Scored(1 / (1 + math.exp(-odds)), added))
        return found


@dataclass(frozen=True)
class Boosted:
    """A gradient-boosted model: scores from the estimator, reasons from the fixed weights."""

    version: str
    features: tuple[RankingFeature, ...]
    names: tuple[str, ...]
    estimator: Any

    def score(self, rows: Sequence[Values]) -> list[Scored]:
        """Return probabilities. The reasons name what speaks for somebody, not the trees' arithmetic."""
        if not rows:
            return []
        table = [[math.nan if row.get(n) is None else row[n] for n in self.names] for row in rows]
        chances = self.estimator.predict_proba(table)[:, 1]
        return [
            Scored(float(p), baseline.contributions(self.features, values))
            for p, values in zip(chances, rows, strict=True)
        ]
