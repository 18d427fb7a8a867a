"""Answering a query: bounds for all blocks, then the blocks that can still matter, best bound first.

A block is left out when the best it can hold is worse than the k-th best row found so far. Bounds
are never below the truth and ties are broken by key, so the answer is that of a full scan.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sanggar.rankers.additive import Additive
from sanggar.rankers.index import delta, files
from sanggar.rankers.index.delta import Delta
from sanggar.rankers.index.layout import (
    Array,
    Floats,
    Found,
    Known,
    Layout,
    Query,
    Sifted,
    best,
)
from sanggar.rankers.index.plan import Plan, plan
from sanggar.rankers.index.segment import Segment
from sanggar.rankers.index.texts import Asked, Rarity, find

#: Blocks of the first step; each later step takes twice as many, at most so many.
FIRST, MOST = 32, 1024
#: With fewer talents allowed than this share, only they are looked at.
FEW = 0.02


class Index:
    """The current generation of a folder and what changed since; safe to share between threads.

    Parameters
    ----------
    folder : Path
    verify : bool
        Compare checksums of the files first.

    Raises
    ------
    BrokenIndexError
        When there is no index, or its files are not those that were written.
    """

    def __init__(self, folder: Path, *, verify: bool = False) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._stamp = files.stamp(folder / files.CURRENT)
        self._load(Segment(files.current(folder), verify=verify))

    @classmethod
    def open(cls, folder: Path, *, verify: bool = False) -> Index:
        """Open the index of a folder."""
        return cls(folder, verify=verify)

    def _load(self, segment: Segment) -> None:
        stamp = files.stamp(segment.path / delta.NAME)
        changed = delta.read(segment)
        dead = np.sort(segment.rows_of(changed.removed))
        self._state = _State(segment, changed, changed.weights(segment.rarity), dead, stamp)

    def refresh(self) -> None:
        """Take over a newer generation or newer changes; every query does so first."""
        state = self._state
        generation = files.stamp(self.folder / files.CURRENT)
        changes = files.stamp(state.segment.path / delta.NAME)
        if generation == self._stamp and changes == state.stamp:
            return
        with self._lock:  # anew: another thread may have taken over a newer generation meanwhile
            generation = files.stamp(self.folder / files.CURRENT)
            if generation != self._stamp:
                self._load(Segment(files.current(self.folder)))
                self._stamp = generation
            else:
                self._load(self._state.segment)

    @property
    def version(self) -> str:
        """The version of the model, of the newest generation."""
        self.refresh()
        return str(self._state.segment.facts["version"])

    @property
    def model(self) -> Additive:
        """The model as it scores, parts rounded."""
        return self._state.segment.model

    @property
    def layout(self) -> Layout:
        """Which feature comes from where."""
        return self._state.segment.layout

    def __len__(self) -> int:
        """How many talents there are."""
        self.refresh()
        state = self._state
        return state.segment.rows - len(state.dead) + len(state.changed.keys)

    def keys(self) -> NDArray[np.int64]:
        """Return the keys of all talents, in no order."""
        self.refresh()
        state = self._state
        written = np.delete(np.asarray(state.segment.array("keys")), state.dead)
        return np.concatenate([written, state.changed.keys])

    @property
    def rarity(self) -> Rarity:
        """The word counts that weights of words come from."""
        return self._state.segment.rarity

    def beside(self) -> int:
        """Return how many rows lie beside the index: merge when they are many."""
        self.refresh()
        return len(self._state.changed.keys)

    def look(self, keys: Array, *columns: str) -> dict[int, tuple[float, ...]]:
        """Return what columns hold, one after the other, for those keys that are there."""
        self.refresh()
        segment, changed = self._state.segment, self._state.changed
        rows = segment.rows_of(keys)
        rows = rows[~np.isin(rows, self._state.dead)]
        here = np.isin(changed.keys, keys)
        known = [segment.column(name) for name in columns]
        written = [_wide(each.values[each.codes[rows]]) for each in known]
        beside = [_wide(changed.columns[name][here]) for name in columns]
        return _lines(segment.array("keys")[rows], written) | _lines(changed.keys[here], beside)

    def sift(self, query: Query, column: str) -> Sifted:
        """Return how many rows pass the filters for each value of a column, and whom each refuses.

        Parameters
        ----------
        query : Query
        column : str
        """
        self.refresh()
        state = self._state
        segment, changed = state.segment, state.changed
        alive = np.ones(segment.rows, dtype=bool)
        alive[state.dead] = False
        beside = np.ones(len(changed.keys), dtype=bool)
        left, refused = len(self), []
        for each in query.filters:
            known = segment.column(each.column)
            keep = np.asarray(each.keep(known.values), dtype=bool)
            if not keep.all():
                alive &= keep[known.codes]
            beside &= np.asarray(each.keep(changed.columns[each.column]), dtype=bool)
            before, left = left, _count(alive, beside)
            refused.append(before - left)
        without = np.fromiter(query.without, dtype=np.int64)
        alive[segment.rows_of(without)] = False
        beside &= ~np.isin(changed.keys, without)
        known = segment.column(column)
        counts = np.bincount(known.codes[alive], minlength=len(known.values))
        more = changed.columns[column][beside]
        return Sifted(
            _wide(np.concatenate([known.values, more])),
            np.concatenate([counts, np.ones(len(more), dtype=np.int64)]),
            tuple(refused), left - _count(alive, beside),
        )  # fmt: skip

    def top(self, query: Query, k: int, *, allowed: Array | None = None) -> Found:
        """Return the k best talents.

        Parameters
        ----------
        query : Query
        k : int
        allowed : array of int, optional
            Keys; nobody else is listed.

        Returns
        -------
        Found
            As a full scan would order them; fewer than k when fewer fit.
        """
        self.refresh()
        return _Search(self._state, query, k, allowed).run()

    def scan(self, query: Query, k: int, *, allowed: Array | None = None) -> Found:
        """Return the same by scoring every talent: the slow way, to check the fast one."""
        self.refresh()
        return _Search(self._state, query, k, allowed).run(everything=True)


def _count(alive: Array, beside: Array) -> int:
    return int(np.count_nonzero(alive)) + int(np.count_nonzero(beside))


def _wide(values: Array) -> Array:
    return values[:, None] if values.ndim == 1 else values


def _lines(keys: Array, columns: list[Array]) -> dict[int, tuple[float, ...]]:
    return dict(zip(keys.tolist(), map(tuple, np.hstack(columns).tolist()), strict=True))


@dataclass(frozen=True)
class _State:
    segment: Segment
    changed: Delta
    #: weights of the words of the changed rows
    weights: Array
    #: written rows that do not count any more, rising
    dead: NDArray[np.intp]
    stamp: tuple[int, int, int]


class _Search:
    """One query on its way: the best rows so far. Rows below 0 are those of the delta."""

    def __init__(self, state: _State, query: Query, k: int, allowed: Array | None) -> None:
        self.state, self.query, self.k = state, query, k
        self.segment = state.segment
        self.allowed = None if allowed is None else np.unique(np.asarray(allowed, dtype=np.int64))
        self.plan: Plan = plan(query, self.segment.layout, self.segment.model, self.segment.values)
        self.asked = Asked.of(query.words, self.segment.rarity)
        self.lookup = self.segment.weights_of(self.asked)
        self.curve = self.segment.model.curves.get(self.segment.layout.text)
        self.without = np.unique(np.fromiter(query.without, dtype=np.int64))
        self.keys = np.empty(0, dtype=np.int64)
        self.rows = np.empty(0, dtype=np.intp)
        self.scores = np.empty(0)
        self.looked = 0

    @property
    def least(self) -> float:
        """The score to reach, once there are k rows."""
        return float(self.scores[-1]) if len(self.scores) == self.k else -np.inf

    def run(self, *, everything: bool = False) -> Found:
        if self.k <= 0:
            return self._found()
        self._changed_rows()
        known = [self.segment.rows_of(each.keys) for each in self.query.known.values()]
        special = np.setdiff1d(np.concatenate([*known, np.empty(0, np.intp)]), self.state.dead)
        skip = np.union1d(self.state.dead, special)
        self._some_rows(special.astype(np.intp))
        if self.allowed is not None and len(self.allowed) <= FEW * self.segment.rows:
            self._some_rows(np.setdiff1d(self.segment.rows_of(self.allowed), skip))
        elif everything:
            for start in range(0, self.segment.blocks, MOST):
                blocks = np.arange(start, min(start + MOST, self.segment.blocks))
                self._some_blocks(blocks, np.full(len(blocks), np.inf), skip)
        else:
            self._blocks(skip)
        return self._found()

    def _blocks(self, skip: Array) -> None:
        segment = self.segment
        text = segment.text_bounds(self.asked)
        bound = segment.bounds(self.query.choice, self.plan) + text
        first = segment.array("least_keys")
        if len(bound) > FIRST:
            start = np.argpartition(-bound, FIRST)[:FIRST]
        else:
            start = np.arange(len(bound))
        start = start[bound[start] > -np.inf]
        self._some_blocks(start, text[start], skip)
        bound[start] = -np.inf
        left = np.flatnonzero((bound >= self.least) & (bound > -np.inf))
        left = left[np.lexsort((first[left], -bound[left]))]
        size = FIRST
        while len(left):
            size = min(2 * size, MOST)
            now, left = left[:size], left[size:]
            self._some_blocks(now, text[now], skip)
            reach = np.searchsorted(-bound[left], -self.least, side="right")
            left = left[:reach]
            if len(self.keys) == self.k:
                tied = bound[left] == self.least
                left = left[~tied | (first[left] < self.keys[-1])]

    def _some_blocks(self, blocks: Array, text: Floats, skip: Array) -> None:
        """Score the rows of blocks; their texts only where that can still matter."""
        if not len(blocks):
            return
        scores = self.segment.score_blocks(self.query.choice, self.plan, blocks)
        self.looked += scores.size
        reach = scores >= np.maximum(self.least - text, -np.finfo(np.float64).max)[:, None]
        line, place = np.nonzero(reach)
        rows = blocks[line] * self.segment.block + place
        scores = scores[line, place]
        if len(skip):
            at = np.minimum(np.searchsorted(skip, rows), len(skip) - 1)
            stays = skip[at] != rows
            rows, scores = rows[stays], scores[stays]
        self._take(rows, scores)

    def _some_rows(self, rows: NDArray[np.intp]) -> None:
        """Score rows one by one, with what only they have."""
        if not len(rows):
            return
        scores = self.segment.score_rows(self.query.choice, self.plan, rows)
        keys = self.segment.array("keys")[rows]
        self.looked += len(rows)
        self._take(rows, scores + self._own(keys))

    def _own(self, keys: Array) -> Floats:
        """Return what features that only a few have add beyond what everybody has."""
        more = np.zeros(len(keys))
        for feature, known in self.query.known.items():
            if feature in self.segment.model.curves:
                more += self._own_part(feature, known, keys) - self.plan.same[feature]
        return more

    def _own_part(self, feature: str, known: Known, keys: Array) -> Floats:
        values = dict(zip(np.asarray(known.keys).tolist(), np.asarray(known.values), strict=True))
        mine = [values.get(key, known.otherwise) for key in keys.tolist()]
        return self.segment.model.curves[feature](np.array(mine, dtype=np.float64))

    def _take(self, rows: NDArray[np.intp], scores: Floats) -> None:
        """Add the text, and keep the best of these rows and those before."""
        if self.curve is not None:
            scores = scores + self.curve(self.segment.similarity(self.asked, rows, self.lookup))
        fit = scores >= max(self.least, -np.finfo(np.float64).max)
        rows, scores = rows[fit], scores[fit]
        self._keep(self.segment.array("keys")[rows], rows, scores)

    def _keep(self, keys: Array, rows: Array, scores: Floats) -> None:
        if len(self.without):
            fit = ~np.isin(keys, self.without)
            keys, rows, scores = keys[fit], rows[fit], scores[fit]
        if self.allowed is not None:
            fit = find(self.allowed, keys)[1]
            keys, rows, scores = keys[fit], rows[fit], scores[fit]
        keys, rows = np.concatenate([self.keys, keys]), np.concatenate([self.rows, rows])
        scores = np.concatenate([self.scores, scores])
        order = best(keys, scores, self.k)
        self.keys, self.rows, self.scores = keys[order], rows[order], scores[order]

    def _changed_rows(self) -> None:
        changed = self.state.changed
        if not len(changed.keys):
            return
        ready = changed.plan(self.query, self.segment)
        scores = changed.score(self.query, self.segment, ready) + self._own(changed.keys)
        if self.curve is not None:
            scores = scores + self.curve(changed.similarity(self.asked, self.state.weights))
        self.looked += len(scores)
        self._keep(changed.keys, -1 - np.arange(len(scores)), scores)

    def _found(self) -> Found:
        changed, segment = self.state.changed, self.segment
        written = self.rows >= 0
        here, there = self.rows[written], -1 - self.rows[~written]
        similar = np.empty(len(self.rows))
        similar[written] = segment.similarity(self.asked, here, self.lookup)
        parts = segment.parts(self.query.choice, self.plan, here)
        spread = {name: np.empty(len(self.rows)) for name in segment.model.curves}
        for name, values in parts.items():
            spread[name][written] = values
        if len(there):
            similar[~written] = changed.similarity(self.asked, self.state.weights)[there]
            ready = changed.plan(self.query, segment)
            for name, values in changed.parts(self.query, segment, ready, there).items():
                spread[name][~written] = values
        for feature, known in self.query.known.items():
            if feature in spread:
                spread[feature] = self._own_part(feature, known, self.keys)
        if self.curve is not None:
            spread[segment.layout.text] = self.curve(similar)
        rows = segment.rows + len(changed.keys)
        return Found(self.keys, self.scores, spread, similar, self.looked / max(rows, 1))
