"""How far markers agree: Krippendorff's alpha, intraclass correlation, weighted kappa, shares.

Each answers another question. Alpha: would other markers have given these levels? It allows missing
marks and any number of markers. The intraclass correlation: how much of the spread of totals belongs
to the works? Kappa compares one marker with another. Shares of exact and adjacent levels are what
people picture. All are read together: alpha is low too when all works are equally good.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

SCALES = ("nominal", "ordinal", "interval", "ratio")
#: Fewest works two markers share before a kappa says anything.
MIN_SHARED = 5


@dataclass(frozen=True)
class Alpha:
    """Krippendorff's alpha with its bootstrap interval; ``value`` is None where it is undefined."""

    value: float | None
    low: float | None
    high: float | None
    units: int
    pairable: int


@dataclass(frozen=True)
class Icc:
    """One intraclass correlation: ``kind`` such as ``ICC(2,1)``, its F test and its interval."""

    kind: str
    value: float
    low: float
    high: float
    f: float
    df1: float
    df2: float
    works: int
    markers: float


@dataclass(frozen=True)
class PairAgreement:
    """Two markers on the works both have marked; ``kappa`` is None where it is undefined."""

    one: str
    two: str
    shared: int
    exact: float
    adjacent: float
    mean_gap: float
    kappa: float | None


def _matrix(ratings: ArrayLike) -> Floats:
    """Return ratings as a works x markers matrix, or say what is wrong with it."""
    table = np.asarray(ratings, dtype=np.float64)
    if table.ndim != 2:
        raise ValueError("ratings must be a table: one row per work, one column per marker")
    if np.isinf(table).any():
        raise ValueError("ratings must be finite; a missing one is nan")
    return table


def _alpha(table: Floats, scale: str) -> float | None:
    """Return alpha of a table whose rows all hold two ratings or more."""
    from krippendorff import alpha as krippendorff_alpha

    if len(table) == 0 or np.unique(table[~np.isnan(table)]).size < 2:
        return None
    level: Any = scale
    return float(krippendorff_alpha(reliability_data=table.T, level_of_measurement=level))


def alpha(
    ratings: ArrayLike, scale: str = "ordinal", *, resamples: int = 500, seed: int = 0
) -> Alpha:
    """Return Krippendorff's alpha of ratings, any of which may be missing.

    Parameters
    ----------
    ratings : array of float, shape (works, markers)
        Levels or totals; nan where a marker has not marked a work.
    scale : {"nominal", "ordinal", "interval", "ratio"}
        Rubric levels are ordinal, totals are interval.
    resamples : int
        Bootstrap samples of works for the 95 % interval; 0 leaves the interval out.
    seed : int
        Seed of the bootstrap: the same table gives the same interval.

    Returns
    -------
    Alpha
        ``value`` is None when fewer than two different ratings can be paired: nothing varies, so
        there is no disagreement to compare with.

    Notes
    -----
    Krippendorff (2011), *Computing Krippendorff's Alpha-Reliability*, through the library
    ``krippendorff``. Works with one rating carry no information and are left out.
    """
    if scale not in SCALES:
        raise ValueError(f"scale must be one of {', '.join(SCALES)}, not {scale!r}")
    table = _matrix(ratings)
    table = table[(~np.isnan(table)).sum(axis=1) >= 2]
    value = _alpha(table, scale)
    low = high = None
    if value is not None and resamples > 0 and len(table) > 2:
        rng = np.random.default_rng(seed)
        drawn = (_alpha(table[rng.integers(len(table), size=len(table))], scale)
                 for _ in range(resamples))  # fmt: skip
        kept = [v for v in drawn if v is not None]
        low, high = (float(v) for v in np.quantile(kept, (0.025, 0.975)))
    return Alpha(value, low, high, len(table), int((~np.isnan(table)).sum()))


def _icc(
    kind: str, f: float, df1: float, df2: float, works: int, markers: float, average: bool,
    confidence: float,
) -> Icc:  # fmt: skip
    """Return an intraclass correlation that is a function of F alone (models 1 and 3)."""
    from scipy.special import fdtri

    tail = (1 + confidence) / 2
    bounds = (
        f,
        f / fdtri(df1, df2, tail),
        f * fdtri(df2, df1, tail),
    )
    value, low, high = (
        1 - 1 / x if average else (x - 1) / (x + markers - 1) for x in map(float, bounds)
    )
    return Icc(kind, value, low, high, f, df1, df2, works, markers)


