"""Commands on a site's data run as a person types them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from sanggar.cli import main

pytestmark = pytest.mark.once


def sanggar(data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "sanggar.cli", *arguments],
        env={**os.environ, **settings(data)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def settings(data: Path) -> dict[str, str]:
    return {"SANGGAR_MODE": "demo", "SANGGAR_DATA_DIR": str(data)}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a new site whose database is up to date."""
    folder = tmp_path_factory.mktemp("site")
    assert sanggar(folder, "upgrade").returncode == 0
    return folder


def test_a_new_site_gets_its_first_administrator_from_the_command_line(site) -> None:
    made = sanggar(
        site, "user", "create", "Galih", "--email", "galih@example.org", "--role", "admin"
    )
    assert made.returncode == 0, made.stderr
    runner = CliRunner(env=settings(site))
    code = runner.invoke(main, ["user", "code", "galih@example.org"])
    assert code.exit_code == 0, code.output
    again = runner.invoke(main, ["user", "create", "Galih", "--email", "galih@example.org"])
    assert again.exit_code == 1
    assert isinstance(again.exception, SystemExit)  # said in words, not by a traceback


def test_the_ranking_says_plainly_that_there_is_too_little_to_learn_from(site) -> None:
    done = sanggar(site, "ranking", "evaluate")
    assert done.returncode == 0, done.stderr
    assert "300" in done.stdout


def test_without_a_secret_key_production_is_refused_in_one_sentence(tmp_path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SANGGAR_")}
    done = subprocess.run(
        [sys.executable, "-m", "sanggar.cli", "serve"],
        env=environment, cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert "SANGGAR_SECRET_KEY" in done.stderr
    assert "Traceback" not in done.stderr
