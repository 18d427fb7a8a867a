"""Pages about markers: how they agree, how severe they are, what a work would get from an average one."""

from __future__ import annotations

from flask import Response, request, url_for

from sanggar import clock
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.i18n import _
from sanggar.quality import markers as reports
from sanggar.quality import markers_chart, markers_report
from sanggar.quality.blueprint import bp


@bp.get("/quality/markers")
@access.allow(Role.MENTOR, Role.HUB_OFFICER, Role.ADMIN)
def markers() -> Response:
    """List the tracks with their newest report."""
    return web.page(
        "quality/markers.html",
        rows=reports.summaries(access.principal()),
        month_name=reports.month_name,
    )


@bp.get("/quality/markers/<track>")
@access.allow(Role.MENTOR, Role.HUB_OFFICER, Role.ADMIN)
def marker_report(track: str) -> Response:
    """Show the report of a month."""
    found = reports.page(access.principal(), track, request.args.get("month", "")[:7])
    charts = {
        part.data["ref"]: markers_chart.severity(part.data["severity"]["markers"], found.names)
        for part in found.parts if part.data["severity"]
    }  # fmt: skip
    return web.page(
        "quality/markers_report.html", page=found, charts=charts,
        least_agreement=markers_report.LEAST_AGREEMENT, least=markers_report.LEAST_SEVERITY,
        least_anchors=markers_report.LEAST_ANCHORS, period=reports.PERIOD.days // 30,
        named=reports.sees_names(access.principal()),
        month_name=reports.month_name,
    )  # fmt: skip


@bp.post("/quality/markers/<track>/count")
@access.allow(Role.MENTOR, Role.HUB_OFFICER, Role.ADMIN)
def count_markers(track: str) -> Response:
    """Have a report counted now."""
    asked = reports.ask(access.principal(), track, clock.now())
    url = url_for("quality.marker_report", track=track)
    if not asked:
        return web.go(url, _("This was counted a moment ago; the page shows it."))
    return web.go(url, _("It is being counted. Reload the page in a minute."))
