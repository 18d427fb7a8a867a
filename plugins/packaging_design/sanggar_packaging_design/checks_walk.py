"""What a PDF really paints: fonts, sizes of text, pictures, colours, overprint.

Resources name much that no page uses, so the content is followed as a printer would: page, forms,
patterns, glyphs of Type 3 fonts, with the matrices and colours in force at every mark (ISO 32000-2,
chapters 8 and 9). Paths themselves are of no interest and are dropped while reading.

Limits: `MAX_PAGES` pages, `MAX_CONTENT` bytes of content, `MAX_STEPS` instructions in a file,
`MAX_DEPTH` forms within forms. Not seen: what is clipped away or covered, and text drawn as curves.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from .checks_colour import (
    DEVICE_CMYK,
    DEVICE_GRAY,
    DEVICE_RGB,
    OTHER,
    Colour,
    Space,
    space_of,
)
from .checks_fonts import Font, shown_codes
from .checks_layers import Layers

MAX_PAGES, MAX_DEPTH, MAX_STEPS, MAX_CONTENT = 20, 12, 400_000, 24_000_000
MAX_SAVED = 256
OPERATORS = (
    "q Q cm gs Do BI ID EI sh f F f* B B* b b* S s Tj TJ ' \" Tf Tm Tr BT ET cs CS sc scn SC SCN "
    "g G rg RG k K BMC BDC EMC d0 d1"
)
FILLS, STROKES = frozenset(("f", "F", "f*")), frozenset(("S", "s"))
BOTH = frozenset(("B", "B*", "b", "b*"))
SHOWS = frozenset(("Tj", "TJ", "'", '"'))
SMALL_TEXT = 12.0

Matrix = tuple[float, float, float, float, float, float]
UNIT: Matrix = (1, 0, 0, 1, 0, 0)
ERRORS = (
    pikepdf.PdfError, ValueError, TypeError, RuntimeError, KeyError, AttributeError, IndexError,
    ArithmeticError, NotImplementedError,
)  # fmt: skip


class TooComplex(Exception):
    """The content has more instructions than a check may follow."""


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


@dataclass(frozen=True)
class Picture:
    """One placement of a picture: pixels and pixels per inch, the lower of both directions."""

    page: int
    width: int
    height: int
    ppi: float
    one_bit: bool


@dataclass
class Painted:
    """Everything a file paints."""

    fonts: dict[str, bool] = field(default_factory=dict)
    #: size in points, font and page of the smallest text
    smallest: tuple[float, str, int] | None = None
    pictures: list[Picture] = field(default_factory=list)
    #: kind of colour -> pages
    colours: dict[str, set[int]] = field(default_factory=dict)
    spots: set[str] = field(default_factory=set)
    black_text: int = 0
    black_on_top: int = 0
    rich_small: set[int] = field(default_factory=set)
    vanishing: set[int] = field(default_factory=set)
    #: pages whose content could not be read to its end
    damaged: set[int] = field(default_factory=set)
    complex: bool = False


@dataclass(frozen=True)
class State:
    """Graphics state, as far as it matters here."""

    ctm: Matrix = UNIT
    fill: Colour = Colour()
    stroke: Colour = Colour()
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
    hidden: list[bool] = field(default_factory=list)


class Walk:
    """Follows the content of a file page by page."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.found = Painted()
        self._pdf, self._layers = pdf, Layers(pdf.Root)
        self._steps, self._bytes, self._page = 0, 0, 0
        self._box: tuple[float, float, float, float] = (0, 0, 0, 0)
        self._parsed: dict[tuple[int, int], list[Any]] = {}
        self._fonts: dict[tuple[int, int], Font] = {}
        self._done: set[object] = set()

    def pages(self) -> Painted:
        """Follow the first pages and return what they paint."""
        for number, page in enumerate(self._pdf.pages[:MAX_PAGES], 1):
            self._page = number
            try:
                self._follow_page(page)
            except TooComplex:
                self.found.complex = True
                break
            except ERRORS:
                self.found.damaged.add(number)
        return self.found

    def _follow_page(self, page: pikepdf.Page) -> None:
        unit = page.obj.get("/UserUnit", 1)
        scale = float(unit) if 0 < float(unit) <= 1000 else 1.0
        box = [float(value) * scale for value in page.mediabox]
        self._box = (min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3]))
        ctm: Matrix = (scale, 0, 0, scale, 0, 0)
        contents = page.obj.get("/Contents")
        streams = list(contents) if isinstance(contents, Array) else [contents]
        for stream in streams:
            if isinstance(stream, Stream):
                self._weigh(stream)
        frame = Frame(page.resources, State(ctm=ctm), ctm, 0)
        self._follow(pikepdf.parse_content_stream(page, OPERATORS), frame)

    def _weigh(self, stream: Stream) -> None:
        self._bytes += len(stream.read_bytes())
        if self._bytes > MAX_CONTENT:
            raise TooComplex

    def _instructions(self, stream: Stream) -> list[Any]:
        key = stream.objgen
        if key not in self._parsed or key == (0, 0):
            self._weigh(stream)
            self._parsed[key] = list(pikepdf.parse_content_stream(stream, OPERATORS))
        return self._parsed[key]

    def _follow(self, instructions: Iterable[Any], frame: Frame) -> None:
        for instruction in instructions:
            self._steps += 1
            if self._steps > MAX_STEPS:
                raise TooComplex
            operator = str(instruction.operator)
            try:
                self._step(operator, instruction.operands, frame)
            except ERRORS:  # an operand of the wrong kind: printers skip the instruction, too
                self.found.damaged.add(self._page)

    def _step(self, operator: str, operands: Any, frame: Frame) -> None:
        if operator in ("BMC", "BDC"):
            frame.hidden.append(self._marked_hidden(operator, operands, frame))
        elif operator == "EMC":
            del frame.hidden[-1:]
        elif operator == "q":
            if len(frame.saved) >= MAX_SAVED:
                raise TooComplex
            frame.saved.append(frame.state)
        elif operator == "Q":
            if frame.saved:
                frame.state = frame.saved.pop()
        elif operator in SETTERS:
            frame.state = SETTERS[operator](self, operands, frame)
        elif operator == "BT":
            frame.text = UNIT
        elif operator == "Tm":
            frame.text = matrix_of(operands)
        elif operator == "d1":
            frame.coloured = False
        elif not any(frame.hidden):
            self._mark(operator, operands, frame)

    def _marked_hidden(self, operator: str, operands: Any, frame: Frame) -> bool:
        if operator != "BDC" or len(operands) < 2 or str(operands[0]) != "/OC":
            return False
        what = operands[1]
        if isinstance(what, Name):
            what = lookup(frame.resources, "/Properties", what)
        return self._layers.hidden(what)

    def _mark(self, operator: str, operands: Any, frame: Frame) -> None:
        """Note what one painting operator puts on the page."""
        state = frame.state
        if operator in FILLS or operator in BOTH:
            self._paint(state.fill, frame, state.over_fill, state.alpha_fill)
        if operator in STROKES or operator in BOTH:
            self._paint(state.stroke, frame, state.over_stroke, state.alpha_stroke)
        elif operator in SHOWS:
            self._show(operands[-1] if operands else None, frame)
        elif operator == "Do":
            self._object(lookup(frame.resources, "/XObject", operands[0]), frame)
        elif operator == "INLINE IMAGE":
            self._picture(operands[0].obj, frame)
        elif operator == "sh":
            self._shading(lookup(frame.resources, "/Shading", operands[0]), frame)

    def _note(self, space: Space) -> None:
        for label in space.labels:
            self.found.colours.setdefault(label, set()).add(self._page)
        self.found.spots.update(space.spots)

    def _paint(self, colour: Colour, frame: Frame, over: bool, alpha: float) -> None:
        if alpha <= 0 or not frame.coloured:
            return  # an uncoloured glyph is noted in the colour of its text
        if colour.space.pattern:
            self._pattern(colour, frame)
            return
        self._note(colour.space)
        if colour.vanishes(over, frame.state.mode):
            self.found.vanishing.add(self._page)

    def _pattern(self, colour: Colour, frame: Frame) -> None:
        pattern = colour.pattern
        if pattern is None:
            return
        if "/Shading" in pattern:
            self._shading(pattern["/Shading"], frame)
            return
        coloured = pattern.get("/PaintType", 1) != 2
        if not coloured and colour.space.under:
            self._note(colour.space.under)
        matrix = times(matrix_of(pattern.get("/Matrix", UNIT)), frame.base)
        self._inside(pattern, State(ctm=matrix), frame, coloured=coloured, once=True)

    def _shading(self, shading: Any, frame: Frame) -> None:
        if isinstance(shading, Dictionary | Stream):
            self._note(space_of(shading.get("/ColorSpace"), frame.resources))

    def _inside(
        self, stream: Any, state: State, frame: Frame, *, coloured: bool = True, once: bool = False
    ) -> None:
        """Follow a form, a pattern or a glyph."""
        if not isinstance(stream, Stream):
            return
        if frame.depth >= MAX_DEPTH:
            raise TooComplex
        key = (stream.objgen, tuple(round(n, 4) for n in state.ctm[:4]), coloured, self._page)
        if once and key in self._done:
            return
        self._done.add(key)
        resources = stream.get("/Resources", frame.resources)
        inner = Frame(resources, state, state.ctm, frame.depth + 1, coloured and frame.coloured)
        self._follow(self._instructions(stream), inner)

    def _object(self, thing: Any, frame: Frame) -> None:
        if not isinstance(thing, Stream) or self._layers.hidden(thing.get("/OC")):
            return
        kind = str(thing.get("/Subtype"))
        if kind == "/Image":
            self._picture(thing, frame)
        elif kind == "/Form":
            matrix = times(matrix_of(thing.get("/Matrix", UNIT)), frame.state.ctm)
            self._inside(thing, replace(frame.state, ctm=matrix), frame)

    def _picture(self, image: Any, frame: Frame) -> None:
        a, b, c, d, e, f = frame.state.ctm
        corners = [(e, f), (a + e, b + f), (c + e, d + f), (a + c + e, b + d + f)]
        left, bottom, right, top = self._box
        outside = (
            max(x for x, _ in corners) <= left or min(x for x, _ in corners) >= right
            or max(y for _, y in corners) <= bottom or min(y for _, y in corners) >= top
        )  # fmt: skip
        wide, high = math.hypot(a, b), math.hypot(c, d)
        if outside or wide < 0.01 or high < 0.01 or frame.state.alpha_fill <= 0:
            return
        mask = bool(image.get("/ImageMask", image.get("/IM", False)))
        if mask:
            self._paint(frame.state.fill, frame, frame.state.over_fill, 1.0)
        elif frame.coloured:
            self._note(space_of(image.get("/ColorSpace", image.get("/CS")), frame.resources))
        width, height = int(image.get("/Width", image.get("/W"))), int(image.get("/Height", image.get("/H")))
        bits = image.get("/BitsPerComponent", image.get("/BPC", 8))
        ppi = min(width / (wide / 72), height / (high / 72))
        if (width, height) != (1, 1):  # one pixel is a flat colour, not a picture
            self.found.pictures.append(Picture(self._page, width, height, ppi, mask or bits == 1))

    def _show(self, operand: Any, frame: Frame) -> None:
        state, font = frame.state, frame.state.font
        if font is None or state.render in (3, 7):
            return
        strings = list(operand) if isinstance(operand, Array) else [operand]
        codes = shown_codes(font, [bytes(s) for s in strings if isinstance(s, pikepdf.String)])
        a, b, c, d, _, _ = times(frame.text, state.ctm)
        along = math.hypot(a, b)
        size = abs(state.size) * font.scale * (abs(a * d - b * c) / along if along else 0.0)
        if not codes or size < 0.01:
            return
        self.found.fonts[font.name] = self.found.fonts.get(font.name, True) and font.embedded
        if self.found.smallest is None or size < self.found.smallest[0]:
            self.found.smallest = (size, font.name, self._page)
        if state.render in (0, 2, 4, 6):
            self._paint(state.fill, frame, state.over_fill, state.alpha_fill)
            self._black(state, size)
        if state.render in (1, 2, 5, 6):
            self._paint(state.stroke, frame, state.over_stroke, state.alpha_stroke)
        if font.glyphs is not None:
            self._glyphs(font, codes, frame)

    def _black(self, state: State, size: float) -> None:
        if state.fill.black_only():
            self.found.black_text += 1
            self.found.black_on_top += state.fill.prints_on_top(state.over_fill, state.mode)
        elif state.fill.rich_black() and size < SMALL_TEXT:
            self.found.rich_small.add(self._page)

    def _glyphs(self, font: Font, codes: set[int], frame: Frame) -> None:
        """Follow the drawings that the shown characters of a Type 3 font are made of."""
        size = frame.state.size
        matrix = times(font.matrix, times((size, 0, 0, size, 0, 0), times(frame.text, frame.state.ctm)))
        for glyph in font.drawings(codes):
            outer = replace(frame, resources=font.resources or frame.resources)
            self._inside(glyph, replace(frame.state, ctm=matrix, font=None), outer, once=True)

    def font(self, thing: Any) -> Font | None:
        """Return the facts about a font, read once."""
        if not isinstance(thing, Dictionary):
            return None
        key = thing.objgen
        if key == (0, 0):
            return Font.read(thing)
        if key not in self._fonts:
            self._fonts[key] = Font.read(thing)
        return self._fonts[key]


