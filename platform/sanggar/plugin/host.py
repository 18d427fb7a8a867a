"""Taking in one plugin: import it, check its hooks, call each once, look at what came back.

Used by the registry at start-up and by `sanggar check`. Whatever goes wrong inside a plugin comes
out as `PluginProblem` with faults that say what to change, and where.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import sysconfig
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb
from types import FunctionType, MethodType, ModuleType
from typing import Any

import pluggy

from sanggar.plugin import hookspecs
from sanggar.plugin.channels import ExportFeed, NotificationChannel
from sanggar.plugin.documents import meant
from sanggar.plugin.faults import Fault, TrackFaults
from sanggar.plugin.hookspecs import PROJECT, hookimpl
from sanggar.plugin.items import Item, QuestionType
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


class PluginProblem(Exception):
    """A plugin cannot be taken in; `faults` say why and what to change."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
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


def _short(file: str) -> str:
    """Return a path from its package folder on, as all messages show it."""
    path = Path(file)
    root = path.parent
    while (root / "__init__.py").is_file() and (root.parent / "__init__.py").is_file():
        root = root.parent
    return path.relative_to(root.parent).as_posix()


def _frame(error: BaseException) -> tuple[str, int] | None:
    """Return file and line of the last frame outside this package: the plugin's own line."""
    if isinstance(error, SyntaxError) and error.filename:
        return _short(error.filename), error.lineno or 1
    frames = [f for f in extract_tb(error.__traceback__) if not _ours(f.filename)]
    return (_short(frames[-1].filename), frames[-1].lineno or 1) if frames else None


def _ours(file: str) -> bool:
    """Return whether a file belongs to Python, to Sanggar or to what they stand on."""
    parts = Path(file).parts
    return (
        file.startswith(("<", str(Path(__file__).parent), sysconfig.get_path("stdlib") + "/"))
        and "site-packages" not in parts
    ) or not {"pluggy", "pydantic"}.isdisjoint(parts)


@contextmanager
def telling(action: str, file: str, line: int = 1) -> Iterator[None]:
    """Turn whatever comes out of a plugin's code into faults; `file` where no line is known."""
    try:
        yield
    except PluginProblem:
        raise
    except TrackFaults as faults:
        raise PluginProblem(faults.faults) from faults
    except (Exception, SystemExit) as error:  # plugin boundary: anything may come out of it
        place = _frame(error) or (file, line)
        problem = f"{action} failed with {type(error).__name__} ({str(error)[:300]})"
        raise PluginProblem([Fault(*place, problem, "correct this line")]) from error


