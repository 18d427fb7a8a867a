"""Writing a brief, one question a screen."""

from __future__ import annotations

import re

import pytest
from tests.support import count_sql

from sanggar.clients import queries
from sanggar.clients.brief_rules import STEPS
from sanggar.clients.rules import BriefState


@pytest.fixture
def draft(client, login, people) -> str:
    """The address of a draft with one answer, without the question at its end."""
    login(client, people.client)
    answer = client.post("/briefs/new", data={"service": "packaging_design/full-pack"})
    assert answer.status_code == 303 and answer.location.endswith("/ask/product")
    return answer.location.removesuffix("/ask/product")


def inputs(page: str) -> list[str]:
    found = re.findall(r'<(?:input|textarea|select)\b[^>]*\bname="([^"]+)"', page)
    return list(dict.fromkeys(name for name in found if name != "csrf_token"))


def test_eight_questions_each_on_its_own_screen(client, login, people, make, now, draft) -> None:
    pages = [client.get("/briefs/new").text]
    pages += [client.get(f"{draft}/ask/{step}").text for step in STEPS[1:]]
    for number, page in enumerate(pages, 1):
        assert f"Pertanyaan {number} dari 8" in page
        assert page.count("<h1") == 1 and 1 <= len(inputs(page)) <= 3
    assert "Contoh: Kopi bubuk 150 gram" in pages[2]  # the service's own example
    assert "Rp330.000–1.925.000 per desain, biasanya Rp715.000" in pages[4]


def test_every_answer_is_kept_at_once_and_going_back_loses_nothing(
    client, login, people, make, now, draft
) -> None:
    said = make.answers(now)
    answer = client.post(f"{draft}/ask/product", data=said["product"])
    assert answer.location.endswith("/ask/story")
    client.post(answer.location, data=said["story"])
    # she leaves; home leads back to where she stopped
    home = client.get("/briefs").text
    assert f"{draft}/edit" in home and "pertanyaan 4 dari 8" in home
    assert client.get(f"{draft}/edit").location.endswith("/ask/photos")
    assert said["story"]["text"] in client.get(f"{draft}/ask/story").text
    page = client.get(f"{draft}/ask/product").text
    assert re.search(r'value="makanan" checked', page)
    assert len(re.findall(r'checked id="permits-\d"', page)) == 2
    # answering again goes on with the next question
    again = client.post(f"{draft}/ask/product", data={"category": "minuman"})
    assert again.location.endswith("/ask/story")


def test_the_last_screen_reads_everything_back_and_opens_once(
    client, login, people, make, tx, now
) -> None:
    login(client, people.client)
    opened = make.ask_all(client, now)
    assert opened.status_code == 303 and opened.location.endswith("/talents")
    with tx():
        found = queries.briefs_of(people.client)[0]
    assert (found.state, found.asked, found.link) == (
        BriefState.OPEN, 8, "https://instagram.com/keripik")  # fmt: skip
    assert list(found.permits) == ["pirt", "halal"] and found.budget_high == 1_000_000
    back = client.get(f"/briefs/{found.id}/edit").text
    for step in STEPS:
        assert f"/briefs/{found.id}/ask/{step}" in back
    assert "P-IRT" in back and f"{found.quality} dari 100" in back and "foto" in back
    # an answer that is changed leads back to the same page; opening again changes nothing
    changed = client.post(f"/briefs/{found.id}/ask/budget", data={"budget": "unknown"})
    assert changed.location.endswith(f"/briefs/{found.id}/edit")
    assert client.post(f"/briefs/{found.id}/edit").status_code == 303
    assert len(client.get("/briefs").text.split("<h3")) == 2


def test_beginning_twice_makes_one_draft(client, login, people, draft) -> None:
    again = client.post("/briefs/new", data={"service": "packaging_design/full-pack"})
    assert again.location == f"{draft}/ask/product"
    other = client.post("/briefs/new", data={"service": "photography/white-background"})
    assert other.location != again.location


