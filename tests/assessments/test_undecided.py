"""Adaptive exams too close to the mark: a mentor decides, with words that are kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select
from tests.conftest import NOW

from sanggar import errors
from sanggar.assessments import marking, queries, service, undecided
from sanggar.assessments.models import AssessmentLog, Attempt, AttemptItem, AttemptState
from sanggar.kernel.access import Principal
from sanggar.kernel.models import EventRecord
from sanggar.plugin.evidence import Evidence
from sanggar.plugin.requirements import Names, Theory

from .conftest import place
from .markers import TRACK, appoint, mentor
from .test_adaptive import RULES, calibrate


@pytest.fixture
def exam(tx, people, track, now) -> int:
    """An exam at 68 of 70 that the adaptive test could not decide."""
    with tx() as session:
        row = service.start_attempt(people.talent, TRACK, "theory", now)
        row.state, row.live_key, row.selection = AttemptState.REVIEW, None, "adaptive"
        row.score, row.ability, row.ability_error, row.submitted_at = 68.0, 0.1, 0.4, now
        row.by_unit = {"PHO-01": 66.0, "PHO-02": 70.0}
        for item in session.exec(select(AttemptItem)):
            item.share, item.correct = 0.0, False
        return row.id or 0


def test_a_mentor_reads_the_questions_and_decides_with_a_reason(
    exam, app, client, login, people, tx
) -> None:
    page = login(client, people.mentor)
    assert "terlalu dekat" in page.get("/marking").text
    url = f"/marking/exams/{exam}"
    shown = page.get(url).text
    assert "68 dari 100" in shown and "batas 70" in shown and shown.count("<details") == 20
    for typed, words in (
        ({"note": "Bercakap lama."}, "Pilih salah satu pilihan."),
        ({"verdict": "maybe", "note": "Bercakap lama."}, "Bercakap lama."),
        ({"verdict": "pass", "note": " "}, "Tuliskan dasar keputusan Anda"),
        ({"verdict": "pass", "note": "x" * 1001}, "x" * 1001),
    ):
        refused = page.post(url, data=typed)
        assert refused.status_code == 422
        assert words in refused.text
    done = page.post(url, data={"verdict": "pass", "note": "Menjelaskan tiga soal dengan benar."})
    assert done.location == "/marking"
    assert page.get(url).status_code == 404
    with tx() as session:
        row = session.get(Attempt, exam)
        assert (row.state, row.passed, row.score) == (AttemptState.DECIDED, True, 68.0)
        assert row.by_unit == {"PHO-01": 66.0, "PHO-02": 70.0}
        kept = session.exec(select(AssessmentLog).where(AssessmentLog.kind == "cleared")).one()
        assert kept.data["note"] == "Menjelaskan tiga soal dengan benar."
        told = session.exec(select(EventRecord).where(EventRecord.kind == "AttemptGraded")).one()
        assert told.data["passed"] is True
    talent = login(app.test_client(), people.talent)
    assert "68 dari 100" in talent.get(f"/attempts/{exam}/result").text
    assert "Menjelaskan tiga soal" not in talent.get(f"/attempts/{exam}/log").text


def counts(person_id: int) -> bool:
    """Return whether the way to a certificate holds the exam for passed."""
    shown = Evidence(track=TRACK, now=NOW, theory=queries.theory_results(person_id, TRACK))
    return Theory(need="theory", assessment="theory", total=70).evaluate(shown, Names()).met


@pytest.mark.parametrize(("score", "verdict"), [(68.0, "pass"), (72.0, "not_yet")])
def test_the_decision_counts_and_not_the_score_it_was_made_about(
    exam, tx, people, now, score, verdict
) -> None:
    with tx() as session:
        session.get(Attempt, exam).score = score
        undecided.decide(mentor(people.mentor), exam, verdict, "Bercakap lama.", now)
    with tx() as session:
        assert counts(people.talent) is (verdict == "pass")
        # a later attempt that misses the mark takes nothing away
        later = service.start_attempt(people.talent, TRACK, "theory", now + timedelta(days=30))
        later.state, later.live_key = AttemptState.DECIDED, None
        later.score, later.passed, later.decided_at = 69.0, False, now + timedelta(days=30)
        later.by_unit = {"PHO-01": 69.0, "PHO-02": 69.0}
        session.flush()
        assert counts(people.talent) is (verdict == "pass")


def test_whoever_decided_has_a_part_in_the_result(exam, tx, people, now) -> None:
    with tx():
        assert queries.verdict_on(attempt_id=exam).involved == frozenset()
        undecided.decide(mentor(people.mentor), exam, "not_yet", "Bercakap lama.", now)
    with tx():  # and so does not decide on an objection to it
        assert queries.verdict_on(attempt_id=exam).involved == {people.mentor}


def test_only_a_mentor_of_the_track_without_a_part_decides(exam, tx, people, now) -> None:
    me = mentor(people.mentor)
    own = Principal(people.talent, roles=me.roles, tracks=me.tracks)
    with tx() as session:
        colleague = appoint(people, people.other_mentor, now)
        assert [one.id for one in undecided.waiting(me)] == [exam]
        marking.recuse(me.id, people.talent, now)
        for person in (me, own, mentor(people.client, "packaging_design"), Principal(people.admin)):
            assert undecided.waiting(person) == []
            with pytest.raises(errors.NotFound):
                undecided.decide(person, exam, "pass", "Ya.", now)
        undecided.decide(colleague, exam, "not_yet", "Belum.", now)
        undecided.decide(colleague, exam, "pass", "Salah pencet.", now)
        assert session.get(Attempt, exam).passed is False


def test_an_answer_that_waits_for_a_person_comes_first(exam, tx, people, now) -> None:
    me = mentor(people.mentor)
    with tx() as session:
        row = session.exec(select(AttemptItem).where(AttemptItem.position == 2)).one()
        row.needs_human = True
        session.flush()
        assert undecided.waiting(me) == []
        with pytest.raises(errors.NotFound):
            undecided.one(me, exam)


def test_an_answer_raised_later_never_undoes_what_a_mentor_decided(tx, people, track, now) -> None:
    made = place(track, selection="adaptive", adaptive=RULES)
    with tx() as session:
        calibrate(made, now)
        row = service.start_attempt(people.talent, TRACK, "theory", now)
        assert row.selection == "adaptive"
        service.submit_attempt(row.id, people.talent, now)
        row.state, row.score, row.passed = AttemptState.DECIDED, 68.0, True
        row.by_unit, row.decided_at = {"PHO-01": 90.0}, now
        session.flush()
        service.rejudge(row.id, 1, 1.0, by_id=people.mentor, now=now)
        assert (row.state, row.passed, row.score >= 68.0) == (AttemptState.DECIDED, True, True)
        assert row.by_unit["PHO-01"] == 90.0
