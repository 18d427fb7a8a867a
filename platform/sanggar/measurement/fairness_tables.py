"""Mantel–Haenszel and Mantel statistics of one item, people of equal score compared.

The tables behind `fairness`: one 2 x 2 (or 2 x levels) table for each value of the matching score.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

#: Level of significance.
LEVEL = 0.05
#: ETS delta: below the first negligible, from the second on large.
DELTA = (1.0, 1.5)
#: Standardised mean difference of polytomous items (ETS: Zwick, Thayer & Mazzeo 1997).
SMD = (0.17, 0.25)


@dataclass(frozen=True)
class MantelHaenszel:
    """Mantel–Haenszel of one item; ``delta`` is negative when the item is harder for the focal group.

    For items with more than two scores ``odds_ratio`` and ``delta`` are None and ``smd`` is the
    standardised mean difference in standard deviations of the item, negative as delta is.
    """

    chi2: float
    p: float
    odds_ratio: float | None
    delta: float | None
    delta_se: float | None
    smd: float
    letter: str


def letter_of(size: float, limits: tuple[float, float], significant: bool) -> str:
    """Return A (negligible), B or C (large)."""
    if not significant or size < limits[0]:
        return "A"
    return "B" if size < limits[1] else "C"


def mantel_haenszel(right: ArrayLike, focal: ArrayLike, stratum: ArrayLike) -> MantelHaenszel:
    """Return Mantel–Haenszel statistics of one item, right or wrong.

    Parameters
    ----------
    right : array of 0 or 1, shape (persons,)
    focal : array of bool, shape (persons,)
        Whether the person belongs to the focal group.
    stratum : array, shape (persons,)
        The matching score; people of the same value are compared.

    Returns
    -------
    MantelHaenszel
        ``delta = -2.35 ln(odds ratio)``. Class A: |delta| < 1 or not significant; C: |delta| >= 1.5
        and significantly above 1; B: the rest.

    Notes
    -----
    Mantel & Haenszel (1959), chi-squared with continuity correction; error of the log odds ratio by
    Robins, Breslow & Greenland (1986); classes by Holland & Thayer (1988), Zieky (1993).
    """
    from scipy.special import chdtrc

    y, f = np.asarray(right, dtype=np.float64), np.asarray(focal, dtype=bool)
    _, at = np.unique(np.asarray(stratum), return_inverse=True)
    size = int(at.max(initial=0)) + 1
    a, b = np.bincount(at, (~f) * y, size), np.bincount(at, (~f) * (1 - y), size)
    c, d = np.bincount(at, f * y, size), np.bincount(at, f * (1 - y), size)
    used = (a + b > 0) & (c + d > 0)
    a, b, c, d = a[used], b[used], c[used], d[used]
    t = a + b + c + d
    expected = (a + b) * (a + c) / t
    variance = float(
        ((a + b) * (c + d) * (a + c) * (b + d) / (t**2 * np.maximum(t - 1, 1)))[t > 1].sum()
    )
    if variance <= 0:
        return MantelHaenszel(0.0, 1.0, None, None, None, 0.0, "A")
    gap = max(abs(float((a - expected).sum())) - 0.5, 0.0)
    chi2 = gap**2 / variance
    # half an answer keeps the ratio finite when one group has all right or all wrong
    r, s = a * d / t, b * c / t
    top, bottom = float(r.sum()), float(s.sum())
    if top <= 0 or bottom <= 0:
        r, s = (a + 0.5) * (d + 0.5) / (t + 2), (b + 0.5) * (c + 0.5) / (t + 2)
        top, bottom = float(r.sum()), float(s.sum())
    ratio = top / bottom
    share, rest = (a + d) / t, (b + c) / t
    spread = (
        float((share * r).sum()) / (2 * top**2)
        + float((share * s + rest * r).sum()) / (2 * top * bottom)
        + float((rest * s).sum()) / (2 * bottom**2)
    )
    delta, se = -2.35 * float(np.log(ratio)), 2.35 * float(np.sqrt(max(spread, 0.0)))
    p = float(chdtrc(1, chi2))
    letter = letter_of(abs(delta), DELTA, p < LEVEL)
    if letter == "C" and abs(delta) - 1 <= 1.645 * se:
        letter = "B"
    smd = _mean_difference(y, f, at)
    return MantelHaenszel(chi2, p, ratio, delta, se, smd, letter)


def _mean_difference(y: Floats, f: NDArray[np.bool_], at: NDArray[np.intp]) -> float:
    """Return the focal minus the reference mean at equal scores, in standard deviations."""
    size = int(at.max()) + 1
    n_f, n_r = np.bincount(at, f, size), np.bincount(at, ~f, size)
    used = (n_f > 0) & (n_r > 0)
    if not used.any() or y.std() == 0:
        return 0.0
    gap = np.bincount(at, f * y, size)[used] / n_f[used]
    gap -= np.bincount(at, (~f) * y, size)[used] / n_r[used]
    return float((n_f[used] * gap).sum() / n_f[used].sum() / y.std())


def mantel(score: ArrayLike, focal: ArrayLike, stratum: ArrayLike) -> MantelHaenszel:
    """Return Mantel's statistics of one item with several ordered scores.

    Parameters
    ----------
    score : array of float, shape (persons,)
    focal, stratum
        As in `mantel_haenszel`.

    Notes
    -----
    Mantel (1963); effect size by Dorans & Schmitt (1993) with the classes of Zwick, Thayer & Mazzeo
    (1997): standardised mean difference .17 and .25.
    """
    from scipy.special import chdtrc

    y, f = np.asarray(score, dtype=np.float64), np.asarray(focal, dtype=bool)
    _, at = np.unique(np.asarray(stratum), return_inverse=True)
    size = int(at.max(initial=0)) + 1
    n, n_f = np.bincount(at, minlength=size).astype(float), np.bincount(at, f, size)
    total, square = np.bincount(at, y, size), np.bincount(at, y**2, size)
    used = (n > 1) & (n_f > 0) & (n_f < n)
    observed = np.bincount(at, f * y, size)[used]
    n, n_f, total, square = n[used], n_f[used], total[used], square[used]
    expected = n_f * total / n
    variance = float((n_f * (n - n_f) / (n**2 * (n - 1)) * (n * square - total**2)).sum())
    if variance <= 0:
        return MantelHaenszel(0.0, 1.0, None, None, None, 0.0, "A")
    chi2 = float((observed - expected).sum()) ** 2 / variance
    p = float(chdtrc(1, chi2))
    smd = _mean_difference(y, f, at)
    return MantelHaenszel(chi2, p, None, None, None, smd, letter_of(abs(smd), SMD, p < LEVEL))
