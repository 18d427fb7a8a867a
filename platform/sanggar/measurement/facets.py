"""How severe each marker is, and what a work would have got from an average one.

The many-facet Rasch model puts works, markers and criteria on one scale, so that a work marked by two
severe markers is not worth less than the same work marked by two lenient ones. Markers are compared
through the works they share: without such links there is nothing to compare, and `fit` refuses and
names the groups. Works are few marks each (two markers, five criteria), so they are integrated out
(marginal maximum likelihood); estimating each of them jointly would stretch the scale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from sanggar.measurement.facets_model import RatingModel, moments

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Fit outside these limits: marks scatter more, or less, than the model expects.
NOISY, MUTED = 1.5, 0.5


class DisconnectedError(ValueError):
    """Markers cannot be compared; `groups` holds the names of those who can among themselves."""

    def __init__(self, groups: tuple[tuple[str, ...], ...]) -> None:
        super().__init__("no shared works link " + " | ".join(", ".join(g) for g in groups))
        self.groups = groups


@dataclass(frozen=True)
class Marks:
    """Marks in long form, one element per (work, marker, criterion).

    Attributes
    ----------
    work, marker, criterion : array of int, shape (marks,)
        Positions in the sequences of names.
    level : array of int, shape (marks,)
        Levels 1..top.
    works, markers, criteria : tuple of str
        Names.
    top : int
        Highest level of the rubric.
    """

    work: Ints
    marker: Ints
    criterion: Ints
    level: Ints
    works: tuple[str, ...]
    markers: tuple[str, ...]
    criteria: tuple[str, ...]
    top: int = 4

    @classmethod
    def of(cls, rows: Sequence[tuple[str, str, str, int]], *, top: int = 4) -> Marks:
        """Return marks from rows (work, marker, criterion, level); names are sorted.

        Raises
        ------
        ValueError
            No rows, a level outside 1..top, or two marks for the same three names.
        """
        if not rows:
            raise ValueError("there are no marks")
        if len({r[:3] for r in rows}) < len(rows):
            raise ValueError("a marker has marked the same criterion of a work twice")
        if any(not 1 <= r[3] <= top for r in rows):
            raise ValueError(f"levels must lie within 1..{top}")
        names = [tuple(sorted({str(r[i]) for r in rows})) for i in range(3)]
        at = [{name: i for i, name in enumerate(group)} for group in names]
        columns = [np.array([at[i][str(r[i])] for r in rows], dtype=np.int64) for i in range(3)]
        levels = np.array([r[3] for r in rows], dtype=np.int64)
        work, marker, criterion = columns
        return cls(work, marker, criterion, levels, names[0], names[1], names[2], top)


@dataclass(frozen=True)
class Marker:
    """One marker: severity in logits (positive: severe), and how regular the marks are."""

    name: str
    severity: float
    se: float
    infit: float
    outfit: float
    marks: int
    works: int

    @property
    def fit(self) -> str:
        """Return ``noisy``, ``muted`` or ``even`` (Linacre's 0.5 to 1.5)."""
        return "noisy" if self.infit > NOISY else "muted" if self.infit < MUTED else "even"


@dataclass(frozen=True)
class Criterion:
    """One criterion: difficulty in logits (positive: high levels are rare)."""

    name: str
    difficulty: float
    se: float


@dataclass(frozen=True)
class Work:
    """One work: measure in logits, raw mark and adjusted mark 0..100 (weighted level / top)."""

    name: str
    measure: float
    se: float
    raw: float
    adjusted: float
    marks: int


@dataclass(frozen=True)
class Facets:
    """What `fit` found.

    ``panel`` is the mean severity of all markers relative to known works (0 without any);
    ``thresholds`` are the steps between levels; ``mean`` and ``sd`` describe the works; ``separation``
    is the reliability with which markers differ (0: any differences are chance); ``chi2`` with
    ``df`` and ``p`` tests that all are equally severe.
    """

    markers: tuple[Marker, ...]
    criteria: tuple[Criterion, ...]
    works: tuple[Work, ...]
    thresholds: tuple[float, ...]
    panel: float
    mean: float
    sd: float
    separation: float
    chi2: float
    df: int
    p: float
    log_likelihood: float
    converged: bool


def groups(marks: Marks, known: Sequence[str] = ()) -> tuple[tuple[str, ...], ...]:
    """Return the groups of markers who can be compared: one group when the design is connected.

    Parameters
    ----------
    marks : Marks
    known : sequence of str
        Works whose measure is fixed: all of them count as one link.
    """
    parent = list(range(len(marks.markers) + len(marks.works)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    offset = len(marks.markers)
    for work, marker in set(zip(marks.work.tolist(), marks.marker.tolist(), strict=True)):
        parent[root(offset + work)] = root(marker)
    fixed = [i for i, name in enumerate(marks.works) if name in set(known)]
    for one, two in pairwise(fixed):
        parent[root(offset + one)] = root(offset + two)
    found: dict[int, list[str]] = {}
    for i, name in enumerate(marks.markers):
        found.setdefault(root(i), []).append(name)
    return tuple(tuple(g) for g in sorted(found.values()))


def _model(marks: Marks, known: Mapping[str, float]) -> RatingModel:
    """Count the marks per work and cell (marker x criterion)."""
    pairs = np.stack([marks.marker, marks.criterion], axis=1)
    cells, at = np.unique(pairs, axis=0, return_inverse=True)
    counts = np.zeros((len(marks.works), len(cells), marks.top))
    np.add.at(counts, (marks.work, at.reshape(-1), marks.level - 1), 1.0)
    fixed = np.array([known.get(name, np.nan) for name in marks.works], dtype=np.float64)
    shape = (len(marks.markers), len(marks.criteria), marks.top)
    return RatingModel(counts.reshape(len(counts), -1), cells, shape, fixed)


def _check(marks: Marks, known: Mapping[str, float]) -> None:
    """Refuse designs in which markers, or markers and criteria, cannot be told apart."""
    found = groups(marks, tuple(known))
    if len(found) > 1:
        raise DisconnectedError(found)
    if len(set(marks.level.tolist())) < 2:
        raise ValueError("all marks are the same level: there is nothing to compare")
    markers, criteria = len(marks.markers), len(marks.criteria)
    design = np.zeros((len(marks.work), markers + criteria))
    rows = np.arange(len(marks.work))
    design[rows, marks.marker] = 1
    design[rows, markers + marks.criterion] = 1
    sums = np.zeros((len(marks.works), markers + criteria))
    np.add.at(sums, marks.work, design)
    n = np.bincount(marks.work, minlength=len(marks.works))
    free = np.array([name not in known for name in marks.works]) & (n > 0)
    within = design.T @ design - (sums[free].T / n[free]) @ sums[free]
    allowed = markers + criteria - (1 if known else 2)
    if np.linalg.matrix_rank(within, tol=1e-8) < allowed:
        raise ValueError(
            "markers and criteria cannot be told apart: some markers mark only criteria that"
            " nobody else marks on the same works"
        )


def fit(
    marks: Marks,
    *,
    weights: Mapping[str, float] | None = None,
    known: Mapping[str, float] | None = None,
) -> Facets:
    """Estimate severities, difficulties and adjusted marks.

    Parameters
    ----------
    marks : Marks
    weights : mapping of str to float, optional
        Criterion -> weight in the mark; equal weights when left out. They need not sum to 100.
    known : mapping of str to float, optional
        Anchors: work -> measure in logits from an earlier estimation. ``panel`` then says whether
        all markers together have become more severe; severities stay relative to their mean.

    Returns
    -------
    Facets
        A work's adjusted mark is its raw mark corrected by what its own markers' severity is
        expected to have cost it: ``raw + E(average marker) - E(own markers)``, kept within 100 / top
        .. 100. With equally severe markers it equals the raw mark.

    Notes
    -----
    Linacre (1989), *Many-facet Rasch measurement*, with one rating scale (Andrich 1978):
    ``log P(k) / P(k-1) = work - difficulty - severity - threshold(k)``. Works are normal; mean and
    spread are estimated with the rest by marginal maximum likelihood; a normal prior of 10
    logits keeps extreme markers finite. Standard errors come from the observed information.

    Raises
    ------
    DisconnectedError
        Groups of markers share no works.
    ValueError
        Nothing varies, or markers and criteria cannot be told apart.
    """
    from scipy.optimize import minimize

    anchors = {k: float(v) for k, v in (known or {}).items() if k in set(marks.works)}
    _check(marks, anchors)
    model = _model(marks, anchors)
    start = np.zeros(model.free + len(marks.criteria) - 1 + marks.top - 2 + 2)
    found = minimize(model.loss, start, jac=True, method="BFGS", options={"gtol": 1e-5})
    vector = np.asarray(found.x, dtype=np.float64)
    calm = bool(np.abs(model.loss(vector)[1]).max() < 1e-2)
    return _report(marks, model, vector, weights or {}, calm)


def _severities(model: RatingModel, covariance: Floats) -> Floats:
    """Return the covariance of the deviations of all severities from their mean."""
    markers = model.shape[0]
    block = covariance[: model.free, : model.free]
    if model.free < markers:
        return _summed(block)
    centre = np.eye(markers) - 1.0 / markers
    return np.asarray(centre @ block @ centre)


def _summed(block: Floats) -> Floats:
    """Return the covariance with the last element, minus the sum of the others, included."""
    full = np.vstack([np.eye(len(block)), -np.ones((1, len(block)))])
    return np.asarray(full @ block @ full.T)


def _errors(covariance: Floats) -> Floats:
    """Return standard errors."""
    return np.sqrt(np.maximum(np.diag(covariance), 0.0))


def _report(
    marks: Marks, model: RatingModel, vector: Floats, weights: Mapping[str, float], converged: bool
) -> Facets:
    """Put names to the estimates."""
    from scipy.special import chdtrc

    severity, difficulty, steps, mean, sd = model.split(vector)
    covariance = model.covariance(vector)
    markers, criteria, _ = model.shape
    panel, own = float(severity.mean()), severity - severity.mean()
    block = _severities(model, covariance)
    start = model.free
    se_criteria = _errors(
        _summed(covariance[start : start + criteria - 1, start : start + criteria - 1])
    )
    df = markers - 1
    chi2 = float(own @ np.linalg.pinv(block, rcond=1e-8) @ own)
    spread = float(own @ own) / max(df, 1)
    true = max(spread - float(np.trace(block)) / max(df, 1), 0.0)
    value, posterior, _ = model.posterior(vector)
    return Facets(
        markers=_markers(marks, model, vector, posterior, _errors(block)),
        criteria=tuple(
            Criterion(name, float(difficulty[i]), float(se_criteria[i]))
            for i, name in enumerate(marks.criteria)
        ),
        works=_works(marks, model, vector, posterior, weights),
        thresholds=tuple(map(float, steps)), panel=panel, mean=mean, sd=sd,
        separation=true / spread if spread > 0 else 0.0,
        chi2=chi2, df=df, p=float(chdtrc(df, chi2)) if df else 1.0,
        log_likelihood=value, converged=converged,
    )  # fmt: skip


def _markers(
    marks: Marks, model: RatingModel, vector: Floats, posterior: Floats, se: Floats
) -> tuple[Marker, ...]:
    """Return the markers with severity, its error and fit."""
    severity, difficulty, steps, mean, sd = model.split(vector)
    infit, outfit = _fit(marks, severity, difficulty, steps, posterior, model.nodes(mean, sd))
    own = severity - severity.mean()
    return tuple(
        Marker(
            name=name, severity=float(own[j]), se=float(se[j]),
            infit=float(infit[j]), outfit=float(outfit[j]),
            marks=int((marks.marker == j).sum()),
            works=np.unique(marks.work[marks.marker == j]).size,
        )
        for j, name in enumerate(marks.markers)
    )  # fmt: skip


def _works(
    marks: Marks, model: RatingModel, vector: Floats, posterior: Floats,
    weights: Mapping[str, float],
) -> tuple[Work, ...]:  # fmt: skip
    """Return the works with measure, its error, raw and adjusted mark."""
    severity, difficulty, steps, mean, sd = model.split(vector)
    theta = model.nodes(mean, sd)
    measure = posterior @ theta
    error = np.sqrt(np.maximum(posterior @ theta**2 - measure**2, 0.0))
    raw, adjusted = _marks_of(marks, severity, difficulty, steps, measure, weights)
    counts = np.bincount(marks.work, minlength=len(marks.works))
    return tuple(
        Work(name=name, measure=float(measure[n]), se=float(error[n]), raw=float(raw[n]),
             adjusted=float(adjusted[n]), marks=int(counts[n]))
        for n, name in enumerate(marks.works)
    )  # fmt: skip


def _fit(
    marks: Marks, severity: Floats, difficulty: Floats, steps: Floats, posterior: Floats,
    theta: Floats,
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return infit and outfit mean squares of markers (Wright & Masters 1982, chapter 5).

    A mark pulls the estimate of its own work towards itself, so plain residuals are too small when a
    work has few marks; dividing by 1 - leverage keeps the expected value near 1.
    """
    markers = len(severity)
    centre = posterior @ theta
    location = severity[marks.marker] + difficulty[marks.criterion]
    mean, variance = moments(centre[marks.work] - location, steps)
    spread = posterior @ theta**2 - centre**2
    kept = 1.0 - np.minimum(variance * spread[marks.work], 0.9)
    square = (marks.level - 1 - mean) ** 2 / kept
    total = np.bincount(marks.marker, square, markers)
    infit = total / np.bincount(marks.marker, variance, markers)
    n = np.bincount(marks.marker, minlength=markers)
    outfit = np.bincount(marks.marker, square / np.maximum(variance, 1e-3), markers) / n
    return infit, outfit


def _marks_of(
    marks: Marks, severity: Floats, difficulty: Floats, steps: Floats, measure: Floats,
    weights: Mapping[str, float],
) -> tuple[Floats, Floats]:  # fmt: skip
    """Return raw and adjusted marks 0..100 of all works."""
    share = np.array([float(weights.get(c, 1.0 if not weights else 0.0)) for c in marks.criteria])
    if share.sum() <= 0:
        raise ValueError("the criteria need positive weights")
    w = share[marks.criterion]
    works, top = len(marks.works), marks.top
    total = np.maximum(np.bincount(marks.work, w, works), 1e-12)
    raw = np.bincount(marks.work, w * marks.level, works) / total * 100 / top
    logit = measure[marks.work] - difficulty[marks.criterion]
    own, _ = moments(logit - severity[marks.marker], steps)
    fair, _ = moments(logit - severity.mean(), steps)
    change = np.bincount(marks.work, w * (fair - own), works) / total * 100 / top
    return raw, np.clip(raw + change, 100 / top, 100.0)
