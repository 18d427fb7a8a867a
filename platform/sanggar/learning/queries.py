"""What a person has read and judged. Progress is read once a request, whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g
from sqlalchemy import and_, bindparam, select
from sqlmodel import col

from sanggar.catalogue import queries as catalogue
from sanggar.catalogue.queries import Course, Lesson
from sanggar.kernel import db
from sanggar.learning import rules
from sanggar.learning.models import LessonProgress, SelfAssessment, TrackChoice


@dataclass(frozen=True)
class LessonState:
    """Where somebody is in one lesson."""

    course: str
    lesson: str
    touched_at: datetime
    completed_at: datetime | None
    position: str


@dataclass(frozen=True)
class Judgement:
    """A self-assessment: unit id -> {"can": bool, "note": str}."""

    ratings: dict[str, Any]
    saved_at: datetime | None = None
    completed_at: datetime | None = None


#: built once: these two run on nearly every page of somebody who learns
_CHOICES = (
    select(col(TrackChoice.track), col(SelfAssessment.completed_at))
    .outerjoin(
        SelfAssessment,
        and_(
            col(SelfAssessment.person_id) == col(TrackChoice.person_id),
            col(SelfAssessment.track) == col(TrackChoice.track),
        ),
    )
    .where(col(TrackChoice.person_id) == bindparam("person"))
    .order_by(col(TrackChoice.chosen_at).desc(), col(TrackChoice.id).desc())
)
_STATES = (
    select(
        col(LessonProgress.course), col(LessonProgress.lesson), col(LessonProgress.touched_at),
        col(LessonProgress.completed_at), col(LessonProgress.position),
    )
    .where(col(LessonProgress.person_id) == bindparam("person"))
    .order_by(col(LessonProgress.touched_at).desc(), col(LessonProgress.id).desc())
)  # fmt: skip


def chosen(person_id: int) -> list[str]:
    """Return the tracks somebody is on, the latest first."""
    return list(_choices(person_id))


def _choices(person_id: int) -> dict[str, bool]:
    """Return chosen track -> whether its self-assessment is complete; one statement a request."""
    cached: tuple[int, dict[str, bool]] | None = g.get("learning_choices")
    if cached is None or cached[0] != person_id:
        rows = db.rows(_CHOICES, person=person_id)
        cached = (person_id, {track: completed is not None for track, completed in rows})
        g.learning_choices = cached
    return cached[1]


def states(person_id: int) -> list[LessonState]:
    """Return everything somebody has begun or done, the latest first."""
    cached: tuple[int, list[LessonState]] | None = g.get("learning_states")
    if cached is None or cached[0] != person_id:
        rows = db.rows(_STATES, person=person_id)
        cached = (person_id, [LessonState(*row) for row in rows])
        g.learning_states = cached
    return cached[1]


def forget() -> None:
    """Drop what this request has read, because it has just changed."""
    g.pop("learning_states", None)
    g.pop("learning_choices", None)


def lessons_done(person_id: int) -> dict[str, set[str]]:
    """Return course -> lessons done."""
    done: dict[str, set[str]] = {}
    for state in states(person_id):
        if state.completed_at is not None:
            done.setdefault(state.course, set()).add(state.lesson)
    return done


def courses_read(person_id: int) -> frozenset[str]:
    """Return the courses of which every lesson is done."""
    known = catalogue.all_courses()
    return frozenset(
        slug
        for slug, done in lessons_done(person_id).items()
        if slug in known and rules.is_read(known[slug], done)
    )


def position(person_id: int, course: str, lesson: str) -> str:
    """Return the heading somebody reached in a lesson, empty when there is none."""
    for state in states(person_id):
        if (state.course, state.lesson) == (course, lesson):
            return state.position
    return ""


def latest(person_id: int) -> tuple[Course, Lesson, str] | None:
    """Return the lesson somebody began last and has not finished, with the heading they reached."""
    known = catalogue.all_courses()
    for state in states(person_id):
        course = known.get(state.course)
        lesson = course.lesson(state.lesson) if course else None
        if course and lesson and state.completed_at is None:
            return course, lesson, state.position
    return None


def next_lesson(person_id: int, track_id: str) -> tuple[Course, Lesson] | None:
    """Return the lesson to read next on a track: the one begun last, else the first not done."""
    path = catalogue.path_of(catalogue.track(track_id))
    begun = {course.slug: course for course in path}
    for state in states(person_id):
        course = begun.get(state.course)
        lesson = course.lesson(state.lesson) if course else None
        if course and lesson and state.completed_at is None:
            return course, lesson
    return rules.next_along(path, lessons_done(person_id))


def self_assessment(person_id: int, track_id: str) -> Judgement:
    """Return what somebody has judged so far, an empty judgement when nothing yet."""
    statement = select(
        col(SelfAssessment.ratings), col(SelfAssessment.saved_at), col(SelfAssessment.completed_at)
    ).where(col(SelfAssessment.person_id) == person_id, col(SelfAssessment.track) == track_id)
    row = db.session().execute(statement).first()
    return Judgement(*row) if row else Judgement({})


def self_assessed(person_id: int, track_id: str) -> bool:
    """Return whether the self-assessment of a track is complete."""
    known = _choices(person_id)
    if track_id in known:
        return known[track_id]
    statement = select(col(SelfAssessment.id)).where(
        col(SelfAssessment.person_id) == person_id,
        col(SelfAssessment.track) == track_id,
        col(SelfAssessment.completed_at).is_not(None),
    )
    return db.session().execute(statement).first() is not None
