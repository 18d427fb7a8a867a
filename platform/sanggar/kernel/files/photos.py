"""Photos without what they tell about their maker: metadata removed, copies for pages made.

The private original of a task that assesses EXIF stays as it came. Every other JPEG or PNG loses its
metadata without being encoded again, and pages only ever show re-encoded copies.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator
from fractions import Fraction
from typing import IO, Any

from PIL import ExifTags, Image, ImageOps

#: What Pillow raises on files that are not what they claim.
DAMAGED = (
    OSError, ValueError, TypeError, SyntaxError, EOFError, LookupError, ArithmeticError, MemoryError,
    AttributeError, struct.error, Image.DecompressionBombError, Warning,
)  # fmt: skip
PAGE_SIZE, THUMB_SIZE = (2000, 2000), (480, 480)
THUMB_BYTES, LOWEST_QUALITY = 30_000, 24
_ORIENTATION = 0x0112
#: bytes before a marker that mean nothing
_FILL = re.compile(rb"\xff+")
#: PNG chunks that carry texts, times and EXIF
_PNG_PRIVATE = frozenset({b"eXIf", b"tEXt", b"iTXt", b"zTXt", b"tIME"})
#: JPEG segments that are kept: JFIF, colour profile, Adobe colour transform
_JPEG_KEPT = {0xE0, 0xE2, 0xEE}
_TEXTS = {"Make": "make", "Model": "model", "LensModel": "lens", "Software": "software",
          "DateTimeOriginal": "taken"}  # fmt: skip


def strip(stream: IO[bytes], kind: str) -> bytes | None:
    """Return a JPEG or PNG without metadata, its pixels untouched; None for other kinds."""
    data = stream.read()
    stream.seek(0)
    if kind == "jpg":
        return _strip_jpeg(data)
    return _strip_png(data) if kind == "png" else None


def _strip_jpeg(data: bytes) -> bytes:
    out = bytearray(data[:2]) + _orientation_only(data)
    for marker, begin, end in segments(data, 2):
        if not _is_private(marker, data[begin + 4 : begin + 8]):
            out += data[begin:end]
    return bytes(out + b"\xff\xd9")


def segments(data: bytes | bytearray, at: int) -> Iterator[tuple[int, int, int]]:
    """Yield marker, begin and end of each segment of a JPEG until its end.

    What hangs behind the end is not part of the picture.
    """
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF and (fill := _FILL.match(data, at)):
            at = fill.end() - 1
            continue
        if marker == 0xD9:
            break
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        if marker == 0xDA:
            end = _end_of_scan(data, end)
        yield marker, at, end
        at = end


def _is_private(marker: int, start: bytes) -> bool:
    if marker == 0xFE or start == b"MPF\x00":  # comment, index of further pictures
        return True
    return 0xE0 <= marker <= 0xEF and marker not in _JPEG_KEPT


def _end_of_scan(data: bytes | bytearray, at: int) -> int:
    """Return where the coded pixels end: at the first marker that is no stuffing and no restart."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        if data[at + 1] != 0 and not 0xD0 <= data[at + 1] <= 0xD7 and data[at + 1] != 0xFF:
            return at
        at += 1
    return len(data)


def _orientation_only(data: bytes) -> bytes:
    """Return an EXIF segment with nothing but the orientation, empty when the photo is upright."""
    try:
        with Image.open(io.BytesIO(data)) as image:
            turned = image.getexif().get(_ORIENTATION, 1)
    except DAMAGED:
        return b""
    if turned not in range(2, 9):
        return b""
    kept = Image.Exif()
    kept[_ORIENTATION] = turned
    body = b"Exif\x00\x00" + kept.tobytes().removeprefix(b"Exif\x00\x00")
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _strip_png(data: bytes) -> bytes:
    out, at = bytearray(data[:8]), 8
    while at + 8 <= len(data):
        length, kind = struct.unpack(">I4s", data[at : at + 8])
        end = at + 12 + length
        if kind not in _PNG_PRIVATE:
            out += data[at:end]
        at = end
        if kind == b"IEND":
            break
    return bytes(out)


def copies(
    stream: IO[bytes], size: tuple[int, int] = PAGE_SIZE, most: int | None = None
) -> tuple[bytes, bytes]:
    """Return the copy for pages and its thumbnail: upright, without metadata.

    The copy has at most a size, and about `most` bytes unless it is transparent; the thumbnail has
    at most 30 KB, on white.
    """
    with Image.open(stream) as opened:
        opened.draft("RGB", size)
        image = ImageOps.exif_transpose(opened)
        profile = opened.info.get("icc_profile")
    clear = image.has_transparency_data
    image = image.convert("RGBA" if clear else "RGB")
    image.thumbnail(size)
    page = _png(image) if clear else _jpeg(image, 85, most, profile)
    image.thumbnail(THUMB_SIZE)
    if clear:
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image).convert("RGB")
    return page, _jpeg(image, 72, THUMB_BYTES)


def _png(image: Image.Image) -> bytes:
    out = io.BytesIO()
    _bare(image).save(out, "PNG", optimize=False)
    return out.getvalue()


def _jpeg(
    image: Image.Image, quality: int, most: int | None, profile: bytes | None = None
) -> bytes:
    """Return a picture as JPEG, as coarse and then as small as it must be to stay within `most` bytes."""
    extra = {"icc_profile": profile} if profile and len(profile) < 60_000 else {}
    bare = _bare(image)
    while True:
        out = io.BytesIO()
        bare.save(out, "JPEG", quality=quality, progressive=True, **extra)
        if most is None or out.tell() <= most:
            return out.getvalue()
        if quality > LOWEST_QUALITY:
            quality -= 12
        else:
            bare = bare.reduce(2)


def _bare(image: Image.Image) -> Image.Image:
    bare = Image.new(image.mode, image.size)
    bare.paste(image)
    return bare


def media_type(copy: bytes) -> str:
    """Return the media type of a copy made here."""
    return "image/png" if copy.startswith(b"\x89PNG") else "image/jpeg"


def camera(stream: IO[bytes]) -> dict[str, Any]:
    """Return the camera settings of a photo; never the place, never a serial number."""
    try:
        with Image.open(stream) as image:
            exif = image.getexif()
            tags = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)}
    except DAMAGED:
        tags = {}
    stream.seek(0)
    named = {ExifTags.TAGS.get(key, ""): value for key, value in tags.items()}
    found: dict[str, Any] = {}
    for tag, name in _TEXTS.items():
        if text := _printable(named.get(tag)):
            found[name] = text
    if aperture := _number(named.get("FNumber")):
        found["aperture"] = round(float(aperture), 1)
    if time := _number(named.get("ExposureTime")):
        found["shutter"] = f"1/{round(1 / time)}" if time < Fraction(3, 10) else f"{float(time):g}"
    if speed := _number(named.get("ISOSpeedRatings")):
        found["iso"] = int(speed)
    if focal := _number(named.get("FocalLength")):
        found["focal"] = round(float(focal), 1)
    return found


def _printable(value: object) -> str:
    return (
        "".join(c for c in value if c.isprintable()).strip()[:80] if isinstance(value, str) else ""
    )


def _number(value: Any) -> Fraction | None:
    value = value[0] if isinstance(value, tuple) and value else value
    try:
        number = Fraction(float(value)).limit_denominator(100_000)
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return None
    return number if 0 < number < 10_000_000 else None
