"""Comparative judgement: many quick answers to "which of these two is better?" become a scale.

Judging two works against each other is easier than giving either a level, and the scale needs no
rubric. Values come from the Bradley–Terry model with a normal distribution of works whose spread is
estimated with them: a work that won every comparison stays finite, and the reliability stays honest
when the pairs were chosen adaptively. (The usual separation reliability does not: choosing near pairs
spreads the estimates out, Bramley 2015. A likelihood that contains the works' distribution does not
care how the pairs were chosen.) `next_pair` begins evenly and only gradually prefers close pairs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: (judge, the better work, the other work)
Comparison = tuple[str, str, str]

#: Stop rule: reliability to reach, and comparisons each work must have had.
RELIABILITY, EACH = 0.80, 10
#: Comparisons of a work after which closeness counts as much as it ever will, and how much that is.
GRADUAL, CLOSENESS = 12, 0.75
#: A judge outside these limits disagrees with the others more (or less) than chance explains.
NOISY, MUTED, CHANCE = 1.3, 0.7, 2.0
#: Limits of the logarithm of the works' spread, and when Newton has arrived.
SPREAD, TOLERANCE = (-3.0, 2.0), 1e-6


@dataclass(frozen=True)
class Value:
    """One work: its place on the scale (logits, mean 0), the error of it, and its comparisons."""

    work: str
    value: float
    se: float
    comparisons: int
    wins: int


@dataclass(frozen=True)
class Judge:
    """One judge: ``infit`` is 1 for one as regular as the median, ``z`` how far chance explains it.

    ``noisy`` means often surprising (above 1.3) and not by chance (z above 2).
    """

    name: str
    comparisons: int
    infit: float
    z: float

    @property
    def fit(self) -> str:
        """Return ``noisy``, ``muted`` or ``even``."""
        if abs(self.z) <= CHANCE:
            return "even"
        return "noisy" if self.infit > NOISY else "muted" if self.infit < MUTED else "even"


@dataclass(frozen=True)
class Scale:
    """What `fit` found; ``reliability`` is the share of the spread of values that is no chance.

    ``spread`` is the estimated standard deviation of works in logits; ``groups`` holds the works that
    are linked by comparisons: more than one group means that groups cannot be compared yet.
    """

    values: tuple[Value, ...]
    judges: tuple[Judge, ...]
    spread: float
    reliability: float
    groups: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Progress:
    """Whether judging may stop; ``reasons`` says why not: links, comparisons, reliability."""

    done: bool
    reasons: tuple[str, ...]
    reliability: float
    fewest: int


@dataclass(frozen=True)
class SplitHalf:
    """Agreement of two halves of the judges: mean correlation, and stepped up to all of them."""

    correlation: float
    reliability: float
    splits: int


def _indices(comparisons: Sequence[Comparison], works: Sequence[str]) -> tuple[Ints, Ints]:
    """Return positions of the better and the other works."""
    at = {name: i for i, name in enumerate(works)}
    if len(at) < len(works):
        raise ValueError("a work is named twice")
    for _, better, other in comparisons:
        if better == other:
            raise ValueError(f"{better}: a work cannot be compared with itself")
        if better not in at or other not in at:
            raise ValueError(f"{better if better not in at else other}: not among the works")
    pick = np.array([(at[b], at[o]) for _, b, o in comparisons], dtype=np.int64).reshape(-1, 2)
    return pick[:, 0], pick[:, 1]


def _mode(better: Ints, other: Ints, start: Floats, precision: float) -> tuple[Floats, Floats]:
    """Return the most likely values and their covariance under a normal prior (Newton)."""
    value, size = start.copy(), len(start)
    while True:
        p = 1.0 / (1.0 + np.exp(value[better] - value[other]))  # of what did not happen
        gradient = np.bincount(better, p, size) - np.bincount(other, p, size) - precision * value
        weight = p * (1 - p)
        hessian = np.diag(
            np.bincount(better, weight, size) + np.bincount(other, weight, size) + precision
        )
        np.subtract.at(hessian, (better, other), weight)
        np.subtract.at(hessian, (other, better), weight)
        step = np.linalg.solve(hessian, gradient)
        value += np.clip(step, -2.0, 2.0)
        if np.abs(step).max(initial=0.0) < TOLERANCE:
            return value, np.linalg.inv(hessian)


def _estimate(better: Ints, other: Ints, size: int) -> tuple[Floats, Floats, float]:
    """Return values, their covariance and the works' spread, by Laplace's marginal likelihood."""
    from scipy.optimize import minimize_scalar

    start = np.zeros(size)

    def loss(log_spread: float) -> float:
        precision = float(np.exp(-2 * log_spread))
        value, covariance = _mode(better, other, start, precision)
        start[:] = value
        fit = float(np.log1p(np.exp(value[other] - value[better])).sum())
        prior = float(value @ value) * precision / 2 + size * log_spread
        return fit + prior - float(np.linalg.slogdet(covariance)[1]) / 2

    found = minimize_scalar(loss, bounds=SPREAD, method="bounded", options={"xatol": 0.01})
    spread = float(np.exp(found.x))
    value, covariance = _mode(better, other, start, spread**-2)
    return value, covariance, spread


def _groups(better: Ints, other: Ints, works: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return the works that are linked by comparisons, the largest group first."""
    label = np.arange(len(works))
    changed = True
    while changed:
        before = label.copy()
        np.minimum.at(label, better, label[other])
        np.minimum.at(label, other, label[better])
        changed = bool((before != label).any())
    found = [tuple(works[int(i)] for i in np.flatnonzero(label == k)) for k in np.unique(label)]
    return tuple(sorted(found, key=lambda g: (-len(g), g)))


