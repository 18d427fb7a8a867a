"""A talent's calendar: a month to read, days to take off, and a private feed for the phone."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Response, make_response, request, url_for

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.clients import calendar, ics, links, profiles, service
from sanggar.clients.blueprint import bp
from sanggar.clients.forms import put
from sanggar.clients.talent_forms import SpanForm
from sanggar.clients.talent_rules import HORIZON, BusyKind, next_month, weeks
from sanggar.kernel import access, i18n, web
from sanggar.kernel.access import Role
from sanggar.kernel.i18n import _
from sanggar.kernel.templating import DAYS, MONTHS

#: how far back a subscribed calendar remembers
REMEMBERED = timedelta(days=180)


@bp.route("/profile/work/calendar", methods=["GET", "POST"])
@access.allow(Role.TALENT)
def availability() -> Response:
    """Show a month with days off and agreed work; take days off."""
    person, now, form = access.principal(), clock.now(), SpanForm()
    if form.validate_on_submit() and (first := form.starts_on.data):
        last = form.ends_on.data or first
        try:
            kind, note = BusyKind(form.kind.data), form.note.data or ""
            service.add_span(person.id, kind, first, last, note, now=now)
            month = f"{first:%Y-%m}"
            return web.go(url_for("clients.availability", month=month), _("Saved."))
        except errors.Invalid as refused:
            put(form, refused)
    return _month(form)


def _month(form: SpanForm) -> Response:
    person, today = access.principal(), clock.today()
    month = _asked_month(today)
    days = weeks(month)
    entries = calendar.entries(person.id, days[0][0], days[-1][-1])
    token = calendar.token_of(person.id)
    return web.page(
        "clients/calendar.html", status=422 if form.errors else 200, form=form, today=today,
        month=month, weeks=days, entries=entries, before=next_month(month, -1),
        after=next_month(month), day_names=DAYS[i18n.language()],
        month_name=f"{MONTHS[i18n.language()][month.month - 1]} {month.year}",
        feed=links.absolute("clients.calendar_feed", token=token) if token else "",
        on={day: [e for e in entries if e.first <= day <= e.last] for week in days for day in week},
    )  # fmt: skip


def _asked_month(today: date) -> date:
    """Return the first day of the month in the address; of this one when there is none to show."""
    typed = request.args.get("month", "")
    try:
        found = date.fromisoformat(f"{typed}-01") if len(typed) == len("2026-11") else today
    except ValueError:
        found = today
    return (found if abs(found - today) <= HORIZON else today).replace(day=1)


@bp.post("/profile/work/calendar/<int:span_id>/delete")
@access.allow(Role.TALENT)
def delete_span(span_id: int) -> Response:
    """Be free again on days that were taken."""
    service.delete_span(access.principal().id, span_id, now=clock.now())
    return web.go(url_for("clients.availability"), _("These days are free again."))


@bp.post("/profile/work/calendar/renew")
@access.allow(Role.TALENT)
def renew_feed() -> Response:
    """Make a new secret calendar address; the old one ends."""
    profiles.renew_calendar(access.principal().id, now=clock.now())
    return web.go(url_for("clients.availability") + "#feed-of-work",
                  _("Your new calendar address is ready."))  # fmt: skip


@bp.get("/work-calendar/<token>.ics")
@access.public
def calendar_feed(token: str) -> Response:
    """Give a talent's days to the calendar that knows the secret address."""
    person_id, today = calendar.owner_of(token), clock.today()
    entries = calendar.entries(person_id, today - REMEMBERED, today + HORIZON)
    with i18n.speaking(accounts.person(person_id).language):
        answer = make_response(ics.of_person(entries))
    answer.headers["Content-Type"] = "text/calendar; charset=utf-8"
    answer.headers["Content-Disposition"] = 'inline; filename="sanggar-work.ics"'
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer
