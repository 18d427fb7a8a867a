"""The homes of officers, province and agencies: right numbers, right eyes, few statements."""

from __future__ import annotations

import re
from datetime import timedelta

from sqlalchemy import delete
from tests.support import count_sql

from sanggar import clock
from sanggar.accounts import service as accounts
from sanggar.accounts.models import User
from sanggar.programme import queries as programme
from sanggar.programme import service as programme_service
from sanggar.programme.models import Enrolment
from sanggar.programme.rules import Stage


def text(answer) -> str:
    assert answer.status_code == 200, answer.status_code
    plain = re.sub(r"<[^>]+>", " ", answer.get_data(as_text=True))
    return re.sub(r"\s+", " ", plain)


def test_612_of_1000_is_61_2_percent_and_388_are_missing(client, people, login, crowd) -> None:
    here = {"malang": 178 - 2, "jember": 131, "bojonegoro": 118, "madiun": 104, "pamekasan": 81 - 1}
    for code, number in here.items():  # three of the harness's people are talents already
        crowd.join(code, number)
    page = text(login(client, people.officer).get("/officer"))
    assert "612 dari 1.000 talenta" in page
    assert "61,2 %" in page
    assert "388" in page


def test_malang_108_last_year_70_running_0_of_200_new(
    client, people, login, crowd, tx, last_year
) -> None:
    with tx() as session:  # the harness's own talents joined this year
        session.execute(delete(Enrolment))
    crowd.join("malang", 70, at=last_year)
    crowd.join("pamekasan", 10, at=last_year)
    crowd.join("malang", 38, at=last_year, stage=Stage.INACTIVE)
    with tx():
        malang = next(c for c in programme.counts(clock.today()) if c.hub.code == "malang")
    assert (malang.joined_last_year, malang.active, malang.cumulative) == (108, 70, 108)
    assert (malang.reached, malang.target) == (0, 200)
    page = text(login(client, people.province).get("/province"))
    assert re.search(r"Malang 0 70 108 ", page), page


def test_an_officer_sees_their_hub_first_and_opens_only_that(client, people, login, crowd) -> None:
    body = login(client, people.other_hub_officer).get("/officer").get_data(as_text=True)
    names = re.findall(r'<th scope="row">(?:<a href="([^"]+)">)?([^<]+)', body)
    assert names[0][1] == "Jember"
    assert names[0][0].startswith("/officer/people?hub=")
    assert not any(url for url, _name in names[1:])


def test_the_pace_is_told_only_with_history(client, people, login, crowd, now, database) -> None:
    page = text(login(client, people.officer).get("/officer"))
    assert "Belum ada riwayat 8 minggu" in page
    crowd.join("malang", 40, at=now - timedelta(days=300))
    crowd.join("malang", 240, at=now - timedelta(days=20))
    database.memory.clear()  # half a minute later: the crowd joins without a log
    page = text(client.get("/officer"))
    assert "Dengan laju 8 minggu terakhir, target tercapai" in page


def test_the_next_thing_is_a_deletion_request_of_the_own_hub(
    client, people, login, tx, now, database
) -> None:
    with tx():
        accounts.ask_deletion(people.outsider, reason="", now=now)
    assert "permintaan penghapusan data" not in text(login(client, people.officer).get("/officer"))
    with tx():
        accounts.ask_deletion(people.talent, reason="", now=now)
    database.memory.clear()  # half a minute later: a talent's own act is in no audit log
    assert "1 permintaan penghapusan data" in text(client.get("/officer"))


def test_small_numbers_never_reach_the_province(client, people, login, crowd) -> None:
    crowd.certify(crowd.join("jember", 40)[:3])
    body = login(client, people.province).get("/province").get_data(as_text=True)
    outcomes = body.split('id="outcomes"')[1]
    assert "&lt;5" in outcomes
    assert not re.search(r'<td class="n">[1-4]</td>', body)


def test_an_agency_reads_its_own_referrals_only(client, people, login, tx, now) -> None:
    with tx():
        programme_service.add_channel(people.talent, "Disperindag", now=now)
        programme_service.add_channel(people.peer, "dinkop", now=now)
    page = text(login(client, people.agency).get("/agency"))
    assert "Wahyuni" in page
    assert "Rizky" not in page
    assert "Holil" not in page


def test_pages_take_at_most_eight_statements_for_any_number_of_talents(
    app, client, people, login, crowd, database
) -> None:
    for person, path in (
        (people.officer, "/officer"), (people.province, "/province"), (people.agency, "/agency"),
        (people.officer, "/officer/recap"),
    ):  # fmt: skip
        login(client, person)
        client.get(path)
        database.memory.clear()
        with count_sql(app) as few:
            assert client.get(path).status_code == 200
        crowd.certify(crowd.join("malang", 60))
        database.memory.clear()
        with count_sql(app) as many:
            assert client.get(path).status_code == 200
        assert len(many) == len(few) <= 8, (path, len(few), len(many))


def test_an_officer_sees_an_own_change_in_whichever_web_worker(
    app, client, people, login, database, tx
) -> None:
    with tx() as session:
        region = session.get(User, people.talent).region_id
    login(client, people.officer)
    assert "tanpa izin wali" not in text(client.get("/officer"))
    other_worker = dict(database.memory)
    data = {
        "name": "Wahyuni", "phone": "081200000000", "email": "talent@example.org",
        "birth_date": "2010-03-02", "region_id": region,
    }  # fmt: skip
    assert client.post(f"/officer/people/{people.talent}/edit", data=data).status_code == 303
    database.memory.clear()
    database.memory.update(other_worker)
    assert "1 talenta tanpa izin wali" in text(client.get("/officer"))
