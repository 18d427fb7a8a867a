"""How often a pass or fail is right, and how often it would be the same on another day.

Accuracy: the decision agrees with what the person truly can. Consistency: two parallel forms give the
same decision. A test can measure well on average and decide badly when many people stand near the
cut, so both belong beside every cut score. Three ways, by what is known: item parameters and a total
score (`lee`), abilities with their errors (`rudner`), raw scores and their reliability
(`livingston_lewis`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sanggar.measurement import irt

Floats = NDArray[np.float64]

GRID = np.linspace(-5.0, 5.0, 101)
#: Points at which the true score distribution of Livingston & Lewis is integrated.
POINTS = 400


@dataclass(frozen=True)
class Accuracy:
    """Quality of decisions at one cut or several.

    Attributes
    ----------
    accuracy : float
        Share of right decisions.
    consistency : float
        Share of equal decisions on two parallel forms.
    kappa : float
        Consistency beyond chance.
    false_pass, false_fail : float
        Share of people placed higher, or lower, than they belong.
    classes : tuple of float
        Expected share of people in each class, lowest first.
    """

    accuracy: float
    consistency: float
    kappa: float
    false_pass: float
    false_fail: float
    classes: tuple[float, ...]


def score_distribution(bank: irt.Bank, theta: ArrayLike) -> Floats:
    """Return the probability of every total score at given abilities.

    Parameters
    ----------
    bank : Bank
        Items of any model; an item with K categories adds 0..K-1.
    theta : array_like, shape (abilities,)

    Returns
    -------
    ndarray, shape (abilities, most points + 1)

    Notes
    -----
    Lord & Wingersky (1984); for items with several scores Thissen, Pommerich, Billeaud & Williams
    (1995).
    """
    p, _, _ = irt.categories(bank, theta)
    found = np.ones((p.shape[0], 1))
    for i, size in enumerate(bank.categories.tolist()):
        longer = np.zeros((len(found), found.shape[1] + size - 1))
        for k in range(size):
            longer[:, k : k + found.shape[1]] += found * p[:, i, k : k + 1]
        found = longer
    return found


def _summary(p: Floats, true: NDArray[np.int64], weight: Floats) -> Accuracy:
    """Return the measures from class probabilities (people, classes) and true classes."""
    w = weight / weight.sum()
    rows, order = np.arange(len(p)), np.arange(p.shape[1])
    classes = w @ p
    consistency = float(w @ (p**2).sum(axis=1))
    chance = float((classes**2).sum())
    above = float(w @ np.where(order > true[:, None], p, 0.0).sum(axis=1))
    below = float(w @ np.where(order < true[:, None], p, 0.0).sum(axis=1))
    return Accuracy(
        accuracy=float(w @ p[rows, true]),
        consistency=consistency,
        kappa=(consistency - chance) / (1 - chance) if chance < 1 - 1e-12 else 1.0,
        false_pass=above,
        false_fail=below,
        classes=tuple(map(float, classes)),
    )


def _cuts(cuts: float | Sequence[float]) -> Floats:
    """Return cuts as a rising array."""
    found = np.atleast_1d(np.asarray(cuts, dtype=np.float64))
    if found.size == 0 or not np.isfinite(found).all() or (np.diff(found) <= 0).any():
        raise ValueError("cuts must be finite and rise")
    return found


def _sums(distribution: Floats, first: NDArray[np.int64]) -> Floats:
    """Return class probabilities from score probabilities; `first` is each class's lowest score."""
    total = np.concatenate([np.zeros((len(distribution), 1)), np.cumsum(distribution, axis=1)], 1)
    edges = np.concatenate([[0], np.clip(first, 0, distribution.shape[1]), [distribution.shape[1]]])
    return np.asarray(np.diff(total[:, edges], axis=1))


