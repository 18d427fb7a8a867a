"""Pages of mentors about their bank: which questions work, which exams decide well, and what to mend."""

from __future__ import annotations

from typing import Any

from flask import Response, url_for

from sanggar import clock, errors
from sanggar.assessments import queries as assessments
from sanggar.catalogue import queries as catalogue
from sanggar.kernel import access, i18n, jobs, web
from sanggar.kernel.access import Role
from sanggar.kernel.i18n import _
from sanggar.measurement.advice import advice
from sanggar.plugin.track import Track
from sanggar.quality import drawings, queries, service
from sanggar.quality.blueprint import bp

STAFF = (Role.MENTOR, Role.ADMIN)


def _track(track_id: str) -> Track:
    """Return a track of this mentor or raise `NotFound`."""
    person = access.principal()
    if not person.has(Role.ADMIN) and track_id not in person.tracks:
        raise errors.NotFound
    return catalogue.track(track_id)


def _advice(flags: list[str]) -> list[str]:
    return [advice(flag, i18n.language()) for flag in flags]


@bp.get("/quality")
@access.allow(*STAFF)
def bank() -> Response:
    """List the tracks whose questions this mentor answers for."""
    person = access.principal()
    mine = [t for t in catalogue.tracks() if person.has(Role.ADMIN) or t.id in person.tracks]
    if len(mine) == 1:
        return web.go(url_for("quality.track", track=mine[0].id))
    return web.page("quality/bank.html", tracks=mine, reports=queries.moments([t.id for t in mine]))


@bp.get("/quality/<track>")
@access.allow(*STAFF)
def track(track: str) -> Response:
    """List the questions of a track, those that need a look first, and its exams."""
    owner = _track(track)
    report = queries.report(track)
    return web.page(
        "quality/track.html", track=owner, report=report,
        rows=queries.lines(owner, report), exams=queries.exams(owner, report), advice=_advice,
    )  # fmt: skip


@bp.post("/quality/<track>/measure")
@access.allow(*STAFF)
def measure(track: str) -> Response:
    """Count everything anew."""
    owner = _track(track)
    jobs.enqueue(service.measure_bank, owner.id)
    text = _("Counting has begun. Reload the page in a minute.")
    return web.go(url_for("quality.track", track=track), text)


@bp.get("/quality/<track>/items/<item>")
@access.allow(*STAFF)
def item(track: str, item: str) -> Response:
    """Show one question with its numbers, plots, and what to do."""
    owner = _track(track)
    found = owner.items_by_id.get(item)
    report = queries.report(track)
    if found is None:
        raise errors.NotFound
    numbers: dict[str, Any] = dict(report.items.get(item, {})) if report else {}
    numbers.setdefault("parameters", queries.parameters(owner, found))
    return web.page(
        "quality/item.html", track=owner, item=found, report=report, numbers=numbers,
        asked=assessments.keyed(owner.id, [item])[item],
        curve=drawings.response_curve(numbers.get("parameters")),
        options=drawings.option_curves(found, numbers.get("options", []), i18n.language()),
        advice=_advice(numbers.get("flags", [])), option_advice=_option_advice(numbers),
    )  # fmt: skip


def _option_advice(numbers: dict[str, Any]) -> dict[str, list[str]]:
    return {row["option"]: _advice(row["flags"]) for row in numbers.get("options", [])}


@bp.get("/quality/<track>/exams/<exam>")
@access.allow(*STAFF)
def exam(track: str, exam: str) -> Response:
    """Show one exam: its scores, how reliable they are, and how well it decides."""
    owner = _track(track)
    found = owner.assessment(exam)
    report = queries.report(track)
    if found is None:
        raise errors.NotFound
    numbers: dict[str, Any] = report.exams.get(exam, {}) if report else {}
    return web.page(
        "quality/exam.html", track=owner, exam=found, report=report, numbers=numbers,
        scores=drawings.scores(numbers), information=drawings.information(owner, found, report),
        advice=_advice(numbers.get("test", {}).get("flags", [])),
    )  # fmt: skip


@bp.get("/officer/exams/similar")
@access.allow(Role.HUB_OFFICER, Role.ADMIN)
def similar() -> Response:
    """Ask about pairs of attempts whose wrong answers are alike; a question, never a verdict."""
    person = access.principal()
    hubs = None if person.has(Role.ADMIN) else person.hubs
    return web.page("quality/similar.html", pairs=queries.similar(hubs), now=clock.now())
