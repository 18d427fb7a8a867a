"""Do assessment scores say how work goes? Correlations of scores with stars, punctuality and endings.

Only certified talents work, so those with low scores are missing and plain correlations come out too
small; the correction for it stands beside them, never instead of them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import fmean, stdev

from sanggar.assessments import queries as assessments
from sanggar.certification import queries as certification
from sanggar.clients import queries as clients
from sanggar.clients.queries import Ended
from sanggar.plugin.evidence import LEVELS

#: Fewer people than this are told nothing about.
LEAST = 10
#: Fewer than this are told with a warning: intervals are wide.
FEW = 30
#: 97.5 % point of the normal distribution
Z = 1.959963984540054

PREDICTORS = ("theory", "practice", "level")
OUTCOMES = ("rating", "on_time", "well")


@dataclass(frozen=True)
class Correlation:
    """A correlation with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Link:
    """What one score says about one outcome of work.

    Attributes
    ----------
    predictor, outcome : str
    people : int
        Talents with both.
    plain : Correlation or None
        None when fewer than `LEAST` people have both, or one of both does not vary.
    spread : float or None
        Standard deviation of the score over everybody examined, divided by that of these people.
    corrected : Correlation or None
        Corrected for range restriction; None where there is nobody beyond those who work.
    """

    predictor: str
    outcome: str
    people: int
    plain: Correlation | None = None
    spread: float | None = None
    corrected: Correlation | None = None

    @property
    def few(self) -> bool:
        """Whether so few people make any number rough."""
        return self.people < FEW


@dataclass(frozen=True)
class Report:
    """What scores of a track say about work."""

    track: str
    works: int
    people: int
    examined: int
    links: tuple[Link, ...]


def pearson(x: Sequence[float], y: Sequence[float]) -> Correlation | None:
    """Return the product-moment correlation with its interval.

    Parameters
    ----------
    x, y : sequence of float
        The same people in the same order.

    Returns
    -------
    Correlation or None
        None for fewer than four people or when one of both does not vary.

    Notes
    -----
    Interval by Fisher's z: ``tanh(atanh(r) -+ 1.96 / sqrt(n - 3))`` (Fisher 1921).
    """
    n = len(x)
    if n < 4:
        return None
    mean_x, mean_y = fmean(x), fmean(y)
    sxx = sum((a - mean_x) ** 2 for a in x)
    syy = sum((b - mean_y) ** 2 for b in y)
    if sxx <= 1e-12 or syy <= 1e-12:
        return None
    r = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True)) / math.sqrt(sxx * syy)
    r = max(-1.0, min(1.0, r))
    middle = math.atanh(max(-1 + 1e-12, min(1 - 1e-12, r)))
    half = Z / math.sqrt(n - 3)
    return Correlation(r, math.tanh(middle - half), math.tanh(middle + half))


def unrestricted(r: float, spread: float) -> float:
    """Return a correlation as it would be in the whole group, from the one in a selected part.

    Parameters
    ----------
    r : float
        Correlation among the selected.
    spread : float
        Standard deviation of the score in the whole group over that among the selected.

    Notes
    -----
    ``r U / sqrt(1 + r^2 (U^2 - 1))``: direct selection on the score (Thorndike 1949, case 2; Sackett &
    Yang 2000, equation 1). It supposes a straight line and equal scatter over the whole range; where
    people were selected by something else that goes along with the score, it says too little.
    """
    return r * spread / math.sqrt(1 + r * r * (spread * spread - 1))


def link(
    predictor: str, outcome: str, scores: Mapping[int, float], ended: Mapping[int, float],
    *, restricted: bool = True,
) -> Link:  # fmt: skip
    """Return what a score says about an outcome.

    Parameters
    ----------
    predictor, outcome : str
    scores : mapping of int to float
        Person -> score, of everybody examined.
    ended : mapping of int to float
        Person -> mean outcome of their work.
    restricted : bool
        Whether those who work were selected by this score, so that a correction makes sense.
    """
    both = sorted(scores.keys() & ended.keys())
    if len(both) < LEAST:
        return Link(predictor, outcome, len(both))
    x, y = [scores[p] for p in both], [ended[p] for p in both]
    plain = pearson(x, y)
    if plain is None or not restricted or len(scores) == len(both):
        return Link(predictor, outcome, len(both), plain)
    spread = stdev(scores.values()) / stdev(x)
    lifted = [unrestricted(r, spread) for r in (plain.value, plain.low, plain.high)]
    return Link(predictor, outcome, len(both), plain, spread, Correlation(*lifted))


def outcomes(works: Sequence[Ended]) -> dict[str, dict[int, float]]:
    """Return outcome -> person -> mean over their ended work: stars, share on time, share that ended
    well (finished with four stars or more, or without stars; broken off is not well)."""
    told: dict[str, Callable[[Ended], float | None]] = {
        "rating": lambda w: None if w.rating is None else float(w.rating),
        "on_time": lambda w: None if w.on_time is None else float(w.on_time),
        "well": lambda w: float(w.finished and (w.rating is None or w.rating >= 4)),
    }
    found: dict[str, dict[int, float]] = {}
    for name, read in told.items():
        each: dict[int, list[float]] = defaultdict(list)
        for work in works:
            value = read(work)
            if value is not None:
                each[work.person_id].append(value)
        found[name] = {person: fmean(values) for person, values in each.items()}
    return found


def report(track: str, now: datetime) -> Report:
    """Return what the scores of a track say about work so far, in four statements."""
    works = clients.ended_work(track)
    theory = {
        person: fmean(units.values())
        for person, units in assessments.unit_scores(None, track).items() if units
    }  # fmt: skip
    practice = assessments.rubric_totals(None, track)
    level = {
        person: float(LEVELS.index(name))
        for person, name in certification.levels(track, now).items()
    }
    ended = outcomes(works)
    scores = {"theory": theory, "practice": practice, "level": level}
    return Report(
        track, len(works), len({w.person_id for w in works}), len(theory.keys() | practice.keys()),
        tuple(
            link(predictor, outcome, scores[predictor], ended[outcome],
                 restricted=predictor != "level")
            for predictor in PREDICTORS for outcome in OUTCOMES
        ),
    )  # fmt: skip
