"""The one next step of a talent: what is nearest, said in one sentence, with one button."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sanggar.assessments.queries import Running
from sanggar.catalogue import queries as catalogue
from sanggar.catalogue.queries import Course, Lesson
from sanggar.evidence.queries import Way
from sanggar.kernel.i18n import _, tr
from sanggar.kernel.templating import clock_time, weekday
from sanggar.plugin.checks import Check
from sanggar.workshops.queries import MySession

#: a session this near comes before everything else
SOON = timedelta(days=3)


@dataclass(frozen=True)
class Place:
    """A page: endpoint and arguments, so that this module needs no request."""

    endpoint: str
    args: Mapping[str, Any] = field(default_factory=dict)
    fragment: str = ""


@dataclass(frozen=True)
class Step:
    """What to do next."""

    title: str
    text: str
    place: Place
    label: str
    other: Place | None = None
    other_label: str = ""


@dataclass(frozen=True)
class Facts:
    """Everything the choice looks at."""

    way: Way
    now: datetime
    running: Running | None = None
    session: MySession | None = None
    hub: str = ""
    lesson: tuple[Course, Lesson] | None = None
    position: str = ""
    #: courses read to the end whose check waits: course -> (track, assessment)
    checks: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def choose(facts: Facts) -> Step:
    """Return the step to show."""
    if facts.running is not None:
        return go_on(facts.running)
    session = facts.session
    if session is not None and session.session.starts_at - facts.now <= SOON:
        return attend(facts)
    for check in facts.way.verdict.missing:
        step = _for(check, facts)
        if step is not None:
            return step
    if session is not None:
        return attend(facts)
    return _beyond(facts)


def go_on(running: Running) -> Step:
    """Go on with the exam whose clock runs."""
    return Step(
        _("Go on with: %(what)s", what=tr(running.title)),
        _("The time ends at %(when)s. What you answered so far is saved.",
          when=clock_time(running.deadline)),
        Place("assessments.attempt", {"attempt_id": running.attempt}), _("Back to the questions"),
    )  # fmt: skip


def attend(facts: Facts) -> Step:
    """Go to the session one has a place in."""
    assert facts.session is not None
    line = facts.session.session
    workshop = facts.way.track.workshop(line.workshop) if line.track == facts.way.track.id else None
    where = line.place or facts.hub
    text = f"{weekday(line.starts_at)}, {clock_time(line.starts_at)}" + (
        f", {where}" if where else ""
    )
    bring = tr(workshop.bring) if workshop else ""
    if bring:
        text += ". " + _("Bring: %(what)s", what=bring)
    return Step(
        tr(line.title), text + ".", Place("workshops.show", {"session_id": line.id}),
        _("See the session"), Place("workshops.mine"), _("All my sessions"),
    )  # fmt: skip


def _for(check: Check, facts: Facts) -> Step | None:
    make = MAKERS.get(check.need)
    return make(check, facts) if make else None


def _judge(_check: Check, facts: Facts) -> Step:
    return Step(
        _("Begin with yourself"),
        _("Say for each unit what you can do already. About 5 minutes; nobody fails here."),
        Place("learning.self_assessment", {"track_id": facts.way.track.id}),
        _("Open the self-assessment"),
    )


def _read(check: Check, facts: Facts) -> Step | None:
    for slug in check.targets:
        if slug in facts.checks:
            track, assessment = facts.checks[slug]
            return Step(
                _("Short check: %(course)s", course=tr(catalogue.course(slug).title)),
                _("You have read every lesson. A short check completes the course."),
                Place("assessments.intro", {"track": track, "assessment": assessment}),
                _("To the check"),
            )
    if facts.lesson is None:
        return None
    course, lesson = facts.lesson
    return Step(
        tr(lesson.title),
        _("%(course)s, lesson %(n)s of %(of)s. About %(minutes)s minutes.",
          course=tr(course.title), n=course.lessons.index(lesson) + 1, of=len(course.lessons),
          minutes=lesson.minutes),
        Place("learning.lesson",
              {"group": course.group, "course": course.name, "lesson": lesson.slug},
              facts.position),
        _("Continue") if facts.position else _("Read the lesson"),
        Place("learning.courses"), _("All courses"),
    )  # fmt: skip


def _workshop(check: Check, facts: Facts) -> Step | None:
    if facts.session is not None:
        return attend(facts)
    names = [w for w in facts.way.track.workshops if w.id in check.targets]
    title = tr(names[0].title) if names else _("Take part in a workshop")
    return Step(
        title, tr(check.detail),
        Place("workshops.index", {"track": facts.way.track.id}), _("Find a session"),
    )  # fmt: skip


def _deliver(check: Check, facts: Facts) -> Step | None:
    workshop = next((w for w in facts.way.track.workshops if w.id in check.targets), None)
    if workshop is None:
        return None
    return Step(
        _("Hand in: %(what)s", what=tr(workshop.title)), tr(workshop.deliverable),
        Place("assessments.task",
              {"track": facts.way.track.id, "kind": "workshop", "ref": workshop.id}),
        _("Hand in your work"),
    )  # fmt: skip


def _exam(check: Check, facts: Facts) -> Step | None:
    if not check.targets:
        return None
    return Step(
        tr(check.label), tr(check.detail),
        Place("assessments.intro", {"track": facts.way.track.id, "assessment": check.targets[0]}),
        _("To the exam"),
    )  # fmt: skip


def _task(check: Check, facts: Facts) -> Step | None:
    assignment = next((a for a in facts.way.track.assignments if a.id in check.targets), None)
    if assignment is None:
        return None
    return Step(
        tr(assignment.title), tr(check.detail),
        Place("assessments.task",
              {"track": facts.way.track.id, "kind": "assignment", "ref": assignment.id}),
        _("To the practical work"),
    )  # fmt: skip


def _incubation(check: Check, _facts: Facts) -> Step:
    if check.progress > 0:
        place, label = Place("incubation.mine"), _("To the incubation")
    else:
        place, label = Place("web.contact"), _("Contact your hub")
    return Step(tr(check.label), tr(check.detail), place, label)


def _hub(check: Check, _facts: Facts) -> Step:
    return Step(tr(check.label), tr(check.detail), Place("web.contact"), _("Contact your hub"))


def _clients(check: Check, _facts: Facts) -> Step:
    return Step(tr(check.label), tr(check.detail), Place("clients.work"), _("See offers and work"))


def _beyond(facts: Facts) -> Step:
    if facts.way.held:
        return Step(
            _("You are ready for work"),
            _("Keep your profile and prices up to date: clients see them."),
            Place("clients.work"), _("See offers and work"),
            Place("certification.mine"), _("My certificates"),
        )  # fmt: skip
    return Step(
        _("Everything asked for is there"),
        _("Your certificate is being issued. You will get a message."),
        Place("certification.mine"), _("My certificates"),
    )  # fmt: skip


MAKERS = {
    "self_assessment": _judge,
    "courses": _read,
    "attendance": _workshop,
    "deliverables": _deliver,
    "theory": _exam,
    "assignment": _task,
    "incubation": _incubation,
    "accepted_work": _clients,
    "placements": _clients,
    "mentoring": _hub,
}
