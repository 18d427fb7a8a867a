"""The additive ranker: its gradient, its curves, its directions, and that it learns an order."""

from __future__ import annotations

import numpy as np
import pytest

from sanggar.rankers import metrics
from sanggar.rankers.additive import Additive, Curve, curves_of
from sanggar.rankers.estimators import AdditiveRanker, ShadowRanker
from sanggar.rankers.lambda_loss import LambdaLoss

pytestmark = pytest.mark.once


def world(seed: int = 1, lists: int = 60, size: int = 12) -> tuple[np.ndarray, ...]:
    """Return features with gaps, graded outcomes and lists; the first two features matter."""
    chance = np.random.default_rng(seed)
    X = chance.normal(size=(lists * size, 4))
    X[chance.random(len(X)) < 0.1, 2] = np.nan
    worth = X[:, 0] + np.sin(2 * X[:, 1]) + chance.normal(0, 0.5, len(X))
    y = np.digitize(worth, [0.0, 1.0, 2.0]).astype(float)
    return X, y, np.repeat(np.arange(lists), size)


def by_hand(y: np.ndarray, scores: np.ndarray, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Return slopes and bends of one list, pair by pair."""
    size = len(y)
    slope, bend, total = np.zeros(size), np.zeros(size), 0.0
    gain = 2.0**y - 1
    place = np.argsort(np.argsort(-scores, kind="stable"), kind="stable")
    ideal = (np.sort(gain)[::-1][:k] / np.log2(np.arange(2, min(k, size) + 2))).sum()
    for i in range(size):
        for j in range(size):
            if y[i] <= y[j] or min(place[i], place[j]) >= k:
                continue
            apart = scores[i] - scores[j]
            worth = (gain[i] - gain[j]) / ideal
            worth *= abs(1 / np.log2(place[i] + 2) - 1 / np.log2(place[j] + 2))
            if np.ptp(scores) > 0:
                worth /= 0.01 + abs(apart)
            wrong = 1 / (1 + np.exp(apart))
            slope[i] -= wrong * worth
            slope[j] += wrong * worth
            bend[[i, j]] += wrong * (1 - wrong) * worth
            total += 2 * wrong * worth
    return slope * np.log2(1 + total) / total, bend * np.log2(1 + total) / total


@pytest.mark.parametrize("k", [2, 30])
def test_the_gradient_is_that_of_every_pair(k: int) -> None:
    chance = np.random.default_rng(3)
    groups = np.repeat([4, 9, 5, 7], [5, 1, 8, 3])
    y = chance.integers(0, 4, len(groups)).astype(float)
    y[groups == 7] = 1.0  # nothing to order
    scores = chance.normal(size=len(groups))
    slope, bend = LambdaLoss(groups, y, k=k).gradient_hessian(
        y, scores, gradient_out=np.empty(len(y)), hessian_out=np.empty(len(y))
    )
    for at in metrics.lists(groups):
        if len(np.unique(y[at])) == 1:
            assert not slope[at].any()
            continue
        expected, bent = by_hand(y[at], scores[at], k)
        assert slope[at] == pytest.approx(expected, abs=1e-9)
        assert bend[at] == pytest.approx(bent, abs=1e-8)


def test_a_pair_weighs_as_much_as_its_better_row() -> None:
    groups, y, scores = np.zeros(2), np.array([1.0, 0.0]), np.array([0.0, 0.1])
    out = [
        LambdaLoss(groups, y, np.array([w, 1.0])).gradient_hessian(
            y, scores, gradient_out=np.empty(2), hessian_out=np.empty(2)
        )[0][0]
        for w in (1.0, 1e-6)
    ]
    assert out[0] < 0
    assert abs(out[1]) < abs(out[0]) / 1000


def test_the_curves_are_the_model() -> None:
    X, y, groups = world()
    model = AdditiveRanker(random_state=0, max_iter=60).fit(X, y, groups)
    trees = AdditiveRanker(random_state=0, max_iter=60).boost(X, y, groups, None)
    strange = np.vstack([X, [[np.nan] * 4, [9, -9, 0, 1e9], [-1e300, 1e300, 0, 0]]])
    theirs = trees.predict(strange)
    assert model.predict(strange) == pytest.approx(theirs, abs=1e-9)
    named = Additive({f"f{n}": curve for n, curve in enumerate(model.curves_)})
    table = {f"f{n}": strange[:, n] for n in range(4)}
    parts = named.parts(table)
    assert np.sum(list(parts.values()), axis=0) == pytest.approx(theirs, abs=1e-9)
    assert named.score(table) == pytest.approx(theirs, abs=1e-9)
    for n, curve in enumerate(model.curves_):
        assert curve(strange[:, n]).min() >= curve.low
        assert curve(strange[:, n]).max() <= curve.high


def test_a_column_nobody_knows_adds_nothing() -> None:
    X, y, groups = world(lists=10)
    X[:, 3] = np.nan
    model = AdditiveRanker(max_iter=10, random_state=0).fit(X, y, groups)
    assert model.curves_[3](np.array([np.nan, 0.0, 5.0])).tolist() == [0.0, 0.0, 0.0]
    ShadowRanker(trees=10, random_state=0).fit(X, y, groups).predict(X)


def test_an_unknown_column_is_unknown_to_the_curves() -> None:
    curve = Curve(np.array([0.5]), np.array([1.0, 2.0]), missing=-1.0)
    assert curve(np.array([0.5, 0.6, np.nan])).tolist() == [1.0, 2.0, -1.0]
    named = Additive({"a": curve, "b": curve})
    assert named.score({"a": np.array([0.0])}).tolist() == [0.0]


def test_trees_that_look_at_two_features_are_refused() -> None:
    from sklearn.ensemble import HistGradientBoostingRegressor

    X, y, _groups = world()
    with pytest.raises(ValueError, match="together"):
        curves_of(HistGradientBoostingRegressor(max_iter=5).fit(X, y))


@pytest.mark.parametrize("direction", [1, -1])
def test_directions_hold_everywhere(direction: int) -> None:
    X, y, groups = world()
    model = AdditiveRanker([direction] * 4, random_state=0, max_iter=60).fit(X, y, groups)
    for curve in model.curves_:
        assert (np.diff(curve.values) * direction >= -1e-12).all()


@pytest.mark.parametrize("ranker", [AdditiveRanker, ShadowRanker])
def test_what_was_learned_orders_lists_never_seen(ranker: type) -> None:
    model = ranker(random_state=0).fit(*world(seed=1, lists=40))
    X, y, groups = world(seed=2)
    gains, scores = metrics.gains(y), model.predict(X)
    assert len(np.unique(scores)) > 100

    def mean(values: np.ndarray) -> float:
        found = [metrics.ndcg(gains[at], values[at], 5) for at in metrics.lists(groups)]
        return float(np.mean(found))

    assert mean(scores) > 0.85
    assert mean(scores) > mean(X[:, 0]) + 0.05


def test_the_same_seed_gives_the_same_model() -> None:
    first, second = (AdditiveRanker(random_state=4, max_iter=30).fit(*world()) for _ in range(2))
    for one, other in zip(first.curves_, second.curves_, strict=True):
        assert one.cuts.tobytes() == other.cuts.tobytes()
        assert one.values.tobytes() == other.values.tobytes()


def test_what_does_not_fit_together_is_refused() -> None:
    X, y, groups = world(lists=3)
    with pytest.raises(ValueError, match="together"):
        AdditiveRanker().fit(X, y, groups[::-1] % 2)
    with pytest.raises(ValueError, match="sample_weight"):
        AdditiveRanker().fit(X, y, groups, np.ones(3))
    with pytest.raises(ValueError, match="infinity"):
        AdditiveRanker().fit(np.where(X > 1, np.inf, X), y, groups)
    model = AdditiveRanker(max_iter=3).fit(X, y, groups)
    with pytest.raises(ValueError, match="4 features"):
        model.predict(X[:, :3])
