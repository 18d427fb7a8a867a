"""The verbs of comparative judgement: plan a round, open it, ask, decide, reckon the scale, close."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.assessments import queries as assessments
from sanggar.comparison import queries, rules
from sanggar.comparison.models import (
    Comparison,
    ComparisonRound,
    RoundJudge,
    RoundState,
    RoundWork,
)
from sanggar.kernel import db, events, jobs, registry
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.forms import clean
from sanggar.kernel.i18n import _, _l
from sanggar.measurement import pairs
from sanggar.plugin.events import RoundJudgeInvited

LEFT, RIGHT = "left", "right"


@dataclass(frozen=True)
class Plan:
    """What a mentor fills in for a round; `works` are submissions, `judges` are people."""

    track: str
    ref: str
    title: str
    works: Collection[int]
    judges: Collection[int]
    reliability: float = pairs.RELIABILITY
    each: int = pairs.EACH


def plan_round(plan: Plan, *, by: Principal, now: datetime) -> int:
    """Plan a round; the same plan again is the round that is there.

    Parameters
    ----------
    plan : Plan
    by : Principal
        A mentor of the track (`NotFound` for others).
    now : datetime

    Raises
    ------
    Invalid
        With the fault beside each field.
    """
    if not by.has(Role.MENTOR) or plan.track not in by.tracks:
        raise errors.NotFound
    title = " ".join(clean(plan.title).split())
    faults = _faults(plan, title)
    if faults:
        raise errors.Invalid(fields=faults)
    if (there := _same(plan, title, by)) is not None:
        return there
    made = ComparisonRound(
        track=plan.track, ref=plan.ref, title=title, reliability=plan.reliability, each=plan.each,
        made_by_id=by.id, made_at=now,
    )  # fmt: skip
    try:
        with db.session().begin_nested():
            row = db.add(made)
    except IntegrityError:  # the same form was sent twice at once
        return _same(plan, title, by) or 0
    key = row.id or 0
    db.session().add_all(RoundWork(round_id=key, submission_id=w) for w in sorted(set(plan.works)))
    db.session().add_all(RoundJudge(round_id=key, judge_id=j) for j in sorted(set(plan.judges)))
    db.flush()
    return key


def _same(plan: Plan, title: str, by: Principal) -> int | None:
    """Return the round that this plan has made already; its title may not be another's."""
    row = db.session().exec(
        select(ComparisonRound).where(
            col(ComparisonRound.track) == plan.track, col(ComparisonRound.ref) == plan.ref,
            col(ComparisonRound.title) == title,
        )
    ).first()  # fmt: skip
    if row is None:
        return None
    key = row.id or 0
    same = row.made_by_id == by.id and set(queries.works_of(key)) == set(plan.works)
    if not same:
        raise errors.Invalid(fields={"title": _("A round of this name is there. Choose another.")})
    return key


def _faults(plan: Plan, title: str) -> dict[str, str]:
    faults = {}
    works, judges = set(plan.works), set(plan.judges)
    track = registry.current().tracks.get(plan.track)
    if track is None or track.assignment(plan.ref) is None:
        raise errors.NotFound
    if not 1 <= len(title) <= 120:
        faults["title"] = _("Give the round a name of at most 120 characters.")
    if works - {work.id for work in assessments.works(plan.track, plan.ref)}:
        faults["works"] = _("Choose from the works on the list.")
    elif not rules.LEAST_WORKS <= len(works) <= rules.MOST_WORKS:
        faults["works"] = _(
            "Choose %(least)s to %(most)s works.", least=rules.LEAST_WORKS, most=rules.MOST_WORKS
        )
    if judges - {mentor.id for mentor in accounts.mentors(plan.track)}:
        faults["judges"] = _("Choose mentors of this track.")
    elif not 1 <= len(judges) <= rules.MOST_JUDGES:
        faults["judges"] = _("Choose 1 to %(most)s judges.", most=rules.MOST_JUDGES)
    if plan.reliability not in rules.RELIABILITIES:
        faults["reliability"] = _("Choose one of the options.")
    least, most = rules.EACH
    possible = rules.most_each(len(works), len(judges))
    if not least <= plan.each <= most:
        faults["each"] = _("Write a number from %(least)s to %(most)s.", least=least, most=most)
    elif not {"works", "judges"} & faults.keys() and plan.each > possible:
        faults["each"] = _(
            "With these works and judges a work can have at most %(n)s comparisons, because nobody "
            "sees a pair twice.", n=possible,
        )  # fmt: skip
    return faults


def may_manage(found: ComparisonRound, by: Principal) -> bool:
    """Return whether `by` opens and closes a round: its maker, any mentor of the track once they left."""
    if found.made_by_id == by.id:
        return True
    return found.made_by_id not in {mentor.id for mentor in accounts.mentors(found.track)}


def _hold(round_id: int, by: Principal) -> ComparisonRound:
    """Return a round to change, held until the transaction ends."""
    queries.round_for(by, round_id)
    row = db.lock(ComparisonRound, round_id)
    if not may_manage(row, by):
        raise errors.Forbidden(_l("Who planned a round opens and closes it."))
    return row


def open_round(round_id: int, *, by: Principal, now: datetime) -> None:
    """Let the judges begin and tell them; opening it twice is fine."""
    row = _hold(round_id, by)
    if row.state is RoundState.CLOSED:
        raise errors.Conflict(_l("This round is closed."))
    if row.state is RoundState.PLANNED:
        row.state, row.opened_at = RoundState.OPEN, now
        db.flush()
        for judge in sorted(set(queries.judges(round_id)) - {by.id}):
            events.emit(RoundJudgeInvited(
                at=now, person=judge, track=row.track, assignment=row.ref, round=round_id
            ))  # fmt: skip


