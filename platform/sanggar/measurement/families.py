"""Item models as calibration sees them: log probabilities and derivatives by item parameter.

Calibration works with slope and intercepts, ``a θ + d``, because the likelihood is smoother there;
`to_bank` turns the result into difficulties. The parameters of one item are a row ``(a, d_1 …)``,
under the 3PL ``(a, d, γ)`` with ``c = 1 / (1 + exp(-γ))``. All items of one call have the same number
of categories.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sanggar.measurement.irt import TINY, Bank, Floats, Model, _logistic


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """What one pass over the nodes gives.

    Attributes
    ----------
    logp : ndarray, shape (items, categories, nodes)
        Log probability of each category.
    first : ndarray, shape (items, categories, intercepts, nodes)
        Its derivatives by the intercepts (and γ). Those by the slope follow from `slope_of`.
    """

    logp: Floats
    first: Floats


def curves(model: Model, parameters: Floats, nodes: Floats) -> Curves:
    """Return log probabilities and their first derivatives.

    Parameters
    ----------
    model : str
        One of `irt.MODELS`.
    parameters : ndarray, shape (items, parameters)
        Slope and intercepts (and γ under the 3PL).
    nodes : ndarray, shape (nodes,)
    """
    if model == "grm":
        return _graded(parameters, nodes)
    if model == "gpcm":
        return _partial_credit(parameters, nodes)
    return _dichotomous(model, parameters, nodes)


def slope_of(model: Model, categories: int) -> Floats:
    """Return the weights w with ``∂ log P/∂a = θ Σ_h w_h ∂ log P/∂d_h``.

    They are 1 where every intercept stands beside ``a θ`` (2PL, GRM), the category number under
    the GPCM, and 0 for γ.
    """
    if model == "gpcm":
        return np.arange(1, categories, dtype=np.float64)
    if model == "3pl":
        return np.array([1.0, 0.0])
    return np.ones(categories - 1)


def _dichotomous(model: Model, parameters: Floats, nodes: Floats) -> Curves:
    """Return the curves of right/wrong items."""
    star = _logistic(parameters[:, :1] * nodes + parameters[:, 1:2])
    lower = _logistic(parameters[:, 2:3]) if model == "3pl" else np.zeros((len(parameters), 1))
    wrong = np.maximum((1.0 - lower) * (1.0 - star), TINY**2)
    right = np.maximum(lower + (1.0 - lower) * star, TINY**2)
    logp = np.log(np.stack([wrong, right], axis=1))
    first = np.empty((*logp.shape, 2 if model == "3pl" else 1)).transpose(0, 1, 3, 2)
    first[:, 0, 0] = -star
    first[:, 1, 0] = (1.0 - lower) * star * (1.0 - star) / right
    if model == "3pl":
        first[:, 0, 1] = -lower
        first[:, 1, 1] = lower * (1.0 - lower) * (1.0 - star) / right
    return Curves(logp, first)


def _graded(parameters: Floats, nodes: Floats) -> Curves:
    """Return the curves of graded items; intercepts fall."""
    z = parameters[:, :1, None] * nodes + parameters[:, 1:, None]
    star = _logistic(z)
    density = star * (1.0 - star)
    items, steps, count = star.shape
    p = np.empty((items, steps + 1, count))
    p[:, 0] = 1.0 - star[:, 0]
    p[:, 1:-1] = star[:, :-1] - star[:, 1:]
    p[:, -1] = star[:, -1]
    p = np.maximum(p, TINY**2)
    first = np.zeros((items, steps + 1, steps, count))
    for h in range(steps):
        first[:, h, h] = -density[:, h] / p[:, h]
        first[:, h + 1, h] = density[:, h] / p[:, h + 1]
    return Curves(np.log(p), first)


def _partial_credit(parameters: Floats, nodes: Floats) -> Curves:
    """Return the curves of partial credit items; intercept h belongs to category h."""
    steps = parameters.shape[1] - 1
    z = np.zeros((len(parameters), steps + 1, len(nodes)))
    for h in range(1, steps + 1):
        z[:, h] = h * parameters[:, :1] * nodes + parameters[:, h : h + 1]
    z -= z.max(axis=1, keepdims=True)
    logp = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    p = np.exp(logp)
    first = np.repeat(-p[:, None, 1:], steps + 1, axis=1)
    for h in range(steps):
        first[:, h + 1, h] += 1.0
    return Curves(logp, first)


def curvature(
    model: Model, parameters: Floats, nodes: Floats, counts: Floats, found: Curves
) -> Floats:
    """Return the expected counts' sum of second derivatives by the intercepts.

    Parameters
    ----------
    counts : ndarray, shape (items, categories, nodes)
        Expected answers; the sum of ``counts · ∂² log P`` is taken over categories.
    found : Curves
        What `curves` gave for the same parameters.

    Returns
    -------
    ndarray, shape (items, intercepts, intercepts, nodes)
    """
    items, _, steps, size = found.first.shape
    result = np.zeros((items, steps, steps, size))
    total = counts.sum(axis=1)
    p = np.exp(found.logp)
    if model == "gpcm":
        result += total[:, None, None] * p[:, 1:, None] * p[:, None, 1:]
        for h in range(steps):
            result[:, h, h] -= total * p[:, h + 1]
        return result
    # ∂² log P = ∂²P / P - (∂ log P)(∂ log P)'
    weighted = counts[:, :, None] * found.first
    result -= np.einsum("jkhq,jkiq->jhiq", weighted, found.first)
    if model == "grm":
        star = _logistic(parameters[:, :1, None] * nodes + parameters[:, 1:, None])
        bend = star * (1.0 - star) * (1.0 - 2.0 * star)
        share = counts / p
        for h in range(steps):
            result[:, h, h] += bend[:, h] * (share[:, h + 1] - share[:, h])
        return result
    star = _logistic(parameters[:, :1] * nodes + parameters[:, 1:2])
    lower = _logistic(parameters[:, 2:3]) if model == "3pl" else np.zeros((items, 1))
    share = counts[:, 1] / p[:, 1] - counts[:, 0] / p[:, 0]
    result[:, 0, 0] += share * (1.0 - lower) * star * (1.0 - star) * (1.0 - 2.0 * star)
    if model == "3pl":
        tail = lower * (1.0 - lower)
        result[:, 1, 1] += share * tail * (1.0 - 2.0 * lower) * (1.0 - star)
        cross = -share * tail * star * (1.0 - star)
        result[:, 0, 1] += cross
        result[:, 1, 0] += cross
    return result


def valid(model: Model, parameters: Floats) -> bool:
    """Return whether the parameters give probabilities: graded intercepts must fall."""
    if model == "grm":
        return bool((np.diff(parameters[:, 1:], axis=1) < 0).all())
    return bool(np.isfinite(parameters).all())


def to_bank(model: Model, parameters: list[Floats], names: tuple[str, ...]) -> Bank:
    """Return the bank of rows of slopes and intercepts."""
    b, c = [], []
    for row in parameters:
        b.append(difficulties(model, row).tolist())
        c.append(float(_logistic(row[2:3])[0]) if model == "3pl" else 0.0)
    return Bank.of([float(row[0]) for row in parameters], b, c, model=model, names=names)


def difficulties(model: Model, row: Floats) -> Floats:
    """Return the difficulties of one item from slope and intercepts."""
    if model == "gpcm":
        return np.asarray(-np.diff(row[1:], prepend=0.0) / row[0])
    return np.asarray(-(row[1:2] if model == "3pl" else row[1:]) / row[0])


def difficulty_slopes(model: Model, row: Floats) -> Floats:
    """Return ∂b/∂(a, d…) of one item, shape (difficulties, parameters), for the delta method."""
    b = difficulties(model, row)
    result = np.zeros((len(b), len(row)))
    result[:, 0] = -b / row[0]
    for h in range(len(b)):
        result[h, h + 1] = -1.0 / row[0]
        if model == "gpcm" and h:
            result[h, h] = 1.0 / row[0]
    return result


def start(model: Model, shares: npt.NDArray[np.float64]) -> Floats:
    """Return slope 1 and the intercepts that fit the shares of the categories of one item."""
    shares = np.clip(shares, 1e-3, None)
    shares = shares / shares.sum()
    if model == "gpcm":
        return np.concatenate([[1.0], np.log(shares[1:] / shares[0])])
    above = np.cumsum(shares[::-1])[::-1][1:]
    # a logit of the marginal share is flatter than the one at θ = 0 by about √(1 + a²/2.9)
    intercepts = np.log(above / (1.0 - above)) * 1.16
    return np.concatenate([[1.0], intercepts, [-1.386] if model == "3pl" else []])
