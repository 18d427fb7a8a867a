"""Verbs of agreed work: begin, deliver, ask for a revision, accept, rate, cancel."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, select

from sanggar import errors
from sanggar.clients import briefs, history, queries, records, rules
from sanggar.clients.file_models import WorkFile
from sanggar.clients.models import Block, Placement
from sanggar.clients.rules import BriefState, PlacementState
from sanggar.clients.stages import DayState, NoteKind, Side
from sanggar.clients.work_models import DayChange, Payment, WorkNote
from sanggar.evidence import service as evidence
from sanggar.kernel import db, events
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.i18n import _
from sanggar.plugin import events as happened

MIN_REASON = 10


def held(placement_id: int, by: Principal, *sides: str) -> Placement:
    """Return work to one of these sides (talent, client, officer), held; `NotFound` to others."""
    row = db.lock(Placement, placement_id)
    if side_of(row.person_id, row.brief_id, by) not in sides:
        raise errors.NotFound
    return row


def side_of(talent_id: int, brief_id: int, by: Principal) -> str:
    """Return on which side of some work a person stands, or raise `NotFound`."""
    if by.id == talent_id:
        return "talent"
    if queries.brief(brief_id, by).mine:
        return "client"
    if not by.has(Role.HUB_OFFICER, Role.ADMIN):
        raise errors.NotFound  # the province reads figures; it takes part in no work
    return "officer"


def need(row: Placement, *states: PlacementState) -> None:
    """Refuse a verb that is for other states: the button of an old tab moves nothing."""
    if row.state not in states:
        raise errors.Conflict(_("This work has moved on. Reload the page to see how it stands."))


def move(
    row: Placement, to: PlacementState, now: datetime, by: Principal | None = None, reason: str = ""
) -> None:
    """Move some work by rule, and write it into the history of its brief."""
    if not rules.can_move_placement(row.state, to):
        raise errors.Conflict(_("This work has moved on. Reload the page to see how it stands."))
    row.state = to
    db.session().add(row)
    if to is not PlacementState.RUNNING:
        _lapse(row, now)
    history.note(row.brief_id, now, by.id if by else None, reason)
    records.refresh([row.person_id], now, skills=False)


def _lapse(row: Placement, now: datetime) -> None:
    """Let a proposal of another day end: the work is handed over, in dispute or has ended."""
    for change in db.session().exec(
        select(DayChange).where(
            col(DayChange.placement_id) == row.id, col(DayChange.state) == DayState.OPEN
        )
    ):
        change.state, change.answered_at = DayState.LAPSED, now
        db.session().add(change)


def tell(row: Placement, now: datetime, state: str, how: str = "") -> None:
    """Let others hear how some work stands."""
    events.emit(happened.PlacementChanged(
        at=now, person=row.person_id, placement=row.id or 0, state=state, how=how,
    ))  # fmt: skip


def owner_of(client_id: int) -> int:
    """Return who owns a business."""
    return queries.client(client_id).person_id


def write_down(
    row: Placement, kind: NoteKind, side: Side, text: str, now: datetime,
    by: Principal | None = None, link: str = "",
) -> WorkNote:  # fmt: skip
    """Add a line to the log of some work."""
    return db.add(WorkNote(
        placement_id=row.id or 0, kind=kind, side=side, by_id=by.id if by else None, text=text,
        link=link, at=now,
    ))  # fmt: skip


def start(placement_id: int, *, by: Principal, now: datetime) -> None:
    """Say as the talent that the work has begun."""
    row = held(placement_id, by, "talent")
    if row.state is PlacementState.RUNNING:
        return
    need(row, PlacementState.AGREED)
    move(row, PlacementState.RUNNING, now, by)
    row.started_at = now
    tell(row, now, "running")


def deliver(placement_id: int, note: str, link: str, *, by: Principal, now: datetime) -> None:
    """Hand the work over as the talent; work that was only agreed has thereby begun.

    The first delivery says whether the work came by its day: changes the client asks for take longer.
    """
    row = held(placement_id, by, "talent")
    same = (row.delivery_note, row.delivery_link) == (note, link)
    if row.state is PlacementState.DELIVERED and same:
        return  # the form was sent twice
    need(row, PlacementState.AGREED, PlacementState.RUNNING)
    files = list(db.session().exec(
        select(WorkFile).where(
            col(WorkFile.placement_id) == placement_id, col(WorkFile.note_id).is_(None)
        )
    ))  # fmt: skip
    if not (note or link or files):
        raise errors.Invalid(fields={"note": _("Say what you hand over and where it is.")})
    if row.state is PlacementState.AGREED:
        move(row, PlacementState.RUNNING, now, by)
        row.started_at = now
    move(row, PlacementState.DELIVERED, now, by)
    row.delivered_at, row.delivery_note, row.delivery_link = now, note, link
    row.reminders = 0
    if row.on_time is None:
        row.on_time = rules.on_time(now, row.due)
    line = write_down(row, NoteKind.DELIVERY, Side.TALENT, note, now, by, link)
    for file in files:
        file.note_id = line.id
        db.session().add(file)
    db.flush()
    tell(row, now, "delivered")


def ask_revision(placement_id: int, text: str, *, by: Principal, now: datetime) -> None:
    """Send delivered work back as the client, as often as was agreed."""
    row = held(placement_id, by, "client", "officer")
    if row.state is PlacementState.RUNNING and row.revisions_used and row.reason == text:
        return  # the form was sent twice
    need(row, PlacementState.DELIVERED)
    if row.revisions_used >= row.revisions:
        raise errors.Conflict(
            _("The agreed revisions are used up: agree on more with the talent, or accept.")
        )
    if len(text) < MIN_REASON:
        raise errors.Invalid(fields={"text": _("Say what should be different.")})
    move(row, PlacementState.RUNNING, now, by)
    row.revisions_used += 1
    row.reason = text
    write_down(row, NoteKind.REVISION, Side.CLIENT, text, now, by)
    tell(row, now, "running", "revision")


def accept_work(
    placement_id: int, rating: int | None, comment: str, *, by: Principal, now: datetime
) -> None:
    """Accept delivered work as the client, with a rating when they give one; rate it later too."""
    row = held(placement_id, by, "client", "officer")
    if rating is not None and not 1 <= rating <= 5:
        raise errors.Invalid(fields={"rating": _("Choose one to five stars.")})
    if row.state is PlacementState.FINISHED:
        _rate_later(row, rating, comment, now)
        return
    need(row, PlacementState.DELIVERED)
    row.rating, row.comment = rating, comment
    finish(row, now, by)


def _rate_later(row: Placement, rating: int | None, comment: str, now: datetime) -> None:
    if rating is None or row.rating is not None:
        return  # a rating stands; sending the form again changes nothing
    row.rating, row.comment = rating, comment
    db.session().add(row)
    db.flush()
    records.refresh([row.person_id], now, skills=False)
    _record(row)
    tell(row, now, "rated")


def finish(row: Placement, now: datetime, by: Principal | None = None, how: str = "") -> None:
    """Let some work be finished: by its client, or `how` else."""
    if row.on_time is None:  # settled by an officer before anything was delivered
        row.on_time = rules.on_time(now, row.due)
    row.finished_at = now
    move(row, PlacementState.FINISHED, now, by)
    briefs.move(row.brief_id, BriefState.FINISHED, now, by_id=by.id if by else None)
    _record(row)
    tell(row, now, "finished", how)


def _record(row: Placement) -> None:
    """Write the finished work into the talent's evidence, before anybody hears of it."""
    assert row.finished_at is not None
    evidence.record(
        row.person_id, row.track, "placement", f"placement-{row.id}", row.finished_at,
        {"rating": row.rating, "on_time": bool(row.on_time), "accepted": True},
    )  # fmt: skip


