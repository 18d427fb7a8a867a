"""Item parameters from responses, with standard errors: the one door to calibration.

Plain maximum likelihood is the default, so the numbers equal those of R's mirt; `prior="auto"` adds
a lognormal prior on the slopes of items with few answers, without which a bank of 200 persons looks
surer than it is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from sanggar.errors import Invalid
from sanggar.measurement import families
from sanggar.measurement.estimation import Block, Estimate, Marginal, maximise
from sanggar.measurement.irt import MODELS, Bank, Floats, Model
from sanggar.measurement.priors import Prior
from sanggar.measurement.responses import Coded, Responses
from sanggar.measurement.screening import Screened, screen

_Solver = Callable[[Floats, Floats, Floats], Estimate]

PriorName = Literal["none", "auto", "lognormal"]

#: quadrature: evenly spaced abilities from -6 to 6; long tests have narrow posteriors
REACH, NODES, LONG_NODES, LONG_TEST = 6.0, 61, 121, 40
#: from this many answers on the data speak for themselves
ENOUGH = 1000
#: the lognormal prior on slopes: deviation of the logarithm about the common level, and of the level
SLOPE_SD, LEVEL_SD = 0.2, 0.5
#: the normal prior on logit c under the 3PL: its deviation
GUESSING_SD = 0.5
#: without that prior: a logit c below the first is on its way to minus infinity; there c is 0
VANISHING, NO_GUESSING = -7.0, -25.0


class CannotCalibrate(Invalid):
    """These responses do not carry this model; the message says which item or why."""


@dataclass(frozen=True, slots=True)
class ItemEstimate:
    """What calibration says of one item.

    Attributes
    ----------
    name : str
    a, c : float
        Slope and lower asymptote (0 except under the 3PL).
    b : tuple of float
        One difficulty, or the thresholds (``grm``) or steps (``gpcm``).
    se_a, se_c : float or None
        Standard errors; None where a number is fixed or could not be had.
    se_b : tuple of float or None
    answers : int
        Answers the estimate rests on.
    """

    name: str
    a: float
    b: tuple[float, ...]
    c: float
    se_a: float | None
    se_b: tuple[float | None, ...]
    se_c: float | None
    answers: int


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """The result of `calibrate`.

    Attributes
    ----------
    model : str
    persons : int
        Persons with at least one answer.
    loglik : float
        Marginal log-likelihood at the estimate, without the prior.
    free : int
        Number of free parameters.
    items : tuple of ItemEstimate
    bank : Bank
        The same numbers for `scoring`.
    screened : tuple of Screened
    gaps : dict
        Item → whole scores between its lowest and highest that nobody has.
    converged : bool
    nodes : int
        Quadrature nodes.
    """

    model: Model
    persons: int
    loglik: float
    free: int
    items: tuple[ItemEstimate, ...]
    bank: Bank
    screened: tuple[Screened, ...]
    gaps: dict[str, tuple[int, ...]]
    converged: bool
    nodes: int


def calibrate(
    responses: Responses, model: Model = "2pl", *, prior: PriorName = "none",
    drop_weak: bool = False, guessing: float | None = 0.2, nodes: int | None = None,
) -> Calibration:  # fmt: skip
    """Estimate item parameters by marginal maximum likelihood.

    Parameters
    ----------
    responses : Responses
        Missing answers are allowed.
    model : str
        ``rasch`` (slope 1), ``1pl`` (one slope for all items), ``2pl``, ``3pl``, ``grm``, ``gpcm``;
        ability is normal(0, 1) under all of them.
    prior : str
        ``none``: maximum likelihood. ``lognormal``: a lognormal prior on every slope: logarithms
        scatter by `SLOPE_SD` about a common level, which the answers place. ``auto``: the same on
        slopes of items with fewer than `ENOUGH` answers. ``rasch`` and ``1pl`` have no slope of an
        item, so it does nothing there.
    drop_weak : bool
        Leave out items whose item-rest correlation is below `WEAK`; without it they are named in
        `Calibration.screened` and kept. Items without two different scores are always left out.
    guessing : float or None
        Centre of the prior on c under the 3PL; ``logit c`` is normal with deviation `GUESSING_SD`.
        None: no prior; a c that runs to 0 is held there, without a standard error.
    nodes : int, optional
        Quadrature nodes; 61, or 121 from `LONG_TEST` items on.

    Returns
    -------
    Calibration

    Raises
    ------
    CannotCalibrate
        When no item is left, an item of a right/wrong model has more than two scores, or there are
        fewer answer patterns than parameters.

    Notes
    -----
    Bock & Aitkin (1981), *Psychometrika* 46; information by Louis (1982), *JRSS B* 44.
    """
    answered, coded, screened = _fit_for(responses, model, drop_weak)
    codes, weights = _patterns(answered, coded)
    count = nodes or (NODES if len(answered.names) < LONG_TEST else LONG_NODES)
    sizes = [len(seen) for seen in coded.values]
    layout = _Layout.of(model, codes, weights, sizes)
    tie, fixed, free = layout.ties(model)
    places = _priors(layout, model, prior, answered.answers(), guessing)
    _identified(model, tie.shape[1] - len(places[1]), sizes, len(places[0]))
    logit = float(np.log(guessing / (1 - guessing))) if guessing else 0.0
    density = Prior(*places, SLOPE_SD, LEVEL_SD, logit, GUESSING_SD)
    solved = _solver(model, layout, weights, density, count)
    found = solved(tie, fixed, free)
    if model == "3pl" and guessing is None:
        found = _without_vanishing(found, layout, tie, fixed, solved)
    gaps = {n: g for n, g in zip(answered.names, coded.gaps, strict=True) if g}
    return _result(model, answered, layout, found, screened, gaps, tie.shape[1], count)


def _solver(model: Model, layout: _Layout, weights: Floats, density: Prior, count: int) -> _Solver:
    """Return what finds the maximum for given ties: on a coarse grid first when `count` is fine."""

    def solved(tie: Floats, fixed: Floats, free: Floats) -> Estimate:
        def problem(size: int) -> Marginal:
            grid = np.linspace(-REACH, REACH, size)
            return Marginal(model, layout.blocks, grid, weights, tie, fixed, density)

        return maximise(problem(count), free, problem(NODES) if count > NODES else None)

    return solved


def _identified(model: Model, parameters: int, sizes: Sequence[int], slopes: int) -> None:
    """Refuse a model with more parameters than patterns of answers; slopes with a prior do not count."""
    if np.log(parameters - slopes + 1) > np.log(sizes).sum() + 1e-9:
        noun = "item carries" if len(sizes) == 1 else "items carry"
        raise CannotCalibrate(
            f"{len(sizes)} {noun} no {model}, which has {parameters} parameters: add items, or take "
            "another model"
        )


def _without_vanishing(
    found: Estimate, layout: _Layout, tie: Floats, fixed: Floats,
    solved: _Solver,
) -> Estimate:  # fmt: skip
    """Return the maximum with every c that ran to 0 held there."""
    last = np.array([place[-1] for place in layout.places], dtype=np.int64)
    held = np.zeros(len(last), dtype=bool)
    while (found.xi[last[~held]] < VANISHING).any():
        held |= found.xi[last] < VANISHING
        kept = np.setdiff1d(np.arange(len(fixed)), last[held])
        fixed = fixed.copy()
        fixed[last[held]] = NO_GUESSING
        found = solved(tie[:, kept], fixed, found.xi[kept])
    found.covariance[last[held]] = np.nan
    return found


def _fit_for(
    responses: Responses, model: Model, drop_weak: bool
) -> tuple[Responses, Coded, list[Screened]]:
    """Return the responses that carry a model, or say why there are none."""
    if model not in MODELS:
        raise CannotCalibrate(f"{model} is no model: choose from {', '.join(MODELS)}")
    counted = responses.freq * ~responses.missing.all(axis=1)
    answered = Responses.of(responses.scores, responses.names, counted)
    kept, screened = screen(answered, drop_weak)
    if not kept:
        raise CannotCalibrate("no item has two different scores")
    answered = answered.take(kept)
    coded = answered.coded()
    for name, seen in zip(answered.names, coded.values, strict=True):
        if len(seen) > 2 and model not in ("grm", "gpcm"):
            raise CannotCalibrate(
                f"{name} has {len(seen)} different scores: {model} needs two, use grm or gpcm"
            )
    return answered, coded, screened


def _patterns(responses: Responses, coded: Coded) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return different answer patterns and how often each occurs."""
    counted = responses.freq > 0
    codes, inverse = np.unique(coded.codes[counted], axis=0, return_inverse=True)
    weights = np.bincount(inverse.ravel(), weights=responses.freq[counted])
    return codes, weights.astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class _Layout:
    """Where the parameters of each item stand in one long vector."""

    blocks: list[Block]
    places: list[npt.NDArray[np.int64]]
    start: Floats

    @classmethod
    def of(
        cls, model: Model, codes: npt.NDArray[np.int64], weights: Floats, sizes: Sequence[int]
    ) -> _Layout:
        """Return blocks of items with the same number of categories, and starting values."""
        places: list[npt.NDArray[np.int64]] = []
        starts = []
        for j, size in enumerate(sizes):
            shares = np.array([weights[codes[:, j] == k].sum() for k in range(size)])
            starts.append(families.start(model, shares))
            first = places[-1][-1] + 1 if places else 0
            places.append(np.arange(first, first + len(starts[-1])))
        blocks = []
        for size in sorted(set(sizes)):
            items = np.flatnonzero(np.asarray(sizes) == size)
            part = np.where(codes[:, items] < 0, size, codes[:, items])
            spots = np.stack([places[j] for j in items])
            blocks.append(Block(items, size, spots, part, weights))
        return cls(blocks, places, np.concatenate(starts))

    def ties(self, model: Model) -> tuple[Floats, Floats, Floats]:
        """Return which parameters are free, shared or fixed, and where the free ones start."""
        size = len(self.start)
        slopes = np.array([place[0] for place in self.places])
        if model not in ("rasch", "1pl"):
            return np.eye(size), np.zeros(size), self.start
        others = np.setdiff1d(np.arange(size), slopes)
        tie, fixed = np.zeros((size, len(others))), np.zeros(size)
        tie[others, np.arange(len(others))] = 1.0
        if model == "rasch":
            fixed[slopes] = 1.0
            return tie, fixed, self.start[others]
        shared = np.zeros((size, 1))
        shared[slopes] = 1.0
        return np.hstack([shared, tie]), fixed, np.concatenate([[1.0], self.start[others]])


