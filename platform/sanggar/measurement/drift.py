"""Have items become easier or harder since they were calibrated?

Two calibrations have two scales: a stronger cohort makes every item look easier. The scales are linked
through the common items first; an item that still moved is a finding. Items that moved must not
decide the link, so it is found, checked and found again without them. A moved item may be known,
out of date, or taught better now: the mentor reads it and decides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sanggar.measurement import irt
from sanggar.measurement.fairness import adjust

Floats = NDArray[np.float64]

#: Fewest common items for a link.
FEWEST = 5
#: Robust z above which an item does not take part in the link (Huynh & Meyer 2010 use 1.645).
OUTLYING = 2.7
#: Weighted root mean square difference of two curves (share of the item's points): small, large.
SIZES = (0.05, 0.10)
LEVEL = 0.05
GRID = np.linspace(-4.0, 4.0, 81)


@dataclass(frozen=True)
class Link:
    """``old = slope x new + intercept`` for abilities and difficulties; ``anchors`` decided it."""

    slope: float
    intercept: float
    method: str
    anchors: tuple[str, ...]


@dataclass(frozen=True)
class ItemDrift:
    """One common item after linking.

    Attributes
    ----------
    name : str
    change : float
        New minus old difficulty in old logits (mean of the steps): positive means harder now.
    slope_ratio : float
        New over old slope after linking.
    distance : float
        Weighted root mean square difference of the two expected score curves, 0..1.
    z : float
        Change over its standard error, or robust z where no standard errors are given.
    p_adjusted : float
        Corrected for the number of items (Benjamini–Hochberg); 1 without standard errors.
    size : str
        ``none``, ``small`` or ``large``.
    direction : str
        ``harder``, ``easier``, ``sharper``, ``flatter`` or empty when nothing is flagged.
    """

    name: str
    change: float
    slope_ratio: float
    distance: float
    z: float
    p_adjusted: float
    size: str
    direction: str


@dataclass(frozen=True)
class Drift:
    """The link and all common items; ``lost`` were only in the old, ``added`` only in the new bank."""

    link: Link
    items: tuple[ItemDrift, ...]
    lost: tuple[str, ...]
    added: tuple[str, ...]


def robust_z(values: ArrayLike) -> Floats:
    """Return ``(x - median) / (0.74 IQR)`` (Huynh & Meyer 2010), 0 where nothing varies.

    Parameters
    ----------
    values : array of float, shape (items,)
    """
    x = np.asarray(values, dtype=np.float64)
    low, middle, high = np.quantile(x, (0.25, 0.5, 0.75))
    width = 0.74 * (high - low)
    # more than half of the items may not have moved at all: then any move stands out
    width = max(float(width), 1e-9) if np.ptp(x) > 1e-9 else np.inf
    return np.asarray((x - middle) / width)


def _centres(bank: irt.Bank) -> Floats:
    """Return one difficulty an item: the mean of its steps."""
    return np.asarray(np.nanmean(bank.b, axis=1))


def transform(bank: irt.Bank, slope: float, intercept: float) -> irt.Bank:
    """Return a bank on another scale: ``b' = slope b + intercept``, ``a' = a / slope``.

    Parameters
    ----------
    bank : Bank
    slope, intercept : float
        As in `Link`.
    """
    if not slope > 0:
        raise ValueError("the slope of a link must be positive")
    return irt.Bank(bank.model, bank.names, bank.a / slope, slope * bank.b + intercept, bank.c)


def _mean_sigma(old: irt.Bank, new: irt.Bank) -> tuple[float, float]:
    """Return the link that gives difficulties the same mean and spread (Marco 1977)."""
    x, y = _centres(new), _centres(old)
    slope = float(y.std() / x.std()) if x.std() > 1e-9 and y.std() > 1e-9 else 1.0
    if old.model == "rasch":
        slope = 1.0
    return slope, float(y.mean() - slope * x.mean())


def _stocking_lord(old: irt.Bank, new: irt.Bank) -> tuple[float, float]:
    """Return the link with the nearest test characteristic curves (Stocking & Lord 1983)."""
    from scipy.optimize import minimize

    weight = np.exp(-(GRID**2) / 2)
    target = irt.expected_score(old, GRID).sum(axis=1)

    def loss(point: Floats) -> float:
        moved = transform(new, float(np.exp(point[0])), float(point[1]))
        gap = irt.expected_score(moved, GRID).sum(axis=1) - target
        return float((weight * gap**2).sum() / weight.sum())

    slope, intercept = _mean_sigma(old, new)
    if old.model == "rasch":
        found = minimize(lambda v: loss(np.array([0.0, v[0]])), [intercept], method="Nelder-Mead",
                         options={"xatol": 1e-7, "fatol": 1e-12})  # fmt: skip
        return 1.0, float(found.x[0])
    found = minimize(loss, [np.log(slope), intercept], method="Nelder-Mead",
                     options={"xatol": 1e-7, "fatol": 1e-12})  # fmt: skip
    return float(np.exp(found.x[0])), float(found.x[1])


def link(old: irt.Bank, new: irt.Bank, *, method: str = "stocking-lord") -> Link:
    """Return the link from the new scale to the old one, items that moved left out.

    Parameters
    ----------
    old, new : Bank
        The same items in the same order, of the same model.
    method : {"stocking-lord", "mean-sigma"}

    Notes
    -----
    Items whose change has a robust z above 2.7 are left out and the link is found again, until no
    item leaves; half of the items always stay.

    Raises
    ------
    ValueError
        Different items or models, or fewer than five items.
    """
    if old.names != new.names or old.model != new.model:
        raise ValueError("both banks need the same items and the same model")
    if len(old) < FEWEST:
        raise ValueError(f"a link needs {FEWEST} common items, there are {len(old)}")
    ways = {"stocking-lord": _stocking_lord, "mean-sigma": _mean_sigma}
    if method not in ways:
        raise ValueError(f"method must be one of {', '.join(ways)}, not {method!r}")
    # a first link by medians, which moved items cannot pull
    change = _centres(new) - _centres(old)
    kept = np.abs(robust_z(change)) <= OUTLYING
    for _ in range(10):
        if kept.sum() < max(FEWEST, len(old) / 2):
            nearest = np.argsort(np.abs(change - np.median(change)))
            kept = np.isin(np.arange(len(old)), nearest[: max(FEWEST, -(-len(old) // 2))])
        places = np.flatnonzero(kept)
        slope, intercept = ways[method](old.take(places), new.take(places))
        change = slope * _centres(new) + intercept - _centres(old)
        now = np.abs(robust_z(change)) <= OUTLYING
        if (now == kept).all() or now.sum() < max(FEWEST, len(old) / 2):
            break
        kept = now
    return Link(
        slope, intercept, method, tuple(n for n, k in zip(old.names, kept, strict=True) if k)
    )


def _errors(se: ArrayLike | None, size: int) -> Floats | None:
    """Return standard errors of difficulties as an array of the right length."""
    if se is None:
        return None
    found = np.asarray(se, dtype=np.float64)
    if found.shape != (size,):
        raise ValueError("one standard error per item is needed")
    return found


def compare(
    old: irt.Bank,
    new: irt.Bank,
    *,
    se_old: ArrayLike | None = None,
    se_new: ArrayLike | None = None,
    method: str = "stocking-lord",
) -> Drift:
    """Return which common items have moved between two calibrations.

    Parameters
    ----------
    old, new : Bank
        Two calibrations; items are matched by name and need the same number of categories.
    se_old, se_new : array of float, shape (items,), optional
        Standard errors of (mean) difficulties. With both, chance is ruled out by a test, corrected
        for the number of items; without, by the robust z alone.
    method : str
        As in `link`.

    Returns
    -------
    Drift
        An item is flagged when the move is beyond chance (corrected p below .05; or |robust z| above
        2.7) and the curves lie .05 or more apart.

    Notes
    -----
    Distance: ``sqrt(sum w (E_old - E_new)^2) / points`` with normal weights, as RMSD in large
    surveys (PISA flags .12 or .15 between countries); Kolen & Brennan (2014), chapter 6, for linking.

    Raises
    ------
    ValueError
        As in `link`, or an item whose number of categories changed.
    """
    common = [n for n in old.names if n in set(new.names)]
    at_old = [old.names.index(n) for n in common]
    at_new = [new.names.index(n) for n in common]
    one, two = old.take(at_old), new.take(at_new)
    if (one.categories != two.categories).any():
        wrong = common[int(np.flatnonzero(one.categories != two.categories)[0])]
        raise ValueError(f"{wrong}: the number of categories has changed")
    found = link(one, two, method=method)
    moved = transform(two, found.slope, found.intercept)
    ratio, change = moved.a / one.a, _centres(moved) - _centres(one)
    distance = _distance(one, moved)
    errors = _errors(se_old, len(old)), _errors(se_new, len(new))
    se = None
    if errors[0] is not None and errors[1] is not None:
        se = np.sqrt(errors[0][at_old] ** 2 + (found.slope * errors[1][at_new]) ** 2)
    z, p, beyond = _beyond_chance(change, se)
    # curves that differ in slope only cross: the difficulty does not show it
    turned = np.abs(robust_z(np.log(np.maximum(ratio, 1e-6)))) > OUTLYING
    items = tuple(
        _item(common[i], float(change[i]), float(ratio[i]), float(distance[i]), float(z[i]),
              float(p[i]), bool(beyond[i]), bool(turned[i]))
        for i in range(len(common))
    )  # fmt: skip
    return Drift(found, items, _only(old.names, common), _only(new.names, common))


def _distance(one: irt.Bank, two: irt.Bank) -> Floats:
    """Return how far apart the curves of each item lie, as a share of its points."""
    gap = irt.expected_score(two, GRID) - irt.expected_score(one, GRID)
    weight = np.exp(-(GRID**2) / 2)
    return np.asarray(np.sqrt((weight @ gap**2) / weight.sum()) / (one.categories - 1))


def _beyond_chance(change: Floats, se: Floats | None) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return z, corrected p and whether a move is more than chance; robust z without errors."""
    from scipy.special import ndtr

    if se is None:
        z = robust_z(change)
        return z, np.ones(len(change)), np.abs(z) > OUTLYING
    z = change / np.maximum(se, 1e-9)
    p = adjust(2 * ndtr(-np.abs(z)))
    return z, p, p < LEVEL


def _only(names: Sequence[str], common: Sequence[str]) -> tuple[str, ...]:
    """Return names that are not common."""
    return tuple(n for n in names if n not in set(common))


def _item(
    name: str, change: float, ratio: float, distance: float, z: float, p: float, beyond: bool,
    turned: bool,
) -> ItemDrift:  # fmt: skip
    """Say in words how an item moved."""
    size = "none" if distance < SIZES[0] else "small" if distance < SIZES[1] else "large"
    if not (beyond or turned):
        size = "none"
    direction = ""
    if size != "none":
        direction = ("harder" if change > 0 else "easier") if beyond else (
            "sharper" if ratio > 1 else "flatter"
        )  # fmt: skip
    return ItemDrift(name, change, ratio, distance, z, p, size, direction)