def cancel(placement_id: int, reason: str, *, by: Principal, now: datetime) -> None:
    """Break off work, with a reason both sides can read."""
    row = held(placement_id, by, "talent", "client", "officer")
    if row.state is PlacementState.CANCELLED:
        return
    side = side_of(row.person_id, row.brief_id, by)
    if row.state is PlacementState.DISPUTED and side != "officer":
        raise errors.Conflict(_("An officer is looking into it and will decide."))
    if side != "officer" and _money_moved(placement_id):
        raise errors.Conflict(
            _("A payment is written down: ask an officer for help with ending the work, so that both sides hear what becomes of the money.")
        )  # fmt: skip
    with_reason(row, reason, by, now)
    end_cancelled(row, reason, now, by)


def _money_moved(placement_id: int) -> bool:
    """Return whether either side has written down a payment: then neither ends the work alone."""
    found = select(Payment.id).where(col(Payment.placement_id) == placement_id)
    return db.session().execute(found).first() is not None


def end_cancelled(row: Placement, reason: str, now: datetime, by: Principal | None = None) -> None:
    """Let some work end without a result, and its brief with it."""
    move(row, PlacementState.CANCELLED, now, by, reason)
    briefs.move(row.brief_id, BriefState.CANCELLED, now, reason, by.id if by else None)
    tell(row, now, "cancelled")


def with_reason(row: Placement, reason: str, by: Principal, now: datetime) -> None:
    """Keep why some work ends, in words long enough to say something."""
    if len(reason) < MIN_REASON:
        raise errors.Invalid(fields={"reason": _("At least %(n)s characters.", n=MIN_REASON)})
    row.reason, row.ended_at, row.ended_by_id = reason, now, by.id


def block(placement_id: int, *, by: Principal, now: datetime) -> None:
    """Never bring these two together again; either side may ask for it."""
    row = held(placement_id, by, "talent", "client")
    found = select(Block.id).where(
        col(Block.client_id) == row.client_id, col(Block.person_id) == row.person_id
    )
    if db.session().execute(found).first() is None:
        db.add(Block(client_id=row.client_id, person_id=row.person_id, by_id=by.id, at=now))
        events.emit(happened.WorkProfileChanged(at=now, person=row.person_id))


def follow_up_deliveries(now: datetime) -> tuple[int, int]:
    """Remind clients of deliveries nobody answered, and accept those 7 days old; return both counts."""
    reminded = accepted = 0
    waiting = list(db.session().exec(
        select(Placement).where(col(Placement.state) == PlacementState.DELIVERED)
        .order_by(col(Placement.id)).with_for_update()
    ))  # fmt: skip
    for row in waiting:
        assert row.delivered_at is not None
        if rules.accepts_by_itself(row.delivered_at, row.reminders, now):
            row.by_rule = True
            finish(row, now, how="silence")
            accepted += 1
        elif rules.reminders_due(row.delivered_at, now) > row.reminders:
            row.reminders += 1
            db.session().add(row)
            db.flush()
            tell(row, now, "reminded")
            reminded += 1
    return reminded, accepted
