"""The plots of the quality pages, made of stored numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sanggar.kernel.i18n import _
from sanggar.kernel.templating import number
from sanggar.measurement import irt
from sanggar.plugin.items import Item
from sanggar.plugin.track import Assessment, Track
from sanggar.quality import charts
from sanggar.quality.charts import Plot
from sanggar.quality.queries import Report

TICKS = (-3, -2, -1, 0, 1, 2, 3)
LOOKS = ("one", "two", "three", "four", "five")
#: abilities in the table beside a curve
ROWS = (-2.0, -1.0, 0.0, 1.0, 2.0)


@dataclass(frozen=True)
class Curve:
    """A plot and the table that says the same."""

    plot: Plot
    rows: tuple[tuple[str, ...], ...]


def response_curve(parameters: dict[str, Any] | None) -> Curve | None:
    """Return the chance of a right answer and the information of an item over ability."""
    if not parameters:
        return None
    a, b, c = (float(parameters[key]) for key in "abc")
    top = a * a / 4

    def right(theta: float) -> float:
        return float(irt.probability(theta, a, b, c))

    def informs(theta: float) -> float:
        return float(irt.information(theta, a, b, c))

    plot = charts.curves(
        [
            (_("chance of a right answer"), "one", right),
            (_("information"), "two", lambda theta: informs(theta) / max(top, 1.0)),
        ],
        -3.5, 3.5, TICKS, mark=b if -3.5 < b < 3.5 else None,
    )  # fmt: skip
    rows = tuple((charts.signed(t), f"{100 * right(t):.0f} %", number(informs(t), 2)) for t in ROWS)
    return Curve(plot, rows)


def option_curves(item: Item, options: Sequence[dict[str, Any]], language: str) -> Curve | None:
    """Return which option the lower, middle and upper third chose."""
    if not options:
        return None
    texts = {option.id: option.text.to(language) for option in item.options}
    names = (_("lower third"), _("middle third"), _("upper third"))
    known = [row for row in options if row["option"]]
    lines = [
        (("✓ " if row["key"] else "") + texts.get(row["option"], row["option"]),
         LOOKS[min(n, len(LOOKS) - 1)], row["thirds"])
        for n, row in enumerate(sorted(known, key=lambda r: not r["key"]))
    ]  # fmt: skip
    rows = tuple((name, *(f"{100 * v:.0f} %" for v in values)) for name, _look, values in lines)
    return Curve(charts.groups(lines, names), rows)


def scores(numbers: dict[str, Any]) -> Curve | None:
    """Return the distribution of an exam's scores with its pass mark."""
    counts = numbers.get("scores")
    if not counts:
        return None
    plot = charts.histogram(counts, numbers.get("cut"))
    return Curve(plot, tuple((bar.label, str(bar.value)) for bar in plot.bars))


def information(owner: Track, exam: Assessment, report: Report | None) -> Curve | None:
    """Return how exactly the calibrated questions of an exam's units measure at each ability.

    The curve is the standard error of a form of the exam's length, put together in the proportions
    of its blueprint.
    """
    parts: list[tuple[float, np.ndarray[Any, Any]]] = []
    for unit, row in exam.blueprint.items():
        count = sum(row.values())
        found = [
            report.items[item.id]["parameters"]
            for item in owner.items
            if report and item.area == unit and report.items.get(item.id, {}).get("parameters")
        ]
        if count and not found:
            return None
        if count:
            parts.append((count, np.array([[p["a"], p["b"], p["c"]] for p in found])))

    def error(theta: float) -> float:
        total = sum(n * float(irt.information(theta, *p.T).mean()) for n, p in parts)
        return float(1 / np.sqrt(total + 1))

    plot = charts.curves(
        [(_("standard error"), "one", error)], -3.5, 3.5, TICKS,
        up=[number(n / 4, 2) for n in range(5)],
    )  # fmt: skip
    rows = tuple((charts.signed(t), number(error(t), 2)) for t in ROWS)
    return Curve(plot, rows)
