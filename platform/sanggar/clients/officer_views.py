"""Pages of a hub's officer: the briefs of the hub, and filling one in for an owner."""

from __future__ import annotations

from flask import Response, request

from sanggar import clock
from sanggar.accounts import queries as accounts
from sanggar.clients import queries, reading
from sanggar.clients.blueprint import bp
from sanggar.clients.rules import GOOD_BRIEF, BriefState
from sanggar.kernel import access, web
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.forms import number

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
        now=clock.now(), owners=accounts.people({row.client_person_id for row in rows}),
    )  # fmt: skip
