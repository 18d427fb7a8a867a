"""Adaptive exams from first question to decision, on a small calibrated bank."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from sanggar.assessments import adaptive, answers, calibrations, content, service, undecided
from sanggar.assessments.models import (
    AssessmentLog,
    Attempt,
    AttemptItem,
    AttemptState,
    SaveVerdict,
)
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.models import EventRecord

from .conftest import place
from .helpers import begin, fields, hidden, keys, reply

MINUTE = timedelta(minutes=1)
RULES = {"least": 4, "most": 7, "more": 3, "field_test": 0, "confidence": 0.9, "stop": "decision"}


def calibrate(track, now, slope: float = 1.6, but: frozenset[str] = frozenset()) -> int:
    """Write parameters of every item down: difficulties spread evenly."""
    rows = [
        {
            "track": track.id, "item_id": item.id, "item_version": item.version, "model": "2pl",
            "a": slope, "b": -1.5 + 3 * n / len(track.items), "c": 0.0, "se_a": 0.1, "se_b": 0.1,
            "answers": 500, "at": now,
        }
        for n, item in enumerate(track.items)
        if item.id not in but
    ]  # fmt: skip
    return service.store_calibrations(rows)


@pytest.fixture
def bank(track, tx, now):
    """The theory exam as an adaptive one with a calibrated bank."""
    made = place(track, selection="adaptive", adaptive=RULES)
    with tx():
        assert calibrate(made, now) == len(made.items)
    return made


@pytest.fixture
def talent(client, login, people, bank):
    return login(client, people.talent)


def sit(talent, tx, attempt: int, right: bool, most: int = 40) -> int:
    """Answer until the exam ends; return how many questions were asked."""
    for asked in range(1, most):
        with tx() as session:
            row = session.get(Attempt, attempt)
            if row.state is not AttemptState.LIVE:
                return asked - 1
            position = row.size
            answer = keys(session, attempt)[position]
        if right:
            reply(talent, attempt, position, answer)
        else:
            reply(talent, attempt, position, "", go="skip")
    raise AssertionError("the exam does not end")


def test_without_calibrations_the_exam_is_drawn_like_a_random_one(tx, people, track, now) -> None:
    place(track, selection="adaptive", adaptive=RULES)
    with tx():
        attempt = service.start_attempt(people.talent, "photography", "theory", now)
        assert (attempt.selection, attempt.size) == ("random", 20)


def test_the_way_in_says_how_many_questions_there_will_be(
    client, login, people, track, tx, now
) -> None:
    made = place(track, selection="adaptive", adaptive=RULES)
    page = login(client, people.talent)
    assert "tergantung jawaban" not in page.get("/exams/photography/theory").text
    with tx():
        calibrate(made, now)
    assert "tergantung jawaban" in page.get("/exams/photography/theory").text


def test_a_calibration_of_another_version_does_not_count(tx, people, track, now) -> None:
    made = place(track, selection="adaptive", adaptive=RULES)
    with tx() as session:
        calibrate(made, now)
        for row in session.exec(select(calibrations.Calibration)):
            row.item_version = "older"
    with tx():
        assert calibrations.bank(*content.assessment("photography", "theory"), now) is None


def test_an_able_person_passes_quickly_and_a_weak_one_does_not(
    talent, client, login, people, tx
) -> None:
    first = begin(talent)
    assert sit(talent, tx, first, right=True) <= RULES["most"] + RULES["more"]
    with tx() as session:
        row = session.get(Attempt, first)
        assert (row.state, row.passed, row.stopped_by) == (AttemptState.DECIDED, True, "decision")
        assert row.score > row.pass_total
        assert 0 < row.ability_error < 1
        graded = session.exec(select(EventRecord).where(EventRecord.kind == "AttemptGraded")).one()
    assert graded.data["passed"] is True
    peer = login(client, people.peer)
    second = begin(peer)
    sit(peer, tx, second, right=False)
    with tx() as session:
        row = session.get(Attempt, second)
        assert (row.state, row.passed) == (AttemptState.DECIDED, False)
        assert row.score < row.pass_total


def test_no_item_is_asked_twice_and_units_are_in_proportion(talent, tx) -> None:
    attempt = begin(talent)
    asked = sit(talent, tx, attempt, right=True)
    with tx() as session:
        rows = session.exec(select(AttemptItem).where(AttemptItem.attempt_id == attempt)).all()
    assert len({row.item_id for row in rows}) == len(rows) == asked
    units = [row.unit for row in rows]
    assert abs(units.count("PHO-01") - units.count("PHO-02")) <= 1
    assert all(len(row.parameters) == 3 for row in rows)


def test_there_is_no_way_back(talent, tx) -> None:
    attempt = begin(talent)
    with tx() as session:
        right = keys(session, attempt)[1]
    reply(talent, attempt, 1, right)
    assert talent.get(f"/attempts/{attempt}/1").location.endswith("/2")
    assert talent.get(f"/attempts/{attempt}/3").location.endswith("/2")
    assert talent.get(f"/attempts/{attempt}/overview").location.endswith("/2")
    page = talent.get(f"/attempts/{attempt}/2").text
    assert "Saya tidak tahu" in page
    assert 'value="previous"' not in page
    with tx() as session:
        token = session.get(Attempt, attempt).token
    late = talent.post(
        f"/attempts/{attempt}/1", headers={"Accept": "application/json"},
        data={**fields(right), "token": token, "seq": "900", "client": "j-2"},
    )  # fmt: skip
    assert late.json["verdict"] == "locked"
    with tx() as session:
        assert session.get(Attempt, attempt).size == 2


def test_next_without_an_answer_stays(talent, tx) -> None:
    attempt = begin(talent)
    stayed = reply(talent, attempt, 1, "")
    assert stayed.location.endswith("/1")
    assert "Jawab dulu" in talent.get(stayed.location).text
    with tx() as session:
        assert session.get(Attempt, attempt).size == 1


def test_sending_next_twice_asks_one_question(talent, tx) -> None:
    attempt = begin(talent)
    with tx() as session:
        right = keys(session, attempt)[1]
    form = {**hidden(talent.get(f"/attempts/{attempt}/1")), **fields(right), "go": "next"}
    for _again in range(2):
        assert talent.post(f"/attempts/{attempt}/1", data=form).location.endswith("/2")
    with tx() as session:
        assert session.get(Attempt, attempt).size == 2


def test_it_goes_on_from_another_device(talent, client, login, people, tx) -> None:
    attempt = begin(talent)
    with tx() as session:
        right = keys(session, attempt)[1]
    reply(talent, attempt, 1, right)
    with tx() as session:
        shown = [i.item_id for i in session.exec(select(AttemptItem)).all()]
    other = login(client, people.talent)
    assert begin(other) == attempt
    assert other.get(f"/attempts/{attempt}").location.endswith("/2")
    with tx() as session:
        assert [i.item_id for i in session.exec(select(AttemptItem)).all()] == shown


def test_the_next_item_depends_on_the_answers_only(tx, people, bank, now) -> None:
    with tx() as session:
        attempt = service.start_attempt(people.talent, "photography", "theory", now)
        right = keys(session, attempt.id)[1]
        answers.save_answer(attempt.id, 1, right, 1, now, client="t")
        one, two = adaptive.after(attempt, now), adaptive.after(attempt, now)
    assert one.drawn == two.drawn


def test_questions_on_trial_count_for_nothing(tx, people, track, now) -> None:
    made = place(track, selection="adaptive", adaptive={**RULES, "field_test": 2})
    trial = frozenset({made.items[0].id, made.items[7].id, made.items[14].id})
    with tx():
        calibrate(made, now, but=trial)
    with tx() as session:
        attempt = service.start_attempt(people.talent, "photography", "theory", now)
        seq = 0
        while attempt.state is AttemptState.LIVE:
            seq += 1
            position = attempt.size
            right = keys(session, attempt.id)[position]
            answers.save_answer(attempt.id, position, right, seq, now, client="t")
            service.advance(attempt, position, now)
        rows = session.exec(select(AttemptItem)).all()
    tried = [row for row in rows if not row.scored]
    assert len(tried) == 2
    assert {row.item_id for row in tried} < trial
    assert all(row.parameters is None for row in tried)


def test_a_question_on_trial_is_not_asked_again_when_it_is_calibrated_meanwhile(
    tx, people, track, now
) -> None:
    rules = {**RULES, "field_test": 2, "least": 6, "most": 9, "confidence": 0.99}
    made = place(track, selection="adaptive", adaptive=rules)
    trial = frozenset(item.id for item in made.items[::4])
    with tx():
        calibrate(made, now, but=trial)
    with tx() as session:
        attempt = service.start_attempt(people.talent, "photography", "theory", now)
        while attempt.state is AttemptState.LIVE:
            position = attempt.size
            right = keys(session, attempt.id)[position] if position % 2 else "x"
            answers.save_answer(attempt.id, position, right, position, now, client="t")
            service.advance(attempt, position, now)
            rows = session.exec(select(AttemptItem)).all()
            last = max(rows, key=lambda row: row.position)
            if not last.scored:  # nothing would tell more about this person now
                service.store_calibrations([{
                    "track": made.id, "item_id": last.item_id, "item_version": last.item_version,
                    "model": "2pl", "a": 3.0, "b": attempt.ability, "c": 0.0, "answers": 500,
                    "at": now,
                }])  # fmt: skip
    asked = [row.item_id for row in rows]
    assert sum(not row.scored for row in rows) >= 2
    assert len(set(asked)) == len(asked)


def test_nobody_passes_on_fewer_questions_than_the_exam_asks_at_least(
    tx, people, track, now
) -> None:
    made = place(track, selection="adaptive", adaptive={**RULES, "method": "interval"})
    with tx() as session:
        calibrate(made, now, slope=0.8)
        for row in session.exec(select(calibrations.Calibration)):
            row.b -= 3.0  # so easy that most people would pass
    with tx() as session:
        attempt = service.start_attempt(people.talent, "photography", "theory", now)
        service.submit_attempt(attempt.id, people.talent, now)
        assert attempt.score > attempt.pass_total
        assert (attempt.state, attempt.passed) == (AttemptState.REVIEW, None)


def test_an_exam_that_is_no_more_holds_up_nobody(tx, people, bank, now) -> None:
    with tx() as session:
        attempt = service.start_attempt(people.talent, "photography", "theory", now).id
        answers.save_answer(attempt, 1, keys(session, attempt)[1], 1, now, client="t")
    place(bank, id="another")
    with tx() as session:
        assert service.advance(session.get(Attempt, attempt), 1, now)
        peer = service.start_attempt(people.peer, "photography", "another", now).id
    with tx() as session:
        assert service.decide_overdue(now + timedelta(days=1)) == 1
        row = session.get(Attempt, attempt)
        assert (row.state, row.passed, row.score) == (AttemptState.REVIEW, None, 100.0)
        assert row.stopped_by == "empty"
        assert session.get(Attempt, peer).state is not AttemptState.LIVE


def test_the_time_decides_with_what_was_answered(talent, tx, people, now) -> None:
    attempt = begin(talent)
    with tx() as session:
        right = keys(session, attempt)[1]
    reply(talent, attempt, 1, right)
    with tx() as session:
        late = now + 2 * 60 * MINUTE
        saved = answers.save_answer(attempt, 2, "a", 50, late, client="t")
        assert saved.verdict is SaveVerdict.LATE
        row = session.get(Attempt, attempt)
        # one right answer is not enough to be sure of anything
        assert row.state is AttemptState.REVIEW
        assert row.passed is None
        kinds = session.exec(select(AssessmentLog.kind)).all()
    assert "undecided" in kinds


def test_what_stays_undecided_goes_to_a_mentor(tx, people, track, now, client, login) -> None:
    flat = {**RULES, "confidence": 0.999, "most": 5, "more": 1}
    made = place(track, selection="adaptive", adaptive=flat)
    with tx():
        calibrate(made, now, slope=0.8)
    talent = login(client, people.talent)
    attempt = begin(talent)
    asked = sit(talent, tx, attempt, right=True)
    assert asked == 6
    with tx() as session:
        row = session.get(Attempt, attempt)
        assert (row.state, row.passed, row.stopped_by) == (AttemptState.REVIEW, None, "cap")
    assert "mentor" in talent.get(f"/attempts/{attempt}/result").text
    mentor = Principal(
        people.mentor, "Mentor", frozenset({Role.MENTOR}), tracks=frozenset({"photography"})
    )
    with tx(mentor):
        assert [one.id for one in undecided.waiting(mentor)] == [attempt]
        undecided.decide(mentor, attempt, "pass", "Menjelaskan dengan benar.", now)
        assert undecided.waiting(mentor) == []
    with tx() as session:
        assert session.get(Attempt, attempt).passed is True


def test_the_score_is_what_the_ability_earns_on_the_whole_bank(tx, people, bank, now) -> None:
    with tx():
        owner, exam = content.assessment("photography", "theory")
        reference = calibrations.bank(owner, exam, now).reference
        cut = reference.ability_at(exam.pass_rules.total)
        assert reference.percent(cut) == pytest.approx(exam.pass_rules.total, abs=1e-6)
        assert reference.percent(-4) < reference.percent(0) < reference.percent(4)
        sure = reference.ability([(2.0, 0.0, 0.0)] * 12, [True] * 12)
        assert sure.mean > 1
        assert sure.chance_above(sure.mean) == pytest.approx(0.5, abs=0.05)


def test_the_result_page_says_how_sure_it_is(talent, tx) -> None:
    attempt = begin(talent)
    sit(talent, tx, attempt, right=True)
    page = talent.get(f"/attempts/{attempt}/result").text
    assert "diuji lagi" in page


def test_items_seen_before_are_left_out_while_others_are_left(talent, tx, people, now) -> None:
    first = begin(talent)
    sit(talent, tx, first, right=True)
    with tx() as session:
        seen = {r.item_id for r in session.exec(select(AttemptItem)).all()}
        session.get(Attempt, first).started_at -= timedelta(days=30)
        row = session.get(Attempt, first)
        row.submitted_at -= timedelta(days=30)
    second = begin(talent)
    assert second != first
    sit(talent, tx, second, right=True)
    with tx() as session:
        again = {
            r.item_id
            for r in session.exec(select(AttemptItem).where(AttemptItem.attempt_id == second))
        }
    assert not again & seen
