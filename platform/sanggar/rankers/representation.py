"""Whether everybody's group is seen: measures of a list, a fairer order, and an audit of many lists.

Protected attributes never enter a ranker. The functions here take labels of groups beside the scores,
from the audit's own reading, and give back orders and totals only:

* used: one label a person (hub, sex, disability, education), opaque to this module, and the shares
  that a list should show, taken from all who may stand in it, never from a single person;
* never shown: anybody's label, the label a place was given for, any total of fewer than ten people,
  or a single merged remainder of fewer than ten.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Fewer people than this are no group of their own.
LEAST = 10
#: A rate below this share of the best-treated group's is flagged (four-fifths rule, 29 CFR 1607.4 D).
FOUR_FIFTHS = 0.8
OTHERS = "…"
#: Level of significance.
LEVEL = 0.05
#: Part of a person by which a group is due early (`det_greedy`).
LEAD = 0.15


def shares(groups: Sequence[str]) -> dict[str, float]:
    """Return the share of each group among all who may stand in the list."""
    count: dict[str, int] = {}
    for group in groups:
        count[group] = count.get(group, 0) + 1
    return {group: number / len(groups) for group, number in count.items()}


def skew(groups: Sequence[str], target: Mapping[str, float], k: int) -> dict[str, float]:
    """Return ln(share among the first `k` / wanted share) of each group.

    Parameters
    ----------
    groups : sequence
        The label at each place, first to last.
    target : mapping
        Wanted share of each group; those at 0 are left out.
    k : int

    Returns
    -------
    dict
        0 is as wanted, below 0 too few; ``-inf`` when nobody stands there. The least of them is
        MinSkew@k, the largest MaxSkew@k.

    Notes
    -----
    Geyik, Ambler & Kenthapadi (KDD 2019), definitions 1 to 3.
    """
    top = list(groups[:k])
    return {
        group: math.log(found / len(top) / share) if (found := top.count(group)) else -math.inf
        for group, share in target.items() if share > 0 and top
    }  # fmt: skip


def ndkl(groups: Sequence[str], target: Mapping[str, float]) -> float:
    """Return the normalised discounted Kullback–Leibler divergence of a list from wanted shares.

    Parameters
    ----------
    groups : sequence
        The label at each place, first to last; every label has a share above 0.
    target : mapping
        Wanted share of each group.

    Returns
    -------
    float
        0 when every beginning of the list shows the shares; larger is worse.

    Notes
    -----
    ``sum_i d(i) KL(shares of the first i || wanted) / sum_i d(i)``, ``d(i) = 1 / log2(i + 1)``
    (Yang & Stoyanovich 2017; Geyik et al. 2019, definition 4).
    """
    if not len(groups):
        return 0.0
    names = list(target)
    hits = np.array([[label == name for name in names] for label in groups], dtype=np.float64)
    places = np.arange(1.0, len(groups) + 1)
    share = hits.cumsum(axis=0) / places[:, None]
    wanted = np.array([target[name] for name in names])
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = np.where(share > 0, share * np.log(share / wanted), 0.0)
    discount = 1.0 / np.log2(places + 1)
    return float(parts.sum(axis=1) @ discount / discount.sum())


def det_greedy(
    scores: ArrayLike, groups: Sequence[str], target: Mapping[str, float],
    *, places: int | None = None, lead: float = LEAD,
) -> Ints:  # fmt: skip
    """Return an order in which every beginning of the list shows the wanted shares.

    Parameters
    ----------
    scores : array-like, shape (rows,)
        Higher stands first; ties fall by row.
    groups : sequence, length rows
        The group of each row; one without a wanted share has neither minimum nor maximum.
    target : mapping
        Wanted share of each group, from all who may stand in the list.
    places : int, optional
        Only the first `places` are arranged; who is not among them follows by score.
    lead : float
        How much of a person early a group becomes due, 0 to .5; 0 is the published algorithm, which
        rounds down, .5 rounds to the nearest.

    Returns
    -------
    array of int, shape (rows,)
        Rows from first to last. Within a group nobody is overtaken.

    Notes
    -----
    DetGreedy (Geyik et al. 2019, algorithm 1): at place k a group below ``floor(share k + lead)``
    goes first, the best of them if several; otherwise the best of those below
    ``ceil(share k - lead)``. A group that has nobody left is passed over.
    """
    values = np.asarray(scores, dtype=np.float64)
    ranked = np.argsort(-values, kind="stable")
    queues: dict[str, list[int]] = {}
    for row in ranked[::-1].tolist():
        queues.setdefault(groups[row], []).append(row)
    upto = len(values) if places is None else min(places, len(values))
    count = dict.fromkeys(queues, 0)
    order: list[int] = []
    for k in range(1, upto + 1):
        left = [group for group, queue in queues.items() if queue]
        below = [
            g for g in left
            if g in target and count[g] < math.floor(target[g] * k + lead + 1e-9)
        ]  # fmt: skip
        free = [
            g for g in left
            if g not in target or count[g] < math.ceil(target[g] * k - lead - 1e-9)
        ]  # fmt: skip
        chosen = max(below or free or left, key=lambda g: (values[queues[g][-1]], -queues[g][-1]))
        order.append(queues[chosen].pop())
        count[chosen] += 1
    placed = set(order)
    return np.array([*order, *(r for r in ranked.tolist() if r not in placed)], dtype=np.int64)


@dataclass(frozen=True)
class Rate:
    """A rate of a group and its ratio to the best-treated group's, with a 95 % interval.

    `chance` is the probability that any group falls so far behind in any measure if groups meant
    nothing: it counts everything that was looked at together.
    """

    value: float
    ratio: float
    low: float
    high: float
    chance: float

    @property
    def flagged(self) -> bool:
        """Whether the ratio is below four fifths."""
        return self.ratio < FOUR_FIFTHS

    @property
    def certain(self) -> bool:
        """Whether the interval excludes equality and chance alone hardly does the like."""
        return self.high < 1.0 and self.chance < LEVEL


@dataclass(frozen=True)
class Treated:
    """How one group fared.

    Attributes
    ----------
    group : str
        `OTHERS` for the merged small ones.
    people : int
    exposure : Rate
        Attention received for each list one could have stood in.
    placement : Rate
        Placements for each such list.
    """

    group: str
    people: int
    exposure: Rate
    placement: Rate

    @property
    def flagged(self) -> bool:
        """Whether a person should look: a ratio is below four fifths."""
        return self.exposure.flagged or self.placement.flagged


@dataclass(frozen=True)
class Audit:
    """The groups that may be told, and how many people are in none of them."""

    groups: tuple[Treated, ...]
    omitted: int

    @property
    def flagged(self) -> tuple[Treated, ...]:
        """Return the groups that a person should look at."""
        return tuple(group for group in self.groups if group.flagged)


def attention(place: ArrayLike, propensity: ArrayLike) -> Floats:
    """Return how much places 0, 1 ... are looked at; beyond the known ones as the last.

    Parameters
    ----------
    place : array-like of int
    propensity : array-like, shape (places,)
        As `clicks.Bias.propensity`.

    Notes
    -----
    Exposure in the sense of Singh & Joachims (KDD 2018), with measured propensities.
    """
    known = np.asarray(propensity, dtype=np.float64)
    return np.asarray(known[np.minimum(np.asarray(place, dtype=np.int64), len(known) - 1)])


def merged(labels: Sequence[str | None]) -> tuple[NDArray[Any], int]:
    """Return a label for everybody that may be told, and how many have none.

    Groups of fewer than `LEAST` become `OTHERS`; where these are together too few, they are left
    out (empty label), and with them, when it is a single group, the smallest other one joins: else
    the total minus the others would tell it. People without an answer (None) are left out.
    """
    answers = np.array([label or "" for label in labels], dtype=object)
    names, count = np.unique(answers[answers != ""].astype(str), return_counts=True)
    sizes = dict(zip(names.tolist(), count.tolist(), strict=True))
    small = [name for name in sizes if sizes[name] < LEAST]
    if small and sum(sizes[name] for name in small) < LEAST and len(sizes) > len(small):
        small.append(min((n for n in sizes if n not in small), key=lambda n: (sizes[n], n)))
    told = sum(sizes[name] for name in small) >= LEAST
    found = np.array(
        [(OTHERS if told else "") if a in small else a for a in answers.tolist()], dtype=object
    )
    return found, int((found == "").sum())


def audit(
    labels: Sequence[str | None], eligible: ArrayLike, exposure: ArrayLike, placements: ArrayLike,
    *, draws: int = 1000, seed: int = 17, kinds: int = 1,
) -> Audit:  # fmt: skip
    """Return how the groups fared, each against the best-treated one.

    Parameters
    ----------
    labels : sequence of str or None, length people
        The group of each; None where nobody asked or nobody answered.
    eligible : array-like, shape (people,)
        Lists each could have stood in (hard filters passed); people at 0 are left out.
    exposure : array-like, shape (people,)
        Sum of the attention of the places each had.
    placements : array-like, shape (people,)
    draws : int
        Bootstrap resamples of people within their group, and permutations of labels.
    seed : int
        The same seed gives the same intervals.
    kinds : int
        How many kinds of groups are audited side by side (hub, sex ...): `chance` counts them all
        (Bonferroni).

    Returns
    -------
    Audit
        Groups by name. Rates are ``sum / sum of eligible``; ratios are to the group with the highest
        rate, whose own interval is 1..1, with percentile bootstrap intervals (Efron & Tibshirani
        1993) that resample that group too. Where attention falls on few people the intervals are too
        short, so `chance` comes from labels dealt out again (permutation of people), which is exact.
        What is dealt are square roots of people's own rates, in which the few who get most do not
        hide the rest. The least ratio of all groups and then the least probability of both measures
        stand against those of each deal (min P: Westfall & Young 1993, section 2.3), so that an
        audit of a fair programme finds anything certain in at most 5 of 100.
    """
    could = np.asarray(eligible, dtype=np.float64)
    there = could > 0
    found, _none = merged([label if ok else None for label, ok in zip(labels, there, strict=True)])
    names = sorted({str(name) for name in found if name})
    rows = [np.flatnonzero(found == name) for name in names]
    both = np.array([exposure, placements], dtype=np.float64)
    rates = _rates(rows, could, both, draws, np.random.default_rng(seed), kinds) if rows else []
    treated = tuple(
        Treated(name, len(rows[n]), rates[0][n], rates[1][n]) for n, name in enumerate(names)
    )
    return Audit(treated, int(there.sum()) - sum(len(r) for r in rows))


def _rates(
    rows: list[Ints], could: Floats, got: Floats, draws: int, rng: np.random.Generator, kinds: int
) -> list[list[Rate]]:
    """Return the rates of each group for each measure; `got` has shape (measures, people)."""
    told = np.concatenate(rows)
    edges = np.cumsum([0, *(len(r) for r in rows[:-1])])

    def of(people: Ints) -> Floats:
        """Return the rates of people standing group after group, shape (measures, groups)."""
        whole = np.add.reduceat(could[people], edges)
        return np.asarray(np.add.reduceat(got[:, people], edges, axis=1) / whole)

    own = np.zeros_like(got)
    own[:, told] = np.sqrt(got[:, told] / could[told])
    sizes = np.array([len(r) for r in rows])

    def calm(people: Ints) -> Floats:
        """Return the groups' mean square roots over the largest of them."""
        means = np.add.reduceat(own[:, people], edges, axis=1) / sizes
        return np.asarray(means / np.maximum(means.max(axis=1, keepdims=True), 1e-12))

    # one draw at a time: a table of all draws would not fit for a whole country
    drawn = np.array(
        [
            of(np.concatenate([r[rng.integers(len(r), size=len(r))] for r in rows]))
            for _ in range(draws)
        ]
    )
    behind = np.array([calm(rng.permutation(told)).min(axis=1) for _ in range(draws)])
    least = np.min([_rank(column, column) for column in behind.T], axis=0)
    alone = [_rank(column, share) for column, share in zip(behind.T, calm(told), strict=True)]
    chances = [np.minimum(_rank(least, each) * kinds, 1.0) for each in alone]
    values = of(told)
    return [_compared(values[n], drawn[:, n], chances[n]) for n in range(len(got))]


def _rank(deals: Floats, values: Floats) -> Floats:
    """Return the share of deals in which some group falls as far behind as each value says."""
    below = np.searchsorted(np.sort(deals), values + 1e-12, side="right")
    return np.asarray((1 + below) / (1 + len(deals)))


def _compared(values: Floats, drawn: Floats, chance: Floats) -> list[Rate]:
    """Return the rate of each group; `drawn` has shape (draws, groups)."""
    best = int(np.argmax(values))
    if values[best] == 0:
        return [Rate(0.0, 1.0, 1.0, 1.0, 1.0) for _ in values]
    ratio = drawn / np.maximum(drawn[:, best : best + 1], 1e-12)
    low, high = np.quantile(ratio, [0.025, 0.975], axis=0)
    columns = (values, values / values[best], low, high, chance)
    return [Rate(*each) for each in zip(*(column.tolist() for column in columns), strict=True)]