def lookup(resources: Any, kind: str, name: Any) -> Any:
    """Return a named resource, None when there is none."""
    table = resources.get(kind) if isinstance(resources, Dictionary) else None
    return table.get(str(name)) if isinstance(table, Dictionary) else None


def _numbers(operands: Any) -> tuple[float, ...]:
    return tuple(float(value) for value in operands if not isinstance(value, Name))


def _colour(walk: Walk, operator: str, operands: Any, frame: Frame) -> Colour:
    """Return the colour that an operator sets."""
    fixed = {"g": DEVICE_GRAY, "rg": DEVICE_RGB, "k": DEVICE_CMYK}.get(operator.lower())
    if fixed is not None:
        return Colour(fixed, _numbers(operands))
    current = frame.state.fill if operator.islower() else frame.state.stroke
    if operator.lower() == "cs":
        space = space_of(operands[0], frame.resources)
        first = (0.0, 0.0, 0.0, 1.0) if len(space.labels) and space.label.endswith("CMYK") else (1.0,)
        return Colour(space, (0.0,) if space.label.endswith("Gray") else first)
    pattern = None
    if len(operands) and isinstance(operands[-1], Name):
        pattern = lookup(frame.resources, "/Pattern", operands[-1])
    return Colour(current.space, _numbers(operands), pattern)


