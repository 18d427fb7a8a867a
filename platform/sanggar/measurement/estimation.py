"""Marginal maximum likelihood for items: a few EM steps, then Newton steps to the exact maximum.

EM (Bock & Aitkin, 1981) comes near from anywhere but stops early on short tests; Newton steps with
the observed information (Louis, 1982) end at the maximum and leave the standard errors behind.
Identical answer patterns are counted once, so frequencies cost nothing. Which parameters are free,
shared or fixed is a matrix: item parameters = ``tie @ free + fixed``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sanggar.measurement import families
from sanggar.measurement.irt import Floats, Model
from sanggar.measurement.priors import Codes, Prior

#: EM hands over to Newton when no parameter moves further than this, or after so many steps
NEAR, PATIENCE = 3e-4, 60
#: the end: no parameter moves further than this
EXACT = 1e-7
MOST_STEPS, MOST_NEWTON = 300, 30
#: the standard errors come from an information matrix no further from the end than this
STALE = 1e-4
#: no parameter moves further than this in one step, none ends beyond this
LONGEST, FURTHEST = 1.5, 60.0
#: a parameter this large runs away to infinity (a slope of perfectly ordered answers): stop there
RUNAWAY = 30.0
#: keeps EM steps finite where the answers say nothing about a parameter
RIDGE = 1e-8


@dataclass(slots=True, eq=False)
class Block:
    """Items with the same number of categories, and where their parameters stand."""

    items: Codes
    categories: int
    #: (items, parameters) places in the vector of all item parameters
    places: Codes
    #: (persons, items) category; `categories` = missing
    codes: Codes
    weights: Floats
    #: one column an item and category above the lowest: 1 where it was answered
    answered: Floats = field(init=False)
    #: 1 where an item was answered at all; only of items with missing answers
    present: Floats = field(init=False)
    gaps: Codes = field(init=False)

    def __post_init__(self) -> None:
        marks = self.codes[:, :, None] == np.arange(1, self.categories)
        self.answered = marks.reshape(len(self.codes), -1).astype(np.float64)
        missing = self.codes == self.categories
        self.gaps = np.flatnonzero(missing.any(axis=0))
        self.present = (~missing[:, self.gaps]).astype(np.float64)


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """Where estimation ended.

    Attributes
    ----------
    xi : ndarray
        Item parameters.
    covariance : ndarray
        Their covariance; ``nan`` when the information is not positive definite.
    loglik : float
        Marginal log-likelihood without the prior.
    converged : bool
    steps : int
        EM and Newton steps together.
    """

    xi: Floats
    covariance: Floats
    loglik: float
    converged: bool
    steps: int


class Marginal:
    """The marginal likelihood of one set of answers, as a function of the free parameters."""

    def __init__(
        self,
        model: Model,
        blocks: list[Block],
        nodes: Floats,
        weights: Floats,
        tie: Floats,
        fixed: Floats,
        prior: Prior,
    ) -> None:
        self.model, self.blocks, self.nodes = model, blocks, nodes
        self.weights, self.tie, self.fixed, self.prior = weights, tie, fixed, prior
        density = -0.5 * nodes**2
        self.log_density = density - np.log(np.exp(density).sum())

    def parameters(self, free: Floats) -> Floats:
        """Return the item parameters of free ones."""
        return np.asarray(self.tie @ free + self.fixed)

    def allowed(self, free: Floats) -> bool:
        """Return whether these parameters give probabilities and lie within the prior."""
        xi = self.parameters(free)
        within = np.isfinite(self.prior.density(xi)) and bool((np.abs(xi) <= FURTHEST).all())
        return within and all(families.valid(self.model, xi[block.places]) for block in self.blocks)

    def expect(self, free: Floats) -> Expectation:
        """Return likelihood, posterior and expected counts at these parameters."""
        xi = self.parameters(free)
        joint = np.tile(self.log_density, (len(self.weights), 1))
        found = []
        for block in self.blocks:
            one = families.curves(self.model, xi[block.places], self.nodes)
            found.append(one)
            contrast = (one.logp[:, 1:] - one.logp[:, :1]).reshape(-1, len(self.nodes))
            joint += block.answered @ contrast
            lowest = one.logp[:, 0]
            joint += np.delete(lowest, block.gaps, axis=0).sum(axis=0)
            if len(block.gaps):
                joint += block.present @ lowest[block.gaps]
        top = joint.max(axis=1, keepdims=True)
        posterior = np.exp(joint - top)
        total = posterior.sum(axis=1, keepdims=True)
        posterior /= total
        loglik = float(self.weights @ (np.log(total) + top)[:, 0])
        weighted = posterior * self.weights[:, None]
        counts = [_counts(block, weighted) for block in self.blocks]
        return Expectation(
            xi, loglik, loglik + self.prior.density(xi), posterior, weighted, found, counts
        )

    def gradient(self, at: Expectation) -> Floats:
        """Return the derivative of log-likelihood plus prior by the item parameters."""
        result, _ = self.prior.derivatives(at.xi)
        for block, one, counts in zip(self.blocks, at.found, at.counts, strict=True):
            by_node = np.einsum("jkq,jkhq->jhq", counts, one.first)
            slope = families.slope_of(self.model, block.categories)
            result[block.places[:, 0]] += np.einsum("jhq,h,q->j", by_node, slope, self.nodes)
            result[block.places[:, 1:]] += by_node.sum(axis=2)
        return result

    def expected_information(self, at: Expectation) -> Floats:
        """Return minus the second derivative EM works with (Fisher scoring), positive definite."""
        _, second = self.prior.derivatives(at.xi)
        result = np.diag(np.maximum(-np.diag(second), 0.0))
        for block, one, counts in zip(self.blocks, at.found, at.counts, strict=True):
            weight = np.exp(one.logp) * counts.sum(axis=1, keepdims=True)
            inner = np.einsum("jkhq,jkiq->jhiq", weight[:, :, None] * one.first, one.first)
            self._spread(block, inner, result)
        return result

    def observed_information(self, at: Expectation) -> Floats:
        """Return minus the second derivative of log-likelihood plus prior (Louis, 1982)."""
        _, second = self.prior.derivatives(at.xi)
        result = -second
        for block, one, counts in zip(self.blocks, at.found, at.counts, strict=True):
            inner = families.curvature(
                self.model, at.xi[block.places], self.nodes, counts, one
            )  # fmt: skip
            self._spread(block, -inner, result)
        return result - self._missing_information(at)

    def _spread(self, block: Block, inner: Floats, into: Floats) -> None:
        """Add second derivatives by intercepts (items, h, i, nodes), slopes included."""
        slope = families.slope_of(self.model, block.categories)
        beside = np.einsum("jhiq,i->jhq", inner, slope) * self.nodes
        a, d = block.places[:, 0], block.places[:, 1:]
        into[a, a] += np.einsum("jhq,h,q->j", beside, slope, self.nodes)
        cross = beside.sum(axis=2)
        into[a[:, None], d] += cross
        into[d, a[:, None]] += cross
        into[d[:, :, None], d[:, None, :]] += inner.sum(axis=3)

    def _missing_information(self, at: Expectation) -> Floats:
        """Return the sum over persons of the posterior covariance of their complete score."""
        scores = [_score_tables(one.first) for one in at.found]
        widths = [table.shape[1] * table.shape[3] for table in scores]
        size, ends = sum(widths), np.cumsum([0, *widths])
        moments = np.zeros((3, size, size))
        mean = np.zeros((2, len(self.weights), size))
        rows = np.empty((len(self.weights), size))
        heavy = at.weighted.sum(axis=0) > 1e-7 * self.weights.sum()
        for q in np.flatnonzero(heavy):
            for block, table, low, high in zip(
                self.blocks, scores, ends[:-1], ends[1:], strict=True
            ):
                picked = table[q][np.arange(len(block.items)), block.codes]
                rows[:, low:high] = picked.reshape(len(rows), -1)
            theta, share = self.nodes[q], at.posterior[:, q : q + 1]
            part = share * rows
            mean[0] += part
            mean[1] += theta * part
            rows *= np.sqrt(at.weighted[:, q : q + 1])
            square = rows.T @ rows
            for power in range(3):
                moments[power] += theta**power * square
        root = np.sqrt(self.weights)[:, None]
        flat, steep = mean[0] * root, mean[1] * root
        moments[0] -= flat.T @ flat
        moments[1] -= flat.T @ steep
        moments[2] -= steep.T @ steep
        return self._arranged(moments)

    def _arranged(self, moments: Floats) -> Floats:
        """Return moments of intercept scores (times 1, θ, θ²) as a matrix of all parameters."""
        places = np.concatenate([block.places[:, 1:].ravel() for block in self.blocks])
        slopes = np.concatenate([block.places[:, 0] for block in self.blocks])
        sums = np.zeros((len(slopes), len(places)))
        row = column = 0
        for block in self.blocks:
            weights = families.slope_of(self.model, block.categories)
            for _ in block.items:
                sums[row, column : column + len(weights)] = weights
                row, column = row + 1, column + len(weights)
        result = np.zeros((len(self.fixed), len(self.fixed)))
        result[np.ix_(places, places)] = moments[0]
        # moments[1] is Σ θ s s' minus (mean s)(mean θ s)': its second index carries θ
        cross = moments[1] @ sums.T
        result[np.ix_(places, slopes)] = cross
        result[np.ix_(slopes, places)] = cross.T
        result[np.ix_(slopes, slopes)] = sums @ moments[2] @ sums.T
        return result


@dataclass(frozen=True, slots=True, eq=False)
class Expectation:
    """One E-step: likelihood, posterior of every pattern, curves and expected counts."""

    xi: Floats
    loglik: float
    objective: float
    posterior: Floats
    weighted: Floats
    found: list[families.Curves]
    counts: list[Floats]


def _counts(block: Block, weighted: Floats) -> Floats:
    """Return expected answers, shape (items, categories, nodes)."""
    items, nodes = len(block.items), weighted.shape[1]
    counts = np.empty((items, block.categories, nodes))
    counts[:, 1:] = (block.answered.T @ weighted).reshape(items, block.categories - 1, nodes)
    total = np.tile(weighted.sum(axis=0), (items, 1))
    if len(block.gaps):
        total[block.gaps] = block.present.T @ weighted
    counts[:, 0] = total - counts[:, 1:].sum(axis=1)
    return counts


def _score_tables(first: Floats) -> Floats:
    """Return scores by node as (nodes, items, categories + 1, intercepts); the last is missing."""
    table = first.transpose(3, 0, 1, 2)
    absent = np.zeros((table.shape[0], table.shape[1], 1, table.shape[3]))
    return np.ascontiguousarray(np.concatenate([table, absent], axis=2))


def maximise(problem: Marginal, free: Floats, rough: Marginal | None = None) -> Estimate:
    """Return the maximum of likelihood times prior, from these starting values.

    Parameters
    ----------
    problem : Marginal
    free : ndarray
        Starting values of the free parameters.
    rough : Marginal, optional
        The same problem on fewer nodes: EM and the information work with it, which changes how
        fast the end is reached and not where it lies.
    """
    # matrices this small lose more by sharing processors than they win
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(limits=1):
        return _maximise(problem, free, rough or problem)


def _maximise(problem: Marginal, free: Floats, rough: Marginal) -> Estimate:
    """Return the maximum: EM until it is near, then Newton, and again while that fails."""
    steps, near, moved, tries = 0, NEAR, np.inf, 0
    inverse: Floats | None = None
    at = rough.expect(free)
    while steps < MOST_STEPS and np.abs(at.xi).max(initial=0.0) < RUNAWAY:
        information = rough.tie.T @ rough.expected_information(at) @ rough.tie
        information.flat[:: len(free) + 1] += RIDGE * (1.0 + np.diag(information).max(initial=0.0))
        step = np.asarray(np.linalg.solve(information, rough.tie.T @ rough.gradient(at)))
        free, at, moved = _walk(rough, free, at, step)
        steps, tries = steps + 1, tries + 1
        if moved > near and tries < PATIENCE:
            continue
        free, moved, inverse, used = _newton(problem, rough, free)
        steps, tries = steps + used, 0
        if moved <= EXACT:
            break
        near, at = near / 10, rough.expect(free)
    if inverse is None or moved > EXACT:
        inverse = np.full((len(free), len(free)), np.nan)
    end = problem.expect(free)
    covariance = problem.tie @ inverse @ problem.tie.T
    left = np.abs(inverse @ (problem.tie.T @ problem.gradient(end))).max(initial=0.0)
    return Estimate(end.xi, covariance, end.loglik, bool(left <= 1e3 * EXACT), steps)


def _newton(
    problem: Marginal, rough: Marginal, free: Floats
) -> tuple[Floats, float, Floats | None, int]:
    """Return parameters after Newton steps; the information is kept while it serves."""
    inverse = _inverse(rough, free)
    if inverse is None:
        return free, np.inf, None, 0
    at, moved, stale, used = problem.expect(free), np.inf, 0.0, 0
    while inverse is not None and used < MOST_NEWTON and np.abs(at.xi).max() < RUNAWAY:
        before = moved
        free, at, moved = _walk(problem, free, at, inverse @ (problem.tie.T @ problem.gradient(at)))
        used, stale = used + 1, stale + moved
        if moved <= EXACT:
            if stale > STALE:
                inverse = _inverse(rough, free)
            return free, (moved if inverse is not None else np.inf), inverse, used
        if moved > 0.3 * before:
            inverse, stale = _inverse(rough, free), 0.0
    return free, np.inf, inverse, used


def _inverse(problem: Marginal, free: Floats) -> Floats | None:
    """Return the inverse of the observed information, or None when it is not positive definite."""
    information = problem.observed_information(problem.expect(free))
    information = problem.tie.T @ information @ problem.tie
    try:
        np.linalg.cholesky(information)
    except np.linalg.LinAlgError:
        return None
    return np.asarray(np.linalg.inv(information))


def _walk(
    problem: Marginal, free: Floats, at: Expectation, step: Floats
) -> tuple[Floats, Expectation, float]:
    """Go along a step, shortened until it is allowed and does not go down; return how far."""
    length = float(np.abs(step).max(initial=0.0))
    if length > LONGEST:
        step = step * (LONGEST / length)
    slack = 1e-12 * abs(at.objective)
    for _ in range(30):
        if problem.allowed(free + step):
            found = problem.expect(free + step)
            if found.objective >= at.objective - slack:
                return free + step, found, float(np.abs(step).max(initial=0.0))
        step = step / 2
    return free, at, 0.0
