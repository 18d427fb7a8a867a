"""Small PDFs made by hand for the tests of the packaging checks: one thing can be broken at a time."""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

MM = 72 / 25.4
FONT_FILE = Path("/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf")


@dataclass
class Sheet:
    """A label of 100 × 60 mm with 3 mm bleed: cyan ground, black text, nothing wrong with it."""

    content: bytes = (
        b"1 0 0 0 k -99 -99 9999 9999 re f BT /F1 8 Tf 0 0 0 1 k 60 60 Td (Keripik) Tj ET"
    )
    trim_mm: tuple[float, float] = (100, 60)
    bleed_mm: float = 3
    slug_mm: float = 0
    boxes: tuple[str, ...] = ("/TrimBox", "/BleedBox")
    fonts: dict[str, Any] = field(default_factory=dict)
    resources: dict[str, Any] = field(default_factory=dict)
    unit: float = 1

    def save(self, path: Path, **more: Any) -> Path:
        """Write the sheet and return its path; `more` are entries of the page."""
        pdf = Pdf.new()
        room = self.bleed_mm + self.slug_mm
        wide, high = self.trim_mm
        page = pdf.add_blank_page()
        page.obj.MediaBox = box(-room, -room, wide + room, high + room, self.unit)
        if "/TrimBox" in self.boxes:
            page.obj.TrimBox = box(0, 0, wide, high, self.unit)
        if "/BleedBox" in self.boxes:
            bleed = self.bleed_mm
            page.obj.BleedBox = box(-bleed, -bleed, wide + bleed, high + bleed, self.unit)
        if self.unit != 1:
            page.obj.UserUnit = self.unit
        page.obj.Contents = pdf.make_stream(self.content)
        fonts = {"/F1": embedded(pdf), **{k: v(pdf) for k, v in self.fonts.items()}}
        made = {
            k: {n: (v(pdf) if callable(v) else v) for n, v in t.items()}
            for k, t in self.resources.items()
        }
        page.obj.Resources = Dictionary(
            {"/Font": Dictionary(fonts), **{k: Dictionary(t) for k, t in made.items()}}
        )
        for key, value in more.items():
            if key == "root":
                value(pdf)
            else:
                page.obj[Name("/" + key)] = value
        pdf.save(path)
        return path


def box(left: float, bottom: float, right: float, top: float, unit: float = 1) -> Array:
    return Array([round(v * MM / unit, 4) for v in (left, bottom, right, top)])


def embedded(pdf: Pdf) -> Any:
    """A font that says it is embedded; no test draws its letters."""
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name.Tested,
        Flags=32,
        FontFile2=pdf.make_stream(b"\0\1\0\0"),
    )
    return pdf.make_indirect(Dictionary(
        Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name.Tested, FirstChar=32, LastChar=32,
        Widths=[500], FontDescriptor=pdf.make_indirect(descriptor),
    ))  # fmt: skip


def loose(pdf: Pdf) -> Any:
    """A font whose shapes are not in the file."""
    return pdf.make_indirect(
        Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name("/Helvetica"))
    )


def real(pdf: Pdf) -> Any:
    """A font whose letters can be read again."""
    data = FONT_FILE.read_bytes() if FONT_FILE.exists() else b""
    assert struct.calcsize(">I") == 4
    descriptor = Dictionary(
        Type=Name.FontDescriptor,
        FontName=Name.Liberation,
        Flags=32,
        FontFile2=pdf.make_stream(data),
    )
    return pdf.make_indirect(Dictionary(
        Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name.Liberation, FirstChar=32, LastChar=126,
        Widths=[500] * 95, Encoding=Name.WinAnsiEncoding, FontDescriptor=pdf.make_indirect(descriptor),
    ))  # fmt: skip


def image(width: int, height: int, space: Any = Name.DeviceCMYK, **more: Any) -> Any:
    """Return a maker of a flat picture."""

    def make(pdf: Pdf) -> Any:
        parts = {"/DeviceGray": 1, "/DeviceRGB": 3, "/DeviceCMYK": 4}.get(str(space), 1)
        stream = pdf.make_stream(b"\x80" * (width * height * parts))
        stream.update({
            "/Type": Name.XObject, "/Subtype": Name.Image, "/Width": width, "/Height": height,
            "/BitsPerComponent": 8, **({"/ColorSpace": space} if space is not None else {}),
            **{f"/{k}": v for k, v in more.items()},
        })  # fmt: skip
        return stream

    return make


def form(content: bytes, resources: dict[str, Any] | None = None, **more: Any) -> Any:
    """Return a maker of a form (or, with other entries, of a pattern)."""

    def make(pdf: Pdf) -> Any:
        stream = pdf.make_stream(content)
        tables = {
            k: Dictionary({n: (v(pdf) if callable(v) else v) for n, v in t.items()})
            for k, t in (resources or {}).items()
        }
        stream.update({
            "/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": [0, 0, 1000, 1000],
            "/Resources": Dictionary(tables), **{f"/{k}": v for k, v in more.items()},
        })  # fmt: skip
        return stream

    return make


def separation(name: str) -> Any:
    """Return a spot colour."""
    tint = Dictionary(FunctionType=2, Domain=[0, 1], C0=[0, 0, 0, 0], C1=[0, 1, 1, 0], N=1)
    return Array([Name.Separation, Name("/" + name), Name.DeviceCMYK, tint])


__all__ = [
    "MM",
    "Sheet",
    "box",
    "embedded",
    "form",
    "image",
    "loose",
    "pikepdf",
    "real",
    "separation",
]
