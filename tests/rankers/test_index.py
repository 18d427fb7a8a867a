"""The candidate index: whatever is asked, the answer is that of a full scan."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.rankers import index_cases as cases
from tests.rankers.index_cases import LAYOUT, World

from sanggar.rankers.additive import Additive, Curve
from sanggar.rankers.index import (
    BrokenIndexError,
    Index,
    Layout,
    Lookup,
    Query,
    Texts,
    build,
    delta,
    files,
    mark,
    merge,
    snap,
    update,
    write,
)

pytestmark = pytest.mark.once

QUICK = settings(
    max_examples=15, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


def _write(folder: Path, made: World, model: Additive, random: np.random.Generator) -> None:
    keys = list(made.rows)
    write(
        folder, LAYOUT, np.array(keys), made.arrays(keys), model,
        texts=Texts.of(made.texts(keys)), block=int(random.choice([4, 16, 64])),
        typical=cases.typical(random, made) if random.random() < 0.7 else (), version="v1",
    )  # fmt: skip


def _agree(
    index: Index, made: World, model: Additive, random: np.random.Generator,
    corpus: list[dict[str, int]],
) -> None:  # fmt: skip
    asked = cases.query(random, made)
    k = int(random.choice([1, 5, 20, 10_000]))
    allowed = None
    if random.random() < 0.4:
        allowed = set(random.choice(list(made.rows), int(random.integers(1, 30))).tolist())
    keys, scores = cases.scan(made, snap(model), asked, k, corpus, allowed)
    given = None if allowed is None else np.array(sorted(allowed))
    for found in (index.top(asked, k, allowed=given), index.scan(asked, k, allowed=given)):
        assert found.keys.tolist() == keys
        assert found.scores.tolist() == scores
        assert set(found.parts) == set(model.curves)
        total = np.sum([*found.parts.values(), np.zeros(len(keys))], axis=0)
        assert total.tolist() == scores


@QUICK
@given(seed=st.integers(0, 10**6))
def test_top_is_the_full_scan(tmp_path_factory: pytest.TempPathFactory, seed: int) -> None:
    random = np.random.default_rng(seed)
    made, model = cases.world(random, int(random.integers(1, 160))), cases.model(random)
    folder = tmp_path_factory.mktemp("index")
    _write(folder, made, model, random)
    index = Index.open(folder, verify=True)
    for _ in range(3):
        _agree(index, made, model, random, list(made.words.values()))


@QUICK
@given(seed=st.integers(0, 10**6))
def test_changes_and_removals_count_at_once_and_after_a_merge(
    tmp_path_factory: pytest.TempPathFactory, seed: int
) -> None:
    random = np.random.default_rng(seed)
    made, model = cases.world(random, int(random.integers(5, 100))), cases.model(random)
    folder = tmp_path_factory.mktemp("index")
    _write(folder, made, model, random)
    corpus = list(made.words.values())
    index = Index.open(folder)
    for step in range(2):
        changed = sorted({*random.choice(list(made.rows), 2).tolist(), 5_000 + step})
        gone = [key for key in random.choice(list(made.rows), 2).tolist() if key not in changed]
        for key in changed:
            made.rows[key], made.words[key] = cases.talent(random)
        for key in gone:
            made.rows.pop(key, None), made.words.pop(key, None)
        update(
            folder, np.array(changed), made.arrays(changed), texts=made.texts(changed), removed=gone
        )
        assert len(index) == len(made.rows)
        assert sorted(index.keys().tolist()) == sorted(made.rows)
        _agree(index, made, model, random, corpus)
    merge(folder, typical=cases.typical(random, made))
    _agree(index, made, model, random, list(made.words.values()))
    assert index.version == "v1"


def test_a_new_model_takes_over_with_a_merge(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    made, old, new = cases.world(random, 60), cases.model(random), cases.model(random)
    _write(tmp_path, made, old, random)
    index = Index.open(tmp_path)
    merge(tmp_path, model=new, version="v2")
    _agree(index, made, new, random, list(made.words.values()))
    assert index.version == "v2"


def test_an_index_of_nobody_finds_nobody_and_then_whoever_comes(tmp_path: Path) -> None:
    random = np.random.default_rng(4)
    made, model = cases.world(random, 3), cases.model(random)
    keys = list(made.rows)
    nobody = {name: np.empty(0) for name in cases.COLUMNS}
    write(tmp_path, LAYOUT, np.empty(0, int), nobody, model, texts=Texts.of(()))
    index = Index.open(tmp_path)
    assert len(index.top(Query(choice="a"), 5).keys) == 0
    update(tmp_path, np.array(keys), made.arrays(keys), texts=made.texts(keys))
    assert sorted(index.top(Query(choice="a"), 5).keys.tolist()) == sorted(keys)
    merge(tmp_path)
    assert sorted(index.top(Query(choice="a"), 5).keys.tolist()) == sorted(keys)
    update(tmp_path, np.empty(0, int), {}, removed=keys)
    assert len(index.top(Query(choice="a"), 5).keys) == len(index) == 0


def _plain(folder: Path, n: int, block: int = 64) -> Index:
    values = np.random.default_rng(1).permutation(n) / n
    model = Additive({"skill": Curve(np.linspace(0.01, 1.5, 150), np.linspace(0, 1, 151), 0.0)})
    write(folder, Layout(static=("skill",)), np.arange(n), {"skill": values}, model, block=block)
    return Index.open(folder)


def test_most_rows_are_never_looked_at(tmp_path: Path) -> None:
    found = _plain(tmp_path, 20_000).top(Query(), 50)
    assert found.scanned < 0.15
    assert len(found.keys) == 50


def test_of_equals_the_smallest_keys_come_first_and_their_blocks_only_are_read(
    tmp_path: Path,
) -> None:
    keys = np.random.default_rng(2).permutation(20_000)
    model = Additive({"skill": Curve(np.array([0.5]), np.array([0.0, 1.0]), 0.0)})
    write(tmp_path, Layout(static=("skill",)), keys, {"skill": np.ones(20_000)}, model, block=16)
    found = Index.open(tmp_path).top(Query(), 5)
    assert found.keys.tolist() == [0, 1, 2, 3, 4]
    assert found.scanned < 0.2


def test_parts_are_rounded_so_that_sums_do_not_depend_on_order() -> None:
    random = np.random.default_rng(6)
    values = random.normal(size=(30, 8))
    model = Additive({str(n): Curve(np.arange(7.0), row, 0.1) for n, row in enumerate(values)})
    rounded = snap(model)
    parts = np.array([curve.values for curve in rounded.curves.values()])
    assert np.abs(parts - values).max() < 1e-12
    forward, backward = parts.sum(axis=0), np.zeros(8)
    for row in parts[::-1]:
        backward += row
    assert forward.tolist() == backward.tolist()
    with pytest.raises(ValueError, match="scores up to"):
        snap(Additive({"x": Curve(np.empty(0), np.array([5000.0]), 0.0)}))


def test_a_changed_file_is_noticed(tmp_path: Path) -> None:
    index = _plain(tmp_path, 300)
    path = index._state.segment.path / "codes0.npy"
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    assert len(Index.open(tmp_path).top(Query(), 3).keys) == 3
    with pytest.raises(BrokenIndexError, match="codes0"):
        Index.open(tmp_path, verify=True)
    path.write_bytes(content[:-1])
    with pytest.raises(BrokenIndexError, match="codes0"):
        Index.open(tmp_path)


def test_a_folder_without_an_index_or_with_another_format_says_so(tmp_path: Path) -> None:
    with pytest.raises(BrokenIndexError, match="holds no index"):
        Index.open(tmp_path)
    path = _plain(tmp_path, 10)._state.segment.path / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | {"format": 99}))
    with pytest.raises(BrokenIndexError, match="format 99"):
        Index.open(tmp_path)


def test_a_build_that_died_leaves_the_old_index_serving(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = _plain(tmp_path, 200)
    before = index.top(Query(), 5).keys.tolist()

    def die(*_args: object, **_kwargs: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("sanggar.rankers.index.build._add_model", die)
        with pytest.raises(KeyboardInterrupt):
            _plain(tmp_path, 300)
    assert Index.open(tmp_path).top(Query(), 5).keys.tolist() == before
    for n in range(4):
        _plain(tmp_path, 300 + n)
    assert len(index) == 303
    assert len(list(tmp_path.glob("g*"))) <= 3


def test_what_changes_during_a_build_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = _plain(tmp_path, 200)
    update(tmp_path, np.array([7, 8]), {"skill": np.array([2.0, 2.0])})
    real = build._add_model

    def changed(made: object, model: Additive) -> None:
        update(tmp_path, np.array([9]), {"skill": np.array([2.0])}, removed=[8])
        real(made, model)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(build, "_add_model", changed)
        merge(tmp_path)
    assert index.top(Query(), 2).keys.tolist() == [7, 9]
    assert 8 not in index.keys().tolist()
    assert delta.read(index._state.segment).keys.tolist() == [9]
    moment = mark(tmp_path)
    update(tmp_path, np.array([5]), {"skill": np.array([2.0])})
    layout, rows = Layout(static=("skill",)), np.arange(20)
    write(tmp_path, layout, rows, {"skill": np.zeros(20)}, index.model, since=moment)
    assert index.top(Query(), 2).keys.tolist() == [5, 0]
    with pytest.raises(ValueError, match="they lack more"):
        more = {"skill": np.zeros(20), "more": np.zeros(20)}
        write(tmp_path, layout, rows, more, index.model, since=mark(tmp_path))
    write(tmp_path, layout, rows, {"skill": np.zeros(20)}, index.model)
    assert index.top(Query(), 2).keys.tolist() == [0, 1]
    assert mark(tmp_path / "elsewhere") is None


def test_a_thread_that_was_overtaken_does_not_go_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between its two looks another thread has taken over a newer generation."""
    index, real = _plain(tmp_path, 100), files.stamp
    update(tmp_path, np.array([9_000]), {"skill": np.array([2.0])})

    def overtaken(path: Path) -> tuple[int, int, int]:
        monkeypatch.setattr(files, "stamp", real)
        merge(tmp_path)
        index.refresh()
        return real(path)

    monkeypatch.setattr(files, "stamp", overtaken)
    index.refresh()
    update(tmp_path, np.array([9_001]), {"skill": np.array([2.0])})
    assert index.top(Query(), 2).keys.tolist() == [9_000, 9_001]


