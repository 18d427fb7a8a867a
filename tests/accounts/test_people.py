"""Officers see the people of their hub, and only those; staff accounts are changed by administrators."""

from __future__ import annotations

import re
from datetime import date

import pytest
from sqlmodel import select

from sanggar.accounts import queries, service
from sanggar.accounts.models import User
from sanggar.kernel.models import AuditEntry
from sanggar.programme import queries as programme


def test_the_list_shows_the_officers_hub_only(visit, text_of):
    body = text_of(visit("officer").get("/officer/people"))
    assert "Wahyuni" in body
    assert "Moh. Holil" not in body
    assert "Moh. Holil" in text_of(visit("admin").get("/officer/people"))


@pytest.mark.parametrize("search", ["wahy", "talent@exam", "0812 0000 0000", "+62812000000"])
def test_people_are_found_by_name_phone_or_email(visit, text_of, search):
    body = text_of(visit("officer").get("/officer/people", query_string={"q": search}))
    assert "Wahyuni" in body


def test_a_search_finds_percent_signs_literally(visit, text_of):
    assert "Tidak ada yang cocok" in text_of(visit("officer").get("/officer/people?q=%25"))


def test_filters_by_stage_and_a_foreign_hub_is_ignored(visit, text_of, tx):
    with tx():
        pamekasan = next(h.id for h in programme.hubs() if h.code == "pamekasan")
    body = text_of(visit("officer").get(f"/officer/people?hub={pamekasan}"))
    assert "Moh. Holil" not in body
    body = text_of(visit("officer").get("/officer/people?stage=applicant"))
    assert "Wahyuni" in body and "Sulastri" not in body
    assert visit("officer").get("/officer/people?stage=nonsense&page=99&hub=x").status_code == 200


def test_who_lacks_a_guardians_consent_is_listed_apart(visit, people, tx, now, text_of) -> None:
    page = text_of(visit("officer").get("/officer/people?guardian=missing"))
    assert "0 orang" in page
    with tx() as session:
        session.get(User, people.talent).birth_date = date(2010, 3, 2)
    page = text_of(visit("officer").get("/officer/people?guardian=missing"))
    assert "1 orang" in page and "Wahyuni" in page and "Rizky" not in page
    with tx():
        service.record_guardian(
            people.talent, guardian_name="Sumiati", relation="Ibu", method="in_person",
            given_on=now.date(), by_id=people.officer, now=now,
        )  # fmt: skip
    assert "0 orang" in text_of(visit("officer").get("/officer/people?guardian=missing"))


def test_many_people_are_paged_with_the_same_statements(visit, tx, now, text_of):
    with tx():
        for number in range(65):
            service.join(
                name=f"Talenta {number:03d}", phone=f"0813000001{number:02d}", email=None, password=None,
                birth_date=None, region_id=None, hub_id=1, language="id", role="talent",
                channel="self", now=now,
            )  # fmt: skip
    browser = visit("officer")
    pages = [text_of(browser.get(f"/officer/people?q=talenta&page={page}")) for page in (1, 2, 3)]
    names = [name for page in pages for name in re.findall(r"Talenta \d{3}", page)]
    assert len(names) == len(set(names)) == 65
    assert "65 orang" in pages[0]


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("", None), ("/edit", None), ("/edit", {"name": "X", "phone": "081200000999"}),
        ("/code", {}), ("/stage", {"to": "participant", "reason": "x"}), ("/guardian", {}),
        ("/guardian/end", {}), ("/channel", {"channel": "EJSC"}), ("/active", {"active": "0"}),
    ],
)  # fmt: skip
def test_somebody_of_another_hub_does_not_exist(visit, people, path, data):
    browser = visit("other_hub_officer")
    address = f"/officer/people/{people.talent}{path}"
    answer = browser.get(address) if data is None else browser.post(address, data=data)
    assert answer.status_code == 404


@pytest.mark.parametrize("who", ["talent", "mentor", "client", "agency", "province"])
def test_other_roles_do_not_see_people(visit, people, who):
    assert visit(who).get("/officer/people").status_code == 403
    assert visit(who).post(f"/officer/people/{people.talent}/code").status_code == 403