def icc_one_way(ratings: ArrayLike, *, confidence: float = 0.95) -> tuple[Icc, Icc]:
    """Return ICC(1,1) and ICC(1,k): each work may have been marked by other markers.

    Parameters
    ----------
    ratings : array of float, shape (works, markers)
        nan where a marker has not marked a work; works with fewer than two marks are left out.
    confidence : float
        Of the intervals.

    Notes
    -----
    Shrout & Fleiss (1979), model 1. With unequal numbers of marks k is
    ``(N - sum(k_i^2) / N) / (n - 1)`` (Snedecor & Cochran) and the interval is approximate.

    Raises
    ------
    ValueError
        Fewer than two works with two marks, or no differences at all.
    """
    table = _matrix(ratings)
    counts = (~np.isnan(table)).sum(axis=1)
    table, counts = table[counts >= 2], counts[counts >= 2]
    works, total = len(table), int(counts.sum())
    if works < 2:
        raise ValueError("at least two works with two marks each are needed")
    means = np.nanmean(table, axis=1)
    between = float((counts * (means - np.nansum(table) / total) ** 2).sum()) / (works - 1)
    within = float(np.nansum((table - means[:, None]) ** 2)) / (total - works)
    f = _ratio(between, within)
    k = (total - float((counts**2).sum()) / total) / (works - 1)
    common = (f, float(works - 1), float(total - works), works, k)
    return (
        _icc("ICC(1,1)", *common, False, confidence),
        _icc("ICC(1,k)", *common, True, confidence),
    )


def _ratio(between: float, within: float) -> float:
    """Return an F ratio; perfect agreement is a very large one, no differences are an error."""
    if between <= 0 and within <= 0:
        raise ValueError("all marks are equal: agreement cannot be told from lack of spread")
    return between / max(within, between * 1e-12, 1e-300)


def _agreement(ms: tuple[float, float, float], n: int, k: int, confidence: float) -> Icc:
    """Return ICC(2,1), absolute agreement, from the mean squares of works, markers and rest."""
    from scipy.special import fdtri

    rows, columns, rest = ms
    value = (rows - rest) / (rows + (k - 1) * rest + k * (columns - rest) / n)
    a = k * value / (n * (1 - value)) if value < 1 else np.inf
    b = 1 + k * value * (n - 1) / (n * (1 - value)) if value < 1 else np.inf
    low = high = value
    if np.isfinite(a):
        df = (a * columns + b * rest) ** 2 / (
            (a * columns) ** 2 / (k - 1) + (b * rest) ** 2 / ((n - 1) * (k - 1))
        )
        tail = (1 + confidence) / 2
        f_low = float(fdtri(n - 1, df, tail))
        f_high = float(fdtri(df, n - 1, tail))
        spread = k * columns + (k * n - k - n) * rest
        low = n * (rows - f_low * rest) / (f_low * spread + n * rows)
        high = n * (f_high * rows - rest) / (spread + n * f_high * rows)
    f = _ratio(rows, rest)
    return Icc("ICC(2,1)", value, low, high, f, n - 1, (n - 1) * (k - 1), n, k)


def icc(ratings: ArrayLike, *, confidence: float = 0.95) -> tuple[Icc, ...]:
    """Return ICC(2,1), ICC(2,k), ICC(3,1) and ICC(3,k) of works that all markers have marked.

    Parameters
    ----------
    ratings : array of float, shape (works, markers)
        Works with a missing mark are left out; use `icc_one_way` when markers differ by work.
    confidence : float
        Of the intervals.

    Returns
    -------
    tuple of Icc
        Model 2: markers stand for others, severity counts as disagreement. Model 3: these markers
        only, severity does not count. ``1`` is one marker, ``k`` the mean of all.

    Notes
    -----
    Shrout & Fleiss (1979); the interval of model 2 is McGraw & Wong (1996), table 7.

    Raises
    ------
    ValueError
        Fewer than two complete works, fewer than two markers, or no differences at all.
    """
    table = _matrix(ratings)
    table = table[~np.isnan(table).any(axis=1)]
    n, k = table.shape
    if n < 2 or k < 2:
        raise ValueError("at least two works marked by the same two markers are needed")
    works, markers, grand = table.mean(axis=1), table.mean(axis=0), table.mean()
    rows = k * float(((works - grand) ** 2).sum()) / (n - 1)
    columns = n * float(((markers - grand) ** 2).sum()) / (k - 1)
    residual = table - works[:, None] - markers[None, :] + grand
    rest = float((residual**2).sum()) / ((n - 1) * (k - 1))
    f = _ratio(rows, rest)
    single = _agreement((rows, columns, rest), n, k, confidence)
    mean = replace(
        single,
        kind="ICC(2,k)",
        value=_stepped(single.value, k),
        low=_stepped(single.low, k),
        high=_stepped(single.high, k),
    )
    common = (f, float(n - 1), float((n - 1) * (k - 1)), n, float(k))
    return (
        single,
        mean,
        _icc("ICC(3,1)", *common, False, confidence),
        _icc("ICC(3,k)", *common, True, confidence),
    )


