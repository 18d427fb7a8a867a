"""A small exchange by lot: the only honest way to learn how often each place of a list is looked at.

Whoever stands first is opened because he stands first. Now and then two neighbours in score change
places for a day; what the same talent earns at two places says how much the place does
(`rankers.clicks`). Nobody loses a place to a clearly worse fit, nobody leaves the first screen, and
the place kept for newcomers stays where it is.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from sanggar.rankers.clicks import SHARE, swap

#: places of the first screen
TOP = 5
#: Differences in score (0..1) that nobody would notice in the work.
COST = 0.03


@dataclass(frozen=True)
class Shown:
    """Who stands at a place.

    Attributes
    ----------
    at : int
        Index in the order before the exchange.
    propensity : float
        Probability that this talent stood at just this place.
    """

    at: int
    propensity: float


def seed(brief_id: int, day: date) -> int:
    """Return the seed of a list: the same brief looks the same all day, whoever opens it."""
    return int.from_bytes(hashlib.sha256(f"{brief_id}/{day}".encode()).digest()[:8])


def exchange(
    scores: Sequence[float], kept: Sequence[bool], seed: int, *, share: float = SHARE,
    top: int = TOP, cost: float = COST,
) -> list[Shown]:  # fmt: skip
    """Return the order in which a list is shown, with the probability of each place.

    Parameters
    ----------
    scores : sequence of float
        In the order of the list, after re-ranking.
    kept : sequence of bool
        The place that is reserved: it never moves.
    seed : int
        From `seed`.
    share : float
        Probability that two places are drawn.
    top : int
        Only these places take part.
    cost : float
        A drawn pair whose scores differ by more stays as it is.

    Notes
    -----
    `rankers.clicks.swap` draws the pair among all pairs of the first `top` places, so each that may
    change does so with probability ``share / pairs``, whatever the others are; what is left is the
    probability that nothing changes.
    """
    order, _ = swap(len(scores), np.random.default_rng(seed), share=share, top=top)
    places = min(len(scores), top)
    pairs = places * (places - 1) // 2

    def may(first: int, second: int) -> bool:
        return not (kept[first] or kept[second]) and abs(scores[first] - scores[second]) <= cost

    moved = [n for n in range(len(scores)) if order[n] != n]
    if moved and not may(*moved):
        order = np.arange(len(scores))
    each = share / pairs if pairs else 0.0
    partners = [
        sum(may(n, other) for other in range(places) if other != n) if n < places else 0
        for n in range(len(scores))
    ]
    return [
        Shown(int(at), 1.0 - each * partners[n] if at == n else each) for n, at in enumerate(order)
    ]