@pytest.mark.parametrize("path", ["/code", "/active", "/edit"])
def test_staff_accounts_are_changed_by_administrators_only(visit, people, path):
    """The administrator lives in the officer's hub; a code would hand over that role."""
    address = f"/officer/people/{people.admin}{path}"
    data = {"name": "Galih", "phone": "081200000555", "region_id": "", "hub_id": ""}
    assert visit("officer").post(address, data=data).status_code == 403
    assert visit("officer").get(f"/officer/people/{people.admin}").status_code == 200


def test_the_code_is_shown_once(visit, people, text_of):
    browser = visit("officer")
    page = text_of(browser.post(f"/officer/people/{people.talent}/code"))
    code = re.search(r"<code>([0-9A-Z]{4} [0-9A-Z]{4})</code>", page)[1]
    assert "wa.me/6281200000000" in page
    assert code not in text_of(browser.get(f"/officer/people/{people.talent}"))


def test_an_officer_moves_a_talent_with_a_reason(visit, people, text_of, tx):
    browser = visit("officer")
    address = f"/officer/people/{people.talent}/stage"
    assert browser.post(address, data={"to": "participant", "reason": ""}).status_code == 422
    assert browser.post(address, data={"to": "placed", "reason": "x"}).status_code == 422
    assert (
        browser.post(address, data={"to": "participant", "reason": "hadir orientasi"}).status_code
        == 303
    )
    body = text_of(browser.get(f"/officer/people/{people.talent}"))
    assert "hadir orientasi" in body and "Agung Wicaksono" in body
    with tx() as session:
        assert (
            len(session.exec(select(AuditEntry).where(AuditEntry.entity == "enrolment")).all()) == 1
        )


def test_an_officer_enters_a_person_who_then_uses_a_code(visit, people, client, tx, text_of):
    browser = visit("officer")
    data = {
        "role": "talent", "name": "Suyanto", "phone": "0812 0000 0888", "email": "", "birth_date": "2003-02-01",
        "region_id": "", "hub_id": "1", "channel": "Disperindag",
    }  # fmt: skip
    answer = browser.post("/officer/people/new", data=data)
    assert answer.status_code == 303
    page = text_of(browser.post(answer.headers["Location"] + "/code"))
    code = re.search(r"<code>([0-9A-Z ]{9})</code>", page)[1]
    assert (
        client.post("/sign-in/code", data={"login": "081200000888", "code": code}).status_code
        == 303
    )
    with tx():
        person = queries.by_login("081200000888")
        assert programme.channels(person.id) == ["Disperindag"]
    again = browser.post("/officer/people/new", data={**data, "channel": "EJSC"})
    assert again.status_code == 422
    assert f"/officer/people/{person.id}" in text_of(again)
    other_hub = browser.post(
        "/officer/people/new", data={**data, "phone": "081200000889", "hub_id": "2"}
    )
    assert other_hub.status_code == 422


def test_a_second_channel_counts_the_person_once(visit, people, tx):
    browser = visit("officer")
    for _again in range(2):
        browser.post(f"/officer/people/{people.talent}/channel", data={"channel": "Disperindag"})
    with tx():
        assert programme.channels(people.talent) == ["self", "Disperindag"]


def test_an_officer_corrects_data_and_the_enrolment_follows(visit, people, tx):
    data = {
        "name": "Wahyuni S.",
        "phone": "081200000000",
        "email": "",
        "region_id": "",
        "hub_id": "1",
    }
    assert (
        visit("officer").post(f"/officer/people/{people.talent}/edit", data=data).status_code == 303
    )
    with tx():
        assert queries.person(people.talent).name == "Wahyuni S."
        assert str(queries.person(people.talent).birth_date) == "2001-05-17"
    taken = visit("officer").post(
        f"/officer/people/{people.talent}/edit", data={**data, "phone": "081200000001"}
    )
    assert taken.status_code == 422


def test_a_person_corrects_their_own_data(visit, people, tx, text_of):
    browser = visit("talent")
    with tx():
        jember = next(h.id for h in programme.hubs() if h.code == "jember")
    data = {"name": "Wahyuni", "phone": "", "email": "", "region_id": "", "hub_id": jember}
    answer = browser.post("/account/edit", data=data)
    assert answer.status_code == 422
    assert "Tulis nomor ponsel" in text_of(answer)
    assert browser.post("/account/edit", data={**data, "phone": "081200000000"}).status_code == 303
    with tx():
        assert programme.enrolment(people.talent).hub_id == jember


