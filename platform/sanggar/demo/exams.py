"""Write down exams: forms drawn by the blueprint, answers from a two-parameter item response model.

A candidate's ability in a unit is what the generative model gave them; each item has a difficulty by
its band and an accuracy of its own. How an attempt ended was decided before (`lives`), so answers
are drawn until they end that way: they stay independent given ability, as the model says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any

from sanggar.assessments import grading, key_responses
from sanggar.assessments.dealing import Drawn
from sanggar.assessments.models import (
    Answer,
    AnswerLog,
    AssessmentLog,
    Attempt,
    AttemptItem,
    AttemptState,
    SaveVerdict,
)
from sanggar.assessments.rules import EPSILON, Scored, draw_form, passes, score
from sanggar.demo.dice import Dice, sigmoid
from sanggar.demo.store import Store
from sanggar.demo.world import Sitting, Talent, World
from sanggar.kernel import registry
from sanggar.plugin.items import Grade, Item
from sanggar.plugin.track import Assessment

GUESS = {"single": 0.2, "multiple": 0.05, "ordering": 0.1}
DIFFICULTY = {"know": -0.55, "apply": -0.1, "analyse": 0.35}
#: skill points that make one unit of ability, and the skill of somebody of average ability
SCALE, CENTRE = 9.0, 64.0
TRIES, FREE_TRIES = 300, 160


@dataclass(frozen=True)
class Known:
    """What is reused of an item: its copy, difficulty and slope, a right and a wrong response."""

    copy: dict[str, Any]
    slope: float
    difficulty: float
    guess: float
    right: Any
    wrong: Any
    #: how the wrong response is graded: some question types give a part of the points
    slip: Grade

    def odds(self, ability: float) -> float:
        """Return the probability of a right answer."""
        if self.right is None:
            return 0.0
        return self.guess + (1 - self.guess) * sigmoid(self.slope * (ability - self.difficulty))


class Sheet:
    """A form as numbers, to ask quickly how a set of right answers would end."""

    def __init__(self, exam: Assessment, form: Sequence[Drawn]) -> None:
        units = sorted({drawn.item.area for drawn in form})
        self.unit = [units.index(drawn.item.area) for drawn in form]
        self.points = [drawn.item.points for drawn in form]
        self.full = [0.0] * len(units)
        for unit, points in zip(self.unit, self.points, strict=True):
            self.full[unit] += points
        self.rules = exam.pass_rules

    def ends(self, sitting: Sitting, right: Sequence[bool]) -> bool:
        """Return whether these answers end the attempt as it did."""
        earned = [0.0] * len(self.full)
        for unit, points, ok in zip(self.unit, self.points, right, strict=True):
            earned[unit] += points * ok
        total = 100 * sum(earned) / sum(self.full)
        passed = total + EPSILON >= self.rules.total and all(
            100 * got / full + EPSILON >= self.rules.each_unit
            for got, full in zip(earned, self.full, strict=True)
        )
        return passed is sitting.passes and (not passed or total + EPSILON >= sitting.total)


class Bank:
    """Items with what the simulation needs of them, made once each."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.known: dict[tuple[str, str], Known] = {}

    def of(self, track: str, item: Item) -> Known:
        """Return what is known of an item of the bank."""
        key = (track, item.id)
        if key not in self.known:
            right, wrong = _responses(item)
            dice = self.world.dice(f"bank {track} {item.id}")  # the same in exams and in the trial
            self.known[key] = Known(
                grading.snapshot(item), 2.718281828 ** dice.gauss(0.1, 0.25),
                DIFFICULTY[item.level.band] + dice.gauss(0, 0.55),
                GUESS.get(item.type, 0.0), right, wrong, grading.grade(item, wrong),
            )  # fmt: skip
        return self.known[key]

    def dealt(self, track: str, item: Item) -> Known:
        """Return what is known of an item that is another one in every form."""
        right, wrong = _responses(item)
        return replace(
            self.of(track, item), copy=grading.snapshot(item), right=right, wrong=wrong,
            slip=grading.grade(item, wrong),
        )  # fmt: skip


def _is_dealt(item: Item) -> bool:
    """Return whether an item changes beyond its options when it is dealt."""
    return bool(item.prompts or item.gaps or item.vars)


def _responses(item: Item) -> tuple[Any, Any]:
    """Return a right response to an item and a wrong one, in the bank's option ids."""
    item = grading.deal(item, Random(item.id))  # noqa: S311 - reproducible; dealt ones stay as they are
    found = key_responses.right(item)
    if found is not None:
        return found, key_responses.wrong(item)
    return _typed(item), "tidak tahu"


def _typed(item: Item) -> Any:
    """Return the right response to a question type of a plugin, None when its words do not read back."""
    response = grading.read(item, {"answer": [grading.describe_key(item, "en")]})
    return response if grading.grade(item, response).correct else None


def write(world: World, store: Store) -> None:
    """Write every attempt with its items, answers and log."""
    dice = world.dice("exams")
    bank = Bank(world)
    for talent in world.talents:
        for sitting in sorted(talent.sittings, key=lambda s: s.at):
            _attempt(talent, sitting, store, bank, dice)


