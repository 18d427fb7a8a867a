"""Item response theory as formulas: what calibration, scoring and adaptive tests compute alike.

Everything is in the IRT metric without the constant 1.7. `probability` and `information` take plain
arrays of dichotomous items and broadcast; `Bank` holds the parameters of any model, and its functions
return one array (ability, item, category). A dichotomous item is a polytomous one with two
categories, so one bank may hold both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Model = Literal["rasch", "1pl", "2pl", "3pl", "grm", "gpcm"]

MODELS: tuple[Model, ...] = ("rasch", "1pl", "2pl", "3pl", "grm", "gpcm")
#: probabilities are kept this far from 0 and 1 before a logarithm or a division
TINY = 1e-12


def _logistic(z: Floats) -> Floats:
    """Return 1 / (1 + exp(-z)) without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * z)), dtype=np.float64)


def probability(
    theta: npt.ArrayLike, a: npt.ArrayLike, b: npt.ArrayLike, c: npt.ArrayLike = 0.0
) -> Floats:
    """Return the probability of a right answer under the 3PL (2PL with ``c = 0``).

    Parameters
    ----------
    theta, a, b, c : array_like
        Ability, slope, difficulty and lower asymptote; they broadcast against each other. For a grid
        of abilities against a bank pass ``theta[:, None]`` and the item arrays.

    Returns
    -------
    ndarray
        ``c + (1 - c) / (1 + exp(-a (theta - b)))`` in the broadcast shape.

    Notes
    -----
    Birnbaum, in Lord & Novick (1968), chapter 17; no constant 1.7.
    """
    lower = np.asarray(c, dtype=np.float64)
    z = np.asarray(a, dtype=np.float64) * (np.asarray(theta, dtype=np.float64) - np.asarray(b))
    return np.asarray(lower + (1.0 - lower) * _logistic(z), dtype=np.float64)


