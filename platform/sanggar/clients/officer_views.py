"""Pages of a hub's officer: the briefs of the hub, and filling one in for an owner."""

from __future__ import annotations

from flask import Response, request, url_for

from sanggar import clock, errors
from sanggar.clients import queries, reading, service
from sanggar.clients.blueprint import bp
from sanggar.clients.forms import OwnerBriefForm, put
from sanggar.clients.rules import GOOD_BRIEF, BriefState
from sanggar.kernel import access, web
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.forms import number
from sanggar.kernel.i18n import _

PAGE = 25
#: What an officer looks at first.
VIEWS: dict[str, tuple[BriefState, ...]] = {
    "open": (BriefState.OPEN, BriefState.SHORTLISTED),
    "running": (BriefState.RUNNING,),
    "draft": (BriefState.DRAFT,),
    "ended": (BriefState.FINISHED, BriefState.CANCELLED, BriefState.EXPIRED),
}


def _hubs(person: Principal) -> frozenset[int] | None:
    return None if person.has(Role.ADMIN) else person.hubs


@bp.get("/officer/briefs")
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def desk() -> Response:
    """Show the briefs of the officer's hubs, with how well they tell what is needed."""
    hubs = _hubs(access.principal())
    view = request.args.get("view", "open")
    view = view if view in VIEWS else "open"
    page = max(1, number(request.args, "page", 1))
    counts = queries.state_counts(hubs)
    totals = {name: sum(counts[s] for s in states) for name, states in VIEWS.items()}
    rows = queries.briefs_of_hubs(hubs, VIEWS[view], PAGE, (page - 1) * PAGE)
    return web.page(
        "clients/desk.html", briefs=rows, view=view, totals=totals, page=page,
        pages=max(-(-totals[view] // PAGE), 1), disputes=reading.disputes(hubs), good=GOOD_BRIEF,
        now=clock.now(),
    )  # fmt: skip


@bp.route("/officer/briefs/new", methods=["GET", "POST"])
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def help_owner() -> Response:
    """Fill in a brief for an owner who is sitting here or on the phone."""
    form = OwnerBriefForm()
    if form.validate_on_submit():
        try:
            made = service.write_for_owner(
                form.written(), form.for_owner(), by=access.principal(), now=clock.now()
            )
            return web.go(url_for("ranking.show", brief_id=made), _("The brief is open."))
        except errors.Invalid as refused:
            put(form, refused)
    return web.page(
        "clients/brief_form.html", status=422 if form.errors or form.form_errors else 200,
        form=form, brief=None, for_owner=True,
    )  # fmt: skip
