"""The desk of a session: QR and code, the live list with ticks, guests, the sheet to sign."""

from __future__ import annotations

import segno
from flask import Response, request, url_for
from markupsafe import Markup

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.forms import attach
from sanggar.kernel.i18n import _
from sanggar.programme import queries as programme
from sanggar.workshops import desk as reads
from sanggar.workshops import queries, service
from sanggar.workshops.forms import MODES, FindForm, GuestForm, HoursForm
from sanggar.workshops.models import How
from sanggar.workshops.views.blueprint import absolute, bp

DESK = (Role.MENTOR, Role.HUB_OFFICER, Role.ADMIN)
BLANK_LINES = 5


@bp.get("/workshops/teach")
@access.allow(Role.MENTOR)
def teach() -> Response:
    """Show a mentor the sessions they lead."""
    person, now = access.principal(), clock.now()
    return web.page(
        "workshops/teach.html", coming=queries.of_mentor(person.id, now), modes=MODES,
        past=queries.of_mentor(person.id, now, ended=True),
        hubs={hub.id: hub for hub in programme.hubs()},
    )  # fmt: skip


def _page(
    session_id: int, *, status: int = 200, block: str = "roster",
    find: FindForm | None = None, guest: GuestForm | None = None,
) -> Response:  # fmt: skip
    found = reads.at(session_id, access.principal())
    url = absolute("workshops.check_in", code=found.code, via=How.QR.value)
    return web.page(
        "workshops/desk.html", block=block, status=status, desk=found, session=found.session,
        qr=_qr(url), address=absolute("workshops.check_in"), find=find or FindForm(formdata=None),
        guest=guest or GuestForm(formdata=None),
    )  # fmt: skip


def _qr(url: str) -> Markup:
    """Return the code as SVG on white, so that it can be scanned in dark mode too."""
    return Markup(  # noqa: S704 - made by segno from an address of ours
        segno.make(url, error="m", micro=False).svg_inline(scale=8, border=3, light="#fff")
    )


@bp.get("/workshops/<int:session_id>/desk")
@access.allow(*DESK)
def desk(session_id: int) -> Response:
    """Show the desk; htmx asks for the list alone."""
    return _page(session_id)


def _done(session_id: int, message: str) -> Response:
    """Answer a tick: the list alone for htmx, else the desk again."""
    if web.wants_fragment():
        return _page(session_id)
    return web.go(url_for("workshops.desk", session_id=session_id), message)


@bp.post("/workshops/<int:session_id>/desk/tick/<int:person_id>")
@access.allow(*DESK)
def tick(session_id: int, person_id: int) -> Response:
    """Note that somebody on the list is here."""
    service.tick(session_id, person_id, by=access.principal(), now=clock.now())
    return _done(session_id, _("Presence noted."))


@bp.post("/workshops/<int:session_id>/desk/free/<int:person_id>")
@access.allow(*DESK)
def free(session_id: int, person_id: int) -> Response:
    """Give the place of somebody who does not come to the next."""
    service.free(session_id, person_id, by=access.principal(), now=clock.now())
    return _done(session_id, _("The place is free."))


@bp.post("/workshops/<int:session_id>/desk/find")
@access.allow(*DESK)
def find(session_id: int) -> Response:
    """Tick somebody who is not on the list, by phone number or e-mail."""
    form = FindForm()
    ok = form.validate_on_submit()
    reads.at(session_id, access.principal())
    person = accounts.by_login(form.login.data) if ok else None
    if person is None:
        if ok:
            form.login.errors = [_("Nobody has this number or e-mail. Check the digits.")]
        return _page(session_id, status=422, block="", find=form)
    service.tick(session_id, person.id, by=access.principal(), now=clock.now())
    return web.go(
        url_for("workshops.desk", session_id=session_id),
        _("%(name)s is here.", name=person.name),
    )


@bp.post("/workshops/<int:session_id>/desk/code")
@access.allow(*DESK)
def renew_code(session_id: int) -> Response:
    """Give the session a new code."""
    service.renew_code(session_id, by=access.principal())
    return web.go(url_for("workshops.desk", session_id=session_id), _("The code is new."))


@bp.route("/workshops/<int:session_id>/people/<int:person_id>", methods=["GET", "POST"])
@access.allow(*DESK)
def correct(session_id: int, person_id: int) -> Response:
    """Correct the hours of somebody who was there, with a reason."""
    found = reads.at(session_id, access.principal())
    expected = next((e for e in found.people if e.person_id == person_id), None)
    if expected is None or expected.hours is None:
        raise errors.NotFound
    form = HoursForm(hours=expected.hours, reason=expected.reason)
    if form.validate_on_submit():
        try:
            service.correct(
                session_id, person_id, hours=form.hours.data, reason=form.reason.data,
                by=access.principal(), now=clock.now(),
            )  # fmt: skip
            url = url_for("workshops.desk", session_id=session_id)
            return web.go(url, _("The hours are corrected."))
        except errors.Invalid as refused:
            attach(form, refused)
    return web.page(
        "workshops/hours.html", status=422 if form.errors else 200, form=form,
        session=found.session, expected=expected,
    )  # fmt: skip


@bp.post("/workshops/<int:session_id>/guests")
@access.allow(*DESK)
def add_guest(session_id: int) -> Response:
    """Write down a participant from a small business."""
    form = GuestForm()
    if form.validate_on_submit():
        try:
            service.add_guest(
                session_id, name=form.name.data, business=form.business.data,
                phone=form.phone.data, attended=form.attended.data, by=access.principal(),
                now=clock.now(),
            )  # fmt: skip
            url = url_for("workshops.desk", session_id=session_id) + "#guests"
            return web.go(url, _("%(name)s is on the list.", name=form.name.data))
        except errors.Invalid as refused:
            attach(form, refused)
    return _page(session_id, status=422, block="", guest=form)


@bp.post("/workshops/<int:session_id>/guests/<int:guest_id>")
@access.allow(*DESK)
def mark_guest(session_id: int, guest_id: int) -> Response:
    """Note whether a guest is here."""
    service.mark_guest(
        session_id, guest_id, request.form.get("attended") == "1", by=access.principal(),
        now=clock.now(),
    )  # fmt: skip
    return web.go(url_for("workshops.desk", session_id=session_id) + "#guests", _("Saved."))


@bp.get("/workshops/<int:session_id>/sheet")
@access.allow(*DESK)
def sheet(session_id: int) -> Response:
    """Give the attendance sheet to print, with a column to sign."""
    found = reads.at(session_id, access.principal())
    mentor = accounts.people([found.session.mentor_id or 0]).get(found.session.mentor_id or 0)
    return web.page(
        "workshops/sheet.html", desk=found, session=found.session, blank=BLANK_LINES,
        hub=next((hub for hub in programme.hubs() if hub.id == found.session.hub_id), None),
        mentor=mentor.name if mentor else "",
    )  # fmt: skip
