"""A person chooses: without a confirmed short list nobody is asked, on any way."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sanggar import clock, errors
from sanggar.clients import queries, service
from sanggar.clients.rules import DeclineReason


@pytest.fixture
def listed(tx, people, market, now) -> None:
    with tx():
        for person, rank in ((people.peer, 3), (people.talent, 1)):
            service.shortlist(market.brief, person, wanted=True, by=market.client, now=now, rank_shown=rank)  # fmt: skip


def test_without_a_persons_word_nothing_is_sent(make, tx, people, market, listed, now) -> None:
    with tx(), pytest.raises(errors.Invalid) as refused:
        service.send_offers(market.brief, make.terms(now, chosen=False), by=market.client, now=now)
    assert set(refused.value.fields) == {"chosen"}
    with tx():
        assert queries.chosen(market.brief) is None


def test_who_chose_what_when_and_what_was_suggested_is_kept(
    make, tx, people, market, listed, now
) -> None:
    with tx():
        service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
        found = queries.chosen(market.brief)
    assert (found.by_id, found.at, found.helped) == (people.client, now, False)
    assert found.suggested == ((people.talent, 1), (people.peer, 3))
    assert found.chosen == (people.peer, people.talent) and not found.as_suggested


def test_an_officer_who_helps_confirms_in_their_own_name(
    make, tx, people, market, listed, officer, now
) -> None:
    with tx():
        service.send_offers(market.brief, make.terms(now), by=officer, now=now)
        found = queries.chosen(market.brief)
    assert (found.by_id, found.helped) == (people.officer, True)


def test_the_next_one_is_asked_only_from_the_confirmed_list(
    make, tx, people, market, listed, now
) -> None:
    with tx():
        first = service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
        service.shortlist(market.brief, people.outsider, wanted=True, by=market.client, now=now)
        service.decline_offer(first, DeclineReason.TIME, by=make.as_talent(people.peer), now=now)
    with tx():
        second = queries.waiting_offers(people.talent)
        assert len(second) == 1
        service.decline_offer(second[0].id, DeclineReason.TIME, by=make.as_talent(people.talent), now=now)  # fmt: skip
    with tx():
        assert queries.waiting_offers(people.outsider) == []  # nobody has confirmed them
        later = now + timedelta(minutes=5)
        service.send_offers(market.brief, make.terms(later), by=market.client, now=later)
        assert len(queries.waiting_offers(people.outsider)) == 1


def test_the_form_asks_for_it_and_keeps_what_was_typed(
    client, login, people, market, listed, now
) -> None:
    login(client, people.client)
    due = (clock.local(now).date() + timedelta(days=20)).isoformat()
    typed = {"price": "700.000", "due": due, "down_payment": "40", "message": "Halo"}
    page = client.post(f"/briefs/{market.brief}/offer", data=typed)
    assert page.status_code == 422 and "Nyatakan bahwa Anda" in page.text
    assert "Halo" in page.text and "700.000" in page.text
    assert client.post(f"/briefs/{market.brief}/offer", data={**typed, "chosen": "y"}).status_code == 303  # fmt: skip
