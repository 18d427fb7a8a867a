"""A business whose owner's account is closed: another member owns it, or it is closed; nothing is lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select
from tests.support import count_sql

from sanggar import errors
from sanggar.accounts import queries as known
from sanggar.accounts import service as accounts
from sanggar.clients import history, links, members, queries, service
from sanggar.clients.business_models import Client, ClientInvite, ClientMember
from sanggar.clients.models import Offer
from sanggar.clients.rules import BriefState, ClientKind, MemberRole, OfferState
from sanggar.kernel.models import AuditEntry
from sanggar.notifications.models import Notification


@pytest.fixture
def shop(tx, people, market, now) -> int:
    """The business of the client, which another person may act for, too."""
    with tx():
        return queries.client_of(people.client).id


def joined(make, people, client, now) -> None:
    service.invite("other_client@example.org", by=client, now=now)
    token = members.open_invites(queries.client_of(people.client).id, now)[0][3]
    service.accept_invite(token, by=make.as_client(people.other_client), now=now)


def test_an_officer_of_the_hub_names_another_member(
    make, tx, people, market, shop, officer, now
) -> None:
    with tx() as session:
        joined(make, people, market.client, now)
        with pytest.raises(errors.Conflict):  # the owner can do it
            service.name_owner(shop, people.other_client, by=officer, now=now)
        accounts.set_active(people.client, False)
        for nobody in (make.as_officer(people.other_hub_officer, 99), market.client):
            with pytest.raises(errors.NotFound):
                service.name_owner(shop, people.other_client, by=nobody, now=now)
        with pytest.raises(errors.NotFound):  # no member
            service.name_owner(shop, people.peer, by=officer, now=now)
        with pytest.raises(errors.Conflict):  # somebody is left
            service.close_business(shop, by=officer, now=now)
        for _ in range(2):
            service.name_owner(shop, people.other_client, by=officer, now=now)
        assert session.get(Client, shop).person_id == people.other_client
        assert {m.person_id: m.role for m in session.exec(select(ClientMember))} == {
            people.client: MemberRole.MEMBER, people.other_client: MemberRole.OWNER,
        }  # fmt: skip
        assert queries.brief(market.brief, make.as_client(people.other_client)).mine
        told = session.exec(select(Notification).where(Notification.kind == "business")).one()
        assert told.person_id == people.other_client


def test_a_business_that_nobody_is_left_in_is_closed_with_its_briefs(
    app, client, login, make, tx, people, market, shop, now
) -> None:
    with tx() as session:
        service.shortlist(market.brief, people.talent, wanted=True, by=market.client, now=now)
        offer = service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
        draft = service.begin(make.TRACK, make.SERVICE, by=market.client, now=now)
        service.invite("somebody@example.org", by=market.client, now=now)
        accounts.set_active(people.client, False)
    url = f"/officer/businesses/{shop}"
    login(client, people.officer)
    assert url in client.get("/officer/briefs").text
    with count_sql(app) as statements:
        page = client.get(url).text
    assert f"{url}/close" in page and len(statements) <= 8
    for _ in range(2):
        assert client.post(f"{url}/close").status_code == 303
    assert f"{url}/close" not in client.get(url).text
    with tx() as session:
        assert session.get(Client, shop).closed_at == now
        for brief in (market.brief, draft):
            last = history.moves(brief)[-1]
            assert (last.new.value, last.by_id) == ("cancelled", None)
        assert session.get(Offer, offer).state is OfferState.WITHDRAWN
        assert session.exec(select(ClientInvite)).one().revoked_at == now
        ended = session.exec(select(Notification).where(Notification.key == f"ended-{offer}-1"))
        assert ended.one().person_id == people.talent
        logged = session.exec(
            select(AuditEntry).where(AuditEntry.entity == "client", AuditEntry.entity_id == shop)
        ).all()
        assert people.officer in [row.actor_id for row in logged]


def test_agreed_work_is_ended_before_a_business_is_closed(
    client, login, make, tx, people, market, placed, shop, officer, now
) -> None:
    with tx():
        accounts.set_active(people.client, False)
        with pytest.raises(errors.Conflict):
            service.close_business(shop, by=officer, now=now)
    login(client, people.officer)
    page = client.get(f"/officer/businesses/{shop}").text
    assert f"/work/{placed}" in page and "/close" not in page
    with tx():
        service.cancel(placed, "Pemilik sudah tidak ada", by=officer, now=now)
        service.close_business(shop, by=officer, now=now)
        assert queries.client(shop).closed_at == now


def test_whoever_comes_back_opens_the_business_again(
    make, tx, people, market, shop, officer, now
) -> None:
    later = now + timedelta(days=1)
    with tx():
        accounts.set_active(people.client, False)
        service.close_business(shop, by=officer, now=now)
        accounts.set_active(people.client, True)
        made = service.begin(make.TRACK, make.SERVICE, by=market.client, now=later)
        assert queries.brief(made, market.client).state is BriefState.DRAFT
        assert queries.client(shop).closed_at is None


def test_nobody_writes_a_brief_for_a_closed_business(
    make, tx, people, market, shop, officer, now
) -> None:
    with tx():
        accounts.set_active(people.client, False)
        service.close_business(shop, by=officer, now=now)
        phone = known.person(people.client).phone or ""
        owner = service.Owner(
            phone=phone, name="Ibu", organisation="Keripik", kind=ClientKind.MICRO
        )
        assert service.join_owner(owner, by=officer, now=now) == shop
        with pytest.raises(errors.Conflict):
            service.begin(make.TRACK, make.SERVICE, by=officer, now=now, client_id=shop)
        assert queries.client(shop).closed_at == now


def test_no_officer_disposes_of_their_own_business(make, tx, people, market, shop, now) -> None:
    with tx():
        officer = make.as_officer(people.officer, queries.client(shop).hub_id)
        phone = "officer@example.org"
        service.invite(phone, by=market.client, now=now)
        ((invite, *_rest),) = members.open_invites(shop, now)
        token = links.sign(members.INVITE, now, members.INVITE_LASTS, invite=invite)
        service.accept_invite(token, by=officer, now=now)
        accounts.set_active(people.client, False)
        with pytest.raises(errors.Forbidden):
            service.name_owner(shop, people.officer, by=officer, now=now)
