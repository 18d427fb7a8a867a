"""The small demo, built once for all tests of this folder, and its own application."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlmodel import Session
from tests.conftest import NOW

from sanggar import clock
from sanggar.app import create_app
from sanggar.demo import build
from sanggar.kernel import db

Transaction = Callable[[], AbstractContextManager[Session]]


@pytest.fixture(scope="session")
def demo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small demo as of 21 November 2026, 08.00 WIB."""
    folder = tmp_path_factory.mktemp("demo") / "small"
    with clock.frozen(NOW):
        build.build(folder, "small", build.as_of_moment(None))
    db.copy_sqlite(folder / "sanggar.db", folder / "pristine.db")
    return folder


@pytest.fixture(scope="session")
def pristine(demo_folder: Path) -> Path:
    """The database as it was built, before any test signed in."""
    return demo_folder / "pristine.db"


@pytest.fixture(scope="session")
def demo_app(demo_folder: Path) -> Iterator[Flask]:
    """The demo's own application."""
    made = create_app(build.settings_for(demo_folder))
    made.config["WTF_CSRF_ENABLED"] = False
    yield made
    made.extensions["sanggar.db"].dispose()


@pytest.fixture
def as_of() -> datetime:
    """The moment up to which the demo tells."""
    return build.as_of_moment(None)


@pytest.fixture
def demo(demo_app: Flask) -> Transaction:
    """`with demo() as session:` reads the demo; nothing is kept."""

    @contextmanager
    def begin() -> Iterator[Session]:
        with demo_app.app_context():
            try:
                yield db.session()
            finally:
                db.rollback()
                db.close()

    return begin
