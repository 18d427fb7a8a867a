"""Rules of shops for product pictures: size, shape, colour space, white ground, room for the product.

Shops change these rules; the limits are parameters with a source, to be looked up once a year.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sanggar.plugin import Finding, UploadedFile
from sanggar.plugin.filechecks import Limits, Num, words

from . import checks as rules
from .checks_pixels import Pixels, colours, is_srgb, opened, profile_name, sampled

#: what looks white on a page
WHITE = 243
#: border of the picture in which the ground is looked at, as a share of the shorter side
BORDER, RATIO_SLACK = 0.03, 0.01


def measure(limits: Limits, file: UploadedFile) -> list[Finding]:
    """Return what a shop would say about one picture."""
    source = limits.text("source")
    with opened(file) as image:
        width, height = image.size
        profile = image.info.get("icc_profile") or b""
        mode = image.mode
        found = [
            _pixels(limits, min(width, height), (width, height), file.name, source),
            *_ratio(limits, width, height, file.name, source),
            _bytes(limits, file, source),
            _profile(mode, profile, file.name),
        ]
        if limits.flag("white"):
            found += _ground(
                limits, sampled(np.asarray(colours(image)), 500_000), file.name, source
            )
    return found


def _pixels(limits: Limits, short: int, size: tuple[int, int], name: str, source: str) -> Finding:
    least = limits.number("min_px")
    measured = words("{} × {} piksel", "{} × {} pixels", *size)
    asked = words(
        "sisi terpendek paling sedikit {} piksel", "shorter side at least {} pixels", Num(least, 0)
    )
    return rules.PIXELS.judge(short >= least, measured, asked, file=name, source=source)


def _ratio(limits: Limits, width: int, height: int, name: str, source: str) -> list[Finding]:
    wide, _, high = limits.text("ratio").partition(":")
    if not (wide.strip().isdecimal() and high.strip().isdecimal() and int(wide) and int(high)):
        return []
    wanted = int(wide) / int(high)
    measured = words("{} : 1", "{} : 1", Num(width / height, 2))
    asked = words("{} : {} (± 1 %)", "{} : {} (± 1 %)", int(wide), int(high))
    good = abs(width / height / wanted - 1) <= RATIO_SLACK
    return [rules.RATIO.judge(good, measured, asked, file=name, source=source)]


def _bytes(limits: Limits, file: UploadedFile, source: str) -> Finding:
    most, have = limits.number("max_mb"), file.size / 1e6
    measured, asked = (
        words("{} MB", "{} MB", Num(have)),
        words("paling besar {} MB", "at most {} MB", Num(most)),
    )
    return rules.BYTES.judge(have <= most, measured, asked, file=file.name, source=source)


def _profile(mode: str, profile: bytes, name: str) -> Finding:
    asked = words("sRGB", "sRGB")
    if mode == "CMYK":
        return rules.PROFILE.find("warn", words("CMYK", "CMYK"), asked, file=name)
    if not profile:
        measured = words(
            "Tanpa profil; peramban menganggapnya sRGB", "No profile; browsers take it as sRGB"
        )
        return rules.PROFILE.find("pass", measured, asked, file=name)
    shown = profile_name(profile) or "?"
    return rules.PROFILE.judge(is_srgb(profile), words("{}", "{}", shown), asked, file=name)


def _ground(limits: Limits, pixels: Pixels, name: str, source: str) -> list[Finding]:
    """Return how white the border is and how much of the frame the product fills."""
    white: NDArray[np.bool_] = np.all(pixels >= WHITE, axis=2)
    depth = max(1, round(BORDER * min(white.shape)))
    border = np.ones_like(white)
    border[depth:-depth, depth:-depth] = False
    share = 100 * float(white[border].mean())
    least = limits.number("min_white")
    measured = words("{} % tepi putih", "{} % of the border white", Num(share, 1))
    asked = words("paling sedikit {} %", "at least {} %", Num(least, 0))
    found = [rules.GROUND.judge(share >= least, measured, asked, file=name, source=source)]
    product = ~white
    # single specks of dust and noise are no product
    rows = np.flatnonzero(product.mean(axis=1) > 0.01)
    columns = np.flatnonzero(product.mean(axis=0) > 0.01)
    low, high = limits.number("min_area"), limits.number("max_area")
    asked = words("{}–{} %", "{}–{} %", Num(low, 0), Num(high, 0))
    if share < 50 or not rows.size or not columns.size:
        measured = words(
            "Produk tidak dapat dipisahkan dari latar", "The product cannot be told from its ground"
        )
        return [*found, rules.AREA.find("unknown", measured, asked, file=name, source=source)]
    frame = (rows[-1] - rows[0] + 1) * (columns[-1] - columns[0] + 1) / white.size
    measured = words("{} % bingkai", "{} % of the frame", Num(100 * frame, 0))
    good = low <= 100 * frame <= high
    return [*found, rules.AREA.judge(good, measured, asked, file=name, source=source)]
