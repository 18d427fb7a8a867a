"""The graphics state of a PDF while its content is followed (ISO 32000-2, 8.4 and 9.3)."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import pikepdf
from pikepdf import Array, Dictionary, Name

from .checks_colour import DEVICE_CMYK, DEVICE_GRAY, DEVICE_RGB, Colour, space_of
from .checks_fonts import Font

Matrix = tuple[float, float, float, float, float, float]
UNIT: Matrix = (1, 0, 0, 1, 0, 0)
ERRORS = (
    pikepdf.PdfError, ValueError, TypeError, RuntimeError, KeyError, AttributeError, IndexError,
    ArithmeticError, NotImplementedError,
)  # fmt: skip


def times(first: Matrix, second: Matrix) -> Matrix:
    """Return the matrix that applies `first`, then `second`."""
    a, b, c, d, e, f = first
    g, h, i, j, k, m = second
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j,
            e * g + f * i + k, e * h + f * j + m)  # fmt: skip


def matrix_of(values: Any) -> Matrix:
    """Return six numbers as a matrix; the unit matrix when they are not."""
    try:
        numbers = [float(value) for value in values]
    except ERRORS:
        return UNIT
    if len(numbers) != 6 or not all(math.isfinite(n) and abs(n) < 1e12 for n in numbers):
        return UNIT
    return (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])


BLACK = Colour()


@dataclass(frozen=True)
class State:
    """Graphics state, as far as it matters here."""

    ctm: Matrix = UNIT
    fill: Colour = BLACK
    stroke: Colour = BLACK
    over_fill: bool = False
    over_stroke: bool = False
    mode: int = 0
    alpha_fill: float = 1.0
    alpha_stroke: float = 1.0
    font: Font | None = None
    size: float = 0.0
    render: int = 0


@dataclass
class Frame:
    """One content stream while it is followed."""

    resources: Any
    state: State
    base: Matrix
    depth: int
    #: uncoloured patterns and glyphs take the colour of what uses them
    coloured: bool = True
    saved: list[State] = field(default_factory=list)
    text: Matrix = UNIT
    line: Matrix = UNIT
    leading: float = 0.0
    hidden: list[bool] = field(default_factory=list)


class Fonts(Protocol):
    """Reads fonts, each once."""

    def font(self, thing: Any) -> Font | None:
        """Return the facts about a font dictionary."""


def lookup(resources: Any, kind: str, name: Any) -> Any:
    """Return a named resource, None when there is none."""
    table = resources.get(kind) if isinstance(resources, Dictionary) else None
    return table.get(str(name)) if isinstance(table, Dictionary) else None


def _numbers(operands: Any) -> tuple[float, ...]:
    return tuple(float(value) for value in operands if not isinstance(value, Name))


def _colour(operator: str, operands: Any, frame: Frame) -> Colour:
    """Return the colour that an operator sets."""
    fixed = {"g": DEVICE_GRAY, "rg": DEVICE_RGB, "k": DEVICE_CMYK}.get(operator.lower())
    if fixed is not None:
        return Colour(fixed, _numbers(operands))
    current = frame.state.fill if operator.islower() else frame.state.stroke
    if operator.lower() == "cs":
        space = space_of(operands[0], frame.resources)
        first = (0.0, 0.0, 0.0, 1.0) if space.label.endswith("CMYK") else (1.0,)
        return Colour(space, (0.0,) if space.label.endswith("Gray") else first)
    pattern = None
    if len(operands) and isinstance(operands[-1], Name):
        pattern = lookup(frame.resources, "/Pattern", operands[-1])
    return Colour(current.space, _numbers(operands), pattern)


def _set_fill(operator: str) -> Callable[[Fonts, Any, Frame], State]:
    return lambda _walk, operands, frame: replace(
        frame.state, fill=_colour(operator, operands, frame)
    )


def _set_stroke(operator: str) -> Callable[[Fonts, Any, Frame], State]:
    return lambda _walk, operands, frame: replace(
        frame.state, stroke=_colour(operator, operands, frame)
    )


def _cm(_walk: Fonts, operands: Any, frame: Frame) -> State:
    return replace(frame.state, ctm=times(matrix_of(operands), frame.state.ctm))


def _tf(walk: Fonts, operands: Any, frame: Frame) -> State:
    font = walk.font(lookup(frame.resources, "/Font", operands[0]))
    return replace(frame.state, font=font, size=float(operands[1]))


def _tr(_walk: Fonts, operands: Any, frame: Frame) -> State:
    return replace(frame.state, render=int(operands[0]))


def _gs(walk: Fonts, operands: Any, frame: Frame) -> State:
    settings, state = lookup(frame.resources, "/ExtGState", operands[0]), frame.state
    if not isinstance(settings, Dictionary):
        return state
    for key, value in _settings(settings):
        if key == "/OP":
            # `op` follows `OP` where it is not given itself
            fill = bool(settings.get("/op", value))
            state = replace(state, over_stroke=bool(value), over_fill=fill)
        elif key == "/op":
            state = replace(state, over_fill=bool(value))
        elif key == "/OPM":
            state = replace(state, mode=int(value))
        elif key == "/ca":
            state = replace(state, alpha_fill=float(value))
        elif key == "/CA":
            state = replace(state, alpha_stroke=float(value))
        elif key == "/Font" and isinstance(value, Array) and len(value) == 2:
            state = replace(state, font=walk.font(value[0]), size=float(value[1]))
    return state


def _settings(settings: Any) -> list[tuple[str, Any]]:
    keys = ("/OP", "/op", "/OPM", "/ca", "/CA", "/Font")
    return [(key, settings[key]) for key in keys if key in settings]


def move_text(operator: str, operands: Any, frame: Frame) -> None:
    """Set the place of the next text: BT, Tm, Td, TD, T*, TL and the two operators that begin a line."""
    if operator == "TL":
        frame.leading = float(operands[0])
        return
    if operator == "BT":
        frame.line = UNIT
    elif operator == "Tm":
        frame.line = matrix_of(operands)
    else:
        across, up = 0.0, -frame.leading
        if operator in ("Td", "TD"):
            across, up = float(operands[0]), float(operands[1])
            frame.leading = -up if operator == "TD" else frame.leading
        frame.line = times((1, 0, 0, 1, across, up), frame.line)
    frame.text = frame.line


SETTERS: dict[str, Callable[[Fonts, Any, Frame], State]] = {
    "cm": _cm, "Tf": _tf, "Tr": _tr, "gs": _gs,
    **{operator: _set_fill(operator) for operator in ("g", "rg", "k", "cs", "sc", "scn")},
    **{operator: _set_stroke(operator) for operator in ("G", "RG", "K", "CS", "SC", "SCN")},
}  # fmt: skip
