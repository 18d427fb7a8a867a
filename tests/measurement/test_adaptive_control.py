"""Small simulations that fail when a control of adaptive tests breaks."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from sanggar.measurement import irt
from sanggar.measurement.adaptive import FREE, Answer, Limits, Pool, Rules, Use, next_step, prepare
from sanggar.measurement.simulate import Outcome, run, settle

pytestmark = pytest.mark.once

SHARES = (0.4, 0.35, 0.25)
RULES = Rules(
    blueprint=SHARES, least=4, most=30, more=0, stop="se", se=0.38, cut=None, limits=Limits(0.4, 0.005)
)  # fmt: skip
ITEMS = 100


@cache
def pool() -> Pool:
    rng = np.random.default_rng(8)
    bank = irt.Bank.of(rng.lognormal(0.1, 0.3, ITEMS), rng.normal(0, 0.9, ITEMS))
    return prepare(bank, rng.permutation(np.repeat(np.arange(3), (40, 35, 25))), RULES)


def people(number: int) -> np.ndarray:
    return np.random.default_rng(4).normal(size=number)


@cache
def controlled() -> Outcome:
    use = settle(pool(), RULES, tests=400, block=40)
    return run(pool(), RULES, people(400), use, 1)


def test_no_item_is_overused_none_forgotten_and_areas_are_kept() -> None:
    outcome = controlled()
    share = outcome.asked(ITEMS) / 400
    # counts are as old as a block of 20 people
    assert share.max() <= 0.4 + 20 / 400
    assert (share == 0).mean() <= 0.1
    assert np.abs(outcome.shares(pool()) - pool().shares).mean() <= 0.03
    early = outcome.items[:60]
    assert np.bincount(early[early >= 0]).max() / 60 <= 0.6


def test_without_control_the_same_bank_is_worn_out() -> None:
    free = run(pool(), replace(RULES, limits=FREE, jitter=0), people(400), Use.fresh(ITEMS), 1)
    share = free.asked(ITEMS) / 400
    assert share.max() > 0.9 and (share == 0).mean() > 0.15
    assert controlled().length.mean() - free.length.mean() < 2.5


def test_a_bank_that_was_not_settled_is_controlled_from_the_first_people_on() -> None:
    early = run(pool(), RULES, people(60), Use.fresh(ITEMS), 1, block=5)
    assert early.asked(ITEMS).max() / 60 <= 0.65


def test_reported_errors_are_the_real_ones() -> None:
    outcome = controlled()
    real = np.sqrt(np.mean((outcome.theta - outcome.truth) ** 2))
    assert real == pytest.approx(np.sqrt(np.mean(outcome.se**2)), abs=0.04)
    assert (outcome.se <= RULES.se).mean() > 0.9


def test_decisions_are_mostly_right_and_the_doubtful_stay_undecided() -> None:
    rules = replace(RULES, stop="decision", cut=0.0, confidence=0.95, most=20, more=5)
    outcome = run(pool(), rules, people(300), Use.fresh(ITEMS), 2)
    decided = outcome.verdict != 3
    right = (outcome.verdict == 1) == (outcome.truth >= 0)
    assert right[decided].mean() >= 0.94 and 0.6 < decided.mean() < 0.95
    assert np.abs(outcome.truth[~decided]).mean() < np.abs(outcome.truth[decided]).mean() / 2


def test_a_simulated_person_gets_the_items_a_live_attempt_gets() -> None:
    use = Use.fresh(ITEMS)
    outcome = run(pool(), RULES, people(3), use, 7, block=3)
    for person in range(3):
        answers: list[Answer] = []
        for item, score in zip(outcome.items[person], outcome.scores[person], strict=True):
            step = next_step(pool(), RULES, answers, use, f"7-{person}")
            if item < 0:
                assert step.item is None and step.reason == "se"
                assert step.theta == pytest.approx(outcome.theta[person])
                break
            assert step.item == item
            answers.append(Answer(int(item), int(score)))


def test_a_simulation_is_repeatable_and_settling_makes_wanted_items_dear() -> None:
    one, two = (run(pool(), RULES, people(30), Use.fresh(ITEMS), 3) for _ in range(2))
    assert (one.items == two.items).all() and (one.theta == two.theta).all()
    use = settle(pool(), RULES, tests=300, block=30)
    free = run(pool(), replace(RULES, limits=FREE, jitter=0), people(100), Use.fresh(ITEMS), 1)
    wanted = free.asked(ITEMS)
    assert use.high[wanted > 60].min() > 0 and use.high[wanted == 0].max() < 0.05
