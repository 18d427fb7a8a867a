"""Learning from decided offers, and deciding honestly whether what was learned may serve.

Imported by the commands only: it loads numpy and scikit-learn.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GroupKFold
from sqlmodel import col, select
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from sanggar.clients import queries as clients
from sanggar.clients.queries import DecidedOffer
from sanggar.kernel import db
from sanggar.plugin.ranking import RankingFeature
from sanggar.rankers import metrics
from sanggar.rankers.estimators import AdditiveRanker, ShadowRanker
from sanggar.ranking import baseline, candidates, service, store
from sanggar.ranking.models import RankingModel

#: Below this many decided offers the fixed weights serve, whatever a model might say.
ENOUGH = 300
#: Share of comparable briefs, the earliest, that a model may learn from when judged on the rest.
EARLIER = 0.7
#: Later briefs in which one offer ended well and another did not: fewer cannot decide anything.
ENOUGH_LATER = 20
FOLDS = 5
#: What is learned from a few hundred offers must be smoother than what thousands of lists allow.
STEPS, RATE, LEAF = 150, 0.04, 30
KIND = "additive"
PLACES = 5

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Dataset:
    """Decided offers as a table: one row an offer, one column a feature, NaN where unknown.

    Rows of a brief stand together, the brief that was offered first comes first.
    """

    features: tuple[RankingFeature, ...]
    X: Array
    y: NDArray[np.int64]
    briefs: NDArray[np.int64]
    made_at: tuple[datetime, ...]

    @property
    def names(self) -> list[str]:
        """Column names."""
        return [feature.name for feature in self.features]

    def pick(self, rows: NDArray[np.bool_]) -> Dataset:
        """Return the chosen rows."""
        moments = tuple(m for m, keep in zip(self.made_at, rows, strict=True) if keep)
        return Dataset(self.features, self.X[rows], self.y[rows], self.briefs[rows], moments)


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
    difference, low, high : float
        Model minus baseline and its 95 % bootstrap interval over briefs.
    auc : float
        Mean area under the ROC curve, 5 folds grouped by brief, of the earlier briefs.
    ships : bool
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
    ships: bool = False
    reason: str = ""


def dataset(offers: Sequence[DecidedOffer] | None = None) -> Dataset:
    """Return the decided offers as a table, oldest briefs first."""
    features = candidates.all_features()
    decided = clients.decided_offers() if offers is None else offers
    first: dict[int, datetime] = {}
    for each in decided:
        first[each.brief_id] = min(first.get(each.brief_id, each.made_at), each.made_at)
    decided = sorted(decided, key=lambda d: (first[d.brief_id], d.brief_id, d.made_at, d.offer_id))
    rows = [
        [math.nan if (v := d.features.get(f.name)) is None else float(v) for f in features]
        for d in decided
    ]
    return Dataset(
        features,
        np.array(rows, dtype=float).reshape(len(rows), len(features)),
        np.array([d.label for d in decided], dtype=np.int64),
        np.array([d.brief_id for d in decided], dtype=np.int64),
        tuple(d.made_at for d in decided),
    )


def new_model(features: Sequence[RankingFeature]) -> AdditiveRanker:
    """Return an untrained model that respects the features' directions."""
    return AdditiveRanker(
        [feature.direction for feature in features], max_iter=STEPS, learning_rate=RATE,
        min_samples_leaf=LEAF, random_state=17,
    )  # fmt: skip


def fit(data: Dataset) -> AdditiveRanker:
    """Return a model that has learned from all of the data."""
    return new_model(data.features).fit(data.X, data.y, data.briefs)


@threadpool_limits.wrap(limits=1)  # type: ignore[untyped-decorator]
def evaluate(data: Dataset) -> Evaluation:
    """Learn from the earlier briefs, compare with the fixed weights on the later ones.

    Parameters
    ----------
    data : Dataset

    Returns
    -------
    Evaluation
        ``ships`` only when the lower end of the interval of the difference is above zero.
    """
    rows, briefs = len(data.y), len(np.unique(data.briefs))
    if rows < ENOUGH:
        reason = f"{rows} decided offers, {ENOUGH} are needed: the fixed weights serve"
        return Evaluation(rows, briefs, reason=reason)
    earlier = _earlier(data)
    before, after = data.pick(earlier), data.pick(~earlier)
    if len(np.unique(before.y)) < 2:
        return Evaluation(rows, briefs, reason="all offers ended alike: the fixed weights serve")
    held_out = _held_out(before)
    learned = _by_brief(after, fit(before).predict(after.X))
    shadow = ShadowRanker(random_state=17).fit(before.X, before.y, before.briefs)
    fixed = _by_brief(after, fixed_scores(after))
    differences = [learned[b] - fixed[b] for b in sorted(learned)]
    low, high = metrics.bootstrap(differences)
    enough = len(differences) >= ENOUGH_LATER
    ships = enough and low > 0
    return Evaluation(
        rows=rows, briefs=briefs, later_briefs=len(differences), kind=KIND,
        ndcg_model=_mean(learned.values()), ndcg_baseline=_mean(fixed.values()),
        difference=_mean(differences), low=low, high=high, ships=ships,
        ndcg_shadow=_mean(_by_brief(after, shadow.predict(after.X)).values()),
        auc=float(roc_auc_score(before.y, held_out)),
        reason=_reason(len(differences), enough, ships),
    )  # fmt: skip


