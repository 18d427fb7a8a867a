"""Simulated adaptive tests: what a bank and its rules will do, before anybody sits the test.

Persons come in blocks that are tested at the same time and see the counts from before their block,
as concurrent attempts on a live site do.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import cast

import numpy as np
import numpy.typing as npt

from sanggar.measurement.adaptive import chance
from sanggar.measurement.exposure import AIM, SELDOM, Use
from sanggar.measurement.selection import GRID, Pool, Rules, ability, choose, judge, some

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """What a simulation saw; one row a person.

    Attributes
    ----------
    truth, theta, se : ndarray, shape (persons,)
        True ability, estimate and its standard error.
    items, scores : ndarray of int, shape (persons, longest)
        What was asked, in order, and the score; -1 after the end.
    reason, verdict : ndarray of int, shape (persons,)
        Places in `selection.REASONS` (0: the bank was empty) and `selection.VERDICTS`.
    """

    truth: Floats
    theta: Floats
    se: Floats
    items: Ints
    scores: Ints
    reason: Ints
    verdict: Ints

    @property
    def length(self) -> Ints:
        """Return the number of items each person was asked."""
        return np.asarray((self.items >= 0).sum(axis=1), dtype=np.int64)

    def asked(self, items: int) -> Ints:
        """Return how many persons were asked each item of a bank of this size."""
        return np.bincount(self.items[self.items >= 0], minlength=items)

    def shares(self, pool: Pool) -> Floats:
        """Return the share of each area in each person's test, shape (persons, areas)."""
        rows = np.where((self.items >= 0)[..., None], pool.member[self.items], 0.0).sum(axis=1)
        return np.asarray(rows / np.maximum(rows.sum(axis=1, keepdims=True), 1))


def _alone() -> AbstractContextManager[object]:
    """Keep the linear algebra to one thread: on arrays this small more of them only wait."""
    # not needed by a live test
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    return cast(AbstractContextManager[object], threadpool_limits(limits=1))


def run(
    pool: Pool, rules: Rules, truth: Floats, use: Use, seed: int, *, block: int = 20
) -> Outcome:
    """Simulate adaptive tests of persons with these abilities.

    Parameters
    ----------
    pool : Pool
    rules : Rules
    truth : ndarray, shape (persons,)
        True abilities, in the order in which people come.
    use : Use
        Counts and prices at the beginning.
    seed : int
        Person i is tested as the attempt with the seed ``f"{seed}-{i}"`` would be.
    block : int
        Persons tested at the same time; counts are renewed between blocks.

    Returns
    -------
    Outcome
    """
    parts = []
    for start in range(0, len(truth), block):
        persons = np.arange(start, min(start + block, len(truth)))
        price = use.prices(rules.limits)
        seeds = [f"{seed}-{i}" for i in persons]
        with _alone():
            part = _block(pool, rules, truth[persons], price, seeds)
        parts.append(part)
        use = use.after(part.asked(len(pool)), len(persons))
    fields = ("truth", "theta", "se", "items", "scores", "reason", "verdict")
    return Outcome(**{f: np.concatenate([getattr(p, f) for p in parts]) for f in fields})


def _block(pool: Pool, rules: Rules, truth: Floats, price: Floats, seeds: list[str]) -> Outcome:
    """Test some persons at the same time."""
    persons, longest = len(truth), min(rules.most + rules.more, len(pool))
    likelihood = np.zeros((persons, pool.log_p.shape[2]))
    items = np.full((persons, longest), -1)
    scores = np.full((persons, longest), -1)
    free = np.ones((persons, len(pool)), dtype=bool)
    taken = np.zeros((persons, len(pool.shares)))
    going = np.ones(persons, dtype=bool)
    given = np.zeros(persons, dtype=np.int64)
    for place in range(longest + 1):
        known = ability(likelihood)
        reason, verdict = judge(rules, known, given)
        going &= reason == 0
        rows = np.flatnonzero(going)
        if place == longest or len(rows) == 0:
            break
        draws = [chance(seeds[i], place) for i in rows]
        noise = np.stack([draw.random(len(pool)) for draw in draws])
        best = choose(pool, rules, some(known, rows), free[rows], taken[rows], price, noise)
        going[rows[best < 0]] = False
        luck = np.array([draw.random() for draw in draws])[best >= 0]
        rows, best = rows[best >= 0], best[best >= 0]
        score = _answer(pool, truth[rows], best, luck)
        items[rows, place], scores[rows, place] = best, score
        likelihood[rows] += pool.log_p[best, score]
        free[rows, best] = False
        taken[rows, pool.area[best]] += 1
        given[rows] += 1
    return Outcome(truth, known.mean, known.sd, items, scores, reason, verdict)


def _answer(pool: Pool, truth: Floats, items: Ints, luck: Floats) -> Ints:
    """Return the categories persons reach, by their place between two nodes of the grid."""
    place = np.clip((truth - GRID[0]) / (GRID[1] - GRID[0]), 0, len(GRID) - 1.001)
    left = place.astype(np.int64)
    share = (place - left)[:, None]
    p = (1 - share) * np.exp(pool.log_p[items, :, left]) + share * np.exp(
        pool.log_p[items, :, left + 1]
    )
    reached = p.cumsum(axis=1)
    score = (luck[:, None] * reached[:, -1:] >= reached).sum(axis=1)
    return np.asarray(np.minimum(score, pool.categories[items] - 1), dtype=np.int64)


def settle(pool: Pool, rules: Rules, seed: int = 1, *, tests: int = 2000, block: int = 50) -> Use:
    """Return the use of a new bank with the prices a long simulation ends with.

    Run it when a bank is calibrated, not while somebody waits: about 20 ms a block of 50.

    Parameters
    ----------
    pool : Pool
    rules : Rules
    seed : int
    tests, block : int
        Simulated persons (standard normal abilities), and how many between two moves of the prices.

    Returns
    -------
    Use
        No counts, and prices `high` and `low`: the mean of the last 40 % of the steps.

    Notes
    -----
    Projected subgradient steps that get smaller, with averaging: Polyak & Juditsky (1992), SIAM
    Journal on Control and Optimization 30, 838-855.
    """
    limits = rules.limits
    high, low = np.zeros(len(pool)), np.zeros(len(pool))
    kept: list[tuple[Floats, Floats]] = []
    truth = np.random.default_rng(seed).standard_normal(tests)
    steps = max(1, tests // block)
    for step in range(steps):
        persons = np.arange(step * block, min((step + 1) * block, tests))
        price = Use.of(np.zeros(len(pool)), 0.0, high, low).prices(limits)
        seeds = [f"settle-{seed}-{i}" for i in persons]
        with _alone():
            asked = _block(pool, rules, truth[persons], price, seeds).asked(len(pool))
        rate = limits.rate * max(0.1, 1 - step / (0.6 * steps))
        high = np.maximum(0.0, high + rate * (asked - AIM * limits.ceiling * len(persons)))
        low = np.maximum(0.0, low + SELDOM * rate * (limits.floor * len(persons) - asked))
        if step >= 0.6 * steps - 1:
            kept.append((high, low))
    mean = [np.mean([pair[k] for pair in kept], axis=0) for k in (0, 1)]
    return Use.of(np.zeros(len(pool)), 0.0, mean[0], mean[1])
