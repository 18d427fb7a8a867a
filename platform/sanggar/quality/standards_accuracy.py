"""How often pass and fail of an exam are right, from its decided attempts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sanggar.assessments import queries as assessments
from sanggar.assessments.queries import Sat
from sanggar.catalogue import queries as catalogue
from sanggar.measurement import accuracy

Floats = NDArray[np.float64]

#: Decided attempts before anything is said.
LEAST_ATTEMPTS = 50
#: Newest attempts that are looked at.
MOST_ATTEMPTS = 2000
TINY = 1e-9


@dataclass(frozen=True)
class Decisions:
    """Quality of pass and fail at a cut.

    Attributes
    ----------
    method : str
        ``rudner`` (abilities and their errors) or ``livingston_lewis`` (scores and reliability).
    attempts : int
        Attempts it rests on.
    cut : float
        Percent.
    accuracy, consistency, kappa : float
        Share of right decisions; of equal decisions on two parallel forms; beyond chance.
    false_pass, false_fail : float
        Share of people who pass or fail wrongly.
    reliability : float or None
        Of the scores; None for adaptive attempts.
    """

    method: str
    attempts: int
    cut: float
    accuracy: float
    consistency: float
    kappa: float
    false_pass: float
    false_fail: float
    reliability: float | None


def accuracy_of(track: str, assessment: str, *, cut: float | None = None) -> Decisions | None:
    """Return how often pass and fail of an exam are right and would be the same again.

    To be called in a job: it reads the answers of up to 2,000 attempts and loads scipy.

    Parameters
    ----------
    track, assessment : str
    cut : float, optional
        Percent; the pass mark of the exam's file when left out.

    Returns
    -------
    Decisions or None
        None with fewer than 50 decided attempts of one kind of form, or scores without spread.

    Notes
    -----
    Adaptive attempts: Rudner (2001, 2005) on abilities, posterior means turned back into estimates
    without shrinkage; the cut in logits is where scores begin to pass. Other attempts:
    Livingston & Lewis (1995) on percent scores with the reliability of `nested_reliability`. When an
    exam has had both kinds, the kind of its newest attempt counts.
    """
    exam = catalogue.track(track).assessment(assessment)
    limit = cut if cut is not None else exam.pass_rules.total if exam else None
    sat = assessments.sat(track, assessment)
    if limit is None or not sat:
        return None
    adaptive = sat[0].selection == "adaptive"
    rows = [s for s in sat if (s.selection == "adaptive") == adaptive][:MOST_ATTEMPTS]
    if len(rows) < LEAST_ATTEMPTS:
        return None
    return _adaptive(rows, limit) if adaptive else _linear(rows, limit)


def _adaptive(rows: Sequence[Sat], cut: float) -> Decisions | None:
    known = [s for s in rows if s.ability is not None and s.ability_error]
    if len(known) < LEAST_ATTEMPTS:
        return None
    score = np.array([s.score for s in known])
    ability = np.array([s.ability for s in known], dtype=float)
    error = np.clip([s.ability_error or 0.0 for s in known], 0.05, 0.99)
    place, spread = unshrunken(ability, error)
    limit, _ = unshrunken(
        np.array([ability_at(score, ability, cut)]), np.array([float(np.median(error))])
    )
    found = accuracy.rudner(place, spread, float(limit[0]))
    return _of("rudner", len(known), cut, found, None)


def unshrunken(mean: Floats, sd: Floats) -> tuple[Floats, Floats]:
    """Return estimates and standard errors from posterior means and deviations.

    Under a standard normal prior a posterior precision is 1 more than that of the answers.
    """
    information = np.maximum(1 / sd**2 - 1, TINY)
    return mean / sd**2 / information, 1 / np.sqrt(information)


def ability_at(score: Floats, ability: Floats, cut: float) -> float:
    """Return the ability that belongs to a percent score, between and beyond those that occurred.

    Scores of adaptive attempts are a rising function of ability.
    """
    order = np.argsort(score, kind="stable")
    x, y = score[order], ability[order]
    if cut <= x[0] or cut >= x[-1]:
        if x[-1] - x[0] < TINY:
            return float(y.mean())
        slope, middle = np.polyfit(x, y, 1)
        return float(slope * cut + middle)
    return float(np.interp(cut, x, y))


def _linear(rows: Sequence[Sat], cut: float) -> Decisions | None:
    scores = np.array([s.score for s in rows])
    reliability = nested_reliability({s.id: s.score for s in rows}, _shares(rows))
    if reliability is None or not 0 < reliability < 1:
        return None
    try:
        found = accuracy.livingston_lewis(scores, cut, reliability=reliability, top=100.0)
    except ValueError:  # scores that hardly vary
        return None
    return _of("livingston_lewis", len(rows), cut, found, reliability)


def _of(
    method: str, attempts: int, cut: float, found: accuracy.Accuracy, reliability: float | None
) -> Decisions:
    return Decisions(
        method, attempts, cut, found.accuracy, found.consistency, found.kappa, found.false_pass,
        found.false_fail, reliability,
    )  # fmt: skip


def _shares(rows: Sequence[Sat]) -> dict[int, dict[str, list[float]]]:
    """Return attempt -> unit -> shares of the points of its scored items."""
    found: dict[int, dict[str, list[float]]] = {s.id: defaultdict(list) for s in rows}
    for answer in assessments.given([s.id for s in rows]):
        if answer.scored:
            found[answer.attempt_id][answer.unit].append(answer.share)
    return found


def nested_reliability(
    scores: Mapping[int, float], shares: Mapping[int, Mapping[str, Sequence[float]]]
) -> float | None:
    """Return the reliability of percent scores when everybody may get other items.

    Parameters
    ----------
    scores : mapping of int to float
        Attempt -> percent.
    shares : mapping
        Attempt -> unit -> share of the points of each item, 0..1.

    Returns
    -------
    float or None
        None where nobody's score varies. Never below 0.

    Notes
    -----
    Generalizability of items nested in persons and stratified by unit (Brennan 2001, section 3.2 and
    chapter 9): the error variance of a person is the sum over units of
    ``weight^2 * var(items) / n``; the differences between items a person got are error. For one fixed
    form that is cautious: alpha would be a little higher. A unit with one item borrows the variance
    within the person's other units.
    """
    values = np.array([scores[key] for key in scores])
    total = float(values.var(ddof=1)) if len(values) > 1 else 0.0
    if total <= TINY:
        return None
    errors = [_error(shares[key]) for key in scores if shares.get(key)]
    if not errors:
        return None
    return max(0.0, 1 - float(np.mean(errors)) * 100**2 / total)


def _error(units: Mapping[str, Sequence[float]]) -> float:
    """Return the error variance of one person's share of the points."""
    n = sum(len(values) for values in units.values())
    within = [(len(v), float(np.var(v, ddof=1))) for v in units.values() if len(v) > 1]
    freedom = sum(size - 1 for size, _ in within)
    if freedom == 0:
        everything = [value for values in units.values() for value in values]
        return float(np.var(everything, ddof=1)) / n if n > 1 else 0.25
    pooled = sum((size - 1) * variance for size, variance in within) / freedom
    own = sum(size * variance for size, variance in within)
    return (own + pooled * sum(1 for v in units.values() if len(v) == 1)) / n**2
