"""Verbs about people: join, roles, consents, guardians, codes, corrections. They flush, never commit."""

from __future__ import annotations

import uuid
from datetime import UTC, date, datetime
from typing import Any

from sqlmodel import col, select

from sanggar import clock, errors
from sanggar.accounts import consents, identity, loader, passwords, rules
from sanggar.accounts.codes import create_code as create_code  # noqa: PLC0414 - a verb of this slice
from sanggar.accounts.models import (
    Consent,
    DeletionRequest,
    GuardianConsent,
    MentorProfile,
    Purpose,
    RoleGrant,
    User,
)
from sanggar.kernel import db, events
from sanggar.kernel.access import Role
from sanggar.kernel.i18n import _
from sanggar.plugin.events import ConsentChanged, PersonJoined
from sanggar.programme import queries as programme_queries
from sanggar.programme import service as programme

#: what `ConsentChanged` says of a guardian, whose word counts for all purposes
GUARDIAN = "guardian"


def join(
    *,
    name: str,
    phone: str | None,
    email: str | None,
    password: str | None,
    birth_date: date | None,
    region_id: int | None,
    hub_id: int | None,
    language: str,
    role: Role | str | None,
    channel: str,
    now: datetime,
) -> int:
    """Create a person and return their id; talents enter the programme, staff get roles by `grant`.

    Raises
    ------
    errors.Invalid
        When name, phone, e-mail, password or birth date cannot be used; `fields` says which.
    """
    role = Role(role) if role else None
    phone = identity.read_phone(phone)
    email = identity.read_email(email)
    identity.check_new(name, phone, email, password, birth_date, clock.local(now).date())
    if hub_id is None:
        hub_id = programme_queries.hub_of_region(region_id)
    person = db.add(
        User(
            name=name.strip(),
            phone=phone,
            email=email,
            password=passwords.hash_password(password) if password else None,
            fs_uniquifier=uuid.uuid4().hex,
            language=language,
            birth_date=birth_date,
            region_id=region_id,
            hub_id=hub_id,
            created_at=now,
        )
    )
    person_id = person.id or 0
    if role is not None:
        _add_role(person_id, role, now=now)
    if role is Role.TALENT:
        programme.enrol(person_id, hub_id=hub_id, region_id=region_id, channel=channel, now=now)
    events.emit(PersonJoined(at=now, person=person_id, role=role.value if role else ""))
    return person_id


def grant(
    person_id: int,
    role: Role | str,
    *,
    hub_id: int | None = None,
    track: str | None = None,
    agency: str | None = None,
    by_id: int | None,
    now: datetime,
) -> None:
    """Give a person a role; a hub officer needs a hub, a mentor a track, an agency officer an agency."""
    role = Role(role)
    person = db.lock(User, person_id)
    needs: dict[Role, tuple[object, str]] = {
        Role.HUB_OFFICER: (hub_id, "hub_id"),
        Role.MENTOR: (track, "track"),
        Role.AGENCY_OFFICER: (agency, "agency"),
    }
    value, field = needs.get(role, (True, ""))
    if not value:
        raise errors.Invalid(
            _("This role needs a scope."), fields={field: _("Choose what the role is for.")}
        )
    if hub_id is not None:
        programme_queries.hub(hub_id)
    _add_role(person_id, role, hub_id=hub_id, track=track, agency=agency, by_id=by_id, now=now)
    if role is Role.TALENT:
        programme.enrol(
            person_id, hub_id=person.hub_id, region_id=person.region_id, channel="staff", now=now
        )


def revoke(grant_id: int, *, person_id: int, by_id: int) -> None:
    """Take a role of a person away; the last administrator keeps theirs."""
    row = db.get(RoleGrant, grant_id)
    if row.person_id != person_id:
        raise errors.NotFound
    if row.role is Role.ADMIN:
        admins = select(RoleGrant).where(col(RoleGrant.role) == Role.ADMIN).with_for_update()
        if len(db.session().exec(admins).all()) < 2:
            raise errors.Conflict(
                _("The last administrator must stay. Grant the role to somebody first.")
            )
        if row.person_id == by_id:
            raise errors.Conflict(_("Ask another administrator to take your own role away."))
    db.session().delete(row)
    db.flush()


