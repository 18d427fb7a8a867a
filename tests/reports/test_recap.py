"""The weekly recap: one click, frozen, signed, adding up, and the same file every time."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta

import pytest
from openpyxl import load_workbook
from sqlmodel import select
from tests.support import count_sql

from sanggar import errors
from sanggar.kernel.access import Principal, Role
from sanggar.programme import queries as programme
from sanggar.programme import service as programme_service
from sanggar.reports import service
from sanggar.reports.models import Recap
from sanggar.workshops.models import Guest, Session, SessionState

DAY = "2026-11-21"


def make(client, hub: str, day: str = DAY):
    return client.post("/officer/recap", data={"as_of": day, "hub": hub})


def file(client, hub: str, feed: str = "csv", day: str = DAY) -> bytes:
    answer = client.get(f"/officer/recap/{day}/{hub}.{feed}")
    assert answer.status_code == 200, answer.status_code
    assert "attachment" in answer.headers["Content-Disposition"]
    return answer.data


def measures(body: bytes, column: str) -> dict[str, int]:
    rows = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
    return {row["Ukuran"]: int(row[column]) for row in rows}


def test_one_click_makes_a_recap_with_the_reporters_name(client, people, login, crowd) -> None:
    crowd.certify(crowd.join("malang", 8)[:6])
    login(client, people.officer)
    assert "Belum ada rekap" in client.get(f"/officer/recap?as_of={DAY}").get_data(as_text=True)
    answer = make(client, "malang")
    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).get_data(as_text=True)
    assert "Dilaporkan oleh Agung Wicaksono" in page
    found = measures(file(client, "malang"), "Hub Malang")
    assert found["Bergabung tahun ini"] == 10  # two of them are the harness's
    assert found["Orang dengan sertifikat yang berlaku"] == 6
    assert found["Kekurangan dari target"] == 190


def test_a_reported_recap_never_changes(client, people, login, crowd) -> None:
    crowd.join("malang", 8)
    login(client, people.officer)
    make(client, "malang")
    before = {feed: file(client, "malang", feed) for feed in ("csv", "xlsx", "json")}
    crowd.join("malang", 30)
    make(client, "malang")
    login(client, people.admin)
    make(client, "malang")
    client.set_cookie("lang", "en")
    assert {feed: file(client, "malang", feed) for feed in before} == before


def test_hubs_add_up_to_the_province_however_late_they_report(client, people, login, crowd) -> None:
    crowd.join("malang", 8)
    crowd.join("jember", 5)
    make(login(client, people.officer), "malang")
    crowd.join("jember", 50)
    make(login(client, people.other_hub_officer), "jember")
    make(login(client, people.admin), "programme")
    whole = measures(file(client, "programme"), "Jawa Timur")
    jember = measures(file(client, "jember"), "Hub Jember")
    assert jember["Pernah bergabung (kumulatif)"] == 5
    columns = ("Malang", "Jember", "Pamekasan", "Bojonegoro", "Madiun")
    for measure, number in whole.items():
        if measure not in ("Target", "Kekurangan dari target"):
            parts = [measures(file(client, "programme"), name)[measure] for name in columns]
            assert sum(parts) == number, measure
    assert whole["Target"] == 1000


def test_each_scope_is_signed_by_its_own_officer(client, people, login, tx, scopes) -> None:
    make(login(client, people.officer), "malang")
    login(client, people.other_hub_officer)
    assert client.get(f"/officer/recap/{DAY}/jember.csv").status_code == 404  # not reported yet
    make(client, "jember")
    with tx() as session:
        names = {row.scope: row.reporter for row in session.exec(select(Recap))}
    assert names[scopes.malang] == "Agung Wicaksono"
    assert names[scopes.jember] == "Khusnul Khotimah"
    assert names["programme"] == ""


def test_another_hub_is_not_theirs(client, people, login) -> None:
    make(login(client, people.admin), "jember")
    login(client, people.officer)
    assert client.get(f"/officer/recap/{DAY}/jember.csv").status_code == 404
    assert make(client, "jember").status_code in (404, 422)
    assert client.get(f"/officer/recap?as_of={DAY}&hub=jember").status_code in (404, 422)


def test_the_service_refuses_what_the_form_would_not_offer(tx, people, scopes, now) -> None:
    officer = Principal(id=people.officer, roles=frozenset({Role.HUB_OFFICER}), hubs=frozenset({1}))
    province = Principal(id=people.province, roles=frozenset({Role.PROVINCE}))
    with tx():
        for who, scope in ((officer, scopes.jember), (province, "programme")):
            with pytest.raises(errors.Forbidden):
                service.report(now.date(), scope, by=who, now=now)
        with pytest.raises(errors.Invalid):
            service.report(date(2027, 1, 1), scopes.malang, by=officer, now=now)


def test_the_province_reads_but_does_not_report(client, people, login) -> None:
    login(client, people.province)
    assert make(client, "programme").status_code == 403
    page = client.get("/officer/recap?hub=programme").get_data(as_text=True)
    assert "Petugas yang membuatnya" in page


@pytest.mark.parametrize("day", ["2026-11-22", "kemarin", "", "2026-13-45"])
@pytest.mark.once
def test_an_impossible_day_is_named_beside_its_field(client, people, login, day) -> None:
    login(client, people.officer)
    answer = client.get(f"/officer/recap?as_of={day}&hub=malang")
    assert answer.status_code == 422
    assert 'id="as_of-error"' in answer.get_data(as_text=True)
    assert make(client, "malang", day).status_code == 422


def test_an_earlier_day_is_rebuilt_from_history(client, people, login, crowd, tx, now) -> None:
    joined = crowd.join("malang", 6, at=now - timedelta(days=60))
    crowd.join("malang", 9, at=now - timedelta(days=3))
    crowd.certify(joined[:2], at=now - timedelta(days=2))
    officer = Principal(id=people.officer, roles=frozenset({Role.HUB_OFFICER}))
    with tx(officer):
        programme_service.move(
            joined[0],
            "inactive",
            now=now - timedelta(days=5),
            by_id=people.officer,
            reason="Pindah",
        )
    login(client, people.officer)
    make(client, "malang", "2026-11-10")
    then = measures(file(client, "malang", day="2026-11-10"), "Hub Malang")
    assert then["Pernah bergabung (kumulatif)"] == 6
    assert then["Aktif sekarang"] == 6
    assert then["Orang dengan sertifikat yang berlaku"] == 0
    make(client, "malang")
    today = measures(file(client, "malang"), "Hub Malang")
    assert today["Pernah bergabung (kumulatif)"] == 6 + 9 + 2
    assert today["Aktif sekarang"] == 6 + 9 + 2 - 1
    assert today["Bergabung dalam tujuh hari ini"] == 9 + 2


def test_260_small_businesses_in_four_hubs_in_2024(client, people, login, tx) -> None:
    guests = {"bojonegoro": 62, "malang": 78, "jember": 66, "madiun": 54}
    at = datetime(2024, 7, 9, 2, 0, tzinfo=UTC)
    with tx() as session:
        hubs = {hub.code: hub.id for hub in programme.hubs()}
        for code, number in guests.items():
            row = Session(
                hub_id=hubs[code], title="Inovasi desain kemasan", starts_at=at,
                ends_at=at + timedelta(hours=6), capacity=100, code=code[:6].upper(),
                state=SessionState.HELD, uid=code, changed_at=at,
            )  # fmt: skip
            session.add(row)
            session.flush()
            session.add_all(
                Guest(session_id=row.id, name=f"Peserta {n}", business="UMKM", at=at)
                for n in range(number)
            )
    login(client, people.admin)
    make(client, "programme", "2024-12-31")
    body = file(client, "programme", day="2024-12-31")
    assert measures(body, "Jawa Timur")["Peserta UMKM tahun ini"] == 260
    assert measures(body, "Malang")["Peserta UMKM tahun ini"] == 78
    assert measures(body, "Pamekasan")["Peserta UMKM tahun ini"] == 0


def test_the_workbook_opens_and_holds_numbers(client, people, login) -> None:
    make(login(client, people.officer), "malang")
    sheet = load_workbook(io.BytesIO(file(client, "malang", "xlsx"))).active
    assert [cell.value for cell in sheet[1]] == [
        "Per tanggal", "Bagian", "Ukuran", "Hub Malang", "Pelapor"]  # fmt: skip
    assert isinstance(sheet["D2"].value, int)


def test_a_reported_recap_takes_few_statements(app, client, people, login, crowd) -> None:
    crowd.join("malang", 50)
    make(login(client, people.officer), "malang")
    with count_sql(app) as statements:
        assert client.get(f"/officer/recap?as_of={DAY}&hub=malang").status_code == 200
    assert len(statements) <= 8


@pytest.mark.parametrize(
    "address", ["2026-11-21/surabaya.csv", "x/malang.csv", "2026-11-21/malang.exe"]
)
def test_files_that_do_not_exist(client, people, login, address) -> None:
    make(login(client, people.officer), "malang")
    assert client.get(f"/officer/recap/{address}").status_code == 404


def test_the_home_and_the_recap_speak_of_the_same_target(client, people, login, crowd) -> None:
    crowd.join("malang", 7)
    make(login(client, people.admin), "programme")
    found = measures(file(client, "programme"), "Jawa Timur")
    assert found["Bergabung dalam masa target"] + found["Kekurangan dari target"] == 1000
    assert f"{found['Kekurangan dari target']}" in client.get("/officer").get_data(as_text=True)


def test_few_people_stay_hidden_in_the_recap_of_the_province(client, people, login, crowd) -> None:
    crowd.certify(crowd.join("malang", 40)[:3])
    make(login(client, people.admin), "programme")
    login(client, people.province)
    rows = csv.DictReader(io.StringIO(file(client, "programme").decode("utf-8-sig")))
    found = {row["Ukuran"]: row for row in rows}
    certified = found["Orang dengan sertifikat yang berlaku"]
    assert (certified["Malang"], certified["Jawa Timur"]) == ("<5", "<5")
    assert found["Kekurangan dari target"]["Pamekasan"] == "–"  # it would tell of the one there
    assert found["Target"]["Pamekasan"] == "200"
    page = client.get(f"/officer/recap?as_of={DAY}&hub=programme").get_data(as_text=True)
    assert "&lt;5" in page
