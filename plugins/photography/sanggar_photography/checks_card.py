"""White balance from a grey card: how far what should be neutral is from neutral.

Measured in CIELAB (CIE 15:2018) under D65 from sRGB values (IEC 61966-2-1): C*ab, the distance from
grey, which for a neutral card is its colour difference ΔE*ab without the part of brightness.
"""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from sanggar.plugin import Finding, Text, UploadedFile
from sanggar.plugin.filechecks import Limits, Num, words

from . import checks as rules
from .checks_pixels import Pixels, colours, opened

NAMED = re.compile(
    r"(?:kartu|card)[-_](\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})(?!\d)", re.IGNORECASE
)
#: an even card differs this much from pixel to pixel at most (standard deviation, out of 255)
EVEN, DARK, LIGHT = 14.0, 25.0, 245.0
TO_XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750],
                   [0.0193339, 0.1191920, 0.9503041]])  # fmt: skip
D65 = TO_XYZ.sum(axis=1)
Box = tuple[float, float, float, float]


def lab(rgb: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return L*, a*, b* of an sRGB colour with values from 0 to 255.

    >>> [round(float(v)) for v in lab(np.array([255.0, 0.0, 0.0]))]
    [53, 80, 67]
    """
    value = rgb / 255
    linear = np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)
    ratio = TO_XYZ @ linear / D65
    root = np.where(ratio > (6 / 29) ** 3, np.cbrt(ratio), ratio / (3 * (6 / 29) ** 2) + 4 / 29)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def measure(limits: Limits, file: UploadedFile) -> list[Finding]:
    """Return the cast on the marked card."""
    with opened(file) as image:
        pixels = np.asarray(colours(image))
    box = marked(limits.text("card")) or _named(file.name) or framed(pixels)
    asked = words(
        "ΔE (C*ab) paling banyak {}", "ΔE (C*ab) at most {}", Num(limits.number("max_de"))
    )
    if box is None:
        measured = words("Kartu tidak ditandai", "The card is not marked")
        return [rules.CARD.find("unknown", measured, asked, file=file.name)]
    patch = _inside(pixels, box)
    if patch.size < 3 * 64:
        measured = words("Kartu terlalu kecil", "The card is too small")
        return [rules.CARD.find("unknown", measured, asked, file=file.name)]
    mean, spread = patch.reshape(-1, 3).mean(axis=0), float(patch.reshape(-1, 3).std(axis=0).max())
    if spread > EVEN or mean.min() < DARK or mean.max() > LIGHT:
        measured = words(
            "Bidang yang ditandai tidak rata, terlalu gelap, atau terlalu terang",
            "What is marked is uneven, too dark or too light",
        )
        return [rules.CARD.find("unknown", measured, asked, file=file.name)]
    lightness, a, b = lab(mean)
    chroma = float(np.hypot(a, b))
    measured = words(
        "ΔE {}; R {} G {} B {}, selisih {}; L* {}; {}", "ΔE {}; R {} G {} B {}, difference {}; L* {}; {}",
        Num(chroma, 1), *(Num(float(v), 0) for v in mean), Num(float(mean.max() - mean.min()), 0),
        Num(float(lightness), 0), _cast(a, b, chroma),
    )  # fmt: skip
    good = chroma <= limits.number("max_de")
    outcome = "warn" if good and chroma > limits.number("warn_de") else "pass" if good else "fail"
    return [rules.CARD.find(outcome, measured, asked, file=file.name)]


def _cast(a: float, b: float, chroma: float) -> Text:
    if chroma < 1:
        return words("netral", "neutral")
    if abs(b) >= abs(a):
        return (
            words("condong kuning", "yellow cast") if b > 0 else words("condong biru", "blue cast")
        )
    return words("condong merah", "red cast") if a > 0 else words("condong hijau", "green cast")


def marked(text: str) -> Box | None:
    """Return a rectangle written as ``left top width height`` in percent."""
    numbers = re.findall(r"\d{1,3}(?:\.\d{1,2})?", text)
    if len(numbers) != 4:
        return None
    x, y, w, h = (float(number) / 100 for number in numbers)
    return (x, y, w, h) if w > 0 and h > 0 and x + w <= 1 and y + h <= 1 else None


def _named(name: str) -> Box | None:
    match = NAMED.search(name)
    return marked(" ".join(match.groups())) if match else None


def framed(pixels: Pixels) -> Box | None:
    """Return the inside of a frame drawn in pure magenta."""
    drawn = (pixels[:, :, 0] > 215) & (pixels[:, :, 1] < 70) & (pixels[:, :, 2] > 215)
    rows, columns = np.flatnonzero(drawn.any(axis=1)), np.flatnonzero(drawn.any(axis=0))
    if rows.size < 8 or columns.size < 8:
        return None
    top, bottom, left, right = int(rows[0]), int(rows[-1]), int(columns[0]), int(columns[-1])
    part = drawn[top : bottom + 1, left : right + 1]
    middle = part.shape[0] // 2, part.shape[1] // 2
    # a frame: its sides are drawn nearly everywhere, its middle is not
    sides = (
        part[:3].any(axis=0),
        part[-3:].any(axis=0),
        part[:, :3].any(axis=1),
        part[:, -3:].any(axis=1),
    )
    if min(float(side.mean()) for side in sides) < 0.8 or part[middle]:
        return None
    across, down = part[middle[0]], part[:, middle[1]]
    thick = max(int(np.argmin(across)), int(np.argmin(down)), 1) + 2
    height, width = pixels.shape[:2]
    box = ((left + thick) / width, (top + thick) / height,
           (right - left + 1 - 2 * thick) / width, (bottom - top + 1 - 2 * thick) / height)  # fmt: skip
    return box if box[2] > 0 and box[3] > 0 else None


def _inside(pixels: Pixels, box: Box) -> NDArray[np.float64]:
    """Return the middle four fifths of a rectangle: its border may be off the card."""
    height, width = pixels.shape[:2]
    x, y, w, h = box
    rows = slice(round((y + 0.1 * h) * height), round((y + 0.9 * h) * height))
    columns = slice(round((x + 0.1 * w) * width), round((x + 0.9 * w) * width))
    return pixels[rows, columns].astype(np.float64)
