"""A market with a known truth: skill, reliability, price and load decide; the hub does not.

The generative model of the synthetic programme: accept = σ(1.2 − 1.5·over-budget − 0.8·load + 0.3·
same hub), finish = 0.80 + 0.18·r, rating around 3.65 + 0.55·z(skill) + 1.3·r + 0.2·domain − 0.5·late.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np

from sanggar.clients.queries import DecidedOffer
from sanggar.plugin.ranking import Brief, Candidate
from sanggar.ranking import features as core

LEVELS = {"foundation": 62, "associate": 74, "professional": 85}
PRICE = {"foundation": 0.75, "associate": 1.0, "professional": 1.6}
START = datetime(2025, 11, 1, tzinfo=UTC)
UNITS = ("u1", "u2", "u3")


def talents(rng: np.random.Generator, count: int) -> list[dict[str, object]]:
    made = []
    for key in range(count):
        level = rng.choice(list(LEVELS), p=[0.6, 0.32, 0.08])
        r = rng.beta(8, 2)
        finished = int(rng.integers(0, 14))
        skill = rng.normal(LEVELS[level], 8, 3)
        ratings = [rating(rng, skill.mean(), r, 0, False) for _ in range(finished)]
        late = rng.random(finished) < 0.45 * (1 - r) + 0.04
        made.append({
            "r": r, "skill": skill.mean(), "candidate": Candidate(
                key=key, level=str(level), unit_scores=dict(zip(UNITS, skill.clip(0, 100), strict=True)),
                rubric_total=float(np.clip(rng.normal(skill.mean(), 5), 0, 100)),
                price=int(700_000 * PRICE[level] * np.exp(rng.normal(0, 0.25))),
                free_hours=float(rng.uniform(10, 80)), load=int(rng.choice(4, p=[0.4, 0.3, 0.2, 0.1])),
                ratings=tuple(ratings), finished=finished, on_time=int(finished - late.sum()),
                response_hours=float(rng.exponential(5)), domains={"makanan": int(rng.integers(0, 4))},
                hub=str(rng.integers(1, 6)),
            ),
        })  # fmt: skip
    return made


def rating(rng: np.random.Generator, skill: float, r: float, domain: int, late: bool) -> int:
    z = (skill - 68) / 10
    raw = 3.65 + 0.55 * z + 1.3 * r + 0.2 * bool(domain) - 0.5 * late + rng.normal(0, 0.9)
    return int(np.clip(round(raw), 1, 5))


@lru_cache(maxsize=4)
def offers(briefs: int = 500, *, seed: int = 3, per_brief: int = 3) -> list[DecidedOffer]:
    """Return decided offers of a year, with the features as they were shown."""
    rng = np.random.default_rng(seed)
    people = talents(rng, 200)
    made: list[DecidedOffer] = []
    for brief_id in range(1, briefs + 1):
        moment = START + timedelta(hours=12 * brief_id)
        high = int(rng.choice([500_000, 800_000, 1_200_000]))
        brief = Brief(
            track="t", service="s", level="foundation", domain="makanan", budget=(high // 2, high),
            hours=20, hub=str(rng.integers(1, 6)), units=UNITS, deadline=moment.date(),
            today=moment.date(),
        )  # fmt: skip
        for index in rng.choice(len(people), per_brief, replace=False):
            who = people[int(index)]
            made.append(outcome(rng, who, brief, brief_id, moment, len(made)))
    return made


def outcome(rng, who, brief, brief_id, moment, number) -> DecidedOffer:
    c: Candidate = who["candidate"]
    over = max(0.0, c.price / brief.budget[1] - 1)
    odds = 1.2 - 1.5 * over - 0.8 * c.load + 0.3 * (c.hub == brief.hub)
    label = 0
    if rng.random() < 1 / (1 + np.exp(-odds)) and rng.random() < 0.80 + 0.18 * who["r"]:
        late = rng.random() < 0.45 * (1 - who["r"]) + 0.10 * (c.load > 2) + 0.04
        stars = rating(rng, who["skill"], who["r"], c.domains["makanan"], late)
        label = int(stars >= 4)
    values = {f.name: f.compute(c, brief) for f in core.FEATURES}
    return DecidedOffer(number, brief_id, c.key, moment, values, label)