def fit(comparisons: Sequence[Comparison], works: Sequence[str]) -> Scale:
    """Return the scale that comparisons imply.

    Parameters
    ----------
    comparisons : sequence of (judge, better work, other work)
        Repetitions are allowed. Draws are not: judges must choose.
    works : sequence of str
        All works; one without comparisons gets value 0 and the error of a stranger.

    Returns
    -------
    Scale
        ``reliability`` is ``1 - mean(se^2) / spread^2``: works' distribution is part of the
        model, so adaptive pairs do not inflate it.

    Notes
    -----
    Bradley & Terry (1952): ``P(i better than j) = 1 / (1 + exp(v_j - v_i))``. Values maximise the
    posterior with ``v ~ N(0, s^2)``; ``s`` maximises the marginal likelihood in Laplace's
    approximation (Tierney & Kadane 1986). A judge's infit is ``sum (x - p)^2 / sum p (1 - p)``
    divided by the median judge's, because shrunken values make every judge look regular.

    Raises
    ------
    ValueError
        A work compared with itself, an unknown work, or a name twice.
    """
    better, other = _indices(comparisons, works)
    size = len(works)
    if size == 0:
        raise ValueError("there are no works")
    value, covariance, spread = _estimate(better, other, size)
    se = np.sqrt(np.diag(covariance))
    wins = np.bincount(better, minlength=size)
    total = wins + np.bincount(other, minlength=size)
    return Scale(
        values=tuple(
            Value(name, float(value[i]), float(se[i]), int(total[i]), int(wins[i]))
            for i, name in enumerate(works)
        ),
        judges=_judges(comparisons, better, other, value),
        spread=spread,
        reliability=max(1.0 - float((se**2).mean()) / spread**2, 0.0),
        groups=_groups(better, other, works),
    )


def _judges(
    comparisons: Sequence[Comparison], better: Ints, other: Ints, value: Floats
) -> tuple[Judge, ...]:
    """Return how well each judge agrees with the scale."""
    if not comparisons:
        return ()
    p = 1.0 / (1.0 + np.exp(value[better] - value[other]))
    weight = p * (1 - p)
    names, at = np.unique(np.array([c[0] for c in comparisons]), return_inverse=True)
    ratio = np.bincount(at, p**2) / np.bincount(at, weight)
    infit = ratio / np.median(ratio)
    # variance of (x - p)^2 for a right-or-wrong outcome: p (1 - p) (1 - 2 p)^2
    error = np.sqrt(np.bincount(at, weight * (1 - 2 * p) ** 2)) / np.bincount(at, weight)
    z = (infit - 1) / np.maximum(error, 1e-6)
    count = np.bincount(at)
    return tuple(
        Judge(str(name), int(count[i]), float(infit[i]), float(z[i]))
        for i, name in enumerate(names)
    )


def progress(scale: Scale, *, reliability: float = RELIABILITY, each: int = EACH) -> Progress:
    """Return whether judging may stop: works linked, enough comparisons each, reliable enough."""
    fewest = min(v.comparisons for v in scale.values)
    reasons = []
    if len(scale.groups) > 1:
        reasons.append("links")
    if fewest < each:
        reasons.append("comparisons")
    if scale.reliability < reliability:
        reasons.append("reliability")
    return Progress(not reasons, tuple(reasons), scale.reliability, fewest)


