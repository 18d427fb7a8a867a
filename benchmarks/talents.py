"""Synthetic talents of a country and the briefs they are ranked for: correlated, with live texts.

One latent skill drives level, exam scores, practical mark, ratings and price; reliability drives
punctuality, disputes and answers; experience drives domains, recency and the length of portfolios
(`placement.md`, 4.4). Words follow Zipf's law; two in three belong to a topic of the talent's domains.
Numbers are rounded as the platform stores them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanggar.rankers.index import Coded, Filter, Known, Layout, Lookup, Query, Texts
from sanggar.rankers.index.texts import hashed

Floats = NDArray[np.float64]

DOMAINS = ("makanan", "minuman", "kriya", "batik", "kosmetik", "jasa", "lainnya")
DOMAIN_SHARE = (0.36, 0.16, 0.12, 0.09, 0.08, 0.11, 0.08)
#: service -> (units, usual price, hours, days)
SERVICES = {
    "label": ((0, 1, 2), 225_000, 6, 4), "package": ((0, 2, 3, 4), 650_000, 18, 9),
    "family": ((1, 3, 4, 5), 1_300_000, 34, 14), "mending": ((0, 5), 150_000, 4, 3),
}  # fmt: skip
UNITS = 6
LEVEL_SHARE = (0.57, 0.37, 0.06)
REGENCIES, HUBS = 514, 38
WORDS, TOPICS, TOPIC_WORDS = 60_000, 42, 900
MEAN_WORDS = 12
STATIC = ("rubric", "recency", "rating", "on_time", "disputes", "response", "load")
FEATURES = (
    "level_fit", "units", *STATIC, "with_client", "price", "hours", "similar", "domain", "place",
)  # fmt: skip
DIRECTIONS = {"disputes": -1, "response": -1, "load": -1}
LEVEL_FIT = {0: 0.85, 1: 1.0, 2: 0.9}


@dataclass(frozen=True)
class People:
    """Talents as the index takes them, and what only the generator knows."""

    keys: NDArray[np.int64]
    columns: dict[str, Coded]
    texts: Texts
    skill: Floats
    reliability: Floats

    def value(self, name: str, rows: Any = slice(None)) -> Floats:
        """Return the values of a column."""
        column = self.columns[name]
        return np.asarray(column.values[column.codes[rows]])


@dataclass(frozen=True)
class Order:
    """A brief, as the platform's features see it."""

    service: str
    level: int
    domain: int
    budget: float
    days: int
    hours: float
    onsite: bool
    regency: int
    words: dict[str, int]
    clients: Known


def layout() -> Layout:
    """Return which feature comes from where."""
    units = {service: f"units_{service}" for service in SERVICES}
    return Layout(static=STATIC, chosen={"units": units}, text="similar")


def _short(values: Floats, digits: int) -> Coded:
    """Code values that are rounded to so many digits."""
    scaled = np.round(values * 10**digits)
    whole = np.where(np.isnan(scaled), 0, scaled).astype(np.int64)
    seen = np.flatnonzero(np.bincount(whole[~np.isnan(scaled)], minlength=1))
    codes = np.searchsorted(seen, whole)
    table = seen / 10**digits
    if np.isnan(scaled).any():
        codes[np.isnan(scaled)] = len(table)
        table = np.append(table, np.nan)
    return Coded(codes.astype(np.min_scalar_type(len(table))), table)


def people(n: int, seed: int = 5) -> People:
    """Return so many talents of one track, the same for the same seed."""
    random = np.random.default_rng(seed)
    skill = random.standard_normal(n).astype(np.float32)
    reliability = random.beta(8, 2, n).astype(np.float32)
    edges = np.quantile(skill[:100_000], np.cumsum(LEVEL_SHARE)[:2])
    level = np.searchsorted(edges, skill + 0.6 * random.standard_normal(n).astype(np.float32))
    mean = np.array([62.0, 74.0, 85.0])[level]
    units = np.clip(
        mean[:, None] + 4 * skill[:, None] + 7 * random.standard_normal((n, UNITS)), 0, 100
    ).astype(np.float32)
    finished = random.poisson(np.exp(-0.1 + 0.55 * level + 0.8 * random.standard_normal(n)))
    columns: dict[str, Coded] = {"level": Coded(level.astype(np.uint8), np.arange(3.0))}
    for service, (needs, *_rest) in SERVICES.items():
        columns[f"units_{service}"] = _short(units[:, needs].mean(axis=1) / 100, 3)
    del units
    columns |= _record(random, skill, reliability, level, finished)
    columns |= _terms(random, skill, level)
    shown, domains = _domains(random, finished)
    columns |= domains
    texts = _portfolios(random, shown, finished)
    keys = random.permutation(n).astype(np.int64) + 1
    return People(keys, columns, texts, skill.astype(np.float64), reliability.astype(np.float64))


