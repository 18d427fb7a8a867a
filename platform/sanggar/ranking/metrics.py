"""How good an order is: NDCG with ties shared, and how sure one can be of a difference."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence


def ndcg(labels: Sequence[float], scores: Sequence[float], k: int = 5) -> float:
    """Return the normalised discounted cumulative gain of the first `k`, 0..1.

    Parameters
    ----------
    labels : sequence of float
        Gain of each item, 0 or more.
    scores : sequence of float
        Higher stands first. Items with equal scores share the mean gain of their places, so that an
        order nobody meant earns nothing (as ``sklearn.metrics.ndcg_score``).
    k : int

    Returns
    -------
    float
        DCG / ideal DCG with discounts 1 / log2(place + 1); 0 when no label is positive.
    """
    discounts = [1 / math.log2(place + 2) if place < k else 0.0 for place in range(len(labels))]
    ideal = sum(d * gain for d, gain in zip(discounts, sorted(labels, reverse=True), strict=True))
    if ideal == 0:
        return 0.0
    order = sorted(range(len(labels)), key=lambda n: -scores[n])
    found, place = 0.0, 0
    while place < len(order):
        tied = place
        while tied < len(order) and scores[order[tied]] == scores[order[place]]:
            tied += 1
        mean = sum(labels[n] for n in order[place:tied]) / (tied - place)
        found += mean * sum(discounts[place:tied])
        place = tied
    return found / ideal


def bootstrap(
    differences: Sequence[float], *, draws: int = 2000, seed: int = 17
) -> tuple[float, float]:
    """Return the 95 % percentile interval of the mean of `differences` (one for each brief).

    Parameters
    ----------
    differences : sequence of float
        Paired differences of a measure, one for each independent unit.
    draws : int
        Resamples.
    seed : int
        The same seed gives the same interval.
    """
    if not differences:
        return 0.0, 0.0
    chance = random.Random(seed)  # noqa: S311 - statistics, not secrets
    size = len(differences)
    means = sorted(sum(chance.choices(differences, k=size)) / size for _ in range(draws))
    return means[int(0.025 * draws)], means[int(0.975 * draws) - 1]
