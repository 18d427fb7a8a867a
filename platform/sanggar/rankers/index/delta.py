"""What changed since an index was written: a few rows beside it, and the keys of rows that are gone.

It is one small file, replaced at once; a process that answers a query looks whether it is another one
than before. Its rows are scored in full: with tens of thousands of them, merge.
"""

from __future__ import annotations

import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sanggar.rankers.additive import Additive
from sanggar.rankers.index import files
from sanggar.rankers.index.build import BLOCK, assemble
from sanggar.rankers.index.layout import Array, Coded, Floats, Layout, Query, coded
from sanggar.rankers.index.plan import Plan, base, plan
from sanggar.rankers.index.segment import Segment
from sanggar.rankers.index.texts import Asked, Rarity, Texts, cosine, find, runs, sums, weigh

NAME = "delta.npz"


@dataclass(frozen=True)
class Delta:
    """Rows that are new or changed.

    Attributes
    ----------
    removed : array of int64
        Keys of which the written row, if there is one, does not count any more; sorted. The keys of
        the rows below are among them.
    keys : array of int64
    columns : mapping of str to array
    texts : Texts or None
    serials : array of int64
        When each key of `removed` changed last, counted in changes.
    """

    removed: Array
    keys: Array
    columns: Mapping[str, Floats]
    texts: Texts | None
    serials: Array

    @property
    def last(self) -> int:
        """How many changes there have been."""
        return int(self.serials.max(initial=0))

    def weights(self, rarity: Rarity) -> Array:
        """Return the weights of the words of the texts."""
        return np.empty(0) if self.texts is None else weigh(self.texts, rarity)

    def plan(self, query: Query, segment: Segment) -> Plan:
        """Return what a query adds to each of these rows."""
        return plan(query, segment.layout, segment.model, self.columns)

    def score(self, query: Query, segment: Segment, ready: Plan) -> Floats:
        """Return the scores but for the text."""
        found = base(segment.layout, segment.model, query.choice, self._known(segment))
        found = found + ready.constant
        for added in ready.added.values():
            found = found + added
        return np.asarray(found)

    def _known(self, segment: Segment) -> dict[str, Floats]:
        return {name: self.columns[name] for name in segment.columns if name in self.columns}

    def parts(self, query: Query, segment: Segment, ready: Plan, rows: Array) -> dict[str, Floats]:
        """Return what each feature adds to some rows but for the text."""
        found = {name: np.full(len(rows), value) for name, value in ready.same.items()}
        curves = segment.model.curves
        for feature, column in segment.layout.base(query.choice).items():
            if feature in curves:
                found[feature] = curves[feature](self.columns[column][rows])
        for parts in ready.parts.values():
            found |= {feature: added[rows] for feature, added in parts.items()}
        return found

    def similarity(self, asked: Asked, weights: Array) -> Floats:
        """Return how similar the text of each row is; NaN where one says nothing."""
        if self.texts is None or not len(asked.words):
            return np.full(len(self.keys), np.nan)
        lookup = np.zeros(len(self.texts.vocabulary), dtype=np.int64)
        at, known = find(self.texts.vocabulary, asked.words)
        lookup[at[known]] = asked.weights[known]
        lengths = np.diff(self.texts.offsets)
        shared = lookup.take(self.texts.terms) * weights
        return np.where(lengths > 0, cosine(sums(shared, lengths)), np.nan)


def empty(segment: Segment) -> Delta:
    """Return that nothing changed."""
    nothing = np.empty(0, dtype=np.int64)
    columns = {name: np.empty((0, *values.shape[1:])) for name, values in segment.values.items()}
    return Delta(
        nothing, nothing, columns, Texts.of(()) if segment.facts["texts"] else None, nothing
    )


def read(segment: Segment) -> Delta:
    """Return what changed since a generation was written."""
    path = segment.path / NAME
    try:
        content = path.read_bytes()
    except OSError:
        return empty(segment)
    with np.load(io.BytesIO(content), allow_pickle=False) as found:
        columns = {name: found[f"column{n}"] for name, n in segment.columns.items()}
        texts = None
        if segment.facts["texts"]:
            texts = Texts(*(found[f"text{n}"] for n in range(4)))
        return Delta(found["removed"], found["keys"], columns, texts, found["serials"])


