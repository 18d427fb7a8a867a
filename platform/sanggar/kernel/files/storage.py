"""Where handed-in files lie: outside the web root, named by the hash of their content.

The same file handed in twice is kept once, writing is atomic, and nothing in a path comes from
outside.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from flask import current_app

from sanggar import errors

_HASH = re.compile(r"[0-9a-f]{64}")
CHUNK = 1 << 20


def folder() -> Path:
    """Return the folder of uploads in the data folder."""
    data: Path = current_app.extensions["sanggar.settings"].data
    return data / "uploads"


def path(sha256: str) -> Path:
    """Return where the file with this hash lies."""
    if not _HASH.fullmatch(sha256):
        raise errors.NotFound
    return folder() / sha256[:2] / sha256


def put(stream: IO[bytes]) -> str:
    """Keep the content of a stream and return its hash."""
    folder().mkdir(parents=True, exist_ok=True, mode=0o750)
    digest = hashlib.sha256()
    handle, temporary = tempfile.mkstemp(dir=folder(), prefix="incoming-")
    try:
        with os.fdopen(handle, "wb") as out:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                out.write(chunk)
        target = path(digest.hexdigest())
        target.parent.mkdir(exist_ok=True, mode=0o750)
        if target.exists():
            os.utime(target)  # young again: the sweep leaves it alone
        else:
            Path(temporary).replace(target)
    finally:
        Path(temporary).unlink(missing_ok=True)
    return digest.hexdigest()


def read(sha256: str) -> bytes:
    """Return the bytes of a kept file or raise `NotFound`."""
    try:
        return path(sha256).read_bytes()
    except FileNotFoundError as error:
        raise errors.NotFound from error


def older_than(seconds: float) -> Iterator[tuple[str, Path]]:
    """Yield hash and path of kept files (and of broken uploads, hash empty) of at least that age."""
    limit = time.time() - seconds
    for found in folder().rglob("*"):
        if found.is_file() and found.stat().st_mtime < limit:
            yield (found.name if _HASH.fullmatch(found.name) else ""), found
