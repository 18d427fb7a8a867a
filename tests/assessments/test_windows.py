"""Exams that are sat in a hub: windows, codes, rooms, outages and extra time, as talents meet them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from sanggar import clock, errors
from sanggar.assessments import answers, attempts, service
from sanggar.assessments.models import AssessmentLog, Attempt, AttemptState, SaveVerdict
from sanggar.invigilation import service as invigilation
from sanggar.invigilation.models import LatePolicy
from sanggar.invigilation.service import Grant, Plan

from .conftest import place
from .helpers import begin, keys, reply

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def held(track):
    """The theory exam, only within windows."""
    return place(track, opening="window")


@pytest.fixture
def talent(client, login, people, held):
    return login(client, people.talent)


def window(tx, officer, hubs, now, **more) -> int:
    plan = {
        "hub_id": hubs["malang"], "track": "photography", "assessment": "theory",
        "opens_at": now - MINUTE, "closes_at": now + HOUR, **more,
    }  # fmt: skip
    with tx(officer):
        return invigilation.open_window(Plan(**plan), by=officer, now=now)


def code_of(tx, window_id: int) -> str:
    with tx():
        return invigilation.queries.window(window_id).code


def test_without_a_window_the_page_says_so_and_nothing_starts(talent) -> None:
    assert "belum punya jadwal" in talent.get("/exams/photography/theory").text
    refused = talent.post("/exams/photography/theory/start")
    assert refused.status_code == 409
    assert "belum punya jadwal" in refused.text


def test_a_window_to_come_is_named(talent, tx, officer, hubs, now) -> None:
    window(tx, officer, hubs, now, opens_at=now + HOUR, closes_at=now + 2 * HOUR, room="Lab 2")
    assert "21 Nov 2026, 11.00 WIB, Lab 2" in talent.get("/exams/photography/theory").text
    assert talent.post("/exams/photography/theory/start").status_code == 409


def test_the_code_of_the_room_opens_it(talent, tx, officer, hubs, now) -> None:
    made = window(tx, officer, hubs, now)
    code = code_of(tx, made)
    assert code not in talent.get("/exams/photography/theory").text
    wrong = talent.post("/exams/photography/theory/start", data={"code": "salah1"})
    assert wrong.status_code == 422
    assert 'value="salah1"' in wrong.text
    assert "bukan kode" in wrong.text
    started = talent.post("/exams/photography/theory/start", data={"code": code.lower()})
    assert started.status_code == 303
    with tx() as session:
        attempt = session.exec(select(Attempt)).one()
    assert (attempt.window_id, attempt.hub_id) == (made, hubs["malang"])
    assert attempt.device == "computer"


def test_another_hub_has_no_window(client, login, people, held, tx, officer, hubs, now) -> None:
    window(tx, officer, hubs, now, ask_code=False)
    outsider = login(client, people.outsider)
    assert outsider.post("/exams/photography/theory/start").status_code == 409


def test_a_full_room_is_full_and_going_on_is_not_a_second_seat(
    talent, login, client, people, tx, officer, hubs, now
) -> None:
    window(tx, officer, hubs, now, ask_code=False, seats=1)
    attempt = begin(talent)
    assert begin(talent) == attempt
    peer = login(client, people.peer)
    refused = peer.post("/exams/photography/theory/start")
    assert refused.status_code == 409
    assert "sudah terisi" in refused.text


def test_outside_the_room_nothing_is_shown_but_every_answer_is_kept(
    talent, tx, officer, hubs, now
) -> None:
    window(tx, officer, hubs, now, ask_code=False, networks="127.0.0.0/8")
    attempt = begin(talent)
    with tx() as session:
        session.get(Attempt, attempt).networks = ["10.9.0.0/16"]
    assert talent.get(f"/attempts/{attempt}/1").status_code == 403
    with tx() as session:
        token = session.get(Attempt, attempt).token
    sent = talent.post(
        f"/attempts/{attempt}/1", headers={"Accept": "application/json"},
        data={"answer": "a", "token": token, "seq": "1", "client": "j-1"},
    )  # fmt: skip
    assert sent.json["verdict"] == "saved"
    with tx() as session:
        kinds = session.exec(select(AssessmentLog.kind)).all()
    assert "elsewhere" in kinds
    ahead = talent.post(
        f"/attempts/{attempt}/1", headers={"HX-Request": "true"},
        data={"answer": "b", "token": token, "seq": "2", "client": "j-1", "go": "next"},
    )  # fmt: skip
    assert ahead.headers["HX-Redirect"].endswith(f"/attempts/{attempt}/2")
    assert "Pertanyaan" not in ahead.text


def test_a_window_that_stops_ends_attempts_at_its_close(
    tx, people, held, officer, hubs, now
) -> None:
    window(
        tx, officer, hubs, now, ask_code=False, late=LatePolicy.STOP, closes_at=now + 20 * MINUTE
    )
    with tx():
        attempt = service.start_attempt(people.talent, "photography", "theory", now)
        assert attempt.deadline == now + 20 * MINUTE


def test_extra_time_lengthens_the_exam_and_a_running_one(tx, people, track, officer, now) -> None:
    with tx():
        first = service.start_attempt(people.talent, "photography", "theory", now).id
    with tx(officer):
        invigilation.grant(people.talent, Grant(50), by=officer, now=now)
    with tx() as session:
        assert session.get(Attempt, first).deadline == now + 90 * MINUTE
    with tx(officer):
        invigilation.grant(people.talent, Grant(100), by=officer, now=now)
    with tx() as session:
        attempt = session.get(Attempt, first)
        assert (attempt.deadline, attempt.extra_percent) == (now + 120 * MINUTE, 100)


def test_the_clock_stands_still_while_the_power_is_gone(
    talent, tx, officer, hubs, people, now, track
) -> None:
    place(track)  # no window needed
    attempt = begin(talent)
    with tx(officer):
        outage = invigilation.declare_outage(
            hubs["malang"], "Listrik padam", now, by=officer, now=now
        )
    later = now + 70 * MINUTE  # past the deadline of an hour
    with clock.frozen(later):
        page = talent.get(f"/attempts/{attempt}/1")
        assert "Jam berhenti sementara" in page.text
        assert "data-paused" in page.text
        assert reply(talent, attempt, 1, "a").status_code == 303
        with tx():
            assert attempts.decide_overdue(later) == 0
    with tx(officer):
        invigilation.end_outage(outage, by=officer, now=later)
    with tx() as session:
        row = session.get(Attempt, attempt)
        assert row.paused_at is None
        assert row.deadline == now + 130 * MINUTE
        kinds = session.exec(select(AssessmentLog.kind).order_by(AssessmentLog.id)).all()
    assert kinds == ["started", "paused", "resumed"]


def test_an_outage_declared_afterwards_gives_its_time_back_once(
    tx, officer, hubs, people, now, track
) -> None:
    with tx():
        attempt = service.start_attempt(people.talent, "photography", "theory", now).id
    later = now + 30 * MINUTE
    for began, ended in ((5, 15), (10, 20)):
        with tx(officer):
            invigilation.declare_outage(
                hubs["malang"], "Padam", now + began * MINUTE, now + ended * MINUTE,
                by=officer, now=later,
            )  # fmt: skip
    with tx() as session:
        assert session.get(Attempt, attempt).deadline == now + 75 * MINUTE


def test_an_outage_of_another_hub_changes_nothing(
    tx, other_officer, hubs, people, now, track
) -> None:
    with tx():
        attempt = service.start_attempt(people.talent, "photography", "theory", now).id
    with tx(other_officer):
        invigilation.declare_outage(hubs["jember"], "Padam", now, by=other_officer, now=now)
    with tx() as session:
        assert session.get(Attempt, attempt).paused_at is None


def test_an_attempt_that_begins_in_an_outage_waits_with_the_others(
    tx, officer, hubs, people, now, track
) -> None:
    with tx(officer):
        invigilation.declare_outage(hubs["malang"], "Padam", now - HOUR, by=officer, now=now)
    with tx():
        attempt = service.start_attempt(people.talent, "photography", "theory", now)
        assert attempt.paused_at == now
        saved = answers.save_answer(attempt.id, 1, "a", 1, now + 3 * HOUR, client="t")
        assert saved.verdict is SaveVerdict.SAVED


def test_an_officer_sees_who_sits_and_takes_one_out_of_the_count(
    talent, client, login, people, tx, officer, hubs, now
) -> None:
    made = window(tx, officer, hubs, now, ask_code=False)
    attempt = begin(talent)
    with tx() as session:
        right = keys(session, attempt)[1]
    reply(talent, attempt, 1, right)
    desk = login(client, people.officer)
    page = desk.get(f"/officer/exams/{made}/attempts").text
    assert "Wahyuni" in page
    assert "1 / 20" in page
    assert desk.post(f"/officer/attempts/{attempt}/void", data={"reason": ""}).status_code == 422
    taken = desk.post(f"/officer/attempts/{attempt}/void", data={"reason": "Listrik padam"})
    assert taken.status_code == 303
    with tx() as session:
        assert session.get(Attempt, attempt).state is AttemptState.VOIDED
    with tx():
        fresh = service.start_attempt(people.talent, "photography", "theory", now)
        assert fresh.id != attempt
        with pytest.raises(errors.NotFound):
            attempts.hold(attempt, people.peer)


def test_the_log_shows_the_candidate_everything(talent, track) -> None:
    place(track)
    attempt = begin(talent)
    reply(talent, attempt, 1, "a")
    talent.post(f"/attempts/{attempt}/submit")
    page = talent.get(f"/attempts/{attempt}/log").text
    for words in ("Percobaan dimulai", "Sebuah jawaban disimpan", "Anda mengumpulkannya"):
        assert words in page, words


def test_somebody_elses_log_is_not_found(talent, client, login, people, track) -> None:
    place(track)
    attempt = begin(talent)
    peer = login(client, people.peer)
    assert peer.get(f"/attempts/{attempt}/log").status_code == 404


@pytest.mark.parametrize(
    ("review", "words", "hidden"),
    [
        ({"after": "never"}, "", "Baca pembahasan"),
        ({"show": ("answers",)}, "Jawaban Anda", "PEMBAHASAN"),
        ({"show": ("keys",)}, "Jawaban benar", "PEMBAHASAN"),
    ],
)
def test_the_review_shows_what_the_exam_allows(talent, track, review, words, hidden) -> None:
    place(track, review=review)
    attempt = begin(talent)
    talent.post(f"/attempts/{attempt}/submit")
    result = talent.get(f"/attempts/{attempt}/result").text
    seen = talent.get(f"/attempts/{attempt}/review")
    if review.get("after") == "never":
        assert seen.status_code == 303
        assert hidden not in result
    else:
        assert words in seen.text
        assert hidden not in seen.text


def test_explanations_open_when_the_window_is_over(talent, tx, officer, hubs, now, track) -> None:
    place(track, opening="window", review={"after": "window"})
    window(tx, officer, hubs, now, ask_code=False)
    attempt = begin(talent)
    talent.post(f"/attempts/{attempt}/submit")
    assert talent.get(f"/attempts/{attempt}/review").status_code == 303
    with clock.frozen(now + 2 * HOUR):
        assert "PEMBAHASAN" in talent.get(f"/attempts/{attempt}/review").text
