"""Comparative judgement: values, their reliability, and which pair is asked next."""

from __future__ import annotations

import numpy as np
import pytest

from sanggar.measurement import pairs

pytestmark = pytest.mark.once

WORKS = tuple(f"w{i:02}" for i in range(16))


def session(
    seed: int, spread: float, each: int, judges: int = 4
) -> tuple[list[pairs.Comparison], np.ndarray]:
    """Return simulated comparisons of random pairs, and the true values."""
    rng = np.random.default_rng(seed)
    truth = spread * rng.normal(0, 1, len(WORKS))
    done = []
    for _ in range(each):
        order = rng.permutation(len(WORKS)).reshape(-1, 2)
        for k, (i, j) in enumerate(order):
            wins = rng.random() < 1 / (1 + np.exp(truth[j] - truth[i]))
            one, two = (i, j) if wins else (j, i)
            done.append((f"j{k % judges}", WORKS[one], WORKS[two]))
    return done, truth


def test_two_works_are_as_far_apart_as_the_odds_say_when_the_prior_is_weak() -> None:
    # 30 wins to 10: log(3), by hand; a very weak prior hardly moves it
    better, other = np.repeat([0, 1], [30, 10]), np.repeat([1, 0], [30, 10])
    value, covariance = pairs._mode(better, other, np.zeros(2), 1e-6)
    assert value[0] - value[1] == pytest.approx(np.log(3), abs=1e-4)
    # the error of a log odds: sqrt(1/30 + 1/10)
    spread = covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1]
    assert np.sqrt(spread) == pytest.approx(np.sqrt(1 / 30 + 1 / 10), abs=1e-3)


def test_an_undefeated_work_stays_finite_and_first() -> None:
    done = [("a", WORKS[0], w) for w in WORKS[1:5]] + [("a", WORKS[1], WORKS[2])]
    scale = pairs.fit(done, WORKS[:6])
    best = max(scale.values, key=lambda v: v.value)
    assert best.work == WORKS[0]
    assert 0 < best.value < 8
    stranger = scale.values[5]
    assert (stranger.value, stranger.comparisons) == (pytest.approx(0), 0)
    assert stranger.se == pytest.approx(scale.spread)
    assert sorted(map(len, scale.groups)) == [1, 5]


def test_reported_reliability_is_the_true_one() -> None:
    told, true, spreads = [], [], []
    for seed in range(12):
        done, truth = session(seed, 1.5, 14)
        scale = pairs.fit(done, WORKS)
        value = np.array([v.value for v in scale.values])
        told.append(scale.reliability)
        true.append(np.corrcoef(value, truth)[0, 1] ** 2)
        spreads.append(scale.spread)
    assert np.mean(told) == pytest.approx(np.mean(true), abs=0.08)
    assert np.mean(spreads) == pytest.approx(1.5, abs=0.3)


def test_dice_give_no_reliability_even_with_chosen_pairs() -> None:
    told = []
    for seed in range(6):
        rng, done, scale = np.random.default_rng(seed), [], None
        for turn in range(80):
            pair = pairs.next_pair(f"j{turn % 4}", done, WORKS, scale=scale, seed=seed)
            assert pair is not None
            one, two = pair if rng.random() < 0.5 else pair[::-1]
            done.append((f"j{turn % 4}", one, two))
            if turn % 10 == 9:
                scale = pairs.fit(done, WORKS)
        assert scale is not None
        told.append(scale.reliability)
    assert np.mean(told) < 0.2


def test_a_judge_who_answers_at_random_is_noisy() -> None:
    caught = others = 0
    for seed in range(8):
        done, _ = session(seed, 2.5, 30)
        rng = np.random.default_rng(seed)
        mixed = [(j, *((a, b) if j != "j0" or rng.random() < 0.5 else (b, a))) for j, a, b in done]
        fits = {j.name: j.fit for j in pairs.fit(mixed, WORKS).judges}
        caught += fits.pop("j0") == "noisy"
        others += sum(fit == "noisy" for fit in fits.values())
    assert caught >= 6
    assert others <= 2


