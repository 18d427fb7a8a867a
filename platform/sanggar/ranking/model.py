"""The learned ranking: a scikit-learn estimator of "this will end well", monotone as features declare.

Imported only by training and, lazily, by a web worker whose active model is not linear.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

Array = NDArray[np.float64]


class PlacementRanker(ClassifierMixin, BaseEstimator):
    """Probability that an offer ends in work finished with four or five stars.

    Parameters
    ----------
    kind : {"logistic", "boosted"}
        ``logistic``: imputation, scaling and L2-regularised logistic regression, the transparent
        default. ``boosted``: histogram gradient boosting with monotonic constraints.
    directions : sequence of int or None
        +1, -1 or 0 for each column: the direction in which more may only help, harm, or either.
    C : float
        Inverse strength of the regularisation of ``logistic``.
    random_state : int or None

    Attributes
    ----------
    classes_ : ndarray of shape (2,)
    n_features_in_ : int
    kept_ : ndarray of bool, shape (n_features,)
        Columns nobody knows anything about are left out; ``logistic`` also leaves out those whose
        coefficient would point against their direction.
    pipeline_ : estimator

    Notes
    -----
    Missing values (NaN) are allowed: imputed by the mean, or handled by the trees.
    """

    def __init__(
        self,
        kind: str = "logistic",
        directions: Any = None,
        C: float = 0.5,  # noqa: N803 - scikit-learn's name
        random_state: int | None = None,
    ) -> None:
        self.kind = kind
        self.directions = directions
        self.C = C
        self.random_state = random_state

    def fit(self, X: Any, y: Any) -> Self:  # noqa: N803
        """Learn from pairs of features and outcomes.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
        y : array-like of shape (n_samples,)
            Two classes; the larger one is "ended well".
        """
        if self.kind not in ("logistic", "boosted"):
            raise ValueError(f"kind is {self.kind!r}: use 'logistic' or 'boosted'")
        X, y = validate_data(self, X, y, ensure_all_finite="allow-nan", dtype=np.float64)  # noqa: N806
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) != 2:
            raise ValueError(
                "Only binary classification is supported. The type of the target is "
                f"{'multiclass' if len(self.classes_) > 2 else 'one class'}."
            )
        self.kept_ = ~np.isnan(X).all(axis=0)
        if self.kind == "boosted":
            self.pipeline_ = HistGradientBoostingClassifier(
                monotonic_cst=None if self.directions is None else list(self.directions),
                max_iter=120, learning_rate=0.06, max_leaf_nodes=8, min_samples_leaf=20,
                l2_regularization=1.0, early_stopping=False, random_state=self.random_state,
            ).fit(self._known(X), codes)  # fmt: skip
        else:
            self._fit_logistic(X, codes)
        return self

    def _known(self, X: Array) -> Array:  # noqa: N803
        """Return the table with columns that say nothing, or point the wrong way, set to zero."""
        known: Array = np.where(self.kept_, X, 0.0)
        return known

    def _fit_logistic(self, X: Array, y: NDArray[Any]) -> None:  # noqa: N803
        """Fit, leave out the column that points most against its direction, and fit again."""
        directions = np.asarray(
            np.zeros(X.shape[1]) if self.directions is None else self.directions, dtype=float
        )
        while True:
            self.pipeline_ = Pipeline([
                ("impute", SimpleImputer(strategy="mean", keep_empty_features=True)),
                ("scale", StandardScaler()),
                ("learn", LogisticRegression(C=self.C, max_iter=2000)),
            ]).fit(self._known(X), y)  # fmt: skip
            against = -self.pipeline_["learn"].coef_[0] * directions * self.kept_
            worst = int(np.argmax(against))
            if against[worst] <= 1e-9:
                return
            self.kept_[worst] = False

    def decision_function(self, X: Any) -> Array:  # noqa: N803
        """Return the log-odds of "ended well", shape (n_samples,)."""
        check_is_fitted(self)
        X = validate_data(self, X, reset=False, ensure_all_finite="allow-nan", dtype=np.float64)  # noqa: N806
        found: Array = self.pipeline_.decision_function(self._known(X))
        return found

    def predict_proba(self, X: Any) -> Array:  # noqa: N803
        """Return the probability of each class, shape (n_samples, 2)."""
        good = 1.0 / (1.0 + np.exp(-self.decision_function(X)))
        return np.column_stack([1.0 - good, good])

    def predict(self, X: Any) -> NDArray[Any]:  # noqa: N803
        """Return the likelier class of each row."""
        codes = (self.decision_function(X) > 0).astype(int)
        chosen: NDArray[Any] = self.classes_[codes]
        return chosen

    def linear(self, names: list[str]) -> dict[str, Any]:
        """Return all that scoring needs as plain numbers; only for ``logistic``.

        Parameters
        ----------
        names : list of str
            Column names, in order.
        """
        check_is_fitted(self)
        if self.kind != "logistic":
            raise ValueError("only the logistic model is linear")
        learn, scale = self.pipeline_["learn"], self.pipeline_["scale"]
        fill = self.pipeline_["impute"].statistics_
        coef = learn.coef_[0] / scale.scale_
        return {
            "intercept": float(learn.intercept_[0]),
            "features": {
                name: {"coef": float(coef[n]), "mean": float(scale.mean_[n]), "fill": float(fill[n])}
                for n, name in enumerate(names) if self.kept_[n]
            },
        }  # fmt: skip

    def __sklearn_tags__(self) -> Any:
        """Tell scikit-learn what this estimator can take."""
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.classifier_tags.multi_class = False
        return tags
