"""What a block of rows holds of a column, and the most a brief can find there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sanggar.rankers.index.layout import Array, Floats


@dataclass(frozen=True)
class Zones:
    """Least and largest code of each block, as two places in a table of range maxima.

    Attributes
    ----------
    left, right : array of int32, shape (blocks,)
        The range is covered by two windows of the same power of two; places in the flat table.
    gaps : array of int32
        Blocks that also hold rows of which the value is unknown.
    """

    left: Array
    right: Array
    gaps: Array

    def bound(self, table: Floats, unknown: int) -> Floats:
        """Return the largest value of each block."""
        found = np.maximum(table.take(self.left), table.take(self.right))
        if len(self.gaps):
            found[self.gaps] = np.maximum(found[self.gaps], table[unknown])
        return found


def height(distinct: int) -> int:
    """Return how many powers of two fit into a table of so many values."""
    return max(distinct, 1).bit_length()


def maxima(values: Floats) -> Floats:
    """Return the flat table whose place ``level * n + i`` holds the maximum of 2^level values from i."""
    n = len(values)
    table = np.empty((height(n), n))
    table[0] = values
    for level in range(1, len(table)):
        half = 1 << (level - 1)
        table[level] = table[level - 1]
        table[level, : n - half] = np.maximum(table[level - 1, : n - half], table[level - 1, half:])
    return table.reshape(-1)


def spans(low: Array, high: Array, distinct: int) -> tuple[Array, Array]:
    """Return the two places in `maxima` that cover the codes from low to high."""
    wide = np.asarray(high, dtype=np.int64) - low + 1
    level = np.frexp(wide.astype(np.float64))[1].astype(np.int64) - 1
    left = level * distinct + low
    return left.astype(np.int32), (level * distinct + high + 1 - (1 << level)).astype(np.int32)


def zones(codes: Array, distinct: int, unknown: int, block: int) -> Zones:
    """Return the zones of consecutive blocks of rows; the last one may be short."""
    starts = np.arange(0, len(codes), block)
    if unknown < 0:
        low, high = np.minimum.reduceat(codes, starts), np.maximum.reduceat(codes, starts)
        return Zones(*spans(low.astype(np.int64), high, distinct), np.empty(0, dtype=np.int32))
    low = np.minimum.reduceat(codes, starts).astype(np.int64)
    high = np.maximum.reduceat(codes, starts)
    gaps = np.flatnonzero(high == unknown)
    shown = np.where(codes == unknown, 0, codes)
    high = np.where(low == unknown, unknown, np.maximum.reduceat(shown, starts))
    return Zones(*spans(low, high, distinct), gaps[low[gaps] != unknown].astype(np.int32))
