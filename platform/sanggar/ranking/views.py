"""The page a client comes for: who fits, in which order, and why."""

from __future__ import annotations

from flask import Response, render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from sanggar import clock
from sanggar.accounts import queries as accounts
from sanggar.clients import queries as clients
from sanggar.clients.queries import BriefRow, ShortlistRow
from sanggar.kernel import access, i18n, web
from sanggar.kernel.access import Role
from sanggar.kernel.i18n import _
from sanggar.plugin.track import LEVEL_TITLES
from sanggar.ranking import (
    audit_views,
    baseline,
    candidates,
    card_views,
    explain,
    journal,
    objection_views,
    objections,
    queries,
    service,
)
from sanggar.ranking.blueprint import bp
from sanggar.ranking.service import Ranking

#: importing a module of pages puts them on the blueprint
__all__ = ["audit_views", "bp", "card_views", "objection_views"]

#: stands for each reader's own token in pieces that are kept
STAND_IN = "@@stand-in@@"
RENDERED = 8


@bp.get("/briefs/<int:brief_id>/talents")
@access.allow(Role.CLIENT, Role.HUB_OFFICER, Role.ADMIN)
def show(brief_id: int) -> Response:
    """Show the talents suggested for a brief."""
    return _show(brief_id, everybody="all" in request.args)


def _show(brief_id: int, *, everybody: bool) -> Response:
    brief, listed = clients.brief_with_shortlist(brief_id, access.principal())
    now = clock.now()
    found = service.rank(brief, listed, now)
    if found.cards:
        journal.shown(
            brief_id, found.trace, side=journal.CLIENT if brief.mine else journal.OFFICER,
            depth=len(found.cards) if everybody else min(len(found.cards), service.SHOWN), now=now,
        )  # fmt: skip
    return web.page(
        "ranking/show.html", block="ranking", brief=brief, notes=_notes(brief_id),
        body=_body(brief, listed, found, everybody),
    )  # fmt: skip


def _notes(brief_id: int) -> list[tuple[str, objections.Note]]:
    """Return the places that persons gave, with the names they are about."""
    found = objections.notes(brief_id)
    people = accounts.people({note.person_id for note in found}) if found else {}
    return [(people[note.person_id].name, note) for note in found if note.person_id in people]


def _body(brief: BriefRow, listed: list[ShortlistRow], found: Ranking, everybody: bool) -> Markup:
    """Return the list and what stands beside it, rendered once for as long as nothing changes.

    Only the token against forged requests differs from one reader to the next.
    """
    key = (brief, tuple(listed), everybody, i18n.language())
    if key not in found.rendered:
        if len(found.rendered) >= RENDERED:
            found.rendered.clear()
        found.rendered[key] = render_template(
            "ranking/_list.html", brief=brief, found=found, everybody=everybody, token=STAND_IN,
            cards=found.cards if everybody else found.cards[: service.SHOWN],
            chosen={row.person_id: row for row in listed}, LEVELS=LEVEL_TITLES,
            waiting=sum(row.offer_id is None for row in listed),
        )  # fmt: skip
    return Markup(found.rendered[key].replace(STAND_IN, generate_csrf()))  # noqa: S704 - our template


@bp.post("/briefs/<int:brief_id>/talents/<int:person_id>/shortlist")
@access.allow(Role.CLIENT, Role.HUB_OFFICER, Role.ADMIN)
def shortlist(brief_id: int, person_id: int) -> Response:
    """Put a talent on the short list, or take them off."""
    wanted, now = request.form.get("wanted") != "0", clock.now()
    service.toggle(brief_id, person_id, wanted=wanted, by=access.principal(), now=now)
    if wanted and (digest := request.form.get("list", "")):
        journal.clicked(brief_id, digest, person_id, journal.SHORTLISTED, now)
    everybody = "all" in request.form
    if web.wants_fragment():
        return _show(brief_id, everybody=everybody)
    return web.go(
        url_for("ranking.show", brief_id=brief_id, all="1" if everybody else None)
        + f"#t{person_id}"
    )


@bp.after_app_request
def opened(response: Response) -> Response:
    """Log that a talent's page was opened from a list: the link says from which."""
    digest = request.args.get("list", "")
    if digest and request.endpoint == "clients.suggested" and response.status_code == 200:
        seen = request.view_args or {}
        journal.clicked(
            seen["brief_id"], digest, seen["person_id"], journal.OPENED, clock.now()
        )  # fmt: skip
    return response


@bp.get("/help/ranking")
@access.public
def about() -> Response:
    """Explain how the order is made, with the numbers that serve now."""
    kept = queries.report()
    return web.page(
        "ranking/about.html", weights=baseline.WEIGHTS, titles=explain.GROUP_TITLES,
        model=queries.serving(), title=_("How the order is made"),
        learned=kept.data["found"] if kept else None, usual=baseline.usual(candidates.all_features()),
        card=access.principal().has(*card_views.READERS),
    )  # fmt: skip
