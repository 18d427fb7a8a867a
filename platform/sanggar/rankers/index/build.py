"""Writing an index: rows arranged in blocks, and for each block the most it can hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from sanggar.rankers.additive import Additive
from sanggar.rankers.index import files
from sanggar.rankers.index.layout import Array, Coded, Floats, Layout, Query, coded, snap
from sanggar.rankers.index.order import Dimension, arrange
from sanggar.rankers.index.plan import plan
from sanggar.rankers.index.texts import Peaks, Rarity, Texts, peaks, pieces, runs, weigh
from sanggar.rankers.index.zones import zones

#: Rows of a block.
BLOCK = 128
#: Steps in which scores known before a brief are sorted.
STEPS = 1024


def assemble(
    folder: Path, layout: Layout, keys: Array, columns: Mapping[str, Array | Coded], model: Additive,
    *, texts: Texts | None, typical: Sequence[Query], version: str, rarity: Rarity | None = None,
    block: int = BLOCK,
) -> files.Generation:  # fmt: skip
    """Write a generation that nobody uses yet. Parameters as in `write`."""
    keys = np.asarray(keys, dtype=np.int64)
    model = snap(model)
    table = {name: coded(column) for name, column in columns.items()}
    _check(keys, table, texts, layout)
    bases = [_base(layout, model, choice, table, len(keys)) for choice in layout.choices]
    shapes = _dimensions(layout, model, table, bases, typical)
    order = arrange(shapes, len(keys), block)
    made = files.Generation(folder)
    for n, base in enumerate(bases):
        moved = base[order]
        starts = np.arange(0, len(keys), block)
        tops = np.maximum.reduceat(moved, starts) if len(starts) else np.empty(0)
        made.add(**{f"base{n}": padded(moved, block, -np.inf), f"tops{n}": tops})
    for n, column in enumerate(table.values()):
        moved = column.codes[order]
        zone = zones(moved, len(column.values), column.unknown, block)
        made.add(**{
            f"codes{n}": padded(moved, block, 0), f"values{n}": column.values,
            f"left{n}": zone.left, f"right{n}": zone.right, f"gaps{n}": zone.gaps,
        })  # fmt: skip
    _add_keys(made, keys[order], block)
    if texts is not None:
        _add_texts(made, texts, rarity or Rarity.of(texts), order, block)
    _add_model(made, model)
    made.finish({
        "version": version, "rows": len(keys), "block": block, "columns": list(table),
        "curves": list(model.curves), "texts": texts is not None,
        "layout": {"static": list(layout.static), "text": layout.text,
                   "chosen": {name: dict(each) for name, each in layout.chosen.items()}},
    })  # fmt: skip
    return made


def _check(keys: Array, table: Mapping[str, Coded], texts: Texts | None, layout: Layout) -> None:
    wrong = [name for name, column in table.items() if len(column.codes) != len(keys)]
    if wrong or (texts is not None and len(texts) != len(keys)):
        raise ValueError(f"{', '.join(wrong) or 'texts'}: not one for each of {len(keys)} rows")
    if len(np.unique(keys)) != len(keys):
        raise ValueError("two rows have the same key")
    needed = {column for choice in layout.choices for column in layout.base(choice).values()}
    if missing := sorted(needed - set(table)):
        raise ValueError(f"the layout needs the column {', '.join(missing)}")
    flat = [name for name in needed if table[name].values.ndim != 1]
    if flat:
        raise ValueError(f"{', '.join(sorted(flat))}: known before a brief, so one number each")
    if layout.text and texts is None:
        raise ValueError("the layout compares texts and there are none")


def _base(
    layout: Layout, model: Additive, choice: str, table: Mapping[str, Coded], rows: int
) -> Floats:
    found = np.zeros(rows)
    for feature, name in layout.base(choice).items():
        if feature in model.curves:
            found += model.curves[feature](table[name].values)[table[name].codes]
    return found


def _dimensions(
    layout: Layout, model: Additive, table: Mapping[str, Coded], bases: Sequence[Floats],
    typical: Sequence[Query],
) -> list[Dimension]:  # fmt: skip
    """Return what rows can be sorted by: scores known before a brief, and the columns briefs ask of."""
    briefs = list(typical) or [Query(choice=choice) for choice in layout.choices]
    plans = [
        plan(query, layout, model, {name: column.values for name, column in table.items()})
        for query in briefs
    ]
    found = []
    for choice, base in zip(layout.choices, bases, strict=True):
        asks = np.array([float(query.choice == choice) for query in briefs])
        if asks.any() and len(base):
            steps = np.unique(np.quantile(base, np.linspace(0, 1, STEPS)))
            codes = np.searchsorted(steps, base, side="left").astype(np.uint16)
            found.append(Dimension(codes, asks[:, None] * steps))
    for name, column in table.items():
        if any(name in each.added for each in plans):
            nothing = np.zeros(len(column.values))
            values = np.stack([each.added.get(name, nothing) for each in plans])
            found.append(Dimension(column.codes, values))
    return found


def padded(values: Array, block: int, fill: float) -> Array:
    """Return values with the last block filled up."""
    short = -len(values) % block
    return np.concatenate([values, np.full(short, fill, dtype=values.dtype)]) if short else values


def _add_keys(made: files.Generation, keys: Array, block: int) -> None:
    starts = np.arange(0, len(keys), block)
    rows = np.argsort(keys)
    made.add(
        keys=keys, sorted_keys=keys[rows], sorted_rows=rows.astype(np.int32),
        least_keys=np.minimum.reduceat(keys, starts) if len(starts) else keys,
    )  # fmt: skip


def _add_texts(
    made: files.Generation, texts: Texts, rarity: Rarity, order: Array, block: int
) -> None:
    weights = weigh(texts, rarity)
    lengths = np.diff(texts.offsets)[order]
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    terms = np.empty(len(texts.terms), dtype=np.min_scalar_type(len(texts.vocabulary)))
    counts = np.empty(len(terms), dtype=np.uint16)
    moved = np.empty(len(terms), dtype=np.uint16)
    for start, stop in pieces(offsets):
        part = slice(int(offsets[start]), int(offsets[stop]))
        places = runs(texts.offsets[order[start:stop]], lengths[start:stop])
        terms[part], counts[part] = texts.terms[places], texts.counts[places]
        moved[part] = weights[places]
    found: Peaks = peaks(offsets, terms, moved, len(texts.vocabulary), block)
    starts = np.arange(0, len(order), block)
    silent = np.maximum.reduceat(lengths == 0, starts) if len(starts) else np.empty(0, dtype=bool)
    made.add(
        text_offsets=offsets, terms=terms, counts=counts, weights=moved, silent=silent,
        vocabulary=texts.vocabulary, peak_offsets=found.offsets, peak_blocks=found.blocks,
        peak_tops=found.tops, peak_dense=found.dense, peak_full=found.full,
        rarity_words=rarity.vocabulary, rarity_counts=rarity.frequency,
        rarity_size=np.array([rarity.size]),
    )  # fmt: skip


def _add_model(made: files.Generation, model: Additive) -> None:
    for n, curve in enumerate(model.curves.values()):
        made.add(**{
            f"cuts{n}": curve.cuts,
            f"steps{n}": np.concatenate([curve.values, [curve.missing]]),
        })  # fmt: skip
