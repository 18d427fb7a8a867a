"""Reading a track from its folder of text files: everything, in one go, with the line of each fault.

Reading collects all faults before it gives up, because a mentor who mends ten lines wants to start
the check once, not ten times. `inspect` returns what was found; `read_track` raises it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from sanggar.plugin import quizbanks as banks
from sanggar.plugin import references
from sanggar.plugin.documents import Document, Findings, Place, meant
from sanggar.plugin.explain import validate, warn_missing_english
from sanggar.plugin.faults import Fault
from sanggar.plugin.sources import NO_ENGLISH, Folder
from sanggar.plugin.text import Text, Texts
from sanggar.plugin.track import (
    Assessment,
    Assignment,
    CertificateRule,
    Service,
    Track,
    Unit,
    Workshop,
)

#: lists of a track and what is in them; read one by one, so that one bad entry hides no other fault
SECTIONS: dict[str, type[BaseModel]] = {
    "units": Unit,
    "services": Service,
    "certificates": CertificateRule,
    "workshops": Workshop,
    "assessments": Assessment,
    "assignments": Assignment,
}
#: texts that a Markdown pair carries in both languages
TEXTS = {"workshops": ("title", "deliverable", "bring"), "assignments": ("title",)}


@dataclass
class Reading:
    """What a folder holds: the track when nothing is wrong, and all faults and warnings."""

    track: Track | None
    faults: list[Fault] = field(default_factory=list)

    @property
    def errors(self) -> list[Fault]:
        """What keeps the track from loading."""
        return [fault for fault in self.faults if fault.severity == "error"]


def read_track(folder: Path, courses: Collection[str] | None = None) -> Track:
    """Return the track in a folder.

    Parameters
    ----------
    folder : Path
        Holds ``track.yaml``.
    courses : collection of str, optional
        Slugs of the courses that exist outside the plugin; None: not known, names are not checked.

    Raises
    ------
    TrackFaults
        With every fault found.
    """
    findings = Findings()
    track = _read(Path(folder), courses, findings)
    findings.raise_errors()
    if track is None:  # every refusal has noted its reason
        raise AssertionError("a track was refused without a fault")
    return track


def inspect(folder: Path, courses: Collection[str] | None = None) -> Reading:
    """Return the track in a folder with all faults and warnings; raise nothing."""
    findings = Findings()
    track = _read(Path(folder), courses, findings)
    return Reading(None if findings.errors else track, findings.all)


def shared_courses(folder: Path) -> set[str]:
    """Return the slugs of the courses in a folder of courses (`<group>/<course>/course.yaml`)."""
    if not folder.is_dir():
        return set()
    return {p.parent.relative_to(folder).as_posix() for p in folder.glob("*/*/course.yaml")}


def own_courses(package: Path, document: Document) -> set[str]:
    """Return the slugs of the courses that a plugin ships: its track's id, then the folder."""
    track = document.data.get("id")
    return {f"{track}/{p.parent.name}" for p in package.glob("courses/*/course.yaml")}


def _read(path: Path, courses: Collection[str] | None, findings: Findings) -> Track | None:
    if not (path / "track.yaml").is_file():
        place = Place(f"{path.resolve().name}/track.yaml", 1)
        findings.add(
            place, "there is no track.yaml in this folder", "add it; see the mentors' guide"
        )
        return None
    folder = Folder(path, findings)
    document = folder.yaml(folder.root / "track.yaml")
    if document is None:
        return None
    _only_in_files(document, findings)
    _workshops_and_assignments(folder, document, findings)
    _assessments(folder, document, findings)
    items = banks.read(folder, "items", findings)
    good = _validate_sections(document, findings)
    track = _validate_root(document, good, findings)
    _pictures(folder, document, good, findings)
    _warn(document, good, findings)
    known = None if courses is None else {*courses, *own_courses(folder.root, document)}
    references.check(references.Parts(document, good, items), known, findings)
    if track is None:
        return None
    warn_missing_english(
        track.model_copy(update=dict.fromkeys(SECTIONS, ())), (), document, findings
    )
    workshops = tuple(sorted(track.workshops, key=lambda w: w.number))
    return track.model_copy(
        update={"workshops": workshops, "items": tuple(items), "folder": folder.root}
    )


