"""Marks of simulated markers on simulated works, on the small photography track of the exams' tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import numpy as np
import pytest
from tests.assessments.conftest import make_track, track

from sanggar.accounts import service as accounts
from sanggar.assessments.models import (
    Anchor,
    Attempt,
    AttemptItem,
    AttemptState,
    Marking,
    Submission,
    SubmissionState,
    TaskKind,
)
from sanggar.kernel.access import Principal, Role

__all__ = ["make_track", "track"]

CRITERIA, WEIGHTS = ("technical", "light", "notes"), (40, 40, 20)
#: severities of the three markers of `marked`, lenient to severe
SEVERITY = (-1.0, 0.0, 1.0)


def mentor_of(person_id: int, track: str = "photography") -> Principal:
    return Principal(person_id, "Mentor", frozenset({Role.MENTOR}), tracks=frozenset({track}))


@pytest.fixture
def second(remembered, tx, people, now) -> int:
    """The other mentor, granted photography as well."""

    def grant() -> int:
        with tx():
            accounts.grant(
                people.other_mentor, Role.MENTOR, track="photography", by_id=people.admin, now=now
            )
        return people.other_mentor

    return remembered(grant)


def levels(rng: np.random.Generator, work: float, severity: float) -> dict[str, int]:
    """Draw the levels that a marker of some severity gives."""
    found = {}
    for n, name in enumerate(CRITERIA):
        logit = work - severity - 0.4 * (n - 1)
        z = np.arange(4) * logit - np.array([0.0, -1.5, -1.5, 0.0])
        p = np.exp(z - z.max())
        found[name] = 1 + int(rng.choice(4, p=p / p.sum()))
    return found


Mark = Callable[..., list[int]]


@pytest.fixture
def mark(tx, people, now, track, second) -> Mark:
    """`mark(works)` writes works of the peer, marked by two of three markers in turn."""

    def write(
        works: int, teams=((0, 1), (1, 2), (0, 2)), anchors: int = 0, waiting: int = 0
    ) -> list[int]:
        rng = np.random.default_rng(7)
        markers = (people.mentor, second, people.admin)
        made = []
        with tx() as session:
            for n in range(works):
                at, theta = now - timedelta(days=n + 1), rng.normal(0, 1.2)
                done = n >= waiting
                row = Submission(
                    person_id=people.peer, track="photography", kind=TaskKind.ASSIGNMENT,
                    ref="product-set", version=n + 1, created_at=at, submitted_at=at, needed=2,
                    state=SubmissionState.DECIDED if done else SubmissionState.MARKING,
                )  # fmt: skip
                session.add(row)
                session.flush()
                made.append(row.id or 0)
                team = teams[n % len(teams)]
                seen = [0, 1, 2] if n >= works - anchors else team
                for j in seen:
                    given = levels(rng, theta, SEVERITY[j])
                    session.add(Marking(
                        submission_id=row.id, marker_id=markers[j], levels=given,
                        total=sum(w * given[c] / 4 for c, w in zip(CRITERIA, WEIGHTS, strict=True)),
                        anchor=j not in team, started_at=at, saved_at=at, submitted_at=at,
                        lock_until=at,
                    ))  # fmt: skip
                if n >= works - anchors:
                    session.add(Anchor(
                        submission_id=row.id, track="photography", ref="product-set",
                        levels=levels(rng, theta, 0.0), made_by_id=people.mentor, made_at=at,
                    ))  # fmt: skip
        return made

    return write


@pytest.fixture
def sat(tx, people, now, track) -> Callable[..., None]:
    """`sat(n)` writes n decided attempts of the theory exam, each with a form of its own."""

    def write(attempts: int, spread: float = 1.0) -> None:
        rng = np.random.default_rng(3)
        hard = {
            item.id: float(d) for item, d in zip(track.items, rng.normal(0, 0.7, 30), strict=True)
        }
        with tx() as session:
            for n in range(attempts):
                at, theta = now - timedelta(hours=attempts - n), rng.normal(0.8, spread)
                row = Attempt(
                    person_id=people.peer, track="photography", assessment="theory", seed=str(n),
                    token=str(n), size=20, started_at=at, deadline=at, submitted_at=at,
                    decided_at=at, state=AttemptState.DECIDED, pass_total=70,
                )  # fmt: skip
                session.add(row)
                session.flush()
                form = [track.items[i] for i in rng.permutation(len(track.items))[:20]]
                right = [rng.random() < 1 / (1 + np.exp(hard[i.id] - 1.3 * theta)) for i in form]
                row.score = 100 * float(np.mean(right))
                row.passed = row.score >= 70
                session.add_all(
                    AttemptItem(
                        attempt_id=row.id, position=p, item_id=i.id, item_version="v1",
                        unit=i.area, item={}, share=float(r), correct=bool(r),
                    )
                    for p, (i, r) in enumerate(zip(form, right, strict=True), 1)
                )  # fmt: skip

    return write
