"""Changes by staff, mentors and clients are recorded with before and after; secrets never are."""

from __future__ import annotations

from sqlmodel import select

from sanggar.kernel.access import Principal, Role
from sanggar.kernel.models import AuditEntry
from sanggar.programme import queries as programme
from sanggar.programme import service as programme_service


def entries(tx) -> list[AuditEntry]:
    with tx() as session:
        return list(session.exec(select(AuditEntry).order_by(AuditEntry.id)))


def test_an_officers_change_is_recorded_with_before_and_after(tx, people, now) -> None:
    officer = Principal(id=people.officer, roles=frozenset({Role.HUB_OFFICER}))
    with tx(officer):
        stage = programme.enrolment(people.talent).stage
        programme_service.move(
            people.talent, "inactive", now=now, by_id=people.officer, reason="Pindah ke luar kota"
        )
    changed = [e for e in entries(tx) if e.action == "update"]
    assert [(e.actor_id, e.entity) for e in changed] == [(people.officer, "enrolment")]
    assert changed[0].before["stage"] == stage
    assert changed[0].after["stage"] == "inactive"


def test_a_talents_own_change_is_not_staff_audit(tx, people, now) -> None:
    before = len(entries(tx))
    talent = Principal(id=people.talent, roles=frozenset({Role.TALENT}))
    with tx(talent):
        programme_service.move(
            people.talent, "participant", now=now, by_id=people.talent, reason="Mulai belajar"
        )
    assert len(entries(tx)) == before


def test_a_rolled_back_change_leaves_no_trace(tx, people, now) -> None:
    officer = Principal(id=people.officer, roles=frozenset({Role.HUB_OFFICER}))
    before = len(entries(tx))
    try:
        with tx(officer):
            programme_service.move(
                people.talent, "inactive", now=now, by_id=people.officer, reason="Salah orang"
            )
            raise RuntimeError
    except RuntimeError:
        pass
    assert len(entries(tx)) == before
