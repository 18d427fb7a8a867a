"""The exchange by lot: rare, cheap, alike all day, and its probabilities are true."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from sanggar.ranking import exploration
from sanggar.ranking.exploration import exchange, seed

pytestmark = pytest.mark.once

SCORES = (0.90, 0.89, 0.88, 0.60, 0.585, 0.58)
KEPT = (False,) * 6
DAY = date(2026, 11, 21)


def at(found: list[exploration.Shown]) -> list[int]:
    return [shown.at for shown in found]


def test_the_same_brief_looks_the_same_all_day_and_not_for_ever() -> None:
    assert exchange(SCORES, KEPT, seed(7, DAY)) == exchange(SCORES, KEPT, seed(7, DAY))
    orders = {tuple(at(exchange(SCORES, KEPT, seed(7, DAY + timedelta(n))))) for n in range(200)}
    assert 2 <= len(orders) <= 5


def test_the_probabilities_are_those_that_happen() -> None:
    draws = 6000
    counted: Counter[tuple[int, int]] = Counter()
    said: dict[tuple[int, int], float] = {}
    for number in range(draws):
        for place, shown in enumerate(exchange(SCORES, KEPT, number, share=0.5)):
            counted[place, shown.at] += 1
            said[place, shown.at] = shown.propensity
    # 0, 1, 2 are alike, so are 3 and 4; the sixth place is not on the first screen
    assert set(said) == {(a, b) for g in ((0, 1, 2), (3, 4), (5,)) for a in g for b in g}
    for where, expected in said.items():
        assert counted[where] / draws == pytest.approx(expected, abs=0.02)
    for place in range(6):
        assert sum(p for (here, _), p in said.items() if here == place) == pytest.approx(1)


def test_nobody_loses_to_a_clearly_worse_fit_and_the_kept_place_stays() -> None:
    alike, kept = (0.5,) * 5, (False, False, False, False, True)
    for number in range(300):
        assert at(exchange((0.9, 0.8, 0.7, 0.6, 0.5), KEPT[:5], number, share=1.0)) == list(
            range(5)
        )
        assert at(exchange(alike, kept, number, share=1.0))[4] == 4


@pytest.mark.parametrize("size", [0, 1])
def test_a_list_of_one_has_nothing_to_exchange(size: int) -> None:
    assert [s.propensity for s in exchange((0.5,) * size, KEPT[:size], 3)] == [1.0] * size
