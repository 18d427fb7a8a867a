"""Clocks that stand still or run longer: outages of a hub, breaks and extra time of a person."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import col, select

from sanggar import errors
from sanggar.assessments import attempts, clocks, content, rules
from sanggar.assessments.models import Attempt, AttemptState
from sanggar.invigilation import queries as invigilation
from sanggar.kernel import db, events
from sanggar.kernel.i18n import _l
from sanggar.plugin.events import AccommodationChanged, OutageChanged


def rest(attempt: Attempt, now: datetime) -> None:
    """Begin a break of one's own; beginning it twice is one break.

    Parameters
    ----------
    attempt : Attempt
        Live and held by the caller.
    now : datetime

    Raises
    ------
    Conflict
        When no break is left, the time is up, or the clock stands still anyway.
    """
    attempts.settle_rest(attempt, now)
    clock = clocks.of(attempt)
    if clock.resting(now):
        return
    if clock.paused_at is not None:
        raise errors.Conflict(_l("The clock stands still already: there is an outage in your hub."))
    if clock.left(now) <= timedelta():
        raise errors.Conflict(_l("Your break is used up."))
    if attempt.state is not AttemptState.LIVE or now >= clock.end(now):
        raise errors.Conflict(_l("The time is up, so no break can begin."))
    clocks.keep(attempt, clock.rest(now))
    attempts.note(attempt, "rest_began", now)
    db.flush()


def go_on(attempt: Attempt, now: datetime) -> None:
    """End a break; without one nothing happens. `attempt` is held by the caller."""
    if attempt.state is AttemptState.LIVE:
        attempts.end_rest(attempt, now)
        db.flush()


def answer_came(attempt: Attempt, now: datetime) -> None:
    """Let the clock run where somebody answers: nobody works while it rests.

    What was sent just before the break may arrive just after it began: within the seconds that a
    slow network is forgiven, the break begins anew with the answer. Later ones end it.
    """
    attempts.settle_rest(attempt, now)
    if attempt.resting_since is None:
        return
    if now - attempt.resting_since <= rules.GRACE:
        clocks.keep(attempt, clocks.of(attempt).rest(now))
        attempts.note(attempt, "rest_moved", now)
    else:
        attempts.end_rest(attempt, now)


def _live(condition: object) -> list[Attempt]:
    """Return the live attempts of a hub or person, held until the transaction ends."""
    found = db.session().execute(
        select(col(Attempt.id)).where(col(Attempt.state) == AttemptState.LIVE, condition)  # type: ignore[arg-type]
        .order_by(col(Attempt.id))  # all who lock several attempts take them in this order
    ).scalars().all()  # fmt: skip
    held = [db.lock(Attempt, attempt_id or 0) for attempt_id in found]
    return [attempt for attempt in held if attempt.state is AttemptState.LIVE]


@events.on(OutageChanged)
def outage_changed(event: OutageChanged) -> None:
    """Stop the clocks of a hub's attempts, or let them go on with the lost time given back.

    An outage that is declared when it is over gives back what others and breaks have not given. A
    break that was taken in its time stays taken.
    """
    going_on = invigilation.outage(event.hub) is not None
    for attempt in _live(col(Attempt.hub_id) == event.hub):
        attempts.settle_rest(attempt, event.at)
        before = clocks.of(attempt)
        if event.ended_at is None:
            kind, after = "paused", before.pause(event.at, event.began_at)
        elif before.paused_at is not None and not going_on:
            kind, after = "resumed", before.resume(event.at, event.ended_at)
        else:
            kind, after = "given_back", before.lost(event.at, event.began_at, event.ended_at)
        clocks.keep(attempt, after)
        given = after.deadline - before.deadline
        attempts.note(attempt, kind, event.at, seconds=round(given.total_seconds()))
    db.flush()


@events.on(AccommodationChanged)
def accommodation_changed(event: AccommodationChanged) -> None:
    """Give running attempts of a person what was granted; what was given is not taken back."""
    for attempt in _live(col(Attempt.person_id) == event.person):
        attempts.settle_rest(attempt, event.at)  # a break that is over does not go on by a grant
        _track, exam = content.find_assessment(attempt.track, attempt.assessment)
        more = event.extra_percent - attempt.extra_percent
        if exam is not None and more > 0:
            attempt.deadline += timedelta(minutes=exam.minutes * more / 100)
            attempt.extra_percent = event.extra_percent
            attempts.note(attempt, "extra_time", event.at, percent=event.extra_percent)
        if event.break_minutes > attempt.break_minutes:
            attempt.break_minutes = event.break_minutes
            attempts.note(attempt, "breaks", event.at, minutes=event.break_minutes)
    db.flush()
