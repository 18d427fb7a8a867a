"""How often pass and fail are right: reliability of drawn forms, abilities without shrinkage."""

from __future__ import annotations

import numpy as np
import pytest

from sanggar.quality import standards_accuracy as found

pytestmark = pytest.mark.once


def forms(seed: int, people: int = 400, each: int = 20) -> tuple[dict, dict, float]:
    """Everybody gets items of their own from two units of a large bank."""
    rng = np.random.default_rng(seed)
    true, scores, shares = [], {}, {}
    for n in range(people):
        theta = rng.normal(0, 1)
        bank = rng.normal(0, 1, (2, 4000)) + np.array([[-0.5], [0.5]])
        p = 1 / (1 + np.exp(bank - theta))
        true.append(float(p.mean()))
        got = {unit: [float(rng.random() < p[u, i]) for i in rng.integers(4000, size=each // 2)]
               for u, unit in enumerate(("A", "B"))}  # fmt: skip
        shares[n] = got
        scores[n] = 100 * float(np.mean(got["A"] + got["B"]))
    true_variance = float(np.var(true))
    return scores, shares, true_variance / float(np.var([s / 100 for s in scores.values()]))


def test_reliability_of_drawn_forms_is_that_of_the_simulation() -> None:
    scores, shares, real = forms(1)
    told = found.nested_reliability(scores, shares)
    assert told == pytest.approx(real, abs=0.05)


def test_reliability_needs_differences() -> None:
    assert (
        found.nested_reliability({1: 50.0, 2: 50.0}, {1: {"A": [1, 0]}, 2: {"A": [0, 1]}}) is None
    )
    assert found.nested_reliability({1: 50.0}, {1: {"A": [1, 0]}}) is None
    assert found.nested_reliability({1: 50.0, 2: 90.0}, {}) is None


def test_a_unit_with_one_item_borrows_the_variance_of_the_others() -> None:
    alone = found._error({"A": [1.0, 0.0, 1.0, 0.0], "B": [1.0]})
    pair = found._error({"A": [1.0, 0.0, 1.0, 0.0], "B": [1.0, 0.0]})
    assert alone == pytest.approx((4 + 1) * (1 / 3) / 25)
    assert pair == pytest.approx((4 * (1 / 3) + 2 * 0.5) / 36)


def test_unshrunken_estimates_undo_the_prior() -> None:
    # information 8 and an estimate of 1.5: the posterior has mean 8/9 x 1.5 and variance 1/9
    place, error = found.unshrunken(np.array([1.5 * 8 / 9]), np.array([1 / 3]))
    assert place[0] == pytest.approx(1.5)
    assert error[0] == pytest.approx(1 / np.sqrt(8))


def test_the_ability_at_a_score_lies_between_and_beyond_those_seen() -> None:
    score, ability = np.array([40.0, 60.0, 80.0]), np.array([-1.0, 0.0, 1.0])
    assert found.ability_at(score, ability, 70.0) == pytest.approx(0.5)
    assert found.ability_at(score, ability, 90.0) == pytest.approx(1.5)
    assert found.ability_at(np.array([50.0, 50.0]), np.array([0.2, 0.4]), 70.0) == pytest.approx(
        0.3
    )
