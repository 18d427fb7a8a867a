"""Which pages are measured, as whom: found in the demo by its accounts and made ready where needed."""

from __future__ import annotations

from flask import Flask

from sanggar import clock
from sanggar.accounts import queries as accounts
from sanggar.assessments import service as assessments
from sanggar.catalogue import queries as catalogue
from sanggar.clients import queries as clients
from sanggar.clients.rules import BriefState
from sanggar.kernel import db
from sanggar.learning import queries as learning

#: a check without limit of attempts: it can always be started
CHECK = ("shared", "freelancing-basics-check")

Subject = tuple[str, str, int | None]


def account(name: str) -> int:
    """Return the id of a demo account."""
    person = accounts.by_login(f"{name}@example.org")
    if person is None:
        raise SystemExit(f"the demo has no account {name}@example.org")
    return int(person.id)


def quiz(talent: int) -> str:
    """Start an attempt, or go on with the live one; return the address of its third question."""
    attempt = assessments.start_attempt(talent, *CHECK, clock.now())
    return f"/attempts/{attempt.id}/3"


def open_brief(client: int) -> str:
    """Return the address of the ranking of the client's newest open brief."""
    found = [brief for brief in clients.briefs_of(client) if brief.state is BriefState.OPEN]
    if not found:
        raise SystemExit("the demo's client has no open brief")
    return f"/briefs/{max(brief.id for brief in found)}/talents"


def lesson(track: str) -> str:
    """Return the address of the first lesson of the track's first own course."""
    _unit, courses = next(pair for pair in catalogue.courses_of(catalogue.track(track)) if pair[0])
    return f"/courses/{courses[0].slug}/{courses[0].lessons[0].slug}"


def subjects(app: Flask) -> list[Subject]:
    """Return (name, path, person or None) of the pages that have a goal."""
    with db.transaction(app):
        talent, client, officer = (account(name) for name in ("talent", "client", "officer"))
        track = learning.chosen(talent)[0]
        return [
            ("track page", f"/tracks/{track}", talent),
            ("lesson page", lesson(track), talent),
            ("quiz page", quiz(talent), talent),
            ("ranking page", open_brief(client), client),
            ("staff home", "/officer", officer),
            ("talent home", "/learn", talent),
            ("landing", "/", None),
        ]
