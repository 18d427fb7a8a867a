"""Passwords: argon2id with the cost that OWASP names for 19 MiB; cheap in the tests, never elsewhere."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app, has_app_context

MIN_LENGTH = 8
MAX_LENGTH = 128

_REAL = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def _hasher() -> PasswordHasher:
    return _QUICK if has_app_context() and current_app.testing else _REAL


def hash_password(password: str) -> str:
    """Return what is stored for a password."""
    return _hasher().hash(password)


def verify(stored: str | None, password: str) -> bool:
    """Return whether the password is right; an account without one takes as long to refuse."""
    try:
        return _hasher().verify(stored or _nobody(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(stored: str) -> bool:
    """Return whether the hash was made at another cost than today's."""
    return _hasher().check_needs_rehash(stored)


_decoys: dict[int, str] = {}


def _nobody() -> str:
    """Return a hash that no password fits, made once."""
    hasher = _hasher()
    if id(hasher) not in _decoys:
        _decoys[id(hasher)] = hasher.hash("no account has this password")
    return _decoys[id(hasher)]