def close_round(round_id: int, *, by: Principal, now: datetime) -> None:
    """Close a round by hand, whatever the stop rule says; closing it twice is fine."""
    row = _hold(round_id, by)
    if row.state is RoundState.CLOSED:
        return
    row.state, row.closed_at, row.closed_by_id = RoundState.CLOSED, now, by.id
    db.flush()
    jobs.enqueue(refresh, round_id)


def next_pair(round_id: int, *, by: Principal, now: datetime) -> int | None:
    """Return the pair a judge has before them, or give them the next.

    Parameters
    ----------
    round_id : int
    by : Principal
        A judge of the round (`NotFound` for others).
    now : datetime

    Returns
    -------
    int or None
        The comparison; None when this judge has seen all they can.

    Raises
    ------
    Conflict
        When the round is not open.
    """
    found = queries.round_for(by, round_id)
    judge = _judge(round_id, by.id)
    db.lock(RoundJudge, judge.id or 0)  # two tabs of one judge: one pair
    if found.state is not RoundState.OPEN:
        raise errors.Conflict(_l("This round is not open."))
    works = assessments.shown(queries.works_of(round_id))
    unfit = queries.unfit(by.id, works)
    before = queries.open_pair(round_id, by.id)
    if before is not None:
        if not {before.left_id, before.right_id} & unfit:
            return before.id
        db.session().delete(before)  # they accompany its maker since
        db.flush()
    kept = rules.from_json(found.scale)
    pair = pairs.next_pair(
        str(by.id), queries.decided(round_id), [str(key) for key in sorted(works)],
        scale=kept.scale if kept else None, excluded={str(key) for key in unfit},
        seed=round_id * 1_000_003 + by.id,
    )  # fmt: skip
    if pair is None:
        jobs.enqueue(refresh, round_id)
        return None
    left, right = map(int, pair)
    made = Comparison(
        round_id=round_id, judge_id=by.id, left_id=left, right_id=right,
        pair=rules.pair_key(left, right), open_key=queries.open_key(round_id, by.id),
        started_at=now,
    )  # fmt: skip
    return db.add(made).id


def _judge(round_id: int, person_id: int) -> RoundJudge:
    row = db.session().exec(
        select(RoundJudge).where(
            col(RoundJudge.round_id) == round_id, col(RoundJudge.judge_id) == person_id
        )
    ).first()  # fmt: skip
    if row is None:
        raise errors.NotFound
    return row


@dataclass(frozen=True)
class Decided:
    """What became of an answer; `counted` is false when the round had closed meanwhile."""

    round_id: int
    counted: bool


def decide(comparison_id: int, better: str, *, by: Principal, now: datetime) -> Decided:
    """Say which work of a pair is better; saying it again, or something else, changes nothing.

    Parameters
    ----------
    comparison_id : int
        A pair of this judge's own (`NotFound` for others').
    better : str
        ``left`` or ``right``.
    by : Principal
    now : datetime

    Raises
    ------
    Invalid
        When it is neither.
    """
    row = db.lock(Comparison, comparison_id)
    if row.judge_id != by.id:
        raise errors.NotFound
    found = queries.round_for(by, row.round_id)
    if better not in (LEFT, RIGHT):
        raise errors.Invalid(_l("Choose the left or the right work."))
    if row.winner_id is not None:
        return Decided(row.round_id, counted=True)
    if found.state is not RoundState.OPEN:
        return Decided(row.round_id, counted=False)
    if queries.unfit(by.id, assessments.shown({row.left_id, row.right_id})):
        raise errors.NotFound
    row.winner_id = row.left_id if better == LEFT else row.right_id
    row.decided_at, row.open_key = now, None
    db.flush()
    total = _total(row.round_id)
    if total - found.measured >= rules.step(len(queries.works_of(row.round_id))):
        jobs.enqueue(refresh, row.round_id)
    return Decided(row.round_id, counted=True)


def _total(round_id: int) -> int:
    return int(
        db.session().exec(
            select(func.count()).select_from(Comparison).where(
                col(Comparison.round_id) == round_id, col(Comparison.winner_id).is_not(None)
            )
        ).one()
    )  # fmt: skip


@jobs.task
def refresh(round_id: int) -> None:
    """Reckon the scale of a round, and close the round when its stop rule is reached."""
    inputs = _inputs(round_id)
    db.rollback()  # nothing is written yet: others may, while the scale is reckoned
    if inputs is not None:
        _keep(round_id, rules.measure(*inputs), clock.now())


def measure(round_id: int, now: datetime) -> None:
    """Do what `refresh` does inside this transaction (demonstrations, tests)."""
    inputs = _inputs(round_id)
    if inputs is not None:
        _keep(round_id, rules.measure(*inputs), now)


def _inputs(round_id: int) -> tuple[list[pairs.Comparison], list[str]] | None:
    """Return what a scale is reckoned from, None when the kept one is not older."""
    found = db.get(ComparisonRound, round_id)
    comparisons = queries.decided(round_id)
    if len(comparisons) <= found.measured:
        return None
    return comparisons, [str(key) for key in queries.works_of(round_id)]


def _keep(round_id: int, found: rules.Measured, now: datetime) -> None:
    """Keep a scale unless a newer one is there; by the stop rule, close the round."""
    row = db.lock(ComparisonRound, round_id)
    if found.comparisons <= row.measured:
        return
    row.scale, row.measured = rules.to_json(found), found.comparisons
    if row.state is RoundState.OPEN and found.progress(row.reliability, row.each).done:
        row.state, row.closed_at = RoundState.CLOSED, now
    db.flush()
    if row.state is RoundState.CLOSED and _total(round_id) > found.comparisons:
        jobs.enqueue(refresh, round_id)  # decided while this was reckoned
