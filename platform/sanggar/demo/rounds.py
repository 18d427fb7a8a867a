"""Rounds of workshops: who began at about the same time goes through the first three together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sanggar import clock
from sanggar.demo.dice import SATURDAY, Dice, day, next_weekday
from sanggar.demo.world import Meeting, Talent, World
from sanggar.plugin.track import Workshop

BASICS = ("w1", "w2", "w3")
#: days from the first to each of the three workshops; the talent account's group paused for a week
ROUND, MY_ROUND = (0, 7, 14), (0, 7, 21)
GROUP_DAYS, GROUP_SIZE = 120, 16
AFTERNOON = 13
#: places of the one session that is full, and how many wait
CLINIC, WAITING = 4, 2


def my_first_day(world: World) -> date:
    """Return the Saturday of the talent account's first workshop: the third one is still to come."""
    return next_weekday(world.today + timedelta(days=2), SATURDAY) - timedelta(days=MY_ROUND[-1])


def gather(world: World, dice: Dice) -> None:
    """Gather talents who began at about the same time into rounds of the first three workshops."""
    waiting: dict[tuple[str, str], list[tuple[date, int, Talent]]] = defaultdict(list)
    me = next(t for t in world.talents if t.account)
    for index, talent in enumerate(world.talents):
        if talent.goal == "starter" and (dice.chance(0.3) or talent is me):
            continue  # they never came to a workshop
        ready = day(talent.joined_at) + timedelta(days=dice.randint(6, 18))
        waiting[talent.hub, talent.track].append((ready, index, talent))
    for (hub, track), queue in sorted(waiting.items()):
        queue.sort(key=lambda entry: entry[:2])
        while queue:
            last = queue[0][0] + timedelta(days=GROUP_DAYS)
            group = [entry for entry in queue[:GROUP_SIZE] if entry[0] <= last]
            del queue[: len(group)]
            begins = next_weekday(max(ready for ready, *_ in group), SATURDAY)
            _round(world, hub, track, begins, [t for *_, t in group], dice)
    here = [t for t in world.talents if t.goal == "starter" and t.active and t.hub == me.hub
            and t.track == me.track and not t.attended and t is not me]  # fmt: skip
    mine = [me, *(t for t in here if day(t.joined_at) < my_first_day(world))][:9]
    _round(world, me.hub, me.track, my_first_day(world), mine, dice, MY_ROUND)
    _to_come(world, dice)


def _round(
    world: World, hub: str, track: str, begins: date, group: Sequence[Talent], dice: Dice,
    days: Sequence[int] = ROUND,
) -> None:  # fmt: skip
    """Hold workshops 1 to 3 on Saturdays; who is on a long way comes to all of them."""
    for number, name in enumerate(BASICS):
        workshop = world.tracks[track].workshop(name)
        if workshop is None:
            continue
        held = meeting(world, hub, track, workshop, begins + timedelta(days=days[number]), dice)
        for talent in group:
            faithful = talent.goal != "starter" or bool(talent.account)
            gone = (
                talent.inactive_at is not None
                and talent.goal == "starter"
                and talent.inactive_at < held.ends_at
            )
            if gone or (not faithful and number and BASICS[number - 1] not in talent.attended):
                continue
            if held.starts_at > world.as_of:
                held.registered.append(talent)
            elif faithful or dice.chance((0.95, 0.7, 0.5)[number]):
                come(held, talent, dice)
            else:
                held.absent.append(talent)


def meeting(
    world: World, hub: str, track: str, workshop: Workshop, on: date, dice: Dice, hour: int = 9
) -> Meeting:
    """Plan one session of a workshop."""
    begins = datetime.combine(on, datetime.min.time(), tzinfo=clock.WIB) + timedelta(hours=hour)
    mentors = world.mentors_of(track, hub)
    local = [m for m in mentors if m.hub == hub] or mentors
    held = Meeting(
        hub, track, workshop.id, begins, begins + timedelta(hours=workshop.hours),
        local[0] if track == "photography" else dice.choice(local), workshop.capacity,
    )  # fmt: skip
    world.meetings.append(held)
    return held


def come(held: Meeting, talent: Talent, dice: Dice) -> None:
    """Let a talent check in about when the session begins."""
    held.came.append(talent)
    talent.attended[held.workshop] = held.starts_at + timedelta(minutes=dice.randint(-25, 12))


def _to_come(world: World, dice: Dice) -> None:
    """Open the next round where none is coming; one of them begins today."""
    coming = {(held.hub, held.track) for held in world.meetings
              if held.workshop == BASICS[0] and held.starts_at > world.as_of}  # fmt: skip
    placed = {id(t) for held in world.meetings for t in held.registered}
    for hub in world.places:
        for track in sorted(world.tracks):
            today = hub == next(iter(world.places)) and track == "digital_marketing"
            fresh = [t for t in _starters(world, hub) if t.track == track and id(t) not in placed]
            if (hub, track) in coming and not today:
                continue
            begins = next_weekday(world.today + timedelta(days=dice.randint(4, 24)), SATURDAY)
            for number, name in enumerate(BASICS):
                workshop = world.tracks[track].workshop(name)
                if workshop is None:
                    continue
                on = begins + timedelta(days=7 * number)
                if today and not number:
                    held = meeting(world, hub, track, workshop, world.today, dice, AFTERNOON)
                else:
                    held = meeting(world, hub, track, workshop, on, dice)
                held.registered = [t for t in fresh if not number or dice.chance(0.7)]
    _full_house(world)


def _starters(world: World, hub: str) -> list[Talent]:
    """Return active talents of a hub who have not been to a workshop yet."""
    return [t for t in world.talents if t.hub == hub and t.active and t.goal == "starter"
            and not t.attended and not t.account]  # fmt: skip


def _full_house(world: World) -> None:
    """Let one session to come be full, with two people on its waiting list."""
    home = next(iter(world.places))
    busy = max(
        (held for held in world.meetings if held.hub == home and held.starts_at > world.as_of
         and day(held.starts_at) > world.today and held.workshop == BASICS[0]),
        key=lambda held: len(held.registered),
    )  # fmt: skip
    active = [t for t in world.talents if t.hub == home and t.active and not t.account]
    others = [*_starters(world, home), *active]
    for talent in others:
        if len(busy.registered) < CLINIC + WAITING and talent not in busy.registered:
            busy.registered.append(talent)
    busy.capacity = len(busy.registered) - WAITING
    busy.waiting, busy.registered = busy.registered[-WAITING:], busy.registered[:-WAITING]
