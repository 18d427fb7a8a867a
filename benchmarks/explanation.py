"""Explaining a score: the curves of the additive ranker against TreeSHAP of LightGBM.

Both learn from the same public learning-to-rank set and explain the same rows. A curve's value is its
contribution, so an explanation is one lookup a feature; TreeSHAP (`pred_contrib`, Lundberg et al.
2020) walks every leaf of every tree. `off` is the largest difference between a score and the sum of
its contributions (for TreeSHAP with the expected value it reports beside them). CPU time of one
thread, the best of several rounds.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray

from benchmarks.ltr import REFERENCE
from benchmarks.report import table
from sanggar.rankers import letor
from sanggar.rankers.additive import Additive, curves_of
from sanggar.rankers.estimators import AdditiveRanker

Floats = NDArray[np.float64]
ROUNDS = 5
#: rows explained at once: a page of suggestions, a list, a whole pool
SIZES = (15, 1_000, 20_000)
EXACT, FASTER = 1e-9, 20.0


def cpu(explain: Callable[[], object]) -> float:
    """Return the least CPU seconds of several rounds."""
    found = []
    for _ in range(ROUNDS):
        begun, count = time.process_time(), 0
        while count == 0 or time.process_time() - begun < 0.05:
            explain()
            count += 1
        found.append((time.process_time() - begun) / count)
    return min(found)


def served(grown: Any) -> Additive:
    """Return the form in which the additive ranker serves: one curve a feature."""
    return Additive({str(n): curve for n, curve in enumerate(curves_of(grown))})


def theirs(data: letor.Lists) -> lightgbm.Booster:
    """Return LightGBM lambdarank with its usual settings."""
    sizes = np.unique(data.groups, return_counts=True)[1]
    ranker = lightgbm.LGBMRanker(n_jobs=1, verbose=-1, random_state=0)
    ranker.fit(data.X, data.y, group=sizes)
    return ranker.booster_


def row(size: int, grown: Any, trees: lightgbm.Booster, whole: Floats) -> list[object]:
    """Return one line: so many rows explained by both."""
    rows = np.resize(np.arange(len(whole)), size)
    chosen = np.ascontiguousarray(whole[rows])
    model = served(grown)
    columns = {name: np.ascontiguousarray(chosen[:, int(name)]) for name in model.curves}
    total = np.sum(list(model.parts(columns).values()), axis=0)
    # the trees that were grown, walked by scikit-learn: not the curves that were read off them
    off = float(np.abs(total - grown.predict(chosen)).max())
    shap = np.asarray(trees.predict(chosen, pred_contrib=True, num_threads=1))
    theirs_off = float(np.abs(shap.sum(axis=1) - trees.predict(chosen, raw_score=True)).max())
    mine = cpu(lambda: model.parts(columns))
    other = cpu(lambda: trees.predict(chosen, pred_contrib=True, num_threads=1))
    good = off <= EXACT and other / mine >= FASTER
    return [
        f"{size:,}", f"{1e6 * mine / size:.2f}", f"{1e6 * other / size:.1f}", f"{other / mine:.0f}",
        f"{off:.1e}", f"{theirs_off:.1e}", "ok" if good else "missed",
    ]  # fmt: skip


def run() -> int:
    """Print the table; return how many goals were missed."""
    data = letor.read([REFERENCE / "rank.train", REFERENCE / "rank.test"])
    grown = AdditiveRanker(random_state=0).boost(data.X, data.y, data.groups, None)
    trees = theirs(data)
    print(
        f"goals: contributions sum to the score within {EXACT:.0e}, >= {FASTER:.0f} times faster\n"
    )
    return table(
        ["rows", "curves µs a row", "TreeSHAP µs a row", "times faster", "off", "off (TreeSHAP)",
         "goal"],
        [row(size, grown, trees, data.X) for size in SIZES],
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(run())
