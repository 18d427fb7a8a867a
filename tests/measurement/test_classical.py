"""Classical statistics against numbers worked by hand and published ones."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest
from tests.measurement.published import lsat6

from sanggar.errors import Invalid
from sanggar.measurement import advice, choices
from sanggar.measurement.classical import statistics
from sanggar.measurement.responses import Responses

pytestmark = pytest.mark.once

# Five persons, three items worth 1, 2 and 2 marks (the third one of five was never fully right).
#   A 0 1 1 1 1   mean 4/5
#   B 0 0 1 2 2   mean 1
#   C 0 1 0 1 1   mean 3/5
#   T 0 2 2 4 4   mean 12/5
HAND = Responses.of([[0, 0, 0], [1, 0, 1], [1, 1, 0], [1, 2, 1], [1, 2, 1]], ("A", "B", "C"))
MOST = {"B": 2, "C": 2}
# sums of squares and products about the means, divided by S - 1 = 4 below
V_A, V_B, V_C = 0.8, 4.0, 1.2  # 4·.04+.64, 1+1+0+1+1, 2·.36+3·.16
AB = 1.0  # Σab 5 - 5·.8·1
AC = 0.6  # Σac 3 - 5·.8·.6
BC = 1.0  # Σbc 4 - 5·1·.6
V_T = V_A + V_B + V_C + 2 * (AB + AC + BC)  # 11.2


def close(value: float | None, wanted: float) -> None:
    """Compare to the precision the formulas are promised in."""
    assert value is not None
    assert abs(value - wanted) <= 1e-6


def test_the_test_as_worked_by_hand():
    test = statistics(HAND, most=MOST).test
    assert test.items == 3
    assert test.max == 5
    close(test.mean, 2.4)
    close(test.median, 2.0)
    close(test.sd, sqrt(V_T / 4))
    close(test.mean_percent, 48.0)
    close(test.sd_percent, 20 * sqrt(2.8))
    # deviations -2.4 -.4 -.4 1.6 1.6; m3 and m4 are their mean third and fourth powers
    m2 = V_T / 5
    m3 = (-13.824 - 0.064 - 0.064 + 4.096 + 4.096) / 5
    m4 = (33.1776 + 0.0256 + 0.0256 + 6.5536 + 6.5536) / 5
    k2, k3 = 5 * m2 / 4, 25 * m3 / (4 * 3)
    k4 = 25 * (6 * m4 - 3 * 4 * m2**2) / (4 * 3 * 2)
    close(test.skewness, k3 / k2**1.5)
    close(test.kurtosis, k4 / k2**2)
    alpha = 3 / 2 * (1 - (V_A + V_B + V_C) / V_T)  # .696428…
    close(test.alpha, alpha)
    close(test.cic, 100 * alpha)
    close(test.error_ratio, 100 * sqrt(1 - alpha))
    close(test.standard_error, sqrt(1 - alpha) * sqrt(2.8))
    assert test.distribution == ((0.0, 1), (2.0, 2), (4.0, 2))


def test_an_item_as_worked_by_hand():
    item = statistics(HAND, most=MOST, options={"B": 4}).items[1]
    close(item.mean, 1.0)
    close(item.facility, 0.5)
    close(item.sd, 1.0)  # √(4/4)
    # the rest of B is A + C: 0 2 1 2 2, mean 1.4, squares 3.2; covariance with B is AB + BC = 2
    close(item.discrimination_index, 100 * 2 / sqrt(V_B * 3.2))
    close(item.item_rest_correlation, 2 / sqrt(12.8))
    # sorted: B 0 0 1 2 2 beside rest 0 1 2 2 2: Σ 10 - 5·1·1.4 = 3
    close(item.discriminative_efficiency, 100 * 2 / 3)
    close(item.intended_weight, 40.0)
    close(item.random_guess_score, 0.25)
    # covariances with the total: A .8+1+.6, B 1+4+1, C .6+1+1.2
    a, b, c = 2.4, 6.0, 2.8
    close(item.effective_weight, 100 * sqrt(b) / (sqrt(a) + sqrt(b) + sqrt(c)))
    close(item.point_biserial, b / sqrt(V_B * V_T))
    close(item.alpha_if_deleted, 2 * (1 - (V_A + V_C) / (V_A + V_C + 2 * AC)))


def test_published_numbers_of_lsat6():
    # ltm's descript(LSAT), Rizopoulos (2006), JSS 17(5), section 3
    found = statistics(lsat6())
    assert found.persons == 1000
    rounded = [round(item.facility or 0, 3) for item in found.items]
    assert rounded == [0.924, 0.709, 0.553, 0.763, 0.87]
    included = [round(item.point_biserial or 0, 4) for item in found.items]
    assert included == [0.3620, 0.5668, 0.6184, 0.5344, 0.4354]
    excluded = [round(item.item_rest_correlation or 0, 4) for item in found.items]
    assert excluded == [0.1128, 0.1532, 0.1728, 0.1444, 0.1216]
    assert round(found.test.alpha or 0, 4) == 0.2950
    without = [round(item.alpha_if_deleted or 0, 4) for item in found.items]
    assert without == [0.2754, 0.2376, 0.2168, 0.2459, 0.2663]


def test_frequencies_are_persons():
    data = lsat6()
    rows = Responses.of(np.repeat(data.scores, data.freq, axis=0), data.names)
    short, long = statistics(data), statistics(rows)
    for one, other in zip(short.items, long.items, strict=True):
        close(one.discriminative_efficiency, other.discriminative_efficiency or 0)
        close(one.effective_weight, other.effective_weight or 0)
    close(short.test.kurtosis, long.test.kurtosis or 0)


def test_missing_answers_three_ways():
    holes = Responses.of([[1, np.nan], [1, 1], [0, 0], [np.nan, 1]], ("A", "B"))
    zero, complete, answered = (
        statistics(holes, missing=m) for m in ("zero", "complete", "answered")
    )
    close(zero.items[0].facility, 0.5)
    close(complete.items[0].facility, 0.5)
    assert complete.persons == 2
    close(answered.items[0].facility, 2 / 3)
    assert answered.items[0].answers == 3
    close(answered.test.mean, (2 + 2 + 0 + 2) / 4)  # in proportion to what was answered


def test_where_nothing_varies_no_number_is_made_up():
    item = statistics(Responses.of([[1, 0], [1, 1], [1, 0]], ("A", "B"))).items[0]
    assert item.discrimination_index is None
    assert item.point_biserial is None
    assert item.sd == 0
    alone = statistics(Responses.of([[1, 0]]))
    assert alone.test.sd is None
    assert alone.items[0].sd is None
    single = statistics(Responses.of([[1], [0]]))
    assert single.test.alpha is None
    assert single.items[0].alpha_if_deleted is None


def test_an_item_against_the_rest_has_no_effective_weight():
    data = Responses.of([[0, 1, 1]] * 20 + [[1, 0, 0]] * 20, ("A", "B", "C"))
    item = statistics(data).items[0]
    assert item.effective_weight is None
    assert "negative_discrimination" in item.flags
    assert "lowers_reliability" in item.flags


def test_flags_wait_for_thirty_answers_and_have_advice():
    few = statistics(Responses.of([[1, 1], [0, 1]] * 10))
    assert {item.flags for item in few.items} == {("few_answers",)}
    random = np.random.default_rng(5)
    scores = (random.random((200, 3)) < [0.1, 0.95, 0.5]).astype(float)
    found = statistics(Responses.of(np.c_[scores, np.ones(200)]), options={"1": 4})
    assert {"too_hard", "below_guessing"} <= set(found.items[0].flags)
    assert "too_easy" in found.items[1].flags
    assert found.items[3].flags == ("no_variation",)
    assert found.test.flags == ("low_reliability",)
    for code in advice.ADVICE:
        assert advice.advice(code, "id") != advice.advice(code, "en")
    with pytest.raises(KeyError):
        advice.advice("unknown")


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ({"most": {"X": 1}}, "no item is called X"),
        ({"most": {"B": 1}}, "below a mark of 2"),
        ({"options": {"A": 0}}, "one option"),
    ],
)
def test_what_cannot_be_is_refused(arguments, word):
    with pytest.raises(Invalid, match=word):
        statistics(HAND, **arguments)
    with pytest.raises(Invalid, match="no person"):
        statistics(Responses.of([[np.nan, 1]]), missing="complete")


def test_distractors_by_hand():
    # six persons in three pairs by rest score; the key is a
    found = choices.distractors(
        ["b", "c", "a", "b", "a", "a"], np.array([0.0, 1, 2, 3, 4, 5]), keys=frozenset("a"),
        options="abcd",
    )  # fmt: skip
    assert [o.option for o in found] == ["a", "b", "c", "d"]
    key, b, c, d = found
    assert (key.key, key.chosen, key.share) == (True, 3, 0.5)
    assert key.mean_rest == pytest.approx(11 / 3)
    assert key.thirds == (0.0, 0.5, 1.0)
    assert b.thirds == (0.5, 0.5, 0.0)
    assert b.mean_rest == pytest.approx(1.5)
    assert (d.chosen, d.mean_rest) == (0, None)
    assert c.flags == ()  # too few persons to judge


def test_distractors_are_judged():
    rest = np.arange(90.0)
    picks = ["b" if i % 3 == 0 else "a" for i in range(60)] + [
        "c" if i % 2 else "a" for i in range(30)
    ]
    found = {
        o.option: o for o in choices.distractors(picks, rest, keys=frozenset("a"), options="abcd")
    }
    assert found["c"].flags == ("distractor_draws_able",)
    assert found["d"].flags == ("distractor_unused",)
    assert found["b"].flags == ()
    # b: ten of the middle third, two of the upper one, none of the lower one
    rising = ["b" if 30 <= i < 40 or i in (60, 61) else "a" for i in range(90)]
    assert choices.distractors(rising, rest, keys=frozenset("a"))[1].flags == ("distractor_rises",)


def test_equal_scores_stay_in_one_third():
    group = choices.thirds(np.array([1.0, 1, 1, 1, 2, 3]), np.ones(6))
    assert group.tolist() == [1, 1, 1, 1, 2, 2]
    assert choices.thirds(np.array([0.0, 1.0]), np.array([1.0, 99.0])).tolist() == [0, 1]
