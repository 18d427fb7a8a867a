"""Is a PDF ready for the press: boxes, bleed, fonts, text, pictures, colours, overprint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf

from sanggar.plugin import Finding, Text
from sanggar.plugin.filechecks import Limits, Num, Unreadable, some, words

from . import checks_rules as rules
from .checks_colour import LAB, OTHER, RGB, SPOT
from .checks_render import artwork
from .checks_state import ERRORS
from .checks_walk import MAX_PAGES, Painted, Walk

MM = 25.4 / 72
#: rounding of boxes in drawing programs: 3 mm become 8.504 pt
SLACK_MM = 0.05
MAX_MEMORY = 256_000_000
#: boxes that a page may have from the pages above it
INHERITED = ("/MediaBox", "/CropBox")
Box = tuple[float, float, float, float]


@contextmanager
def opened(path: Path) -> Iterator[pikepdf.Pdf]:
    """Open a PDF that somebody else made.

    Raises
    ------
    Unreadable
        When it is locked, damaged or has no pages.
    """
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=MAX_MEMORY, run_length_max_memory=MAX_MEMORY, png_max_memory=MAX_MEMORY,
        tiff_max_memory=MAX_MEMORY, dct_max_memory=MAX_MEMORY, parser_max_nesting=100,
        parser_max_container_size=2_000_000, max_stream_filters=6, doc_max_warnings=500,
    )  # fmt: skip
    try:
        pdf = pikepdf.open(path, attempt_recovery=True, suppress_warnings=True)
        count = len(pdf.pages)
    except pikepdf.PasswordError as error:
        reason = words("PDF ini dikunci kata sandi", "The PDF is locked with a password")
        raise Unreadable(reason, broken=True) from error
    except ERRORS as error:
        reason = words(
            "PDF ini rusak dan tidak dapat dibuka", "The PDF is damaged and cannot be opened"
        )
        raise Unreadable(reason, broken=True) from error
    with pdf:
        if count == 0:
            reason = words("PDF ini tidak punya halaman", "The PDF has no pages")
            raise Unreadable(reason, broken=True)
        yield pdf


def measure(limits: Limits, path: Path, name: str) -> list[Finding]:
    """Return everything the press would complain about, and what is fine."""
    with opened(path) as pdf:
        found: list[Finding] = []
        for number, page in enumerate(pdf.pages[:MAX_PAGES], 1):
            where = f"{name}, {number}" if len(pdf.pages) > 1 else name
            found += boxes(limits, page, where)
        painted = Walk(pdf).pages()
        pages = len(pdf.pages)
    said = [*fonts(painted, name), *text(limits, painted, name), *pictures(limits, painted, name)]
    said += [*colours(limits, painted, name), *overprint(painted, name)]
    if not painted.whole:  # what was seen may be wrong, but what was not seen is not right
        said = [
            f.model_copy(update={"outcome": "unknown"}) if f.outcome == "pass" else f for f in said
        ]
    found += [*extent(painted, pages, name), *said]
    # what is too much to be followed is too much to be drawn
    return found if painted.complex else [*found, *artwork(path, name)]


def extent(painted: Painted, pages: int, name: str) -> list[Finding]:
    """Return what of a file was not measured."""
    found = []
    if pages > MAX_PAGES:
        found.append(rules.EXTENT.find(
            "unknown", words("{} halaman", "{} pages", pages),
            words("{} halaman pertama diperiksa", "the first {} pages are checked", MAX_PAGES), file=name,
        ))  # fmt: skip
    if painted.complex:
        measured = words(
            "Isi terlalu rumit untuk diikuti sampai akhir",
            "Content too complex to be followed to its end",
        )
        found.append(rules.EXTENT.find("unknown", measured, file=name))
    if painted.damaged:
        measured = words(
            "Isi halaman {} ada yang rusak",
            "Some content of page {} is damaged",
            _pages(painted.damaged),
        )
        found.append(rules.EXTENT.find("warn", measured, file=name))
    return found


def _pages(pages: set[int]) -> str:
    return some([str(page) for page in sorted(pages)], 8)


def _box(page: pikepdf.Page, key: str, unit: float) -> Box | None:
    """Return a box of a page in points, None when it is not there or is no box."""
    try:
        values: Any = page.obj.get(key)
        if values is None and key in INHERITED:
            values = page.mediabox if key == "/MediaBox" else page.cropbox
        x, y, u, v = (float(value) * unit for value in values)
    except ERRORS:
        return None
    box = (min(x, u), min(y, v), max(x, u), max(y, v))
    return box if box[2] - box[0] > 0 and box[3] - box[1] > 0 else None


def boxes(limits: Limits, page: pikepdf.Page, where: str) -> list[Finding]:
    """Return findings about finished size and bleed of one page."""
    given: Any = page.obj.get("/UserUnit", 1)
    unit = float(given) if isinstance(given, int | float | Decimal) and given > 0 else 1.0
    media, trim = _box(page, "/MediaBox", unit), _box(page, "/TrimBox", unit)
    if trim is None:
        measured = words("TrimBox tidak ada", "There is no TrimBox")
        asked = words("TrimBox = ukuran jadi", "TrimBox = finished size")
        return [
            rules.TRIM.find("fail", measured, asked, file=where),
            rules.BLEED.find("unknown", words("Tidak terukur tanpa TrimBox", "Cannot be measured without a TrimBox"), file=where),
        ]  # fmt: skip
    size = ((trim[2] - trim[0]) * MM, (trim[3] - trim[1]) * MM)
    found = [_trim_size(limits, size, trim, media, where)]
    wanted = limits.number("bleed_mm")
    asked = words(
        "paling sedikit {} mm di keempat sisi", "at least {} mm on all four sides", Num(wanted)
    )
    own = _box(page, "/BleedBox", unit)
    outer = own or _box(page, "/CropBox", unit) or media
    room = _room(trim, outer, media)
    said = words("{} mm (sisi tersempit)", "{} mm (narrowest side)", Num(room, 2))
    if own is None and room >= wanted - SLACK_MM:
        said = words("{}, tetapi BleedBox tidak ada", "{}, but there is no BleedBox", said)
        found.append(rules.BLEED.find("warn", said, asked, file=where))
    else:
        found.append(rules.BLEED.judge(room >= wanted - SLACK_MM, said, asked, file=where))
    return found


def _room(trim: Box, outer: Box | None, media: Box | None) -> float:
    """Return the narrowest distance from the trim box to the edge of what is there, in mm."""
    sides = [
        distance
        for box in (outer, media)
        if box is not None
        for distance in (trim[0] - box[0], trim[1] - box[1], box[2] - trim[2], box[3] - trim[3])
    ]
    return min(sides) * MM if sides else 0.0


def _trim_size(
    limits: Limits, size: tuple[float, float], trim: Box, media: Box | None, where: str
) -> Finding:
    measured = words("{} × {} mm", "{} × {} mm", Num(size[0]), Num(size[1]))
    if media is not None and _room(trim, media, None) < -SLACK_MM:
        asked = words("di dalam MediaBox", "inside the MediaBox")
        return rules.TRIM.find("fail", measured, asked, file=where)
    wanted = [part.strip() for part in limits.text("trim_mm").lower().split("x")]
    if len(wanted) != 2:
        return rules.TRIM.find("pass", measured, file=where)
    sides = sorted(float(side) for side in wanted)
    good = all(abs(a - b) <= 0.5 for a, b in zip(sorted(size), sides, strict=True))
    asked = words("{} × {} mm", "{} × {} mm", Num(float(wanted[0])), Num(float(wanted[1])))
    return rules.TRIM.judge(good, measured, asked, file=where)


def fonts(painted: Painted, name: str) -> list[Finding]:
    """Return whether the shapes of all painted letters are in the file."""
    missing = sorted(font for font, embedded in painted.fonts.items() if not embedded)
    asked = words(
        "semua huruf yang dipakai tertanam, atau kurva", "all fonts in use embedded, or curves"
    )
    if not painted.fonts:
        measured = words(
            "Tidak ada teks hidup (kurva atau gambar)", "No live text (curves or a picture)"
        )
    elif missing:
        measured = words("Tidak tertanam: {}", "Not embedded: {}", some(missing))
    else:
        measured = words("{} huruf, semua tertanam", "{} fonts, all embedded", len(painted.fonts))
    return [rules.FONTS.judge(not missing, measured, asked, file=name)]


def text(limits: Limits, painted: Painted, name: str) -> list[Finding]:
    """Return the size of the smallest text."""
    least = limits.number("min_text_pt")
    asked = words("paling kecil {} pt", "at least {} pt", Num(least))
    if painted.smallest is None:
        measured = words("Tidak ada teks hidup", "No live text")
        return [rules.TEXT.find("unknown", measured, asked, file=name)]
    size, font, page = painted.smallest
    measured = words("{} pt ({}, halaman {})", "{} pt ({}, page {})", Num(size, 2), font, page)
    return [rules.TEXT.judge(size >= least - 0.05, measured, asked, file=name)]


def pictures(limits: Limits, painted: Painted, name: str) -> list[Finding]:
    """Return the resolution of the coarsest placement, of photos and of line art."""
    found = []
    for one_bit, rule, limit in (
        (False, rules.PPI, limits.number("min_ppi")),
        (True, rules.LINE_PPI, limits.number("min_line_ppi")),
    ):
        placed = [p for p in painted.pictures if p.one_bit == one_bit]
        if not placed:
            continue
        worst = min(placed, key=lambda picture: picture.ppi)
        below = sum(p.ppi < limit * 0.99 for p in placed)
        measured = words(
            "{} ppi ({} × {} piksel, halaman {}); {} dari {} di bawah batas",
            "{} ppi ({} × {} pixels, page {}); {} of {} below the limit",
            Num(worst.ppi, 0), worst.width, worst.height, worst.page, below, len(placed),
        )  # fmt: skip
        asked = words(
            "paling sedikit {} ppi pada ukuran cetak",
            "at least {} ppi at print size",
            Num(limit, 0),
        )
        found.append(rule.judge(below == 0, measured, asked, file=name))
    return found


def colours(limits: Limits, painted: Painted, name: str) -> list[Finding]:
    """Return which kinds of colour are painted, and the names of the spot colours."""
    seen = ", ".join(sorted(painted.colours)) or "–"
    wrong = {
        label: pages for label, pages in painted.colours.items() if RGB in label or label == LAB
    }
    asked = words("CMYK, hitam, dan warna spot", "CMYK, black and spot colours")
    if limits.text("colours") == "any":
        found = [rules.COLOURS.find("pass", Text(id=seen, en=seen), file=name)]
    elif wrong:
        pages = set().union(*wrong.values())
        measured = words("{} (halaman {})", "{} (page {})", ", ".join(sorted(wrong)), _pages(pages))
        found = [rules.COLOURS.find("fail", measured, asked, file=name)]
    else:
        outcome = "warn" if OTHER in painted.colours else "pass"
        found = [rules.COLOURS.find(outcome, Text(id=seen, en=seen), asked, file=name)]
    if painted.spots or SPOT in painted.colours:
        found.append(_spots(limits, painted, name))
    return found


def _spots(limits: Limits, painted: Painted, name: str) -> Finding:
    names = sorted(painted.spots)
    known = {part.lower() for part in limits.parts("spots")}
    extra = [spot for spot in names if known and spot.lower() not in known]
    asked = words("{}", "{}", " / ".join(limits.parts("spots"))) if known else None
    measured = words("{}", "{}", some(names, 8))
    if "All" in names:
        measured = words("{} (All = warna registrasi)", "{} (All = registration colour)", measured)
    outcome = "warn" if extra or "All" in names else "pass"
    return rules.SPOTS.find(outcome, measured, asked, file=name)


def overprint(painted: Painted, name: str) -> list[Finding]:
    """Return how black text and white objects meet the colours below."""
    found = []
    if painted.black_text:
        good = painted.black_on_top == painted.black_text
        measured = words(
            "{} dari {} teks hitam memakai overprint", "{} of {} black texts overprint",
            painted.black_on_top, painted.black_text,
        )  # fmt: skip
        asked = words("100 K dengan overprint (OPM 1)", "100 K with overprint (OPM 1)")
        found.append(rules.BLACK.find("pass" if good else "warn", measured, asked, file=name))
    if painted.rich_small:
        measured = words(
            "Teks kecil dari hitam campuran (halaman {})", "Small text in mixed black (page {})",
            _pages(painted.rich_small),
        )  # fmt: skip
        found.append(
            rules.BLACK.find("warn", measured, words("hanya 100 K", "100 K only"), file=name)
        )
    if painted.vanishing:
        measured = words(
            "Putih dengan overprint: tidak akan tercetak (halaman {})",
            "White that overprints: it will not be printed (page {})", _pages(painted.vanishing),
        )  # fmt: skip
        found.append(
            rules.WHITE.find(
                "fail",
                measured,
                words("putih tanpa overprint", "white without overprint"),
                file=name,
            )
        )
    return found
