"""Courses as they stand in text files: read once at start-up, faults named by file and line.

A course is a folder with `course.yaml`, lessons `NN-slug.id.md` and `.en.md`, and pictures. What is
wrong is collected, not raised: a lesson that cannot be read is left out, everything else is shown.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sanggar.kernel import markdown
from sanggar.kernel.pictures import SUFFIXES
from sanggar.plugin.faults import Fault
from sanggar.plugin.sources import Document, Findings, Folder, Place, meant
from sanggar.plugin.text import Text
from sanggar.plugin.track import Track

SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
LESSON_FILE = re.compile(r"(?P<number>\d{2})-(?P<slug>[a-z0-9][a-z0-9-]{0,59})\.id\.md")
MAX_PICTURE = 300_000
#: the page around a lesson, over the wire, for a visitor who has the stylesheet already
FRAME_BYTES = 3_000


@dataclass(frozen=True)
class Lesson:
    """One lesson; `sizes` is what its page with its pictures weighs over the wire, by language."""

    slug: str
    number: int
    title: Text
    minutes: int
    sizes: Mapping[str, int]
    body: Text = field(repr=False)

    def size(self, language: str) -> int:
        """Return the bytes to be downloaded in a language."""
        return self.sizes.get(language) or self.sizes["id"]


@dataclass(frozen=True)
class Course:
    """One course: `slug` is `group/name`."""

    slug: str
    title: Text
    summary: Text
    hours: float
    lessons: tuple[Lesson, ...]
    folder: Path = field(repr=False)

    @property
    def group(self) -> str:
        """First half of the slug."""
        return self.slug.partition("/")[0]

    @property
    def name(self) -> str:
        """Second half of the slug."""
        return self.slug.partition("/")[2]

    @cached_property
    def minutes(self) -> int:
        """How long all lessons take."""
        return sum(lesson.minutes for lesson in self.lessons)

    def size(self, language: str) -> int:
        """Return the bytes of all lessons in a language."""
        return sum(lesson.size(language) for lesson in self.lessons)

    def lesson(self, slug: str) -> Lesson | None:
        """Return the lesson with this slug."""
        return next((lesson for lesson in self.lessons if lesson.slug == slug), None)

    def beside(self, lesson: Lesson) -> tuple[Lesson | None, Lesson | None]:
        """Return the lessons before and after this one."""
        at = self.lessons.index(lesson)
        before = self.lessons[at - 1] if at else None
        after = self.lessons[at + 1] if at + 1 < len(self.lessons) else None
        return before, after


@dataclass(frozen=True)
class Library:
    """All courses, and everything that was found wrong with their files."""

    courses: Mapping[str, Course]
    faults: tuple[Fault, ...]


def read(folder: Path, plugins: Mapping[str, Path], tracks: Iterable[Track] = ()) -> Library:
    """Read the courses of a folder (`group/course`) and of plugins (name -> package folder)."""
    findings = Findings()
    courses: dict[str, Course] = {}
    if folder.is_dir():
        source = Folder(folder, findings)
        for group in _folders(source.root):
            for course in _folders(group):
                _take(courses, f"{group.name}/{course.name}", course, source)
    for plugin, package in plugins.items():
        if (package / "courses").is_dir():
            source = Folder(package, findings)
            for course in _folders(source.root / "courses"):
                _take(courses, f"{plugin}/{course.name}", course, source)
    for track in tracks:
        _check_track(track, courses, findings)
    return Library(courses, tuple(findings.all))


def _folders(parent: Path) -> list[Path]:
    return [
        path
        for path in sorted(parent.iterdir())
        if path.is_dir() and not path.is_symlink() and SLUG.fullmatch(path.name)
    ]


def _take(courses: dict[str, Course], slug: str, folder: Path, source: Folder) -> None:
    facts = folder / "course.yaml"
    if slug in courses:
        source.findings.add(
            Place(source.name(facts), 1), f"there is already a course '{slug}'",
            "rename one of the two folders",
        )  # fmt: skip
        return
    document = source.yaml(facts) if facts.exists() else None
    if not facts.exists():
        source.findings.add(
            Place(source.name(folder), 1), "the folder has no course.yaml",
            "add one with title, summary and hours",
        )  # fmt: skip
    if document is None:
        return
    title, summary = _text(document, "title", source), _text(document, "summary", source)
    hours = document.data.get("hours", 0)
    if not isinstance(hours, int | float) or isinstance(hours, bool) or not 0 < hours <= 100:
        source.findings.add(
            document.at("hours"), "'hours' is not a number of hours", "write for example hours: 2"
        )
        hours = 1
    _known(document, ("title", "summary", "hours"), source)
    lessons = _lessons(folder, source)
    if not lessons:
        source.findings.add(
            Place(source.name(facts), 1), "the course has no lesson that can be read",
            "add 01-first.id.md and 01-first.en.md",
        )  # fmt: skip
    if title and summary and lessons:
        courses[slug] = Course(slug, title, summary, float(hours), tuple(lessons), folder)


def _known(document: Document, keys: tuple[str, ...], source: Folder) -> None:
    for key in document.data:
        if key not in keys:
            source.findings.add(document.at(key), f"'{key}' is not known here", meant(key, keys))


def _text(document: Document, key: str, source: Folder) -> Text | None:
    value: Any = document.data.get(key)
    if isinstance(value, str) and value.strip():
        return Text(id=value.strip(), en=value.strip())
    if isinstance(value, dict) and isinstance(value.get("id"), str) and value["id"].strip():
        english = value.get("en")
        if not isinstance(english, str) or not english.strip():
            source.findings.add(
                document.at(key), f"the English text of '{key}' is missing", 'add en: "…"',
                warning=True,
            )  # fmt: skip
            english = ""
        return Text(id=value["id"].strip(), en=english.strip())
    source.findings.add(
        document.at(key), f"'{key}' is missing", f'write {key}: {{id: "…", en: "…"}}'
    )
    return None


def _lessons(folder: Path, source: Folder) -> list[Lesson]:
    lessons: list[Lesson] = []
    slugs: set[str] = set()
    for path in sorted(folder.glob("*.md")):
        match = LESSON_FILE.fullmatch(path.name)
        if match is None:
            _check_name(path, source)
            continue
        if match["slug"] in slugs:
            source.findings.add(
                Place(source.name(path), 1), f"there is already a lesson '{match['slug']}'",
                "give the file another name",
            )  # fmt: skip
            continue
        lesson = _lesson(path, int(match["number"]), match["slug"], source)
        if lesson:
            slugs.add(lesson.slug)
            lessons.append(lesson)
    return lessons


def _check_name(path: Path, source: Folder) -> None:
    twin = path.with_name(path.name.replace(".en.md", ".id.md"))
    if path.name.endswith(".en.md") and twin.exists():
        return
    if path.name.upper() != "README.MD":
        source.findings.add(
            Place(source.name(path), 1), f"'{path.name}' is not a lesson's file name",
            "call it NN-slug.id.md (and NN-slug.en.md), for example 01-pricing.id.md",
        )  # fmt: skip


def _lesson(path: Path, number: int, slug: str, source: Folder) -> Lesson | None:
    read_id = source.markdown(path)
    if read_id is None:
        return None
    facts, body, line = read_id
    title = str(facts.data.get("title") or "").strip()
    minutes = facts.data.get("minutes")
    if not title:
        source.findings.add(facts.at("title"), "'title' is missing", "write title: …")
    if not isinstance(minutes, int) or isinstance(minutes, bool) or not 1 <= minutes <= 600:
        source.findings.add(
            facts.at("minutes"), "'minutes' is not a whole number of minutes", "write minutes: 20"
        )
        return None
    _known(facts, ("title", "minutes"), source)
    sizes = {"id": _check_body(path, body, line, source)}
    english_title = english = ""
    twin = path.with_name(path.name.replace(".id.md", ".en.md"))
    if not twin.exists():
        source.no_english(path, path.name.removesuffix(".id.md"), ".md")
    elif read_en := source.markdown(twin):
        facts_en, english, line_en = read_en
        _known(facts_en, ("title",), source)
        english_title = str(facts_en.data.get("title") or "").strip()
        sizes["en"] = _check_body(twin, english, line_en, source)
    if not title:
        return None
    return Lesson(
        slug, number, Text(id=title, en=english_title), minutes, sizes, Text(id=body, en=english)
    )


def _check_body(path: Path, body: str, first_line: int, source: Folder) -> int:
    """Note what is wrong in a lesson's Markdown; return what it weighs over the wire."""
    file = source.name(path)
    for line, problem, remedy in markdown.faults(body):
        source.findings.add(Place(file, first_line + line - 1), problem, remedy)
    weight = FRAME_BYTES + len(zlib.compress(body.encode(), 6))
    for line, name in markdown.pictures(body):
        weight += _check_picture(path.parent, name, Place(file, first_line + line - 1), source)
    return weight


