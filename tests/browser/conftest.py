"""What every journey needs: a demo, a server of a copy of it, and people with browsers."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from tests.browser.site import Site, plain_environment
from tests.browser.visitor import SCREENSHOTS, Visitor

#: A folder with a small demo that is there already; it is only read.
READY = "SANGGAR_BROWSER_DEMO"


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


@contextmanager
def serving(demo: Path, folder: Path) -> Iterator[Site]:
    """Serve a copy of the demo in this folder; it is removed afterwards."""
    shutil.copytree(demo, folder)
    served = Site(folder)
    try:
        served.start()
        yield served
    finally:
        served.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def site(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server for all journeys of a worker, on its own copy of the demo."""
    with serving(demo, tmp_path_factory.mktemp("site") / "demo") as served:
        yield served


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


__all__ = ["SCREENSHOTS", "Visit", "demo", "serving", "site", "visit"]
