"""A business with several people: asking in, joining, leaving, handing over; one record of it all."""

from __future__ import annotations

import re
import sqlite3
from datetime import timedelta

import pytest
from sqlmodel import select
from tests.support import count_sql

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.clients import businesses, links, members, queries, service
from sanggar.clients.business_models import Client, ClientInvite, ClientMember
from sanggar.kernel import schema
from sanggar.kernel.access import Principal
from sanggar.kernel.db import Database
from sanggar.workshops.models import Guest, Session


def token_of(client_id: int, now) -> str:
    return members.open_invites(client_id, now)[-1][3]


@pytest.fixture
def joined(make, tx, people, market, now) -> int:
    """The business of the client, in which the other client acts as a member."""
    with tx():
        phone = accounts.person(people.other_client).phone
        service.invite(phone, by=market.client, now=now)
        mine = queries.client_of(people.client)
        return service.accept_invite(
            token_of(mine.id, now), by=make.as_client(people.other_client), now=now
        )


def test_a_member_acts_for_the_business(make, tx, people, market, joined, now) -> None:
    other = make.as_client(people.other_client)
    with tx() as session:
        assert [b.id for b in queries.briefs_of(people.other_client)] == [market.brief]
        service.shortlist(market.brief, people.talent, wanted=True, by=other, now=now)
        offer = service.send_offers(market.brief, make.terms(now), by=other, now=now)
        service.accept_offer(offer, by=make.as_talent(people.talent), now=now)
        placed = service.confirm_offer(offer, by=market.client, now=now)
        service.deliver(placed, "Berkas", "", by=make.as_talent(people.talent), now=now)
        service.accept_work(placed, 5, "", by=other, now=now)
        brief = service.write_brief(make.brief_text(now), by=other, now=now, publish=True)
        assert queries.brief(brief, market.client).client_id == joined
        assert len(list(session.exec(select(Client)))) == 1


def test_every_page_works_for_a_member(make, client, login, people, market, joined, tx, now):
    login(client, people.other_client)
    for url in (
        "/briefs", f"/briefs/{market.brief}", f"/briefs/{market.brief}/edit", "/briefs/business",
        f"/briefs/{market.brief}/talents", "/briefs/work", "/briefs/business/people",
    ):  # fmt: skip
        assert client.get(url).status_code == 200, url
    page = client.get("/briefs/business/people").text
    assert "Keluar" in page and "Buat tautan" not in page
    add = f"/briefs/{market.brief}/talents/{people.talent}/shortlist"
    assert client.post(add, data={"wanted": "1"}).status_code == 303
    assert (
        client.post("/briefs/business", data={"organisation": "X", "kind": "micro"}).status_code
        == 403
    )
    asked = client.post("/briefs/business/people", data={"login": "081200000555"})
    assert asked.status_code == 403


def test_an_invitation_is_for_one_person_and_for_a_short_time(make, tx, people, market, now):
    other = make.as_client(people.other_client)
    with tx():
        mine = queries.client_of(people.client)
        first = service.invite("OTHER_client@example.org", by=market.client, now=now)
        assert service.invite("other_client@example.org", by=market.client, now=now) == first
        token = token_of(mine.id, now)
        with pytest.raises(errors.Forbidden):
            service.accept_invite(token, by=make.as_client(people.talent), now=now)
        with pytest.raises(errors.NotFound):
            service.accept_invite(token + "x", by=other, now=now)
        with pytest.raises(errors.NotFound):
            links.read("other", token, now)
        with pytest.raises(errors.Conflict):
            service.accept_invite(token, by=other, now=now + timedelta(days=4))
        service.revoke_invite(first, by=market.client, now=now)
        with pytest.raises(errors.Conflict):
            service.accept_invite(token, by=other, now=now)
        assert members.open_invites(mine.id, now) == []


def test_joining_twice_changes_nothing_and_a_link_works_once(make, tx, people, market, joined, now):
    other = make.as_client(people.other_client)
    with tx() as session:
        (row,) = session.exec(select(ClientInvite))
        token = links.sign("invite", now, timedelta(hours=1), invite=row.id)
        assert service.accept_invite(token, by=other, now=now) == joined
        assert len(list(session.exec(select(ClientMember)))) == 2
        service.remove_member(people.other_client, by=market.client)
        with pytest.raises(errors.Conflict):
            service.accept_invite(token, by=other, now=now)


def test_somebody_without_a_role_becomes_a_client_by_joining(make, tx, people, market, now) -> None:
    with tx():
        service.invite("talent@example.org", by=market.client, now=now)
        mine = queries.client_of(people.client)
        service.accept_invite(token_of(mine.id, now), by=make.as_talent(people.talent), now=now)
        assert "client" in {grant.role.value for grant in accounts.roles(people.talent)}


def test_a_business_that_is_only_a_name_is_given_up_one_with_briefs_is_not(
    make, tx, people, market, now
) -> None:
    other = make.as_client(people.other_client)
    with tx() as session:
        service.ensure_client(people.other_client, now)
        mine = queries.client_of(people.client)
        service.invite("other_client@example.org", by=market.client, now=now)
        service.accept_invite(token_of(mine.id, now), by=other, now=now)
        assert len(list(session.exec(select(Client)))) == 1
        service.remove_member(people.other_client, by=other)
        assert queries.briefs_of(people.other_client) == []
        service.write_brief(make.brief_text(now), by=other, now=now, publish=True)
        service.invite("other_client@example.org", by=market.client, now=now)
        with pytest.raises(errors.Conflict):
            service.accept_invite(token_of(mine.id, now), by=other, now=now)


