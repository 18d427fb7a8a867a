"""What may be known about people: who they are, who may be shown, who mentors what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import and_, bindparam, func, or_, select
from sqlmodel import col

from sanggar import clock, errors
from sanggar.accounts import rules
from sanggar.accounts.models import (
    Consent,
    DeletionRequest,
    GuardianConsent,
    MentorProfile,
    Passkey,
    Purpose,
    RoleGrant,
    User,
)
from sanggar.accounts.people import (
    Person,
    by_login,
    find,
    login_as_kept,
    matching,
    people,
    person,
    select_people,
    unguarded,
)
from sanggar.accounts.people import columns as people_columns
from sanggar.kernel import db
from sanggar.kernel.access import Role

__all__ = [
    "ConsentRow",
    "GrantRow",
    "GuardianRow",
    "Person",
    "Security",
    "adult_on",
    "by_login",
    "consent_history",
    "consents",
    "find",
    "guardian",
    "guardian_and_deletion",
    "holders",
    "is_minor",
    "login_as_kept",
    "matching",
    "matching_ids",
    "mentor_profile",
    "mentor_profiles",
    "mentors",
    "people",
    "person",
    "public_ids",
    "roles",
    "roles_of",
    "running",
    "security",
    "select_people",
    "showable",
    "statistics_ids",
    "suggestable",
    "unguarded",
    "waits_for_guardian",
]


def is_minor(person: Person, today: date) -> bool:
    """Return whether a guardian must consent before anything of the person is public."""
    return rules.is_minor(person.birth_date, today)


def public_ids(person_ids: Collection[int] | None, now: datetime) -> set[int]:
    """Return who may be shown to everybody: consent, and adult or with a guardian's consent."""
    return _consenting(person_ids, Purpose.PUBLIC_PROFILE, now)


def matching_ids(person_ids: Collection[int] | None, now: datetime) -> set[int]:
    """Return who may be suggested to clients: consent, and adult or with a guardian's consent."""
    return _consenting(person_ids, Purpose.MATCHING, now)


def suggestable(person_ids: Collection[int], now: datetime) -> dict[int, tuple[Person, bool]]:
    """Return these people by id, each with whether they may be suggested to clients."""
    return _people_agreed(person_ids, Purpose.MATCHING, now)


def showable(person_ids: Collection[int], now: datetime) -> dict[int, tuple[Person, bool]]:
    """Return these people by id, each with whether they may be shown to everybody."""
    return _people_agreed(person_ids, Purpose.PUBLIC_PROFILE, now)


def _people_agreed(
    person_ids: Collection[int], purpose: Purpose, now: datetime
) -> dict[int, tuple[Person, bool]]:
    if not person_ids:
        return {}
    rows = db.rows(_with_agreed(purpose), ids=list(person_ids), **_moment(now)).all()
    return {row[0]: (Person(*row[:-1]), bool(row[-1])) for row in rows}


@cache
def _with_agreed(purpose: Purpose) -> Any:
    these = col(User.id).in_(bindparam("ids", expanding=True))
    agreed = _agreed(purpose, guarded=True).where(these)
    return people_columns().add_columns(col(User.id).in_(agreed).label("agreed")).where(these)


def adult_on(person: Person) -> date | None:
    """Return the day from which no guardian is asked, None when nobody knows the day of birth."""
    return rules.adult_on(person.birth_date) if person.birth_date else None


def statistics_ids(person_ids: Collection[int] | None, now: datetime) -> set[int]:
    """Return whose records may enter statistics beyond the programme's own counts."""
    return _consenting(person_ids, Purpose.STATISTICS, now, guarded=False)


def _consenting(
    person_ids: Collection[int] | None, purpose: Purpose, now: datetime, *, guarded: bool = True
) -> set[int]:
    if person_ids is not None and not person_ids:
        return set()
    statement = _agreed(purpose, guarded=guarded)
    if person_ids is not None:
        statement = statement.where(col(User.id).in_(person_ids))
    return set(db.rows(statement, **_moment(now)).scalars())