def _reason(later: int, enough: bool, ships: bool) -> str:
    if not enough:
        return f"only {later} later briefs can be compared, {ENOUGH_LATER} are needed: the fixed weights serve"
    if ships:
        return f"the {KIND} model did better on later briefs by more than its interval: it serves"
    return "the model did not do better on later briefs by more than its interval: the fixed weights serve"


def _earlier(data: Dataset) -> NDArray[np.bool_]:
    """Return which rows belong to the earlier briefs: the split is by time, never through a brief.

    The cut lies where the last 30 % of the briefs begin that can be compared at all, because recent
    briefs are rarely decided: at first they know refusals only.
    """
    first: dict[int, datetime] = {}
    outcomes: dict[int, set[int]] = defaultdict(set)
    for brief, label, moment in zip(
        data.briefs.tolist(), data.y.tolist(), data.made_at, strict=True
    ):
        first[brief] = min(first.get(brief, moment), moment)
        outcomes[brief].add(label)
    ordered = sorted(first, key=lambda brief: (first[brief], brief))
    compared = [brief for brief in ordered if len(outcomes[brief]) == 2] or ordered
    cut = ordered.index(compared[min(round(EARLIER * len(compared)), len(compared) - 1)])
    kept = set(ordered[:cut])
    return np.array([brief in kept for brief in data.briefs.tolist()], dtype=bool)


def _held_out(data: Dataset) -> Array:
    """Return the score of each row by a model that has not seen its brief."""
    scores = np.zeros(len(data.y))
    folds = GroupKFold(min(FOLDS, len(np.unique(data.briefs))))
    for train, test in folds.split(data.X, data.y, data.briefs):
        model = new_model(data.features).fit(data.X[train], data.y[train], data.briefs[train])
        scores[test] = model.predict(data.X[test])
    return scores


def chance(data: Dataset) -> tuple[float, float]:
    """Return (slope, level) of the log-odds that an offer ends well, given its score (Platt, 1999).

    From scores of briefs a model has not seen; a slope that points down becomes almost flat.
    """
    found = LogisticRegression(C=1e6).fit(_held_out(data)[:, None], data.y)
    return max(float(found.coef_[0][0]), 1e-6), float(found.intercept_[0])


def fixed_scores(data: Dataset) -> Array:
    """Return what the fixed weights give each row."""
    rows = [
        {n: None if math.isnan(v) else v for n, v in zip(data.names, row, strict=True)}
        for row in data.X.tolist()
    ]
    return np.array([baseline.score(data.features, row) for row in rows])


def _by_brief(data: Dataset, scores: Array) -> dict[int, float]:
    """Return NDCG@5 of each brief in which one offer ended well and another did not."""
    grouped: dict[int, list[tuple[int, float]]] = defaultdict(list)
    for brief, label, score in zip(
        data.briefs.tolist(), data.y.tolist(), scores.tolist(), strict=True
    ):
        grouped[brief].append((label, score))
    return {
        brief: metrics.ndcg([pair[0] for pair in pairs], [pair[1] for pair in pairs], PLACES)
        for brief, pairs in grouped.items()
        if len({pair[0] for pair in pairs}) == 2
    }


def _mean(values: Any) -> float:
    listed = list(values)
    return float(sum(listed) / len(listed)) if listed else 0.0


@threadpool_limits.wrap(limits=1)  # type: ignore[untyped-decorator]
def train(now: datetime, data: Dataset | None = None) -> tuple[Evaluation, RankingModel | None]:
    """Evaluate, learn from everything, save, and let the model serve only when it has earned it.

    Returns
    -------
    tuple
        The evaluation and the new row; None as row when there is too little to learn from. Any
        model that served before stops serving when its successor does not earn it.
    """
    data = dataset() if data is None else data
    found = evaluate(data)
    for row in db.session().exec(select(RankingModel).where(col(RankingModel.active))):
        row.active = False
        db.session().add(row)
    db.flush()
    if not found.kind:
        service.forget()
        return found, None
    version = f"{now:%Y%m%d-%H%M%S}-{found.kind}"
    row = db.add(RankingModel(
        version=version, kind=found.kind, trained_at=now, rows=found.rows, metrics=asdict(found),
        active=found.ships, files=store.save(version, fit(data), data.names, chance(data)),
    ))  # fmt: skip
    service.forget()
    return found, row
