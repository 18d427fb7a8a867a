"""Resident memory of one web worker on the full demo after many mixed requests."""

from __future__ import annotations

import urllib.request

import psutil

from benchmarks.pages import pages
from benchmarks.report import copy_of, demo, server, table, verdict
from sanggar.app import create_app
from sanggar.kernel.config import Settings

GOAL_MB = 160
ROUNDS = 60


def run() -> int:
    """Print RSS of the worker process, at start and after the requests."""
    with copy_of(demo("full")) as folder:
        app = create_app(Settings.load({}, mode="demo", data_dir=str(folder), log_level="ERROR"))
        visits = [(path, cookie) for _name, path, cookie in pages(app)]
        app.extensions["sanggar.db"].dispose()
        with server(folder, SANGGAR_WORKERS="1", SANGGAR_WORKER="separate") as (url, process):
            worker = psutil.Process(process.pid).children()[0]
            before = worker.memory_info().rss / 1e6
            for _ in range(ROUNDS):
                for path, cookie in visits:
                    asked = urllib.request.Request(url + path, headers={"Cookie": cookie})
                    with urllib.request.urlopen(asked, timeout=30) as answer:
                        answer.read()
            after = worker.memory_info().rss / 1e6
    return table(
        ("moment", "RSS MB", "goal", "verdict"),
        [
            ("after start", f"{before:.0f}", GOAL_MB, verdict(before, GOAL_MB)),
            (f"after {ROUNDS * len(visits)} requests", f"{after:.0f}", GOAL_MB, verdict(after, GOAL_MB)),
        ],
    )  # fmt: skip
