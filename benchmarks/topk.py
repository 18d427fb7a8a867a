"""The best 50 of millions for a brief: time, memory, share looked at, exactness, against other ways.

`python benchmarks/topk.py --talents 5890000 [--json]`. Features and texts are those of
`benchmarks/talents.py`, the model is the additive ranker learned on its outcomes. The index is built
in one process and asked in another, whose memory is what a web worker would have. Exactness is
against a scan of all feature values by the model itself, without the index.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

if not __package__:  # run as a file, as well as by `python -m benchmarks topk`
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import talents
from benchmarks.report import table
from benchmarks.talents import FEATURES, People
from sanggar.rankers.additive import Additive, curves_of
from sanggar.rankers.index import Index, Rarity, snap, update, write
from sanggar.rankers.index.texts import Asked, Texts, cosine, find, sums, weigh

Floats = NDArray[np.float64]
K = 50
BRIEFS, CHECKED, TYPICAL = 100, 5, 24
CHUNK = 250_000
LEARN_FROM, LISTS = 60_000, 400
#: goals of the country, CPU ms and MB; times are checked at this size and above
COUNTRY, MOST_MS, MOST_MB = 5_890_000, 50.0, 1500.0
POSTGRES_ROWS, POSTGRES_TIMES = 1_000_000, 20.0


def similarity(texts: Texts, weights: Any, asked: Asked, rows: slice) -> Floats:
    """Return how similar consecutive rows are to a brief, without an index."""
    lookup = np.zeros(len(texts.vocabulary), dtype=np.int64)
    at, known = find(texts.vocabulary, asked.words)
    lookup[at[known]] = asked.weights[known]
    offsets = texts.offsets[rows.start : rows.stop + 1]
    part = slice(int(offsets[0]), int(offsets[-1]))
    lengths = np.diff(offsets)
    shared = lookup[texts.terms[part]] * weights[part]
    return np.where(lengths > 0, cosine(sums(shared, lengths)), np.nan)


def learn() -> tuple[Additive, Any]:
    """Return the additive model of graded outcomes, and the estimator it was read off.

    A list is what a client was shown: some talents at random, some alike the brief, some known.
    """
    from sanggar.rankers.estimators import AdditiveRanker

    random = np.random.default_rng(1)
    people = talents.people(LEARN_FROM, seed=2)
    rarity = Rarity.of(people.texts)
    weights = weigh(people.texts, rarity)
    tables, labels, groups = [], [], []
    for n, order in enumerate(talents.orders(LISTS, LEARN_FROM, seed=3)):
        asked = Asked.of(order.words, rarity)
        alike = similarity(people.texts, weights, asked, slice(0, LEARN_FROM))
        near = np.argsort(-np.nan_to_num(alike))[: random.integers(5, 40)]
        known = np.flatnonzero(np.isin(people.keys, order.clients.keys))
        rows = np.unique(np.concatenate([random.choice(LEARN_FROM, 40), near, known]))
        matrix = talents.features(people, order, rows, alike[rows])
        tables.append(matrix)
        labels.append(talents.outcome(people, matrix, rows, random))
        groups.append(np.full(len(rows), n))
    directions = [talents.DIRECTIONS.get(name, 1) for name in FEATURES]
    estimator = AdditiveRanker(directions, random_state=1).boost(
        np.concatenate(tables), np.concatenate(labels), np.concatenate(groups), None
    )
    return Additive(dict(zip(FEATURES, curves_of(estimator), strict=True))), estimator


def full_scan(
    people: People, weights: Any, rarity: Rarity, model: Additive, order: talents.Order
) -> tuple[list[int], list[float]]:
    """Return the best 50 by scoring every row, as the model does."""
    asked, query = Asked.of(order.words, rarity), talents.query(order)
    keys, scores = np.empty(0, dtype=np.int64), np.empty(0)
    for start in range(0, len(people.keys), CHUNK):
        rows = slice(start, min(start + CHUNK, len(people.keys)))
        alike = similarity(people.texts, weights, asked, rows)
        matrix = talents.features(people, order, rows, alike)
        found = model.score(dict(zip(FEATURES, matrix.T, strict=True)))
        for each in query.filters:
            column = people.columns[each.column]
            found = np.where(each.keep(column.values)[column.codes[rows]], found, -np.inf)
        keys = np.concatenate([keys, people.keys[rows]])
        scores = np.concatenate([scores, found])
        best = np.lexsort((keys, -scores))[:K]
        keys, scores = keys[best], scores[best]
    fit = scores > -np.inf
    return keys[fit].tolist(), scores[fit].tolist()


def build(folder: Path, n: int, postgres: bool) -> dict[str, Any]:
    """Write the index, the feature matrix of one brief, and the answers of full scans."""
    model, estimator = learn()
    people = talents.people(n)
    typical = [talents.query(order) for order in talents.orders(TYPICAL, n, seed=99)]
    before = time.process_time()
    write(
        folder / "index", talents.layout(), people.keys, people.columns, model,
        texts=people.texts, typical=typical, version="benchmark",
    )  # fmt: skip
    said: dict[str, Any] = {
        "build_cpu_s": time.process_time() - before,
        "build_mb": memory("VmHWM"),
    }
    rarity = Rarity.of(people.texts)
    weights = weigh(people.texts, rarity)
    exact = snap(model)
    orders = talents.orders(BRIEFS, n)
    answers = [full_scan(people, weights, rarity, exact, each) for each in orders[:CHECKED]]
    (folder / "answers.json").write_text(json.dumps(answers))
    asked = Asked.of(orders[0].words, rarity)
    matrix = np.lib.format.open_memmap(
        folder / "matrix.npy", mode="w+", dtype=np.float32, shape=(n, len(FEATURES))
    )
    spent = 0.0
    for start in range(0, n, CHUNK):
        rows = slice(start, min(start + CHUNK, n))
        alike = similarity(people.texts, weights, asked, rows)
        part = talents.features(people, orders[0], rows, alike)
        matrix[rows] = part
        before = time.process_time()
        estimator.predict(part)
        spent += time.process_time() - before
    matrix.flush()
    said["boosting_ms"] = 1000 * spent
    if postgres and n <= POSTGRES_ROWS:
        with (folder / "people.pickle").open("wb") as handle:
            pickle.dump((people, exact, weights), handle, protocol=5)
    return said


def memory(name: str) -> float:
    """Return this process's resident memory in MB: `VmRSS` now, `VmHWM` at its highest."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))


