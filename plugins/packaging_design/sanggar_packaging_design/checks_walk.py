"""What a PDF really paints: fonts, sizes of text, pictures, colours, overprint.

Resources name much that no page uses, so the content is followed as a printer would: page, forms,
patterns, glyphs of Type 3 fonts, with the matrices and colours in force at every mark (ISO 32000-2,
chapters 8 and 9). Paths themselves are of no interest and are dropped while reading.

Limits: `MAX_PAGES` pages, `MAX_CONTENT` bytes of content, `MAX_STEPS` instructions or
`MAX_SECONDS` of work in a file, `MAX_DEPTH` forms within forms. Not seen: what is clipped away or covered, and text drawn as curves.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from .checks_colour import Colour, Space, space_of
from .checks_fonts import Font, shown_codes
from .checks_layers import Layers
from .checks_state import (
    ERRORS,
    SETTERS,
    UNIT,
    Frame,
    Matrix,
    State,
    lookup,
    matrix_of,
    move_text,
    times,
)

MAX_PAGES, MAX_DEPTH, MAX_STEPS, MAX_CONTENT = 20, 12, 400_000, 16_000_000
MAX_SAVED, MAX_SECONDS = 256, 5.0
OPERATORS = (
    "q Q cm gs Do BI ID EI sh f F f* B B* b b* S s Tj TJ ' \" Tf Tm Tr BT ET cs CS sc scn SC SCN Td TD T* TL "
    "g G rg RG k K BMC BDC EMC d0 d1"
)
FILLS, STROKES = frozenset(("f", "F", "f*")), frozenset(("S", "s"))
BOTH = frozenset(("B", "B*", "b", "b*"))
SHOWS = frozenset(("Tj", "TJ", "'", '"'))
TEXT_MOVES, LINES = frozenset(("BT", "Tm", "Td", "TD", "T*", "TL")), frozenset(("'", '"'))
SMALL_TEXT = 12.0
Box = tuple[float, float, float, float]
Instruction = tuple[str, Any]


class TooComplex(Exception):
    """The content has more instructions than a check may follow."""


def parsed(content: Any) -> Iterator[Instruction]:
    """Return operators with their operands, without those that only draw paths."""
    for instruction in pikepdf.parse_content_stream(content, OPERATORS):
        yield str(instruction.operator), instruction.operands


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
    #: False when some page was not read at all, so that nothing can be said about the whole
    whole: bool = True


class Walk:
    """Follows the content of a file page by page."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.found = Painted()
        self._pdf, self._layers = pdf, Layers(pdf.Root)
        self._until = time.process_time() + MAX_SECONDS
        self._steps, self._bytes, self._page = 0, 0, 0
        self._box: Box = (0, 0, 0, 0)
        self._trim: Box = (0, 0, 0, 0)
        self._parsed: dict[tuple[int, int], list[Instruction]] = {}
        self._fonts: dict[tuple[int, int], Font] = {}
        self._done: set[object] = set()

    def pages(self) -> Painted:
        """Follow the first pages and return what they paint."""
        for number, page in enumerate(self._pdf.pages[:MAX_PAGES], 1):
            self._page = number
            try:
                self._follow_page(page)
            except (TooComplex, MemoryError):
                self.found.complex, self.found.whole = True, False
                break
            except ERRORS:
                self.found.damaged.add(number)
                self.found.whole = False
        return self.found

    def _follow_page(self, page: pikepdf.Page) -> None:
        unit = page.obj.get("/UserUnit", 1)
        scale = float(unit) if 0 < float(unit) <= 1000 else 1.0
        self._box, self._trim = _box(page.mediabox, scale), _box(page.trimbox, scale)
        ctm: Matrix = (scale, 0, 0, scale, 0, 0)
        contents = page.obj.get("/Contents")
        streams = list(contents) if isinstance(contents, Array) else [contents]
        for stream in streams:
            if isinstance(stream, Stream):
                self._weigh(stream)
        frame = Frame(page.resources, State(ctm=ctm), ctm, 0)
        self._follow(parsed(page), frame)

    def _weigh(self, stream: Stream) -> None:
        self._bytes += len(stream.read_bytes())
        if self._bytes > MAX_CONTENT:
            raise TooComplex

    def _instructions(self, stream: Stream) -> list[Instruction]:
        key = stream.objgen
        if key not in self._parsed or key == (0, 0):
            self._weigh(stream)
            self._parsed[key] = list(parsed(stream))
        return self._parsed[key]

    def _follow(self, instructions: Iterable[Instruction], frame: Frame) -> None:
        for operator, operands in instructions:
            self._steps += 1
            if self._steps > MAX_STEPS or (
                self._steps % 500 == 0 and time.process_time() > self._until
            ):
                raise TooComplex
            try:
                self._step(operator, operands, frame)
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
        elif operator in TEXT_MOVES:
            move_text(operator, operands, frame)
        elif operator == "d1":
            frame.coloured = False
        else:
            if operator in LINES:
                move_text("T*", operands, frame)
            if not any(frame.hidden):
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
        width, height = (
            int(image.get("/Width", image.get("/W"))),
            int(image.get("/Height", image.get("/H"))),
        )
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
        a, b, c, d, e, f = times(frame.text, state.ctm)
        along = math.hypot(a, b)
        size = abs(state.size) * font.scale * (abs(a * d - b * c) / along if along else 0.0)
        if not codes or size < 0.01:
            return
        self.found.fonts[font.name] = self.found.fonts.get(font.name, True) and font.embedded
        inside = reaches((e, f), (a, b), self._trim)  # not the notes beside the finished size
        if inside and (self.found.smallest is None or size < self.found.smallest[0]):
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
        matrix = times(
            font.matrix, times((size, 0, 0, size, 0, 0), times(frame.text, frame.state.ctm))
        )
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


def _box(values: Any, scale: float) -> Box:
    x, y, u, v = (float(value) * scale for value in values)
    return min(x, u), min(y, v), max(x, u), max(y, v)


def reaches(start: tuple[float, float], along: tuple[float, float], box: Box) -> bool:
    """Return whether a line of text that begins at `start` gets into a box at all."""
    nearest, farthest = 0.0, math.inf
    for n in (0, 1):
        low, high = box[n] - start[n], box[n + 2] - start[n]
        if abs(along[n]) < 1e-9:
            if low > 0 or high < 0:
                return False
            continue
        enter, leave = sorted((low / along[n], high / along[n]))
        nearest, farthest = max(nearest, enter), min(farthest, leave)
    return nearest <= farthest
