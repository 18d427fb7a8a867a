"""Shards on two worker processes: the same answers as one process."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.rankers import index_cases as cases

from sanggar.rankers.index import BrokenIndexError, Index, Texts, update, write
from sanggar.rankers.index.shards import Rows, Shards, build, connect

pytestmark = [pytest.mark.once, pytest.mark.slow]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A Dask cluster of two processes on this machine."""
    distributed = pytest.importorskip("distributed")
    with (
        warnings.catch_warnings(),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None,
            host="127.0.0.1", silence_logs=50,
        ) as made,
        connect(made.scheduler_address) as client,
    ):  # fmt: skip
        yield client


def _world() -> tuple[cases.World, Any, np.random.Generator]:
    random = np.random.default_rng(21)
    return cases.world(random, 400), cases.model(random), random


def test_shards_answer_as_one_index(cluster: Any, tmp_path: Path) -> None:
    made, model, random = _world()
    keys = np.array(sorted(made.rows))
    typical = cases.typical(random, made)
    write(
        tmp_path / "one", cases.LAYOUT, keys, made.arrays(keys.tolist()), model,
        texts=Texts.of(made.texts(keys.tolist())), typical=typical, block=16,
    )  # fmt: skip
    shared: dict[int, tuple[Any, Any]] = {}
    for number in range(3):
        mine = keys[keys % 3 == number].tolist()
        shared[number] = (made.arrays(mine), made.texts(mine))

    def read(number: int) -> Rows:
        columns, texts = shared[number]
        return Rows(keys[keys % 3 == number], columns, Texts.of(texts))

    build(cluster, tmp_path / "many", cases.LAYOUT, read, 3, model, typical=typical, block=16)
    one, many = Index.open(tmp_path / "one"), Shards(tmp_path / "many", cluster)
    assert len(cluster.scheduler_info()["workers"]) == 2
    changed = [int(keys[3]), int(keys[8]), 99_999]
    for key in changed:
        made.rows[key], made.words[key] = cases.talent(random)
    for step in range(2):
        for _ in range(4):
            asked = cases.query(random, made)
            k = int(random.choice([1, 10, 1_000]))
            here, there = one.top(asked, k), many.top(asked, k)
            assert here.keys.tolist() == there.keys.tolist()
            assert here.scores.tolist() == there.scores.tolist()
            assert np.array_equal(here.similarity, there.similarity, equal_nan=True)
            for name, values in here.parts.items():
                assert values.tolist() == there.parts[name].tolist()
        if step == 0:
            columns, texts, gone = made.arrays(changed), made.texts(changed), [int(keys[5])]
            update(tmp_path / "one", np.array(changed), columns, texts=texts, removed=gone)
            many.update(np.array(changed), columns, texts=texts, removed=gone)


def test_a_partition_with_keys_of_others_is_refused(cluster: Any, tmp_path: Path) -> None:
    made, model, _random = _world()
    keys = sorted(made.rows)[:20]
    rows = Rows(np.array(keys), made.arrays(keys), Texts.of(made.texts(keys)))
    with pytest.raises(ValueError, match="keys of other shards"):
        build(cluster, tmp_path, cases.LAYOUT, lambda _number: rows, 2, model)
    with pytest.raises(BrokenIndexError, match="holds no index"):
        Shards(tmp_path, cluster)
