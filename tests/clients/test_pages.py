"""The pages of clients, talents and officers over HTTP."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from tests.support import count_sql

from sanggar.accounts import service as accounts
from sanggar.clients import lookup, reading, service
from sanggar.clients.rules import BriefState


@pytest.fixture
def certified(make, tx, people, now) -> None:
    with tx():
        for person_id in (people.talent, people.peer, people.outsider):
            make.certify(person_id, now)


def test_from_brief_to_rating_over_http(make, tx, client, login, people, certified, now) -> None:
    login(client, people.client)
    assert "Tulis" in client.get("/briefs").text
    answer = make.ask_all(client, now)
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert "3 talenta yang cocok" in page.text and "Wahyuni" in page.text
    brief = int(re.search(r"/briefs/(\d+)/", answer.location)[1])
    add = f"/briefs/{brief}/talents/{people.talent}/shortlist"
    assert client.post(add, data={"wanted": "1"}).status_code == 303
    assert client.get(f"/briefs/{brief}/offer").status_code == 200
    terms = {
        "price": "Rp700.000", "due": (now + timedelta(days=30)).date().isoformat(),
        "down_payment": "40", "message": "Semoga cocok", "chosen": "y",
    }  # fmt: skip
    assert client.post(f"/briefs/{brief}/offer", data=terms | {"chosen": ""}).status_code == 422
    assert client.post(f"/briefs/{brief}/offer", data=terms).status_code == 303

    login(client, people.talent)
    assert "Keripik" in client.get("/offers/1").text
    assert "+628120000000" not in client.get("/offers/1").text
    assert client.post("/offers/1/accept").status_code == 303
    assert client.get("/work/1").status_code == 404

    login(client, people.client)
    page = client.get(f"/briefs/{brief}").text
    assert "/offers/1/confirm" in page and "wa.me" not in page
    answer = client.post("/offers/1/confirm")
    work = answer.location
    assert "wa.me/62812" in client.get(work).text

    login(client, people.talent)
    assert "wa.me/62812" in client.get(work).text
    assert client.post(f"{work}/deliver", data={"note": "", "link": ""}).status_code == 422
    assert client.post(f"{work}/deliver", data={"note": "Berkas siap cetak"}).status_code == 303

    login(client, people.client)
    assert "Berkas siap cetak" in client.get(work).text
    assert "Terima" in client.get("/briefs").text
    answer = client.post(f"{work}/accept", data={"rating": "5", "comment": "Bagus sekali"})
    assert answer.status_code == 303
    with tx():
        row = reading.work(int(work.rsplit("/", 1)[1]))
        assert (row.rating, row.comment, row.on_time) == (5, "Bagus sekali", True)
        assert lookup.briefs_of(people.client)[0].state is BriefState.FINISHED


@pytest.mark.parametrize(
    "address",
    ["/briefs/{b}", "/briefs/{b}/offer", "/briefs/{b}/talents", "/work/{w}"],
)
def test_other_people_find_nothing(client, login, people, market, placed, address) -> None:
    url = address.format(b=market.brief, w=placed)
    for somebody in (people.other_client, people.other_hub_officer):
        login(client, somebody)
        assert client.get(url).status_code == 404
    login(client, people.officer)
    assert client.get(url).status_code == 200


def test_contact_is_not_on_public_pages(client, login, people, tx, market, now) -> None:
    with tx():
        slug = reading.profile_of(people.talent).slug
    assert client.get(f"/talents/{slug}").status_code == 404
    assert "Wahyuni" not in client.get("/talents/").text
    with tx():
        accounts.give_consent(people.talent, "public_profile", channel="web", now=now)
    page = client.get(f"/talents/{slug}")
    assert page.status_code == 200 and "Madya" in page.text
    assert "62812" not in page.text and "wa.me" not in page.text
    listing = client.get("/talents/?track=packaging_design")
    assert "Wahyuni" in listing.text and "62812" not in listing.text
    assert "Wahyuni" not in client.get("/talents/?track=photography").text


def test_a_suggested_talent_is_shown_to_the_client_only(app, client, login, people, market) -> None:
    url = f"/briefs/{market.brief}/people/{people.talent}"
    login(client, people.client)
    page = client.get(url)
    assert page.status_code == 200 and "62812" not in page.text
    with count_sql(app) as statements:  # the names of hubs are known by now
        assert client.get(url).text == page.text
    assert len(statements) <= 8
    assert client.get(f"/briefs/{market.brief}/people/{people.mentor}").status_code == 404
    login(client, people.other_client)
    assert client.get(url).status_code == 404


def test_a_talent_describes_work_and_prices(client, login, people, market, tx) -> None:
    login(client, people.talent)
    name = "price-packaging_design-full-pack"
    data = {"headline": "Kemasan makanan", "weekly_hours": "25", "onsite": "y", name: "750 rb"}
    assert client.post("/profile/work", data=data).status_code == 303
    with tx():
        held = reading.services(people.talent)
        assert {key: row.price for key, row in held.items()} == {
            ("packaging_design", "full-pack"): 750_000
        }
        assert reading.profile_of(people.talent).weekly_hours == 25
    wrong = client.post("/profile/work", data={**data, name: "mahal", "weekly_hours": "99"})
    assert wrong.status_code == 422 and "mahal" in wrong.text
    work = {"track": "packaging_design", "title": "Pouch", "category": "makanan", "published": "y"}
    work["steps"] = "Dieline dulu"
    assert client.post("/profile/work/portfolio/new", data=work).status_code == 303
    assert "Dieline dulu" in client.get("/profile/work/portfolio/1").text
    assert client.post("/profile/work/portfolio/new", data={**work, "title": ""}).status_code == 422
    login(client, people.peer)
    assert client.get("/profile/work/portfolio/1").status_code == 404


def test_a_talent_declines_with_a_reason(client, login, people, market, make, tx, now) -> None:
    with tx():
        service.shortlist(market.brief, people.talent, wanted=True, by=market.client, now=now)
        offer = service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
    login(client, people.talent)
    assert "Rp700.000" in client.get("/work").text
    assert client.post(f"/offers/{offer}/decline", data={}).status_code == 422
    answer = client.post(f"/offers/{offer}/decline", data={"reason": "time"})
    assert answer.status_code == 303
    assert client.post(f"/offers/{offer}/accept").status_code == 409
    login(client, people.peer)
    assert client.get(f"/offers/{offer}").status_code == 404


def test_a_dispute_waits_for_the_officer(client, login, people, placed) -> None:
    login(client, people.talent)
    client.post(f"/work/{placed}/start")
    short = client.post(f"/work/{placed}/dispute", data={"reason": "uang"})
    assert short.status_code == 422
    reason = {"reason": "Uang muka belum dibayar"}
    assert client.post(f"/work/{placed}/dispute", data=reason).status_code == 303
    login(client, people.officer)
    assert f"/work/{placed}" in client.get("/officer/briefs").text
    settled = {"reason": "Sepakat dilanjutkan", "to": "running"}
    assert client.post(f"/work/{placed}/settle", data={**settled, "to": "x"}).status_code == 400
    assert client.post(f"/work/{placed}/settle", data=settled).status_code == 303


def test_the_short_list_answers_htmx_with_a_fragment(client, login, people, market) -> None:
    login(client, people.client)
    add = f"/briefs/{market.brief}/talents/{people.talent}/shortlist"
    answer = client.post(add, data={"wanted": "1"}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text and "<section>" in answer.text
    off = f"/briefs/{market.brief}/shortlist/{people.talent}/remove"
    answer = client.post(off, headers={"HX-Request": "true"})
    assert answer.status_code == 200 and "<html" not in answer.text


def test_english_pages_speak_english(client, login, people, market, placed) -> None:
    client.set_cookie("lang", "en")
    login(client, people.client)
    for url in ("/briefs", f"/briefs/{market.brief}", f"/work/{placed}", "/briefs/business",
                "/briefs/work", "/briefs/new"):  # fmt: skip
        assert client.get(url).status_code == 200
    assert "Short list" in client.get(f"/briefs/{market.brief}").text