def _moment(now: datetime) -> dict[str, Any]:
    """Return what `_agreed` is asked with."""
    return {"now": now, "adult_since": rules.adult_since(clock.local(now).date())}


@cache
def _agreed(purpose: Purpose, *, guarded: bool) -> Any:
    """Return the statement of who has agreed to something, and may."""
    now: Any = bindparam("now")
    statement = (
        select(col(User.id))
        .join(Consent, col(Consent.person_id) == col(User.id))
        .where(
            col(User.active),
            col(Consent.purpose) == purpose,
            col(Consent.given_at) <= now,
            or_(col(Consent.withdrawn_at).is_(None), col(Consent.withdrawn_at) > now),
        )
    )
    if guarded:
        guardian = select(col(GuardianConsent.person_id)).where(
            col(GuardianConsent.recorded_at) <= now,
            or_(
                col(GuardianConsent.withdrawn_at).is_(None), col(GuardianConsent.withdrawn_at) > now
            ),
        )
        adult = col(User.birth_date) <= bindparam("adult_since")
        statement = statement.where(or_(adult, col(User.id).in_(guardian)))
    return statement


def mentors(track: str | None = None) -> list[Person]:
    """Return the mentors of a track, by name; of all tracks when none is named."""
    held = select(col(RoleGrant.person_id)).where(col(RoleGrant.role) == Role.MENTOR)
    if track is not None:
        held = held.where(col(RoleGrant.track) == track)
    statement = (
        people_columns().where(col(User.id).in_(held), col(User.active)).order_by(col(User.name))
    )
    return [Person(*row) for row in db.session().execute(statement)]


def holders(role: Role, *, hub_id: int | None = None) -> list[Person]:
    """Return the active holders of a role, of one hub when it is given (officers to be told)."""
    held = select(col(RoleGrant.person_id)).where(col(RoleGrant.role) == role)
    if hub_id is not None:
        held = held.where(col(RoleGrant.hub_id) == hub_id)
    statement = (
        people_columns().where(col(User.id).in_(held), col(User.active)).order_by(col(User.name))
    )
    return [Person(*row) for row in db.session().execute(statement)]


@dataclass(frozen=True)
class GrantRow:
    """A role somebody holds."""

    id: int
    person_id: int
    role: Role
    hub_id: int | None
    track: str | None
    agency: str | None
    at: datetime


@dataclass(frozen=True)
class ConsentRow:
    """One consent, running while `withdrawn_at` is None."""

    purpose: Purpose
    version: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class GuardianRow:
    """A guardian's consent in force."""

    name: str
    relation: str
    method: str
    given_on: date
    recorded_at: datetime
    recorded_by_id: int | None


@dataclass(frozen=True)
class Security:
    """How an account is protected. Secrets stay where they are."""

    has_password: bool
    must_change: bool
    second_step: bool
    recovery_codes: int
    passkeys: int
    has_email: bool

    @property
    def asks_password(self) -> bool:
        """Whether the present password is asked before a new one is set."""
        return self.has_password and not self.must_change


def roles(person_id: int) -> list[GrantRow]:
    """Return the roles of a person."""
    return roles_of([person_id]).get(person_id, [])


def roles_of(person_ids: Collection[int]) -> dict[int, list[GrantRow]]:
    """Return the roles of these people."""
    found: dict[int, list[GrantRow]] = {}
    if person_ids:
        statement = (
            select(
                col(RoleGrant.id), col(RoleGrant.person_id), col(RoleGrant.role),
                col(RoleGrant.hub_id), col(RoleGrant.track), col(RoleGrant.agency), col(RoleGrant.at),
            )
            .where(col(RoleGrant.person_id).in_(person_ids))
            .order_by(col(RoleGrant.id))
        )  # fmt: skip
        for row in db.session().execute(statement):
            found.setdefault(row[1], []).append(GrantRow(*row))
    return found


