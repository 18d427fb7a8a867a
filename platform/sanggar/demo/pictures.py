"""Small abstract product pictures, drawn here: no photo of anybody or anything is carried along."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

from sanggar.demo.dice import Dice
from sanggar.kernel.files import photos

SIZE = (960, 720)
#: warm paper, indigo, gold, leaf, clay
PAPERS = ((251, 247, 240), (244, 236, 222), (233, 238, 232), (238, 234, 244))
INKS = ((53, 48, 122), (184, 122, 16), (31, 111, 80), (168, 54, 31), (86, 74, 62))
EACH = {"full": 16, "small": 6}


@dataclass(frozen=True)
class Picture:
    """A picture that lies in the uploads: its own bytes, the copy for pages, the thumbnail."""

    sha256: str
    public: str
    thumb: str
    size: int
    width: int
    height: int


class Gallery:
    """Pictures by track, kept in the uploads folder under their hashes."""

    def __init__(self, data: Path, tracks: list[str], size: str, dice: Dice) -> None:
        self.folder = data / "uploads"
        self.pictures = {
            track: [self._make(track, dice) for _ in range(EACH[size])] for track in tracks
        }

    def of(self, track: str) -> list[Picture]:
        """Return the pictures of a track."""
        return self.pictures[track]

    def _make(self, track: str, dice: Dice) -> Picture:
        image = draw(track, dice)
        out = io.BytesIO()
        image.save(out, "JPEG", quality=82)
        own = out.getvalue()
        page, thumb = photos.copies(io.BytesIO(own))
        return Picture(self._put(own), self._put(page), self._put(thumb), len(own), *image.size)

    def _put(self, content: bytes) -> str:
        name = hashlib.sha256(content).hexdigest()
        target = self.folder / name[:2] / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        return name


def draw(track: str, dice: Dice) -> Image.Image:
    """Return one picture: something that stands on a table in window light."""
    image = Image.new("RGB", SIZE, dice.choice(PAPERS))
    pen = ImageDraw.Draw(image)
    pen.rectangle((0, 500, *SIZE), fill=tuple(c - 22 for c in dice.choice(PAPERS)))
    shapes = {"photography": _jar, "packaging_design": _pack, "digital_marketing": _post}
    shapes.get(track, _pack)(pen, dice)
    return image.filter(ImageFilter.SMOOTH)


def _jar(pen: ImageDraw.ImageDraw, dice: Dice) -> None:
    count = dice.randint(1, 3)
    for number in range(count):
        middle = SIZE[0] // 2 - 110 * (count - 1) + 220 * number
        ink, top = dice.choice(INKS), dice.randint(190, 290)
        pen.ellipse((middle - 130, 545, middle + 200, 600), fill=(196, 186, 170))
        pen.rounded_rectangle((middle - 95, top, middle + 95, 580), 34, fill=ink)
        pen.rounded_rectangle(
            (middle - 70, top - 44, middle + 70, top + 12), 12, fill=dice.choice(INKS)
        )
        pen.rectangle((middle - 95, top + 120, middle + 95, top + 230), fill=dice.choice(PAPERS))
        pen.line(
            (middle - 62, top + 26, middle - 62, 548),
            fill=tuple(min(255, c + 60) for c in ink),
            width=12,
        )


def _pack(pen: ImageDraw.ImageDraw, dice: Dice) -> None:
    ink, left, top = dice.choice(INKS), dice.randint(250, 380), dice.randint(110, 170)
    right, bottom = left + dice.randint(260, 330), 610
    pen.polygon([(left + 20, top), (right - 20, top), (right, bottom), (left, bottom)], fill=ink)
    pen.rectangle((left + 22, top + 26, right - 22, top + 34), fill=dice.choice(PAPERS))
    middle, high = (left + right) // 2, top + 210
    petal = dice.choice(PAPERS)
    for dx, dy in ((-46, -46), (46, -46), (-46, 46), (46, 46)):
        pen.ellipse(
            (middle + dx - 40, high + dy - 40, middle + dx + 40, high + dy + 40), fill=petal
        )
    pen.ellipse((middle - 22, high - 22, middle + 22, high + 22), fill=(184, 122, 16))
    for line in range(3):
        pen.rectangle(
            (left + 50, bottom - 110 + 30 * line, right - 50 - 40 * line, bottom - 98 + 30 * line),
            fill=petal,
        )


def _post(pen: ImageDraw.ImageDraw, dice: Dice) -> None:
    for column in range(3):
        for row in range(2):
            x, y, ink = 110 + 260 * column, 80 + 290 * row, dice.choice(INKS)
            pen.rounded_rectangle((x, y, x + 220, y + 250), 18, fill=ink)
            pen.ellipse((x + 60, y + 30, x + 160, y + 130), fill=dice.choice(PAPERS))
            pen.rectangle(
                (x + 30, y + 165, x + 30 + dice.randint(80, 160), y + 180), fill=dice.choice(PAPERS)
            )
            pen.rectangle(
                (x + 30, y + 200, x + 30 + dice.randint(50, 130), y + 212), fill=dice.choice(PAPERS)
            )
