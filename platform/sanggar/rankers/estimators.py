"""Estimators of order: the additive one that serves, and a stronger one to measure it against.

Imported by training only: both need scikit-learn.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from sanggar.rankers.additive import Curve, curves_of
from sanggar.rankers.lambda_loss import LambdaLoss

Floats = NDArray[np.float64]


class AdditiveRanker(BaseEstimator):
    """One curve a feature, learned so that the best stand first in their list.

    Parameters
    ----------
    directions : sequence of int or None
        +1, -1 or 0 for each column: the direction in which more may only help, harm, or either.
    max_iter, learning_rate, max_leaf_nodes, min_samples_leaf, l2, max_features
        As in `HistGradientBoostingRegressor`.
    k : int
        Places that count.
    random_state : int or None

    Attributes
    ----------
    curves_ : list of Curve
        What each column adds; predictions are their sum.
    n_features_in_ : int

    Notes
    -----
    Missing values (NaN) are allowed. LambdaRank by gradient boosting is LambdaMART (Burges, MSR-TR-
    2010-82), here without interactions: a generalised additive model (Lou et al., KDD 2012).
    """

    def __init__(
        self, directions: Sequence[int] | None = None, max_iter: int = 300,
        learning_rate: float = 0.04, max_leaf_nodes: int = 5, min_samples_leaf: int = 20,
        l2: float = 1.0, max_features: float = 0.3, k: int = 30, random_state: int | None = None,
    ) -> None:  # fmt: skip
        self.directions = directions
        self.max_iter = max_iter
        self.learning_rate = learning_rate
        self.max_leaf_nodes = max_leaf_nodes
        self.min_samples_leaf = min_samples_leaf
        self.l2 = l2
        self.max_features = max_features
        self.k = k
        self.random_state = random_state

    def fit(
        self, X: Any, y: Any, groups: Any = None, sample_weight: Any = None  # noqa: N803
    ) -> Self:  # fmt: skip
        """Learn from lists.

        Parameters
        ----------
        X : array-like, shape (rows, features)
        y : array-like, shape (rows,)
            Labels, 0 and more.
        groups : array-like, shape (rows,), optional
            The list of each row, rows of a list together; without it everything is one list.
        sample_weight : array-like, shape (rows,), optional
            A pair has the weight of its better row.
        """
        X, y = validate_data(self, X, y, ensure_all_finite="allow-nan", dtype=np.float64)  # noqa: N806
        groups = np.zeros(len(y), dtype=np.int64) if groups is None else np.asarray(groups)
        if sample_weight is not None:
            sample_weight = _check_sample_weight(sample_weight, X, ensure_non_negative=True)
        self.curves_: list[Curve] = curves_of(self.boost(X, y, groups, sample_weight))
        return self

    def boost(self, X: Any, y: Any, groups: Any, weight: Any) -> HistGradientBoostingRegressor:  # noqa: N803
        """Return the trees that the curves are read off: they hold the training lists."""
        X = np.where(np.isnan(X).all(axis=0), 0.0, X)  # noqa: N806 - what nobody knows splits nothing
        return HistGradientBoostingRegressor(
            loss=LambdaLoss(groups, y, weight, self.k), max_iter=self.max_iter,
            learning_rate=self.learning_rate, max_leaf_nodes=self.max_leaf_nodes,
            min_samples_leaf=self.min_samples_leaf, l2_regularization=self.l2,
            max_features=self.max_features, interaction_cst="no_interactions",
            monotonic_cst=None if self.directions is None else list(self.directions),
            early_stopping=False, random_state=self.random_state,
        ).fit(X, y)  # fmt: skip

    def predict(self, X: Any) -> Floats:  # noqa: N803
        """Return the score of each row; only differences within a list mean something."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, ensure_all_finite="allow-nan", dtype=np.float64)  # noqa: N806
        parts = [curve(X[:, column]) for column, curve in enumerate(self.curves_)]
        return np.asarray(np.sum(parts, axis=0))

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn what this estimator can take."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags


class ShadowRanker(BaseEstimator):
    """A stronger model without explanations: what is left to gain. It orders nothing people see.

    Half extremely randomised trees on the label (Geurts et al., Mach. Learn. 63, 2006), half the
    additive ranker, both standardised within the training rows.

    Parameters
    ----------
    trees : int
    share : float
        Weight of the trees.
    random_state : int or None
    """

    def __init__(
        self, trees: int = 300, share: float = 0.7, random_state: int | None = None
    ) -> None:  # fmt: skip
        self.trees = trees
        self.share = share
        self.random_state = random_state

    def fit(
        self, X: Any, y: Any, groups: Any = None, sample_weight: Any = None  # noqa: N803
    ) -> Self:  # fmt: skip
        """Learn from lists; parameters as in `AdditiveRanker.fit`."""
        X, y = validate_data(self, X, y, ensure_all_finite="allow-nan", dtype=np.float64)  # noqa: N806
        self.forest_ = ExtraTreesRegressor(
            self.trees, min_samples_leaf=2, max_features=0.33, random_state=self.random_state
        ).fit(X, y, sample_weight)
        self.additive_ = AdditiveRanker(random_state=self.random_state).fit(
            X, y, groups, sample_weight
        )
        self.scale_ = [float(np.std(m.predict(X))) or 1.0 for m in (self.forest_, self.additive_)]
        return self

    def predict(self, X: Any) -> Floats:  # noqa: N803
        """Return the score of each row."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, ensure_all_finite="allow-nan", dtype=np.float64)  # noqa: N806
        forest, additive = (
            model.predict(X) / scale
            for model, scale in zip((self.forest_, self.additive_), self.scale_, strict=True)
        )
        return np.asarray(self.share * forest + (1 - self.share) * additive)

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn what this estimator can take."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
