"""Clicks against a simulated truth: positions, targets and the measured switch."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from benchmarks.clicks import simulate

from sanggar.rankers import clicks, clicks_switch
from sanggar.rankers.clicks import Shown

pytestmark = pytest.mark.once

TRUE = 1 / np.arange(1, 11.0)


def lists(number: int, seed: int = 0, size: int = 10) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return features, relevance and lists: relevance follows the first feature."""
    rng = np.random.default_rng(seed)
    table = rng.random((number * size, 3))
    return table, 0.05 + 0.6 * table[:, 0] ** 2, np.repeat(np.arange(number), size)


def log_of(sessions: int, number: int = 100, seed: int = 0, eta: float = 1.0) -> Shown:
    """Return a log in which the logger sorts by the second feature, which means nothing."""
    table, relevant, groups = lists(number, seed)
    return simulate(table[:, 1], relevant, groups, sessions, np.random.default_rng(seed), eta=eta)


def linear(X: np.ndarray, y: np.ndarray, weight: np.ndarray, _groups: np.ndarray) -> Any:
    """Learn by weighted least squares."""
    design = np.c_[np.ones(len(X)), X]
    root = np.sqrt(weight)[:, None]
    found = np.linalg.lstsq(design * root, y * root[:, 0], rcond=None)[0]
    return lambda table: np.c_[np.ones(len(table)), table] @ found


def test_a_list_is_shown_as_ranked_or_with_two_places_exchanged_and_the_odds_add_up() -> None:
    rng = np.random.default_rng(0)
    seen: dict[tuple[int, ...], float] = {}
    for _ in range(2000):
        order, odds = clicks.swap(4, rng, share=0.5)
        seen[tuple(order.tolist())] = odds
        assert (order != np.arange(4)).sum() in (0, 2)
    assert len(seen) == 7
    assert sum(seen.values()) == pytest.approx(1)
    assert clicks.swap(1, rng) == (np.array([0]), 1.0)
    kept = [clicks.swap(9, rng, share=1.0, top=3)[0] for _ in range(50)]
    assert all((order[3:] == np.arange(3, 9)).all() for order in kept)


def test_a_log_is_counted_by_item_and_place() -> None:
    log = Shown.of([5, 5, 5, 2], [0, 0, 3, 1], [1, 0, 1, 0], 6)
    assert list(zip(log.item, log.place, log.shown, log.clicks, strict=True)) == [
        (2, 1, 1, 0), (5, 0, 2, 1), (5, 3, 1, 1)
    ]  # fmt: skip
    assert log.places == 4
    assert log.sums(log.shown).tolist() == [0, 0, 1, 0, 0, 3]


def test_examination_is_found_within_its_error() -> None:
    found = clicks.harvest(log_of(600))
    off = (np.log(found.propensity) - np.log(TRUE)) / np.maximum(found.se, 1e-9)
    assert np.abs(off[1:]).max() < 3
    assert np.sqrt(np.mean(off[1:] ** 2)) < 1.6
    assert found.exponent == pytest.approx(1, abs=3 * found.exponent_se)
    assert found.moved > 500


def test_relevance_does_not_leak_into_examination() -> None:
    _table, relevant, groups = lists(100)
    best_first = simulate(relevant, relevant, groups, 600, np.random.default_rng(1), eta=0.5)
    found = clicks.harvest(best_first)
    assert np.abs(np.log(found.propensity) - 0.5 * np.log(TRUE)).max() < 0.25


def test_without_an_exchange_nothing_is_known_and_nothing_is_corrected() -> None:
    table, relevant, groups = lists(40)
    log = simulate(table[:, 1], relevant, groups, 100, np.random.default_rng(0), share=0.0)
    found = clicks.harvest(log)
    assert found.moved == 0
    assert (found.propensity == 1).all()
    assert (found.cautious() == 1).all()
    switch = clicks_switch.switches(table, groups, log, linear, bias=found)[0]
    assert not switch.on and "certain" in switch.reason


def test_caution_lies_between_no_bias_and_the_estimate() -> None:
    found = clicks.harvest(log_of(300))
    cautious = found.cautious()
    assert (cautious[1:] > found.propensity[1:]).all()
    assert (cautious[1:] < 1).all()


