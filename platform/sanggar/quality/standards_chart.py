"""Where judges would cut: numbers for SVG, so that the template only writes them down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

WIDTH, ROW, TOP, MARGIN = 320, 38, 30, 14


@dataclass(frozen=True)
class Dot:
    """One judge."""

    label: str
    x: float
    y: int
    cut: float


@dataclass(frozen=True)
class Cuts:
    """Judges' cuts on 0..100 percent, the panel's cut and the band of one standard error."""

    width: int
    height: int
    x: float
    low: float
    high: float
    dots: tuple[Dot, ...]
    ticks: tuple[tuple[float, int], ...]


def at(percent: float) -> float:
    """Return the place of a percentage on the axis."""
    return round(MARGIN + (WIDTH - 2 * MARGIN) * min(max(percent, 0.0), 100.0) / 100, 1)


def cuts(result: Mapping[str, Any], names: Mapping[int, str]) -> Cuts:
    """Return the drawing of a panel's result, judges from low to high.

    Parameters
    ----------
    result : mapping
        With ``cut``, ``se`` and ``judges`` (``id``, ``cut``), in percent.
    names : mapping of int to str
    """
    judges = sorted(result["judges"], key=lambda judge: (judge["cut"], judge["id"]))
    return Cuts(
        width=WIDTH, height=TOP + ROW * len(judges) + 20, x=at(result["cut"]),
        low=at(result["cut"] - result["se"]), high=at(result["cut"] + result["se"]),
        dots=tuple(
            Dot(names.get(j["id"], "–"), at(j["cut"]), TOP + ROW * n + 26, j["cut"])
            for n, j in enumerate(judges)
        ),
        ticks=tuple((at(p), p) for p in range(0, 101, 25)),
    )  # fmt: skip
