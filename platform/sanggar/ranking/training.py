"""Learning an order, and deciding honestly whether what was learned may serve.

Imported by commands and jobs only: it loads numpy and scikit-learn. Nothing here writes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from sanggar.plugin.ranking import RankingFeature
from sanggar.rankers import metrics
from sanggar.rankers.additive import Additive
from sanggar.rankers.estimators import AdditiveRanker, ShadowRanker
from sanggar.ranking import baseline, candidates
from sanggar.ranking.lessons import Array, Dataset
from sanggar.ranking.weighing import Weighing, weigh

#: Below this many decided offers the fixed weights serve, whatever a model might say.
ENOUGH = 300
#: Share of comparable briefs, the earliest, that a model may learn from when judged on the rest.
EARLIER = 0.7
#: Later briefs in which something can be ordered well or badly: fewer cannot decide anything.
ENOUGH_LATER = 20
FOLDS = 5
#: What is learned from a few hundred offers must be smoother than what thousands of lists allow.
STEPS, RATE, LEAF = 150, 0.04, 30
KIND = "additive"
PLACES = 5
#: what a training leads to: the new model serves, what serves stays, the fixed weights serve
SERVE, STAY, FIXED = "serve", "stay", "fixed"


@dataclass(frozen=True)
class Present:
    """The model that serves while another is tried."""

    version: str
    curves: Additive
    #: it has seen everything before
    since: datetime


@dataclass(frozen=True)
class Compared:
    """A paired comparison on later briefs: mean difference and its 95 % bootstrap interval."""

    briefs: int = 0
    difference: float = 0.0
    low: float = 0.0
    high: float = 0.0


@dataclass(frozen=True)
class Evaluation:
    """What was measured on later briefs and what follows from it.

    Attributes
    ----------
    rows : int
        Decided offers.
    later_briefs : int
        Later briefs in which something could be ordered well or badly.
    kind : str
        Model that was tried; empty when there was too little to learn from.
    ndcg_model, ndcg_baseline, ndcg_shadow : float
        Mean NDCG@5 over those briefs; the shadow is what a model without explanations would reach.
    spans : dict
        95 % intervals (low, high) of these and of `auc`.
    difference, low, high : float
        Model minus baseline and its 95 % bootstrap interval over briefs.
    auc : float
        Area under the ROC curve, 5 folds grouped by brief, of the earlier briefs.
    ess : float
        Effective number of better rows learned from, after weighing.
    against : str
        Version that served meanwhile; `present` compares with it on briefs it has not seen.
    decision : str
        ``serve``, ``stay`` or ``fixed``.
    ships : bool
        The decision is ``serve``.
    reason : str
        Why, in one sentence.
    """

    rows: int
    briefs: int = 0
    later_briefs: int = 0
    kind: str = ""
    ndcg_model: float = 0.0
    ndcg_baseline: float = 0.0
    ndcg_shadow: float = 0.0
    difference: float = 0.0
    low: float = 0.0
    high: float = 0.0
    auc: float = 0.0
    ess: float = 0.0
    spans: dict[str, tuple[float, float]] = field(default_factory=dict)
    against: str = ""
    present: dict[str, float] = field(default_factory=dict)
    position: dict[str, Any] = field(default_factory=dict)
    decision: str = FIXED
    ships: bool = False
    reason: str = ""
    #: checksum of what was learned from
    data: str = ""


def new_model(features: Sequence[RankingFeature]) -> AdditiveRanker:
    """Return an untrained model that respects the features' directions."""
    return AdditiveRanker(
        [feature.direction for feature in features], max_iter=STEPS, learning_rate=RATE,
        min_samples_leaf=LEAF, random_state=17,
    )  # fmt: skip


def fit(data: Dataset, weighing: Weighing | None = None) -> AdditiveRanker:
    """Return a model that has learned from all of the data."""
    weight = (weighing or weigh(data)).weight
    return new_model(data.features).fit(data.X, data.worth, data.briefs, weight)


