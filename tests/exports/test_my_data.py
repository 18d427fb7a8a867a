"""Data Saya: all that is known about oneself, nothing about anybody else, no secrets."""

from __future__ import annotations

import json
import re

import pytest
from flask import Flask
from sqlmodel import SQLModel, select

from sanggar.accounts import service as accounts
from sanggar.accounts.models import User
from sanggar.assessments.models import Answer, Attempt, AttemptItem
from sanggar.exports import personal, rules
from sanggar.learning.models import TrackChoice


def copy(client) -> dict:
    answer = client.get("/my-data.json")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert "data-saya.json" in answer.headers["Content-Disposition"]
    return json.loads(answer.data)


def test_one_finds_oneself_in_it(client, people, login, tx, now) -> None:
    with tx() as session:
        accounts.give_consent(people.talent, "matching", channel="web", now=now)
        session.add(TrackChoice(person_id=people.talent, track="photography", chosen_at=now))
    found = copy(login(client, people.talent))
    assert found["person"] == {"id": people.talent, "name": "Wahyuni", "roles": ["talent"]}
    whole = json.dumps(found["data"])
    for part in ("Wahyuni", "talent@example.org", "matching", "photography", "applicant"):
        assert part in whole, part
    assert any(event["kind"] == "PersonJoined" for event in found["data"]["events"]["event"])


def test_nobody_else_is_in_it(client, people, login, tx, now) -> None:
    with tx() as session:
        session.add(TrackChoice(person_id=people.peer, track="packaging_design", chosen_at=now))
        accounts.record_guardian(
            people.talent, guardian_name="Siti", relation="ibu", method="surat",
            given_on=now.date(), by_id=people.officer, now=now,
        )  # fmt: skip
    whole = json.dumps(copy(login(client, people.talent)))
    for other in ("Rizky", "peer@example.org", "packaging_design", "officer@example.org", "Agung"):
        assert other not in whole, other
    assert "Siti" in whole
    assert "recorded_by_id" not in whole


def test_no_secret_leaves(client, people, login, tx, now) -> None:
    with tx() as session:
        code = accounts.create_code(people.talent, by_id=people.officer, now=now)
        person = session.get(User, people.talent)
        secrets = [person.password, person.fs_uniquifier, code]
    whole = json.dumps(copy(login(client, people.talent)))
    assert not [secret for secret in secrets if secret and secret in whole]
    assert not re.search(r"password|uniquifier|digest|totp_secret|token", whole)


def test_answers_are_ones_own_but_the_key_is_not(client, people, login, tx, now) -> None:
    with tx() as session:
        attempt = Attempt(
            person_id=people.talent, track="photography", assessment="exam", seed="rahasia-benih",
            token="rahasia-token", size=1, started_at=now, deadline=now, pass_total=70, score=80,
        )  # fmt: skip
        session.add(attempt)
        session.flush()
        item = AttemptItem(
            attempt_id=attempt.id, position=1, item_id="ph-01", unit="u1",
            item={"key": "rahasia-kunci"}, correct=True,
        )  # fmt: skip
        session.add(item)
        session.flush()
        session.add(
            Answer(
                attempt_item_id=item.id,
                attempt_id=attempt.id,
                response="jawabanku",
                seq=1,
                saved_at=now,
            )
        )
    found = personal_assessments(copy(login(client, people.talent)))
    assert "jawabanku" in found
    assert "80" in found
    assert "rahasia" not in found
    login(client, people.peer)
    assert "jawabanku" not in json.dumps(copy(client))


def personal_assessments(found: dict) -> str:
    return json.dumps(found["data"]["assessments"])


def test_a_visitor_is_sent_to_sign_in(client) -> None:
    assert client.get("/my-data.json").status_code in (302, 303, 401)


def test_every_table_with_people_is_read_by_somebody(app: Flask) -> None:
    """A new slice with personal data must be named in EXPORTERS."""
    read = {name for slice_name in personal.EXPORTERS for name in personal.tables(slice_name)}
    known = {"event"} | {name for name in SQLModel.metadata.tables if name.startswith("ranking")}
    missing = [
        table.name for table in SQLModel.metadata.tables.values()
        if set(rules.OWNERS) & set(table.columns.keys()) and table.name not in read | known
    ]  # fmt: skip
    assert not missing


@pytest.mark.parametrize("name", personal.EXPORTERS)
def test_each_slice_answers_for_somebody_unknown(app, database, name) -> None:
    with app.test_request_context():
        assert not any(personal.exporter(name)(987654321).values())


def test_users_are_read_by_their_own_id(tx, people) -> None:
    with tx() as session:
        name = session.exec(select(User.name).where(User.id == people.peer)).one()
        assert personal.exporter("accounts")(people.peer)["user"][0]["name"] == name