def test_the_owner_hands_over_and_may_then_leave(make, tx, people, market, joined, now) -> None:
    other = make.as_client(people.other_client)
    with tx() as session:
        with pytest.raises(errors.Conflict):
            service.remove_member(people.client, by=market.client)
        with pytest.raises(errors.Forbidden):
            service.remove_member(people.client, by=other)
        with pytest.raises(errors.Forbidden):
            service.hand_over(people.other_client, by=other)
        with pytest.raises(errors.NotFound):
            service.hand_over(people.talent, by=market.client)
        service.hand_over(people.other_client, by=market.client)
        service.hand_over(people.other_client, by=market.client)
        assert session.get(Client, joined).person_id == people.other_client
        assert businesses.people_of(joined) == (people.other_client, people.client)
        service.remove_member(people.client, by=market.client)
        assert businesses.people_of(joined) == (people.other_client,)
        with pytest.raises(errors.NotFound):
            queries.brief(market.brief, market.client)


def test_inviting_over_http(client, login, people, market, tx, now) -> None:
    login(client, people.client)
    wrong = client.post("/briefs/business/people", data={"login": "bukan nomor"})
    assert wrong.status_code == 422 and "bukan nomor" in wrong.text
    assert client.post("/briefs/business/people", data={"login": "0812"}).status_code == 422
    sent = client.post("/briefs/business/people", data={"login": "+6281200000600"})
    assert sent.status_code == 303
    with tx():
        number = accounts.person(people.other_client).phone
    client.post("/briefs/business/people", data={"login": number})
    page = client.get("/briefs/business/people").text
    assert "wa.me" in page
    path = re.findall(r"/businesses/join/[\w.-]+", page)[-1]
    login(client, people.talent)
    assert client.get(path).status_code == 403
    login(client, people.other_client)
    assert "Sulastri" in client.get(path).text
    assert client.post(path).status_code == 303
    assert client.post(path).status_code == 303
    login(client, people.client)
    assert client.post(f"/briefs/business/people/{people.other_client}/owner").status_code == 303
    assert client.post(f"/briefs/business/people/{people.client}/remove").status_code == 303


def test_a_stranger_is_sent_to_sign_in_and_back(client, people, market, tx, now) -> None:
    with tx():
        service.invite("081200000555", by=market.client, now=now)
        token = token_of(queries.client_of(people.client).id, now)
    answer = client.get(f"/businesses/join/{token}")
    assert answer.status_code == 303 and "next=" in answer.location


def add_guest(phone: str, *, hub: int, attended: bool = True, name: str = "Sulastri") -> None:
    from sanggar.kernel import db

    at = clock.now() - timedelta(days=400)
    session = db.add(Session(
        hub_id=hub, title="Kemasan 2024", starts_at=at, ends_at=at, capacity=50, uid=name + phone,
        code=f"C{len(phone)}{attended}", changed_at=at,
    ))  # fmt: skip
    db.add(Guest(session_id=session.id, name=name, phone=phone, attended=attended, at=at))


def test_one_record_of_participant_client_and_beneficiary(
    make, tx, app, client, login, people, market, hubs, now
) -> None:
    with tx():
        phone = accounts.person(people.client).phone
        add_guest("0" + phone.removeprefix("+62"), hub=hubs["malang"])
        add_guest(phone, hub=hubs["malang"], attended=False, name="Belum hadir")
        officer = make.as_officer(people.officer, hubs["malang"])
        owner = service.Owner("Keripik", "Sulastri", phone)
        make.help_owner(make.brief_text(now), owner, officer, now)
        mine = queries.client_of(people.client)
        found = businesses.business(mine.id, officer)
        assert (found.participant, found.asks, found.beneficiary) == (True, True, True)
        assert [v.name for v in found.visits] == ["Sulastri"] and found.counts.briefs == 2
        with pytest.raises(errors.NotFound):
            businesses.business(mine.id, Principal(id=people.other_client))
    login(client, people.officer)
    with count_sql(app) as statements:
        page = client.get(f"/officer/businesses/{mine.id}")
    assert "Kemasan 2024" in page.text and len(statements) <= 8
    login(client, people.other_hub_officer)
    assert client.get(f"/officer/businesses/{mine.id}").status_code == 404
    login(client, people.client)
    for url in ("/briefs/business", "/briefs/business/people"):
        with count_sql(app) as statements:
            assert client.get(url).status_code == 200
        assert len(statements) <= 8, url


@pytest.mark.once
def test_owners_of_before_are_members_after_the_upgrade(tmp_path) -> None:
    path = tmp_path / "old.db"
    old = Database(f"sqlite:///{path}")
    schema.upgrade(old, "0002")
    with sqlite3.connect(path) as connection:
        users = connection.execute('PRAGMA table_info("user")').fetchall()
        need = {row[1]: 0 for row in users if row[3] and row[4] is None and not row[5]}
        need |= {"id": 8, "name": "Bu Sulas", "created_at": "2026-01-01 00:00:00"}
        columns, marks = ", ".join(need), ", ".join("?" * len(need))
        connection.execute(f'INSERT INTO "user" ({columns}) VALUES ({marks})', tuple(need.values()))
        connection.execute(
            "INSERT INTO client (id, person_id, organisation, kind, whatsapp, created_at)"
            " VALUES (3, 8, 'Keripik', 'micro', '', '2026-01-01 00:00:00')"
        )
    connection.close()
    schema.upgrade(old)
    with old.engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT client_id, person_id, role FROM client_member")
        assert [tuple(row) for row in rows] == [(3, 8, "owner")]
    old.dispose()