def test_a_deletion_request_reaches_the_officer_of_the_hub(visit, people, text_of, tx):
    talent = visit("talent")
    for _twice in range(2):
        assert talent.post("/account/data/deletion", data={"reason": "pindah"}).status_code == 303
    officer = visit("officer")
    assert "1 permintaan penghapusan data menunggu" in text_of(officer.get("/officer/people"))
    assert "Wahyuni" in text_of(officer.get("/officer/deletions"))
    assert "Wahyuni" not in text_of(visit("other_hub_officer").get("/officer/deletions"))
    assert (
        visit("other_hub_officer").post("/officer/deletions/1", data={"outcome": "x"}).status_code
        == 404
    )
    assert officer.post("/officer/deletions/1", data={"outcome": ""}).status_code == 422
    assert officer.post("/officer/deletions/1", data={"outcome": "data dihapus"}).status_code == 303
    assert "menunggu" not in text_of(officer.get("/officer/people"))


def test_closing_an_account_signs_the_person_out(visit, people):
    talent = visit("talent")
    assert (
        visit("officer")
        .post(f"/officer/people/{people.talent}/active", data={"active": "0"})
        .status_code
        == 303
    )
    assert talent.get("/account").status_code == 303
    assert (
        visit("admin")
        .post(f"/officer/people/{people.admin}/active", data={"active": "0"})
        .status_code
        == 409
    )


def test_the_language_is_kept_with_the_account(visit, people, tx, text_of):
    browser = visit("talent")
    assert browser.post("/account/language", data={"language": "en"}).status_code == 303
    assert "Password and security" in text_of(browser.get("/account"))
    assert browser.post("/account/language", data={"language": "xx"}).status_code == 422
    with tx():
        assert queries.person(people.talent).language == "en"


def test_an_administrator_grants_and_revokes_roles(visit, people, text_of, tx):
    admin = visit("admin")
    address = f"/admin/roles/{people.peer}"
    missing = admin.post(
        address, data={"role": "hub_officer", "hub_id": "", "track": "", "agency": ""}
    )
    assert missing.status_code == 422
    data = {"role": "hub_officer", "hub_id": "2", "track": "", "agency": ""}
    for _twice in range(2):
        assert admin.post(address, data=data).status_code == 303
    peer = visit("peer")
    assert peer.get("/officer/people").status_code == 200
    with tx():
        held = [row for row in queries.roles(people.peer) if row.role == "hub_officer"]
    assert len(held) == 1
    assert admin.post(f"/admin/roles/{people.talent}/{held[0].id}/revoke").status_code == 404
    assert admin.post(f"{address}/{held[0].id}/revoke").status_code == 303
    assert peer.get("/officer/people").status_code == 403


def test_a_mentor_gets_one_track_at_a_time(visit, people, tx):
    admin = visit("admin")
    for track in ("photography", "digital_marketing"):
        data = {"role": "mentor", "hub_id": "", "track": track, "agency": ""}
        assert admin.post(f"/admin/roles/{people.other_mentor}", data=data).status_code == 303
    with tx():
        assert {p.id for p in queries.mentors("photography")} == {
            people.mentor,
            people.other_mentor,
        }
        assert {p.id for p in queries.mentors("digital_marketing")} == {people.other_mentor}
    profile = {"affiliation": "Rumah Kurasi", "about": "Perancang kemasan"}
    assert admin.post(f"/admin/roles/{people.mentor}/mentor", data=profile).status_code == 303
    with tx():
        assert queries.mentor_profile(people.mentor) == profile


def test_the_last_administrator_stays(visit, people, tx):
    with tx():
        held = next(row for row in queries.roles(people.admin) if row.role == "admin")
    answer = visit("admin").post(f"/admin/roles/{people.admin}/{held.id}/revoke")
    assert answer.status_code == 409


def test_changes_by_officers_are_in_the_audit_log_without_secrets(visit, people, tx):
    visit("officer").post(f"/officer/people/{people.talent}/code")
    with tx() as session:
        entry = session.exec(select(AuditEntry).where(AuditEntry.entity == "one_time_code")).one()
    assert entry.actor_id == people.officer
    assert entry.after["digest"] == "•••"


def test_htmx_gets_the_found_people_only(visit, text_of):
    answer = visit("officer").get("/officer/people?q=wahy", headers={"HX-Request": "true"})
    body = text_of(answer)
    assert "Wahyuni" in body
    assert "<html" not in body
    assert "HX-Request" in answer.headers["Vary"]
