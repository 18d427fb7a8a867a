"""Decisions about progress, without a database."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sanggar.catalogue.queries import Course, Lesson

MAX_NOTE = 500
_POSITION = re.compile(r"[\w-]{1,120}")


def is_read(course: Course, done: Collection[str]) -> bool:
    """Return whether every lesson of a course is done."""
    return all(lesson.slug in done for lesson in course.lessons)


def next_in(course: Course, done: Collection[str]) -> Lesson | None:
    """Return the first lesson of a course that is not done."""
    return next((lesson for lesson in course.lessons if lesson.slug not in done), None)


def next_along(
    path: Iterable[Course], done: Mapping[str, Collection[str]]
) -> tuple[Course, Lesson] | None:
    """Return the first lesson that is not done along a list of courses."""
    for course in path:
        lesson = next_in(course, done.get(course.slug, ()))
        if lesson:
            return course, lesson
    return None


def is_position(text: str) -> bool:
    """Return whether a text can be the id of a heading."""
    return bool(_POSITION.fullmatch(text))


def is_judged(ratings: Mapping[str, Any], units: Iterable[str]) -> bool:
    """Return whether every unit has been judged."""
    return all(isinstance(ratings.get(unit, {}).get("can"), bool) for unit in units)
