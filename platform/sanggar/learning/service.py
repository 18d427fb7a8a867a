"""Choosing a track, reading lessons to their end, judging oneself. Sending anything twice does no harm."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from sanggar import errors
from sanggar.catalogue import queries as catalogue
from sanggar.kernel import db, events
from sanggar.kernel.i18n import _
from sanggar.kernel.models import Table
from sanggar.learning import queries, rules
from sanggar.learning.models import LessonProgress, SelfAssessment, TrackChoice
from sanggar.plugin.events import CourseCompleted, LessonCompleted, SelfAssessed

Row = TypeVar("Row", bound=Table)


def choose_track(person_id: int, track_id: str, *, now: datetime) -> bool:
    """Put a talent on a track; return whether that is new."""
    catalogue.listed_track(track_id)
    _row, new = _get_or_add(
        TrackChoice(person_id=person_id, track=track_id, chosen_at=now), "person_id", "track"
    )
    queries.forget()
    return new


def complete_lesson(person_id: int, course: str, lesson: str, *, now: datetime) -> bool:
    """Note that a lesson was read to its end; return whether that is new."""
    found, _part = catalogue.lesson(course, lesson)
    row = _progress(person_id, course, lesson, now)
    if row.completed_at is not None:
        return False
    row.completed_at = row.touched_at = now
    row.position = ""
    db.flush()
    queries.forget()
    events.emit(LessonCompleted(at=now, person=person_id, course=course, lesson=lesson))
    if rules.is_read(found, queries.lessons_done(person_id).get(course, set())):
        events.emit(CourseCompleted(at=now, person=person_id, course=course))
    return True


def remember_position(
    person_id: int, course: str, lesson: str, position: str, *, now: datetime
) -> None:
    """Keep the heading somebody has reached."""
    catalogue.lesson(course, lesson)
    if not rules.is_position(position):
        raise errors.Invalid(_("That place is not in this lesson."))
    row = _progress(person_id, course, lesson, now)
    row.position = position
    row.touched_at = now
    db.flush()
    queries.forget()


def save_self_assessment(
    person_id: int, track_id: str, ratings: Mapping[str, Mapping[str, Any]], *, now: datetime
) -> bool:
    """Save own judgements on units; return whether all units of the track are judged now.

    `ratings` maps unit ids to {"can": bool, "note": str}; units left out keep what was saved.
    """
    track = catalogue.listed_track(track_id)
    known = {unit.id for unit in track.units}
    row, _new = _get_or_add(
        SelfAssessment(person_id=person_id, track=track_id, saved_at=now), "person_id", "track"
    )
    merged = {unit: value for unit, value in row.ratings.items() if unit in known}
    for unit, rating in ratings.items():
        if unit not in known:
            raise errors.Invalid(_("This unit is not part of the track."))
        note = str(rating.get("note", ""))
        if len(note) > rules.MAX_NOTE:
            raise errors.Invalid(
                _("At most %(limit)s characters.", limit=rules.MAX_NOTE),
                fields={f"note-{unit}": _("At most %(limit)s characters.", limit=rules.MAX_NOTE)},
            )
        merged[unit] = {"can": rating.get("can"), "note": note}
    row.ratings = merged
    row.saved_at = now
    complete = rules.is_judged(merged, known)
    if complete and row.completed_at is None:
        row.completed_at = now
        db.flush()
        queries.forget()
        events.emit(SelfAssessed(at=now, person=person_id, track=track_id))
    db.flush()
    return complete


def _progress(person_id: int, course: str, lesson: str, now: datetime) -> LessonProgress:
    row, _new = _get_or_add(
        LessonProgress(
            person_id=person_id, course=course, lesson=lesson, started_at=now, touched_at=now
        ),
        "person_id", "course", "lesson",
    )  # fmt: skip
    return row


def _get_or_add(row: Row, *keys: str) -> tuple[Row, bool]:
    """Return the stored row with the same keys, held until the end, or this one, added.

    Two requests may come at the same moment: the unique constraint decides, the other reads.
    """
    model = type(row)
    same = [col(getattr(model, key)) == getattr(row, key) for key in keys]
    statement = select(model).where(*same).with_for_update()
    found = db.session().exec(statement).first()
    if found is None:
        try:
            with db.session().begin_nested():
                db.session().add(row)
        except IntegrityError:
            found = db.session().exec(statement).first()
            if found is None:
                raise
        else:
            return row, True
    return found, False