def _pictures(
    folder: Folder, document: Document, good: dict[str, dict[int, Any]], findings: Findings
) -> None:
    """Find pictures of services that no service is called after: they would never be shown."""
    known = {service.id for service in good["services"].values()}
    for path in sorted((folder.root / "static" / "services").glob("*")):
        if path.suffix != ".svg" or path.stem not in known:
            findings.add(
                document.at("services"), f"the picture '{path.name}' belongs to no service",
                "name it like a service, with .svg at the end",
            )  # fmt: skip


def _warn(document: Document, good: dict[str, dict[int, Any]], findings: Findings) -> None:
    """Warn of missing English texts, once for a file whose English twin is missing as a whole."""
    alone = {fault.file for fault in findings.all if fault.problem == NO_ENGLISH}
    for section, entries in good.items():
        for position, entry in entries.items():
            if document.at(section, position).file not in alone:
                warn_missing_english(entry, (section, position), document, findings)


def _only_in_files(document: Document, findings: Findings) -> None:
    """Refuse in track.yaml what belongs into files of its own."""
    for key in ("workshops", "assessments", "assignments", "items", "folder"):
        if document.data.pop(key, None) is not None:
            findings.add(
                document.at(key), f"'{key}' does not belong into track.yaml",
                f"write one file each in the folder {key}/" if key != "folder" else "remove it",
            )  # fmt: skip


def _workshops_and_assignments(folder: Folder, document: Document, findings: Findings) -> None:
    for section in ("workshops", "assignments"):
        for position, (stem, files) in enumerate(folder.pairs(section, ".md").items()):
            entry = _markdown_pair(folder, section, stem, files, findings)
            document.put(section, position, entry or Document({"id": stem, "_unread": True}))


def _markdown_pair(
    folder: Folder, section: str, stem: str, files: dict[str, Path], findings: Findings
) -> Document | None:
    """Return one document made of ``stem.id.md`` and ``stem.en.md``."""
    first = folder.markdown(files["id"])
    if first is None:
        return None
    entry, body, line = first
    file = folder.name(files["id"])
    if "id" in entry.data and entry.data["id"] != stem:
        findings.add(
            entry.at("id"), f"the id '{entry.data['id']}' differs from the file name",
            "remove this line; the file name is the id",
        )  # fmt: skip
    if not body:
        findings.add(Place(file, line), "there is no text below the facts", "write it in Markdown")
    entry.data["id"] = stem
    texts = _texts(entry.data, TEXTS[section])
    texts["body"] = {"id": body}
    entry.places[("body",)] = Place(file, line)
    if "en" in files:
        second = folder.markdown(files["en"])
        if second is not None:
            _merge_english(section, entry, texts, second, findings)
    else:
        folder.no_english(files["id"], stem, ".md")
    entry.data.update(texts)
    return entry


def _texts(data: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: {"id": data[key]} for key in keys if isinstance(data.get(key), str)}


def _merge_english(
    section: str, entry: Document, texts: dict[str, Any],
    english: tuple[Document, str, int], findings: Findings,
) -> None:  # fmt: skip
    document, body, line = english
    allowed = {*TEXTS[section], *(("rubric",) if section == "assignments" else ())}
    for key, value in document.data.items():
        place = document.at(key)
        if key not in allowed:
            findings.add(
                place, f"'{key}' does not belong into the English file",
                "remove it; facts stand once, in the .id. file",
            )  # fmt: skip
        elif key != "rubric" and not isinstance(value, str):
            findings.add(place, f"'{key}' should be a text", f'write {key}: "…"')
        elif key in texts:
            texts[key]["en"] = value
            entry.places[key, "en"] = place
        elif key != "rubric":
            findings.add(place, f"'{key}' is not in the Indonesian file", "write it there first")
    if body:
        texts["body"]["en"] = body
        entry.places["body", "en"] = Place(document.at().file, line)
    if section == "assignments":
        _merge_rubric(entry, document, findings)


