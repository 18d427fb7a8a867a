"""Calibration and scoring: against R mirt, against a second program, and in time."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.report import table, verdict
from benchmarks.small_samples import answer, draw
from sanggar.measurement import irt, scoring
from sanggar.measurement.calibration import Calibration, calibrate
from sanggar.measurement.irt import Bank, Model
from sanggar.measurement.responses import Responses, read

REFERENCE = Path(__file__).parents[2] / "shared" / "reference" / "irt"
RUNS: tuple[tuple[str, str, Model], ...] = (
    ("LSAT6_2PL", "lsat6", "2pl"), ("LSAT7_2PL", "lsat7", "2pl"), ("Science_GRM", "science", "grm"),
)  # fmt: skip


def seconds(action: Callable[[], object], times: int = 3) -> float:
    """Return the shortest of some runs, in seconds of this process."""
    found = []
    for _ in range(times):
        began = time.process_time()
        action()
        found.append(time.process_time() - began)
    return min(found)


def against_r() -> list[list[object]]:
    """Return the largest differences from the reference runs."""
    if not (REFERENCE / "expected.json").exists():
        return [["R mirt's runs", "are not here", "", ""]]
    known = json.loads((REFERENCE / "expected.json").read_text())
    rows: list[list[object]] = []
    for run_, file, model in RUNS:
        data, wanted = read(REFERENCE / f"{file}.csv"), known[run_]
        found = calibrate(data, model)
        loglik = abs(found.loglik - wanted["logLik"])
        pairs = list(zip(found.items, wanted["irt"], strict=True))
        a = max(abs(item.a - w["a"]) for item, w in pairs)
        b = max(
            float(np.abs(np.array(item.b) - [v for k, v in w.items() if k[0] == "b"]).max())
            for item, w in pairs
        )
        rows += [
            [run_, "logLik", f"{loglik:.1e}", f"≤ .002 {verdict(loglik, 0.002)}"],
            [run_, "a, b", f"{max(a, b):.1e}", f"≤ .001 {verdict(max(a, b), 0.001)}"],
        ]
        codes = data.coded().codes
        for method in scoring.METHODS:
            one = wanted[method.upper()]
            got = scoring.score(found.bank, codes[: len(one["theta"])], method)
            theta = float(np.abs(got.theta - one["theta"]).max())
            se = float(np.abs(got.se - one["se"]).max())
            rows.append([run_, f"{method} θ", f"{theta:.1e}", f"≤ .001 {verdict(theta, 0.001)}"])
            rows.append([run_, f"{method} SE", f"{se:.1e}", f"≤ .002 {verdict(se, 0.002)}"])
    return rows


def against_mirt(data: Responses, found: Calibration) -> list[list[object]]:
    """Return differences from the program `mirt` of the package index, a second opinion.

    It is called with 61 nodes and a tolerance of 1e-8; what it still lacks is that EM stops early,
    which is why calibration does not rest on it.
    """
    import mirt

    began = time.process_time()
    fit = mirt.fit_mirt(
        data.scores.astype(int), model="2PL", n_quadpts=61, tol=1e-8, max_iter=3000,
        compute_standard_errors=False,
    )  # fmt: skip
    took = time.process_time() - began
    a = np.abs(fit.model.parameters["discrimination"] - found.bank.a).max()
    b = np.abs(fit.model.parameters["difficulty"] - found.bank.b[:, 0]).max()
    return [
        ["600 × 20, mirt for Python", "a, b", f"{max(a, b):.1e}", "for comparison"],
        ["600 × 20, mirt for Python", "seconds", f"{took:.2f}", "for comparison"],
    ]


def run() -> int:
    """Print the table; return how many goals are missed."""
    rows = against_r()
    random = np.random.default_rng(1)
    small = Responses.of(answer(random, draw(random, 20, 1.15, 0.3), random.normal(size=600)))
    found = calibrate(small, "2pl")
    rows.append(["600 × 20", "seconds", f"{seconds(lambda: calibrate(small, '2pl')):.2f}", ""])
    rows += against_mirt(small, found)
    large = Responses.of(answer(random, draw(random, 120, 1.15, 0.3), random.normal(size=2000)))
    took = seconds(lambda: calibrate(large, "2pl"))
    rows.append(["2,000 × 120, 2PL", "seconds", f"{took:.2f}", f"≤ 2.5 {verdict(took, 2.5)}"])
    bank, codes = calibrate(large, "2pl").bank, large.coded().codes
    rows += timed("120 items, 2PL", bank, codes)
    graded = Bank.of(bank.a, np.sort(random.normal(0, 1, (120, 3)), axis=1), model="grm")
    p = irt.categories(graded, random.normal(size=500))[0]
    picks = (random.random((*p.shape[:2], 1)) > np.cumsum(p, axis=-1)).sum(axis=-1).clip(0, 3)
    rows += timed("120 items, GRM", graded, picks)
    return table(["what", "number", "value", "goal"], rows)


def timed(name: str, bank: Bank, codes: np.ndarray) -> list[list[object]]:
    """Return milliseconds a person, many at once and one by one."""
    rows: list[list[object]] = []
    some = codes[:200]
    for method in scoring.METHODS:
        many = 1000 * seconds(partial(scoring.score, bank, codes, method)) / len(codes)
        one = 1000 * seconds(partial(one_by_one, bank, some, method)) / len(some)
        rows.append([name, f"{method}, ms a person", f"{many:.2f}", f"≤ 1 {verdict(many, 1)}"])
        rows.append([name, f"{method}, ms one alone", f"{one:.2f}", "for comparison"])
    return rows


def one_by_one(bank: Bank, codes: np.ndarray, method: scoring.Method) -> None:
    """Score people one after the other, as a live site does."""
    for row in codes:
        scoring.score(bank, row, method)


if __name__ == "__main__":
    run()
