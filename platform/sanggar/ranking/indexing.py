"""The index of a track: which column holds what, and how it is written from the database.

Hard filters and the core's features that a brief decides have a column each; features that depend on
the talent, the service or the kind of product are worked out beforehand by their own `compute`. What
a plugin's feature makes of a whole brief cannot be: it is left out, and bounded by its best.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

import numpy as np
from flask import current_app
from numpy.typing import NDArray

from sanggar.catalogue import queries as catalogue
from sanggar.clients import queries as clients
from sanggar.clients.queries import TalentRow
from sanggar.kernel import registry
from sanggar.kernel.config import Settings
from sanggar.plugin.evidence import LEVELS
from sanggar.plugin.ranking import Brief, Candidate, RankingFeature
from sanggar.plugin.track import Service
from sanggar.rankers.additive import Additive, Curve, Floats
from sanggar.rankers.index import Layout, Texts, snap
from sanggar.rankers.index.delta import together
from sanggar.ranking import candidates, fitting, rerank
from sanggar.ranking import text as words
from sanggar.ranking.baseline import STEPS
from sanggar.ranking.scoring import Scorer

#: Kinds of product for which features are worked out; the last one: the brief does not say.
DOMAINS = ("makanan", "minuman", "kriya", "batik", "kosmetik", "jasa", "lainnya", "")
#: The core's features that a brief decides from one column, and the one the index compares texts for.
ASKED: Mapping[str, str] = {
    "level_fit": "level", "recency": "last", "hours": "hours", "place": "place",
}  # fmt: skip
PRICE, TEXT, KNOWN = "price", "similar", "with_client"
#: Parts of the order that are no features: what offers cost, and what one may hope of newcomers.
OFFERS, CHANCE = "offers", "chance"
NEVER = 9e6


@dataclass(frozen=True)
class Rows:
    """Talents as the index takes them."""

    keys: NDArray[np.int64]
    columns: dict[str, Floats]
    texts: Texts


@dataclass(frozen=True)
class Plan:
    """What the index of a track looks like, for the features that are there now."""

    track: str
    services: tuple[Service, ...]
    features: tuple[RankingFeature, ...]

    @classmethod
    def of(cls, track: str) -> Plan:
        """Return the plan for a track as it is now."""
        return cls(track, tuple(catalogue.track(track).services), candidates.features_for(track))

    @cached_property
    def talent(self) -> tuple[RankingFeature, ...]:
        """Features of the talent alone."""
        return tuple(f for f in self.features if f.depends == "talent")

    @cached_property
    def service(self) -> tuple[RankingFeature, ...]:
        """Features of talent and service."""
        return tuple(f for f in self.features if f.depends == "service")

    @cached_property
    def domain(self) -> tuple[RankingFeature, ...]:
        """Features of talent and kind of product."""
        return tuple(f for f in self.features if f.depends == "domain")

    @cached_property
    def left_out(self) -> frozenset[str]:
        """Features that look at a brief as only they know."""
        own = {*ASKED, PRICE, TEXT, KNOWN}
        core = registry.current()
        return frozenset(
            f.name for f in self.features if f.depends == "brief"
            and not (f.name in own and core.owner("features", f.name) == "sanggar.ranking")
        )  # fmt: skip

    @cached_property
    def layout(self) -> Layout:
        """Which feature comes from where."""
        chosen = {
            f.name: {s.id: f"{f.name}:{s.id}" for s in self.services} for f in self.service
        }  # fmt: skip
        return Layout(static=tuple(f.name for f in self.talent), chosen=chosen, text=TEXT)

    def version(self, scorer: Scorer) -> str:
        """Return what an index must have been written for: scorer, features, plugins, services."""
        plugins = sorted((p.name, p.version) for p in registry.current().plugins)
        said = json.dumps([
            scorer.version, plugins, [s.model_dump(mode="json") for s in self.services],
            sorted((f.name, f.depends) for f in self.features), rerank.HOPE,
        ])  # fmt: skip
        return f"{scorer.version}:{hashlib.sha256(said.encode()).hexdigest()[:16]}"

    def model(self, scorer: Scorer) -> Additive:
        """Return the scorer's curves as the index adds them up, and the fair parts of the order."""
        curves = {n: c for n, c in scorer.model.curves.items() if n not in self.left_out}
        if TEXT in curves:
            curves[TEXT] = in_thousandths(curves[TEXT])
        most = rerank.FREE_OFFERS + math.ceil(rerank.MOST / rerank.STEP)
        steps = range(rerank.FREE_OFFERS, most + 1)
        curves[OFFERS] = _stairs(steps, [-fitting.cost(scorer, n) for n in steps])
        kinds = range(len(rerank.HOPE))
        curves[CHANCE] = _stairs(kinds, [fitting.hope(scorer, n) for n in kinds])
        return snap(Additive(curves))

    def margin(self, scorer: Scorer) -> float:
        """Return the most that features which are left out can add."""
        curves = scorer.model.curves
        return sum(curves[name].high for name in self.left_out if name in curves)


def _stairs(steps: Sequence[int], values: Sequence[float]) -> Curve:
    cuts = np.array(steps[:-1], dtype=np.float64) + 0.5
    return Curve(cuts, np.array(values, dtype=np.float64), 0.0)