def _rows(document: Document) -> list[dict[str, Any]]:
    rows = document.data.get("rubric")
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _merge_rubric(entry: Document, english: Document, findings: Findings) -> None:
    """Put the English titles and levels of a rubric beside the Indonesian ones, by id."""
    mine = {row.get("id"): row for row in _rows(entry)}
    for position, row in enumerate(_rows(english)):
        place = english.at("rubric", position)
        target = mine.get(row.get("id"))
        if target is None:
            findings.add(
                place, f"the criterion '{row.get('id')}' is not in the Indonesian rubric",
                meant(row.get("id"), [str(key) for key in mine]),
            )  # fmt: skip
            continue
        for key in set(row) - {"id", "title", "levels"}:
            findings.add(
                english.at("rubric", position, key), f"'{key}' does not belong into the English file",
                "remove it; facts stand once, in the .id. file",
            )  # fmt: skip
        if isinstance(target.get("title"), str) and isinstance(row.get("title"), str):
            target["title"] = {"id": target["title"], "en": row["title"]}
        _merge_levels(target, row, english.at("rubric", position, "levels"), findings)


def _merge_levels(
    target: dict[str, Any], row: dict[str, Any], place: Place, findings: Findings
) -> None:
    first, second = target.get("levels"), row.get("levels")
    if not isinstance(first, list) or second is None:
        return
    if not isinstance(second, list) or len(second) != len(first):
        findings.add(
            place, f"the criterion '{row.get('id')}' has not the same levels", f"write {len(first)}"
        )
        return
    target["levels"] = [
        {"id": a, "en": b} if isinstance(a, str) and isinstance(b, str) else a
        for a, b in zip(first, second, strict=True)
    ]


def _assessments(folder: Folder, document: Document, findings: Findings) -> None:
    for position, path in enumerate(folder.files("assessments", ".yaml")):
        stem = path.name.removesuffix(".yaml")
        entry = folder.yaml(path)
        if entry is None:
            document.put("assessments", position, Document({"id": stem, "_unread": True}))
            continue
        if entry.data.get("id", stem) != stem:
            findings.add(
                entry.at("id"), f"the id '{entry.data['id']}' differs from the file name '{stem}'",
                f"write id: {stem}, or rename the file",
            )  # fmt: skip
        entry.data["id"] = stem
        document.put("assessments", position, entry)


def _validate_sections(document: Document, findings: Findings) -> dict[str, dict[int, Any]]:
    """Validate the entries of all lists one by one; position -> object for the good ones."""
    good: dict[str, dict[int, Any]] = {}
    for section, model in SECTIONS.items():
        good[section] = {}
        entries = document.data.get(section, [])
        if not isinstance(entries, list):
            findings.add(
                document.at(section), f"'{section}' should be a list", "begin each entry with `- `"
            )
            entries = document.data[section] = []
        for position, entry in enumerate(entries):
            if isinstance(entry, dict) and entry.get("_unread"):
                continue
            thing = validate(model, entry, (section, position), document, findings)
            if thing is not None:
                good[section][position] = thing
    return good


def _validate_root(
    document: Document, good: dict[str, dict[int, Any]], findings: Findings
) -> Track | None:
    data = {**document.data, **{key: tuple(entries.values()) for key, entries in good.items()}}
    if "units" not in document.data:
        del data["units"]
    elif not data["units"] and document.data["units"]:
        # the faults of all units are noted already; one more, "units is empty", would mislead
        data["units"] = (Unit(id="-", title=Text(id="-"), outcomes=Texts(id=("-",))),)
    track: Track | None = validate(Track, data, (), document, findings)
    return track
