"""The gradient of an order: LambdaRank, as a loss for scikit-learn's histogram gradient boosting.

What counts in a list is who stands first, so the loss looks at pairs of the same list and weighs each
pair by how much the list would gain if the two changed places (Burges, Ragno & Le, NIPS 2006; the
normalisation is LightGBM's, Ke et al., NIPS 2017).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn._loss.link import IdentityLink
from sklearn._loss.loss import BaseLoss

from sanggar.rankers.metrics import bounds, gains

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: numbers in one batch of pairs: about 50 MB
BATCH = 1_500_000
TINY = 1e-9


@dataclass(frozen=True)
class _Batch:
    """Lists of like length as one table padded with empty places."""

    rows: Ints  # (lists, places); padded places repeat row 0
    there: NDArray[np.bool_]  # (lists, places)
    better: NDArray[np.bool_]  # (lists, places, places): the first of the pair has the higher label
    swap: Floats  # (lists, places, places): |difference of gains| / ideal


def _batches(starts: Ints, y: Floats, k: int) -> Iterator[_Batch]:
    sizes = np.diff(starts)
    order = np.argsort(sizes, kind="stable")
    at = 0
    while at < len(order):
        upto = at + 1
        while upto < len(order) and (upto + 1 - at) * int(sizes[order[upto]]) ** 2 <= BATCH:
            upto += 1
        chosen, places = order[at:upto], int(sizes[order[upto - 1]])
        at = upto
        there = np.arange(places)[None, :] < sizes[chosen][:, None]
        rows = np.where(there, starts[chosen][:, None] + np.arange(places)[None, :], 0)
        gain = np.where(there, gains(y[rows]), 0.0)
        best = -np.sort(-gain, axis=1)[:, :k]
        ideal = (best / np.log2(np.arange(2, best.shape[1] + 2))).sum(axis=1)
        better = (gain[:, :, None] > gain[:, None, :]) & there[:, :, None] & there[:, None, :]
        kept = better.any(axis=(1, 2))
        if not kept.any():
            continue
        swap = np.abs(gain[:, :, None] - gain[:, None, :])[kept] / ideal[kept][:, None, None]
        yield _Batch(rows[kept], there[kept], better[kept], swap)


class LambdaLoss(BaseLoss):
    """LambdaRank for `HistGradientBoostingRegressor(loss=...)`.

    Parameters
    ----------
    groups : array, shape (rows,)
        The list of each row; rows of a list stand together, in the order given to `fit`.
    y : array, shape (rows,)
        Labels 0, 1, 2 ...: how well it ended.
    weight : array, shape (rows,), optional
        Weight of each row; a pair has the weight of its better row.
    k : int
        Places that count: a pair of which neither stands among the first `k` teaches nothing.

    Notes
    -----
    Valid only for the rows it was made for: no early stopping, no subsampling of rows.
    """

    def __init__(
        self, groups: NDArray[Any], y: NDArray[Any], weight: Floats | None = None, k: int = 30
    ) -> None:
        super().__init__(closs=None, link=IdentityLink())
        self.k = k
        self.weight = None if weight is None else np.asarray(weight, dtype=np.float64)
        self.batches = list(_batches(bounds(groups), np.asarray(y, dtype=np.float64), k))

    def fit_intercept_only(self, y_true: Any, sample_weight: Any = None) -> Floats:
        """Return zero: an order has no level."""
        return np.zeros(1)

    def init_gradient_and_hessian(
        self, n_samples: int, dtype: Any = np.float64, order: str = "F", **_where: Any
    ) -> tuple[Floats, Floats]:
        """Return empty arrays for one gradient and one curvature a row."""
        return np.empty(n_samples, dtype=dtype), np.empty(n_samples, dtype=dtype)

    def gradient_hessian(
        self, y_true: Any, raw_prediction: Any, sample_weight: Any = None,
        gradient_out: Any = None, hessian_out: Any = None, n_threads: int = 1,
    ) -> tuple[Floats, Floats]:  # fmt: skip
        """Return what moves each row up or down, and how sharply."""
        scores = np.asarray(raw_prediction, dtype=np.float64).ravel()
        gradient_out[:], hessian_out[:] = 0.0, TINY
        for batch in self.batches:
            slope, bend = self._lambdas(batch, scores)
            gradient_out[batch.rows[batch.there]] = slope[batch.there]
            hessian_out[batch.rows[batch.there]] = bend[batch.there] + TINY
        return gradient_out, hessian_out

    def _lambdas(self, batch: _Batch, scores: Floats) -> tuple[Floats, Floats]:
        seen = np.where(batch.there, scores[batch.rows], -np.inf)
        order = np.argsort(-seen, axis=1, kind="stable")
        place = np.argsort(order, axis=1, kind="stable")
        discount = 1.0 / np.log2(place + 2.0)
        first = place < self.k
        seen = np.where(batch.there, seen, 0.0)
        apart = seen[:, :, None] - seen[:, None, :]
        worth = batch.swap * np.abs(discount[:, :, None] - discount[:, None, :])
        worth *= batch.better & (first[:, :, None] | first[:, None, :])
        spread = np.ptp(np.where(batch.there, seen, seen[:, :1]), axis=1) > 0
        worth = np.where(spread[:, None, None], worth / (0.01 + np.abs(apart)), worth)
        if self.weight is not None:
            worth *= self.weight[batch.rows][:, :, None]
        wrong = 1.0 / (1.0 + np.exp(np.clip(apart, -50, 50)))
        push = wrong * worth
        bend = push * (1.0 - wrong)
        total = 2.0 * push.sum(axis=(1, 2))
        scale = np.where(total > 0, np.log2(1.0 + total) / np.maximum(total, TINY), 0.0)[:, None]
        slope = push.sum(axis=1) - push.sum(axis=2)
        return slope * scale, (bend.sum(axis=1) + bend.sum(axis=2)) * scale
