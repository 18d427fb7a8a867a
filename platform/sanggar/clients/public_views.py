"""Profiles: those that everybody may see, by consent only, and the one a client sees for a brief."""

from __future__ import annotations

from typing import Any

from flask import Response

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.accounts.queries import Person
from sanggar.catalogue import queries as catalogue
from sanggar.certification import queries as certification
from sanggar.certification.queries import CertificateView
from sanggar.clients import cases, links, pool, queries, reading, rules
from sanggar.clients.blueprint import bp
from sanggar.clients.pool import PoolRow
from sanggar.clients.reading import ProfileRow, Services
from sanggar.clients.talent_rules import LANGUAGES
from sanggar.kernel import access, memory, web
from sanggar.kernel.access import Role
from sanggar.plugin.evidence import LEVELS
from sanggar.programme import queries as programme


@bp.get("/talents/<slug>")
@access.public
def talent_page(slug: str) -> Response:
    """Show one talent's public page; to the talent also before it is public, as others will see it."""
    found, terms = reading.profile_page(slug=slug)
    own = found.person_id == access.principal().id
    person, public = accounts.showable([found.person_id], clock.now())[found.person_id]
    if not (own or public):
        raise errors.NotFound
    standing = reading.standing(found.person_id)
    answer = _profile(found, terms, person, standing, public=public, own=own)
    if not (public and found.searchable):
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@bp.get("/briefs/<int:brief_id>/people/<int:person_id>")
@access.allow(Role.CLIENT, Role.HUB_OFFICER, Role.ADMIN)
def suggested(brief_id: int, person_id: int) -> Response:
    """Show a suggested talent to the client of a brief."""
    brief = queries.brief(brief_id, access.principal())
    rows = pool.pool(brief, clock.now(), [person_id])
    if not rows or rows[0].refusal not in ("", "asked"):
        raise errors.NotFound
    found, terms = reading.profile_page(person_id=person_id)
    standing = reading.standing_in(rows[0].record)
    return _profile(found, terms, rows[0], standing, public=True, brief=brief)


def _profile(
    found: ProfileRow, terms: Services, person: Person | PoolRow,
    standing: tuple[float | None, int], **more: Any,
) -> Response:  # fmt: skip
    now = clock.now()
    held = [c for c in certification.of_person(found.person_id, now) if c.state == "valid"]
    known = memory.remembered(("hubs of a profile",), programme.hubs, now, pool.HUBS_KEPT)
    hub = next((h for h in known if h.id == person.hub_id), None)
    works = cases.of_person(found.person_id, published=True)
    return web.page(
        "clients/talent.html", profile=found, person=person, hub=hub, rating=standing[0],
        finished=standing[1], certificates=held, works=works,
        services=_services(terms, held, hub.code if hub else ""),
        languages=[LANGUAGES[code] for code in found.languages.split() if code in LANGUAGES],
        picture=next((p for case in works for p in reversed(case.pictures)), None),
        address=links.absolute("clients.talent_page", slug=found.slug), **more,
    )  # fmt: skip


def _services(
    terms: Services, held: list[CertificateView], hub_code: str
) -> list[tuple[Any, Any, tuple[int, int, int]]]:
    """Return (service, the talent's terms, what people of this level and hub usually ask)."""
    levels: dict[str, str] = {}
    for each in held:
        levels[each.track] = max(each.level, levels.get(each.track, LEVELS[0]), key=LEVELS.index)
    return [
        (each, terms[track.id, each.id], rules.price_band(each.price, levels[track.id], hub_code))
        for track in catalogue.tracks() if track.id in levels
        for each in track.services if (track.id, each.id) in terms
    ]  # fmt: skip
