"""Tracks in words: the few numbers people choose by, and certificate rules as sentences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sanggar.catalogue import queries
from sanggar.kernel import i18n
from sanggar.plugin.checks import Names
from sanggar.plugin.evidence import Evidence
from sanggar.plugin.text import Text
from sanggar.plugin.track import CertificateRule, Track


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


@dataclass(frozen=True)
class Step:
    """One requirement as a sentence, with the names behind it."""

    label: Text
    names: tuple[str, ...]
    #: ids of workshops it is about
    workshops: tuple[str, ...] = ()


@dataclass(frozen=True)
class Rung:
    """One level of the certificate ladder."""

    rule: CertificateRule
    steps: tuple[Step, ...]
    renewal: tuple[Step, ...]


def outline(track: Track) -> Outline:
    """Return the numbers of a track."""
    path = queries.path_of(track)
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
    return [
        queries.kept("outline", track.id, partial(outline, track)) for track in queries.tracks()
    ]


def names(track: Track) -> Names:
    """Return titles of everything a requirement can name, courses included."""
    return Names(titles={**queries.course_titles(), **track.names.titles})


def ladder(track: Track, now: datetime) -> list[Rung]:
    """Return the certificate levels of a track with their requirements as sentences."""
    known = names(track)
    nothing = Evidence(track=track.id, now=now)
    return [
        Rung(
            rule,
            tuple(_step(requirement, nothing, known) for requirement in rule.requires),
            tuple(_step(requirement, nothing, known) for requirement in rule.renewal),
        )
        for rule in track.certificates
    ]


def _step(requirement: Any, nothing: Evidence, known: Names) -> Step:
    """Ask a requirement what it says to somebody who has nothing yet."""
    named: tuple[str, ...] = tuple(getattr(requirement, "courses", ()))
    return Step(
        requirement.evaluate(nothing, known).label,
        tuple(known.of(key).to(i18n.language()) for key in named),
        tuple(getattr(requirement, "workshops", ())),
    )
