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

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Fewest identical wrong answers worth a question.
FEWEST = 5
LEVEL = 0.05
#: A screened pair may be this much less likely than its quick bound says.
MARGIN = 1e3
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


def tail(p: ArrayLike, least: int) -> float:
    """Return the exact chance of at least this many successes in unequal trials.

    Parameters
    ----------
    p : array of float, shape (trials,)
    least : int

    Notes
    -----
    Poisson binomial distribution by recursion over trials. The upper tail is summed directly, so
    that chances far below 1e-16 stay exact.
    """
    chance = np.asarray(p, dtype=np.float64)
    if least <= 0:
        return 1.0
    if least > chance.size:
        return 0.0
    found = np.zeros(chance.size + 1)
    found[0] = 1.0
    for q in chance:
        found[1:] = found[1:] * (1 - q) + found[:-1] * q
        found[0] *= 1 - q
    return float(found[least:].sum())


@dataclass(frozen=True)
class _Answers:
    """Answers as numbers, and what chance makes of them.

    `match` (people, items, cells) holds the chance of each wrong option's popularity: two people
    match on an item with the inner product of their rows.
    """

    wrong: NDArray[np.float32]  # (people, items x options), 1 where this wrong option was chosen
    chance: NDArray[np.float32]  # (people, items x options), chance of choosing it
    shape: tuple[int, int, int]

    def trials(self, i: int, j: int) -> Floats:
        """Return the chance of an identical wrong answer on each item for one pair."""
        product = self.chance[i].astype(np.float64) * self.chance[j]
        return np.asarray(product.reshape(self.shape[1:]).sum(axis=1))

    def shared(self, i: int, j: int) -> Ints:
        """Return the items on which a pair gave the same wrong answer."""
        both = (self.wrong[i] * self.wrong[j]).reshape(self.shape[1:]).sum(axis=1)
        return np.asarray(np.flatnonzero(both > 0), dtype=np.int64)


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
    Wesolowsky (2000), restricted to identical wrong answers: person i chooses wrong option o of item
    j with ``(1 - p_ij) x popularity`` among wrong answers of equally able people; the number of
    matches of a pair is Poisson binomial. All pairs are screened with Chernoff's bound, the exact
    tail is computed for those that could matter, and Holm's correction counts all pairs compared.

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
    first, second = np.triu_indices(len(people), k=1)
    if rooms is not None:
        _, at = np.unique(np.array([str(r) for r in rooms]), return_inverse=True)
        if at.shape != (len(people),):
            raise ValueError("every person needs a room")
        same = at[first] == at[second]
        first, second = first[same], second[same]
    found = _screen(data, first, second, level, fewest)
    return Similarity(
        _named(data, found, len(first), level, people, items), len(first), len(people)
    )


def _screen(
    data: _Answers, first: NDArray[np.intp], second: NDArray[np.intp], level: float, fewest: int
) -> list[tuple[float, int, int]]:
    """Return (exact p, person, person) of all pairs that could be significant."""
    identical = (data.wrong @ data.wrong.T)[first, second].astype(np.float64)
    expected = (data.chance @ data.chance.T)[first, second].astype(np.float64)
    high = (identical >= fewest) & (identical > expected)
    first, second, w, mean = first[high], second[high], identical[high], expected[high]
    mean = np.maximum(mean, 1e-12)
    # Chernoff: P(W >= w) <= exp(w - mean) (mean / w)^w
    bound = w - mean + w * np.log(mean / w)
    near = bound <= np.log(level / max(len(identical), 1)) + np.log(MARGIN)
    return sorted(
        (tail(data.trials(int(i), int(j)), int(n)), int(i), int(j))
        for i, j, n in zip(first[near], second[near], w[near], strict=True)
    )


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
        shared = data.shared(i, j)
        out.append(SimilarPair(
            people[i], people[j], len(shared), float(data.trials(i, j).sum()), p, worst,
            tuple(items[int(k)] for k in shared),
        ))  # fmt: skip
    return tuple(out)
