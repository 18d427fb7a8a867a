"""What officers plan: sessions of their hub, and series."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, request, url_for

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.catalogue import queries as catalogue
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.forms import attach
from sanggar.kernel.i18n import _, tr
from sanggar.programme import queries as programme
from sanggar.workshops import desk, queries, service
from sanggar.workshops.forms import MODES, ReasonForm, SeriesForm, SessionForm
from sanggar.workshops.models import Session
from sanggar.workshops.views.blueprint import bp

OFFICER = (Role.HUB_OFFICER, Role.ADMIN)
NOTHING = ""


def _my_hubs() -> list[int] | None:
    """Return the hubs whose sessions this person plans; None: all."""
    person = access.principal()
    return None if person.has(Role.ADMIN) else sorted(person.hubs)


@bp.get("/officer/sessions/")
@access.allow(*OFFICER)
def manage() -> Response:
    """List the sessions of the officer's hubs."""
    now, hubs = clock.now(), _my_hubs()
    return web.page(
        "workshops/manage.html", coming=queries.of_hubs(hubs, since=now), modes=MODES,
        past=queries.over(hubs, now), hubs={hub.id: hub for hub in programme.hubs()},
    )  # fmt: skip


def _choices(form: SessionForm) -> SessionForm:
    """Fill the selects with what this officer may choose."""
    mine = _my_hubs()
    form.hub_id.choices = [
        (h.id, tr(h.name)) for h in programme.hubs() if mine is None or h.id in mine
    ]
    form.held.choices = [(NOTHING, _("None: a session outside the tracks"))] + [
        (f"{track.id}/{held.id}", f"{tr(track.title)} · {held.number}. {tr(held.title)}")
        for track in catalogue.tracks()
        for held in track.workshops
    ]
    form.mentor_id.choices = [(NOTHING, _("Nobody yet"))] + [
        (m.id, m.name) for m in accounts.mentors()
    ]
    form.series_id.choices = [(NOTHING, _("No series"))] + [
        (row.id, f"{row.theme} ({row.year})") for row in desk.series(mine)
    ]
    for field in (form.mentor_id, form.series_id):
        field.choices = [
            (None if value == NOTHING else value, label) for value, label in field.choices
        ]
    return form


def _defaults(row: Session | None) -> dict[str, Any]:
    if row is None:
        day = clock.today() + timedelta(days=7)
        held = request.args.get("held", "")
        return {
            "day": day,
            "held": held,
            "capacity": 20,
            "hub_id": next(iter(_my_hubs() or []), None),
        }
    starts, ends = clock.local(row.starts_at), clock.local(row.ends_at)
    return {
        "hub_id": row.hub_id, "held": f"{row.track}/{row.workshop}" if row.track else "",
        "title": row.title, "day": starts.date(), "starts": starts.time(), "ends": ends.time(),
        "mode": row.mode.value, "place": row.place, "link": row.link, "capacity": row.capacity,
        "mentor_id": row.mentor_id, "organisation": row.organisation,
        "training": row.training.value, "series_id": row.series_id,
    }  # fmt: skip


@bp.route("/officer/sessions/new", methods=["GET", "POST"])
@access.allow(*OFFICER)
def create() -> Response:
    """Plan a session."""
    form = _choices(SessionForm(data=_defaults(None)))
    if form.validate_on_submit():
        try:
            made = service.create_session(form.draft(), by=access.principal(), now=clock.now())
            return web.go(
                url_for("workshops.show", session_id=made), _("The session is on the schedule.")
            )
        except errors.Invalid as refused:
            attach(form, refused)
    status = 422 if form.errors else 200
    return web.page("workshops/session_form.html", status=status, form=form, session=None)


def _own(session_id: int) -> Session:
    """Return a session this officer plans or raise `NotFound`."""
    row = desk.full(session_id)
    if not service.may_manage(row.hub_id, access.principal()):
        raise errors.NotFound
    return row


@bp.route("/officer/sessions/<int:session_id>/edit", methods=["GET", "POST"])
@access.allow(*OFFICER)
def edit(session_id: int) -> Response:
    """Change a session."""
    row = _own(session_id)
    form = _choices(SessionForm(data=_defaults(row)))
    if form.validate_on_submit():
        try:
            service.change_session(session_id, form.draft(), by=access.principal(), now=clock.now())
            return web.go(
                url_for("workshops.show", session_id=session_id), _("The session is changed.")
            )
        except errors.Invalid as refused:
            attach(form, refused)
    return web.page(
        "workshops/session_form.html", status=422 if form.errors else 200, form=form,
        session=queries.session_line(session_id), reason=ReasonForm(formdata=None),
    )  # fmt: skip


@bp.post("/officer/sessions/<int:session_id>/cancel")
@access.allow(*OFFICER)
def call_off(session_id: int) -> Response:
    """Call a session off, with the reason people read."""
    row = _own(session_id)
    reason = ReasonForm()
    if reason.validate_on_submit():
        try:
            service.cancel_session(
                session_id, reason.reason.data, by=access.principal(), now=clock.now()
            )
            return web.go(url_for("workshops.manage"), _("The session is cancelled."))
        except errors.Invalid as refused:
            attach(reason, refused)
    form = _choices(SessionForm(formdata=None, data=_defaults(row)))
    return web.page(
        "workshops/session_form.html", status=422, form=form, reason=reason,
        session=queries.session_line(session_id),
    )  # fmt: skip


@bp.route("/officer/series/", methods=["GET", "POST"])
@access.allow(*OFFICER)
def series() -> Response:
    """List series and make a new one."""
    mine = _my_hubs()
    form = SeriesForm(data={"year": clock.today().year})
    every = [(None, _("All hubs"))] if mine is None else []
    form.hub_id.choices = every + [
        (h.id, tr(h.name)) for h in programme.hubs() if mine is None or h.id in mine
    ]
    if form.validate_on_submit():
        try:
            service.create_series(
                theme=form.theme.data, year=form.year.data, hub_id=form.hub_id.data,
                organisation=form.organisation.data, by=access.principal(),
            )  # fmt: skip
            return web.go(url_for("workshops.series"), _("The series is made."))
        except errors.Invalid as refused:
            attach(form, refused)
    return web.page(
        "workshops/series.html", status=422 if form.errors else 200, form=form,
        series=desk.series(mine), hubs={hub.id: hub for hub in programme.hubs()},
    )  # fmt: skip
