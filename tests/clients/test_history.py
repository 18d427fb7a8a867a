"""Every move of a brief is dated and by rule; whoever is waited for is told, once."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select

from sanggar import errors
from sanggar.clients import history, offers, queries, service
from sanggar.clients.models import BriefReminder, Offer, ShortlistEntry
from sanggar.clients.rules import BriefState, DeclineReason, OfferState
from sanggar.kernel import db
from sanggar.notifications.models import Notification


def ladder(brief_id: int) -> list[str]:
    return [move.new.value for move in history.moves(brief_id)]


def told(session, person_id: int) -> list[str]:
    rows = session.exec(
        select(Notification).where(
            Notification.person_id == person_id, Notification.kind == "waits"
        ).order_by(Notification.id)
    )  # fmt: skip
    return [row.subject for row in rows]


def test_the_whole_way_is_written_down_with_who_and_when(make, tx, people, market, placed, now):
    talent = make.as_talent(people.talent)
    with tx():
        service.start(placed, by=talent, now=now + timedelta(days=1))
        service.deliver(placed, "berkas", "", by=talent, now=now + timedelta(days=2))
        later = now + timedelta(days=3)
        service.ask_revision(placed, "Warna lebih muda", by=market.client, now=later)
        service.deliver(placed, "berkas 2", "", by=talent, now=now + timedelta(days=4))
        service.accept_work(placed, 5, "", by=market.client, now=now + timedelta(days=5))
        assert ladder(market.brief) == [
            "draft", "open", "shortlisted", "offered", "agreed", "running", "delivered", "running",
            "delivered", "finished",
        ]  # fmt: skip
        moves = history.moves(market.brief)
        assert moves[6].at == now + timedelta(days=2) and moves[6].by_id == people.talent
        assert moves[-1].by_id == people.client
        history.note(market.brief, now)  # nothing has moved since
        assert len(history.moves(market.brief)) == 10


def test_each_offer_in_turn_is_dated(make, tx, people, market, now) -> None:
    with tx():
        for person in (people.talent, people.peer):
            service.shortlist(market.brief, person, wanted=True, by=market.client, now=now)
        first = service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
        by = make.as_talent(people.talent)
        service.decline_offer(first, DeclineReason.TIME, by=by, now=now)
        assert ladder(market.brief)[-4:] == ["shortlisted", "offered", "shortlisted", "offered"]
        service.expire_offers(now + timedelta(days=5))
        assert ladder(market.brief)[-1] == "shortlisted"
        assert history.moves(market.brief)[-1].by_id is None


def test_a_move_against_the_rules_is_refused(make, tx, people, market, now) -> None:
    with tx() as session, pytest.raises(errors.Conflict):
        from sanggar.clients.models import Brief

        row = session.get(Brief, market.brief)
        row.state = BriefState.FINISHED
        db.flush()
        history.note(market.brief, now)


def test_a_client_who_never_confirms_lets_the_offer_end(make, tx, people, market, now) -> None:
    with tx() as session:
        service.shortlist(market.brief, people.talent, wanted=True, by=market.client, now=now)
        offer = service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
        service.accept_offer(offer, by=make.as_talent(people.talent), now=now)
        assert service.expire_offers(now + timedelta(days=2)) == 0
        assert service.expire_offers(now + timedelta(days=6)) == 1
        assert session.get(Offer, offer).state is OfferState.WITHDRAWN
        with pytest.raises(errors.Conflict):
            service.confirm_offer(offer, by=market.client, now=now + timedelta(days=6))
        assert queries.brief(market.brief, market.client).state is BriefState.SHORTLISTED


def test_a_holiday_gives_the_client_a_day_more_to_confirm(
    make, tx, people, market, now, monkeypatch
) -> None:
    """Accepted on a Saturday: Monday to Wednesday count; a holiday on Tuesday adds Thursday."""
    monkeypatch.setattr(offers.programme, "holidays", lambda: frozenset({date(2026, 11, 24)}))
    with tx():
        service.shortlist(market.brief, people.talent, wanted=True, by=market.client, now=now)
        offer = service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
        service.accept_offer(offer, by=make.as_talent(people.talent), now=now)
        thursday = now.replace(day=25, hour=18)  # 26 November, 01.00 in Java
        assert service.expire_offers(thursday) == 0
        assert service.expire_offers(thursday + timedelta(days=1)) == 1


def test_an_expired_brief_comes_back_with_another_day(make, tx, people, market, now) -> None:
    with tx() as session:
        service.shortlist(market.brief, people.talent, wanted=True, by=market.client, now=now)
        late = now + timedelta(days=40)
        assert service.expire_briefs(late) == 1
        fresh = make.brief_text(now, deadline=(late + timedelta(days=20)).date())
        service.write_brief(fresh, by=market.client, now=late, publish=True, brief_id=market.brief)
        assert ladder(market.brief)[-3:] == ["expired", "open", "shortlisted"]
        assert len(list(session.exec(select(ShortlistEntry)))) == 1
        assert service.send_offers(market.brief, make.terms(late), by=market.client, now=late)


def test_reminders_go_out_once_each(make, tx, people, market, now) -> None:
    with tx() as session:
        sent = [service.remind(now + timedelta(days=n)) for n in (1, 2, 3, 7, 8, 30)]
        assert sent == [0, 1, 0, 1, 0, 0]
        assert told(session, people.client) == ["Talenta menunggu pilihan Anda"] * 2
        assert len(list(session.exec(select(BriefReminder)))) == 2


def test_a_late_first_run_reminds_once_not_twice(tx, market, now) -> None:
    with tx():
        assert service.remind(now + timedelta(days=9)) == 1
        assert service.remind(now + timedelta(days=9)) == 0


def test_talents_and_clients_are_asked_for_their_answer(make, tx, people, market, now) -> None:
    with tx() as session:
        service.shortlist(market.brief, people.talent, wanted=True, by=market.client, now=now)
        offer = service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
        ends = session.get(Offer, offer).answer_by
        assert service.remind(ends - timedelta(hours=7)) == 0
        assert service.remind(ends - timedelta(hours=5)) == 1
        assert service.remind(ends - timedelta(hours=4)) == 0
        assert told(session, people.talent) == ["Tinggal beberapa jam untuk menjawab"]
        answered = ends - timedelta(hours=1)
        service.accept_offer(offer, by=make.as_talent(people.talent), now=answered)
        steps = [service.remind(answered + timedelta(hours=h)) for h in (1, 25, 26, 49, 50)]
        assert steps == [0, 1, 0, 1, 0]
        assert len(told(session, people.client)) == 2


def test_work_not_begun_and_work_due_are_called_to_mind(make, tx, people, placed, now) -> None:
    talent = make.as_talent(people.talent)
    with tx() as session:
        assert service.remind(now + timedelta(days=2)) == 1
        service.start(placed, by=talent, now=now + timedelta(days=3))
        steps = [service.remind(now + timedelta(days=n)) for n in (20, 28, 29, 31, 32)]
        assert steps == [0, 1, 0, 1, 0]
        assert told(session, people.talent) == [
            "Pekerjaan belum dimulai", "Tenggat pekerjaan sudah dekat",
            "Tenggat pekerjaan sudah lewat",
        ]  # fmt: skip


def test_two_reminders_of_a_delivery_reach_the_client(make, tx, people, placed, now) -> None:
    with tx() as session:
        service.deliver(placed, "berkas", "", by=make.as_talent(people.talent), now=now)
        for days in (3, 6):
            service.follow_up_deliveries(now + timedelta(days=days))
        rows = session.exec(
            select(Notification.subject).where(Notification.person_id == people.client)
        )
        assert list(rows).count("Hasil menunggu Anda") == 2
