"""What the index knows of talents, and what a brief asks of it: plain arrays and dataclasses.

Every column a brief may ask about is kept as codes into a small table of distinct values. A brief's
features are then computed on that table only, and so are the curves of the model: whatever shape a
feature or a curve has, looking a row up is one step, and the best of a block is a range maximum.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanggar.rankers.additive import Additive, Curve

Floats = NDArray[np.float64]
Array = NDArray[Any]

#: Parts of scores are whole multiples of this: then a sum does not depend on its order, bounds are
#: exact, and rows with equal parts have equal scores, wherever and however they were added up.
GRAIN = 2.0**-40
#: Sums below this keep every multiple of the grain.
LARGEST = 2.0**12


def snap(model: Additive) -> Additive:
    """Return the model with each part rounded to the grain (at most 5e-13 away).

    Raises
    ------
    ValueError
        When scores could grow so large that sums are not exact any more.
    """
    curves = {
        name: Curve(
            np.asarray(curve.cuts, dtype=np.float64),
            np.round(np.asarray(curve.values, dtype=np.float64) / GRAIN) * GRAIN,
            float(np.round(curve.missing / GRAIN) * GRAIN),
        )
        for name, curve in model.curves.items()
    }
    most = sum(max(abs(curve.low), abs(curve.high)) for curve in curves.values())
    if not most < LARGEST:
        raise ValueError(f"scores up to {most:g}: the index adds exactly below {LARGEST:g} only")
    return Additive(curves)


@dataclass(frozen=True)
class Coded:
    """A column as codes into its distinct values.

    Attributes
    ----------
    codes : array of unsigned integers, shape (rows,)
    values : array of float, shape (distinct,) or (distinct, width)
        Rising where that means something: blocks know the least and the largest code they hold.
        NaN, when somebody's value is unknown, is the last one. Several numbers a value (weekly hours
        and hours already promised) when a feature needs them together.
    """

    codes: Array
    values: Floats

    @property
    def unknown(self) -> int:
        """The code of the unknown value, -1 when everybody's is known."""
        last = len(self.values) - 1
        return last if self.values.ndim == 1 and last >= 0 and np.isnan(self.values[last]) else -1


def coded(column: Array | Coded) -> Coded:
    """Return a column as codes in the smallest type that holds them."""
    if isinstance(column, Coded):
        codes, values = column.codes, np.asarray(column.values, dtype=np.float64)
    else:
        values, codes = np.unique(np.asarray(column, dtype=np.float64), axis=0, return_inverse=True)
        codes = codes.reshape(-1)
    if values.ndim > 1 and np.isnan(values).any():
        raise ValueError("values of several numbers cannot be unknown: code them yourself")
    return Coded(codes.astype(np.min_scalar_type(max(len(values) - 1, 0)), copy=False), values)


@dataclass(frozen=True)
class Layout:
    """Which feature comes from where.

    Attributes
    ----------
    static : sequence of str
        Features that depend on the talent alone; each is the column of its name.
    chosen : mapping of str to (mapping of str to str)
        Feature -> choice -> column: features that are a column once the choice is known, as the
        score in the units that a service needs. Every feature has the same choices.
    text : str
        The feature that is the similarity of the texts; empty when there is none.
    """

    static: Sequence[str] = ()
    chosen: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    text: str = ""

    @property
    def choices(self) -> tuple[str, ...]:
        """The choices a query has; one without a name when no feature depends on a choice."""
        names = {tuple(options) for options in self.chosen.values()}
        if len(names) > 1:
            raise ValueError(f"every feature needs the same choices: {sorted(names)}")
        return names.pop() if names else ("",)

    def base(self, choice: str) -> dict[str, str]:
        """Return feature -> column of everything that is known before a brief but for the choice."""
        chosen = {feature: options[choice] for feature, options in self.chosen.items()}
        return {name: name for name in self.static} | chosen


@dataclass(frozen=True)
class Lookup:
    """A feature that depends on one column and the brief.

    Attributes
    ----------
    feature, column : str
    compute : callable
        From distinct values of the column to the feature's values (NaN = unknown).
    """

    feature: str
    column: str
    compute: Callable[[Floats], Array]


@dataclass(frozen=True)
class Filter:
    """A hard filter: `keep` says of distinct values of a column who may be listed."""

    column: str
    keep: Callable[[Floats], Array]


@dataclass(frozen=True)
class Known:
    """A feature that a few rows have: those of `keys`; everybody else has `otherwise`."""

    keys: Array
    values: Array
    otherwise: float = 0.0


@dataclass(frozen=True)
class Query:
    """What a brief asks of the index. Features that nothing here speaks of are unknown.

    Attributes
    ----------
    choice : str
        One of the layout's choices.
    lookups : sequence of Lookup
    filters : sequence of Filter
    words : mapping of str to int
        Words of the brief and how often they stand there; nobody is similar to a brief that says
        nothing.
    known : mapping of str to Known
        Feature -> the few rows that have it, as who worked for this client before.
    without : collection of int
        Keys never listed: blocked, already asked.
    """

    choice: str = ""
    lookups: Sequence[Lookup] = ()
    filters: Sequence[Filter] = ()
    words: Mapping[str, int] = field(default_factory=dict)
    known: Mapping[str, Known] = field(default_factory=dict)
    without: Collection[int] = ()


@dataclass(frozen=True)
class Found:
    """The best rows, best first; equal scores by key.

    Attributes
    ----------
    keys : array of int64
    scores : array of float
        Sums of `parts`, exactly.
    parts : mapping of str to array
        What each feature of the model adds.
    similarity : array of float
        Of the texts, NaN where one says nothing.
    scanned : float
        Share of rows of which more than their block's bounds was looked at.
    """

    keys: NDArray[np.int64]
    scores: Floats
    parts: Mapping[str, Floats]
    similarity: Floats
    scanned: float


@dataclass(frozen=True)
class Sifted:
    """How many rows pass the filters of a query.

    Attributes
    ----------
    values : array, shape (n, parts of a value)
        Values of a column; one may stand there more than once.
    counts : array of int, shape (n,)
        Rows that pass, of each value.
    refused : tuple of int
        Rows that each filter keeps out and none before it.
    without : int
        Rows that pass and are not to be listed all the same.
    """

    values: Floats
    counts: NDArray[np.int64]
    refused: tuple[int, ...]
    without: int

    def __add__(self, other: Sifted) -> Sifted:
        """Return the numbers of both."""
        refused = tuple(a + b for a, b in zip(self.refused, other.refused, strict=True))
        return Sifted(
            np.concatenate([self.values, other.values]),
            np.concatenate([self.counts, other.counts]), refused, self.without + other.without,
        )  # fmt: skip


def best(keys: Array, scores: Floats, k: int) -> NDArray[np.intp]:
    """Return the places of the k best: by falling score, then by rising key; never of -inf."""
    fit = np.flatnonzero(scores > -np.inf)
    if len(fit) > 4 * k > 0:
        least = np.partition(scores[fit], len(fit) - k)[len(fit) - k]
        fit = fit[scores[fit] >= least]
    return fit[np.lexsort((keys[fit], -scores[fit]))][:k]
