"""Where an index lies: a folder of generations, each a folder of arrays, and one name that is current.

A generation is written beside the others and becomes current by one rename; nobody sees half of it.
Processes that still read the one before keep it open: its files are removed a generation later.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from sanggar.rankers.index.layout import Array

FORMAT = 1
CURRENT, MANIFEST = "current", "manifest.json"
#: Held for the whole of a build, and for the moment of a change: changes go on while one builds.
BUILDING, CHANGING = "building.lock", "changing.lock"
KEPT = 2


class BrokenIndexError(Exception):
    """There is no index, it is of another format, or its files are not those that were written."""


@contextmanager
def locked(folder: Path, name: str) -> Iterator[None]:
    """Let one process at a time do this in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / name).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _sum(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


class Generation:
    """A generation that is being written: `add` its arrays, `finish` it, `publish` it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        taken = [int(found.name[1:].split(".")[0]) for found in folder.glob("g[0-9]*")]
        self.name = f"g{max(taken, default=0) + 1:06d}"
        self.path = folder / f"{self.name}.part"
        self.path.mkdir(parents=True)

    def add(self, **arrays: Array) -> None:
        """Write arrays, each as the file of its name."""
        for name, values in arrays.items():
            np.save(self.path / f"{name}.npy", values, allow_pickle=False)

    def finish(self, facts: Mapping[str, Any]) -> Path:
        """Write the manifest with sizes and checksums; nobody uses the generation yet."""
        files = {
            path.name: [path.stat().st_size, _sum(path)] for path in sorted(self.path.glob("*.npy"))
        }
        said = {"format": FORMAT, **facts, "files": files}
        (self.path / MANIFEST).write_text(json.dumps(said, indent=1), encoding="utf-8")
        return self.path

    def publish(self) -> Path:
        """Make this generation the current one, and remove those nobody opens any more."""
        final = self.folder / self.name
        self.path.rename(final)
        point(self.folder / CURRENT, self.name.encode())
        for old in sorted(self.folder.glob("g[0-9]*"))[:-KEPT]:
            shutil.rmtree(old, ignore_errors=True)
        return final


def point(path: Path, content: bytes) -> None:
    """Replace a small file at once."""
    temporary = path.with_name(f"{path.name}.part")
    with temporary.open("wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())
    temporary.replace(path)


def current(folder: Path) -> Path:
    """Return the folder of the current generation."""
    try:
        return folder / (folder / CURRENT).read_text(encoding="utf-8")
    except OSError:
        raise BrokenIndexError(f"{folder} holds no index") from None


def stamp(path: Path) -> tuple[int, int, int]:
    """Return what changes whenever a small file is replaced; zeros when there is none."""
    try:
        found = path.stat()
    except OSError:
        return 0, 0, 0
    return found.st_ino, found.st_mtime_ns, found.st_size


def manifest(generation: Path, *, verify: bool) -> dict[str, Any]:
    """Return the manifest of a generation.

    Parameters
    ----------
    generation : Path
    verify : bool
        Read every file and compare its checksum; without it only sizes are compared.
    """
    try:
        said: dict[str, Any] = json.loads((generation / MANIFEST).read_text(encoding="utf-8"))
        if said["format"] != FORMAT:
            raise BrokenIndexError(f"{generation} is of format {said['format']}, not {FORMAT}")
        for name, (size, checksum) in said["files"].items():
            path = generation / name
            if path.stat().st_size != size or (verify and _sum(path) != checksum):
                raise BrokenIndexError(f"{path} is not the file that was written")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BrokenIndexError(f"{generation}: {error}") from None
    return said


def load(generation: Path, name: str) -> Array:
    """Open an array of a generation without reading it."""
    found: Array = np.load(generation / f"{name}.npy", mmap_mode="r", allow_pickle=False)
    return found
