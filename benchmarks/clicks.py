"""Learning from clicks: how much of what labels would teach is recovered, with and without correction.

Lists of a public learning-to-rank set are shown in the order of a linear logger that learned from 1 %
of them; one list in ten has two places exchanged. Clicks follow the position-based model with
examination 1 / place and relevance .1 + .9 gain / 15. `recovered` is the share of the way from the
logger to the skyline, the same learner taught by the true labels, in NDCG@10 of a fifth of the lists
that nobody learned from. `switched` is what is used: the correction where the measured switch is on.
`of pairs` is the same share with the serving ranker, taught by labels in pairs, as skyline.
"""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray

from benchmarks.ltr import REFERENCE
from benchmarks.report import table
from sanggar.rankers import clicks, clicks_switch, letor, metrics
from sanggar.rankers.clicks import Shown
from sanggar.rankers.clicks_switch import Learn
from sanggar.rankers.estimators import AdditiveRanker
from sanggar.rankers.letor import Lists

Floats = NDArray[np.float64]
SEEDS, SESSIONS, FOLDS = 12, (3, 10, 100), 3
NOISE, TOP = 0.1, 15.0
RECOVERED, TIMES = 0.90, 1.3


def relevance(labels: Floats) -> Floats:
    """Return the probability of a click once examined."""
    return np.asarray(NOISE + (1 - NOISE) * metrics.gains(labels) / TOP)


def simulate(
    scores: Floats, relevant: Floats, groups: NDArray[np.int64], sessions: int,
    rng: np.random.Generator, *, eta: float = 1.0, share: float = clicks.SHARE,
) -> Shown:  # fmt: skip
    """Return showings and clicks of every list, ordered by a logger's scores."""
    item, place, shown, clicked = [], [], [], []
    for rows in metrics.lists(groups):
        size = rows.stop - rows.start
        order = np.argsort(-scores[rows], kind="stable") + rows.start
        count, places = np.zeros((size, size)), np.arange(size)
        for _session in range(int(rng.binomial(sessions, share))):
            count[clicks.swap(size, rng, share=1.0)[0], places] += 1
        count[places, places] += sessions - count[:, 0].sum()
        who, at = np.nonzero(count)
        times = count[who, at].astype(np.int64)
        item.append(order[who])
        place.append(at)
        shown.append(times)
        clicked.append(rng.binomial(times, relevant[order[who]] * (at + 1.0) ** -eta))
    return Shown(
        np.concatenate(item), np.concatenate(place), np.concatenate(shown).astype(np.float64),
        np.concatenate(clicked).astype(np.float64), len(scores),
    )  # fmt: skip


def linear(table: Floats, target: Floats, strength: float = 300.0) -> Floats:
    """Return the weights of a ridge regression on standardised columns, as scores of `table @`."""
    spread = table.std(axis=0)
    used = np.where(spread > 0, spread, np.inf)
    z = (table - table.mean(axis=0)) / used
    kernel = z @ z.T + strength * np.eye(len(z))
    return np.asarray((z.T @ np.linalg.solve(kernel, target - target.mean())) / used)


def quality(scores: Floats, data: Lists) -> float:
    """Return mean NDCG@10."""
    gains = metrics.gains(data.y)
    return float(
        np.mean([metrics.ndcg(gains[at], scores[at], 10) for at in metrics.lists(data.groups)])
    )


def taught(learn: Learn, train: Lists, test: Lists, target: clicks.Targets) -> float:
    """Return how well a learner orders the test lists."""
    kept = target.weight > 0
    values = target.value[kept], target.weight[kept], train.groups[kept]
    return quality(learn(train.X[kept], *values)(test.X), test)


def once(data: Lists, seed: int) -> tuple[list[float], list[list[float]]]:
    """Return (logger, skyline, skyline by pairs) and for each number of sessions
    (naive, corrected, switched, whether on, exponent, ESS)."""
    rng = np.random.default_rng(seed)
    mixed = rng.permutation(np.unique(data.groups))
    fifth = len(mixed) // 5
    out = np.isin(data.groups, mixed[:fifth])
    train, test = data.pick(~out), data.pick(out)
    relevant = relevance(train.y)
    few = np.isin(train.groups, mixed[fifth : fifth + max(len(mixed) // 100, 3)])
    logger = linear(train.X[few], relevant[few])
    learn, ones = clicks_switch.additive(seed=seed), np.ones(len(relevant))
    pairs = AdditiveRanker(random_state=seed).fit(train.X, train.y, train.groups)
    ends = [
        quality(test.X @ logger, test),
        taught(learn, train, test, clicks.Targets(relevant, ones, ones, 0.0)),
        quality(pairs.predict(test.X), test),
    ]
    rows = []
    for sessions in SESSIONS:
        log = simulate(train.X @ logger, relevant, train.groups, sessions, rng)
        bias = clicks.harvest(log)
        corrected = clicks.targets(log, bias.propensity)
        naive, better = (taught(learn, train, test, t) for t in (clicks.targets(log), corrected))
        switch = clicks_switch.switches(
            train.X, train.groups, log, learn, bias=bias, folds=FOLDS, seed=seed
        )[0]
        used = better if switch.on else naive
        rows.append([naive, better, used, float(switch.on), bias.exponent, corrected.ess])
    return ends, rows


def run(seeds: int = SEEDS) -> int:
    """Print the table; the goals count for what the switch chose."""
    data = letor.read([REFERENCE / "rank.train", REFERENCE / "rank.test"])
    found = [once(data, 100 + seed) for seed in range(seeds)]
    ends = np.array([f[0] for f in found])
    logger, skyline, pairs = ends.mean(axis=0)
    print(
        f"{seeds} seeds; NDCG@10 of the logger {logger:.4f}, of the skyline {skyline:.4f}, "
        f"of the serving ranker by labels {pairs:.4f}\n"
        f"goals: at 100 sessions a list >= {RECOVERED:.0%} recovered and >= {TIMES} x naive; never "
        "below naive by more than one standard error (SE of paired differences)\n"
    )
    rows = []
    for n, sessions in enumerate(SESSIONS):
        got = np.array([f[1][n] for f in found])
        naive, corrected, used, on, exponent, ess = got.mean(axis=0)
        share = (got[:, :3].mean(axis=0) - logger) / (skyline - logger)
        gain = got[:, 2] - got[:, 0]
        se = float(gain.std(ddof=1) / np.sqrt(seeds))
        # of a ratio of means: linearised, paired by seed
        off = (got[:, 2] - ends[:, 0]) - share[2] * (ends[:, 1] - ends[:, 0])
        share_se = float(off.std(ddof=1) / np.sqrt(seeds) / (skyline - logger))
        good = gain.mean() >= -se
        if sessions == max(SESSIONS):
            good = good and share[2] >= RECOVERED and share[2] >= TIMES * share[0]
        rows.append([
            sessions, f"{naive:.4f}", f"{corrected:.4f}", f"{used:.4f}", f"{gain.mean():+.4f} ± {se:.4f}",
            f"{share[0]:.0%}", f"{share[1]:.0%}", f"{share[2]:.0%} ± {share_se:.0%}",
            f"{(used - logger) / (pairs - logger):.0%}", f"{on:.0%}", f"{exponent:.2f}", f"{ess:.0f}",
            "ok" if good else "missed",
        ])  # fmt: skip
    return table(
        ["sessions", "naive", "corrected", "switched", "switched − naive", "recovered naive",
         "corrected", "switched", "of pairs", "on", "exponent", "ESS (clicks)", "goal"],
        rows,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(run())
