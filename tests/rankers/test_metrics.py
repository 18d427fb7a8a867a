"""Measures of order against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, ndcg_score

from sanggar.rankers import metrics

pytestmark = pytest.mark.once


@pytest.mark.parametrize("seed", range(20))
def test_ndcg_is_that_of_scikit_learn_ties_included(seed: int) -> None:
    chance = np.random.default_rng(seed)
    worth = metrics.gains(chance.integers(0, 4, 15))
    worth[0] = 3.0
    for scores in (chance.normal(size=15), chance.integers(0, 3, 15)):
        theirs = ndcg_score([worth], [scores], k=5)
        assert metrics.ndcg(worth, scores, 5) == pytest.approx(theirs, abs=1e-12)


def test_a_list_in_which_nothing_is_worth_anything_earns_nothing() -> None:
    assert metrics.ndcg([0, 0], [1, 2]) == 0
    assert metrics.average_precision([0, 0], [1, 2]) == 0


@pytest.mark.parametrize("seed", range(5))
def test_average_precision_is_that_of_scikit_learn(seed: int) -> None:
    chance = np.random.default_rng(seed)
    relevant, scores = chance.integers(0, 2, 30), chance.permutation(30)
    theirs = average_precision_score(relevant, scores)
    assert metrics.average_precision(relevant, scores) == pytest.approx(theirs)


def test_lists_are_found_and_must_stand_together() -> None:
    assert list(metrics.lists(np.array([7, 7, 2, 5, 5, 5]))) == [
        slice(0, 2), slice(2, 3), slice(3, 6),
    ]  # fmt: skip
    with pytest.raises(ValueError, match="together"):
        metrics.bounds(np.array([1, 2, 1]))


def test_the_interval_of_a_mean_holds_it_about_as_often_as_it_says() -> None:
    chance = np.random.default_rng(5)
    held = 0
    for seed in range(200):
        low, high = metrics.bootstrap(chance.normal(0.3, 1, 60).tolist(), draws=400, seed=seed)
        held += low <= 0.3 <= high
    assert 0.88 <= held / 200 <= 0.99
    assert metrics.bootstrap([]) == (0.0, 0.0)
