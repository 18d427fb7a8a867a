"""A preview served for real: a new site with people in it, and a track that is not installed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.browser.site import free_port

from sanggar.cli import main

pytestmark = pytest.mark.once


def read(url: str) -> str:
    with urllib.request.urlopen(url, timeout=20) as answer:
        return answer.read().decode()


def wait_for(url: str, word: str, seconds: float = 60) -> str:
    """Return the page once it says this word."""
    end = time.monotonic() + seconds
    while True:
        try:
            page = read(url)
        except OSError:
            page = ""
        if word in page:
            return page
        assert time.monotonic() < end, f"{url} never said {word!r}"
        time.sleep(0.3)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """`sanggar serve --track` in an empty folder; the address and the folder of the track."""
    track = tmp_path / "creator"
    CliRunner().invoke(main, ["new-track", "content_creator", "--dir", str(track)])
    port = free_port()
    served = subprocess.Popen(
        [sys.executable, "-m", "sanggar.cli", "serve", "--track", str(track), "--port", str(port)],
        cwd=tmp_path, env={k: v for k, v in os.environ.items() if not k.startswith("SANGGAR_")},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    try:
        yield f"http://127.0.0.1:{port}", track
    finally:
        os.killpg(served.pid, signal.SIGTERM)
        served.communicate(timeout=30)


def test_a_preview_has_people_and_shows_what_is_saved(site: tuple[str, Path]) -> None:
    url, track = site
    wait_for(f"{url}/tracks/content_creator", "Content Creator")
    assert "officer@example.org" in read(f"{url}/sign-in")
    assert "Malang" in read(f"{url}/workshops/")
    text = track / "sanggar_content_creator" / "track.yaml"
    text.write_text(text.read_text().replace("Content Creator", "Kreator Baru"))
    wait_for(f"{url}/tracks/content_creator", "Kreator Baru")
