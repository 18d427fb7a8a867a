"""The decisions of adaptive tests, for many persons at once: the next item, the end, the verdict.

One path serves a live test (`adaptive.next_step` hands over one person) and simulations (`simulate`
hands over hundreds), so that what was measured is what runs.

Every step: the posterior of ability on a grid (expected a posteriori, EAP); areas behind the
blueprint; among their items the largest information less price (`exposure`) plus a little chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import numpy.typing as npt

from sanggar.measurement import irt
from sanggar.measurement.exposure import Limits

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

Reason = Literal["se", "decision", "cap", "empty"]
Verdict = Literal["pass", "fail", "undecided"]

#: abilities at which posteriors are kept: steps of 0.1, under half of the smallest error in sight
GRID: Floats = np.linspace(-6.0, 6.0, 121)
#: areas this close (in items) to being the most behind are chosen from together
SLACK = 0.2
#: information below this is not told apart from none
FAINT = 1e-6


@dataclass(frozen=True, slots=True)
class Rules:
    """When a test stops and how it is put together; plain values, see `AdaptiveRules` of a track.

    Attributes
    ----------
    blueprint : tuple of float
        Share of each area, adding to 1; items of an area with share 0 are never asked.
    least, most, more : int
        Scored items: fewest, most, and how many more while the verdict is undecided.
    se : float
        Standard error at which ``stop="se"`` ends.
    stop : {"se", "decision"}
    cut : float or None
        Pass mark on the ability scale; None measures without a verdict.
    confidence : float
        Chance of being on the right side of the cut at which a decision is taken.
    method : {"interval", "sprt"}
        One-sided posterior interval, or Wald's sequential probability ratio test.
    indifference : float
        Half the width of the zone around the cut in which ``sprt`` does not mind.
    limits : Limits
        Exposure control.
    jitter : float
        Size of the chance added to every item's value, ten times as much at the beginning as in the
        end, so that two people with the same answers do not see the same test.
    """

    blueprint: tuple[float, ...] = (1.0,)
    least: int = 10
    most: int = 25
    more: int = 10
    se: float = 0.30
    stop: Literal["se", "decision"] = "decision"
    cut: float | None = 0.0
    confidence: float = 0.95
    method: Literal["interval", "sprt"] = "interval"
    indifference: float = 0.20
    limits: Limits = field(default_factory=Limits)
    jitter: float = 0.02

    def __post_init__(self) -> None:
        if not self.blueprint or min(self.blueprint) < 0 or abs(sum(self.blueprint) - 1) > 1e-6:
            raise ValueError(f"the shares of the areas add to {sum(self.blueprint):g}, not 1")
        if not 1 <= self.least <= self.most or self.more < 0:
            raise ValueError(f"least {self.least}, most {self.most}, more {self.more}")
        if not 0.5 < self.confidence < 1 or self.se <= 0 or self.indifference <= 0:
            raise ValueError(f"confidence {self.confidence:g}, se {self.se:g}")
        if self.stop == "decision" and self.cut is None:
            raise ValueError("a test that stops at a decision needs a cut")


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """A calibrated bank prepared for selection; make one per bank version and keep it.

    Attributes
    ----------
    log_p : ndarray, shape (items, categories, nodes)
        Logarithm of the probability of each category at each node of `GRID`.
    log_gain : ndarray, shape (items, nodes)
        Logarithm of the item's information in units of `margin`.
    margin : ndarray, shape (nodes,)
        Information of the last item a test of the best items would need at that ability: the
        currency of prices, so that an item is dear where others do as well.
    area : ndarray, shape (items,)
    member : ndarray, shape (items, areas)
        1 where the item belongs to the area.
    shares : ndarray, shape (areas,)
    categories : ndarray, shape (items,)
    """

    log_p: Floats
    log_gain: Floats
    margin: Floats
    area: Ints
    member: Floats
    shares: Floats
    categories: Ints

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self.area)


def prepare(bank: irt.Bank, area: Sequence[int] | Ints, rules: Rules) -> Pool:
    """Prepare a bank for adaptive tests.

    Parameters
    ----------
    bank : irt.Bank
        Calibrated items of any model.
    area : sequence of int
        Place of each item's area in ``rules.blueprint``.
    rules : Rules

    Raises
    ------
    ValueError
        When the bank is empty, lengths differ or an area is not in the blueprint.
    """
    places = np.asarray(area, dtype=np.int64)
    shares = np.asarray(rules.blueprint, dtype=np.float64)
    if len(bank) == 0 or places.shape != (len(bank),):
        raise ValueError(f"{len(bank)} items, {places.size} areas")
    if places.min() < 0 or places.max() >= len(shares):
        raise ValueError(f"an area lies outside the {len(shares)} of the blueprint")
    p, _, _ = irt.categories(bank, GRID)
    log_p = np.log(np.maximum(p, irt.TINY)).transpose(1, 2, 0)
    info = np.maximum(irt.item_information(bank, GRID).T, FAINT)
    best = np.sort(info, axis=0)[::-1]
    needed = (best.cumsum(axis=0) < 1 / rules.se**2 - 1).sum(axis=0)
    last = np.clip(needed, rules.least - 1, rules.most - 1)
    margin = best[np.minimum(last, len(bank) - 1), np.arange(len(GRID))]
    return Pool(
        log_p=np.ascontiguousarray(log_p), log_gain=np.log(info / margin), margin=margin,
        area=places, member=np.eye(len(shares))[places], shares=shares, categories=bank.categories,
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Ability:
    """What answers say about persons: `posterior` (persons, nodes), its `mean` and `sd` (persons,).

    `likelihood` (persons, nodes) is the logarithm of the likelihood alone, for the ratio test.
    """

    likelihood: Floats
    posterior: Floats
    mean: Floats
    sd: Floats


def some(known: Ability, rows: Ints) -> Ability:
    """Return what is known of these persons."""
    return Ability(
        known.likelihood[rows], known.posterior[rows], known.mean[rows], known.sd[rows]
    )  # fmt: skip


def ability(likelihood: Floats) -> Ability:
    """Return posteriors under a standard normal prior from log-likelihoods on `GRID`.

    Notes
    -----
    EAP and its standard error: Bock & Mislevy (1982), Applied Psychological Measurement 6, 431-444.
    """
    log = likelihood - 0.5 * GRID**2
    weight = np.exp(log - log.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    mean = weight @ GRID
    variance = weight @ GRID**2 - mean**2
    return Ability(likelihood, weight, mean, np.sqrt(np.maximum(variance, 0.0)))


def chance_above(known: Ability, cut: float) -> Floats:
    """Return each person's chance of an ability at or above the cut; the node's cell is split."""
    step = GRID[1] - GRID[0]
    inside = np.clip((GRID - cut) / step + 0.5, 0.0, 1.0)
    return np.asarray(known.posterior @ inside)


def choose(
    pool: Pool,
    rules: Rules,
    known: Ability,
    free: Bools,
    taken: Floats,
    price: Floats,
    noise: Floats,
) -> Ints:
    """Return the next item of each person, -1 where none is left.

    Parameters
    ----------
    pool : Pool
    rules : Rules
    known : Ability
        Of the persons.
    free : ndarray of bool, shape (persons, items)
        Items that may be asked (still).
    taken : ndarray, shape (persons, areas)
        Scored items each person was asked of each area.
    price : ndarray, shape (items,)
        From `Use.prices`.
    noise : ndarray, shape (persons, items)
        Uniform on 0..1.

    Returns
    -------
    ndarray of int, shape (persons,)

    Notes
    -----
    Value: the geometric mean of relative information over the posterior (it punishes items that
    measure only a part of what is still possible), cut off at what is still missing to the target,
    so that the last item is a cheap one. Areas: largest deficit ``share (n + 1) - taken``, which
    keeps every test within about an item of its blueprint at every length (Kingsbury & Zara, 1989,
    Applied Measurement in Education 2, 359-375).
    """
    gain = np.exp(known.posterior @ pool.log_gain.T)
    if rules.stop == "se":
        missing = 1 / rules.se**2 - 1 / np.maximum(known.sd, FAINT) ** 2
        missing *= known.posterior @ (1 / pool.margin)
        gain = np.minimum(gain, np.maximum(missing, 0.0)[:, None])
    open_areas = (free @ pool.member > 0) & (pool.shares > 0)
    behind = pool.shares * (taken.sum(axis=1, keepdims=True) + 1) - taken
    behind = np.where(open_areas, behind, -np.inf)
    wanted = open_areas & (behind >= behind.max(axis=1, keepdims=True) - SLACK)
    allowed = wanted[:, pool.area] & free
    # chance weighs more while little is known: there it costs least and separates people most
    shake = rules.jitter * (1 + 9 * known.sd[:, None] ** 2)
    value = np.where(allowed, gain - price + shake * noise, -np.inf)
    item = value.argmax(axis=1)
    return np.where(allowed.any(axis=1), item, -1)


#: codes of `judge`: what ended the test, and the verdict
REASONS: tuple[Reason | None, ...] = (None, "se", "decision", "cap")
VERDICTS: tuple[Verdict | None, ...] = (None, "pass", "fail", "undecided")


def judge(rules: Rules, known: Ability, given: Ints) -> tuple[Ints, Ints]:
    """Return for each person what ends the test now (0: nothing) and the verdict so far.

    Parameters
    ----------
    rules : Rules
    known : Ability
    given : ndarray of int, shape (persons,)
        Scored items answered.

    Returns
    -------
    reason, verdict : ndarray of int, shape (persons,)
        Places in `REASONS` and `VERDICTS`. A verdict of a test that goes on is what it would be if
        the person stopped here.

    Notes
    -----
    Ratio test: Wald (1947), Sequential Analysis; Reckase (1983) for adaptive tests. Interval: Kingsbury
    & Weiss (1983). A test that reached its standard error decides by the estimate alone.
    """
    verdict = _verdict(rules, known)
    decided = (verdict == 1) | (verdict == 2)
    enough = given >= rules.least
    precise = known.sd <= rules.se
    reason = np.zeros(len(given), dtype=np.int64)
    # at the cap only somebody who is neither decided nor precise gets the further items
    full = (given >= rules.most) & (decided | (rules.cut is None))
    full |= given >= rules.most + (rules.more if rules.cut is not None else 0)
    reason[full] = 3
    if rules.stop == "decision":
        reason[enough & decided] = 2
        return reason, verdict
    reason[enough & precise] = 1
    if rules.cut is not None:
        verdict = np.where(precise, np.where(known.mean >= rules.cut, 1, 2), verdict)
    return reason, verdict


def _verdict(rules: Rules, known: Ability) -> Ints:
    """Return pass, fail or undecided as places in `VERDICTS`; 0 without a cut."""
    persons = len(known.mean)
    if rules.cut is None:
        return np.zeros(persons, dtype=np.int64)
    if rules.method == "sprt":
        above = _at(known.likelihood, rules.cut + rules.indifference)
        ratio = above - _at(known.likelihood, rules.cut - rules.indifference)
        bound = np.log(rules.confidence / (1 - rules.confidence))
        passed, failed = ratio >= bound, ratio <= -bound
    else:
        chance = chance_above(known, rules.cut)
        passed, failed = chance >= rules.confidence, chance <= 1 - rules.confidence
    return np.where(passed, 1, np.where(failed, 2, 3))


def _at(likelihood: Floats, theta: float) -> Floats:
    """Return log-likelihoods between two nodes of the grid."""
    place = float(np.clip((theta - GRID[0]) / (GRID[1] - GRID[0]), 0, len(GRID) - 1.001))
    left = int(place)
    share = place - left
    return np.asarray((1 - share) * likelihood[:, left] + share * likelihood[:, left + 1])
