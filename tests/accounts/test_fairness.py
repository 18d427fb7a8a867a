"""What people say of themselves for checks of fairness: theirs, optional, with consent, never by name."""

from __future__ import annotations

import pytest
from sqlmodel import select

from sanggar import errors
from sanggar.accounts import fairness, service
from sanggar.accounts.fairness import Answer
from sanggar.accounts.models import Purpose
from sanggar.exports import personal
from sanggar.kernel.models import AuditEntry

SAID = {"sex": "woman", "education": "smk", "disability": "no"}


def agree(person_id: int, now) -> None:
    service.give_consent(person_id, Purpose.STATISTICS, channel="web", now=now)


def test_nothing_is_taken_without_consent_to_statistics(tx, people, now) -> None:
    with tx():
        with pytest.raises(errors.Conflict):
            fairness.answer(people.talent, Answer(**SAID), now)
        agree(people.talent, now)
        fairness.answer(people.talent, Answer(**SAID), now)
        assert fairness.own(people.talent) == Answer("woman", "smk", "no")
        assert fairness.own(people.peer) == Answer()


def test_answers_count_while_the_consent_lasts(tx, people, now) -> None:
    with tx():
        agree(people.talent, now)
        fairness.answer(people.talent, Answer(sex="woman"), now)
        found = fairness.labels(now)
        assert found == {"sex": {people.talent: "woman"}, "education": {}, "disability": {}}
        assert fairness.labels(now, [people.peer])["sex"] == {}
        service.withdraw_consent(people.talent, Purpose.STATISTICS, channel="web", now=now)
        assert fairness.labels(now)["sex"] == {}
        fairness.answer(people.talent, Answer(), now)  # taking back needs no consent
        assert fairness.own(people.talent) == Answer()


def test_other_answers_are_refused(tx, people, now) -> None:
    with tx():
        agree(people.talent, now)
        with pytest.raises(errors.Invalid) as refused:
            fairness.answer(people.talent, Answer(sex="x", education="phd"), now)
    assert set(refused.value.fields) == {"sex", "education"}


def test_the_page_is_ones_own_and_the_audit_log_knows_nothing(
    client, login, tx, people, officer, now
) -> None:
    login(client, people.talent)
    assert 'name="education"' not in client.get("/account").text
    with tx():
        agree(people.talent, now)
    assert 'name="education"' in client.get("/account").text
    assert client.post("/account/fairness", data=SAID).status_code == 303
    assert '<option value="smk" selected>' in client.get("/account").text
    login(client, people.officer)
    page = client.get(f"/people/{people.talent}").text
    assert "Penyandang" not in page and "SMK" not in page
    with tx(officer) as session:
        fairness.answer(people.talent, Answer(sex="man"), now)
        session.flush()
        changes = select(AuditEntry).where(AuditEntry.entity == "fairness_answer")
        seen = [str(row.after) for row in session.exec(changes)]
    assert seen and not any("man" in row for row in seen)


def test_the_copy_of_ones_data_holds_no_label(tx, people, now) -> None:
    with tx():
        agree(people.talent, now)
        fairness.answer(people.talent, Answer(**SAID), now)
    with tx():
        assert "smk" not in str(personal.everything(people.talent).get("accounts"))
