"""Calibrated banks: the newest parameters of each item version, prepared for adaptive exams.

Preparing takes some milliseconds, so a bank is kept until another calibration or another version of
the track comes along.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import func, select
from sqlmodel import col
from sqlmodel import select as rows_of

from sanggar.assessments import faulty
from sanggar.assessments.models import Calibration
from sanggar.kernel import db, registry
from sanggar.measurement import adaptive as engine
from sanggar.measurement import irt, selection, simulate
from sanggar.plugin.items import Item
from sanggar.plugin.track import Assessment, Track

Floats = NDArray[np.float64]

#: An adaptive exam needs so many times its longest length in calibrated items, in every unit.
ENOUGH = 2
#: Answers a calibration rests on at least before an item decides about anybody.
LEAST_ANSWERS = 150
#: half the zone around the pass mark in which the ratio of likelihoods does not mind, in logits
INDIFFERENCE = 0.20
GRID = selection.GRID


@dataclass(frozen=True)
class Parameters:
    """The calibration of one item version that counts now."""

    item_id: str
    item_version: str
    model: str
    a: float
    b: float
    c: float
    se_a: float | None
    se_b: float | None
    answers: int
    at: datetime
    prices: Mapping[str, Sequence[float]]


def current(track: str) -> dict[tuple[str, str], Parameters]:
    """Return (item, version) -> its newest calibration; versions found faulty have none."""
    newest = (
        select(func.max(col(Calibration.id)))
        .where(col(Calibration.track) == track)
        .group_by(col(Calibration.item_id), col(Calibration.item_version))
    )
    rows = db.session().exec(rows_of(Calibration).where(col(Calibration.id).in_(newest)))
    return {
        (r.item_id, r.item_version): Parameters(
            r.item_id, r.item_version, r.model, r.a, r.b, r.c, r.se_a, r.se_b, r.answers, r.at,
            r.prices,
        )
        for r in rows
        if r.answers
    }  # fmt: skip


def _stamp(track: str) -> int | None:
    found: int | None = (
        db.session()
        .execute(select(func.max(col(Calibration.id))).where(col(Calibration.track) == track))
        .scalar()
    )
    return found


@dataclass(frozen=True)
class Ability:
    """What some answers say about an ability: posterior mean and standard deviation, on `GRID`."""

    mean: float
    sd: float
    posterior: Floats

    def chance_above(self, cut: float) -> float:
        """Return the chance of an ability at or above a cut."""
        step = GRID[1] - GRID[0]
        return float(self.posterior @ np.clip((GRID - cut) / step + 0.5, 0.0, 1.0))


@dataclass(frozen=True)
class Reference:
    """The bank as a scale: what an ability is expected to earn on it, whole and by unit.

    Attributes
    ----------
    parameters : ndarray, shape (items, 3)
        a, b, c.
    unit : ndarray, shape (items,)
        Place of each item's unit in `units`.
    shares : mapping of str to float
        Unit -> its share of the blueprint.
    """

    parameters: Floats
    unit: NDArray[np.int64]
    shares: Mapping[str, float]

    @property
    def units(self) -> tuple[str, ...]:
        """The units, in the order of the blueprint."""
        return tuple(self.shares)

    def percent(self, theta: float, unit: str | None = None) -> float:
        """Return the percentage that an ability is expected to earn, 0..100."""
        a, b, c = self.parameters.T
        expected = irt.probability(theta, a, b, c)
        means = {
            name: float(expected[self.unit == n].mean())
            for n, name in enumerate(self.units)
            if (self.unit == n).any()
        }
        if unit is not None:
            return 100 * means.get(unit, float(expected.mean()))
        weight = sum(self.shares[name] for name in means)
        return 100 * sum(self.shares[name] * value for name, value in means.items()) / weight

    def ability_at(self, percent: float) -> float:
        """Return the ability that is expected to earn a percentage, within the scale."""
        low, high = float(GRID[0]), float(GRID[-1])
        for _halving in range(60):
            middle = (low + high) / 2
            if self.percent(middle) < percent:
                low = middle
            else:
                high = middle
        return (low + high) / 2

    def ability(
        self, parameters: Sequence[Sequence[float]], right: Sequence[bool],
        mean: float = 0.0, sd: float = 1.0,
    ) -> Ability:  # fmt: skip
        """Return the posterior of an ability after answers, from a normal prior.

        Parameters
        ----------
        parameters : sequence of (a, b, c)
            Of the items answered.
        right : sequence of bool
        mean, sd : float
            Of the prior.

        Notes
        -----
        Expected a posteriori: Bock & Mislevy (1982), Applied Psychological Measurement 6, 431-444.
        """
        log = -0.5 * ((GRID - mean) / sd) ** 2
        if len(parameters):
            a, b, c = np.array(parameters, dtype=np.float64).T
            p = np.clip(irt.probability(GRID[:, None], a, b, c), irt.TINY, 1 - irt.TINY)
            log = log + np.where(np.array(right, dtype=bool), np.log(p), np.log1p(-p)).sum(axis=1)
        weight = np.exp(log - log.max())
        weight /= weight.sum()
        centre = float(weight @ GRID)
        return Ability(centre, math.sqrt(max(0.0, float(weight @ GRID**2) - centre**2)), weight)

    def verdict(
        self, exam: Assessment, known: Ability, cut: float,
        parameters: Sequence[Sequence[float]], right: Sequence[bool],
    ) -> bool | None:  # fmt: skip
        """Return whether answers pass; None while that is not clear enough (as `selection.judge`)."""
        rules = exam.adaptive
        if rules.stop == "se" and known.sd <= rules.se:
            return known.mean >= cut
        if rules.method == "ratio":
            above, below = (
                _log_likelihood(parameters, right, cut + side)
                for side in (INDIFFERENCE, -INDIFFERENCE)
            )
            bound = math.log(rules.confidence / (1 - rules.confidence))
            return None if abs(above - below) < bound else above > below
        chance = known.chance_above(cut)
        if chance >= rules.confidence:
            return True
        return False if chance <= 1 - rules.confidence else None


def _log_likelihood(
    parameters: Sequence[Sequence[float]], right: Sequence[bool], theta: float
) -> float:
    """Return the logarithm of the likelihood of answers at one ability."""
    if not len(parameters):
        return 0.0
    a, b, c = np.array(parameters, dtype=np.float64).T
    p = np.clip(irt.probability(theta, a, b, c), irt.TINY, 1 - irt.TINY)
    return float(np.where(np.array(right, dtype=bool), np.log(p), np.log1p(-p)).sum())


@dataclass(frozen=True)
class Calibrated:
    """A bank ready for an adaptive exam."""

    items: tuple[Item, ...]
    #: items of the blueprint's units that have no parameters yet, to be tried out unscored
    trial: tuple[Item, ...]
    reference: Reference
    pool: engine.Pool
    rules: engine.Rules
    prices: Floats
    places: Mapping[str, int]

    def parameters(self, place: int) -> tuple[float, ...]:
        """Return a, b, c of an item."""
        return tuple(float(v) for v in self.reference.parameters[place])

    def use(self, asked: Mapping[str, int], tests: int) -> engine.Use:
        """Return how often the items were asked in so many tests, with the prices to begin with."""
        counts = [float(asked.get(item.id, 0)) for item in self.items]
        return engine.Use.of(np.array(counts), float(tests), self.prices[:, 0], self.prices[:, 1])


def shares(exam: Assessment) -> dict[str, float]:
    """Return unit -> share of the blueprint."""
    counts = {unit: sum(row.values()) for unit, row in exam.blueprint.items()}
    return {unit: count / exam.size for unit, count in counts.items() if count}


def bank(owner: Track, exam: Assessment, now: datetime) -> Calibrated | None:
    """Return the bank of an adaptive exam, None where too few items of a unit are calibrated.

    Parameters
    ----------
    owner, exam
    now : datetime
        Not used for counting; calibrations count from the moment they are written.
    """
    kept = db.database().memory
    key = ("calibrated", owner.id, owner.version, exam.id, _stamp(owner.id))
    if (known := kept.get(key)) is not None:
        found: Calibrated | None = known[1]
        return found
    made = _prepare(owner, exam)
    kept[key] = (now, made)
    return made


def _prepare(
    owner: Track, exam: Assessment, known: Mapping[tuple[str, str], Parameters] | None = None
) -> Calibrated | None:
    wanted = shares(exam)
    known = current(owner.id) if known is None else known
    out = faulty.versions(owner.id)
    items: list[Item] = []
    trial: list[Item] = []
    for item in sorted(owner.items, key=lambda i: i.id):
        kind = registry.current().question_types.get(item.type)
        if item.area not in wanted or kind is None or kind.judged:
            continue
        if (item.id, item.version) in out:
            continue
        found = known.get((item.id, item.version))
        (items if found and found.answers >= LEAST_ANSWERS else trial).append(item)
    counts: dict[str, int] = defaultdict(int)
    for item in items:
        counts[item.area] += 1
    if any(
        counts[unit] < math.ceil(ENOUGH * share * exam.adaptive.most)
        for unit, share in wanted.items()
    ):
        return None
    return prepared(exam, items, trial, [known[i.id, i.version] for i in items])


def prepared(
    exam: Assessment, items: Sequence[Item], trial: Sequence[Item], known: Sequence[Parameters]
) -> Calibrated:
    """Return a bank of these items with these parameters, in the same order."""
    reference = _reference(
        exam, [(i.area, (p.a, p.b, p.c)) for i, p in zip(items, known, strict=True)]
    )
    rules = rules_of(exam, reference.ability_at(exam.pass_rules.total))
    a, b, c = reference.parameters.T
    pool = engine.prepare(
        irt.Bank.of(a, b, c, model="3pl", names=[i.id for i in items]), reference.unit, rules
    )
    return Calibrated(
        items=tuple(items), trial=tuple(trial), reference=reference, pool=pool, rules=rules,
        prices=np.array([p.prices.get(exam.id, (0.0, 0.0)) for p in known], dtype=np.float64),
        places={item.id: n for n, item in enumerate(items)},
    )  # fmt: skip


def rules_of(exam: Assessment, cut: float) -> engine.Rules:
    """Return the rules of an adaptive exam in the words of the engine."""
    asked = exam.adaptive
    return engine.Rules(
        blueprint=tuple(shares(exam).values()), least=asked.least, most=asked.most, more=asked.more,
        se=asked.se, stop=asked.stop, cut=cut, confidence=asked.confidence,
        method="sprt" if asked.method == "ratio" else "interval", indifference=INDIFFERENCE,
    )  # fmt: skip


def _reference(exam: Assessment, rows: Iterable[tuple[str, Sequence[float]]]) -> Reference:
    wanted = shares(exam)
    places = {unit: n for n, unit in enumerate(wanted)}
    kept = [(places[unit], tuple(values)) for unit, values in rows if unit in places]
    return Reference(
        parameters=np.array([values for _unit, values in kept], dtype=np.float64).reshape(-1, 3),
        unit=np.array([unit for unit, _values in kept], dtype=np.int64), shares=wanted,
    )  # fmt: skip


def reference(owner: Track, exam: Assessment, asked: Sequence[Any], now: datetime) -> Reference:
    """Return the scale of an exam; of the asked items alone where the bank is calibrated no more."""
    found = bank(owner, exam, now)
    if found is not None:
        return found.reference
    return _reference(exam, [(item.unit, item.parameters) for item in asked])


def store(rows: Iterable[Mapping[str, Any]]) -> int:
    """Write calibrations down, but for versions found faulty; return how many."""
    made = [Calibration(**row) for row in rows]
    out = {track: faulty.versions(track) for track in {row.track for row in made}}
    made = [row for row in made if (row.item_id, row.item_version) not in out[row.track]]
    db.session().add_all(made)
    db.flush()
    return len(made)


#: (item, version) -> exam -> price it begins with, when asked too often and too seldom
Prices = dict[tuple[str, str], dict[str, list[float]]]


def find_prices(owner: Track, fresh: Iterable[Mapping[str, Any]] = (), tests: int = 2000) -> Prices:
    """Return the prices with which the adaptive exams of a track begin; nothing is written.

    Parameters
    ----------
    owner : Track
    fresh : iterable of mapping
        Calibrations that are going to be written down, as `store` takes them.
    tests : int
        People in the simulation; two thousand take some seconds: for jobs, not for pages, and not
        while the database is held.
    """
    known = current(owner.id)
    for row in fresh:
        made = Parameters(**{k: v for k, v in row.items() if k != "track"}, prices={})
        known[made.item_id, made.item_version] = made
    found: Prices = defaultdict(dict)
    for exam in owner.assessments:
        ready = _prepare(owner, exam, known) if exam.selection == "adaptive" else None
        if ready is None:
            continue
        use = simulate.settle(ready.pool, ready.rules, tests=tests)
        for n, item in enumerate(ready.items):
            found[item.id, item.version][exam.id] = [float(use.high[n]), float(use.low[n])]
    return found


def keep_prices(owner: Track, found: Prices) -> int:
    """Write prices into the calibrations that count now; return for how many items."""
    newest = current(owner.id)
    for key, prices in found.items():
        row = _newest_row(owner.id, newest[key])
        row.prices = {**row.prices, **prices}
    db.flush()
    return len(found)


def settle_prices(owner: Track, tests: int = 2000) -> int:
    """Find prices and write them down in this transaction (the demo's history, tests)."""
    return keep_prices(owner, find_prices(owner, tests=tests))


def _newest_row(track: str, known: Parameters) -> Calibration:
    return db.session().exec(
        rows_of(Calibration).where(
            col(Calibration.track) == track, col(Calibration.item_id) == known.item_id,
            col(Calibration.item_version) == known.item_version,
        ).order_by(col(Calibration.id).desc()).limit(1)
    ).one()  # fmt: skip
