"""Files on their way in: looked at and put away without the database, since large photos take a moment."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from PIL import Image

from sanggar import errors
from sanggar.kernel.files import filecheck, photos, places, storage
from sanggar.plugin.track import FileRules

#: a picture that stands beside words
SHOWN_SIZE, SHOWN_BYTES = (1600, 1600), 300_000


@dataclass(frozen=True)
class Incoming:
    """One file as it arrived."""

    name: str | None
    stream: IO[bytes]


@dataclass(frozen=True)
class Kept:
    """A file that was looked at and put away; not in the database yet."""

    checked: filecheck.Checked
    sha256: str
    size: int
    #: camera settings, of photos whose metadata is assessed
    exif: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Looked:
    """What was found in the files that arrived: those that are fine, and what is wrong elsewhere."""

    kept: tuple[Kept, ...] = ()
    problems: tuple[errors.SanggarError, ...] = ()


def look_at(
    incoming: Sequence[Incoming], rules: FileRules, *, keep_exif: bool = False,
    as_made: bool = False,
) -> Looked:  # fmt: skip
    """Check files and put them away; one that is refused does not hold up the others."""
    kept, problems = [], []
    for file in incoming:
        try:
            kept.append(keep(file, rules, keep_exif=keep_exif, as_made=as_made))
        except (errors.Invalid, errors.TooLarge) as problem:
            problems.append(problem)
    return Looked(tuple(kept), tuple(problems))


def keep(
    file: Incoming, rules: FileRules, *, keep_exif: bool = False, as_made: bool = False
) -> Kept:
    """Check one file and put it away: photos lose their metadata, unless it is assessed.

    `as_made`: the file is work that is delivered; pictures lose only the place where they were taken.
    """
    checked = filecheck.check(file.stream, file.name, rules)
    settings: dict[str, Any] = {}
    stream, size = file.stream, checked.size
    if checked.kind in filecheck.IMAGES and keep_exif:
        settings = photos.camera(stream)
    elif checked.kind in filecheck.IMAGES and as_made:
        stream, size = _made(stream, checked.kind)
    elif (bare := photos.strip(stream, checked.kind)) is not None:
        stream, size = io.BytesIO(bare), len(bare)
    return Kept(checked, storage.put(stream), size, settings)


def _made(stream: IO[bytes], kind: str) -> tuple[IO[bytes], int]:
    data = places.without_place(stream.read(), kind)
    return io.BytesIO(data), len(data)


@dataclass(frozen=True)
class Copies:
    """A picture that was looked at and put away in two sizes; not in the database yet."""

    page: str
    thumb: str
    width: int
    height: int


def copy(
    file: Incoming, rules: FileRules, size: tuple[int, int] = SHOWN_SIZE, most: int = SHOWN_BYTES
) -> Copies:
    """Check a picture and keep two small copies; the file itself, and what it betrays, is not kept.

    Raises
    ------
    errors.Invalid, errors.TooLarge
        When it is no picture, or a damaged or too large one.
    """
    checked = filecheck.check(file.stream, file.name, rules)
    try:
        page, thumb = photos.copies(file.stream, size, most)
        with Image.open(io.BytesIO(page)) as shown:
            width, height = shown.size
    except photos.DAMAGED as error:
        raise filecheck.damaged(checked.name) from error
    return Copies(storage.put(io.BytesIO(page)), storage.put(io.BytesIO(thumb)), width, height)