def _check_picture(folder: Path, name: str, place: Place, source: Folder) -> int:
    target = folder / name
    if "/" in name or "\\" in name or target.suffix.lower() not in SUFFIXES:
        source.findings.add(
            place, f"the picture '{name}' is not a file beside the lesson",
            "put an SVG, PNG, JPEG or WebP file into the course's folder and write only its name",
        )  # fmt: skip
        return 0
    if not target.is_file() or target.is_symlink():
        source.findings.add(
            place, f"there is no picture '{name}'", "correct the name or add the file"
        )
        return 0
    size = target.stat().st_size
    if size > MAX_PICTURE:
        source.findings.add(
            place, f"the picture '{name}' has {size // 1000} KB",
            f"make it smaller: at most {MAX_PICTURE // 1000} KB, better 60 KB",
            warning=True,
        )  # fmt: skip
    compressed = target.suffix == ".svg"
    return len(zlib.compress(target.read_bytes(), 6)) if compressed else size


def _check_track(track: Track, courses: Mapping[str, Course], findings: Findings) -> None:
    """Warn where a track names a course that is not there."""
    named = {slug for unit in track.units for slug in unit.courses} | set(track.courses)
    missing = sorted(named - set(courses))
    if not missing or track.folder is None:
        return
    path = track.folder / "track.yaml"
    lines = path.read_text("utf-8").splitlines() if path.is_file() else []
    for slug in missing:
        line = next((n for n, text in enumerate(lines, 1) if slug in text), 1)
        findings.add(
            Place(f"{track.folder.name}/track.yaml", line), f"there is no course '{slug}'",
            meant(slug, courses), warning=True,
        )  # fmt: skip
