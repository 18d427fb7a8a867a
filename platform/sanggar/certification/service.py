"""Issuing what is earned, renewing it, and taking it back with a reason."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import col, select

from sanggar import clock, errors
from sanggar.accounts import queries as accounts
from sanggar.catalogue import queries as catalogue
from sanggar.certification import rules
from sanggar.certification.models import Certificate
from sanggar.evidence import queries as evidence
from sanggar.evidence import service as evidence_service
from sanggar.kernel import db, events
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.i18n import _
from sanggar.learning import queries as learning
from sanggar.plugin import events as happened
from sanggar.plugin.requirements import Verdict
from sanggar.plugin.track import CertificateRule, Track
from sanggar.programme import queries as programme

MIN_REASON = 10


def consider(person_id: int, track_id: str, now: datetime) -> list[str]:
    """Issue every level that is earned and not held, renew what may be renewed; return the numbers."""
    track = catalogue.track(track_id)
    held = _latest(person_id, track_id)
    issued: list[str] = []
    for rule in track.certificates:
        shown = evidence.evidence(person_id, track_id, now)
        current = held.get(rule.level)
        if current is None:
            verdict = evidence.judge(track, rule.level, shown)
            if not verdict.met:
                break  # levels build on each other: a later one cannot be earned before this
            issued.append(_issue(person_id, track, rule, verdict, now, renewed_from=None))
        elif current.revoked_at is None and rules.can_renew(
            current.valid_until, clock.local(now).date()
        ):
            issued.extend(_renew(person_id, track, rule, current, now))
    return issued


def _renew(
    person_id: int, track: Track, rule: CertificateRule, current: Certificate, now: datetime
) -> list[str]:
    since = evidence.evidence(person_id, track.id, now, since=current.issued_at)
    verdict = evidence.judge_renewal(track, rule.level, since)
    if not verdict.checks or not verdict.met:
        return []
    return [_issue(person_id, track, rule, verdict, now, renewed_from=current)]


def _latest(person_id: int, track_id: str) -> dict[str, Certificate]:
    rows = db.session().exec(
        select(Certificate)
        .where(Certificate.person_id == person_id, Certificate.track == track_id)
        .order_by(col(Certificate.issued_at))
    ).all()  # fmt: skip
    return {row.level: row for row in rows}


def _issue(
    person_id: int, track: Track, rule: CertificateRule, verdict: Verdict, now: datetime,
    *, renewed_from: Certificate | None,
) -> str:  # fmt: skip
    today = clock.local(now).date()
    start = max(today, renewed_from.valid_until) if renewed_from else today
    row = db.add(
        Certificate(
            number=rules.new_number(today),
            person_id=person_id,
            holder=accounts.person(person_id).name,
            track=track.id,
            track_title={"id": track.title.id, "en": track.title.to("en")},
            track_version=track.version,
            level=rule.level,
            issued_at=now,
            valid_until=rules.add_months(start, rule.valid_months),
            issue_key=f"{person_id}:{track.id}:{rule.level}:{renewed_from.id if renewed_from else 0}",
            renewed_from=renewed_from.id if renewed_from else None,
            basis=[_basis(check) for check in verdict.checks],
        )
    )
    _record(row)
    events.emit(
        happened.CertificateIssued(
            at=now, person=person_id, track=track.id, level=rule.level, number=row.number
        )
    )
    return row.number


def _basis(check: Any) -> dict[str, Any]:
    return {
        "need": check.need,
        "label": {"id": check.label.id, "en": check.label.to("en")},
        "detail": {"id": check.detail.id, "en": check.detail.to("en")},
    }


def _record(row: Certificate) -> None:
    evidence_service.record(
        row.person_id, row.track, "certificate", row.number, row.issued_at,
        {
            "level": row.level,
            "valid_until": row.valid_until.isoformat(),
            "revoked": row.revoked_at is not None,
        },
    )  # fmt: skip


def doubt(person_id: int, track_id: str, now: datetime) -> None:
    """Tell of valid certificates that would not be issued on today's evidence: it was corrected since.

    They stay valid: only a person takes a certificate back.
    """
    held = {} if track_id in _shared() else _latest(person_id, track_id)
    today = clock.local(now).date()
    valid = [row for row in held.values() if row.revoked_at is None and row.valid_until >= today]
    if not valid:
        return
    track, shown = catalogue.track(track_id), evidence.evidence(person_id, track_id, now)
    for row in valid:
        if not evidence.judge(track, row.level, shown).met:
            events.emit(
                happened.CertificateInDoubt(
                    at=now, person=person_id, track=track_id, level=row.level, number=row.number,
                    holder=row.holder,
                )
            )  # fmt: skip


def _shared() -> set[str]:
    return {track.id for track in catalogue.hidden_tracks()}


def revoke(number: str, reason: str, *, by: Principal, now: datetime) -> None:
    """Take a certificate back; the reason is shown to its holder and to verifiers.

    Raises
    ------
    NotFound
        No such certificate, or its holder belongs to another hub.
    Invalid
        The reason is too short.
    Conflict
        It was revoked before.
    """
    row = db.session().exec(select(Certificate).where(Certificate.number == number)).first()
    if row is None or not may_revoke(row.person_id, by):
        raise errors.NotFound
    if len(reason) < MIN_REASON:
        raise errors.Invalid(
            _("Write the reason in a sentence: the holder and verifiers read it."),
            fields={"reason": _("At least %(n)s characters.", n=MIN_REASON)},
        )
    if row.revoked_at is not None:
        raise errors.Conflict(_("This certificate was already revoked."))
    row.revoked_at, row.revoked_by, row.revoked_reason = now, by.id, reason
    db.flush()
    _record(row)
    events.emit(
        happened.CertificateRevoked(
            at=now, person=row.person_id, track=row.track, level=row.level, number=row.number, reason=reason,
        )
    )  # fmt: skip


def may_revoke(person_id: int, by: Principal) -> bool:
    """Return whether `by` answers for this holder: an administrator or an officer of the hub."""
    if by.has(Role.ADMIN):
        return True
    if not by.has(Role.HUB_OFFICER):
        return False
    enrolment = programme.enrolment(person_id)
    return enrolment is not None and enrolment.hub_id in by.hubs


@events.on(happened.AttemptGraded)
def _after_attempt(event: happened.AttemptGraded) -> None:
    if event.passed:
        _reconsider(event.person, event.track, event.at)
    elif event.later:
        doubt(event.person, event.track, event.at)


@events.on(happened.AttemptVoided)
def _after_voiding(event: happened.AttemptVoided) -> None:
    doubt(event.person, event.track, event.at)


@events.on(happened.SubmissionDecided)
def _after_submission(event: happened.SubmissionDecided) -> None:
    _reconsider(event.person, event.track, event.at)


@events.on(happened.AttendanceTaken)
def _after_attendance(event: happened.AttendanceTaken) -> None:
    _reconsider(event.person, event.track, event.at)


@events.on(happened.SelfAssessed)
def _after_self_assessment(event: happened.SelfAssessed) -> None:
    _reconsider(event.person, event.track, event.at)


@events.on(happened.IncubationChanged)
def _after_incubation(event: happened.IncubationChanged) -> None:
    _reconsider(event.person, event.track, event.at)


@events.on(happened.CourseCompleted)
def _after_course(event: happened.CourseCompleted) -> None:
    _reconsider(event.person, "", event.at)


@events.on(happened.PlacementChanged)
def _after_placement(event: happened.PlacementChanged) -> None:
    if event.state == "finished":
        _reconsider(event.person, "", event.at)


def _reconsider(person_id: int, track_id: str, now: datetime) -> None:
    """Look again at the track of an event, or at all tracks the talent chose."""
    if not person_id:
        return
    chosen = learning.chosen(person_id)
    tracks = [track_id] if track_id and track_id not in _shared() else chosen
    for each in tracks:
        consider(person_id, each, now)
