"""The contract of automatic checks: named rightly by assignments, calm before any file."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from sanggar.plugin.documents import meant
from sanggar.plugin.faults import Fault
from sanggar.plugin.filechecks import FileCheck
from sanggar.plugin.items import Finding, Item, Level, QuestionType, UploadedFile
from sanggar.plugin.text import Text
from sanggar.plugin.track import Assignment, Check, Track

#: beginnings of files, with nothing right behind them
HOSTILE_FILES = (
    ("pdf", b""), ("pdf", b"%PDF-1.7\n1 0 obj<</Pages 1 0 R>>"), ("jpg", b"\xff\xd8\xff\xe1\xff\xff"),
    ("png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\x7f\xff\xff\xff\x7f\xff\xff\xff"), ("csv", b"\xff;\0\"" * 99),
    ("txt", b"\xf0\x9f" * 99), ("xlsx", b"PK\3\4"), ("zip", b"PK\5\6"), ("exe", b"MZ"),
)  # fmt: skip


def items_of(tracks: Iterable[Track]) -> list[Item]:
    """Return the checks of all assignments in the shape that question types take."""
    return [
        _item(track, assignment, check)
        for track in tracks
        for assignment in track.assignments
        for check in assignment.checks
    ]


def _item(track: Track, assignment: Assignment, check: Check) -> Item:
    return Item(
        id=f"{assignment.id}-{check.type}", type=check.type, area="-", level=Level.APPLY,
        stem=assignment.title, explanation=Text(id="-"), params=dict(check.params),
        file=_file(track, assignment.id), line=_line(track, assignment.id),
    )  # fmt: skip


def _file(track: Track, assignment: str) -> str:
    folder = track.folder.name if track.folder else track.id
    return f"{folder}/assignments/{assignment}.id.md"


def _line(track: Track, assignment: str) -> int:
    path = track.folder / "assignments" / f"{assignment}.id.md" if track.folder else None
    lines = path.read_text("utf-8-sig").splitlines() if path and path.is_file() else []
    return next((n for n, text in enumerate(lines, 1) if text.startswith("checks:")), 1)


def check_named(items: Iterable[Item], types: Mapping[str, QuestionType]) -> list[Fault]:
    """Return checks that name no type, or limits their type does not take."""
    faults = []
    for item in items:
        kind = types.get(item.type)
        if kind is None:
            problem = f"there is no check '{item.type}'"
            faults.append(Fault(item.file, item.line, problem, meant(item.type, types)))
            continue
        for sentence in kind.check(item):
            problem, _, remedy = sentence.partition(": ")
            faults.append(
                Fault(item.file, item.line, f"{item.type}: {problem}", remedy or "correct it")
            )
    return faults


def check_inspections(
    own: Mapping[str, QuestionType], items: Iterable[Item], file: str
) -> list[Fault]:
    """Return types whose `inspect` does not keep calm before broken files.

    `FileCheck` measures in a process of its own and catches everything, so its kinds are not tried.
    """
    faults = []
    mine = {item.type: item for item in items}
    for name, kind in own.items():
        if type(kind).inspect in (QuestionType.inspect, FileCheck.inspect) or name not in mine:
            continue
        with tempfile.TemporaryDirectory() as folder:
            problem = _try(kind, mine[name], Path(folder))
        if problem:
            remedy = "return a tuple of Finding, whatever the file"
            faults.append(Fault(file, 1, f"{type(kind).__name__}.inspect {problem}", remedy))
    return faults


def _try(kind: QuestionType, item: Item, folder: Path) -> str:
    files = []
    for number, (suffix, data) in enumerate(HOSTILE_FILES):
        path = folder / f"{number}.{suffix}"
        path.write_bytes(data)
        files.append(UploadedFile(name=path.name, kind=suffix, size=len(data), path=path))
    for given in ([], files):
        try:
            found: Any = kind.inspect(item, given)
        except (Exception, SystemExit) as error:  # plugin boundary
            return f"raises {type(error).__name__}"
        if not isinstance(found, tuple) or not all(isinstance(f, Finding) for f in found):
            return f"returns {type(found).__name__}"
    return ""
