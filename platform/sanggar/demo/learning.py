"""Write down learning: tracks chosen, lessons read, own judgements."""

from __future__ import annotations

from datetime import datetime, timedelta

from sanggar.demo.dice import Dice
from sanggar.demo.store import Store
from sanggar.demo.world import Talent, World
from sanggar.learning.models import LessonProgress, SelfAssessment, TrackChoice


def write(world: World, store: Store) -> None:
    """Write what every talent chose, read and judged."""
    dice = world.dice("learning")
    for talent in world.talents:
        _choices(talent, store, dice)
        _lessons(world, talent, store, dice)
        if talent.judged_at is not None:
            store.add(
                SelfAssessment, person_id=talent.id, track=talent.track, saved_at=talent.judged_at,
                completed_at=talent.judged_at,
                ratings={unit.id: {"can": dice.chance(talent.skill[unit.id] / 100), "note": ""}
                         for unit in world.tracks[talent.track].units},
            )  # fmt: skip


def _choices(talent: Talent, store: Store, dice: Dice) -> None:
    """The first track comes with joining; a second one before it, so that the way stays in front."""
    chosen = talent.joined_at + timedelta(minutes=dice.randint(5, 50))
    if talent.second:
        store.add(TrackChoice, person_id=talent.id, track=talent.second, chosen_at=chosen)
        chosen += timedelta(minutes=3)
    store.add(TrackChoice, person_id=talent.id, track=talent.track, chosen_at=chosen)


def _lessons(world: World, talent: Talent, store: Store, dice: Dice) -> None:
    for slug, finished in talent.read.items():
        lessons = world.lessons[slug]
        begun = max(talent.joined_at, finished - timedelta(days=dice.uniform(0.1, 5)))
        for number, lesson in enumerate(lessons, start=1):
            end = (
                finished
                if number == len(lessons)
                else begun + (finished - begun) * (number / len(lessons))
            )
            _progress(store, talent, slug, lesson, end, dice)
    if talent.reading and talent.judged_at is not None:
        _begun(world, talent, store, dice)


def _begun(world: World, talent: Talent, store: Store, dice: Dice) -> None:
    """Leave one course of the track half read."""
    slugs = [s for unit in world.tracks[talent.track].units for s in unit.courses]
    left = [s for s in slugs if s in world.lessons and s not in talent.read]
    assert talent.judged_at is not None
    at = max(talent.judged_at, *talent.read.values(), talent.joined_at) + timedelta(
        hours=dice.uniform(1, 30)
    )
    limit = min(world.as_of, talent.inactive_at or world.as_of)
    if not left or at >= limit - timedelta(hours=8):
        return
    lessons = world.lessons[left[0]]
    done = min(len(lessons) - 1, int(talent.reading * len(lessons)))
    for lesson in lessons[:done]:
        _progress(store, talent, left[0], lesson, at, dice)
        at += timedelta(minutes=dice.randint(9, 40))
    store.add(LessonProgress, person_id=talent.id, course=left[0], lesson=lessons[done],
              started_at=at, touched_at=at + timedelta(minutes=3), completed_at=None)  # fmt: skip


def _progress(
    store: Store, talent: Talent, course: str, lesson: str, end: datetime, dice: Dice
) -> None:
    started = max(talent.joined_at, end - timedelta(minutes=dice.randint(4, 25)))
    store.add(LessonProgress, person_id=talent.id, course=course, lesson=lesson,
              started_at=started, touched_at=end, completed_at=end)  # fmt: skip
