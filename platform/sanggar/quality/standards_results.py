"""What judges' sheets say together: the cut score, its errors, and what it would have meant."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sanggar.assessments import queries as assessments
from sanggar.catalogue import queries as catalogue
from sanggar.measurement import irt, standards
from sanggar.plugin.track import Assessment
from sanggar.quality import standards_accuracy
from sanggar.quality.models import PanelJudge, PanelMethod, StandardPanel

Floats = NDArray[np.float64]

#: Newest attempts that facilities are counted from: more would say the same, later.
RECENT_ATTEMPTS = 2000
#: Answers before a facility is shown to judges.
LEAST_ANSWERS = 20

Sheets = Mapping[int, Mapping[int, Mapping[str, int]]]


def facility(track: str, items: Collection[tuple[str, str]]) -> dict[str, float]:
    """Return item -> mean share of the points earned, of (item, version) asked often enough."""
    recent = [attempt.id for attempt in assessments.sat(track)[:RECENT_ATTEMPTS]]
    shares: dict[str, list[float]] = defaultdict(list)
    for answer in assessments.given(recent):
        if (answer.item_id, answer.item_version) in items:
            shares[answer.item_id].append(answer.share)
    return {
        name: float(np.mean(found)) for name, found in shares.items() if len(found) >= LEAST_ANSWERS
    }


def bank_of(items: Sequence[Mapping[str, Any]]) -> irt.Bank:
    """Return the bank of a booklet's items."""
    return irt.Bank.of(
        [i["a"] for i in items], [i["b"] for i in items], [i["c"] for i in items], model="3pl",
        names=[i["id"] for i in items],
    )  # fmt: skip


def ordered(items: Sequence[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """Return items from easy to hard with the ability (``place``) where they are mastered.

    A longer list is thinned out evenly, so that the booklet spans the whole scale.
    """
    known = {item["id"]: item for item in items}
    pages = standards.booklet(bank_of(items))
    if len(pages) > most:
        chosen = np.unique(np.linspace(0, len(pages) - 1, most).round().astype(int))
        pages = tuple(pages[n] for n in chosen)
    return [{**known[page.item], "place": page.theta} for page in pages]


def computed(panel: StandardPanel, judges: Sequence[PanelJudge], sheets: Sheets) -> dict[str, Any]:
    """Return the result of a panel from the last sheets of these judges, as plain values.

    ``cut`` and its errors are in percent.
    """
    if panel.method is PanelMethod.BOOKMARK:
        return _bookmark(panel, judges, sheets)
    items = [item["id"] for item in panel.items]
    tables = [
        np.array([[sheets[j.id or 0][turn][name] / 100 for name in items] for j in judges])
        for turn in (1, 2)
        if all(len(sheets[j.id or 0].get(turn, {})) == len(items) for j in judges)
    ]
    found = standards.angoff(
        tables[-1], [str(judge.mentor_id) for judge in judges], items,
        points=[item["points"] for item in panel.items],
        facility=[_number(item.get("facility")) for item in panel.items],
    )  # fmt: skip
    moved = standards.rounds(tables[0], tables[1]) if len(tables) == 2 else None
    return {
        "cut": 100 * found.cut, "se": 100 * found.se, "se_items": 100 * found.se_items,
        "dependability": found.dependability,
        "judges": [
            {"id": int(j.name), "cut": 100 * j.cut, "agreement": j.agreement,
             "with_facility": j.with_facility}
            for j in found.judges
        ],
        "items": {i.name: {"mean": i.mean, "sd": i.sd, "talk": i.talk} for i in found.items},
        "rounds": asdict(moved) if moved else None,
    }  # fmt: skip


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def percent(items: Sequence[Mapping[str, Any]], exam: Assessment | None, theta: float) -> float:
    """Return the percentage an ability is expected to earn, units weighted as in the blueprint."""
    expected = irt.expected_score(bank_of(items), [theta])[0]
    units: dict[str, list[float]] = defaultdict(list)
    for item, value in zip(items, expected, strict=True):
        units[item["unit"]].append(float(value))
    weight = {
        unit: sum(exam.blueprint.get(unit, {}).values()) if exam else len(values)
        for unit, values in units.items()
    }
    whole = sum(weight.values()) or 1
    return (
        100 * sum(weight[unit] * float(np.mean(values)) for unit, values in units.items()) / whole
    )


def _bookmark(panel: StandardPanel, judges: Sequence[PanelJudge], sheets: Sheets) -> dict[str, Any]:
    pages = [sheets[judge.id or 0][2][""] for judge in judges]
    found = standards.bookmark(bank_of(panel.items), pages)
    exam = catalogue.track(panel.track).assessment(panel.assessment)
    step = 1e-3
    low, cut, high = (
        percent(panel.items, exam, theta)
        for theta in (found.theta - step, found.theta, found.theta + step)
    )
    return {
        "cut": cut, "se": found.theta_se * (high - low) / (2 * step),
        "theta": found.theta, "theta_se": found.theta_se, "median": found.median,
        "judges": [
            {"id": judge.mentor_id, "page": page, "theta": theta,
             "cut": percent(panel.items, exam, theta),
             "first": sheets[judge.id or 0].get(1, {}).get("")}
            for judge, page, theta in zip(judges, pages, found.judges, strict=True)
        ],
    }  # fmt: skip


def consequences(panel: StandardPanel) -> dict[str, Any]:
    """Return what a panel's cut score would have meant for past attempts.

    ``passing`` holds the shares of decided attempts that pass now and at the cut, and at the cut
    one standard error lower and higher; None without attempts.
    """
    cut, se = panel.result["cut"], panel.result["se"]
    scores = np.array([s.score for s in assessments.sat(panel.track, panel.assessment)])
    passing = None
    if scores.size:
        exam = catalogue.track(panel.track).assessment(panel.assessment)
        now = exam.pass_rules.total if exam else None
        passing = {
            "attempts": int(scores.size), "now": None if now is None else _share(scores, now),
            "at": _share(scores, whole(cut)), "lower": _share(scores, cut - se),
            "higher": _share(scores, cut + se),
        }  # fmt: skip
    found = standards_accuracy.accuracy_of(panel.track, panel.assessment, cut=whole(cut))
    return {"passing": passing, "decisions": asdict(found) if found else None}


def whole(cut: float) -> int:
    """Return a cut score as it is written into the assessment file: whole percent, 1 to 100."""
    return min(100, max(1, round(cut)))


def _share(scores: Floats, cut: float) -> float:
    return float((scores >= cut - 1e-9).mean())
