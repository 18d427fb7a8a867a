"""Hotspots of QTI: shapes in pixels become rectangles in percent of the picture."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from sanggar.interchange.model import Choice, Unreadable
from sanggar.interchange.qtiscore import right_answers
from sanggar.interchange.xmlsafe import children, local, words
from sanggar.plugin.text import Text

if TYPE_CHECKING:
    from sanggar.interchange.qtiread import Reading


def hotspot(reading: Reading, element: etree._Element) -> None:
    """Places in a picture."""
    draft = reading.made
    draft.kind = "hotspot"
    picture = next((p for p in element.iter() if local(p) in ("object", "img")), None)
    address = (picture.get("data") or picture.get("src") or "") if picture is not None else ""
    kept = reading.pictures(address) if address else ""
    if picture is None or not kept:
        raise Unreadable(f"its picture '{address[:60]}' is not in the file")
    draft.image = kept
    alt = (picture.get("alt") or words(picture)).strip()
    draft.params.setdefault("alt", " ".join(alt.split()) or "Gambar")
    sizes = [re.sub(r"\D", "", picture.get(name) or "") for name in ("width", "height")]
    if not all(sizes):
        raise Unreadable("the picture's width and height are not in the item")
    width, height = (int(size) for size in sizes)
    right = set(right_answers(reading.declaration(element)))
    for number, part in enumerate(children(element, "hotspotChoice"), 1):
        label = part.get("hotspotLabel") or ""
        if not label:
            draft.notes.append(f"place {number} has no name in the file: name it")
        text = Text(id=label or f"Area {number}", en=label if reading.language == "en" else "")
        place = _place(draft.lost, part, width, height)
        draft.choices.append(Choice(text, key=(part.get("identifier") or "") in right, place=place))
    draft.stem = reading.stem()


def _place(lost: list[str], part: etree._Element, width: int, height: int) -> str:
    shape = part.get("shape") or "rect"
    numbers = [float(n) for n in re.findall(r"-?\d+(?:\.\d+)?", part.get("coords") or "")]
    if shape == "circle" and len(numbers) == 3:
        x, y, r = numbers
        numbers = [x - r, y - r, x + r, y + r]
    elif shape == "ellipse" and len(numbers) == 4:
        x, y, h, v = numbers
        numbers = [x - h, y - v, x + h, y + v]
    elif shape == "poly" and len(numbers) >= 6:
        xs, ys = numbers[::2], numbers[1::2]
        numbers = [min(xs), min(ys), max(xs), max(ys)]
    if len(numbers) != 4 or width <= 0 or height <= 0:
        raise Unreadable("a place in the picture cannot be read")
    if shape != "rect":
        lost.append(f"a place was a {shape}; here it is the rectangle around it")
    left, top, end, bottom = numbers
    shares = (left / width, top / height, (end - left) / width, (bottom - top) / height)
    return " ".join(f"{round(max(0.0, share) * 100, 3):g}" for share in shares)
