"""One generation of an index, opened: arrays that all processes of a machine share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanggar.rankers.additive import Additive, Curve
from sanggar.rankers.index import files
from sanggar.rankers.index.layout import Array, Coded, Floats, Layout
from sanggar.rankers.index.plan import Plan
from sanggar.rankers.index.texts import Asked, Peaks, Rarity, Texts, cosine, find, runs, sums
from sanggar.rankers.index.zones import Zones, maxima

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]
Weights = NDArray[np.uint32]


class Segment:
    """The rows of a generation.

    Parameters
    ----------
    generation : Path
    verify : bool
        Compare checksums first.
    """

    def __init__(self, generation: Path, *, verify: bool = False) -> None:
        self.path = generation
        self.facts: dict[str, Any] = files.manifest(generation, verify=verify)
        said = self.facts["layout"]
        self.layout = Layout(tuple(said["static"]), said["chosen"], said["text"])
        self.rows, self.block = int(self.facts["rows"]), int(self.facts["block"])
        self.blocks = -(-self.rows // self.block)
        self.columns: dict[str, int] = {name: n for n, name in enumerate(self.facts["columns"])}
        self.model = self._model()
        self.values = {name: np.array(self._open(f"values{n}")) for name, n in self.columns.items()}
        self._kept: dict[str, Array] = {}

    def _open(self, name: str) -> Array:
        return np.asarray(files.load(self.path, name))

    def array(self, name: str) -> Array:
        """Return an array, opened once."""
        if name not in self._kept:
            self._kept[name] = self._open(name)
        return self._kept[name]

    def _model(self) -> Additive:
        curves = {}
        for n, name in enumerate(self.facts["curves"]):
            steps = np.array(self._open(f"steps{n}"))
            curves[name] = Curve(np.array(self._open(f"cuts{n}")), steps[:-1], float(steps[-1]))
        return Additive(curves)

    @cached_property
    def rarity(self) -> Rarity:
        """Return the word counts that weights come from."""
        if not self.facts["texts"]:
            return Rarity(0, np.empty(0, np.uint64), np.empty(0, np.int64))
        size = int(self.array("rarity_size")[0])
        return Rarity(size, self.array("rarity_words"), self.array("rarity_counts"))

    @cached_property
    def peaks(self) -> Peaks:
        """Return the largest weights of words in blocks."""
        names = ("offsets", "blocks", "tops", "dense", "full")
        return Peaks(*(self.array(f"peak_{name}") for name in names))

    def blocked(self, name: str) -> Array:
        """Return an array with a line for each block."""
        return self.array(name).reshape(self.blocks, self.block)

    def column(self, name: str) -> Coded:
        """Return a column, in the order of the rows."""
        return Coded(self.array(f"codes{self.columns[name]}")[: self.rows], self.values[name])

    def rows_of(self, keys: Array) -> NDArray[np.intp]:
        """Return the rows of those keys that are there."""
        at, known = find(self.array("sorted_keys"), np.asarray(keys, dtype=np.int64))
        return np.asarray(self.array("sorted_rows")[at[known]], dtype=np.intp)

    def bounds(self, choice: str, ready: Plan) -> Floats:
        """Return the most that a row of each block can score, but for its text."""
        found: Floats = self.array(f"tops{self.layout.choices.index(choice)}") + ready.constant
        for name, added in ready.added.items():
            n = self.columns[name]
            unknown = Coded(np.empty(0), self.values[name]).unknown
            gaps = self.array(f"gaps{n}")
            zone = Zones(self.array(f"left{n}"), self.array(f"right{n}"), gaps)
            found += zone.bound(maxima(added), unknown)
        return found

    def text_bounds(self, asked: Asked) -> Floats:
        """Return the most that the text of a row of each block can add."""
        curve = self.model.curves.get(self.layout.text)
        if curve is None:
            return np.zeros(self.blocks)
        if not len(asked.words):
            return np.full(self.blocks, curve.missing)
        terms, weights = self.terms_of(asked)
        most = cosine(self.peaks.bound(terms, weights, self.blocks))
        best = np.maximum.accumulate(curve.values)
        found: Floats = best[np.searchsorted(curve.cuts, most, side="left")]
        silent = self.array("silent")
        if curve.missing > best[0] and silent.any():
            found = np.where(silent, np.maximum(found, curve.missing), found)
        return found

    def terms_of(self, asked: Asked) -> tuple[NDArray[np.intp], Ints]:
        """Return the words of a brief that somebody used, and their weights."""
        at, known = find(self.array("vocabulary"), asked.words)
        return at[known], asked.weights[known]

    def score_blocks(self, choice: str, ready: Plan, blocks: Array) -> Floats:
        """Return the score of each row of some blocks but for the text, a line a block."""
        return self._sum(self.blocked, choice, ready, blocks)

    def score_rows(self, choice: str, ready: Plan, rows: Array) -> Floats:
        """Return the score of some rows but for the text."""
        return self._sum(self.array, choice, ready, rows)

    def _sum(self, read: Callable[[str], Array], choice: str, ready: Plan, at: Array) -> Floats:
        n = self.layout.choices.index(choice)
        found: Floats = read(f"base{n}")[at] + ready.constant
        for name, added in ready.added.items():
            found += added.take(read(f"codes{self.columns[name]}")[at])
        return found

    def similarity(self, asked: Asked, rows: Array, lookup: Weights) -> Floats:
        """Return how similar the texts of some rows are; NaN where one says nothing.

        Parameters
        ----------
        asked : Asked
        rows : array of int
        lookup : array of uint32, shape (words,)
            The brief's weight of each word, from `weights_of`.
        """
        if not self.facts["texts"] or not len(asked.words):
            return np.full(len(rows), np.nan)
        offsets = self.array("text_offsets")
        starts = offsets[rows]
        lengths = offsets[rows + 1] - starts
        places = runs(starts, lengths)
        shared = lookup.take(self.array("terms").take(places)) * self.array("weights").take(places)
        return np.where(lengths > 0, cosine(sums(shared, lengths)), np.nan)

    def weights_of(self, asked: Asked) -> Weights:
        """Return the brief's weight of each word of the vocabulary."""
        if not self.facts["texts"]:
            return np.empty(0, dtype=np.uint32)
        found = np.zeros(len(self.array("vocabulary")), dtype=np.uint32)
        terms, weights = self.terms_of(asked)
        found[terms] = weights
        return found

    def parts(self, choice: str, ready: Plan, rows: Array) -> dict[str, Floats]:
        """Return what each feature adds to some rows but for the text."""
        found = {name: np.full(len(rows), value) for name, value in ready.same.items()}
        for feature, column in self.layout.base(choice).items():
            if feature in self.model.curves:
                known = self.column(column)
                found[feature] = self.model.curves[feature](known.values[known.codes[rows]])
        for column, parts in ready.parts.items():
            codes = self.array(f"codes{self.columns[column]}")[rows]
            found |= {feature: added[codes] for feature, added in parts.items()}
        return found

    def texts(self) -> Texts | None:
        """Return the word counts of all rows."""
        if not self.facts["texts"]:
            return None
        terms = self.array("terms").astype(np.int32)
        return Texts(
            self.array("text_offsets"), terms, self.array("counts"), self.array("vocabulary")
        )

    def whole(self) -> Mapping[str, Coded]:
        """Return every column."""
        return {name: self.column(name) for name in self.columns}
