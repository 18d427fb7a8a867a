"""Recording facts: the only way higher floors add to a talent's evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import select

from sanggar.evidence.models import Fact
from sanggar.kernel import db


def record(
    person_id: int, track: str, kind: str, ref: str, at: datetime, data: Mapping[str, Any]
) -> None:
    """Add or update one fact; the same `kind` and `ref` never stand twice for a person."""
    found = db.session().exec(
        select(Fact).where(Fact.kind == kind, Fact.ref == ref, Fact.person_id == person_id)
    ).first()  # fmt: skip
    if found is None:
        db.add(Fact(person_id=person_id, track=track, kind=kind, ref=ref, at=at, data=dict(data)))
        return
    found.track, found.at, found.data = track, at, dict(data)
    db.flush()
