"""People as other slices see them: one, several, those that a search finds."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlmodel import col

from sanggar import errors
from sanggar.accounts import rules
from sanggar.accounts.models import GuardianConsent, User
from sanggar.kernel import db

LONGEST_LOGIN = 254


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


def columns() -> Any:
    """Return the statement that reads people."""
    return select(
        col(User.id), col(User.name), col(User.phone), col(User.email), col(User.language), col(User.birth_date),
        col(User.hub_id), col(User.region_id), col(User.active),
    )  # fmt: skip


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
    rows = db.session().execute(columns().where(col(User.id).in_(person_ids)))
    return {row[0]: Person(*row) for row in rows}


def by_login(login: str) -> Person | None:
    """Return the person with this phone number (in any form) or e-mail address."""
    phone = rules.normalise_phone(login)
    match = or_(col(User.email) == login.strip().lower(), col(User.phone) == (phone or "-"))
    row = db.session().execute(columns().where(match)).first()
    return Person(*row) if row else None


def login_as_kept(typed: str) -> str | None:
    """Return a phone number or e-mail address as accounts keep it, None when it is neither."""
    text = (typed or "").strip().lower()
    if "@" in text:
        local, _at, domain = text.partition("@")
        whole = local and "." in domain and " " not in text and len(text) <= LONGEST_LOGIN
        return text if whole else None
    return rules.normalise_phone(text)


def select_people(conditions: Collection[Any], *, limit: int, offset: int) -> list[Person]:
    """Return people who meet these conditions, by name."""
    statement = columns().where(*conditions).order_by(col(User.name), col(User.id))
    return [Person(*row) for row in db.session().execute(statement.limit(limit).offset(offset))]


def find(
    text: str, hub_ids: Collection[int] | None, limit: int = 20, offset: int = 0
) -> list[Person]:
    """Return people whose name, phone or e-mail contains the text; `hub_ids` None: of every hub."""
    return select_people(matching(text, hub_ids), limit=limit, offset=offset)


def matching(text: str, hub_ids: Collection[int] | None) -> list[Any]:
    """Return the conditions of a search over people."""
    conditions: list[Any] = []
    if text := text.strip():
        escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        either: list[ColumnElement[bool]] = [
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


def unguarded(today: date) -> ColumnElement[bool]:
    """Return the condition "a guardian must consent and has not" of a search over people."""
    consents = select(col(GuardianConsent.person_id)).where(
        col(GuardianConsent.withdrawn_at).is_(None)
    )
    minor = or_(
        col(User.birth_date).is_(None), col(User.birth_date) > rules.adult_since(today)
    )  # fmt: skip
    return and_(minor, col(User.active), col(User.id).not_in(consents))
