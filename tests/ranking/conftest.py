"""Certified talents and briefs, as the tests of clients make them, and a simulated market."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from sanggar.clients import service
from sanggar.ranking import journal
from sanggar.ranking import service as ranking


def load(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HERE = Path(__file__).parent
MAKE = load(HERE.parent / "clients" / "helpers.py", "ranking_make")
MARKET = load(HERE / "simulated.py", "ranking_simulated")


@pytest.fixture
def make() -> ModuleType:
    """Functions that make people, briefs and terms."""
    return MAKE


@pytest.fixture
def simulated() -> ModuleType:
    """The generative model of the demo, where the truth is known."""
    return MARKET


@pytest.fixture(autouse=True)
def _fresh() -> Iterator[None]:
    ranking.forget()
    journal.forget_showings()
    yield
    ranking.forget()


@pytest.fixture
def indexes(settings) -> Iterator[None]:
    """Indexes that a test writes are gone after it: the next one has another database."""
    yield
    shutil.rmtree(settings.data / "index", ignore_errors=True)


@pytest.fixture
def market(remembered, make, tx, people, now) -> SimpleNamespace:
    """Three certified talents, and an open brief of the client."""

    def open_market() -> SimpleNamespace:
        with tx():
            for person_id in (people.talent, people.peer, people.outsider):
                make.certify(person_id, now)
            brief_id = service.write_brief(
                make.brief_text(now), by=make.as_client(people.client), now=now, publish=True
            )
        return SimpleNamespace(brief=brief_id, client=make.as_client(people.client))

    return remembered(open_market)
