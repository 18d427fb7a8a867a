"""Looking for attempts of the same exam whose wrong answers are alike, once a night.

Only people of one hub who sat the same exam within three days of each other are compared, and only
what is beyond chance over all pairs compared is written down. Officers read it as a question: two
people may have learned the same wrong thing together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from sqlmodel import col, select

from sanggar import clock
from sanggar.assessments import queries as assessments
from sanggar.assessments.queries import Sat
from sanggar.kernel import db, jobs, registry
from sanggar.measurement import similarity
from sanggar.plugin.track import Track
from sanggar.quality import matrix
from sanggar.quality.models import SimilarAnswers

#: attempts of the last days are looked at; older ones were before
LOOK_BACK = timedelta(days=7)
#: people who sat within so many days of each other could have helped each other
NEAR = timedelta(days=3)
LEAST_PEOPLE = 5


@jobs.every(minute="47", hour="19")
def look_for_likeness() -> None:
    """Compare the attempts of the last days."""
    now = clock.now()
    for track in assessments.tracks_with_attempts():
        owner = registry.current().tracks.get(track)
        if owner is not None:
            compare(owner, now)


def compare(owner: Track, now: datetime) -> int:
    """Write down the pairs of a track to ask about; return how many are new."""
    recent = assessments.sat(owner.id, since=now - LOOK_BACK)
    rooms: dict[tuple[str, int | None], list[Sat]] = defaultdict(list)
    for attempt in recent:
        exam = owner.assessment(attempt.assessment)
        if exam is not None and not exam.course and attempt.selection != "adaptive":
            rooms[attempt.assessment, attempt.hub_id].append(attempt)
    return sum(_compare(owner, sat, now) for sat in rooms.values() if len(sat) >= LEAST_PEOPLE)


def _compare(owner: Track, sat: Sequence[Sat], now: datetime) -> int:
    table = matrix.build(owner, sat, assessments.given([s.id for s in sat]))
    known = owner.items_by_id
    names = [n for n in table.items if known[n].type == "single" and n in table.options]
    if len(names) < 3:
        return 0
    places = [{o.id: k for k, o in enumerate(known[n].options)} for n in names]
    choices = np.array(
        [
            [place.get(table.options[n][row], similarity.MISSING) for n, place in zip(names, places, strict=True)]
            for row in range(len(table.sat))
        ]
    )  # fmt: skip
    key = [next(k for k, o in enumerate(known[n].options) if o.key) for n in names]
    found = similarity.similar(choices, key, [str(s.id) for s in table.sat], names)
    by_id = {str(s.id): s for s in table.sat}
    return sum(_keep(owner, by_id[p.one], by_id[p.two], p, now) for p in found.pairs)


def _keep(owner: Track, one: Sat, two: Sat, pair: similarity.SimilarPair, now: datetime) -> int:
    if one.person_id == two.person_id or abs(one.decided_at - two.decided_at) > NEAR:
        return 0
    first, second = sorted((one, two), key=lambda s: s.id)
    known = select(SimilarAnswers.id).where(
        col(SimilarAnswers.one_attempt) == first.id, col(SimilarAnswers.two_attempt) == second.id
    )
    if db.session().exec(known).first() is not None:
        return 0
    db.add(
        SimilarAnswers(
            track=owner.id, assessment=first.assessment, hub_id=first.hub_id,
            one_attempt=first.id, two_attempt=second.id, one_id=first.person_id,
            two_id=second.person_id, one_at=first.decided_at, two_at=second.decided_at,
            identical=pair.identical, expected=pair.expected, chance=pair.p_adjusted,
            items=list(pair.items), found_at=now,
        )
    )  # fmt: skip
    return 1
