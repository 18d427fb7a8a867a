"""The registry: what the plugins gave, frozen at start-up, and the fence around their code.

Each plugin is taken in alone, behind a guard. One that raises, misspells a hook, ships a bad file or
takes a name that is already taken is named in `Registry.plugins` as broken and leaves nothing
behind; the site starts without it. There is no global plugin manager: the registry hangs on the app.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import Any, Literal

from flask import Blueprint, Flask, current_app, has_app_context

import sanggar
from sanggar.kernel import access, log
from sanggar.kernel.config import Settings
from sanggar.plugin.channels import ExportFeed, NotificationChannel
from sanggar.plugin.events import Event
from sanggar.plugin.faults import Fault
from sanggar.plugin.hookspecs import PROJECT
from sanggar.plugin.host import Harvest, PluginProblem, Source, harvest, preview
from sanggar.plugin.items import QuestionType
from sanggar.plugin.ranking import RankingFeature
from sanggar.plugin.track import Track

EXTENSION = "sanggar.registry"
State = Literal["ok", "broken", "off"]
WORDS = {
    "tracks": "track", "question_types": "question type", "features": "ranking feature",
    "exports": "export", "channels": "channel",
}  # fmt: skip


@dataclass(frozen=True)
class PluginState:
    """One plugin as the staff page and `sanggar check` show it. `faults` are whole sentences."""

    name: str
    version: str
    state: State
    faults: tuple[str, ...] = ()
    tracks: tuple[str, ...] = ()
    #: core, installed or preview
    origin: str = "installed"
    #: the same faults with file and line apart
    details: tuple[Fault, ...] = field(default=(), repr=False)


class PluginError(Exception):
    """Code of a plugin failed while it was called; `plugin` names it."""

    def __init__(self, plugin: str, cause: BaseException) -> None:
        super().__init__(f"plugin '{plugin}' failed: {type(cause).__name__}: {cause}")
        self.plugin = plugin


class BrokenPlugins(Exception):
    """Strict mode: at least one plugin is broken; the message lists every fault."""

    def __init__(self, states: Iterable[PluginState]) -> None:
        self.states = tuple(states)
        lines = [f"{state.name}: {fault}" for state in self.states for fault in state.faults]
        super().__init__("broken plugins (SANGGAR_STRICT_PLUGINS is on):\n" + "\n".join(lines))


@dataclass(frozen=True)
class Registry:
    """Everything the plugins gave. Ask `owner` whose it is before calling into it under `guard`."""

    tracks: Mapping[str, Track] = field(default_factory=dict)
    question_types: Mapping[str, QuestionType] = field(default_factory=dict)
    features: tuple[RankingFeature, ...] = ()
    exports: Mapping[str, ExportFeed] = field(default_factory=dict)
    channels: Mapping[str, NotificationChannel] = field(default_factory=dict)
    plugins: tuple[PluginState, ...] = ()
    #: plugin name -> package folder, for its templates, static files and courses
    folders: Mapping[str, Path] = field(default_factory=dict)
    #: (kind of thing, its name) -> plugin name
    owners: Mapping[tuple[str, str], str] = field(default_factory=dict, repr=False)
    listeners: tuple[tuple[str, Callable[[Event], Any]], ...] = field(default=(), repr=False)
    commanders: tuple[tuple[str, Callable[[Any], Any]], ...] = field(default=(), repr=False)
    #: plugin name -> how often its code failed in this process
    failures: Counter[str] = field(default_factory=Counter, repr=False, compare=False)

    def owner(self, kind: str, name: str) -> str:
        """Return the plugin that gave a thing; `kind` is the attribute it is found in (tracks, …)."""
        return self.owners.get((kind, name), "")

    def plugin(self, name: str) -> PluginState | None:
        """Return the state of a plugin by name."""
        return next((state for state in self.plugins if state.name == name), None)

    def tell(self, event: Event) -> None:
        """Tell every plugin about a committed event; one that fails does not stop the others."""
        for name, listener in self.listeners:
            with _guarded(name, self.failures, swallow=True):
                listener(event)


class _Builder:
    """Collects harvests until the registry is frozen; refuses names that are taken."""

    def __init__(self) -> None:
        self.owners: dict[tuple[str, str], str] = {}
        self.things: dict[str, dict[str, Any]] = {
            kind: {} for kind in ("tracks", "question_types", "features", "exports", "channels")
        }
        self.folders: dict[str, Path] = {}
        self.states: list[PluginState] = []
        self.listeners: list[tuple[str, Callable[[Event], Any]]] = []
        self.commanders: list[tuple[str, Callable[[Any], Any]]] = []

    def _taken(self, got: Harvest, name: str) -> list[Fault]:
        return [
            Fault(
                name, 1,
                f"the {WORDS[kind]} '{key}' is already given by plugin '{self.owners[kind, key]}'",
                "choose another name",
            )
            for kind, things in got.things.items()
            for key in things
            if (kind, key) in self.owners
        ]  # fmt: skip

    def take(self, source: Source) -> None:
        """Take in one plugin whole, or record why not and take nothing of it."""
        try:
            got = harvest(source, known_types=self.things["question_types"])
            faults = self._taken(got, source.name)
        except PluginProblem as problem:
            faults = problem.faults
        if faults:
            self.note(source, "broken", faults)
            return
        for kind, things in got.things.items():
            self.things[kind].update(things)
            self.owners.update({(kind, key): source.name for key in things})
        if got.folder is not None:
            self.folders[source.name] = got.folder
        if got.on_event is not None:
            self.listeners.append((source.name, got.on_event))
        if got.register_commands is not None:
            self.commanders.append((source.name, got.register_commands))
        self.note(source, "ok", (), tuple(got.things["tracks"]))

    def note(
        self, source: Source, state: State, faults: Sequence[Fault], tracks: tuple[str, ...] = ()
    ) -> None:
        """Record the state of a plugin."""
        lines = tuple(str(fault) for fault in faults)
        if lines:
            log.get().warning("plugin_broken", plugin=source.name, faults=list(lines))
        self.states.append(PluginState(
            source.name, source.version, state, lines, tracks, source.origin, tuple(faults)
        ))  # fmt: skip

    def freeze(self) -> Registry:
        """Return the registry."""
        frozen = {kind: MappingProxyType(things) for kind, things in self.things.items()}
        return Registry(
            tracks=frozen["tracks"],
            question_types=frozen["question_types"],
            features=tuple(self.things["features"].values()),
            exports=frozen["exports"],
            channels=frozen["channels"],
            plugins=tuple(self.states),
            folders=MappingProxyType(self.folders),
            owners=MappingProxyType(self.owners),
            listeners=tuple(self.listeners),
            commanders=tuple(self.commanders),
        )


def installed() -> list[Source]:
    """Return the plugins installed with pip, by name."""
    points = sorted(metadata.entry_points(group=PROJECT), key=lambda p: (p.name, p.value))
    return [
        Source(p.name, p.dist.version if p.dist else "", "installed", p.load) for p in points
    ]  # fmt: skip


def _sources(
    settings: Settings, builtins: Sequence[tuple[str, ModuleType]]
) -> tuple[list[Source], list[Source]]:
    """Return core sources and the others; a previewed folder stands in for its installed twin."""
    core = [
        Source(name, sanggar.__version__, "core", lambda module=module: module)  # type: ignore[misc]
        for name, module in builtins
    ]
    folders = [Path(part) for part in settings.track_dirs.split(os.pathsep) if part.strip()]
    previews = [preview(folder) for folder in folders]
    shown = {source.name for source in previews}
    return core, [s for s in installed() if s.name not in shown] + previews


def load(settings: Settings, builtins: Sequence[tuple[str, ModuleType]]) -> Registry:
    """Take in the core's own plugins, then installed ones by name, then previewed folders.

    Raises
    ------
    BrokenPlugins
        When `settings.strict_plugins` is on and anything is wrong.
    """
    core, others = _sources(settings, builtins)
    off = {name.strip() for name in settings.plugins_off.split(",") if name.strip()}
    builder = _Builder()
    seen: set[str] = set()
    for source in (*core, *others):
        if source.name in off:
            builder.note(source, "off", ())
        elif source.name in seen:
            twice = Fault(
                source.name, 1, f"two plugins are called '{source.name}'",
                "uninstall one or rename its entry point",
            )  # fmt: skip
            builder.note(source, "broken", [twice])
        else:
            builder.take(source)
        seen.add(source.name)
    if unknown := sorted(off - seen):
        log.get().warning("unknown_plugin_off", names=unknown)
    registry = builder.freeze()
    broken = [state for state in registry.plugins if state.state == "broken"]
    if broken and settings.strict_plugins:
        raise BrokenPlugins(broken)
    return registry


def install(app: Flask, registry: Registry) -> None:
    """Hang the registry on the app and mount the templates and static files of its plugins."""
    app.extensions[EXTENSION] = registry
    for name, folder in registry.folders.items():
        templates, static = folder / "templates", folder / "static"
        if not templates.is_dir() and not static.is_dir():
            continue
        app.register_blueprint(Blueprint(
            f"plugin_{name}", __name__,
            template_folder=str(templates) if templates.is_dir() else None,
            static_folder=str(static) if static.is_dir() else None,
            static_url_path=f"/plugins/{name}",
        ))  # fmt: skip
        access.declare(app, f"plugin_{name}.static", access.PUBLIC)


def current() -> Registry:
    """Return the registry of the running application."""
    found: Registry | None = current_app.extensions.get(EXTENSION) if has_app_context() else None
    if found is None:
        raise RuntimeError(
            "no registry here: call this inside an application context "
            "(`with app.app_context():`) of an app made by create_app()"
        )
    return found


@contextmanager
def _guarded(name: str, failures: Counter[str] | None, *, swallow: bool) -> Iterator[None]:
    try:
        yield
    except (Exception, SystemExit) as error:  # plugin boundary: anything may come out of it
        if failures is not None:
            failures[name] += 1
        log.get().error("plugin_failed", plugin=name, error=repr(error), exc_info=True)
        if not swallow:
            raise PluginError(name, error) from error


@contextmanager
def guard(name: str, *, swallow: bool = False) -> Iterator[None]:
    """Fence a call into the code of plugin `name`.

    A failure is logged and counted, then raised as `PluginError`, or swallowed when the caller has
    a calm way to go on.
    """
    found: Registry | None = current_app.extensions.get(EXTENSION) if has_app_context() else None
    with _guarded(name, found.failures if found else None, swallow=swallow):
        yield
