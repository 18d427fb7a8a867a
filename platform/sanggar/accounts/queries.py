"""What may be known about people: who they are, who may be shown, who mentors what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_
from sqlmodel import col, select

from sanggar import clock, errors
from sanggar.accounts import rules
from sanggar.accounts.models import Consent, GuardianConsent, Purpose, RoleGrant, User
from sanggar.kernel import db
from sanggar.kernel.access import Role


@dataclass(frozen=True)
class Person:
    """A person as other slices see them."""

    id: int
    name: str
    phone: str | None
    email: str | None
    language: str
    birth_date: date | None
    hub_id: int | None = None
    region_id: int | None = None
    active: bool = True


def _people() -> Any:
    return select(
        User.id, User.name, User.phone, User.email, User.language, User.birth_date,
        User.hub_id, User.region_id, User.active,
    )  # type: ignore[call-overload]  # fmt: skip


def person(person_id: int) -> Person:
    """Return one person or raise `NotFound`."""
    found = people([person_id])
    if person_id not in found:
        raise errors.NotFound
    return found[person_id]


def people(person_ids: Collection[int]) -> dict[int, Person]:
    """Return these people by id."""
    if not person_ids:
        return {}
    rows = db.session().execute(_people().where(col(User.id).in_(person_ids)))
    return {row[0]: Person(*row) for row in rows}


def by_login(login: str) -> Person | None:
    """Return the person with this phone number (in any form) or e-mail address."""
    phone = rules.normalise_phone(login)
    match = or_(col(User.email) == login.strip().lower(), col(User.phone) == (phone or "-"))
    row = db.session().execute(_people().where(match)).first()
    return Person(*row) if row else None


def find(
    text: str, hub_ids: Collection[int] | None, limit: int = 20, offset: int = 0
) -> list[Person]:
    """Return people whose name, phone or e-mail contains the text; `hub_ids` None: of every hub."""
    statement = _people().where(*matching(text, hub_ids)).order_by(col(User.name), col(User.id))
    return [Person(*row) for row in db.session().execute(statement.limit(limit).offset(offset))]


def matching(text: str, hub_ids: Collection[int] | None) -> list[Any]:
    """Return the conditions of a search over people."""
    conditions: list[Any] = []
    if text := text.strip():
        escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        either = [
            col(User.name).ilike(f"%{escaped}%", escape="\\"),
            col(User.email).ilike(f"%{escaped}%", escape="\\"),
        ]
        digits = "".join(c for c in text if c.isdigit())
        if len(digits) >= 3:
            national = digits.removeprefix("62").removeprefix("0")
            either.append(col(User.phone).contains(national, autoescape=True))
        conditions.append(or_(*either))
    if hub_ids is not None:
        conditions.append(col(User.hub_id).in_(hub_ids))
    return conditions


def is_minor(person: Person, today: date) -> bool:
    """Return whether a guardian must consent before anything of the person is public."""
    return rules.is_minor(person.birth_date, today)


def public_ids(person_ids: Collection[int] | None, now: datetime) -> set[int]:
    """Return who may be shown to everybody: consent, and adult or with a guardian's consent."""
    return _consenting(person_ids, Purpose.PUBLIC_PROFILE, now)


def matching_ids(person_ids: Collection[int] | None, now: datetime) -> set[int]:
    """Return who may be suggested to clients: consent, and adult or with a guardian's consent."""
    return _consenting(person_ids, Purpose.MATCHING, now)


def statistics_ids(person_ids: Collection[int] | None, now: datetime) -> set[int]:
    """Return whose records may enter statistics beyond the programme's own counts."""
    return _consenting(person_ids, Purpose.STATISTICS, now, guarded=False)


def _consenting(
    person_ids: Collection[int] | None, purpose: Purpose, now: datetime, *, guarded: bool = True
) -> set[int]:
    if person_ids is not None and not person_ids:
        return set()
    statement = (
        select(User.id)
        .join(Consent, col(Consent.person_id) == col(User.id))
        .where(
            col(User.active),
            col(Consent.purpose) == purpose,
            col(Consent.given_at) <= now,
            or_(col(Consent.withdrawn_at).is_(None), col(Consent.withdrawn_at) > now),
        )
    )
    if guarded:
        guardian = select(GuardianConsent.person_id).where(
            col(GuardianConsent.recorded_at) <= now,
            or_(
                col(GuardianConsent.withdrawn_at).is_(None), col(GuardianConsent.withdrawn_at) > now
            ),
        )
        adult = col(User.birth_date) <= rules.adult_since(clock.local(now).date())
        statement = statement.where(or_(adult, col(User.id).in_(guardian)))
    if person_ids is not None:
        statement = statement.where(col(User.id).in_(person_ids))
    return {found for found in db.session().execute(statement).scalars() if found is not None}


def mentors(track: str | None = None) -> list[Person]:
    """Return the mentors of a track, by name; of all tracks when none is named."""
    held = select(RoleGrant.person_id).where(col(RoleGrant.role) == Role.MENTOR)
    if track is not None:
        held = held.where(col(RoleGrant.track) == track)
    statement = _people().where(col(User.id).in_(held), col(User.active)).order_by(col(User.name))
    return [Person(*row) for row in db.session().execute(statement)]


def holders(role: Role, *, hub_id: int | None = None) -> list[Person]:
    """Return the active holders of a role, of one hub when it is given (officers to be told)."""
    held = select(RoleGrant.person_id).where(col(RoleGrant.role) == role)
    if hub_id is not None:
        held = held.where(col(RoleGrant.hub_id) == hub_id)
    statement = _people().where(col(User.id).in_(held), col(User.active)).order_by(col(User.name))
    return [Person(*row) for row in db.session().execute(statement)]
