"""How large a picture is, so that a page does not jump while it loads. Reads SVG and bitmap files."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote, unquote

from PIL import Image, UnidentifiedImageError

SUFFIXES = frozenset({".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif"})
_VIEWBOX = re.compile(r"""viewBox\s*=\s*["']\s*[-\d.]+[\s,]+[-\d.]+[\s,]+([\d.]+)[\s,]+([\d.]+)""")
_LENGTH = re.compile(r"""<svg\b[^>]*?\b(width|height)\s*=\s*["']([\d.]+)(?:px)?["']""")


@dataclass(frozen=True)
class Picture:
    """A picture beside a text: its name as part of an address, a hash of its content, its size."""

    name: str
    digest: str
    width: int
    height: int


def look_at(folder: Path, source: str) -> Picture | None:
    """Return the picture that a text names, None when it is not a plain file in the folder."""
    name = unquote(source)
    if "/" in name or "\\" in name or name.startswith(".") or ":" in name:
        return None
    path = folder / name
    if path.suffix.lower() not in SUFFIXES or path.is_symlink() or not path.is_file():
        return None
    return _measure(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1000)
def _measure(path: Path, _changed: int) -> Picture:
    content = path.read_bytes()
    size = _svg(content) if path.suffix.lower() == ".svg" else _bitmap(path)
    digest = hashlib.sha256(content).hexdigest()[:10]
    return Picture(quote(path.name), digest, *size)


def _svg(content: bytes) -> tuple[int, int]:
    head = content[:4000].decode("utf-8", "replace")
    box = _VIEWBOX.search(head)
    if box:
        return round(float(box[1])), round(float(box[2]))
    lengths = {match[1]: round(float(match[2])) for match in _LENGTH.finditer(head)}
    return lengths.get("width", 0), lengths.get("height", 0)


def _bitmap(path: Path) -> tuple[int, int]:
    try:
        with Image.open(path) as image:
            return image.size
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError):
        return 0, 0