def _stepped(value: float, k: int) -> float:
    """Return the reliability of the mean of k markers (Spearman–Brown)."""
    return k * value / (1 + (k - 1) * value)


def kappa(one: ArrayLike, two: ArrayLike, *, weights: str = "quadratic") -> float | None:
    """Return Cohen's weighted kappa of two markers' levels, None where it is undefined.

    Parameters
    ----------
    one, two : array of int or float, shape (works,)
        Levels; works that either has not marked (nan) are left out.
    weights : {"linear", "quadratic", "none"}
        How distances between levels count.

    Notes
    -----
    Cohen (1968), through scikit-learn's ``cohen_kappa_score``. Undefined when both give one and the
    same level to everything.
    """
    from sklearn.metrics import cohen_kappa_score

    if weights not in ("linear", "quadratic", "none"):
        raise ValueError(f"weights must be linear, quadratic or none, not {weights!r}")
    a, b = np.asarray(one, dtype=np.float64), np.asarray(two, dtype=np.float64)
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError("both markers need one level per work")
    both = ~(np.isnan(a) | np.isnan(b))
    a, b = a[both], b[both]
    seen = np.unique(np.concatenate([a, b]))
    if seen.size < 2:
        return None
    if weights != "none" and not (seen == np.round(seen)).all():
        raise ValueError("weighted kappa needs whole levels")
    labels = np.arange(int(seen[0]), int(seen[-1]) + 1) if weights != "none" else seen
    with np.errstate(invalid="ignore"):
        value = float(cohen_kappa_score(
            _codes(a, labels), _codes(b, labels), labels=np.arange(labels.size),
            weights=None if weights == "none" else weights,
        ))  # fmt: skip
    return value if np.isfinite(value) else None


def _codes(levels: Floats, labels: NDArray[np.generic]) -> NDArray[np.intp]:
    """Return the position of each level among all possible ones, so that distances are kept."""
    return np.searchsorted(labels, levels)


def pairs(
    ratings: ArrayLike, markers: Sequence[str], *, weights: str = "quadratic"
) -> tuple[PairAgreement, ...]:
    """Return the agreement of each two markers who share at least one work.

    Parameters
    ----------
    ratings : array of float, shape (works, markers)
        Rubric levels; nan where a marker has not marked a work.
    markers : sequence of str
        A name for each column.
    weights : str
        As in `kappa`, which is left out below five shared works.

    Returns
    -------
    tuple of PairAgreement
        ``exact`` and ``adjacent`` (at most one level apart) are shares 0..1; ``mean_gap`` is the
        mean of the first minus the second marker: positive means the second is more severe.
    """
    table = _matrix(ratings)
    if table.shape[1] != len(markers):
        raise ValueError("one name per column is needed")
    found = []
    for i, j in combinations(range(len(markers)), 2):
        both = ~np.isnan(table[:, [i, j]]).any(axis=1)
        if not both.any():
            continue
        a, b = table[both, i], table[both, j]
        gap = np.abs(a - b)
        value = kappa(a, b, weights=weights) if both.sum() >= MIN_SHARED else None
        found.append(PairAgreement(
            markers[i], markers[j], int(both.sum()), float((gap == 0).mean()),
            float((gap <= 1).mean()), float((a - b).mean()), value,
        ))  # fmt: skip
    return tuple(found)
