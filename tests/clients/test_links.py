"""Yes without a password: one person, one deed, a short time; opening changes nothing."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlmodel import select
from tests.support import count_sql

from sanggar import clock, errors
from sanggar.accounts.models import User
from sanggar.clients import confirming, history, links, members, queries, reading, service
from sanggar.clients.confirming import Deed
from sanggar.clients.models import Offer, Placement
from sanggar.clients.rules import OfferState, PlacementState


@pytest.fixture
def offer(make, tx, people, market, now) -> int:
    with tx():
        service.shortlist(market.brief, people.talent, wanted=True, by=market.client, now=now)
        return service.send_offers(market.brief, make.terms(now), by=market.client, now=now)


def path(page: str) -> str:
    return re.search(r'value="[^"]*(/yes/[\w.-]+)"', page)[1]


def token(deed: Deed, ref: int, person: int, now) -> str:
    return links.sign(
        "confirm", now, timedelta(hours=48), deed=int(deed), ref=ref, person=person, by=1
    )


def test_two_links_make_a_placement_without_a_password(
    app, client, login, people, market, offer, tx
):
    login(client, people.officer)
    talents = path(client.get(f"/briefs/{market.brief}").text)
    anyone = app.test_client()
    with count_sql(app) as statements:
        page = anyone.get(talents)
    assert page.status_code == 200 and "Rp700.000" in page.text and len(statements) <= 8
    assert page.headers["Cache-Control"] == "no-store" and "noindex" in page.headers["X-Robots-Tag"]
    with tx() as session:
        assert session.get(Offer, offer).state is OfferState.MADE  # looking is not saying yes
    assert "Sudah." in anyone.post(talents, follow_redirects=True).text
    assert "Sudah." in anyone.post(talents, follow_redirects=True).text
    owners = path(client.get(f"/briefs/{market.brief}").text)
    assert "wa.me" not in anyone.get(owners).text
    agreed = anyone.post(owners, follow_redirects=True)
    assert "Data saya" not in agreed.text  # nobody is signed in by it
    assert agreed.status_code == 200 and "wa.me/62812" in agreed.text
    anyone.post(owners, follow_redirects=True)
    with tx() as session:
        (placed,) = session.exec(select(Placement))
        assert placed.state is PlacementState.AGREED
        assert history.moves(market.brief)[-1].by_id == people.client
    assert anyone.get("/briefs").status_code == 303  # the link has signed nobody in


def test_a_delivery_is_accepted_and_rated_by_link(
    app, make, client, login, people, market, placed, tx, now
) -> None:
    with tx():
        service.deliver(placed, "Berkas siap cetak", "", by=make.as_talent(people.talent), now=now)
    login(client, people.officer)
    url = path(client.get(f"/briefs/{market.brief}").text)
    anyone = app.test_client()
    assert "Berkas siap cetak" in anyone.get(url).text
    assert anyone.post(url, data={"rating": "9"}).status_code == 422
    assert anyone.post(url, data={"rating": "5", "comment": "Bagus"}).status_code == 303
    with tx():
        row = reading.work(placed)
        assert (row.state, row.rating, row.comment) == (PlacementState.FINISHED, 5, "Bagus")


def test_only_officers_see_links_and_only_for_their_hub(
    client, login, people, market, offer
) -> None:
    login(client, people.client)
    assert "/yes/" not in client.get(f"/briefs/{market.brief}").text
    login(client, people.other_hub_officer)
    assert client.get(f"/briefs/{market.brief}").status_code == 404


def test_a_link_ends_and_serves_one_deed_of_one_person(app, tx, people, market, offer, now) -> None:
    with tx():
        good = token(Deed.ACCEPT_OFFER, offer, people.talent, now)
        with pytest.raises(errors.Conflict):
            confirming.asked(good, now + timedelta(hours=49))
        for wrong in (
            good[:-2] + "xx",
            token(Deed.ACCEPT_OFFER, offer, people.peer, now),
            token(Deed.CONFIRM_OFFER, offer, people.talent, now),
            links.sign(
                "invite", now, timedelta(hours=1), deed=1, ref=offer, person=people.talent, by=1
            ),
        ):
            with pytest.raises(errors.NotFound):
                confirming.asked(wrong, now)
    anyone = app.test_client()
    with tx():
        url = f"/yes/{token(Deed.ACCEPT_OFFER, offer, people.talent, now)}"
    with clock.frozen(now + timedelta(hours=49)):
        assert anyone.get(url).status_code == 409
    assert anyone.get("/yes/nonsense").status_code == 404


def test_a_link_to_what_was_taken_back_confirms_nothing(
    app, tx, people, market, offer, now
) -> None:
    with tx():
        url = f"/yes/{token(Deed.ACCEPT_OFFER, offer, people.talent, now)}"
        service.withdraw_offer(offer, by=market.client, now=now)
    anyone = app.test_client()
    page = anyone.get(url).text
    assert "Ya, saya setuju" not in page
    assert anyone.post(url).status_code == 409
    with tx():
        assert queries.brief(market.brief, market.client).open


def test_the_page_speaks_the_language_of_its_reader(app, tx, people, offer, now) -> None:
    from sanggar.accounts import service as accounts

    with tx():
        accounts.set_language(people.talent, "en")
        url = f"/yes/{token(Deed.ACCEPT_OFFER, offer, people.talent, now)}"
    assert "Do you agree?" in app.test_client().get(url).text


def test_a_closed_account_and_a_former_owner_say_no_yes(
    make, tx, people, market, offer, now
) -> None:
    with tx() as session:
        service.invite("other_client@example.org", by=market.client, now=now)
        key = members.open_invites(queries.client_of(people.client).id, now)[0][3]
        service.accept_invite(key, by=make.as_client(people.other_client), now=now)
        service.accept_offer(offer, by=make.as_talent(people.talent), now=now)
        old = token(Deed.CONFIRM_OFFER, offer, people.client, now)
        assert not confirming.asked(old, now).done
        service.hand_over(people.other_client, by=market.client)
        service.remove_member(people.client, by=make.as_client(people.other_client))
        new = token(Deed.CONFIRM_OFFER, offer, people.other_client, now)
        session.get(User, people.other_client).active = False
        session.flush()
        for each in (old, new):
            with pytest.raises(errors.NotFound):
                confirming.say_yes(each, None, "", now=now)
