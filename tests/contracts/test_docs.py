"""Documentation that cannot drift: every hook, setting, command and job is described."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sanggar.cli import items, main
from sanggar.cli.settings import table
from sanggar.kernel import jobs
from sanggar.plugin import hookspecs

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
HOOKS = [
    name for name, value in vars(hookspecs).items() if callable(value) and getattr(value, "sanggar_spec", None) is not None
]  # fmt: skip


def test_there_are_hooks() -> None:
    assert len(HOOKS) >= 7


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_is_documented_with_its_signature(name: str) -> None:
    page = (DOCS / "mentors" / "hooks.md").read_text()
    parameters = ", ".join(inspect.signature(getattr(hookspecs, name)).parameters)
    assert f"## `{name}({parameters})`" in page


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_has_a_real_user(name: str) -> None:
    users = [
        path for folder in (ROOT / "plugins", ROOT / "platform" / "sanggar") for path in folder.rglob("*.py")
        if f"def {name}(" in path.read_text() and path.name != "hookspecs.py"
    ]  # fmt: skip
    assert users, f"{name} has no implementation"


@pytest.mark.parametrize("name", HOOKS)
def test_every_hook_has_a_test(name: str) -> None:
    assert any(
        f"def test_hook_{name}" in path.read_text() for path in (ROOT / "tests").rglob("test_*.py")
    )


def test_every_setting_is_documented() -> None:
    page = (DOCS / "operators" / "settings.md").read_text()
    assert table() in page, (
        "run `sanggar settings --markdown` and put it into docs/operators/settings.md"
    )


def test_every_command_is_documented() -> None:
    page = (DOCS / "operators" / "commands.md").read_text()
    with main.make_context("sanggar", ["--help"], resilient_parsing=True) as context:
        names = main.list_commands(context)
    assert names
    missing = [name for name in names if f"## `sanggar {name}`" not in page]
    assert not missing


#: other tests start these in a process of their own: what they say is enough here
STARTED = {"serve", "worker", "demo", "upgrade", "user", "ranking"}


@pytest.mark.parametrize(
    "name",
    [
        "serve",
        "worker",
        "demo",
        "check",
        "new-track",
        "upgrade",
        "settings",
        "user",
        "items",
        "ranking",
    ],
)
def test_every_command_answers_help(name: str) -> None:
    if name in STARTED:
        said = CliRunner().invoke(main, [name, "--help"])
        assert said.exit_code == 0, said.output
        assert "Usage:" in said.output
        return
    done = subprocess.run(
        [sys.executable, "-m", "sanggar.cli", name, "--help"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "Usage:" in done.stdout


def test_every_command_for_items_is_documented() -> None:
    page = (DOCS / "operators" / "commands.md").read_text()
    for name in items.COMMANDS:
        assert f"| `items {name}` |" in page
        assert f"sanggar items {name} " in page


def test_every_job_is_documented(app: object) -> None:
    page = (DOCS / "operators" / "jobs.md").read_text()
    ours = [name for name in jobs.registered() if not name.startswith("tests.")]
    assert ours
    assert [name for name in ours if f"`{name}`" not in page] == []


def pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *ROOT.glob("plugins/*/README.md")]


def prose(page: Path) -> str:
    """Return a page without its examples: what stands in them is no link and no heading."""
    text = re.sub(r"^(````?)\w*\n.*?^\1$", "", page.read_text(), flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(page: Path) -> set[str]:
    """Return the anchors that a page's headings get."""
    text = re.sub(r"^(````?)\w*\n.*?^\1$", "", page.read_text(), flags=re.M | re.S)
    titles = re.findall(r"^#{1,6} (.*)$", text, re.M)
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in titles}


def test_every_link_leads_somewhere() -> None:
    broken, followed = [], 0
    for page in pages():
        for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
            if re.match(r"https?:|mailto:", target):
                continue
            file, _sign, anchor = target.partition("#")
            there = page.parent / file if file else page
            followed += 1
            if not there.exists() or (anchor and anchor not in anchors(there)):
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert followed > 100
    assert broken == []


def test_pages_in_two_languages_point_to_each_other() -> None:
    for page in DOCS.rglob("*.id.md"):
        twin = page.with_name(page.name.replace(".id.md", ".md"))
        assert f"]({twin.name})" in page.read_text(), page.name
        assert f"]({page.name})" in twin.read_text(), twin.name


def test_every_error_page_is_documented() -> None:
    from sanggar.kernel import web

    page = (DOCS / "contributors" / "errors.md").read_text()
    missing = [status for status in web.TITLES if f"| {status} |" not in page]
    assert not missing
