"""A live adaptive test: the answers so far in, the next item or the end with its verdict out.

Nothing is remembered between calls: answers, counts of the bank and the seed of the attempt say
everything, so a test resumes on another device where it stood. The counts move while a test runs;
whoever shows an item therefore keeps which one it was (as fixed forms do) and asks for the next only
after its answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanggar.measurement.exposure import FREE, Limits, Use
from sanggar.measurement.selection import (
    REASONS,
    VERDICTS,
    Ability,
    Pool,
    Reason,
    Rules,
    Verdict,
    ability,
    chance_above,
    choose,
    judge,
    prepare,
)  # fmt: skip

__all__ = [
    "FREE", "Answer", "Limits", "Pool", "Reason", "Rules", "Step", "Use", "Verdict", "estimate",
    "field_positions", "next_step", "prepare",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """One answered item: its place in the bank and its category 0…K-1 (for right/wrong 0 or 1).

    With `field` the place is that in the list of field-test items, and the score counts nowhere.
    """

    item: int
    score: int = 0
    field: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """What happens next, and what is known by now.

    Attributes
    ----------
    item : int or None
        Place of the next item in the bank, or of the next field-test item when `field`.
    field : bool
        Whether `item` is unscored.
    reason : str or None
        Why the test ends: ``se``, ``decision``, ``cap`` or ``empty`` (the bank has no item left).
        None while it goes on.
    verdict : str or None
        ``pass``, ``fail`` or ``undecided``; while the test goes on, what it would be now. None
        without a cut.
    theta, se : float
        Ability (EAP) and its standard error (posterior standard deviation).
    chance : float or None
        Chance of an ability at or above the cut.
    extra : bool
        Whether the next item is one of the further items for the undecided.
    """

    item: int | None
    field: bool
    reason: Reason | None
    verdict: Verdict | None
    theta: float
    se: float
    chance: float | None
    extra: bool = False


def next_step(
    pool: Pool,
    rules: Rules,
    answers: Sequence[Answer],
    use: Use,
    seed: str | int,
    *,
    field_test: int = 0,
    field_shown: Sequence[int] = (),
    barred: Collection[int] = (),
) -> Step:
    """Return the next item of an attempt, or its end.

    Parameters
    ----------
    pool : Pool
        From `prepare`; keep it as long as the bank's version.
    rules : Rules
    answers : sequence of Answer
        Everything asked so far, in order; skipped items with the lowest score.
    use : Use
        How often the bank's items were asked; may be a little old.
    seed : str or int
        Of the attempt.
    field_test : int
        Number of unscored items mixed in.
    field_shown : sequence of int
        For each field-test item how often it was shown: the least shown come first.
    barred : collection of int
        Items of the bank this person must not see (retired, or seen in an earlier attempt).

    Returns
    -------
    Step

    Raises
    ------
    ValueError
        When an answer names an item or category the bank does not have, or an item twice.
    """
    scored = _scored(pool, answers)
    known = _known(pool, scored)
    given = np.array([len(scored)], dtype=np.int64)
    why, what = judge(rules, known, given)
    reason = REASONS[int(why[0])]
    position = len(answers)
    if reason is None:
        item = _field_item(answers, seed, rules, field_test, field_shown)
        if item is not None:
            return _step(rules, known, VERDICTS[int(what[0])], item=item, field=True)
        free, taken = _left(pool, scored, barred)
        noise = chance(seed, position).random((1, len(pool)))
        best = choose(pool, rules, known, free, taken, use.prices(rules.limits), noise)
        if best[0] >= 0:
            extra = len(scored) >= rules.most
            return _step(rules, known, VERDICTS[int(what[0])], item=int(best[0]), extra=extra)
        reason = "empty"
    return _step(rules, known, VERDICTS[int(what[0])], reason=reason)


def estimate(pool: Pool, answers: Sequence[Answer]) -> tuple[float, float]:
    """Return ability (EAP) and standard error after these answers; field-test items do not count.

    Raises
    ------
    ValueError
        As `next_step`.
    """
    known = _known(pool, _scored(pool, answers))
    return float(known.mean[0]), float(known.sd[0])


def field_positions(seed: str | int, rules: Rules, number: int) -> frozenset[int]:
    """Return the places (from 0) of the unscored items in an attempt.

    They are drawn among the places before the last of the ``least`` scored items, which every test
    reaches, so that being asked an unscored item says nothing about how the test goes.
    """
    places = chance(seed, -1).permutation(max(rules.least + number - 1, number))[:number]
    return frozenset(int(p) for p in places)


def chance(seed: str | int, position: int) -> np.random.Generator:
    """Return the random generator of one place in one attempt: always the same for the same two."""
    digest = hashlib.blake2b(f"{seed}:{position}".encode(), digest_size=16).digest()
    return np.random.default_rng(int.from_bytes(digest, "big"))


def _scored(pool: Pool, answers: Sequence[Answer]) -> list[Answer]:
    """Return the answers that count, checked."""
    scored = [a for a in answers if not a.field]
    if len({a.item for a in scored}) != len(scored):
        raise ValueError("an item was answered twice")
    for a in scored:
        if not 0 <= a.item < len(pool):
            raise ValueError(f"item {a.item} of a bank of {len(pool)}")
        if not 0 <= a.score < pool.categories[a.item]:
            raise ValueError(
                f"item {a.item} has {pool.categories[a.item]} categories, not {a.score}"
            )
    return scored


def _left(
    pool: Pool, scored: Sequence[Answer], barred: Collection[int]
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.float64]]:
    """Return which items may still be asked, and how many were asked of each area."""
    items = np.array([a.item for a in scored], dtype=np.int64)
    free = np.ones((1, len(pool)), dtype=bool)
    free[0, items] = False
    free[0, [i for i in barred if 0 <= i < len(pool)]] = False
    taken = np.bincount(pool.area[items], minlength=len(pool.shares))
    return free, taken[None].astype(np.float64)


def _known(pool: Pool, scored: Sequence[Answer]) -> Ability:
    """Return what the scored answers say about the person."""
    items = np.array([a.item for a in scored], dtype=np.int64)
    scores = np.array([a.score for a in scored], dtype=np.int64)
    return ability(pool.log_p[items, scores].sum(axis=0)[None])


def _field_item(
    answers: Sequence[Answer], seed: str | int, rules: Rules, number: int, shown: Sequence[int]
) -> int | None:
    """Return the unscored item for this place: the least shown one not yet answered, or None."""
    position = len(answers)
    number = min(number, len(shown))
    if number == 0 or position not in field_positions(seed, rules, number):
        return None
    done = {a.item for a in answers if a.field}
    left: npt.NDArray[np.int64] = np.array([i for i in range(len(shown)) if i not in done])
    if len(left) == 0:
        return None
    order = chance(seed, position).random(len(left))
    return int(left[np.lexsort((order, np.asarray(shown)[left]))[0]])


def _step(
    rules: Rules,
    known: Ability,
    verdict: Verdict | None,
    *,
    item: int | None = None,
    field: bool = False,
    reason: Reason | None = None,
    extra: bool = False,
) -> Step:
    """Return a step with the numbers known by now."""
    above = None if rules.cut is None else float(chance_above(known, rules.cut)[0])
    return Step(
        item, field, reason, verdict, float(known.mean[0]), float(known.sd[0]), above, extra
    )
