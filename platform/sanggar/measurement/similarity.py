"""Pairs of people whose wrong answers are more alike than chance explains: a question, no verdict.

Right answers are alike because both know; the same wrong answer on many items needs an explanation.
There are innocent ones: the same lesson with the same mistake, a faulty key, a study group. So the
result names the pair, how many identical wrong answers were found and how many were to be expected,
and an officer asks. Nothing is decided here, and with a level of .05 over all pairs of an exam only
one exam in twenty has even one pair by chance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Fewest identical wrong answers worth a question.
FEWEST = 5
LEVEL = 0.05
#: Pairs whose matches stand this share of the needed normal deviation above expectation, and at
#: least so many deviations, are computed exactly. Rare matches are skewed to the right: a pair that
#: matters lies even further out than the normal deviation.
NEAR, CLOSE = 0.8, 2.0
#: People screened against all others at once.
BLOCK = 500
#: Ability groups in which the popularity of wrong options is counted, and answers of smoothing.
STRATA, SMOOTH = 3, 4.0
MISSING = -1


@dataclass(frozen=True)
class SimilarPair:
    """Two people, the wrong answers they share, and how unlikely that many are.

    ``p`` is the exact chance of at least so many; ``p_adjusted`` is corrected for all pairs that
    were compared (Holm). ``items`` are the names of the items in question.
    """

    one: str
    two: str
    identical: int
    expected: float
    p: float
    p_adjusted: float
    items: tuple[str, ...]


@dataclass(frozen=True)
class Similarity:
    """Pairs to ask about, most striking first, and how many pairs were compared."""

    pairs: tuple[SimilarPair, ...]
    compared: int
    people: int


def success(scores: ArrayLike, facility: ArrayLike) -> Floats:
    """Return the chance that each person is right on each item, given the person's score.

    Parameters
    ----------
    scores : array of float, shape (people,)
        Share of items right, 0..1.
    facility : array of float, shape (items,)
        Share of people right, 0..1.

    Returns
    -------
    ndarray, shape (people, items)

    Notes
    -----
    Wesolowsky (2000): ``(1 - (1 - r)^a)^(1/a)``, with a chosen for each person so that the mean over
    items is the score.
    """
    share = np.clip(np.asarray(scores, dtype=np.float64), 1e-3, 1 - 1e-3)
    r = np.clip(np.asarray(facility, dtype=np.float64), 1e-3, 1 - 1e-3)
    low, high = np.full(len(share), -6.0), np.full(len(share), 6.0)
    for _ in range(40):
        middle = (low + high) / 2
        less = _curve(middle, r).mean(axis=1) < share
        low, high = np.where(less, middle, low), np.where(less, high, middle)
    return _curve((low + high) / 2, r)


def _curve(log_a: Floats, r: Floats) -> Floats:
    """Return Wesolowsky's curve, rising with a."""
    a = np.exp(log_a)[:, None]
    return np.asarray((1 - (1 - r[None, :]) ** a) ** (1 / a))


def matches(
    one: ArrayLike, two: ArrayLike, same: ArrayLike, wrong_one: int, wrong_two: int
) -> Floats:
    """Return the distribution of identical wrong answers of two people whose scores are known.

    Parameters
    ----------
    one, two : array of float, shape (items,)
        Chance of each person to be wrong on each item.
    same : array of float, shape (items,)
        Chance that both choose the same wrong option when both are wrong.
    wrong_one, wrong_two : int
        How many items each got wrong.

    Returns
    -------
    ndarray, shape (min(wrong_one, wrong_two) + 1,)

    Notes
    -----
    Joint distribution of both numbers of wrong answers and of matches, by recursion over items, then
    conditioned on the first two. Without the condition chance looks larger than it is, because the
    number of wrong answers could vary as well.
    """
    most = min(wrong_one, wrong_two)
    f = np.zeros((wrong_one + 1, wrong_two + 1, most + 1))
    f[0, 0, 0] = 1.0
    trials = list(zip(np.asarray(one), np.asarray(two), np.asarray(same), strict=True))
    for t, (p, q, s) in enumerate(trials):
        # only states that can be reached, and from which the end can be reached
        rest = len(trials) - t - 1
        i0, i1 = max(wrong_one - rest, 0), min(t + 1, wrong_one) + 1
        j0, j1 = max(wrong_two - rest, 0), min(t + 1, wrong_two) + 1
        k1 = min(t + 1, most) + 1
        g = np.zeros_like(f)
        g[i0:i1, j0:j1, :k1] = f[i0:i1, j0:j1, :k1] * ((1 - p) * (1 - q))
        a, b = max(i0, 1), max(j0, 1)
        g[a:i1, j0:j1, :k1] += f[a - 1 : i1 - 1, j0:j1, :k1] * (p * (1 - q))
        g[i0:i1, b:j1, :k1] += f[i0:i1, b - 1 : j1 - 1, :k1] * ((1 - p) * q)
        both = f[a - 1 : i1 - 1, b - 1 : j1 - 1]
        g[a:i1, b:j1, :k1] += both[:, :, :k1] * (p * q * (1 - s))
        g[a:i1, b:j1, 1:k1] += both[:, :, : k1 - 1] * (p * q * s)
        f = g
    end = f[wrong_one, wrong_two]
    return np.asarray(end / max(float(end.sum()), 1e-300))


