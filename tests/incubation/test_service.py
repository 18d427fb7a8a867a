"""Incubation through its services: who may begin, how it ends, what is recorded, who sees it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlmodel import select

from sanggar import errors
from sanggar.evidence import queries as evidence
from sanggar.evidence.models import Fact
from sanggar.incubation import queries, service
from sanggar.incubation.models import MemberState
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.models import EventRecord
from sanggar.programme import queries as programme

REASON = "Sudah mendapat tiga klien tetap"


def said(session) -> list[str]:
    rows = session.exec(select(EventRecord).where(EventRecord.kind == "IncubationChanged"))
    return [row.data["state"] for row in rows]


def fact(session) -> Fact:
    return session.exec(select(Fact).where(Fact.kind == "incubation")).one()


def test_starting_records_evidence_and_moves_the_stage(tx, member, people, now) -> None:
    with tx() as session:
        assert said(session) == ["started"]
        assert fact(session).data["state"] == "started"
        assert evidence.evidence(people.talent, "photography", now).incubation == "started"
        assert programme.enrolment(people.talent).stage == "incubating"
        line = queries.member(member)
        assert (line.ends_on, line.state) == (date(2027, 2, 16), MemberState.RUNNING)


def test_evidence_is_there_when_the_event_is_heard(
    tx, cohort, officer, people, certify, now, monkeypatch
) -> None:
    from sanggar.incubation import service as module

    heard: list[str] = []
    real = module.events.emit

    def listen(event) -> None:
        if type(event).__name__ == "IncubationChanged":
            heard.append(evidence.evidence(people.talent, "photography", now).incubation)
        real(event)

    monkeypatch.setattr(module.events, "emit", listen)
    certify(people.talent)
    with tx(officer):
        service.start(cohort, people.talent, people.mentor, by=officer, now=now)
    assert heard == ["started"]


def test_starting_twice_is_one_incubation(tx, member, cohort, officer, people, now) -> None:
    with tx(officer):
        assert service.start(cohort, people.talent, people.mentor, by=officer, now=now) == member
    with tx() as session:
        assert said(session) == ["started"]


def test_a_second_cohort_of_the_track_is_refused_while_one_runs(
    tx, member, officer, hubs, people, now
) -> None:
    with tx(officer):
        other = service.create_cohort(
            hub_id=hubs["malang"], track="photography", name="Angkatan 5", starts_on=now.date(),
            by=officer, now=now,
        )  # fmt: skip
        with pytest.raises(errors.Conflict):
            service.start(other, people.talent, people.mentor, by=officer, now=now)


def test_only_certified_talents_with_a_mentor_of_the_track(
    tx, cohort, officer, people, certify, now
) -> None:
    with tx(officer):
        with pytest.raises(errors.Invalid) as refused:
            service.start(cohort, people.peer, people.mentor, by=officer, now=now)
        assert list(refused.value.fields) == ["person_id"]
    certify(people.peer)
    with tx(officer):
        with pytest.raises(errors.Invalid) as refused:
            service.start(cohort, people.peer, people.other_mentor, by=officer, now=now)
        assert list(refused.value.fields) == ["mentor_id"]
        with pytest.raises(errors.NotFound):
            service.start(cohort, people.outsider, people.mentor, by=officer, now=now)


def test_completing_early_needs_override_and_reason(tx, member, officer, people, now) -> None:
    with tx(officer):
        with pytest.raises(errors.Invalid) as refused:
            service.complete(member, by=officer, now=now, reason=REASON)
        assert list(refused.value.fields) == ["override"]
        with pytest.raises(errors.Invalid) as refused:
            service.complete(member, by=officer, now=now, override=True, reason="ok")
        assert list(refused.value.fields) == ["reason"]
    for _ in range(2):
        with tx(officer):
            service.complete(member, by=officer, now=now, override=True, reason=REASON)
    with tx() as session:
        assert said(session) == ["started", "completed"]
        assert evidence.evidence(people.talent, "photography", now).incubation == "completed"
        assert programme.enrolment(people.talent).stage == "ready"
        assert queries.member(member).reason == REASON


def test_completing_on_the_last_day_needs_nothing(tx, member, officer, now) -> None:
    from datetime import UTC, datetime

    with tx(officer):
        service.complete(member, by=officer, now=datetime(2027, 2, 16, 3, tzinfo=UTC))
        assert queries.member(member).state is MemberState.COMPLETED


def test_an_extension_moves_the_end(tx, member, officer, now) -> None:
    from datetime import UTC, datetime

    with tx(officer):
        for until, reason, field in (
            (date(2027, 2, 16), REASON, "until"), (date(2028, 2, 16), REASON, "until"), (date(2027, 3, 1), "x", "reason"),
        ):  # fmt: skip
            with pytest.raises(errors.Invalid) as refused:
                service.extend(member, until, reason, by=officer)
            assert list(refused.value.fields) == [field]
        service.extend(member, date(2027, 3, 1), "Sakit dua minggu", by=officer)
        assert queries.member(member).ends_on == date(2027, 3, 1)
        with pytest.raises(errors.Invalid):
            service.complete(member, by=officer, now=datetime(2027, 2, 16, 3, tzinfo=UTC))


def test_a_stopped_incubation_is_closed(tx, member, officer, people, now) -> None:
    with tx(officer):
        with pytest.raises(errors.Invalid):
            service.stop(member, "x", by=officer, now=now)
        service.stop(member, "Pindah ke luar provinsi", by=officer, now=now)
        for attempt in (
            lambda: service.complete(member, by=officer, now=now, override=True, reason=REASON),
            lambda: service.extend(member, date(2027, 3, 1), REASON, by=officer),
            lambda: service.change_mentor(member, people.mentor, by=officer, now=now),
        ):
            with pytest.raises(errors.Conflict):
                attempt()
    with tx() as session:
        assert said(session) == ["started", "stopped"]
        assert evidence.evidence(people.talent, "photography", now).incubation == "stopped"
        assert queries.running(people.talent, "photography") is None


def test_the_officer_of_another_hub_finds_nothing(
    tx, member, cohort, other_officer, hubs, people, now
) -> None:
    by = other_officer
    with tx(by):
        for attempt in (
            lambda: service.start(cohort, people.peer, people.mentor, by=by, now=now),
            lambda: service.complete(member, by=by, now=now, override=True, reason=REASON),
            lambda: service.stop(member, REASON, by=by, now=now),
            lambda: service.extend(member, date(2027, 3, 1), REASON, by=by),
            lambda: service.visible(member, by),
        ):
            with pytest.raises(errors.NotFound):
                attempt()
        with pytest.raises(errors.Forbidden):
            service.create_cohort(
                hub_id=hubs["malang"], track="photography", name="X", starts_on=now.date(), by=by, now=now
            )  # fmt: skip


def test_a_week_is_written_rewritten_and_signed_once(tx, member, people, now) -> None:
    mentor = Principal(id=people.mentor, roles=frozenset({Role.MENTOR}))
    week = date(2026, 11, 16)

    def write(done: str, *, week: date = week, person: int = people.talent) -> None:
        service.write_log(member, week, done=done, hard="", ahead="", person_id=person, now=now)

    with tx():
        write("Memotret 12 produk")
        write("Memotret 15 produk")
        assert [line.done for line in queries.log(member)] == ["Memotret 15 produk"]
        for wrong in (week - timedelta(days=7), week + timedelta(days=7), week + timedelta(days=1)):
            with pytest.raises(errors.Invalid):
                write("x", week=wrong)
        with pytest.raises(errors.Invalid):
            write("")
        with pytest.raises(errors.NotFound):
            write("x", person=people.peer)
    with tx(mentor):
        log_id = queries.log(member)[0].id
        service.sign_log(log_id, "Bagus", by=mentor, now=now)
        service.sign_log(log_id, "Lagi", by=mentor, now=now)
        assert queries.log(member)[0].comment == "Bagus"
        stranger = Principal(id=people.other_mentor, roles=frozenset({Role.MENTOR}))
        with pytest.raises(errors.NotFound):
            service.sign_log(log_id, "x", by=stranger, now=now)
    with tx(), pytest.raises(errors.Conflict):
        write("Berubah pikiran")


def test_counts_and_loads(tx, member, hubs, people) -> None:
    with tx():
        assert queries.mentor_loads() == {people.mentor: 1}
        assert queries.counts()[hubs["malang"]][MemberState.RUNNING] == 1
        (line,) = queries.cohorts([hubs["malang"]])
        assert (line.running, line.members) == (1, 1)
        assert queries.cohorts([hubs["jember"]]) == []
        assert queries.export_person(people.talent)["incubation"][0]["cohort"] == "Angkatan 4"
