"""The executable contract of ranking features: tried on random candidates, always the same ones."""

from __future__ import annotations

import math
import random
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from sanggar.plugin.evidence import LEVELS
from sanggar.plugin.faults import Fault
from sanggar.plugin.ranking import Brief, Candidate, RankingFeature
from sanggar.plugin.text import Text
from sanggar.plugin.track import Track
from sanggar.plugin.trial import Report

DOMAINS = ("makanan", "minuman", "kriya", "batik", "kosmetik", "jasa", "lainnya")
DEPENDS = ("talent", "service", "domain", "brief")
ROUNDS = 60


def check_features(
    features: Iterable[RankingFeature], tracks: Iterable[Track], file: str
) -> list[Fault]:
    """Return what is wrong with ranking features, tried on random candidates and briefs."""
    known = list(tracks)
    faults: list[Fault] = []
    for feature in features:
        report = Report(file)
        if not feature.label.id or not feature.label.en:
            report.add(f"the feature '{feature.name}' has no label in both languages", "write both")
        if feature.depends not in DEPENDS or not 0 <= feature.usual <= 1:
            report.add(
                f"the feature '{feature.name}' has usual={feature.usual!r}, depends={feature.depends!r}",
                f"write usual=0..1 and one of {', '.join(DEPENDS)}",
            )
        chance = random.Random(20261121)  # noqa: S311 - the same candidates every time
        spoke = False
        for _ in range(ROUNDS):
            track = chance.choice(known) if known else None
            brief, weak = random_brief(track, chance), random_candidate(track, chance)
            spoke |= _check_feature(feature, brief, weak, better(weak, chance), report)
            _check_depends(
                feature, brief, weak, *_elsewhere(feature, brief, weak, track, chance), report
            )
        _check_feature(feature, Brief("", "", ""), Candidate(0, ""), Candidate(0, ""), report)
        if not spoke:
            report.add(
                f"the feature '{feature.name}' is None for {ROUNDS} random candidates",
                "check the ids of tracks, units and services it looks for",
            )
        faults += report.faults.values()
    return faults


def _check_feature(
    feature: RankingFeature, brief: Brief, weak: Candidate, strong: Candidate, report: Report
) -> bool:
    """Try one pair; return whether the feature had something to say."""
    name = feature.name
    values: list[float | None] = []
    for candidate in (weak, strong):
        ok, value = report.call(f"{name}.compute", feature.compute, candidate, brief)
        if not ok:
            return False
        if value is None:
            values.append(None)
            continue
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not math.isfinite(value)
        ):
            report.add(
                f"{name}.compute returns {value!r}", "return a finite number, or None for unknown"
            )
            return False
        values.append(float(value))
        if feature.compute(candidate, brief) != value:
            report.add(f"{name}.compute differs from call to call", "use no clock and no chance")
        ok, words = report.call(f"{name}.explain", feature.explain, value, candidate, brief)
        if ok and words is not None and not (isinstance(words, Text) and words.id and words.en):
            report.add(
                f"{name}.explain returns {words!r}", "return a Text in both languages, or None"
            )
    low, high = values
    if low is not None and high is not None and (high - low) * feature.direction < -1e-9:
        report.add(
            f"{name} speaks against a candidate who is better in everything",
            f"with direction={feature.direction:+d} it must not, turn direction or compute round",
        )
    return low is not None or high is not None


def _elsewhere(
    feature: RankingFeature, brief: Brief, candidate: Candidate, track: Track | None,
    chance: random.Random,
) -> tuple[Brief, Candidate]:  # fmt: skip
    """Return another brief that agrees in what the feature says it looks at, and the same candidate."""
    other, price = (
        random_brief(track, chance),
        chance.choice((None, chance.randint(9_000, 900_000))),
    )
    if feature.depends == "service":
        other = replace(other, service=brief.service, units=brief.units, hours=brief.hours)
        price = candidate.price
    if feature.depends == "domain":
        other = replace(other, domain=brief.domain)
    moved = replace(
        candidate, price=price, free_hours=chance.uniform(0, 60), with_client=chance.randint(0, 3),
        months_since_work=chance.choice((None, chance.uniform(0, 24))),
        offers_this_month=chance.randint(0, 5),
    )  # fmt: skip
    return replace(other, deadline=date(2027, 3, 1), today=date(2027, 2, 1)), moved