def give_consent(
    person_id: int, purpose: Purpose | str, *, channel: str = "web", now: datetime
) -> None:
    """Record consent to one purpose in the present version of its text; repeating changes nothing."""
    purpose = Purpose(purpose)
    db.lock(User, person_id)
    version = consents.version(purpose)
    current = _active_consent(person_id, purpose)
    if current is not None:
        if current.text_version == version:
            return
        current.withdrawn_at = now
    db.add(
        Consent(
            person_id=person_id,
            purpose=purpose,
            text_version=version,
            given_at=now,
            channel=channel,
        )
    )
    events.emit(ConsentChanged(at=now, person=person_id, purpose=purpose.value, given=True))


def withdraw_consent(
    person_id: int, purpose: Purpose | str, *, channel: str = "web", now: datetime
) -> None:
    """End a consent at once; withdrawing what was not given changes nothing."""
    purpose = Purpose(purpose)
    db.lock(User, person_id)
    current = _active_consent(person_id, purpose)
    if current is None:
        return
    current.withdrawn_at, current.withdrawn_channel = now, channel
    db.flush()
    events.emit(ConsentChanged(at=now, person=person_id, purpose=purpose.value, given=False))


def record_guardian(
    person_id: int,
    *,
    guardian_name: str,
    relation: str,
    method: str,
    given_on: date,
    by_id: int | None,
    now: datetime,
) -> None:
    """Record that a guardian consented, and who saw it; a newer record ends the older one."""
    if given_on > clock.local(now).date():
        raise errors.Invalid(
            _("Something needs correcting."), fields={"given_on": _("This date is in the future.")}
        )
    db.lock(User, person_id)
    _end_guardian(person_id, now)
    db.add(
        GuardianConsent(
            person_id=person_id,
            guardian_name=guardian_name,
            relation=relation,
            method=method,
            given_on=given_on,
            recorded_at=now,
            recorded_by_id=by_id,
        )
    )
    events.emit(ConsentChanged(at=now, person=person_id, purpose=GUARDIAN, given=True))


def withdraw_guardian(person_id: int, *, now: datetime) -> None:
    """End a guardian's consent: the profile is private again at once."""
    db.lock(User, person_id)
    _end_guardian(person_id, now)
    db.flush()
    events.emit(ConsentChanged(at=now, person=person_id, purpose=GUARDIAN, given=False))


def account(person_id: int) -> User:
    """Return the account of a person, for the sign-in pages of this slice."""
    return db.get(User, person_id)


def knows_password(person_id: int, password: str) -> bool:
    """Return whether this is the person's password."""
    return db.get(User, person_id).verify_and_update_password(password)


def set_password(person_id: int, password: str) -> User:
    """Set a new password and sign the person out everywhere else."""
    identity.check_password(password)
    person = db.lock(User, person_id)
    person.password = passwords.hash_password(password)
    person.must_change_password = False
    person.fs_uniquifier = uuid.uuid4().hex
    db.flush()
    return person


def end_second_step(person_id: int) -> None:
    """Switch the second step off for somebody who lost their phone, and end their sessions."""
    person = db.lock(User, person_id)
    person.tf_primary_method = person.tf_totp_secret = person.tf_last_counter = None
    person.mf_recovery_codes = None
    person.fs_uniquifier = uuid.uuid4().hex
    db.flush()


def session_for(person_id: int) -> dict[str, Any]:
    """Return what a session holds when this person is signed in; `_user_id` ends with the password."""
    person = db.get(User, person_id)
    return {
        "_user_id": person.fs_uniquifier,
        "_fresh": True,
        "fs_cc": "set",
        "fs_paa": datetime.now(UTC).timestamp(),
    }


