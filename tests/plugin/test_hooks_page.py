"""docs/mentors/hooks.md: every example runs, every event and method is described."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from types import ModuleType

import pytest

from sanggar.cli import new_track
from sanggar.plugin import events, hookspecs, host
from sanggar.plugin.host import Source, check_hooks, harvest
from sanggar.plugin.items import Item, Level, QuestionType
from sanggar.plugin.text import Text
from sanggar.plugin.track import Track

PAGE = (Path(__file__).resolve().parents[2] / "docs/mentors/hooks.md").read_text()
EXAMPLES = re.findall(r"^````python\n(.*?)^````$", PAGE, re.M | re.S)
EVENTS = [c for c in vars(events).values() if isinstance(c, type) and issubclass(c, events.Event)]


def section(hook: str) -> str:
    return re.split(r"^## ", PAGE.split(f"## `{hook}(", 1)[1], maxsplit=1, flags=re.M)[0]


def run(code: str, tmp_path: Path) -> ModuleType:
    module = ModuleType("sanggar_content_creator")
    module.__file__ = str(tmp_path / "x/sanggar_content_creator/__init__.py")
    exec(compile(code, module.__file__, "exec"), module.__dict__)
    return module


@pytest.mark.parametrize("hook", host.HOOKS)
def test_each_hook_has_a_running_example(hook: str, tmp_path: Path) -> None:
    new_track.write("content_creator", "A", "B", tmp_path / "x")
    (code,) = re.findall(r"^````python\n(.*?)^````$", section(hook), re.M | re.S)
    module = run(code, tmp_path)
    assert check_hooks(module) == []
    known = {
        name: QuestionType() for name in ("single", "multiple", "numeric", "ordering", "short")
    }
    got = harvest(Source("example", "1", "test", lambda: module), known_types=known)
    if hook in host.GIVES:
        assert len(got.things[host.GIVES[hook][0]]) == 1
    else:
        assert getattr(got, hook) is not None


def test_the_example_of_a_question_type_works(tmp_path: Path) -> None:
    (code,) = re.findall(
        r"^````python\n(.*?)^````$", section("register_question_types"), re.M | re.S
    )
    (kind,) = run(code, tmp_path).register_question_types()
    text = Text(id="a", en="b")
    item = Item(
        id="Q",
        type="rupiah",
        area="U",
        level=Level.APPLY,
        stem=text,
        explanation=text,
        params={"amount": "180000"},
    )
    assert kind.check(item) == []
    assert kind.grade(item, kind.read(item, {"answer": ["Rp180.000"]})).correct
    assert not kind.grade(item, "18000").correct
    assert kind.describe_key(item, "id") == "Rp180.000"


def test_the_page_names_exactly_the_hooks_there_are() -> None:
    named = re.findall(r"^## `(\w+)\(", PAGE, re.M)
    assert named == list(host.HOOKS)
    assert all(hasattr(hookspecs, name) for name in named)


def test_every_event_is_described_with_its_fields() -> None:
    for event in EVENTS:
        if event is events.Event:
            continue
        own = ", ".join(f"`{f.name}`" for f in fields(event) if f.name not in ("at", "person"))
        assert f"| `{event.__name__}` | {own or '–'} |" in PAGE


def test_every_method_of_a_question_type_is_described() -> None:
    methods = [name for name in vars(QuestionType) if not name.startswith("_")]
    text = section("register_question_types")
    assert [name for name in methods if f"| `{name}" not in text] == []


def test_every_example_is_python() -> None:
    assert len(EXAMPLES) >= 9
    for code in EXAMPLES:
        compile(code, "hooks.md", "exec")
    assert Track.from_folder
