"""Second thoughts before anything is agreed: a yes taken back, an offer made again to the same talent."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from sanggar import errors
from sanggar.accounts import queries as accounts
from sanggar.clients import confirming, documents, history, links, queries, reading, rules, service
from sanggar.clients.models import Offer
from sanggar.clients.rules import DeclineReason, OfferState, label
from sanggar.notifications.models import Notification


@pytest.fixture
def asked(make, tx, people, market, now):
    """Ask these people, one after the other; return the first offer."""

    def ask(*wanted: int, **terms) -> int:
        for person in wanted:
            service.shortlist(market.brief, person, wanted=True, by=market.client, now=now)
        return service.send_offers(
            market.brief, make.terms(now, **terms), by=market.client, now=now
        )

    return ask


def test_a_yes_is_taken_back_until_the_client_confirms(
    make, tx, people, market, asked, now
) -> None:
    talent, later = make.as_talent(people.talent), now + timedelta(days=1)
    with tx() as session:
        offer = asked(people.talent, people.peer)
        service.accept_offer(offer, by=talent, now=now)
        for _ in range(2):
            service.take_back(offer, DeclineReason.TIME, "Maaf", by=talent, now=later)
        row = session.get(Offer, offer)
        assert (row.state, row.answered_at) == (OfferState.DECLINED, later)
        (following,) = queries.waiting_offers(people.peer)
        assert following.answer_by == rules.answer_by(later)
        assert [m.new.value for m in history.moves(market.brief)][-3:] == [
            "offered", "shortlisted", "offered"]  # fmt: skip
        told = session.exec(select(Notification).where(Notification.kind == "answer")).all()
        assert sorted((row.person_id, row.key) for row in told) == [
            (people.talent, f"ended-{offer}-1"),
            (people.client, f"answer-{offer}-1"), (people.client, f"answer-{offer}-1-back"),
        ]  # fmt: skip


def test_after_both_have_agreed_it_is_no_longer_a_yes_to_take_back(
    make, tx, people, market, asked, now
) -> None:
    talent = make.as_talent(people.talent)
    with tx() as session:
        offer = asked(people.talent)
        with pytest.raises(errors.Conflict):
            service.take_back(offer, DeclineReason.TIME, by=talent, now=now)
        service.accept_offer(offer, by=talent, now=now)
        for verb in (service.decline_offer, service.take_back):
            with pytest.raises((errors.Conflict, errors.NotFound)):
                verb(offer, DeclineReason.TIME, by=make.as_talent(people.peer), now=now)
        with pytest.raises(errors.Conflict):  # the button of a tab from before the yes
            service.decline_offer(offer, DeclineReason.TIME, by=talent, now=now)
        service.confirm_offer(offer, by=market.client, now=now)
        with pytest.raises(errors.Conflict):
            service.take_back(offer, DeclineReason.TIME, by=talent, now=now)
        assert session.get(Offer, offer).state is OfferState.ACCEPTED


def test_the_page_of_a_yes_says_how_to_take_it_back(
    client, login, make, tx, people, asked, now
) -> None:
    with tx():
        offer = asked(people.talent)
        service.accept_offer(offer, by=make.as_talent(people.talent), now=now)
    login(client, people.talent)
    assert f"/offers/{offer}/take-back" in client.get(f"/offers/{offer}").text
    typed = client.post(f"/offers/{offer}/take-back", data={"text": "Ada musibah"})
    assert typed.status_code == 422
    assert "Ada musibah" in typed.text
    done = client.post(f"/offers/{offer}/take-back", data={"reason": "other"})
    assert done.status_code == 303
    with tx() as session:
        assert session.get(Offer, offer).state is OfferState.DECLINED


def test_a_withdrawn_offer_may_be_made_again_with_other_terms(
    make, tx, people, market, asked, now
) -> None:
    later, talent = now + timedelta(hours=1), make.as_talent(people.talent)
    with tx() as session:
        offer = asked(people.talent, price=700_000)
        service.accept_offer(offer, by=talent, now=now)
        service.withdraw_offer(offer, by=market.client, now=now)
        again = service.send_offers(
            market.brief, make.terms(now, price=900_000), by=market.client, now=later
        )
        row = session.get(Offer, again)
        assert (row.id, row.times, row.price) == (offer, 2, 900_000)
        assert (row.state, row.talent_accepted_at) == (OfferState.MADE, None)
        assert row.answer_by == rules.answer_by(later)
        read = reading.offer_of(offer, people.talent)
        assert documents.quote(read, accounts.person(people.talent)).number.endswith("-2")
        keys = session.exec(
            select(Notification.key).where(Notification.person_id == people.talent)
        ).all()
        assert {f"offer-{offer}-1", f"offer-{offer}-2"} <= set(keys)
        service.accept_offer(offer, by=talent, now=later)
        assert service.confirm_offer(offer, by=market.client, now=later)


def _link(offer: int, people, now, **which: int) -> str:
    return links.sign(
        confirming.PURPOSE, now, confirming.LASTS, deed=1, ref=offer, person=people.talent,
        by=people.officer, **which,
    )  # fmt: skip


def test_nobody_accepts_terms_they_have_not_read(
    client, login, make, tx, people, market, asked, now
) -> None:
    with tx():
        offer = asked(people.talent)
        service.withdraw_offer(offer, by=market.client, now=now)
        service.send_offers(market.brief, make.terms(now, price=300_000), by=market.client, now=now)
        with pytest.raises(errors.Conflict):
            confirming.asked(_link(offer, people, now, times=1), now)
        assert not confirming.asked(_link(offer, people, now, times=2), now).done
    login(client, people.talent)
    assert client.post(f"/offers/{offer}/accept", data={"times": "1"}).status_code == 409
    assert client.post(f"/offers/{offer}/accept", data={"times": "2"}).status_code == 303


@pytest.mark.parametrize(("side", "said"), [
    ("talent", False), ("talent", True), ("client", False), ("client", True)])  # fmt: skip
def test_what_was_said_to_one_offer_says_nothing_to_the_next(
    client, login, make, tx, people, market, asked, now, side, said
) -> None:
    with tx():
        offer = asked(people.talent)
        service.withdraw_offer(offer, by=market.client, now=now)
        service.send_offers(market.brief, make.terms(now, price=300_000), by=market.client, now=now)
        if said:
            service.accept_offer(offer, by=make.as_talent(people.talent), now=now)
    verbs = {"talent": ("decline", "take-back"), "client": ("withdraw", "confirm")}[side]
    login(client, getattr(people, side))
    for verb in verbs:
        old = client.post(f"/offers/{offer}/{verb}", data={"times": "1", "reason": "time"})
        assert old.status_code == 409
    page = client.get(f"/offers/{offer}" if side == "talent" else f"/briefs/{market.brief}").text
    verb = verbs[said] if side == "talent" else "withdraw"
    form = page[page.index(f"/offers/{offer}/{verb}") :]
    assert 'name="times" value="2"' in form[: form.index("</form>")]
    new = client.post(f"/offers/{offer}/{verb}", data={"times": "2", "reason": "time"})
    assert new.status_code == 303


def test_whoever_was_never_asked_comes_first(
    client, login, make, tx, people, market, asked, now
) -> None:
    with tx():
        offer = asked(people.talent, people.peer)
        service.withdraw_offer(offer, by=market.client, now=now)
    login(client, people.client)
    page = client.get(f"/briefs/{market.brief}/offer").text
    with tx():
        names = [accounts.person(i).name for i in (people.peer, people.talent)]
        assert 0 < page.index(names[0]) < page.index(names[1])
        service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
        (second,) = queries.waiting_offers(people.peer)
        service.decline_offer(
            second.id, DeclineReason.TIME, by=make.as_talent(people.peer), now=now
        )
        assert [o.id for o in queries.waiting_offers(people.talent)] == [offer]


def test_whoever_was_withdrawn_can_be_taken_off_the_list(tx, people, market, asked, now) -> None:
    with tx():
        offer = asked(people.talent, people.peer)
        with pytest.raises(errors.Conflict):
            service.shortlist(market.brief, people.talent, wanted=False, by=market.client, now=now)
        service.withdraw_offer(offer, by=market.client, now=now)
        service.shortlist(market.brief, people.talent, wanted=False, by=market.client, now=now)
        assert [r.person_id for r in queries.shortlist(market.brief)] == [people.peer]


def test_a_no_holds_until_the_brief_asks_for_something_else(
    make, tx, people, market, asked, now
) -> None:
    terms, day = make.terms(now), (now + timedelta(days=60)).date()

    def again() -> int:
        return service.send_offers(market.brief, terms, by=market.client, now=now)

    def suggested() -> bool:
        brief = queries.brief(market.brief, market.client)
        (row,) = queries.pool(brief, now, [people.talent])
        return "asked" not in row.refusals

    with tx() as session:
        offer = asked(people.talent)
        assert suggested()
        service.decline_offer(offer, DeclineReason.TIME, by=make.as_talent(people.talent), now=now)
        assert not suggested()
        with pytest.raises(errors.Conflict):
            again()
        words = {"text": "Kemasan keripik tempe 3 rasa, kali ini dengan kata lain."}
        service.answer(market.brief, "story", words, by=market.client, now=now)
        with pytest.raises(errors.Conflict):
            again()
        service.answer(market.brief, "when", {"deadline": day}, by=market.client, now=now)
        row = session.get(Offer, offer)
        assert row.state is OfferState.SUPERSEDED
        assert suggested()
        assert label(row.state, row.decline_reason, None, None) == 0  # it was a no all the same
        assert again() == offer
        assert row.decline_reason is None


def test_a_yes_the_client_let_lapse_may_be_asked_for_again(
    make, tx, people, market, asked, now
) -> None:
    late = now + timedelta(days=9)
    with tx() as session:
        offer = asked(people.talent)
        service.accept_offer(offer, by=make.as_talent(people.talent), now=now)
        service.expire_offers(late)
        assert session.get(Offer, offer).state is OfferState.WITHDRAWN
        terms = make.terms(late)
        assert service.send_offers(market.brief, terms, by=market.client, now=late) == offer
