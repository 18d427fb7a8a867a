"""Abilities from responses: EAP, MAP and WLE with standard errors, for any bank.

Ability is normal with mean 0 and deviation 1 before anything is known (`eap`, `map_`); the weighted
likelihood of Warm (`wle`) needs no such assumption. All three work on every person at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt

from sanggar.measurement.irt import TINY, Bank, Floats, categories, item_information

Method = Literal["eap", "map", "wle"]
Codes = npt.NDArray[np.int64]

METHODS: tuple[Method, ...] = ("eap", "map", "wle")
#: the quadrature of EAP, as R's mirt has it
NODES: Floats = np.linspace(-6.0, 6.0, 61)
#: MAP and WLE look for the highest point here, first coarsely, then by Newton steps
GAP, FAR = 0.5, 40.0
COARSE: Floats = np.arange(-12.0, 12.0 + GAP, GAP)
MOST_STEPS, EXACT = 60, 1e-6
#: persons scored together; keeps the arrays small
BATCH = 2000
#: fewer persons than this are looked up one by one
FEW = 20


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """Abilities.

    Attributes
    ----------
    theta, se : ndarray, shape (persons,)
        Ability and its standard error; under ``wle`` both are ``nan`` where nothing was answered.
    """

    theta: Floats
    se: Floats


def score(bank: Bank, codes: npt.ArrayLike, method: Method = "eap") -> Scores:
    """Estimate abilities.

    Parameters
    ----------
    bank : Bank
    codes : array_like of int, shape (persons, items) or (items,)
        The category of each answer counted from 0 (for right/wrong items the score), -1 = missing.
    method : str
        ``eap``: mean and deviation of the posterior on 61 nodes from -6 to 6 (Bock & Mislevy, 1982).
        ``map``: its mode, SE from its curvature. ``wle``: the mode of the likelihood times the root
        of the test information, SE from its curvature, as ``mirt::fscores(method = "WLE")`` has
        it; Warm (1989) proved it nearly unbiased under the models without c.

    Returns
    -------
    Scores

    Raises
    ------
    ValueError
        When the shape or a category does not fit the bank.
    """
    table = np.atleast_2d(np.asarray(codes, dtype=np.int64))
    if table.ndim != 2 or table.shape[1] != len(bank):
        raise ValueError(f"answers to {table.shape[-1]} items, a bank of {len(bank)}")
    if (table < -1).any() or (table >= bank.categories).any():
        raise ValueError("an answer lies outside the categories of its item")
    different, inverse = np.unique(table, axis=0, return_inverse=True) if len(table) > 1 else (
        table, np.zeros(1, dtype=np.int64)
    )  # fmt: skip
    run = {"eap": _eap, "map": _map, "wle": _wle}[method]
    parts = [run(bank, different[i : i + BATCH]) for i in range(0, len(different), BATCH)]
    theta = np.concatenate([part.theta for part in parts])
    se = np.concatenate([part.se for part in parts])
    return Scores(theta[inverse.ravel()], se[inverse.ravel()])


def log_likelihood(bank: Bank, codes: Codes, theta: Floats) -> Floats:
    """Return the log-likelihood of every person at every ability.

    Parameters
    ----------
    bank : Bank
    codes : ndarray of int, shape (persons, items)
    theta : ndarray, shape (abilities,)

    Returns
    -------
    ndarray, shape (persons, abilities)
    """
    return _heights(_logs(bank, theta), codes)


def _logs(bank: Bank, theta: Floats) -> Floats:
    """Return log probabilities, shape (items, categories, abilities)."""
    p, _, _ = categories(bank, theta)
    return np.ascontiguousarray(np.log(np.maximum(p, TINY**2)).transpose(1, 2, 0))


@lru_cache(maxsize=32)
def _known(bank: Bank) -> tuple[Floats, Floats, Floats]:
    """Return log probabilities at `NODES` and `COARSE` and the information at `COARSE`.

    They are kept for the banks in use, so scoring one person costs no more than one of many.
    """
    return _logs(bank, NODES), _logs(bank, COARSE), item_information(bank, COARSE).T.copy()


def _heights(logs: Floats, codes: Codes) -> Floats:
    """Return the log-likelihood of every person from log probabilities."""
    if len(codes) < FEW:
        answered = [np.flatnonzero(row >= 0) for row in codes]
        rows = zip(codes, answered, strict=True)
        return np.stack([logs[items, row[items]].sum(axis=0) for row, items in rows])
    marks = codes[:, :, None] == np.arange(logs.shape[1])
    return np.asarray(
        marks.reshape(len(codes), -1).astype(np.float64) @ logs.reshape(-1, logs.shape[2])
    )


def _eap(bank: Bank, codes: Codes) -> Scores:
    """Return mean and deviation of the posterior."""
    joint = _heights(_known(bank)[0], codes) - 0.5 * NODES**2
    weights = np.exp(joint - joint.max(axis=1, keepdims=True))
    weights /= weights.sum(axis=1, keepdims=True)
    mean = weights @ NODES
    spread = (weights * (NODES - mean[:, None]) ** 2).sum(axis=1)
    return Scores(mean, np.sqrt(spread))


def _map(bank: Bank, codes: Codes) -> Scores:
    """Return the mode of the posterior and its standard error."""
    start = _heights(_known(bank)[1], codes) - 0.5 * COARSE**2

    def slopes(theta: Floats, rows: Codes) -> tuple[Floats, Floats]:
        first, second, _, _ = _derivatives(bank, rows, theta)
        return first - theta, second - 1.0

    theta = _climb(slopes, codes, start)
    _, curvature = slopes(theta, codes)
    return Scores(theta, 1.0 / np.sqrt(np.maximum(-curvature, TINY)))


def _wle(bank: Bank, codes: Codes) -> Scores:
    """Return the mode of the weighted likelihood; nan where nothing was answered."""
    theta, se = np.full(len(codes), np.nan), np.full(len(codes), np.nan)
    answered = (codes >= 0).any(axis=1)
    if not answered.any():
        return Scores(theta, se)
    rows = codes[answered]
    _, coarse, each = _known(bank)
    test = (rows >= 0).astype(np.float64) @ each
    start = _heights(coarse, rows) + 0.5 * np.log(np.maximum(test, TINY**2))

    def slopes(at: Floats, some: Codes) -> tuple[Floats, Floats]:
        first, _, info, change = _derivatives(bank, some, at)
        return first + 0.5 * change / np.maximum(info, TINY**2), -info

    found = _climb(slopes, rows, start)
    step = 1e-4
    beside = np.concatenate([found + step, found - step])
    slope, _ = slopes(beside, np.concatenate([rows, rows]))
    curvature = (slope[: len(rows)] - slope[len(rows) :]) / (2 * step)
    flat = curvature > -TINY
    curvature[flat] = slopes(found[flat], rows[flat])[1]
    theta[answered], se[answered] = found, 1.0 / np.sqrt(np.maximum(-curvature, TINY))
    return Scores(theta, se)


def _derivatives(bank: Bank, codes: Codes, theta: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Return, each person at the own ability, two derivatives of the log-likelihood, the test
    information of the items answered and its derivative."""
    answered = codes >= 0
    if bank.model not in ("grm", "gpcm"):
        return _of_right_and_wrong(bank, codes == 1, answered, theta)
    p, d1, d2 = categories(bank, theta)
    p = np.maximum(p, TINY**2)
    place = np.where(answered, codes, 0)[:, :, None]
    ratio, bend = d1 / p, d2 / p
    own = np.take_along_axis(ratio, place, axis=2)[:, :, 0]
    curve = np.take_along_axis(bend, place, axis=2)[:, :, 0]
    info = (d1 * ratio).sum(axis=2)
    change = (2.0 * d1 * bend - d1 * ratio**2).sum(axis=2)
    return (
        (own * answered).sum(axis=1),
        ((curve - own**2) * answered).sum(axis=1),
        (info * answered).sum(axis=1),
        (change * answered).sum(axis=1),
    )


