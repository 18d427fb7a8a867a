"""The registry: plugins are taken in alone, one broken plugin is named and leaves nothing behind."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import click
import pytest
from flask import Flask, render_template

from sanggar.assessments import plugin as core_types
from sanggar.cli import new_track
from sanggar.kernel import access, registry
from sanggar.kernel.config import Settings
from sanggar.kernel.registry import BrokenPlugins, PluginError, Registry
from sanggar.plugin.events import CourseCompleted, LessonCompleted
from sanggar.plugin.host import Source

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
HEAD = "from sanggar.plugin import *\nfrom sanggar.plugin.text import Text\n"
TYPE = """
class Own(QuestionType):
    kind = "own"
    template = "x/own.html"
    label = Text(id="a", en="b")
"""
FEATURE = """
FEATURE = RankingFeature(name="own_feature", label=Text(id="a", en="b"), group="skill", direction=1,
                         compute=lambda c, b: 0.5, explain=lambda v, c, b: None)
"""


def module(name: str, body: str) -> ModuleType:
    made = ModuleType(name)
    exec(
        compile(HEAD + textwrap.dedent(body), f"/plugins/{name}/__init__.py", "exec"), made.__dict__
    )
    return made


def source(name: str, body: str) -> Source:
    return Source(name, "1.0", "installed", lambda: module(name, body))


@pytest.fixture
def plugins(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Source]]:
    """The plugins that are "installed" in this test."""
    sources: list[Source] = []
    monkeypatch.setattr(registry, "installed", lambda: sources)
    yield sources


def load(**settings: Any) -> Registry:
    builtins = [("sanggar.assessments", core_types)]
    return registry.load(Settings(mode="test", **settings), builtins)


@pytest.fixture
def track_folder(tmp_path: Path) -> Path:
    new_track.write("content_creator", "Kreator Konten", "Content Creator", tmp_path / "track")
    return tmp_path / "track"


# --- one test for each hook ----------------------------------------------------------------------


def test_hook_register_tracks(plugins: list[Source], track_folder: Path) -> None:
    folder = track_folder / "sanggar_content_creator"
    plugins.append(source("content_creator", f"""
        @hookimpl
        def register_tracks():
            yield Track.from_folder({str(folder)!r})
    """))  # fmt: skip
    loaded = load()
    assert loaded.tracks["content_creator"].title.en == "Content Creator"
    assert loaded.owner("tracks", "content_creator") == "content_creator"
    state = loaded.plugin("content_creator")
    assert state is not None
    assert (state.state, state.tracks) == ("ok", ("content_creator",))


def test_hook_register_question_types(plugins: list[Source]) -> None:
    plugins.append(
        source("own", TYPE + "@hookimpl\ndef register_question_types(): return [Own()]\n")
    )
    loaded = load()
    assert loaded.question_types["own"].template == "x/own.html"
    assert loaded.owner("question_types", "own") == "own"
    assert loaded.owner("question_types", "single") == "sanggar.assessments"


def test_hook_register_ranking_features(plugins: list[Source]) -> None:
    plugins.append(
        source("own", FEATURE + "@hookimpl\ndef register_ranking_features(): return (FEATURE,)\n")
    )
    assert [feature.name for feature in load().features] == ["own_feature"]


def test_hook_register_exports(plugins: list[Source]) -> None:
    plugins.append(source("own", """
        @hookimpl
        def register_exports():
            return [ExportFeed(name="rows", label=Text(id="a", en="b"), media_type="text/csv", extension="csv",
                         audience="officer", render=lambda rows: b"")]
    """))  # fmt: skip
    assert load().exports["rows"].audience == "officer"


def test_hook_register_channels(plugins: list[Source]) -> None:
    plugins.append(source("own", """
        class Pigeon(NotificationChannel):
            name = "pigeon"
            label = Text(id="merpati", en="pigeon")
        @hookimpl
        def register_channels():
            return [Pigeon()]
    """))  # fmt: skip
    assert load().channels["pigeon"].label.en == "pigeon"


def test_hook_register_commands(plugins: list[Source]) -> None:
    plugins.append(source("own", """
        @hookimpl
        def register_commands(cli):
            @cli.command("coo")
            def coo(): print("coo")
    """))  # fmt: skip
    ((name, register),) = load().commanders
    group = click.Group()
    register(group)
    assert name == "own"
    assert list(group.commands) == ["coo"]


def test_hook_on_event(plugins: list[Source]) -> None:
    heard: list[object] = []
    plugins.append(
        source("own", "HEARD = []\n@hookimpl\ndef on_event(event): event.sink.append(event)\n")
    )
    event = LessonCompleted(at=NOW, person=1, course="shared/x", lesson="01")
    object.__setattr__(event, "sink", heard)
    load().tell(event)
    assert heard == [event]


# --- isolation -----------------------------------------------------------------------------------

GOOD = TYPE + "@hookimpl\ndef register_question_types(): return [Own()]\n"
BROKEN = {
    "raises on import": ("1 / 0", "importing 'bad' failed with ZeroDivisionError"),
    "leaves on import": ("raise SystemExit(3)", "importing 'bad' failed with SystemExit"),
    "raises in a hook": ("@hookimpl\ndef register_tracks(): raise ValueError('no')", "the hook register_tracks() failed with ValueError (no)"),
    "raises while giving": ("@hookimpl\ndef register_tracks():\n    yield from ()\n    raise KeyError('k')", "the hook register_tracks() failed with KeyError"),
    "misspelt hook": ("@hookimpl\ndef register_trakcs(): return []", "there is no hook 'register_trakcs': did you mean 'register_tracks'?"),
    "unmarked hook": ("def register_tracks(): return []", "the hook 'register_tracks' is not marked: write @hookimpl"),
    "no hook": ("x = 1", "the plugin implements no hook: add @hookimpl"),
    "wrong arguments": ("@hookimpl\ndef on_event(event, request): pass", "registering its hooks failed with PluginValidationError"),
    "gives a string": ("@hookimpl\ndef register_tracks(): return 'photography'", "register_tracks() returned str: return a list of Track"),
    "gives one thing, no list": (TYPE + "@hookimpl\ndef register_question_types(): return Own()", "return a list of QuestionType"),
    "gives a class": (TYPE + "@hookimpl\ndef register_question_types(): return [Own]", "put instances of QuestionType in it"),
    "gives something else": ("@hookimpl\ndef register_question_types(): return [3]", "returned a list with int"),
    "bad name": ("class T(QuestionType): kind = 'Own Type'\n@hookimpl\ndef register_question_types(): return [T()]", "whose kind is 'Own Type': use small letters"),
    "same name twice": (TYPE + "@hookimpl\ndef register_question_types(): return [Own(), Own()]", "gives 'own' twice"),
    "takes a core name": ("class T(QuestionType): kind = 'single'\n@hookimpl\ndef register_question_types(): return [T()]", "the question type 'single' is already given by plugin 'sanggar.assessments'"),
    "bad track file": ("@hookimpl\ndef register_tracks(): return [Track.from_folder('/nonexistent')]", "there is no track.yaml in this folder"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plugin_is_named_and_the_others_load(name: str, plugins: list[Source]) -> None:
    body, expected = BROKEN[name]
    plugins += [source("bad", body), source("good", GOOD.replace('"own"', '"fine"'))]
    loaded = load()
    state = loaded.plugin("bad")
    assert state is not None
    assert state.state == "broken"
    assert any(expected in fault for fault in state.faults), state.faults
    assert not any(owner == "bad" for owner in loaded.owners.values())
    assert "bad" not in loaded.folders
    assert "fine" in loaded.question_types
    assert "single" in loaded.question_types


@pytest.mark.parametrize("name", BROKEN)
def test_strict_mode_refuses_to_start(name: str, plugins: list[Source]) -> None:
    body, expected = BROKEN[name]
    plugins.append(source("bad", body))
    with pytest.raises(BrokenPlugins) as caught:
        load(strict_plugins=True)
    assert "bad: " in str(caught.value)
    assert expected in str(caught.value)


def test_nothing_of_a_half_good_plugin_stays(plugins: list[Source]) -> None:
    plugins.append(
        source("half", GOOD + "@hookimpl\ndef register_ranking_features(): raise OSError\n")
    )
    loaded = load()
    assert "own" not in loaded.question_types
    assert loaded.features == ()
    assert loaded.listeners == ()


def test_the_first_of_two_plugins_keeps_a_name_both_want(plugins: list[Source]) -> None:
    plugins += [source("a", GOOD), source("b", GOOD)]
    loaded = load()
    assert [(p.name, p.state) for p in loaded.plugins[1:]] == [("a", "ok"), ("b", "broken")]
    assert loaded.owner("question_types", "own") == "a"
    assert "already given by plugin 'a': choose another name" in loaded.plugins[2].faults[0]


def test_two_plugins_with_one_name_are_told_apart(plugins: list[Source]) -> None:
    plugins += [source("a", GOOD), source("a", GOOD)]
    assert "two plugins are called 'a'" in load().plugins[2].faults[0]


def test_an_item_of_an_unknown_type_breaks_its_plugin(
    plugins: list[Source], track_folder: Path
) -> None:
    bank = track_folder / "sanggar_content_creator/items/theory.id.quiz.md"
    bank.write_text(bank.read_text().replace("CC-Q01 {type=numeric", "CC-Q01 {type=numerik"))
    state = load(track_dirs=str(track_folder)).plugin("content_creator")
    assert state is not None
    assert state.faults[0].endswith("CC-Q01 has an unknown type 'numerik': did you mean 'numeric'?")
    assert "theory.id.quiz.md:4: " in state.faults[0]


def test_plugins_can_be_switched_off(plugins: list[Source]) -> None:
    plugins.append(source("own", GOOD))
    loaded = load(plugins_off="own, other")
    state = loaded.plugin("own")
    assert state is not None
    assert state.state == "off"
    assert "own" not in loaded.question_types


def test_a_plugin_that_is_off_is_not_even_imported(plugins: list[Source]) -> None:
    plugins.append(source("own", "1 / 0"))
    assert load(plugins_off="own", strict_plugins=True).plugins[-1].state == "off"


def test_installed_plugins_come_in_name_order_after_the_core() -> None:
    names = [state.name for state in load().plugins]
    assert names[0] == "sanggar.assessments"
    assert names[1:] == sorted(names[1:])
    assert {"digital_marketing", "packaging_design", "photography"} <= set(names)


# --- previews ------------------------------------------------------------------------------------


@pytest.mark.parametrize("deeper", ["", "sanggar_content_creator"])
def test_a_folder_can_be_previewed_uninstalled(
    deeper: str, plugins: list[Source], track_folder: Path
) -> None:
    loaded = load(track_dirs=str(track_folder / deeper), strict_plugins=True)
    state = loaded.plugin("content_creator")
    assert state is not None
    assert (state.state, state.origin) == ("ok", "preview")
    assert "content_creator" in loaded.tracks
    assert loaded.folders["content_creator"] == track_folder / "sanggar_content_creator"


def test_a_folder_of_text_without_python_is_a_plugin(
    plugins: list[Source], track_folder: Path
) -> None:
    (track_folder / "sanggar_content_creator/__init__.py").unlink()
    assert "content_creator" in load(track_dirs=str(track_folder), strict_plugins=True).tracks


def test_a_preview_stands_in_for_the_installed_plugin(
    plugins: list[Source], track_folder: Path
) -> None:
    plugins.append(source("content_creator", "1 / 0"))
    loaded = load(track_dirs=str(track_folder), strict_plugins=True)
    assert [s.origin for s in loaded.plugins if s.name == "content_creator"] == ["preview"]


def test_several_previews_are_separated_as_paths_are(
    plugins: list[Source], track_folder: Path, tmp_path: Path
) -> None:
    new_track.write("wood_craft", "Kayu", "Wood", tmp_path / "wood")
    loaded = load(track_dirs=os.pathsep.join([str(track_folder), str(tmp_path / "wood")]))
    assert {"content_creator", "wood_craft"} <= set(loaded.tracks)


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_a_preview_folder_without_a_track_is_named(
    name: str, plugins: list[Source], tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    state = load(track_dirs=str(tmp_path / name)).plugin(name)
    assert state is not None
    assert "there is no track.yaml here or one folder deeper" in state.faults[0]


def test_a_fault_in_python_names_file_and_line(plugins: list[Source], track_folder: Path) -> None:
    init = track_folder / "sanggar_content_creator/__init__.py"
    init.write_text(init.read_text().replace("return [Track", "\n    return [Trck"))
    state = load(track_dirs=str(track_folder)).plugin("content_creator")
    assert state is not None
    line = init.read_text().split("Trck")[0].count("\n") + 1
    assert state.faults[0].startswith(f"sanggar_content_creator/__init__.py:{line}: the hook")
    assert "NameError" in state.faults[0]


def test_a_syntax_error_names_file_and_line(plugins: list[Source], track_folder: Path) -> None:
    init = track_folder / "sanggar_content_creator/__init__.py"
    init.write_text("x = 1\ny = (\n")
    state = load(track_dirs=str(track_folder)).plugin("content_creator")
    assert state is not None
    assert state.faults[0].startswith("sanggar_content_creator/__init__.py:2: importing")


# --- at run time ---------------------------------------------------------------------------------


def small_app(loaded: Registry) -> Flask:
    app = Flask("small", template_folder=None, static_folder=None)
    registry.install(app, loaded)
    return app


def test_one_failing_listener_does_not_stop_the_others(plugins: list[Source]) -> None:
    plugins += [
        source("a", "@hookimpl\ndef on_event(event): raise RuntimeError"),
        source("b", "@hookimpl\ndef on_event(event): event.sink.append('b')"),
    ]
    heard: list[str] = []
    event = CourseCompleted(at=NOW, course="shared/x")
    object.__setattr__(event, "sink", heard)
    loaded = load()
    loaded.tell(event)
    assert heard == ["b"]
    assert loaded.failures == {"a": 1}


def test_the_guard_names_the_plugin_and_counts(plugins: list[Source]) -> None:
    app = small_app(load())
    with app.app_context():
        with (
            pytest.raises(PluginError, match="plugin 'own' failed: ValueError: x") as caught,
            registry.guard("own"),
        ):
            raise ValueError("x")
        assert caught.value.plugin == "own"
        with registry.guard("own", swallow=True):
            raise SystemExit
        assert registry.current().failures["own"] == 2


def test_the_guard_works_without_an_application() -> None:
    with pytest.raises(PluginError), registry.guard("own"):
        raise ValueError


def test_current_outside_an_application_says_what_to_do() -> None:
    with pytest.raises(RuntimeError, match="inside an application context"):
        registry.current()


def test_the_registry_is_frozen(plugins: list[Source]) -> None:
    loaded = load()
    with pytest.raises(TypeError):
        loaded.tracks["x"] = None  # type: ignore[index]
    with pytest.raises(AttributeError):
        loaded.plugins = ()  # type: ignore[misc]


def test_templates_and_static_files_of_a_plugin_are_mounted(
    plugins: list[Source], track_folder: Path
) -> None:
    package = track_folder / "sanggar_content_creator"
    for folder in ("templates/content_creator", "static"):
        (package / folder).mkdir(parents=True)
    (package / "templates/content_creator/x.html").write_text("Halo {{ name }}")
    (package / "static/a.txt").write_text("berkas")
    app = small_app(load(track_dirs=str(track_folder)))
    with app.test_request_context():
        assert render_template("content_creator/x.html", name="<b>") == "Halo &lt;b&gt;"
    with app.test_client().get("/plugins/content_creator/a.txt") as response:
        assert response.data == b"berkas"
    with app.test_client().get("/plugins/content_creator/../track.yaml") as response:
        assert response.status_code == 404
    policy = access.policy_of(app, "plugin_content_creator.static")
    assert policy is access.PUBLIC
