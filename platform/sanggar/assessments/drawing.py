"""Drawing a form with what the bank's history says: whom an item was shown to, and how often."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select

from sanggar.assessments import grading, rules
from sanggar.assessments.dealing import Drawn
from sanggar.assessments.models import Attempt, AttemptItem
from sanggar.kernel import db, memory
from sanggar.plugin.track import Assessment, Track

#: How far back an item's use counts, and how old the counts may be.
RECENT = timedelta(days=90)
KEEP = timedelta(minutes=5)


def draw(person_id: int, owner: Track, exam: Assessment, seed: str, now: datetime) -> list[Drawn]:
    """Return a form that meets the blueprint, of items this person has seen least and all saw rarely.

    Raises
    ------
    BlueprintShort
        When a cell of the blueprint asks for more items than the bank has.
    """
    counts = used(owner.id, now)
    form = rules.draw_form(
        exam, grading.askable(exam, owner.items), seed, seen=seen(person_id, owner.id),
        used=counts, deal=grading.deal,
    )  # fmt: skip
    for drawn in form:  # those who begin in the same minutes are counted at once
        counts[drawn.item.id] = counts.get(drawn.item.id, 0) + 1
    return list(form)


def seen(person_id: int, track: str, but: str = "") -> Mapping[str, int]:
    """Return item id -> how often it was shown to this person, in attempts of another seed."""
    rows = db.session().execute(
        select(col(AttemptItem.item_id))
        .join(Attempt, col(Attempt.id) == col(AttemptItem.attempt_id))
        .where(
            col(Attempt.person_id) == person_id,
            col(Attempt.track) == track,
            col(Attempt.seed) != but,
        )
    )
    return Counter(rows.scalars())


def used(track: str, now: datetime) -> dict[str, int]:
    """Return item id -> how often it was shown in the last three months, a few minutes old at most."""

    def count() -> dict[str, int]:
        rows = db.session().execute(
            select(col(AttemptItem.item_id), func.count())
            .join(Attempt, col(Attempt.id) == col(AttemptItem.attempt_id))
            .where(col(Attempt.track) == track, col(Attempt.started_at) > now - RECENT)
            .group_by(col(AttemptItem.item_id))
        )
        return {item_id: int(shown) for item_id, shown in rows}

    return memory.remembered(("item use", track), count, now, KEEP)


def asked(track: str, assessment: str, now: datetime) -> tuple[Mapping[str, int], int]:
    """Return item id -> how often an adaptive exam asked it lately, and how many attempts began."""

    def count() -> tuple[dict[str, int], int]:
        recent = (
            col(Attempt.track) == track, col(Attempt.assessment) == assessment,
            col(Attempt.selection) == "adaptive", col(Attempt.started_at) > now - RECENT,
        )  # fmt: skip
        rows = db.session().execute(
            select(col(AttemptItem.item_id), func.count())
            .join(Attempt, col(Attempt.id) == col(AttemptItem.attempt_id))
            .where(*recent)
            .group_by(col(AttemptItem.item_id))
        )
        tests = (
            db.session().execute(select(func.count(col(Attempt.id))).where(*recent)).scalar_one()
        )
        return {item_id: int(shown) for item_id, shown in rows}, int(tests)

    return memory.remembered(("asked", track, assessment), count, now, KEEP)
