"""Several people and impatient fingers at the same moment: nobody is placed twice, nothing doubles."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import pytest
from sqlmodel import select

from sanggar import clock
from sanggar.accounts import queries as accounts
from sanggar.clients import members, queries, service
from sanggar.clients.business_models import ClientMember
from sanggar.clients.models import Brief, BriefMove, Offer, Placement
from sanggar.clients.talent_models import BusySpan
from sanggar.clients.work_models import Payment
from sanggar.kernel import db

MANY = 4


@pytest.fixture
def now(live_clock) -> datetime:
    """The real moment: threads do not see the clock that tests hold."""
    return clock.now()


def at_once(*actions: Callable[[], int]) -> Counter[int]:
    """Run actions at the same moment; return the statuses."""
    gate = Barrier(len(actions))

    def one(action: Callable[[], int]) -> int:
        gate.wait()
        return action()

    with ThreadPoolExecutor(len(actions)) as pool:
        return Counter(pool.map(one, actions))


def press(app, login, person: int, url: str, **data: str) -> list[Callable[[], int]]:
    """Return the same button pressed in several tabs."""
    tabs = [login(app.test_client(), person) for _ in range(MANY)]
    return [lambda tab=tab: tab.post(url, data=data).status_code for tab in tabs]


def accepted(make, people, client, now, **brief) -> int:
    """Return an offer to the talent that waits for the client's word."""
    made = service.write_brief(make.brief_text(now, **brief), by=client, now=now, publish=True)
    service.shortlist(made, people.talent, wanted=True, by=client, now=now)
    due = brief.get("deadline") or (now + timedelta(days=30)).date()
    offer = service.send_offers(made, make.terms(now, due=due), by=client, now=now)
    service.accept_offer(offer, by=make.as_talent(people.talent), now=now)
    return offer


def test_one_offer_confirmed_many_times_is_one_placement(
    app, client, login, make, people, market, tx, now
) -> None:
    with tx():
        offer = accepted(make, people, market.client, now)
    tabs = press(app, login, people.client, f"/offers/{offer}/confirm")
    assert at_once(*tabs) == {303: MANY}
    with tx() as session:
        placed = session.exec(select(Placement)).one()
        agreed = session.exec(select(BriefMove).where(BriefMove.brief_id == placed.brief_id))
        assert [m.new.value for m in agreed].count("agreed") == 1


def test_two_clients_never_get_one_talent_on_site_on_one_day(
    app, client, login, make, people, market, tx, now
) -> None:
    day = (now + timedelta(days=20)).date()
    with tx():
        other = make.as_client(people.other_client)
        first = accepted(make, people, market.client, now, onsite=True, deadline=day)
        second = accepted(make, people, other, now, onsite=True, deadline=day)
    here = press(app, login, people.client, f"/offers/{first}/confirm")
    there = press(app, login, people.other_client, f"/offers/{second}/confirm")
    assert at_once(*here, *there) == {303: MANY, 409: MANY}
    with tx() as session:
        assert session.exec(select(Placement)).one().person_id == people.talent


def test_a_day_off_and_a_confirmation_take_turns(
    app, client, login, make, people, market, tx, now
) -> None:
    day = (now + timedelta(days=20)).date()
    with tx():
        offer = accepted(make, people, market.client, now, onsite=True, deadline=day)
    confirm = press(app, login, people.client, f"/offers/{offer}/confirm")
    off = {"kind": "off", "starts_on": day.isoformat(), "ends_on": "", "note": ""}
    free = press(app, login, people.talent, "/profile/work/calendar", **off)
    answers = at_once(*confirm, *free)
    with tx() as session:
        placed = session.exec(select(Placement)).all()
        spans = session.exec(select(BusySpan)).all()
    # whoever came first, and only they
    assert (len(placed), len(spans)) in {(1, 0), (0, 1)}
    assert answers == ({303: MANY, 422: MANY} if placed else {303: MANY, 409: MANY})


def test_a_no_pressed_many_times_asks_one_next_talent(
    app, client, login, make, people, market, tx, now
) -> None:
    with tx():
        for person in (people.talent, people.peer, people.outsider):
            service.shortlist(market.brief, person, wanted=True, by=market.client, now=now)
        offer = service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
    tabs = press(app, login, people.talent, f"/offers/{offer}/decline", reason="time")
    assert at_once(*tabs) == {303: MANY}
    with tx() as session:
        asked = session.exec(select(Offer.person_id).order_by(Offer.id)).all()
        assert list(asked) == [people.talent, people.peer]


def test_a_new_day_and_the_end_of_a_brief_take_turns(
    app, client, make, people, market, tx, now
) -> None:
    """The job that ends briefs looks again once a client who was faster has finished."""
    with tx() as session:
        session.get(Brief, market.brief).deadline = (now - timedelta(days=1)).date()
    with ThreadPoolExecutor(1) as pool:
        with tx():
            day = {"deadline": (now + timedelta(days=5)).date()}
            service.answer(market.brief, "when", day, by=market.client, now=now)
            ended = pool.submit(_expire, app, now)
            time.sleep(0.3)  # it has read the old day by now, and waits
        assert ended.result() == 0
    with tx():
        assert queries.brief(market.brief, market.client).open


def _expire(app, now: datetime) -> int:
    with db.transaction(app):
        return service.expire_briefs(now)


def test_a_payment_and_an_invitation_count_once(
    app, client, login, make, people, market, placed, tx, now
) -> None:
    paid = {"kind": "down_payment", "amount": "280000", "paid_on": clock.today().isoformat()}
    tabs = press(app, login, people.client, f"/work/{placed}/payments", **paid)
    assert at_once(*tabs) == {303: MANY}
    with tx():
        service.invite(accounts.person(people.other_client).phone or "", by=market.client, now=now)
        token = members.open_invites(queries.client_of(people.client).id, now)[0][3]
    tabs = press(app, login, people.other_client, f"/businesses/join/{token}")
    assert at_once(*tabs) == {303: MANY}
    with tx() as session:
        assert session.exec(select(Payment)).one().amount == 280_000
        assert len(session.exec(select(ClientMember)).all()) == 2
