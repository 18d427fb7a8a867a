"""People who can be matched: certified, with consent, and a brief to match them with."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from sanggar.clients import service


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("clients_helpers", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


HELPERS = load(Path(__file__).with_name("helpers.py"))


@pytest.fixture
def make() -> ModuleType:
    """Functions that make people, briefs and terms."""
    return HELPERS


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


@pytest.fixture
def placed(remembered, make, tx, people, now, market) -> int:
    """Work that talent and client have agreed on."""

    def agree() -> int:
        with tx():
            service.shortlist(
                market.brief, people.talent, wanted=True, by=market.client, now=now, rank_shown=2,
                features={"skill": 0.5},
            )  # fmt: skip
            offer = service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
            service.accept_offer(offer, by=make.as_talent(people.talent), now=now)
            return service.confirm_offer(offer, by=market.client, now=now)

    return remembered(agree)
