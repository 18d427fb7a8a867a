"""A talent's home: where they stand, and the one next step. It reads across slices, so it lives here."""

from __future__ import annotations

from datetime import datetime

from flask import Flask, Response, request, url_for

from sanggar import clock
from sanggar.assessments import queries as assessments
from sanggar.catalogue import queries as catalogue
from sanggar.evidence import queries as evidence
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.i18n import _
from sanggar.learning import queries as learning
from sanggar.programme import queries as programme
from sanggar.web import steps
from sanggar.workshops import queries as workshops

#: courses shown on the home; the rest is one tap away
SHOWN = 3


@access.allow(Role.TALENT)
def talent() -> Response:
    """Show the way to the next certificate."""
    person, now = access.principal(), clock.now()
    known = {track.id: track for track in catalogue.tracks()}
    chosen = [each for each in learning.chosen(person.id) if each in known]
    if not chosen:
        return web.page("web/first.html", tracks=known.values(), greeting=greeting(now))
    wanted = request.args.get("track", "")
    track_id = wanted if wanted in chosen else chosen[0]
    way = evidence.way(person.id, track_id, now)
    return web.page(
        "web/talent.html",
        way=way,
        tracks=[known[each] for each in chosen],
        step=step(person.id, way, now),
        shelf=shelf(person.id, track_id),
        done=learning.lessons_done(person.id),
        greeting=greeting(now),
    )


def step(person_id: int, way: evidence.Way, now: datetime) -> steps.Step:
    """Return the next step of a person on a track."""
    session = workshops.next_session(person_id, now)
    lesson = learning.next_lesson(person_id, way.track.id)
    read = learning.courses_read(person_id)
    waiting = {slug: check for slug, check in assessments.course_checks().items() if slug in read}
    return steps.choose(
        steps.Facts(
            way=way,
            now=now,
            running=assessments.running(person_id, now),
            session=session,
            hub=_hub_name(session),
            lesson=lesson,
            position=(
                learning.position(person_id, lesson[0].slug, lesson[1].slug) if lesson else ""
            ),
            checks=waiting,
        )
    )


def _hub_name(session: workshops.MySession | None) -> str:
    if session is None or session.session.place:
        return ""
    return str(programme.hub(session.session.hub_id).name)


def shelf(person_id: int, track_id: str) -> list[catalogue.Course]:
    """Return a few courses: those under way first, then those to come, then those done."""
    path = catalogue.path_of(catalogue.track(track_id))
    read = learning.courses_read(person_id)
    done = learning.lessons_done(person_id)
    path.sort(key=lambda course: (course.slug in read, course.slug not in done))
    return path[:SHOWN]


def greeting(now: datetime) -> str:
    """Return the greeting of the time of day."""
    hour = clock.local(now).hour
    if 4 <= hour < 11:
        word = _("Good morning")
    elif 11 <= hour < 15:
        word = _("Good day")
    elif 15 <= hour < 18:
        word = _("Good afternoon")
    else:
        word = _("Good evening")
    return str(word)


def link(place: steps.Place | None) -> str:
    """Return the address of a step's page."""
    if place is None:
        return ""
    return url_for(place.endpoint, **place.args, _anchor=place.fragment or None)


def nearest_session(track_id: str) -> workshops.SessionLine | None:
    """Return the next session of a track, for its public page."""
    found = workshops.upcoming(clock.now(), track=track_id, limit=1)
    return found[0] if found else None


def init_app(app: Flask) -> None:
    """Mount the home under the name the rest of the site uses."""
    app.add_url_rule("/learn", "learning.home", talent)
    app.jinja_env.globals.update(link=link, nearest_session=nearest_session)
