"""Finding exams and practical tasks in what the plugins gave."""

from __future__ import annotations

from dataclasses import dataclass

from sanggar import errors
from sanggar.assessments.models import TaskKind
from sanggar.kernel import registry
from sanggar.kernel.i18n import _l
from sanggar.plugin.text import Text
from sanggar.plugin.track import Assessment, Assignment, FileRules, Track, Workshop


def track(track_id: str) -> Track:
    """Return a track, listed or not."""
    found = registry.current().tracks.get(track_id)
    if found is None:
        raise errors.NotFound(_l("There is no such skill track."))
    return found


def known(track_id: str) -> bool:
    """Return whether a track is installed."""
    return track_id in registry.current().tracks


def assessment(track_id: str, assessment_id: str) -> tuple[Track, Assessment]:
    """Return an exam with its track."""
    owner = track(track_id)
    found = owner.assessment(assessment_id)
    if found is None:
        raise errors.NotFound(_l("There is no such exam in this track."))
    return owner, found


def find_assessment(track_id: str, assessment_id: str) -> tuple[Track | None, Assessment | None]:
    """Return an exam with its track, None where the plugin is gone."""
    owner = registry.current().tracks.get(track_id)
    return owner, owner.assessment(assessment_id) if owner else None


def rehearsals(owner: Track, exam: Assessment) -> list[Assessment]:
    """Return the exams somebody can try as often as they like before this one, which they cannot."""
    if not exam.attempts.limit:
        return []
    return [one for one in owner.assessments if not one.attempts.limit and not one.course]


@dataclass(frozen=True)
class Task:
    """Practical work as the hand-in page and the markers need it."""

    track: Track
    kind: TaskKind
    ref: str
    title: Text
    files: FileRules
    keep_exif: bool
    assignment: Assignment | None = None
    workshop: Workshop | None = None

    @property
    def markers(self) -> int:
        """Number of markers it needs at first."""
        return self.assignment.markers if self.assignment else 1


def find_task(track_id: str, kind: str, ref: str) -> Task | None:
    """Return an assignment or the deliverable of a workshop, None when the plugin is gone."""
    owner = registry.current().tracks.get(track_id)
    if owner is None:
        return None
    if kind == TaskKind.ASSIGNMENT:
        found = owner.assignment(ref)
        if found is None:
            return None
        return Task(
            owner, TaskKind.ASSIGNMENT, ref, found.title, found.files, found.keep_exif, found
        )
    held = owner.workshop(ref)
    if held is None or kind != TaskKind.WORKSHOP:
        return None
    return Task(
        owner, TaskKind.WORKSHOP, ref, held.title, held.files, held.keep_exif, workshop=held
    )


def task(track_id: str, kind: str, ref: str) -> Task:
    """Return practical work or raise `NotFound`."""
    found = find_task(track_id, kind, ref)
    if found is None:
        raise errors.NotFound(_l("There is no such task in this track."))
    return found


def title_of(track_id: str, assessment_id: str) -> Text:
    """Return the title of an exam, its id when the plugin is gone."""
    owner = registry.current().tracks.get(track_id)
    found = owner.assessment(assessment_id) if owner else None
    return found.title if found else Text(id=assessment_id, en=assessment_id)
