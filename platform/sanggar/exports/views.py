"""Data that leaves the platform: one's own, officers' aggregates; and the logs administrators read."""

from __future__ import annotations

import json

from flask import Blueprint, Response, make_response, request

import sanggar
from sanggar import clock, errors
from sanggar.exports import personal, queries
from sanggar.kernel import access, log, registry, web
from sanggar.kernel.access import Role
from sanggar.kernel.forms import number

bp = Blueprint("exports", __name__, template_folder="templates")


def _attachment(body: bytes | str, media_type: str, name: str) -> Response:
    response = make_response(body)
    response.headers["Content-Type"] = media_type
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/my-data.json")
@access.signed_in
def my_data() -> Response:
    """Give somebody a copy of everything that is known about them."""
    person = access.principal()
    copy = {
        "made_at": clock.now().isoformat(),
        "version": sanggar.__version__,
        "person": {"id": person.id, "name": person.name, "roles": sorted(person.roles)},
        "data": personal.everything(person.id),
    }
    log.get().info("my_data", person=person.id)
    body = json.dumps(copy, ensure_ascii=False, indent=1, default=str)
    return _attachment(body, "application/json; charset=utf-8", "data-saya.json")


@bp.get("/officer/export/<name>")
@access.allow(Role.HUB_OFFICER, Role.PROVINCE, Role.ADMIN)
def feed(name: str) -> Response:
    """Give an officer the aggregates of their hubs in one of the registered formats."""
    found = registry.current().exports.get(name)
    if found is None or found.audience != "officer":
        raise errors.NotFound
    today, person = clock.today(), access.principal()
    rows = queries.hub_rows(person, today)
    with registry.guard(registry.current().owner("exports", name)):
        body = found.render(rows)
    log.get().info("export", feed=name, person=person.id, rows=len(rows))
    return _attachment(body, found.media_type, f"sanggar-{today.isoformat()}.{found.extension}")


@bp.get("/admin/audit")
@access.allow(Role.ADMIN)
def audit() -> Response:
    """Show who changed what, newest first."""
    person, entity = request.args.get("person", "")[:120], request.args.get("entity", "")
    if entity not in queries.entities():
        entity = ""
    found = queries.audit(person, entity, max(1, number(request.args, "page", 1)))
    return web.page(
        "exports/audit.html", block="found", found=found, person=person, entity=entity,
        entities=queries.entities(),
    )  # fmt: skip


@bp.get("/admin/events")
@access.allow(Role.ADMIN)
def events() -> Response:
    """Show what happened, newest first."""
    kind = request.args.get("kind", "")[:64]
    found = queries.events(kind, max(1, number(request.args, "page", 1)))
    return web.page("exports/events.html", block="found", found=found, kind=kind)
