"""The audit log: who changed what, before and after, without secrets; and who may read it."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from sqlmodel import select
from tests.support import count_sql

from sanggar.accounts import service as accounts
from sanggar.accounts.models import OneTimeCode, RoleGrant, User
from sanggar.assessments.models import Answer, Attempt, AttemptItem, Marking, Submission, TaskKind
from sanggar.clients.business_models import Client
from sanggar.clients.models import Brief
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.audit import HIDDEN
from sanggar.kernel.models import AuditEntry
from sanggar.programme import service as programme_service


def acting(person_id: int, role: Role) -> Principal:
    return Principal(id=person_id, roles=frozenset({role}))


def entries(tx, entity: str = "") -> list[AuditEntry]:
    with tx() as session:
        rows = session.exec(select(AuditEntry).order_by(AuditEntry.id)).all()
    return [row for row in rows if not entity or row.entity == entity]


def move(tx, people, now, reason: str = "Pindah ke luar kota") -> None:
    with tx(acting(people.officer, Role.HUB_OFFICER)):
        programme_service.move(
            people.talent, "inactive", now=now, by_id=people.officer, reason=reason
        )


def test_an_officers_code_is_recorded_without_its_digest(tx, people, now) -> None:
    with tx(acting(people.officer, Role.HUB_OFFICER)):
        code = accounts.create_code(people.talent, by_id=people.officer, now=now)
    found = entries(tx, "one_time_code")
    assert [row.actor_id for row in found] == [people.officer]
    assert found[0].after["person_id"] == people.talent
    assert found[0].after["digest"] == HIDDEN
    with tx() as session:
        digest = session.exec(select(OneTimeCode.digest)).one()
    assert not [row for row in entries(tx) if digest in str(row.after) or code in str(row.after)]


def test_a_password_set_by_an_administrator_is_recorded_as_hidden(tx, people) -> None:
    with tx(acting(people.admin, Role.ADMIN)):
        accounts.set_password(people.talent, "kata-sandi-baru-99")
    found = [row for row in entries(tx, "user") if row.entity_id == people.talent]
    assert found[-1].after["password"] == HIDDEN
    assert found[-1].before["password"] == HIDDEN
    with tx() as session:
        person = session.get(User, people.talent)
        assert not [row for row in entries_of(session) if person.password in str(row.after)]


def entries_of(session) -> list[AuditEntry]:
    return list(session.exec(select(AuditEntry)))


def test_a_mentors_marking_is_recorded_with_before_and_after(tx, people, now) -> None:
    with tx() as session:
        work = Submission(
            person_id=people.talent, track="photography", kind=TaskKind.ASSIGNMENT, ref="tugas",
            created_at=now,
        )  # fmt: skip
        session.add(work)
        session.flush()
        work_id = work.id
    with tx(acting(people.mentor, Role.MENTOR)) as session:
        marking = Marking(
            submission_id=work_id, marker_id=people.mentor, levels={"c1": 2}, started_at=now,
            saved_at=now, lock_until=now + timedelta(hours=1),
        )  # fmt: skip
        session.add(marking)
        session.flush()
        marking_id = marking.id
    with tx(acting(people.mentor, Role.MENTOR)) as session:
        session.get(Marking, marking_id).levels = {"c1": 4}
    added, changed = entries(tx, "marking")
    assert (added.action, added.actor_id, added.after["levels"]) == (
        "insert",
        people.mentor,
        {"c1": 2},
    )
    assert (changed.action, changed.before["levels"], changed.after["levels"]) == (
        "update", {"c1": 2}, {"c1": 4})  # fmt: skip


def test_a_clients_brief_is_recorded(tx, people, now) -> None:
    with tx(acting(people.client, Role.CLIENT)) as session:
        owner = Client(person_id=people.client, organisation="Keripik", created_at=now)
        session.add(owner)
        session.flush()
        brief = Brief(
            client_id=owner.id, track="photography", service="foto", text="Foto keripik",
            created_at=now, updated_at=now,
        )  # fmt: skip
        session.add(brief)
        session.flush()
        brief.text = "Foto keripik tempe"
    found = entries(tx, "brief")
    assert [row.action for row in found] == ["insert", "update"]
    assert found[1].before == {"text": "Foto keripik"}
    assert found[1].after == {"text": "Foto keripik tempe"}


def test_a_talents_own_answers_are_not_in_it(tx, people, now) -> None:
    before = len(entries(tx))
    with tx(acting(people.talent, Role.TALENT)) as session:
        attempt = Attempt(
            person_id=people.talent, track="photography", assessment="exam", seed="s", token="t",
            size=1, started_at=now, deadline=now, pass_total=70,
        )  # fmt: skip
        session.add(attempt)
        session.flush()
        item = AttemptItem(attempt_id=attempt.id, position=1, item_id="ph-01", unit="u1")
        session.add(item)
        session.flush()
        session.add(Answer(attempt_item_id=item.id, attempt_id=attempt.id, seq=1, saved_at=now))
    assert len(entries(tx)) == before


def test_a_deleted_row_keeps_what_it_said(tx, people, now) -> None:
    with tx():
        accounts.grant(people.peer, Role.MENTOR, track="photography", by_id=people.admin, now=now)
    with tx(acting(people.admin, Role.ADMIN)) as session:
        row = session.exec(
            select(RoleGrant).where(
                RoleGrant.person_id == people.peer, RoleGrant.role == Role.MENTOR
            )
        ).one()
        session.delete(row)
    gone = [row for row in entries(tx, "role_grant") if row.action == "delete"]
    assert [(row.before["role"], row.after) for row in gone] == [("mentor", {})]


def test_administrators_read_the_log_by_person_and_by_thing(client, people, login, tx, now) -> None:
    move(tx, people, now)
    login(client, people.admin)
    page = client.get("/admin/audit?person=Agung&entity=enrolment").get_data(as_text=True)
    assert "Agung Wicaksono" in page
    assert "inactive" in page
    assert "Tidak ada perubahan" in client.get("/admin/audit?person=Galih").get_data(as_text=True)
    assert "Tidak ada perubahan" in client.get("/admin/audit?entity=brief").get_data(as_text=True)
    fragment = client.get("/admin/audit", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in fragment
    assert "Agung Wicaksono" in fragment


def test_strange_filters_are_calm(client, people, login) -> None:
    login(client, people.admin)
    for query in (
        "page=-3",
        "page=x",
        "page=99999999",
        "entity=%27;--",
        "person=%00%25",
        "person=" + "9" * 40,
    ):
        assert client.get(f"/admin/audit?{query}").status_code == 200, query
        assert client.get(f"/admin/events?{query}&kind=x").status_code == 200, query


def test_only_administrators_read_the_logs(client, people, login) -> None:
    for who in ("officer", "province", "mentor", "talent", "client", "agency"):
        login(client, getattr(people, who))
        assert client.get("/admin/audit").status_code == 403
        assert client.get("/admin/events").status_code == 403


def test_the_log_takes_few_statements_for_many_rows(app, client, people, login, tx, now) -> None:
    move(tx, people, now)
    login(client, people.admin)
    with count_sql(app) as few:
        client.get("/admin/audit?person=Agung")
    with tx(acting(people.officer, Role.HUB_OFFICER)):
        for number in range(120):
            accounts.set_active(people.peer, active=bool(number % 2))
    with count_sql(app) as many:
        page = client.get("/admin/audit?person=Agung&page=2").get_data(as_text=True)
    assert len(many) == len(few) <= 8
    assert "Halaman 2 dari 3" in page


def test_the_event_log_tells_what_happened(client, people, login, tx, now) -> None:
    move(tx, people, now)
    page = login(client, people.admin).get("/admin/events?kind=StageChanged").get_data(as_text=True)
    assert "Wahyuni" in page
    assert "inactive" in page
    assert "PersonJoined" not in page


def rows(answer) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"))))


def test_an_officer_takes_out_their_own_hub_only(client, people, login) -> None:
    login(client, people.officer)
    found = rows(client.get("/officer/export/csv"))
    assert [row["hub"] for row in found] == ["Malang"]
    assert found[0]["joined_this_year"] == "2"
    assert found[0]["gap"] == "198"
    login(client, people.province)
    assert len(rows(client.get("/officer/export/csv"))) == 5
    assert client.get("/officer/export/xlsx").status_code == 200


def test_formats_that_do_not_exist_are_not_found(client, people, login) -> None:
    assert login(client, people.officer).get("/officer/export/pdf").status_code == 404
