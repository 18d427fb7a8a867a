"""The public search of talents: filters in the address, a page of people, and what to loosen."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from sanggar import clock
from sanggar.accounts import queries as accounts
from sanggar.catalogue import queries as catalogue
from sanggar.clients import queries, reading, search
from sanggar.clients.blueprint import bp
from sanggar.clients.search import MOST, PAGE, Wanted
from sanggar.clients.talent_rules import LANGUAGES, words
from sanggar.kernel import access, web
from sanggar.kernel.forms import clean, number, parse_rupiah
from sanggar.plugin.evidence import LEVELS
from sanggar.plugin.track import LEVEL_TITLES
from sanggar.programme import queries as programme

LONGEST_SEARCH = 80


@bp.get("/talents/")
@access.public
def talents() -> Response:
    """Find certified talents who have agreed to be seen by everybody."""
    now = clock.now()
    today, asked = clock.local(now).date(), _asked()
    wanted = _wanted(asked)
    found = search.find(wanted, today)
    pages = max(-(-min(len(found), MOST) // PAGE), 1)
    page = min(max(1, number(request.args, "page", 1)), pages)
    ids = found[(page - 1) * PAGE : page * PAGE][: MOST - (page - 1) * PAGE]
    # nobody is shown whose consent has just ended
    people = {i: row[0] for i, row in accounts.showable(ids, now).items() if row[1]}
    cards = search.cards([i for i in ids if i in people], today)
    looser = [] if found else search.looser(wanted, today)
    return web.page(
        "clients/talents.html", cards=cards, people=people, asked=asked,
        wanted=wanted, count=min(len(found), MOST), more=len(found) > MOST, page=page, pages=pages,
        tracks=catalogue.tracks(), hubs=programme.hubs(), languages=LANGUAGES, LEVELS=LEVELS,
        LEVEL_TITLES=LEVEL_TITLES, standings=reading.standings(ids) if ids else {},
        looser=looser, alone=[] if found or looser else search.alone(wanted, today),
    )  # fmt: skip


def _asked() -> dict[str, str]:
    """Return the filters as they stand in the address, those that mean something."""
    args = request.args
    track, _slash, service = clean(args.get("service")).partition("/")
    known = queries.service_of(track, service) is not None
    asked = {
        "q": clean(args.get("q"))[:LONGEST_SEARCH],
        "track": track if known else clean(args.get("track")),
        "service": f"{track}/{service}" if known else "",
        "level": args.get("level", "") if args.get("level") in LEVELS[1:] else "",
        "hub": str(number(args, "hub") or ""),
        "price": str(parse_rupiah(clean(args.get("price"))) or ""),
        "language": args.get("language", "") if args.get("language") in LANGUAGES else "",
    }
    if asked["track"] not in {t.id for t in catalogue.tracks()}:
        asked["track"] = ""
    return {name: value for name, value in asked.items() if value}


def _wanted(asked: dict[str, Any]) -> Wanted:
    return Wanted(
        track=asked.get("track", ""), level=LEVELS.index(asked.get("level", LEVELS[0])),
        hub_id=int(asked["hub"]) if "hub" in asked else None,
        service=asked.get("service", "").partition("/")[2],
        price=min(int(asked["price"]), 10**9) if "price" in asked else None,
        language=asked.get("language", ""), words=tuple(words(asked.get("q", ""))),
    )  # fmt: skip