def test_clicks_per_examined_showing_are_relevance() -> None:
    _table, relevant, _groups = lists(100)
    log = log_of(1000)
    mended, naive = clicks.targets(log, TRUE), clicks.targets(log)
    bias = mended.value - relevant
    assert abs(float(np.average(bias, weights=mended.examined))) < 0.005
    assert np.corrcoef(mended.value, relevant)[0, 1] > 0.98
    assert np.corrcoef(naive.value, relevant)[0, 1] < 0.7
    assert naive.ess == log.clicks.sum()
    assert 0.05 * naive.ess < mended.ess < naive.ess


def test_targets_are_clipped_and_what_was_never_shown_weighs_nothing() -> None:
    log = Shown.of([0, 0, 1], [9, 0, 0], [1, 0, 0], 3)
    found = clicks.targets(log, np.full(10, 1e-6))
    assert found.examined.tolist() == pytest.approx([2 * clicks.FLOOR, clicks.FLOOR, 0])
    assert found.value.tolist() == [1, 0, 0]
    assert found.weight[2] == 0
    assert (found.weight[:2] > 0).all() and (found.weight <= 1).all()


def test_weights_grow_with_what_was_examined() -> None:
    log = log_of(100)
    found = clicks.targets(log, TRUE)
    order = np.argsort(found.examined)
    assert (np.diff(found.weight[order]) >= -1e-12).all()
    assert found.weight.mean() > clicks.targets(log_of(5), TRUE).weight.mean()


def test_the_switch_goes_on_where_bias_misleads_and_the_data_suffice() -> None:
    table, relevant, groups = lists(150)
    # the logger sorts by a feature that also says a little: naive learning exaggerates it
    log = simulate(table[:, 1], relevant, groups, 300, np.random.default_rng(3))
    found = clicks_switch.switches(table, groups, log, linear)[0]
    assert found.on
    assert 0 < found.low <= found.gain <= found.high
    assert found.lists == 150


def test_the_switch_stays_off_without_bias_and_with_few_lists() -> None:
    table, relevant, groups = lists(150)
    flat = simulate(table[:, 1], relevant, groups, 100, np.random.default_rng(3), eta=0.0)
    assert not clicks_switch.switches(table, groups, flat, linear)[0].on
    few = groups < 10
    log = simulate(table[few, 1], relevant[few], groups[few], 2000, np.random.default_rng(3))
    found = clicks_switch.switches(table[few], groups[few], log, linear)[0]
    assert not found.on and "needed" in found.reason


def test_types_of_brief_are_decided_on_their_own_and_alike_every_time() -> None:
    table, relevant, groups = lists(150)
    kinds = ["photo" if group < 140 else "label" for group in groups]
    log = simulate(table[:, 1], relevant, groups, 300, np.random.default_rng(3))
    found = clicks_switch.switches(table, groups, log, linear, kinds=kinds)
    assert found["photo"].on and not found["label"].on
    assert found["label"].lists == 10
    assert found == clicks_switch.switches(table, groups, log, linear, kinds=kinds)


def test_mixed_targets_are_corrected_where_chosen_and_stand_on_one_scale() -> None:
    log, groups = log_of(200), lists(100)[2]
    bias = clicks.harvest(log)
    use = groups < 50
    found = clicks.mixed(log, bias, use)
    none, every = (clicks.mixed(log, bias, np.full(1000, on)) for on in (False, True))
    assert (found.value[use] == every.value[use]).all()
    assert (found.value[~use] == none.value[~use]).all()
    assert (every.value == clicks.targets(log, bias.propensity).value).all()
    level = [np.average(t.value, weights=t.examined) for t in (none, every)]
    assert level[0] == pytest.approx(level[1], rel=0.01)
    assert none.ess == pytest.approx(log.clicks.sum())


def test_the_learner_of_clicks_is_additive() -> None:
    from sanggar.rankers.additive import curves_of

    table, relevant, groups = lists(20)
    model = clicks_switch.additive([1, 0, 0], max_iter=20)(
        table, relevant, np.ones(len(table)), groups
    ).__self__  # type: ignore[attr-defined]
    curves = curves_of(model)
    assert (np.diff(curves[0].values) >= -1e-9).all()
    total = sum(curve(table[:, n]) for n, curve in enumerate(curves))
    assert np.allclose(total, model.predict(table))
