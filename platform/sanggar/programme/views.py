"""Pages of the programme: targets for officers, the map of regions and the hubs for administrators."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, Response, request, url_for

from sanggar import clock, errors
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.i18n import _
from sanggar.programme import forms, queries, rules, service

bp = Blueprint("programme", __name__, template_folder="templates")


@bp.route("/officer/targets", methods=["GET", "POST"])
@access.allow(Role.HUB_OFFICER, Role.PROVINCE, Role.ADMIN)
def targets() -> Response:
    """Show targets and how far they are reached; set or revise one."""
    who, today = access.principal(), clock.today()
    form = _form(who, today)
    if not form.hub_id.choices and form.is_submitted():
        raise errors.Forbidden
    if form.validate_on_submit():
        try:
            service.set_target(
                hub_id=form.hub_id.data or None, number=form.number.data or 0,
                period_start=form.period_start.data or today, period_end=form.period_end.data or today,
                now=clock.now(), by_id=who.id, reason=form.reason.data or "",
            )  # fmt: skip
            return web.go(url_for("programme.targets"), _("The target is saved."))
        except errors.Invalid as error:
            form.period_end.errors = [str(error.message)]
    status = 422 if form.is_submitted() else 200
    return web.page("programme/targets.html", status=status, **_overview(today), form=form)


def _form(who: access.Principal, today: date) -> forms.TargetForm:
    """Return a form whose choices are what this person may set; viewers have none."""
    own = [row for row in queries.hubs() if who.has(Role.ADMIN) or row.id in who.hubs]
    return forms.TargetForm(
        hubs=own, whole=who.has(Role.ADMIN), period_start=date(today.year, 1, 1),
        period_end=date(today.year, 12, 31),
    )  # fmt: skip


def _overview(today: date) -> dict[str, Any]:
    rows = queries.counts(today)
    whole = queries.total(rows, today)
    return {
        "rows": rows,
        "whole": whole,
        "sums_up": rules.sums_up(whole.target, [row.target for row in rows]),
        "hub_sum": sum(row.target for row in rows),
        "history": queries.target_history(),
        "hub_names": {row.id: row.name for row in queries.hubs()},
        "today": today,
    }


@bp.route("/admin/regions", methods=["GET", "POST"])
@access.allow(Role.ADMIN)
def regions() -> Response:
    """Show which hub serves which region; change the map."""
    hubs, rows = queries.hubs(), queries.regions()
    if request.method == "POST":
        known = {str(row.id): row.id for row in hubs}
        for row in rows:
            chosen = request.form.get(f"region-{row.id}")
            if chosen is not None and known.get(chosen) != row.hub_id:
                service.map_region(row.id, known.get(chosen))
        return web.go(url_for("programme.regions"), _("The map is saved."))
    return web.page("programme/regions.html", rows=rows, hubs=hubs)


@bp.get("/admin/hubs")
@access.allow(Role.ADMIN)
def hubs() -> Response:
    """Show the hubs with a form for each."""
    return web.page("programme/hubs.html", rows=_hub_forms())


@bp.post("/admin/hubs/<int:hub_id>")
@access.allow(Role.ADMIN)
def save_hub(hub_id: int) -> Response:
    """Correct a hub."""
    form = forms.HubForm(prefix=f"hub{hub_id}")
    row = queries.hub(hub_id)
    if not form.validate_on_submit():
        return web.page("programme/hubs.html", status=422, rows=_hub_forms({hub_id: form}))
    service.save_hub(row.id, city=form.city.data or "", phone=form.phone.data or "")
    return web.go(url_for("programme.hubs"), _("The hub is saved."))


def _hub_forms(
    given: dict[int, forms.HubForm] | None = None,
) -> list[tuple[queries.HubRow, forms.HubForm]]:
    given = given or {}
    return [
        (row, given.get(row.id) or forms.HubForm(formdata=None, prefix=f"hub{row.id}", obj=row))
        for row in queries.hubs()
    ]