def _save(generation: Path, delta: Delta, names: Iterable[str]) -> None:
    arrays: dict[str, Any] = {
        "removed": delta.removed, "keys": delta.keys, "serials": delta.serials,
    }  # fmt: skip
    arrays |= {f"column{n}": delta.columns[name] for n, name in enumerate(names)}
    if delta.texts is not None:
        held = (delta.texts.offsets, delta.texts.terms, delta.texts.counts, delta.texts.vocabulary)
        arrays |= {f"text{n}": each for n, each in enumerate(held)}
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    files.point(generation / NAME, buffer.getvalue())


def update(
    folder: Path,
    keys: Array,
    columns: Mapping[str, Array],
    *,
    texts: Sequence[Mapping[str, int]] | Texts = (),
    removed: Collection[int] = (),
) -> int:
    """Add, change or remove talents; every process sees it with its next query.

    Parameters
    ----------
    folder : Path
    keys : array of int
        Whose rows are new or changed.
    columns : mapping of str to array
        All columns of the index, a value a row.
    texts : sequence of (mapping of str to int), or Texts
        Word counts of each row, when the index compares texts.
    removed : collection of int
        Keys that are not listed any more.

    Returns
    -------
    int
        How many rows lie beside the index now; merge when they are many.
    """
    with files.locked(folder, files.CHANGING):
        segment = Segment(files.current(folder))
        old = read(segment)
        fresh = _fresh(segment, np.asarray(keys, dtype=np.int64), columns, texts)
        gone = np.union1d(np.asarray(list(removed), dtype=np.int64), fresh.keys)
        stays = np.flatnonzero(~np.isin(old.keys, gone))
        kept = {
            name: np.concatenate([old.columns[name][stays], fresh.columns[name]])
            for name in segment.columns
        }
        both = None
        if old.texts is not None and fresh.texts is not None:
            both = together(picked(old.texts, stays), fresh.texts)
        everybody = np.union1d(old.removed, gone)
        serials = np.full(len(everybody), old.last + 1, dtype=np.int64)
        before = ~np.isin(everybody, gone)
        serials[before] = old.serials[np.searchsorted(old.removed, everybody[before])]
        present = np.concatenate([old.keys[stays], fresh.keys])
        _save(segment.path, Delta(everybody, present, kept, both, serials), segment.columns)
        return len(present)


def _fresh(
    segment: Segment, keys: Array, columns: Mapping[str, Array],
    texts: Sequence[Mapping[str, int]] | Texts,
) -> Delta:  # fmt: skip
    if len(np.unique(keys)) != len(keys):
        raise ValueError("two rows have the same key")
    if missing := sorted(set(segment.columns) - set(columns)) if len(keys) else []:
        raise ValueError(f"the index needs the column {', '.join(missing)}")
    found = {name: values[:0] for name, values in segment.values.items()}
    if len(keys):
        found = {name: np.asarray(columns[name], dtype=np.float64) for name in segment.columns}
    said = texts if isinstance(texts, Texts) else Texts.of(texts)
    if not segment.facts["texts"]:
        return Delta(keys, keys, found, None, keys)
    if len(said) != len(keys) or any(len(each) != len(keys) for each in found.values()):
        raise ValueError(f"not one value and one text for each of {len(keys)} rows")
    return Delta(keys, keys, found, said, keys)


def picked(texts: Texts, rows: Array) -> Texts:
    """Return the texts of some rows."""
    lengths = np.diff(texts.offsets)[rows]
    places = runs(texts.offsets[rows], lengths)
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    return Texts(offsets, texts.terms[places], texts.counts[places], texts.vocabulary)


def together(first: Texts, second: Texts) -> Texts:
    """Return the rows of both."""
    vocabulary = np.union1d(first.vocabulary, second.vocabulary)
    terms = [
        np.searchsorted(vocabulary, each.vocabulary).astype(np.int32)[each.terms]
        if len(each.terms)
        else np.empty(0, dtype=np.int32)
        for each in (first, second)
    ]
    offsets = np.concatenate([first.offsets, second.offsets[1:] + first.offsets[-1]])
    counts = np.concatenate([first.counts, second.counts])
    return Texts(offsets, np.concatenate(terms), counts, vocabulary)


@dataclass(frozen=True)
class Mark:
    """A moment in the life of an index: what was changed later is carried into a new generation."""

    generation: str
    last: int


