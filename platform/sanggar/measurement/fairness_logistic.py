"""Logistic regression for `fairness`: binary and ordinal likelihoods, fitted without a library.

scikit-learn penalises and gives no likelihood; statsmodels would bring pandas. The models here have
at most three slopes, so Newton's method (binary) and BFGS (proportional odds) are a few lines each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

#: Ridge on slopes (standardised columns) that keeps perfectly separated groups finite.
RIDGE = 1e-4
ROUNDS, TOLERANCE = 50, 1e-9


@dataclass(frozen=True)
class Nested:
    """Log likelihoods of four nested models of one item: none, score, + group, + score x group."""

    empty: float
    score: float
    group: float
    interaction: float
    n: int

    @property
    def uniform(self) -> float:
        """Return the likelihood ratio chi-squared of the group (1 degree of freedom)."""
        return max(2 * (self.group - self.score), 0.0)

    @property
    def nonuniform(self) -> float:
        """Return the likelihood ratio chi-squared of the interaction (1 degree of freedom)."""
        return max(2 * (self.interaction - self.group), 0.0)

    @property
    def gain(self) -> float:
        """Return the difference of Nagelkerke's R squared from score alone to the full model."""
        return max(self._nagelkerke(self.interaction) - self._nagelkerke(self.score), 0.0)

    def _nagelkerke(self, value: float) -> float:
        most = 1 - np.exp(2 * self.empty / self.n)
        return float((1 - np.exp(2 * (self.empty - value) / self.n)) / most) if most > 0 else 0.0


def nested(answer: Floats, score: Floats, group: Floats) -> Nested:
    """Fit the four models of one item.

    Parameters
    ----------
    answer : array of float, shape (persons,)
        Item scores; two different values make the binary model, more the proportional odds model.
    score : array of float, shape (persons,)
        The matching score.
    group : array of float, shape (persons,)
        1 for the focal group, 0 for the reference group.

    Notes
    -----
    Swaminathan & Rogers (1990); Zumbo (1999) for ordinal items.
    """
    values, codes = np.unique(answer, return_inverse=True)
    spread = float(score.std())
    x = (score - score.mean()) / (spread if spread > 0 else 1.0)
    columns = [x, group, x * (group - group.mean())]
    if len(values) < 2:
        return Nested(0.0, 0.0, 0.0, 0.0, len(answer))
    fit = _binary if len(values) == 2 else _ordinal
    none, one, two, three = (
        fit(codes, np.stack(columns[:k], axis=1) if k else np.empty((len(x), 0))) for k in range(4)
    )
    return Nested(none, one, two, three, len(answer))


def _binary(codes: NDArray[np.intp], columns: Floats) -> float:
    """Return the log likelihood of a binary logistic regression (Newton)."""
    design = np.column_stack([np.ones(len(codes)), columns])
    ridge = RIDGE * np.diag([0.0] + [1.0] * columns.shape[1])
    beta = np.zeros(design.shape[1])
    for _ in range(ROUNDS):
        p = 1 / (1 + np.exp(-np.clip(design @ beta, -30, 30)))
        weight = np.maximum(p * (1 - p), 1e-10)
        gradient = design.T @ (codes - p) - ridge @ beta
        step = np.linalg.solve((design.T * weight) @ design + ridge, gradient)
        beta = beta + np.clip(step, -5, 5)
        if np.abs(step).max() < TOLERANCE:
            break
    z = np.clip(design @ beta, -30, 30)
    return float((codes * z - np.logaddexp(0, z)).sum())


def _ordinal(codes: NDArray[np.intp], columns: Floats) -> float:
    """Return the log likelihood of a proportional odds model (BFGS on rising cuts)."""
    from scipy.optimize import minimize

    top = int(codes.max())
    share = np.cumsum(np.bincount(codes))[:-1] / len(codes)
    cuts = np.log(share / (1 - share))
    start = np.concatenate([cuts[:1], np.log(np.diff(cuts)), np.zeros(columns.shape[1])])
    rows = np.arange(len(codes))

    def loss(vector: Floats) -> tuple[float, Floats]:
        gaps = np.exp(np.clip(vector[1:top], -20, 10))
        cut = vector[0] + np.concatenate([[0.0], np.cumsum(gaps)])
        beta = vector[top:]
        z = np.clip(cut[None, :] - (columns @ beta)[:, None], -30, 30)
        below = 1 / (1 + np.exp(-z))
        edge = np.concatenate([np.zeros((len(rows), 1)), below, np.ones((len(rows), 1))], axis=1)
        p = np.maximum(edge[rows, codes + 1] - edge[rows, codes], 1e-12)
        slope = np.concatenate(
            [np.zeros((len(rows), 1)), below * (1 - below), np.zeros((len(rows), 1))], axis=1
        )
        upper, lower = slope[rows, codes + 1] / p, slope[rows, codes] / p
        by_cut = np.bincount(codes + 1, upper, top + 2) - np.bincount(codes, lower, top + 2)
        by_cut = by_cut[1 : top + 1]
        by_gap = gaps * np.cumsum(by_cut[::-1])[::-1][1:]
        by_beta = -columns.T @ (upper - lower) - RIDGE * beta
        gradient = np.concatenate([[by_cut.sum()], by_gap, by_beta])
        return float(-np.log(p).sum() + RIDGE * beta @ beta / 2), -gradient

    found = minimize(loss, start, jac=True, method="BFGS", options={"gtol": 1e-4})
    beta = found.x[top:]
    return float(-(found.fun - RIDGE * beta @ beta / 2))
