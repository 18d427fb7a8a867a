"""Write down incubations: cohorts, members with their mentors, weekly logs, the evidence of both."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sanggar.assessments.models import Recusal
from sanggar.demo.data import texts
from sanggar.demo.dice import EVENING, OFFICE, Dice, day, moment
from sanggar.demo.store import Store
from sanggar.demo.world import CohortPlan, Mentor, Talent, World
from sanggar.evidence.models import Fact
from sanggar.incubation.models import Cohort, Member, MemberState, WeeklyLog
from sanggar.incubation.rules import monday

FACT = {"running": "started", "completed": "completed", "stopped": "stopped"}


def write(world: World, store: Store) -> None:
    """Write all cohorts with their members and weekly logs."""
    dice = world.dice("incubation")
    numbers: dict[tuple[str, str], int] = {}
    for cohort in world.cohorts:
        key = (cohort.hub, cohort.track)
        numbers[key] = numbers.get(key, 0) + 1
        cohort.name = f"Angkatan {numbers[key]} {world.places[cohort.hub].name}"
        cohort.id = store.add(
            Cohort, hub_id=world.places[cohort.hub].id, track=cohort.track, name=cohort.name,
            starts_on=cohort.starts_on, ends_on=cohort.ends_on,
            made_at=moment(cohort.starts_on - timedelta(days=9), 10),
        )  # fmt: skip
        for talent in cohort.members:
            _member(world, cohort, talent, store, dice)


def _member(world: World, cohort: CohortPlan, talent: Talent, store: Store, dice: Dice) -> None:
    member = talent.member
    assert member is not None
    state = MemberState(member.state)
    reason = dice.choice(texts()["stopped"]) if state is MemberState.STOPPED else ""
    member_id = store.add(
        Member, cohort_id=cohort.id, person_id=talent.id, mentor_id=member.mentor.id, state=state,
        started_at=member.started_at, closed_at=member.closed_at, reason=reason,
        running_key=f"{talent.id}:{cohort.track}" if state is MemberState.RUNNING else None,
    )  # fmt: skip
    if state is MemberState.RUNNING:
        store.add(Recusal, mentor_id=member.mentor.id, person_id=talent.id, since=member.started_at)
    store.add(
        Fact, person_id=talent.id, track=cohort.track, kind="incubation", ref=f"member:{member_id}",
        at=member.closed_at or member.started_at,
        data={"state": FACT[member.state], "cohort": cohort.name},
    )  # fmt: skip
    end = min(member.closed_at or world.as_of, world.as_of) - timedelta(days=3)
    _logs(member.mentor, member_id, cohort.starts_on, day(end), world.as_of, store, dice)


def _logs(
    mentor: Mentor,
    member_id: int,
    first: date,
    last: date,
    as_of: datetime,
    store: Store,
    dice: Dice,
) -> None:
    lines = texts()["weekly"]
    week = monday(first)
    while week + timedelta(days=6) <= last:
        at = dice.at(week + timedelta(days=dice.randint(4, 6)), EVENING)
        recent = at > as_of - timedelta(days=9)
        signed = dice.chance(0.35 if recent else 0.93) and at + timedelta(days=2) < as_of
        if dice.chance(0.88):
            store.add(
                WeeklyLog, member_id=member_id, week=week, done=dice.choice(lines["done"]),
                hard=dice.choice(lines["hard"]), ahead=dice.choice(lines["ahead"]), at=at,
                signed_at=dice.at(day(at) + timedelta(days=1), OFFICE) if signed else None,
                signed_by=mentor.id if signed else None,
                comment=dice.choice(lines["comments"]) if signed and dice.chance(0.5) else "",
            )  # fmt: skip
        week += timedelta(days=7)
