"""Pages that say whether the order of names is fair, and whether scores say how work goes."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from sanggar import clock
from sanggar.catalogue import queries as catalogue
from sanggar.clients import queries as clients
from sanggar.kernel import access, web
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.i18n import _, _l
from sanggar.kernel.templating import number
from sanggar.programme import queries as programme
from sanggar.rankers.representation import FOUR_FIFTHS, OTHERS
from sanggar.ranking import audit, drawing, validity
from sanggar.ranking.audit_models import RankingAudit
from sanggar.ranking.blueprint import bp
from sanggar.ranking.drawing import Drawing, Value
from sanggar.ranking.validity import Correlation, Link

KINDS = {
    "hub": _l("Hub"), "sex": _l("Sex"), "disability": _l("Disability"), "education": _l("Education"),
}  # fmt: skip
MEASURES = {"exposure": _l("Seen by clients"), "placement": _l("Work agreed")}
PREDICTORS = {
    "theory": _l("Exam score"), "practice": _l("Practical mark"), "level": _l("Certificate level"),
}  # fmt: skip
OUTCOMES = {
    "rating": _l("stars"), "on_time": _l("on time"), "well": _l("ended well"),
}  # fmt: skip
#: the drawing goes from nothing to a half more than the best-treated group
MOST = 1.5


@bp.get("/officer/ranking/audit")
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def exposure() -> Response:
    """Show how groups fared in the ranking: in the programme, and in the officer's hubs."""
    person = access.principal()
    hubs = {str(hub.id): str(hub.name) for hub in _hubs(person)}
    kept = audit.kept([audit.PROGRAMME, *hubs])
    scopes = [
        _scope(kept[key], name)
        for key, name in {audit.PROGRAMME: _("The whole programme"), **hubs}.items() if key in kept
    ]  # fmt: skip
    return web.page(
        "ranking/audit.html", scopes=scopes, tallies=clients.tallies(None, clock.now()),
        least=validity.LEAST,
    )  # fmt: skip


def _hubs(person: Principal) -> list[Any]:
    known = programme.hubs()
    return [h for h in known if person.has(Role.ADMIN) or h.id in person.hubs]


def _scope(row: RankingAudit, name: str) -> dict[str, Any]:
    """Return a scope as the page shows it: a drawing and a table for each kind of group."""
    kinds = []
    for kind, found in row.data["kinds"].items():
        groups = [{**each, "name": _named(kind, each["group"])} for each in found["groups"]]
        flagged = [g for g in groups if g["exposure"]["flagged"] or g["placement"]["flagged"]]
        certain = [g for g in groups if g["exposure"]["certain"] or g["placement"]["certain"]]
        kinds.append({
            "id": kind, "title": KINDS[kind], "groups": groups, "omitted": found["omitted"],
            "flagged": flagged, "certain": certain,
            "drawings": {m: _drawn(groups, m) for m in MEASURES} if len(groups) > 1 else {},
        })  # fmt: skip
    return {"name": name, "id": row.scope or "all", "row": row, "kinds": kinds}


def _named(kind: str, group: str) -> str:
    if group == OTHERS:
        return str(_("small groups together"))
    if kind == "hub":
        return next((str(h.name) for h in programme.hubs() if str(h.id) == group), group)
    return audit.words(kind, group)


def _drawn(groups: list[dict[str, Any]], measure: str) -> Drawing:
    values = [
        Value(
            g["name"], g[measure]["ratio"], g[measure]["low"], g[measure]["high"],
            number(g[measure]["ratio"], 2),
            "flag" if g[measure]["certain"] else "doubt" if g[measure]["flagged"] else "clear",
        )
        for g in groups
    ]  # fmt: skip
    ticks = [(n / 4, number(n / 4, 2)) for n in range(0, 7, 2)]
    return drawing.intervals(values, 0.0, MOST, ticks, (FOUR_FIFTHS, 1.0))


@bp.get("/officer/ranking/validity")
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def scores() -> Response:
    """Show whether assessment scores say how work goes, track by track."""
    tracks = catalogue.tracks()
    wanted = request.args.get("track", "")
    chosen = next((t for t in tracks if t.id == wanted), tracks[0] if tracks else None)
    found = validity.report(chosen.id, clock.now()) if chosen else None
    return web.page(
        "ranking/validity.html", tracks=tracks, chosen=chosen, found=found,
        drawings=_links(found.links) if found else {}, predictors=PREDICTORS, outcomes=OUTCOMES,
        least=validity.LEAST,
    )  # fmt: skip


def _links(links: tuple[Link, ...]) -> dict[str, Drawing]:
    """Return a drawing for each score: its correlation with each outcome, plain and corrected."""
    ticks = [(n / 2, number(n / 2, 1)) for n in range(-2, 3)]
    found = {}
    for predictor in PREDICTORS:
        values: list[Value] = []
        for each in links:
            if each.predictor == predictor and each.plain is not None:
                values.append(
                    _value(_("%(what)s, as observed", what=OUTCOMES[each.outcome]), each.plain, "")
                )
                if each.corrected is not None:
                    values.append(
                        _value(
                            _("%(what)s, corrected", what=OUTCOMES[each.outcome]),
                            each.corrected,
                            "clear",
                        )
                    )
        if values:
            found[predictor] = drawing.intervals(values, -1.0, 1.0, ticks, (0.0,))
    return found


def _value(label: str, found: Correlation, look: str) -> Value:
    return Value(label, found.value, found.low, found.high, number(found.value, 2), look)