@dataclass(frozen=True)
class _Answers:
    """Answers as numbers, and what chance makes of them; options of an item stand side by side."""

    wrong: NDArray[np.float32]  # (people, items x options), 1 where this wrong option was chosen
    chance: NDArray[np.float32]  # (people, items x options), chance of choosing it
    seen: NDArray[np.bool_]  # (people, items)
    shape: tuple[int, int, int]

    def trials(self, i: int, j: int) -> Floats:
        """Return the chance of an identical wrong answer on each item for one pair."""
        product = self.chance[i].astype(np.float64) * self.chance[j]
        return np.asarray(product.reshape(self.shape[1:]).sum(axis=1))

    def shared(self, i: int, j: int) -> Ints:
        """Return the items on which a pair gave the same wrong answer."""
        both = (self.wrong[i] * self.wrong[j]).reshape(self.shape[1:]).sum(axis=1)
        return np.asarray(np.flatnonzero(both > 0), dtype=np.int64)

    def distribution(self, i: int, j: int) -> Floats:
        """Return the distribution of matches of a pair, given both scores on their common items."""
        both = self.seen[i] & self.seen[j]
        one, two = (
            self.chance[k].reshape(self.shape[1:]).sum(axis=1)[both].astype(np.float64)
            for k in (i, j)
        )
        counts = (
            int(self.wrong[k].reshape(self.shape[1:]).sum(axis=1)[both].sum()) for k in (i, j)
        )
        same = self.trials(i, j)[both] / np.maximum(one * two, 1e-12)
        return matches(one, two, np.minimum(same, 1.0), *counts)


def _prepare(choices: Ints, key: Ints) -> _Answers:
    """Return indicators and chances of wrong options for everyone."""
    people, items = choices.shape
    options = int(max(choices.max(), key.max())) + 1
    seen = choices != MISSING
    right = (choices == key) & seen
    facility = right.sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    score = right.sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    failing = (1 - success(score, facility)) * seen
    wrong = (choices[:, :, None] == np.arange(options)) & (seen & ~right)[:, :, None]
    overall = wrong.sum(axis=0).astype(np.float64)
    total = np.maximum(overall.sum(axis=1, keepdims=True), 1)
    chance = np.zeros((people, items, options))
    # distractors attract the able and the less able differently
    for rows in np.array_split(np.argsort(score, kind="stable"), STRATA):
        counts = wrong[rows].sum(axis=0) + SMOOTH * overall / total
        popular = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1e-12)
        chance[rows] = failing[rows, :, None] * popular[None]
    flat = (people, items * options)
    return _Answers(
        wrong.reshape(flat).astype(np.float32),
        chance.reshape(flat).astype(np.float32),
        seen,
        (people, items, options),
    )


