"""Choosing, reading and judging oneself: nothing is lost, nothing counts twice."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlmodel import select
from tests.conftest import Transaction

from sanggar import errors
from sanggar.catalogue import queries as catalogue
from sanggar.kernel.models import EventRecord
from sanggar.learning import queries, service
from sanggar.programme import queries as programme

COURSE = "photography/exposure-triangle"


def read_all(person_id: int, slug: str, now: datetime) -> None:
    for lesson in catalogue.course(slug).lessons:
        service.complete_lesson(person_id, slug, lesson.slug, now=now)


def kinds(session: object, person_id: int) -> list[str]:
    rows = session.exec(  # type: ignore[attr-defined]
        select(EventRecord.kind).where(EventRecord.person_id == person_id).order_by(EventRecord.id)
    )
    return [kind for kind in rows if kind in ("LessonCompleted", "CourseCompleted", "SelfAssessed")]


def test_a_track_is_chosen_once(tx: Transaction, people: SimpleNamespace, now: datetime) -> None:
    with tx():
        assert service.choose_track(people.talent, "photography", now=now)
        assert not service.choose_track(people.talent, "photography", now=now + timedelta(days=1))
    with tx():
        assert queries.chosen(people.talent) == ["photography"]
        assert queries.chosen(people.peer) == []


def test_the_latest_choice_comes_first(
    tx: Transaction, people: SimpleNamespace, now: datetime
) -> None:
    with tx():
        service.choose_track(people.talent, "photography", now=now)
        service.choose_track(people.talent, "packaging_design", now=now + timedelta(days=1))
        assert queries.chosen(people.talent) == ["packaging_design", "photography"]


@pytest.mark.parametrize("track", ["weaving", "shared", ""])
def test_tracks_that_are_not_offered_cannot_be_chosen(
    tx: Transaction, people: SimpleNamespace, now: datetime, track: str
) -> None:
    with pytest.raises(errors.NotFound), tx():
        service.choose_track(people.talent, track, now=now)


def test_a_lesson_counts_once_and_the_course_after_its_last(
    tx: Transaction, people: SimpleNamespace, now: datetime
) -> None:
    with tx() as session:
        read_all(people.talent, COURSE, now)
        read_all(people.talent, COURSE, now + timedelta(hours=1))
        assert kinds(session, people.talent) == ["LessonCompleted"] * 3 + ["CourseCompleted"]
        assert queries.courses_read(people.talent) == {COURSE}
        assert queries.courses_read(people.peer) == frozenset()


def test_the_first_lesson_makes_an_applicant_a_participant(
    tx: Transaction, people: SimpleNamespace, now: datetime
) -> None:
    with tx():
        service.complete_lesson(people.talent, COURSE, "counting-in-stops", now=now)
    with tx():
        row = programme.enrolment(people.talent)
        assert row is not None
        assert row.stage == "participant"


def test_a_position_is_kept_until_the_lesson_is_done(
    tx: Transaction, people: SimpleNamespace, now: datetime
) -> None:
    with tx():
        service.remember_position(people.talent, COURSE, "counting-in-stops", "h-coba", now=now)
        assert queries.position(people.talent, COURSE, "counting-in-stops") == "h-coba"
        found = queries.latest(people.talent)
        assert found is not None
        assert (found[1].slug, found[2]) == ("counting-in-stops", "h-coba")
        service.complete_lesson(people.talent, COURSE, "counting-in-stops", now=now)
        assert queries.latest(people.talent) is None


@pytest.mark.parametrize("position", ["", "x" * 200, "<b>", "a b"])
@pytest.mark.once
def test_a_place_that_cannot_be_is_refused(
    tx: Transaction, people: SimpleNamespace, now: datetime, position: str
) -> None:
    with pytest.raises(errors.Invalid), tx():
        service.remember_position(people.talent, COURSE, "counting-in-stops", position, now=now)


def test_the_next_lesson_is_the_one_begun_last(
    tx: Transaction, people: SimpleNamespace, now: datetime
) -> None:
    with tx():
        first = queries.next_lesson(people.talent, "photography")
        assert first is not None
        assert first[0].slug == "shared/freelancing-basics"
        service.remember_position(people.talent, COURSE, "choosing-the-trade", "h-a", now=now)
        begun = queries.next_lesson(people.talent, "photography")
        assert begun is not None
        assert begun[1].slug == "choosing-the-trade"


def test_a_self_assessment_is_saved_in_parts_and_complete_once(
    tx: Transaction, people: SimpleNamespace, now: datetime
) -> None:
    units = [unit.id for unit in _units(tx)]
    with tx() as session:
        assert not service.save_self_assessment(
            people.talent, "photography", {units[0]: {"can": True, "note": "EXIF"}}, now=now
        )
        assert not queries.self_assessed(people.talent, "photography")
        rest = {unit: {"can": False, "note": ""} for unit in units[1:]}
        assert service.save_self_assessment(people.talent, "photography", rest, now=now)
        assert service.save_self_assessment(people.talent, "photography", rest, now=now)
        assert kinds(session, people.talent) == ["SelfAssessed"]
    with tx():
        saved = queries.self_assessment(people.talent, "photography")
        assert saved.ratings[units[0]] == {"can": True, "note": "EXIF"}
        assert queries.self_assessed(people.talent, "photography")
        assert not queries.self_assessed(people.talent, "packaging_design")


def _units(tx: Transaction) -> list[object]:
    with tx():
        return list(catalogue.track("photography").units)


def test_unknown_units_and_long_notes_are_refused(
    tx: Transaction, people: SimpleNamespace, now: datetime
) -> None:
    with pytest.raises(errors.Invalid), tx():
        service.save_self_assessment(people.talent, "photography", {"X": {"can": True}}, now=now)
    with pytest.raises(errors.Invalid) as refused, tx():
        service.save_self_assessment(
            people.talent, "photography", {"PHO-01": {"can": True, "note": "x" * 501}}, now=now
        )
    assert "note-PHO-01" in refused.value.fields
    with tx():
        assert queries.self_assessment(people.talent, "photography").ratings == {}
