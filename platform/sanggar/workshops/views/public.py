"""What everybody may see: coming sessions, one session, its calendar file, a person's secret feed."""

from __future__ import annotations

from datetime import timedelta

from flask import Response, make_response, request

from sanggar import clock
from sanggar.accounts import queries as accounts
from sanggar.catalogue import queries as catalogue
from sanggar.kernel import access, i18n, markdown, web
from sanggar.kernel.access import Role
from sanggar.kernel.forms import number
from sanggar.programme import queries as programme
from sanggar.workshops import desk, ics, queries, rules, service
from sanggar.workshops.forms import MODES
from sanggar.workshops.models import RegistrationState
from sanggar.workshops.queries import SessionLine
from sanggar.workshops.views.blueprint import absolute, bp

#: how far back a subscribed calendar remembers
REMEMBERED = timedelta(days=180)


@bp.get("/workshops/")
@access.public
def index() -> Response:
    """List coming sessions by hub, track and mode."""
    hub_id = number(request.args, "hub") or None
    track, mode = request.args.get("track", ""), request.args.get("mode", "")
    return web.page(
        "workshops/index.html",
        sessions=queries.upcoming(clock.now(), hub_id=hub_id, track=track, mode=mode),
        hubs={hub.id: hub for hub in programme.hubs()}, tracks=catalogue.tracks(), modes=MODES,
        chosen={"hub": hub_id, "track": track, "mode": mode},
    )  # fmt: skip


@bp.get("/workshops/<int:session_id>")
@access.public
def show(session_id: int) -> Response:
    """Show one session: agenda, what to bring, where, seats, the talent's own place."""
    line, person, now = queries.session_line(session_id), access.principal(), clock.now()
    row = desk.full(session_id)
    mine = queries.my_state(session_id, person.id) if person.known else None
    runs = service.may_run(line.hub_id, line.mentor_id, person)
    placed = mine is not None and mine.state is RegistrationState.REGISTERED
    held = queries.workshop_of(line.track, line.workshop)
    return web.page(
        "workshops/show.html", session=line, mine=mine, runs=runs, modes=MODES, held=held,
        manages=service.may_manage(line.hub_id, person), reason=row.reason,
        agenda=markdown.render(i18n.tr(held.body)) if held else "",
        link=row.link if runs or placed else "", has_link=bool(row.link),
        hub=next((hub for hub in programme.hubs() if hub.id == line.hub_id), None),
        mentor=_mentor(line), is_talent=person.has(Role.TALENT), over=now > line.ends_at,
        open=rules.can_register(now, line.starts_at) and not line.cancelled,
        check_in=rules.can_check_in(now, line.starts_at, line.ends_at) and not line.cancelled,
    )  # fmt: skip


def _mentor(line: SessionLine) -> str:
    if line.mentor_id is None:
        return ""
    found = accounts.people([line.mentor_id]).get(line.mentor_id)
    return found.name if found else ""


def _calendar(body: bytes, name: str, *, private: bool = False) -> Response:
    response = make_response(body)
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = f'inline; filename="{name}.ics"'
    if private:
        response.headers["Cache-Control"] = "private, no-cache"
        response.headers["X-Robots-Tag"] = "noindex"
    return response


@bp.get("/workshops/<int:session_id>.ics")
@access.public
def calendar_file(session_id: int) -> Response:
    """Give one session as a calendar file, with what everybody may know."""
    row = desk.full(session_id)
    url = absolute("workshops.show", session_id=session_id)
    return _calendar(ics.of_session(row, url), f"sanggar-{session_id}")


@bp.get("/calendar/<token>.ics")
@access.public
def calendar(token: str) -> Response:
    """Give a person's sessions to the calendar that knows the secret address."""
    person_id = desk.calendar_owner(token)
    since = clock.now() - REMEMBERED
    with i18n.speaking(accounts.person(person_id).language):
        found = {
            session.id: (session, state is RegistrationState.WAITING)
            for session, state in desk.in_calendar(person_id, since)
        }
        for session in desk.led_in_calendar(person_id, since):
            found.setdefault(session.id, (session, False))
        body = ics.of_person(
            (session, absolute("workshops.show", session_id=session.id), waiting)
            for session, waiting in found.values()
        )
    return _calendar(body, "sanggar", private=True)
