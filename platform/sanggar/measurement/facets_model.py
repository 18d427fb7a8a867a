"""The likelihood behind `facets`: works integrated out, markers, criteria and thresholds free.

Marks are counted once per (work, marker x criterion, level); after that a likelihood and its gradient
are two matrix products, so an estimation takes a fraction of a second.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Quadrature nodes over works, in standard deviations, and their reach.
NODES, REACH = 41, 5.0
#: Prior spread (logits) that keeps markers with only highest or only lowest levels finite.
WEAK = 10.0


@dataclass(frozen=True)
class RatingModel:
    """Counts and bookkeeping of one estimation; parameters live in one flat vector.

    The vector holds marker severities and criterion difficulties (the last of each is minus the sum
    of the others, except that known works set the markers' zero), thresholds (likewise), the works'
    mean and the logarithm of their standard deviation.
    """

    counts: Floats  # (works, cells x levels)
    cells: Ints  # (cells, 2): marker, criterion
    shape: tuple[int, int, int]  # markers, criteria, levels
    known: Floats  # (works,) nan where unknown
    z: Floats = field(default_factory=lambda: np.linspace(-REACH, REACH, NODES))

    @property
    def free(self) -> int:
        """Return the number of free marker parameters."""
        return self.shape[0] - (not np.isfinite(self.known).any())

    def split(self, vector: Floats) -> tuple[Floats, Floats, Floats, float, float]:
        """Return severities, difficulties, thresholds, mean and standard deviation."""
        markers, criteria, levels = self.shape
        ends = np.cumsum([self.free, criteria - 1, levels - 2])
        severity, difficulty, steps, rest = np.split(vector, ends)
        if self.free < markers:
            severity = np.append(severity, -severity.sum())
        return (
            severity,
            np.append(difficulty, -difficulty.sum()),
            np.append(steps, -steps.sum()),
            float(rest[0]),
            float(np.exp(rest[1])),
        )

    def nodes(self, mean: float, sd: float) -> Floats:
        """Return the quadrature nodes followed by the measures of known works."""
        return np.concatenate([mean + sd * self.z, self.known[np.isfinite(self.known)]])

    def log_weights(self) -> Floats:
        """Return the log prior weight of each node for each work."""
        fixed = np.isfinite(self.known)
        density = -0.5 * self.z**2
        density -= np.log(np.exp(density).sum())
        table = np.full((len(self.known), NODES + int(fixed.sum())), -np.inf)
        table[~fixed, :NODES] = density
        table[fixed, NODES + np.arange(int(fixed.sum()))] = 0.0
        return table

    def log_probabilities(
        self, theta: Floats, severity: Floats, difficulty: Floats, steps: Floats
    ) -> Floats:
        """Return log P, shape (cells, levels, nodes), of the rating scale model."""
        location = severity[self.cells[:, 0]] + difficulty[self.cells[:, 1]]
        logit = theta[None, :] - location[:, None]
        k = np.arange(self.shape[2], dtype=np.float64)
        total = np.concatenate([[0.0], np.cumsum(steps)])
        z = k[None, :, None] * logit[:, None, :] - total[None, :, None]
        z -= z.max(axis=1, keepdims=True)
        return np.asarray(z - np.log(np.exp(z).sum(axis=1, keepdims=True)))

    def posterior(self, vector: Floats) -> tuple[float, Floats, Floats]:
        """Return the log likelihood, posterior weights (works, nodes) and log P."""
        severity, difficulty, steps, mean, sd = self.split(vector)
        log_p = self.log_probabilities(self.nodes(mean, sd), severity, difficulty, steps)
        joint = self.counts @ log_p.reshape(-1, log_p.shape[-1]) + self.log_weights()
        top = joint.max(axis=1, keepdims=True)
        weights = np.exp(joint - top)
        total = weights.sum(axis=1, keepdims=True)
        return float((np.log(total) + top).sum()), weights / total, log_p

    def loss(self, vector: Floats) -> tuple[float, Floats]:
        """Return minus the penalised log likelihood and its gradient."""
        markers, criteria, levels = self.shape
        severity, difficulty, steps, _, sd = self.split(vector)
        value, weights, log_p = self.posterior(vector)
        expected = (self.counts.T @ weights).reshape(log_p.shape)
        p, k = np.exp(log_p), np.arange(levels, dtype=np.float64)[None, :, None]
        n = expected.sum(axis=1, keepdims=True)
        logit = (k * (expected - n * p)).sum(axis=1)  # (cells, nodes)
        cell = logit.sum(axis=1)
        d_severity = -np.bincount(self.cells[:, 0], cell, markers) - severity / WEAK**2
        d_difficulty = -np.bincount(self.cells[:, 1], cell, criteria) - difficulty / WEAK**2
        above = np.flip(np.cumsum(np.flip(expected - n * p, 1), axis=1), 1)[:, 1:]
        d_steps = -above.sum(axis=(0, 2)) - steps / WEAK**2
        quad = logit[:, :NODES].sum(axis=0)
        d_spread = sd * float((quad * self.z).sum())
        marker_gradient = d_severity if self.free == markers else d_severity[:-1] - d_severity[-1]
        gradient = np.concatenate([
            marker_gradient, d_difficulty[:-1] - d_difficulty[-1], d_steps[:-1] - d_steps[-1],
            [quad.sum(), d_spread],
        ])  # fmt: skip
        penalty = (severity @ severity + difficulty @ difficulty + steps @ steps) / (2 * WEAK**2)
        return float(penalty) - value, -gradient

    def covariance(self, vector: Floats) -> Floats:
        """Return the inverse of the observed information (differences of the gradient)."""
        h, size = 1e-4, len(vector)
        rows = []
        for i in range(size):
            step = np.zeros(size)
            step[i] = h
            rows.append((self.loss(vector + step)[1] - self.loss(vector - step)[1]) / (2 * h))
        hessian = np.array(rows)
        return np.asarray(np.linalg.pinv((hessian + hessian.T) / 2))


def moments(logit: Floats, steps: Floats) -> tuple[Floats, Floats]:
    """Return the expected level - 1 and its variance at logits of any shape."""
    k = np.arange(len(steps) + 1, dtype=np.float64)
    z = k * logit[..., None] - np.concatenate([[0.0], np.cumsum(steps)])
    p = np.exp(z - z.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    mean = p @ k
    return mean, p @ k**2 - mean**2
