"""Why not higher: bands, what costs, what would help; and nothing about anybody else."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import timedelta

import pytest

from sanggar import errors
from sanggar.accounts import service as accounts
from sanggar.clients import service
from sanggar.plugin.ranking import Candidate
from sanggar.ranking import standing
from sanggar.ranking.standing import Band

SERVICE = "packaging_design/full-pack"
PROTECTED = re.compile(
    r"name|sex|gender|age$|birth|school|education|religion|disab|photo|phone|mail|street|address"
)


@pytest.fixture
def asked(make, tx, people, market, now) -> int:
    """The talent was asked for the brief, so they may ask back."""
    with tx():
        service.shortlist(market.brief, people.talent, wanted=True, by=market.client, now=now, rank_shown=3)  # fmt: skip
        service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
    return market.brief


@pytest.fixture
def rivals(make, tx, people, now) -> None:
    """The others have more to show: works, prices."""
    with tx():
        for person in (people.mentor, people.admin, people.agency):
            make.certify(person, now)
        for person in (people.peer, people.outsider, people.mentor, people.admin, people.agency):
            service.save_work(person, service.Work(
                track=make.TRACK, title="Kemasan keripik tempe", problem="", process="",
                result="standing pouch keripik tempe laku di toko oleh-oleh", number="",
                category="makanan", link="", published=True,
            ), now=now)  # fmt: skip


def test_what_a_candidate_is_made_of_is_a_closed_list() -> None:
    assert {f.name for f in fields(Candidate)} == {
        "key", "level", "unit_scores", "rubric_total", "portfolio_text", "domains", "price",
        "free_hours", "load", "ratings", "finished", "on_time", "disputes", "response_hours",
        "with_client", "months_since_work", "offers_this_month", "hub", "regency",
    }  # fmt: skip
    assert not any(PROTECTED.search(f.name) for f in fields(Candidate))


def test_bands_say_roughly_where() -> None:
    assert [standing.band(n, 100) for n in (0, 4, 5, 14, 15, 49, 50)] == [
        Band.FIRST, Band.FIRST, Band.LISTED, Band.LISTED, Band.UPPER, Band.UPPER, Band.LOWER,
    ]  # fmt: skip


def test_a_talent_learns_what_costs_and_what_would_help(
    client, login, tx, people, asked, rivals, now
) -> None:
    with tx():
        _brief, found, _objection = standing.for_brief(people.talent, asked, now)
    assert found.band is Band.LISTED or found.band is Band.FIRST
    assert found.costs and found.costs[0].share > 50
    assert sum(c.share for c in found.costs) <= 101
    login(client, people.talent)
    page = client.get(f"/work/standing/{asked}").text
    assert "Tambahkan 3 karya makanan ke portofolio Anda." in page
    assert "/profile/work/portfolio/new" in page
    for other in ("Rizky Pratama", "Moh. Holil", "Galih", "Sulastri"):
        assert other not in page  # neither rivals nor the client
    client.set_cookie("lang", "en")
    assert "Add 3 works with food to your portfolio." in client.get(f"/work/standing/{asked}").text


def test_only_who_was_considered_may_ask_about_a_brief(
    client, login, tx, people, asked, now
) -> None:
    with tx(), pytest.raises(errors.NotFound):
        standing.for_brief(people.peer, asked, now)
    with tx():
        assert standing.briefs(people.talent, now) == [asked]
        assert standing.briefs(people.talent, now + timedelta(days=200)) == []
    login(client, people.peer)
    assert client.get(f"/work/standing/{asked}").status_code == 404


def test_for_a_service_in_general_without_any_brief(client, login, people, market, rivals) -> None:
    login(client, people.talent)
    page = client.get("/work/standing")
    assert page.status_code == 200 and "Untuk pekerjaan apa?" in page.text
    page = client.get("/work/standing", query_string={"service": SERVICE})
    assert "Posisi Anda" in page.text and "aria-current" in page.text
    assert client.get("/work/standing?service=x/y").status_code == 200


def test_a_filter_is_said_with_the_way_to_change_it(client, login, tx, people, market, now) -> None:
    with tx():
        accounts.withdraw_consent(people.talent, "matching", channel="web", now=now)
    login(client, people.talent)
    page = client.get("/work/standing", query_string={"service": SERVICE}).text
    assert "Anda belum menyetujui untuk disarankan" in page and "/account/consents" in page


def test_before_the_first_certificate_the_way_to_it_is_told(client, login, people) -> None:
    login(client, people.talent)
    page = client.get("/work/standing")
    assert page.status_code == 200 and "Setelah sertifikat pertama Anda" in page.text
