"""Cut scores and their errors."""

from __future__ import annotations

import numpy as np
import pytest

from sanggar.measurement import irt, standards

pytestmark = pytest.mark.once

JUDGES, ITEMS = ("ani", "budi", "citra"), ("q1", "q2", "q3", "q4")
RATINGS = [[0.6, 0.8, 0.5, 0.9], [0.5, 0.7, 0.4, 0.6], [0.7, 0.9, 0.3, 0.9]]


def test_angoff_by_hand() -> None:
    found = standards.angoff(RATINGS, JUDGES, ITEMS)
    # judges' means 0.70, 0.55, 0.70; items' means 0.6, 0.8, 0.4, 0.8; grand mean 0.65
    assert found.cut == pytest.approx(0.65)
    assert found.points == pytest.approx(2.6)
    # MS judges 4 x 0.015/2 = 0.03; MS items 3 x 0.11/3 = 0.11; SS judges 0.06, SS items 0.33
    x = np.array(RATINGS)
    rest = float(((x - 0.65) ** 2).sum()) - 0.06 - 0.33
    assert found.variance_rest == pytest.approx(rest / 6)
    assert found.variance_judges == pytest.approx((0.03 - rest / 6) / 4)
    assert found.variance_items == pytest.approx((0.11 - rest / 6) / 3)
    # for the same items the error is the spread of the judges' means over sqrt(n)
    assert found.se == pytest.approx(np.std([0.70, 0.55, 0.70], ddof=1) / np.sqrt(3))
    assert found.se_items > found.se
    assert [j.cut for j in found.judges] == pytest.approx([0.70, 0.55, 0.70])


def test_angoff_weights_items_by_points() -> None:
    found = standards.angoff(RATINGS, JUDGES, ITEMS, points=[1, 1, 1, 3])
    assert found.cut == pytest.approx((0.6 + 0.8 + 0.4 + 3 * 0.8) / 6)
    assert found.points == pytest.approx(found.cut * 6)


def test_angoff_names_items_to_talk_about_and_lonely_judges() -> None:
    ratings = np.array([[0.9, 0.6, 0.5, 0.3], [0.2, 0.7, 0.5, 0.3], [0.9, 0.65, 0.55, 0.2],
                        [0.85, 0.6, 0.5, 0.25]])  # fmt: skip
    found = standards.angoff(ratings, (*JUDGES, "dewi"), ITEMS, facility=[0.8, 0.3, np.nan, 0.4])
    assert {i.name: i.talk for i in found.items} == {
        "q1": "spread",
        "q2": "hopeful",
        "q3": "",
        "q4": "",
    }
    by_name = {j.name: j for j in found.judges}
    assert by_name["budi"].agreement is not None and by_name["ani"].agreement is not None
    assert by_name["budi"].agreement < 0.3 < by_name["ani"].agreement
    assert by_name["ani"].with_facility is not None


def test_standard_error_is_what_other_panels_would_show() -> None:
    rng = np.random.default_rng(0)
    item = rng.normal(0.6, 0.1, 30)
    cuts, told = [], []
    for _ in range(160):
        table = np.clip(item + rng.normal(0, 0.06, (8, 1)) + rng.normal(0, 0.1, (8, 30)), 0, 1)
        found = standards.angoff(table, [str(i) for i in range(8)], [str(i) for i in range(30)])
        cuts.append(found.cut)
        told.append(found.se**2)
    assert np.sqrt(np.mean(told)) == pytest.approx(np.std(cuts), rel=0.15)


def test_rounds_show_that_talking_brought_judges_together() -> None:
    first = np.array([[0.2, 0.4], [0.8, 0.9], [0.5, 0.6]])
    second = np.array([[0.4, 0.5], [0.6, 0.7], [0.5, 0.6]])
    found = standards.rounds(first, second)
    assert found.sd_second < found.sd_first
    assert found.largest == pytest.approx(0.2)
    with pytest.raises(ValueError):
        standards.rounds(first, second[:2])


@pytest.mark.parametrize(
    ("ratings", "word"),
    [
        ([[0.5, np.nan], [0.5, 0.5]], "ani has not rated q2"),
        ([[0.5, 0.5], [1.5, 0.5]], "budi, q1: a rating"),
        ([[0.5, 0.5]], "one row per judge"),
    ],
)
def test_bad_sheets_are_refused_by_name(ratings: list[list[float]], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        standards.angoff(ratings, JUDGES[:2], ITEMS[:2])


def test_pages_stand_where_two_of_three_succeed() -> None:
    bank = irt.Bank.of(
        [1.0, 2.0, 0.5], [0.5, -1.0, 0.0], [0.0, 0.2, 0.0], model="3pl", names=["x", "y", "z"]
    )
    pages = standards.booklet(bank)
    assert [p.item for p in pages] == ["y", "x", "z"]
    by_item = {p.item: p.theta for p in pages}
    # b + ln(.67/.33)/a without guessing
    assert by_item["x"] == pytest.approx(0.5 + np.log(0.67 / 0.33), abs=1e-9)
    assert by_item["z"] == pytest.approx(np.log(0.67 / 0.33) / 0.5, abs=1e-9)
    guess = (0.67 - 0.2) / 0.8
    assert by_item["y"] == pytest.approx(-1 + np.log(guess / (1 - guess)) / 2, abs=1e-9)


def test_items_with_levels_get_a_page_for_each() -> None:
    bank = irt.Bank.of([1.2, 1.0], [[-1.0, 0.0, 1.0], [0.3]], model="gpcm", names=["essay", "mc"])
    pages = standards.booklet(bank)
    assert [p.number for p in pages] == [1, 2, 3, 4]
    essay = [p for p in pages if p.item == "essay"]
    assert [p.score for p in essay] == [1, 2, 3]
    for page in essay:
        p, _, _ = irt.categories(bank, [page.theta])
        assert p[0, 0, page.score :].sum() == pytest.approx(0.67, abs=1e-9)


def test_bookmark_by_hand() -> None:
    bank = irt.Bank.of(np.ones(5), [-2, -1, 0, 1, 2], model="rasch")
    shift = np.log(0.67 / 0.33)
    found = standards.bookmark(bank, [2, 3, 3, 4])
    assert found.judges == pytest.approx((shift - 1, shift, shift, shift + 1))
    assert found.theta == pytest.approx(shift)
    assert found.median == pytest.approx(shift)
    assert found.theta_se == pytest.approx(np.std([-1, 0, 0, 1], ddof=1) / 2)
    p = 1 / (1 + np.exp(-(shift - np.arange(-2, 3))))
    assert found.share == pytest.approx(p.mean(), abs=1e-9)
    assert found.share_se == pytest.approx(found.theta_se * (p * (1 - p)).mean(), abs=1e-6)
    for bad in ([0, 2], [2, 6], [3]):
        with pytest.raises(ValueError):
            standards.bookmark(bank, bad)
    with pytest.raises(ValueError):
        standards.booklet(bank, mastery=1)
