"""Freezing a recap: what was reported stays reported."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import col, select

from sanggar import clock, errors
from sanggar.kernel import access, db
from sanggar.kernel.access import Principal
from sanggar.kernel.i18n import _
from sanggar.programme import queries as programme
from sanggar.programme.models import Hub
from sanggar.reports import measures, queries, rules
from sanggar.reports.models import Recap


def report(as_of: date, scope: str, *, by: Principal, now: datetime) -> Recap:
    """Freeze the recap of a date and sign it for one scope; done before, it stays as it was.

    The first report of a date freezes all hubs and the province from one count; each scope then
    gets its own reporter.
    """
    if not may_report(by, scope):
        raise errors.Forbidden
    if rules.read_date(as_of.isoformat(), clock.local(now).date()) is None:
        raise errors.Invalid(_("Choose a date that has already come."))
    _hold_programme()
    found = queries.recaps(as_of)
    if not found:
        found = _freeze(as_of, now)
    row = found.get(scope)
    if row is None:
        raise errors.NotFound
    if row.reported_at is None:
        row.by_id, row.reporter, row.reported_at = by.id, by.name, now
        db.flush()
    return row


def may_report(person: Principal, scope: str) -> bool:
    """Return whether somebody reports for a scope: officers for their hubs and the programme."""
    if person.has(access.Role.ADMIN):
        return True
    if not person.has(access.Role.HUB_OFFICER):
        return False
    return scope == queries.PROGRAMME or queries.hub_of(scope) in person.hubs


def _hold_programme() -> None:
    """Let two officers who report at the same moment do it one after the other."""
    first = db.session().exec(select(Hub.id).order_by(col(Hub.id))).first()
    db.lock(Hub, first or 0)


def _freeze(as_of: date, now: datetime) -> dict[str, Recap]:
    made = {}
    for scope, data in figures(as_of, now).items():
        made[scope] = Recap(as_of=as_of, scope=scope, data=data, at=now)
        db.session().add(made[scope])
    db.flush()
    return made


def figures(as_of: date, now: datetime) -> dict[str, dict[str, Any]]:
    """Return what the recap of a date says, for each scope, counted now."""
    found = measures.measure(measures.Span(as_of, rules.moment_of(as_of, now)))
    names = {hub.id: str(hub.name) for hub in programme.hubs()}
    goal = programme.targets(as_of).get(None)
    columns = [
        {"name": names.get(hub_id or 0, ""), "figures": row} for hub_id, row in found.items()
    ]
    total = measures.add_up(found.values(), goal.number if goal else None)
    data: dict[str, dict[str, Any]] = {queries.PROGRAMME: {"columns": columns, "total": total}}
    for hub_id, row in found.items():
        if hub_id is not None:
            data[f"hub:{hub_id}"] = {"columns": [], "total": row, "name": names.get(hub_id, "")}
    return data
