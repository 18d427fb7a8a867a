"""The officer's pages of invigilation over HTTP."""

from __future__ import annotations

import pytest
from sqlmodel import select

from sanggar.invigilation import service
from sanggar.invigilation.models import Accommodation, ExamWindow, Outage


@pytest.fixture
def desk(client, login, people, track):
    return login(client, people.officer)


def filled(hubs, **change: str) -> dict[str, str]:
    return {
        "exam": "photography/theory", "hub_id": str(hubs["malang"]), "day": "2026-11-28",
        "opens": "09:00", "closes_day": "2026-11-28", "closes": "11.30", "room": "Lab 1",
        "seats": "20", "ask_code": "y", "networks": "", "late": "finish", **change,
    }  # fmt: skip


def test_an_officer_fixes_a_date_and_sees_its_code(desk, tx, hubs) -> None:
    assert "Belum ada jadwal" in desk.get("/officer/exams").text
    made = desk.post("/officer/exams/new", data=filled(hubs))
    assert made.status_code == 303, made.text
    with tx() as session:
        row = session.exec(select(ExamWindow)).one()
    page = desk.get(made.location).text
    assert f"{row.code[:3]} {row.code[3:]}" in page
    assert "28 Nov 2026, 09.00 WIB" in page
    assert "Lab 1" in desk.get("/officer/exams").text
    assert "Belum ada yang mulai" not in desk.get(f"/officer/exams/{row.id}/attempts").text
    cancelled = desk.post(f"/officer/exams/{row.id}/cancel")
    assert cancelled.status_code == 303
    assert "dibatalkan" in desk.get("/officer/exams").text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"day": "besok"}, "2026-11-21"),
        ({"opens": "pagi"}, "09:30"),
        ({"closes": "08:00"}, "sesudah"),
        ({"seats": "banyak"}, "bulat"),
        ({"networks": "warnet"}, "warnet"),
        ({"exam": "photography/ghost"}, "Pilih"),
        ({"hub_id": "999"}, "Pilih"),
    ],
)
@pytest.mark.once
def test_what_was_typed_stays_beside_its_fault(desk, hubs, change, words) -> None:
    answer = desk.post("/officer/exams/new", data=filled(hubs, **change))
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="Lab 1"' in answer.text


def test_another_hub_sees_and_changes_nothing(
    client, login, people, tx, officer, plan, now
) -> None:
    with tx(officer):
        window = service.open_window(plan, by=officer, now=now)
    other = login(client, people.other_hub_officer)
    assert other.get(f"/officer/exams/{window}").status_code == 404
    assert other.get(f"/officer/exams/{window}/attempts").status_code == 404
    assert other.post(f"/officer/exams/{window}/cancel").status_code == 404
    assert other.get(f"/officer/people/{people.talent}/accommodations").status_code == 404


def test_an_outage_is_declared_and_ended(desk, tx, hubs) -> None:
    form = {
        "hub_id": str(hubs["malang"]), "reason": "Listrik padam", "day": "2026-11-21",
        "began": "09:50", "ended": "",
    }  # fmt: skip
    assert desk.post("/officer/outages", data=form).status_code == 303
    with tx() as session:
        outage = session.exec(select(Outage)).one()
    assert "Sudah selesai" in desk.get("/officer/exams").text
    assert desk.post(f"/officer/outages/{outage.id}/end").status_code == 303
    assert "Sudah selesai" not in desk.get("/officer/exams").text
    wrong = desk.post("/officer/outages", data={**form, "reason": ""})
    assert wrong.status_code == 422
    assert "Tuliskan apa yang terjadi" in wrong.text


def test_time_breaks_and_aids_are_granted_and_withdrawn(desk, tx, people) -> None:
    url = f"/officer/people/{people.talent}/accommodations"
    form = {"extra_percent": "50", "break_minutes": "15", "aids": "Pembaca", "remark": "Lensa"}
    assert desk.post(url, data=form).status_code == 303
    with tx() as session:
        row = session.exec(select(Accommodation)).one()
    assert (row.extra_percent, row.break_minutes, row.aids) == (50, 15, "Pembaca")
    page = desk.get(url).text
    for words in ("berlaku", "50 %", "15 menit", "Pembaca", "Lensa"):
        assert words in page, words
    assert desk.post(f"/officer/accommodations/{row.id}/withdraw").status_code == 303
    assert "ditarik" in desk.get(url).text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"extra_percent": "33"}, "Pilih"),
        ({"extra_percent": "0"}, "setidaknya satu"),
        ({"break_minutes": "banyak"}, "bulat"),
        ({"break_minutes": "90"}, "0 sampai 60"),
        ({"valid_until": "lama"}, "2026-11-21"),
    ],
)
@pytest.mark.once
def test_a_grant_that_cannot_be_keeps_what_was_typed(desk, people, change, words) -> None:
    form = {"extra_percent": "25", "break_minutes": "", "remark": "catatan saya", **change}
    wrong = desk.post(f"/officer/people/{people.talent}/accommodations", data=form)
    assert wrong.status_code == 422
    assert words in wrong.text
    assert "catatan saya" in wrong.text


def test_the_date_says_what_to_have_ready_but_not_why_nor_on_the_projector(
    desk, tx, people, officer, plan, now
) -> None:
    wanted = service.Grant(25, 15, aids="Pembaca soal", remark="Lensa tebal")
    with tx(officer):
        window = service.open_window(plan, by=officer, now=now)
        service.grant(people.talent, wanted, by=officer, now=now)
    page = desk.get(f"/officer/exams/{window}").text
    shown = page[page.index("<details") : page.index("</details>")]
    for words in ("Wahyuni", "Pembaca soal", "25 %", "15 menit"):
        assert words in shown, words
        assert words not in page.replace(shown, ""), words
    assert "Lensa" not in page


def test_a_talent_reads_what_is_granted_and_a_mentor_nothing(
    client, login, tx, people, officer, track, now
) -> None:
    wanted = service.Grant(25, 15, aids="Pembaca soal", remark="Lensa tebal")
    with tx(officer):
        service.grant(people.talent, wanted, by=officer, now=now)
    page = login(client, people.talent).get("/exams/photography/theory").text
    assert "Pembaca soal" in page
    assert "15 menit" in page
    assert "Lensa" not in page
    mentor = login(client, people.mentor)
    assert mentor.get(f"/officer/people/{people.talent}/accommodations").status_code == 403
