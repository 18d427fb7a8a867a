"""Six works for one assignment, three mentors of the track, and a round of them."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
from sqlmodel import Session

from sanggar.accounts import service as accounts
from sanggar.assessments.models import Submission, SubmissionState, TaskKind
from sanggar.comparison import queries, service
from sanggar.comparison.models import Comparison, RoundState
from sanggar.kernel import db, registry
from sanggar.kernel.access import Principal, Role

TRACK = "photography"
MAKERS = ("talent", "peer", "outsider", "client", "other_client", "officer")


def mentor(person_id: int, track: str = TRACK) -> Principal:
    return Principal(person_id, "Mentor", frozenset({Role.MENTOR}), tracks=frozenset({track}))


def hand_in(session: Session, person_id: int, ref: str, now, total: float | None = None) -> int:
    """Keep a piece of work without files, decided where it has a total."""
    state = SubmissionState.SUBMITTED if total is None else SubmissionState.DECIDED
    row = Submission(
        person_id=person_id, track=TRACK, kind=TaskKind.ASSIGNMENT, ref=ref, state=state,
        created_at=now, submitted_at=now, total=total, note=f"catatan {person_id}",
        decision="" if total is None else "competent",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row.id or 0


@pytest.fixture
def ref(app) -> str:
    with app.app_context():
        return registry.current().tracks[TRACK].assignments[0].id


@pytest.fixture
def judges(tx, people, now) -> list[int]:
    """Three mentors of the track; `people.mentor` is the first."""
    more = [people.other_mentor, people.agency]
    with tx():
        for person_id in more:
            accounts.grant(person_id, Role.MENTOR, track=TRACK, by_id=people.admin, now=now)
    return [people.mentor, *more]


@pytest.fixture
def works(tx, people, ref, now) -> list[int]:
    """Six works; the later, the better. Three are decided by the rubric."""
    totals = (None, 55.0, None, 70.0, None, 90.0)
    with tx() as session:
        return [
            hand_in(session, getattr(people, who), ref, now, total)
            for who, total in zip(MAKERS, totals, strict=True)
        ]


@pytest.fixture
def plan(works, judges, ref) -> Callable[..., service.Plan]:
    def make(**more: object) -> service.Plan:
        values = {
            "track": TRACK, "ref": ref, "title": "November", "works": works, "judges": judges,
            "reliability": 0.7, "each": 5,
        }  # fmt: skip
        return service.Plan(**{**values, **more})

    return make


@pytest.fixture
def open_round(tx, plan, judges, now) -> int:
    with tx():
        made = service.plan_round(plan(), by=mentor(judges[0]), now=now)
        service.open_round(made, by=mentor(judges[0]), now=now)
    return made


@pytest.fixture
def unmeasured(monkeypatch) -> None:
    """Rounds whose scale is not reckoned on the way: it takes a moment each time."""
    monkeypatch.setattr(service.rules, "step", lambda _works: 10_000)


def judge_all(tx, round_id: int, judge: int, now, *, most: int = 99) -> list[tuple[int, int]]:
    """Let a judge answer until nothing is left: the later work always wins. Return the pairs."""
    seen = []
    while len(seen) < most:
        with tx():
            if queries.round_for(mentor(judge), round_id).state is not RoundState.OPEN:
                break
            key = service.next_pair(round_id, by=mentor(judge), now=now)
            if key is None:
                break
            row = db.get(Comparison, key)
            better = "left" if row.left_id > row.right_id else "right"
            seen.append((row.left_id, row.right_id))
            service.decide(key, better, by=mentor(judge), now=now)
    return seen


@pytest.fixture
def helpers() -> SimpleNamespace:
    return SimpleNamespace(mentor=mentor, judge_all=judge_all, hand_in=hand_in)
