"""A ranking whose score is a sum of one curve for each feature, learned by gradient boosting.

No tree looks at two features, so each feature's part of the score can be read off a table: the
explanation is the model itself, and a web worker scores with the tables alone, without scikit-learn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Curve:
    """What one feature adds to the score: a step function.

    Attributes
    ----------
    cuts : array, shape (steps - 1,)
        Rising; a value equal to a cut belongs to the step below it.
    values : array, shape (steps,)
        What each step adds.
    missing : float
        What an unknown value adds.
    """

    cuts: Floats
    values: Floats
    missing: float

    def __call__(self, x: NDArray[Any]) -> Floats:
        """Return what each value adds."""
        x = np.asarray(x, dtype=np.float64)
        found = self.values[np.searchsorted(self.cuts, x, side="left")]
        return np.where(np.isnan(x), self.missing, found)

    @property
    def low(self) -> float:
        """The least it can add."""
        return float(min(self.values.min(), self.missing))

    @property
    def high(self) -> float:
        """The most it can add."""
        return float(max(self.values.max(), self.missing))


def curves_of(model: Any) -> list[Curve]:
    """Return the curves of a fitted `HistGradientBoostingRegressor` without interactions.

    Parameters
    ----------
    model : HistGradientBoostingRegressor
        Fitted with ``interaction_cst="no_interactions"``.

    Returns
    -------
    list of Curve
        One for each column, in order; their sum is the prediction (the intercept is in the first).

    Raises
    ------
    ValueError
        When a tree looks at two features.
    """
    width = model.n_features_in_
    trees: list[list[Any]] = [[] for _ in range(width)]
    for (predictor,) in model._predictors:
        nodes = predictor.nodes
        used = np.unique(nodes["feature_idx"][nodes["is_leaf"] == 0])
        if len(used) > 1:
            raise ValueError(f"a tree looks at the features {used.tolist()} together")
        trees[int(used[0]) if len(used) else 0].append(nodes)
    base = float(np.ravel(model._baseline_prediction)[0])
    return [_curve(found, base if column == 0 else 0.0) for column, found in enumerate(trees)]


def _curve(trees: Sequence[Any], base: float) -> Curve:
    splits = [nodes["num_threshold"][nodes["is_leaf"] == 0] for nodes in trees]
    cuts = np.unique(np.concatenate(splits)) if splits else np.empty(0)
    # a value inside each step: the cut above it, which belongs to it, and for the last step infinity
    probes = np.concatenate([cuts, [np.inf, np.nan]])
    total = np.full(len(probes), base)
    for nodes in trees:
        total += _walk(nodes, probes)
    return Curve(cuts, total[:-1], float(total[-1]))


def _walk(nodes: Any, x: Floats) -> Floats:
    """Return the leaf values of one tree; as `_predictor.pyx`: left when x <= threshold."""
    at = np.zeros(len(x), dtype=np.int64)
    while (inner := nodes["is_leaf"][at] == 0).any():
        here = nodes[at]
        left = np.where(np.isnan(x), here["missing_go_to_left"] == 1, x <= here["num_threshold"])
        at = np.where(inner, np.where(left, here["left"], here["right"]), at)
    return np.asarray(nodes["value"][at], dtype=np.float64)


@dataclass(frozen=True)
class Additive:
    """A sum of curves by feature name."""

    curves: Mapping[str, Curve]

    @cached_property
    def _steps(self) -> dict[str, tuple[Floats, Floats]]:
        """Cuts and values of each curve with one place more: what is unknown sorts behind infinity."""
        return {
            name: (np.append(c.cuts, np.inf), np.append(c.values, c.missing))
            for name, c in self.curves.items()
        }

    def parts(self, table: Mapping[str, NDArray[Any]]) -> dict[str, Floats]:
        """Return what each feature adds for each row; absent columns are unknown."""
        rows = len(next(iter(table.values()))) if table else 0
        unknown = np.full(rows, np.nan)
        return {
            name: values[cuts.searchsorted(table.get(name, unknown))]
            for name, (cuts, values) in self._steps.items()
        }

    def score(self, table: Mapping[str, NDArray[Any]]) -> Floats:
        """Return the sum of the parts of each row."""
        return np.asarray(sum(self.parts(table).values()))
