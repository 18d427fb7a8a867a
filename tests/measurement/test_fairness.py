"""Differential item functioning against published numbers and simulated truth."""

from __future__ import annotations

import numpy as np
import pytest
from benchmarks.fairness import ITEMS, simulate

from sanggar.measurement import fairness
from sanggar.measurement.fairness_logistic import nested

pytestmark = pytest.mark.once

NAMES = [f"i{i:02}" for i in range(ITEMS)]
#: Bickel, Hammel & O'Connell (1975), admissions to Berkeley: department -> men admitted, refused,
#: women admitted, refused. R: mantelhaen.test(UCBAdmissions).
BERKELEY = [
    (512, 313, 89, 19), (353, 207, 17, 8), (120, 205, 202, 391),
    (138, 279, 131, 244), (53, 138, 94, 299), (22, 351, 24, 317),
]  # fmt: skip


def people(cells: list[tuple[int, int, int, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return right, focal and stratum of every person of 2 x 2 tables."""
    right, focal, stratum = [], [], []
    for k, (a, b, c, d) in enumerate(cells):
        right += [1] * a + [0] * b + [1] * c + [0] * d
        focal += [False] * (a + b) + [True] * (c + d)
        stratum += [k] * (a + b + c + d)
    return np.array(right), np.array(focal), np.array(stratum)


def test_mantel_haenszel_equals_r_on_the_berkeley_table() -> None:
    found = fairness.mantel_haenszel(*people(BERKELEY))
    assert found.odds_ratio == pytest.approx(0.9046968, abs=1e-6)
    assert found.chi2 == pytest.approx(1.4269, abs=1e-4)
    assert found.p == pytest.approx(0.2323, abs=1e-4)
    # the interval R prints, 0.7719074 .. 1.0603298, is exp(log ratio ± 1.959964 se)
    assert found.delta_se is not None and found.delta is not None
    se = found.delta_se / 2.35
    assert np.exp(np.log(0.9046968) - 1.959964 * se) == pytest.approx(0.7719074, abs=1e-5)
    assert found.delta == pytest.approx(-2.35 * np.log(0.9046968), abs=1e-5)
    assert found.letter == "A"


def test_mantel_of_two_scores_is_mantel_haenszel_without_correction() -> None:
    right, focal, stratum = people(BERKELEY)
    found = fairness.mantel(right, focal, stratum)
    assert found.chi2 == pytest.approx(1.5246, abs=1e-4)  # R, correct = FALSE


def test_classes_follow_size_and_significance() -> None:
    strong = people([(80, 20, 40, 60)])  # odds ratio 6, delta -4.2
    assert fairness.mantel_haenszel(*strong).letter == "C"
    assert fairness.mantel_haenszel(*people([(8, 2, 7, 3)])).letter == "A"  # far from significant
    medium = people([(600, 400, 480, 520)])  # odds ratio 1.625, delta -1.14
    assert fairness.mantel_haenszel(*medium).letter == "B"
    wide = people([(68, 32, 50, 50)])  # delta -1.77, but not significantly beyond 1
    assert fairness.mantel_haenszel(*wide).letter == "B"


def test_extreme_tables_stay_finite() -> None:
    found = fairness.mantel_haenszel(*people([(30, 0, 10, 20)]))
    assert found.delta is not None and np.isfinite(found.delta) and found.letter == "C"
    assert fairness.mantel_haenszel(*people([(30, 0, 30, 0)])).p == 1.0
    assert fairness.mantel(np.ones(4), [True, False] * 2, np.zeros(4)).p == 1.0


def test_binary_likelihood_by_hand() -> None:
    # score without meaning, group 30/40 right against 10/40: the saturated model is known
    answer = np.repeat([1, 0, 1, 0], [30, 10, 10, 30]).astype(float)
    group = np.repeat([0.0, 1.0], 40)
    score = np.tile([0.0, 1.0], 40)
    found = nested(answer, score, group)
    assert found.empty == pytest.approx(80 * np.log(0.5))
    saturated = 2 * (30 * np.log(0.75) + 10 * np.log(0.25))
    assert found.group - found.score == pytest.approx(saturated - 80 * np.log(0.5), abs=0.02)
    cox = 1 - np.exp(2 * (found.empty - found.interaction) / 80)
    assert found.gain == pytest.approx(cox / (1 - np.exp(2 * found.empty / 80)), abs=0.01)


def test_ordinal_likelihood_meets_the_binary_one_and_the_shares() -> None:
    rng = np.random.default_rng(0)
    score, group = rng.normal(0, 1, 300), (rng.random(300) < 0.5).astype(float)
    latent = score + 0.8 * group + rng.logistic(0, 1, 300)
    codes = np.digitize(latent, [-1, 0, 1]).astype(float)
    found = nested(codes, score, group)
    share = np.bincount(codes.astype(int)) / 300
    assert found.empty == pytest.approx(300 * float((share * np.log(share)).sum()), abs=1e-4)
    assert found.score > found.empty + 20
    assert found.uniform > 6 and found.nonuniform < 6
    from sanggar.measurement.fairness_logistic import _binary, _ordinal

    two = (codes > 1).astype(np.intp)
    columns = np.stack([score, group], axis=1)
    assert _ordinal(two, columns) == pytest.approx(_binary(two, columns), abs=1e-4)


def test_adjusting_by_hand() -> None:
    p = [0.01, 0.04, 0.03, 0.005]
    assert fairness.adjust(p, "holm") == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert fairness.adjust(p, "bh") == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert fairness.adjust([], "bh").size == 0
    with pytest.raises(ValueError):
        fairness.adjust(p, "none")


def test_an_item_that_is_harder_for_equally_able_people_is_found_and_others_are_not() -> None:
    scores, groups = simulate(3, reference=500, focal=500, impact=0.5, shift=0.9)
    rows = fairness.dif(scores, groups, NAMES, reference="reference")
    assert {r.item for r in rows if r.kind} >= {"i00", "i01", "i02"}
    assert all(r.harder_for == "focal" for r in rows[:3])
    assert sum(r.kind != "" for r in rows[3:]) <= 1
    assert all(r.sure for r in rows)
    # turned round, the same items are easier
    back = fairness.dif(scores, groups, NAMES, reference="focal")
    assert all(r.harder_for == "reference" for r in back[:3])


def test_a_difference_in_ability_alone_is_no_finding() -> None:
    scores, groups = simulate(8, reference=500, focal=400, impact=0.8, shift=0.0)
    rows = fairness.dif(scores, groups, NAMES)
    assert {r.group for r in rows} == {"focal", "reference"}
    assert sum(r.kind != "" for r in rows) <= 1


def test_an_item_that_is_less_sharp_for_a_group_is_nonuniform() -> None:
    scores, groups = simulate(1, reference=700, focal=700, impact=0.0, shift=0.0, sharp=0.15)
    rows = fairness.dif(scores, groups, NAMES, reference="reference")
    assert sum(r.kind == "nonuniform" for r in rows[:3]) >= 2
    assert sum(r.kind != "" for r in rows[3:]) <= 1


def test_items_with_levels_and_missing_answers() -> None:
    rng = np.random.default_rng(5)
    theta, other = rng.normal(0, 1, 800), np.arange(800) >= 400
    steps = np.array([-0.7, 0.7])
    shift = np.zeros(10)
    shift[0] = 0.9
    latent = 1.2 * (theta[:, None] - shift * other[:, None]) + rng.logistic(0, 1, (800, 10))
    scores = (latent[:, :, None] > steps).sum(axis=2).astype(float)
    scores[rng.random(scores.shape) < 0.2] = np.nan
    groups = np.where(other, "focal", "reference").tolist()
    rows = fairness.dif(scores, groups, NAMES[:10], reference="reference", method="holm")
    assert rows[0].kind == "uniform" and rows[0].harder_for == "focal"
    assert rows[0].mantel_haenszel is not None and rows[0].mantel_haenszel.delta is None
    assert sum(r.kind != "" for r in rows[1:]) <= 1
    known = fairness.dif(scores, groups, NAMES[:10], reference="reference", matching=theta)
    assert known[0].kind == "uniform"


def test_small_groups_are_named_and_not_tested() -> None:
    scores, groups = simulate(1, reference=300, focal=49, impact=0.0, shift=0.9)
    rows = fairness.dif(scores, groups, NAMES, reference="reference")
    assert {(r.tested, r.focal, r.kind) for r in rows} == {(False, 49, "")}
    assert fairness.dif(scores, [""] * 349, NAMES) == ()
    with pytest.raises(ValueError, match="nobody"):
        fairness.dif(scores, groups, NAMES, reference="Malang")
    with pytest.raises(ValueError, match="one row"):
        fairness.dif(scores, groups[:-1], NAMES)