def split_half(
    comparisons: Sequence[Comparison], works: Sequence[str], *, splits: int = 20, seed: int = 0
) -> SplitHalf | None:
    """Return how well two random halves of the judges agree, None when there are fewer than two.

    Parameters
    ----------
    comparisons, works
        As in `fit`.
    splits : int
        Random halves to average over.
    seed : int
        Of the halves.

    Returns
    -------
    SplitHalf or None
        Works that either half has not seen are left out of its correlation. ``reliability`` is
        ``2 r / (1 + r)`` (Spearman–Brown): the two halves together.
    """
    better, other = _indices(comparisons, works)
    names, judge = np.unique(np.array([c[0] for c in comparisons], dtype=str), return_inverse=True)
    if len(names) < 2:
        return None
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(splits):
        half = np.zeros(len(names), dtype=bool)
        half[rng.permutation(len(names))[: len(names) // 2]] = True
        sides = []
        for mine in (half[judge], ~half[judge]):
            value, _, _ = _estimate(better[mine], other[mine], len(works))
            seen = np.zeros(len(works), dtype=bool)
            seen[better[mine]] = seen[other[mine]] = True
            sides.append((value, seen))
        both = sides[0][1] & sides[1][1]
        one, two = sides[0][0][both], sides[1][0][both]
        if both.sum() > 2 and one.std() > 1e-9 and two.std() > 1e-9:
            found.append(float(np.corrcoef(one, two)[0, 1]))
    if not found:
        return None
    r = float(np.mean(found))
    return SplitHalf(r, 2 * r / (1 + r) if r > -1 else -1.0, len(found))


def next_pair(
    judge: str,
    comparisons: Sequence[Comparison],
    works: Sequence[str],
    *,
    scale: Scale | None = None,
    excluded: Collection[str] = (),
    seed: int = 0,
) -> tuple[str, str] | None:
    """Return the next pair for a judge, left and right, or None when nothing is left to ask.

    Parameters
    ----------
    judge : str
    comparisons, works
        As in `fit`; all comparisons so far, by all judges.
    scale : Scale, optional
        A recent result of `fit` (it may be some comparisons old). Without it pairs are even chance.
    excluded : collection of str
        Works this judge must not see: own mentees', own.
    seed : int
        Together with the number of comparisons it makes the choice repeatable.

    Notes
    -----
    The work with the fewest comparisons comes first. Its partner is drawn by a mixture, as in
    progressive item selection (Revuelta & Ponsoda 1998): chance and few comparisons at first, later
    closeness ``4 p (1 - p)``, with p averaged over the errors of both values; chance keeps a quarter
    for ever, so that far pairs hold the scale together. A judge never sees a pair twice.
    """
    better, other = _indices(comparisons, works)
    size = len(works)
    total = np.bincount(better, minlength=size) + np.bincount(other, minlength=size)
    allowed = np.array([name not in set(excluded) for name in works])
    open_to = np.outer(allowed, allowed)
    np.fill_diagonal(open_to, False)
    mine = np.array([c[0] == judge for c in comparisons], dtype=bool)
    open_to[better[mine], other[mine]] = open_to[other[mine], better[mine]] = False
    if not open_to.any():
        return None
    rng = np.random.default_rng([seed, len(comparisons)])
    first = int(np.argmin(np.where(open_to.any(axis=1), total + rng.random(size), np.inf)))
    chance = rng.random(size) - (total - total.min())
    chance = (chance - chance.min()) / max(float(np.ptp(chance)), 1e-12)
    weight = CLOSENESS * min(float(total[first]) / GRADUAL, 1.0) if scale is not None else 0.0
    score = (1 - weight) * chance + weight * _closeness(scale, works, first)
    repeats = np.bincount(
        np.concatenate([other[better == first], better[other == first]]), minlength=size
    )
    second = int(np.argmax(np.where(open_to[first], score - repeats, -np.inf)))
    pair = (works[first], works[second])
    return pair if rng.random() < 0.5 else (pair[1], pair[0])


def _closeness(scale: Scale | None, works: Sequence[str], first: int) -> Floats:
    """Return ``4 p (1 - p)`` of one work against all, p averaged over both errors."""
    if scale is None:
        return np.zeros(len(works))
    known = {v.work: v for v in scale.values}
    stranger = Value("", 0.0, scale.spread, 0, 0)
    rows = [known.get(name, stranger) for name in works]
    value = np.array([v.value for v in rows])
    error = np.array([v.se for v in rows]) ** 2
    shrink = np.sqrt(1 + np.pi / 8 * (error + error[first]))
    p = 1.0 / (1.0 + np.exp(-(value - value[first]) / shrink))
    return np.asarray(4 * p * (1 - p))


def marks(scale: Scale, anchors: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Return marks 0..100 with their errors, through works whose mark is known.

    Parameters
    ----------
    scale : Scale
    anchors : mapping of str to float
        Work -> agreed mark; at least three, not all on one value.

    Returns
    -------
    dict of str to (mark, se)
        A straight line through the anchors (least squares). Marks beyond 0 or 100 are cut; the error
        holds that of the value and that of the line.

    Raises
    ------
    ValueError
        Fewer than three anchors on the scale, or a line that does not rise.
    """
    pairs = [(v.value, anchors[v.work]) for v in scale.values if v.work in anchors]
    if len(pairs) < 3:
        raise ValueError("at least three works with a known mark must be on the scale")
    x, y = np.array(pairs, dtype=np.float64).T
    centre, width = x.mean(), float(((x - x.mean()) ** 2).sum())
    slope = float(((x - centre) * (y - y.mean())).sum()) / width if width > 1e-9 else 0.0
    if slope <= 0:
        raise ValueError("works with higher known marks must have higher values")
    rest = float(((y - y.mean() - slope * (x - centre)) ** 2).sum()) / (len(x) - 2)
    found = {}
    for v in scale.values:
        line = rest * (1 / len(x) + (v.value - centre) ** 2 / width)
        mark = float(np.clip(y.mean() + slope * (v.value - centre), 0, 100))
        found[v.work] = (mark, float(np.sqrt((slope * v.se) ** 2 + line)))
    return found
