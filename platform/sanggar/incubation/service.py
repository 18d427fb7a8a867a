"""Starting, extending, completing and stopping incubation; the weekly log and its signature.

Every change of state is recorded as evidence before the event is emitted, so that certificates,
which listen to the event, already see it.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import select

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.assessments import service as assessments
from sanggar.catalogue import queries as catalogue
from sanggar.certification import queries as certification
from sanggar.evidence import service as evidence
from sanggar.incubation import queries, rules
from sanggar.incubation.models import Cohort, Member, MemberState, WeeklyLog
from sanggar.kernel import db, events
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.i18n import _
from sanggar.plugin.events import IncubationChanged
from sanggar.programme import queries as programme

#: what a member's state is called in evidence and events
SAID = {
    MemberState.RUNNING: "started",
    MemberState.COMPLETED: "completed",
    MemberState.STOPPED: "stopped",
}


def may_manage(hub_id: int, by: Principal) -> bool:
    """Return whether `by` runs the cohorts of this hub: its officers and administrators."""
    return by.has(Role.ADMIN) or (by.has(Role.HUB_OFFICER) and hub_id in by.hubs)


def may_accompany(mentor_id: int, by: Principal) -> bool:
    """Return whether `by` is the mentor of this member."""
    return by.has(Role.MENTOR) and by.id == mentor_id


def create_cohort(
    *, hub_id: int, track: str, name: str, starts_on: date, by: Principal, now: datetime
) -> int:
    """Make a cohort; it ends three calendar months after it starts."""
    if not may_manage(hub_id, by):
        raise errors.Forbidden(_("You make cohorts of your own hub only."))
    fields = {}
    if track not in {each.id for each in catalogue.tracks()}:
        fields["track"] = _("Choose one of the tracks.")
    if hub_id not in {hub.id for hub in programme.hubs()}:
        fields["hub_id"] = _("Choose one of the hubs.")
    if not name:
        fields["name"] = _("Give the cohort a name.")
    same = select(Cohort.id).where(
        Cohort.hub_id == hub_id, Cohort.track == track, Cohort.name == name
    )
    if db.session().exec(same).first() is not None:
        fields["name"] = _("There is already a cohort of this name.")
    _refuse(fields)
    row = db.add(
        Cohort(
            hub_id=hub_id, track=track, name=name, starts_on=starts_on,
            ends_on=rules.ends_on(starts_on), made_at=now,
        )
    )  # fmt: skip
    return row.id or 0


def start(cohort_id: int, person_id: int, mentor_id: int, *, by: Principal, now: datetime) -> int:
    """Begin a talent's incubation beside a mentor; asking twice changes nothing.

    Raises
    ------
    NotFound
        The cohort, or the talent, is of another hub.
    Conflict
        The cohort is over, or the talent is already in incubation in this track.
    Invalid
        No valid certificate of the track, or not a mentor of it.
    """
    cohort = _managed_cohort(cohort_id, by)
    found = db.session().exec(
        select(Member).where(Member.cohort_id == cohort_id, Member.person_id == person_id)
    ).first()  # fmt: skip
    if found is not None:
        if found.state is MemberState.RUNNING:
            return found.id or 0
        raise errors.Conflict(_("This talent was in this cohort before. Choose another cohort."))
    today = clock.local(now).date()
    if today > cohort.ends_on:
        raise errors.Conflict(_("This cohort is over. Make a new one."))
    _refuse(_start_faults(cohort, person_id, mentor_id, by, now))
    running_key = f"{person_id}:{cohort.track}"
    if db.session().exec(select(Member.id).where(Member.running_key == running_key)).first():
        raise errors.Conflict(_("This talent is already in incubation in this track."))
    row = db.add(
        Member(
            cohort_id=cohort_id, person_id=person_id, mentor_id=mentor_id, started_at=now,
            running_key=running_key,
        )
    )  # fmt: skip
    assessments.recuse(mentor_id, person_id, now)
    _announce(row, cohort, now)
    return row.id or 0


def _start_faults(
    cohort: Cohort, person_id: int, mentor_id: int, by: Principal, now: datetime
) -> dict[str, str]:
    enrolment = programme.enrolment(person_id)
    if enrolment is None or not may_manage(enrolment.hub_id or 0, by):
        raise errors.NotFound
    fields = {}
    if person_id not in certification.levels(cohort.track, now, [person_id]):
        fields["person_id"] = _("Incubation needs a valid certificate of the track first.")
    if mentor_id not in {mentor.id for mentor in accounts.mentors(cohort.track)}:
        fields["mentor_id"] = _("Choose one of the mentors of the track.")
    if mentor_id == person_id:
        fields["mentor_id"] = _("Nobody mentors themselves.")
    return fields


def complete(
    member_id: int, *, by: Principal, now: datetime, override: bool = False, reason: str = ""
) -> None:
    """Complete an incubation; before its end that needs an override with a reason."""
    row, cohort = _managed(member_id, by)
    if row.state is MemberState.COMPLETED:
        return
    _must_run(row)
    if rules.needs_override(clock.local(now).date(), row.extended_until or cohort.ends_on):
        if not override:
            _refuse({"override": _("It is not over yet: tick that you complete it early.")})
        _need_reason(reason)
    _close(row, cohort, MemberState.COMPLETED, reason, now)


def stop(member_id: int, reason: str, *, by: Principal, now: datetime) -> None:
    """Stop an incubation without completing it, with a reason."""
    row, cohort = _managed(member_id, by)
    if row.state is MemberState.STOPPED:
        return
    _must_run(row)
    _need_reason(reason)
    _close(row, cohort, MemberState.STOPPED, reason, now)


def extend(member_id: int, until: date, reason: str, *, by: Principal) -> None:
    """Give a member more time, with a reason."""
    row, cohort = _managed(member_id, by)
    _must_run(row)
    if row.extended_until == until:
        return
    fields = {}
    if not rules.can_extend(until, row.extended_until or cohort.ends_on):
        fields["until"] = _("Choose a day after the end, at most half a year later.")
    if len(reason) < rules.MIN_REASON:
        fields["reason"] = _("Write the reason in at least %(n)s characters.", n=rules.MIN_REASON)
    _refuse(fields)
    row.extended_until, row.reason = until, reason
    db.flush()


def change_mentor(member_id: int, mentor_id: int, *, by: Principal, now: datetime) -> None:
    """Give a member another mentor of the track."""
    row, cohort = _managed(member_id, by)
    _must_run(row)
    fits = mentor_id in {mentor.id for mentor in accounts.mentors(cohort.track)}
    if not fits or mentor_id == row.person_id:
        _refuse({"mentor_id": _("Choose one of the mentors of the track.")})
    row.mentor_id = mentor_id
    assessments.recuse(mentor_id, row.person_id, now)
    db.flush()


def write_log(
    member_id: int, week: date, *, done: str, hard: str, ahead: str, person_id: int, now: datetime
) -> None:
    """Write or rewrite one week; a signed week stays as it is."""
    row = db.lock(Member, member_id)
    if row.person_id != person_id:
        raise errors.NotFound
    _must_run(row)
    today = clock.local(now).date()
    cohort = db.get(Cohort, row.cohort_id)
    fields = {}
    if week not in rules.weeks(min(cohort.starts_on, clock.local(row.started_at).date()), today):
        fields["week"] = _("Choose a week of your incubation.")
    if not done:
        fields["done"] = _("Write at least what you have done, in one sentence.")
    _refuse(fields)
    found = db.session().exec(
        select(WeeklyLog).where(WeeklyLog.member_id == member_id, WeeklyLog.week == week)
    ).first()  # fmt: skip
    if found is None:
        db.add(WeeklyLog(member_id=member_id, week=week, done=done, hard=hard, ahead=ahead, at=now))
        return
    if (found.done, found.hard, found.ahead) == (done, hard, ahead):
        return
    if found.signed_at is not None:
        raise errors.Conflict(_("Your mentor has signed this week already. Write in the next one."))
    found.done, found.hard, found.ahead, found.at = done, hard, ahead, now
    db.flush()


def sign_log(log_id: int, comment: str, *, by: Principal, now: datetime) -> int:
    """Sign a week as its mentor, with an optional word; return the member."""
    row = db.lock(WeeklyLog, log_id)
    member = db.get(Member, row.member_id)
    if not may_accompany(member.mentor_id, by):
        raise errors.NotFound
    if row.signed_at is None:
        row.signed_at, row.signed_by, row.comment = now, by.id, comment
        db.flush()
    return member.id or 0


def visible(member_id: int, by: Principal) -> queries.MemberLine:
    """Return a member to the talent, their mentor and the officers of the hub, else `NotFound`."""
    line = queries.member(member_id)
    if line.person_id == by.id or may_accompany(line.mentor_id, by) or may_manage(line.hub_id, by):
        return line
    raise errors.NotFound


def _managed_cohort(cohort_id: int, by: Principal) -> Cohort:
    cohort = db.lock(Cohort, cohort_id)
    if not may_manage(cohort.hub_id, by):
        raise errors.NotFound
    return cohort


def _managed(member_id: int, by: Principal) -> tuple[Member, Cohort]:
    row = db.lock(Member, member_id)
    cohort = db.get(Cohort, row.cohort_id)
    if not may_manage(cohort.hub_id, by):
        raise errors.NotFound
    return row, cohort


def _must_run(row: Member) -> None:
    if row.state is not MemberState.RUNNING:
        raise errors.Conflict(_("This incubation is already closed."))


def _need_reason(reason: str) -> None:
    if len(reason) < rules.MIN_REASON:
        _refuse({"reason": _("Write the reason in at least %(n)s characters.", n=rules.MIN_REASON)})


def _refuse(fields: dict[str, str]) -> None:
    if fields:
        raise errors.Invalid(_("Look at the marked fields. Nothing was saved yet."), fields=fields)


def _close(row: Member, cohort: Cohort, state: MemberState, reason: str, now: datetime) -> None:
    row.state, row.closed_at, row.running_key = state, now, None
    row.reason = reason or row.reason
    db.flush()
    _announce(row, cohort, now)


def _announce(row: Member, cohort: Cohort, now: datetime) -> None:
    """Record what happened as evidence, then say so."""
    said = SAID[row.state]
    evidence.record(
        row.person_id, cohort.track, "incubation", f"member:{row.id}", now,
        {"state": said, "cohort": cohort.name},
    )  # fmt: skip
    events.emit(
        IncubationChanged(at=now, person=row.person_id, track=cohort.track, state=said)
    )  # fmt: skip
