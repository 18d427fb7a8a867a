"""A fair chance without a history: how good somebody may be, as far as exams and ratings know.

An order by ratings alone keeps those who came first: who was never hired has no rating and is not
hired. An assessment knows something about everybody, and knows how little it knows. The upper end of
that knowledge stands for a talent until ratings have spoken (optimism in the face of uncertainty).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

#: Standard deviations above the mean.
OPTIMISM = 1.0
#: Placements from which on nobody is new; as `ranking.rerank.NEWCOMER`.
FEW = 2
#: People with ratings, below which the scale is not learned.
ENOUGH = 30


@dataclass(frozen=True)
class Scale:
    """How assessment scores and ratings hang together among those certified.

    Attributes
    ----------
    mean, sd : float
        Of true scores: the spread of marks without their measurement error.
    rating : float
        Mean rating.
    slope : float
        Rating points for one sd of true score (the predictive validity of the assessment).
    rest : float
        sd of mean ratings that assessments do not see: reliability, manners.
    noise : float
        sd of one rating about a talent's mean.

    Notes
    -----
    Before 30 talents have ratings, the defaults hold: the model of the programme's planning, with the
    slope halved by the ceiling of a five-star scale.
    """

    mean: float = 74.0
    sd: float = 8.0
    rating: float = 4.4
    slope: float = 0.35
    rest: float = 0.2
    noise: float = 0.75


@dataclass(frozen=True)
class Posterior:
    """What is known of the mean rating each talent would have, shapes (talents,)."""

    mean: Floats
    sd: Floats

    def upper(self, optimism: float = OPTIMISM) -> Floats:
        """Return the upper confidence bound, `optimism` standard deviations above the mean."""
        return np.asarray(self.mean + optimism * self.sd)


def posterior(
    score: ArrayLike, error: ArrayLike, rated: ArrayLike, total: ArrayLike, scale: Scale
) -> Posterior:
    """Return the posterior of each talent's mean rating.

    Parameters
    ----------
    score : array-like, shape (talents,)
        Assessment score, 0..100; NaN when there is none.
    error : array-like, shape (talents,)
        Its standard error of measurement.
    rated : array-like, shape (talents,)
        Number of ratings.
    total : array-like, shape (talents,)
        Sum of ratings.
    scale : Scale

    Notes
    -----
    The true score given the observed one is ``N(mean + r (score - mean), r error^2)`` with
    reliability ``r = sd^2 / (sd^2 + error^2)`` (Kelley 1947; Lord & Novick 1968, 3.7); it is carried
    to ratings by the slope, `rest` is added, and ratings update it as a normal mean with known
    variance (Gelman et al., Bayesian Data Analysis 3, 2.5). The ratings are taken as drawn about
    their talent's mean with `noise`, cut-off at five stars and all.
    """
    seen = np.asarray(score, dtype=np.float64)
    sem = np.asarray(error, dtype=np.float64)
    known = np.isfinite(seen)
    reliability = np.where(known, scale.sd**2 / (scale.sd**2 + np.where(known, sem, 0.0) ** 2), 0.0)
    true = reliability * np.where(known, seen - scale.mean, 0.0)
    unsure = scale.sd**2 * (1.0 - reliability)
    points = scale.slope / scale.sd
    prior = scale.rating + points * true
    precision = 1.0 / np.maximum(points**2 * unsure + scale.rest**2, 1e-9)
    told = np.asarray(rated, dtype=np.float64) / scale.noise**2
    said = np.asarray(total, dtype=np.float64) / scale.noise**2
    return Posterior(
        (prior * precision + said) / (precision + told), 1.0 / np.sqrt(precision + told)
    )


def bonus(
    known: Posterior, placements: ArrayLike, worth: float, *, optimism: float = OPTIMISM,
    few: int = FEW,
) -> Floats:  # fmt: skip
    """Return what to add to the scores of a ranking so that newcomers are tried.

    Parameters
    ----------
    known : Posterior
    placements : array-like, shape (talents,)
        Works agreed so far; from `few` on the bonus is 0.
    worth : float
        What one rating point is worth in the ranking's scores.
    optimism : float
    few : int

    Notes
    -----
    Upper confidence bound (Auer, Cesa-Bianchi & Fischer 2002; Bayes-UCB: Kaufmann, Cappé & Garivier
    2012): the more is known, the less is added. To be named in the reasons of the list as the chance
    for newcomers it is, never as merit.
    """
    new = np.asarray(placements) < few
    return np.where(new, worth * optimism * known.sd, 0.0)


def measure(
    score: ArrayLike, error: ArrayLike, ratings: Sequence[ArrayLike], prior: Scale | None = None
) -> Scale:
    """Learn the scale from talents who have been rated.

    Parameters
    ----------
    score, error : array-like, shape (talents,)
        As in `posterior`; everybody certified, rated or not.
    ratings : sequence of array-like
        The ratings of each talent; may be empty.
    prior : Scale, optional
        What holds where there is too little to learn from.

    Returns
    -------
    Scale
        `noise` is the pooled spread within talents, `slope` the weighted regression of mean ratings
        on the true score expected given the mark (regression calibration: Carroll et al. 2006, 4),
        not below 0; `rest` what is left between talents beyond noise (DerSimonian & Laird 1986).
    """
    prior = prior or Scale()
    seen, sem = np.asarray(score, dtype=np.float64), np.asarray(error, dtype=np.float64)
    known = np.isfinite(seen)
    told = [np.asarray(r, dtype=np.float64) for r in ratings]
    count = np.array([len(r) for r in told], dtype=np.float64)
    used = known & (count > 0)
    degrees = float((count[used] - 1).sum())
    if used.sum() < ENOUGH or degrees < ENOUGH:
        return prior
    mean = float(seen[known].mean())
    sd = float(np.sqrt(max(seen[known].var(ddof=1) - (sem[known] ** 2).mean(), 1.0)))
    level = np.array([r.mean() if len(r) else np.nan for r in told])
    within = sum(
        float(((r - r.mean()) ** 2).sum()) for r, use in zip(told, used, strict=True) if use
    )
    noise = float(np.sqrt(max(within / degrees, 0.05)))
    x = (sd / (sd**2 + sem[used] ** 2)) * (seen[used] - mean)
    y, weight = level[used], count[used] / noise**2
    centre = float(np.average(x, weights=weight))
    rating = float(np.average(y, weights=weight))
    bend = float((weight * (x - centre) ** 2).sum())
    slope = max(float((weight * (x - centre) * (y - rating)).sum()) / max(bend, 1e-9), 0.0)
    left = float((weight * (y - rating - slope * (x - centre)) ** 2).sum()) - (len(y) - 2)
    room = float(weight.sum() - (weight**2).sum() / weight.sum())
    # what the mark leaves unsure of the true score scatters ratings too; `posterior` adds it itself
    unsure = slope**2 * float(np.average(sem[used] ** 2 / (sd**2 + sem[used] ** 2), weights=weight))
    rest = float(np.sqrt(max(left / room - unsure, 0.05**2)))
    return Scale(mean, sd, rating - slope * centre, slope, rest, noise)