def _attempt(talent: Talent, sitting: Sitting, store: Store, bank: Bank, dice: Dice) -> None:
    track = registry.current().tracks[sitting.track]
    exam = track.assessment(sitting.assessment)
    assert exam is not None
    seed = dice.token()
    form = draw_form(exam, grading.askable(exam, track.items), seed, deal=grading.deal)
    items = [
        bank.dealt(track.id, drawn.item)
        if _is_dealt(drawn.item)
        else bank.of(track.id, track.items_by_id[drawn.item.id])
        for drawn in form
    ]
    right = _answers(talent, sitting, Sheet(exam, form), form, items, dice)
    shares = [1.0 if ok else known.slip.score for ok, known in zip(right, items, strict=True)]
    scored = [Scored(d.item.area, d.item.points, s) for d, s in zip(form, shares, strict=True)]
    result = score(scored)
    sitting.score, sitting.by_unit = result.total, result.by_unit
    minutes = exam.minutes * dice.uniform(0.45, 0.93)
    ended = sitting.at + timedelta(minutes=minutes)
    attempt = store.add(
        Attempt, person_id=talent.id, track=track.id, assessment=exam.id,
        track_version=track.version, seed=seed, token=dice.token(), size=len(form),
        hub_id=store.hubs[talent.hub], language=dice.weighted({"id": 96, "en": 4}),
        device=dice.weighted({"phone": 84, "computer": 13, "tablet": 3}),
        started_at=sitting.at, deadline=sitting.at + timedelta(minutes=exam.minutes),
        submitted_at=ended, decided_at=ended, state=AttemptState.DECIDED, last_seq=len(form),
        pass_total=exam.pass_rules.total, pass_each_unit=exam.pass_rules.each_unit,
        score=result.total, by_unit=result.by_unit, passed=passes(exam.pass_rules, result),
    )  # fmt: skip
    client = dice.token(12)
    pace = minutes * 60 / (len(form) + 1)
    for place, (drawn, known, given, share) in enumerate(
        zip(form, items, right, shares, strict=True), 1
    ):
        names = {} if _is_dealt(drawn.item) else _names(drawn)
        row = store.add(
            AttemptItem, attempt_id=attempt, position=place, item_id=drawn.item.id,
            item_version=drawn.item.version, unit=drawn.item.area, points=drawn.item.points,
            item={**known.copy, "options": _renamed(known.copy["options"], names)} if names else known.copy,
            option_order=list(drawn.order), share=share, correct=given,
            note=None if given or known.slip.note is None else known.slip.note.model_dump(),
        )  # fmt: skip
        response = _translated(known.right if given else _slip(drawn.item, known, dice), names)
        at = sitting.at + timedelta(seconds=pace * place)
        if response is None:
            continue
        store.add(
            Answer,
            attempt_item_id=row,
            attempt_id=attempt,
            response=response,
            seq=place,
            saved_at=at,
        )
        store.add(AnswerLog, attempt_id=attempt, client=client, client_seq=place, position=place,
                  response=response, received_at=at, verdict=SaveVerdict.SAVED)  # fmt: skip
    for kind, at in (("started", sitting.at), ("submitted", ended)):
        store.add(AssessmentLog, at=at, person_id=talent.id, attempt_id=attempt, kind=kind)
    store.add(AssessmentLog, at=ended, person_id=talent.id, attempt_id=attempt, kind="decided",
              data={"score": result.total, "passed": passes(exam.pass_rules, result)})  # fmt: skip


def _slip(item: Item, known: Known, dice: Dice) -> Any:
    """Return a wrong response: of a single choice mostly the first distractor, sometimes another."""
    if item.type != "single":
        return known.wrong
    wrong = [option["id"] for option in known.copy["options"] if not option["key"]]
    return dice.weighted({option: 1 / (2 + place) for place, option in enumerate(wrong)})


def _names(drawn: Drawn) -> dict[str, str]:
    """Return bank option id -> id on the page of this form, as `dealing.deal_options` gave it."""
    stored = [option.id for option in drawn.item.options]
    shown = sorted(stored)
    return dict(zip(drawn.order, shown, strict=True))


def _renamed(options: list[dict[str, Any]], names: dict[str, str]) -> list[dict[str, Any]]:
    return [{**option, "id": names[option["id"]]} for option in options]


def _translated(response: Any, names: dict[str, str]) -> Any:
    """Return a response with the option ids of the form."""
    if not names or response is None:
        return response
    if isinstance(response, dict):
        return {names[key]: value for key, value in response.items()}
    if isinstance(response, list):
        return [names[key] for key in response]
    return names[response]


def _answers(
    talent: Talent, sitting: Sitting, sheet: Sheet, form: Sequence[Drawn],
    items: Sequence[Known], dice: Dice,
) -> list[bool]:  # fmt: skip
    """Draw which items are answered right, until the attempt ends as it did."""
    odds = []
    for drawn, known in zip(form, items, strict=True):
        skill = talent.skill.get(drawn.item.area, talent.mean_skill)
        odds.append(known.odds((skill - CENTRE) / SCALE))
    for turn in range(TRIES):
        push = 0.0 if turn < FREE_TRIES else 0.3 * turn / TRIES * (1 if sitting.passes else -1)
        right = [p > 0 and dice.random() < p + push for p in odds]
        if sheet.ends(sitting, right):
            return right
    while not sheet.ends(sitting, right):
        index = dice.randrange(len(right))
        right[index] = sitting.passes and items[index].right is not None
    return right
