"""Breaks of one's own in an exam, as talents, officers and the database meet them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlmodel import select

from sanggar import clock, errors
from sanggar.assessments import answers, attempts, clocks, pauses, service
from sanggar.assessments.models import (
    Answer,
    AssessmentLog,
    Attempt,
    AttemptItem,
    AttemptState,
    SaveVerdict,
)
from sanggar.invigilation import service as invigilation
from sanggar.invigilation.models import LatePolicy
from sanggar.invigilation.service import Grant, Plan

from .conftest import place
from .helpers import begin, hidden, keys, reply

MINUTE = timedelta(minutes=1)
JSON = {"Accept": "application/json"}
FRAGMENT = {"HX-Request": "true"}


@pytest.fixture
def granted(tx, track, people, officer, now: datetime) -> None:
    """Ten minutes of break for the talent."""
    with tx(officer):
        invigilation.grant(people.talent, Grant(break_minutes=10), by=officer, now=now)


@pytest.fixture
def talent(client, login, people, granted):
    return login(client, people.talent)


@pytest.fixture
def sat(tx, people, granted, now: datetime) -> int:
    """A running attempt of an hour."""
    with tx():
        return service.start_attempt(people.talent, "photography", "theory", now).id or 0


def kinds(tx) -> list[str]:
    with tx() as session:
        return list(session.exec(select(AssessmentLog.kind).order_by(AssessmentLog.id)))


def rest(tx, attempt: int, at: datetime) -> None:
    with tx() as session:
        pauses.rest(session.get(Attempt, attempt), at)


def standing(tx, attempt: int, at: datetime) -> bool:
    with tx() as session:
        return clocks.of(session.get(Attempt, attempt)).standing(at)


def save(tx, attempt: int, answer: str, seq: int, at: datetime) -> SaveVerdict:
    with tx():
        return answers.save_answer(attempt, 1, answer, seq, at, client="j-1").verdict


# ---- service ---------------------------------------------------------------------------------


def test_a_break_in_parts_moves_the_deadline_and_stands_in_the_log(tx, sat, people, now) -> None:
    for begun, ended in ((5, 9), (20, 23)):
        rest(tx, sat, now + begun * MINUTE)
        rest(tx, sat, now + (begun + 1) * MINUTE)  # pressed twice
        with tx() as session:
            pauses.go_on(session.get(Attempt, sat), now + ended * MINUTE)
            pauses.go_on(session.get(Attempt, sat), now + (ended + 1) * MINUTE)
    with tx() as session:
        row = session.get(Attempt, sat)
        assert (row.deadline, row.rested_seconds) == (now + 67 * MINUTE, 7 * 60)
    assert kinds(tx) == ["started"] + 2 * ["rest_began", "rest_ended"]


def test_a_break_that_nobody_ends_is_over_when_its_minutes_are_used_up(tx, sat, now) -> None:
    rest(tx, sat, now + 59 * MINUTE)
    with tx():
        assert attempts.decide_overdue(now + 68 * MINUTE) == 0
        assert attempts.decide_overdue(now + 70 * MINUTE) == 0
        assert attempts.decide_overdue(now + 71 * MINUTE) == 1
    with tx() as session:
        row = session.get(Attempt, sat)
        assert row.state is not AttemptState.LIVE
        assert (row.deadline, row.resting_since) == (now + 70 * MINUTE, None)
        over = session.exec(select(AssessmentLog).where(AssessmentLog.kind == "rest_over")).one()
        assert over.at == now + 69 * MINUTE


def test_no_break_without_minutes_nor_in_an_outage_nor_after_the_end(
    tx, sat, people, officer, hubs, now
) -> None:
    with tx():
        other = service.start_attempt(people.peer, "photography", "theory", now)
        with pytest.raises(errors.Conflict):
            pauses.rest(other, now)
    with tx() as session, pytest.raises(errors.Conflict):
        pauses.rest(session.get(Attempt, sat), now + 60 * MINUTE)
    with tx(officer):
        invigilation.declare_outage(hubs["malang"], "Padam", now, by=officer, now=now)
    with tx() as session, pytest.raises(errors.Conflict):
        pauses.rest(session.get(Attempt, sat), now + MINUTE)


def test_a_new_answer_ends_the_break_and_a_repeated_one_does_not(tx, sat, now) -> None:
    assert save(tx, sat, "a", 1, now) is SaveVerdict.SAVED
    rest(tx, sat, now + MINUTE)
    assert save(tx, sat, "a", 1, now + 4 * MINUTE) is SaveVerdict.SAVED
    assert standing(tx, sat, now + 4 * MINUTE)
    assert save(tx, sat, "b", 2, now + 5 * MINUTE) is SaveVerdict.SAVED
    assert not standing(tx, sat, now + 5 * MINUTE)
    with tx() as session:
        assert session.exec(select(Answer)).one().response == "b"
        assert session.get(Attempt, sat).deadline == now + 64 * MINUTE


def test_what_was_sent_just_before_the_break_moves_its_beginning(tx, sat, now) -> None:
    rest(tx, sat, now)
    late = now + timedelta(seconds=20)
    assert save(tx, sat, "a", 1, late) is SaveVerdict.SAVED
    with tx() as session:
        row = session.get(Attempt, sat)
        assert (row.resting_since, row.deadline) == (late, now + 60 * MINUTE)
        pauses.go_on(row, late + MINUTE)
        assert row.deadline == now + 61 * MINUTE
    assert kinds(tx) == ["started", "rest_began", "rest_moved", "rest_ended"]


def test_sending_an_answer_every_few_seconds_of_a_break_wins_no_time(tx, sat, now) -> None:
    rest(tx, sat, now)
    for n in range(1, 20):
        save(tx, sat, "ab"[n % 2], n, now + n * timedelta(seconds=25))
    with tx() as session:
        assert (
            clocks.of(session.get(Attempt, sat)).end(now + 475 * MINUTE / 60) == now + 60 * MINUTE
        )


def test_an_outage_in_a_break_spends_none_of_it(tx, sat, officer, hubs, now) -> None:
    rest(tx, sat, now + 10 * MINUTE)
    with tx(officer):
        outage = invigilation.declare_outage(
            hubs["malang"], "Padam", now + 12 * MINUTE, by=officer, now=now + 12 * MINUTE
        )
    with tx():
        assert attempts.decide_overdue(now + 300 * MINUTE) == 0
    with tx(officer):
        invigilation.end_outage(outage, by=officer, now=now + 42 * MINUTE)
    assert standing(tx, sat, now + 49 * MINUTE)
    assert not standing(tx, sat, now + 50 * MINUTE)
    with tx() as session:
        service.submit_attempt(sat, session.get(Attempt, sat).person_id, now + 99 * MINUTE)
        assert session.get(Attempt, sat).deadline == now + 100 * MINUTE
    assert kinds(tx)[:5] == ["started", "rest_began", "paused", "resumed", "rest_over"]


def test_an_outage_told_afterwards_gives_a_break_back_once_and_does_not_end_another(
    tx, sat, officer, hubs, now
) -> None:
    declare = invigilation.declare_outage
    rest(tx, sat, now + 5 * MINUTE)
    with tx() as session:
        pauses.go_on(session.get(Attempt, sat), now + 10 * MINUTE)
    with tx(officer):
        declare(hubs["malang"], "Padam", now + 20 * MINUTE, by=officer, now=now + 20 * MINUTE)
        declare(hubs["malang"], "Padam", now, now + 15 * MINUTE, by=officer, now=now + 30 * MINUTE)
    assert standing(tx, sat, now + 40 * MINUTE)
    with tx() as session:
        assert clocks.of(session.get(Attempt, sat)).end(now + 40 * MINUTE) == now + 95 * MINUTE


def test_minutes_granted_later_reach_a_running_attempt_but_wake_no_break(
    tx, sat, people, officer, now
) -> None:
    rest(tx, sat, now)
    with tx(officer):
        later = now + 30 * MINUTE
        invigilation.grant(people.talent, Grant(50, 25), by=officer, now=later)
    with tx() as session:
        row = session.get(Attempt, sat)
        assert (row.break_minutes, row.deadline) == (25, now + 100 * MINUTE)
        assert not clocks.of(row).standing(later)
        assert clocks.of(row).left(later) == 15 * MINUTE
    assert kinds(tx) == ["started", "rest_began", "rest_over", "extra_time", "breaks"]


def test_a_window_that_stops_ends_later_by_the_break_only(
    tx, people, officer, hubs, granted, track, now
) -> None:
    place(track, opening="window")
    plan = Plan(
        hub_id=hubs["malang"], track="photography", assessment="theory", opens_at=now - MINUTE,
        closes_at=now + 20 * MINUTE, ask_code=False, late=LatePolicy.STOP,
    )  # fmt: skip
    with tx(officer):
        invigilation.open_window(plan, by=officer, now=now)
    with tx():
        row = service.start_attempt(people.talent, "photography", "theory", now)
        pauses.rest(row, now + 15 * MINUTE)
        assert clocks.of(row).end(now + 400 * MINUTE) == now + 30 * MINUTE


def test_submitting_in_a_break_ends_it(tx, sat, people, now) -> None:
    rest(tx, sat, now + 55 * MINUTE)
    with tx():
        row = service.submit_attempt(sat, people.talent, now + 62 * MINUTE)
        assert (row.state, row.resting_since) == (AttemptState.DECIDED, None)
        assert (row.deadline, row.submitted_at) == (now + 67 * MINUTE, now + 62 * MINUTE)
    assert kinds(tx)[1:4] == ["rest_began", "rest_ended", "submitted"]


def test_a_break_goes_on_where_somebody_begins_again(tx, sat, people, now) -> None:
    rest(tx, sat, now + 58 * MINUTE)
    with tx():
        again = service.start_attempt(people.talent, "photography", "theory", now + 65 * MINUTE)
        assert again.id == sat


def test_an_adaptive_exam_asks_nothing_in_a_break(tx, sat, now) -> None:
    with tx() as session:
        row = session.get(Attempt, sat)
        row.selection, row.size = "adaptive", 20
        pauses.rest(row, now)
        assert service.advance(row, 20, now + MINUTE, skip=True)
        assert row.size == 20


# ---- pages -----------------------------------------------------------------------------------


def test_the_button_rests_saves_and_hides_the_questions(talent, tx, now) -> None:
    attempt = begin(talent)
    with tx() as session:
        right = keys(session, attempt)[1]
    assert "Istirahat sebentar" in talent.get(f"/attempts/{attempt}/1").text
    resting = reply(talent, attempt, 1, right, go="rest")
    assert resting.location == f"/attempts/{attempt}/rest"
    with tx() as session:
        assert session.exec(select(Answer)).one().answered
    with clock.frozen(now + 4 * MINUTE):
        page = talent.get(resting.location).text
        assert "Sisa istirahat 6 menit" in page
        assert "Sisa waktu ujian 60 menit" in page
        assert "Pertanyaan" not in page
        for hiding in (f"/attempts/{attempt}/2", f"/attempts/{attempt}/overview"):
            assert talent.get(hiding).location == resting.location
        assert talent.get(f"/attempts/{attempt}").status_code == 303
        on = talent.post(f"/attempts/{attempt}/go-on")
        assert on.location == f"/attempts/{attempt}"
        assert "Sisa istirahat 6 menit" in talent.get(f"/attempts/{attempt}/overview").text
    with tx() as session:
        assert session.get(Attempt, attempt).deadline == now + 64 * MINUTE
    log = talent.get(f"/attempts/{attempt}/log").text
    assert "Anda mulai istirahat" in log
    assert "4 mnt 0 dtk" in log


def test_the_page_of_a_break_says_when_the_clock_runs_again(talent, now) -> None:
    attempt = begin(talent)
    assert talent.post(f"/attempts/{attempt}/rest").status_code == 303
    with clock.frozen(now + 11 * MINUTE):
        piece = talent.get(f"/attempts/{attempt}/rest", headers=FRAGMENT).text
        assert piece.lstrip().startswith('<div id="rest"')
        assert "Jam berjalan lagi" in piece
        assert "hx-trigger" not in piece
        assert "Pertanyaan" in talent.get(f"/attempts/{attempt}/1").text
        refused = talent.post(f"/attempts/{attempt}/rest", follow_redirects=True)
        assert "Waktu istirahat Anda sudah habis" in refused.text
    with clock.frozen(now + 80 * MINUTE):
        assert "Waktu habis" in talent.get(
            f"/attempts/{attempt}/rest", follow_redirects=True
        ).text  # fmt: skip


@pytest.mark.parametrize("headers", [{}, FRAGMENT])
def test_a_forged_repetition_shows_no_question_in_a_break(talent, tx, now, headers) -> None:
    attempt = begin(talent)
    sent = {**hidden(talent.get(f"/attempts/{attempt}/1")), "answer": "a", "go": "rest"}
    talent.post(f"/attempts/{attempt}/1", data=sent)
    with clock.frozen(now + 2 * MINUTE):
        again = talent.post(f"/attempts/{attempt}/1", data={**sent, "go": "5"}, headers=headers)
        assert "Pertanyaan" not in again.text
        target = again.headers.get("HX-Redirect") or again.location
        assert target == f"/attempts/{attempt}/rest"
    assert standing(tx, attempt, now + 2 * MINUTE)


def test_a_forged_answer_in_a_break_is_saved_and_the_clock_runs(talent, tx, now) -> None:
    attempt = begin(talent)
    page = hidden(talent.get(f"/attempts/{attempt}/1"))
    talent.post(f"/attempts/{attempt}/rest")
    with clock.frozen(now + 6 * MINUTE):
        sent = talent.post(
            f"/attempts/{attempt}/1", headers=JSON, data={**page, "answer": "b", "client": "j-9"}
        )
        assert (sent.json["verdict"], sent.json["paused"]) == ("saved", False)
        assert sent.json["left"] == 60 * 60
        assert "Jam berjalan lagi" in talent.get(f"/attempts/{attempt}/rest").text
    with tx() as session:
        items = session.exec(select(AttemptItem).where(AttemptItem.position == 1)).one()
        assert session.exec(select(Answer)).one().attempt_item_id == items.id
        assert session.get(Attempt, attempt).rested_seconds == 360


def test_nobody_rests_in_somebody_elses_exam_nor_without_minutes(
    talent, client, login, people
) -> None:
    attempt = begin(talent)
    peer = login(client, people.peer)
    for refused in (
        peer.get(f"/attempts/{attempt}/rest"), peer.post(f"/attempts/{attempt}/rest"),
        peer.post(f"/attempts/{attempt}/go-on"),
    ):  # fmt: skip
        assert refused.status_code == 404
    own = begin(peer)
    assert "Istirahat sebentar" not in peer.get(f"/attempts/{own}/1").text
    assert peer.post(f"/attempts/{own}/rest").location == f"/attempts/{own}"


def test_the_officer_sees_who_takes_a_break(
    talent, client, login, people, tx, officer, hubs, track, now
) -> None:
    place(track, opening="window")
    plan = Plan(
        hub_id=hubs["malang"], track="photography", assessment="theory", opens_at=now - MINUTE,
        closes_at=now + 90 * MINUTE, ask_code=False,
    )  # fmt: skip
    with tx(officer):
        window = invigilation.open_window(plan, by=officer, now=now)
    attempt = begin(talent)
    talent.post(f"/attempts/{attempt}/rest")
    desk = login(client, people.officer)
    assert "sedang istirahat" in desk.get(f"/officer/exams/{window}/attempts").text
    with clock.frozen(now + 11 * MINUTE):
        assert "sedang istirahat" not in desk.get(f"/officer/exams/{window}/attempts").text