def lee(
    bank: irt.Bank,
    cuts: float | Sequence[float],
    *,
    theta: ArrayLike | None = None,
    weight: ArrayLike | None = None,
) -> Accuracy:
    """Return accuracy and consistency of decisions by total score, from item parameters.

    Parameters
    ----------
    bank : Bank
        The items of the form.
    cuts : float or rising sequence of float
        Lowest total that passes (or enters each higher class), in points.
    theta : array of float, optional
        Abilities: estimates of people, or nodes. Default: 101 nodes of a standard normal.
    weight : array of float, optional
        Weight of each ability; equal when `theta` is given alone.

    Notes
    -----
    Lee (2010), *Classification consistency and accuracy for complex assessments using item response
    theory*. A person's true class is that of the expected total at the ability.
    """
    limits = _cuts(cuts)
    nodes = GRID if theta is None else np.atleast_1d(np.asarray(theta, dtype=np.float64))
    if weight is not None:
        w = np.asarray(weight, dtype=np.float64)
    else:
        w = np.exp(-(nodes**2) / 2) if theta is None else np.ones(len(nodes))
    if w.shape != nodes.shape or len(nodes) == 0:
        raise ValueError("every ability needs one weight")
    first = np.ceil(limits - 1e-9).astype(np.int64)
    p = _sums(score_distribution(bank, nodes), first)
    true = irt.expected_score(bank, nodes).sum(axis=1)
    at = np.searchsorted(limits, true, side="right")
    return _summary(p, at.astype(np.int64), w)


def rudner(theta: ArrayLike, se: ArrayLike, cuts: float | Sequence[float]) -> Accuracy:
    """Return accuracy and consistency of decisions by ability.

    Parameters
    ----------
    theta, se : array of float, shape (people,)
        Estimates that are not shrunken (WLE, ML) and their standard errors.
    cuts : float or rising sequence of float
        Lowest ability of each higher class.

    Notes
    -----
    Rudner (2001, 2005): estimates are normal around the ability, the estimate stands for it.
    """
    from scipy.special import ndtr

    limits = _cuts(cuts)
    place, error = np.asarray(theta, dtype=np.float64), np.asarray(se, dtype=np.float64)
    if place.shape != error.shape or place.ndim != 1 or place.size == 0:
        raise ValueError("every ability needs one standard error")
    if not (np.isfinite(place).all() and (error > 0).all()):
        raise ValueError("abilities must be finite and standard errors positive")
    below = ndtr((limits[None, :] - place[:, None]) / error[:, None])
    edge = np.concatenate([np.zeros((len(place), 1)), below, np.ones((len(place), 1))], axis=1)
    at = np.searchsorted(limits, place, side="right")
    return _summary(np.diff(edge, axis=1), at.astype(np.int64), np.ones(len(place)))


def effective_length(mean: float, variance: float, reliability: float, top: float) -> int:
    """Return how many right-or-wrong items would measure as precisely as this test.

    Parameters
    ----------
    mean, variance : float
        Of raw scores counted from 0.
    reliability : float
        Strictly within 0 and 1.
    top : float
        Highest possible score.

    Notes
    -----
    Livingston & Lewis (1995), equation 7: ``(m (top - m) - r v) / (v (1 - r))``.
    """
    if not 0 < reliability < 1 or variance <= 0 or not 0 < mean < top:
        raise ValueError("reliability lies within 0 and 1, and scores must vary")
    found = (mean * (top - mean) - reliability * variance) / (variance * (1 - reliability))
    return max(1, round(found))


def _true_moments(scores: Floats, length: int) -> Floats:
    """Return the first four raw moments of true proportions (Lord 1965, factorial moments)."""
    x = scores * length
    moments, product = [], np.ones(len(x))
    scale = 1.0
    for k in range(min(4, length)):
        product = product * (x - k)
        scale *= length - k
        moments.append(float(product.mean()) / scale)
    return np.array(moments)


