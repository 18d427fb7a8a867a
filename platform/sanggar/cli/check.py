"""`sanggar check`: every fault of a plugin, or of everything installed, as one line each."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import click

from sanggar.assessments.question_types import TYPES
from sanggar.catalogue import courses
from sanggar.cli import known
from sanggar.kernel.config import Settings
from sanggar.kernel.registry import Registry
from sanggar.plugin import host, loader
from sanggar.plugin.examine import examine
from sanggar.plugin.faults import Fault
from sanggar.plugin.host import PluginProblem
from sanggar.plugin.track import Track


@dataclass
class Line:
    """One plugin in the report."""

    name: str
    version: str
    origin: str
    state: str
    tracks: tuple[Track, ...] = ()
    faults: list[Fault] = field(default_factory=list)

    @property
    def errors(self) -> list[Fault]:
        """What must be mended."""
        return [fault for fault in self.faults if fault.severity == "error"]

    @property
    def warnings(self) -> list[Fault]:
        """What should be mended."""
        return [fault for fault in self.faults if fault.severity == "warning"]

    def to_json(self) -> dict[str, Any]:
        """Return the line as a JSON object."""
        return {
            "name": self.name,
            "version": self.version,
            "origin": self.origin,
            "state": self.state,
            "tracks": [{"id": track.id, **_counts(track)} for track in self.tracks],
            "faults": [fault.to_json() for fault in self.errors],
            "warnings": [fault.to_json() for fault in self.warnings],
        }


def _counts(track: Track) -> dict[str, int]:
    return {
        "units": len(track.units),
        "workshops": len(track.workshops),
        "assessments": len(track.assessments),
        "assignments": len(track.assignments),
        "items": len(track.items),
    }


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for programs.")
def check(path: Path | None, as_json: bool) -> None:
    """Name every fault of the plugin in PATH; without PATH, of everything installed.

    Each fault is one line: file:line: what is wrong: what to write instead. Exit code 1 when there
    is one; warnings (a missing English text) do not count.
    """
    if path is not None and not path.is_dir():
        what = "is a file; name the folder it stands in" if path.exists() else "does not exist"
        raise click.BadParameter(f"'{path}' {what}.", param_hint="PATH")
    settings = known.settings()
    lines = check_installed(settings) if path is None else check_folder(path, settings)
    failed = any(line.errors for line in lines)
    if as_json:
        report = {"ok": not failed, "plugins": [line.to_json() for line in lines]}
        click.echo(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        _print(lines)
    raise SystemExit(1 if failed else 0)


def check_installed(settings: Settings) -> list[Line]:
    """Return the state of everything installed, and the faults in the courses."""
    loaded = known.load(settings)
    slugs = loader.shared_courses(settings.courses)
    lines = []
    for state in loaded.plugins:
        tracks = tuple(loaded.tracks[name] for name in state.tracks)
        faults = list(state.details)
        for track in tracks:
            if track.folder is not None:
                faults += loader.inspect(track.folder, slugs).faults
        lines.append(Line(state.name, state.version, state.origin, state.state, tracks, faults))
    own = courses.read(settings.courses, loaded.folders)
    lines.append(Line("courses", "", "core", "ok", (), list(own.faults)))
    return [_finished(line) for line in lines]


def check_folder(path: Path, settings: Settings) -> list[Line]:
    """Return the examination of the plugin in a folder, or of all plugins below it."""
    folder = path.resolve()
    below = sorted({p.parent.parent for p in folder.glob("*/*/track.yaml")})
    try:
        packages = [host.find_package(folder)]
    except PluginProblem as problem:
        if not below:
            return [Line(folder.name, "", "preview", "broken", (), problem.faults)]
        packages = [host.find_package(each) for each in below]
    return [_check_package(package, settings) for package in packages]


def _check_package(package: Path, settings: Settings) -> Line:
    source = host.preview(package)
    found = examine(
        source,
        package,
        known_types={kind.kind: kind for kind in TYPES},
        courses=loader.shared_courses(settings.courses),
    )
    line = Line(source.name, source.version, "preview", "ok", found.tracks, list(found.faults))
    owner = found.tracks[0].id if found.tracks else source.name
    own = courses.read(Path(os.devnull), {owner: package})  # the plugin's own lessons only
    line.faults += own.faults
    if not line.errors:
        line.faults += _clashes(source.name, package, settings)
    return _finished(line)


def _clashes(name: str, package: Path, settings: Settings) -> list[Fault]:
    """Return names that this plugin would share with another one on this site."""
    folders = [part for part in settings.track_dirs.split(os.pathsep) if part]
    beside = replace(
        settings, track_dirs=os.pathsep.join([*folders, str(package)]), plugins_off=""
    )  # fmt: skip
    loaded: Registry = known.load(beside)
    state = loaded.plugin(name)
    return list(state.details) if state else []


def _finished(line: Line) -> Line:
    line.faults = sorted(set(line.faults))
    if line.errors and line.state == "ok":
        line.state = "broken"
    return line


def _print(lines: Iterable[Line]) -> None:
    """Print faults first, then warnings, then one line for each plugin."""
    lines = list(lines)
    for line in lines:
        for fault in line.errors:
            click.echo(str(fault))
    if any(line.warnings for line in lines):
        click.echo("\nWarnings (the track works all the same):")
    for line in lines:
        for fault in line.warnings:
            click.echo(str(fault))
    if any(line.faults for line in lines):
        click.echo()
    for line in lines:
        click.echo(_summary(line))


def _summary(line: Line) -> str:
    mark = {"ok": "✓", "off": "–"}.get(line.state, "✗")
    version = line.version if line.version != line.origin else ""
    parts = [f"{mark} {line.name} {version}".rstrip(), f"({line.origin}, {line.state})"]
    counts = [
        ", ".join(f"{number} {what if number != 1 else what[:-1]}" for what, number in _counts(t).items())
        for t in line.tracks
    ]  # fmt: skip
    faults = len(line.errors)
    if counts:
        parts.append("; ".join(counts))
    if faults:
        parts.append(f"– {faults} {'fault' if faults == 1 else 'faults'} to mend")
    return " ".join(parts)
