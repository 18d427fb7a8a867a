"""Parts, money that is only written down, disputes with a default outcome, stars both ways."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlmodel import select
from tests.support import count_sql

from sanggar import errors
from sanggar.clients import agreements, queries, service, work_files
from sanggar.clients.agreements import Part
from sanggar.clients.models import Placement
from sanggar.clients.rules import BriefState, PlacementState
from sanggar.clients.stages import PaymentKind
from sanggar.clients.work_models import Milestone, Payment


def test_parts_are_planned_done_and_accepted(make, tx, people, market, placed, now) -> None:
    talent = make.as_talent(people.talent)
    with tx() as session:
        service.plan_parts(placed, [Part("Sketsa"), Part("Berkas akhir")], by=talent, now=now)
        service.plan_parts(
            placed, [Part("Sketsa"), Part("Rancangan"), Part("Akhir")], by=talent, now=now
        )
        assert [p.title for p in agreements.parts(placed)] == ["Sketsa", "Rancangan", "Akhir"]
        with pytest.raises(errors.Conflict):
            service.tick_part(placed, 1, by=market.client, now=now)
        service.tick_part(placed, 1, by=talent, now=now)
        service.tick_part(placed, 1, by=talent, now=now + timedelta(days=1))
        service.tick_part(placed, 1, by=market.client, now=now + timedelta(days=2))
        part = agreements.parts(placed)[0]
        assert (part.done_at, part.accepted_at) == (now, now + timedelta(days=2))
        with pytest.raises(errors.Conflict):
            service.plan_parts(placed, [Part("Lain")], by=market.client, now=now)
        service.plan_parts(placed, [Part("Sketsa"), Part("Akhir")], by=market.client, now=now)
        assert len(list(session.exec(select(Milestone)))) == 2
        with pytest.raises(errors.NotFound):
            service.tick_part(placed, 5, by=talent, now=now)


@pytest.mark.parametrize("wrong", [[Part("")], [Part("x")] * 6, ["late"]])
def test_parts_that_cannot_be_are_refused(make, tx, market, placed, now, wrong) -> None:
    wanted = [Part("x", (now + timedelta(days=99)).date())] if wrong == ["late"] else wrong
    with tx(), pytest.raises(errors.Invalid):
        service.plan_parts(placed, wanted, by=market.client, now=now)


def test_money_is_written_down_and_confirmed_by_the_talent(make, tx, people, market, placed, now):
    talent, first = make.as_talent(people.talent), PaymentKind.DOWN_PAYMENT
    today = now.date()
    with tx() as session:
        service.record_payment(placed, first, 200_000, today, by=market.client, now=now)
        service.record_payment(placed, first, 280_000, today, "BRI", by=market.client, now=now)
        (payment,) = session.exec(select(Payment))
        assert (payment.amount, payment.note, payment.confirmed_at) == (280_000, "BRI", None)
        with pytest.raises(errors.NotFound):
            service.confirm_payment(placed, first, 280_000, by=market.client, now=now)
        service.confirm_payment(placed, first, 280_000, by=talent, now=now)
        service.confirm_payment(placed, first, 280_000, by=talent, now=now + timedelta(days=1))
        assert payment.confirmed_at == now
        service.record_payment(placed, first, 280_000, today, by=market.client, now=now)
        with pytest.raises(errors.Conflict):
            service.record_payment(placed, first, 1_000, today, by=market.client, now=now)
        rest = PaymentKind.BALANCE
        service.record_payment(placed, rest, 420_000, today, by=talent, now=now)
        assert agreements.payments(placed)[1].confirmed_at == now
        for amount, day in ((0, today), (700_001, today), (1, today + timedelta(days=2))):
            with pytest.raises(errors.Invalid):
                service.record_payment(placed, rest, amount, day, by=market.client, now=now)


def begin_dispute(make, people, placed, now, *, by, delivered: bool) -> None:
    talent = make.as_talent(people.talent)
    service.start(placed, by=talent, now=now)
    if delivered:
        service.deliver(placed, "berkas", "", by=talent, now=now)
    service.dispute(placed, "Kami tidak sepakat soal hasil", by=by, now=now)


def follow_up(now) -> list[tuple[int, int]]:
    return [service.follow_up_disputes(now + timedelta(days=n)) for n in (1, 3, 4, 6, 7, 8)]


def test_a_silent_client_of_delivered_work_has_accepted_it(make, tx, people, market, placed, now):
    with tx() as session:
        begin_dispute(make, people, placed, now, by=make.as_talent(people.talent), delivered=True)
        assert follow_up(now) == [(0, 0), (1, 0), (0, 0), (1, 0), (0, 1), (0, 0)]
        row = session.get(Placement, placed)
        assert (row.state, row.by_rule, row.was_disputed) == (PlacementState.FINISHED, True, True)
        assert work_files.log(placed).notes[-1].side.value == "rule"


def test_a_silent_talent_loses_the_work(make, tx, people, market, placed, now) -> None:
    with tx() as session:
        begin_dispute(make, people, placed, now, by=market.client, delivered=False)
        follow_up(now)
        assert session.get(Placement, placed).state is PlacementState.CANCELLED
        assert queries.brief(market.brief, market.client).state is BriefState.CANCELLED


def test_when_both_have_spoken_only_an_officer_decides(make, tx, people, market, placed, now):
    talent = make.as_talent(people.talent)
    with tx() as session:
        begin_dispute(make, people, placed, now, by=market.client, delivered=True)
        service.say(placed, "Saya sudah kirim sesuai pesanan", by=talent, now=now)
        service.say(placed, "Saya sudah kirim sesuai pesanan", by=talent, now=now)
        assert len([n for n in work_files.log(placed).notes if n.kind.value == "dispute"]) == 2
        assert follow_up(now) == [(0, 0)] * 6
        assert session.get(Placement, placed).state is PlacementState.DISPUTED
        hub = queries.brief(market.brief, market.client).hub_id
        officer = make.as_officer(people.officer, hub)
        running = PlacementState.RUNNING
        service.settle(placed, running, "Diperbaiki satu kali lagi", by=officer, now=now)
        with pytest.raises(errors.Conflict):
            service.say(placed, "Masih ada yang kurang", by=talent, now=now)


def test_a_second_dispute_begins_anew(make, tx, people, market, placed, now) -> None:
    talent = make.as_talent(people.talent)
    with tx() as session:
        begin_dispute(make, people, placed, now, by=market.client, delivered=True)
        service.say(placed, "Saya sudah kirim sesuai pesanan", by=talent, now=now)
        hub = queries.brief(market.brief, market.client).hub_id
        service.settle(
            placed, PlacementState.RUNNING, "Lanjutkan dulu ya", by=make.as_officer(people.officer, hub),
            now=now + timedelta(days=1),
        )  # fmt: skip
        again = now + timedelta(days=2)
        service.dispute(placed, "Masih tidak sepakat juga", by=talent, now=again)
        assert follow_up(again)[4] == (0, 1)
        assert session.get(Placement, placed).state is PlacementState.CANCELLED


def test_stars_go_both_ways(make, tx, people, market, placed, now) -> None:
    talent = make.as_talent(people.talent)
    with tx() as session:
        with pytest.raises(errors.Conflict):
            service.rate_client(placed, 5, "", by=talent, now=now)
        service.deliver(placed, "berkas", "", by=talent, now=now)
        service.accept_work(placed, 4, "", by=market.client, now=now)
        with pytest.raises(errors.NotFound):
            service.rate_client(placed, 5, "", by=market.client, now=now)
        service.rate_client(placed, 5, "Jelas dan ramah", by=talent, now=now)
        service.rate_client(placed, 1, "", by=talent, now=now)
        row = session.get(Placement, placed)
        assert (row.rating, row.client_rating, row.client_comment) == (4, 5, "Jelas dan ramah")


def test_the_page_of_the_work_over_http(app, client, login, people, market, placed, tx, now):
    url = f"/work/{placed}"
    login(client, people.client)
    parts = {"title1": "Sketsa", "due1": (now + timedelta(days=3)).date().isoformat()}
    assert client.post(f"{url}/parts", data=parts).status_code == 303
    wrong = client.post(f"{url}/parts", data={"title1": "", "due1": parts["due1"]})
    assert wrong.status_code == 422 and "perlu nama" in wrong.text
    paid = {"kind": "down_payment", "amount": "280.000", "paid_on": now.date().isoformat()}
    assert client.post(f"{url}/payments", data=paid).status_code == 303
    bad = client.post(f"{url}/payments", data={**paid, "amount": "banyak"})
    assert bad.status_code == 422 and "banyak" in bad.text
    assert client.post(f"{url}/payments/down_payment/arrived").status_code == 403
    login(client, people.talent)
    page = client.get(url).text
    assert "Sketsa" in page and "Rp280.000" in page
    assert (
        client.post(f"{url}/payments/down_payment/arrived", data={"amount": "280000"}).status_code
        == 303
    )
    assert client.post(f"{url}/payments/tip/arrived").status_code == 404
    assert client.post(f"{url}/parts/1").status_code == 303
    assert client.post(f"{url}/start").status_code == 303
    client.post(f"{url}/deliver", data={"note": "Berkas siap"})
    client.post(f"{url}/dispute", data={"reason": "Klien minta hal baru"})
    assert client.post(f"{url}/say", data={"text": "x"}).status_code == 422
    login(client, people.client)
    assert (
        client.post(f"{url}/say", data={"text": "Hasilnya berbeda dari contoh"}).status_code == 303
    )
    login(client, people.officer)
    with count_sql(app) as statements:
        page = client.get(url).text
    assert "Hasilnya berbeda" in page and len(statements) <= 8
    settled = {"reason": "Sudah sesuai perjanjian", "to": "finished"}
    assert client.post(f"{url}/settle", data=settled).status_code == 303
    login(client, people.talent)
    assert client.post(f"{url}/rate-client", data={}).status_code == 422
    assert client.post(f"{url}/rate-client", data={"client_rating": "5"}).status_code == 303
    for somebody in (people.peer, people.other_client, people.other_hub_officer):
        login(client, somebody)
        for post in ("parts", "parts/1", "payments", "say"):
            answer = client.post(f"{url}/{post}", data={"title1": "x", **paid, "text": "y" * 20})
            assert answer.status_code == 404, post


def test_the_brief_shows_its_history_in_eight_statements(
    app, client, login, people, market, placed
):
    login(client, people.client)
    with count_sql(app) as statements:
        page = client.get(f"/briefs/{market.brief}").text
    listed = re.findall(r"<li>(.*?)</li>", page.split("Yang sudah terjadi")[1], re.DOTALL)
    assert len(listed) >= 5 and len(statements) <= 8