def find_package(folder: Path) -> Path:
    """Return the package folder (with track.yaml) that `folder` is or contains."""
    if (folder / "track.yaml").is_file():
        return folder
    inside = sorted(p.parent for p in folder.glob("*/track.yaml")) if folder.is_dir() else []
    if len(inside) == 1:
        return inside[0]
    if inside:
        names = ", ".join(p.name for p in inside)
        problem, remedy = f"this folder holds several tracks ({names})", "name one of them"
    else:
        problem = "there is no track.yaml here or one folder deeper"
        remedy = "name the folder of one track, like plugins/photography"
    raise PluginProblem([Fault(folder.name or "track", 1, problem, remedy)])


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
        raise ImportError(f"{init} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        sys.modules.pop(name, None)
        raise
    return module


def home(plugin: Any) -> str:
    """Return the file that faults without a line of their own are shown at."""
    file = getattr(plugin, "__file__", None)
    if isinstance(plugin, TextPlugin):
        return f"{plugin.folder.name}/track.yaml"
    return _short(str(file)) if file else str(getattr(plugin, "__name__", plugin))


def check_hooks(plugin: Any) -> list[Fault]:
    """Return what is wrong with the hooks of a module: misspelt, unmarked, wrong arguments."""
    faults: list[Fault] = []
    marked = 0
    for name in dir(plugin):
        function = getattr(plugin, name, None)
        if not issubclass(type(function), FunctionType | MethodType):
            continue  # asked of the type: a proxy (flask.request) may raise when it is touched
        line = getattr(getattr(function, "__code__", None), "co_firstlineno", 1)
        is_marked = getattr(function, f"{PROJECT}_impl", None) is not None
        marked += is_marked
        if is_marked and name not in HOOKS:
            problem = f"there is no hook '{name}'"
            faults.append(Fault(home(plugin), line, problem, meant(name, HOOKS)))
        elif not is_marked and name in HOOKS and _own(plugin, function):
            remedy = "write @hookimpl in the line above it"
            faults.append(Fault(home(plugin), line, f"the hook '{name}' is not marked", remedy))
    if not marked and not faults:
        remedy = "add @hookimpl and def register_tracks() to __init__.py"
        faults.append(Fault(home(plugin), 1, "the plugin implements no hook", remedy))
    return faults


def _own(plugin: Any, function: Any) -> bool:
    return not isinstance(plugin, ModuleType) or function.__module__ == plugin.__name__


def _collect(hook: str, given: Any, file: str) -> dict[str, Any]:
    """Return what a hook gave by name, or raise when it is not what the hook asks for."""
    kind, wanted, attribute = GIVES[hook]

    def refuse(problem: str, remedy: str) -> PluginProblem:
        return PluginProblem([Fault(file, 1, f"{hook}() {problem}", remedy)])

    if given is None:
        return {}
    if isinstance(given, (wanted, str)) or not hasattr(given, "__iter__"):
        raise refuse(f"returned {type(given).__name__}", f"return a list of {wanted.__name__}")
    found: dict[str, Any] = {}
    for thing in given:
        if not isinstance(thing, wanted):
            what = (
                f"the class {thing.__name__}" if isinstance(thing, type) else type(thing).__name__
            )
            raise refuse(
                f"returned a list with {what}", f"put instances of {wanted.__name__} in it"
            )
        key = getattr(thing, attribute, "")
        if not isinstance(key, str) or not NAME.fullmatch(key):
            raise refuse(
                f"gives a {wanted.__name__} whose {attribute} is {key!r}",
                "use small letters, digits, '-', '_' or '.', beginning with a letter",
            )
        if key in found:
            raise refuse(f"gives '{key}' twice", f"keep one of these {kind.replace('_', ' ')}")
        found[key] = thing
    return found


def harvest(source: Source, *, known_types: Mapping[str, QuestionType]) -> Harvest:
    """Import a plugin, call each of its hooks once and check what it gave.

    Raises
    ------
    PluginProblem
        With every fault found; nothing of the plugin may be used then.
    """
    with telling(f"importing '{source.name}'", source.name):
        plugin = source.load()
    if faults := check_hooks(plugin):
        raise PluginProblem(faults)
    file = home(plugin)
    manager = pluggy.PluginManager(PROJECT)
    manager.add_hookspecs(hookspecs)
    with telling("registering its hooks", file):
        manager.register(plugin, source.name)
        manager.check_pending()
    things: dict[str, Mapping[str, Any]] = {kind: {} for kind, _, _ in GIVES.values()}
    for hook, (kind, _, _) in GIVES.items():
        with telling(f"the hook {hook}()", file):
            for given in getattr(manager.hook, hook)():
                things[kind] = _collect(hook, given, file)
    types = {**known_types, **things["question_types"]}
    found = [f for track in things["tracks"].values() for f in check_items(track.items, types)]
    if found:
        raise PluginProblem(found)
    listener, commander = manager.hook.on_event, manager.hook.register_commands
    return Harvest(
        things,
        folder=None if source.origin == "core" else package_folder(plugin),
        on_event=(lambda event: listener(event=event)) if hasattr(plugin, "on_event") else None,
        register_commands=(lambda cli: commander(cli=cli))
        if hasattr(plugin, "register_commands")
        else None,
    )


def check_items(items: Iterable[Item], types: Mapping[str, QuestionType]) -> list[Fault]:
    """Return what the question types find wrong with items of theirs."""
    return [fault for item in items for fault in _check_item(item, types)]


def _check_item(item: Item, types: Mapping[str, QuestionType]) -> list[Fault]:
    kind = types.get(item.type)
    if kind is None:
        problem = f"{item.id} has an unknown type '{item.type}'"
        return [Fault(item.file, item.line, problem, meant(item.type, types))]
    with telling(f"{type(kind).__name__}.check({item.id})", item.file, item.line):
        faults = []
        for sentence in kind.check(item):
            problem, _, remedy = sentence.partition(": ")
            faults.append(
                Fault(item.file, item.line, f"{item.id}: {problem}", remedy or "correct it")
            )
    return faults


def package_folder(plugin: Any) -> Path | None:
    """Return the folder of a plugin's package, where templates and static files are."""
    if isinstance(plugin, TextPlugin):
        return plugin.folder
    file = getattr(plugin, "__file__", None)
    return Path(file).resolve().parent if file else None
