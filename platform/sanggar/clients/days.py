"""A later day for agreed work: one side proposes it and says why, the other agrees or not.

Only a yes of the other side moves the day, and with it every deadline and reminder. What was proposed
stays in the log of the work, whatever became of it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlmodel import col

from sanggar import clock, errors
from sanggar.clients import calendar, records, work
from sanggar.clients.lookup import select
from sanggar.clients.models import Placement
from sanggar.clients.rules import PlacementState
from sanggar.clients.stages import DayState, NoteKind, Side
from sanggar.clients.work_models import DayChange, WorkNote
from sanggar.kernel import db
from sanggar.kernel.access import Principal
from sanggar.kernel.i18n import _

WHILE = (PlacementState.AGREED, PlacementState.RUNNING)
LONGEST = timedelta(days=365)


def _proposals(placement_id: int) -> list[tuple[WorkNote, DayChange]]:
    """Return every proposal of another day for some work with its line of the log."""
    statement = (
        select(WorkNote, DayChange)
        .join(DayChange, col(DayChange.note_id) == col(WorkNote.id))
        .where(col(DayChange.placement_id) == placement_id).order_by(col(DayChange.id))
    )  # fmt: skip
    return [(note, change) for note, change in db.session().execute(statement)]


def propose(
    placement_id: int, day: date, reason: str, *, by: Principal, now: datetime
) -> None:  # fmt: skip
    """Propose a later day to the other side; another proposal of one's own takes the place of the first.

    Raises
    ------
    errors.Invalid
        When the day is not later than the agreed one, or nobody says why.
    errors.Conflict
        When the other side waits for an answer, the work is handed over or in dispute, or the talent
        is somewhere else on these days.
    """
    row = work.held(placement_id, by, "talent", "client")
    work.need(row, *WHILE)
    _check(row, day, reason, clock.local(now).date())
    side = Side(work.side_of(row.person_id, row.brief_id, by))
    for line, change in _proposals(placement_id):
        if change.state is not DayState.OPEN:
            continue
        if line.side is not side:
            raise errors.Conflict(_("The other side has proposed a day: answer it first."))
        if (change.new_due, line.text) == (day, reason):
            return  # the form was sent twice
        _close(change, DayState.WITHDRAWN, by, now)
    _need_free(row, day)
    note = work.write_down(row, NoteKind.DAY, side, reason, now, by)
    db.add(DayChange(
        placement_id=placement_id, note_id=note.id or 0, old_due=row.due, new_due=day,
    ))  # fmt: skip
    work.tell(row, now, "day", side.value)


def _check(row: Placement, day: date, reason: str, today: date) -> None:
    wrong = {}
    if day <= row.due or day < today:
        wrong["day"] = _("Choose a day that is later than the agreed one and still to come.")
    elif day > today + LONGEST:
        wrong["day"] = _("At most a year ahead.")
    if len(reason) < work.MIN_REASON:
        wrong["why"] = _("At least %(n)s characters.", n=work.MIN_REASON)
    if wrong:
        raise errors.Invalid(fields=wrong)


def _need_free(row: Placement, day: date) -> None:
    """Refuse new days on site on which the talent is elsewhere; this work itself takes the old ones."""
    if row.onsite:
        first = max(_starts(row, day), row.due + timedelta(days=1))
        calendar.need_free(row.person_id, first, day)


def _starts(row: Placement, day: date) -> date:
    """Return the first day of work that ends on a new day: what has begun has begun."""
    begun = row.state is not PlacementState.AGREED or not row.onsite
    return row.starts_on if begun else day - (row.due - row.starts_on)


def answer(
    placement_id: int, change_id: int, to: DayState, *, by: Principal, now: datetime
) -> None:
    """Agree to a proposed day or refuse it as the other side; withdraw it as one's own. Twice is once.

    Raises
    ------
    errors.Conflict
        When it was answered already, the day has passed, or the talent is somewhere else on these days.
    errors.NotFound
        When it is not this side's to say.
    """
    row = work.held(placement_id, by, "talent", "client")
    side = work.side_of(row.person_id, row.brief_id, by)
    line, change = next(
        (pair for pair in _proposals(placement_id) if pair[1].id == change_id), (None, None)
    )
    if line is None or change is None or (line.side.value == side) != (to is DayState.WITHDRAWN):
        raise errors.NotFound
    if change.state is to:
        return
    if change.state is not DayState.OPEN:
        raise errors.Conflict(_("This work has moved on. Reload the page to see how it stands."))
    if to is DayState.AGREED:
        _agree(row, change.new_due, now)
    _close(change, to, by, now)
    if to is not DayState.WITHDRAWN:
        work.tell(row, now, f"day_{to.value}", side)


def _agree(row: Placement, day: date, now: datetime) -> None:
    if day < clock.local(now).date():
        raise errors.Conflict(_("This day has passed: propose another one."))
    _need_free(row, day)
    row.starts_on, row.due = _starts(row, day), day
    db.add(row)
    records.refresh([row.person_id], now, skills=False)


def _close(change: DayChange, to: DayState, by: Principal, now: datetime) -> None:
    change.state, change.answered_at, change.answered_by_id = to, now, by.id
    db.add(change)
