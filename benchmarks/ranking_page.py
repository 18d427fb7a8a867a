"""The ranking page with 100,000 certified talents of one track, on SQLite, each time for another brief.

CPU of whole requests through the application, nothing kept from one to the next; what of it is the
index; SQL statements; memory of the worker; writing the index; how long until a change is seen; what
fair places cost.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask

if not __package__:  # run as a file, as well as by `python -m benchmarks ranking_page`
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import certified
from benchmarks.pages import bare_app, request, sign_in, statements
from benchmarks.report import CACHE, table, verdict
from benchmarks.topk import memory
from sanggar import clock
from sanggar.app import create_app
from sanggar.catalogue import queries as catalogue
from sanggar.cli.serve import settled
from sanggar.clients import queries as clients
from sanggar.kernel import db, events, schema
from sanggar.kernel.config import Settings
from sanggar.plugin import events as happened
from sanggar.programme import service as programme
from sanggar.rankers.index import Index
from sanggar.rankers.metrics import discounts
from sanggar.ranking import candidates, indexed, indexing, keeping, rerank, service
from sanggar.ranking.fitting import Asked

TALENTS, TRACK = 100_000, "packaging_design"
WARM, BRIEFS = 30, 200
GOAL_MS, GOAL_SQL, GOAL_SEEN, GOAL_KEPT = 60.0, 8, 5000.0, 0.99
#: Of a bare page as large as this one.
PAGE_BYTES = 25_000
TOP = 10


def settings(folder: Path) -> Settings:
    """Return the settings of a site on a folder."""
    return Settings.load(
        {}, mode="demo", data_dir=str(folder), log_level="ERROR", rate_limits=False
    )


def site(folder: Path) -> Flask:
    """Return the application on a folder."""
    return create_app(settings(folder))


def database(count: int) -> Path:
    """Return a folder with so many certified talents; filled once, then reused."""
    folder = CACHE / f"certified-{count}"
    if not (folder / "done").is_file():
        shutil.rmtree(folder, ignore_errors=True)
        app, now = site(folder), clock.now()
        schema.upgrade(app.extensions["sanggar.db"])
        with db.transaction(app) as session:
            programme.seed(now)
            track = catalogue.track(TRACK)
            certified.fill(session, track, count, now)
            _owner, client = certified.owner(session, now)
            certified.briefs(session, track, client, WARM + BRIEFS, now)
        (folder / "done").touch()
    return folder


def build(folder: Path) -> dict[str, float]:
    """Write the index in a process of its own."""
    app = site(folder)
    before, began = time.process_time(), time.perf_counter()
    with app.app_context(), db.reading():
        keeping.build(TRACK, clock.now())
    return {
        "build_cpu_s": time.process_time() - before, "build_s": time.perf_counter() - began,
        "build_mb": memory("VmHWM"),
    }  # fmt: skip


class Timed:
    """An index that counts the CPU spent in it."""

    def __init__(self, index: Any) -> None:
        self._index, self.spent = index, 0.0

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._index, name)
        if not callable(found):
            return found

        def timed(*args: Any, **more: Any) -> Any:
            before = time.process_time()
            try:
                return found(*args, **more)
            finally:
                self.spent += time.process_time() - before

        return timed


def ask(folder: Path) -> dict[str, Any]:
    """Open the page of every brief once, as a worker does."""
    app = settled(settings(folder))
    before = memory("VmRSS")
    cookie = sign_in(app, 900)
    with app.app_context():
        opened = indexed.opened(indexing.folder(TRACK))
        timed = Timed(opened)
        indexed._open[indexing.folder(TRACK)] = timed
    spent, inside, bare = [], [], []
    nothing = bare_app(PAGE_BYTES)
    for number in range(1, WARM + BRIEFS + 1):
        start, began = timed.spent, time.process_time()
        status, _size = request(app, f"/briefs/{number}/talents", cookie)
        if not status.startswith("200"):
            raise AssertionError(status)
        if number > WARM:
            spent.append(1000 * (time.process_time() - began))
            inside.append(1000 * (timed.spent - start))
            began = time.process_time()
            request(nothing, "/", "")
            bare.append(1000 * (time.process_time() - began))
    resident = memory("VmRSS")
    with app.app_context():
        service.forget()
    sql = statements(app, "/briefs/3/talents", cookie)
    kept, lower = fairness(app, clock.now())
    seen = changed(app, clock.now())
    app.extensions["sanggar.db"].dispose()
    return {
        "bare_ms": float(np.median(bare)), "ms": float(np.median(spent)), "p95_ms": float(np.quantile(spent, 0.95)),
        "most_ms": max(spent), "index_ms": float(np.median(inside)),
        "index_p95_ms": float(np.quantile(inside, 0.95)), "sql": sql, "started_mb": before,
        "resident_mb": resident, "seen_ms": seen, "kept": kept, "lower": lower,
    }  # fmt: skip


def fairness(app: Flask, now: datetime) -> tuple[float, float]:
    """Return what showing hubs in their shares and keeping a place costs, over all briefs.

    NDCG@10 with the score as the gain, and how much lower the mean score of the first ten is.
    """
    weights, rows = discounts(TOP, TOP), []
    with app.app_context(), db.reading():
        scorer = service.scorer_for(None, candidates.features_for(TRACK))
        for row in clients.briefs_of(900)[:BRIEFS]:
            found = indexed.fitting(Asked.of(row, scorer, now))
            if found is None:
                raise AssertionError("no index")
            worth = {each.entry.key: each.entry.worth for each in found.people}
            entries = [each.entry for each in found.people]
            best = np.array([e.worth for e in rerank.ranked(entries)[:TOP]])
            shown = np.array(
                [worth[k] for k, _kept in rerank.order(entries, hubs=found.hubs)[:TOP]]
            )
            rows.append((weights @ shown / (weights @ best), best.mean() - shown.mean()))
    kept, lower = np.mean(rows, axis=0).tolist()
    return kept, lower


def changed(app: Flask, now: datetime) -> float:
    """Return the milliseconds from a change to its being in what another process reads."""
    with app.app_context():
        other = Index(indexing.folder(TRACK))
    person = 1001 + next(n for n in range(1000) if other.look(np.array([1001 + n]), "paused"))
    began = time.perf_counter()
    with db.transaction(app):
        events.emit(happened.ConsentChanged(at=now, person=person, purpose="matching", given=False))
    while not other.beside():
        if time.perf_counter() - began > 10:
            raise AssertionError("a change was never seen")
    return 1000 * (time.perf_counter() - began)


def measure(count: int) -> dict[str, Any]:
    """Return everything measured with so many talents."""
    spawn = get_context("spawn")

    def alone(function: Callable[..., Any], *args: Any) -> Any:
        with ProcessPoolExecutor(1, mp_context=spawn) as pool:
            return pool.submit(function, *args).result()

    folder = alone(database, count)
    found: dict[str, Any] = alone(build, folder)
    found |= alone(ask, folder)
    return found


def show(count: int) -> int:
    """Print the table; return the number of missed goals."""
    said = measure(count)
    rows = [
        ("CPU ms of a page, median", f"{said['ms']:.1f}", "", ""),
        ("CPU ms, 95th percentile", f"{said['p95_ms']:.1f}", f"≤ {GOAL_MS:g}",
         verdict(said["p95_ms"], GOAL_MS)),
        ("CPU ms of a bare page in the same run", f"{said['bare_ms']:.1f}", "", ""),
        ("CPU ms, worst", f"{said['most_ms']:.1f}", "", ""),
        ("of it in the index, median", f"{said['index_ms']:.1f}", "", ""),
        ("of it in the index, 95th percentile", f"{said['index_p95_ms']:.1f}", "", ""),
        ("SQL statements", said["sql"], f"≤ {GOAL_SQL}", verdict(said["sql"], GOAL_SQL)),
        ("MB of the worker before the first page", f"{said['started_mb']:.0f}", "", ""),
        (f"MB of the worker after {WARM + BRIEFS} pages", f"{said['resident_mb']:.0f}", "", ""),
        ("ms until a change is seen", f"{said['seen_ms']:.0f}", f"≤ {GOAL_SEEN:g}",
         verdict(said["seen_ms"], GOAL_SEEN)),
        ("NDCG@10 with hubs in their shares and a place kept", f"{said['kept']:.4f}",
         f"≥ {GOAL_KEPT:g}", verdict(GOAL_KEPT, said["kept"])),
        ("mean score of the first ten, lower by", f"{said['lower']:.4f}", "", ""),
        ("writing the index, CPU s", f"{said['build_cpu_s']:.0f}", "", ""),
        ("writing the index, peak MB", f"{said['build_mb']:.0f}", "", ""),
    ]  # fmt: skip
    print(f"{count:,} certified talents of one track, {BRIEFS} different briefs\n")
    return table(("what", "measured", "goal", "verdict"), rows)


def run() -> int:
    """Measure the goal's number of talents."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    return show(TALENTS)


def main() -> int:
    """Measure as many talents as were named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--talents", type=int, default=TALENTS, metavar="N")
    return show(parser.parse_args().talents)


if __name__ == "__main__":
    sys.exit(main())