def mark(folder: Path) -> Mark | None:
    """Return this moment; ask before reading what a new generation is written from."""
    try:
        generation = files.current(folder)
    except files.BrokenIndexError:
        return None
    return Mark(generation.name, read(Segment(generation)).last)


def write(
    folder: Path,
    layout: Layout,
    keys: Array,
    columns: Mapping[str, Array | Coded],
    model: Additive,
    *,
    texts: Texts | None = None,
    typical: Sequence[Query] = (),
    version: str = "",
    since: Mark | None = None,
    rarity: Rarity | None = None,
    block: int = BLOCK,
) -> Path:
    """Write an index of all talents and make it the current one.

    Parameters
    ----------
    folder : Path
        Where the generations lie; made when it is not there.
    layout : Layout
    keys : array of int, shape (rows,)
        Different from each other.
    columns : mapping of str to array or Coded
        Everything the layout or a query names, a value a row; NaN = unknown.
    model : Additive
        What scores; its parts are rounded to `layout.GRAIN`.
    texts : Texts, optional
    typical : sequence of Query
        Briefs as they come: rows are arranged so that such briefs read little. Answers are the same
        without them.
    version : str
        Of the model.
    since : Mark, optional
        From before these rows were read: changes that arrived later are kept.
    rarity : Rarity, optional
        Word counts of a larger corpus, when this is one shard of it.
    block : int
        Rows of a block.

    Returns
    -------
    Path
        The new generation.
    """
    with files.locked(folder, files.BUILDING):
        made = assemble(
            folder, layout, keys, columns, model, texts=texts, typical=typical, version=version,
            rarity=rarity, block=block,
        )  # fmt: skip
        return _publish(made, list(columns), since)


def _publish(made: files.Generation, names: Sequence[str], since: Mark | None) -> Path:
    """Make a generation current, with the changes that arrived while it was made."""
    with files.locked(made.folder, files.CHANGING):
        if since is not None:
            old = Segment(files.current(made.folder))
            change = read(old)
            if missing := sorted(set(names) - set(old.columns)):
                raise ValueError(f"changes cannot be kept: they lack {', '.join(missing)}")
            first = since.last if old.path.name == since.generation else 0
            _save(made.path, _later(change, first), names)
        return made.publish()


def _later(change: Delta, last: int) -> Delta:
    """Return what changed after a moment."""
    recent = change.serials > last
    removed = change.removed[recent]
    rows = np.flatnonzero(np.isin(change.keys, removed))
    columns = {name: values[rows] for name, values in change.columns.items()}
    texts = None if change.texts is None else picked(change.texts, rows)
    return Delta(removed, change.keys[rows], columns, texts, change.serials[recent])


def merge(
    folder: Path, *, typical: Sequence[Query] = (), model: Additive | None = None, version: str = ""
) -> Path:
    """Write a new generation with everything that changed in it.

    Parameters
    ----------
    folder : Path
    typical : sequence of Query
        Briefs as they come, as for `write`.
    model : Additive, optional
        A new model; without it the same one.
    version : str
        Of the new model.

    Returns
    -------
    Path
        The new generation.
    """
    with files.locked(folder, files.BUILDING):
        segment = Segment(files.current(folder))
        change = read(segment)
        alive = np.ones(segment.rows, dtype=bool)
        alive[segment.rows_of(change.removed)] = False
        rows = np.flatnonzero(alive)
        columns = {
            name: _joined(column, rows, change.columns[name])
            for name, column in segment.whole().items()
        }
        texts = segment.texts()
        if texts is not None and change.texts is not None:
            texts = together(picked(texts, rows), change.texts)
        made = assemble(
            folder, segment.layout, np.concatenate([segment.array("keys")[rows], change.keys]),
            columns, model or segment.model, texts=texts, typical=typical, block=segment.block,
            version=version if model else segment.facts["version"],
        )  # fmt: skip
        return _publish(made, list(columns), Mark(segment.path.name, change.last))


def _joined(column: Coded, rows: Array, more: Floats) -> Coded:
    """Return a column without some rows and with others."""
    if not len(more):
        return Coded(column.codes[rows], column.values)
    fresh = coded(more)
    values, place = np.unique(
        np.concatenate([column.values, fresh.values]), axis=0, return_inverse=True
    )
    place = place.reshape(-1)
    here, there = place[: len(column.values)], place[len(column.values) :]
    return coded(Coded(np.concatenate([here[column.codes[rows]], there[fresh.codes]]), values))