@pytest.mark.parametrize(
    ("comparison", "word"),
    [(("a", "w00", "w00"), "itself"), (("a", "w00", "x"), "x: not among")],
)
def test_impossible_comparisons_are_refused(comparison: pairs.Comparison, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        pairs.fit([comparison], WORKS)
    with pytest.raises(ValueError, match="twice"):
        pairs.fit([], ["a", "a"])


def test_pairs_never_hold_a_work_twice_an_excluded_one_or_a_seen_pair() -> None:
    done: list[pairs.Comparison] = []
    mine = set(WORKS[:3])
    seen = set()
    while (pair := pairs.next_pair("j", done, WORKS, excluded=mine, seed=1)) is not None:
        assert pair[0] != pair[1] and not mine & set(pair)
        assert frozenset(pair) not in seen
        seen.add(frozenset(pair))
        done.append(("j", *pair))
    assert len(seen) == 13 * 12 // 2
    assert pairs.next_pair("other", done, WORKS, seed=1) is not None


def test_pairs_repeat_from_the_same_state_and_spread_evenly() -> None:
    done: list[pairs.Comparison] = []
    for turn in range(40):
        one = pairs.next_pair(f"j{turn % 3}", done, WORKS, seed=5)
        assert one == pairs.next_pair(f"j{turn % 3}", done, WORKS, seed=5)
        assert one is not None
        done.append((f"j{turn % 3}", *one))
    counts = [v.comparisons for v in pairs.fit(done, WORKS).values]
    assert max(counts) - min(counts) <= 2


def test_later_pairs_are_closer_than_chance() -> None:
    done, _ = session(3, 2.0, 14)
    scale = pairs.fit(done, WORKS)
    value = {v.work: v.value for v in scale.values}
    gaps: dict[bool, list[float]] = {True: [], False: []}
    for seed in range(60):
        for known, found in gaps.items():
            pair = pairs.next_pair("new", done, WORKS, scale=scale if known else None, seed=seed)
            assert pair is not None
            found.append(abs(value[pair[0]] - value[pair[1]]))
    assert np.mean(gaps[True]) < 0.6 * np.mean(gaps[False])


def test_judging_stops_when_all_three_conditions_hold() -> None:
    few, _ = session(2, 2.5, 4)
    found = pairs.progress(pairs.fit(few, (*WORKS, "extra")))
    assert found.reasons[:2] == ("links", "comparisons") and not found.done
    many, _ = session(2, 2.5, 30)
    assert pairs.progress(pairs.fit(many, WORKS)).done
    dice, _ = session(2, 0.0, 30)
    assert pairs.progress(pairs.fit(dice, WORKS)).reasons == ("reliability",)


def test_halves_of_the_judges_agree_about_clear_works_only() -> None:
    clear, _ = session(4, 2.5, 30)
    dice, _ = session(4, 0.0, 30)
    good, poor = pairs.split_half(clear, WORKS), pairs.split_half(dice, WORKS)
    assert good is not None and poor is not None
    assert good.correlation > 0.85 and abs(poor.correlation) < 0.5
    assert good.reliability == pytest.approx(2 * good.correlation / (1 + good.correlation))
    assert pairs.split_half([c for c in clear if c[0] == "j0"], WORKS) is None


def test_known_marks_give_the_others_theirs() -> None:
    done, _ = session(6, 2.0, 20)
    scale = pairs.fit(done, WORKS)
    known = {v.work: 60 + 10 * v.value for v in scale.values[:5]}
    found = pairs.marks(scale, known)
    for v in scale.values:
        assert found[v.work][0] == pytest.approx(np.clip(60 + 10 * v.value, 0, 100))
        assert found[v.work][1] == pytest.approx(10 * v.se, rel=1e-6)
    with pytest.raises(ValueError, match="three"):
        pairs.marks(scale, dict(list(known.items())[:2]))
    with pytest.raises(ValueError, match="higher"):
        pairs.marks(scale, {w: -m for w, m in known.items()})