def _set_fill(operator: str) -> Callable[[Walk, Any, Frame], State]:
    return lambda walk, operands, frame: replace(
        frame.state, fill=_colour(walk, operator, operands, frame)
    )


def _set_stroke(operator: str) -> Callable[[Walk, Any, Frame], State]:
    return lambda walk, operands, frame: replace(
        frame.state, stroke=_colour(walk, operator, operands, frame)
    )


def _cm(_walk: Walk, operands: Any, frame: Frame) -> State:
    return replace(frame.state, ctm=times(matrix_of(operands), frame.state.ctm))


def _tf(walk: Walk, operands: Any, frame: Frame) -> State:
    font = walk.font(lookup(frame.resources, "/Font", operands[0]))
    return replace(frame.state, font=font, size=float(operands[1]))


def _tr(_walk: Walk, operands: Any, frame: Frame) -> State:
    return replace(frame.state, render=int(operands[0]))


def _gs(walk: Walk, operands: Any, frame: Frame) -> State:
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


def _settings(settings: Any) -> Iterator[tuple[str, Any]]:
    for key in ("/OP", "/op", "/OPM", "/ca", "/CA", "/Font"):
        if key in settings:
            yield key, settings[key]


SETTERS: dict[str, Callable[[Walk, Any, Frame], State]] = {
    "cm": _cm, "Tf": _tf, "Tr": _tr, "gs": _gs,
    **{operator: _set_fill(operator) for operator in ("g", "rg", "k", "cs", "sc", "scn")},
    **{operator: _set_stroke(operator) for operator in ("G", "RG", "K", "CS", "SC", "SCN")},
}  # fmt: skip

__all__ = ["MAX_PAGES", "OTHER", "Painted", "Picture", "Walk"]
