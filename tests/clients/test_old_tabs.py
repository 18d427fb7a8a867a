"""Buttons of old tabs, of the wrong side, of somebody who only reads: they move nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from sanggar import errors
from sanggar.clients import disputes, service
from sanggar.clients.models import Placement
from sanggar.clients.rules import PlacementState
from sanggar.clients.stages import PaymentKind, Side
from sanggar.clients.work_models import WorkNote
from sanggar.kernel.access import Principal, Role

WORDS = "Kami tidak sepakat soal hasil"


def test_an_old_begin_button_takes_no_delivery_back(make, tx, people, placed, now) -> None:
    talent = make.as_talent(people.talent)
    with tx() as session:
        service.deliver(placed, "berkas", "", by=talent, now=now)
        with pytest.raises(errors.Conflict):
            service.start(placed, by=talent, now=now)
        assert session.get(Placement, placed).state is PlacementState.DELIVERED


def test_no_side_ends_a_dispute_with_an_old_button(make, tx, people, market, placed, now) -> None:
    talent = make.as_talent(people.talent)
    with tx() as session:
        service.deliver(placed, "berkas", "", by=talent, now=now)
        service.dispute(placed, WORDS, by=market.client, now=now)
        for press in (
            lambda: service.start(placed, by=talent, now=now),
            lambda: service.deliver(placed, "berkas lain", "", by=talent, now=now),
            lambda: service.ask_revision(placed, WORDS, by=market.client, now=now),
            lambda: service.accept_work(placed, 5, "", by=market.client, now=now),
        ):
            with pytest.raises(errors.Conflict):
                press()
        assert session.get(Placement, placed).state is PlacementState.DISPUTED


def test_a_change_is_asked_only_of_what_was_delivered_and_once(
    make, tx, people, market, placed, now
) -> None:
    with tx() as session:
        with pytest.raises(errors.Conflict):
            service.ask_revision(placed, WORDS, by=market.client, now=now)
        service.deliver(placed, "berkas", "", by=make.as_talent(people.talent), now=now)
        for _ in range(2):
            service.ask_revision(placed, WORDS, by=market.client, now=now)
        assert session.get(Placement, placed).revisions_used == 1


def test_a_second_delivery_with_other_words_is_not_lost_in_silence(
    make, tx, people, placed, now
) -> None:
    talent = make.as_talent(people.talent)
    with tx():
        for _ in range(2):
            service.deliver(placed, "berkas", "", by=talent, now=now)
        with pytest.raises(errors.Conflict):
            service.deliver(placed, "tautan yang benar", "", by=talent, now=now)


def test_both_sides_asking_for_help_have_both_spoken(make, tx, people, market, placed, now) -> None:
    """The second one's page was older than the dispute: what they wrote is their word."""
    with tx() as session:
        service.start(placed, by=make.as_talent(people.talent), now=now)
        service.dispute(placed, WORDS, by=market.client, now=now)
        with pytest.raises(errors.Invalid):
            service.dispute(placed, "x", by=make.as_talent(people.talent), now=now)
        for _ in range(2):
            service.dispute(
                placed, "Klien minta hal yang baru", by=make.as_talent(people.talent), now=now
            )
        said = session.exec(select(WorkNote).order_by(WorkNote.id)).all()
        assert [note.side for note in said] == [Side.CLIENT, Side.TALENT]
        assert disputes.follow_up(now + timedelta(days=8)) == (0, 0)


def test_a_talent_who_never_begins_can_be_brought_before_an_officer(
    make, tx, people, market, placed, officer, now
) -> None:
    with tx() as session:
        service.dispute(placed, "Uang muka sudah saya kirim", by=market.client, now=now)
        steps = [service.follow_up_disputes(now + timedelta(days=n)) for n in (3, 6, 7)]
        assert steps == [(1, 0), (1, 0), (0, 1)]
        assert session.get(Placement, placed).state is PlacementState.CANCELLED


def test_changes_asked_for_late_do_not_make_the_talent_late(
    make, tx, people, market, placed, now
) -> None:
    talent, due = make.as_talent(people.talent), now + timedelta(days=30)
    with tx() as session:
        service.deliver(placed, "berkas", "", by=talent, now=due)
        service.ask_revision(placed, WORDS, by=market.client, now=due + timedelta(days=5))
        service.deliver(placed, "berkas 2", "", by=talent, now=due + timedelta(days=6))
        service.accept_work(placed, 5, "", by=market.client, now=due + timedelta(days=7))
        assert session.get(Placement, placed).on_time is True


def test_the_province_reads_no_work_and_moves_none(client, login, tx, people, placed, now) -> None:
    login(client, people.province)
    url = f"/work/{placed}"
    for address in (url, f"{url}/agreement.pdf", "/offers/1/quote.pdf"):
        assert client.get(address).status_code == 404, address
    for verb in ("cancel", "dispute", "payments", "parts", "say"):
        data = {"reason": WORDS, "text": WORDS, "kind": "balance", "amount": "1000",
                "paid_on": now.date().isoformat(), "title1": "x"}  # fmt: skip
        assert client.post(f"{url}/{verb}", data=data).status_code == 404, verb
    with tx() as session:
        assert session.exec(select(Placement)).one().state is PlacementState.AGREED


def test_an_officer_of_elsewhere_does_not_end_a_dispute_of_their_own(
    make, tx, people, market, placed, hubs, now
) -> None:
    both = Principal(
        id=people.client, roles=frozenset({Role.CLIENT, Role.HUB_OFFICER}),
        hubs=frozenset({hubs["jember"]}),
    )  # fmt: skip
    with tx():
        service.dispute(placed, WORDS, by=both, now=now)
        with pytest.raises(errors.Conflict):
            service.cancel(placed, WORDS, by=both, now=now)
        with pytest.raises(errors.NotFound):
            service.settle(placed, PlacementState.CANCELLED, WORDS, by=both, now=now)


def test_nobody_walks_away_alone_once_a_payment_is_written_down(
    make, tx, people, market, placed, officer, now
) -> None:
    with tx() as session:
        service.record_payment(
            placed, PaymentKind.DOWN_PAYMENT, 280_000, now.date(), by=market.client, now=now
        )
        for somebody in (make.as_talent(people.talent), market.client):
            with pytest.raises(errors.Conflict):
                service.cancel(placed, WORDS, by=somebody, now=now)
        service.cancel(placed, WORDS, by=officer, now=now)
        assert session.get(Placement, placed).state is PlacementState.CANCELLED
