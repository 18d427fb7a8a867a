"""What every journey needs: a demo, a server of its own copy, a browser, and people in it."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.browser.site import Site, plain_environment
from tests.browser.visitor import SCREENSHOTS, Visitor

FLAGS = [
    "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--no-first-run",
]  # fmt: skip
#: A folder with a small demo that is there already; it is only read.
READY = "SANGGAR_BROWSER_DEMO"


@pytest.fixture(scope="session")
def chromium_path() -> str:
    """Where Chromium is (the one without windows is quicker); skips without, fails in CI."""
    names = ("chromium-headless-shell", "chromium", "chromium-browser")
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        word = "Chromium is not installed: apt-get install chromium"
        if os.environ.get("CI", "").lower() in ("1", "true"):
            pytest.fail(word)
        pytest.skip(word)
    return found


@pytest.fixture(scope="session")
def demo(chromium_path: str, tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The small demo, built once for all workers."""
    if ready := os.environ.get(READY):
        return Path(ready)
    root = tmp_path_factory.getbasetemp()
    root = root if worker_id == "master" else root.parent
    with (root / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(
            [sys.executable, "-m", "sanggar.cli", "demo", "--size", "small",
             "--no-serve", "--dir", str(root / "small-demo")],
            check=True, stdout=subprocess.DEVNULL, env=plain_environment(),
        )  # fmt: skip
    return root / "small-demo"


@pytest.fixture(scope="module")
def site(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server for the tests of one file, on its own copy of the demo."""
    folder = tmp_path_factory.mktemp("site") / "demo"
    shutil.copytree(demo, folder)
    served = Site(folder)
    try:
        served.start()
        yield served
    finally:
        served.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def browser(chromium_path: str) -> Iterator[Browser]:
    """One Chromium for the tests of one file."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(params=["360-id", "360-en"])
def screen(request: pytest.FixtureRequest) -> str:
    """A phone in both languages; files whose readers sit at desks add a laptop.

    They say so: `pytest.mark.parametrize("screen", ["360-id", "1280-en"], indirect=True)`.
    """
    return str(request.param)


@pytest.fixture
def size(screen: str) -> str:
    """The width of the screen."""
    return screen.split("-", maxsplit=1)[0]


@pytest.fixture
def language(screen: str) -> str:
    """The language of the pages."""
    return screen.split("-")[1]


Visit = Callable[..., Visitor]


@pytest.fixture
def visit(
    request: pytest.FixtureRequest, site: Site, browser: Browser, size: str, language: str
) -> Iterator[Visit]:
    """`visit(person_id)` gives somebody a browser; without a person, an anonymous one."""
    journey = request.module.__name__.rsplit(".", 1)[-1].removeprefix("test_")
    opened: list[Visitor] = []

    def come(person_id: int | None = None, **options: object) -> Visitor:
        visitor = Visitor(site, browser, size, language, options.pop("journey", journey),
                          person_id=person_id, **options)  # fmt: skip
        if not opened:
            shutil.rmtree(visitor.folder, ignore_errors=True)
        opened.append(visitor)
        return visitor

    yield come
    for visitor in opened:
        visitor.close()


__all__ = ["SCREENSHOTS", "Visit", "browser", "demo", "site", "visit"]
