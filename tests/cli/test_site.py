"""Commands on a site's data run as a person types them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.once


def sanggar(data, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SANGGAR_MODE": "demo", "SANGGAR_DATA_DIR": str(data)}
    return subprocess.run(
        [sys.executable, "-m", "sanggar.cli", *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_a_new_site_gets_its_first_administrator_from_the_command_line(tmp_path) -> None:
    assert sanggar(tmp_path, "upgrade").returncode == 0
    made = sanggar(
        tmp_path, "user", "create", "Galih", "--email", "galih@example.org", "--role", "admin"
    )
    assert made.returncode == 0, made.stderr
    code = sanggar(tmp_path, "user", "code", "galih@example.org")
    assert code.returncode == 0, code.stderr
    again = sanggar(tmp_path, "user", "create", "Galih", "--email", "galih@example.org")
    assert again.returncode == 1
    assert "Traceback" not in again.stderr


def test_the_ranking_says_plainly_that_there_is_too_little_to_learn_from(tmp_path) -> None:
    sanggar(tmp_path, "upgrade")
    done = sanggar(tmp_path, "ranking", "evaluate")
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
