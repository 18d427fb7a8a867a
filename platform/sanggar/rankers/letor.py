"""Learning-to-rank data sets: LibSVM text, the sizes of the lists beside it in `.query`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sanggar.errors import Invalid


@dataclass(frozen=True)
class Lists:
    """Rows of features with their labels; rows of a list stand together.

    Attributes
    ----------
    X : array, shape (rows, features)
    y : array, shape (rows,)
        Labels 0, 1, 2 ...
    groups : array of int, shape (rows,)
        The list each row belongs to, numbered from 0.
    """

    X: NDArray[np.float64]
    y: NDArray[np.float64]
    groups: NDArray[np.int64]

    def pick(self, rows: NDArray[np.bool_]) -> Lists:
        """Return the chosen rows."""
        return Lists(self.X[rows], self.y[rows], self.groups[rows])


def read(paths: Sequence[Path]) -> Lists:
    """Read LibSVM files; list sizes come from `FILE.query` or from `qid:` in the lines.

    Parameters
    ----------
    paths : sequence of Path
        Read one after the other; features are numbered alike in all of them.

    Raises
    ------
    Invalid
        A file that cannot be read, or whose lists do not add up; the message names it.
    """
    from sklearn.datasets import load_svmlight_files

    try:
        found = load_svmlight_files([str(path) for path in paths], query_id=True, zero_based=False)
    except (OSError, ValueError) as problem:
        raise Invalid(f"{', '.join(str(p) for p in paths)}: {problem}") from problem
    tables, labels, groups, lists = [], [], [], 0
    for n, path in enumerate(paths):
        table, label, query = found[3 * n : 3 * n + 3]
        sizes = _sizes(path, query, len(label))
        tables.append(np.asarray(table.toarray(), dtype=np.float64))
        labels.append(np.asarray(label, dtype=np.float64))
        groups.append(np.repeat(np.arange(lists, lists + len(sizes)), sizes))
        lists += len(sizes)
    return Lists(np.vstack(tables), np.concatenate(labels), np.concatenate(groups))


def _sizes(path: Path, query: NDArray[np.int64], rows: int) -> list[int]:
    beside = path.with_name(path.name + ".query")
    if beside.is_file():
        try:
            sizes = [int(word) for word in beside.read_text("utf-8").split()]
        except ValueError as problem:
            raise Invalid(f"{beside}: one whole number a line, the size of a list") from problem
    elif len(query):
        edges = np.flatnonzero(np.diff(query)) + 1
        sizes = np.diff(np.concatenate([[0], edges, [rows]])).astype(int).tolist()
    else:
        raise Invalid(f"{path}: no {beside.name} beside it and no qid: in its lines")
    if sum(sizes) != rows or min(sizes, default=0) < 1:
        raise Invalid(f"{beside}: its sizes add up to {sum(sizes)}, the file has {rows} lines")
    return sizes
