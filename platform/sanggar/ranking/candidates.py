"""From rows of other slices to what features may see, and from there to a table of values.

Only `Candidate` and `Brief` pass: what is not in them cannot influence an order.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sanggar import clock
from sanggar.clients import queries as clients
from sanggar.clients.queries import BriefRow, PoolRow
from sanggar.kernel import registry
from sanggar.plugin.ranking import Brief, Candidate, RankingFeature
from sanggar.rankers.index import Rarity
from sanggar.ranking import text as words
from sanggar.ranking.baseline import STEPS

DAYS_A_MONTH = 30.4


def brief_of(row: BriefRow, today: date) -> Brief:
    """Return a brief as features see it."""
    ordered = row.ordered
    budget = None if row.budget_high is None else (row.budget_low or 0, row.budget_high)
    return Brief(
        track=row.track, service=row.service, level=row.level, text=row.text, domain=row.category,
        budget=budget, deadline=clients.deadline_of(row, today), today=today,
        hours=ordered.hours if ordered else 8.0, onsite=row.onsite, hub=str(row.hub_id or ""),
        regency=str(row.region_id or ""), units=ordered.units if ordered else (),
    )  # fmt: skip


def candidate_of(row: PoolRow, client_id: int, now: datetime) -> Candidate:
    """Return a talent as features see them: nothing protected is taken over."""
    known = row.record
    last = known.get("last")
    return candidate(
        row.person_id, row.level, known, row.hub_id, row.region_id,
        price=row.price, free_hours=row.free_hours,
        with_client=(known.get("clients") or {}).get(str(client_id), 0),
        months_since_work=months_since(last_day(last), today_of(now)) if last else None,
        offers_this_month=(known.get("offers") or {}).get(clients.month(now), 0),
    )  # fmt: skip


def candidate(
    key: int, level: str, known: Mapping[str, Any], hub_id: int | None, region_id: int | None,
    **towards: Any,
) -> Candidate:  # fmt: skip
    """Return what features see of a talent whatever the brief is, and `towards` one."""
    return Candidate(
        key=key, level=level, unit_scores=known.get("units") or {},
        rubric_total=known.get("rubric"), portfolio_text=known.get("text") or "",
        domains=known.get("domains") or {}, load=len(known.get("running") or ()),
        ratings=tuple(known.get("ratings") or ()), finished=known.get("finished", 0),
        on_time=known.get("on_time", 0), disputes=known.get("disputes", 0),
        response_hours=known.get("response"), hub=str(hub_id or ""), regency=str(region_id or ""),
        **towards,
    )  # fmt: skip


def last_day(moment: str) -> date:
    """Return the calendar day of a moment in a record."""
    return today_of(datetime.fromisoformat(moment))


def months_since(day: date, today: date) -> float:
    """Return the months since a day."""
    return (today - day).days / DAYS_A_MONTH


def features_for(track: str) -> tuple[RankingFeature, ...]:
    """Return the features that apply to a track, the plugins' own included."""
    known = registry.current().features
    return tuple(f for f in known if not f.tracks or track in f.tracks)


def all_features() -> tuple[RankingFeature, ...]:
    """Return every feature, in a fixed order: the columns of a model."""
    return tuple(sorted(registry.current().features, key=lambda f: f.name))


def table(
    features: Sequence[RankingFeature], candidates: Sequence[Candidate], brief: Brief,
    corpus: Rarity | None = None,
) -> list[dict[str, float | None]]:  # fmt: skip
    """Return a row of values for each candidate; a feature that fails is unknown for all of them.

    `corpus` says how rare words are among everybody in the track; without it, among these.
    """
    known = registry.current()
    rows: list[dict[str, float | None]] = [{} for _ in candidates]
    texts = [c.portfolio_text for c in candidates]
    with words.compared(brief.text, texts, corpus or words.rarity(texts)):
        for feature in features:
            column: list[float | None] = [None] * len(candidates)
            with registry.guard(known.owner("features", feature.name), swallow=True):
                column = [clean(feature.compute(c, brief)) for c in candidates]
            for row, value in zip(rows, column, strict=True):
                row[feature.name] = value
    return rows


def clean(value: float | None) -> float | None:
    """Return a value inside 0..1 in thousandths; what is not a number is unknown."""
    if value is None or not math.isfinite(value):
        return None
    exact = float(value)
    return round((0.0 if exact < 0.0 else 1.0 if exact > 1.0 else exact) * STEPS) / STEPS


def today_of(now: datetime) -> date:
    """Return the calendar day of the programme."""
    return clock.local(now).date()
