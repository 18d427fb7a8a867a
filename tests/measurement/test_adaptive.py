"""A live adaptive test: the same state, the same item; nobody asked twice; ends in every corner."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from sanggar.measurement import irt
from sanggar.measurement.adaptive import (
    FREE,
    Answer,
    Limits,
    Pool,
    Rules,
    Step,
    Use,
    estimate,
    field_positions,
    next_step,
    prepare,
)  # fmt: skip
from sanggar.measurement.selection import GRID, ability, chance_above, judge

pytestmark = pytest.mark.once

RULES = Rules(blueprint=(0.5, 0.3, 0.2), least=4, most=15, more=5, confidence=0.9)
SIZES = (30, 18, 12)
AREA = np.repeat(np.arange(3), SIZES)


def bank(seed: int = 1, items: int = 60) -> irt.Bank:
    rng = np.random.default_rng(seed)
    return irt.Bank.of(rng.uniform(0.8, 1.8, items), rng.normal(0, 1, items))


POOL = prepare(bank(), AREA, RULES)
FRESH = Use.fresh(60)


def take(
    score: int, rules: Rules = RULES, pool: Pool = POOL, seed: str = "s", **more: object
) -> tuple[list[Answer], Step]:
    """Answer everything alike (2: right and wrong in turns) until the end."""
    answers: list[Answer] = []
    while True:
        step = next_step(pool, rules, answers, Use.fresh(len(pool)), seed, **more)  # type: ignore[arg-type]
        if step.item is None:
            return answers, step
        value = score if score < 2 else len(answers) % 2
        answers.append(Answer(step.item, value, step.field))


def test_the_same_state_gives_the_same_next_item_and_another_person_another_test() -> None:
    answers, end = take(2)
    for count in range(len(answers)):
        again = next_step(POOL, RULES, list(answers[:count]), Use.fresh(60), "s")
        assert again.item == answers[count].item
    assert next_step(POOL, RULES, answers, FRESH, "s") == end
    assert len({take(2, seed=f"p{n}")[0][0].item for n in range(30)}) > 1


def test_nobody_is_asked_an_item_twice_and_areas_follow_the_blueprint() -> None:
    rules = replace(RULES, stop="se", se=0.05, most=30, more=0)
    answers, end = take(2, rules, prepare(bank(), AREA, rules))
    assert end.reason == "cap" and len({a.item for a in answers}) == 30
    for count in range(1, 31):
        taken = np.bincount(AREA[[a.item for a in answers[:count]]], minlength=3)
        assert np.abs(taken - count * np.array(RULES.blueprint)).max() < 1.3
    assert list(np.bincount(AREA[[a.item for a in answers]])) == [15, 9, 6]


def test_all_right_passes_and_all_wrong_fails_as_soon_as_may_be() -> None:
    for score, verdict in ((1, "pass"), (0, "fail")):
        answers, end = take(score)
        assert (end.reason, end.verdict, end.item) == ("decision", verdict, None)
        assert len(answers) == RULES.least
        assert end.chance is not None and (end.chance > 0.9) == (score == 1)
        assert np.isfinite([end.theta, end.se]).all() and 0 < end.se < 1


def test_somebody_at_the_mark_gets_more_items_and_then_a_person_decides() -> None:
    at_mark = replace(RULES, confidence=0.999)
    answers, end = take(2, at_mark)
    assert (end.reason, end.verdict) == ("cap", "undecided")
    assert len(answers) == at_mark.most + at_mark.more
    before = next_step(POOL, at_mark, answers[: at_mark.most - 1], FRESH, "s")
    after = next_step(POOL, at_mark, answers[: at_mark.most], FRESH, "s")
    assert (before.extra, after.extra, after.verdict) == (False, True, "undecided")


def test_a_standard_error_ends_the_test_and_the_estimate_decides() -> None:
    rules = replace(RULES, stop="se", se=0.45, most=40)
    answers, end = take(2, rules, prepare(bank(), AREA, rules))
    assert end.reason == "se" and end.se <= 0.45 and len(answers) < 40
    assert end.verdict == ("pass" if end.theta >= 0 else "fail")
    measured = replace(rules, cut=None)
    _, end = take(2, measured, prepare(bank(), AREA, measured))
    assert (end.verdict, end.chance) == (None, None)


def test_the_ratio_test_decides_where_one_side_is_likelier() -> None:
    rules = replace(RULES, method="sprt", indifference=0.3)
    assert take(1, rules)[1].verdict == "pass"
    assert take(0, rules)[1].verdict == "fail"
    assert take(2, replace(rules, confidence=0.99))[1].verdict == "undecided"


def test_the_estimate_is_the_posterior_mean() -> None:
    answers = [Answer(3, 1), Answer(10, 0), Answer(40, 1)]
    theta = np.linspace(-8, 8, 4001)
    calibrated = bank()
    weight = np.exp(-(theta**2) / 2)
    for a in answers:
        p = irt.probability(theta, calibrated.a[a.item], calibrated.b[a.item, 0])
        weight *= p if a.score else 1 - p
    mean = (weight * theta).sum() / weight.sum()
    sd = np.sqrt((weight * (theta - mean) ** 2).sum() / weight.sum())
    assert estimate(POOL, answers) == pytest.approx((mean, sd), abs=1e-6)
    assert estimate(POOL, [*answers, Answer(0, 1, field=True)]) == estimate(POOL, answers)
    known = ability(POOL.log_p[[a.item for a in answers], [a.score for a in answers]].sum(0)[None])
    exact = weight[theta >= 0.33].sum() / weight.sum()
    assert chance_above(known, 0.33)[0] == pytest.approx(exact, abs=1e-3)


def test_field_test_items_come_at_drawn_places_and_count_nowhere() -> None:
    shown = [9, 0, 4, 0, 2]
    answers, end = take(1, field_test=3, field_shown=shown)
    places = [n for n, a in enumerate(answers) if a.field]
    assert frozenset(places) == field_positions("s", RULES, 3)
    assert {a.item for a in answers if a.field} == {1, 3, 4}  # those shown least
    assert sum(not a.field for a in answers) == RULES.least
    flipped = [replace(a, score=0) if a.field else a for a in answers]
    assert next_step(POOL, RULES, flipped, FRESH, "s", field_test=3, field_shown=shown) == end
    spread = {p for n in range(200) for p in field_positions(f"p{n}", RULES, 3)}
    assert spread == set(range(RULES.least + 2))
    assert all(not a.field for a in take(1, field_test=3, field_shown=[])[0])


def test_an_empty_bank_ends_the_test_with_a_word() -> None:
    rules = replace(RULES, blueprint=(1.0,), least=3)
    one = prepare(irt.Bank.of([1.2], [0.0]), [0], rules)
    answers, end = take(1, rules, one)
    assert len(answers) == 1
    assert (end.item, end.reason, end.verdict) == (None, "empty", "undecided")
    nothing = next_step(one, rules, [], Use.fresh(1), "s", barred=[0])
    assert nothing.reason == "empty" and nothing.theta == pytest.approx(0, abs=1e-9)
    with pytest.raises(ValueError, match="0 items"):
        prepare(irt.Bank.of([], []), [], rules)


def test_an_area_with_too_few_items_leaves_its_places_to_the_others() -> None:
    rules = replace(RULES, stop="se", se=0.05, most=30, more=0)
    area = np.array([0] * 40 + [1] * 18 + [2] * 2)
    answers, end = take(2, rules, prepare(bank(), area, rules))
    assert end.reason == "cap"
    taken = np.bincount(area[[a.item for a in answers]])
    assert taken[2] == 2 and taken.sum() == 30 and abs(taken[0] - taken[1] * 5 / 3) < 2


def test_barred_items_and_areas_without_a_share_are_never_asked() -> None:
    rules = replace(RULES, blueprint=(0.6, 0.4, 0.0), stop="se", se=0.05, most=40, more=0)
    answers, end = take(2, rules, prepare(bank(), AREA, rules), barred=range(20))
    assert end.reason == "empty"
    assert {a.item for a in answers} == set(range(20, 48))


def test_graded_items_are_asked_and_scored_too() -> None:
    rng = np.random.default_rng(3)
    steps = np.sort(rng.normal(0, 1, (20, 3)), axis=1) + np.array([0, 0.2, 0.4])
    rules = replace(RULES, blueprint=(1.0,))
    pool = prepare(irt.Bank.of(np.full(20, 1.3), steps, model="grm"), [0] * 20, rules)
    low, high = ([Answer(n, score) for n in range(4)] for score in (0, 3))
    assert estimate(pool, low)[0] < -0.8 and estimate(pool, high)[0] > 0.8
    assert next_step(pool, rules, high, Use.fresh(20), 1).verdict == "pass"


@pytest.mark.parametrize(
    ("answers", "word"),
    [
        ([Answer(1, 1), Answer(1, 0)], "twice"),
        ([Answer(60, 1)], "bank of 60"),
        ([Answer(0, 2)], "2 categories"),
    ],
)
def test_answers_the_bank_does_not_know_are_refused(answers: list[Answer], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        next_step(POOL, RULES, answers, FRESH, "s")


@pytest.mark.parametrize(
    "wrong",
    [
        {"blueprint": (0.5, 0.4)}, {"least": 5, "most": 4}, {"confidence": 0.5}, {"se": 0.0},
        {"stop": "decision", "cut": None}, {"more": -1},
    ],
)  # fmt: skip
def test_rules_that_cannot_hold_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        replace(Rules(), **wrong)  # type: ignore[arg-type]


def test_the_most_informative_item_wins_where_nothing_is_controlled() -> None:
    rules = replace(RULES, blueprint=(1.0,), limits=FREE, jitter=0.0, stop="se", se=0.2)
    pool = prepare(bank(), [0] * 60, rules)
    known = ability(pool.log_p[[5, 6, 7], [1, 1, 0]].sum(0)[None])
    item = next_step(pool, rules, [Answer(5, 1), Answer(6, 1), Answer(7, 0)], FRESH, 1).item
    info = irt.item_information(bank(), GRID)
    log_mean = known.posterior[0] @ np.log(np.maximum(info, 1e-6))
    log_mean[[5, 6, 7]] = -np.inf
    assert item == log_mean.argmax()


def test_prices_rise_with_use_and_fall_with_neglect() -> None:
    limits = Limits(ceiling=0.3, floor=0.01, rate=0.02)
    asked = np.array([0, 10, 296, 500])
    price = Use.of(asked, 1000).prices(limits)
    assert price[0] < price[1] == 0 < price[2] < price[3]
    assert (Use.of(asked, 1000).prices(FREE) == 0).all()
    # one early test already moves a price, and a later one by less
    early = Use.of([1.0], 1).prices(limits)[0]
    assert early > Use.of([301.0], 1001).prices(limits)[0] - Use.of([300.0], 1000).prices(limits)[0]
    grown = Use.of([2.0], 4, 0.5, 0.1).after([3], 6)
    assert (grown.asked[0], grown.tests[0], grown.high[0]) == (5, 10, 0.5)
    with pytest.raises(ValueError):
        Use.of([-1.0], 3)
    with pytest.raises(ValueError):
        Limits(ceiling=0.2, floor=0.3)


def test_a_test_without_a_verdict_stops_at_its_cap() -> None:
    rules = replace(RULES, stop="se", se=0.01, cut=None)
    known = ability(np.zeros((3, len(GRID))))
    reason, verdict = judge(rules, known, np.array([14, 15, 30]))
    assert list(reason) == [0, 3, 3] and not verdict.any()
