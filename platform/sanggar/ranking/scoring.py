"""Scores and exact contributions of whichever ranking serves: fixed weights, or learned curves.

Tables and numpy: a web worker that ranks never loads scikit-learn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sanggar.plugin.ranking import RankingFeature
from sanggar.rankers.additive import Additive
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
class Learned:
    """A learned model as one curve a feature: its reasons are its arithmetic."""

    version: str
    model: Additive
    #: what turns the sum of the curves into log-odds that a placement ends well
    slope: float
    level: float

    def score(self, rows: Sequence[Values]) -> list[Scored]:
        """Return probabilities; contributions and `level` sum to the log-odds."""
        if not rows:
            return []
        table = {
            name: np.array([math.nan if (v := row.get(name)) is None else v for row in rows])
            for name in self.model.curves
        }
        parts = {name: self.slope * part for name, part in self.model.parts(table).items()}
        odds = self.level + np.sum(list(parts.values()), axis=0)
        found = []
        for n, chance in enumerate((1 / (1 + np.exp(-odds))).tolist()):
            found.append(Scored(chance, {name: float(part[n]) for name, part in parts.items()}))
        return found
