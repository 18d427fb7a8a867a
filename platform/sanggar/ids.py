"""Identifiers that people read aloud, type on a phone and cannot guess."""

from __future__ import annotations

import secrets

#: Crockford's base 32: no I, L, O, U, so nothing is mistaken on paper.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_FORGIVEN = str.maketrans({"I": "1", "L": "1", "O": "0", "U": "V"})


def code(length: int = 8) -> str:
    """Return a random code of `length` characters (5 bits each)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def token(nbytes: int = 24) -> str:
    """Return a URL-safe secret of `nbytes` random bytes."""
    return secrets.token_urlsafe(nbytes)


def normalise_code(typed: str) -> str:
    """Read a code as a person typed it: any case, spaces and hyphens, O for 0, I or L for 1."""
    kept = "".join(c for c in typed.upper() if c.isalnum())
    return kept.translate(_FORGIVEN)
