"""Opening windows, declaring outages, granting accommodations; admitting somebody to a window."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.invigilation import queries, rules
from sanggar.invigilation.models import Accommodation, ExamWindow, LatePolicy, Outage
from sanggar.invigilation.queries import Window
from sanggar.invigilation.rules import Refusal
from sanggar.kernel import db, events, jobs, registry
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.forms import clean
from sanggar.kernel.i18n import _, _l
from sanggar.kernel.templating import moment
from sanggar.plugin.events import AccommodationChanged, OutageChanged
from sanggar.programme import queries as programme


@dataclass(frozen=True)
class Plan:
    """What an officer fills in to open a window."""

    hub_id: int
    track: str
    assessment: str
    opens_at: datetime
    closes_at: datetime
    room: str = ""
    seats: int | None = None
    ask_code: bool = True
    networks: str = ""
    late: LatePolicy = LatePolicy.FINISH


def may_manage(hub_id: int, by: Principal) -> bool:
    """Return whether `by` invigilates in this hub: its officers and administrators."""
    return by.has(Role.ADMIN) or (by.has(Role.HUB_OFFICER) and hub_id in by.hubs)


def new_code() -> str:
    """Return a code of six letters and digits that are easy to tell apart."""
    return "".join(secrets.choice(rules.CODE_LETTERS) for _place in range(6))


def open_window(plan: Plan, *, by: Principal, now: datetime) -> int:
    """Plan a window; the same plan again is the window that is there.

    Raises
    ------
    Invalid
        With the fault beside each field.
    Forbidden
        For a hub of somebody else.
    """
    if not may_manage(plan.hub_id, by):
        raise errors.Forbidden(_("You open windows for your own hub only."))
    networks, wrong = rules.parse_networks(plan.networks)
    _refuse(_faults(plan, networks, wrong, now))
    same = db.session().exec(
        select(ExamWindow).where(
            col(ExamWindow.hub_id) == plan.hub_id, col(ExamWindow.track) == plan.track,
            col(ExamWindow.assessment) == plan.assessment, col(ExamWindow.room) == plan.room,
            col(ExamWindow.opens_at) == plan.opens_at, col(ExamWindow.cancelled_at).is_(None),
        )
    ).first()  # fmt: skip
    if same is not None:
        return same.id or 0
    row = db.add(
        ExamWindow(
            hub_id=plan.hub_id, track=plan.track, assessment=plan.assessment,
            opens_at=plan.opens_at, closes_at=plan.closes_at, room=plan.room, seats=plan.seats,
            code=new_code() if plan.ask_code else "", networks=networks, late=plan.late,
            made_by_id=by.id, made_at=now,
        )
    )  # fmt: skip
    return row.id or 0


def _faults(plan: Plan, networks: list[str], wrong: list[str], now: datetime) -> dict[str, str]:
    faults = {}
    track = registry.current().tracks.get(plan.track)
    exam = track.assessment(plan.assessment) if track else None
    if exam is None:
        faults["exam"] = _("Choose one of the exams.")
    if plan.closes_at <= plan.opens_at:
        faults["closes"] = _("The end must be after the beginning.")
    elif plan.closes_at <= now:
        faults["closes"] = _("This time is over.")
    elif plan.closes_at - plan.opens_at > rules.LONGEST_WINDOW:
        faults["closes"] = _("A window is at most %(n)s days long.", n=rules.LONGEST_WINDOW.days)
    if plan.seats is not None and not 1 <= plan.seats <= 1000:
        faults["seats"] = _("Write a number from 1 to 1,000, or leave it empty.")
    if len(plan.room) > 80:
        faults["room"] = _("At most %(limit)s characters.", limit=80)
    if wrong:
        faults["networks"] = _(
            "'%(part)s' is not a network address. Write it like 203.0.113.0/24.", part=wrong[0][:60]
        )
    elif len(networks) > rules.MAX_NETWORKS:
        faults["networks"] = _("At most %(n)s networks.", n=rules.MAX_NETWORKS)
    return faults


def _refuse(faults: dict[str, str]) -> None:
    if faults:
        raise errors.Invalid(fields=faults)


def cancel_window(window_id: int, *, by: Principal, now: datetime) -> Window:
    """Close a window for those who have not begun; attempts that run go on."""
    row = db.lock(ExamWindow, window_id)
    if not may_manage(row.hub_id, by):
        raise errors.NotFound
    row.cancelled_at = row.cancelled_at or now
    db.flush()
    return queries.window(window_id)


def admit(
    hub_id: int | None, track: str, assessment: str, now: datetime, *,
    code: str, address: str, taken: Callable[[int], int],
) -> Window:  # fmt: skip
    """Return the open window somebody may begin in; it is held until the transaction ends.

    Parameters
    ----------
    hub_id : int or None
        Hub of the talent.
    track, assessment : str
    now : datetime
    code : str
        As typed.
    address : str
        Network address of the request.
    taken : callable
        Window id -> attempts that have begun in it.

    Raises
    ------
    Conflict
        When no window is open, or all are full or elsewhere; the message says which.
    Invalid
        When a code is asked and another was typed.
    """
    coming = queries.windows_of(hub_id, track, assessment, now)
    open_ = [window for window in coming if window.open_at(now)]
    if not open_:
        if coming:
            at = moment(coming[0].opens_at)
            raise errors.Conflict(_("This exam opens for your hub on %(at)s.", at=at))
        raise errors.Conflict(_("Your hub has no date for this exam yet. Ask your hub officer."))
    refusals = set()
    for window in open_:
        db.lock(ExamWindow, window.id)
        refused = rules.refusal(
            networks=window.networks, code=window.code, seats=window.seats, address=address,
            typed=code, taken=taken(window.id),
        )  # fmt: skip
        if refused is None:
            return window
        refusals.add(refused)
    if Refusal.CODE in refusals:
        text = _("This is not the code of the room. Ask the officer there.")
        raise errors.Invalid(
            text if code else _("Type the code that the officer says in the room."),
            fields={"code": text if code else _("Type the code.")},
        )
    if Refusal.FULL in refusals:
        raise errors.Conflict(_l("All places of this date are taken. Ask your hub officer."))
    raise errors.Conflict(_l("This exam can only be taken in the room, on the network there."))


def declare_outage(
    hub_id: int, reason: str, began_at: datetime, ended_at: datetime | None = None,
    *, by: Principal, now: datetime,
) -> int:  # fmt: skip
    """Stop the clocks of a hub's running exams; an outage that goes on already is returned.

    Parameters
    ----------
    hub_id : int
    reason : str
        What happened; talents read it beside their clock.
    began_at : datetime
        At most three days ago, not in the future.
    ended_at : datetime, optional
        For one that is over already: the time is given back at once.
    by : Principal
    now : datetime
    """
    if not may_manage(hub_id, by):
        raise errors.NotFound
    faults = {}
    text = clean(reason)
    if not text or len(text) > 300:
        faults["reason"] = _("Say in at most 300 characters what happened.")
    if not now - rules.LOOK_BACK <= began_at <= now:
        faults["began"] = _("Write a time within the last three days.")
    if ended_at is not None and not (began_at < ended_at <= now):
        faults["ended"] = _("The end lies between the beginning and now.")
    elif (ended_at or now) - began_at > rules.LONGEST_OUTAGE:
        faults["began"] = _("An outage is at most 24 hours long.")
    _refuse(faults)
    going_on = queries.outage(hub_id)
    if going_on is not None and ended_at is None:
        return going_on.id or 0
    made = Outage(
        hub_id=hub_id, began_at=began_at, ended_at=ended_at, reason=text,
        open_key=hub_id if ended_at is None else None, declared_by_id=by.id, declared_at=now,
    )  # fmt: skip
    try:
        with db.session().begin_nested():
            row = db.add(made)
    except IntegrityError:  # a colleague was quicker
        again = queries.outage(hub_id)
        return again.id or 0 if again else 0
    events.emit(
        OutageChanged(at=now, outage=row.id or 0, hub=hub_id, began_at=began_at, ended_at=ended_at)
    )
    return row.id or 0


def end_outage(outage_id: int, *, by: Principal, now: datetime) -> None:
    """Let the clocks go on; ending it twice is fine."""
    row = db.lock(Outage, outage_id)
    if not may_manage(row.hub_id, by):
        raise errors.NotFound
    _end(row, now)


def _end(row: Outage, now: datetime) -> None:
    if row.ended_at is not None:
        return
    row.ended_at, row.open_key = min(now, row.began_at + rules.LONGEST_OUTAGE), None
    db.flush()
    events.emit(
        OutageChanged(
            at=now, outage=row.id or 0, hub=row.hub_id, began_at=row.began_at,
            ended_at=row.ended_at,
        )
    )  # fmt: skip


def end_forgotten(now: datetime) -> int:
    """End outages that nobody ended within a day, so that no clock stands for ever; return how many."""
    forgotten = db.session().exec(
        select(Outage.id).where(
            col(Outage.ended_at).is_(None), col(Outage.began_at) <= now - rules.LONGEST_OUTAGE
        )
    ).all()  # fmt: skip
    for outage_id in forgotten:
        _end(db.lock(Outage, outage_id or 0), now)
    return len(forgotten)


@jobs.every(minute="11")
def end_forgotten_outages() -> None:
    """End outages that nobody ended."""
    end_forgotten(clock.now())


def manages_person(person_id: int, by: Principal) -> bool:
    """Return whether `by` may grant something to this person: an officer of their hub, not themselves."""
    enrolment = programme.enrolment(person_id)
    return by.has(Role.ADMIN) or (
        enrolment is not None and may_manage(enrolment.hub_id or 0, by) and person_id != by.id
    )


@dataclass(frozen=True)
class Grant:
    """What an officer grants one person in exams: at least one of time, breaks and aids."""

    extra_percent: int = 0
    break_minutes: int = 0
    #: what the officer in the room provides
    aids: str = ""
    remark: str = ""
    valid_until: date | None = None


def grant(person_id: int, wanted: Grant, *, by: Principal, now: datetime) -> int:
    """Grant somebody extra time, breaks or aids in exams; it counts for a running exam too.

    The same grant again is the one that is there.

    Raises
    ------
    NotFound
        Somebody of another hub, or oneself.
    Invalid
        With the fault beside each field.
    """
    accounts.person(person_id)
    if not manages_person(person_id, by):
        raise errors.NotFound
    plain = replace(wanted, aids=clean(wanted.aids), remark=clean(wanted.remark))
    _refuse(_unfit(plain, clock.local(now).date()))
    values = asdict(plain)
    for old in queries.accommodations(person_id):
        same = all(getattr(old, name) == value for name, value in values.items())
        if same and old.withdrawn_at is None:
            return old.id or 0
    row = db.add(Accommodation(person_id=person_id, granted_by_id=by.id, granted_at=now, **values))
    _tell(person_id, now)
    return row.id or 0


def _unfit(wanted: Grant, today: date) -> dict[str, str]:
    """Return what is wrong with a grant, by field."""
    faults = {}
    if wanted.extra_percent not in rules.EXTRA:
        faults["extra_percent"] = _("Choose one of the options.")
    if not 0 <= wanted.break_minutes <= rules.MOST_BREAK:
        faults["break_minutes"] = _("Write a number from 0 to %(most)s.", most=rules.MOST_BREAK)
    for name in ("aids", "remark"):
        if len(getattr(wanted, name)) > 300:
            faults[name] = _("At most %(limit)s characters.", limit=300)
    if wanted.valid_until is not None and wanted.valid_until < today:
        faults["valid_until"] = _("This day is over.")
    if not (faults or wanted.extra_percent or wanted.break_minutes or wanted.aids):
        faults["extra_percent"] = _("Grant at least one thing: extra time, breaks or aids.")
    return faults


def _tell(person_id: int, now: datetime) -> None:
    """Tell running exams what somebody is granted from now on."""
    db.flush()
    found = queries.granted(person_id, now)
    events.emit(
        AccommodationChanged(
            at=now, person=person_id, extra_percent=found.extra_percent,
            break_minutes=found.break_minutes,
        )
    )  # fmt: skip


def withdraw(accommodation_id: int, *, by: Principal, now: datetime) -> int:
    """Withdraw a grant for exams that begin from now on; return whose it was."""
    row = db.lock(Accommodation, accommodation_id)
    if not manages_person(row.person_id, by):
        raise errors.NotFound
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by_id = now, by.id
        _tell(row.person_id, now)
    return row.person_id
