"""Attempts whose wrong answers are alike are noticed once, and only where chance does not explain them."""

from __future__ import annotations

import random

import pytest
from sqlmodel import select
from tests.assessments.conftest import install, make_item

from sanggar.assessments import answers, service
from sanggar.assessments.models import Attempt, AttemptItem
from sanggar.quality import likeness
from sanggar.quality.models import SimilarAnswers

ITEMS = 20


@pytest.fixture
def singles(app, track):
    """The theory exam as a fixed form of twenty single choices."""
    items = tuple(make_item(f"Q{n}", "single", "PHO-01", "know") for n in range(ITEMS))
    exam = next(a for a in track.assessments if a.id == "theory")
    values = {**exam.model_dump(by_alias=True), "blueprint": {"PHO-01": {"know": ITEMS}}}
    made = track.model_copy(
        update={"items": items, "assessments": (type(exam).model_validate(values),)}
    )
    install(app, made)
    return made


def sit(session, person: int, now, choose) -> None:
    """Answer everything by `choose(item number, bank's option ids)`, key first."""
    attempt = service.start_attempt(person, "photography", "theory", now)
    rows = session.exec(select(AttemptItem).where(AttemptItem.attempt_id == attempt.id)).all()
    for row in rows:
        number = int(row.item_id[1:])
        bank = [f"{row.item_id}-o{k}" for k in range(4)]
        letter = "abcd"[row.option_order.index(choose(number, bank))]
        answers.save_answer(attempt.id, row.position, letter, row.position, now, client="t")
    service.submit_attempt(attempt.id, person, now)


def honest(seed: int):
    dice = random.Random(seed)
    return lambda _n, bank: bank[0] if dice.random() < 0.5 else dice.choice(bank[1:])


def copied(n: int, bank: list[str]) -> str:
    return bank[0] if n % 2 else bank[1 + n % 3]


def test_a_copied_pair_is_asked_about_once_and_honest_people_are_not(
    tx, people, singles, now
) -> None:
    crowd = [people.outsider, people.client, people.other_client, people.agency, people.province]
    with tx() as session:
        for seed, person in enumerate(crowd):
            sit(session, person, now, honest(seed))
        for person in (people.talent, people.peer):
            sit(session, person, now, copied)
        for attempt in session.exec(select(Attempt)):  # only people of one hub are compared
            attempt.hub_id = 1
    with tx():
        assert likeness.compare(singles, now) == 1
        assert likeness.compare(singles, now) == 0
    with tx() as session:
        found = session.exec(select(SimilarAnswers)).one()
    assert {found.one_id, found.two_id} == {people.talent, people.peer}
    assert found.identical == ITEMS // 2
    assert found.chance < 0.01