@threadpool_limits.wrap(limits=1)  # type: ignore[untyped-decorator]
def evaluate(data: Dataset, present: Present | None = None) -> Evaluation:
    """Learn from the earlier briefs, compare on the later ones with the fixed weights and what serves.

    Parameters
    ----------
    data : Dataset
    present : Present, optional
        What serves now, unless it is the fixed weights.

    Notes
    -----
    Lists are judged as they were shown, by an order that people follow: a model that would order
    differently looks a little worse than it is. That is on the side of what already serves.
    """
    rows, briefs = data.decided, len(np.unique(data.briefs))
    against, sums = present.version if present else "", data.fingerprint()

    def too_little(reason: str) -> Evaluation:
        return Evaluation(rows, briefs, reason=reason, against=against, data=sums)

    if rows < ENOUGH:
        return too_little(f"{rows} decided offers, {ENOUGH} are needed: the fixed weights serve")
    earlier = _earlier(data)
    before, after = data.pick(earlier), data.pick(~earlier)
    if len(np.unique(before.label[before.label >= 0])) < 2:
        return too_little("all offers ended alike: the fixed weights serve")
    weighing = weigh(before)
    learned = by_brief(after, fit(before, weighing).predict(after.X))
    fixed = by_brief(after, fixed_scores(after))
    shadow = ShadowRanker(random_state=17).fit(
        before.X, before.worth, before.briefs, weighing.weight
    )
    shown = by_brief(after, shadow.predict(after.X))
    ahead = compared(learned, fixed)
    decision, reason, beside = _gate(data, ahead, learned, present)
    auc, span = _auc(before, held_out(before))
    return Evaluation(
        rows=rows, briefs=briefs, later_briefs=ahead.briefs, kind=KIND,
        ndcg_model=_mean(learned.values()), ndcg_baseline=_mean(fixed.values()),
        ndcg_shadow=_mean(shown.values()), difference=ahead.difference, low=ahead.low,
        high=ahead.high, auc=auc, ess=weighing.ess, position=weighing.numbers,
        spans={
            "auc": span, "ndcg_model": metrics.bootstrap(list(learned.values())),
            "ndcg_baseline": metrics.bootstrap(list(fixed.values())),
            "ndcg_shadow": metrics.bootstrap(list(shown.values())),
        },
        against=against, present=beside, decision=decision, ships=decision == SERVE, reason=reason,
        data=sums,
    )  # fmt: skip


def _gate(
    data: Dataset, ahead: Compared, learned: Mapping[int, float], present: Present | None
) -> tuple[str, str, dict[str, float]]:
    """Return (decision, reason, numbers of what serves).

    A new model must beat the fixed weights and, on briefs that what serves has not seen either, what
    serves, each by more than the interval. What serves steps down when it is worse than the fixed
    weights on the briefs since it was trained.
    """
    beside: dict[str, float] = {}
    if present is not None:
        unseen = np.array([moment > present.since for moment in data.made_at], dtype=bool)
        fresh = data.pick(unseen)
        old = by_brief(fresh, present_scores(fresh, present))
        own = compared(old, by_brief(fresh, fixed_scores(fresh)))
        newer = compared({b: v for b, v in learned.items() if b in old}, old)
        beside = {
            "briefs": newer.briefs, "difference": newer.difference, "low": newer.low,
            "high": newer.high, "ndcg": _mean(old.values()), "own": own.difference,
        }  # fmt: skip
        if own.briefs >= ENOUGH_LATER and own.difference < 0:
            stays, rest = FIXED, f"{present.version} has become worse than the fixed weights"
        else:
            stays, rest = STAY, f"{present.version} stays"
    else:
        stays, rest = FIXED, "the fixed weights serve"
    if ahead.briefs < ENOUGH_LATER:
        few = f"only {ahead.briefs} later briefs can be compared, {ENOUGH_LATER} are needed: {rest}"
        return stays, few, beside
    if ahead.low <= 0:
        return (
            stays,
            f"the model did not do better on later briefs by more than its interval: {rest}",
            beside,
        )
    if stays == STAY and beside["briefs"] < ENOUGH_LATER:
        few = f"only {beside['briefs']:.0f} briefs since {present.version if present else ''} was trained, {ENOUGH_LATER} are needed: it stays"
        return stays, few, beside
    if stays == STAY and beside["low"] <= 0:
        return (
            stays,
            f"the model did not do better than what serves by more than its interval: {rest}",
            beside,
        )
    return (
        SERVE,
        f"the {KIND} model did better on later briefs by more than its interval: it serves",
        beside,
    )


