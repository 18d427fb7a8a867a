"""Where the marks of a drawing stand: numbers for SVG, so that templates only write them down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

#: Size of the drawing, in units of its viewBox: it fits a phone and is never scaled up.
WIDTH, ROW, TOP, MARGIN = 320, 44, 26, 16
#: Axis reach in logits at least, so that small differences look small.
LEAST_REACH = 1.0
#: Half of a 95 % interval, in standard errors.
WIDE = 1.96


@dataclass(frozen=True)
class Row:
    """One line of a drawing: label, point and interval; a cut interval ends at the border."""

    label: str
    y: int
    x: float
    low: float
    high: float
    clear: bool


@dataclass(frozen=True)
class Chart:
    """A drawing of points with intervals beside a middle line."""

    width: int
    height: int
    middle: float
    ticks: tuple[tuple[float, float], ...]
    rows: tuple[Row, ...]


def severity(markers: Sequence[Mapping[str, Any]], names: Mapping[int, str]) -> Chart:
    """Return the drawing of severities with 95 % intervals, from lenient to severe.

    Parameters
    ----------
    markers : sequence of mapping
        With ``id``, ``severity`` and ``se`` in logits.
    names : mapping of int to str
        Labels.
    """
    ends = [abs(m["severity"]) + m["se"] for m in markers]
    reach = max(LEAST_REACH, max(ends, default=0.0) * 1.1)
    scale = (WIDTH / 2 - MARGIN) / reach

    def at(value: float) -> float:
        return round(WIDTH / 2 + scale * min(max(value, -reach), reach), 1)

    rows = []
    for n, marker in enumerate(markers):
        low, high = (
            marker["severity"] - WIDE * marker["se"],
            marker["severity"] + WIDE * marker["se"],
        )
        rows.append(
            Row(
                names.get(marker["id"], "?"), TOP + ROW * n + 30, at(marker["severity"]),
                at(low), at(high), low > 0 or high < 0,
            )
        )  # fmt: skip
    step = next(s for s in (0.5, 1.0, 2.0, 5.0, 10.0, 100.0) if reach / s < 3.5)
    most = int(reach // step)
    ticks = tuple((at(step * k), step * k) for k in range(-most, most + 1))
    return Chart(WIDTH, TOP + ROW * len(rows) + 8, at(0.0), ticks, tuple(rows))