def _four_parameter_beta(moments: Floats) -> tuple[float, float, float, float] | None:
    """Return shape, shape, lower and upper limit with these moments, None where there is none."""
    if len(moments) < 4:
        return None
    m1, m2, m3, m4 = moments
    variance = m2 - m1**2
    if variance <= 0:
        return None
    skew = (m3 - 3 * m1 * m2 + 2 * m1**3) / variance**1.5
    kurtosis = (m4 - 4 * m1 * m3 + 6 * m1**2 * m2 - 3 * m1**4) / variance**2
    r = 6 * (kurtosis - skew**2 - 1) / (6 + 3 * skew**2 - 2 * kurtosis)
    inner = 24 * (r + 1) / ((r + 2) * (r + 3) * kurtosis - 3 * (r - 6) * (r + 1))
    if not (r > 0 and 1 - inner >= 0):
        return None
    root = np.sqrt(1 - inner)
    small, large = r / 2 * (1 - root), r / 2 * (1 + root)
    a, b = (large, small) if skew < 0 else (small, large)
    if min(a, b) <= 0:
        return None
    width = np.sqrt(variance * (a + b) ** 2 * (a + b + 1) / (a * b))
    low = m1 - width * a / (a + b)
    high = low + width
    if low < -1e-9 or high > 1 + 1e-9:
        return None
    return float(a), float(b), float(low), float(high)


def _true_distribution(scores: Floats, length: int) -> tuple[Floats, Floats]:
    """Return true proportions and their weights: a beta with four parameters, or with two."""
    from scipy.special import betainc

    moments = _true_moments(scores, length)
    found = _four_parameter_beta(moments)
    if found is None:
        mean = float(scores.mean())
        spread = float(moments[1] - mean**2) if len(moments) > 1 else 0.0
        spread = min(max(spread, 1e-6), 0.99 * mean * (1 - mean))
        size = mean * (1 - mean) / spread - 1
        found = mean * size, (1 - mean) * size, 0.0, 1.0
    a, b, low, high = found
    edges = np.linspace(0, 1, POINTS + 1)
    weight = np.diff(betainc(a, b, edges))
    middle = low + (high - low) * (edges[:-1] + edges[1:]) / 2
    return np.clip(middle, 0, 1), weight


def livingston_lewis(
    scores: ArrayLike,
    cuts: float | Sequence[float],
    *,
    reliability: float,
    top: float,
    bottom: float = 0.0,
) -> Accuracy:
    """Return accuracy and consistency of decisions by raw score, from reliability alone.

    Parameters
    ----------
    scores : array of float, shape (people,)
    cuts : float or rising sequence of float
        Lowest score of each higher class.
    reliability : float
        Of the scores, such as alpha.
    top, bottom : float
        Highest and lowest possible score.

    Notes
    -----
    Livingston & Lewis (1995), moments as Hanson (1991): scores are treated as those of an equally
    precise test of right-or-wrong items; true proportions follow a beta distribution with four
    parameters, or with two where four do not fit within 0..1.

    Raises
    ------
    ValueError
        Scores outside their limits or without spread, a reliability not within 0 and 1.
    """
    from scipy.special import bdtrc

    limits = (_cuts(cuts) - bottom) / (top - bottom)
    x = (np.asarray(scores, dtype=np.float64) - bottom) / (top - bottom)
    if x.size < 2 or not ((x >= 0) & (x <= 1)).all():
        raise ValueError("at least two scores, within their limits, are needed")
    length = effective_length(float(x.mean()), float(x.var()), reliability, 1.0)
    true, weight = _true_distribution(x, length)
    first = np.ceil(limits * length - 1e-9).astype(np.int64)
    above = np.stack(
        [bdtrc(k - 1, length, true) if k > 0 else np.ones(len(true)) for k in first.tolist()], 1
    )
    above = np.where(first[None, :] > length, 0.0, above)
    edge = np.concatenate([np.ones((len(true), 1)), above, np.zeros((len(true), 1))], axis=1)
    at = np.searchsorted(limits, true, side="right")
    return _summary(-np.diff(edge, axis=1), at.astype(np.int64), weight)