def consent_history(person_id: int) -> list[ConsentRow]:
    """Return all consents a person gave, newest first."""
    statement = (
        select(
            col(Consent.purpose), col(Consent.text_version), col(Consent.given_at),
            col(Consent.withdrawn_at),
        )
        .where(col(Consent.person_id) == person_id)
        .order_by(col(Consent.given_at).desc(), col(Consent.id).desc())
    )  # fmt: skip
    return [ConsentRow(*row) for row in db.session().execute(statement)]


def consents(person_id: int) -> dict[Purpose, ConsentRow]:
    """Return the consents in force: purpose -> what was agreed to."""
    return running(consent_history(person_id))


def running(history: Collection[ConsentRow]) -> dict[Purpose, ConsentRow]:
    """Return what is in force in a history of consents."""
    return {row.purpose: row for row in history if row.withdrawn_at is None}


def _guardian_columns() -> list[Any]:
    return [
        col(GuardianConsent.guardian_name), col(GuardianConsent.relation),
        col(GuardianConsent.method), col(GuardianConsent.given_on),
        col(GuardianConsent.recorded_at), col(GuardianConsent.recorded_by_id),
    ]  # fmt: skip


def guardian(person_id: int) -> GuardianRow | None:
    """Return the guardian's consent in force, None when there is none."""
    return guardian_and_deletion(person_id)[0]


Asked = tuple[datetime, datetime]


def guardian_and_deletion(person_id: int) -> tuple[GuardianRow | None, Asked | None]:
    """Return the guardian's consent, and when deletion was asked and is due, in one statement."""
    running, waiting = GuardianConsent.withdrawn_at, DeletionRequest.closed_at
    statement = (
        select(col(DeletionRequest.asked_at), col(DeletionRequest.due_at), *_guardian_columns())
        .select_from(User)
        .outerjoin(
            GuardianConsent,
            and_(col(GuardianConsent.person_id) == col(User.id), col(running).is_(None)),
        )
        .outerjoin(
            DeletionRequest,
            and_(col(DeletionRequest.person_id) == col(User.id), col(waiting).is_(None)),
        )
        .where(col(User.id) == person_id)
    )
    row = db.session().execute(statement).first()
    if row is None:
        return None, None
    asked = (row[0], row[1]) if row[0] else None
    return (GuardianRow(*row[2:]) if row[2] else None), asked


def waits_for_guardian(person: Person, now: datetime) -> bool:
    """Return whether a guardian's consent is still missing (for whom the rule applies)."""
    return is_minor(person, clock.local(now).date()) and guardian(person.id) is None


def security(person_id: int) -> Security:
    """Return how an account is protected."""
    keys = select(func.count()).where(col(Passkey.user_id) == person_id).scalar_subquery()
    statement = select(
        col(User.password).is_not(None), col(User.must_change_password),
        col(User.tf_totp_secret).is_not(None), col(User.mf_recovery_codes), keys,
        col(User.email).is_not(None),
    ).where(col(User.id) == person_id)  # fmt: skip
    row = db.session().execute(statement).first()
    if row is None:
        raise errors.NotFound
    return Security(row[0], row[1], row[2], len(row[3] or ()), row[4], row[5])


def mentor_profile(person_id: int) -> dict[str, str]:
    """Return what people may know of a mentor."""
    return mentor_profiles([person_id]).get(person_id, {"affiliation": "", "about": ""})


def mentor_profiles(person_ids: Collection[int]) -> dict[int, dict[str, str]]:
    """Return what people may know of these mentors."""
    if not person_ids:
        return {}
    statement = select(
        col(MentorProfile.person_id), col(MentorProfile.affiliation), col(MentorProfile.about)
    ).where(col(MentorProfile.person_id).in_(person_ids))
    return {
        row[0]: {"affiliation": row[1], "about": row[2]} for row in db.session().execute(statement)
    }
