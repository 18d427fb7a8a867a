"""What a month's marks say about those who gave them: plain values, computed at once as a job.

Nothing here names anybody: markers are numbers, and nothing changes a decision.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanggar.assessments.queries import Rating
from sanggar.measurement import agreement, facets
from sanggar.measurement.facets_model import moments
from sanggar.plugin.track import Assignment

Floats = NDArray[np.float64]

#: Works that two people have marked before agreement, and before severity, says anything.
LEAST_AGREEMENT = 10
LEAST_SEVERITY = 20
#: Anchors a marker needs before a difference to the agreed levels is shown as a mean.
LEAST_ANCHORS = 3
#: Bootstrap samples of the intervals of alpha.
RESAMPLES = 200
LEVELS = range(1, 5)


def report(assignment: Assignment, ratings: Sequence[Rating]) -> dict[str, Any]:
    """Return everything that can be said about the markers of an assignment.

    Parameters
    ----------
    assignment : Assignment
        Its rubric names the criteria; marks of an earlier rubric are left out.
    ratings : sequence of Rating

    Returns
    -------
    dict
        Plain values: ``works``, ``twice`` (works that two or more have marked), ``agreement`` and
        ``severity`` (None with ``why`` where they cannot be said), ``anchors``.
    """
    names = [criterion.id for criterion in assignment.rubric]
    usable = [r for r in ratings if all(r.levels.get(name) in LEVELS for name in names)]
    by_work: dict[int, list[Rating]] = defaultdict(list)
    for rating in usable:
        by_work[rating.submission_id].append(rating)
    twice = sum(len(group) > 1 for group in by_work.values())
    found: dict[str, Any] = {
        "ref": assignment.id,
        "works": len(by_work),
        "twice": twice,
        "marks": len(usable),
        "markers": sorted({r.marker_id for r in usable}),
        "agreement": None,
        "severity": None,
        "why": "few" if twice < LEAST_SEVERITY else "",
        "anchors": anchors(assignment, usable),
    }
    if twice >= LEAST_AGREEMENT:
        found["agreement"] = agreements(assignment, by_work)
    if twice >= LEAST_SEVERITY:
        found |= severities(assignment, by_work)
    return found


def _table(works: Sequence[Sequence[Rating]], markers: Sequence[int], value: Any) -> Floats:
    """Return a works x markers table of what `value` says of a rating, nan where there is none."""
    place = {marker: n for n, marker in enumerate(markers)}
    table = np.full((len(works), len(markers)), np.nan)
    for row, group in enumerate(works):
        for rating in group:
            table[row, place[rating.marker_id]] = value(rating)
    return table


def agreements(assignment: Assignment, by_work: Mapping[int, Sequence[Rating]]) -> dict[str, Any]:
    """Return how far markers agree: by criterion, on totals, two by two.

    Notes
    -----
    Alpha is ordinal and by criterion, its interval by drawing works again; the intraclass
    correlation is of totals and one-way, because every work may have other markers. Two markers are
    compared on all criteria of the works they share.
    """
    works = [group for group in by_work.values() if len(group) > 1]
    markers = sorted({r.marker_id for group in works for r in group})
    tables = {
        c.id: _table(works, markers, lambda r, name=c.id: r.levels[name]) for c in assignment.rubric
    }
    stacked = np.concatenate(list(tables.values()))
    whole = agreement.alpha(stacked, resamples=0)
    shared = ~np.isnan(next(iter(tables.values())))
    pairs = []
    for pair in agreement.pairs(stacked, [str(marker) for marker in markers]):
        one, two = markers.index(int(pair.one)), markers.index(int(pair.two))
        pairs.append({
            "one": int(pair.one), "two": int(pair.two), "exact": pair.exact,
            "adjacent": pair.adjacent, "gap": pair.mean_gap, "kappa": pair.kappa,
            "works": int((shared[:, one] & shared[:, two]).sum()),
        })  # fmt: skip
    weight = np.array([pair["works"] for pair in pairs], dtype=float)
    return {
        "alpha": whole.value,
        "criteria": [_criterion(name, table) for name, table in tables.items()],
        "icc": _icc(_table(works, markers, lambda r: r.total)),
        "exact": float(weight @ [p["exact"] for p in pairs] / weight.sum()),
        "adjacent": float(weight @ [p["adjacent"] for p in pairs] / weight.sum()),
        "pairs": sorted(pairs, key=lambda p: -p["works"]),
    }


def _criterion(name: str, table: Floats) -> dict[str, Any]:
    found = agreement.alpha(table, resamples=RESAMPLES)
    return {"id": name, "alpha": found.value, "low": found.low, "high": found.high}


def _icc(totals: Floats) -> dict[str, Any] | None:
    try:
        one, mean = agreement.icc_one_way(totals)
    except ValueError:  # no differences at all
        return None
    return {
        "one": one.value,
        "low": one.low,
        "high": one.high,
        "mean": mean.value,
        "k": one.markers,
    }


def severities(assignment: Assignment, by_work: Mapping[int, Sequence[Rating]]) -> dict[str, Any]:
    """Return severity and fit of markers, works with fair totals; ``why`` where it cannot be said.

    Where markers fall into groups without common works only the largest can be compared; the groups
    are named.
    """
    ratings = [r for group in by_work.values() for r in group]
    found: dict[str, Any] = {"severity": None, "why": "", "groups": [], "fair": []}
    marks = _marks(assignment, ratings)
    groups = facets.groups(marks)
    if len(groups) > 1:
        sizes: dict[str, int] = defaultdict(int)
        for r in ratings:
            sizes[str(r.marker_id)] += 1
        largest = max(groups, key=lambda names: (len(names), sum(sizes[n] for n in names)))
        found["groups"] = [[int(name) for name in names] for names in groups]
        ratings = [r for r in ratings if str(r.marker_id) in largest]
        if len(largest) < 2:
            return found | {"why": "apart"}
        marks = _marks(assignment, ratings)
    weights = {c.id: c.weight for c in assignment.rubric}
    try:
        fitted = facets.fit(marks, weights=weights)
    except ValueError:  # nothing varies, or markers and criteria cannot be told apart
        return found | {"why": "same"}
    found["severity"] = {
        "markers": _markers(fitted, weights, marks.criteria),
        "separation": fitted.separation, "p": fitted.p, "converged": fitted.converged,
        "criteria": [asdict(c) for c in fitted.criteria],
    }  # fmt: skip
    found["fair"] = _fair(assignment, fitted, ratings)
    return found


def _marks(assignment: Assignment, ratings: Sequence[Rating]) -> facets.Marks:
    return facets.Marks.of([
        (str(r.submission_id), str(r.marker_id), c.id, r.levels[c.id])
        for r in ratings for c in assignment.rubric
    ])  # fmt: skip


def _markers(
    fitted: facets.Facets, weights: Mapping[str, float], criteria: Sequence[str]
) -> list[dict[str, Any]]:
    """Return markers from lenient to severe; `points` is what they change on an average work."""
    share = np.array([weights[name] for name in criteria])
    share = share / share.sum() * 25.0  # one level of four is 25 of 100
    steps = np.array(fitted.thresholds)
    logit = fitted.mean - np.array([c.difficulty for c in fitted.criteria])
    usual = float(share @ moments(logit, steps)[0])
    rows = []
    for marker in sorted(fitted.markers, key=lambda m: m.severity):
        own = float(share @ moments(logit - marker.severity, steps)[0])
        rows.append({
            "id": int(marker.name), "severity": marker.severity, "se": marker.se,
            "points": own - usual, "infit": marker.infit, "outfit": marker.outfit,
            "fit": marker.fit, "works": marker.works,
        })  # fmt: skip
    return rows


def _fair(
    assignment: Assignment, fitted: facets.Facets, ratings: Sequence[Rating]
) -> list[dict[str, Any]]:
    """Return decided works with raw and fair total: those on the other side of the pass mark first."""
    by_work: dict[str, list[Rating]] = defaultdict(list)
    for rating in ratings:
        by_work[str(rating.submission_id)].append(rating)
    rows = []
    for work in fitted.works:
        group = by_work[work.name]
        if not group[0].decided:
            continue  # its next marker must not know these marks
        rows.append({
            "id": int(work.name), "person": group[0].person_id, "raw": work.raw,
            "fair": work.adjusted, "markers": sorted({r.marker_id for r in group}),
            "anchor": group[0].reference is not None,
            "other_side": (work.raw >= assignment.pass_mark)
            != (work.adjusted >= assignment.pass_mark),
        })  # fmt: skip
    return sorted(
        rows,
        key=lambda row: (not row["other_side"], -abs(row["fair"] - row["raw"]), row["id"]),
    )


def anchors(assignment: Assignment, ratings: Sequence[Rating]) -> list[dict[str, Any]]:
    """Return for each marker how their marks of anchors differ from the agreed levels.

    ``gap`` is the mean of marker minus agreed, in levels: negative is severe.
    """
    gaps: dict[int, list[float]] = defaultdict(list)
    works: dict[int, int] = defaultdict(int)
    for rating in ratings:
        if not rating.anchor or rating.reference is None:
            continue
        known = [c.id for c in assignment.rubric if c.id in rating.reference]
        gaps[rating.marker_id] += [rating.levels[n] - rating.reference[n] for n in known]
        works[rating.marker_id] += 1
    return [
        {
            "id": marker, "works": works[marker], "gap": float(np.mean(found)),
            "exact": float(np.mean([gap == 0 for gap in found])),
            "adjacent": float(np.mean([abs(gap) <= 1 for gap in found])),
        }
        for marker, found in sorted(gaps.items()) if found
    ]  # fmt: skip
