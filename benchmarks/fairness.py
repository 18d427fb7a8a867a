"""How often fair items are flagged, and how often unfair ones are found.

30 items under the 2PL, groups of different mean ability (which is no unfairness). `p < .05` is the
share of fair items with an uncorrected Mantel–Haenszel p below .05, `flagged` the share that a mentor
would see (corrected p and a size of B or C). Three items are made harder for the focal group
(uniform) or less sharp (non-uniform): `found` is the share of them flagged.
"""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.report import table
from sanggar.measurement import fairness

ITEMS, UNFAIR, SEEDS = 30, 3, 12


def simulate(
    seed: int, *, reference: int, focal: int, impact: float, shift: float, sharp: float = 1.0
) -> tuple[NDArray[np.float64], list[str]]:
    """Return scores and groups; the first three items differ by `shift` or slope `sharp`."""
    rng = np.random.default_rng(seed)
    theta = np.concatenate([rng.normal(0, 1, reference), rng.normal(-impact, 1, focal)])
    a, b = rng.lognormal(0, 0.2, ITEMS), rng.normal(0, 0.9, ITEMS)
    if sharp != 1.0:
        b[:UNFAIR] = -impact / 2
        a[:UNFAIR] = 1.5
    other = np.arange(reference + focal) >= reference
    moved = b + shift * other[:, None] * (np.arange(ITEMS) < UNFAIR)
    slope = a * np.where(other[:, None] & (np.arange(ITEMS) < UNFAIR), sharp, 1.0)
    p = 1 / (1 + np.exp(-slope * (theta[:, None] - moved)))
    groups = ["reference"] * reference + ["focal"] * focal
    return (rng.random(p.shape) < p).astype(float), groups


def rates(**design: Any) -> tuple[float, float, float]:
    """Return shares of fair items with p < .05 and flagged, and of unfair items flagged."""
    raw, flagged, found = [], [], []
    for seed in range(SEEDS):
        scores, groups = simulate(seed, **design)
        rows = fairness.dif(scores, groups, [str(i) for i in range(ITEMS)], reference="reference")
        none = design["shift"] == 0 and design.get("sharp", 1.0) == 1.0
        fair = rows if none else rows[UNFAIR:]
        raw += [r.mantel_haenszel.p < 0.05 for r in fair if r.mantel_haenszel]
        flagged += [r.kind != "" for r in fair]
        found += [] if none else [r.kind != "" for r in rows[:UNFAIR]]
    return float(np.mean(raw)), float(np.mean(flagged)), float(np.mean(found)) if found else np.nan


def run() -> int:
    """Print the table; fair items: p < .05 in at most 7.5 %, flagged in at most 1 %."""
    rows = []
    for name, design in [
        ("fair, 500 + 500, equal groups", {"impact": 0.0, "shift": 0.0}),
        ("fair, 500 + 500, focal group half a sd lower", {"impact": 0.5, "shift": 0.0}),
        ("fair, 400 + 80", {"impact": 0.5, "shift": 0.0, "reference": 400, "focal": 80}),
        ("3 items harder by .4 (small), 500 + 500", {"impact": 0.5, "shift": 0.4}),
        ("3 items harder by .8 (large), 500 + 500", {"impact": 0.5, "shift": 0.8}),
        ("3 items harder by .8, 400 + 80",
         {"impact": 0.5, "shift": 0.8, "reference": 400, "focal": 80}),
        ("3 items less sharp (slope x 0.3), 500 + 500",
         {"impact": 0.0, "shift": 0.0, "sharp": 0.3}),
    ]:  # fmt: skip
        raw, flagged, found = rates(**{"reference": 500, "focal": 500, **design})
        good = raw <= 0.075 and flagged <= 0.01
        rows.append([name, f"{raw:.3f}", f"{flagged:.4f}",
                     "–" if np.isnan(found) else f"{found:.2f}", "ok" if good else "missed"])  # fmt: skip
    return table(["design", "fair: p < .05", "fair: flagged", "unfair: found", "goal"], rows)


if __name__ == "__main__":
    sys.exit(run())
