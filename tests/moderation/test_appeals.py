"""Objections: within 14 days, one for each result, decided by somebody who had no part in it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select
from tests.assessments.test_marking import GOOD, WEAK, files
from tests.moderation.conftest import SHORT_BY_ONE, granted, position_of, principal

from sanggar import errors
from sanggar.assessments import marking, submissions
from sanggar.assessments import queries as assessments
from sanggar.assessments import service as examining
from sanggar.assessments.marking import Marks
from sanggar.assessments.models import (
    Attempt,
    AttemptItem,
    AttemptState,
    Submission,
    SubmissionState,
)
from sanggar.kernel.access import Principal
from sanggar.kernel.models import EventRecord
from sanggar.moderation import queries, service
from sanggar.moderation.models import Appeal, AppealState
from sanggar.notifications.models import Notification

DAY = timedelta(days=1)
MIDDLING = {"technical": 3, "light": 3, "notes": 2}


@pytest.fixture
def object_to(tx, now):
    """`object_to(person, attempt_id=…)` files an objection and returns its id."""

    def do(
        person_id: int, position: int | None = None, at=now, text="Saya benar.", **result
    ) -> int:
        with tx():
            verdict = assessments.verdict_on(**result)
            return service.appeal(person_id, verdict, text, position, at)

    return do


@pytest.fixture
def work(tx, people, track, mentor, now) -> int:
    """Work that one marker found not yet competent."""
    with tx():
        handed = submissions.hand_in(
            people.talent, "photography", "assignment", "quick", now=now, files=files()
        )
        marking.submit_marks(mentor, handed.id or 0, Marks(WEAK), now)
        return handed.id or 0


def told(session, person_id: int) -> list[str]:
    rows = session.exec(select(Notification).where(Notification.person_id == person_id)).all()
    return [row.subject for row in rows]


def test_day_14_is_heard_and_day_15_is_not(tx, people, sit, object_to, now) -> None:
    one, two = sit(people.talent), sit(people.peer)
    assert object_to(people.talent, attempt_id=one, at=now + 14 * DAY)
    with pytest.raises(errors.Conflict):
        object_to(people.peer, attempt_id=two, at=now + 15 * DAY)
    with tx() as session:
        assert len(session.exec(select(Appeal)).all()) == 1


def test_objecting_twice_is_one_objection(tx, people, sit, object_to, now) -> None:
    attempt = sit(people.talent)
    first = object_to(people.talent, attempt_id=attempt)
    assert object_to(people.talent, 3, attempt_id=attempt, text="Lagi.") == first
    assert object_to(people.talent, attempt_id=attempt, at=now + 20 * DAY) == first
    with tx() as session:
        assert session.exec(select(Appeal)).one().text == "Saya benar."


def test_nobody_objects_to_anothers_or_an_undecided_result(people, sit, object_to) -> None:
    attempt, live = sit(people.talent), sit(people.peer, submit=False)
    with pytest.raises(errors.NotFound):
        object_to(people.peer, attempt_id=attempt)
    with pytest.raises(errors.Conflict):
        object_to(people.peer, attempt_id=live)
    with pytest.raises(errors.NotFound):
        object_to(people.peer, attempt_id=9999)


def test_an_objection_says_why(people, sit, object_to) -> None:
    attempt = sit(people.talent)
    for text in ("", " \n ", "x" * 2001):
        with pytest.raises(errors.Invalid) as refused:
            object_to(people.talent, attempt_id=attempt, text=text)
        assert set(refused.value.fields) == {"text"}


def test_an_objection_is_about_a_question_that_was_asked(tx, people, sit, object_to) -> None:
    attempt = sit(people.talent)
    for asked, kept in ((0, None), (21, None), (-1, None), (20, 20)):
        made = object_to(people.talent, asked, attempt_id=attempt)
        with tx() as session:
            row = session.get(Appeal, made)
            assert row.position == kept
            session.delete(row)


# -- who decides ------------------------------------------------------------------------------


def test_who_had_a_part_does_not_decide(tx, people, sit, object_to, mentor, colleague, now) -> None:
    attempt = sit(people.talent)
    appeal = object_to(people.talent, attempt_id=attempt)
    friend = granted(tx, people, people.client, now)
    own = Principal(people.talent, roles=mentor.roles, tracks=mentor.tracks)
    with tx() as session:
        examining.recuse(friend.id, people.talent, now)
        item = session.exec(select(AttemptItem).where(AttemptItem.attempt_id == attempt)).first()
        item.graded_by_id = mentor.id
    elsewhere = principal(people.other_mentor, "packaging_design")
    for person in (mentor, friend, own, elsewhere, Principal(people.officer)):
        with tx(), pytest.raises(errors.NotFound):
            service.decide(appeal, False, "Tetap.", 1.0, by=person, now=now)
        with tx(), pytest.raises(errors.NotFound):
            queries.appeal_for(appeal, person)
    with tx():
        assert [queries.waiting(one) for one in (colleague, own, elsewhere)] == [1, 0, 0]
        assert (
            service.decide(appeal, False, "Tetap.", 1.0, by=colleague, now=now).answer == "Tetap."
        )
        assert queries.waiting(colleague) == 0


def test_a_marker_does_not_decide_on_their_own_marks(
    tx, people, work, object_to, mentor, colleague, now
) -> None:
    appeal = object_to(people.talent, submission_id=work)
    with tx(), pytest.raises(errors.NotFound):
        service.decide(appeal, True, "Ya.", 1.0, by=mentor, now=now)
    with tx():
        row, verdict = queries.appeal_for(appeal, colleague)
        assert (row.id, verdict.involved, verdict.size) == (appeal, frozenset({mentor.id}), 0)


# -- what follows -----------------------------------------------------------------------------


def test_an_upheld_answer_earns_its_share_and_the_result_is_added_up(
    tx, people, sit, object_to, mentor, now
) -> None:
    attempt = sit(people.talent)
    with tx() as session:
        position = position_of(session, attempt, "PHO-02-know-0")
    appeal = object_to(people.talent, position, attempt_id=attempt)
    later = now + DAY
    with tx(mentor):
        service.decide(appeal, True, "Anda benar.", 1.0, by=mentor, now=later)
    with tx(mentor):
        service.decide(appeal, False, "Salah pencet.", 1.0, by=mentor, now=later)
        assert queries.appeal_for(appeal, mentor)[0].answer == "Anda benar."
    with tx() as session:
        row = session.get(Attempt, attempt)
        assert (row.score, row.passed, row.decided_at) == (70.0, True, later)
        assert row.by_unit == {"PHO-01": 50.0, "PHO-02": 90.0}
        decided = session.get(Appeal, appeal)
        assert (decided.state, decided.decided_by_id, decided.decided_at) == (
            AppealState.UPHELD, mentor.id, later,
        )  # fmt: skip
        events = session.exec(select(EventRecord).where(EventRecord.kind == "AppealDecided")).all()
        assert [event.data["upheld"] for event in events] == [True]
        assert told(session, people.talent).count("Keberatan Anda dikabulkan") == 1
        assert "Hasil ujian" in told(session, people.talent)


def test_a_part_of_the_points_is_added_and_never_taken(
    tx, people, sit, object_to, mentor, now
) -> None:
    attempt = sit(people.talent, {})
    appeal = object_to(people.talent, 1, attempt_id=attempt)
    with tx(mentor):
        service.decide(appeal, True, "Sebagian.", 0.25, by=mentor, now=now)
    with tx() as session:
        assert session.get(Attempt, attempt).score == 100.0
    low = sit(people.peer)
    with tx() as session:
        position = position_of(session, low, "PHO-02-know-0")
    appeal = object_to(people.peer, position, attempt_id=low)
    with tx(mentor):
        service.decide(appeal, True, "Separuh.", 0.5, by=mentor, now=now)
    with tx() as session:
        row = session.get(Attempt, low)
        assert (row.score, row.passed, row.decided_at) == (67.5, False, now)


def test_an_attempt_that_was_not_passed_does_not_count(
    tx, people, sit, object_to, mentor, now
) -> None:
    attempt = sit(people.talent)
    appeal = object_to(people.talent, attempt_id=attempt)
    with tx(mentor):
        service.decide(appeal, True, "Listrik padam.", 0.0, by=mentor, now=now)
    with tx() as session:
        assert session.get(Attempt, attempt).state is AttemptState.VOIDED
        assert examining.start_attempt(people.talent, "photography", "theory", now).id != attempt


def test_a_pass_stays_a_pass_when_the_whole_is_objected_to(
    tx, people, sit, object_to, mentor, now
) -> None:
    attempt = sit(people.talent, {})
    appeal = object_to(people.talent, attempt_id=attempt)
    with tx(mentor):
        service.decide(appeal, True, "Baik.", 0.0, by=mentor, now=now)
    with tx() as session:
        row = session.get(Attempt, attempt)
        assert (row.state, row.passed, row.score) == (AttemptState.DECIDED, True, 100.0)


def test_rejected_changes_nothing_and_is_told(tx, people, sit, object_to, mentor, now) -> None:
    attempt = sit(people.talent)
    appeal = object_to(people.talent, 1, attempt_id=attempt)
    with tx() as session:
        before = session.get(Attempt, attempt).model_dump()
        answers = [row.model_dump() for row in session.exec(select(AttemptItem)).all()]
    with tx(mentor):
        service.decide(appeal, False, "Kuncinya benar.", 1.0, by=mentor, now=now)
    with tx() as session:
        assert session.get(Attempt, attempt).model_dump() == before
        assert [row.model_dump() for row in session.exec(select(AttemptItem)).all()] == answers
        assert session.get(Appeal, appeal).state is AppealState.REJECTED
        assert "Keberatan Anda sudah ditinjau" in told(session, people.talent)


def reopened(tx, people, work, object_to, judge, now) -> None:
    appeal = object_to(people.talent, submission_id=work)
    with tx(judge):
        service.decide(appeal, True, "Perlu penilai lain.", 1.0, by=judge, now=now)


def test_upheld_work_gets_one_more_marker_and_all_marks_count(
    tx, people, work, object_to, mentor, colleague, now
) -> None:
    reopened(tx, people, work, object_to, colleague, now)
    with tx() as session:
        row = session.get(Submission, work)
        assert (row.state, row.needed) == (SubmissionState.SUBMITTED, 2)
        assert (assessments.waiting(mentor), assessments.waiting(colleague)) == (0, 1)
        (before,) = assessments.assignment_results(people.talent, "photography")
        assert (before.competent, before.markers) == (False, 1)
        marking.submit_marks(colleague, work, Marks(dict.fromkeys(GOOD, 4)), now + DAY)
    with tx() as session:
        row = session.get(Submission, work)
        assert (row.state, row.decision, row.total) == (SubmissionState.DECIDED, "competent", 82.5)
        assert row.levels == {"technical": 3.0, "light": 3.5, "notes": 3.5}
        (after,) = assessments.assignment_results(people.talent, "photography")
        assert (after.competent, after.markers, after.total) == (True, 2, 82.5)
        assert told(session, people.talent).count("Hasil kerja Anda sudah dinilai") == 2


def test_looking_again_never_makes_work_worse(
    tx, people, track, object_to, mentor, colleague, now
) -> None:
    with tx():
        work = submissions.hand_in(
            people.talent, "photography", "assignment", "quick", now=now, files=files()
        ).id
        marking.submit_marks(mentor, work, Marks(GOOD), now)
    reopened(tx, people, work, object_to, colleague, now)
    with tx():
        (meanwhile,) = assessments.assignment_results(people.talent, "photography")
        assert (meanwhile.competent, meanwhile.total) == (True, 90.0)
        assert assessments.rubric_totals([people.talent], "photography") == {people.talent: 90.0}
        marking.submit_marks(colleague, work, Marks(WEAK), now + DAY)
    with tx() as session:
        row = session.get(Submission, work)
        assert (row.state, row.decision, row.total, row.decided_at) == (
            SubmissionState.DECIDED, "competent", 90.0, now,
        )  # fmt: skip
        (after,) = assessments.assignment_results(people.talent, "photography")
        assert after == meanwhile
        assert after.levels == {"technical": 4.0, "light": 3.0, "notes": 4.0}
        assert told(session, people.talent).count("Hasil kerja Anda sudah dinilai") == 2


def test_what_came_out_of_a_workshop_is_accepted_at_once(
    tx, people, track, object_to, mentor, colleague, now
) -> None:
    with tx():
        work = submissions.hand_in(
            people.talent, "photography", "workshop", "w1", now=now, files=files()
        ).id
        marking.decide_deliverable(mentor, work, "returned", "Ulangi.", now)
    reopened(tx, people, work, object_to, colleague, now)
    with tx() as session:
        row = session.get(Submission, work)
        assert (row.state, row.decision) == (SubmissionState.DECIDED, "accepted")
        assert assessments.deliverables(people.talent, "photography") == {"w1": "accepted"}


def test_each_fault_of_a_decision_stands_beside_its_field(
    tx, people, sit, object_to, mentor, now
) -> None:
    attempt = sit(people.talent, SHORT_BY_ONE)
    appeal = object_to(people.talent, 1, attempt_id=attempt)
    for upheld, answer, share, field in (
        (True, "", 1.0, "answer"),
        (False, "x" * 2001, 1.0, "answer"),
        (True, "Ya.", 0.3, "share"),
        (True, "Ya.", 0.0, "share"),
    ):
        with tx(), pytest.raises(errors.Invalid) as refused:
            service.decide(appeal, upheld, answer, share, by=mentor, now=now)
        assert set(refused.value.fields) == {field}