WRONG: list[tuple[str, dict[str, object], str]] = [
    ("service", {"service": "x/y"}, "Pilih"),
    ("product", {"category": "senjata", "permits": ["pirt"]}, "Pilih"),
    ("product", {"category": "makanan", "permits": ["nasa"]}, ""),
    ("story", {"text": "label"}, "kalimat"),
    ("story", {"text": "x" * 2001}, "2.000"),
    ("photos", {"link": "javascript:alert(1)"}, "https://"),
    ("who", {"level": "genius", "people": "one"}, "Pilih"),
    ("who", {"level": "associate", "people": "team", "team_size": "11"}, "2 sampai 10"),
    ("budget", {"budget": "1-x"}, "Pilih"),
    ("budget", {}, "Pilih"),
    ("when", {"when": "other", "deadline": "besok"}, "kalender"),
    ("when", {"when": "other", "deadline": "2020-01-01"}, "akan datang"),
    ("when", {"when": "other"}, "Kapan"),
    ("where", {"onsite": "moon"}, "Pilih"),
]


def test_a_wrong_answer_keeps_what_was_typed(client, draft) -> None:
    for step, said, word in WRONG:
        answer = client.post(f"{draft}/ask/{step}", data=said)
        assert answer.status_code == 422 and word in answer.text, (step, said)
        assert 'aria-invalid="true"' in answer.text
        for value in said.values():
            if step in ("story", "photos") or value == "besok":
                assert str(value) in answer.text
    assert client.get(f"{draft}/edit").location.endswith("/ask/product")  # nothing was kept


def test_a_team_is_asked_for_and_built_after_opening(client, login, people, make, now) -> None:
    login(client, people.client)
    team = {"level": "associate", "people": "team", "team_size": "3"}
    opened = make.ask_all(client, now, who=team)
    assert opened.location.endswith("/team")


def test_an_officer_helps_an_owner(client, login, people, make, tx, now) -> None:
    login(client, people.officer)
    owner = {"organisation": "Sambal Mbok Yah", "owner": "Mbok Yah", "phone": "0812 0000 0888",
             "kind": "micro"}  # fmt: skip
    bad = client.post("/officer/briefs/new", data={**owner, "phone": "abc"})
    assert bad.status_code == 422 and "Sambal Mbok Yah" in bad.text
    first = client.post("/officer/briefs/new", data=owner)
    assert first.status_code == 303
    opened = make.ask_all(client, now, first=first.location, photos={})
    page = client.get("/officer/briefs").text
    assert "Sambal Mbok Yah" in page and "dibantu petugas" in page
    number = int(re.search(r"/briefs/(\d+)/", opened.location)[1])
    with tx():
        assert queries.system_brief(number).helped_by_id == people.officer
    login(client, people.other_hub_officer)
    assert client.get(first.location).status_code == 404


def test_a_thin_brief_says_that_an_officer_calls(client, login, people, make, now) -> None:
    login(client, people.client)
    thin = {"story": {"text": "Mau label baru ya"}, "photos": {}, "budget": {"budget": "unknown"}}
    opened = make.ask_all(client, now, **thin)
    number = re.search(r"/briefs/(\d+)/", opened.location)[1]
    page = client.get(f"/briefs/{number}/edit").text
    assert "petugas" in page and "Tambahkan ukuran" in page
    login(client, people.officer)
    assert "hubungi: lengkapi dulu" in client.get("/officer/briefs").text


def test_closed_briefs_ask_nothing(client, login, people, market, placed) -> None:
    login(client, people.client)
    for path in ("edit", "ask/story"):
        answer = client.get(f"/briefs/{market.brief}/{path}")
        assert answer.location == f"/briefs/{market.brief}"
    late = client.post(f"/briefs/{market.brief}/ask/story", data={"text": "Ubah semuanya sekarang"})
    assert late.location == f"/briefs/{market.brief}"


def test_pages_cost_few_statements(app, client, login, people, market, draft) -> None:
    for url in ("/briefs/new", f"{draft}/ask/photos", f"{draft}/ask/who", f"/briefs/{market.brief}",
                f"/briefs/{market.brief}/edit", "/services/"):  # fmt: skip
        client.get(url)
        with count_sql(app) as statements:
            assert client.get(url).status_code == 200
        assert len(statements) <= 8, (url, statements)


def test_the_catalogue_leads_into_the_wizard(client, login, people) -> None:
    page = client.get("/services/photography").text
    assert "Foto produk latar putih" in page and "Desain Kemasan" not in page
    assert "services/white-background" in page and "Rp9.000–45.000" in page
    ask = "/briefs/new?service=photography/white-background"
    assert ask in client.get("/services/").text
    assert client.get("/services/nothing").status_code == 404
    login(client, people.client)
    chosen = client.get(ask).text
    assert re.search(r'value="photography/white-background" checked', chosen)
