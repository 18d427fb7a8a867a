"""Windows, outages and grants through their verbs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import select

from sanggar import errors
from sanggar.invigilation import queries, service
from sanggar.invigilation.models import Accommodation, ExamWindow, Outage
from sanggar.invigilation.rules import Granted
from sanggar.invigilation.service import Grant
from sanggar.kernel.models import AuditEntry

HOUR = timedelta(hours=1)


def test_the_same_plan_twice_is_one_window(tx, officer, plan, now) -> None:
    with tx(officer):
        first = service.open_window(plan, by=officer, now=now)
        assert service.open_window(plan, by=officer, now=now) == first
        made = queries.window(first)
    assert len(made.code) == 6
    assert made.open_at(now)


def test_a_window_of_another_hub_is_refused(tx, other_officer, plan, now) -> None:
    with tx(other_officer), pytest.raises(errors.Forbidden):
        service.open_window(plan, by=other_officer, now=now)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"assessment": "ghost"}, "exam"),
        ({"track": "ghost"}, "exam"),
        ({"seats": 0}, "seats"),
        ({"seats": 2000}, "seats"),
        ({"networks": "warnet"}, "networks"),
        ({"networks": "\n".join(f"10.0.{n}.0/24" for n in range(21))}, "networks"),
        ({"room": "x" * 81}, "room"),
    ],
)
@pytest.mark.once
def test_each_fault_of_a_plan_stands_beside_its_field(
    tx, officer, plan, now, change, field
) -> None:
    with tx(officer), pytest.raises(errors.Invalid) as refused:
        service.open_window(replace(plan, **change), by=officer, now=now)
    assert set(refused.value.fields) == {field}


@pytest.mark.parametrize(
    ("opens", "closes"), [(0, 0), (2, 1), (-5, -1), (0, 24 * 15)]
)  # fmt: skip
@pytest.mark.once
def test_times_that_make_no_window_are_refused(tx, officer, plan, now, opens, closes) -> None:
    wrong = replace(plan, opens_at=now + opens * HOUR, closes_at=now + closes * HOUR)
    with tx(officer), pytest.raises(errors.Invalid) as refused:
        service.open_window(wrong, by=officer, now=now)
    assert set(refused.value.fields) == {"closes"}


def test_the_code_of_a_window_is_not_in_the_audit_log(tx, officer, plan, now) -> None:
    with tx(officer):
        made = service.open_window(plan, by=officer, now=now)
    with tx() as session:
        code = session.get(ExamWindow, made).code
        entries = session.exec(select(AuditEntry).where(AuditEntry.entity == "exam_window")).all()
    assert entries
    assert all(code not in str(entry.after) for entry in entries)


def test_a_cancelled_window_lets_nobody_in(tx, officer, plan, now) -> None:
    with tx(officer):
        made = service.open_window(plan, by=officer, now=now)
        service.cancel_window(made, by=officer, now=now)
        service.cancel_window(made, by=officer, now=now)
        with pytest.raises(errors.Conflict):
            service.admit(
                plan.hub_id, "photography", "theory", now, code="", address="", taken=lambda _w: 0
            )


def test_one_outage_at_a_time_and_only_in_ones_own_hub(
    tx, officer, other_officer, hubs, now
) -> None:
    with tx(officer):
        first = service.declare_outage(hubs["malang"], "Listrik padam", now, by=officer, now=now)
        again = service.declare_outage(hubs["malang"], "Padam", now, by=officer, now=now)
        assert again == first
        service.end_outage(first, by=officer, now=now + HOUR)
        service.end_outage(first, by=officer, now=now + 2 * HOUR)
    with tx() as session:
        assert session.get(Outage, first).ended_at == now + HOUR
    with tx(other_officer), pytest.raises(errors.NotFound):
        service.declare_outage(hubs["malang"], "x", now, by=other_officer, now=now)


def test_an_outage_that_nobody_ends_is_over_after_a_day(tx, officer, hubs, now) -> None:
    with tx(officer):
        made = service.declare_outage(hubs["malang"], "Padam", now, by=officer, now=now)
    with tx():
        assert service.end_forgotten(now + 23 * HOUR) == 0
        assert service.end_forgotten(now + 30 * HOUR) == 1
        assert service.end_forgotten(now + 30 * HOUR) == 0
    with tx() as session:
        assert session.get(Outage, made).ended_at == now + 24 * HOUR


@pytest.mark.parametrize(
    ("began", "ended", "reason", "field"),
    [
        (1, None, "Padam", "began"),
        (-24 * 4, None, "Padam", "began"),
        (-30, None, "Padam", "began"),
        (-2, -3, "Padam", "ended"),
        (-2, 1, "Padam", "ended"),
        (-2, -1, "", "reason"),
        (-2, -1, "x" * 301, "reason"),
    ],
)
@pytest.mark.once
def test_an_outage_that_cannot_be_is_refused(
    tx, officer, hubs, now, began, ended, reason, field
) -> None:
    end = None if ended is None else now + ended * HOUR
    with tx(officer), pytest.raises(errors.Invalid) as refused:
        service.declare_outage(hubs["malang"], reason, now + began * HOUR, end, by=officer, now=now)
    assert field in refused.value.fields


def test_a_grant_counts_while_it_is_valid(tx, officer, people, now) -> None:
    later = now + timedelta(days=5)
    soon = now.date() + timedelta(days=2)
    with tx(officer):
        first = service.grant(people.talent, Grant(25, 10), by=officer, now=now)
        assert service.grant(people.talent, Grant(25, 10), by=officer, now=now) == first
        service.grant(
            people.talent, Grant(50, aids=" Pembaca ", valid_until=soon), by=officer, now=now
        )
        assert queries.granted(people.talent, now) == Granted(50, 10, ("Pembaca",))
        assert queries.granted(people.talent, later) == Granted(25, 10)
        service.withdraw(first, by=officer, now=now)
        assert queries.granted(people.talent, later) == Granted()
    with tx() as session:
        row = session.get(Accommodation, first)
        assert (row.granted_by_id, row.withdrawn_by_id) == (officer.id, officer.id)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        ({}, "extra_percent"),
        ({"remark": "Hanya catatan"}, "extra_percent"),
        ({"extra_percent": 33}, "extra_percent"),
        ({"extra_percent": 25, "break_minutes": 61}, "break_minutes"),
        ({"break_minutes": -1}, "break_minutes"),
        ({"aids": "x" * 301}, "aids"),
        ({"extra_percent": 25, "remark": "x" * 301}, "remark"),
        ({"extra_percent": 25, "valid_until": date(2026, 11, 20)}, "valid_until"),
    ],
)
@pytest.mark.once
def test_a_grant_that_cannot_be_is_refused(tx, officer, people, now, wanted, field) -> None:
    with tx(officer), pytest.raises(errors.Invalid) as refused:
        service.grant(people.talent, Grant(**wanted), by=officer, now=now)
    assert set(refused.value.fields) == {field}


@pytest.mark.parametrize("wanted", [Grant(25), Grant(break_minutes=60), Grant(aids="x" * 300)])
def test_each_kind_can_be_granted_alone(tx, officer, people, now, wanted) -> None:
    with tx(officer):
        assert service.grant(people.talent, wanted, by=officer, now=now)


def test_nobody_grants_anything_to_people_of_another_hub(
    tx, officer, other_officer, people, now
) -> None:
    with tx(other_officer), pytest.raises(errors.NotFound):
        service.grant(people.talent, Grant(25), by=other_officer, now=now)
    with tx(officer):
        made = service.grant(people.talent, Grant(25), by=officer, now=now)
    with tx(other_officer), pytest.raises(errors.NotFound):
        service.withdraw(made, by=other_officer, now=now)


def test_officers_know_whom_of_their_hub_to_provide_for(tx, officer, people, hubs, now) -> None:
    with tx(officer):
        service.grant(people.talent, Grant(aids="Ruang tenang"), by=officer, now=now)
        assert queries.accommodated(hubs["malang"], now) == {
            people.talent: Granted(aids=("Ruang tenang",))
        }
        assert queries.accommodated(hubs["jember"], now) == {}


def test_what_somebody_needs_is_not_in_the_audit_log(tx, officer, people, now) -> None:
    with tx(officer):
        wanted = Grant(aids="Huruf besar", remark="Lensa tebal")
        service.grant(people.talent, wanted, by=officer, now=now)
    with tx() as session:
        query = select(AuditEntry).where(AuditEntry.entity == "accommodation")
        entries = session.exec(query).all()
    assert entries
    assert not any("Huruf" in str(e.after) or "Lensa" in str(e.after) for e in entries)
