"""Versions of items that were found faulty: no adaptive exam asks them, no calibration brings them back.

Kept as a calibration that rests on no answers. Mending the question in its file makes a new version.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlmodel import col

from sanggar.assessments.models import Calibration
from sanggar.kernel import db


def withdraw(track: str, item_id: str, version: str, now: datetime) -> None:
    """Take a version out of all adaptive exams of a track; once is enough."""
    if (item_id, version) not in versions(track):
        db.add(
            Calibration(
                track=track, item_id=item_id, item_version=version, model="none", a=0, b=0,
                answers=0, at=now,
            )
        )  # fmt: skip


def versions(track: str) -> frozenset[tuple[str, str]]:
    """Return (item, version) of what was found faulty."""
    found = db.session().execute(
        select(col(Calibration.item_id), col(Calibration.item_version)).where(
            col(Calibration.track) == track, col(Calibration.answers) == 0
        )
    )
    return frozenset((item, version) for item, version in found)
