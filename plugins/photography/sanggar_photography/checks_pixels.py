"""Exposure, sharpness and noise from the pixels of a photo: hints for the eye, never a fault.

A white plate on white paper, a night picture, soft light on purpose: numbers do not know what a
photo is for. So each of these only warns.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms
from scipy import ndimage
from skimage.measure import blur_effect

from sanggar.plugin import Finding, Text, UploadedFile
from sanggar.plugin.filechecks import Limits, Num, Unreadable, words

from . import checks as rules

#: pixels of a JPEG (decoded smaller when it has more than FULL) and of a PNG
MAX_JPEG, MAX_PNG, FULL = 130_000_000, 40_000_000, 26_000_000
SAMPLE = 2_000_000
#: sharpness is judged at the size people see on a page, in squares that hold detail
SEEN_EDGE, TILE, DETAIL = 1600, 320, 8.0
WHITE, BLACK = 254, 1
#: median of the absolute value of normal noise of standard deviation 1
NORMAL_MEDIAN = 0.6745
Pixels = NDArray[np.uint8]
ERRORS = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    KeyError,
    TypeError,
    Image.DecompressionBombError,
)


@contextmanager
def opened(file: UploadedFile) -> Iterator[Image.Image]:
    """Open a photo that somebody else made.

    Raises
    ------
    Unreadable
        When it is damaged or has too many pixels.
    """
    try:
        image = Image.open(file.path, formats=("JPEG", "PNG"))
    except ERRORS as error:
        raise damaged() from error
    with image:
        limit = MAX_JPEG if image.format in ("JPEG", "MPO") else MAX_PNG
        if image.width * image.height > limit:
            raise Unreadable(words(
                "{} megapiksel: terlalu besar untuk diperiksa", "{} megapixels: too large to be checked",
                image.width * image.height // 1_000_000,
            ))  # fmt: skip
        yield image


def damaged() -> Unreadable:
    """Return the exception for a picture that cannot be decoded."""
    return Unreadable(
        words("Foto ini rusak dan tidak dapat dibuka", "The photo is damaged and cannot be opened"),
        broken=True,
    )


def colours(image: Image.Image) -> Image.Image:
    """Return a photo in sRGB, whatever profile it came with; transparent parts become white."""
    if image.format in ("JPEG", "MPO") and image.width * image.height > FULL:
        image.draft("RGB", (image.width // 2, image.height // 2))
    try:
        image.load()
        profile = image.info.get("icc_profile")
        if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
            layer = image.convert("RGBA")
            image = Image.new("RGB", layer.size, (255, 255, 255))
            image.paste(layer, mask=layer.getchannel("A"))
        if image.mode in ("RGB", "CMYK") and profile and not is_srgb(profile):
            source, target = (
                ImageCms.ImageCmsProfile(io.BytesIO(profile)),
                ImageCms.createProfile("sRGB"),
            )
            turned = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
            image = turned if turned is not None else image
        return image.convert("RGB")
    except ImageCms.PyCMSError:
        return image.convert("RGB")
    except ERRORS as error:
        raise damaged() from error


def profile_name(profile: bytes) -> str:
    """Return what an ICC profile calls itself, empty when it cannot be read."""
    try:
        return str(
            ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile)))
        ).strip()
    except (ImageCms.PyCMSError, *ERRORS):
        return ""


def is_srgb(profile: bytes) -> bool:
    """Return whether an ICC profile is one of the many names of sRGB."""
    return "srgb" in profile_name(profile).lower()


def measure(limits: Limits, file: UploadedFile) -> list[Finding]:
    """Return clipping, sharpness and noise of one photo."""
    with opened(file) as image:
        picture = colours(image)
    pixels = np.asarray(picture)
    return [
        *clipping(limits, pixels, file.name),
        _blur(limits, picture, file.name),
        _noise(limits, pixels, file.name),
    ]


def sampled(pixels: Pixels, most: int = SAMPLE) -> Pixels:
    """Return every n-th pixel, so that values stay as they are (shrinking would mix them)."""
    step = max(1, int(np.ceil((pixels.shape[0] * pixels.shape[1] / most) ** 0.5)))
    return pixels[::step, ::step]


def clipping(limits: Limits, pixels: Pixels, name: str) -> list[Finding]:
    """Return the share of pixels without detail; white that reaches the edge counts as background."""
    few = sampled(pixels)
    white = (few >= WHITE).all(axis=2)
    labels, _ = ndimage.label(white)
    edge = np.concatenate([labels[0], labels[-1], labels[:, 0], labels[:, -1]])
    ground = np.isin(labels, np.unique(edge[edge > 0]))
    inside = 100 * float((white & ~ground).mean())
    black = 100 * float((few <= BLACK).all(axis=2).mean())
    most = limits.number("max_white")
    lights = words(
        "{} % piksel putih polos, di luar latar ({} %)",
        "{} % of the pixels plain white, without the background ({} %)",
        Num(inside, 2), Num(100 * float(ground.mean()), 1),
    )  # fmt: skip
    darkest = words("{} % piksel hitam polos", "{} % of the pixels plain black", Num(black, 2))
    least = limits.number("max_black")
    return [
        rules.LIGHTS.judge(inside <= most, lights, _at_most(most, "%"), file=name),
        rules.SHADOWS.judge(black <= least, darkest, _at_most(least, "%"), file=name),
    ]


def _at_most(value: float, unit: str = "") -> Text:
    return words("paling banyak {} {}", "at most {} {}", Num(value, 2), unit)


def _blur(limits: Limits, picture: Image.Image, name: str) -> Finding:
    """Return how blurred the sharpest part of a photo is: what is soft on purpose does not count."""
    grey = picture.convert("L")
    grey.thumbnail((SEEN_EDGE, SEEN_EDGE), Image.Resampling.LANCZOS)
    pixels = np.asarray(grey, dtype=np.float64)
    tiles = [
        tile
        for y in range(0, max(1, pixels.shape[0] - TILE // 2), TILE)
        for x in range(0, max(1, pixels.shape[1] - TILE // 2), TILE)
        if min((tile := pixels[y : y + TILE, x : x + TILE]).shape) >= 32 and tile.std() > DETAIL
    ]
    most = limits.number("max_blur")
    asked = _at_most(most)
    if not tiles:
        measured = words("Tidak ada bagian dengan rincian", "No part with detail")
        return rules.BLUR.find("unknown", measured, asked, file=name)
    least = min(float(blur_effect(tile)) for tile in tiles)  # type: ignore[no-untyped-call]
    measured = words(
        "{} (0 tajam, 1 kabur; bagian tertajam)",
        "{} (0 sharp, 1 blurred; sharpest part)",
        Num(least, 2),
    )
    return rules.BLUR.judge(least <= most, measured, asked, file=name)


def _noise(limits: Limits, pixels: Pixels, name: str) -> Finding:
    """Return the noise from the finest diagonal detail (Haar), in steps of brightness out of 255."""
    height, width = (side // 2 * 2 for side in pixels.shape[:2])
    top, left = max(0, (height - 2000) // 4 * 2), max(0, (width - 2000) // 4 * 2)
    cut = pixels[top : min(height, top + 2000), left : min(width, left + 2000)].astype(np.float64)
    grey = cut @ np.array([0.299, 0.587, 0.114])
    a, b, c, d = grey[::2, ::2], grey[::2, 1::2], grey[1::2, ::2], grey[1::2, 1::2]
    usable = (np.minimum.reduce([a, b, c, d]) > 5) & (np.maximum.reduce([a, b, c, d]) < 250)
    fine = np.abs(a - b - c + d)[usable] / 2
    most = limits.number("max_noise")
    if fine.size < 1000:
        measured = words("Terlalu sedikit piksel", "Too few pixels")
        return rules.NOISE.find("unknown", measured, _at_most(most), file=name)
    sigma = float(np.median(fine)) / NORMAL_MEDIAN
    measured = words("σ = {} dari 255", "σ = {} of 255", Num(sigma, 1))
    return rules.NOISE.judge(sigma <= most, measured, _at_most(most), file=name)
