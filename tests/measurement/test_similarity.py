"""Identical wrong answers: exact chances, quiet on honest exams, and a question where one copied."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from benchmarks.similarity import simulate

from sanggar.measurement import similarity

pytestmark = pytest.mark.once


def names(count: int, letter: str) -> list[str]:
    """Return names."""
    return [f"{letter}{i}" for i in range(count)]


def test_matches_equal_counting_all_outcomes_with_these_scores() -> None:
    one, two, same = [0.3, 0.6, 0.2], [0.5, 0.4, 0.7], [0.4, 0.9, 0.3]
    expected = np.zeros(3)
    # per item: nobody wrong, one, two, both differently, both alike
    for outcome in product(range(5), repeat=3):
        chance, alike = 1.0, 0
        for (p, q, s), k in zip(zip(one, two, same, strict=True), outcome, strict=True):
            chance *= [(1 - p) * (1 - q), p * (1 - q), (1 - p) * q, p * q * (1 - s), p * q * s][k]
            alike += k == 4
        if sum(k in (1, 3, 4) for k in outcome) == sum(k in (2, 3, 4) for k in outcome) == 2:
            expected[alike] += chance
    assert similarity.matches(one, two, same, 2, 2) == pytest.approx(expected / expected.sum())


def test_far_tails_do_not_round_to_zero() -> None:
    # both wrong on all 40 items: only the options are left to chance
    found = similarity.matches(np.full(40, 0.5), np.full(40, 0.5), np.full(40, 0.01), 40, 40)
    assert found[40] == pytest.approx(1e-80, rel=1e-9)


def test_the_quick_look_misses_no_pair() -> None:
    choices, key = simulate(4, 40, 24, bend=0.5)
    for i in range(0, 12, 2):
        choices[i + 1, : 18 + i // 2] = choices[i, : 18 + i // 2]
    data = similarity._prepare(choices, key)
    needed = 0.05 / 780
    quick = similarity._screen(data, np.zeros(40, dtype=np.int64), needed, 5)
    exact = {
        (i, j)
        for i in range(40) for j in range(i + 1, 40)
        if (w := len(data.shared(i, j))) >= 5 and data.distribution(i, j)[w:].sum() < needed
    }  # fmt: skip
    assert exact and exact <= {(i, j) for _, i, j in quick}
    assert len(quick) < 100


def test_success_keeps_scores_and_the_order_of_items() -> None:
    scores, facility = np.array([0.2, 0.55, 0.9]), np.array([0.3, 0.6, 0.8])
    found = similarity.success(scores, facility)
    assert found.mean(axis=1) == pytest.approx(scores, abs=1e-6)
    assert (np.diff(found, axis=0) > 0).all() and (np.diff(found, axis=1) > 0).all()
    # a person whose score is the mean facility answers as the average does
    average = similarity.success([facility.mean()], facility)[0]
    assert average == pytest.approx(facility, abs=1e-6)
    assert np.isfinite(similarity.success([0.0, 1.0], facility)).all()


def test_honest_exams_stay_quiet() -> None:
    hits = 0
    for seed in range(20):
        choices, key = simulate(seed, 80, 40, bend=0.5)
        hits += bool(similarity.similar(choices, key, names(80, "p"), names(40, "q")).pairs)
    # nominal: 1 of 20; more than 4 would happen by chance in one run of four hundred
    assert hits <= 4


def test_a_copied_exam_is_a_question_with_its_items() -> None:
    choices, key = simulate(1, 100, 40, copied=0.9)
    found = similarity.similar(choices, key, names(100, "p"), names(40, "q"))
    assert found.compared == 4950 and found.people == 100
    pair = found.pairs[0]
    i, j = int(pair.one[1:]), int(pair.two[1:])
    shared = (choices[i] == choices[j]) & (choices[i] != 0)
    assert pair.identical == shared.sum() == len(pair.items)
    assert pair.items == tuple(f"q{k}" for k in np.flatnonzero(shared))
    assert pair.expected < pair.identical / 2
    assert pair.p < 1e-6 and pair.p_adjusted < 0.05
    assert pair.p_adjusted == pytest.approx(pair.p * 4950)


def test_rooms_few_matches_and_unanswered_items() -> None:
    choices, key = simulate(1, 100, 40, copied=0.9)
    whole = similarity.similar(choices, key, names(100, "p"), names(40, "q")).pairs[0]
    rooms = ["a"] * 100
    rooms[int(whole.one[1:])] = "b"
    apart = similarity.similar(choices, key, names(100, "p"), names(40, "q"), rooms=rooms)
    assert apart.pairs == () and apart.compared == 99 * 98 // 2
    strict = similarity.similar(
        choices, key, names(100, "p"), names(40, "q"), fewest=whole.identical + 1
    )
    assert strict.pairs == ()
    gone = choices.copy()
    gone[int(whole.two[1:]), :30] = similarity.MISSING
    assert similarity.similar(gone, key, names(100, "p"), names(40, "q")).pairs == ()


def test_two_empty_sheets_are_not_alike() -> None:
    choices, key = simulate(2, 30, 20)
    choices[:4] = similarity.MISSING
    assert similarity.similar(choices, key, names(30, "p"), names(20, "q")).pairs == ()


def test_an_item_with_a_wrong_key_is_no_copying() -> None:
    choices, key = simulate(3, 100, 40)
    key[:4] = 1  # nearly all able people "err" alike
    assert similarity.similar(choices, key, names(100, "p"), names(40, "q")).pairs == ()


def test_tables_that_do_not_fit_are_refused() -> None:
    choices, key = simulate(2, 5, 4)
    people, items = names(5, "p"), names(4, "q")
    with pytest.raises(ValueError, match="one row per person"):
        similarity.similar(choices, key[:3], people, items)
    with pytest.raises(ValueError, match="counted from 0"):
        similarity.similar(choices - 5, key, people, items)
    with pytest.raises(ValueError, match="room"):
        similarity.similar(choices, key, people, items, rooms=["a"])
    assert similarity.similar(choices[:1], key, people[:1], items).pairs == ()
