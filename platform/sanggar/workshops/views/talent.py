"""What talents do: take and give back a place, see their sessions, check in, subscribe."""

from __future__ import annotations

from flask import Response, request, url_for

from sanggar import clock, errors
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.i18n import _, tr
from sanggar.programme import queries as programme
from sanggar.workshops import desk, presence, queries, service
from sanggar.workshops.forms import MODES, CheckInForm
from sanggar.workshops.models import How, RegistrationState
from sanggar.workshops.views.blueprint import absolute, bp


@bp.post("/workshops/<int:session_id>/register")
@access.allow(Role.TALENT)
def register(session_id: int) -> Response:
    """Take a place, or a place on the waiting list."""
    person, now = access.principal(), clock.now()
    state = service.register(session_id, person.id, now=now)
    url = url_for("workshops.show", session_id=session_id)
    if state is RegistrationState.WAITING:
        return web.go(
            url, _("You are on the waiting list. We tell you when a place is free."), kind="warn"
        )
    clash = queries.clash(person.id, session_id, now)
    if clash is not None:
        return web.go(
            url,
            _("You have a place. Mind that it overlaps with %(title)s.", title=tr(clash.title)),
            kind="warn",
        )
    return web.go(url, _("You have a place. See you there."))


@bp.post("/workshops/<int:session_id>/cancel")
@access.allow(Role.TALENT)
def cancel(session_id: int) -> Response:
    """Give the place back."""
    service.cancel(session_id, access.principal().id, now=clock.now())
    return web.go(
        url_for("workshops.show", session_id=session_id),
        _("Your place is free for somebody else. Thank you for telling."),
    )


@bp.get("/workshops/mine")
@access.signed_in
def mine() -> Response:
    """Show my sessions: those to come, those that are over, my calendar address."""
    person, now = access.principal(), clock.now()
    token = desk.calendar_token(person.id)
    return web.page(
        "workshops/mine.html", coming=queries.registered(person.id, now), modes=MODES,
        past=queries.past(person.id, now), hubs={hub.id: hub for hub in programme.hubs()},
        feed=absolute("workshops.calendar", token=token) if token else "",
    )  # fmt: skip


@bp.post("/calendar/renew")
@access.signed_in
def renew_calendar() -> Response:
    """Make a new secret calendar address; the old one ends."""
    service.renew_calendar(access.principal().id, now=clock.now())
    return web.go(url_for("workshops.mine") + "#calendar", _("Your new calendar address is ready."))


@bp.get("/check-in")
@access.signed_in
def check_in() -> Response:
    """Ask for the code, or show the session of a scanned one with one button."""
    typed = request.args.get("code", "")
    form = CheckInForm(formdata=None, code=typed)
    if not typed:
        return web.page("workshops/check_in.html", form=form, session=None, via=How.CODE)
    try:
        session_id = presence.session_of_code(typed)
    except errors.Invalid as refused:
        return _refused(form, refused)
    return web.page(
        "workshops/check_in.html", form=form, session=queries.session_line(session_id),
        via=How.QR if request.args.get("via") == How.QR else How.CODE,
        mine=queries.my_state(session_id, access.principal().id),
        is_talent=access.principal().has(Role.TALENT),
    )  # fmt: skip


@bp.post("/check-in")
@access.allow(Role.TALENT)
def check_in_now() -> Response:
    """Note that the talent is here."""
    form = CheckInForm()
    if not form.validate_on_submit():
        return web.page(
            "workshops/check_in.html", status=422, form=form, session=None, via=How.CODE
        )
    how = How.QR if request.form.get("via") == How.QR else How.CODE
    person = access.principal()
    try:
        session_id = service.check_in(form.code.data, person.id, how=how, now=clock.now())
    except (errors.Invalid, errors.Conflict) as refused:
        return _refused(form, refused)
    return web.go(
        url_for("workshops.show", session_id=session_id), _("Your presence is noted. Welcome.")
    )


def _refused(form: CheckInForm, refused: errors.SanggarError) -> Response:
    form.code.errors = [refused.fields.get("code") or refused.message]
    return web.page(
        "workshops/check_in.html", status=refused.status, form=form, session=None, via=How.CODE
    )
