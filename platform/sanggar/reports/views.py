"""The homes of officers, of the province and of agencies, and the weekly recap."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for
from markupsafe import Markup

from sanggar import clock, errors
from sanggar.kernel import access, registry, web
from sanggar.kernel.access import Role
from sanggar.kernel.forms import number
from sanggar.kernel.i18n import _
from sanggar.programme import queries as programme
from sanggar.reports import overview, queries, rules, service, sheets, words
from sanggar.reports.forms import RecapForm

bp = Blueprint("reports", __name__, template_folder="templates")


@bp.get("/officer")
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def officer() -> Response:
    """Show how the programme stands and the one thing to do next."""
    person = access.principal()
    found = overview.overview(person, clock.now())
    today = clock.local(found.at).date()
    own = [line.count.hub.code for line in found.lines if line.mine]
    return web.page(
        "reports/officer.html", found=found, tasks=words.tasks(found.tasks), now=found.at,
        today=today, week=rules.week_of(today), month=words.month(found.forecast.month),
        outlook=rules.Outlook, scope=own[0] if len(own) == 1 else queries.PROGRAMME,
        numbers=overview.drawn(found, _numbers),
    )  # fmt: skip


def _numbers(found: overview.Overview) -> Markup:
    return Markup(render_template("reports/_numbers.html", found=found, link=words.link))  # noqa: S704 - our own template


@bp.get("/province")
@access.allow(Role.PROVINCE, Role.ADMIN)
def province() -> Response:
    """Show the whole programme on one screen, and on one sheet of paper."""
    now = clock.now()
    return web.page("reports/province.html", found=queries.province(now), now=now)


@bp.get("/agency")
@access.allow(Role.AGENCY_OFFICER)
def agency() -> Response:
    """Show an agency the talents it sent."""
    page = max(1, number(request.args, "page", 1))
    found = queries.agency(access.principal(), page)
    return web.page("reports/agency.html", found=found, now=clock.now())


@bp.get("/officer/recap")
@access.allow(Role.HUB_OFFICER, Role.PROVINCE, Role.ADMIN)
def recap() -> Response:
    """Show the recap of a day, or offer to make it."""
    person = access.principal()
    asked = {"as_of", "hub"} & set(request.args)
    form = RecapForm(person, request.args if asked else None, meta={"csrf": False})
    if asked and "as_of" in request.args and not form.validate():
        return _recap_page(form, status=422)
    return _recap_page(form)


def _recap_page(form: RecapForm, status: int = 200) -> Response:
    scope = form.scope
    if not queries.sees_scope(access.principal(), scope):
        raise errors.NotFound
    found = queries.recaps(form.as_of.data).get(scope) if status == 200 else None
    ready = found if found and found.reported_at else None
    hide = queries.hides_few(access.principal())
    return web.page(
        "reports/recap.html", status=status, form=form, recap=ready,
        name=sheets.scope_name(ready) if ready else "",
        columns=[name for name, _row in sheets.columns(ready)] if ready else [],
        groups=sheets.groups(ready, hide_few=hide) if ready else [], earlier=queries.reported(scope),
        feeds=[feed for feed in registry.current().exports.values() if feed.audience == "officer"],
        may_report=service.may_report(access.principal(), scope),
    )  # fmt: skip


@bp.post("/officer/recap")
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def make_recap() -> Response:
    """Freeze and sign the recap of a day; doing it again shows what was frozen."""
    person = access.principal()
    form = RecapForm(person)
    if not form.validate_on_submit():
        return _recap_page(form, status=422)
    service.report(form.as_of.data, form.scope, by=person, now=clock.now())
    where = url_for("reports.recap", as_of=form.as_of.data.isoformat(), hub=form.hub.data)
    return web.go(where, _("The recap is made. Its numbers stay as they are."))


@bp.get("/officer/recap/<as_of>/<hub>.<feed>")
@access.allow(Role.HUB_OFFICER, Role.PROVINCE, Role.ADMIN)
def recap_file(as_of: str, hub: str, feed: str) -> Response:
    """Download a reported recap."""
    day = rules.read_date(as_of, clock.today())
    known = next((row for row in programme.hubs() if row.code == hub), None)
    scope = f"hub:{known.id}" if known else queries.PROGRAMME
    if day is None or (known is None and hub != queries.PROGRAMME):
        raise errors.NotFound
    if not queries.sees_scope(access.principal(), scope):
        raise errors.NotFound
    hide = queries.hides_few(access.principal())
    return sheets.download(queries.recaps(day).get(scope), feed, hide_few=hide)
