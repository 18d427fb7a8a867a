"""Write down certificates as they were issued, with the reasons that stood on the day, and their evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from sanggar.certification.models import Certificate
from sanggar.certification.rules import add_months, check_character, format_number
from sanggar.demo.dice import Dice, day
from sanggar.demo.jobs import Job
from sanggar.demo.store import Store
from sanggar.demo.world import Talent, World
from sanggar.evidence import queries as evidence
from sanggar.evidence.models import Fact
from sanggar.plugin.evidence import (
    LEVELS,
    AssignmentResult,
    Attendance,
    CertificateHeld,
    Evidence,
    PlacementDone,
    TheoryResult,
)

VALID_MONTHS = 36


def write(world: World, store: Store, jobs: Sequence[Job]) -> None:
    """Write all certificates, each with the verdict its rules gave on the day."""
    dice = world.dice("certificates")
    work: dict[int, list[Job]] = defaultdict(list)
    for job in jobs:
        if job.state == "finished":
            work[job.talent.id].append(job)
    for talent in world.talents:
        for level in LEVELS:
            if level in talent.certificates:
                _certificate(world, talent, level, work[talent.id], store, dice)


def _number(year: int, dice: Dice) -> str:
    body = f"{year % 100:02d}{dice.code(7)}"
    return format_number(body + check_character(body))


def _certificate(
    world: World, talent: Talent, level: str, work: Sequence[Job], store: Store, dice: Dice
) -> None:
    track, issued_at = world.tracks[talent.track], talent.certificates[level]
    rule = track.certificate(level)
    assert rule is not None
    issued = day(issued_at)
    until, number = add_months(issued, rule.valid_months), _number(issued.year, dice)
    verdict = evidence.judge(track, level, shown(world, talent, work, issued_at))
    if not verdict.met:
        missing = ", ".join(check.need for check in verdict.missing)
        raise ValueError(f"{talent.name} has not earned {level}: {missing}")
    basis = [
        {"need": check.need, "label": {"id": check.label.id, "en": check.label.to("en")},
         "detail": {"id": check.detail.id, "en": check.detail.to("en")}}
        for check in verdict.checks
    ]  # fmt: skip
    store.add(
        Certificate, number=number, person_id=talent.id, holder=talent.name, track=track.id,
        track_title={"id": track.title.id, "en": track.title.to("en")}, track_version=track.version,
        level=level, issued_at=issued_at, valid_until=until,
        issue_key=f"{talent.id}:{track.id}:{level}:0", basis=basis,
    )  # fmt: skip
    store.add(
        Fact, person_id=talent.id, track=track.id, kind="certificate", ref=number, at=issued_at,
        data={"level": level, "valid_until": until.isoformat(), "revoked": False},
    )  # fmt: skip


def shown(world: World, talent: Talent, work: Sequence[Job], at: datetime) -> Evidence:
    """Return what a talent had shown at a moment, as the site would have gathered it."""
    track = world.tracks[talent.track]
    decided = [h for h in talent.hand_ins if h.decided_at is not None and h.decided_at <= at]
    theory = [s for s in talent.sittings if s.track == track.id and s.at <= at]
    member = talent.member
    return Evidence(
        track=track.id,
        now=at,
        self_assessed=talent.judged_at is not None and talent.judged_at <= at,
        courses_done=frozenset(slug for slug, read in talent.read.items() if read <= at),
        attendance=tuple(
            Attendance(w.id, w.hours if w.id in talent.attended and talent.attended[w.id] <= at else 0.0, w.hours)
            for w in track.workshops
        ),
        deliverables={h.ref: h.decision for h in decided if h.kind == "workshop"},
        theory=tuple(TheoryResult(s.assessment, s.score, s.by_unit, len(theory), s.at) for s in theory),
        assignments=tuple(
            AssignmentResult(h.ref, h.total or 0.0, {}, h.markers, h.decision == "competent", h.decided_at or at)
            for h in decided if h.kind == "assignment"
        ),
        certificates=tuple(
            CertificateHeld(level, day(issued), add_months(day(issued), VALID_MONTHS))
            for level, issued in talent.certificates.items() if issued < at
        ),
        incubation="none" if member is None or member.started_at > at
        else "completed" if member.closed_at is not None and member.closed_at <= at else "started",
        placements=tuple(
            PlacementDone(j.finished_at, j.rating, not j.late, accepted=True)
            for j in work if j.finished_at is not None and j.finished_at <= at
        ),
    )  # fmt: skip