def _cpu(index: Index, orders: list[talents.Order]) -> tuple[list[float], list[float]]:
    spent, scanned = [], []
    for order in orders:
        query = talents.query(order)
        before = time.process_time()
        found = index.top(query, K)
        spent.append(1000 * (time.process_time() - before))
        scanned.append(found.scanned)
    return spent, scanned


def ask(folder: Path, n: int) -> dict[str, Any]:
    """Ask the index; the matrix is loaded only when its memory has been read."""
    began = memory("VmRSS")
    index = Index.open(folder / "index")
    orders = talents.orders(BRIEFS, n)
    _cpu(index, talents.orders(BRIEFS, n, seed=12))
    spent, scanned = _cpu(index, orders)
    resident, peak = memory("VmRSS"), memory("VmHWM")
    answers = json.loads((folder / "answers.json").read_text())
    same = True
    for order, (keys, scores) in zip(orders, answers, strict=False):
        found = index.top(talents.query(order), K)
        same = same and found.keys.tolist() == keys and found.scores.tolist() == scores
    matrix = np.load(folder / "matrix.npy")
    matrix.sum()
    sums_ms = []
    for _ in range(7):
        before = time.process_time()
        matrix.sum()
        sums_ms.append(1000 * (time.process_time() - before))
    del matrix
    again, _scanned = _cpu(index, orders)
    seen, removed = changed(folder / "index", index, orders[0])
    return {
        "talents": n, "cpu_ms": float(np.median(spent + again)),
        "cpu_ms_p95": float(np.quantile(spent + again, 0.95)), "cpu_ms_max": max(spent + again),
        "started_mb": began, "resident_mb": resident, "peak_mb": peak,
        "scanned": float(np.mean(scanned)), "exact": same, "checked": len(answers),
        "sum_ms": float(np.median(sums_ms)), "seen_after_ms": seen,
        "removed": removed,
    }  # fmt: skip