def _check_depends(
    feature: RankingFeature, brief: Brief, candidate: Candidate, other: Brief, moved: Candidate,
    report: Report,
) -> None:  # fmt: skip
    """Find a feature that looks at more of the brief than it says."""
    if feature.depends == "brief":
        return
    first_ok, first = report.call(f"{feature.name}.compute", feature.compute, candidate, brief)
    other_ok, second = report.call(f"{feature.name}.compute", feature.compute, moved, other)
    if first_ok and other_ok and first != second:
        report.add(
            f"{feature.name} says depends='{feature.depends}' and changes with more of the brief",
            "say depends='brief', or compute it from what you said",
        )


def random_candidate(track: Track | None, chance: random.Random) -> Candidate:
    """Return an ordinary candidate of a track."""
    units = [unit.id for unit in track.units] if track else []
    finished = chance.randint(0, 12)
    return Candidate(
        key=chance.randint(1, 9999),
        level=chance.choice(LEVELS),
        unit_scores={u: chance.uniform(0, 90) for u in units if chance.random() < 0.9},
        rubric_total=chance.choice((None, chance.uniform(25, 90))),
        portfolio_text=chance.choice(("", "keripik tempe label kemasan foto produk")),
        domains={d: chance.randint(1, 4) for d in DOMAINS if chance.random() < 0.3},
        price=chance.choice((None, chance.randint(10_000, 2_000_000))),
        free_hours=chance.uniform(0, 60),
        load=chance.randint(0, 4),
        ratings=tuple(chance.randint(1, 5) for _ in range(finished)),
        finished=finished,
        on_time=chance.randint(0, finished),
        disputes=chance.randint(0, 2),
        response_hours=chance.choice((None, chance.uniform(0.1, 48))),
        with_client=chance.randint(0, 2),
        months_since_work=chance.choice((None, chance.uniform(0, 24))),
        hub=chance.choice(("malang", "jember")),
        regency=chance.choice(("Kota Malang", "Jember")),
    )


def better(candidate: Candidate, chance: random.Random) -> Candidate:
    """Return the same candidate, better or equal in everything that is plainly good."""
    gain = chance.uniform(0, 1)
    return replace(
        candidate,
        unit_scores={u: s + gain * (100 - s) for u, s in candidate.unit_scores.items()},
        rubric_total=None if candidate.rubric_total is None
        else candidate.rubric_total + gain * (100 - candidate.rubric_total),
        domains={d: n + round(3 * gain) for d, n in candidate.domains.items()},
        free_hours=candidate.free_hours + 20 * gain,
        load=round(candidate.load * (1 - gain)),
        ratings=tuple(min(5, r + round(2 * gain)) for r in candidate.ratings),
        on_time=candidate.on_time + round(gain * (candidate.finished - candidate.on_time)),
        disputes=round(candidate.disputes * (1 - gain)),
        response_hours=None if candidate.response_hours is None
        else candidate.response_hours * (1 - gain),
        months_since_work=None if candidate.months_since_work is None
        else candidate.months_since_work * (1 - gain),
    )  # fmt: skip


def random_brief(track: Track | None, chance: random.Random) -> Brief:
    """Return an ordinary brief for a track."""
    services = list(track.services) if track else []
    service = chance.choice(services) if services else None
    low = chance.randint(50_000, 900_000)
    return Brief(
        track=track.id if track else "",
        service=service.id if service else "",
        level=chance.choice(LEVELS),
        text=chance.choice(("", "Label keripik tempe rasa balado, 3 varian")),
        domain=chance.choice(DOMAINS),
        budget=chance.choice((None, (low, low * 2))),
        deadline=date(2026, 12, 12),
        today=date(2026, 11, 21),
        hours=float(service.hours) if service else 8.0,
        onsite=chance.random() < 0.3,
        hub="malang",
        regency="Kota Malang",
        units=tuple(service.units) if service else (),
    )
