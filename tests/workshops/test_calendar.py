"""Calendar files: parsed back, stable, revised, cancelled, secret where they must be."""

from __future__ import annotations

from datetime import timedelta

import icalendar

from sanggar.workshops import desk, service

LINK = "https://meet.example.org/abc"


def parsed(answer) -> icalendar.Calendar:
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return icalendar.Calendar.from_ical(answer.data)


def events(answer) -> list[icalendar.Event]:
    return list(parsed(answer).walk("VEVENT"))


def feed(tx, person_id: int, now) -> str:
    with tx():
        return f"/calendar/{service.renew_calendar(person_id, now=now)}.ics"


def test_a_session_as_a_file_for_everybody(client, plan, now) -> None:
    session_id = plan(link=LINK)
    answer = client.get(f"/workshops/{session_id}.ics")
    calendar = parsed(answer)
    (event,) = calendar.walk("VEVENT")
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == ["Asia/Jakarta"]
    assert event["DTSTART"].params["TZID"] == "Asia/Jakarta"
    assert event.decoded("dtstart") == now + timedelta(days=1)
    assert event.decoded("dtend") - event.decoded("dtstart") == timedelta(hours=4.5)
    assert (str(event["SUMMARY"]), int(event["SEQUENCE"])) == ("Lepas dari Mode Otomatis", 0)
    assert str(event["LOCATION"]) == "Ruang EJSC lantai 2"
    assert LINK.encode() not in answer.data.replace(b"\r\n ", b""), "the link is not public"
    assert all(len(line) <= 75 for line in answer.data.split(b"\r\n"))


def test_a_change_keeps_the_uid_and_raises_the_sequence(
    client, plan, draft, officer, tx, now
) -> None:
    session_id = plan()
    (before,) = events(client.get(f"/workshops/{session_id}.ics"))
    with tx(officer):
        service.change_session(session_id, draft(place="Aula Bakorwil"), by=officer, now=now)
        service.change_session(session_id, draft(place="Aula Bakorwil"), by=officer, now=now)
        service.change_session(
            session_id, draft(place="Aula Bakorwil", capacity=9), by=officer, now=now
        )
    (after,) = events(client.get(f"/workshops/{session_id}.ics"))
    assert str(before["UID"]) == str(after["UID"])
    assert (int(after["SEQUENCE"]), str(after["LOCATION"])) == (1, "Aula Bakorwil")


def test_my_calendar_has_my_places_with_the_link_and_my_waiting(
    client, plan, people, tx, now
) -> None:
    first, second = plan(link=LINK, capacity=1), plan(workshop="w2", link=LINK, capacity=1)
    with tx():
        service.register(first, people.talent, now=now)
        service.register(second, people.peer, now=now)
        service.register(second, people.talent, now=now)
    found = {str(e["SUMMARY"]): e for e in events(client.get(feed(tx, people.talent, now)))}
    assert set(found) == {"Lepas dari Mode Otomatis", "Cahaya Jendela"}
    placed, waiting = found["Lepas dari Mode Otomatis"], found["Cahaya Jendela"]
    assert str(placed["STATUS"]) == "CONFIRMED" and LINK in str(placed["DESCRIPTION"])
    assert str(waiting["STATUS"]) == "TENTATIVE" and LINK not in str(waiting["DESCRIPTION"])


def test_a_cancelled_session_is_cancelled_in_calendars(
    client, plan, people, officer, tx, now
) -> None:
    session_id = plan()
    with tx():
        service.register(session_id, people.talent, now=now)
    url = feed(tx, people.talent, now)
    (before,) = events(client.get(url))
    with tx(officer):
        service.cancel_session(session_id, "Ruang dipakai acara lain", by=officer, now=now)
    (after,) = events(client.get(url))
    assert str(after["STATUS"]) == "CANCELLED" and str(after["UID"]) == str(before["UID"])
    assert int(after["SEQUENCE"]) == int(before["SEQUENCE"]) + 1


def test_a_mentor_has_the_sessions_they_lead(client, plan, people, tx, now) -> None:
    plan(link=LINK)
    (event,) = events(client.get(feed(tx, people.mentor, now)))
    assert LINK in str(event["DESCRIPTION"])
    assert events(client.get(feed(tx, people.other_mentor, now))) == []


def test_a_renewed_address_silences_the_old_one(client, login, people, tx, now) -> None:
    old = feed(tx, people.talent, now)
    assert client.get(old).headers["X-Robots-Tag"] == "noindex"
    login(client, people.talent)
    assert client.post("/calendar/renew").status_code == 303
    assert client.get(old).status_code == 404
    with tx():
        token = desk.calendar_token(people.talent)
    assert f"/calendar/{token}.ics" in client.get("/workshops/mine").get_data(as_text=True)
    assert client.get(f"/calendar/{token}.ics").status_code == 200


def test_text_in_a_place_cannot_forge_lines(client, plan) -> None:
    session_id = plan(place="Aula; lantai 2, ruang A\\B\nATTENDEE:mailto:x@example.org")
    answer = client.get(f"/workshops/{session_id}.ics")
    (event,) = events(answer)
    assert b"\r\nATTENDEE" not in answer.data
    assert str(event["LOCATION"]).startswith("Aula; lantai 2, ruang A\\B")
