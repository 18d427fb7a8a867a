"""How long `sanggar demo` builds, as a whole process, and what comes of it."""

from __future__ import annotations

import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from benchmarks.report import table, verdict

GOALS = {"small": 20.0, "full": 120.0}


def run() -> int:
    """Build both sizes into a throw-away folder; print seconds, rows and megabytes."""
    return table(
        ("size", "seconds", "CPU seconds", "goal", "rows", "database MB", "verdict"),
        [_build(size, goal) for size, goal in GOALS.items()],
    )


def _build(size: str, goal: float) -> tuple[object, ...]:
    with tempfile.TemporaryDirectory(prefix="sanggar-bench-") as temporary:
        folder = Path(temporary) / "demo"
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "sanggar.cli", "demo", "--size", size, "--dir", str(folder), "--no-serve"],
            check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        seconds = time.perf_counter() - start
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        database = folder / "sanggar.db"
        megabytes = database.stat().st_size / 1_000_000
        return (size, f"{seconds:.1f}", f"{cpu:.1f}", f"{goal:.0f}", f"{_rows(database):,}",
                f"{megabytes:.0f}", verdict(seconds, goal))  # fmt: skip


def _rows(database: Path) -> int:
    with closing(sqlite3.connect(database)) as connection:
        names = [
            n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return sum(connection.execute(f'SELECT count(*) FROM "{n}"').fetchone()[0] for n in names)
