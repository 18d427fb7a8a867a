"""Taking in one plugin: import it, check its hooks, call each once, look at what came back.

Used by the registry at start-up and by `sanggar check`. Whatever goes wrong inside a plugin comes
out as `PluginProblem` with sentences that say what to change.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Any

import pluggy

from sanggar.plugin import hookspecs
from sanggar.plugin.channels import ExportFeed, NotificationChannel
from sanggar.plugin.documents import meant
from sanggar.plugin.faults import TrackFaults
from sanggar.plugin.hookspecs import PROJECT, hookimpl
from sanggar.plugin.items import QuestionType
from sanggar.plugin.ranking import RankingFeature
from sanggar.plugin.track import Track

#: hook -> (kind in the registry, class handed over, attribute that names it)
GIVES: dict[str, tuple[str, type, str]] = {
    "register_tracks": ("tracks", Track, "id"),
    "register_question_types": ("question_types", QuestionType, "kind"),
    "register_ranking_features": ("features", RankingFeature, "name"),
    "register_exports": ("exports", ExportFeed, "name"),
    "register_channels": ("channels", NotificationChannel, "name"),
}
HOOKS = (*GIVES, "register_commands", "on_event")
NAME = re.compile(r"[a-z][a-z0-9_.-]{0,59}")


class PluginProblem(Exception):  # noqa: N818 - a list of faults, not one error
    """A plugin cannot be taken in; `faults` are sentences for people."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Source:
    """Where a plugin comes from: `load` imports it and returns the module or object with hooks."""

    name: str
    version: str
    origin: str
    load: Callable[[], Any]


@dataclass(frozen=True)
class Harvest:
    """What one plugin gave: kind -> name -> object."""

    things: Mapping[str, Mapping[str, Any]]
    folder: Path | None = None
    on_event: Callable[..., Any] | None = None
    register_commands: Callable[..., Any] | None = None


class TextPlugin:
    """A folder of text files without Python: its track is all it has."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @hookimpl
    def register_tracks(self) -> list[Track]:
        """Return the track of the folder."""
        return [Track.from_folder(self.folder)]


def _where(error: BaseException) -> str:
    """Return ``file:line: `` of the last frame of a plugin's own code, empty when there is none."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{Path(error.filename).name}:{error.lineno}: "
    here = str(Path(__file__).parent)
    frames = [f for f in extract_tb(error.__traceback__) if not f.filename.startswith((here, "<"))]
    return f"{Path(frames[-1].filename).name}:{frames[-1].lineno}: " if frames else ""


@contextmanager
def _telling(action: str) -> Iterator[None]:
    """Turn whatever comes out of a plugin's code into sentences."""
    try:
        yield
    except PluginProblem:
        raise
    except TrackFaults as faults:
        raise PluginProblem([str(fault) for fault in faults.faults]) from faults
    except (Exception, SystemExit) as error:  # plugin boundary
        raise PluginProblem([
            f"{_where(error)}{action} failed with {type(error).__name__}: {error}: correct this line"
        ]) from error  # fmt: skip


def find_package(folder: Path) -> Path:
    """Return the package folder (with track.yaml) that `folder` is or contains."""
    if (folder / "track.yaml").is_file():
        return folder
    inside = sorted(p.parent for p in folder.glob("*/track.yaml")) if folder.is_dir() else []
    if len(inside) == 1:
        return inside[0]
    if not folder.is_dir():
        raise PluginProblem([f"{folder}: there is no such folder: check the path"])
    if inside:
        names = ", ".join(p.name for p in inside)
        raise PluginProblem(
            [f"{folder}: holds several tracks ({names}): name one of these folders"]
        )
    raise PluginProblem([
        f"{folder}: no track.yaml here or one folder deeper: name the folder of one track"])  # fmt: skip


def entry_point_name(package: Path) -> str:
    """Return the plugin's name: its entry point in pyproject.toml, else the package's own name."""
    project = package.parent / "pyproject.toml"
    if project.is_file():
        try:
            points = tomllib.loads(project.read_text("utf-8"))["project"]["entry-points"][PROJECT]
            for name, target in points.items():
                if str(target).split(":")[0] == package.name:
                    return str(name)
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, KeyError, AttributeError):
            pass  # `sanggar check` names what is wrong with pyproject.toml
    return package.name.removeprefix("sanggar_")


def preview(folder: Path) -> Source:
    """Return the source of a track folder that is not installed."""
    folder = folder.expanduser().resolve()
    try:
        name = entry_point_name(find_package(folder))
    except PluginProblem:
        name = folder.name
    return Source(name, "preview", "preview", lambda: load_folder(folder))


