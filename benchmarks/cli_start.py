"""How long `sanggar --help` takes as a whole process."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from benchmarks.report import table, verdict

GOAL_SECONDS = 0.5
RUNS = 9


def run() -> int:
    """Print the median of several runs after a warm-up, beside Python's own start."""

    def measure(command: list[str]) -> float:
        times = []
        for _ in range(RUNS + 1):
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            times.append(time.perf_counter() - start)
        return statistics.median(times[1:])

    bare = measure([sys.executable, "-c", "pass"])
    ours = measure([sys.executable, "-m", "sanggar.cli", "--help"])
    return table(
        ("what", "median s", "x bare python", "goal s", "verdict"),
        [
            ("python -c pass", f"{bare:.3f}", "1.0", "", ""),
            ("sanggar --help", f"{ours:.3f}", f"{ours / bare:.1f}", GOAL_SECONDS, verdict(ours, GOAL_SECONDS)),
        ],
    )  # fmt: skip