def changed(folder: Path, index: Index, order: talents.Order) -> tuple[float, int]:
    """Return the milliseconds until an answer without the best talent, who was removed, and who."""
    query = talents.query(order)
    first = int(index.top(query, 1).keys[0])
    before = time.perf_counter()
    update(folder, np.empty(0, dtype=np.int64), {}, removed=[first])
    if first in index.top(query, K).keys:
        raise AssertionError("a removed talent is still listed")
    return 1000 * (time.perf_counter() - before), first


def measure(n: int, *, postgres: bool = True) -> dict[str, Any]:
    """Return everything measured on so many talents."""
    spawn = get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="sanggar-topk-") as temporary:
        folder = Path(temporary)
        with ProcessPoolExecutor(1, mp_context=spawn) as pool:
            said = pool.submit(build, folder, n, postgres).result()
        with ProcessPoolExecutor(1, mp_context=spawn) as pool:
            said |= pool.submit(ask, folder, n).result()
        if (folder / "people.pickle").is_file():
            from benchmarks import topk_postgres

            said |= topk_postgres.compare(folder, n, said["removed"])
    said["x_sum"] = said["cpu_ms"] / said["sum_ms"]
    said["x_boosting"] = said["boosting_ms"] / said["cpu_ms"]
    return said


def show(said: dict[str, Any]) -> int:
    """Print the table; return the number of missed goals."""
    country = said["talents"] >= COUNTRY

    def most(value: float, goal: float, ruled: bool = True) -> tuple[str, str]:
        return (f"≤ {goal:g}", "ok" if value <= goal else "missed") if ruled else ("", "")

    rows: list[tuple[str, str, str, str]] = [
        (f"CPU ms, median of {2 * BRIEFS}", f"{said['cpu_ms']:.1f}", *most(said["cpu_ms"], MOST_MS)),
        ("CPU ms, 95th percentile", f"{said['cpu_ms_p95']:.1f}", *most(said["cpu_ms_p95"], MOST_MS)),
        ("CPU ms, worst", f"{said['cpu_ms_max']:.1f}", "", ""),
        ("× np.sum of the float32 features", f"{said['x_sum']:.2f}", *most(said["x_sum"], 1, country)),
        ("resident MB", f"{said['resident_mb']:.0f}", *most(said["resident_mb"], MOST_MB)),
        ("share of rows looked at", f"{said['scanned']:.1%}", "", ""),
        (f"same as a full scan, {said['checked']} briefs", str(said["exact"]), "True",
         "ok" if said["exact"] else "missed"),
        ("np.sum, CPU ms", f"{said['sum_ms']:.1f}", "", ""),
        ("times faster than gradient boosting", f"{said['x_boosting']:.0f}", "", ""),
        ("ms until a change is in answers", f"{said['seen_after_ms']:.0f}",
         *most(said["seen_after_ms"], 5000)),
        ("build, CPU s", f"{said['build_cpu_s']:.0f}", "", ""),
        ("build, peak MB with the data", f"{said['build_mb']:.0f}", "", ""),
    ]  # fmt: skip
    if "x_postgres" in said:
        good = said["x_postgres"] >= POSTGRES_TIMES and said["postgres_same"]
        rows += [
            ("PostgreSQL ORDER BY, ms", f"{said['postgres_ms']:.0f}", "", ""),
            ("PostgreSQL's answer is the same", str(said["postgres_same"]), "True", ""),
            ("times faster than PostgreSQL", f"{said['x_postgres']:.0f}", f"≥ {POSTGRES_TIMES:g}",
             "ok" if good else "missed"),
        ]  # fmt: skip
    print(f"{said['talents']:,} talents of one track, the best {K}\n")
    return table(("what", "measured", "goal", "verdict"), rows)


def run() -> int:
    """Measure a million talents, PostgreSQL included, and the country."""
    missed = show(measure(POSTGRES_ROWS))
    print()
    return missed + show(measure(COUNTRY))


def main() -> int:
    """Measure as many talents as were named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--talents", type=int, default=POSTGRES_ROWS, metavar="N")
    parser.add_argument("--no-postgres", action="store_true", help="leave PostgreSQL out")
    parser.add_argument("--json", action="store_true", dest="as_json")
    asked = parser.parse_args()
    if asked.talents < 1:
        parser.error("--talents: at least one")
    said = measure(asked.talents, postgres=not asked.no_postgres)
    if asked.as_json:
        print(json.dumps(said, indent=1))
        return 0
    return show(said)


if __name__ == "__main__":
    sys.exit(main())
