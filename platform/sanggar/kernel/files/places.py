"""Pictures that arrive as they were made, only without the place where they were taken.

What is delivered is somebody's work: its colour profile, resolution, caption and every pixel stay byte
for byte. Where a camera wrote down its position, it is overwritten in place: nothing else moves, so
that whatever points into the file still does.
"""

from __future__ import annotations

import re
import struct
import zlib
from itertools import islice

from sanggar.kernel.files.photos import segments

_EXIF = b"Exif\x00\x00"
_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
_MORE_XMP = b"http://ns.adobe.com/xmp/extension/\x00"
_PNG_XMP = b"XML:com.adobe.xmp\x00"
_GPS, _ENTRY = 0x8825, 12
#: bytes of one value of each TIFF type
_SIZES = (0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8)
LONGEST_XMP, LONGEST_PLACE = 1_000_000, 2_000
#: more words of places than any camera writes: the time to look at a file grows with its size alone
MOST_TRACES = 500
_NAME = rb"[\w.-]{1,60}:[\w.-]{0,60}(?:gps|latitude|longt?itude)[\w.-]{0,60}"
_ELEMENT = re.compile(rb"<(" + _NAME + rb")(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ATTRIBUTE = re.compile(rb"\s" + _NAME + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_TRACE = re.compile(rb"gps|latitude|longt?itude", re.IGNORECASE)
#: texts of a PNG that hold or are a place, by their keyword
_TOLD = re.compile(
    rb"Raw profile type (?:exif|app1|xmp)\0|[^\0]{0,79}(?:gps|latitude|longt?itude)", re.IGNORECASE
)


def without_place(data: bytes, kind: str) -> bytes:
    """Return a picture without the place where it was taken; the same bytes when it names none."""
    out = bytearray(data)
    if kind == "jpg":
        _jpeg(out)
    elif kind == "png":
        out = _png(out)
    elif kind == "webp":
        _webp(out)
    elif kind == "gif":
        _gif(out)
    return data if out == data else bytes(out)


def _jpeg(out: bytearray) -> None:
    """Look through a JPEG and the pictures behind it; a film behind a photo is cut off."""
    end = 0
    while (at := out.find(b"\xff\xd8\xff", end)) >= 0:
        end = at + 2
        for marker, begin, end in segments(out, at + 2):
            if marker == 0xE1:
                _app1(out, begin, min(end, len(out)))
    film = out.find(b"ftyp", end)
    if film >= 4:
        del out[film - 4 :]


def _app1(out: bytearray, begin: int, end: int) -> None:
    start = begin + 4
    if out.startswith(_EXIF, start):
        if not _tiff(out, start + len(_EXIF), end):
            _void(out, begin, end)
    elif out.startswith(_XMP, start):
        _blank(out, start + len(_XMP), end)
    elif out.startswith(_MORE_XMP, start):
        text = start + len(_MORE_XMP)
        _blank(out, text, end)
        if _TRACE.search(out, text, end):  # a place may begin here and go on in the next part
            _void(out, begin, end)


def _void(out: bytearray, begin: int, end: int) -> None:
    """Turn a segment of a JPEG into an empty comment of the same length."""
    out[begin + 1] = 0xFE
    out[begin + 4 : end] = b" " * (end - begin - 4)


def _blank(out: bytearray, begin: int, end: int) -> None:
    """Overwrite places in XMP by spaces, or all of it when it is far too long or names far too many."""
    traces = sum(1 for _each in islice(_TRACE.finditer(out, begin, end), MOST_TRACES + 1))
    if end - begin > LONGEST_XMP or traces > MOST_TRACES:
        out[begin:end] = b" " * (end - begin)
    at = begin
    while found := _ELEMENT.search(out, at, end):
        at = _end_of(out, found, end)
        out[found.start() : at] = b" " * (at - found.start())
    for given in list(_ATTRIBUTE.finditer(out, begin, end)):
        out[given.start() : given.end()] = b" " * (given.end() - given.start())


def _end_of(out: bytearray, element: re.Match[bytes], end: int) -> int:
    """Return where an element ends: after its closing tag, or before the next tag when it has none near."""
    after = element.end()
    if out[after - 2] == ord("/"):
        return after
    close = out.find(b"</" + element[1], after, min(after + LONGEST_PLACE, end))
    if close >= 0 and (closed := out.find(b">", close, end)) >= 0:
        return closed + 1
    following = out.find(b"<", after, end)
    return following if following >= 0 else end


def _tiff(out: bytearray, base: int, end: int) -> bool:
    """Take the GPS out of EXIF data; return whether they could be read."""
    mark = bytes(out[base : base + 2])
    order = {b"II": "<", b"MM": ">"}.get(mark)
    if order is None:
        return False
    try:
        first = base + struct.unpack_from(f"{order}I", out, base + 4)[0]
        count = struct.unpack_from(f"{order}H", out, first)[0]
        last = first + 2 + count * _ENTRY
        tail = min(last + 4, end)
        if last > end:
            return False
        for at in range(first + 2, last, _ENTRY):
            tag, _type, _n, value = struct.unpack_from(f"{order}HHII", out, at)
            if tag == _GPS:
                _wipe(out, order, base, value, end)
                # what follows in the table moves up; nothing outside the table does
                out[at:tail] = out[at + _ENTRY : tail] + bytes(_ENTRY)
                struct.pack_into(f"{order}H", out, first, count - 1)
                break
    except struct.error:
        return False
    return True


def _wipe(out: bytearray, order: str, base: int, offset: int, end: int) -> None:
    """Overwrite a table of tags and the values it points to."""
    table = base + offset
    count = struct.unpack_from(f"{order}H", out, table)[0]
    last = min(table + 2 + count * _ENTRY + 4, end)
    for at in range(table + 2, last - _ENTRY + 1, _ENTRY):
        _tag, kind, number, value = struct.unpack_from(f"{order}HHII", out, at)
        size = number * (_SIZES[kind] if kind < len(_SIZES) else 1)
        if size > 4:
            _zero(out, base + value, min(base + value + size, end))
    _zero(out, table, last)


def _zero(out: bytearray, begin: int, end: int) -> None:
    if begin < end:
        out[begin:end] = bytes(end - begin)


def _png(data: bytearray) -> bytearray:
    out, at, described = bytearray(data[:8]), 8, False
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        body = data[at + 8 : end - 4]
        kept = _chunk(kind, body, described) if end <= len(data) else body
        described |= body.startswith(_PNG_XMP)
        if kept == body:
            out += data[at:end]
        elif kept is not None:
            checked = kind + bytes(kept)
            out += struct.pack(">I", len(kept)) + checked + struct.pack(">I", zlib.crc32(checked))
        at = end
    return out + data[at:]


def _chunk(kind: bytes, body: bytearray, described: bool) -> bytearray | None:
    """Return a chunk of a PNG without a place, None when it has to go: XMP stands in one chunk only."""
    kept = bytearray(body)
    if kind == b"eXIf":
        return kept if _tiff(kept, 0, len(kept)) else None
    if kind == b"iTXt" and body.startswith(_PNG_XMP):
        packed = body[len(_PNG_XMP)] == 1 if len(body) > len(_PNG_XMP) else False
        if described or (packed and _TRACE.search(_unpacked(body))):
            return None
        if not packed:
            _blank(kept, 0, len(kept))
    elif kind in (b"tEXt", b"zTXt", b"iTXt") and _TOLD.match(body):
        return None
    return kept


def _unpacked(body: bytearray) -> bytes:
    """Return compressed XMP as text; what cannot be read, or is far too long, counts as naming a place."""
    start = body.find(b"\x00", len(_PNG_XMP) + 2)  # language, then its translation
    start = body.find(b"\x00", start + 1) + 1
    try:
        packed = zlib.decompressobj()
        text = packed.decompress(bytes(body[start:]), LONGEST_XMP)
    except zlib.error:
        return b"gps"
    return b"gps" if packed.unconsumed_tail else text


def _gif(out: bytearray) -> None:
    begin = out.find(b"XMP DataXMP")
    if begin >= 0:
        _blank(out, begin, max(out.find(b"<?xpacket end", begin), begin))


def _webp(out: bytearray) -> None:
    at = 12
    while at + 8 <= len(out):
        kind, length = struct.unpack_from("<4sI", out, at)
        begin, end = at + 8, min(at + 8 + length, len(out))
        if kind == b"EXIF":
            base = begin + (len(_EXIF) if out.startswith(_EXIF, begin) else 0)
            if not _tiff(out, base, end):
                _zero(out, begin, end)
        elif kind == b"XMP ":
            _blank(out, begin, end)
        at = end + length % 2
