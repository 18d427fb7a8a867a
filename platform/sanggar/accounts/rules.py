"""Decisions about people: who is a minor, what a phone number is, who may be shown."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import phonenumbers

COUNTRY = "ID"
ADULT = 18
#: An officer's code lives this long and survives this many wrong tries.
CODE_MINUTES = 30
CODE_TRIES = 5
CODE_LENGTH = 8
#: The law gives three days (3 x 24 hours) to act on a withdrawal or a deletion request.
DELETION_ANSWER = timedelta(hours=72)
#: The same form sent again within this time is the same person (a lost answer, an impatient thumb).
SAME_JOIN = timedelta(hours=1)
OLDEST = 100
YOUNGEST = 13


def normalise_phone(typed: str | None) -> str | None:
    """Return a phone number as E.164, None when the text is not one.

    >>> normalise_phone("0812-0000-0123"), normalise_phone("62 81200000123"), normalise_phone("12")
    ('+6281200000123', '+6281200000123', None)
    """
    kept = "".join(c for c in (typed or "") if c.isdigit() or c == "+")
    if not kept:
        return None
    if kept.startswith("62"):
        kept = "+" + kept
    elif kept.startswith("8"):
        kept = "0" + kept
    try:
        number = phonenumbers.parse(kept, COUNTRY)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def age(birth_date: date, today: date) -> int:
    """Return somebody's age in full years."""
    before = (today.month, today.day) < (birth_date.month, birth_date.day)
    return today.year - birth_date.year - before


def is_minor(birth_date: date | None, today: date) -> bool:
    """Return whether a guardian must consent first; who gave no birth date counts as a minor."""
    return birth_date is None or age(birth_date, today) < ADULT


def adult_since(today: date) -> date:
    """Return the latest birth date of an adult."""
    try:
        return today.replace(year=today.year - ADULT)
    except ValueError:  # 29 February
        return today.replace(year=today.year - ADULT, day=28)


def adult_on(birth_date: date) -> date:
    """Return the first day on which somebody is an adult."""
    try:
        return birth_date.replace(year=birth_date.year + ADULT)
    except ValueError:  # 29 February
        return date(birth_date.year + ADULT, 3, 1)


def plausible_birth_date(birth_date: date, today: date) -> bool:
    """Return whether somebody born then can be a member: 13 to 100 years old."""
    return birth_date <= today and YOUNGEST <= age(birth_date, today) <= OLDEST


def code_expiry(now: datetime) -> datetime:
    """Return when a code given now ends."""
    return now + timedelta(minutes=CODE_MINUTES)
