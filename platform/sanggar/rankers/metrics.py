"""How good an order is: NDCG with ties shared, average precision, and how sure a difference is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]


def gains(labels: ArrayLike) -> Floats:
    """Return 2^label - 1: how much graded outcomes are worth (Burges et al., ICML 2005)."""
    return np.asarray(np.exp2(np.asarray(labels, dtype=np.float64)) - 1.0)


def discounts(size: int, k: int) -> Floats:
    """Return 1 / log2(place + 1) for the first `k` places, then 0; shape (size,)."""
    places = np.arange(size)
    return np.where(places < k, 1.0 / np.log2(places + 2.0), 0.0)


def ndcg(worth: ArrayLike, scores: ArrayLike, k: int = 5) -> float:
    """Return the normalised discounted cumulative gain of the first `k`, 0..1.

    Parameters
    ----------
    worth : array, shape (rows,)
        Gain of each row, 0 or more (`gains` of graded labels).
    scores : array, shape (rows,)
        Higher stands first. Rows with equal scores share the mean gain of their places, so that an
        order nobody meant earns nothing (as ``sklearn.metrics.ndcg_score``).
    k : int

    Returns
    -------
    float
        DCG / ideal DCG (Järvelin & Kekäläinen, ACM TOIS 20, 2002); 0 when nothing is worth anything.
    """
    worth, scores = np.asarray(worth, dtype=np.float64), np.asarray(scores, dtype=np.float64)
    weights = discounts(len(worth), k)
    ideal = float(np.sort(worth)[::-1] @ weights)
    if ideal == 0:
        return 0.0
    return float(_shared(worth, scores) @ weights) / ideal


def _shared(worth: Floats, scores: Floats) -> Floats:
    """Return the gain at each place, equal scores sharing theirs."""
    _values, tied, counts = np.unique(-scores, return_inverse=True, return_counts=True)
    mean = np.bincount(tied, worth) / counts
    return np.asarray(np.repeat(mean, counts))


def average_precision(relevant: ArrayLike, scores: ArrayLike) -> float:
    """Return the mean precision at the places of relevant rows; 0 when none is relevant.

    Rows with equal scores stand in the order given.
    """
    hit = np.asarray(relevant, dtype=bool)[np.argsort(-np.asarray(scores), kind="stable")]
    if not hit.any():
        return 0.0
    precision = np.cumsum(hit) / np.arange(1, len(hit) + 1)
    return float(precision[hit].mean())


def lists(groups: NDArray[Any]) -> Iterator[slice]:
    """Yield the rows of each list; rows of a list stand together."""
    for start, end in pairwise(bounds(groups)):
        yield slice(int(start), int(end))


def bounds(groups: NDArray[Any]) -> NDArray[np.int64]:
    """Return where each list begins, and the end, shape (lists + 1,).

    Raises
    ------
    ValueError
        When rows of one list stand apart.
    """
    groups = np.asarray(groups)
    starts = np.concatenate([[0], np.flatnonzero(groups[1:] != groups[:-1]) + 1])
    if len(np.unique(groups)) != len(starts):
        raise ValueError("rows of the same list must stand together")
    return np.concatenate([starts, [len(groups)]]).astype(np.int64)


def bootstrap(
    differences: Sequence[float], *, draws: int = 2000, seed: int = 17
) -> tuple[float, float]:
    """Return the 95 % percentile interval of the mean of `differences` (Efron & Tibshirani, 1993).

    Parameters
    ----------
    differences : sequence of float
        Paired differences of a measure, one for each independent unit.
    draws : int
        Resamples.
    seed : int
        The same seed gives the same interval.
    """
    if not len(differences):
        return 0.0, 0.0
    values = np.asarray(differences, dtype=np.float64)
    picks = np.random.default_rng(seed).integers(len(values), size=(draws, len(values)))
    low, high = np.quantile(values[picks].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)
