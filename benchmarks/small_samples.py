"""Is the reported standard error of ability honest when a bank rests on 200 people?

Banks are drawn, calibrated on 200 simulated people, and new people answer by the true bank. Their
reported SE is set against their true error, on the whole bank and on 20 items chosen by maximum
information: choosing picks items whose slope came out too high by chance, so it is the harder case.
"""

from __future__ import annotations

import numpy as np

from benchmarks.report import table
from sanggar.measurement import irt, scoring
from sanggar.measurement.calibration import PriorName, calibrate
from sanggar.measurement.irt import Bank, Floats
from sanggar.measurement.responses import Responses

PEOPLE, TESTED, CHOSEN, GOAL = 200, 1000, 20, 0.02
#: items, replications, mean and deviation of the slopes
BANKS = ((40, 10, 1.15, 0.30), (40, 10, 0.80, 0.40), (120, 6, 1.15, 0.30))


def draw(random: np.random.Generator, items: int, mean: float, sd: float) -> Bank:
    """Return a bank with lognormal slopes of this mean and deviation, b normal(0, .9)."""
    spread = np.sqrt(np.log(1 + (sd / mean) ** 2))
    slopes = random.lognormal(np.log(mean) - spread**2 / 2, spread, items)
    return Bank.of(slopes, random.normal(0, 0.9, items))


def answer(random: np.random.Generator, bank: Bank, theta: Floats) -> Floats:
    """Return right or wrong answers of people with these abilities."""
    right = irt.probability(theta[:, None], bank.a, bank.b[:, 0])
    return (random.random(right.shape) < right).astype(np.float64)


def adaptive(bank: Bank, answers: Floats, length: int) -> np.ndarray:
    """Return answers to the items chosen by maximum information at the EAP, -1 elsewhere."""
    nodes, rows = scoring.NODES, np.arange(len(answers))
    info = irt.item_information(bank, nodes)
    right = irt.probability(nodes[:, None], bank.a, bank.b[:, 0])
    logs = np.stack([np.log1p(-right), np.log(right)]).transpose(0, 2, 1)
    given = np.full(answers.shape, -1)
    joint = np.tile(-0.5 * nodes**2, (len(answers), 1))
    for _ in range(length):
        weight = np.exp(joint - joint.max(axis=1, keepdims=True))
        mean = weight @ nodes / weight.sum(axis=1)
        value = info[np.abs(nodes - mean[:, None]).argmin(axis=1)]
        item = np.where(given >= 0, -1.0, value).argmax(axis=1)
        given[rows, item] = answers[rows, item]
        joint += logs[given[rows, item], item]
    return given


def run() -> int:
    """Print reported SE beside true RMSE; return how many rows with the prior miss."""
    rows: list[list[object]] = []
    for items, times, mean, sd in BANKS:
        found: dict[tuple[str, str], list[tuple[float, float]]] = {}
        for seed in range(times):
            random = np.random.default_rng(seed)
            true = draw(random, items, mean, sd)
            data = Responses.of(answer(random, true, random.normal(size=PEOPLE)))
            theta = random.normal(size=TESTED)
            answers = answer(random, true, theta)
            for prior in ("none", "auto"):
                name: PriorName = "none" if prior == "none" else "auto"
                fitted = calibrate(data, "2pl", prior=name)
                kept = [true.names.index(item) for item in fitted.bank.names]
                seen = answers[:, kept]
                for test, codes in (
                    ("all items", seen.astype(np.int64)),
                    (f"{CHOSEN} adaptive", adaptive(fitted.bank, seen, CHOSEN)),
                ):
                    got = scoring.score(fitted.bank, codes)
                    pair = (float(np.mean(got.se**2)), float(np.mean((got.theta - theta) ** 2)))
                    found.setdefault((prior, test), []).append(pair)
        for (prior, test), pairs in found.items():
            se, rmse = np.sqrt(np.mean(pairs, axis=0))
            said = "ok" if abs(se - rmse) <= GOAL else "missed"
            rows.append([
                f"{items}, slopes {mean:.2f} ± {sd:.2f}", test, prior, f"{se:.3f}", f"{rmse:.3f}",
                f"{se - rmse:+.3f}", said if prior == "auto" else "for comparison",
            ])  # fmt: skip
    return table(
        ["bank", "test", "prior", "reported SE", "true RMSE", "difference", f"goal ± {GOAL}"], rows
    )


if __name__ == "__main__":
    run()
