"""Values with their intervals as numbers of a drawing: the template only writes them down as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, LEFT, ROW, TOP, BELOW = 340.0, 8.0, 42.0, 6.0, 22.0


@dataclass(frozen=True)
class Value:
    """One line: what it is called, the value with its interval, and how it looks."""

    label: Any
    value: float
    low: float
    high: float
    text: str
    look: str = ""


@dataclass(frozen=True)
class Row:
    """Where one line stands."""

    label: Any
    text: str
    look: str
    y: float
    at: float
    low: float
    high: float


@dataclass(frozen=True)
class Drawing:
    """Lines under each other over one axis; `marks` are upright lines, such as equality."""

    rows: tuple[Row, ...]
    ticks: tuple[tuple[float, str], ...]
    marks: tuple[float, ...]
    width: float
    height: float


def intervals(
    values: Sequence[Value], least: float, most: float, ticks: Sequence[tuple[float, str]],
    marks: Sequence[float] = (),
) -> Drawing:  # fmt: skip
    """Return the drawing of values between `least` and `most`; what is beyond ends at the edge."""
    inner = WIDTH - 2 * LEFT

    def across(value: float) -> float:
        inside = min(max(value, least), most)
        return round(LEFT + inner * (inside - least) / (most - least), 1)

    rows = tuple(
        Row(v.label, v.text, v.look, TOP + n * ROW, across(v.value), across(v.low), across(v.high))
        for n, v in enumerate(values)
    )
    return Drawing(
        rows, tuple((across(at), words) for at, words in ticks),
        tuple(across(mark) for mark in marks), WIDTH, TOP + len(values) * ROW + BELOW,
    )  # fmt: skip
