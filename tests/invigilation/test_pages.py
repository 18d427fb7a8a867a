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
    assert other.get(f"/officer/people/{people.talent}/extra-time").status_code == 404


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


def test_extra_time_is_granted_and_withdrawn(desk, tx, people) -> None:
    url = f"/officer/people/{people.talent}/extra-time"
    assert (
        desk.post(url, data={"percent": "50", "remark": "", "valid_until": ""}).status_code == 303
    )
    with tx() as session:
        row = session.exec(select(Accommodation)).one()
    assert row.extra_percent == 50
    assert "berlaku" in desk.get(url).text
    assert desk.post(f"/officer/extra-time/{row.id}/withdraw").status_code == 303
    assert "ditarik" in desk.get(url).text
    wrong = desk.post(url, data={"percent": "33", "remark": "catatan saya", "valid_until": "lama"})
    assert wrong.status_code == 422
    assert "catatan saya" in wrong.text
