"""What there is to learn: tracks from the registry, courses from the library. Nothing here changes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from flask import Flask, current_app, url_for
from markupsafe import Markup

from sanggar import errors
from sanggar.catalogue import courses
from sanggar.catalogue.courses import Course, Lesson, Library
from sanggar.kernel import i18n, markdown, registry
from sanggar.kernel.config import Settings
from sanggar.kernel.pictures import SUFFIXES
from sanggar.plugin.checks import Names
from sanggar.plugin.faults import Fault
from sanggar.plugin.text import Text
from sanggar.plugin.track import Assessment, Track, Unit

EXTENSION = "sanggar.catalogue"
Kept = TypeVar("Kept")

__all__ = ["Course", "Lesson", "Library"]


def load(app: Flask) -> None:
    """Read all courses into the application, once, at start-up."""
    settings: Settings = app.extensions["sanggar.settings"]
    with app.app_context():
        known = registry.current()
    app.extensions[EXTENSION] = courses.read(settings.courses, known.folders, known.tracks.values())


def library() -> Library:
    """Return all courses and their faults."""
    found: Library = current_app.extensions[EXTENSION]
    return found


def faults() -> tuple[Fault, ...]:
    """Return what is wrong with the courses' files."""
    return library().faults


def kept(kind: str, key: str, make: Callable[[], Kept]) -> Kept:
    """Return what `make` gives, made once for each language: the content never changes."""
    store: dict[tuple[str, str, str], Any] = current_app.extensions.setdefault(
        f"{EXTENSION}.kept", {}
    )
    place = (kind, key, i18n.language())
    if place not in store or current_app.debug:
        store[place] = make()
    found: Kept = store[place]
    return found


def tracks() -> list[Track]:
    """Return the listed tracks in their order."""
    known = registry.current().tracks.values()
    return sorted((t for t in known if t.listed), key=lambda t: (t.order, t.id))


def hidden_tracks() -> list[Track]:
    """Return the tracks that only carry checks of shared courses."""
    return [t for t in registry.current().tracks.values() if not t.listed]


def track(track_id: str) -> Track:
    """Return one track or raise `NotFound`."""
    found = registry.current().tracks.get(track_id)
    if found is None:
        raise errors.NotFound
    return found


def listed_track(track_id: str) -> Track:
    """Return one track that people can choose or raise `NotFound`."""
    found = track(track_id)
    if not found.listed:
        raise errors.NotFound
    return found


def course(slug: str) -> Course:
    """Return one course or raise `NotFound`."""
    found = library().courses.get(slug)
    if found is None:
        raise errors.NotFound
    return found


def lesson(slug: str, lesson_slug: str) -> tuple[Course, Lesson]:
    """Return a course and one of its lessons or raise `NotFound`."""
    found = course(slug)
    part = found.lesson(lesson_slug)
    if part is None:
        raise errors.NotFound
    return found, part


def all_courses() -> Mapping[str, Course]:
    """Return all courses by slug."""
    return library().courses


def course_titles() -> dict[str, Text]:
    """Return the title of every course by slug."""
    return {slug: each.title for slug, each in library().courses.items()}


def courses_of(wanted: Track) -> list[tuple[Unit | None, list[Course]]]:
    """Return a track's courses: first those of the whole track (unit None), then unit by unit.

    Courses that are not written yet are left out; `sanggar check` names them.
    """
    known = library().courses
    grouped: list[tuple[Unit | None, list[Course]]] = [
        (None, [known[slug] for slug in wanted.courses if slug in known])
    ]
    for unit in wanted.units:
        grouped.append((unit, [known[slug] for slug in unit.courses if slug in known]))
    return grouped


def path_of(wanted: Track) -> list[Course]:
    """Return every course of a track once, in the order in which it is best read."""
    seen: dict[str, Course] = {}
    for _unit, found in courses_of(wanted):
        for each in found:
            seen.setdefault(each.slug, each)
    return list(seen.values())


def tracks_with(slug: str) -> list[Track]:
    """Return the listed tracks that name a course."""
    return [
        each
        for each in tracks()
        if slug in each.courses or any(slug in unit.courses for unit in each.units)
    ]


def check_of(slug: str) -> tuple[Track, Assessment] | None:
    """Return the exam that completes a course, with the track that carries it."""
    for each in registry.current().tracks.values():
        for assessment in each.assessments:
            if assessment.course == slug:
                return each, assessment
    return None


def body(found: Course, part: Lesson) -> Markup:
    """Return a lesson's text as HTML in the reader's language."""
    return markdown.render(
        part.body.to(i18n.language()), base_url=files_url(found), folder=found.folder
    )


def files_url(found: Course) -> str:
    """Return the address under which the pictures of a course are served."""
    return url_for("catalogue.course", group=found.group, course=found.name) + "files/"


def picture(slug: str, name: str) -> Path:
    """Return a picture of a course or raise `NotFound`; nothing outside its folder is reachable."""
    folder = course(slug).folder
    target = folder / name
    plain = "/" not in name and "\\" not in name and not name.startswith(".")
    if not plain or target.suffix.lower() not in SUFFIXES or target.is_symlink():
        raise errors.NotFound
    if not target.is_file():
        raise errors.NotFound
    return target


@dataclass(frozen=True)
class Outline:
    """What somebody wants to know first about a track."""

    track: Track
    units: int
    workshops: int
    course_hours: float
    workshop_hours: float
    lessons: int

    @property
    def hours(self) -> float:
        """All hours together."""
        return self.course_hours + self.workshop_hours


def outline(track: Track) -> Outline:
    """Return the numbers of a track."""
    path = path_of(track)
    return Outline(
        track=track,
        units=len(track.units),
        workshops=len(track.workshops),
        course_hours=sum(course.hours for course in path),
        workshop_hours=sum(workshop.hours for workshop in track.workshops),
        lessons=sum(len(course.lessons) for course in path),
    )


def outlines() -> list[Outline]:
    """Return the numbers of all listed tracks."""
    return [kept("outline", track.id, partial(outline, track)) for track in tracks()]


def names(track: Track) -> Names:
    """Return titles of everything a requirement can name, courses included."""
    return Names(titles={**course_titles(), **track.names.titles})
