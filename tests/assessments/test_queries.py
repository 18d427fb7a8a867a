"""What other slices learn about exams and practical work."""

from __future__ import annotations

from datetime import timedelta

import pytest

from sanggar.assessments import attempts, queries, service
from sanggar.assessments.models import Attempt

from .helpers import keys

DAY = timedelta(days=1)


def sit(session, person: int, exam: str, right: int, at) -> Attempt:
    """Take an exam with that many right answers."""
    attempt = attempts.start_attempt(person, "photography", exam, at)
    given = list(keys(session, attempt.id).items())
    for seq, (position, response) in enumerate(given[:right], 1):
        service.save_answer(attempt.id, position, response, seq, at)
    return service.submit_attempt(attempt.id, person, at)


def test_the_best_attempt_is_the_theory_result(tx, people, track, now) -> None:
    with tx() as session:
        sit(session, people.talent, "theory", 20, now)
        sit(session, people.talent, "theory", 4, now + 8 * DAY)
        (found,) = queries.theory_results(people.talent, "photography")
        assert (found.assessment, found.total, found.attempts) == ("theory", 100.0, 2)
        assert found.by_unit == {"PHO-01": 100.0, "PHO-02": 100.0}
        assert queries.theory_results(people.peer, "photography") == ()
        assert queries.theory_results(people.talent, "packaging_design") == ()


def test_an_attempt_with_a_stronger_weakest_unit_is_a_result_too(tx, people, track, now) -> None:
    with tx() as session:
        for offset, total, units in (
            (0, 80.0, {"PHO-01": 100.0, "PHO-02": 40.0}),
            (8, 72.0, {"PHO-01": 80.0, "PHO-02": 60.0}),
            (16, 70.0, {"PHO-01": 80.0, "PHO-02": 55.0}),
        ):
            attempt = sit(session, people.talent, "theory", 1, now + offset * DAY)
            attempt.score, attempt.by_unit = total, units
        found = queries.theory_results(people.talent, "photography")
        assert [r.total for r in found] == [80.0, 72.0]
        assert {r.attempts for r in found} == {3}


def test_course_checks_know_their_course_and_who_passed(tx, people, track, now) -> None:
    with tx() as session:
        assert queries.course_checks()["photography/light"] == ("photography", "light-check")
        sit(session, people.talent, "light-check", 3, now)
        assert queries.courses_checked(people.talent) == frozenset()
        sit(session, people.talent, "light-check", 5, now)
        assert queries.courses_checked(people.talent) == {"photography/light"}
        assert queries.courses_checked(people.peer) == frozenset()


def test_unit_scores_come_from_the_longest_exam(tx, people, track, now) -> None:
    with tx() as session:
        sit(session, people.talent, "theory", 20, now)
        sit(session, people.talent, "light-check", 0, now)
        sit(session, people.peer, "light-check", 5, now)
        found = queries.unit_scores([people.talent, people.peer, people.outsider], "photography")
        assert found == {
            people.talent: {"PHO-01": 100.0, "PHO-02": 100.0},
            people.peer: {"PHO-01": 100.0},
        }
        assert queries.unit_scores([], "photography") == {}


def test_live_and_void_attempts_are_no_evidence(tx, people, track, now) -> None:
    with tx() as session:
        live = attempts.start_attempt(people.talent, "photography", "theory", now)
        running = queries.running(people.talent, now)
        assert running is not None
        assert (running.attempt, running.deadline) == (live.id, now + timedelta(hours=1))
        assert queries.theory_results(people.talent, "photography") == ()
        done = sit(session, people.peer, "theory", 20, now)
        service.void_attempt(done.id, by_id=people.admin, reason="Salah soal", now=now)
        assert queries.theory_results(people.peer, "photography") == ()
        assert queries.unit_scores([people.peer], "photography") == {}
        assert queries.running(people.peer, now) is None


@pytest.mark.parametrize("track_id", ["photography", "gone"])
def test_nothing_shown_is_nothing_found(tx, people, track, track_id) -> None:
    with tx():
        assert queries.assignment_results(people.talent, track_id) == ()
        assert queries.deliverables(people.talent, track_id) == {}
        assert queries.rubric_totals([people.talent], track_id) == {}
