"""Pages of a PDF as pictures and as text, through PDFium, with limits on both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray

from sanggar.plugin import Finding
from sanggar.plugin.filechecks import Unreadable, words

from . import checks_rules as rules

MAX_PAGES, MAX_PIXELS, MAX_LETTERS = 20, 60_000_000, 300_000
MM = 72 / 25.4
Pixels = NDArray[np.uint8]


@contextmanager
def document(path: Path) -> Iterator[pdfium.PdfDocument]:
    """Open a PDF for rendering.

    Raises
    ------
    Unreadable
        When PDFium cannot open it.
    """
    try:
        opened = pdfium.PdfDocument(path)
    except (pdfium.PdfiumError, OSError, ValueError) as error:
        reason = words("PDF ini tidak dapat digambar", "The PDF cannot be rendered")
        raise Unreadable(reason, broken=True) from error
    try:
        yield opened
    finally:
        opened.close()


def scale_for(page: pdfium.PdfPage, dpi: float, share: float = 1.0) -> float:
    """Return the scale for a resolution, less where the page (or a share of it) has too many pixels."""
    wide, high = page.get_size()
    scale = dpi / 72
    pixels = wide * high * scale * scale * share
    return scale if pixels <= MAX_PIXELS else scale * (MAX_PIXELS / pixels) ** 0.5


def picture(
    page: pdfium.PdfPage, scale: float, crop: tuple[float, float, float, float] = (0, 0, 0, 0)
) -> Pixels:
    """Return a page as red, green, blue; `crop` in points from left, bottom, right, top."""
    bitmap = page.render(
        scale=scale,
        crop=crop,
        rev_byteorder=True,
        prefer_bgrx=False,
        fill_color=(255, 255, 255, 255),
    )
    pixels: Pixels = bitmap.to_numpy().copy()
    bitmap.close()
    if pixels.ndim == 2 or pixels.shape[2] == 1:
        return np.repeat(pixels.reshape(*pixels.shape[:2], 1), 3, axis=2)
    return pixels[:, :, :3]


def letters(path: Path) -> str:
    """Return the text of the first pages of a PDF, as it can be searched in."""
    parts: list[str] = []
    with document(path) as opened:
        for number in range(min(len(opened), MAX_PAGES)):
            page = opened[number]
            text = page.get_textpage()
            count = min(text.count_chars(), MAX_LETTERS)
            parts.append(text.get_text_range(0, count) if count else "")
            if sum(map(len, parts)) > MAX_LETTERS:
                break
    return "\n".join(parts)[:MAX_LETTERS]


def artwork(path: Path, name: str) -> list[Finding]:
    """Return whether artwork that touches the trim goes on into the bleed.

    Compared are two strips along each side, one just inside and one just outside the trim: where
    the inner one is coloured and the outer one is white, the artwork stops too early. PDFium shows
    the crop box, so a page without room around the trim is not measured here (the bleed is).
    """
    found: list[Finding] = []
    with document(path) as opened:
        for number in range(min(len(opened), MAX_PAGES)):
            page = opened[number]
            left, bottom, right, top = page.get_trimbox(fallback_ok=False) or (0, 0, 0, 0)
            x, y, u, v = page.get_cropbox()
            gaps = (left - x, bottom - y, u - right, v - top)
            if (
                right - left < 20
                or top - bottom < 20
                or min(gaps) < 1.5 * MM
                or page.get_rotation()
            ):
                continue
            scale = scale_for(page, 100)
            lit = picture(page, scale).min(axis=2)
            lost = _stops(lit, gaps, scale)
            where = f"{name}, {number + 1}" if len(opened) > 1 else name
            measured = words(
                "Gambar berhenti di garis potong pada {} % tepi yang berwarna",
                "Artwork stops at the trim on {} % of the coloured edge", round(100 * lost),
            )  # fmt: skip
            asked = words("gambar diteruskan 3 mm", "artwork goes on for 3 mm")
            found.append(rules.ARTWORK.judge(lost <= 0.1, measured, asked, file=where))
    return found


def _stops(lit: Pixels, gaps: tuple[float, float, float, float], scale: float) -> float:
    """Return the share of coloured edge behind which there is only white."""
    left, bottom, right, top = (round(gap * scale) for gap in gaps)
    height, width = lit.shape
    step = max(1, round(1 * MM * scale))
    rows, columns = slice(top, height - bottom), slice(left, width - right)
    pairs = (
        (lit[rows, left + step], lit[rows, left - step]),
        (lit[rows, width - right - step - 1], lit[rows, width - right + step - 1]),
        (lit[top + step, columns], lit[top - step, columns]),
        (lit[height - bottom - step - 1, columns], lit[height - bottom + step - 1, columns]),
    )
    inner = np.concatenate([pair[0] for pair in pairs]) < 245
    outer = np.concatenate([pair[1] for pair in pairs]) < 245
    return float((inner & ~outer).sum() / inner.sum()) if inner.sum() else 0.0
