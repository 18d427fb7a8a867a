"""Whether clicks are corrected for position at all: measured, for every type of brief on its own.

With few lists the correction can cost more than it brings. So both ways are learned, both order lists
that were kept out of the learning, and once bias is certain the better one of the two is used.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanggar.rankers import metrics
from sanggar.rankers.clicks import FLOOR, Bias, Shown, Targets, harvest, targets

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
#: ``learn(X, target, weight, groups)`` returns a function from features to scores
Learn = Callable[[Floats, Floats, Floats, Ints], Callable[[Floats], Floats]]

FOLDS = 5
#: Powers tried of a model's scores: one model spreads its scores wider than another.
POWERS = (0.25, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0, 2.8, 4.0)
#: Lists of a type with a click, below which nothing can be decided.
ENOUGH = 20


@dataclass(frozen=True)
class Switch:
    """Whether clicks of one type of brief are counted per examined showing, and why.

    Attributes
    ----------
    on : bool
    gain : float
        Mean gain in log-likelihood of the clicks of a list kept out of the learning.
    low, high : float
        Its 95 % bootstrap interval over lists.
    lists : int
        Lists it was measured on.
    reason : str
    """

    on: bool
    gain: float
    low: float
    high: float
    lists: int
    reason: str


def switches(
    X: Floats, groups: Ints, log: Shown, learn: Learn,  # noqa: N803
    *, kinds: Sequence[Hashable] | None = None, bias: Bias | None = None, folds: int = FOLDS,
    seed: int = 17,
) -> dict[Hashable, Switch]:  # fmt: skip
    """Decide for each type of brief whether correcting for position is worth its noise.

    Parameters
    ----------
    X : array, shape (items, features)
    groups : array of int, shape (items,)
        The list of each item; items of a list stand together.
    log : Shown
    learn : callable
        What will be trained.
    kinds : sequence, length items, optional
        The type of brief of each item, the same for a whole list; one type for all without it.
    bias : Bias, optional
        From lists of all types, since the page is the same; harvested from `log` without it.
    folds : int
    seed : int

    Returns
    -------
    dict
        One `Switch` for each type. On only where bias is certain and the gain is above 0.

    Notes
    -----
    Both models are learned on the other folds. The clicks of each list kept out are then explained
    by ``shown * propensity * score ** power``: given their number they fall on its items as a
    multinomial (as `clicks.harvest` looks at places), which uses every click by what it says, where
    the counterfactual estimate of DCG (Agarwal et al., SIGIR 2019) drowns in clicks on low places:
    its z was a third as large in simulations. One power a model makes the scales alike. The judge is
    the harvested bias itself, so nothing is switched on before bias is certain (`Bias.cautious`).
    After that the mean gain decides, not its interval: to leave out a correction that is needed costs
    more than to apply one that is not. Over 12 simulated logs of 10 and 100 showings a list, the
    interval found the correction in 9 and 73 %, the mean in 82 and 100 %, and NDCG was the better for it.
    """
    bias = bias or harvest(log)
    every = np.array([0] * log.items if kinds is None else list(kinds), dtype=object)
    names = sorted(set(every.tolist()), key=str)
    if np.allclose(bias.cautious(), 1.0):
        reason = "no bias of position is certain: every showing counts the same"
        return {name: Switch(False, 0.0, 0.0, 0.0, 0, reason) for name in names}
    looked = log.sums(log.shown * np.maximum(bias.propensity[log.place], FLOOR))
    clicks = log.sums(log.clicks)
    plain, mended = (
        _explained(clicks, looked, _out_of_fold(X, groups, target, learn, folds, seed), groups)
        for target in (targets(log), targets(log, bias.propensity))
    )
    gained: dict[Hashable, list[float]] = {name: [] for name in names}
    for n, rows in enumerate(metrics.lists(groups)):
        if clicks[rows].any():
            gained[every[rows.start]].append(float(mended[n] - plain[n]))
    return {name: _decide(gained[name]) for name in names}


def _explained(clicks: Floats, looked: Floats, scores: Floats, groups: Ints) -> Floats:
    """Return the log-likelihood of the clicks of each list, with the power that explains all best."""
    starts = metrics.bounds(groups)[:-1]
    of_item = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(groups))))
    logged = np.log(np.maximum(scores, max(1e-3 * float(scores.mean()), 1e-9)))
    best = np.full(len(starts), -np.inf)
    for power in POWERS:
        mean = looked * np.exp(power * logged)
        share = mean / np.maximum(np.add.reduceat(mean, starts)[of_item], 1e-300)
        # never shown, never clicked: adds nothing
        parts = np.where(clicks > 0, clicks * np.log(np.maximum(share, 1e-300)), 0.0)
        found = np.add.reduceat(parts, starts)
        best = found if found.sum() > best.sum() else best
    return best


def _decide(gained: list[float]) -> Switch:
    if len(gained) < ENOUGH:
        reason = f"{len(gained)} lists with clicks, {ENOUGH} are needed"
        return Switch(False, 0.0, 0.0, 0.0, len(gained), reason)
    low, high = metrics.bootstrap(gained)
    gain = float(np.mean(gained))
    said = f"{gain:+.3f} a list on {len(gained)} lists ({low:+.3f} to {high:+.3f})"
    if gain > 0:
        return Switch(True, gain, low, high, len(gained), f"the correction gains: {said}")
    return Switch(False, gain, low, high, len(gained), f"no gain: {said}")


def _out_of_fold(
    X: Floats, groups: Ints, target: Targets, learn: Learn, folds: int, seed: int  # noqa: N803
) -> Floats:  # fmt: skip
    """Return the score of each item by a model that never saw its list."""
    edges = metrics.bounds(groups)
    sizes = np.diff(edges)
    fold = np.random.default_rng(seed).permutation(len(sizes)) % min(folds, len(sizes))
    of_item, scores = np.repeat(fold, sizes), np.zeros(len(groups))
    for n in range(int(fold.max()) + 1):
        out = of_item == n
        kept = ~out & (target.weight > 0)
        model = learn(X[kept], target.value[kept], target.weight[kept], groups[kept])
        scores[out] = model(X[out])
    return scores


def additive(directions: Sequence[int] | None = None, *, seed: int = 0, **changed: Any) -> Learn:
    """Return the learner of clicks: one curve a feature, least squares on clicks per showing.

    Parameters
    ----------
    directions : sequence of int, optional
        +1, -1 or 0 for each column, as the features declare.
    seed : int
    **changed
        Passed on to `HistGradientBoostingRegressor`.

    Notes
    -----
    Squared error bears the noise of rare clicks better than pairs of noisy labels do. The model has
    no interactions, so `additive.curves_of` reads it off.
    """
    from sklearn.ensemble import HistGradientBoostingRegressor

    settings: dict[str, Any] = {
        "max_iter": 120, "learning_rate": 0.06, "max_leaf_nodes": 4, "min_samples_leaf": 20,
        "max_features": 0.3, "interaction_cst": "no_interactions", "early_stopping": False,
        "random_state": seed, "monotonic_cst": None if directions is None else list(directions),
    } | changed  # fmt: skip

    def learn(X: Floats, y: Floats, weight: Floats, _groups: Ints) -> Callable[[Floats], Floats]:  # noqa: N803
        model = HistGradientBoostingRegressor(**settings).fit(X, y, weight / weight.mean())
        return model.predict  # type: ignore[no-any-return]

    return learn
