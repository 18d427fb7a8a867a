"""Content packages (zip) and pictures from anywhere: names, sizes and kinds are checked first."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib

from sanggar.interchange import xmlsafe
from sanggar.interchange.model import Unreadable

MAX_PACKAGE = 50_000_000
MAX_TOTAL = 100_000_000
MAX_FILE = 20_000_000
MAX_ENTRIES = 2_000
MAX_RATIO = 100
#: small files may be packed tighter: a page of blanks is no bomb
RATIO_FROM = 100_000
#: as large as a picture beside a bank may be
MAX_IMAGE = 2_000_000
IMAGES = {"png", "jpg", "jpeg", "webp", "svg"}
_DRIVE = re.compile(r"[A-Za-z]:")
_SAFE = re.compile(r"[^A-Za-z0-9._-]+")


def unpack(data: bytes) -> dict[str, bytes]:
    """Return the files of a zip by name.

    Raises
    ------
    Unreadable
        For anything but an honest archive: encrypted, absurdly packed, too many or too large files,
        names that lead elsewhere, links, names that stand twice.
    """
    if len(data) > MAX_PACKAGE:
        raise Unreadable(f"the package is larger than {MAX_PACKAGE // 1_000_000} MB: refused")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check(entries)
            return {e.filename: _read(archive, e) for e in entries if not e.is_dir()}
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise Unreadable(f"the package cannot be opened ({error})") from None
    except (RuntimeError, ValueError) as error:
        raise Unreadable(f"the package cannot be read ({error})") from None


def _check(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise Unreadable(f"the package holds more than {MAX_ENTRIES} files: refused")
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        _check_name(entry)
        if name.casefold() in seen:
            raise Unreadable(f"'{name}' stands twice in the package: refused")
        seen.add(name.casefold())
        if entry.flag_bits & 0x1:
            raise Unreadable(f"'{name}' is encrypted: save the package without a password")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable(f"'{name}' is packed in a way that is not read here: use plain zip")
        if entry.file_size > MAX_FILE:
            raise Unreadable(f"'{name}' is larger than {MAX_FILE // 1_000_000} MB: refused")
        if entry.file_size > max(RATIO_FROM, MAX_RATIO * max(entry.compress_size, 1)):
            raise Unreadable(
                f"'{name}' grows more than {MAX_RATIO} times when unpacked (zip bomb): refused"
            )
    if sum(entry.file_size for entry in entries) > MAX_TOTAL:
        raise Unreadable(f"the package unpacks to more than {MAX_TOTAL // 1_000_000} MB: refused")


def _check_name(entry: zipfile.ZipInfo) -> None:
    original = entry.orig_filename
    shown = original.replace("\0", "␀")[:80]
    if "\0" in original:
        raise Unreadable(f"the name '{shown}' holds a NUL character: refused")
    if "\\" in original or original.startswith("/") or _DRIVE.match(original):
        raise Unreadable(f"the path '{shown}' is not relative to the package: refused")
    parts = original.rstrip("/").split("/")
    if any(part in ("", ".", "..") for part in parts):
        raise Unreadable(f"the path '{shown}' leads out of the package: refused")
    if any(ord(c) < 32 for c in original) or len(original) > 240:
        raise Unreadable(f"the name '{shown}' is not a plain file name: refused")
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Unreadable(f"'{shown}' is a link or a device, not a file: refused")


def _read(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with archive.open(entry) as stream:
        data = stream.read(entry.file_size + 1)
    if len(data) != entry.file_size:
        raise Unreadable(f"'{entry.filename}' has not the size it claims: refused")
    return data


def pack(files: dict[str, bytes]) -> bytes:
    """Return files as a zip that is the same every time."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return target.getvalue()


def image_kind(data: bytes) -> str:
    """Return what a picture is by its first bytes (``png``, ``jpg``, …), or nothing."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return "svg" if b"<svg" in data[:2000] else ""


def check_image(name: str, data: bytes) -> None:
    """Refuse a file that is no picture, or an SVG that runs or fetches something."""
    ending = name.rpartition(".")[2].lower()
    kind = image_kind(data)
    if len(data) > MAX_IMAGE:
        raise Unreadable(f"the picture {name} is larger than {MAX_IMAGE // 1_000_000} MB")
    if ending not in IMAGES or kind != {"jpeg": "jpg"}.get(ending, ending):
        raise Unreadable(
            f"{name} is not a picture of a kind that is read here (PNG, JPG, WebP, SVG)"
        )
    if kind == "svg":
        for element in xmlsafe.parse(data, name).iter():
            active = xmlsafe.local(element) in ("script", "foreignObject", "iframe")
            handlers = any(str(key).lower().startswith("on") for key in element.attrib)
            fetched = any(
                not str(value).lstrip().startswith(("#", "data:image/"))
                for key, value in element.attrib.items()
                if str(key).endswith("href") and xmlsafe.local(element) != "a"
            )
            if active or handlers or fetched:
                raise Unreadable(f"the picture {name} holds a script or fetches something: refused")


def plain_name(name: str) -> str:
    """Return a file name of plain characters, without folders, in small letters."""
    base = name.replace("\\", "/").rpartition("/")[2]
    return _SAFE.sub("-", base).strip("-._").lower()[-80:].lstrip("-._") or "picture"


def image_size(data: bytes) -> tuple[int, int]:
    """Return width and height of a picture in pixels; 1000 × 1000 where an SVG does not say."""
    if image_kind(data) == "svg":
        root = xmlsafe.parse(data, "picture")
        box = [float(part) for part in re.findall(r"-?[\d.]+", root.get("viewBox", ""))]
        if len(box) == 4 and box[2] > 0 and box[3] > 0:
            return round(box[2]), round(box[3])
        return 1000, 1000
    from PIL import Image  # noqa: PLC0415 - only pictures with places need it

    try:
        with Image.open(io.BytesIO(data)) as picture:
            width, height = picture.size
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise Unreadable(f"the picture cannot be read ({error})") from None
    return int(width), int(height)
