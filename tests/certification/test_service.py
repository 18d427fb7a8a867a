"""From nothing to a certificate through the services: issue, words, renewal, revocation."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import func, select
from tests import earn

from sanggar import errors
from sanggar.assessments import service as assessments
from sanggar.assessments.models import Attempt
from sanggar.certification import queries, service
from sanggar.certification.models import Certificate
from sanggar.evidence import queries as evidence
from sanggar.notifications import queries as notifications
from sanggar.programme import queries as programme


@pytest.fixture
def ready(remembered, tx, people, now) -> None:
    """The talent has done everything for Foundation but the exam."""

    def prepare() -> None:
        with tx():
            earn.learn(people.talent, now)
            for workshop in ("w1", "w2", "w3"):
                earn.attend(people, people.talent, workshop, now)
                earn.deliver(people, people.talent, workshop, now)

    remembered(prepare)


@pytest.fixture
def number(remembered, ready, tx, people, now) -> str:
    """The number of the talent's certificate."""

    def certify() -> str:
        with tx():
            earn.sit(people.talent, "photography", "theory", now)
        with tx():
            return queries.of_person(people.talent, now)[0].number

    return remembered(certify)


def test_a_newcomer_reads_what_is_still_needed(tx, people, now) -> None:
    with tx():
        verdict = evidence.verdict(people.talent, "photography", "foundation", now)
    assert not verdict.met
    reasons = " ".join(check.detail.id for check in verdict.missing)
    assert "Lokakarya 1" in reasons
    assert "Isi asesmen mandiri" in reasons


def test_the_last_requirement_issues_the_certificate_by_itself(tx, people, now, ready) -> None:
    with tx():
        assert queries.of_person(people.talent, now) == []
        way = evidence.way(people.talent, "photography", now)
        assert way.petals[0] == way.petals[1] == 1
        assert way.petals[2] < 1
    with tx():
        assert earn.sit(people.talent, "photography", "theory", now) == 100
    with tx():
        (certificate,) = queries.of_person(people.talent, now)
        assert (certificate.level, certificate.state) == ("foundation", "valid")
        assert certificate.holder == "Wahyuni"
        assert certificate.valid_until.year == 2029
        assert programme.enrolment(people.talent).stage == "certified"
        assert queries.levels("photography", now) == {people.talent: "foundation"}
        subjects = [row.subject for row in notifications.inbox(people.talent, 1)[0]]
        assert "Sertifikat Anda sudah terbit" in subjects


def test_too_many_wrong_answers_issue_nothing(tx, people, now, ready) -> None:
    with tx():
        assert earn.sit(people.talent, "photography", "theory", now, wrong=20) < 70
        assert queries.of_person(people.talent, now) == []


def test_considering_again_issues_nothing_twice(tx, people, now, number) -> None:
    with tx():
        assert service.consider(people.talent, "photography", now) == []
        assert service.consider(people.talent, "photography", now + timedelta(days=1)) == []
    with tx() as session:
        assert session.exec(select(func.count()).select_from(Certificate)).one() == 1


def test_an_expired_certificate_leaves_the_levels_and_the_refresher_renews_it(
    tx, people, now, number
) -> None:
    later = now + timedelta(days=36 * 31)
    with tx():
        assert queries.levels("photography", later) == {}
        assert queries.of_person(people.talent, later)[0].state == "expired"
        earn.sit(people.talent, "photography", "refresher", later)
    with tx():
        newest, oldest = queries.of_person(people.talent, later)
        assert newest.state == "valid"
        assert oldest.state == "expired"
        assert queries.levels("photography", later) == {people.talent: "foundation"}


def test_an_early_refresher_does_not_renew(tx, people, now, number) -> None:
    with tx():
        earn.sit(people.talent, "photography", "refresher", now + timedelta(days=30))
        assert len(queries.of_person(people.talent, now)) == 1


def test_an_officer_of_the_hub_revokes_with_a_reason(tx, people, now, number) -> None:
    with tx():
        service.revoke(
            number, "Karya praktik ternyata milik orang lain.", by=earn.officer(people), now=now
        )
    with tx():
        found = queries.by_number(number, now)
        assert found.state == "revoked"
        assert queries.levels("photography", now) == {}
        with pytest.raises(errors.Conflict):
            service.revoke(number, "Sekali lagi, alasan panjang.", by=earn.officer(people), now=now)


def test_a_revoked_level_is_not_issued_again_by_itself(tx, people, now, number) -> None:
    with tx():
        service.revoke(
            number, "Karya praktik ternyata milik orang lain.", by=earn.officer(people), now=now
        )
        assert service.consider(people.talent, "photography", now + timedelta(days=1)) == []


def test_a_short_reason_is_refused(tx, people, now, number) -> None:
    with tx(), pytest.raises(errors.Invalid):
        service.revoke(number, "salah", by=earn.officer(people), now=now)


def test_another_hub_cannot_revoke(client, login, people, number) -> None:
    login(client, people.other_hub_officer)
    answer = client.post(
        f"/certificates/{number}/revoke", data={"reason": "Alasan yang cukup panjang"}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize(
    ("who", "status"),
    [("talent", 200), ("peer", 404), ("officer", 200), ("other_hub_officer", 404), ("client", 404)],
)
def test_who_sees_the_certificate_sheet(client, login, people, number, who, status) -> None:
    login(client, getattr(people, who))
    assert client.get(f"/certificates/{number}").status_code == status


def test_anybody_can_check_a_number(client, number) -> None:
    page = client.get(f"/verify/{number}")
    assert page.status_code == 200
    assert "Sertifikat ini berlaku" in page.text
    assert "Wahyuni" in page.text
    assert "bukan sertifikat BNSP" in page.text
    assert client.get("/verify/", query_string={"number": number.lower()}).status_code == 303


def test_unknown_numbers_are_said_to_be_unknown(client, people) -> None:
    page = client.get("/verify/MJC-26-AAAA-AAAA")
    assert page.status_code == 404
    assert "Nomor ini tidak dikenal" in page.text


def test_a_revoked_number_says_so_with_the_reason(client, tx, people, now, number) -> None:
    with tx():
        service.revoke(
            number, "Karya praktik ternyata milik orang lain.", by=earn.officer(people), now=now
        )
    page = client.get(f"/verify/{number}")
    assert "sudah dicabut" in page.text
    assert "milik orang lain" in page.text


def test_a_bad_revocation_form_keeps_what_was_typed(client, login, people, number) -> None:
    login(client, people.officer)
    page = client.post(f"/certificates/{number}/revoke", data={"reason": "pendek"})
    assert page.status_code == 422
    assert "pendek</textarea>" in page.text


def test_officers_are_asked_about_a_certificate_whose_exam_does_not_count_any_more(
    tx, people, now, number
) -> None:
    with tx() as session:
        (certificate,) = queries.of_person(people.talent, now)
        passed = session.exec(select(Attempt.id).where(Attempt.assessment == "theory")).one()
        assessments.void_attempt(passed, by_id=people.officer, reason="Listrik padam.", now=now)
    with tx():
        told = [row.body for row in notifications.inbox(people.officer, 1)[0]]
        assert any(certificate.number in body and "Wahyuni" in body for body in told)
        elsewhere = [row.body for row in notifications.inbox(people.other_hub_officer, 1)[0]]
        assert not any(certificate.number in body for body in elsewhere)
        # only a person takes it back
        assert queries.of_person(people.talent, now)[0].state == "valid"