def load_folder(folder: Path) -> Any:
    """Import the package in a folder; text files without Python are a plugin too."""
    package = find_package(folder)
    init = package / "__init__.py"
    if not init.is_file():
        return TextPlugin(package)
    name = package.name
    loaded = sys.modules.get(name)
    if loaded is not None and getattr(loaded, "__file__", None) == str(init):
        return loaded
    for stale in [m for m in sys.modules if m == name or m.startswith(name + ".")]:
        del sys.modules[stale]
    spec = importlib.util.spec_from_file_location(
        name, init, submodule_search_locations=[str(package)]
    )
    if spec is None or spec.loader is None:
        raise PluginProblem([f"{init}: cannot be imported: check the file"])
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def check_hooks(plugin: Any) -> list[str]:
    """Return what is wrong with the hooks of a module: misspelt, unmarked, wrong arguments."""
    faults: list[str] = []
    marked = 0
    for name in dir(plugin):
        function = getattr(plugin, name, None)
        if not callable(function):
            continue
        is_marked = getattr(function, f"{PROJECT}_impl", None) is not None
        marked += is_marked
        if is_marked and name not in HOOKS:
            near = get_close_matches(name, HOOKS, 1, 0.5)
            meant = f"did you mean '{near[0]}'?" if near else f"the hooks are {', '.join(HOOKS)}"
            faults.append(f"there is no hook '{name}': {meant}")
        elif not is_marked and name in HOOKS and _own(plugin, function):
            faults.append(f"'{name}' is not marked: write @hookimpl in the line above it")
    if not marked and not faults:
        faults.append(
            "no hook is implemented: add @hookimpl and def register_tracks() to __init__.py")  # fmt: skip
    return faults


def _own(plugin: Any, function: Any) -> bool:
    return not isinstance(plugin, ModuleType) or function.__module__ == plugin.__name__


def _collect(hook: str, given: Any) -> dict[str, Any]:
    kind, wanted, attribute = GIVES[hook]
    if given is None:
        return {}
    if isinstance(given, (wanted, str)) or not hasattr(given, "__iter__"):
        raise PluginProblem([
            f"{hook} returned {type(given).__name__}: return a list of {wanted.__name__}"])  # fmt: skip
    found: dict[str, Any] = {}
    for thing in given:
        if not isinstance(thing, wanted):
            what = thing.__name__ if isinstance(thing, type) else type(thing).__name__
            raise PluginProblem([
                f"{hook} returned a list with {what}: put instances of {wanted.__name__} in it"])  # fmt: skip
        key = getattr(thing, attribute, "")
        if not isinstance(key, str) or not NAME.fullmatch(key):
            raise PluginProblem([
                f"{hook}: the {attribute} {key!r} of a {wanted.__name__} is not a name: use small "
                "letters, digits, '-', '_' or '.', beginning with a letter"])  # fmt: skip
        if key in found:
            raise PluginProblem([f"{hook} gives '{key}' twice: keep one {kind.removesuffix('s')}"])
        found[key] = thing
    return found


def harvest(source: Source, *, known_types: Mapping[str, QuestionType]) -> Harvest:
    """Import a plugin, call each of its hooks once and check what it gave.

    Raises
    ------
    PluginProblem
        With every fault found; nothing of the plugin may be used then.
    """
    with _telling(f"importing plugin '{source.name}'"):
        plugin = source.load()
    if faults := check_hooks(plugin):
        raise PluginProblem(faults)
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    with _telling("registering its hooks"):
        manager.register(plugin, source.name)
        manager.check_pending()
    things: dict[str, Mapping[str, Any]] = {kind: {} for kind, _, _ in GIVES.values()}
    for hook, (kind, _, _) in GIVES.items():
        with _telling(f"the hook {hook}()"):
            for given in getattr(manager.hook, hook)():
                things[kind] = _collect(hook, given)
    types = {**known_types, **things["question_types"]}
    faults = [
        fault for track in things["tracks"].values() for fault in check_items(track, types)
    ]  # fmt: skip
    if faults:
        raise PluginProblem(faults)
    listener, commander = manager.hook.on_event, manager.hook.register_commands
    return Harvest(
        things,
        folder=None if source.origin == "core" else package_folder(plugin),
        on_event=(lambda event: listener(event=event)) if hasattr(plugin, "on_event") else None,
        register_commands=(lambda cli: commander(cli=cli))
        if hasattr(plugin, "register_commands")
        else None,
    )


def check_items(track: Track, types: Mapping[str, QuestionType]) -> list[str]:
    """Return what the question types find wrong with the items of a track."""
    faults: list[str] = []
    for item in track.items:
        where = f"{item.file}:{item.line}: {item.id}"
        kind = types.get(item.type)
        if kind is None:
            faults.append(f"{where} has an unknown type '{item.type}': {meant(item.type, types)}")
            continue
        with _telling(f"{type(kind).__name__}.check({item.id})"):
            faults += [f"{where}: {problem}" for problem in kind.check(item)]
    return faults


def package_folder(plugin: Any) -> Path | None:
    """Return the folder of a plugin's package, where templates and static files are."""
    if isinstance(plugin, TextPlugin):
        return plugin.folder
    file = getattr(plugin, "__file__", None)
    return Path(file).resolve().parent if file else None
