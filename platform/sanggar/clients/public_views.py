"""Profiles: those that everybody may see, by consent only, and the one a client sees for a brief."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.catalogue import queries as catalogue
from sanggar.certification import queries as certification
from sanggar.clients import pool, queries, reading
from sanggar.clients.blueprint import bp
from sanggar.clients.reading import ProfileRow
from sanggar.kernel import access, web
from sanggar.kernel.access import Role
from sanggar.kernel.forms import number
from sanggar.plugin.evidence import LEVELS
from sanggar.plugin.track import LEVEL_TITLES
from sanggar.programme import queries as programme

PAGE = 24


@bp.get("/talents/")
@access.public
def talents() -> Response:
    """Show certified talents who have agreed to be seen by everybody."""
    now = clock.now()
    track, hub = request.args.get("track", ""), number(request.args, "hub") or None
    page = max(1, number(request.args, "page", 1))
    chosen = [t for t in catalogue.tracks() if track in ("", t.id)]
    held = _held([t.id for t in chosen], now)
    people = accounts.people(sorted(accounts.public_ids(sorted(held), now)))
    ids = {p.id for p in people.values() if hub is None or p.hub_id == hub}
    rows = reading.profiles(ids, PAGE, (page - 1) * PAGE)
    return web.page(
        "clients/talents.html", profiles=rows, people=people, held=held, track=track, hub=hub,
        tracks=catalogue.tracks(), hubs=programme.hubs(), page=page, total=len(ids),
        pages=max(-(-len(ids) // PAGE), 1), LEVELS=LEVEL_TITLES,
        standings=reading.standings([r.person_id for r in rows]),
    )  # fmt: skip


def _held(tracks: list[str], now: Any) -> dict[int, list[tuple[str, str]]]:
    """Return person -> (track, highest valid level) in these tracks, best level first."""
    held: dict[int, list[tuple[str, str]]] = {}
    for track in tracks:
        for person_id, level in certification.levels(track, now).items():
            held.setdefault(person_id, []).append((track, level))
    for each in held.values():
        each.sort(key=lambda pair: -LEVELS.index(pair[1]))
    return held


@bp.get("/talents/<slug>")
@access.public
def talent_page(slug: str) -> Response:
    """Show one talent's public page; to the talent also before it is public."""
    found = reading.profile_by_slug(slug)
    own = found.person_id == access.principal().id
    public = bool(accounts.public_ids([found.person_id], clock.now()))
    if not (own or public):
        raise errors.NotFound
    return _profile(found, public=public, own=own)


@bp.get("/briefs/<int:brief_id>/people/<int:person_id>")
@access.allow(Role.CLIENT, Role.HUB_OFFICER, Role.ADMIN)
def suggested(brief_id: int, person_id: int) -> Response:
    """Show a suggested talent to the client of a brief."""
    brief = queries.brief(brief_id, access.principal())
    rows = pool.pool(brief, clock.now(), [person_id])
    found = reading.profile_of(person_id)
    if found is None or not rows or rows[0].refusal not in ("", "asked"):
        raise errors.NotFound
    return _profile(found, public=True, brief=brief)


def _profile(found: ProfileRow, **more: Any) -> Response:
    now = clock.now()
    certificates = certification.of_person(found.person_id, now)
    rating, finished = reading.standing(found.person_id)
    person = accounts.person(found.person_id)
    hub = next((h for h in programme.hubs() if h.id == person.hub_id), None)
    return web.page(
        "clients/talent.html", profile=found, person=person, hub=hub, rating=rating,
        finished=finished, certificates=[c for c in certificates if c.state == "valid"],
        works=reading.portfolio(found.person_id, published=True), **more,
    )  # fmt: skip
