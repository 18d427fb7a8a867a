"""Linear forms: exact blueprint, even use, nothing seen twice while something unseen is left."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest

from sanggar.measurement.forms import Candidate, draw, overlap

pytestmark = pytest.mark.once

BLUEPRINT = {("A", "know"): 6, ("A", "apply"): 4, ("B", "know"): 3, ("B", "analyse"): 7}
SIZES = {("A", "know"): 30, ("A", "apply"): 12, ("B", "know"): 9, ("B", "analyse"): 28}
CELLS = {f"{u}-{b}-{i}": (u, b) for (u, b), n in SIZES.items() for i in range(n)}


def bank(shown: Counter[str] | None = None, seen: Counter[str] | None = None) -> list[Candidate]:
    shown, seen = shown or Counter(), seen or Counter()
    return [Candidate(i, cell, shown[i], seen[i]) for i, cell in CELLS.items()]


def test_a_thousand_forms_meet_the_blueprint_and_use_items_evenly() -> None:
    shown: Counter[str] = Counter()
    for number in range(1000):
        form = draw(BLUEPRINT, bank(shown), number)
        assert Counter(CELLS[i] for i in form) == BLUEPRINT
        assert len(set(form)) == 20
        shown.update(form)
    for item, cell in CELLS.items():
        # nobody above the least possible share of its cell by more than four forms in a thousand
        assert abs(shown[item] / 1000 - BLUEPRINT[cell] / SIZES[cell]) <= 0.004
    least = sum(n * n / SIZES[cell] for cell, n in BLUEPRINT.items()) / 20
    assert overlap(shown.values(), 1000) <= least * 1.005


def test_the_overlap_formula_counts_what_pairs_share() -> None:
    forms = [draw(BLUEPRINT, bank(), f"s{n}") for n in range(12)]
    pairs = list(combinations(forms, 2))
    counted = sum(len(set(one) & set(two)) / 20 for one, two in pairs) / len(pairs)
    assert overlap(Counter(i for f in forms for i in f).values(), 12) == pytest.approx(counted)
    assert overlap([], 5) == 0.0 and overlap([3], 1) == 0.0


def test_people_who_begin_together_get_different_forms() -> None:
    forms = {frozenset(draw(BLUEPRINT, bank(), f"person-{n}")) for n in range(50)}
    assert len(forms) == 50


def test_somebody_who_comes_again_sees_new_items_while_there_are_some() -> None:
    seen: Counter[str] = Counter()
    for number in range(3):
        form = draw(BLUEPRINT, bank(seen=seen), number)
        assert all(seen[i] == 0 for i in form)
        seen.update(form)
    again = draw(BLUEPRINT, bank(seen=seen), 3)
    # three of the nine items of this cell went each time; now every one is seen once
    repeated = Counter(CELLS[i] for i in again if seen[i])
    assert repeated == {("A", "apply"): 4, ("B", "know"): 3}


def test_a_form_is_the_same_for_the_same_seed_whatever_the_order() -> None:
    one = draw(BLUEPRINT, bank(), "x")
    assert one == draw(dict(reversed(BLUEPRINT.items())), reversed(bank()), "x")
    assert one != draw(BLUEPRINT, bank(), "y")


def test_a_short_cell_a_doubled_item_and_a_negative_count_are_named() -> None:
    with pytest.raises(ValueError, match="asks for 10 items, the bank has 9"):
        draw({("B", "know"): 10}, bank(), 1)
    with pytest.raises(ValueError, match="twice"):
        draw(BLUEPRINT, [*bank(), bank()[0]], 1)
    with pytest.raises(ValueError, match="-1"):
        draw({("B", "know"): -1}, bank(), 1)
