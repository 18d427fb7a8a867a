"""Fonts of a PDF: whether their shapes travel with the file (ISO 32000-2, 9.6 to 9.9)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pikepdf import Array, Dictionary, Name, Stream

FILES = ("/FontFile", "/FontFile2", "/FontFile3")
GLYPH_MATRIX = (0.001, 0.0, 0.0, 0.001, 0.0, 0.0)
MAX_NAMES = 1024
#: the tag that marks a font of which only the used letters are in the file
SUBSET = re.compile(r"^[A-Z]{6}\+")


@dataclass(frozen=True)
class Font:
    """What matters about one font.

    `scale` makes sizes of Type 3 fonts, which draw in units of their own, those of other fonts.
    """

    name: str
    embedded: bool
    composite: bool = False
    matrix: tuple[float, float, float, float, float, float] = GLYPH_MATRIX
    scale: float = 1.0
    #: Type 3: character code -> name, name -> drawing
    names: tuple[tuple[int, str], ...] = ()
    glyphs: Any = None
    resources: Any = None

    @classmethod
    def read(cls, font: Any) -> Font:
        """Return the facts about a font dictionary."""
        name = SUBSET.sub("", str(font.get("/BaseFont", font.get("/Name", "/?"))).lstrip("/"))[:80]
        kind = str(font.get("/Subtype"))
        if kind == "/Type3":
            return cls._type3(font, name)
        if kind == "/Type0":
            below = font.get("/DescendantFonts")
            inner = below[0] if isinstance(below, Array) and len(below) else None
            return cls(name, _has_shapes(inner), composite=True)
        return cls(name, _has_shapes(font))

    @classmethod
    def _type3(cls, font: Any, name: str) -> Font:
        from_file = [float(value) for value in font.get("/FontMatrix", GLYPH_MATRIX)]
        numbers = from_file if len(from_file) == 6 else list(GLYPH_MATRIX)
        glyphs = font.get("/CharProcs")
        return cls(
            name if name != "?" else "Type 3", embedded=True,
            matrix=(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]),
            scale=abs(numbers[3]) * 1000 or 1.0,
            names=tuple(_differences(font.get("/Encoding"))),
            glyphs=glyphs if isinstance(glyphs, Dictionary) else None,
            resources=font.get("/Resources"),
        )  # fmt: skip

    def drawings(self, codes: set[int]) -> list[Any]:
        """Return the drawings of the glyphs with these character codes."""
        wanted = {name for code, name in self.names if code in codes}
        found = [self.glyphs.get(name) for name in sorted(wanted)] if self.glyphs else []
        return [glyph for glyph in found if isinstance(glyph, Stream)]


def _has_shapes(font: Any) -> bool:
    descriptor = font.get("/FontDescriptor") if isinstance(font, Dictionary) else None
    if not isinstance(descriptor, Dictionary):
        return False
    return any(isinstance(descriptor.get(key), Stream) for key in FILES)


def _differences(encoding: Any) -> list[tuple[int, str]]:
    listed = encoding.get("/Differences") if isinstance(encoding, Dictionary) else None
    found: list[tuple[int, str]] = []
    code = 0
    for thing in list(listed)[:MAX_NAMES] if isinstance(listed, Array) else []:
        if isinstance(thing, Name):
            found.append((code, str(thing)))
            code += 1
        else:
            code = int(thing)
    return found


def shown_codes(font: Font, strings: Sequence[bytes]) -> set[int]:
    """Return the codes of the characters that leave a mark; spaces alone leave none."""
    codes = {code for text in strings for code in text}
    return codes if font.composite or font.glyphs is not None else codes - {0x20, 0xA0}
