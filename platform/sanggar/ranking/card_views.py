"""The model card: what orders the names, what it has learned from, and how well it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import Response

from sanggar.kernel import access, registry, web
from sanggar.kernel.access import Role
from sanggar.kernel.i18n import _, _l, tr
from sanggar.kernel.templating import number, percent
from sanggar.plugin.track import LEVEL_TITLES
from sanggar.programme import queries as programme
from sanggar.ranking import baseline, card, card_charts, drawing, explain, queries, store
from sanggar.ranking.blueprint import bp
from sanggar.ranking.drawing import Drawing, Value
from sanggar.ranking.models import RankingModel

#: as in `training`, which web workers do not load
ENOUGH, ENOUGH_LATER = 300, 20
READERS = (Role.HUB_OFFICER, Role.AGENCY_OFFICER, Role.PROVINCE, Role.ADMIN)
GRADES = {
    "shown": _l("only shown"), "shortlisted": _l("on a short list"), "invited": _l("offered"),
    "agreed": _l("agreed"), "finished_well": _l("finished well"),
}  # fmt: skip
GROUPS = {
    "hub": _l("By hub of the brief"),
    "service": _l("By service"),
    "level": _l("By level asked"),
}


#: groups whose names fit into a drawing
DRAWN = ("hub", "level")


@bp.get("/ranking/model")
@access.allow(*READERS)
def model_card() -> Response:
    """Show which model orders the names and all that is known of it."""
    kept, serving, past = queries.report(), queries.serving_row(), queries.history()
    shown = serving or next(iter(past), None)
    report: dict[str, Any] = kept.data if kept else {}
    numbers: dict[str, Any] = (shown.card or {}) if shown else {}
    found = shown.metrics if shown else report.get("found", {})
    by_kind = groups(numbers)
    return web.page(
        "ranking/card.html", at=kept.at if kept else None, serving=serving, shown=shown,
        report=report, numbers=numbers, found=found, history=past, turns=queries.turns(),
        why=why(report), contents=numbers.get("data") or report.get("contents"),
        compared=compared(found), effects=effects(shown), labels=labels(), groups=by_kind,
        diagram=card_charts.reliability(numbers.get("calibration", {}).get("bins", ())),
        shifts=card_charts.shifts(report.get("drift", {}).get("features", {})),
        pictures={kind: ended(by_kind[kind]) for kind in DRAWN if kind in by_kind},
        position=found.get("position") or {}, services=services(), when=when,
        weights=baseline.WEIGHTS, titles=explain.GROUP_TITLES, GRADES=GRADES, GROUPS=GROUPS,
        audits=access.principal().has(Role.HUB_OFFICER, Role.ADMIN), ENOUGH=ENOUGH, RECENT=card.ENOUGH, SOME=card.SOME, MUCH=card.MUCH,
    )  # fmt: skip


def why(report: Mapping[str, Any]) -> Any:
    """Return what the last look at the ranking came to, in one sentence."""
    found = report.get("found")
    if not found:
        return _("The ranking is looked at every night; the first night is still to come.")
    if report.get("behind"):
        return _(
            "A new model did better, but some group would have been shown too rarely. It does not serve."
        )
    if found["rows"] < ENOUGH:
        return _("A model may be tried from %(need)s decided offers on; there are %(n)s.", need=ENOUGH, n=found["rows"])  # fmt: skip
    if not found["kind"]:
        return _("All offers have ended alike, so there is nothing to learn yet.")
    if found["later_briefs"] < ENOUGH_LATER:
        return _("Only %(n)s later briefs can be compared; %(need)s are needed.", n=found["later_briefs"], need=ENOUGH_LATER)  # fmt: skip
    if found["ships"]:
        return _("The model did better than the fixed weights on %(n)s later briefs, by more than chance.", n=found["later_briefs"])  # fmt: skip
    if found["low"] <= 0:
        return _("On %(n)s later briefs the model did no better than the fixed weights beyond chance.", n=found["later_briefs"])  # fmt: skip
    return _(
        "A newer model did not do better than the one that serves beyond chance, so that one stays."
    )


def compared(found: Mapping[str, Any]) -> Drawing | None:
    """Return the order of the first five by fixed weights, model and shadow, with intervals."""
    spans = found.get("spans") or {}
    if not spans:
        return None
    names = {
        "ndcg_baseline": _("Fixed weights"), "ndcg_model": _("Model"),
        "ndcg_shadow": _("Shadow, for comparison"),
    }  # fmt: skip
    least = min(span[0] for name, span in spans.items() if name in names)
    least = max(int(10 * least) / 10 - 0.1, 0.0)
    values = [
        Value(label, found[name], spans[name][0], spans[name][1], number(found[name], 2),
              "clear" if name == "ndcg_model" else "")
        for name, label in names.items()
    ]  # fmt: skip
    ticks = [(least, number(least, 1)), ((1 + least) / 2, number((1 + least) / 2, 2)), (1.0, "1")]
    return drawing.intervals(values, least, 1.0, ticks)


def effects(shown: RankingModel | None) -> list[card_charts.Effect]:
    """Return what each feature of a model adds; nothing when its file cannot be read."""
    if shown is None:
        return []
    scorer = store.load(queries.Serving(shown.version, shown.kind, shown.rows, shown.files))
    return card_charts.effects(scorer.model.curves) if scorer else []


def labels() -> dict[str, str]:
    """Return the name of each feature in the reader's language."""
    return {feature.name: tr(feature.label) for feature in registry.current().features}


def services() -> dict[str, str]:
    """Return the names of services, by track and id."""
    known = registry.current().tracks.values()
    return {f"{track.id}/{s.id}": tr(s.title) for track in known for s in track.services}


def groups(numbers: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Return the kinds of briefs with names as people know them."""
    hubs = {str(hub.id): str(hub.name) for hub in programme.hubs()}
    names: dict[str, Mapping[str, str]] = {
        "hub": hubs, "service": services(),
        "level": {level: tr(title) for level, title in LEVEL_TITLES.items()},
    }  # fmt: skip
    found: Mapping[str, Sequence[dict[str, Any]]] = numbers.get("groups") or {}
    return {
        kind: [{**row, "name": names[kind].get(row["name"], _("Others"))} for row in rows]
        for kind, rows in found.items() if rows
    }  # fmt: skip


def ended(rows: Sequence[dict[str, Any]]) -> Drawing:
    """Return how often offers of each group ended well."""
    values = [
        Value(r["name"], r["well"], r["span"][0], r["span"][1], percent(100 * r["well"]))
        for r in rows
    ]
    return drawing.intervals(values, 0.0, 1.0, [(n / 4, percent(25 * n)) for n in range(0, 5, 2)])


def when(text: str) -> datetime | None:
    """Return a moment that was kept as text."""
    return datetime.fromisoformat(text) if text else None
