"""A trial of the practical tasks: people outside the programme hand in work that two mentors mark.

A young programme has too few works with two marks to tell severe markers from lenient ones. The
marks follow the model that the reports fit: a work's worth, a marker's severity, a criterion's
difficulty and the steps between levels. The report is then reckoned from these marks like any other.
"""

from __future__ import annotations

import math
from datetime import timedelta
from itertools import accumulate, combinations

from sanggar.accounts.models import User
from sanggar.assessments import marking_rules
from sanggar.demo.dice import Dice
from sanggar.demo.handins import Marks, hand_in
from sanggar.demo.lives import practical
from sanggar.demo.pictures import Gallery
from sanggar.demo.store import Store
from sanggar.demo.world import HandIn, Talent, World
from sanggar.plugin.track import Assignment

#: works of each track, and how severe its markers are in logits, lenient to severe
WORKS = 30
SEVERITY = (-0.9, -0.3, 0.3, 0.9)
#: worth of the works: mean and spread; how much harder one criterion is than another
MEAN, SPREAD, HARDNESS = 2.1, 2.2, 0.5
#: what each level asks for beyond the one below it
STEPS = (-3.0, 0.0, 3.0)
#: days before today on which the trial began, and how long works came in
BEGAN, LASTED = 110, 21


def write(world: World, store: Store, gallery: Gallery) -> None:
    """Write the trial of every track: who took part, their work, two or three marks each."""
    for place, track in enumerate(sorted(world.tracks)):
        dice = world.dice(f"trial-works-{track}")
        task = world.tracks[track].assignment(practical(world, track))
        assert task is not None
        mentors = world.mentors_of(track)[: len(SEVERITY)]
        severity = dice.some(SEVERITY, len(mentors))
        harder = {c.id: dice.gauss(0, HARDNESS) for c in task.rubric}
        teams = list(combinations(range(len(mentors)), 2))
        for number in range(WORKS):
            worth = dice.gauss(MEAN, SPREAD)
            team = teams[number % len(teams)]
            order = [*team, *dice.some([m for m in range(len(mentors)) if m not in team], 1)]
            given = [
                {c: _level(worth - severity[m] - hard, dice) for c, hard in harder.items()}
                for m in order
            ]
            marks = given[: marking_rules.decide(task, given[:2]).needed]
            person = _participant(world, track, place * WORKS + number + 1, store, dice)
            hand = _handed(world, task, marks, dice)
            markers = [mentors[m] for m in order]
            hand_in(world, person, hand, marks, markers, store, gallery, dice)


def _level(logit: float, dice: Dice) -> int:
    """Draw a level 1..4 of the rating scale."""
    weights = [math.exp(k * logit - below) for k, below in enumerate(accumulate((0.0, *STEPS)))]
    return dice.choices(range(1, 5), weights)[0]


def _handed(world: World, task: Assignment, marks: Marks, dice: Dice) -> HandIn:
    """Return when a work was handed in and decided, and how."""
    at = dice.at(world.today - timedelta(days=BEGAN - dice.randint(0, LASTED)))
    decided = at + timedelta(days=dice.uniform(4, 16))
    return HandIn("assignment", task.id, 1, at, decided, marking_rules.decide(task, marks).verdict)


def _participant(world: World, track: str, number: int, store: Store, dice: Dice) -> Talent:
    """Write somebody who took part: no role, no hub, nothing to sign in with."""
    name = f"Peserta Uji Coba {number:02d}"
    key = store.add(
        User, name=name, email=f"uji{number:02d}@example.org", active=False,
        created_at=world.as_of - timedelta(days=BEGAN + 10), fs_uniquifier=dice.token(),
    )  # fmt: skip
    return Talent(name=name, hub="", id=key, track=track)