def in_thousandths(curve: Curve) -> Curve:
    """Return what a curve adds for a value that is rounded to a thousandth first, exactly."""
    cuts = (np.arange(STEPS) + 0.5) / STEPS
    places = np.arange(STEPS)
    for _ in range(4):  # to the last value that is rounded down
        cuts = np.where(np.rint(cuts * STEPS) > places, np.nextafter(cuts, 0.0), cuts)
    for _ in range(4):
        above = np.nextafter(cuts, 1.0)
        cuts = np.where(np.rint(above * STEPS) <= places, above, cuts)
    values = curve(np.arange(STEPS + 1) / STEPS)
    change = np.flatnonzero(values[1:] != values[:-1])
    return Curve(cuts[change], values[np.append(change, STEPS)], curve.missing)


def folder(track: str) -> Path:
    """Return where the index of a track lies."""
    settings: Settings = current_app.extensions["sanggar.settings"]
    return settings.data / "index" / track


def month_of(moment: date) -> int:
    """Return the number of a month, for offers."""
    return 12 * moment.year + moment.month - 1


def read(track: str, now: datetime, part: tuple[int, int]) -> Rows:
    """Return the talents of a partition as rows of the index: those whose id leaves a remainder."""
    return rows(Plan.of(track), clients.talents(track, now, part=part))


def some(track: str, now: datetime, person_ids: Collection[int]) -> Rows:
    """Return some talents as rows of the index."""
    return rows(Plan.of(track), clients.talents(track, now, person_ids))


def rows(plan: Plan, talents: Iterable[TalentRow]) -> Rows:
    """Return talents who may be suggested as rows of the index."""
    people = [row for row in talents if row.consents]
    seen = [_candidate(row) for row in people]
    keys = np.array([row.person_id for row in people], dtype=np.int64)
    columns = _standing(people, seen)
    asked = clients.prices(plan.track, keys.tolist())
    for service in plan.services:
        columns[f"{PRICE}:{service.id}"] = _numbers(
            asked.get((row.person_id, service.id)) for row in people
        )
    for feature in plan.talent:
        columns[feature.name] = values(feature, seen, Brief(plan.track, "", LEVELS[0]))
    for service in plan.services:
        brief = Brief(
            plan.track, service.id, LEVELS[0], hours=service.hours, units=tuple(service.units)
        )
        for feature in plan.service:
            columns[f"{feature.name}:{service.id}"] = values(feature, seen, brief)
    for domain in DOMAINS:
        brief = Brief(plan.track, "", LEVELS[0], domain=domain)
        for feature in plan.domain:
            columns[f"{feature.name}:{domain}"] = values(feature, seen, brief)
    texts = Texts.of([words.words(who.portfolio_text) for who in seen])
    return Rows(keys, columns, texts)


def joined(parts: Sequence[Rows]) -> Rows:
    """Return the rows of several partitions as one."""
    columns = {
        name: np.concatenate([part.columns[name] for part in parts]) for name in parts[0].columns
    }
    texts = [part.texts for part in parts]
    while len(texts) > 1:  # neighbours first: each word is moved few times
        pairs = [texts[n : n + 2] for n in range(0, len(texts), 2)]
        texts = [together(*pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return Rows(np.concatenate([part.keys for part in parts]), columns, texts[0])


def _candidate(row: TalentRow) -> Candidate:
    """Return a talent as features see them that do not look at a whole brief."""
    return candidates.candidate(row.person_id, row.level, row.record, row.hub_id, row.region_id)


def _standing(people: Sequence[TalentRow], seen: Sequence[Candidate]) -> dict[str, Floats]:
    """Return the columns of the hard filters and of what a brief decides."""
    last = [row.record.get("last") for row in people]
    offers = [_offers(row.record.get("offers") or {}) for row in people]
    return {
        "level": _numbers(LEVELS.index(row.level) for row in people),
        "until": _numbers(row.valid_until.toordinal() for row in people),
        "adult": _numbers(row.adult_on.toordinal() if row.adult_on else NEVER for row in people),
        "paused": _numbers(row.paused for row in people),
        "onsite": _numbers(row.onsite for row in people),
        "hours": _pairs((row.weekly, sum(h for _day, h in row.running)) for row in people),
        "place": _pairs((row.hub_id or 0, row.region_id or 0) for row in people),
        "last": _numbers(
            candidates.last_day(each).toordinal() if each else None for each in last
        ),
        OFFERS: _pairs(offers),
        CHANCE: _numbers(rerank.kind_of(who) for who in seen),
    }  # fmt: skip


def _offers(months: Mapping[str, int]) -> tuple[int, int]:
    """Return the latest month with offers, and how many."""
    if not months:
        return 0, 0
    latest = max(months)
    year, month = latest.split("-")
    return month_of(date(int(year), int(month), 1)), months[latest]


def values(feature: RankingFeature, people: Sequence[Candidate], brief: Brief) -> Floats:
    """Return the values of a feature; one that fails is unknown for all of them."""
    with registry.guard(registry.current().owner("features", feature.name), swallow=True):
        return _numbers(candidates.clean(feature.compute(who, brief)) for who in people)
    return np.full(len(people), np.nan)


def plainly(feature: RankingFeature, people: Sequence[Candidate], brief: Brief) -> Floats:
    """Return the values of a feature of the core, also where no application is running."""
    try:
        return _numbers(candidates.clean(feature.compute(who, brief)) for who in people)
    except (ArithmeticError, LookupError, TypeError, ValueError):
        return np.full(len(people), np.nan)


def _numbers(found: Iterable[float | None]) -> Floats:
    return np.array([math.nan if each is None else each for each in found], dtype=np.float64)


def _pairs(found: Iterable[tuple[float, float]]) -> Floats:
    return np.array(list(found), dtype=np.float64).reshape(-1, 2)
