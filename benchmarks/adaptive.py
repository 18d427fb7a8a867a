"""Adaptive tests in simulation: length, exposure, content, unused items and verdicts, all at once.

Banks as in the issue: slopes lognormal with mean 1.15 and standard deviation 0.30, difficulties
normal(0, 0.9), five areas of 30, 25, 20, 15 and 10 %; abilities standard normal. People come in
blocks of 20 that are tested at the same time. Two banks out of many were taken whose plain maximum
information needs as many items as the issue says; `other banks` says what the control costs elsewhere.

* exposure: the largest share of tests that asked one item (`first 100`: among the first people)
* content: mean over people and areas of |share asked - share in the blueprint|
* areas: the largest such difference over all tests together
* unused: items nobody was asked (among 2,000 people plain maximum information leaves 48 %)
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, replace

os.environ.setdefault("OMP_NUM_THREADS", "1")  # as `sanggar serve` does; before numpy is loaded
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from benchmarks.report import table, verdict
from sanggar.measurement import irt
from sanggar.measurement.adaptive import FREE, Answer, Limits, Rules, Use, next_step, prepare
from sanggar.measurement.selection import Pool
from sanggar.measurement.simulate import Outcome, settle
from sanggar.measurement.simulate import run as simulate

SHARES = (0.30, 0.25, 0.20, 0.15, 0.10)
PEOPLE, SEED = 1000, 5
MEASURE = Rules(blueprint=SHARES, least=5, most=40, more=0, stop="se", se=0.30, cut=None)
#: verdicts are shares of people: four thousand tell 0.975 from 0.970
MANY = 4000
DECIDE = Rules(
    blueprint=SHARES, least=5, most=25, more=16, method="sprt", confidence=0.92, indifference=0.20,
    limits=FREE, jitter=0.005,
)  # fmt: skip
HEADERS = (
    "test", "bank", "items", "95 %", "exposure", "first 100", "content", "areas", "unused", "goals", ""
)  # fmt: skip


@dataclass(frozen=True)
class Goal:
    """Largest values of one row; None where nothing is asked."""

    items: float
    exposure: float | None = None
    content: float | None = None
    unused: float | None = None


def bank(items: int, seed: int) -> tuple[irt.Bank, np.ndarray]:
    """Return a bank and its areas."""
    rng = np.random.default_rng(seed)
    spread = np.log(1 + (0.30 / 1.15) ** 2)
    a = rng.lognormal(np.log(1.15) - spread / 2, np.sqrt(spread), items)
    b = rng.normal(0, 0.9, items)
    sizes = [round(share * items) for share in SHARES]
    return irt.Bank.of(a, b), rng.permutation(np.repeat(np.arange(len(SHARES)), sizes))


def people(number: int = PEOPLE) -> np.ndarray:
    """Return abilities of people in the order in which they come."""
    return np.random.default_rng(SEED).normal(size=number)


def plain(items: int, seed: int) -> tuple[Pool, Outcome]:
    """Simulate maximum information without any control (the areas are counted, not balanced)."""
    calibrated, area = bank(items, seed)
    rules = replace(MEASURE, blueprint=(1.0,), limits=FREE, jitter=0.0)
    pool = prepare(calibrated, np.zeros(items, dtype=int), rules)
    outcome = simulate(pool, rules, people(), Use.fresh(items), SEED, block=250)
    return prepare(calibrated, area, MEASURE), outcome


def controlled(rules: Rules, items: int, seed: int, fresh: bool = False) -> tuple[Pool, Outcome]:
    """Simulate tests under every control, after `settle` or on a bank nobody looked at before."""
    calibrated, area = bank(items, seed)
    pool = prepare(calibrated, area, rules)
    use = Use.fresh(items) if fresh else settle(pool, rules)
    return pool, simulate(pool, rules, people(), use, SEED)


def numbers(pool: Pool, outcome: Outcome) -> tuple[float, ...]:
    """Return items, 95 % point, exposure, exposure in the first 100, content, areas, unused."""
    count = len(outcome.truth)
    asked = outcome.asked(len(pool)) / count
    early = outcome.items[:100]
    areas = pool.member[outcome.items[outcome.items >= 0]].mean(axis=0)
    return (
        float(outcome.length.mean()), float(np.quantile(outcome.length, 0.95)), float(asked.max()),
        np.bincount(early[early >= 0]).max() / 100,
        float(np.abs(outcome.shares(pool) - pool.shares).mean()),
        float(np.abs(areas - pool.shares).max()), float((asked == 0).mean()),
    )  # fmt: skip


def row(name: str, seed: int, pool: Pool, outcome: Outcome, goal: Goal | None) -> list[str]:
    """Return one line of the table."""
    n = numbers(pool, outcome)
    cells = [
        name, f"{len(pool)}, seed {seed}", f"{n[0]:.1f}", f"{n[1]:.0f}", f"{n[2]:.3f}", f"{n[3]:.2f}",
        f"{n[4]:.3f}", f"{n[5]:.3f}", f"{n[6]:.1%}",
    ]  # fmt: skip
    if goal is None:
        return [*cells, "", ""]
    pairs = [(n[0], goal.items), (n[2], goal.exposure), (n[4], goal.content), (n[5], goal.content), (n[6], goal.unused)]  # fmt: skip
    met = all(verdict(value, limit) == "ok" for value, limit in pairs if limit is not None)
    limits = (("≤", goal.items), ("exposure", goal.exposure), ("content", goal.content), ("unused", goal.unused))  # fmt: skip
    words = ", ".join(f"{name} {limit:g}" for name, limit in limits if limit is not None)
    return [*cells, words, "ok" if met else "missed"]


def precision() -> int:
    """Print the tests that run to a standard error of 0.30."""
    goal = Goal(20, 0.30, 0.02, 0.10)
    small = replace(MEASURE, limits=Limits(ceiling=0.50))
    rows = []
    for seed in (4, 3):
        rows.append(row("plain maximum information", seed, *plain(300, seed), None))
        rows.append(row("all controls", seed, *controlled(MEASURE, 300, seed), goal))
    rows.append(row("all controls, bank not settled", 4, *controlled(MEASURE, 300, 4, True), None))
    for seed in (2, 3):
        rows.append(row("plain maximum information", seed, *plain(120, seed), None))
        rows.append(
            row("all controls", seed, *controlled(small, 120, seed), Goal(26, 0.50, 0.02, 0.10))
        )
    missed = table(HEADERS, rows)
    cost = [
        numbers(*controlled(MEASURE, 300, seed))[0] - numbers(*plain(300, seed))[0] for seed in (5, 6, 8)
    ]  # fmt: skip
    print(f"\nother banks of 300 (seeds 5, 6, 8): the controls cost {np.mean(cost):.1f} items\n")
    return missed


def decisions() -> int:
    """Print the tests that run to a decision at a cut."""
    interval = replace(DECIDE, method="interval", confidence=0.93, least=10, more=20)
    held = replace(DECIDE, limits=Limits(floor=0.0))
    runs = [("ratio test", DECIDE, cut, True) for cut in (0.0, 0.5, -0.5)]
    runs += [
        ("interval of 93 %", interval, 0.0, False),
        ("ratio test, exposure held", held, 0.0, False),
    ]
    rows = []
    for name, rules, cut, wanted in runs:
        calibrated, area = bank(300, 4)
        cutting = replace(rules, cut=cut)
        pool = prepare(calibrated, area, cutting)
        if rules.limits is FREE:  # nobody's test changes another's: large blocks are as good
            outcome = simulate(pool, cutting, people(MANY), Use.fresh(300), SEED, block=250)
        else:
            outcome = simulate(pool, cutting, people(), settle(pool, cutting), SEED)
        decided = outcome.verdict != 3
        right = ((outcome.verdict == 1) == (outcome.truth >= cut))[decided].mean()
        met = right >= 0.975 and decided.mean() >= 0.85 and outcome.length.mean() <= 18
        asked = outcome.asked(300).max() / len(outcome.truth)
        rows.append([
            name, f"{len(outcome.truth)}", f"{cut:g}", f"{right:.4f}", f"{decided.mean():.3f}",
            f"{outcome.length.mean():.1f}", f"{asked:.3f}", ("ok" if met else "missed") if wanted else "",
        ])  # fmt: skip
    headers = (
        "decision by",
        "people",
        "cut",
        "right among decided",
        "decided",
        "items",
        "exposure",
        "",
    )
    return table(headers, rows)


def speed() -> int:
    """Print the processor time of one call for the next item of a live attempt."""
    calibrated, area = bank(300, 4)
    begun = time.process_time()
    pool = prepare(calibrated, area, MEASURE)
    prepared = time.process_time() - begun
    use, times = Use.fresh(300), []
    rng = np.random.default_rng(SEED)
    for person in range(40):
        answers: list[Answer] = []
        while True:
            begun = time.process_time()
            step = next_step(pool, MEASURE, answers, use, person)
            times.append(time.process_time() - begun)
            if step.item is None:
                break
            answers.append(Answer(step.item, int(rng.random() < 0.5)))
    value = float(np.quantile(times, 0.95)) * 1000
    rows = [
        ["next item, 300 items", f"{np.median(times) * 1000:.2f}", f"{value:.2f}", "5", verdict(value, 5)],
        ["preparing the bank, once a version", f"{prepared * 1000:.1f}", "", "", ""],
    ]  # fmt: skip
    return table(("call", "median, ms", "95 %, ms", "goal", ""), rows)


def run() -> int:
    """Print the tables; return the number of missed goals."""
    print(f"{PEOPLE} simulated people a row ({MANY} for verdicts), abilities seed {SEED}\n")
    missed = precision() + decisions()
    print()
    return missed + speed()
