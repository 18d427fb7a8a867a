"""Does an item treat people of the same ability alike, whatever their hub, language, sex or device?

Differential item functioning compares people of the same score, so a group that knows less is no
finding; an item that is harder for equally able people is. Two methods answer together:
Mantel–Haenszel (uniform differences, with the ETS classes A, B, C) and logistic regression (also
differences that grow with ability). A flag is a question for the track's mentor, who reads the item;
it is no proof of unfairness, and small groups are not tested at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sanggar.measurement.fairness_logistic import nested
from sanggar.measurement.fairness_tables import (
    LEVEL,
    MantelHaenszel,
    letter_of,
    mantel,
    mantel_haenszel,
)

Floats = NDArray[np.float64]

#: Fewest people of a group for a test, and for a result that is not called uncertain.
FEWEST, SURE = 50, 200
#: Nagelkerke's gain: Jodoin & Gierl (2001); Zumbo & Thomas (1997).
JODOIN_GIERL, ZUMBO_THOMAS = (0.035, 0.070), (0.13, 0.26)
ROUNDS = 5


@dataclass(frozen=True)
class Logistic:
    """Logistic regression of one item: p of uniform and non-uniform differences, and their size."""

    uniform_chi2: float
    uniform_p: float
    nonuniform_chi2: float
    nonuniform_p: float
    gain: float
    jodoin_gierl: str
    zumbo_thomas: str


@dataclass(frozen=True)
class ItemDif:
    """One item for one group.

    Attributes
    ----------
    item, group : str
    focal, reference : int
        People who answered the item.
    tested : bool
        False when a group has fewer than 50 answers, or the item one score only.
    sure : bool
        Both groups have 200 answers or more.
    mantel_haenszel : MantelHaenszel or None
    logistic : Logistic or None
    p_adjusted : float
        Mantel–Haenszel p, corrected for all items and groups (Holm or Benjamini–Hochberg).
    nonuniform_adjusted : float
        p of a non-uniform difference, corrected likewise.
    kind : str
        ``uniform``, ``nonuniform`` or empty: nothing to look at.
    harder_for : str
        ``focal``, ``reference`` or empty.
    """

    item: str
    group: str
    focal: int
    reference: int
    tested: bool = False
    sure: bool = False
    mantel_haenszel: MantelHaenszel | None = None
    logistic: Logistic | None = None
    p_adjusted: float = 1.0
    nonuniform_adjusted: float = 1.0
    kind: str = ""
    harder_for: str = ""


def adjust(p: ArrayLike, method: str = "bh") -> Floats:
    """Return p values corrected for their number.

    Parameters
    ----------
    p : array of float, shape (tests,)
    method : {"bh", "holm"}
        Benjamini & Hochberg (1995): share of false flags; Holm (1979): any false flag.
    """
    values = np.asarray(p, dtype=np.float64)
    n = values.size
    order = np.argsort(values)
    rank = np.arange(1, n + 1)
    if method == "holm":
        sorted_ = np.maximum.accumulate(values[order] * (n + 1 - rank))
    elif method == "bh":
        sorted_ = np.minimum.accumulate((values[order] * n / rank)[::-1])[::-1]
    else:
        raise ValueError(f"method must be bh or holm, not {method!r}")
    out = np.empty(n)
    out[order] = np.minimum(sorted_, 1.0)
    return out


def logistic(score: ArrayLike, focal: ArrayLike, matching: ArrayLike) -> Logistic:
    """Return the likelihood ratio tests of uniform and non-uniform differences of one item.

    Parameters
    ----------
    score : array of float, shape (persons,)
        Right or wrong, or several ordered scores (proportional odds).
    focal : array of bool, shape (persons,)
    matching : array of float, shape (persons,)
        Total score or ability.

    Notes
    -----
    Swaminathan & Rogers (1990), Zumbo (1999). Sizes: gain of Nagelkerke's R squared from the score
    alone to score, group and their product; classes need p < .05 of both together.
    """
    from scipy.special import chdtrc

    found = nested(
        np.asarray(score, dtype=np.float64),
        np.asarray(matching, dtype=np.float64),
        np.asarray(focal, dtype=np.float64),
    )
    both = float(chdtrc(2, found.uniform + found.nonuniform)) < LEVEL
    return Logistic(
        found.uniform,
        float(chdtrc(1, found.uniform)),
        found.nonuniform,
        float(chdtrc(1, found.nonuniform)),
        found.gain,
        letter_of(found.gain, JODOIN_GIERL, both),
        letter_of(found.gain, ZUMBO_THOMAS, both),
    )


def _matching(scores: Floats, kept: NDArray[np.bool_], item: int) -> Floats:
    """Return the score people are matched on: purified items and the studied one.

    Items of different forms are not answered by all, so the mean of the answered items is used,
    written as a total of all items.
    """
    use = kept.copy()
    use[item] = True
    answered = ~np.isnan(scores[:, use])
    count = answered.sum(axis=1)
    mean = np.where(answered, scores[:, use], 0.0).sum(axis=1) / np.maximum(count, 1)
    return np.asarray(mean * int(use.sum()))


def _strata(matching: Floats, strata: int) -> NDArray[np.int64]:
    """Return whole totals as they are when few, else equally large groups of them."""
    if np.unique(np.round(matching, 9)).size <= strata:
        return np.asarray(np.unique(np.round(matching, 9), return_inverse=True)[1], dtype=np.int64)
    edges = np.unique(np.quantile(matching, np.linspace(0, 1, strata + 1)[1:-1]))
    return np.asarray(np.searchsorted(edges, matching, side="right"), dtype=np.int64)


@dataclass(frozen=True)
class _Plan:
    """What is compared: scores, who is focal, whom to leave out, and how to match."""

    scores: Floats
    focal: NDArray[np.bool_]
    strata: int
    fixed: Floats | None

    def match(self, kept: NDArray[np.bool_], item: int) -> Floats:
        """Return the matching score for one item."""
        if self.fixed is not None:
            return self.fixed
        return _matching(self.scores, kept, item)

    def purified(self) -> NDArray[np.bool_]:
        """Return the items that stay in the matching score: those without B or C."""
        items = self.scores.shape[1]
        kept = np.ones(items, dtype=bool)
        for _ in range(ROUNDS if self.fixed is None else 0):
            letters = [self._first(kept, i) for i in range(items)]
            now = np.array([letter == "A" for letter in letters])
            if now.sum() < 5 or (now == kept).all():
                break
            kept = now
        return kept

    def _first(self, kept: NDArray[np.bool_], item: int) -> str:
        found = self.uniform(kept, item)
        return found.letter if found else "A"

    def rows(self, item: int) -> NDArray[np.bool_]:
        """Return who answered an item."""
        return ~np.isnan(self.scores[:, item])

    def testable(self, item: int) -> bool:
        """Return whether both groups are large enough and the item has two scores."""
        rows = self.rows(item)
        fewest = min(int((rows & self.focal).sum()), int((rows & ~self.focal).sum()))
        return fewest >= FEWEST and np.unique(self.scores[rows, item]).size > 1

    def uniform(self, kept: NDArray[np.bool_], item: int) -> MantelHaenszel | None:
        """Return Mantel–Haenszel, or Mantel for several scores."""
        if not self.testable(item):
            return None
        rows = self.rows(item)
        y, f = self.scores[rows, item], self.focal[rows]
        stratum = _strata(self.match(kept, item)[rows], self.strata)
        values = np.unique(y)
        if values.size == 2:
            return mantel_haenszel((y == values[1]).astype(float), f, stratum)
        return mantel(y, f, stratum)


def dif(
    scores: ArrayLike,
    groups: Sequence[str],
    items: Sequence[str],
    *,
    reference: str | None = None,
    matching: ArrayLike | None = None,
    method: str = "bh",
    strata: int = 60,
) -> tuple[ItemDif, ...]:
    """Return every item for every group.

    Parameters
    ----------
    scores : array of float, shape (persons, items)
        Item scores, nan where an item was not shown.
    groups : sequence of str, length persons
        Hub, language, sex or device; the empty text leaves a person out.
    items : sequence of str
        Names of the columns.
    reference : str, optional
        Group to compare the others with; without it each group is compared with all others.
    matching : array of float, shape (persons,), optional
        Ability to match on (adaptive tests). Default: the score on items without differences, found
        in up to five rounds (purification), the studied item included.
    method : {"bh", "holm"}
        Correction for many tests.
    strata : int
        Most groups of equal score.

    Returns
    -------
    tuple of ItemDif
        Ordered by group, then item. ``kind`` is set when the corrected p is below .05 and the size
        is no A (Mantel–Haenszel, or Jodoin–Gierl for non-uniform differences).
    """
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2 or table.shape != (len(groups), len(items)):
        raise ValueError("scores need one row per person and one column per item")
    label = np.array([str(g) for g in groups])
    if reference is not None and reference not in set(label.tolist()):
        raise ValueError(f"nobody belongs to the group {reference!r}")
    ability = None if matching is None else np.asarray(matching, dtype=np.float64)
    found: list[ItemDif] = []
    names = sorted(set(label.tolist()) - {"", reference})
    for name in names if reference is not None or len(names) > 1 else []:
        others = label == reference if reference is not None else (label != "") & (label != name)
        rows = (label == name) | others
        fixed = None if ability is None else ability[rows]
        found += _group(_Plan(table[rows], label[rows] == name, strata, fixed), name, items)
    return _adjusted(found, method)


def _group(plan: _Plan, name: str, items: Sequence[str]) -> list[ItemDif]:
    """Return the items of one group, before the correction for their number."""
    kept = plan.purified()
    found = []
    for i, item in enumerate(items):
        rows = plan.rows(i)
        focal = int((rows & plan.focal).sum())
        reference = int(rows.sum()) - focal
        one = ItemDif(item, name, focal, reference, sure=min(focal, reference) >= SURE)
        first = plan.uniform(kept, i)
        if first is not None:
            second = logistic(plan.scores[rows, i], plan.focal[rows], plan.match(kept, i)[rows])
            one = replace(one, tested=True, mantel_haenszel=first, logistic=second)
        found.append(one)
    return found


def _adjusted(found: list[ItemDif], method: str) -> tuple[ItemDif, ...]:
    """Correct p for the number of tests and say what is to be looked at."""
    tested = [(i, r.mantel_haenszel, r.logistic) for i, r in enumerate(found)]
    pairs: list[tuple[int, Any, Any]] = [t for t in tested if t[1] is not None]
    first = adjust([m.p for _, m, _ in pairs], method)
    second = adjust([g.nonuniform_p for _, _, g in pairs], method)
    out = list(found)
    for (i, m, g), p, q in zip(pairs, first, second, strict=True):
        kind = harder = ""
        if p < LEVEL and m.letter != "A":
            kind, harder = "uniform", "focal" if m.smd < 0 else "reference"
        if q < LEVEL and g.jodoin_gierl != "A":
            kind = "nonuniform"
        out[i] = replace(
            out[i], p_adjusted=float(p), nonuniform_adjusted=float(q), kind=kind, harder_for=harder
        )
    return tuple(out)
