"""Everything a talent has shown in a track, and what certificate rules say about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import col, select

from sanggar.assessments import queries as assessments
from sanggar.catalogue import queries as catalogue
from sanggar.evidence.models import Fact
from sanggar.kernel import db
from sanggar.learning import queries as learning
from sanggar.plugin.evidence import LEVELS, CertificateHeld, Evidence, PlacementDone
from sanggar.plugin.requirements import Verdict, evaluate
from sanggar.plugin.track import Track
from sanggar.workshops import queries as workshops

STAGES = ("learn", "workshop", "exam", "work")


@dataclass(frozen=True)
class Way:
    """Where a talent stands in a track: the level aimed at, its verdict, the kawung's four petals."""

    track: Track
    level: str
    held: str
    verdict: Verdict
    petals: tuple[float, float, float, float]


def evidence(
    person_id: int, track_id: str, now: datetime, since: datetime | None = None
) -> Evidence:
    """Return the evidence of one person in one track; with `since`, only what was shown after it."""
    facts = _facts(person_id, track_id)
    theory = assessments.theory_results(person_id, track_id)
    assignments = assessments.assignment_results(person_id, track_id)
    if since is not None:
        theory = tuple(r for r in theory if r.decided_at > since)
        assignments = tuple(r for r in assignments if r.decided_at > since)
    return Evidence(
        track=track_id,
        now=now,
        self_assessed=learning.self_assessed(person_id, track_id),
        courses_done=courses_done(person_id),
        attendance=workshops.attendance(person_id, track_id),
        deliverables=assessments.deliverables(person_id, track_id),
        theory=theory,
        assignments=assignments,
        certificates=_certificates(facts),
        incubation=_incubation(facts),
        placements=_placements(facts, since),
        learners_mentored=sum(
            int(f.data.get("learners", 1)) for f in facts if f.kind == "mentoring"
        ),
    )


def courses_done(person_id: int) -> frozenset[str]:
    """Return courses whose lessons are all read and whose check, if there is one, is passed."""
    read = learning.courses_read(person_id)
    checks = assessments.course_checks()
    if not any(slug in checks for slug in read):
        return read
    passed = assessments.courses_checked(person_id)
    return frozenset(slug for slug in read if slug not in checks or slug in passed)


def verdict(person_id: int, track_id: str, level: str, now: datetime) -> Verdict:
    """Return what the rules of a level say about this person."""
    return judge(catalogue.track(track_id), level, evidence(person_id, track_id, now))


def judge(track: Track, level: str, shown: Evidence) -> Verdict:
    """Return the verdict of a level's rules on evidence already gathered."""
    rule = track.certificate(level)
    requires = rule.requires if rule else ()
    return evaluate(level, requires, shown, catalogue.names(track))


def judge_renewal(track: Track, level: str, shown: Evidence) -> Verdict:
    """Return the verdict of a level's renewal rules; nothing asked means nothing met."""
    rule = track.certificate(level)
    return evaluate(level, rule.renewal if rule else (), shown, catalogue.names(track))


def held_level(shown: Evidence, today: date) -> str:
    """Return the highest level with a valid certificate, empty when there is none."""
    valid = {c.level for c in shown.certificates if not c.revoked and c.valid_until >= today}
    return next((level for level in reversed(LEVELS) if level in valid), "")


def way(person_id: int, track_id: str, now: datetime) -> Way:
    """Return where a person stands: the next level and how far each petal has opened."""
    track = catalogue.track(track_id)
    shown = evidence(person_id, track_id, now)
    held = held_level(shown, now.date())
    ladder = [rule.level for rule in track.certificates]
    ahead = [
        level for level in ladder if LEVELS.index(level) > (LEVELS.index(held) if held else -1)
    ]
    level = ahead[0] if ahead else held
    found = judge(track, level, shown)
    first, second, third, fourth = (found.stage(stage) for stage in STAGES)
    return Way(track, level, held, found, (first, second, third, fourth))


def _facts(person_id: int, track_id: str) -> Sequence[Any]:
    return db.session().exec(
        select(Fact.kind, Fact.ref, Fact.at, Fact.data)
        .where(Fact.person_id == person_id, Fact.track == track_id)
        .order_by(col(Fact.at))
    ).all()  # fmt: skip


def _certificates(facts: Sequence[Any]) -> tuple[CertificateHeld, ...]:
    return tuple(
        CertificateHeld(
            level=f.data["level"],
            issued_on=f.at.date(),
            valid_until=date.fromisoformat(f.data["valid_until"]),
            revoked=bool(f.data.get("revoked")),
        )
        for f in facts
        if f.kind == "certificate"
    )


def _incubation(facts: Sequence[Any]) -> str:
    states = {f.data.get("state", "") for f in facts if f.kind == "incubation"}
    return next((s for s in ("completed", "started", "stopped") if s in states), "none")


def _placements(facts: Sequence[Any], since: datetime | None) -> tuple[PlacementDone, ...]:
    return tuple(
        PlacementDone(
            finished_at=f.at,
            rating=f.data.get("rating"),
            on_time=bool(f.data.get("on_time")),
            accepted=bool(f.data.get("accepted", True)),
        )
        for f in facts
        if f.kind == "placement" and (since is None or f.at > since)
    )