def similar(
    choices: ArrayLike,
    key: ArrayLike,
    people: Sequence[str],
    items: Sequence[str],
    *,
    rooms: Sequence[str] | None = None,
    level: float = LEVEL,
    fewest: int = FEWEST,
) -> Similarity:
    """Return the pairs of people to ask about.

    Parameters
    ----------
    choices : array of int, shape (people, items)
        Chosen option 0, 1, 2, …; -1 where an item was not shown or not answered.
    key : array of int, shape (items,)
        The right option.
    people, items : sequence of str
        Names of rows and columns.
    rooms : sequence of str, optional
        Session of each person; only people of the same session are compared.
    level : float
        Chance that an exam without any copying has even one pair here.
    fewest : int
        Pairs with fewer identical wrong answers are never named.

    Returns
    -------
    Similarity

    Notes
    -----
    After Wesolowsky (2000), restricted to identical wrong answers: person i chooses wrong option o
    of item j with ``(1 - p_ij) x popularity`` among wrong answers of equally able people. All pairs
    are screened by a normal approximation; for those that could matter the exact distribution given
    both scores (`matches`) is computed. Holm's correction counts all pairs compared.

    Raises
    ------
    ValueError
        Tables that do not fit together.
    """
    table, right = np.asarray(choices, dtype=np.int64), np.asarray(key, dtype=np.int64)
    if table.shape != (len(people), len(items)) or right.shape != (len(items),):
        raise ValueError(
            "choices need one row per person and one column per item, key one per item"
        )
    if table.size and (table.min() < MISSING or right.min(initial=0) < 0):
        raise ValueError("options are counted from 0; -1 means no answer")
    if len(people) < 2 or not len(items):
        return Similarity((), 0, len(people))
    data = _prepare(table, right)
    at = _rooms(rooms, len(people))
    sizes = np.bincount(at)
    compared = int((sizes * (sizes - 1) // 2).sum())
    found = _screen(data, at, level / max(compared, 1), fewest)
    return Similarity(_named(data, found, compared, level, people, items), compared, len(people))


def _rooms(rooms: Sequence[str] | None, people: int) -> Ints:
    """Return the number of each person's room; without rooms all sit in one."""
    if rooms is None:
        return np.zeros(people, dtype=np.int64)
    if len(rooms) != people:
        raise ValueError("every person needs a room")
    names = np.array([str(room) for room in rooms])
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


def _screen(data: _Answers, room: Ints, needed: float, fewest: int) -> list[tuple[float, int, int]]:
    """Return (exact p, person, person) of all pairs that could be significant, smallest p first."""
    from scipy.special import ndtri

    limit = max(-float(ndtri(needed)) * NEAR, CLOSE)
    found = []
    for start in range(0, len(room), BLOCK):
        rows = np.arange(start, min(start + BLOCK, len(room)))
        identical, z = _deviations(data, rows)
        later = np.arange(len(room))[None, :] > rows[:, None]
        near = later & (room[rows][:, None] == room) & (identical >= fewest) & (z >= limit)
        for i, j in np.argwhere(near):
            one, two, w = int(rows[i]), int(j), round(float(identical[i, j]))
            found.append((float(data.distribution(one, two)[w:].sum()), one, two))
    return sorted(found)


def _deviations(data: _Answers, rows: NDArray[np.intp]) -> tuple[Floats, Floats]:
    """Return identical wrong answers and how many deviations they lie above expectation.

    Mean and variance of the matches given both numbers of wrong answers, as if all three were
    normal: the regression of matches on the two numbers.
    """
    people, items, options = data.shape
    chance, seen = data.chance, data.seen.astype(np.float32)
    fails = chance.reshape(data.shape).sum(axis=2)
    wrong = data.wrong.reshape(data.shape).sum(axis=2)
    weighted = (chance.reshape(data.shape) * fails[:, :, None]).reshape(people, -1)
    identical = (data.wrong[rows] @ data.wrong.T).astype(np.float64)
    mean = (chance[rows] @ chance.T).astype(np.float64)
    square = np.zeros_like(mean)
    for k in range(items):
        cells = chance[:, k * options : (k + 1) * options]
        square += (cells[rows] @ cells.T).astype(np.float64) ** 2
    variance, centre = mean - square, mean.copy()
    for side in (True, False):
        pick, other = (rows, slice(None)) if side else (slice(None), rows)

        def cross(
            one: Any, two: Any, side: bool = side, pick: Any = pick, other: Any = other
        ) -> Floats:
            table = one[pick] @ two[other].T
            return np.asarray(table if side else table.T, dtype=np.float64)

        spread = np.maximum(cross(fails * (1 - fails), seen), 1e-6)
        covariance = mean - cross(weighted, chance)
        centre += covariance / spread * (cross(wrong, seen) - cross(fails, seen))
        variance -= covariance**2 / spread
    floor = np.maximum(0.1 * mean, 1e-3)
    return identical, (identical - centre) / np.sqrt(np.maximum(variance, floor))


def _named(
    data: _Answers, found: list[tuple[float, int, int]], compared: int, level: float,
    people: Sequence[str], items: Sequence[str],
) -> tuple[SimilarPair, ...]:  # fmt: skip
    """Return the pairs that stay below the level after Holm's correction."""
    out, worst = [], 0.0
    for rank, (p, i, j) in enumerate(found):
        worst = max(worst, min(1.0, p * (compared - rank)))
        if worst >= level:
            break
        shared, chance = data.shared(i, j), data.distribution(i, j)
        expected = float(chance @ np.arange(len(chance)))
        out.append(SimilarPair(
            people[i], people[j], len(shared), expected, p, worst,
            tuple(items[int(k)] for k in shared),
        ))  # fmt: skip
    return tuple(out)
