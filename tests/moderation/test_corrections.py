"""Corrections after a faulty item: listed first, applied once, and nobody loses by them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Event

import pytest
from sqlmodel import select
from tests import earn
from tests.assessments.conftest import place
from tests.assessments.test_adaptive import RULES, calibrate
from tests.moderation.conftest import ALSO_RIGHT, FAULTY, SHORT_BY_ONE, position_of, principal

from sanggar import errors
from sanggar.assessments import attempts, calibrations, grading
from sanggar.assessments import queries as assessments
from sanggar.assessments import service as examining
from sanggar.assessments.models import Answer, AssessmentLog, Attempt, AttemptItem, AttemptState
from sanggar.certification import queries as certification
from sanggar.kernel import registry
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.models import EventRecord
from sanggar.moderation import queries, service
from sanggar.moderation.models import Regrade, ScoreChange
from sanggar.notifications.models import Notification

DAY = timedelta(days=1)
WANTED = examining.Correction("photography", FAULTY, "v1", "accept", (ALSO_RIGHT,))
CREDIT, DROP = replace(WANTED, action="credit", accepted=()), replace(WANTED, action="drop")


def results(session) -> dict[int, tuple[float, bool]]:
    """Return attempt -> (score, passed)."""
    return {a.id: (a.score, a.passed) for a in session.exec(select(Attempt)).all()}


def graded(session, attempt: int) -> list[dict]:
    rows = session.exec(select(EventRecord).where(EventRecord.kind == "AttemptGraded")).all()
    return [row.data for row in rows if row.data["attempt"] == attempt]


@pytest.fixture
def correct(tx, mentor, now):
    """`correct(correction)` proposes and applies; returns (its id, how many changed)."""

    def do(wanted=WANTED, by: Principal = mentor, at=now) -> tuple[int, int]:
        with tx(by):
            made = service.propose(wanted, "Reflektor juga benar.", by=by, now=at)
            return made, service.apply(made, by=by, now=at)

    return do


@pytest.mark.parametrize(("wanted", "asked"), [(DROP, False), (CREDIT, False), (WANTED, True)])
def test_what_was_found_faulty_is_in_no_adaptive_exam_any_more(
    tx, people, sit, correct, track, now, wanted, asked
) -> None:
    sit(people.talent)
    made = place(track, selection="adaptive", adaptive=RULES)
    exam = made.assessment("theory")
    with tx():
        calibrate(made, now)
        assert FAULTY in {i.id for i in calibrations.bank(made, exam, now).items}
    correct(wanted)
    with tx():
        calibrate(made, now + DAY)
        bank = calibrations.bank(made, exam, now)
        assert (FAULTY in {i.id for i in (*bank.items, *bank.trial)}) is asked
        assert ((FAULTY, "v1") in assessments.parameters(made.id)) is asked


def test_a_dry_run_lists_who_changes_and_changes_nothing(tx, people, sit, mentor, now) -> None:
    short, other = sit(people.talent), sit(people.peer, {FAULTY: "payung"})
    with tx() as session:
        before = results(session)
        made = service.propose(WANTED, "Salah.", by=mentor, now=now)
        assert service.propose(WANTED, "Salah kunci.", by=mentor, now=now) == made
        planned = assessments.changes(WANTED)
    assert [(c.attempt_id, c.old_score, c.new_score, c.new_passed, c.changes) for c in planned] == [
        (short, 65.0, 70.0, True, True), (other, 95.0, 95.0, True, False),
    ]  # fmt: skip
    with tx() as session:
        assert results(session) == before
        assert session.get(Regrade, made).applied_at is None
        assert session.get(Regrade, made).reason == "Salah kunci."


def test_an_accepted_answer_passes_who_gave_it_and_is_told(tx, people, sit, correct, now) -> None:
    short, other = sit(people.talent), sit(people.peer, SHORT_BY_ONE | {FAULTY: "payung"})
    later = now + DAY
    made, count = correct(at=later)
    assert count == 1
    with tx() as session:
        assert results(session) == {short: (70.0, True), other: (65.0, False)}
        assert session.get(Attempt, short).by_unit == {"PHO-01": 60.0, "PHO-02": 80.0}
        first, second = graded(session, short)
        assert (first["passed"], second["passed"], second["score"]) == (False, True, 70.0)
        assert len(graded(session, other)) == 1
        log = session.exec(select(AssessmentLog).where(AssessmentLog.kind == "regraded")).all()
        assert {(row.attempt_id, row.data["old"], row.data["new"]) for row in log} == {
            (short, 65.0, 70.0), (other, 65.0, 65.0),
        }  # fmt: skip
        (line,) = queries.history(made)
        assert (line.attempt_id, line.old_score, line.new_score) == (short, 65.0, 70.0)
        assert (line.old_passed, line.new_passed) == (False, True)
        told = session.exec(
            select(Notification).where(Notification.person_id == people.talent)
        ).all()
        assert any("70 dari 100, kompeten" in row.body for row in told)


def test_the_same_correction_twice_changes_once(tx, people, sit, correct, mentor, now) -> None:
    short = sit(people.talent)
    made, count = correct()
    with tx(mentor):
        assert (count, service.apply(made, by=mentor, now=now + DAY)) == (1, 0)
    again, nobody = correct()
    assert (again != made, nobody) == (True, 0)
    with tx() as session:
        assert session.get(Regrade, made).applied_at == now
        assert results(session) == {short: (70.0, True)}
        assert len(graded(session, short)) == 2


def test_credit_gives_everybody_the_points(tx, people, sit, correct) -> None:
    silent = sit(people.talent, SHORT_BY_ONE | {FAULTY: None})
    right = sit(people.peer, {})
    assert correct(CREDIT)[1] == 1
    with tx() as session:
        assert results(session) == {silent: (70.0, True), right: (100.0, True)}


def test_a_dropped_item_counts_for_nobody_but_nobody_loses(tx, people, sit, correct) -> None:
    wrong_at_it = sit(people.talent)
    others = {k: v for k, v in SHORT_BY_ONE.items() if k != FAULTY}
    just_passed = sit(people.peer, others)
    assert correct(DROP)[1] == 1
    with tx() as session:
        assert results(session) == {
            wrong_at_it: (pytest.approx(1300 / 19, abs=1e-3), False), just_passed: (70.0, True),
        }  # fmt: skip
        units = session.get(Attempt, just_passed).by_unit
        assert units == {"PHO-01": 60.0, "PHO-02": 80.0}
        scored = session.exec(select(AttemptItem.scored).where(AttemptItem.item_id == FAULTY)).all()
        assert set(scored) == {False}


def test_what_was_won_by_one_correction_is_not_lost_by_the_next(tx, people, sit, correct) -> None:
    short = sit(people.talent)
    correct(CREDIT)
    correct(DROP)
    with tx() as session:
        assert results(session) == {short: (70.0, True)}


def test_a_live_attempt_is_corrected_when_it_is_decided(tx, people, sit, correct, now) -> None:
    sit(people.peer)
    live = sit(people.talent, submit=False)
    made, count = correct()
    assert count == 1
    with tx():
        examining.submit_attempt(live, people.talent, now)
    with tx() as session:
        assert results(session)[live] == (70.0, True)
        assert {line.attempt_id for line in queries.history(made)} >= {live}
        assert [event["passed"] for event in graded(session, live)] == [False, True]


def test_what_is_corrected_at_once_is_told_as_corrected(
    tx, people, sit, correct, now, monkeypatch
) -> None:
    sit(people.peer)
    live = sit(people.talent, submit=False)
    correct()
    heard: list[bool] = []
    monkeypatch.setattr(registry.Registry, "tell", lambda _self, event: heard.append(event.passed))
    with tx() as session:
        attempt = session.get(Attempt, live)
        attempt.state, attempt.live_key, attempt.submitted_at = AttemptState.REVIEW, None, now
        for item, response in session.exec(
            select(AttemptItem, Answer.response).outerjoin(
                Answer, Answer.attempt_item_id == AttemptItem.id
            ).where(AttemptItem.attempt_id == live)
        ):  # fmt: skip
            item.share = grading.grade(grading.restore(item.item), response).score
        session.flush()
        attempts.conclude(attempt, now + timedelta(days=1))
    assert heard == [False, True]
    with tx() as session:
        assert results(session)[live] == (70.0, True)
        told = session.exec(
            select(Notification.body).where(Notification.person_id == people.talent)
        ).all()
    assert [body for body in told if "Uji teori" in body] == ["Uji teori: 70 dari 100, kompeten."]


def test_what_is_decided_while_a_correction_is_applied_is_corrected_too(
    tx, people, sit, mentor, now
) -> None:
    sit(people.peer)
    live = sit(people.talent, submit=False)
    with tx(mentor):
        made = service.propose(WANTED, "Reflektor juga benar.", by=mentor, now=now)
    applied, submitted = Event(), Event()

    def apply() -> int:
        with tx(mentor):
            count = service.apply(made, by=mentor, now=now)
            applied.set()
            submitted.wait(0.5)  # it is not committed yet
            return count

    def submit() -> None:
        applied.wait(10)
        with tx():
            examining.submit_attempt(live, people.talent, now)
        submitted.set()

    with ThreadPoolExecutor(2) as pool:
        both = pool.submit(apply), pool.submit(submit)
        assert both[0].result() == 1
        both[1].result()
    with tx() as session:
        assert results(session)[live] == (70.0, True)


def test_a_correction_that_waits_touches_no_new_attempt(tx, people, sit, mentor, now) -> None:
    sit(people.peer)
    with tx(mentor):
        service.propose(WANTED, "Menunggu.", by=mentor, now=now)
    later = sit(people.talent)
    with tx() as session:
        assert results(session)[later] == (65.0, False)
        assert session.exec(select(ScoreChange)).all() == []


def test_another_version_of_the_item_is_left_alone(tx, people, sit, correct) -> None:
    old, new = sit(people.talent), sit(people.peer)
    with tx() as session:
        row = session.exec(
            select(AttemptItem).where(AttemptItem.attempt_id == old, AttemptItem.item_id == FAULTY)
        ).one()
        row.item_version = "v0"
    assert correct()[1] == 1
    with tx() as session:
        assert results(session) == {old: (65.0, False), new: (70.0, True)}
        found = assessments.versions("photography", FAULTY)
        assert {(v.item_version, v.attempts, v.wrong) for v in found} == {
            ("v1", 1, ()), ("v0", 1, ((ALSO_RIGHT, 1),)),
        }  # fmt: skip


def test_void_and_adaptive_attempts_are_left_out(tx, people, track, sit, correct, now) -> None:
    void = sit(people.talent)
    counted = sit(people.outsider)
    with tx():
        examining.void_attempt(void, by_id=people.officer, reason="Listrik padam", now=now)
    made = place(track, selection="adaptive", adaptive=RULES)
    with tx() as session:
        calibrate(made, now)
        adaptive = examining.start_attempt(people.peer, "photography", "theory", now)
        assert adaptive.selection == "adaptive"
        asked = session.exec(select(AttemptItem).where(AttemptItem.attempt_id == adaptive.id)).one()
        adaptive.state, adaptive.score, adaptive.passed = AttemptState.DECIDED, 10.0, False
        adaptive.decided_at, asked.item_id, key = now, FAULTY, adaptive.id
    assert correct(CREDIT)[1] == 1
    with tx() as session:
        assert results(session) == {
            void: (65.0, False), counted: (70.0, True), key: (10.0, False),
        }  # fmt: skip
        assert session.get(Attempt, void).state is AttemptState.VOIDED


def test_only_those_who_answer_for_the_bank_correct_it(tx, people, sit, correct, now) -> None:
    sit(people.talent)
    made, _count = correct()
    strangers = [
        principal(people.other_mentor, "packaging_design"), Principal(people.talent),
        Principal(people.officer, roles=frozenset({Role.HUB_OFFICER})),
    ]  # fmt: skip
    for stranger in strangers:
        with tx(), pytest.raises(errors.NotFound):
            service.propose(WANTED, "x", by=stranger, now=now)
        with tx(), pytest.raises(errors.NotFound):
            service.apply(made, by=stranger, now=now)
    admin = Principal(people.admin, roles=frozenset({Role.ADMIN}))
    assert correct(CREDIT, by=admin)[1] == 0


def test_each_fault_stands_beside_its_field(tx, people, sit, mentor, now) -> None:
    sit(people.talent)
    for change, reason, field in (
        ({}, "  ", "reason"),
        ({}, "x" * 501, "reason"),
        ({"accepted": ()}, "Salah.", "accepted"),
        ({"action": "forget"}, "Salah.", "action"),
    ):
        with tx(), pytest.raises(errors.Invalid) as refused:
            service.propose(replace(WANTED, **change), reason, by=mentor, now=now)
        assert set(refused.value.fields) == {field}
    for change in ({"item_version": "v9"}, {"item_id": "ghost"}):
        with tx(), pytest.raises(errors.NotFound):
            service.propose(replace(WANTED, **change), "Salah.", by=mentor, now=now)


def test_a_pass_by_correction_brings_the_certificate(tx, people, mentor, now) -> None:
    with tx():
        earn.learn(people.talent, now)
        for workshop in ("w1", "w2", "w3"):
            earn.attend(people, people.talent, workshop, now)
            earn.deliver(people, people.talent, workshop, now)
    with tx() as session:
        attempt = examining.start_attempt(people.talent, "photography", "theory", now)
        rows = session.exec(
            select(AttemptItem).where(AttemptItem.attempt_id == attempt.id)
            .order_by(AttemptItem.unit, AttemptItem.position)
        ).all()  # fmt: skip
        points = sum(row.points for row in rows)
        lost, missed = 0.0, []
        for row in rows[::3] + rows[1::3]:  # spread over the units
            if 100 * (points - lost) / points >= attempt.pass_total:
                missed.append(row)
                lost += row.points
        for row in rows:
            if row not in missed:
                response = earn.right_response(row.item)
                examining.save_answer(attempt.id, row.position, response, row.position, now)
        examining.submit_attempt(attempt.id, people.talent, now)
        assert attempt.passed is False
        wanted = examining.Correction(
            "photography", missed[0].item_id, missed[0].item_version, "credit"
        )
        assert not certification.of_person(people.talent, now)
    with tx(mentor):
        made = service.propose(wanted, "Kunci keliru.", by=mentor, now=now)
        assert service.apply(made, by=mentor, now=now) == 1
    with tx():
        assert [c.level for c in certification.of_person(people.talent, now)] == ["foundation"]


def test_a_raised_answer_never_undoes_what_a_correction_left(
    tx, people, sit, correct, mentor, now
) -> None:
    others = {k: v for k, v in SHORT_BY_ONE.items() if k != FAULTY}
    just_passed = sit(people.talent, others)
    correct(DROP)  # 13 of 19 would be less than the mark
    with tx() as session:
        position = position_of(session, just_passed, "PHO-02-know-0")
        examining.rejudge(just_passed, position, 0.25, by_id=mentor.id, now=now)
    with tx() as session:
        assert results(session) == {just_passed: (70.0, True)}


def test_a_changed_result_can_be_objected_to_anew(tx, people, sit, correct, now) -> None:
    raised = sit(people.talent, SHORT_BY_ONE | {"PHO-02-know-2": None})
    same = sit(people.peer, SHORT_BY_ONE | {FAULTY: "payung"})
    correct(at=now + 10 * DAY)
    with tx() as session:
        row = session.get(Attempt, raised)
        assert (row.score, row.passed, row.decided_at) == (65.0, False, now)

    def object_to(attempt: int, person: int, day: int) -> int:
        with tx():
            verdict = assessments.verdict_on(attempt_id=attempt)
            return service.appeal(person, verdict, "Saya benar.", None, now + day * DAY)

    with pytest.raises(errors.Conflict):
        object_to(same, people.peer, 15)
    with pytest.raises(errors.Conflict):
        object_to(raised, people.talent, 25)
    assert object_to(raised, people.talent, 24)
