"""Nobody marks somebody they go along with; a workshop's results they may accept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from sanggar import errors
from sanggar.assessments import desk, marking, queries, reading, service
from sanggar.assessments.marking import Marks
from sanggar.assessments.models import AttemptItem, AttemptState, Marking, Recusal, SubmissionFile

from .markers import GOOD, WEAK, appoint, hand_in, mentor

HOUR = timedelta(hours=1)


def test_a_mentees_assignment_is_nowhere_to_be_found(tx, people, track, client, login, now) -> None:
    me = mentor(people.mentor)
    with tx() as session:
        work = hand_in(people.talent, now)
        assert (queries.waiting(me), desk.queue(me, now).total) == (1, 1)
        marking.recuse(me.id, people.talent, now)
        marking.recuse(me.id, people.talent, now)
        assert len(session.exec(select(Recusal)).all()) == 1
        assert (queries.waiting(me), desk.queue(me, now).total) == (0, 0)
        assert queries.oldest_waiting(me) is None
        for verb in (marking.take, marking.give_back):
            with pytest.raises(errors.NotFound):
                verb(me, work, now)
        with pytest.raises(errors.NotFound):
            marking.submit_marks(me, work, Marks(GOOD), now)
        colleague = appoint(people, people.other_mentor, now)
        assert (queries.waiting(colleague), desk.queue(colleague, now).total) == (1, 1)
        file = session.exec(select(SubmissionFile)).one().id
    page = login(client, people.mentor)
    for url in (f"/marking/{work}", f"/files/{file}", f"/files/{file}/page"):
        assert page.get(url, buffered=True).status_code == 404
    for url in ("", "/take", "/give-back", "/anchor"):
        assert page.post(f"/marking/{work}{url}").status_code == 404
    assert "Tidak ada yang menunggu" in page.get("/marking").text


def test_what_a_mentee_brings_from_a_workshop_can_be_accepted(tx, people, track, now) -> None:
    me = mentor(people.mentor)
    with tx():
        marking.recuse(me.id, people.talent, now)
        work = hand_in(people.talent, now, "w1", "workshop")
        assert (queries.waiting(me), desk.queue(me, now).total) == (1, 1)
        assert marking.decide_deliverable(me, work, "accepted", "", now).decision == "accepted"


def test_a_mentees_answer_is_judged_by_somebody_else(tx, people, track, now) -> None:
    me = mentor(people.mentor)
    with tx() as session:
        colleague = appoint(people, people.other_mentor, now)
        attempt = service.start_attempt(people.talent, "photography", "theory", now)
        row = session.exec(select(AttemptItem).where(AttemptItem.position == 1)).one()
        attempt.state, attempt.live_key, row.needs_human = AttemptState.REVIEW, None, True
        session.flush()
        assert len(reading.to_judge(me.tracks, me.id)) == 1
        marking.recuse(me.id, people.talent, now)
        assert reading.to_judge(me.tracks, me.id) == []
        with pytest.raises(errors.NotFound):
            service.judge_item(me, row.id, 1.0, "", now)
        assert len(reading.to_judge(me.tracks, colleague.id)) == 1
        service.judge_item(colleague, row.id, 1.0, "", now)


def test_a_recusal_that_comes_later_takes_the_work_away(tx, people, track, now) -> None:
    me = mentor(people.mentor)
    with tx() as session:
        work = hand_in(people.talent, now)
        marking.save_marks(me, work, Marks({"light": 2}), now)
        marking.recuse(me.id, people.talent, now)
        with pytest.raises(errors.NotFound):
            marking.submit_marks(me, work, Marks(GOOD), now)
        colleague = appoint(people, people.other_mentor, now)
        # the lock of two hours runs out, and somebody else takes it
        with pytest.raises(errors.Conflict):
            marking.take(colleague, work, now + HOUR)
        marking.submit_marks(colleague, work, Marks(GOOD), now + 3 * HOUR)
        assert session.exec(select(Marking.total)).all() == [None, 90.0]


@pytest.mark.parametrize(
    ("second", "third"),
    [
        ({**GOOD, "technical": 3}, True),  # one level on a critical criterion, 80 against 90
        ({**GOOD, "light": 2}, False),  # one level elsewhere, 80 against 90
        ({**GOOD, "light": 1}, True),  # 20 points
        (WEAK, True),
    ],
)
def test_a_third_marker_comes_when_the_first_two_are_apart(
    tx, people, track, now, second, third
) -> None:
    with tx():
        work = hand_in(people.talent, now, "product-set")
        marking.submit_marks(mentor(people.mentor), work, Marks(GOOD), now)
        row = marking.submit_marks(
            appoint(people, people.other_mentor, now), work, Marks(second), now
        )
        assert (row.needed, row.decision == "") == (3 if third else 2, third)
        assert desk.queue(appoint(people, people.admin, now), now).total == int(third)
