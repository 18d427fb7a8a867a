"""How each talent's way went, from joining to the incubation: every date that leaves a trace."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sanggar.demo.data import distribution
from sanggar.demo.dice import EVENING, OFFICE, SATURDAY, Dice, day, next_weekday
from sanggar.demo.rounds import BASICS, come, gather, meeting, my_first_day
from sanggar.demo.world import CohortPlan, HandIn, Member, Mentor, Sitting, Talent, World
from sanggar.incubation.rules import add_months

#: days before the as-of day at which past cohorts began
PAST_COHORTS = (410, 300, 195)
#: certificates are valid for 36 months: who holds one today earned it within this many days
VALID_DAYS = 1090
ADVANCED = ("w4", "w5")
FIRST_YEARS = 15.5
#: days that the way from joining to the first certificate takes at most
WAY = 215
#: members of a cohort for one mentor
LOAD = 8


def lives(world: World) -> None:
    """Invent the dates of every talent up to the end of the incubation."""
    _cohorts(world)
    dice = world.dice("lives")
    for talent in world.talents:
        _arrive(world, talent, dice)
    gather(world, dice)
    for talent in world.talents:
        _learn(world, talent, dice)
    for cohort in world.cohorts:
        _incubate(world, cohort, dice)
    world.meetings.sort(key=lambda m: (m.starts_at, m.hub, m.track, m.workshop))


def _cohorts(world: World) -> None:
    """Put everybody who was ever in incubation into a cohort with a mentor."""
    dice = world.dice("cohorts")
    made: dict[tuple[str, str, int], CohortPlan] = {}
    for talent in (t for t in world.talents if t.incubated):
        if talent.incubated == "running":
            slot = 0
        elif talent.goal == "professional":
            slot = PAST_COHORTS[0]
        elif talent.goal == "associate":
            slot = dice.choice(PAST_COHORTS)
        else:
            slot = PAST_COHORTS[-1]
        key = (talent.hub, talent.track, slot)
        if key not in made:
            ago = slot or dice.randint(14, 78)
            starts = next_weekday(world.today - timedelta(days=ago), 0)
            made[key] = CohortPlan(talent.hub, talent.track, starts, add_months(starts, 3))
        made[key].members.append(talent)
    world.cohorts = sorted(made.values(), key=lambda c: (c.starts_on, c.hub, c.track))


def _mentor(world: World, cohort: CohortPlan, place: int) -> Mentor:
    """Return who goes along with the n-th member: mentors of the hub share large cohorts."""
    mentors = world.mentors_of(cohort.track, cohort.hub)
    local = [m for m in mentors if m.hub == cohort.hub] or mentors
    sharing = min(len(local), -(-len(cohort.members) // LOAD))
    return local[place % sharing]


def _cohort_of(world: World, talent: Talent) -> CohortPlan | None:
    if not talent.incubated:
        return None
    return next(c for c in world.cohorts if talent in c.members)


def _arrive(world: World, talent: Talent, dice: Dice) -> None:
    """Choose when somebody joined, so that what they reached fits in before today."""
    today = world.today
    first = max(world.start, today - timedelta(days=VALID_DAYS))
    cohort = _cohort_of(world, talent)
    if talent.account:
        low = high = my_first_day(world) - timedelta(days=24)
    elif cohort is not None:
        low, high = first, cohort.starts_on - timedelta(days=WAY)
        low = max(low, high - timedelta(days=430))
    elif talent.goal == "expired":
        low, high = world.start, world.start + timedelta(days=10)
    elif talent.goal == "foundation":
        low, high = first, today - timedelta(days=WAY if talent.active else 420)
    elif not talent.active:
        low, high = world.start, today - timedelta(days=210)
    elif dice.chance(0.27):
        low, high = today - timedelta(days=40), today - timedelta(days=1)
    else:
        low, high = today - timedelta(days=220), today - timedelta(days=24)
    assert talent.birth_date is not None
    youngest = talent.birth_date + timedelta(days=round(FIRST_YEARS * 365.25))
    low = min(max(low, youngest), high)
    # the programme grows: later days are likelier
    joined = max(dice.between(low, high), dice.between(low, high))
    if talent.goal == "expired" or talent.twin_of is not None:
        joined = dice.between(low, high)
    talent.joined_at = talent.created_at = dice.at(joined, (8, 18))
    if not talent.active and talent.goal == "starter":
        talent.inactive_at = dice.at(joined + timedelta(days=dice.randint(75, 200)), OFFICE)


def _learn(world: World, talent: Talent, dice: Dice) -> None:
    """Read, judge oneself, hand in, sit exams: up to the first certificate for those who reach it."""
    if talent.goal != "starter":
        _to_foundation(world, talent, dice)
    elif talent.account:
        _my_start(world, talent, dice)
    elif talent.attended or day(talent.joined_at) < world.today - timedelta(days=24):
        _begin(world, talent, dice)


def _shared(world: World, talent: Talent) -> tuple[str, ...]:
    return world.tracks[talent.track].courses


def _to_foundation(world: World, talent: Talent, dice: Dice) -> None:
    joined = day(talent.joined_at)
    third = day(talent.attended["w3"])
    talent.judged_at = dice.at(joined + timedelta(days=dice.randint(0, 6)))
    for slug in _shared(world, talent):
        read = dice.at(dice.between(joined + timedelta(days=3), third + timedelta(days=1)))
        talent.read[slug] = read
        _check(talent, slug, read, dice)
    for unit in world.tracks[talent.track].units:
        for slug in unit.courses:
            if slug in world.lessons and dice.chance(0.9):
                talent.read[slug] = dice.at(
                    dice.between(joined + timedelta(days=2), third + timedelta(days=2))
                )
    for name in BASICS:
        _deliver(talent, name, dice, world.as_of)
    passed = _theory(talent, max(third, *(day(s.at) for s in talent.sittings)), dice)
    accepted = [h.decided_at for h in talent.hand_ins if h.decided_at is not None]
    checks = [s.at + timedelta(minutes=15) for s in talent.sittings if s.track == "shared"]
    talent.certificates["foundation"] = max(
        talent.judged_at, *talent.read.values(), *checks, *accepted, passed
    )


def _check(talent: Talent, slug: str, read: datetime, dice: Dice) -> None:
    """Sit the check of a shared course, at once and again when it does not work out."""
    shared = f"{slug.split('/')[1]}-check"
    at = read + timedelta(minutes=dice.randint(3, 40))
    if dice.chance(0.18):
        talent.sittings.append(Sitting("shared", shared, at, passes=False))
        at += timedelta(minutes=dice.randint(25, 90))
    talent.sittings.append(Sitting("shared", shared, at, passes=True))


def _deliver(
    talent: Talent, name: str, dice: Dice, now: datetime, leaves: datetime | None = None
) -> None:
    """Hand in what came out of a workshop; some of it comes back once, the latest still waits."""
    at = dice.at(day(talent.attended[name]) + timedelta(days=dice.randint(1, 5)))
    last, version = min(leaves or now, now - timedelta(hours=2)), 1
    while at <= last:
        decided = dice.at(day(at) + timedelta(days=dice.randint(1, 6)), OFFICE)
        returned = version == 1 and dice.chance(0.14)
        hand = HandIn("workshop", name, version, at)
        talent.hand_ins.append(hand)
        if decided > now:
            return
        hand.decided_at, hand.decision = decided, "returned" if returned else "accepted"
        if not returned:
            return
        at, version = dice.at(day(decided) + timedelta(days=dice.randint(1, 3))), version + 1


def _theory(talent: Talent, after: date, dice: Dice) -> datetime:
    """Sit the theory exam until it is passed; return when that was."""
    raw = distribution()["theory"]
    failures = 0 if dice.chance(raw["first"]) else 1 if dice.chance(raw["second"]) else 2
    on = after + timedelta(days=dice.randint(2, 9))
    total = (
        75.0
        if talent.goal in ("associate", "professional") or talent.incubated == "completed"
        else 0.0
    )
    for turn in range(failures + 1):
        at = dice.at(on)
        talent.sittings.append(Sitting(talent.track, "theory", at, passes=turn == failures,
                                       total=total if turn == failures else 0.0))  # fmt: skip
        on += timedelta(days=dice.randint(8, 15))
    return at + timedelta(minutes=58)


def _begin(world: World, talent: Talent, dice: Dice) -> None:
    """Let a starter do a part of everything; nobody here has all it takes for a certificate."""
    joined = day(talent.joined_at)
    limit = min(world.as_of, talent.inactive_at or world.as_of) - timedelta(hours=10)
    span = max(1, (limit - talent.joined_at).days)
    talent.judged_at = (
        dice.at(joined + timedelta(days=dice.randint(1, min(10, span))))
        if dice.chance(0.7)
        else None
    )
    if talent.judged_at is not None and talent.judged_at > limit:
        talent.judged_at = None
    slugs = [s for u in world.tracks[talent.track].units for s in u.courses if s in world.lessons]
    for slug in [*_shared(world, talent)[: dice.randint(0, 2)], *slugs[: dice.randint(0, 2)]]:
        read = dice.at(joined + timedelta(days=dice.randint(1, min(60, span))))
        if read < limit - timedelta(hours=3):
            talent.read[slug] = read
            if slug.startswith("shared/"):
                _check(talent, slug, read, dice)
    talent.reading = dice.random()
    for name in talent.attended:
        if dice.chance(0.75):
            _deliver(talent, name, dice, world.as_of, limit)
    last = max((day(at) for at in talent.attended.values()), default=joined)
    at = dice.at(last + timedelta(days=dice.randint(6, 20)))
    if "w3" in talent.attended and at < limit and dice.chance(0.25):
        talent.sittings.append(Sitting(talent.track, "theory", at, passes=False))


def _my_start(world: World, me: Talent, dice: Dice) -> None:
    """Put the talent account where two petals are open: everything read, two workshops of three."""
    joined = day(me.joined_at)
    me.judged_at = dice.at(joined + timedelta(days=1))
    for index, slug in enumerate(_shared(world, me)):
        me.read[slug] = dice.at(joined + timedelta(days=4 + 4 * index))
        me.sittings.append(Sitting("shared", f"{slug.split('/')[1]}-check",
                                   me.read[slug] + timedelta(minutes=12), passes=True))  # fmt: skip
    slugs = [s for u in world.tracks[me.track].units for s in u.courses if s in world.lessons]
    for index, slug in enumerate(slugs[:2]):
        me.read[slug] = dice.at(joined + timedelta(days=6 + 9 * index))
    me.reading = 0.6
    for name in ("w1", "w2"):
        on = day(me.attended[name])
        me.hand_ins.append(HandIn("workshop", name, 1, dice.at(on + timedelta(days=1)),
                                  dice.at(on + timedelta(days=3), OFFICE), "accepted"))  # fmt: skip


def _incubate(world: World, cohort: CohortPlan, dice: Dice) -> None:
    """Hold workshops 4 and 5, mark the practical assignment, close what is over."""
    number = world.cohorts.index(cohort)
    for place, talent in enumerate(cohort.members):
        started = dice.at(cohort.starts_on, OFFICE)
        closed = None
        if talent.incubated == "completed":
            closed = dice.at(cohort.ends_on + timedelta(days=dice.randint(0, 4)), OFFICE)
        elif talent.incubated == "stopped":
            closed = dice.at(cohort.starts_on + timedelta(days=dice.randint(18, 70)), OFFICE)
        mentor = _mentor(world, cohort, place)
        talent.member = Member(number, mentor, talent.incubated, started, closed)
    for name, after in zip(ADVANCED, (18, 46), strict=True):
        workshop = world.tracks[cohort.track].workshop(name)
        if workshop is None:
            continue
        on = next_weekday(cohort.starts_on + timedelta(days=after), SATURDAY)
        held = meeting(world, cohort.hub, cohort.track, workshop, on, dice)
        for talent in _still_there(cohort.members, held.starts_at):
            if held.starts_at > world.as_of:
                held.registered.append(talent)
            elif talent.incubated == "completed" or dice.chance(0.9):
                come(held, talent, dice)
                _deliver(talent, name, dice, world.as_of)
            else:
                held.absent.append(talent)
    for talent in cohort.members:
        _assignment(world, cohort, talent, dice)


def _still_there(members: Iterable[Talent], moment: datetime) -> list[Talent]:
    return [
        t
        for t in members
        if t.member and (t.member.closed_at is None or t.member.closed_at > moment)
    ]


def practical(world: World, track: str) -> str:
    """Return the id of a track's practical assignment for the Associate level."""
    return next(a.id for a in world.tracks[track].assignments if a.kind == "assignment")


def _assignment(world: World, cohort: CohortPlan, talent: Talent, dice: Dice) -> None:
    """Hand in the practical assignment; a quarter needs a second version."""
    on = cohort.starts_on + timedelta(days=dice.randint(54, 68))
    at, version = dice.at(on), 1
    certain = talent.goal in ("associate", "professional")
    if not certain and (talent.incubated == "stopped" or not dice.chance(0.8)):
        return
    while at < world.as_of - timedelta(hours=12):
        decided = dice.at(day(at) + timedelta(days=dice.randint(3, 8)), OFFICE)
        again = version == 1 and dice.chance(0.25)
        hand = HandIn("assignment", practical(world, talent.track), version, at, decided,
                      "not_yet" if again else "competent")  # fmt: skip
        if decided > world.as_of - timedelta(hours=12):
            hand.decided_at, hand.decision, hand.marked_by = None, "", dice.randint(0, 1)
        talent.hand_ins.append(hand)
        if not again or hand.decided_at is None:
            return
        at, version = (
            dice.at(day(decided) + timedelta(days=dice.randint(6, 12)), EVENING),
            version + 1,
        )