def _of_right_and_wrong(
    bank: Bank, right: npt.NDArray[np.bool_], answered: npt.NDArray[np.bool_], theta: Floats
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return `_derivatives` of items with two categories, with half the work."""
    star = 0.5 + 0.5 * np.tanh(0.5 * bank.a * (theta[:, None] - bank.b[:, 0]))
    q = np.maximum((1.0 - bank.c) * (1.0 - star), TINY**2)
    p = np.maximum(1.0 - q, TINY**2) if bank.c.any() else np.maximum(star, TINY**2)
    d1 = bank.a * star * q * answered
    d2 = d1 * bank.a * (1.0 - 2.0 * star)
    each = np.where(right, 1.0 / p, -1.0 / q)
    own, both = d1 * each, p * q
    gain = d1 / both
    change = gain * (2.0 * d2 - d1 * gain * (q - p))
    return (
        own.sum(axis=1), (d2 * each - own**2).sum(axis=1),
        (d1 * gain).sum(axis=1), change.sum(axis=1),
    )  # fmt: skip


def _top(start: Floats, best: Codes) -> Floats:
    """Return where a parabola through the highest coarse value and its neighbours has its top."""
    middle = np.clip(best, 1, start.shape[1] - 2)
    rows = np.arange(len(best))
    left, at, right = (start[rows, middle + shift] for shift in (-1, 0, 1))
    bend = left - 2.0 * at + right
    top = np.where(bend < -TINY, 0.5 * (left - right) / np.minimum(bend, -TINY), 0.0)
    return np.asarray(np.where(middle == best, np.clip(top, -0.5, 0.5), 0.0), dtype=np.float64)


def _climb(
    slopes: Callable[[Floats, Codes], tuple[Floats, Floats]], codes: Codes, start: Floats
) -> Floats:
    """Return where the slope is 0 near the highest coarse value: secant steps in a bracket."""
    best = start.argmax(axis=1)
    theta: Floats = COARSE[best] + GAP * _top(start, best)
    low = np.where(best == 0, -FAR, theta - GAP)
    high = np.where(best == len(COARSE) - 1, FAR, theta + GAP)
    before, level = np.full(len(theta), np.nan), np.zeros(len(theta))
    left = np.arange(len(theta))
    for _ in range(MOST_STEPS):
        at = theta[left]
        slope, bend = slopes(at, codes[left])
        with np.errstate(invalid="ignore", divide="ignore"):
            secant = (slope - level[left]) / (at - before[left])
        bend = np.where(secant < 0, secant, bend)
        rising = slope > 0
        low[left] = np.where(rising, at, low[left])
        high[left] = np.where(rising, high[left], at)
        target = at - slope / np.minimum(bend, -TINY)
        inside = (target > low[left]) & (target < high[left])
        target = np.where(inside, target, 0.5 * (low[left] + high[left]))
        before[left], level[left], theta[left] = at, slope, target
        left = left[np.abs(target - at) > EXACT]
        if not len(left):
            break
    return theta
