"""Joining on a phone: few inputs, kind refusals, nothing doubled, nothing public without consent."""

from __future__ import annotations

import pytest
from sqlmodel import select

from sanggar.accounts import queries
from sanggar.accounts.models import User
from sanggar.programme import queries as programme

FORM = {
    "want": "talent", "name": "Wahyuni", "contact": "0812-0000-0777", "password": "apel celup sari batu",
    "birth_date": "2004-05-17",
}  # fmt: skip


@pytest.fixture
def region(tx):
    """The id of Kab. Malang."""
    with tx():
        return next(row.id for row in programme.regions() if row.name == "Kab. Malang")


def test_a_talent_joins_with_one_form_and_is_signed_in(client, region, tx):
    answer = client.post("/join", data={**FORM, "region_id": region})
    assert answer.status_code == 303
    assert client.get("/account").status_code == 200
    with tx():
        person = queries.by_login("+62 812 0000 0777")
        assert (person.name, person.phone, person.language) == ("Wahyuni", "+6281200000777", "id")
        enrolment = programme.enrolment(person.id)
        assert programme.hub(enrolment.hub_id).name == "Malang"
        assert enrolment.stage == "applicant"
        assert queries.consents(person.id) == {}


def test_the_form_has_at_most_eight_inputs_before_the_consents(client, text_of):
    page = text_of(client.get("/join"))
    assert "NIK" in page  # said not to be asked
    asked = ("want", "name", "contact", "password", "region_id", "hub_id", "birth_date")
    assert all(f'name="{name}"' in page for name in asked)
    assert 'name="nik"' not in page
    for purpose in ("public_profile", "matching", "statistics"):
        assert f'name="{purpose}" value="y"><span>' in page  # there, and not ticked


def test_sending_the_form_twice_makes_one_person(client, region, app, tx):
    client.post("/join", data={**FORM, "region_id": region})
    again = app.test_client().post("/join", data={**FORM, "region_id": region})
    assert again.status_code == 303
    with tx() as session:
        assert len(session.exec(select(User).where(User.phone == "+6281200000777")).all()) == 1


@pytest.mark.parametrize("typed", ["081200000777", "+62 812 0000 0777", "6281200000777"])
def test_a_number_that_is_taken_is_answered_kindly(client, region, app, typed, text_of):
    client.post("/join", data={**FORM, "region_id": region})
    answer = app.test_client().post(
        "/join", data={**FORM, "region_id": region, "contact": typed, "password": "sandi yang lain"}
    )
    assert answer.status_code == 422
    assert "Nomor ini sudah terdaftar" in text_of(answer)
    assert 'value="Wahyuni"' in text_of(answer)


def test_joining_by_email_keeps_the_address_lower_case(client, region, tx):
    client.post("/join", data={**FORM, "region_id": region, "contact": "Wahyuni@Example.org"})
    with tx():
        assert queries.by_login("wahyuni@example.org").phone is None


def test_a_client_joins_without_a_birth_date_and_without_a_hub(client, tx):
    answer = client.post(
        "/join", data={**FORM, "want": "client", "birth_date": "", "region_id": "0"}
    )
    assert answer.status_code == 303
    with tx():
        person = queries.by_login(FORM["contact"])
        assert person.hub_id is None
        assert programme.enrolment(person.id) is None


def test_another_hub_than_the_regions_can_be_chosen(client, region, tx):
    with tx():
        jember = next(hub.id for hub in programme.hubs() if hub.code == "jember")
    client.post("/join", data={**FORM, "region_id": region, "hub_id": jember})
    with tx():
        assert programme.enrolment(queries.by_login(FORM["contact"]).id).hub_id == jember


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("name", "", "Mohon diisi"),
        ("contact", "12", "bukan nomor ponsel"),
        ("password", "pendek", "karakter"),
        ("birth_date", "", "tanggal lahir"),
        ("birth_date", "17 Mei", "Tulis tanggal"),
        ("birth_date", "2025-01-01", "13 tahun"),
        ("region_id", "", "Pilih kabupaten"),
        ("region_id", "999", "Pilih salah satu"),
        ("want", "admin", "Pilih salah satu"),
        ("name", "x" * 121, "120"),
    ],
)
@pytest.mark.once
def test_what_must_be_corrected_is_said_and_nothing_typed_is_lost(
    client, region, field, value, words, text_of
):
    data = {**FORM, "region_id": region, field: value}
    answer = client.post("/join", data=data)
    body = text_of(answer)
    assert answer.status_code == 422
    assert words in body
    kept = "contact" if field == "name" else "name"
    assert f'value="{data[kept]}"' in body


def test_dates_typed_by_hand_are_read(client, region, tx):
    client.post("/join", data={**FORM, "region_id": region, "birth_date": "17-05-2004"})
    with tx():
        assert str(queries.by_login(FORM["contact"]).birth_date) == "2004-05-17"


def test_ticked_consents_are_recorded_one_by_one(client, region, tx):
    client.post("/join", data={**FORM, "region_id": region, "matching": "y"})
    with tx():
        given = queries.consents(queries.by_login(FORM["contact"]).id)
    assert [purpose.value for purpose in given] == ["matching"]


def test_control_characters_never_reach_the_database(client, region, tx):
    client.post("/join", data={**FORM, "region_id": region, "name": "Wah\x00yu\u202eni\x07"})
    with tx():
        assert queries.by_login(FORM["contact"]).name == "Wahyuni"


def test_without_the_token_of_the_form_nothing_is_taken(app, client, region):
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        assert client.post("/join", data={**FORM, "region_id": region}).status_code == 400
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
