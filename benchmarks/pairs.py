"""Comparative judgement: is the reported reliability the true one, however the pairs were chosen?

`true` is the squared correlation of values with what was put in. `reported` is the scale's own
reliability, `separation` the usual index (spread of unpenalised values minus their errors), which
adaptive choice inflates. The last rows judge until the stop rule says enough. A scale made of dice
(`spread 0`) must report nothing.
"""

from __future__ import annotations

import sys

import numpy as np

from benchmarks.report import table
from sanggar.measurement import pairs

SEEDS, WORKS, JUDGES = 8, 40, 8
LIMIT = 0.05


def judge(
    seed: int, spread: float, each: int, way: str
) -> tuple[float, pairs.Scale, float, float, float]:
    """Return true reliability, scale, separation, comparisons a work and split-half reliability."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(0, 1, WORKS) * spread
    works = [f"w{i:02}" for i in range(WORKS)]
    at = {w: i for i, w in enumerate(works)}
    done: list[pairs.Comparison] = []
    scale = None
    for turn in range(WORKS * each // 2 if each else 4000):
        name = f"j{turn % JUDGES}"
        if way == "close" and scale is not None:
            pair = closest(scale, done, name, rng)
        else:
            pair = pairs.next_pair(name, done, works, scale=scale, seed=seed)
        if pair is None:
            break
        one, two = pair
        p = 1 / (1 + np.exp(truth[at[two]] - truth[at[one]]))
        done.append((name, one, two) if rng.random() < p else (name, two, one))
        if way != "even" and turn % 20 == 19:
            scale = pairs.fit(done, works)
            if not each and pairs.progress(scale).done:
                break
    found = pairs.fit(done, works)
    value = np.array([v.value for v in found.values])
    true = float(np.corrcoef(value, truth)[0, 1] ** 2) if spread else 0.0
    half = pairs.split_half(done, works, splits=4, seed=seed)
    split = half.reliability if half else 0.0
    return true, found, separation(done, works), 2 * len(done) / WORKS, split


def closest(
    scale: pairs.Scale, done: list[pairs.Comparison], name: str, rng: np.random.Generator
) -> tuple[str, str]:
    """Return the nearest pair a judge has not seen: the greedy choice to compare with."""
    order = sorted(scale.values, key=lambda v: v.value)
    seen = {frozenset(c[1:]) for c in done if c[0] == name}
    counts = {v.work: sum(v.work in c[1:] for c in done) for v in order}
    gaps = [
        (counts[a.work] + counts[b.work] + abs(a.value - b.value) + 0.1 * rng.random(), a.work, b.work)
        for k in (1, 2, 3) for a, b in zip(order, order[k:], strict=False)
        if frozenset((a.work, b.work)) not in seen
    ]  # fmt: skip
    return min(gaps)[1:]


def separation(done: list[pairs.Comparison], works: list[str]) -> float:
    """Return the usual scale separation reliability of (nearly) unpenalised values."""
    better, other = pairs._indices(done, works)
    value, covariance = pairs._mode(better, other, np.zeros(len(works)), 0.02)
    noise, seen = float(np.diag(covariance).mean()), float(value.var(ddof=1))
    return max(1 - noise / seen, 0.0)


def run() -> int:
    """Print the table; reported and true reliability may differ by .05 in the mean."""
    rows = []
    for name, spread, each, way in [
        ("even pairs, 10 each", 1.5, 10, "even"),
        ("nearest pairs only, 10 each", 1.5, 10, "close"),
        ("gradual (ours), 10 each", 1.5, 10, "gradual"),
        ("gradual (ours), 20 each", 1.5, 20, "gradual"),
        ("dice, nearest pairs only, 10 each", 0.0, 10, "close"),
        ("dice, gradual (ours), 10 each", 0.0, 10, "gradual"),
        ("gradual until the stop rule, spread 1.5", 1.5, 0, "gradual"),
        ("gradual until the stop rule, spread 2.5", 2.5, 0, "gradual"),
    ]:
        found = [judge(seed, spread, each, way) for seed in range(SEEDS)]
        true = float(np.mean([f[0] for f in found]))
        told = float(np.mean([f[1].reliability for f in found]))
        rows.append([
            name, f"{np.mean([f[3] for f in found]):.1f}", f"{true:.3f}", f"{told:.3f}",
            f"{np.mean([f[2] for f in found]):.3f}",
            f"{np.mean([f[4] for f in found]):.3f}",
            "–" if way == "close" else "ok" if abs(told - true) <= LIMIT else "missed",
        ])  # fmt: skip
    return table(
        ["session", "comparisons a work", "true", "reported", "separation", "split-half", "honest"],
        rows,
    )


if __name__ == "__main__":
    sys.exit(run())
