"""Pages of invigilation for hub officers: windows with their codes, outages, accommodations."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, url_for

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.catalogue import queries as catalogue
from sanggar.invigilation import queries, rules, service
from sanggar.invigilation.forms import GrantForm, OutageForm, WindowForm, moment_of
from sanggar.invigilation.models import LatePolicy
from sanggar.invigilation.queries import Window
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.forms import Form, attach
from sanggar.kernel.i18n import _, tr
from sanggar.plugin.text import Text
from sanggar.programme import queries as programme

bp = Blueprint("invigilation", __name__, template_folder="templates")

OFFICER = (Role.HUB_OFFICER, Role.ADMIN)
SHOWN = timedelta(days=30)


def _my_hubs() -> list[programme.HubRow]:
    person = access.principal()
    return [h for h in programme.hubs() if person.has(Role.ADMIN) or h.id in person.hubs]


def _titles() -> dict[tuple[str, str], tuple[Text, Text]]:
    """Return (track, exam) -> titles of all exams that are no course checks."""
    return {
        (track.id, exam.id): (track.title, exam.title)
        for track in catalogue.tracks()
        for exam in track.assessments
        if not exam.course
    }


@bp.get("/officer/exams")
@access.allow(*OFFICER)
def exams() -> Response:
    """List the exam windows and outages of the officer's hubs."""
    return _exams()


def _exams(outage: OutageForm | None = None) -> Response:
    now = clock.now()
    mine = _my_hubs()
    ids = [hub.id for hub in mine]
    form = outage or OutageForm(
        formdata=None, data={"day": clock.today(), "began": clock.local(now).time()}
    )
    form.hub_id.choices = [(hub.id, hub.name) for hub in mine]
    return web.page(
        "invigilation/exams.html", status=422 if form.errors else 200, now=now, form=form,
        windows=queries.windows(ids, now - SHOWN), outages=queries.outages(ids, now - SHOWN),
        hubs={hub.id: hub for hub in mine}, titles=_titles(),
    )  # fmt: skip


@bp.route("/officer/exams/new", methods=["GET", "POST"])
@access.allow(*OFFICER)
def create() -> Response:
    """Open a window."""
    day = clock.today() + timedelta(days=7)
    form = WindowForm(data={"day": day, "closes_day": day})
    form.exam.choices = [
        (f"{track}/{exam}", f"{tr(titles[0])}: {tr(titles[1])}")
        for (track, exam), titles in _titles().items()
    ]
    form.hub_id.choices = [(hub.id, hub.name) for hub in _my_hubs()]
    if form.validate_on_submit():
        try:
            made = service.open_window(_plan(form), by=access.principal(), now=clock.now())
        except errors.Invalid as refused:
            attach(form, refused)
        else:
            url = url_for("invigilation.window", window_id=made)
            return web.go(
                url, _("The date is fixed. Talents of the hub see it on the exam's page.")
            )
    return web.page("invigilation/new.html", status=422 if form.errors else 200, form=form)


def _plan(form: WindowForm) -> service.Plan:
    track, _slash, exam = form.exam.data.partition("/")
    return service.Plan(
        hub_id=form.hub_id.data, track=track, assessment=exam,
        opens_at=moment_of(form.day.data, form.opens.data),
        closes_at=moment_of(form.closes_day.data, form.closes.data), room=form.room.data,
        seats=form.seats.data, ask_code=form.ask_code.data, networks=form.networks.data,
        late=LatePolicy(form.late.data),
    )  # fmt: skip


def _own(window_id: int) -> Window:
    found = queries.window(window_id)
    if not service.may_manage(found.hub_id, access.principal()):
        raise errors.NotFound
    return found


@bp.get("/officer/exams/<int:window_id>")
@access.allow(*OFFICER)
def window(window_id: int) -> Response:
    """Show one window with its code, large enough to be read across a room."""
    found = _own(window_id)
    granted = queries.accommodated(found.hub_id, found.opens_at)
    return web.page(
        "invigilation/window.html", window=found, now=clock.now(), granted=granted,
        people=accounts.people(granted),
        titles=_titles().get((found.track, found.assessment)),
        hub=programme.hub(found.hub_id),
    )  # fmt: skip


@bp.post("/officer/exams/<int:window_id>/cancel")
@access.allow(*OFFICER)
def cancel(window_id: int) -> Response:
    """Close a window for those who have not begun."""
    service.cancel_window(window_id, by=access.principal(), now=clock.now())
    return web.go(
        url_for("invigilation.exams"), _("The date is cancelled. Running attempts go on.")
    )


@bp.post("/officer/outages")
@access.allow(*OFFICER)
def declare() -> Response:
    """Declare an outage."""
    form = OutageForm()
    form.hub_id.choices = [(hub.id, hub.name) for hub in _my_hubs()]
    if form.validate_on_submit():
        day = form.day.data
        ended = moment_of(day, form.ended.data) if form.ended.data else None
        try:
            service.declare_outage(
                form.hub_id.data, form.reason.data, moment_of(day, form.began.data), ended,
                by=access.principal(), now=clock.now(),
            )  # fmt: skip
        except errors.Invalid as refused:
            attach(form, refused)
        else:
            text = _("The lost time is given back.") if ended else _("The clocks stand still.")
            return web.go(url_for("invigilation.exams"), text)
    return _exams(form)


@bp.post("/officer/outages/<int:outage_id>/end")
@access.allow(*OFFICER)
def end(outage_id: int) -> Response:
    """End an outage."""
    service.end_outage(outage_id, by=access.principal(), now=clock.now())
    return web.go(
        url_for("invigilation.exams"), _("The clocks go on; the lost time is given back.")
    )


@bp.route("/officer/people/<int:person_id>/accommodations", methods=["GET", "POST"])
@access.allow(*OFFICER)
def accommodations(person_id: int) -> Response:
    """Grant extra time, breaks or aids in exams to somebody of the officer's hub."""
    if not service.manages_person(person_id, access.principal()):
        raise errors.NotFound
    form = GrantForm()
    if form.validate_on_submit():
        try:
            service.grant(person_id, form.grant(), by=access.principal(), now=clock.now())
        except errors.Invalid as refused:
            attach(form, refused)
        else:
            url = url_for("invigilation.accommodations", person_id=person_id)
            return web.go(url, _("It is granted."))
    return _accommodations(person_id, form)


def _accommodations(person_id: int, form: Form) -> Response:
    granted = queries.accommodations(person_id)
    return web.page(
        "invigilation/accommodations.html", status=422 if form.errors else 200, form=form,
        person=accounts.person(person_id), granted=granted, today=clock.today(),
        most=rules.MOST_BREAK, names=accounts.people({row.granted_by_id for row in granted}),
    )  # fmt: skip


@bp.post("/officer/accommodations/<int:accommodation_id>/withdraw")
@access.allow(*OFFICER)
def withdraw(accommodation_id: int) -> Response:
    """Withdraw what was granted."""
    person_id = service.withdraw(accommodation_id, by=access.principal(), now=clock.now())
    url = url_for("invigilation.accommodations", person_id=person_id)
    return web.go(url, _("It no longer counts for exams that begin from now on."))