def _record(
    random: np.random.Generator, skill: Any, reliability: Any, level: Any, finished: Any
) -> dict[str, Coded]:
    """Return marks and what clients have seen, by the platform's formulas."""
    n = len(skill)
    rated = random.binomial(finished, 0.71)
    stars = np.clip(4.0 + 0.35 * skill + 1.3 * (reliability - 0.8), 1, 5) * rated
    stars = np.round(stars + random.standard_normal(n) * 0.8 * np.sqrt(rated))
    rating = np.clip(((4.4 * 5 + np.clip(stars, rated, 5 * rated)) / (5 + rated) - 3) / 2, 0, 1)
    in_time = random.binomial(finished, np.clip(0.55 + 0.45 * reliability, 0, 1))
    disputes = random.binomial(finished, np.clip(0.15 * (1 - reliability), 0, 1))
    months = np.where(finished > 0, random.exponential(7, n) / np.sqrt(1 + finished), np.nan)
    answers = np.where(
        finished > 0, 3 * np.exp(random.standard_normal(n)) * (1.8 - reliability), np.nan
    )
    rubric = np.where(random.random(n) < 0.1, np.nan, np.clip(66 + 7 * level + 5 * skill
                      + 6 * random.standard_normal(n), 0, 100))  # fmt: skip
    return {
        "rubric": _short(rubric / 100, 2),
        "recency": _short(np.exp(-np.round(months, 1) / 12), 3),
        "rating": _short(rating, 3),
        "on_time": _short((8 + in_time) / (10 + finished), 3),
        "disputes": _short(np.clip(4 * disputes / (20 + finished), 0, 1), 3),
        "response": _short(np.clip(np.round(answers, 1) / 24, 0, 1), 3),
        "load": _short(np.clip(random.poisson(0.35 + 0.15 * level) / 4, 0, 1), 2),
    }


