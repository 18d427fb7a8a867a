"""Pages of the workshops through HTTP: talents, the desk, officers, people who may not."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest

from sanggar import clock
from sanggar.workshops import queries, service
from sanggar.workshops.models import Session

HTMX = {"HX-Request": "true"}


def text(answer) -> str:
    return html.unescape(answer.get_data(as_text=True))


def code_of(tx, session_id: int) -> str:
    with tx() as session:
        return session.get(Session, session_id).code


def form_of(hubs, **changes) -> dict[str, object]:
    values = {
        "hub_id": hubs["malang"], "held": "photography/w1", "title": "", "day": "2026-12-01",
        "starts": "09:00", "ends": "13:30", "mode": "onsite", "place": "Ruang EJSC", "link": "",
        "capacity": "20", "mentor_id": "", "organisation": "Rumah Kurasi", "training": "skilling",
        "series_id": "",
    }  # fmt: skip
    return {**values, **changes}


def test_everybody_sees_coming_sessions_and_may_filter(client, plan, hubs) -> None:
    plan()
    plan(
        hub_id=hubs["malang"],
        mode=__import__("sanggar.workshops.models", fromlist=["Mode"]).Mode.ONLINE,
        workshop="w2",
    )
    page = text(client.get("/workshops/"))
    assert "Lepas dari Mode Otomatis" in page and "Cahaya Jendela" in page
    assert "Sisa 2 tempat" in page
    only = text(client.get(f"/workshops/?hub={hubs['malang']}&track=photography&mode=online"))
    assert "Cahaya Jendela" in only and "Lepas dari Mode Otomatis" not in only
    assert "Belum ada sesi yang cocok" in text(client.get(f"/workshops/?hub={hubs['jember']}"))
    assert client.get("/workshops/?hub=x&track=%00&mode=%27").status_code == 200


def test_before_any_session_the_page_says_so(client, people) -> None:
    assert "Belum ada sesi" in text(client.get("/workshops/"))


def test_a_session_shows_agenda_what_to_bring_and_a_way_to_sign_in(client, plan) -> None:
    session_id = plan()
    page = text(client.get(f"/workshops/{session_id}"))
    assert f"/sign-in?next=/workshops/{session_id}" in page
    for words in (
        "Susunan acara",
        "Ponsel dan satu produk",
        "Ruang EJSC lantai 2",
        "Rina Wulandari",
        "Rumah Kurasi",
        "0 dari 2 tempat",
    ):
        assert words in page
    assert "Masuk untuk mengambil tempat" in page


def test_unknown_session_is_404(client, people) -> None:
    assert client.get("/workshops/987654321").status_code == 404
    assert client.get("/workshops/987654321.ics").status_code == 404
    assert client.get("/calendar/nothing.ics").status_code == 404


def test_a_talent_takes_a_place_in_one_tap_and_gives_it_back(
    client, login, plan, people, tx
) -> None:
    session_id = plan(link="https://meet.example.org/abc", capacity=1)
    login(client, people.talent)
    assert "meet.example.org" not in text(client.get(f"/workshops/{session_id}"))
    for _ in range(2):
        answer = client.post(f"/workshops/{session_id}/register", follow_redirects=True)
        assert answer.status_code == 200
    page = text(answer)
    assert "Anda mendapat tempat" in page and "https://meet.example.org/abc" in page
    assert "Lepas dari Mode Otomatis" in text(client.get("/workshops/mine"))
    login(client, people.peer)
    page = text(client.post(f"/workshops/{session_id}/register", follow_redirects=True))
    assert "nomor 1 di daftar tunggu" in page and "meet.example.org" not in page
    login(client, people.talent)
    client.post(f"/workshops/{session_id}/cancel")
    login(client, people.peer)
    assert "https://meet.example.org/abc" in text(client.get(f"/workshops/{session_id}"))


def test_overlapping_sessions_are_allowed_with_a_warning(client, login, plan, people) -> None:
    first, second = plan(), plan(workshop="w2")
    login(client, people.talent)
    client.post(f"/workshops/{first}/register")
    page = text(client.post(f"/workshops/{second}/register", follow_redirects=True))
    assert "bertabrakan dengan Lepas dari Mode Otomatis" in page


def test_registering_after_the_start_is_409_with_clear_words(
    client, login, plan, people, now
) -> None:
    session_id = plan()
    login(client, people.talent)
    with clock.frozen(now + timedelta(days=1, minutes=1)):
        answer = client.post(f"/workshops/{session_id}/register")
    assert answer.status_code == 409
    assert "Pendaftaran ditutup" in text(answer)


def test_a_scanned_code_leads_to_one_button_and_presence(
    client, login, plan, people, now, tx
) -> None:
    session_id = plan()
    code = code_of(tx, session_id)
    login(client, people.talent)
    with clock.frozen(now + timedelta(days=1)):
        page = text(client.get(f"/check-in?code={code.lower()}&via=qr"))
        assert "Saya hadir" in page and 'name="via" value="qr"' in page
        for _ in range(2):
            answer = client.post(
                "/check-in", data={"code": code, "via": "qr"}, follow_redirects=True
            )
        assert "Kehadiran Anda sudah dicatat" in text(answer)
    with tx():
        assert queries.attendance(people.talent, "photography")[0].hours == 4
        assert queries.session_line(session_id).taken == 1


def test_who_is_not_signed_in_comes_back_to_the_code(client, plan, tx) -> None:
    code = code_of(tx, plan())
    answer = client.get(f"/check-in?code={code}&via=qr")
    assert answer.status_code in (302, 303)
    assert "check-in" in answer.headers["Location"] and code in answer.headers["Location"]


@pytest.mark.parametrize(("typed", "status"), [("", 422), ("ZZZZZZ", 422), ("☃" * 50, 422)])
def test_wrong_codes_are_422_beside_the_field(client, login, plan, people, typed, status) -> None:
    plan()
    login(client, people.talent)
    answer = client.post("/check-in", data={"code": typed})
    assert answer.status_code == status
    assert "code-error" in text(answer)
    assert client.get("/check-in?code=ZZZZZZ").status_code == 422


def test_a_closed_window_is_409_and_says_when(client, login, plan, people, tx) -> None:
    code = code_of(tx, plan())
    login(client, people.talent)
    answer = client.post("/check-in", data={"code": code})
    assert answer.status_code == 409
    assert "22 Nov 2026, 09.30 WIB" in text(answer)


@pytest.mark.parametrize("who", ["officer", "mentor", "admin"])
def test_the_desk_shows_code_list_and_ticks(client, login, plan, people, tx, now, who) -> None:
    session_id = plan()
    with tx():
        service.register(session_id, people.talent, now=now)
    code = code_of(tx, session_id)
    login(client, getattr(people, who))
    with clock.frozen(now + timedelta(days=1)):
        page = text(client.get(f"/workshops/{session_id}/desk"))
        assert code in page and "<svg" in page and "0 dari 1 hadir" in page and "Wahyuni" in page
        tick = f"/workshops/{session_id}/desk/tick/{people.talent}"
        part = client.post(tick, headers=HTMX)
        assert part.status_code == 200
        assert text(part).lstrip().startswith('<section id="roster"') and "1 dari 1 hadir" in text(
            part
        )
        assert client.post(tick).status_code == 303
        listed = client.get(f"/workshops/{session_id}/desk", headers=HTMX)
        assert "<html" not in text(listed) and "1 dari 1 hadir" in text(listed)


@pytest.mark.parametrize("who", ["other_hub_officer", "other_mentor"])
def test_the_desk_of_others_is_not_found(client, login, plan, people, now, who) -> None:
    session_id = plan()
    login(client, getattr(people, who))
    with clock.frozen(now + timedelta(days=1)):
        for path in ("desk", "sheet", f"people/{people.talent}"):
            assert client.get(f"/workshops/{session_id}/{path}").status_code == 404
        for path, data in (
            (f"desk/tick/{people.talent}", {}), (f"desk/free/{people.talent}", {}), ("desk/code", {}),
            ("desk/find", {"login": "talent@example.org"}), ("guests", {"name": "Sri"}), ("guests/1", {}),
        ):  # fmt: skip
            assert client.post(f"/workshops/{session_id}/{path}", data=data).status_code == 404


def test_the_desk_finds_somebody_by_phone(client, login, plan, people, now, tx) -> None:
    session_id = plan()
    login(client, people.officer)
    with clock.frozen(now + timedelta(days=1)):
        answer = client.post(f"/workshops/{session_id}/desk/find", data={"login": "nobody"})
        assert answer.status_code == 422 and 'value="nobody"' in text(answer)
        answer = client.post(
            f"/workshops/{session_id}/desk/find", data={"login": "peer@example.org"}, follow_redirects=True
        )  # fmt: skip
    assert "Rizky Pratama" in text(answer) and "1 dari 1 hadir" in text(answer)


def test_hours_are_corrected_with_a_reason(client, login, plan, people, now, tx, officer) -> None:
    session_id = plan()
    start = now + timedelta(days=1)
    with tx(officer):
        service.tick(session_id, people.talent, by=officer, now=start)
    login(client, people.officer)
    with clock.frozen(start):
        url = f"/workshops/{session_id}/people/{people.talent}"
        assert client.get(url).status_code == 200
        answer = client.post(url, data={"hours": "banyak", "reason": "x"})
        assert answer.status_code == 422 and "banyak" in text(answer)
        assert (
            client.post(url, data={"hours": "9", "reason": "Datang terlambat"}).status_code == 422
        )
        page = text(
            client.post(
                url, data={"hours": "2,5", "reason": "Datang terlambat"}, follow_redirects=True
            )
        )
        assert "2,5 jam" in page and "Datang terlambat" in page
        assert client.get(f"/workshops/{session_id}/people/{people.peer}").status_code == 404


def test_guests_are_counted_apart_and_once(client, login, plan, people, now, tx) -> None:
    session_id = plan()
    login(client, people.officer)
    data = {
        "name": "Bu Sulastri",
        "business": "Keripik Tempe",
        "phone": "0812-0000-111",
        "attended": "y",
    }
    with clock.frozen(now + timedelta(days=1)):
        for _ in range(2):
            page = text(
                client.post(f"/workshops/{session_id}/guests", data=data, follow_redirects=True)
            )
        assert page.count("Keripik Tempe") == 1
        assert client.post(f"/workshops/{session_id}/guests", data={"name": ""}).status_code == 422
        wrong = client.post(f"/workshops/{session_id}/guests", data={"name": "Sri", "phone": "12"})
        assert wrong.status_code == 422 and 'value="Sri"' in text(wrong)
    with tx():
        (held,) = [r for r in queries.counts_for_recap(2026) if r.sessions]
        assert (held.guests, held.attendees) == (1, 0)
    with clock.frozen(now + timedelta(days=1)):
        with tx():
            from sanggar.workshops import desk

            guest = desk.guests(session_id)[0].id
        client.post(f"/workshops/{session_id}/guests/{guest}", data={"attended": "0"})
    with tx():
        assert sum(r.guests for r in queries.counts_for_recap(2026)) == 0


def test_the_sheet_has_a_column_to_sign(client, login, plan, people, now, tx) -> None:
    session_id = plan()
    with tx():
        service.register(session_id, people.talent, now=now)
    login(client, people.mentor)
    page = text(client.get(f"/workshops/{session_id}/sheet"))
    assert "Daftar hadir" in page and "Tanda tangan" in page and "Wahyuni" in page


def test_an_officer_plans_changes_and_cancels(client, login, people, hubs, tx, track) -> None:
    login(client, people.officer)
    assert client.get("/officer/sessions/new").status_code == 200
    answer = client.post("/officer/sessions/new", data=form_of(hubs, mentor_id=people.mentor))
    assert answer.status_code == 303
    session_id = int(answer.headers["Location"].rsplit("/", 1)[1])
    with tx():
        line = queries.session_line(session_id)
        assert clock.local(line.starts_at).strftime("%d %H:%M") == "01 09:00"
        assert (line.track, line.workshop, line.mentor_id) == ("photography", "w1", people.mentor)
    assert 'value="2026-12-01"' in text(client.get(f"/officer/sessions/{session_id}/edit"))
    client.post(
        f"/officer/sessions/{session_id}/edit", data=form_of(hubs, starts="10.00", capacity="30")
    )
    with tx():
        line = queries.session_line(session_id)
        assert line.capacity == 30 and clock.local(line.starts_at).hour == 10
    short = client.post(f"/officer/sessions/{session_id}/cancel", data={"reason": "x"})
    assert short.status_code == 422
    client.post(
        f"/officer/sessions/{session_id}/cancel", data={"reason": "Ruang dipakai acara lain"}
    )
    client.get("/sign-out")
    page = text(client.get(f"/workshops/{session_id}"))
    assert "tidak jadi diadakan" in page and "Ruang dipakai acara lain" in page


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": "2020-01-01"}, "starts"), ({"capacity": "0"}, "capacity"), ({"ends": "08:00"}, "ends"),
        ({"day": "besok"}, "day"), ({"starts": "25:99"}, "starts"), ({"capacity": "banyak"}, "capacity"),
        ({"held": "photography/w9"}, "held"), ({"mode": "telepati"}, "mode"), ({"mentor_id": "x"}, "mentor_id"),
        ({"place": ""}, "place"), ({"title": "x" * 161}, "title"), ({"link": "javascript:alert(1)"}, "link"),
    ],
)  # fmt: skip
@pytest.mark.once
def test_bad_input_is_422_beside_its_field_and_keeps_the_rest(
    client, login, people, hubs, track, changes, field
) -> None:
    login(client, people.officer)
    answer = client.post("/officer/sessions/new", data=form_of(hubs, **changes))
    assert answer.status_code == 422
    assert f'id="{field}-error"' in text(answer)
    assert 'value="Rumah Kurasi"' in text(answer)
    assert "Sesi sudah ada" not in text(client.get("/officer/sessions/"))


def test_an_officer_sees_and_plans_their_own_hub_only(client, login, plan, people, hubs) -> None:
    session_id = plan()
    login(client, people.other_hub_officer)
    assert "Lepas dari Mode Otomatis" not in text(client.get("/officer/sessions/"))
    assert client.get(f"/officer/sessions/{session_id}/edit").status_code == 404
    assert (
        client.post(f"/officer/sessions/{session_id}/edit", data=form_of(hubs)).status_code == 404
    )
    assert (
        client.post(
            f"/officer/sessions/{session_id}/cancel", data={"reason": "Ruang dipakai acara lain"}
        ).status_code
        == 404
    )
    answer = client.post("/officer/sessions/new", data=form_of(hubs))
    assert answer.status_code == 422, "Malang is not on the list of Jember's officer"
    login(client, people.officer)
    assert "Lepas dari Mode Otomatis" in text(client.get("/officer/sessions/"))


def test_series_belong_to_a_hub_or_with_an_administrator_to_all(
    client, login, people, hubs
) -> None:
    login(client, people.officer)
    data = {"theme": "Kemasan", "year": "2026", "hub_id": hubs["malang"], "organisation": ""}
    assert client.post("/officer/series/", data=data).status_code == 303
    assert client.post("/officer/series/", data={**data, "hub_id": ""}).status_code == 422
    assert client.post("/officer/series/", data={**data, "year": "12"}).status_code == 422
    login(client, people.admin)
    assert client.post("/officer/series/", data={**data, "hub_id": ""}).status_code == 303
    assert text(client.get("/officer/series/")).count("Kemasan") == 2


def test_a_mentor_sees_their_sessions(client, login, plan, people) -> None:
    plan()
    login(client, people.mentor)
    assert "Lepas dari Mode Otomatis" in text(client.get("/workshops/teach"))
    login(client, people.other_mentor)
    assert "Lepas dari Mode Otomatis" not in text(client.get("/workshops/teach"))


def test_pages_use_few_statements_whatever_the_number_of_rows(
    app, client, login, plan, people, statements, tx, now
) -> None:
    ids = [plan(starts_at=now + timedelta(days=day)) for day in range(1, 13)]
    with tx():
        for session_id in ids:
            service.register(session_id, people.talent, now=now)
    login(client, people.officer)
    paths = [
        "/workshops/",
        f"/workshops/{ids[0]}",
        f"/workshops/{ids[0]}/desk",
        "/officer/sessions/",
        f"/workshops/{ids[0]}/sheet",
        "/workshops/mine",
    ]
    for path in paths:
        statements.clear()
        assert client.get(path).status_code == 200
        assert len(statements) <= 8, (path, statements)
