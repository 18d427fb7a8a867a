"""The index on features as the platform makes them: the benchmark's talents, few of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks import talents, topk

from sanggar.rankers.additive import Additive, Curve
from sanggar.rankers.index import Index, Rarity, merge, snap, update, write
from sanggar.rankers.index.delta import picked
from sanggar.rankers.index.texts import weigh

pytestmark = pytest.mark.once

SIZE = 4_000


def _model(random: np.random.Generator) -> Additive:
    def curve(direction: int) -> Curve:
        cuts = np.unique(np.round(random.uniform(0, 1, 12), 3))
        values = np.sort(random.normal(0, 0.4, len(cuts) + 1))[::direction]
        return Curve(cuts, values, float(values.mean()))

    names = talents.FEATURES
    return Additive({name: curve(talents.DIRECTIONS.get(name, 1)) for name in names})


def test_briefs_find_whom_a_full_scan_finds_before_and_after_changes(tmp_path: Path) -> None:
    random = np.random.default_rng(8)
    people, model = talents.people(SIZE), _model(random)
    orders = talents.orders(10, SIZE)
    typical = [talents.query(order) for order in orders[6:]]
    write(
        tmp_path, talents.layout(), people.keys, people.columns, model, texts=people.texts,
        typical=typical,
    )  # fmt: skip
    rarity = Rarity.of(people.texts)
    weights, index, exact = weigh(people.texts, rarity), Index.open(tmp_path), snap(model)

    def agree() -> None:
        for order in orders[:6]:
            keys, scores = topk.full_scan(people, weights, rarity, exact, order)
            found = index.top(talents.query(order), topk.K)
            assert found.keys.tolist() == keys
            assert found.scores.tolist() == scores

    agree()
    again = random.choice(SIZE, 30, replace=False)
    update(
        tmp_path, people.keys[again], {name: people.value(name, again) for name in people.columns},
        texts=picked(people.texts, again),
    )  # fmt: skip
    assert len(index) == SIZE
    agree()
    merge(tmp_path, typical=typical)
    agree()


def test_the_same_seed_gives_the_same_talents() -> None:
    first, second, other = talents.people(500), talents.people(500), talents.people(500, seed=6)
    for name, column in first.columns.items():
        assert column.codes.tolist() == second.columns[name].codes.tolist()
    assert first.texts.terms.tolist() == second.texts.terms.tolist()
    assert first.texts.terms.tolist() != other.texts.terms.tolist()
    level = first.value("level")
    for better in ("units_label", "price_label", "rubric"):
        values = first.value(better)
        assert np.nanmean(values[level == 2]) > np.nanmean(values[level == 0])