def _priors(
    layout: _Layout,
    model: Model,
    prior: PriorName,
    answers: npt.NDArray[np.int64],
    guessing: float | None,
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the places of parameters with a lognormal and with a normal prior."""
    slopes = np.array([place[0] for place in layout.places], dtype=np.int64)
    if prior == "none" or model in ("rasch", "1pl"):
        chosen = slopes[:0]
    else:
        chosen = slopes if prior == "lognormal" else slopes[answers < ENOUGH]
    last = [place[-1] for place in layout.places] if model == "3pl" and guessing else []
    return chosen, np.array(last, dtype=np.int64)


def _result(
    model: Model,
    responses: Responses,
    layout: _Layout,
    found: Estimate,
    screened: list[Screened],
    gaps: dict[str, tuple[int, ...]],
    free: int,
    nodes: int,
) -> Calibration:
    """Return parameters and standard errors by item."""
    rows = [found.xi[place] for place in layout.places]
    bank = families.to_bank(model, rows, responses.names)
    answers = responses.answers()
    items = []
    for j, (row, place) in enumerate(zip(rows, layout.places, strict=True)):
        own = found.covariance[np.ix_(place, place)]
        lean = families.difficulty_slopes(model, row)
        spread = np.einsum("hp,pq,hq->h", lean, own, lean)
        lower = float(bank.c[j])
        lower = lower if model != "3pl" or row[-1] > NO_GUESSING else 0.0
        se_c = _root(own[2, 2]) if model == "3pl" else None
        items.append(
            ItemEstimate(
                name=responses.names[j],
                a=float(bank.a[j]),
                b=tuple(float(v) for v in families.difficulties(model, row)),
                c=lower,
                se_a=None if model == "rasch" else _root(own[0, 0]),
                se_b=tuple(_root(v) for v in spread),
                se_c=None if se_c is None else lower * (1.0 - lower) * se_c,
                answers=int(answers[j]),
            )
        )
    return Calibration(
        model, responses.persons, found.loglik, free, tuple(items), bank,
        tuple(screened), gaps, found.converged, nodes,
    )  # fmt: skip


def _root(variance: float) -> float | None:
    """Return the standard error of a variance, None where there is none."""
    return float(np.sqrt(variance)) if np.isfinite(variance) and variance >= 0 else None
