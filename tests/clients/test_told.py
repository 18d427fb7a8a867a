"""Whoever is waited for, or loses something, hears of it: the other side, both, the officer; nobody else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from sanggar import errors
from sanggar.accounts import queries as accounts
from sanggar.clients import agreements, members, queries, service
from sanggar.clients.agreements import Part
from sanggar.clients.rules import DeclineReason, PlacementState
from sanggar.clients.stages import PaymentKind
from sanggar.clients.work_models import Payment
from sanggar.notifications.models import Notification

WORDS = "Kami tidak sepakat soal hasil"
FIRST, REST = PaymentKind.DOWN_PAYMENT, PaymentKind.BALANCE


@pytest.fixture
def told(people):
    """Return what is new in the inboxes of talent, client and officer, without numbers and moments."""
    seen: set[int] = set()
    who = {people.talent: "talent", people.client: "client", people.officer: "officer"}

    def new(session) -> set[tuple[str, str]]:
        found = set()
        for row in session.exec(select(Notification).where(Notification.person_id.in_(who))):
            if row.id not in seen:
                seen.add(row.id)
                words = [part for part in row.key.split("-") if not part.isdigit()]
                found.add((who[row.person_id], "-".join(words)))
        return found

    return new


def test_each_move_of_some_work_reaches_the_other_side(
    make, tx, people, market, placed, told, now
) -> None:
    talent, client = make.as_talent(people.talent), market.client
    with tx() as session:
        told(session)
        service.start(placed, by=talent, now=now)
        assert told(session) == {("client", "placement-running")}
        service.plan_parts(placed, [Part("Sketsa")], by=client, now=now)
        service.plan_parts(placed, [Part("Sketsa")], by=client, now=now + timedelta(hours=1))
        assert told(session) == {("talent", "placement-parts-client")}
        for _ in range(2):
            service.tick_part(placed, 1, by=talent, now=now)
        assert told(session) == {("client", "placement-part_done")}
        service.tick_part(placed, 1, by=client, now=now)
        assert told(session) == {("talent", "placement-part_accepted")}
        service.deliver(placed, "berkas", "", by=talent, now=now)
        told(session)
        service.ask_revision(placed, "Warna lebih muda", by=client, now=now)
        assert told(session) == {("talent", "placement-running-revision")}
        service.deliver(placed, "berkas 2", "", by=talent, now=now + timedelta(days=1))
        told(session)
        service.accept_work(placed, None, "", by=client, now=now + timedelta(days=2))
        assert told(session) == {("talent", "placement-finished")}
        service.accept_work(placed, 5, "", by=client, now=now + timedelta(days=3))
        assert told(session) == {("talent", "placement-rated")}
        service.rate_client(placed, 4, "", by=talent, now=now + timedelta(days=3))
        assert told(session) == {("client", "placement-client_rated")}


def test_both_sides_and_the_officer_hear_of_a_dispute(
    make, tx, people, market, placed, officer, told, now
) -> None:
    talent = make.as_talent(people.talent)
    with tx() as session:
        service.start(placed, by=talent, now=now)
        told(session)
        service.dispute(placed, WORDS, by=market.client, now=now)
        assert told(session) == {
            (who, "placement-disputed") for who in ("talent", "client", "officer")
        }
        service.say(placed, "Saya sudah kirim sesuai pesanan", by=talent, now=now)
        assert told(session) == {("client", "placement-said-talent")}
        service.settle(placed, PlacementState.RUNNING, "Lanjutkan dulu ya", by=officer, now=now)
        assert told(session) == {(who, "placement-running-officer") for who in ("talent", "client")}
        later = now + timedelta(days=1)
        service.dispute(placed, WORDS, by=market.client, now=later)
        told(session)
        service.settle(placed, PlacementState.FINISHED, "Sesuai pesanan", by=officer, now=later)
        assert told(session) == {
            (who, "placement-finished-officer") for who in ("talent", "client")
        }


def test_silence_is_told_to_both_as_silence(make, tx, people, placed, told, now) -> None:
    with tx() as session:
        service.deliver(placed, "berkas", "", by=make.as_talent(people.talent), now=now)
        for days in (3, 6):
            service.follow_up_deliveries(now + timedelta(days=days))
        told(session)
        service.follow_up_deliveries(now + timedelta(days=7))
        assert told(session) == {
            (who, "placement-finished-silence") for who in ("talent", "client")
        }


def test_an_offer_that_ends_without_a_word_of_the_talent_is_told(
    make, tx, people, market, told, now
) -> None:
    with tx() as session:
        for person in (people.talent, people.peer, people.outsider):
            service.shortlist(market.brief, person, wanted=True, by=market.client, now=now)
        service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
        told(session)
        late = now + timedelta(days=5)
        service.expire_offers(late)
        assert told(session) == {("talent", "ended"), ("client", "answer")}
        last = session.exec(select(Notification).where(Notification.kind == "answer")).all()
        assert any("belum menjawab" in row.body for row in last)
        (second,) = queries.waiting_offers(people.peer)
        service.decline_offer(
            second.id, DeclineReason.TIME, by=make.as_talent(people.peer), now=late
        )
        (third,) = queries.waiting_offers(people.outsider)
        service.withdraw_offer(third.id, by=market.client, now=late)
        service.withdraw_offer(third.id, by=market.client, now=late)
        rows = session.exec(select(Notification).where(Notification.person_id == people.outsider))
        assert [row.key for row in rows].count(f"ended-{third.id}-1") == 1


def test_a_yes_that_nobody_confirms_ends_for_both(make, tx, people, market, told, now) -> None:
    with tx() as session:
        service.shortlist(market.brief, people.talent, wanted=True, by=market.client, now=now)
        offer = service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
        service.accept_offer(offer, by=make.as_talent(people.talent), now=now)
        told(session)
        service.expire_offers(now + timedelta(days=9))
        assert told(session) == {("talent", "ended"), ("client", "ended")}


def test_the_work_of_a_talent_is_no_matter_of_their_own_business(
    make, tx, people, placed, now
) -> None:
    """The talent also acts for the shop of somebody else, who must not read of this work."""
    other = make.as_client(people.other_client)
    with tx() as session:
        service.invite(accounts.person(people.talent).phone, by=other, now=now)
        shop = queries.client_of(people.other_client)
        token = members.open_invites(shop.id, now)[0][3]
        service.accept_invite(token, by=make.as_talent(people.talent), now=now)
        assert service.remind(now + timedelta(days=2)) == 1
        rows = session.exec(select(Notification).where(Notification.kind == "waits")).all()
        assert [row.person_id for row in rows] == [people.talent]


def test_payments_are_told_and_never_more_than_the_price(
    make, tx, people, market, placed, told, now
) -> None:
    today, client, talent = now.date(), market.client, make.as_talent(people.talent)
    with tx() as session:
        told(session)
        for hours in (0, 1):
            service.record_payment(
                placed, FIRST, 300_000, today, by=client, now=now + timedelta(hours=hours)
            )
        assert told(session) == {("talent", "placement-paid-client")}
        with pytest.raises(errors.Invalid):
            service.record_payment(placed, REST, 420_000, today, by=client, now=now)
        for _ in range(2):
            service.confirm_payment(placed, FIRST, 300_000, by=talent, now=now)
        assert told(session) == {("client", "placement-paid-talent")}
        service.record_payment(placed, REST, 400_000, today, by=client, now=now)
        assert sum(p.amount for p in agreements.payments(placed)) == 700_000


def test_nobody_confirms_an_amount_they_have_not_read(
    make, tx, people, market, placed, now
) -> None:
    today, talent = now.date(), make.as_talent(people.talent)
    with tx() as session:
        service.record_payment(placed, FIRST, 280_000, today, by=market.client, now=now)
        service.record_payment(placed, FIRST, 700_000, today, by=market.client, now=now)
        with pytest.raises(errors.Conflict):
            service.confirm_payment(placed, FIRST, 280_000, by=talent, now=now)
        assert session.exec(select(Payment)).one().confirmed_at is None


def test_an_officer_corrects_a_slip_and_the_talent_confirms_anew(
    make, tx, people, market, placed, officer, now
) -> None:
    today, talent = now.date(), make.as_talent(people.talent)
    with tx():
        service.record_payment(placed, FIRST, 28_000, today, by=talent, now=now)
        for somebody in (talent, market.client):
            with pytest.raises(errors.Conflict):
                service.record_payment(placed, FIRST, 280_000, today, by=somebody, now=now)
        service.record_payment(placed, FIRST, 280_000, today, by=officer, now=now)
        (payment,) = agreements.payments(placed)
        assert (payment.amount, payment.confirmed_at) == (280_000, None)


def test_the_form_of_payments_begins_with_what_is_missing(
    client, login, tx, people, market, placed, now
) -> None:
    with tx():
        service.record_payment(placed, FIRST, 300_000, now.date(), by=market.client, now=now)
    login(client, people.client)
    page = client.get(f"/work/{placed}").text
    assert 'value="400.000"' in page or 'value="400000"' in page
    chosen = (
        page.split('value="balance"')[0].rsplit("<", 1)[1] + page.split('value="balance"')[1][:40]
    )
    assert "selected" in chosen or "checked" in chosen


def test_a_payment_just_after_midnight_is_of_today_in_java(tx, market, placed, now) -> None:
    night = now.replace(hour=17, minute=30)
    today = (now + timedelta(days=1)).date()
    with tx():
        service.record_payment(placed, FIRST, 280_000, today, by=market.client, now=night)
        with pytest.raises(errors.Invalid):
            service.record_payment(
                placed, FIRST, 280_000, today + timedelta(days=1), by=market.client, now=night
            )