def _terms(random: np.random.Generator, skill: Any, level: Any) -> dict[str, Coded]:
    """Return prices, weekly and promised hours, place."""
    n = len(skill)
    own = np.exp(0.25 * random.standard_normal(n) + 0.08 * skill) * np.array([0.75, 1, 1.6])[level]
    columns = {}
    for service, (_needs, usual, *_rest) in SERVICES.items():
        asked = usual * own * np.exp(0.1 * random.standard_normal(n))
        step = np.where(asked < 1_000_000, 5_000, 25_000)
        price = np.maximum(np.round(asked / step), 1) * step / 500
        price[random.random(n) < 0.25] = np.nan
        found = _short(price, 0)
        columns[f"price_{service}"] = Coded(found.codes, found.values * 500)
    weekly = random.choice(
        [5, 8, 10, 15, 20, 25, 30, 40], n, p=[0.05, 0.1, 0.2, 0.2, 0.25, 0.08, 0.07, 0.05]
    )
    taken = random.choice([4, 6, 18, 34], n) * (random.random(n) < 0.3)
    table, codes = np.unique(weekly * 100 + taken, return_inverse=True)
    hours = np.stack([table // 100, table % 100], axis=1).astype(np.float64)
    columns["hours"] = Coded(codes.astype(np.uint8), hours)
    crowd = random.zipf(1.35, n) % REGENCIES
    columns["regency"] = Coded(crowd.astype(np.uint16), np.arange(float(REGENCIES)))
    columns["onsite"] = Coded((random.random(n) < 0.7).astype(np.uint8), np.arange(2.0))
    columns["paused"] = Coded((random.random(n) < 0.06).astype(np.uint8), np.arange(2.0))
    return columns


def _domains(random: np.random.Generator, finished: Any) -> tuple[Any, dict[str, Coded]]:
    """Return the domain portfolios speak of, and counts of finished work in each."""
    main = random.choice(len(DOMAINS), len(finished), p=DOMAIN_SHARE)
    mostly = random.binomial(finished, 0.7)
    other = random.choice(len(DOMAINS), len(finished), p=DOMAIN_SHARE)
    columns = {}
    for n, name in enumerate(DOMAINS):
        counts = np.where(main == n, mostly, 0) + np.where(other == n, finished - mostly, 0)
        columns[f"domain_{name}"] = _short(np.minimum(counts, 40).astype(np.float64), 0)
    return main, columns


def _zipf(random: np.random.Generator, size: int, most: int, power: float = 1.0) -> Any:
    """Return ranks 0..most-1 by Zipf's law."""
    weights = 1 / np.arange(1, most + 1) ** power
    return np.searchsorted(np.cumsum(weights) / weights.sum(), random.random(size)).astype(np.int32)


@cache
def topic_words(seed: int = 7) -> Any:
    """Return the words of each topic, common ones first: some are shared by topics."""
    random = np.random.default_rng(seed)
    return np.stack([random.choice(WORDS // 2, TOPIC_WORDS, replace=False) for _ in range(TOPICS)])


def words(random: np.random.Generator, topics: Any) -> Any:
    """Return a word for each topic asked: two in three of the topic, one in three of the language."""
    found = WORDS // 2 + _zipf(random, len(topics), WORDS // 2)
    own = random.random(len(topics)) < 0.67
    ranks = _zipf(random, int(own.sum()), TOPIC_WORDS)
    found[own] = topic_words()[topics[own], ranks]
    return found


def _portfolios(
    random: np.random.Generator, domain: Any, finished: Any, chunk: int = 250_000
) -> Texts:
    """Return the texts: nobody's first portfolio is long, one in twelve says nothing."""
    n, per = len(domain), TOPICS // len(DOMAINS)
    length = random.poisson(MEAN_WORDS - 3 + 1.5 * np.minimum(finished, 8))
    length[random.random(n) < 1 / 12] = 0
    terms, counts, lengths = [], [], []
    for start in range(0, n, chunk):
        part = slice(start, start + chunk)
        rows = np.repeat(np.arange(len(length[part])), length[part])
        topics = per * domain[part] + random.integers(per, size=len(domain[part]))
        said = words(random, topics[rows])
        key, times = np.unique(rows * WORDS + said, return_counts=True)
        terms.append((key % WORDS).astype(np.int32))
        counts.append(times.astype(np.uint16))
        lengths.append(np.bincount(key // WORDS, minlength=len(length[part])))
    offsets = np.concatenate([[0], np.cumsum(np.concatenate(lengths))])
    names = np.array([hashed(f"kata{word}") for word in range(WORDS)], dtype=np.uint64)
    return Texts.sorted(offsets, np.concatenate(terms), np.concatenate(counts), names)


def orders(n: int, talents: int, seed: int = 11) -> list[Order]:
    """Return so many briefs to so many talents."""
    random = np.random.default_rng(seed)
    per, made = TOPICS // len(DOMAINS), []
    for _ in range(n):
        service = str(random.choice(list(SERVICES), p=[0.3, 0.35, 0.1, 0.25]))
        _needs, usual, hours, days = SERVICES[service]
        domain = int(random.choice(len(DOMAINS), p=DOMAIN_SHARE))
        topic = per * domain + int(random.integers(per))
        said = words(random, np.full(int(random.integers(6, 17)), topic))
        text, times = np.unique(said, return_counts=True)
        level = int(random.choice(3, p=[0.45, 0.45, 0.1]))
        before = np.unique(random.integers(1, talents + 1, int(random.integers(0, 4))))
        made.append(Order(
            service=service, level=level, domain=domain, hours=float(hours),
            budget=float(np.round(usual * np.exp(0.35 * random.standard_normal()) / 25_000 + 1) * 25_000),
            days=int(days * random.uniform(0.7, 2.5)) + 1, onsite=bool(random.random() < 0.2),
            regency=int(random.zipf(1.35) % REGENCIES),
            words={f"kata{w}": int(t) for w, t in zip(text, times, strict=True)},
            clients=Known(before, 1 - 0.5 ** random.integers(1, 4, len(before))),
        ))  # fmt: skip
    return made


def query(order: Order) -> Query:
    """Return what a brief asks of the index: the platform's features, as they depend on a column."""

    def level_fit(level: Floats) -> Floats:
        return np.array([LEVEL_FIT.get(int(gap), 0.0) for gap in level - order.level])

    def free(table: Floats) -> Floats:
        return np.maximum(table[:, 0] * order.days / 7 - table[:, 1], 0)

    def price(asked: Floats) -> Floats:
        return np.clip(1 - (asked - order.budget) / order.budget, 0, 1)

    def place(regency: Floats) -> Floats:
        near = np.where(regency % HUBS == order.regency % HUBS, 0.6, 0.2)
        return np.where(regency == order.regency, 1.0, near)

    lookups = [
        Lookup("level_fit", "level", level_fit),
        Lookup("hours", "hours", lambda table: np.clip(free(table) / (2 * order.hours), 0, 1)),
        Lookup("price", f"price_{order.service}", price),
        Lookup("domain", f"domain_{DOMAINS[order.domain]}", lambda count: 1 - 0.5**count),
    ]
    filters = [
        Filter("level", lambda level: level >= order.level),
        Filter("hours", lambda table: free(table) >= 0.5 * order.hours),
        Filter("paused", lambda paused: paused == 0),
    ]
    if order.onsite:
        lookups.append(Lookup("place", "regency", place))
        filters.append(Filter("onsite", lambda goes: goes == 1))
    return Query(
        choice=order.service, lookups=lookups, filters=filters, words=order.words,
        known={"with_client": order.clients},
    )  # fmt: skip


def features(talents: People, order: Order, rows: Any, similar: Floats) -> Floats:
    """Return the feature matrix of some rows for a brief, columns as `FEATURES`."""
    asked = query(order)
    found = {name: talents.value(name, rows) for name in STATIC}
    found["units"] = talents.value(f"units_{order.service}", rows)
    for lookup in asked.lookups:
        column = talents.columns[lookup.column]
        found[lookup.feature] = lookup.compute(column.values)[column.codes[rows]]
    keys = talents.keys[rows]
    before = np.zeros(len(keys))
    for key, value in zip(order.clients.keys, order.clients.values, strict=True):
        before[keys == key] = value
    found |= {"with_client": before, "similar": similar}
    unknown = np.full(len(keys), np.nan)
    return np.stack([found.get(name, unknown) for name in FEATURES], axis=1)


def outcome(
    talents: People, matrix: Floats, rows: Any, random: np.random.Generator
) -> NDArray[np.int64]:
    """Return graded outcomes 0..4 of pairs, from what truly matters (`placement.md`, 4.4)."""
    usual = {"similar": 0.05, "price": 0.7, "rubric": 0.7}
    at = {
        name: np.where(np.isnan(column), usual.get(name, 0.5), column)
        for name, column in zip(FEATURES, matrix.T, strict=True)
    }
    at["place"] = np.where(np.isnan(matrix[:, -1]), 0.0, at["place"])
    quality = (
        0.55 * talents.skill[rows] + 1.6 * (talents.reliability[rows] - 0.8)
        + 1.2 * at["units"] + 1.5 * at["price"] + 0.8 * at["hours"] - 0.8 * at["load"]
        + 0.9 * at["domain"] + 2.2 * np.sqrt(at["similar"]) + 0.8 * at["place"] + 0.6 * at["with_client"]
        + 0.5 * at["level_fit"] + 0.3 * at["recency"] - 0.3 * at["response"]
        + 1.2 * at["on_time"] - 2.0 * at["disputes"] + 0.5 * at["rubric"] + 0.8 * at["rating"]
    )  # fmt: skip
    noisy = quality + 0.9 * random.standard_normal(len(quality))
    cuts: Sequence[float] = np.quantile(noisy, [0.5, 0.75, 0.88, 0.96]).tolist()
    return np.asarray(np.searchsorted(cuts, noisy), dtype=np.int64)
