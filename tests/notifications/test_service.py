"""Messages are told once, in the reader's language, and leave only with the commit."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlmodel import select
from tests import earn

from sanggar import clock
from sanggar.accounts import service as accounts
from sanggar.kernel import jobs, registry
from sanggar.kernel.access import Principal, Role
from sanggar.notifications import queries, service
from sanggar.notifications.models import Delivery, DeliveryState
from sanggar.plugin.channels import DeliveryError, NotificationChannel
from sanggar.programme import queries as programme


def notify(person_id: int, now, key: str = "k1") -> None:
    service.notify(
        person_id, "test", subject="Kabar", body="Isi kabar.", url="/inbox/", now=now, key=key
    )


def deliveries(tx, channel: str) -> list[Delivery]:
    with tx() as session:
        return list(
            session.exec(
                select(Delivery).where(Delivery.channel == channel).order_by(Delivery.id.desc())
            )
        )


def test_the_same_news_is_told_once(tx, people, now) -> None:
    with tx():
        before = queries.unread(people.talent)
        notify(people.talent, now)
        notify(people.talent, now)
        assert queries.unread(people.talent) == before + 1


def test_an_e_mail_is_written_to_the_outbox_after_the_commit(app, tx, people, now) -> None:
    outbox: Path = app.extensions["sanggar.settings"].data / "outbox"
    with tx():
        notify(people.talent, now, key="outbox-probe")
        assert not (outbox / f"{people.talent}-outbox-probe.eml").exists()
    mail = message_from_bytes(
        (outbox / f"{people.talent}-outbox-probe.eml").read_bytes(), policy=policy.default
    )
    assert mail["Subject"] == "Kabar"
    assert "talent@example.org" in mail["To"]
    text = mail.get_content()
    assert "Isi kabar." in text
    assert "http://localhost:8000/inbox/" in text
    assert "Salam," in text
    assert deliveries(tx, "email")[0].state is DeliveryState.SENT


def test_a_rolled_back_message_is_never_sent(app, tx, people, now) -> None:
    outbox: Path = app.extensions["sanggar.settings"].data / "outbox"
    with pytest.raises(RuntimeError), tx():
        notify(people.talent, now, key="never")
        raise RuntimeError
    assert not list(outbox.glob("*-never.eml"))


class Broken(NotificationChannel):
    """A channel that fails as told."""

    name = "email"
    error: Exception = DeliveryError("try later", permanent=False)

    def send(self, message):
        raise self.error


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (DeliveryError("mailbox full", permanent=False), DeliveryState.PENDING),
        (DeliveryError("no such person", permanent=True), DeliveryState.FAILED),
        (ZeroDivisionError("a bug in a plugin"), DeliveryState.PENDING),
    ],
)
def test_a_channel_that_fails_stops_nobody(app, tx, people, now, monkeypatch, error, state) -> None:
    broken = Broken()
    broken.error = error
    known = app.extensions[registry.EXTENSION]
    monkeypatch.setitem(
        app.extensions, registry.EXTENSION, replace(known, channels={"email": broken})
    )
    with tx():
        notify(people.talent, now, key="broken")
    row = deliveries(tx, "email")[0]
    assert (row.state, row.attempts) == (state, 1)
    assert str(error) in row.error
    monkeypatch.undo()
    if state is DeliveryState.PENDING:
        with clock.frozen(now + timedelta(hours=2)):
            jobs.perform(app, service.retry_deliveries)
        assert deliveries(tx, "email")[0].state is DeliveryState.SENT


def test_people_without_e_mail_are_told_by_an_officers_hand(tx, people, now) -> None:
    with tx():
        region = programme.enrolment(people.talent).region_id
        hub = programme.enrolment(people.talent).hub_id
        person = accounts.join(
            name="Slamet", phone="081200000777", email=None, password=None, birth_date=None,
            region_id=region, hub_id=hub, language="id", role=Role.TALENT, channel="ejsc", now=now,
        )  # fmt: skip
    with tx():
        mine = queries.by_hand(earn.officer(people))
        assert [(m.name, m.subject) for m in mine] == [("Slamet", "Selamat datang")]
        assert mine[0].link.startswith("https://wa.me/6281200000777?text=")
        other = Principal(
            id=people.other_hub_officer,
            roles=frozenset({Role.HUB_OFFICER}),
            hubs=frozenset({hub + 1}),
        )
        assert queries.by_hand(other) == []
        service.sent_by_hand(mine[0].delivery_id, by=earn.officer(people), now=now)
    with tx():
        assert queries.by_hand(earn.officer(people)) == []
    assert person


def test_the_reader_chooses_the_language(tx, people, now) -> None:
    with tx() as session:
        session.connection().exec_driver_sql(
            f"UPDATE \"user\" SET language = 'en' WHERE id = {people.talent}"
        )
    with tx():
        earn.foundation(people, people.talent, now)
    with tx():
        subjects = {row.subject for row in queries.inbox(people.talent, 1)[0]}
    assert "Your certificate is ready" in subjects
    assert "Sertifikat Anda sudah terbit" not in subjects


def test_a_moved_session_is_told_to_everybody_with_a_place(tx, people, now) -> None:
    from sanggar.workshops import service as workshops
    from sanggar.workshops.schedule import Draft

    with tx():
        by = earn.officer(people)
        draft = Draft(
            hub_id=next(iter(by.hubs)), starts_at=now + timedelta(days=2),
            ends_at=now + timedelta(days=2, hours=4), capacity=1, track="photography", workshop="w1",
            place="EJSC Malang",
        )  # fmt: skip
        session_id = workshops.create_session(draft, by=by, now=now)
        workshops.register(session_id, people.talent, now=now)
        workshops.register(session_id, people.peer, now=now)
    with tx():
        workshops.cancel_session(
            session_id, "Listrik padam di gedung.", by=earn.officer(people), now=now
        )
    with tx():
        for person in (people.talent, people.peer):
            assert "Satu sesi dibatalkan" in {r.subject for r in queries.inbox(person, 1)[0]}
        assert "Satu sesi dibatalkan" not in {
            r.subject for r in queries.inbox(people.outsider, 1)[0]
        }


def test_expiry_is_announced_ninety_days_before(app, tx, people, now) -> None:
    with tx():
        earn.foundation(people, people.talent, now)
    from sanggar.certification import queries as certification
    from sanggar.notifications.subscribers import remind_of_expiry

    with tx():
        until = certification.of_person(people.talent, now)[0].valid_until
    day = now + timedelta(days=(until - now.date()).days - 90)
    with clock.frozen(day):
        jobs.perform(app, remind_of_expiry)
        jobs.perform(app, remind_of_expiry)
    with tx():
        subjects = [r.subject for r in queries.inbox(people.talent, 1)[0]]
    assert subjects.count("Sertifikat Anda berakhir 90 hari lagi") == 1


def test_the_inbox_page_and_reading(client, login, tx, people, now) -> None:
    with tx():
        notify(people.talent, now, key="page")
    login(client, people.talent)
    page = client.get("/inbox/")
    assert page.status_code == 200
    assert "Isi kabar." in page.text
    with tx():
        number = queries.inbox(people.talent, 1)[0][0].id
    assert client.post(f"/inbox/{number}").headers["Location"] == "/inbox/"
    login(client, people.peer)
    assert client.post(f"/inbox/{number}").status_code == 404
