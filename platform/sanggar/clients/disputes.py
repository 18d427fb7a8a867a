"""Verbs of disputes: ask an officer, say one's side, settle; who stays silent lets a rule decide."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select

from sanggar import errors
from sanggar.clients import records, stages, work
from sanggar.clients.models import Placement
from sanggar.clients.rules import PlacementState
from sanggar.clients.stages import NoteKind, Side
from sanggar.clients.work_models import WorkNote
from sanggar.kernel import db, events
from sanggar.kernel.access import Principal
from sanggar.kernel.i18n import _
from sanggar.plugin import events as happened


def dispute(placement_id: int, reason: str, *, by: Principal, now: datetime) -> None:
    """Ask an officer to help when the two sides do not agree; in a dispute, it is one's word."""
    row = work.held(placement_id, by, "talent", "client", "officer")
    if row.state is PlacementState.DISPUTED:
        _word(row, "reason", reason, by, now)
        return
    work.with_reason(row, reason, by, now)
    row.disputed_from, row.disputed_at, row.dispute_reminders = row.state, now, 0
    work.move(row, PlacementState.DISPUTED, now, by, reason)
    row.was_disputed = True
    side = Side(work.side_of(row.person_id, row.brief_id, by))
    work.write_down(row, NoteKind.DISPUTE, side, reason, now, by)
    records.refresh([row.person_id], now, skills=False)
    work.tell(row, now, "disputed")


def say(placement_id: int, text: str, *, by: Principal, now: datetime) -> None:
    """Write one's word into the log of a dispute: both sides and the officer read it."""
    row = work.held(placement_id, by, "talent", "client", "officer")
    if row.state is not PlacementState.DISPUTED:
        raise errors.Conflict(_("There is no dispute to settle."))
    _word(row, "text", text, by, now)


def _word(row: Placement, name: str, text: str, by: Principal, now: datetime) -> None:
    if len(text) < work.MIN_REASON:
        raise errors.Invalid(fields={name: _("At least %(n)s characters.", n=work.MIN_REASON)})
    said = _said(row)
    side = Side(work.side_of(row.person_id, row.brief_id, by))
    if said and (said[-1].side, said[-1].text) == (side, text):
        return  # the form was sent twice
    work.write_down(row, NoteKind.DISPUTE, side, text, now, by)
    work.tell(row, now, "said", side.value)


def _said(row: Placement) -> list[WorkNote]:
    """Return the log of the dispute that is open now."""
    statement = select(WorkNote).where(
        col(WorkNote.placement_id) == row.id, col(WorkNote.kind) == NoteKind.DISPUTE,
        col(WorkNote.at) >= row.disputed_at,
    )  # fmt: skip
    return list(db.session().exec(statement.order_by(col(WorkNote.id))))


def settle(
    placement_id: int, to: PlacementState, reason: str, *, by: Principal, now: datetime
) -> None:
    """End a dispute as an officer: the work goes on, counts as accepted, or is cancelled."""
    row = work.held(placement_id, by, "officer")
    if row.state is not PlacementState.DISPUTED:
        raise errors.Conflict(_("There is no dispute to settle."))
    work.with_reason(row, reason, by, now)
    work.write_down(row, NoteKind.OUTCOME, Side.OFFICER, reason, now, by)
    _end(row, to, reason, now, by)


def _end(
    row: Placement, to: PlacementState, reason: str, now: datetime, by: Principal | None
) -> None:
    if to is PlacementState.FINISHED:
        work.finish(row, now, by, "officer" if by else "silence")
    elif to is PlacementState.CANCELLED:
        work.end_cancelled(row, reason, now, by)
    else:
        work.move(row, PlacementState.RUNNING, now, by, reason)
        row.started_at = row.started_at or now
        work.tell(row, now, "running", "officer")


def follow_up(now: datetime) -> tuple[int, int]:
    """Ask silent sides of disputes for their word, and end those silent for 7 days; return both counts."""
    reminded = ended = 0
    for row in list(db.session().exec(
        select(Placement).where(col(Placement.state) == PlacementState.DISPUTED)
        .order_by(col(Placement.id)).with_for_update()
    )):  # fmt: skip
        if row.disputed_at is None:
            continue
        said = _said(row)
        spoken = frozenset(note.side for note in said)
        silent = stages.silent_side(said[0].side if said else None, spoken)
        if silent is None:
            continue
        if stages.ends_by_itself(row.disputed_at, row.dispute_reminders, now):
            _by_rule(row, silent, now)
            ended += 1
        elif stages.dispute_reminders(row.disputed_at, now) > row.dispute_reminders:
            row.dispute_reminders += 1
            db.session().add(row)
            db.flush()
            _remind(row, silent, now)
            reminded += 1
    return reminded, ended


def _by_rule(row: Placement, silent: Side, now: datetime) -> None:
    to = stages.default_outcome(silent, row.disputed_from or PlacementState.RUNNING)
    reason = _("One side said nothing for 7 days, so the rule decided.")
    row.by_rule, row.reason, row.ended_at, row.ended_by_id = True, reason, now, None
    work.write_down(row, NoteKind.OUTCOME, Side.RULE, reason, now)
    _end(row, to, reason, now, None)


def _remind(row: Placement, silent: Side, now: datetime) -> None:
    talent = silent is Side.TALENT
    person = row.person_id if talent else work.owner_of(row.client_id)
    events.emit(happened.WorkReminder(
        at=now, person=person, brief=row.brief_id, about="dispute", number=row.dispute_reminders,
        since=int(row.disputed_at.timestamp()) if row.disputed_at else 0, placement=row.id or 0,
    ))  # fmt: skip
