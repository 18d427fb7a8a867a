"""The house: folders, floors, sizes. These rules are the architecture; the code follows them."""

from __future__ import annotations

import ast
import os
import platform
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import sanggar

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
CORE = ROOT / "platform" / "sanggar"
PLUGINS = ROOT / "plugins"
TRACKS = ("packaging_design", "digital_marketing", "photography")
MAX_LINES, MAX_FUNCTION, MAX_VIEW = 400, 60, 25
#: floors below the slices: whoever stands above may use all of their modules
KERNEL_LIKE = {
    "kernel",
    "interchange",
    "plugin",
    "measurement",
    "rankers",
    "errors",
    "clock",
    "ids",
    "app",
    "cli",
    "testing",
    "demo",
    "migrations",
}
#: slices whose work is reading other slices' tables, and the floors that wire everything
READS_MODELS = {"reports", "migrations", "demo", "cli", "testing"}
#: what a plugin must not touch, declared or not
CORE_ONLY = {"flask", "jinja2", "sqlalchemy", "sqlmodel", "sklearn", "werkzeug", "wtforms"}


def python_files(*folders: Path) -> Iterator[Path]:
    for folder in folders:
        yield from (p for p in sorted(folder.rglob("*.py")) if ".venv" not in p.parts)


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def imports(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


def test_top_level_folders_are_the_fixed_ones() -> None:
    for name in ("platform", "plugins", "courses", "tests", "pyproject.toml"):
        assert (ROOT / name).exists(), name
    assert {p.name for p in PLUGINS.iterdir() if p.is_dir()} >= set(TRACKS)


def test_platform_is_never_a_package() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert not list((ROOT / "platform").glob("test_*.py"))
    assert Path(sanggar.__file__).is_relative_to(ROOT / "platform")


def test_import_platform_is_still_the_standard_library() -> None:
    assert platform.python_implementation()
    found = subprocess.run(
        [sys.executable, "-c", "import platform; print(platform.__file__)"],
        cwd=ROOT, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert Path(found.stdout.strip()) == Path(platform.__file__)


def test_imports_run_only_downwards() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_slices_use_each_others_service_and_queries_only() -> None:
    wrong = []
    for path in python_files(CORE):
        own = path.relative_to(CORE).parts[0]
        if own in READS_MODELS or own == "app.py":
            continue
        for name, line in imports(parsed(path)):
            parts = name.split(".")
            if parts[0] != "sanggar" or len(parts) < 3:
                continue
            other, module = parts[1], parts[2]
            if other in KERNEL_LIKE or other == own:
                continue
            # who may import it is a contract of its own in pyproject.toml
            if (other, module) == ("accounts", "fairness"):
                continue
            if module not in ("service", "queries"):
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert not wrong, "\n".join(wrong)


def declared(plugin: Path) -> set[str]:
    """Return the modules of the libraries that a plugin's pyproject.toml asks for."""
    asked = tomllib.loads((plugin / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[^A-Za-z0-9._-]", line, maxsplit=1)[0].lower() for line in asked}
    return {
        module for module, owners in packages_distributions().items()
        if names & {owner.lower() for owner in owners}
    }  # fmt: skip


def test_plugins_import_only_the_authoring_api_and_what_they_declare() -> None:
    wrong = []
    for track in TRACKS:
        package = PLUGINS / track / f"sanggar_{track}"
        allowed = {*sys.stdlib_module_names, "sanggar", "pydantic"} | declared(PLUGINS / track)
        allowed -= CORE_ONLY
        for path in python_files(package):
            for name, line in imports(parsed(path)):
                top = name.split(".")[0]
                own = top == package.name
                core = top == "sanggar" and name.split(".")[1] != "plugin"
                if (top not in allowed and not own) or core:
                    wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert not wrong, "\n".join(wrong)


def asked(text: str) -> set[str]:
    """Return the names of distributions in requirement lines, as package indexes compare them."""
    names = re.findall(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)", text, re.M)
    return {re.sub(r"[._-]+", "-", name).lower() for name in names}


def test_locks_hold_what_core_and_tracks_ask_for_and_no_hosts() -> None:
    files = [ROOT / "pyproject.toml", *(PLUGINS / track / "pyproject.toml" for track in TRACKS)]
    projects = [tomllib.loads(file.read_text())["project"] for file in files]
    wanted = asked("\n".join(line for p in projects for line in p["dependencies"])) - {"sanggar"}
    dev = asked("\n".join(projects[0]["optional-dependencies"]["dev"]))
    locks = {name: (ROOT / "requirements" / name).read_text() for name in ("base.txt", "dev.txt")}
    assert wanted - asked(locks["base.txt"]) == set()
    assert dev - asked(locks["dev.txt"]) == set()
    for text in locks.values():
        assert not re.search(r"://|^-|sanggar", text, re.M)


def test_the_authoring_api_needs_no_web_no_database_no_learning_library() -> None:
    script = (
        "import sys, sanggar.plugin;"
        "bad = {'flask', 'sqlmodel', 'sqlalchemy', 'sklearn', 'numpy'} & set(sys.modules);"
        "sys.exit(str(bad) if bad else 0)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_only_the_database_module_commits() -> None:
    wrong = []
    for path in python_files(CORE):
        if path.is_relative_to(CORE / "kernel") and path.name in ("db.py", "schema.py"):
            continue
        for node in ast.walk(parsed(path)):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "commit"
            ):
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not wrong, "\n".join(wrong)


def test_rules_are_pure() -> None:
    wrong = []
    for path in python_files(CORE):
        if path.name != "rules.py":
            continue
        for name, line in imports(parsed(path)):
            parts = name.split(".")
            if parts[0] in ("flask", "sqlmodel", "sqlalchemy") or parts[1:2] == ["kernel"]:
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert not wrong, "\n".join(wrong)


def test_files_and_functions_stay_short() -> None:
    wrong = []
    for path in python_files(CORE, PLUGINS):
        text = path.read_text()
        place = path.relative_to(ROOT)
        if "migrations" in path.parts:
            continue
        if text.count("\n") > MAX_LINES:
            wrong.append(f"{place}: {text.count(chr(10))} lines")
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                limit = (
                    MAX_VIEW if path.name == "views.py" and node.decorator_list else MAX_FUNCTION
                )
                if length > limit:
                    wrong.append(
                        f"{place}:{node.lineno} {node.name}: {length} lines (limit {limit})"
                    )
    assert not wrong, "\n".join(wrong)


def test_every_module_says_why_it_exists() -> None:
    silent = [
        str(p.relative_to(ROOT)) for p in python_files(CORE, PLUGINS) if not ast.get_docstring(parsed(p))
    ]  # fmt: skip
    assert not silent


def test_courses_hold_no_code_and_no_answer_keys() -> None:
    kinds = {".md", ".yaml", ".svg", ".jpg", ".png", ".webp"}
    strange = [
        str(p.relative_to(ROOT)) for p in (ROOT / "courses").rglob("*")
        if p.is_file() and (p.suffix not in kinds or p.name.endswith(".quiz.md"))
    ]  # fmt: skip
    assert not strange


def test_a_course_never_names_a_track() -> None:
    wrong = [
        str(p.relative_to(ROOT)) for p in (ROOT / "courses").rglob("course.yaml")
        if any(line.strip().startswith("track:") for line in p.read_text().splitlines())
    ]  # fmt: skip
    assert not wrong
