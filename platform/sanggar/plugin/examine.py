"""Examining a whole plugin: its texts, its hooks, its code. All faults, nothing raised."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from sanggar.plugin import contract, contract_files, contract_ranking, host, loader
from sanggar.plugin.faults import Fault
from sanggar.plugin.hookspecs import PROJECT
from sanggar.plugin.host import Harvest, PluginProblem, Source
from sanggar.plugin.items import QuestionType
from sanggar.plugin.track import Track


@dataclass
class Examination:
    """What an examination found; `harvest` is there when the plugin can be taken in."""

    name: str
    faults: list[Fault] = field(default_factory=list)
    tracks: tuple[Track, ...] = ()
    harvest: Harvest | None = None

    @property
    def errors(self) -> list[Fault]:
        """What must be mended."""
        return [fault for fault in self.faults if fault.severity == "error"]

    @property
    def warnings(self) -> list[Fault]:
        """What should be mended."""
        return [fault for fault in self.faults if fault.severity == "warning"]


def examine(
    source: Source, package: Path | None, *,
    known_types: Mapping[str, QuestionType], courses: Collection[str] | None = None,
) -> Examination:  # fmt: skip
    """Examine a plugin.

    Parameters
    ----------
    source : Source
        Imports it.
    package : Path or None
        Its package folder, read even when the Python in it cannot be imported.
    known_types : mapping of kind to QuestionType
        Types that the core gives.
    courses : collection of str, optional
        Slugs of the courses that exist; None: not known, names of courses are not checked.
    """
    found = Examination(source.name)
    faults: list[Fault] = []
    if package is not None:
        faults += contract.check_imports(package)
        faults += check_project(package)
    folders = {package} if package is not None and (package / "track.yaml").is_file() else set()
    for folder in folders:
        faults += loader.inspect(folder, courses).faults
    try:
        got = host.harvest(source, known_types=known_types)
    except PluginProblem as problem:
        faults += problem.faults
    else:
        found.harvest = got
        found.tracks = tuple(got.things["tracks"].values())
        for folder in {t.folder for t in found.tracks if t.folder} - folders:
            faults += loader.inspect(folder, courses).faults
        faults += _check_name(source.name, found.tracks)
        faults += _check_code(got, found.tracks, package, known_types)
    found.faults = sorted(set(faults))
    return found


def _check_name(name: str, tracks: tuple[Track, ...]) -> list[Fault]:
    """Return a fault when a plugin's only track has another name than the plugin."""
    if len(tracks) != 1 or tracks[0].id == name or tracks[0].folder is None:
        return []
    path = tracks[0].folder / "track.yaml"
    lines = path.read_text("utf-8-sig").splitlines()
    line = next((n for n, text in enumerate(lines, 1) if text.startswith("id:")), 1)
    return [Fault(
        f"{tracks[0].folder.name}/track.yaml", line,
        f"the track is called '{tracks[0].id}' and its plugin '{name}'",
        "use one name: in track.yaml, as entry point in pyproject.toml and after sanggar_ in the folder",
    )]  # fmt: skip


def _check_code(
    got: Harvest, tracks: tuple[Track, ...], package: Path | None,
    known_types: Mapping[str, QuestionType],
) -> list[Fault]:  # fmt: skip
    file = f"{package.name}/__init__.py" if package else "__init__.py"
    types: Mapping[str, QuestionType] = got.things["question_types"]
    items = [item for track in tracks for item in track.items]
    checks = contract_files.items_of(tracks)
    faults = contract_files.check_named(checks, {**known_types, **types})
    faults += contract.check_types(types, [*items, *checks], file)
    faults += contract_files.check_inspections(types, [*items, *checks], file)
    if package is not None:
        faults += contract.check_templates(types.values(), package, file)
    features = got.things["features"].values()
    return faults + contract_ranking.check_features(features, tracks, file)


def check_project(package: Path) -> list[Fault]:
    """Return what is wrong with the pyproject.toml beside a package; nothing when there is none."""
    path = package.parent / "pyproject.toml"
    if not path.is_file():
        return []
    file = "pyproject.toml"
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        return [Fault(file, 1, f"cannot be read ({error})", "save it again as UTF-8")]
    except tomllib.TOMLDecodeError as error:
        return [Fault(file, 1, f"cannot be read ({error})", "compare with another plugin's file")]
    project = data.get("project")
    entry_points = project.get("entry-points") if isinstance(project, dict) else None
    points = entry_points.get(PROJECT) if isinstance(entry_points, dict) else None
    names = (
        [name for name, target in points.items() if str(target).split(":")[0] == package.name]
        if isinstance(points, dict)
        else []
    )
    if not names:
        return [Fault(
            file, 1, "Sanggar cannot find the plugin when it is installed",
            f'add [project.entry-points.{PROJECT}] and below it a line '
            f'{package.name.removeprefix("sanggar_")} = "{package.name}"',
        )]  # fmt: skip
    return []
