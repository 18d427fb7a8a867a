"""Measures of representation against worked examples, the re-ranking's promises, and the audit."""

from __future__ import annotations

import inspect
import math

import numpy as np
import pytest
from benchmarks.representation import least

from sanggar.rankers import estimators, representation
from sanggar.rankers.representation import OTHERS

pytestmark = pytest.mark.once

HALVES = {"a": 0.5, "b": 0.5}


def test_skew_is_the_logarithm_of_found_over_wanted() -> None:
    found = representation.skew("aaab", HALVES, 4)
    assert found == pytest.approx({"a": math.log(1.5), "b": math.log(0.5)})
    assert representation.skew("aab", HALVES, 2)["b"] == -math.inf
    assert representation.skew("ab", {"a": 1.0, "b": 0.0}, 2) == pytest.approx({"a": math.log(0.5)})


def test_ndkl_by_hand() -> None:
    # beginnings a, ab: KL ln 2 and 0, discounts 1 and 1 / log2(3)
    assert representation.ndkl("ab", HALVES) == pytest.approx(math.log(2) / (1 + 1 / math.log2(3)))
    assert representation.ndkl("aa", {"a": 1.0}) == 0
    assert representation.ndkl("", HALVES) == 0


def test_the_new_order_keeps_every_beginning_near_the_shares_and_each_group_in_order() -> None:
    rng = np.random.default_rng(2)
    for share in (0.2, 0.35, 0.5):
        groups = np.where(np.arange(40) < 40 * share, "b", "a").tolist()
        scores = rng.normal(0, 1, 40) - 2.0 * (np.array(groups) == "b")
        wanted = representation.shares(groups)
        order = representation.det_greedy(scores, groups, wanted, lead=0)
        assert sorted(order.tolist()) == list(range(40))
        for k in range(1, 41):
            found = sum(groups[i] == "b" for i in order[:k])
            assert math.floor(share * k + 1e-9) <= found <= math.ceil(share * k - 1e-9)
        for name in "ab":
            mine = [scores[i] for i in order if groups[i] == name]
            assert mine == sorted(mine, reverse=True)


def test_a_fair_order_stays_as_it_is_and_only_the_first_places_are_arranged() -> None:
    scores = [6.0, 5, 4, 3, 2, 1]
    found = representation.det_greedy(scores, list("abbaab"), HALVES)
    assert found.tolist() == [0, 1, 2, 3, 4, 5]
    found = representation.det_greedy(scores, list("aaabbb"), HALVES)
    assert found.tolist() == [0, 3, 1, 4, 2, 5]
    found = representation.det_greedy(scores, list("aaabbb"), HALVES, places=2)
    assert found.tolist() == [0, 3, 1, 2, 4, 5]


def test_with_a_lead_a_group_is_due_a_little_earlier() -> None:
    scores, groups, wanted = -np.arange(8.0), list("aaaaaabb"), {"a": 0.75, "b": 0.25}
    for lead, place in ((0.0, 3), (0.25, 2)):
        order = representation.det_greedy(scores, groups, wanted, lead=lead)
        assert order.tolist().index(6) == place


def test_an_exhausted_group_an_unknown_one_and_an_empty_list_are_no_obstacle() -> None:
    order = representation.det_greedy([3.0, 2, 1], list("aab"), {"a": 0.1, "b": 0.9})
    assert sorted(order.tolist()) == [0, 1, 2]
    assert order[0] == 2
    order = representation.det_greedy([3.0, 2, 1], ["x", "a", "b"], HALVES)
    assert order.tolist() == [0, 1, 2]
    assert representation.det_greedy([], [], HALVES).tolist() == []


def test_no_order_has_less_divergence_than_the_least() -> None:
    rng = np.random.default_rng(0)
    groups = ["a"] * 8 + ["b"] * 5
    wanted = representation.shares(groups)
    bound = least(5, 13)
    found = [
        representation.ndkl([groups[i] for i in rng.permutation(13)][:10], wanted)
        for _ in range(500)
    ]
    assert bound <= min(found) + 1e-12
    greedy = representation.det_greedy(-np.arange(13.0), groups, wanted, places=10)
    mended = representation.ndkl([groups[i] for i in greedy[:10]], wanted)
    assert bound <= mended + 1e-12 < representation.ndkl(groups[:10], wanted)


