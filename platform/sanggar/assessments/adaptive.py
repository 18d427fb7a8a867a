"""Adaptive exams: which item comes next, when it is enough, what the result is.

The mathematics stands in `sanggar.measurement.adaptive`; here the bank, its calibrations and what was
answered are brought to it. An exam whose bank is not calibrated well enough is drawn like a random
one: an adaptive test on guessed parameters would only look exact.

Answers count as right when they earn the full score: parameters are those of right and wrong.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from sanggar.assessments import calibrations, content, dealing, drawing, grading, rules
from sanggar.assessments.calibrations import Calibrated
from sanggar.assessments.models import Answer, Attempt, AttemptItem
from sanggar.kernel import db
from sanggar.measurement import adaptive as engine
from sanggar.plugin.items import Item
from sanggar.plugin.track import Assessment, Track

#: Items seen before are left out while so many times the longest exam are still unseen.
ENOUGH_UNSEEN = 2
#: How far a unit's own ability may lie from the whole one (prior standard deviation, logits).
UNIT_SPREAD = 0.5


@dataclass(frozen=True)
class Chosen:
    """One item an adaptive exam asks: scored by its parameters, or on trial and unscored."""

    drawn: dealing.Drawn
    scored: bool = True
    parameters: tuple[float, ...] = ()


@dataclass(frozen=True)
class _Given:
    """One item of an attempt so far."""

    item_id: str
    unit: str
    scored: bool
    parameters: tuple[float, ...]
    right: bool


def adapts(owner: Track, exam: Assessment, now: datetime) -> bool:
    """Return whether an attempt would be adaptive: the exam says so and its bank is calibrated."""
    return exam.selection == "adaptive" and calibrations.bank(owner, exam, now) is not None


def first(
    owner: Track, exam: Assessment, person_id: int, seed: str, now: datetime
) -> Chosen | None:
    """Return the first item of an adaptive attempt, None where the bank is not calibrated.

    Parameters
    ----------
    owner, exam
    person_id : int
        Items this person has seen are asked again only when the bank runs out of others.
    seed : str
        Of the attempt.
    now : datetime
    """
    bank = calibrations.bank(owner, exam, now)
    if bank is None:
        return None
    step = _step(bank, owner, exam, person_id, seed, [], now)
    return _chosen(bank, step, seed, 1)


def after(attempt: Attempt, now: datetime) -> Chosen | None:
    """Return the next item of an adaptive attempt, None when it is enough.

    The answers so far are graded first; why it stopped is written into the attempt.
    """
    owner, exam = content.find_assessment(attempt.track, attempt.assessment)
    bank = calibrations.bank(owner, exam, now) if owner and exam else None
    if owner is None or exam is None or bank is None:  # gone meanwhile: what was asked must do
        attempt.stopped_by = "empty"
        return None
    given = _graded(attempt)
    step = _step(bank, owner, exam, attempt.person_id, attempt.seed, given, now)
    attempt.ability, attempt.ability_error = step.theta, step.se
    if step.item is None:
        attempt.stopped_by = step.reason or ""
        return None
    return _chosen(bank, step, attempt.seed, attempt.size + 1)


def _step(
    bank: Calibrated, owner: Track, exam: Assessment, person_id: int, seed: str,
    given: list[_Given], now: datetime,
) -> engine.Step:  # fmt: skip
    places = bank.places
    answers, gone = _answers(bank, given)
    asked = {g.item_id for g in given}
    barred = [
        places[item_id]
        for item_id in drawing.seen(person_id, owner.id, but=seed)
        if item_id in places and item_id not in asked
    ]
    counts, tests = drawing.asked(owner.id, exam.id, now)
    more = len(bank.items) - len(barred) >= ENOUGH_UNSEEN * bank.rules.most
    return engine.next_step(
        bank.pool, bank.rules, answers, bank.use(counts, tests), seed,
        field_test=exam.adaptive.field_test, barred=[*gone, *(barred if more else ())],
        field_shown=[counts.get(item.id, 0) for item in bank.trial],
    )  # fmt: skip


def _answers(bank: Calibrated, given: list[_Given]) -> tuple[list[engine.Answer], list[int]]:
    """Return what was asked as the engine takes it, and items of the bank it must not ask again.

    The bank may have changed since: a question on trial that is calibrated by now still counts for
    nothing and keeps its place in the order, and one that lost its calibration counts no more.
    """
    places, trial = bank.places, {item.id: n for n, item in enumerate(bank.trial)}
    answers, gone = [], []
    for n, one in enumerate(given):
        if one.scored and one.item_id in places:
            answers.append(engine.Answer(places[one.item_id], int(one.right)))
            continue
        elsewhere = len(bank.trial) + n  # a place that no question on trial has
        answers.append(engine.Answer(trial.get(one.item_id, elsewhere), int(one.right), field=True))
        if one.item_id in places:
            gone.append(places[one.item_id])
    return answers, gone


def _chosen(bank: Calibrated, step: engine.Step, seed: str, position: int) -> Chosen | None:
    if step.item is None:
        return None
    item: Item = bank.trial[step.item] if step.field else bank.items[step.item]
    rng = random.Random(f"{seed}:{position}")  # noqa: S311 - reproducible, not secret
    drawn = dealing.deal_options(grading.deal(item, rng), rng)
    if step.field:
        return Chosen(drawn, scored=False)
    return Chosen(drawn, parameters=bank.parameters(step.item))


def answered(attempt: Attempt) -> bool:
    """Return whether the last question of an attempt has an answer."""
    return bool(
        db.session()
        .execute(
            select(col(Answer.answered))
            .join(AttemptItem, col(AttemptItem.id) == col(Answer.attempt_item_id))
            .where(
                col(AttemptItem.attempt_id) == attempt.id,
                col(AttemptItem.position) == attempt.size,
            )
        )
        .scalar()
    )


def _rows(attempt: Attempt) -> list[Any]:
    return list(
        db.session().execute(
            select(
                col(AttemptItem.item_id), col(AttemptItem.unit), col(AttemptItem.scored),
                col(AttemptItem.parameters), col(AttemptItem.correct), col(AttemptItem.item),
                col(Answer.response),
            )
            .outerjoin(Answer, col(Answer.attempt_item_id) == col(AttemptItem.id))
            .where(col(AttemptItem.attempt_id) == attempt.id)
            .order_by(col(AttemptItem.position))
        )
    )  # fmt: skip


def _graded(attempt: Attempt) -> list[_Given]:
    """Return the items so far, graded now: an attempt that goes on has no stored grades."""
    return [
        _Given(
            row.item_id, row.unit, row.scored, tuple(row.parameters or ()),
            grading.grade(grading.restore(row.item), row.response).correct,
        )
        for row in _rows(attempt)
    ]  # fmt: skip


def result(attempt: Attempt, now: datetime) -> tuple[rules.Result, bool | None]:
    """Return percentages and decision of an adaptive attempt; None: undecided.

    The percentage is what somebody of this ability is expected to earn on the whole bank in the
    proportions of the blueprint, so that it can be compared between people who were asked other
    questions; a unit's is the same for the unit, from an ability that may differ a little from the
    whole one. Parameters are those the items were chosen with.

    Nobody passes on fewer questions than the exam asks at least, when the time was up or it was
    submitted before. Where the exam is gone there is only the share of right answers, undecided.
    """
    owner, exam = content.find_assessment(attempt.track, attempt.assessment)
    given = [
        _Given(r.item_id, r.unit, r.scored, tuple(r.parameters or ()), bool(r.correct))
        for r in _rows(attempt)
    ]
    scored = [g for g in given if g.scored and g.parameters]
    bank = calibrations.reference(owner, exam, scored, now) if owner and exam else None
    if exam is None or bank is None or not len(bank.parameters):
        return rules.score([rules.Scored(g.unit, 1.0, float(g.right)) for g in scored]), None
    parameters, right = [g.parameters for g in scored], [g.right for g in scored]
    known = bank.ability(parameters, right)
    attempt.ability, attempt.ability_error = known.mean, known.sd
    cut = bank.ability_at(attempt.pass_total)
    units = {
        unit: bank.percent(
            _unit_ability([g for g in scored if g.unit == unit], known.mean, bank), unit
        )
        for unit in bank.units
    }
    total = round(bank.percent(known.mean), 4)
    passed = bank.verdict(exam, known, cut, parameters, right)
    if passed and len(scored) < exam.adaptive.least:
        passed = None
    return rules.Result(total, {u: round(v, 4) for u, v in units.items()}), passed


def _unit_ability(given: list[_Given], mean: float, bank: calibrations.Reference) -> float:
    return bank.ability(
        [g.parameters for g in given], [g.right for g in given], mean=mean, sd=UNIT_SPREAD
    ).mean
