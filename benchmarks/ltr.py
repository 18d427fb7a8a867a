"""Orders on public learning-to-rank data, by cross-validation over whole lists.

`benchmarks/ltr.py --data FILE... [--folds 5] [--seed 0] [--json]` takes LibSVM files with the sizes
of their lists in `FILE.query` beside them. The additive ranker is what serves; the shadow shows what
is left to gain; LightGBM's lambdarank is what others use. Differences to it are paired by list; their
standard error is that of a mean over lists.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

if not __package__:  # run as a file, as well as by `python -m benchmarks ltr`
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.report import table
from sanggar.errors import Invalid
from sanggar.rankers import letor, metrics
from sanggar.rankers.estimators import AdditiveRanker, ShadowRanker
from sanggar.rankers.letor import Lists

Floats = NDArray[np.float64]
Learner = Callable[[Lists, int], Callable[[Floats], Floats]]
REFERENCE = Path(__file__).resolve().parents[2] / "shared/reference/ltr/lightgbm_lambdarank"
DEPTHS = (1, 3, 5, 10)
BASE = "lightgbm"
#: lists among which the best feature is sought: more change nothing but the time
SAMPLE = 200
#: least difference in NDCG@10 to LightGBM
GOALS = {"additive": -0.005, "shadow": 0.015}


def random_order(_train: Lists, seed: int) -> Callable[[Floats], Floats]:
    """Return scores by chance."""
    chance = np.random.default_rng(seed)
    return lambda table: chance.random(len(table))


def best_feature(train: Lists, _seed: int) -> Callable[[Floats], Floats]:
    """Return the one feature, up or down, that orders the training lists best."""
    train = train.pick(np.searchsorted(np.unique(train.groups), train.groups) < SAMPLE)
    known = np.nan_to_num(train.X)
    useful = [c for c in range(known.shape[1]) if np.ptp(known[:, c]) > 0] or [0]
    best = max(
        ((sign, c) for c in useful for sign in (1, -1)),
        key=lambda way: _mean(train, way[0] * known[:, way[1]]),
    )
    return lambda table: best[0] * np.nan_to_num(table[:, best[1]])


def _mean(data: Lists, scores: Floats) -> float:
    gains = metrics.gains(data.y)
    found = [metrics.ndcg(gains[at], scores[at], 10) for at in metrics.lists(data.groups)]
    return float(np.mean(found))


def additive(train: Lists, seed: int) -> Callable[[Floats], Floats]:
    """Return the ranker that serves."""
    return AdditiveRanker(random_state=seed).fit(train.X, train.y, train.groups).predict


def shadow(train: Lists, seed: int) -> Callable[[Floats], Floats]:
    """Return the model that runs for comparison."""
    return ShadowRanker(random_state=seed).fit(train.X, train.y, train.groups).predict


def lightgbm(train: Lists, seed: int) -> Callable[[Floats], Floats]:
    """Return LightGBM's lambdarank with its own defaults."""
    import lightgbm

    sizes = np.diff(metrics.bounds(train.groups))
    model = lightgbm.LGBMRanker(random_state=seed, n_jobs=1, verbose=-1, deterministic=True)
    model.fit(train.X, train.y.astype(int), group=sizes)
    return lambda table: np.asarray(model.predict(table))


LEARNERS: dict[str, Learner] = {
    "random": random_order, "best feature": best_feature, "additive": additive, "shadow": shadow,
    BASE: lightgbm,
}  # fmt: skip


@dataclass
class Measured:
    """Each list's measures under one model, and what learning cost."""

    cpu: float = 0.0
    by_list: dict[str, list[float]] = field(default_factory=dict)

    def add(self, data: Lists, scores: Floats) -> None:
        """Measure the lists of a fold."""
        gains = metrics.gains(data.y)
        for at in metrics.lists(data.groups):
            for k in DEPTHS:
                self._note(f"ndcg@{k}", metrics.ndcg(gains[at], scores[at], k))
            self._note("map", metrics.average_precision(data.y[at] > 0, scores[at]))

    def _note(self, name: str, value: float) -> None:
        self.by_list.setdefault(name, []).append(value)


def measure(data: Lists, folds: int = 5, seed: int = 0) -> dict[str, Measured]:
    """Cross-validate every model over whole lists; all see the same folds.

    Lists in which nothing is worth anything cannot be ordered well or badly and are left out.
    """
    worth = np.bincount(data.groups, data.y)
    data = data.pick(worth[data.groups] > 0)
    names, lists = np.unique(data.groups, return_inverse=True)
    fold = np.random.default_rng(seed).permutation(len(names)) % folds
    found = {name: Measured() for name in LEARNERS}
    for n in range(folds):
        held = fold[lists] == n
        train, test = data.pick(~held), data.pick(held)
        for name, learner in LEARNERS.items():
            begun = time.process_time()
            scores = learner(train, seed)(test.X)
            found[name].cpu += time.process_time() - begun
            found[name].add(test, scores)
    return found


def summary(found: dict[str, Measured]) -> dict[str, dict[str, float]]:
    """Return the means, and the paired difference to LightGBM in NDCG@10 with its standard error."""
    base = np.array(found[BASE].by_list["ndcg@10"])
    result = {}
    for name, each in found.items():
        apart = np.array(each.by_list["ndcg@10"]) - base
        result[name] = {
            **{measure: float(np.mean(values)) for measure, values in each.by_list.items()},
            "delta": float(apart.mean()), "se": float(apart.std(ddof=1) / np.sqrt(len(apart))),
            "cpu_seconds": each.cpu,
        }  # fmt: skip
    return result


def show(result: dict[str, dict[str, float]]) -> int:
    """Print the table; return how many goals were missed."""
    columns = [*(f"ndcg@{k}" for k in DEPTHS), "map"]
    rows = []
    for name, each in result.items():
        goal = GOALS.get(name)
        said = "" if goal is None else "ok" if each["delta"] >= goal else "missed"
        rows.append([
            name, *(f"{each[c]:.4f}" for c in columns), f"{each['delta']:+.4f}", f"{each['se']:.4f}",
            "" if goal is None else f"{goal:+.3f}", said, f"{each['cpu_seconds']:.1f}",
        ])  # fmt: skip
    return table(["model", *columns, "delta", "se", "goal", "verdict", "CPU s"], rows)


def run() -> int:
    """Measure on the reference set when it is there."""
    files = [REFERENCE / "rank.train", REFERENCE / "rank.test"]
    if not all(path.is_file() for path in files):
        print("the reference set is not here: benchmarks/ltr.py --data FILE...")
        return 0
    return show(summary(measure(letor.read(files))))


def main() -> int:
    """Measure on the files that are named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", nargs="+", type=Path, required=True, metavar="FILE")
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", action="store_true", dest="as_json")
    asked = parser.parse_args()
    try:
        data = letor.read(asked.data)
    except Invalid as problem:
        parser.error(str(problem))
    result = summary(measure(data, asked.folds, asked.seed))
    if asked.as_json:
        print(json.dumps(result, indent=1))
        return 0
    return show(result)


if __name__ == "__main__":
    sys.exit(main())
