"""Random talents, models and briefs, and what a full scan by other means says of them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from sanggar.rankers.additive import Additive, Curve
from sanggar.rankers.index import Filter, Known, Layout, Lookup, Query
from sanggar.rankers.index.texts import ONE

LAYOUT = Layout(
    static=("rubric", "rating"), chosen={"units": {"a": "units_a", "b": "units_b"}}, text="similar"
)
COLUMNS = ("rubric", "rating", "units_a", "units_b", "level", "price", "domain")
FEATURES = (
    "rubric",
    "rating",
    "units",
    "level_fit",
    "price",
    "domain",
    "similar",
    "before",
    "other",
)


@dataclass
class World:
    """Talents by key: what is known of each, and the words of their portfolios."""

    rows: dict[int, dict[str, float]] = field(default_factory=dict)
    words: dict[int, dict[str, int]] = field(default_factory=dict)

    def arrays(self, keys: Sequence[int]) -> dict[str, Any]:
        return {name: np.array([self.rows[key][name] for key in keys]) for name in COLUMNS}

    def texts(self, keys: Sequence[int]) -> list[dict[str, int]]:
        return [self.words[key] for key in keys]


def talent(random: np.random.Generator) -> tuple[dict[str, float], dict[str, int]]:
    """Return a talent; a third of most values unknown, few distinct ones, so that many scores tie."""
    skill = random.normal()
    row = {name: round(0.7 + 0.1 * skill + 0.05 * random.normal(), 1) for name in COLUMNS[:4]}
    row["level"] = float(np.clip(round(1 + skill), 0, 2))
    row["price"] = float(random.integers(1, 12)) * 50_000
    row["domain"] = float(random.poisson(0.5))
    for name in ("rubric", "units_a", "price"):
        if random.random() < 0.3:
            row[name] = math.nan
    said = Counter(f"kata{min(random.zipf(1.4), 40)}" for _ in range(int(random.integers(0, 7))))
    return row, dict(said)


def world(random: np.random.Generator, size: int) -> World:
    """Return so many talents with keys in no order."""
    made = World()
    for key in random.choice(10 * size + 10, size, replace=False).tolist():
        made.rows[key], made.words[key] = talent(random)
    return made


def curve(random: np.random.Generator) -> Curve:
    """Return a step function: rising, falling or neither; of few levels, so that scores tie."""
    cuts = np.unique(np.round(random.uniform(0, 1, int(random.integers(0, 6))), 1))
    values = random.integers(-4, 5, len(cuts) + 1) / 3
    shape = random.integers(3)
    if shape < 2:
        values = np.sort(values)[:: 1 if shape else -1]
    return Curve(cuts, values.astype(float), float(random.integers(-4, 5) / 3))


def model(random: np.random.Generator) -> Additive:
    """Return random curves for the features; sometimes one is missing from the model."""
    return Additive({name: curve(random) for name in FEATURES if random.random() < 0.95})


def query(random: np.random.Generator, made: World) -> Query:
    """Return a random brief."""
    budget, wanted = float(random.integers(1, 10)) * 50_000, int(random.integers(0, 3))
    keys = random.choice(sorted(made.rows), min(len(made.rows), 3), replace=False)
    lookups = [
        Lookup("level_fit", "level", lambda level: np.where(level == wanted, 0.85, 0.4)),
        Lookup("price", "price", lambda price: np.clip(1 - (price - budget) / budget, 0, 1)),
    ]
    if random.random() < 0.7:
        lookups.append(Lookup("domain", "domain", lambda count: 1 - 0.5**count))
    filters = [Filter("level", lambda level: level >= wanted)] if random.random() < 0.7 else []
    said = [f"kata{min(random.zipf(1.4), 45)}" for _ in range(int(random.integers(0, 6)))]
    known = (
        {"before": Known(keys, random.uniform(0, 1, len(keys)))} if random.random() < 0.5 else {}
    )
    gone = random.choice(sorted(made.rows), 2).tolist() if random.random() < 0.3 else []
    return Query(
        choice=str(random.choice(["a", "b"])), lookups=lookups, filters=filters,
        words=dict(Counter(said)), known=known, without=gone,
    )  # fmt: skip


def typical(random: np.random.Generator, made: World, n: int = 4) -> list[Query]:
    """Return briefs to arrange rows by."""
    return [replace(query(random, made), known={}) for _ in range(n)]


def similarity(
    asked: Mapping[str, int], said: Mapping[str, int], used: Counter[str], size: int
) -> float:
    """Return the cosine by the formula, in plain Python, of weights in 65535ths."""
    if not asked or not said:
        return math.nan

    def weights(counts: Mapping[str, int]) -> dict[str, int]:
        raw = {
            word: (1 + math.log(n)) * (math.log((1 + size) / (1 + used[word])) + 1)
            for word, n in counts.items()
        }
        length = math.sqrt(sum(value**2 for value in raw.values()))
        return {word: round(ONE * value / length) for word, value in raw.items()}

    left, right = weights(asked), weights(said)
    return min(sum(left[w] * right[w] for w in left if w in right) / ONE**2, 1.0)


def scan(
    made: World, scorer: Additive, asked: Query, k: int, corpus: Sequence[dict[str, int]],
    allowed: set[int] | None = None,
) -> tuple[list[int], list[float]]:  # fmt: skip
    """Return keys and scores of the best k, one talent after the other."""
    found = []
    used = Counter(word for each in corpus for word in each)
    for key, row in made.rows.items():
        fits = all(bool(f.keep(np.array([row[f.column]]))[0]) for f in asked.filters)
        if not fits or key in asked.without or (allowed is not None and key not in allowed):
            continue
        values = {"rubric": row["rubric"], "rating": row["rating"]}
        values["units"] = row[f"units_{asked.choice}"]
        for lookup in asked.lookups:
            values[lookup.feature] = float(lookup.compute(np.array([row[lookup.column]]))[0])
        for name, known in asked.known.items():
            own = dict(zip(known.keys.tolist(), known.values.tolist(), strict=True))
            values[name] = own.get(key, known.otherwise)
        values["similar"] = similarity(asked.words, made.words[key], used, len(corpus))
        table = {name: np.array([value]) for name, value in values.items()}
        found.append((-float(scorer.score(table)[0]), key))
    found.sort()
    return [key for _score, key in found[:k]], [-score for score, _key in found[:k]]
