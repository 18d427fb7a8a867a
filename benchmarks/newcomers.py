"""Whether good people without a history are found, and what looking for them costs.

The simulated market of the programme's planning: one skill track, 120 talents of whom half join over
the years, 480 briefs in three years, five places, clients who ask by 1 / place. `reached` is the share
of the best fifth hired at least once; `regret` how much better, in rating points, the one chosen from
the best possible five would have been than from the five shown. Rating-only orders by the Bayesian
rating, as market places do.
"""

from __future__ import annotations

import sys

import numpy as np

from benchmarks.report import table
from sanggar.rankers import market, newcomers
from sanggar.rankers.market import Arrange, Ints, Policy, State
from sanggar.ranking import rerank

SEEDS, FIRST = 30, 200
REACHED, REGRET = 0.95, 0.6
#: alone, without the reserved place, it takes more optimism to find everybody
ALONE = 1.8


def reserved(state: State, who: Ints, scores: market.Floats) -> Ints:
    """Order as the platform does: the last of five places for somebody new if nobody is."""
    entries = [
        rerank.Entry(int(key), float(score), newcomer=bool(state.placements[key] < rerank.NEWCOMER))
        for key, score in zip(who, scores, strict=True)
    ]
    return np.array([key for key, _kept in rerank.order(entries)], dtype=np.int64)


WAYS: dict[str, tuple[Policy, Arrange]] = {
    "rating only": (market.rating_only, market.by_score),
    "rating only, reserved place": (market.rating_only, reserved),
    "assessment and ratings": (market.optimistic(0.0), market.by_score),
    "the same, reserved place": (market.optimistic(0.0), reserved),
    f"upper bound, {newcomers.OPTIMISM} sd": (market.optimistic(), market.by_score),
    f"upper bound, {ALONE} sd, alone": (market.optimistic(ALONE), market.by_score),
    f"upper bound, {newcomers.OPTIMISM} sd, reserved place (serves)": (
        market.optimistic(), reserved,
    ),
}  # fmt: skip


def run(seeds: int = SEEDS) -> int:
    """Print the table; the goals count for the rule that serves and for the bound alone."""
    print(
        f"goals: >= {REACHED:.0%} of the best fifth hired at least once; regret <= {REGRET} x "
        f"rating-only; means of {seeds} markets ± SE\n"
    )
    found = {}
    for name, (policy, arrange) in WAYS.items():
        outcomes = [
            market.run(market.people(seed), policy, seed, arrange=arrange)
            for seed in range(FIRST, FIRST + seeds)
        ]
        found[name] = np.array(
            [[o.reached, o.regret, (o.placements > 0).mean(), o.placements.sum()] for o in outcomes]
        )
    base = found["rating only"][:, 1]
    rows = []
    for name, got in found.items():
        reached, regret, hired, works = got.mean(axis=0)
        se = got.std(axis=0, ddof=1) / np.sqrt(seeds)
        ratio = float(regret / base.mean())
        off = (got[:, 1] - ratio * base).std(ddof=1) / np.sqrt(seeds) / base.mean()
        goal = "ok" if reached >= REACHED and ratio <= REGRET else "missed"
        rows.append([
            name, f"{reached:.1%} ± {se[0]:.1%}", f"{regret:.3f} ± {se[1]:.3f}",
            f"{ratio:.2f} ± {off:.2f}", f"{hired:.0%}", f"{works:.0f}",
            goal if "serves" in name or "alone" in name else "",
        ])  # fmt: skip
    return table(
        ["order", "reached", "regret", "× rating only", "all hired once", "placements", "goal"],
        rows,
    )


if __name__ == "__main__":
    sys.exit(run())
