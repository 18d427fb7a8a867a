"""Consent by purpose and version, withdrawal at once, and the guardian rule."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select

from sanggar.accounts import consents, queries, rules, service
from sanggar.accounts.models import Purpose
from sanggar.kernel.models import EventRecord


@pytest.fixture
def learner(people, tx, now):
    """The id of a talent who is 17."""
    with tx():
        return service.join(
            name="Melati", phone="081200000900", email=None, password="kata-sandi-uji-17",
            birth_date=date(2009, 5, 17), region_id=None, hub_id=1, language="id", role="talent",
            channel="self", now=now,
        )  # fmt: skip


def test_every_purpose_has_a_text_in_both_languages():
    for purpose in Purpose:
        text = consents.current(purpose)
        assert text.text.to("id") != text.text.to("en")
        assert text.without.to("id") and text.title.to("en")


def test_nobody_is_public_without_consent(people, tx, now):
    with tx():
        assert queries.public_ids([people.talent], now) == set()
        service.give_consent(people.talent, "public_profile", now=now)
        assert queries.public_ids([people.talent, people.peer], now) == {people.talent}
        assert queries.public_ids(None, now) == {people.talent}
        assert queries.matching_ids([people.talent], now) == set()


def test_withdrawal_takes_effect_at_once_and_keeps_the_history(people, tx, now):
    later = now + timedelta(minutes=1)
    with tx() as session:
        service.give_consent(people.talent, "matching", now=now)
        service.give_consent(people.talent, "matching", now=now)
        service.withdraw_consent(people.talent, "matching", channel="account", now=later)
        service.withdraw_consent(people.talent, "matching", now=later)
        assert queries.matching_ids([people.talent], later) == set()
        assert queries.matching_ids([people.talent], now) == {people.talent}
        history = queries.consent_history(people.talent)
        assert [(row.given_at, row.withdrawn_at) for row in history] == [(now, later)]
        kinds = [
            e.data["given"]
            for e in session.exec(select(EventRecord).where(EventRecord.kind == "ConsentChanged"))
        ]
        assert kinds == [True, False]


def test_a_newer_text_is_a_new_consent(people, tx, now, monkeypatch):
    with tx():
        service.give_consent(people.talent, "statistics", now=now)
        monkeypatch.setattr(consents, "version", lambda _purpose: "2027-01")
        service.give_consent(people.talent, "statistics", now=now + timedelta(days=1))
        rows = queries.consent_history(people.talent)
    assert [row.version for row in rows] == ["2027-01", "2026-01"]
    assert rows[1].withdrawn_at is not None


def test_consents_are_given_and_withdrawn_on_the_page(visit, people, tx, text_of):
    browser = visit("talent")
    assert (
        browser.post(
            "/account/consents", data={"purpose": "matching", "answer": "give"}
        ).status_code
        == 303
    )
    assert "diberikan 21 Nov 2026" in text_of(browser.get("/account/consents"))
    browser.post("/account/consents", data={"purpose": "matching", "answer": "withdraw"})
    with tx():
        assert queries.consents(people.talent) == {}
    assert (
        browser.post("/account/consents", data={"purpose": "selling", "answer": "give"}).status_code
        == 422
    )


def test_a_minor_is_not_public_until_a_guardian_consents(learner, people, tx, now):
    with tx():
        for purpose in Purpose:
            service.give_consent(learner, purpose, now=now)
        assert queries.public_ids([learner], now) == set()
        assert queries.matching_ids([learner], now) == set()
        assert queries.statistics_ids([learner], now) == {learner}
        assert queries.waits_for_guardian(queries.person(learner), now)
        service.record_guardian(
            learner, guardian_name="Sulastri", relation="ibu", method="letter",
            given_on=date(2026, 11, 20), by_id=people.officer, now=now,
        )  # fmt: skip
        assert queries.public_ids([learner], now) == {learner}
        later = now + timedelta(minutes=5)
        service.withdraw_guardian(learner, now=later)
        assert queries.public_ids([learner], later) == set()


def test_a_minor_grows_up(learner, tx, now):
    with tx():
        service.give_consent(learner, "public_profile", now=now)
        eve = now.replace(year=2027, month=5, day=16)
        assert queries.public_ids([learner], eve - timedelta(hours=12)) == set()
        assert queries.public_ids([learner], eve + timedelta(days=1)) == {learner}


def test_without_a_birth_date_nobody_counts_as_an_adult(tx, now, people):
    with tx():
        someone = service.join(
            name="Slamet", phone="081200000901", email=None, password=None, birth_date=None,
            region_id=None, hub_id=1, language="id", role="talent", channel="EJSC", now=now,
        )  # fmt: skip
        service.give_consent(someone, "public_profile", now=now)
        assert queries.public_ids([someone], now) == set()


def test_a_closed_account_is_not_public(people, tx, now):
    with tx():
        service.give_consent(people.talent, "public_profile", now=now)
        service.set_active(people.talent, False)
        assert queries.public_ids([people.talent], now) == set()


def test_the_officer_records_the_guardian(visit, learner, people, text_of, tx, now):
    officer = visit("officer")
    assert "Izin wali" in text_of(officer.get(f"/officer/people/{learner}"))
    data = {
        "guardian_name": "Sulastri",
        "relation": "ibu",
        "method": "letter",
        "given_on": "2026-11-20",
    }
    future = officer.post(
        f"/officer/people/{learner}/guardian", data={**data, "given_on": "2026-12-24"}
    )
    assert future.status_code == 422
    assert officer.post(f"/officer/people/{learner}/guardian", data=data).status_code == 303
    with tx():
        row = queries.guardian(learner)
        assert (row.name, row.recorded_by_id) == ("Sulastri", people.officer)
    assert (
        visit("other_hub_officer")
        .post(f"/officer/people/{learner}/guardian", data=data)
        .status_code
        == 404
    )


@pytest.mark.parametrize(
    ("born", "minor"),
    [
        (date(2008, 11, 21), False),
        (date(2008, 11, 22), True),
        (date(2008, 2, 29), False),
        (None, True),
    ],
)
def test_adult_from_the_eighteenth_birthday(born, minor):
    assert rules.is_minor(born, date(2026, 11, 21)) is minor


def test_the_rule_and_its_statement_agree_on_leap_days():
    assert rules.adult_since(date(2028, 2, 29)) == date(2010, 2, 28)
    for today in (date(2026, 2, 28), date(2026, 3, 1), date(2028, 2, 29)):
        for born in (date(2008, 2, 29), date(2010, 2, 28), date(2010, 3, 1), date(2008, 3, 1)):
            assert rules.is_minor(born, today) is not (born <= rules.adult_since(today))
