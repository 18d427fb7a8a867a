"""EAN-13 codes in PDFs and pictures: read, then measured as a till sees them.

A code that a phone decodes is not yet one that a till scans: laser and most image scanners at tills
see red light only (about 660 nm), in which red bars on white are white on white. The geometry is
taken from the brightness, the contrast from the red channel, made linear (IEC 61966-2-1) so that it
is a share of reflected light as in ISO/IEC 15416. In a PDF lengths and colours are exact as they
were drawn; on a photo they depend on camera and light, so there nothing fails.
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import zxingcpp
from numpy.typing import NDArray
from PIL import Image

from sanggar.plugin import Finding, UploadedFile
from sanggar.plugin.filechecks import Limits, Num, Unreadable, clean, words

from . import checks_rules as rules
from .checks_render import MAX_PAGES, Pixels, document, picture, scale_for
from .question_types import check_digit, grouped

#: resolutions for finding a code and for measuring it
FIND_DPI, MEASURE_DPI = 300, 1200
EAN13 = zxingcpp.barcode_formats_from_str("EAN13")
MODULES, ELEMENTS = 95, 59
LEFT_QUIET, RIGHT_QUIET, SCANS, MAX_CODES = 11, 7, 10, 6
#: height of the bars at 100 %, X = 0.33 mm
HEIGHT_MM, X_MM = 22.85, 0.33
#: pages are searched for codes this long; what was found until then is measured
SEARCH_SECONDS = 5.0
MAX_PICTURE = 60_000_000
Plane = NDArray[np.float64]


@dataclass(frozen=True)
class Code:
    """A code that was read: its digits and, when it could be measured, its geometry in pixels."""

    text: str
    valid: bool
    where: str
    #: pixels of one module, in mm of one pixel; 0 where the size on paper is not known
    module: float = 0.0
    pixel_mm: float = 0.0
    height: float = 0.0
    #: quiet zones left and right in modules
    quiet: tuple[float, float] = (0.0, 0.0)
    #: reflectance in red light of the brightest and the darkest part, 0..1; bars minus spaces
    light: float = 0.0
    dark: float = 0.0
    inverted: bool = False


def measure(limits: Limits, file: UploadedFile) -> list[Finding]:
    """Return what was measured of all codes in a file."""
    exact = file.kind == "pdf"
    codes = list(_in_pdf(file) if exact else _in_picture(file))
    if not codes:
        needed = limits.flag("required")
        measured = words("Tidak ada EAN-13 yang terbaca", "No EAN-13 could be read")
        asked = words("satu kode EAN-13", "one EAN-13 code") if needed else None
        return [rules.CODE.find("warn" if needed else "unknown", measured, asked, file=file.name)]
    found: list[Finding] = []
    for code in codes[:MAX_CODES]:
        found += _judge(limits, code, exact=exact)
    return found


def _in_pdf(file: UploadedFile) -> Iterator[Code]:
    until = time.process_time() + SEARCH_SECONDS
    with document(file.path) as opened:
        for number in range(min(len(opened), MAX_PAGES)):
            if time.process_time() > until:
                return
            page = opened[number]
            where = f"{file.name}, {number + 1}" if len(opened) > 1 else file.name
            wide, high = page.get_size()
            scale = scale_for(page, FIND_DPI)
            for found in _read(picture(page, scale)):
                x, y, u, v = (edge / scale for edge in _around(found))
                x, y, u, v = max(x, 0), max(y, 0), min(u, wide), min(v, high)
                share = (u - x) * (v - y) / (wide * high)
                fine = scale_for(page, MEASURE_DPI, share)
                near = picture(page, fine, crop=(x, high - v, wide - u, y))
                yield _measured(found, near, where, 25.4 / 72 / fine)


def _in_picture(file: UploadedFile) -> Iterator[Code]:
    try:
        with Image.open(file.path, formats=("JPEG", "PNG")) as image:
            if image.width * image.height > MAX_PICTURE:
                raise Unreadable(
                    words(
                        "Gambar terlalu besar untuk diperiksa",
                        "The picture is too large to be checked",
                    )
                )
            dpi = image.info.get("dpi", (0, 0))
            pixels = np.asarray(image.convert("RGB"))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        reason = words(
            "Gambar ini rusak dan tidak dapat dibuka", "The picture is damaged and cannot be opened"
        )
        raise Unreadable(reason, broken=True) from error
    across = float(dpi[0]) if isinstance(dpi, tuple) and dpi else 0.0
    for found in _read(pixels):
        x, y, u, v = (max(0, round(edge)) for edge in _around(found))
        yield _measured(found, pixels[y:v, x:u], file.name, 25.4 / across if across >= 100 else 0.0)


def _planes(pixels: Pixels) -> Iterator[Pixels]:
    """Return the brightness and each colour: a code in red on orange shows in some of them only."""
    yield np.asarray(Image.fromarray(pixels).convert("L"))
    for channel in range(3):
        yield np.ascontiguousarray(pixels[:, :, channel])


def _readings(pixels: Pixels) -> Iterator[Pixels]:
    """Return the planes as they are, then light on dark turned over."""
    yield from _planes(pixels)
    yield 255 - next(_planes(pixels))


def _read(pixels: Pixels) -> list[zxingcpp.Barcode]:
    """Return the codes in a picture, one of each text; those with a wrong check digit only if alone."""
    wrong: list[zxingcpp.Barcode] = []
    for plane in _readings(pixels):
        found = zxingcpp.read_barcodes(plane, formats=EAN13, return_errors=True)
        good = {code.text: code for code in found if code.valid}
        if good:
            return list(good.values())
        wrong += [code for code in found if len(code.text) == 13 and code.text.isdigit()]
    return list({code.text: code for code in wrong}.values())


def _corners(code: zxingcpp.Barcode) -> list[tuple[float, float]]:
    place = code.position
    points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    return [(float(point.x), float(point.y)) for point in points]


def _around(code: zxingcpp.Barcode) -> tuple[float, float, float, float]:
    """Return the rectangle of a code with 20 modules of room on every side."""
    corners = _corners(code)
    room = 20 * math.dist(corners[0], corners[1]) / MODULES
    xs, ys = [x for x, _ in corners], [y for _, y in corners]
    return min(xs) - room, min(ys) - room, max(xs) + room, max(ys) + room


def _upright(found: zxingcpp.Barcode, pixels: Pixels) -> tuple[Pixels, bool]:
    """Turn a picture so that the code runs from left to right; say whether it leaned.

    The reader tells the quarter turn; codes are read along slanting lines, too, so the rest of the
    angle is taken from the edges of the bars.
    """
    (x, y), (u, v) = _corners(found)[:2]
    turned = np.ascontiguousarray(np.rot90(pixels, round(math.atan2(v - y, u - x) / (math.pi / 2))))
    tilt = _tilt(turned)
    if abs(tilt) < 0.3:
        return turned, False
    image = Image.fromarray(turned)
    upright = image.rotate(tilt, Image.Resampling.BICUBIC, expand=True, fillcolor=(255, 255, 255))
    return np.asarray(upright), True


def _tilt(pixels: Pixels) -> float:
    """Return by how many degrees upright bars lean, from the structure tensor of the middle."""
    height, width = pixels.shape[:2]
    middle = pixels[height // 4 : -height // 4 : 2, width // 4 : -width // 4 : 2].mean(axis=2)
    if min(middle.shape) < 8:
        return 0.0
    down, across = np.gradient(middle)
    slope = math.atan2(2 * float((down * across).sum()), float((across**2 - down**2).sum()))
    return math.degrees(slope / 2)


def _measured(found: zxingcpp.Barcode, near: Pixels, where: str, pixel_mm: float) -> Code:
    plain = Code(clean(found.text, 20), bool(found.valid), where)
    if min(near.shape[:2]) < 8:
        return plain
    upright, leaned = _upright(found, near)
    for plane in _planes(upright):
        for inverted in (False, True):
            seen = 255 - plane if inverted else plane
            again = [
                code
                for code in zxingcpp.read_barcodes(
                    seen, formats=EAN13, try_invert=False, return_errors=True
                )
                if code.text == found.text
            ]
            code = _profile(plain, again[0], seen, upright, pixel_mm) if again else None
            if code is not None:  # of a code that leaned only a part of its height is in the cut
                return replace(code, height=0.0) if leaned else code
    return plain


def _profile(
    plain: Code, again: zxingcpp.Barcode, seen: Pixels, upright: Pixels, pixel_mm: float
) -> Code | None:
    """Return the geometry and contrast along ten scan lines, None when the bars are not clear."""
    corners = _corners(again)
    left, right = min(x for x, _ in corners), max(x for x, _ in corners)
    top, bottom = min(y for _, y in corners), max(y for _, y in corners)
    rows = np.linspace(top + 0.1 * (bottom - top), top + 0.75 * (bottom - top), SCANS).astype(int)
    red = _reflectance(upright[:, :, 0])
    scans = [_scan(seen[row], red[row], left, right) for row in np.clip(rows, 0, seen.shape[0] - 1)]
    good = [scan for scan in scans if scan is not None]
    if len(good) < SCANS // 2:
        return None
    module, before, after, light, dark, contrast = np.median(np.array(good), axis=0)
    narrow = np.min(np.array(good)[:, 1:3], axis=0)
    return Code(
        plain.text, plain.valid, plain.where, float(module), pixel_mm,
        _bar_height(seen, (left + right) / 2, module, int(rows[SCANS // 2])),
        (float(min(before, narrow[0])), float(min(after, narrow[1]))),
        float(light), float(dark), inverted=bool(contrast < 0),
    )  # fmt: skip


def _reflectance(channel: Pixels) -> Plane:
    """Return the share of light that is reflected, from sRGB values (IEC 61966-2-1)."""
    value = channel.astype(np.float64) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def _scan(
    row: Pixels, red: Plane, left: float, right: float
) -> tuple[float, float, float, float, float, float] | None:
    """Return module, quiet zones, lightest, darkest and bar contrast of one line; None when unclear."""
    estimate = (right - left) / MODULES
    inner = row[max(0, int(left)) : int(right) + 1].astype(float)
    if inner.size < MODULES:
        return None
    dark = np.concatenate(([False], row < (inner.max() + inner.min()) / 2, [False]))
    edges = np.flatnonzero(dark[1:] != dark[:-1])
    starts, ends = edges[::2], edges[1::2]
    mine = (starts >= left - 2.5 * estimate) & (ends <= right + 2.5 * estimate)
    starts, ends = starts[mine], ends[mine]
    if 2 * len(starts) - 1 != ELEMENTS:
        return None
    first, last = int(starts[0]), int(ends[-1])
    module = (last - first) / MODULES
    before = first - max([0, *(int(e) for e in edges[1::2] if e <= first)])
    after = min([row.size, *(int(s) for s in edges[::2] if s >= last)]) - last
    bars = np.array([red[(s + e) // 2] for s, e in zip(starts, ends, strict=True)])
    gaps = np.array([red[(e + s) // 2] for e, s in zip(ends[:-1], starts[1:], strict=True)])
    light = float(np.max(gaps))
    darkest = float(np.min(bars))
    return module, before / module, after / module, light, darkest, float(gaps.mean() - bars.mean())


def _bar_height(seen: Pixels, middle: float, module: float, row: int) -> float:
    """Return the height of the bars in pixels, taken at a dark element near the middle."""
    threshold = (float(seen.max()) + float(seen.min())) / 2
    around = range(int(middle - 3 * module), int(middle + 3 * module) + 1)
    heights = []
    for x in (x for x in around if 0 <= x < seen.shape[1] and seen[row, x] < threshold):
        column = seen[:, x] < threshold
        above, below = np.flatnonzero(~column[:row]), np.flatnonzero(~column[row:])
        top = int(above[-1]) + 1 if above.size else 0
        heights.append(float((row + int(below[0]) if below.size else column.size) - top))
    return max(heights, default=0.0)


def _judge(limits: Limits, code: Code, *, exact: bool) -> list[Finding]:
    found = [_digits(limits, code)]
    if not code.module:
        measured = words(
            "Garis tidak cukup jelas untuk diukur", "The bars are not clear enough to be measured"
        )
        return [*found, rules.DIMENSION.find("unknown", measured, file=code.where)]
    asked = words("kiri {} X, kanan {} X", "left {} X, right {} X", LEFT_QUIET, RIGHT_QUIET)
    left, right = code.quiet
    measured = words(
        "kiri {} X, kanan {} X", "left {} X, right {} X", Num(min(left, 20)), Num(min(right, 20))
    )
    good = left >= LEFT_QUIET - 0.1 and right >= RIGHT_QUIET - 0.1
    quiet = rules.QUIET.judge(good, measured, asked, file=code.where, sure=exact)
    return [*found, *_size(limits, code, exact=exact), quiet, _contrast(limits, code, exact=exact)]


def _digits(limits: Limits, code: Code) -> Finding:
    shown = grouped(code.text)
    wanted = "".join(c for c in limits.text("digits") if c.isdigit())
    if not code.valid or check_digit(code.text[:12]) != code.text[12:]:
        right = check_digit(code.text[:12]) if len(code.text) == 13 else "?"
        asked = words("digit pemeriksa {}", "check digit {}", right)
        return rules.CODE.find("fail", words("{}", "{}", shown), asked, file=code.where)
    if wanted:
        asked = words("{}", "{}", grouped(wanted))
        return rules.CODE.judge(
            code.text.startswith(wanted), words("{}", "{}", shown), asked, file=code.where
        )
    if code.text[0] == "2" or code.text[:2] in ("02", "04"):
        measured = words(
            "{}: awalan untuk pemakaian dalam toko", "{}: a prefix for use inside shops", shown
        )
        return rules.CODE.find("warn", measured, file=code.where)
    measured = words("{}, digit pemeriksa benar", "{}, check digit right", shown)
    return rules.CODE.find("pass", measured, file=code.where)


def _size(limits: Limits, code: Code, *, exact: bool) -> Sequence[Finding]:
    low, high = limits.number("min_x_mm"), limits.number("max_x_mm")
    asked = words("{}–{} mm", "{}–{} mm", Num(low, 3), Num(high, 3))
    if not code.pixel_mm:
        measured = words(
            "Ukuran cetak tidak diketahui dari gambar ini",
            "Print size is not known from this picture",
        )
        return [rules.DIMENSION.find("unknown", measured, asked, file=code.where)]
    size = code.module * code.pixel_mm
    share = size / X_MM
    measured = words("{} mm ({} %)", "{} mm ({} %)", Num(size, 3), Num(100 * share, 0))
    good = low - 0.002 <= size <= high + 0.002
    found = [rules.DIMENSION.judge(good, measured, asked, file=code.where, sure=exact)]
    height = code.height * code.pixel_mm
    if height:
        least = HEIGHT_MM * share
        measured = words("{} mm", "{} mm", Num(height))
        asked = words("{} mm pada lebar ini", "{} mm at this width", Num(least))
        found.append(rules.HEIGHT.judge(height >= 0.97 * least, measured, asked, file=code.where))
    return found


def _contrast(limits: Limits, code: Code, *, exact: bool) -> Finding:
    least = limits.number("min_contrast")
    asked = words(
        "paling sedikit {} %, garis gelap di atas terang",
        "at least {} %, dark bars on light",
        Num(least, 0),
    )
    contrast = 0.0 if code.inverted else 100 * max(0.0, code.light - code.dark)
    measured = words("{} %", "{} %", Num(contrast, 0))
    if code.inverted:
        measured = words(
            "Terbalik: garis lebih terang daripada latarnya",
            "Inverted: bars lighter than their ground",
        )
    good = contrast >= least and code.dark <= code.light / 2
    return rules.CONTRAST.judge(good, measured, asked, file=code.where, sure=exact)
