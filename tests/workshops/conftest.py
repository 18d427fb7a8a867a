"""A small photography track and sessions of it, independent of which plugins are installed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask

from sanggar.kernel import registry
from sanggar.kernel.access import Principal
from sanggar.plugin.text import Text, Texts
from sanggar.plugin.track import Track, Unit, Workshop
from sanggar.workshops import service
from sanggar.workshops.service import Draft

AGENDA = "## Susunan acara\n\nMemotret gelas pada tiga kecepatan rana."


def small_track() -> Track:
    def workshop(number: int, title: str, hours: float) -> Workshop:
        return Workshop(
            id=f"w{number}", number=number, title=Text(id=title, en=f"{title} (en)"), hours=hours,
            capacity=2, deliverable=Text(id="Sembilan foto", en="Nine photos"),
            bring=Text(id="Ponsel dan satu produk", en="A phone and one product"),
            body=Text(id=AGENDA, en=AGENDA),
        )  # fmt: skip

    return Track(
        id="photography", version="1.0", title=Text(id="Fotografi", en="Photography"),
        summary=Text(id="Foto produk", en="Product photos"),
        units=(Unit(id="PHO-01", title=Text(id="Eksposur", en="Exposure"), outcomes=Texts(id=("x",), en=("x",))),),
        workshops=(workshop(1, "Lepas dari Mode Otomatis", 4), workshop(2, "Cahaya Jendela", 3)),
    )  # fmt: skip


@pytest.fixture
def track(app: Flask) -> Iterator[Track]:
    """The small track, in the registry for this test."""
    before = app.extensions[registry.EXTENSION]
    made = small_track()
    app.extensions[registry.EXTENSION] = replace(
        before, tracks={**before.tracks, "photography": made}
    )
    yield made
    app.extensions[registry.EXTENSION] = before


@pytest.fixture
def draft(
    track: Track, hubs: dict[str, int], people: SimpleNamespace, now: datetime
) -> Callable[..., Draft]:
    """A draft of a session tomorrow at 10, for two people; keywords change it."""

    def make(**changes: Any) -> Draft:
        starts = changes.pop("starts_at", now + timedelta(days=1))
        values: dict[str, Any] = {
            "hub_id": hubs["malang"], "starts_at": starts, "ends_at": starts + timedelta(hours=4.5),
            "capacity": 2, "track": "photography", "workshop": "w1", "place": "Ruang EJSC lantai 2",
            "mentor_id": people.mentor, "organisation": "Rumah Kurasi",
        }  # fmt: skip
        return Draft(**{**values, **changes})

    return make


@pytest.fixture
def plan(
    tx: Any, draft: Callable[..., Draft], officer: Principal, now: datetime
) -> Callable[..., int]:
    """`plan(capacity=3)` plans a session and returns its id; `at` is when it was planned."""

    def make(**changes: Any) -> int:
        at = changes.pop("planned_at", now)
        with tx(officer):
            return service.create_session(draft(**changes), by=officer, now=at)

    return make