def information(
    theta: npt.ArrayLike, a: npt.ArrayLike, b: npt.ArrayLike, c: npt.ArrayLike = 0.0
) -> Floats:
    """Return the Fisher information of dichotomous items about ability.

    Parameters
    ----------
    theta, a, b, c : array_like
        As in `probability`; they broadcast.

    Returns
    -------
    ndarray
        ``a² (1 - P)/P ((P - c)/(1 - c))²`` in the broadcast shape.

    Notes
    -----
    Lord (1980), *Applications of item response theory*, equation 4-43.
    """
    slope = np.asarray(a, dtype=np.float64)
    lower = np.asarray(c, dtype=np.float64)
    star = _logistic(slope * (np.asarray(theta, dtype=np.float64) - np.asarray(b)))
    p = np.maximum(lower + (1.0 - lower) * star, TINY)
    # (P - c)/(1 - c) is the logistic part itself, and 1 - P = (1 - c)(1 - P*)
    return np.asarray(slope**2 * (1.0 - lower) * (1.0 - star) * star**2 / p, dtype=np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Bank:
    """The parameters of a set of items.

    Attributes
    ----------
    model : str
        One of `MODELS`: how `b` is to be read.
    names : tuple of str
        One name an item.
    a : ndarray, shape (items,)
        Slopes.
    b : ndarray, shape (items, most thresholds)
        Difficulties (one column), thresholds (``grm``) or steps (``gpcm``); rows of items with fewer
        categories end in ``nan``.
    c : ndarray, shape (items,)
        Lower asymptotes; 0 except under the 3PL.
    """

    model: Model
    names: tuple[str, ...]
    a: Floats
    b: Floats
    c: Floats

    @classmethod
    def of(
        cls,
        a: Sequence[float] | Floats,
        b: Sequence[float | Sequence[float]] | Floats,
        c: Sequence[float] | Floats | float = 0.0,
        *,
        model: Model = "2pl",
        names: Sequence[str] = (),
    ) -> Bank:
        """Return a bank of slopes, difficulties (a number or a list an item) and asymptotes.

        Raises
        ------
        ValueError
            When lengths differ, a number is not finite, ``c`` lies outside 0..1, an item has no
            difficulty, the thresholds of a ``grm`` item do not rise (fall, where its slope is
            negative), or an item of a dichotomous model has several difficulties.
        """
        rows = [np.atleast_1d(np.asarray(row, dtype=np.float64)) for row in b]
        rows = [row[~np.isnan(row)] for row in rows]
        slopes = np.asarray(a, dtype=np.float64)
        lower = np.array(np.broadcast_to(np.asarray(c, dtype=np.float64), slopes.shape))
        labels = tuple(names) or tuple(str(i + 1) for i in range(len(rows)))
        if not slopes.shape == (len(rows),) == (len(labels),):
            raise ValueError(f"{len(slopes)} slopes, {len(rows)} difficulties, {len(labels)} names")
        for label, row, slope in zip(labels, rows, slopes, strict=True):
            if len(row) == 0 or (len(row) > 1 and model not in ("grm", "gpcm")):
                raise ValueError(f"{label}: {len(row)} difficulties under the model {model}")
            if model == "grm" and not (np.diff(row) * np.copysign(1.0, slope) > 0).all():
                raise ValueError(f"{label}: thresholds must rise")
        if not (np.isfinite(slopes).all() and all(np.isfinite(row).all() for row in rows)):
            raise ValueError("a slope or difficulty is not a finite number")
        if not ((lower >= 0) & (lower < 1)).all():
            raise ValueError("a lower asymptote lies outside 0..1")
        steps = np.full((len(rows), max(map(len, rows), default=1)), np.nan)
        for i, row in enumerate(rows):
            steps[i, : len(row)] = row
        return cls(model, labels, slopes, steps, lower)

    def __len__(self) -> int:
        """Return the number of items."""
        return len(self.names)

    @property
    def categories(self) -> npt.NDArray[np.int64]:
        """Return the number of categories of each item (2 for right/wrong)."""
        return np.asarray((~np.isnan(self.b)).sum(axis=1) + 1, dtype=np.int64)

    def take(self, items: Sequence[int] | npt.NDArray[np.int64]) -> Bank:
        """Return the bank of these items, in this order."""
        index = np.asarray(items, dtype=np.int64)
        names = tuple(self.names[i] for i in index)
        return Bank(self.model, names, self.a[index], self.b[index], self.c[index])


def categories(bank: Bank, theta: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    """Return the probability of each category and its first two derivatives by ability.

    Parameters
    ----------
    bank : Bank
    theta : array_like, shape (abilities,)

    Returns
    -------
    p, d1, d2 : ndarray, each of shape (abilities, items, most categories)
        Categories an item does not have carry 0 everywhere.

    Notes
    -----
    Graded response: Samejima (1969); generalised partial credit: Muraki (1992), steps as in
    ``mirt::coef(IRTpars = TRUE)``; dichotomous models: `probability`.
    """
    grid = np.atleast_1d(np.asarray(theta, dtype=np.float64))
    if bank.model == "grm":
        return _graded(bank, grid)
    if bank.model == "gpcm":
        return _partial_credit(bank, grid)
    slope, lower = bank.a[None, :], bank.c[None, :]
    star = _logistic(slope * (grid[:, None] - bank.b[None, :, 0]))
    right = lower + (1.0 - lower) * star
    d1 = (1.0 - lower) * slope * star * (1.0 - star)
    d2 = d1 * slope * (1.0 - 2.0 * star)
    wrong = (1.0 - lower) * (1.0 - star)
    return np.stack([wrong, right], -1), np.stack([-d1, d1], -1), np.stack([-d2, d2], -1)


def _graded(bank: Bank, grid: Floats) -> tuple[Floats, Floats, Floats]:
    """Return `categories` of graded items: differences of cumulative curves."""
    slope = bank.a[None, :, None]
    z = slope * (grid[:, None, None] - bank.b[None])
    absent = np.isnan(z)
    star = np.where(absent, 0.0, _logistic(np.where(absent, 0.0, z)))
    s1 = slope * star * (1.0 - star)
    s2 = s1 * slope * (1.0 - 2.0 * star)
    edge = np.zeros((*star.shape[:2], 1))
    p = np.concatenate([edge + 1.0, star], -1) - np.concatenate([star, edge], -1)
    d1 = np.concatenate([edge, s1], -1) - np.concatenate([s1, edge], -1)
    d2 = np.concatenate([edge, s2], -1) - np.concatenate([s2, edge], -1)
    return np.maximum(p, 0.0), d1, d2


def _partial_credit(bank: Bank, grid: Floats) -> tuple[Floats, Floats, Floats]:
    """Return `categories` of partial credit items: a softmax over sums of steps."""
    slope = bank.a[None, :, None]
    z = np.cumsum(slope * (grid[:, None, None] - bank.b[None]), axis=-1)
    z = np.concatenate([np.zeros((*z.shape[:2], 1)), np.where(np.isnan(z), -np.inf, z)], -1)
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    k = np.arange(p.shape[-1])
    away = k - (p * k).sum(axis=-1, keepdims=True)
    spread = (p * away**2).sum(axis=-1, keepdims=True)
    return p, slope * p * away, slope**2 * p * (away**2 - spread)


def item_information(bank: Bank, theta: npt.ArrayLike) -> Floats:
    """Return the Fisher information of every item of a bank, of any model.

    Parameters
    ----------
    bank : Bank
    theta : array_like, shape (abilities,)

    Returns
    -------
    ndarray, shape (abilities, items)
        ``Σ_k P'_k² / P_k`` (Samejima, 1969).
    """
    p, d1, _ = categories(bank, theta)
    return np.asarray((d1**2 / np.maximum(p, TINY)).sum(axis=-1))


def expected_score(bank: Bank, theta: npt.ArrayLike) -> Floats:
    """Return the expected score of every item, categories counted from 0.

    Parameters
    ----------
    bank : Bank
    theta : array_like, shape (abilities,)

    Returns
    -------
    ndarray, shape (abilities, items)
    """
    p, _, _ = categories(bank, theta)
    return np.asarray(p @ np.arange(p.shape[-1], dtype=np.float64))
