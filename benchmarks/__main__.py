"""Run benchmarks by name, or all of them, in the order of the table."""

from __future__ import annotations

import argparse
import importlib
import sys

#: name -> what it measures
BENCHMARKS = {
    "cli_start": "`sanggar --help` as a whole process",
    "demo": "building the small and the full demo",
    "pages": "CPU per request and SQL statements of the main pages against a bare page",
    "weight": "bytes and requests of first and later visits",
    "paint": "first contentful paint on slow 3G against a bare page",
    "memory": "resident memory of a web worker after mixed requests",
    "raters": "error of markers' severity, and of raw and adjusted marks",
    "pairs": "comparative judgement: reported against true reliability, however pairs are chosen",
    "fairness": "items flagged although fair, and unfair items found (Mantel–Haenszel, logistic)",
    "similarity": "identical wrong answers: honest exams with a pair, copies found, time",
    "adaptive": "adaptive tests: length, exposure, content, unused items, verdicts, speed",
    "exams": "server time of beginning, submitting and adapting an exam",
    "overlap": "what a thousand random linear forms share",
    "ltr": "orders on public learning-to-rank data against LightGBM's",
    "calibration": "item parameters and abilities against R mirt and another program; time",
    "small_samples": "reported standard error of ability against the true error, 200 people",
    "topk": "the best 50 of a million and of 5.89 million talents: time, memory, exactness",
    "ranking_page": "the ranking page with 100,000 certified talents, cold; until a change is seen",
    "clicks": "learning from simulated clicks: what correcting for position recovers, and when it is used",
    "newcomers": "simulated market: good newcomers found, and the regret of looking for them",
    "representation": "fairer orders by DetGreedy: NDKL, NDCG kept, skew; what the audit flags",
    "explanation": "explaining a score: curves against TreeSHAP, exactness and time",
    "talent_search": "the public search on 100,000 profiles: CPU and SQL of typical searches",
    "torture_attempts": "answers lost or doubled when everything goes wrong",
}


def main() -> int:
    """Run what was asked for; return the number of missed goals."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="name", help=", ".join(BENCHMARKS))
    names = parser.parse_args().names or list(BENCHMARKS)
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; choose from {', '.join(BENCHMARKS)}")
    missed = 0
    for name in names:
        print(f"\n## {name}: {BENCHMARKS[name]}\n", flush=True)
        missed += int(importlib.import_module(f"benchmarks.{name}").run() or 0)
    return missed


if __name__ == "__main__":
    sys.exit(min(main(), 100))
