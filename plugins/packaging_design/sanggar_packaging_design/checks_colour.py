"""Which inks a colour space of a PDF paints with (ISO 32000-2, 8.6)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pikepdf import Array, Dictionary, Name, Stream

GRAY, RGB, CMYK, LAB, SPOT, OTHER = "Gray", "RGB", "CMYK", "Lab", "Spot", "?"
ICC_GRAY, ICC_RGB, ICC_CMYK = "ICC Gray", "ICC RGB", "ICC CMYK"
PROCESS = ("Cyan", "Magenta", "Yellow", "Black")
MAX_DEPTH, MAX_INKS = 6, 32
_NAMES = {
    "/DeviceGray": GRAY, "/G": GRAY, "/CalGray": GRAY, "/DeviceRGB": RGB, "/RGB": RGB,
    "/CalRGB": RGB, "/DeviceCMYK": CMYK, "/CMYK": CMYK, "/Lab": LAB,
}  # fmt: skip
_ICC = {1: ICC_GRAY, 3: ICC_RGB, 4: ICC_CMYK}


@dataclass(frozen=True)
class Space:
    """A colour space: its kind, the names of its special inks, what lies under a pattern."""

    label: str
    inks: tuple[str, ...] = ()
    under: Space | None = None
    pattern: bool = False

    @property
    def labels(self) -> tuple[str, ...]:
        """What painting with it puts on the sheet: process colours, spots or both."""
        if self.label != SPOT:
            return (self.label,)
        process = any(ink in PROCESS for ink in self.inks)
        return (*((CMYK,) if process else ()), *((SPOT,) if self.spots else ()))

    @property
    def spots(self) -> tuple[str, ...]:
        """The special inks, without process colours and without the ink that prints nothing."""
        return tuple(ink for ink in self.inks if ink not in (*PROCESS, "None"))


DEVICE_GRAY, DEVICE_RGB, DEVICE_CMYK = Space(GRAY), Space(RGB), Space(CMYK)
PATTERN = Space(OTHER, pattern=True)


def ink_name(name: Any) -> str:
    """Return the name of an ink without its slash."""
    return str(name).lstrip("/")[:80]


def space_of(thing: Any, resources: Any = None, depth: int = 0) -> Space:
    """Return what a colour space paints with.

    Parameters
    ----------
    thing : Name or Array
        As it stands in the PDF.
    resources : Dictionary, optional
        Where names that are no device spaces are looked up.
    """
    if depth > MAX_DEPTH or thing is None:
        return Space(OTHER)
    if isinstance(thing, Name):
        return _by_name(str(thing), resources, depth)
    if not isinstance(thing, Array) or len(thing) == 0:
        return Space(OTHER)
    head = str(thing[0])
    rest = thing[1] if len(thing) > 1 else None
    if head == "/ICCBased":
        parts = rest.get("/N") if isinstance(rest, Stream | Dictionary) else None
        return Space(_ICC.get(int(parts) if isinstance(parts, int) else 0, OTHER))
    if head in ("/Indexed", "/I"):
        return space_of(rest, resources, depth + 1)
    if head == "/Separation":
        return Space(SPOT, (ink_name(rest),))
    if head == "/DeviceN" and isinstance(rest, Array):
        return Space(SPOT, tuple(ink_name(rest[n]) for n in range(min(len(rest), MAX_INKS))))
    if head == "/Pattern":
        return Space(OTHER, under=space_of(rest, resources, depth + 1), pattern=True)
    return Space(_NAMES.get(head, OTHER))


def _by_name(name: str, resources: Any, depth: int) -> Space:
    if name == "/Pattern":
        return PATTERN
    if name.startswith("/Device"):
        return Space(_NAMES.get(name, OTHER))
    spaces = resources.get("/ColorSpace") if isinstance(resources, Dictionary) else None
    if isinstance(spaces, Dictionary) and name in spaces:
        return space_of(spaces[name], resources, depth + 1)
    return Space(_NAMES.get(name, OTHER))  # the short names of inline pictures


@dataclass(frozen=True)
class Colour:
    """A current colour: its space, its components, its pattern."""

    space: Space = DEVICE_GRAY
    values: tuple[float, ...] = (0.0,)
    pattern: Any = None

    def black_only(self) -> bool:
        """Return whether it is full black of the black plate alone."""
        if self.space.label == CMYK and len(self.values) == 4:
            return max(self.values[:3]) <= 0.001 and self.values[3] >= 0.95
        if self.space.inks == ("Black",):
            return bool(self.values) and self.values[0] >= 0.95
        return self.space.label == GRAY and bool(self.values) and self.values[0] <= 0.05

    def rich_black(self) -> bool:
        """Return whether it is a dark mixed of several process colours."""
        if self.space.label not in (CMYK, ICC_CMYK) or len(self.values) != 4:
            return False
        return self.values[3] >= 0.6 and sum(self.values[:3]) > 0.1

    def prints_on_top(self, overprint: bool, mode: int) -> bool:
        """Return whether it leaves the colours below in place (ISO 32000-2, 8.6.7 and 11.7.4.5).

        In DeviceCMYK that takes the overprint mode 1, else plates with 0 are cleared; DeviceGray
        clears the coloured plates always.
        """
        if not overprint or self.space.label == GRAY:
            return False
        return mode == 1 if self.space.label == CMYK else self.space.label == SPOT

    def vanishes(self, overprint: bool, mode: int) -> bool:
        """Return whether it is white that overprints, so that nothing of it is printed."""
        if self.space.label == CMYK and len(self.values) == 4:
            return self.prints_on_top(overprint, mode) and max(self.values) <= 0.001
        return False
