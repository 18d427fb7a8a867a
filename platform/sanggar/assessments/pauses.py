"""Clocks that stand still or run longer: outages of a hub, extra time of a person."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from sanggar.assessments import attempts, content
from sanggar.assessments.models import Attempt, AttemptState
from sanggar.invigilation import queries as invigilation
from sanggar.kernel import db, events
from sanggar.plugin.events import AccommodationChanged, OutageChanged


def _live(condition: object) -> list[Attempt]:
    """Return the live attempts of a hub or person, held until the transaction ends."""
    found = db.session().execute(
        select(col(Attempt.id)).where(col(Attempt.state) == AttemptState.LIVE, condition)  # type: ignore[arg-type]
    ).scalars().all()  # fmt: skip
    held = [db.lock(Attempt, attempt_id or 0) for attempt_id in found]
    return [attempt for attempt in held if attempt.state is AttemptState.LIVE]


@events.on(OutageChanged)
def outage_changed(event: OutageChanged) -> None:
    """Stop the clocks of a hub's attempts, or let them go on with the lost time given back."""
    for attempt in _live(col(Attempt.hub_id) == event.hub):
        if event.ended_at is None:
            attempt.paused_at = attempt.paused_at or max(event.began_at, attempt.started_at)
            attempts.note(attempt, "paused", event.at)
            continue
        if attempt.paused_at is not None:
            given = max(timedelta(), event.ended_at - attempt.paused_at)
        else:
            given = _lost(attempt, event)
        attempt.deadline, attempt.paused_at = attempt.deadline + given, None
        attempts.note(attempt, "resumed", event.at, seconds=round(given.total_seconds()))
    db.flush()


def _lost(attempt: Attempt, event: OutageChanged) -> timedelta:
    """Return what an outage took that is declared when it is over; what others took is given already."""
    since = attempt.started_at - invigilation.LONGEST_OUTAGE
    others, both = [], []
    for outage in invigilation.outages([event.hub], since):
        if outage.ended_at is not None:
            both.append((outage.began_at, outage.ended_at))
            if outage.id != event.outage:
                others.append(both[-1])
    return invigilation.lost(both, attempt.started_at, event.at) - invigilation.lost(
        others, attempt.started_at, event.at
    )


@events.on(AccommodationChanged)
def extra_time_changed(event: AccommodationChanged) -> None:
    """Give running attempts of a person their extra time; time once given is not taken back."""
    for attempt in _live(col(Attempt.person_id) == event.person):
        _track, exam = content.find_assessment(attempt.track, attempt.assessment)
        more = event.extra_percent - attempt.extra_percent
        if exam is None or more <= 0:
            continue
        attempt.deadline += timedelta(minutes=exam.minutes * more / 100)
        attempt.extra_percent = event.extra_percent
        attempts.note(attempt, "extra_time", event.at, percent=event.extra_percent)
    db.flush()
