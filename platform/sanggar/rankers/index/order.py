"""Which rows stand together: a k-d tree over the columns, split where typical briefs gain most.

Any order gives right answers; a good one gives blocks whose best and worst rows are nearly alike, so
that most blocks can be left out. Each node is cut in the middle of the column for which the bounds
of its halves, over typical briefs, fall most below its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanggar.rankers.index.layout import Array, Floats
from sanggar.rankers.index.zones import maxima, spans

#: Rows of a node that are looked at to choose its cut.
SAMPLE = 48


@dataclass(frozen=True)
class Dimension:
    """A column rows can be sorted by.

    Attributes
    ----------
    codes : array of unsigned integers, shape (rows,)
    values : array of float, shape (briefs, distinct)
        What each code adds to the score for each typical brief; a brief that does not look at the
        column has zeros.
    """

    codes: Array
    values: Floats


def arrange(dimensions: Sequence[Dimension], rows: int, block: int) -> NDArray[np.intp]:
    """Return an order of the rows in which blocks of so many are alike."""
    order = np.arange(rows)
    blocks = -(-rows // block)
    edges = np.array([0, blocks])
    moved = [np.array(each.codes) for each in dimensions]
    tables = [_tables(each.values) for each in dimensions]
    while dimensions and (np.diff(edges) > 1).any():
        starts = np.minimum(edges * block, rows)
        chosen = _cuts(moved, tables, starts)
        node = np.repeat(np.arange(len(edges) - 1, dtype=np.int64), np.diff(starts))
        key = node << 32
        for n, codes in enumerate(moved):
            here = chosen == n
            if here.any():
                mask = np.repeat(here, np.diff(starts))
                key[mask] += codes[mask]
        step = np.argsort(key, kind="stable")
        order = order[step]
        moved = [codes[step] for codes in moved]
        wide = np.diff(edges)
        middle = (edges[:-1] + wide // 2)[wide > 1]
        edges = np.union1d(edges, middle)
    return order


def _tables(values: Floats) -> tuple[Floats, int]:
    """Return range maxima of every brief side by side; what filters refuse counts as the least."""
    least = np.where(np.isfinite(values), values, np.inf).min(initial=np.inf)
    shown = np.where(np.isfinite(values), values, least - 1.0 if np.isfinite(least) else 0.0)
    return np.stack([maxima(row) for row in shown]), values.shape[1]


def _cuts(
    moved: Sequence[Array], tables: Sequence[tuple[Floats, int]], starts: NDArray[np.intp]
) -> NDArray[np.intp]:
    """Return for each node the column whose middle cut lowers the bounds most."""
    wide = np.diff(starts)
    steps = (np.arange(SAMPLE) * wide[:, None]) // SAMPLE
    picked = starts[:-1, None] + np.minimum(steps, np.maximum(wide[:, None] - 1, 0))
    gains = np.empty((len(moved), len(wide)))
    for n, (codes, (table, distinct)) in enumerate(zip(moved, tables, strict=True)):
        seen = np.sort(codes[picked], axis=1).astype(np.int64)
        low, high = seen[:, 0], seen[:, -1]
        under, over = seen[:, SAMPLE // 2 - 1], seen[:, SAMPLE // 2]
        whole = _range(table, low, high, distinct)
        halves = _range(table, low, under, distinct) + _range(table, over, high, distinct)
        gains[n] = (whole - halves / 2).sum(axis=0)
    return np.asarray(gains.argmax(axis=0))


def _range(table: Floats, low: Array, high: Array, distinct: int) -> Floats:
    left, right = spans(low, high, distinct)
    return np.maximum(table[:, left], table[:, right])