def compared(first: Mapping[int, float], second: Mapping[int, float]) -> Compared:
    """Return how much better the first did on the briefs that both were judged on."""
    both = sorted(first.keys() & second.keys())
    differences = [first[brief] - second[brief] for brief in both]
    low, high = metrics.bootstrap(differences)
    return Compared(len(both), _mean(differences), low, high)


def _earlier(data: Dataset) -> NDArray[np.bool_]:
    """Return which rows belong to the earlier briefs: the split is by time, never through a brief.

    The cut lies where the last 30 % of the briefs begin that can be compared at all, because recent
    briefs are rarely decided: at first they know refusals only.
    """
    first: dict[int, datetime] = {}
    outcomes: dict[int, set[int]] = defaultdict(set)
    for brief, worth, moment in zip(
        data.briefs.tolist(), data.worth.tolist(), data.made_at, strict=True
    ):
        first[brief] = min(first.get(brief, moment), moment)
        outcomes[brief].add(worth)
    ordered = sorted(first, key=lambda brief: (first[brief], brief))
    comparable = [brief for brief in ordered if len(outcomes[brief]) > 1] or ordered
    cut = ordered.index(comparable[min(round(EARLIER * len(comparable)), len(comparable) - 1)])
    kept = set(ordered[:cut])
    return np.array([brief in kept for brief in data.briefs.tolist()], dtype=bool)


def held_out(data: Dataset) -> Array:
    """Return the score of each row by a model that has not seen its brief."""
    scores, weight, worth = np.zeros(len(data.grade)), weigh(data).weight, data.worth
    folds = GroupKFold(min(FOLDS, len(np.unique(data.briefs))))
    for train, test in folds.split(data.X, worth, data.briefs):
        model = new_model(data.features).fit(
            data.X[train], worth[train], data.briefs[train], weight[train]
        )
        scores[test] = model.predict(data.X[test])
    return scores


def chance(data: Dataset, scores: Array) -> tuple[float, float]:
    """Return (slope, level) of the log-odds that an offer ends well, given its score (Platt, 1999).

    From scores of briefs a model has not seen; a slope that points down becomes almost flat.
    """
    rows = data.label >= 0
    found = LogisticRegression(C=1e6).fit(scores[rows, None], data.label[rows])
    return max(float(found.coef_[0][0]), 1e-6), float(found.intercept_[0])


def _auc(data: Dataset, scores: Array) -> tuple[float, tuple[float, float]]:
    """Return the area under the curve of decided rows, and its bootstrap interval over briefs."""
    rows = np.flatnonzero(data.label >= 0)
    label, score = data.label[rows], scores[rows]
    names, of = np.unique(data.briefs[rows], return_inverse=True)
    places = [np.flatnonzero(of == n) for n in range(len(names))]
    rng, drawn = np.random.default_rng(17), []
    for _draw in range(200):
        picked = np.concatenate([places[n] for n in rng.integers(len(names), size=len(names))])
        if 0 < label[picked].sum() < len(picked):
            drawn.append(roc_auc_score(label[picked], score[picked]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(roc_auc_score(label, score)), (float(low), float(high))


def fixed_scores(data: Dataset) -> Array:
    """Return what the fixed weights of each row's track give it."""
    scores = np.zeros(len(data.grade))
    tracks = np.array([k.track if (k := data.kinds.get(b)) else "" for b in data.briefs.tolist()])
    columns = {name: n for n, name in enumerate(data.names)}
    for track in np.unique(tracks):
        rows = tracks == track
        features = candidates.features_for(track) if track else data.features
        table = {f.name: data.X[rows, columns[f.name]] for f in features}
        scores[rows] = baseline.model(features).score(table)
    return scores


def present_scores(data: Dataset, present: Present) -> Array:
    """Return what the model that serves gives each row."""
    if not len(data.grade):
        return np.zeros(0)
    return present.curves.score({name: data.X[:, n] for n, name in enumerate(data.names)})


def by_brief(data: Dataset, scores: Array) -> dict[int, float]:
    """Return NDCG@5 of each brief in which some came further than others."""
    found, worth = {}, metrics.gains(data.worth)
    for rows in metrics.lists(data.briefs) if len(data.briefs) else ():
        if np.ptp(worth[rows]) > 0:
            found[int(data.briefs[rows.start])] = metrics.ndcg(worth[rows], scores[rows], PLACES)
    return found


def _mean(values: Any) -> float:
    listed = list(values)
    return float(sum(listed) / len(listed)) if listed else 0.0
