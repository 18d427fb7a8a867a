"""Plots as plain numbers: where lines, bars and ticks stand in a drawing of fixed size.

Templates only write them down as SVG, with a title, a description and a table beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

#: size of a drawing, and room at its left and below for the words of the axes
WIDTH, HEIGHT, LEFT, BELOW, ABOVE = 340, 216, 34, 32, 8
PERCENTS = ("0", "25", "50", "75", "100")


@dataclass(frozen=True)
class Line:
    """A curve: its name, its look (class of the stylesheet) and where it runs."""

    name: str
    look: str
    path: str


@dataclass(frozen=True)
class Bar:
    """A bar of a histogram, with what it says."""

    x: float
    y: float
    width: float
    height: float
    label: str
    value: int


@dataclass(frozen=True)
class Tick:
    """A mark on an axis."""

    at: float
    label: str


@dataclass(frozen=True)
class Plot:
    """One drawing."""

    lines: tuple[Line, ...] = ()
    bars: tuple[Bar, ...] = ()
    across: tuple[Tick, ...] = ()
    up: tuple[Tick, ...] = ()
    #: an upright line, such as the pass mark
    mark: float | None = None
    width: int = WIDTH
    height: int = HEIGHT
    left: int = LEFT
    bottom: int = HEIGHT - BELOW


def _x(value: float, low: float, high: float) -> float:
    return round(LEFT + (value - low) / (high - low) * (WIDTH - LEFT - 8), 1)


def _y(share: float) -> float:
    return round(HEIGHT - BELOW - min(1.0, max(0.0, share)) * (HEIGHT - BELOW - ABOVE), 1)


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in points)


def signed(value: float) -> str:
    """Return an ability with its sign."""
    return f"{value:+g}".replace("-", "−") if value else "0"


def curves(
    found: Sequence[tuple[str, str, Callable[[float], float]]], low: float, high: float,
    ticks: Sequence[float], mark: float | None = None, up: Sequence[str] | None = None,
) -> Plot:  # fmt: skip
    """Return curves of values 0..1 over an axis.

    Parameters
    ----------
    found : sequence of (name, look, function)
    low, high : float
        Ends of the axis.
    ticks : sequence of float
    mark : float, optional
    up : sequence of str, optional
        What stands at the quarters of the axis, percents otherwise.
    """
    steps = [low + (high - low) * n / 48 for n in range(49)]
    lines = tuple(
        Line(name, look, _path([(_x(v, low, high), _y(curve(v))) for v in steps]))
        for name, look, curve in found
    )
    return Plot(
        lines=lines, up=_quarters(up or PERCENTS), mark=None if mark is None else _x(mark, low, high),
        across=tuple(Tick(_x(v, low, high), signed(v)) for v in ticks),
    )  # fmt: skip


def _quarters(labels: Sequence[str]) -> tuple[Tick, ...]:
    return tuple(Tick(_y(n / 4), label) for n, label in enumerate(labels))


def groups(found: Sequence[tuple[str, str, Sequence[float]]], names: Sequence[str]) -> Plot:
    """Return one line for each option across groups of people (low, middle, high)."""
    last = len(names) - 1
    lines = tuple(
        Line(name, look, _path([(_x(n, -0.4, last + 0.4), _y(v)) for n, v in enumerate(values)]))
        for name, look, values in found
    )
    ticks = tuple(Tick(_x(n, -0.4, last + 0.4), name) for n, name in enumerate(names))
    return Plot(lines=lines, across=ticks, up=_quarters(PERCENTS))


def histogram(counts: Sequence[int], mark: float | None = None) -> Plot:
    """Return bars of how many scores lie in each tenth of 0..100."""
    most = max(max(counts, default=0), 1)
    bars = []
    for n, count in enumerate(counts):
        left, right, top = _x(n, 0, 10), _x(n + 1, 0, 10), _y(count / most)
        bars.append(Bar(
            left + 1, top, round(right - left - 2, 1), round(_y(0) - top, 1),
            f"{10 * n}–{10 * n + (10 if n == 9 else 9)}", count,
        ))  # fmt: skip
    return Plot(
        bars=tuple(bars), mark=None if mark is None else _x(mark / 10, 0, 10),
        across=tuple(Tick(_x(n, 0, 10), f"{10 * n}") for n in range(0, 11, 2)),
        up=(Tick(_y(0), "0"), Tick(_y(1), f"{most}")),
    )  # fmt: skip
