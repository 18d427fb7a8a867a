"""What the pages of comparative judgement read: rounds of a mentor's tracks, pairs, how far they are."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlmodel import col
from sqlmodel import select as rows_of

from sanggar import errors
from sanggar.assessments import queries as assessments
from sanggar.comparison import rules
from sanggar.comparison.models import (
    Comparison,
    ComparisonRound,
    RoundJudge,
    RoundState,
    RoundWork,
)
from sanggar.kernel import db
from sanggar.kernel.access import Principal, Role
from sanggar.measurement import pairs

#: rounds on one page; older ones stay in the table
SHOWN = 100


@dataclass(frozen=True)
class Line:
    """One round in the list; `mine` are this mentor's decided comparisons, None for no judge."""

    id: int
    track: str
    ref: str
    title: str
    state: RoundState
    made_at: datetime
    decided: int
    mine: int | None


def rounds(person: Principal) -> list[Line]:
    """Return the rounds of a mentor's tracks, the newest first."""
    session = db.session()
    found = session.execute(
        select(
            col(ComparisonRound.id), col(ComparisonRound.track), col(ComparisonRound.ref),
            col(ComparisonRound.title), col(ComparisonRound.state), col(ComparisonRound.made_at),
        )
        .where(col(ComparisonRound.track).in_(person.tracks))
        .order_by(col(ComparisonRound.id).desc())
        .limit(SHOWN)
    ).all()  # fmt: skip
    ids = [row.id for row in found]
    judging = set(
        session.execute(
            select(col(RoundJudge.round_id)).where(
                col(RoundJudge.round_id).in_(ids), col(RoundJudge.judge_id) == person.id
            )
        ).scalars()
    )
    counts = session.execute(
        select(col(Comparison.round_id), col(Comparison.judge_id), func.count())
        .where(col(Comparison.round_id).in_(ids), col(Comparison.winner_id).is_not(None))
        .group_by(col(Comparison.round_id), col(Comparison.judge_id))
    ).all()
    mine = {round_id: count for round_id, judge, count in counts if judge == person.id}
    return [
        Line(
            id=row.id, track=row.track, ref=row.ref, title=row.title, state=row.state,
            made_at=row.made_at,
            decided=sum(count for round_id, _judge, count in counts if round_id == row.id),
            mine=mine.get(row.id, 0) if row.id in judging else None,
        )
        for row in found
    ]  # fmt: skip


def round_for(person: Principal, round_id: int) -> ComparisonRound:
    """Return a round of one of the mentor's tracks or raise `NotFound`."""
    row = db.get(ComparisonRound, round_id)
    if not person.has(Role.MENTOR) or row.track not in person.tracks:
        raise errors.NotFound
    return row


def works_of(round_id: int) -> list[int]:
    """Return the pieces of work of a round."""
    return list(
        db.session().execute(
            select(col(RoundWork.submission_id))
            .where(col(RoundWork.round_id) == round_id)
            .order_by(col(RoundWork.submission_id))
        ).scalars()
    )  # fmt: skip


def judges(round_id: int) -> dict[int, int]:
    """Return the judges of a round with the number of their decided comparisons."""
    rows = db.session().execute(
        select(col(RoundJudge.judge_id), func.count(col(Comparison.winner_id)))
        .outerjoin(
            Comparison,
            and_(
                col(Comparison.round_id) == col(RoundJudge.round_id),
                col(Comparison.judge_id) == col(RoundJudge.judge_id),
            ),
        )
        .where(col(RoundJudge.round_id) == round_id)
        .group_by(col(RoundJudge.judge_id))
        .order_by(col(RoundJudge.judge_id))
    )
    return {judge: int(count) for judge, count in rows}