def test_attention_is_the_propensity_of_the_place() -> None:
    assert representation.attention([0, 1, 7], [1, 0.5]).tolist() == [1, 0.5, 0.5]


def test_groups_below_ten_are_merged_or_left_out_so_that_no_remainder_tells_them() -> None:
    found, out = representation.merged(["a"] * 20 + ["b"] * 6 + ["c"] * 5 + [None])
    assert out == 1
    assert found.tolist() == ["a"] * 20 + [OTHERS] * 11 + [""]
    # six alone would be the total minus the rest: the smallest other group joins them
    found, out = representation.merged(["a"] * 20 + ["b"] * 12 + ["c"] * 6)
    assert out == 0
    assert found.tolist() == ["a"] * 20 + [OTHERS] * 18
    found, out = representation.merged(["a"] * 6)
    assert out == 6


def test_the_audit_flags_who_gets_less_than_four_fifths_and_says_how_sure_it_is() -> None:
    rng = np.random.default_rng(4)
    labels = ["a"] * 160 + ["b"] * 140 + ["c"] * 4 + [None] * 3
    seen = rng.gamma(4, 0.25, 307) * np.r_[np.ones(160), np.full(147, 0.6)]
    found = representation.audit(labels, np.ones(307), seen, np.ones(307))
    by_name = {group.group: group for group in found.groups}
    assert set(by_name) == {"a", OTHERS}  # four of c are too few: b, the smaller, joins
    best, other = by_name["a"], by_name[OTHERS]
    assert (best.exposure.ratio, best.exposure.low, best.exposure.high) == (1, 1, 1)
    assert other.exposure.low < 0.6 < other.exposure.high < 0.75
    assert other.exposure.flagged and other.exposure.certain
    assert other.placement.ratio == 1 and not other.placement.flagged
    assert found.flagged == (other,)
    assert found.omitted == 3  # who did not answer


def test_rates_count_lists_one_could_have_stood_in() -> None:
    labels = ["a"] * 20 + ["b"] * 20
    could = np.r_[np.full(20, 10.0), np.full(19, 5.0), 0.0]
    found = representation.audit(labels, could, could * 0.3, could * 0.1)
    assert [group.people for group in found.groups] == [20, 19]
    assert [group.exposure.value for group in found.groups] == pytest.approx([0.3, 0.3])
    assert not found.flagged
    assert representation.audit([], [], [], []).groups == ()
    nothing = representation.audit(labels, could, np.zeros(40), np.zeros(40))
    assert not nothing.flagged


def test_the_interval_covers_the_truth_and_is_the_same_every_time() -> None:
    inside = 0
    for seed in range(60):
        rng = np.random.default_rng(seed)
        seen = rng.gamma(2, 0.5, 120) * np.r_[np.ones(60), np.full(60, 0.7)]
        found = representation.audit(
            ["a"] * 60 + ["b"] * 60, np.ones(120), seen, np.ones(120), draws=200
        )
        inside += found.groups[1].exposure.low <= 0.7 <= found.groups[1].exposure.high
        if seed == 0:
            again = representation.audit(
                ["a"] * 60 + ["b"] * 60, np.ones(120), seen, np.ones(120), draws=200
            )
            assert again == found
    assert 52 <= inside <= 60


def test_a_few_stars_are_no_certain_finding() -> None:
    certain = 0
    for seed in range(40):
        seen = np.random.default_rng(seed).pareto(0.7, 100)
        found = representation.audit(
            ["a"] * 70 + ["b"] * 30, np.ones(100), seen, np.ones(100), draws=200
        )
        certain += any(group.exposure.certain for group in found.groups)
    assert certain <= 5


def test_no_ranker_takes_groups_of_people() -> None:
    for model in (estimators.AdditiveRanker, estimators.ShadowRanker):
        # `groups` of fit are lists of a brief, never people's
        assert set(inspect.signature(model.fit).parameters) == {
            "self", "X", "y", "groups", "sample_weight"
        }  # fmt: skip
