"""Checking a track as a whole: everything that is named must exist, and only once.

Works on what could be read, even when other parts are faulty: a name counts as known when it stands
in the files, so that one mistake is reported once and not at every place that refers to it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sanggar.plugin.checks import Requirement
from sanggar.plugin.documents import Document, Findings, Place, YamlPath, meant
from sanggar.plugin.evidence import LEVELS
from sanggar.plugin.items import BANDS, Item
from sanggar.plugin.requirements import AnyOf
from sanggar.plugin.track import Assessment, CertificateRule, Service, Track

#: field of a requirement -> section it names
NAMES = {"workshops": "workshops", "assessment": "assessments", "assignment": "assignments"}
WORDS = {
    "units": "unit", "services": "service", "workshops": "workshop", "assessments": "assessment",
    "assignments": "assignment", "certificates": "certificate",
}  # fmt: skip
BAND_LEVELS = {"know": "remember or understand", "apply": "apply", "analyse": "analyse"}


@dataclass
class Parts:
    """The readable parts of a track: merged files, valid entries by section and position, items."""

    document: Document
    good: dict[str, dict[int, Any]]
    items: list[Item]

    def ids(self, section: str) -> list[str]:
        """Return the ids that stand in the files of a section, valid or not."""
        entries = self.document.data.get(section)
        rows = entries if isinstance(entries, list) else []
        key = "level" if section == "certificates" else "id"
        return [str(row[key]) for row in rows if isinstance(row, dict) and row.get(key)]


def check(parts: Parts, courses: Collection[str] | None, findings: Findings) -> None:
    """Note every name that leads nowhere, stands twice or cannot be fulfilled."""
    _duplicates(parts, findings)
    _units_named(parts, findings)
    _prices(parts, findings)
    _blueprints(parts, findings)
    for position, rule in parts.good["certificates"].items():
        _certificate(parts, position, rule, findings)
    if courses is not None:
        _courses(parts, courses, findings)


def _duplicates(parts: Parts, findings: Findings) -> None:
    for section, word in WORDS.items():
        entries = parts.document.data.get(section)
        seen: dict[str, Place] = {}
        for position, row in enumerate(entries if isinstance(entries, list) else []):
            key = "level" if section == "certificates" else "id"
            name = str(row.get(key, "")) if isinstance(row, dict) else ""
            place = parts.document.at(section, position, key)
            if name and name in seen:
                findings.add(
                    place, f"the {word} '{name}' stands here twice",
                    f"keep one (the first is on line {seen[name].line})",
                )  # fmt: skip
            seen.setdefault(name, place)
    owners: dict[str, str] = dict.fromkeys(LEVELS, "certificates")
    for section in ("units", "workshops", "assessments", "assignments"):
        for position, thing in parts.good[section].items():
            other = owners.setdefault(thing.id, section)
            if other != section:
                findings.add(
                    parts.document.at(section, position),
                    f"the {WORDS[section]} '{thing.id}' is called like a {WORDS[other]}",
                    "give it another name",
                )  # fmt: skip
    numbers = Counter(w.number for w in parts.good["workshops"].values())
    for position, workshop in parts.good["workshops"].items():
        if numbers[workshop.number] > 1:
            findings.add(
                parts.document.at("workshops", position, "number"),
                f"several workshops have the number {workshop.number}", "number them 1, 2, 3 …",
            )  # fmt: skip


def _missing(
    word: str, names: Iterable[str], known: Collection[str], path: YamlPath, document: Document,
    findings: Findings,
) -> None:  # fmt: skip
    for position, name in enumerate(names):
        if name not in known:
            findings.add(
                document.at(*path, position), f"there is no {word} '{name}'", meant(name, known)
            )


def _units_named(parts: Parts, findings: Findings) -> None:
    known = parts.ids("units")
    for section in ("services", "workshops"):
        for position, thing in parts.good[section].items():
            path = (section, position, "units")
            _missing("unit", thing.units, known, path, parts.document, findings)
    for item in parts.items:
        if item.area not in known:
            findings.add(
                Place(item.file, item.line), f"{item.id} measures '{item.area}', which is no unit",
                meant(item.area, known),
            )  # fmt: skip


def _prices(parts: Parts, findings: Findings) -> None:
    for position, service in parts.good["services"].items():
        _price(service, parts.document.at("services", position, "price"), findings)


def _price(service: Service, place: Place, findings: Findings) -> None:
    low, middle, high = service.price
    if not 0 < low <= middle <= high:
        findings.add(
            place, f"the prices of '{service.id}' are not in order",
            "write [low, usual, high] in rupiah, like [12000, 25000, 60000]",
        )  # fmt: skip


def _blueprints(parts: Parts, findings: Findings) -> None:
    known = parts.ids("units")
    bank = Counter((item.area, item.level.band) for item in parts.items)
    # a faulty item is not in the bank; that it is missing there would be said twice
    complete = not any("/items/" in fault.file for fault in findings.errors)
    for position, assessment in parts.good["assessments"].items():
        for unit, row in assessment.blueprint.items():
            place = parts.document.at("assessments", position, "blueprint", unit)
            if unit not in known:
                findings.add(
                    place, f"the blueprint names '{unit}', which is no unit", meant(unit, known)
                )
                continue
            for band in BANDS if complete else ():
                _cell(assessment, unit, band, row.get(band, 0), bank[unit, band], place, findings)


def _cell(
    assessment: Assessment, unit: str, band: str, asked: int, have: int, place: Place,
    findings: Findings,
) -> None:  # fmt: skip
    if asked > have:
        more = asked - have
        findings.add(
            place,
            f"'{assessment.id}' draws {asked} items of {unit} at '{band}', the bank has {have}",
            f"write {more} more with area={unit} level={BAND_LEVELS[band]}, or lower the number",
        )


def _requirements(
    rules: Iterable[Requirement], path: YamlPath
) -> Iterator[tuple[YamlPath, Requirement]]:
    for position, rule in enumerate(rules):
        here = (*path, position)
        if isinstance(rule, AnyOf):
            for n, option in enumerate(rule.options):
                yield from _requirements(option, (*here, "options", n))
        else:
            yield here, rule


def _certificate(parts: Parts, position: int, rule: CertificateRule, findings: Findings) -> None:
    known = {section: parts.ids(section) for section in WORDS}
    for part in ("requires", "renewal"):
        for path, need in _requirements(getattr(rule, part), ("certificates", position, part)):
            for name, section in NAMES.items():
                value = getattr(need, name, None)
                if value is None:
                    continue
                names, at = ((value,), path) if isinstance(value, str) else (value, (*path, name))
                if isinstance(value, str) and value not in known[section]:
                    findings.add(
                        parts.document.at(*path, name), f"there is no {WORDS[section]} '{value}'",
                        meant(value, known[section]),
                    )  # fmt: skip
                elif not isinstance(value, str):
                    _missing(WORDS[section], names, known[section], at, parts.document, findings)
            if need.need == "certificate":
                place = parts.document.at(*path, "level")
                _lower_level(
                    str(getattr(need, "level", "")), rule, known["certificates"], place, findings
                )


def _lower_level(
    level: str, rule: CertificateRule, known: Collection[str], place: Place, findings: Findings
) -> None:
    if level not in known:
        findings.add(place, f"this track gives no certificate '{level}'", meant(level, known))
    elif LEVELS.index(level) >= LEVELS.index(rule.level):
        findings.add(
            place, f"the level '{rule.level}' asks for '{level}' first", "name a lower level"
        )


def _course_names(parts: Parts) -> Iterator[tuple[YamlPath, str]]:
    root = parts.document.data.get("courses")
    for n, slug in enumerate(root if isinstance(root, list) else ()):
        yield ("courses", n), str(slug)
    for position, unit in parts.good["units"].items():
        for n, slug in enumerate(unit.courses):
            yield ("units", position, "courses", n), slug
    for position, assessment in parts.good["assessments"].items():
        if assessment.course:
            yield ("assessments", position, "course"), assessment.course
    for position, rule in parts.good["certificates"].items():
        for part in ("requires", "renewal"):
            for path, need in _requirements(getattr(rule, part), ("certificates", position, part)):
                for n, slug in enumerate(getattr(need, "courses", ())):
                    yield (*path, "courses", n), slug


def _courses(parts: Parts, known: Collection[str], findings: Findings) -> None:
    for path, slug in _course_names(parts):
        if slug not in known:
            findings.add(
                parts.document.at(*path), f"there is no course '{slug}'",
                meant(slug, known) if known else "add its folder with a course.yaml",
            )  # fmt: skip


def course_names(track: Track) -> set[str]:
    """Return the slugs of all courses a track names."""
    document = Document({"courses": list(track.courses)})
    good: dict[str, dict[int, Any]] = {
        "units": dict(enumerate(track.units)),
        "assessments": dict(enumerate(track.assessments)),
        "certificates": dict(enumerate(track.certificates)),
    }
    return {slug for _, slug in _course_names(Parts(document, good, []))}
