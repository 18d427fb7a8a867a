"""Agreed work of the last twelve months: who did what when, and the certificates that came of it.

The figures ask for exact numbers, and certificate rules ask for finished work; so it is planned
first who works when, and `market` then draws briefs, refusals, punctuality and ratings from the
generative model, conditional on that plan. What a ranking can learn is therefore still true.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sanggar.demo.data import distribution
from sanggar.demo.dice import EVENING, OFFICE, Dice, day, working_day
from sanggar.demo.world import HandIn, Talent, World
from sanggar.plugin.track import Service

YEAR = 365
#: a professional certificate asks for five jobs and six months as an Associate
CAREER_JOBS, CAREER_DAYS = 4, 187
#: share of running work that incubation members do, accompanied by a mentor
NEW_SHARE = 0.35


@dataclass
class Job:
    """One agreed piece of work."""

    talent: Talent
    service: Service
    kind: str
    opened_at: datetime
    agreed_at: datetime
    due: date
    started_at: datetime | None = None
    delivered_at: datetime | None = None
    finished_at: datetime | None = None
    ended_at: datetime | None = None
    by_rule: bool = False
    late: bool = False
    #: what the market adds
    rating: int | None = None
    rated: bool = False
    state: str = "finished"

    def busy_at(self, at: datetime) -> bool:
        """Return whether the talent was working on it."""
        end = self.delivered_at or self.ended_at or datetime.max.replace(tzinfo=at.tzinfo)
        return self.agreed_at <= at < end


@dataclass(frozen=True)
class Opening:
    """Work whose talent the market finds among those certified at the time."""

    kind: str
    track: str
    opened_at: datetime


def plan(world: World) -> tuple[list[Job], list[Opening]]:
    """Plan the work that certificates rest on, and openings for the rest; issue higher certificates."""
    dice = world.dice("jobs")
    jobs: list[Job] = []
    first_year = world.today - timedelta(days=YEAR - 2)
    working = [t for t in world.talents if t.goal in ("associate", "professional")]
    for talent in working:
        _career(world, talent, first_year, jobs, dice)
    beginners = _beginners(world, round(NEW_SHARE * world.figures.briefs["running"]), dice)
    openings = _openings(world, working, jobs, len(beginners), dice)
    for talent in beginners:
        service = _service(world, talent, dice, 30)
        opened = world.today - timedelta(days=dice.randint(6, service.days + 14))
        began = day(talent.member.started_at) if talent.member else opened
        opened = min(max(opened, began + timedelta(days=1)), world.today - timedelta(days=4))
        jobs.append(_running(world, talent, service, dice.at(opened, (8, 21)), dice))
    jobs.sort(key=lambda job: (job.agreed_at, job.talent.hub, job.talent.name))
    return jobs, openings


def _beginners(world: World, number: int, dice: Dice) -> list[Talent]:
    """Return who has accompanied work under way beside the incubation."""
    able = [t for t in world.talents if t.incubated == "running" and not t.minor
            and t.member is not None and t.member.started_at < world.as_of - timedelta(days=9)]  # fmt: skip
    return dice.some(able, number)


def _openings(
    world: World, working: list[Talent], jobs: list[Job], taken: int, dice: Dice
) -> list[Opening]:
    """Open the rest of the work once a quarter of the Associates are certified."""
    since = sorted(day(t.certificates["associate"]) for t in working)[len(working) // 4]
    counts = {
        "finished": world.figures.briefs["finished"] - len(jobs),
        "running": world.figures.briefs["running"] - taken,
        "broken": world.figures.broken_off,
    }
    tracks: dict[str, int] = {}
    for talent in working:
        tracks[talent.track] = tracks.get(talent.track, 0) + 1
    ends = {"finished": 82, "running": 7, "broken": 40}
    starts = {"finished": since, "broken": since, "running": world.today - timedelta(days=26)}
    return [
        Opening(kind, dice.weighted(tracks), dice.at(brief_day(
            min(starts[kind], world.today - timedelta(days=ends[kind] + 20)) if kind != "running" else starts[kind],
            world.today - timedelta(days=ends[kind]), dice), (8, 21)))
        for kind, count in counts.items() for _ in range(count)
    ]  # fmt: skip


def taken_up(
    world: World,
    talent: Talent,
    service: Service,
    kind: str,
    opened_at: datetime,
    load: int,
    dice: Dice,
) -> Job:
    """Return the work that came of an opening, finished, running or broken off."""
    if kind == "running":
        return _running(world, talent, service, opened_at, dice)
    while True:
        job = _agree(talent, service, kind, opened_at, dice)
        if kind == "broken":
            job.state = "cancelled"
            job.started_at = job.agreed_at + timedelta(hours=dice.uniform(4, 30))
            job.ended_at = job.started_at + timedelta(days=dice.uniform(2, 12))
            return job
        _work(job, load, dice, punctual=False)
        if job.finished_at is not None and job.finished_at < world.as_of - timedelta(hours=12):
            return job


def _career(world: World, talent: Talent, first: date, jobs: list[Job], dice: Dice) -> None:
    """Do a first accepted job beside the incubation, become Associate; go on to Professional."""
    assert talent.member is not None and talent.member.closed_at is not None
    climbs = talent.goal == "professional"
    begins = max(first, day(talent.member.started_at) + timedelta(days=20))
    latest = world.today - timedelta(days=272 if climbs else 3)
    job = _finished(world, talent, "first", begins, latest, jobs, dice)
    jobs.append(job)
    assert job.finished_at is not None
    shown = [h.decided_at for h in talent.hand_ins if h.decided_at is not None]
    talent.certificates["associate"] = max(talent.member.closed_at, job.finished_at, *shown)
    if climbs:
        _rise(world, talent, jobs, dice)


def _rise(world: World, talent: Talent, jobs: list[Job], dice: Dice) -> None:
    associate = day(talent.certificates["associate"])
    latest = world.today - timedelta(days=dice.randint(9, 30))
    done = []
    for _ in range(CAREER_JOBS):
        done.append(
            _finished(world, talent, "career", associate + timedelta(days=2), latest, jobs, dice)
        )
        jobs.append(done[-1])
    last = max(day(job.finished_at) for job in done if job.finished_at is not None)
    defended = max(associate + timedelta(days=CAREER_DAYS), last + timedelta(days=1))
    defended = working_day(min(defended, world.today - timedelta(days=4)))
    for kind, before in (("portfolio", 24), ("defence", 7)):
        name = next(a.id for a in world.tracks[talent.track].assignments if a.kind == kind)
        at = dice.at(defended - timedelta(days=before))
        decided = dice.at(defended - timedelta(days=10 if kind == "portfolio" else 0), OFFICE)
        talent.hand_ins.append(HandIn("assignment", name, 1, at, decided, "competent"))
    talent.certificates["professional"] = talent.hand_ins[-1].decided_at or talent.hand_ins[-1].at


def _season(on: date) -> float:
    """Return how many briefs come on a day, 1 being usual."""
    raw = distribution()
    weight = 1.0
    for feast in (date.fromisoformat(text) for text in raw["idul_fitri"].values()):
        if timedelta(0) <= feast - on <= timedelta(weeks=8):
            weight *= raw["season"]["before_idul_fitri"]
        if timedelta(0) < on - feast <= timedelta(days=7):
            weight *= raw["season"]["week_after"]
    return weight * (raw["season"]["year_end"] if on.month >= 11 else 1.0)


def brief_day(first: date, last: date, dice: Dice) -> date:
    """Return a day on which a brief was opened, by season."""
    days = [first + timedelta(days=n) for n in range(max(0, (last - first).days) + 1)]
    return dice.choices(days, [_season(each) for each in days])[0]


def _service(world: World, talent: Talent, dice: Dice, longest: int) -> Service:
    services = [s for s in world.tracks[talent.track].services if s.days <= longest]
    fallback = [min(world.tracks[talent.track].services, key=lambda s: s.days)]
    return dice.choice(services or fallback)


def _finished(
    world: World, talent: Talent, kind: str, first: date, last: date, jobs: list[Job], dice: Dice
) -> Job:
    """Draw a job that was opened and finished between two days."""
    longest = 30
    for turn in range(400):
        span = (last - first).days
        service = _service(world, talent, dice, min(longest, max(1, span - 8)))
        opened = brief_day(first, max(first, last - timedelta(days=service.days + 4)), dice)
        job = _agree(talent, service, kind, dice.at(opened, (8, 21)), dice)
        busy = sum(j.busy_at(job.agreed_at) for j in jobs if j.talent is talent)
        _work(
            job,
            busy,
            dice,
            punctual=kind == "career" or (kind == "first" and talent.goal == "professional"),
        )
        if job.finished_at is not None and day(job.finished_at) <= last:
            return job
        longest = 30 if turn < 20 else 7 if turn < 60 else 3
    raise ValueError(f"no room for work between {first} and {last}")


def _agree(talent: Talent, service: Service, kind: str, opened_at: datetime, dice: Dice) -> Job:
    raw = distribution()
    lag = min(raw["brief_to_agreement_days"] * math.exp(dice.gauss(0, 0.5)), 12.0)
    agreed_at = opened_at + timedelta(days=max(1.0, lag))
    days = math.ceil(service.days * dice.uniform(1.0, 1.5)) + 1
    return Job(talent, service, kind, opened_at, agreed_at, day(agreed_at) + timedelta(days=days))


def _work(job: Job, busy: int, dice: Dice, *, punctual: bool) -> None:
    """Begin, deliver and finish a job; who is unreliable or busy is late more often."""
    law = distribution()["model"]["late"]
    odds = law["unreliable"] * (1 - job.talent.reliability) + law["busy"] * (busy > 2) + law["base"]
    job.late = not punctual and dice.chance(odds)
    job.started_at = job.agreed_at + timedelta(hours=dice.uniform(2, 40))
    agreed = day(job.agreed_at)
    if job.late:
        delivered = job.due + timedelta(days=dice.randint(1, 5))
    else:
        early = round((job.due - agreed).days * dice.uniform(0, 0.4))
        delivered = max(agreed + timedelta(days=1), job.due - timedelta(days=early))
    job.delivered_at = max(dice.at(delivered, EVENING), job.started_at + timedelta(hours=3))
    if day(job.delivered_at) > job.due:
        job.late = True
    job.by_rule = not punctual and dice.chance(0.08)
    wait = timedelta(days=7, hours=dice.randint(1, 23)) if job.by_rule else min(
        timedelta(days=6), dice.median_hours(30)
    )  # fmt: skip
    job.finished_at = job.delivered_at + wait


def _running(
    world: World, talent: Talent, service: Service, opened_at: datetime, dice: Dice
) -> Job:
    """Draw work that is agreed, begun, delivered or disputed today."""
    job = _agree(talent, service, "running", opened_at, dice)
    latest = world.as_of - timedelta(hours=dice.uniform(13, 60))
    job.agreed_at = max(min(job.agreed_at, latest), opened_at + timedelta(hours=20))
    job.due = max(job.due, world.today + timedelta(days=dice.randint(-2, 9)))
    state = dice.weighted({"running": 0.66, "agreed": 0.16, "delivered": 0.14, "disputed": 0.04})
    under_way(world, job, state, dice)
    return job


def under_way(world: World, job: Job, state: str, dice: Dice) -> None:
    """Put work that is not finished into a state, with the moments that belong to it."""
    job.state, job.started_at, job.delivered_at, job.ended_at = state, None, None, None
    age = world.as_of - job.agreed_at
    if state != "agreed":
        job.started_at = job.agreed_at + age * dice.uniform(0.1, 0.4)
    if state == "delivered":
        recent = world.as_of - timedelta(hours=dice.uniform(10, 60))
        job.delivered_at = max(recent, job.agreed_at + age * 0.6)
    if state == "disputed":
        job.ended_at = job.agreed_at + age * 0.8
