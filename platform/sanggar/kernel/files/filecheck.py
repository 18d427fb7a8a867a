"""What a file really is, whatever its name says: checked before a byte of it is kept.

Files are never unpacked, run or served as pages. Still, an archive that explodes or carries a
program would hurt the mentor who opens it, so it is refused here with a word that helps.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO

import puremagic
from PIL import Image

from sanggar import errors
from sanggar.kernel.files.photos import DAMAGED
from sanggar.kernel.i18n import _
from sanggar.kernel.templating import filesize
from sanggar.plugin.track import FileRules

MEGABYTE = 1_000_000
MAX_NAME = 120
#: JPEG is decoded in a smaller size, so it may have more pixels than other kinds
MAX_PIXELS = {"jpg": 120_000_000}
MAX_PIXELS_OTHER = 40_000_000
MAX_ENTRIES, MAX_RATIO, MAX_UNPACKED = 2_000, 100, 1_000 * MEGABYTE
IMAGES = {"jpg": ("JPEG", "MPO"), "png": ("PNG",), "webp": ("WEBP",), "gif": ("GIF",)}
OFFICE = {"xlsx": "xl/", "docx": "word/", "pptx": "ppt/"}
TEXTS = frozenset({"csv", "txt", "md"})
MEDIA = {
    "jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif",
    "pdf": "application/pdf", "zip": "application/zip", "csv": "text/csv", "txt": "text/plain",
    "md": "text/plain",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}  # fmt: skip
_PROGRAMS = frozenset(
    [
        ".exe",
        ".com",
        ".bat",
        ".cmd",
        ".scr",
        ".msi",
        ".ps1",
        ".vbs",
        ".js",
        ".jar",
        ".apk",
        ".lnk",
        ".sh",
        ".dll",
        ".hta",
        ".html",
        ".htm",
        ".svg",
    ]
)
_ARCHIVES = frozenset([".zip", ".rar", ".7z", ".gz", ".tgz", ".tar", ".bz2", ".xz", ".iso"])
_RESERVED = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)(\.|$)")


@dataclass(frozen=True)
class Checked:
    """What was found out about a file."""

    name: str
    kind: str
    media_type: str
    size: int
    width: int | None = None
    height: int | None = None


def clean_name(given: str | None) -> str:
    """Return a file name that is safe to show and to save: no path, no tricks, at most 120 long.

    >>> clean_name("../../etc/pass\\u202ewd.JPG"), clean_name("C:\\\\foto\\\\a b.png"), clean_name("..")
    ('passwd.JPG', 'a b.png', 'file')
    """
    name = unicodedata.normalize("NFC", (given or "").replace("\\", "/")).rsplit("/", 1)[-1]
    name = "".join(c for c in name if unicodedata.category(c)[0] != "C" and c not in '<>:"|?*')
    name = " ".join(name.split()).strip(". ")
    if _RESERVED.match(name):
        name = f"_{name}"
    stem, dot, suffix = name.rpartition(".")
    if dot and len(suffix) <= 10:
        return f"{stem[: MAX_NAME - len(suffix) - 1]}.{suffix}"
    return name[:MAX_NAME] or "file"


def kind_of(name: str) -> str:
    """Return the extension of a name without its dot, `jpg` for all spellings of JPEG."""
    suffix = PurePosixPath(name).suffix.lower().lstrip(".")
    return "jpg" if suffix in {"jpeg", "jpe", "jfif"} else suffix


def size_of(stream: IO[bytes]) -> int:
    """Return the number of bytes in a stream and go back to its start."""
    size = stream.seek(0, 2)
    stream.seek(0)
    return size


def check(stream: IO[bytes], given_name: str | None, rules: FileRules) -> Checked:
    """Return what a file is.

    Raises
    ------
    TooLarge
        With the limit in the message.
    Invalid
        When the kind is not allowed or the content is not what the name says.
    """
    name = clean_name(given_name)
    kind, size = kind_of(name), size_of(stream)
    allowed = {kind_of(f"x.{suffix}") for suffix in rules.types}
    if kind not in allowed:
        raise errors.Invalid(
            _("%(name)s cannot be handed in here. Allowed: %(kinds)s.",
              name=name, kinds=", ".join(rules.types))
        )  # fmt: skip
    if size == 0:
        raise errors.Invalid(_("%(name)s is empty.", name=name))
    if size > rules.size_mb * MEGABYTE:
        raise errors.TooLarge(
            _("%(name)s is %(size)s. One file may have at most %(limit)s MB.",
              name=name, size=filesize(size), limit=rules.size_mb)
        )  # fmt: skip
    width = height = None
    if not _looks_like(stream, kind):
        raise _mismatch(name, kind)
    if kind in IMAGES:
        width, height = _check_image(stream, name, kind)
    elif kind == "zip" or kind in OFFICE:
        _check_zip(stream, name, kind)
    stream.seek(0)
    media = MEDIA.get(kind, "application/octet-stream")
    return Checked(name, kind, media, size, width, height)


def _mismatch(name: str, kind: str) -> errors.Invalid:
    return errors.Invalid(
        _("%(name)s is not a %(kind)s file inside. Save or export it again in that format.",
          name=name, kind=kind.upper())
    )  # fmt: skip


def damaged(name: str) -> errors.Invalid:
    """Return what is said of a file that its own reader cannot open."""
    return errors.Invalid(
        _("%(name)s is damaged and cannot be opened. Save it again or take another one.", name=name)
    )


def _looks_like(stream: IO[bytes], kind: str) -> bool:
    head = stream.read(4096)
    if kind in TEXTS:
        stream.seek(0)
        return _is_text(stream)
    if kind == "pdf":
        return b"%PDF-" in head[:1024]
    try:
        found = {match.extension for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return False
    names = {".jpg", ".jpeg", ".jfif"} if kind == "jpg" else {f".{kind}"}
    return not names.isdisjoint(found)


def _is_text(stream: IO[bytes]) -> bool:
    """Return whether everything is text; UTF-8 or the one-byte set that spreadsheets write."""
    data = stream.read()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") and len(data) % 2 == 0:
        return True  # UTF-16 as spreadsheets export "Unicode text"
    if any(byte < 32 and byte not in (9, 10, 12, 13) for byte in data):
        return False
    start = data[:512].lstrip().lower()
    return not start.startswith((b"<!doctype", b"<html", b"<script", b"<svg", b"<?xml"))


def _check_image(stream: IO[bytes], name: str, kind: str) -> tuple[int, int]:
    stream.seek(0)
    try:
        with Image.open(stream, formats=IMAGES[kind]) as image:
            width, height = image.size
            limit = MAX_PIXELS.get(kind, MAX_PIXELS_OTHER)
            if width * height > limit:
                raise errors.TooLarge(
                    _("%(name)s has %(have)s megapixels. At most %(limit)s are allowed.",
                      name=name, have=width * height // 1_000_000, limit=limit // 1_000_000)
                )  # fmt: skip
            if kind == "jpg":  # decodes all of it, in an eighth of the size
                image.draft("RGB", (max(1, width // 8), max(1, height // 8)))
                image.load()
            else:
                image.verify()
    except DAMAGED as error:
        raise damaged(name) from error
    return width, height


def _check_zip(stream: IO[bytes], name: str, kind: str) -> None:
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeError) as error:
        raise damaged(name) from error
    size = size_of(stream)
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    bomb = (
        len(entries) > MAX_ENTRIES
        or unpacked > min(MAX_UNPACKED, MAX_RATIO * size)
        or packed > size  # entries that share their bytes
    )
    if bomb:
        raise errors.Invalid(
            _("%(name)s would unpack to far too much. Put the files in without packing them twice.",
              name=name)
        )  # fmt: skip
    if kind in OFFICE:
        inside = {entry.filename for entry in entries}
        proper = "[Content_Types].xml" in inside and any(n.startswith(OFFICE[kind]) for n in inside)
        if not proper or any(n.endswith("vbaProject.bin") for n in inside):
            raise _mismatch(name, kind)
        return
    for entry in entries:
        _check_entry(entry, name)


def _check_entry(entry: zipfile.ZipInfo, name: str) -> None:
    path = entry.filename.replace("\\", "/")
    suffix = PurePosixPath(path).suffix.lower()
    if path.startswith("/") or ".." in path.split("/") or ":" in path:
        problem = _("a path that leads out of the archive")
    elif entry.flag_bits & 0x1:
        problem = _("a file with a password")
    elif suffix in _PROGRAMS:
        problem = _("a program or web page")
    elif suffix in _ARCHIVES:
        problem = _("another archive")
    else:
        return
    raise errors.Invalid(
        _("%(name)s contains %(problem)s (%(entry)s). Take it out and pack it again.",
          name=name, problem=problem, entry=clean_name(path))
    )  # fmt: skip