def decided(round_id: int) -> list[pairs.Comparison]:
    """Return what was decided in a round, in its order: (judge, the better work, the other)."""
    rows = db.session().execute(
        select(
            col(Comparison.judge_id), col(Comparison.left_id), col(Comparison.right_id),
            col(Comparison.winner_id),
        )
        .where(col(Comparison.round_id) == round_id, col(Comparison.winner_id).is_not(None))
        .order_by(col(Comparison.id))
    )  # fmt: skip
    return [
        (str(judge), str(winner), str(right if winner == left else left))
        for judge, left, right, winner in rows
    ]


def open_pair(round_id: int, judge_id: int) -> Comparison | None:
    """Return the pair that a judge has before them."""
    return db.session().exec(
        rows_of(Comparison).where(col(Comparison.open_key) == open_key(round_id, judge_id))
    ).first()  # fmt: skip


def open_key(round_id: int, judge_id: int) -> str:
    """Return what makes a judge's open pair of a round the only one."""
    return f"{round_id}:{judge_id}"


def unfit(judge_id: int, works: Mapping[int, assessments.Shown]) -> set[int]:
    """Return the works that somebody must not judge: their own, and of talents they accompany."""
    mentees = {
        person
        for mentor, person in assessments.companions({w.person_id for w in works.values()})
        if mentor == judge_id
    }
    return {w.id for w in works.values() if w.person_id == judge_id or w.person_id in mentees}


@dataclass(frozen=True)
class Pair:
    """One pair as its judge sees it."""

    id: int
    left: assessments.Shown
    right: assessments.Shown


def pair_for(round_id: int, judge_id: int) -> Pair | None:
    """Return a judge's open pair with its files; None without one, or when it is no longer theirs."""
    row = open_pair(round_id, judge_id)
    if row is None:
        return None
    works = assessments.shown({row.left_id, row.right_id}, files=True)
    if unfit(judge_id, works):
        return None
    return Pair(row.id or 0, works[row.left_id], works[row.right_id])


@dataclass(frozen=True)
class Place:
    """One work in the order: its value and error, the advised mark, and the mark by the rubric."""

    rank: int
    work: int
    person_id: int
    value: float
    se: float
    comparisons: int
    wins: int
    advice: tuple[float, float] | None
    total: float | None


@dataclass(frozen=True)
class Order:
    """The order a round found; `no_advice` says why no marks can be advised (see `rules.advice`)."""

    places: tuple[Place, ...]
    picture: rules.Picture
    no_advice: str


def order(
    found: rules.Measured, works: Mapping[int, assessments.Shown], hidden: Collection[int] = ()
) -> Order:
    """Return the works from best to weakest; rubric marks of `hidden` works are not shown."""
    totals = {str(w.id): w.total for w in works.values() if w.total is not None}
    advised, reason = rules.advice(found.scale, totals)
    places = []
    for rank, value in enumerate(rules.ranked(found.scale), 1):
        work = works[int(value.work)]
        places.append(
            Place(
                rank=rank, work=work.id, person_id=work.person_id, value=value.value, se=value.se,
                comparisons=value.comparisons, wins=value.wins, advice=advised.get(value.work),
                total=None if work.id in hidden else work.total,
            )
        )  # fmt: skip
    return Order(tuple(places), rules.picture(found.scale), reason)


def export_person(person_id: int) -> dict[str, Any]:
    """Return what rounds know about somebody: what they judged, and where their work was compared."""
    session = db.session()
    own = session.execute(
        select(
            col(Comparison.round_id), col(Comparison.left_id), col(Comparison.right_id),
            col(Comparison.winner_id), col(Comparison.decided_at),
        )
        .where(col(Comparison.judge_id) == person_id)
        .order_by(col(Comparison.id))
    )  # fmt: skip
    inside = session.execute(
        select(col(RoundWork.round_id), col(RoundWork.submission_id))
        .where(col(RoundWork.submission_id).in_(assessments.work_of(person_id)))
        .order_by(col(RoundWork.id))
    )
    return {
        "comparison": [dict(row._mapping) for row in own],
        "comparison_work": [dict(row._mapping) for row in inside],
    }