def set_language(person_id: int, language: str) -> None:
    """Set the language a person reads."""
    db.get(User, person_id).language = language
    db.flush()


def correct(
    person_id: int,
    *,
    name: str,
    phone: str | None,
    email: str | None,
    birth_date: date | None,
    region_id: int | None,
    hub_id: int | None,
    now: datetime,
) -> None:
    """Correct what is known about a person; their enrolment follows to the new hub."""
    person = db.lock(User, person_id)
    phone = identity.read_phone(phone)
    email = identity.read_email(email)
    identity.check(name, phone, email, birth_date, clock.local(now).date(), but=person_id)
    person.name, person.phone, person.email = name.strip(), phone, email
    person.birth_date, person.region_id, person.hub_id = birth_date, region_id, hub_id
    db.flush()
    programme.relocate(person_id, hub_id=hub_id, region_id=region_id)


def set_active(person_id: int, active: bool) -> None:
    """Close or reopen an account; closing ends every session at once."""
    person = db.lock(User, person_id)
    person.active = active
    if not active:
        person.fs_uniquifier = uuid.uuid4().hex
    db.flush()


def ask_deletion(person_id: int, *, reason: str, now: datetime) -> None:
    """Note that a person asks for deletion; asking twice keeps the first date."""
    db.lock(User, person_id)
    open_request = select(DeletionRequest.id).where(
        col(DeletionRequest.person_id) == person_id, col(DeletionRequest.closed_at).is_(None)
    )
    if db.session().exec(open_request).first() is None:
        due = now + rules.DELETION_ANSWER
        db.add(DeletionRequest(person_id=person_id, reason=reason, asked_at=now, due_at=due))


def close_deletion(request_id: int, *, outcome: str, by_id: int, now: datetime) -> None:
    """Answer a deletion request with what was done."""
    row = db.lock(DeletionRequest, request_id)
    if row.closed_at is None:
        row.closed_at, row.closed_by_id, row.outcome = now, by_id, outcome
        db.flush()


def save_mentor(person_id: int, *, affiliation: str, about: str) -> None:
    """Write what people may know of a mentor."""
    same = select(MentorProfile).where(col(MentorProfile.person_id) == person_id)
    row = db.session().exec(same).first() or MentorProfile(person_id=person_id)
    row.affiliation, row.about = affiliation, about
    db.add(row)


def _add_role(
    person_id: int,
    role: Role,
    *,
    now: datetime,
    hub_id: int | None = None,
    track: str | None = None,
    agency: str | None = None,
    by_id: int | None = None,
) -> None:
    scope = "/".join(str(part or "") for part in (hub_id, track, agency)).strip("/")
    same = select(RoleGrant.id).where(
        col(RoleGrant.person_id) == person_id,
        col(RoleGrant.role) == role,
        col(RoleGrant.scope) == scope,
    )
    if db.session().exec(same).first() is None:
        db.add(
            RoleGrant(
                person_id=person_id, role=role, hub_id=hub_id, track=track, agency=agency,
                scope=scope, by_id=by_id, at=now,
            )
        )  # fmt: skip


def _active_consent(person_id: int, purpose: Purpose) -> Consent | None:
    statement = select(Consent).where(
        col(Consent.person_id) == person_id,
        col(Consent.purpose) == purpose,
        col(Consent.withdrawn_at).is_(None),
    )
    return db.session().exec(statement).first()


def _end_guardian(person_id: int, now: datetime) -> None:
    current = select(GuardianConsent).where(
        col(GuardianConsent.person_id) == person_id, col(GuardianConsent.withdrawn_at).is_(None)
    )
    for row in db.session().exec(current):
        row.withdrawn_at = now


def show_with_person(name: str, subquery: loader.Extra) -> None:
    """Let higher floors add a small value to every `Principal.extra`, in the loader's one statement."""
    loader.show(name, subquery)
