"""Registering, moving up, checking in, planning: through the services, on a real database."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlmodel import select

from sanggar import errors
from sanggar.kernel import db as kernel_db
from sanggar.kernel.models import EventRecord
from sanggar.workshops import queries, service
from sanggar.workshops.models import Attendance, How, RegistrationState, Session, SessionState

REGISTERED, WAITING = RegistrationState.REGISTERED, RegistrationState.WAITING


def events_of(session, kind: str) -> list[EventRecord]:
    return list(session.exec(select(EventRecord).where(EventRecord.kind == kind)))


def code_of(tx, session_id: int) -> str:
    with tx() as session:
        return session.get(Session, session_id).code


def test_places_then_the_waiting_list(tx, plan, people, now) -> None:
    session_id = plan(capacity=1)
    with tx():
        assert service.register(session_id, people.talent, now=now) is REGISTERED
        assert service.register(session_id, people.peer, now=now) is WAITING
        assert service.register(session_id, people.outsider, now=now) is WAITING
    with tx() as session:
        assert queries.my_state(session_id, people.outsider).position == 2
        assert queries.session_line(session_id).left == 0
        waiting = [event.data["waiting"] for event in events_of(session, "SessionRegistered")]
        assert waiting == [False, True, True]


def test_asking_twice_is_one_registration(tx, plan, people, now) -> None:
    session_id = plan()
    for _ in range(2):
        with tx():
            assert service.register(session_id, people.talent, now=now) is REGISTERED
    with tx() as session:
        assert queries.session_line(session_id).taken == 1
        assert len(events_of(session, "SessionRegistered")) == 1


def test_a_freed_place_goes_to_the_first_who_waits(tx, plan, people, now) -> None:
    session_id = plan(capacity=1)
    with tx():
        for person in (people.talent, people.peer, people.outsider):
            service.register(session_id, person, now=now)
    with tx():
        service.cancel(session_id, people.talent, now=now)
        service.cancel(session_id, people.talent, now=now)
    with tx() as session:
        assert queries.my_state(session_id, people.talent) is None
        assert queries.my_state(session_id, people.peer).state is REGISTERED
        assert queries.my_state(session_id, people.outsider).position == 1
        assert [event.person_id for event in events_of(session, "PlaceFreed")] == [people.peer]


def test_who_registers_again_stands_at_the_end(tx, plan, people, now) -> None:
    session_id = plan(capacity=1)
    with tx():
        for person in (people.talent, people.peer, people.outsider):
            service.register(session_id, person, now=now)
        service.cancel(session_id, people.peer, now=now)
        service.register(session_id, people.peer, now=now)
        assert queries.my_state(session_id, people.outsider).position == 1
        assert queries.my_state(session_id, people.peer).position == 2


def test_a_larger_room_lets_those_who_wait_in(tx, plan, draft, officer, people, now) -> None:
    session_id = plan(capacity=1)
    with tx():
        for person in (people.talent, people.peer, people.outsider):
            service.register(session_id, person, now=now)
    with tx(officer):
        service.change_session(session_id, draft(capacity=3), by=officer, now=now)
    with tx() as session:
        assert queries.session_line(session_id).taken == 3
        assert len(events_of(session, "PlaceFreed")) == 2
        with pytest.raises(errors.Invalid) as refused:
            service.change_session(session_id, draft(capacity=2), by=officer, now=now)
        assert "capacity" in refused.value.fields


def test_registration_and_cancelling_close_at_the_start(tx, plan, people, now) -> None:
    session_id = plan()
    later = now + timedelta(days=1)
    with tx():
        service.register(session_id, people.talent, now=now)
        with pytest.raises(errors.Conflict):
            service.register(session_id, people.peer, now=later)
        with pytest.raises(errors.Conflict):
            service.cancel(session_id, people.talent, now=later)


def test_the_last_place_is_given_once_to_people_who_click_together(
    app, plan, tx, people, now
) -> None:
    session_id = plan(capacity=1)
    crowd = [
        people.talent,
        people.peer,
        people.outsider,
        people.client,
        people.agency,
        people.admin,
    ]
    barrier = threading.Barrier(len(crowd))
    got: dict[int, RegistrationState] = {}

    def click(person_id: int) -> None:
        barrier.wait()
        with kernel_db.transaction(app):
            got[person_id] = service.register(session_id, person_id, now=now)

    threads = [threading.Thread(target=click, args=(person,)) for person in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == sorted(crowd)
    assert list(got.values()).count(REGISTERED) == 1
    with tx():
        line = queries.session_line(session_id)
        assert (line.taken, line.waiting) == (1, len(crowd) - 1)
        positions = sorted(queries.my_state(session_id, person).position for person in crowd)
        assert positions == list(range(len(crowd)))


def test_a_double_click_at_the_same_moment_is_one_registration(app, plan, tx, people, now) -> None:
    session_id = plan()
    barrier = threading.Barrier(4)

    def click() -> None:
        barrier.wait()
        with kernel_db.transaction(app):
            service.register(session_id, people.talent, now=now)

    threads = [threading.Thread(target=click) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with tx() as session:
        assert queries.session_line(session_id).taken == 1
        assert len(events_of(session, "SessionRegistered")) == 1


def test_check_in_counts_the_hours_of_the_workshop_once(tx, plan, people, now) -> None:
    session_id = plan()
    start = now + timedelta(days=1)
    typed = code_of(tx, session_id).lower()
    with tx():
        service.register(session_id, people.talent, now=now)
    for _ in range(2):
        with tx():
            assert service.check_in(typed, people.talent, how=How.QR, now=start) == session_id
    with tx() as session:
        assert [
            (a.hours, a.required_hours) for a in queries.attendance(people.talent, "photography")
        ] == [(4, 4), (0, 3)]
        assert session.get(Session, session_id).state is SessionState.HELD
        events = events_of(session, "AttendanceTaken")
        assert [(e.person_id, e.data["workshop"]) for e in events] == [(people.talent, "w1")]


def test_at_the_door_a_free_place_is_registered_and_checked_in(tx, plan, people, now) -> None:
    session_id = plan(capacity=1)
    code, start = code_of(tx, session_id), now + timedelta(days=1)
    with tx():
        service.check_in(code, people.talent, how=How.CODE, now=start)
        assert queries.my_state(session_id, people.talent).state is REGISTERED
        with pytest.raises(errors.Conflict):
            service.check_in(code, people.peer, how=How.CODE, now=start)


def test_who_waits_gets_the_place_of_somebody_who_did_not_come(
    tx, plan, officer, people, now
) -> None:
    session_id = plan(capacity=1)
    code, start = code_of(tx, session_id), now + timedelta(days=1)
    with tx():
        service.register(session_id, people.talent, now=now)
        service.register(session_id, people.peer, now=now)
    with tx(officer):
        service.free(session_id, people.talent, by=officer, now=start)
    with tx(officer):
        service.check_in(code, people.peer, how=How.CODE, now=start)
        assert queries.session_line(session_id).taken == 1
        with pytest.raises(errors.Conflict):
            service.free(session_id, people.peer, by=officer, now=start)


@pytest.mark.parametrize("offset", [timedelta(hours=-1), timedelta(hours=7)])
def test_outside_the_window_check_in_says_when_it_is_open(tx, plan, people, now, offset) -> None:
    session_id = plan()
    code = code_of(tx, session_id)
    with tx(), pytest.raises(errors.Conflict, match=r"\d\d.\d\d WIB"):
        service.check_in(code, people.talent, how=How.CODE, now=now + timedelta(days=1) + offset)


def test_an_unknown_code_is_invalid(tx, plan, people, now) -> None:
    plan()
    for typed in ("", "ZZZZZZ", "'; --", "\N{SNOWMAN}"):
        with tx(), pytest.raises(errors.Invalid):
            service.check_in(typed, people.talent, how=How.CODE, now=now)


def test_the_desk_ticks_and_corrects_with_a_reason(tx, plan, officer, people, now) -> None:
    session_id = plan()
    start = now + timedelta(days=1)
    with tx(officer):
        service.register(session_id, people.talent, now=now)
        with pytest.raises(errors.Conflict):
            service.tick(session_id, people.talent, by=officer, now=now)
    with tx(officer):
        service.tick(session_id, people.talent, by=officer, now=start)
        service.tick(session_id, people.talent, by=officer, now=start)

    def change(hours: float, reason: str) -> None:
        service.correct(
            session_id, people.talent, hours=hours, reason=reason, by=officer, now=start
        )

    with tx(officer):
        with pytest.raises(errors.Invalid):
            change(5, "Datang terlambat dua jam")
        with pytest.raises(errors.Invalid):
            change(2, "telat")
        change(2, "Datang terlambat dua jam")
    with tx() as session:
        row = session.exec(select(Attendance)).one()
        assert (row.hours, row.how, row.by_id) == (2, How.OFFICER, people.officer)
        assert queries.attendance(people.talent, "photography")[0].hours == 2


def test_the_desk_of_another_hub_is_not_there(
    tx, plan, other_officer, draft, hubs, people, now
) -> None:
    session_id = plan()
    start = now + timedelta(days=1)
    with tx(other_officer):
        for attempt in (
            lambda: service.tick(session_id, people.talent, by=other_officer, now=start),
            lambda: service.free(session_id, people.talent, by=other_officer, now=start),
            lambda: service.renew_code(session_id, by=other_officer),
            lambda: service.change_session(session_id, draft(), by=other_officer, now=now),
            lambda: service.cancel_session(
                session_id, "Ruang tidak tersedia", by=other_officer, now=now
            ),
            lambda: service.add_guest(
                session_id,
                name="Sri",
                business="",
                phone="",
                attended=True,
                by=other_officer,
                now=start,
            ),
        ):
            with pytest.raises(errors.NotFound):
                attempt()
        with pytest.raises(errors.Forbidden):
            service.create_session(draft(hub_id=hubs["malang"]), by=other_officer, now=now)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"capacity": 0}, "capacity"),
        ({"capacity": 100_000}, "capacity"),
        ({"starts_at": "past"}, "starts"),
        ({"ends_at": "before"}, "ends"),
        ({"place": ""}, "place"),
        ({"link": "javascript:alert(1)"}, "link"),
        ({"workshop": "w9"}, "held"),
        ({"track": "", "workshop": "", "title": ""}, "title"),
        ({"mentor_id": 987654321}, "mentor_id"),
        ({"series_id": 987654321}, "series_id"),
    ],
)
@pytest.mark.once
def test_a_faulty_session_is_refused_at_its_field(tx, draft, officer, now, changes, field) -> None:
    if changes.get("starts_at") == "past":
        changes = {"starts_at": now - timedelta(days=1)}
    if changes.get("ends_at") == "before":
        changes = {"ends_at": now + timedelta(hours=1)}
    with tx(officer), pytest.raises(errors.Invalid) as refused:
        service.create_session(draft(**changes), by=officer, now=now)
    assert list(refused.value.fields) == [field]


def test_a_session_at_a_hotel_is_counted_for_its_hub(tx, plan, hubs) -> None:
    session_id = plan(
        place="Hotel Luminor, Sidoarjo", track="", workshop="", title="Pelatihan UMKM"
    )
    with tx():
        line = queries.session_line(session_id)
        assert (line.hub_id, line.place) == (hubs["malang"], "Hotel Luminor, Sidoarjo")
        assert line.title.id == "Pelatihan UMKM"


def test_a_cancelled_session_takes_nobody(tx, plan, officer, people, now) -> None:
    session_id = plan()
    with tx(officer):
        with pytest.raises(errors.Invalid):
            service.cancel_session(session_id, "x", by=officer, now=now)
        service.cancel_session(session_id, "Ruang dipakai acara lain", by=officer, now=now)
        service.cancel_session(session_id, "Ruang dipakai acara lain", by=officer, now=now)
        assert queries.session_line(session_id).cancelled
    with tx(), pytest.raises(errors.Conflict):
        service.register(session_id, people.talent, now=now)
    with tx():
        assert queries.upcoming(now) == []


def test_the_recap_of_2024_counts_260_guests_in_four_hubs(tx, draft, hubs, people, now) -> None:
    from datetime import UTC, datetime

    from sanggar.kernel.access import Principal, Role

    admin = Principal(id=people.admin, roles=frozenset({Role.ADMIN}))
    fixture = {"bojonegoro": 62, "malang": 78, "jember": 66, "madiun": 54}
    held_at = datetime(2024, 7, 10, 2, tzinfo=UTC)
    with tx(admin):
        series = service.create_series(
            theme="Pengembangan Kualitas dan Inovasi Desain Kemasan", year=2024, hub_id=None,
            organisation="Rumah Kurasi", by=admin,
        )  # fmt: skip
        for hub, guests in fixture.items():
            session_id = service.create_session(
                draft(hub_id=hubs[hub], starts_at=held_at, series_id=series, track="", workshop="", title="Kemasan"),
                by=admin, now=held_at - timedelta(days=9),
            )  # fmt: skip
            for number in range(guests):
                service.add_guest(
                    session_id, name=f"Peserta {number}", business="UMKM", phone="", attended=True,
                    by=admin, now=held_at,
                )  # fmt: skip
        service.add_guest(
            session_id, name="peserta  0", business="umkm", phone="", attended=True, by=admin, now=held_at
        )  # fmt: skip
    with tx():
        by_hub = {recap.key: recap for recap in queries.counts_for_recap(2024, series_id=series)}
        codes = {code: by_hub[hub_id].guests for code, hub_id in hubs.items()}
        assert codes == {**fixture, "pamekasan": 0}
        assert sum(codes.values()) == 260
        assert all(recap.attendees == 0 for recap in by_hub.values())
        assert sum(recap.guests for recap in queries.counts_for_recap(2025)) == 0
        (kind,) = queries.counts_by_training(2024)
        assert (kind.key, kind.guests) == ("skilling", 260)
        assert [r.key for r in queries.counts_by_organisation(2024)] == ["Rumah Kurasi"]


def test_next_and_past_sessions_of_a_person(tx, plan, people, now) -> None:
    first = plan()
    second = plan(starts_at=now + timedelta(days=3), workshop="w2")
    with tx():
        service.register(second, people.talent, now=now)
        service.register(first, people.talent, now=now)
        assert queries.next_session(people.talent, now).session.id == first
        assert [m.session.id for m in queries.registered(people.talent, now)] == [first, second]
        later = now + timedelta(days=2)
        assert [(m.session.id, m.hours) for m in queries.past(people.talent, later)] == [
            (first, None)
        ]
        assert queries.next_session(people.peer, now) is None
        assert len(queries.export_person(people.talent)["workshop_sessions"]) == 2
