"""Mentors and their work in a few words, for the tests of marking."""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import datetime

from tests.kernel.test_files import photo

from sanggar.accounts import service as accounts
from sanggar.assessments import marking, submissions
from sanggar.assessments.marking import Marks
from sanggar.kernel.access import Principal, Role

TRACK = "photography"
GOOD = {"technical": 4, "light": 3, "notes": 4}
WEAK = {"technical": 2, "light": 3, "notes": 3}


def mentor(person_id: int, track: str = TRACK) -> Principal:
    return Principal(person_id, "Mentor", frozenset({Role.MENTOR}), tracks=frozenset({track}))


def appoint(people, person_id: int, now: datetime) -> Principal:
    """Grant somebody the track, inside a transaction."""
    accounts.grant(person_id, Role.MENTOR, track=TRACK, by_id=people.admin, now=now)
    return mentor(person_id)


def hand_in(person_id: int, now: datetime, ref: str = "quick", kind: str = "assignment") -> int:
    """Hand in one photo, inside a transaction."""
    files = [submissions.Incoming("a.jpg", io.BytesIO(photo()))]
    return submissions.hand_in(person_id, TRACK, kind, ref, now=now, files=files).id or 0


def decided(
    person_id: int, by: list[Principal], now: datetime, levels: Mapping[str, int] = GOOD
) -> int:
    """Hand in work for two markers and have it decided, inside a transaction."""
    work = hand_in(person_id, now, "product-set")
    for person in by:
        marking.submit_marks(person, work, Marks(levels), now)
    return work


def form(levels: Mapping[str, int] = GOOD, **more: str) -> dict[str, str]:
    """Return levels as the fields of the marking page."""
    return {f"level-{name}": str(level) for name, level in levels.items()} | more
