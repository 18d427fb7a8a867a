"""Fixtures of the tests of the programme."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from sanggar.accounts import service as accounts


@pytest.fixture
def talent_of(tx):
    """`talent_of(hub_id, joined_at)` adds a talent and returns their id."""
    numbers = iter(range(1000))

    def add(hub_id, joined_at=datetime(2026, 5, 1, tzinfo=UTC)):
        return accounts.join(
            name="Talenta", phone=f"0813000{next(numbers):05d}", email=None, password=None,
            birth_date=date(2001, 1, 1), region_id=None, hub_id=hub_id, language="id", role="talent",
            channel="self", now=joined_at,
        )  # fmt: skip

    return add
