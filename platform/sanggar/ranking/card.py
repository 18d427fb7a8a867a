"""The numbers of the model card: what was learned from, how true its chances are, and what has moved.

Pure functions of arrays; pages and plots are made from the plain values they return.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from sanggar.clients.queries import Grade
from sanggar.ranking.lessons import Array, Dataset, Ints

#: bins of the reliability diagram
BINS = 10
DRAWS = 500
#: Groups of fewer decided offers are told together, and not at all when they are too few together.
LEAST = 10
OTHERS = ""
#: bins of each feature's spread
PARTS = 10
#: Values of the last days below which nothing is said about drift.
ENOUGH = 100
#: Where a shift begins to count, and where it is large (Siddiqi, Credit Risk Scorecards, 2006).
SOME, MUCH = 0.10, 0.25


def numbers(data: Dataset, scores: Array, chance: tuple[float, float]) -> dict[str, Any]:
    """Return what the card of a model shows, as plain values.

    Parameters
    ----------
    data : Dataset
        What the model learned from.
    scores : array, shape (rows,)
        Of each row by a model that has not seen its brief.
    chance : tuple of float
        (slope, level) from scores to log-odds.
    """
    said = 1 / (1 + np.exp(-(chance[0] * scores + chance[1])))
    rows = data.label >= 0
    return {
        "data": contents(data),
        "calibration": calibration(said[rows], data.label[rows], data.briefs[rows]),
        "groups": groups(data, said),
        "spread": {
            name: spread(data.X[:, n]) for n, name in enumerate(data.names)
        },
    }  # fmt: skip


def contents(data: Dataset) -> dict[str, Any]:
    """Return how much there is to learn from, from when, and what is missing."""
    counted = np.bincount(data.grade, minlength=len(Grade)) if len(data.grade) else [0] * len(Grade)
    return {
        "rows": len(data.grade), "decided": data.decided, "well": int((data.label == 1).sum()),
        "briefs": len(np.unique(data.briefs)),
        "logged": len(np.unique(data.briefs[data.item])) if len(data.item) else 0,
        "showings": float(data.shown.sum()), "clicks": float(data.clicked.sum()),
        "grades": {grade.name.lower(): int(counted[grade]) for grade in Grade},
        "first": min(data.made_at).isoformat() if data.made_at else "",
        "last": max(data.made_at).isoformat() if data.made_at else "",
        "missing": {
            name: float(np.isnan(data.X[:, n]).mean()) if len(data.X) else 0.0
            for n, name in enumerate(data.names)
        },
    }  # fmt: skip


def calibration(said: Array, happened: Ints, briefs: Ints) -> dict[str, Any]:
    """Return how often came true what was said, in tenths, with the two usual summaries.

    Parameters
    ----------
    said : array, shape (rows,)
        Chances 0..1 for briefs that were kept out of the learning.
    happened : array of int, shape (rows,)
        1 or 0.
    briefs : array of int, shape (rows,)
        Intervals are drawn over briefs.

    Notes
    -----
    ECE is the mean distance between what was said and what happened, bins weighted by their rows
    (Naeini, Cooper & Hauskrecht, AAAI 2015); the Brier score the mean squared distance (Brier 1950),
    ``plain`` that of always saying the mean. 95 % percentile bootstrap intervals.
    """
    if not len(said):
        return {"bins": [], "rows": 0}
    place = np.minimum((said * BINS).astype(np.int64), BINS - 1)
    bins = [
        {"low": b / BINS, "high": (b + 1) / BINS, "rows": int(here.sum()),
         "said": float(said[here].mean()), "happened": float(happened[here].mean())}
        for b in range(BINS) if (here := place == b).any()
    ]  # fmt: skip
    names, of = np.unique(briefs, return_inverse=True)
    # sums by brief make a draw a matter of counting
    table = np.zeros((len(names), BINS, 3))
    np.add.at(table, (of, place), np.stack([np.ones(len(said)), said, happened], axis=1))
    squares = np.bincount(of, (said - happened) ** 2, len(names))
    sizes = np.bincount(of, minlength=len(names))
    rng = np.random.default_rng(17)
    drawn = []
    for _draw in range(DRAWS):
        times = np.bincount(rng.integers(len(names), size=len(names)), minlength=len(names))
        drawn.append((_ece(np.tensordot(times, table, 1)), (times @ squares) / (times @ sizes)))
    low, high = np.quantile(np.array(drawn), [0.025, 0.975], axis=0)
    rate = float(happened.mean())
    return {
        "bins": bins, "rows": len(said), "ece": _ece(table.sum(axis=0)),
        "ece_span": [float(low[0]), float(high[0])], "brier": float(squares.sum() / len(said)),
        "brier_span": [float(low[1]), float(high[1])], "plain": rate * (1 - rate),
    }  # fmt: skip


def _ece(bins: Array) -> float:
    return float(np.abs(bins[:, 1] - bins[:, 2]).sum() / bins[:, 0].sum())


def groups(data: Dataset, said: Array) -> dict[str, list[dict[str, Any]]]:
    """Return how decided offers ended by kind of brief: hub, service and level, 10 and more each.

    Notes
    -----
    ``span`` is the Wilson interval (Wilson 1927) of the share that ended well.
    """
    decided = np.flatnonzero(data.label >= 0)
    found: dict[str, list[dict[str, Any]]] = {}
    for kind, name_of in (
        ("hub", lambda k: str(k.hub_id or 0)), ("service", lambda k: f"{k.track}/{k.service}"),
        ("level", lambda k: k.level),
    ):  # fmt: skip
        members: dict[str, list[int]] = defaultdict(list)
        for row in decided.tolist():
            if (brief := data.kinds.get(int(data.briefs[row]))) is not None:
                members[name_of(brief)].append(row)
        few = [row for rows in members.values() if len(rows) < LEAST for row in rows]
        told = {name: rows for name, rows in members.items() if len(rows) >= LEAST}
        if len(few) >= LEAST:
            told[OTHERS] = few
        found[kind] = [
            {"name": name, **_ended(data.label[rows], said[rows])} for name, rows in told.items()
        ]
        found[kind].sort(key=lambda row: (row["name"] == OTHERS, -row["rows"], row["name"]))
    return found


def _ended(label: Ints, said: Array) -> dict[str, Any]:
    rows, well = len(label), float(label.mean())
    z = 1.959964
    middle = (well + z * z / (2 * rows)) / (1 + z * z / rows)
    half = z * math.sqrt(well * (1 - well) / rows + z * z / (4 * rows * rows)) / (1 + z * z / rows)
    return {
        "rows": rows, "well": well, "said": float(said.mean()),
        "span": [max(middle - half, 0.0), min(middle + half, 1.0)],
    }  # fmt: skip


def spread(values: Array) -> dict[str, Any]:
    """Return how the values of a feature spread: at most ten bins of like size, and what is unknown."""
    known = values[~np.isnan(values)]
    inner = np.quantile(known, np.arange(1, PARTS) / PARTS) if len(known) else np.empty(0)
    edges = np.unique(np.round(inner, 6))
    return {"edges": edges.tolist(), "counts": counts(values, edges)}


def counts(values: Array, edges: Any) -> list[int]:
    """Return how many values lie in each bin; the last number counts the unknown ones."""
    known = values[~np.isnan(values)]
    bins = np.searchsorted(np.asarray(edges, dtype=np.float64), known, side="left")
    inside = np.bincount(bins, minlength=len(edges) + 1)
    return [*inside.tolist(), int(np.isnan(values).sum())]


def shift(before: list[int], after: list[int]) -> float:
    """Return the population stability index between two counts over the same bins.

    Notes
    -----
    ``sum((q - p) ln(q / p))``, the symmetric Kullback–Leibler divergence (Jeffreys 1946); half a case
    is added to each bin so that empty ones do not make it infinite.
    """
    first, second = (np.asarray(each, dtype=np.float64) + 0.5 for each in (before, after))
    p, q = first / first.sum(), second / second.sum()
    return float(((q - p) * np.log(q / p)).sum())


def drift(
    reference: Mapping[str, Mapping[str, Any]], names: Sequence[str], X: Array  # noqa: N803
) -> dict[str, Any]:  # fmt: skip
    """Return the shift of each feature since training; few recent values say nothing.

    Parameters
    ----------
    reference : mapping
        Feature -> `spread` at training.
    names : sequence of str
    X : array, shape (rows, features)
        Values of those shown or asked in the last days.
    """
    rows = len(X)
    found: dict[str, Any] = {"rows": rows, "features": {}}
    if rows < ENOUGH:
        return found
    for n, name in enumerate(names):
        if (known := reference.get(name)) is not None:
            after = counts(X[:, n], known["edges"])
            found["features"][name] = shift(known["counts"], after)
    return found
