"""Counterfactual: everybody's protected attributes and names exchanged, and not a byte of an order moves."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from sanggar.accounts import fairness
from sanggar.accounts import service as accounts
from sanggar.accounts.fairness import CHOICES, Answer
from sanggar.accounts.models import Purpose, User
from sanggar.clients import queries as clients
from sanggar.clients import service
from sanggar.kernel import db
from sanggar.kernel.access import Role
from sanggar.ranking import service as ranking
from sanggar.ranking import trace

OTHER = {
    name: dict(zip(values, [*list(values)[1:], next(iter(values))], strict=True))
    for name, values in CHOICES.items()
}  # fmt: skip


@pytest.fixture
def crowd(make, tx, people, hubs, now) -> list[int]:
    """Eighteen certified talents who differ in everything, protected or not."""
    made, codes = [], sorted(hubs)
    with tx():
        for n in range(18):
            person = accounts.join(
                name=f"{'Siti' if n % 2 else 'Ahmad'} {n}", phone=None, email=f"t{n}@example.org",
                password=None, birth_date=date(1985 + n % 20, 1, 1 + n % 28), region_id=None,
                hub_id=hubs[codes[n % 5]], language="id", role=Role.TALENT, channel="self", now=now,
            )  # fmt: skip
            make.certify(person, now, level="professional" if n % 7 == 0 else "associate")
            accounts.give_consent(person, Purpose.STATISTICS, channel="web", now=now)
            fairness.answer(person, Answer(
                "woman" if n % 2 else "man", list(CHOICES["education"])[n % 6],
                "yes" if n % 9 == 0 else "no",
            ), now)  # fmt: skip
            service.save_work(person, service.Work(
                track=make.TRACK, title=f"Kemasan {n}", problem="", process="",
                result=" ".join(["keripik tempe"] * (n % 5)), number="", category="makanan", link="",
                published=n % 3 > 0,
            ), now=now)  # fmt: skip
            made.append(person)
    return made


def served(brief_id: int, who, now) -> tuple[bytes, str]:
    """Return what the served path makes: the whole trace as bytes, and the order with reasons."""
    ranking.forget()
    brief, listed = clients.brief_with_shortlist(brief_id, who)
    found = ranking.rank(brief, listed, now)
    cards = [
        [c.person_id, c.rank, c.score, dict(c.values), dict(c.added), c.chance, c.newcomer,
         [text.id for text in c.reasons]]
        for c in found.cards
    ]  # fmt: skip
    content = trace.canonical([found.trace.content, list(found.trace.people)])
    return content, json.dumps(cards, sort_keys=True)


def test_exchanging_every_protected_attribute_and_name_changes_no_byte(
    tx, market, crowd, now
) -> None:
    with tx():
        before = served(market.brief, market.client, now)
    assert len(json.loads(before[1])) == ranking.LISTED
    with tx() as session:
        said = {person: fairness.own(person) for person in crowd}
        names = {person: session.get(User, person).name for person in crowd}
        for person, partner in zip(crowd, reversed(crowd), strict=True):
            row = db.get(User, person)
            row.name = names[partner]
            row.birth_date = row.birth_date - timedelta(days=3650)  # another age, of age as before
            row.language = "en" if row.language == "id" else "id"
            db.add(row)
            mine = said[person]
            fairness.answer(person, Answer(
                OTHER["sex"][mine.sex], OTHER["education"][mine.education],
                OTHER["disability"][mine.disability],
            ), now)  # fmt: skip
        service.refresh_records(crowd, now)
    with tx():
        assert fairness.labels(now)["sex"][crowd[0]] != said[crowd[0]].sex
        assert served(market.brief, market.client, now) == before
        # and the comparison would notice what does count
        service.save_profile(
            crowd[0], headline="x", weekly_hours=1, paused=True, onsite=False, prices={}, now=now
        )
    with tx():
        assert served(market.brief, market.client, now) != before
