"""Numbers, validity and states of certificates: pure decisions."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from enum import StrEnum

from sanggar import ids

#: Renewal opens this long before the end.
RENEWAL_WINDOW = timedelta(days=90)
PREFIX = "MJC"


class State(StrEnum):
    """What a verifier is told."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


def state(*, valid_until: date, revoked: bool, today: date) -> State:
    """Return the state on a day; revoked wins over expired."""
    if revoked:
        return State.REVOKED
    return State.VALID if today <= valid_until else State.EXPIRED


def add_months(start: date, months: int) -> date:
    """Return the same day `months` later, the last of the month where there is none.

    >>> add_months(date(2026, 1, 31), 3)
    datetime.date(2026, 4, 30)
    """
    index = start.month - 1 + months
    year, month = start.year + index // 12, index % 12 + 1
    return date(year, month, min(start.day, monthrange(year, month)[1]))


def check_character(body: str) -> str:
    """Return a check character: weights 1, 2, 3 … modulo 31 (a prime, so slips and swaps show; only 0 and Z look alike)."""
    total = sum((i + 1) * ids.ALPHABET.index(c) for i, c in enumerate(body))
    return ids.ALPHABET[total % 31]


def new_number(issued: date) -> str:
    """Return a number such as `MJC-26-7K3Q-9DXA`: random, short enough to read aloud, self-checking."""
    body = f"{issued.year % 100:02d}" + ids.code(7)
    return format_number(body + check_character(body))


def format_number(plain: str) -> str:
    """Return the ten characters with their prefix and hyphens."""
    return f"{PREFIX}-{plain[:2]}-{plain[2:6]}-{plain[6:]}"


def parse_number(typed: str) -> str | None:
    """Return the number as stored, or None when it cannot be one (mistyped or made up)."""
    plain = ids.normalise_code(typed)
    if plain.startswith(ids.normalise_code(PREFIX)):
        plain = plain[len(PREFIX) :]
    if len(plain) != 10 or any(c not in ids.ALPHABET for c in plain):
        return None
    if check_character(plain[:-1]) != plain[-1]:
        return None
    return format_number(plain)


def can_renew(valid_until: date, today: date) -> bool:
    """Return whether renewal is open: 90 days before the end and after it."""
    return today >= valid_until - RENEWAL_WINDOW
