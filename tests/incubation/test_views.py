"""Pages of the incubation through HTTP."""

from __future__ import annotations

import html

import pytest

from sanggar.incubation import queries


def text(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


def test_an_officer_makes_a_cohort_and_begins_an_incubation(
    client, login, people, hubs, certify, tx
) -> None:
    certify(people.talent)
    login(client, people.officer)
    assert "Belum ada angkatan" in text(client.get("/officer/incubation"))
    data = {
        "hub_id": hubs["malang"],
        "track": "photography",
        "name": "Angkatan 4",
        "starts_on": "2026-11-30",
    }
    for wrong in ({"starts_on": "besok"}, {"name": ""}, {"track": "x"}, {"hub_id": hubs["jember"]}):
        assert client.post("/officer/incubation/new", data={**data, **wrong}).status_code == 422
    answer = client.post("/officer/incubation/new", data=data)
    assert answer.status_code == 303
    url = answer.headers["Location"]
    assert client.post("/officer/incubation/new", data=data).status_code == 422, "same name"
    page = text(client.get(url))
    assert "28 Feb 2027" in page and "Wahyuni" in page and "sekarang 0 talenta" in page
    assert "Rizky Pratama" not in page, "not certified"
    wrong = client.post(
        f"{url}/members", data={"person_id": people.peer, "mentor_id": people.mentor}
    )
    assert wrong.status_code == 422
    for _ in range(2):
        answer = client.post(
            f"{url}/members", data={"person_id": people.talent, "mentor_id": people.mentor}
        )
        assert answer.status_code == 303
    with tx():
        assert queries.mentor_loads() == {people.mentor: 1}
    assert "Rina Wulandari" in text(client.get("/officer/incubation"))


def test_talent_writes_mentor_signs_talent_reads(client, login, people, member) -> None:
    login(client, people.talent)
    page = text(client.get("/incubation/"))
    assert "Minggu ini dalam tiga jawaban" in page and "Minggu mulai 16 Nov 2026" in page
    data = {
        "week": "2026-11-16",
        "done": "Memotret 12 produk",
        "hard": "Cahaya",
        "ahead": "Menyunting",
    }
    assert client.post(f"/incubation/{member}/log", data={**data, "done": ""}).status_code == 422
    wrong = client.post(f"/incubation/{member}/log", data={**data, "week": "2020-01-06"})
    assert wrong.status_code == 422 and "Memotret 12 produk" in text(wrong)
    assert client.post(f"/incubation/{member}/log", data=data).status_code == 303
    login(client, people.mentor)
    page = text(client.get("/incubation/talents"))
    assert "Wahyuni" in page and "1 minggu perlu ditandatangani" in page
    page = text(client.get(f"/incubation/{member}"))
    sign = page.split('action="')[-1].split('"')[0]
    assert sign.endswith("/sign")
    long = client.post(sign, data={"comment": "x" * 1001})
    assert long.status_code == 422
    assert client.post(sign, data={"comment": "Teruskan"}).status_code == 303
    login(client, people.talent)
    page = text(client.get("/incubation/"))
    assert "Ditandatangani mentor" in page and "Teruskan" in page


def test_who_is_not_in_incubation_reads_how_to_get_there(client, login, people) -> None:
    login(client, people.peer)
    assert "Belum dalam inkubasi" in text(client.get("/incubation/"))
    login(client, people.mentor)
    assert "muncul di sini" in text(client.get("/incubation/talents"))


@pytest.mark.parametrize(
    "who", ["peer", "outsider", "other_mentor", "other_hub_officer", "client", "province"]
)
def test_others_find_nothing(client, login, people, member, cohort, who) -> None:
    login(client, getattr(people, who))
    assert client.get(f"/incubation/{member}").status_code == 404
    for path in ("complete", "stop", "extend", "mentor", "log", "log/1/sign"):
        assert client.post(
            f"/incubation/{member}/{path}", data={"reason": "x" * 20}
        ).status_code in (403, 404)
    assert client.get(f"/officer/incubation/{cohort}").status_code in (403, 404)
    assert client.post(f"/officer/incubation/{cohort}/members").status_code in (403, 404)


def test_decisions_of_the_officer(client, login, people, member) -> None:
    login(client, people.officer)
    url = f"/incubation/{member}"
    early = client.post(f"{url}/complete", data={"reason": "Sudah punya klien tetap"})
    assert early.status_code == 422 and "Sudah punya klien tetap" in text(early)
    assert "Waktunya belum habis" in text(early)
    assert (
        client.post(
            f"{url}/extend", data={"until": "2027-02-16", "reason": "Sakit dua minggu"}
        ).status_code
        == 422
    )
    assert (
        client.post(
            f"{url}/extend", data={"until": "2027-03-01", "reason": "Sakit dua minggu"}
        ).status_code
        == 303
    )
    assert "1 Mar 2027" in text(client.get(url))
    assert client.post(f"{url}/mentor", data={"mentor_id": people.other_mentor}).status_code == 422
    assert client.post(f"{url}/stop", data={"reason": "x"}).status_code == 422
    data = {"override": "y", "reason": "Sudah punya klien tetap"}
    assert client.post(f"{url}/complete", data=data).status_code == 303
    assert client.post(f"{url}/stop", data={"reason": "Berubah pikiran lagi"}).status_code == 409
    page = text(client.get(url))
    assert "Selesai" in page and "Ambil keputusan" not in page
    login(client, people.talent)
    assert client.post(f"{url}/log", data={"week": "2026-11-16", "done": "x"}).status_code == 409


def test_ids_on_the_page_of_a_member_are_unique(client, login, people, member) -> None:
    import re

    login(client, people.officer)
    ids = re.findall(r'\bid="([^"]+)"', text(client.get(f"/incubation/{member}")))
    assert len(ids) == len(set(ids))


def test_pages_use_few_statements(client, login, people, member, cohort, statements, now) -> None:
    login(client, people.officer)
    for path in ("/officer/incubation", f"/officer/incubation/{cohort}", f"/incubation/{member}"):
        statements.clear()
        assert client.get(path).status_code == 200
        assert len(statements) <= 8, (path, statements)
    login(client, people.mentor)
    statements.clear()
    assert client.get("/incubation/talents").status_code == 200
    assert len(statements) <= 8
