"""What is known of newcomers, and the market in which it is tried."""

from __future__ import annotations

import numpy as np
import pytest

from sanggar.rankers import market, newcomers
from sanggar.rankers.newcomers import Scale

pytestmark = pytest.mark.once

SCALE = Scale(mean=70, sd=8, rating=4.4, slope=0.4, rest=0.2, noise=0.8)


def test_without_ratings_the_assessment_speaks_as_far_as_it_can_be_trusted() -> None:
    found = newcomers.posterior([86, 86, np.nan], [0, 8, 8], [0, 0, 0], [0, 0, 0], SCALE)
    # two sd above: 2 x .4; with an error as large as the spread, half of it; without, nothing
    assert found.mean == pytest.approx([5.2, 4.8, 4.4])
    assert found.sd**2 == pytest.approx([0.04, 0.04 + 0.16 / 2, 0.04 + 0.16])


def test_ratings_take_over() -> None:
    found = newcomers.posterior([70] * 3, [4] * 3, [0, 4, 10000], [0, 12, 30000], SCALE)
    prior = 0.04 + 0.16 * 0.2
    assert found.mean[1] == pytest.approx((4.4 / prior + 12 / 0.64) / (1 / prior + 4 / 0.64))
    assert found.mean[2] == pytest.approx(3, abs=0.01)
    assert (np.diff(found.sd) < 0).all()
    assert found.upper(2) == pytest.approx(found.mean + 2 * found.sd)


def test_the_bonus_is_for_newcomers_only_and_larger_where_less_is_known() -> None:
    known = newcomers.posterior([70, np.nan, 70], [4] * 3, [0] * 3, [0] * 3, SCALE)
    found = newcomers.bonus(known, [0, 1, 2], 0.5, optimism=2)
    assert found == pytest.approx([known.sd[0], known.sd[1], 0])
    assert found[1] > found[0]


def test_the_scale_is_learned_from_ratings() -> None:
    rng = np.random.default_rng(5)
    true = rng.normal(70, 8, 3000)
    score = true + rng.normal(0, 5, 3000)
    level = 4.0 + 0.4 * (true - 70) / 8 + rng.normal(0, 0.2, 3000)
    ratings = [rng.normal(m, 0.8, int(rng.integers(0, 12))) for m in level]
    found = newcomers.measure(score, np.full(3000, 5.0), ratings)
    assert found.mean == pytest.approx(70, abs=0.6)
    assert found.sd == pytest.approx(8, abs=0.4)
    assert found.slope / found.sd == pytest.approx(0.4 / 8, abs=0.006)
    assert (found.rating, found.rest, found.noise) == pytest.approx((4.0, 0.2, 0.8), abs=0.04)
    assert newcomers.measure(score[:20], np.full(20, 5.0), ratings[:20]) == Scale()


def test_an_assessment_that_says_nothing_gets_no_say() -> None:
    rng = np.random.default_rng(5)
    ratings = [rng.normal(4, 0.8, 5) for _ in range(500)]
    found = newcomers.measure(rng.normal(70, 8, 500), np.full(500, 4.0), ratings)
    assert found.slope < 0.08


def test_the_market_is_the_same_for_the_same_seed_and_respects_capacity_and_arrival() -> None:
    people = market.people(3, size=40)
    first, again = (market.run(people, market.optimistic(), 3, briefs=80) for _ in range(2))
    assert first.regret == again.regret
    assert (first.placements == again.placements).all()
    assert (first.exposure[first.eligible == 0] == 0).all()
    assert 0 < first.placements.sum() <= 80
    state = market.State.of(people)
    state.free_at[0] = [5, 10, 0]
    assert state.load(7.0)[0] == 1


def test_knowing_the_truth_leaves_no_regret() -> None:
    people = market.people(3, size=40)
    assert market.run(people, lambda state: state.talents.quality, 3, briefs=60).regret == 0


def test_the_bound_finds_more_of_the_best_at_less_regret_than_ratings_alone() -> None:
    found: dict[str, list[market.Outcome]] = {"bound": [], "rating": []}
    for seed in (1, 2):
        people = market.people(seed)
        found["bound"].append(market.run(people, market.optimistic(1.6), seed, briefs=300))
        found["rating"].append(market.run(people, market.rating_only, seed, briefs=300))
    regret = {name: np.mean([o.regret for o in got]) for name, got in found.items()}
    reached = {name: np.mean([o.reached for o in got]) for name, got in found.items()}
    assert regret["bound"] < 0.75 * regret["rating"]
    assert reached["bound"] > reached["rating"] + 0.25
