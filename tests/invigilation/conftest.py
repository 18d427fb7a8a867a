"""The small track of the exams' tests, and an officer's window for its exam."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from tests.assessments.conftest import track

from sanggar.invigilation.service import Plan

__all__ = ["track"]


@pytest.fixture
def plan(hubs, now: datetime, track) -> Plan:
    """An open window for the theory exam in Malang, with a code."""
    return Plan(
        hub_id=hubs["malang"], track="photography", assessment="theory",
        opens_at=now - timedelta(minutes=5), closes_at=now + timedelta(hours=2), room="Lab 1",
    )  # fmt: skip
