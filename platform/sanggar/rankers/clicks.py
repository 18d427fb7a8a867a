"""What clicks say about talents once the place they stood at is taken out.

Who stands first is clicked because he stands first. A small share of the lists is shown with two
places exchanged at random; what the same talent earns at two places says how often a place is looked
at at all, and clicks are then counted per examined showing instead of per showing.

With few lists that correction costs more than it brings: `clicks_switch` measures whether it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Share of the lists of which two places are exchanged.
SHARE = 0.1
#: No place counts as examined less often than this: one click there must not weigh without bound.
FLOOR = 0.02
#: Spread of ln(propensity) around the power law before anything is seen, and of its exponent.
WOBBLE, STEEP = 0.2, 1.0
#: one-sided 95 %
CERTAIN = 1.645


def swap(
    size: int, rng: np.random.Generator, *, share: float = SHARE, top: int | None = None
) -> tuple[Ints, float]:
    """Return the order in which a list is shown, and the probability of just that order.

    Parameters
    ----------
    size : int
        Length of the list.
    rng : Generator
        Seed it by the list's own number: the same list is then shown alike when opened again.
    share : float
        Probability that two places are exchanged.
    top : int, optional
        Only the first `top` places take part.

    Returns
    -------
    order : array of int, shape (size,)
        Which place of the ranking stands at each place shown.
    propensity : float
        To be logged with the list.

    Notes
    -----
    The randomised exchange of Joachims, Swaminathan & Schnabel (WSDM 2017), any two places instead
    of the first with another.
    """
    order = np.arange(size)
    places = min(size, top or size)
    pairs = places * (places - 1) // 2
    if pairs == 0 or rng.random() >= share:
        return order, 1.0 - share if pairs else 1.0
    first, second = rng.choice(places, size=2, replace=False)
    order[[first, second]] = order[[second, first]]
    return order, share / pairs


@dataclass(frozen=True)
class Shown:
    """Showings and clicks, counted by item and place.

    Attributes
    ----------
    item, place : array of int, shape (rows,)
        Both from 0; every pair at most once.
    shown, clicks : array, shape (rows,)
        Counts; ``clicks <= shown``.
    items : int
        How many items there are; some may never have been shown.
    """

    item: Ints
    place: Ints
    shown: Floats
    clicks: Floats
    items: int

    @classmethod
    def of(cls, item: ArrayLike, place: ArrayLike, clicked: ArrayLike, items: int) -> Shown:
        """Count a log: one row for each item of each list shown."""
        where, at = np.asarray(item, dtype=np.int64), np.asarray(place, dtype=np.int64)
        width = int(at.max(initial=0)) + 1
        key, back = np.unique(where * width + at, return_inverse=True)
        shown = np.bincount(back, minlength=len(key)).astype(np.float64)
        clicks = np.bincount(back, np.asarray(clicked, dtype=np.float64), len(key))
        return cls(key // width, key % width, shown, clicks.astype(np.float64), items)

    @property
    def places(self) -> int:
        """The number of places."""
        return int(self.place.max(initial=0)) + 1

    def sums(self, values: Floats) -> Floats:
        """Return the sum of a value over the rows of each item, shape (items,)."""
        return np.bincount(self.item, values, self.items).astype(np.float64)


@dataclass(frozen=True)
class Bias:
    """How often each place is looked at, the first place = 1.

    Attributes
    ----------
    propensity : array, shape (places,)
    se : array, shape (places,)
        Standard error of its logarithm.
    exponent, exponent_se : float
        The power law ``place ** -exponent`` the propensities scatter about.
    moved : int
        Items that were clicked and stood at more than one place: only they teach anything.
    """

    propensity: Floats
    se: Floats
    exponent: float
    exponent_se: float
    moved: int

    def cautious(self) -> Floats:
        """Return the flattest propensities the data leave room for (one-sided 95 %).

        The logarithms shrink by the same factor as the lower end of the exponent's interval; where
        that end is not above 0, every place counts the same.
        """
        low = self.exponent - CERTAIN * self.exponent_se
        factor = max(low, 0.0) / self.exponent if self.exponent > 0 else 0.0
        return np.asarray(self.propensity**factor)


def harvest(log: Shown) -> Bias:
    """Estimate position bias from items that stood at several places.

    Parameters
    ----------
    log : Shown
        The same item at different places by chance alone: the random exchange, or rankers that
        served side by side for lists drawn by lot.

    Returns
    -------
    Bias
        All ones, with the errors of the prior, when nothing moved.

    Notes
    -----
    Intervention harvesting (Agarwal et al., WSDM 2019) under the position-based model
    ``E[clicks] = shown * propensity[place] * relevance[item]``. Instead of pairs of places, all
    places of an item are used at once: given its clicks in total they fall on its places as a
    multinomial with weights ``shown * propensity``, free of relevance (fixed-effects Poisson:
    Hausman, Hall & Griliches 1984; consistent for any counts with that mean: Wooldridge 1999).
    ``ln propensity`` has a normal prior of sd `WOBBLE` about a power law (Joachims et al. 2017),
    and the exponent one of sd `STEEP` about 0, which is no bias. The joint mode is found by Newton
    steps, the errors are those of the normal approximation.
    """
    width = log.places
    weight = np.zeros((log.items, width))
    clicks = np.zeros((log.items, width))
    weight[log.item, log.place], clicks[log.item, log.place] = log.shown, log.clicks
    useful = ((weight > 0).sum(axis=1) > 1) & (clicks.sum(axis=1) > 0)
    weight, clicks = weight[useful], clicks[useful]
    # ln propensity = design @ (exponent, wobble of places 2...); the first place is 0
    design = np.zeros((width, width))
    design[:, 0] = -np.log(np.arange(1.0, width + 1))
    design[1:, 1:] = np.eye(width - 1)
    prior = np.array([STEEP**-2, *[WOBBLE**-2] * (width - 1)])
    found, bend = np.zeros(width), np.diag(prior)
    for _step in range(100):
        share = weight * np.exp(design @ found)
        share /= share.sum(axis=1, keepdims=True) if len(share) else 1.0
        total = clicks.sum(axis=1, keepdims=True)
        expected = total * share
        slope = design.T @ (clicks - expected).sum(axis=0) - prior * found
        curve = np.diag(expected.sum(axis=0)) - share.T @ expected
        bend = design.T @ curve @ design + np.diag(prior)
        move = np.linalg.solve(bend, slope)
        found = found + move * min(1.0, 1.0 / max(float(np.abs(move).max()), 1e-12))
        if np.abs(move).max() < 1e-9:
            break
    covariance = np.linalg.inv(bend)
    spread = np.sqrt(np.einsum("pi,ij,pj->p", design, covariance, design))
    propensity = np.clip(np.exp(design @ found), FLOOR, 1.0)
    return Bias(
        propensity, spread, float(found[0]), float(np.sqrt(covariance[0, 0])), int(useful.sum())
    )


@dataclass(frozen=True)
class Targets:
    """What a pointwise learner is given for each item.

    Attributes
    ----------
    value : array, shape (items,)
        Clicks per examined showing, 0 or more; 0 where never shown.
    weight : array, shape (items,)
        0..1: how much of what is known of the item is not chance; 0 where never shown.
    examined : array, shape (items,)
        Showings times propensity.
    ess : float
        How many unweighted clicks would say as much as these weighted ones.
    """

    value: Floats
    weight: Floats
    examined: Floats
    ess: float


def targets(log: Shown, propensity: Floats | None = None, *, cap: float = 1.0) -> Targets:
    """Return clicks per examined showing of each item.

    Parameters
    ----------
    log : Shown
    propensity : array, shape (places,), optional
        Without it every place counts the same: no correction.
    cap : float
        No value above it.

    Notes
    -----
    ``clicks / sum(shown * propensity)``, the ratio form of inverse propensity weighting (Joachims
    et al., WSDM 2017); no propensity below `FLOOR`. Its sampling variance is
    ``rate / examined``; with the variance of relevance between items, found by moments
    (DerSimonian & Laird 1986), the weight is ``between / (between + rate / examined)``. ``ess`` is
    Kish's ``(sum w)^2 / sum w^2`` over clicks, ``w = 1 / propensity``.
    """
    at = np.ones(log.places) if propensity is None else np.asarray(propensity)
    look = np.maximum(at[log.place], FLOOR)
    examined, clicks = log.sums(log.shown * look), log.sums(log.clicks)
    seen = examined > 0
    value = np.minimum(np.divide(clicks, examined, out=np.zeros(log.items), where=seen), cap)
    rate = float(clicks.sum() / max(examined.sum(), 1e-12))
    around = float((examined * (value - rate) ** 2)[seen].sum())
    whole = float(examined.sum())
    chance = rate * (int(seen.sum()) - 1)
    room = whole - float((examined**2).sum()) / max(whole, 1e-12)
    # never nothing: a tenth of the rate squared, so that items never become all alike in weight
    between = max((around - chance) / max(room, 1e-12), (0.1 * rate) ** 2, 1e-9)
    weight = between * examined / (between * examined + rate + 1e-12)
    heavy = log.clicks / look
    ess = float(heavy.sum() ** 2 / max((heavy / look).sum(), 1e-12))
    return Targets(value, np.where(seen, weight, 0.0), examined, ess)


def mixed(log: Shown, bias: Bias, chosen: Sequence[bool] | NDArray[np.bool_]) -> Targets:
    """Return targets that are corrected for the chosen items only, all on one scale.

    Parameters
    ----------
    log : Shown
    bias : Bias
    chosen : sequence of bool, length items
        Whether the switch of the item's type is on.

    Notes
    -----
    Where it is off, every place counts as the mean propensity of all showings, so that clicks per
    showing become comparable with clicks per examined showing.
    """
    use = np.asarray(chosen, dtype=bool)
    mean = float(np.average(bias.propensity[log.place], weights=log.shown))
    # what stands first is clicked more often than the mean place is looked at: not to be cut off
    plain = targets(log, np.full(log.places, mean), cap=np.inf)
    mended = targets(log, bias.propensity)
    return Targets(
        np.where(use, mended.value, plain.value), np.where(use, mended.weight, plain.weight),
        np.where(use, mended.examined, plain.examined), mended.ess if use.any() else plain.ess,
    )  # fmt: skip