def test_threads_ask_while_changes_arrive(tmp_path: Path) -> None:
    index = _plain(tmp_path, 2_000)
    wrong: list[object] = []

    def ask() -> None:
        for _ in range(60):
            found = index.top(Query(), 5)
            if len(found.keys) != 5 or (np.diff(found.scores) > 0).any():
                wrong.append(found)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for n in range(12):
        update(tmp_path, np.array([9_000 + n]), {"skill": np.array([2.0])})
        if n == 6:
            merge(tmp_path)
    for thread in threads:
        thread.join()
    assert not wrong
    assert index.top(Query(), 12).keys.tolist() == list(range(9_000, 9_012))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (Query(choice="c"), "none of the choices"),
        (Query(choice="a", lookups=[Lookup("x", "nowhere", np.abs)]), "no column nowhere"),
        (Query(choice="a", lookups=[Lookup("rubric", "level", np.abs)]), "has a value already"),
    ],
)
def test_a_query_of_unknown_things_is_refused(tmp_path: Path, query: Query, said: str) -> None:
    random = np.random.default_rng(5)
    _write(tmp_path, cases.world(random, 10), cases.model(random), random)
    with pytest.raises(ValueError, match=said):
        Index.open(tmp_path).top(query, 3)


def test_an_index_of_contradictions_is_not_written(tmp_path: Path) -> None:
    model, skill = Additive({}), {"skill": np.ones(2)}
    layout = Layout(static=("skill",))
    with pytest.raises(ValueError, match="same key"):
        write(tmp_path, layout, np.array([1, 1]), skill, model)
    with pytest.raises(ValueError, match="not one for each"):
        write(tmp_path, layout, np.arange(3), skill, model)
    with pytest.raises(ValueError, match="needs the column skill"):
        write(tmp_path, layout, np.arange(2), {}, model)
    with pytest.raises(ValueError, match="there are none"):
        write(tmp_path, Layout(text="similar"), np.arange(2), skill, model)
    with pytest.raises(ValueError, match="one number each"):
        write(tmp_path, layout, np.arange(2), {"skill": np.ones((2, 2))}, model)
    with pytest.raises(ValueError, match="same choices"):
        write(
            tmp_path, Layout(chosen={"a": {"x": "p"}, "b": {"y": "q"}}), np.arange(2), skill, model
        )
