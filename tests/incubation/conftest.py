"""A small photography track, certified talents, a cohort in Malang."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from sanggar.certification.models import Certificate
from sanggar.incubation import service
from sanggar.kernel import registry
from sanggar.kernel.access import Principal
from sanggar.plugin.text import Text, Texts
from sanggar.plugin.track import Track, Unit
from sanggar.programme import service as programme_service
from sanggar.programme.models import Stage


@pytest.fixture(autouse=True)
def track(request: pytest.FixtureRequest) -> Iterator[None]:
    """A photography track without rules, in the registry for this test."""
    if "once" in request.keywords:
        yield
        return
    app: Flask = request.getfixturevalue("app")
    before = app.extensions[registry.EXTENSION]
    unit = Unit(
        id="PHO-01", title=Text(id="Eksposur", en="Exposure"), outcomes=Texts(id=("x",), en=("x",))
    )
    made = Track(
        id="photography", version="1.0", title=Text(id="Fotografi", en="Photography"),
        summary=Text(id="Foto produk", en="Product photos"), units=(unit,),
    )  # fmt: skip
    app.extensions[registry.EXTENSION] = replace(
        before, tracks={**before.tracks, "photography": made}
    )
    yield
    app.extensions[registry.EXTENSION] = before


@pytest.fixture
def certify(tx: Any, now: datetime) -> Callable[[int], None]:
    """Give somebody a Foundation certificate in photography."""

    def give(person_id: int) -> None:
        with tx() as session:
            session.add(
                Certificate(
                    number=f"MJC-26-TEST-{person_id:04d}", person_id=person_id, holder="X",
                    track="photography", track_title={"id": "Fotografi"}, track_version="1.0",
                    level="foundation", issued_at=now, valid_until=date(2029, 11, 21),
                    issue_key=f"{person_id}:photography:foundation:0", basis=[],
                )
            )  # fmt: skip
            for stage in (Stage.PARTICIPANT, Stage.CERTIFIED):
                programme_service.advance(person_id, stage, now=now)

    return give


@pytest.fixture
def cohort(tx: Any, officer: Principal, hubs: dict[str, int], now: datetime) -> int:
    """A cohort in Malang from 16 Nov 2026 to 16 Feb 2027."""
    with tx(officer):
        return service.create_cohort(
            hub_id=hubs["malang"], track="photography", name="Angkatan 4",
            starts_on=date(2026, 11, 16), by=officer, now=now,
        )  # fmt: skip


@pytest.fixture
def member(tx: Any, cohort: int, officer: Principal, people: SimpleNamespace, certify: Any, now: datetime) -> int:  # fmt: skip
    """Wahyuni in that cohort, with the mentor."""
    certify(people.talent)
    with tx(officer):
        return service.start(cohort, people.talent, people.mentor, by=officer, now=now)
