"""One-time codes: an officer hands one over, and somebody without e-mail is back in their account."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from flask import current_app
from sqlalchemy import select
from sqlmodel import col

from sanggar import ids
from sanggar.accounts import identity, rules
from sanggar.accounts.models import OneTimeCode, User
from sanggar.kernel import db


def create_code(person_id: int, *, by_id: int | None, now: datetime) -> str:
    """Return a new one-time code, shown once; older codes of the person end."""
    db.lock(User, person_id)
    for old in _open_codes(person_id, now):
        old.expires_at = now
    code = ids.code(rules.CODE_LENGTH)
    db.add(
        OneTimeCode(
            person_id=person_id,
            digest=_digest(person_id, code),
            created_at=now,
            expires_at=rules.code_expiry(now),
            created_by_id=by_id,
        )
    )
    return code


def use_code(login: str, typed: str, *, now: datetime) -> User | None:
    """Return the person whose code this is and use it up, None when it is wrong, old or worn out."""
    person = identity.find(login)
    if person is None or not person.active or person.id is None:
        return None
    db.lock(User, person.id)
    digest = _digest(person.id, ids.normalise_code(typed))
    for row in _open_codes(person.id, now):
        if hmac.compare_digest(row.digest, digest):
            row.used_at = now
            person.must_change_password = True
            db.flush()
            return person
        row.tries += 1
    db.flush()
    return None


def _open_codes(person_id: int, now: datetime) -> list[OneTimeCode]:
    statement = select(OneTimeCode).where(
        col(OneTimeCode.person_id) == person_id,
        col(OneTimeCode.used_at).is_(None),
        col(OneTimeCode.expires_at) > now,
        col(OneTimeCode.tries) < rules.CODE_TRIES,
    )
    return list(db.session().scalars(statement))


def _digest(person_id: int, code: str) -> str:
    key = str(current_app.secret_key).encode()
    return hmac.new(key, f"{person_id}:{code}".encode(), hashlib.sha256).hexdigest()
