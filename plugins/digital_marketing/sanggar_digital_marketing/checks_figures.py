"""Numbers and dates as people write them: Rp1.250.000, 12,5 %, 1,250.50, 3.2x, 21/11/2026.

A point may part thousands or decimals. What a whole table shows decides: one `12,5` says that the
comma is the decimal sign of all its cells. Where nothing decides, Indonesian usage does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, InvalidOperation

MAX_DIGITS = 18
_CORE = re.compile(
    r"^\s*(?P<minus>[-−(])?\s*(?:rp\.?|idr)?\s*(?P<sign>[-−])?\s*(?P<digits>\d[\d.,\s\u00a0]*?)"
    r"\s*(?:,-|x|×|kali|%|\))?\s*$",
    re.IGNORECASE,
)
_ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ].*)?")
_LOCAL = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})")
_NAMED = re.compile(r"(\d{1,2})[ -]([a-z]{3,9})\.?[ -](\d{4})", re.IGNORECASE)
MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb peb", "mar", "apr", "mei may", "jun", "jul", "agu aug agt", "sep", "okt oct",
         "nov nop", "des dec"), 1)
    for name in names.split()
}  # fmt: skip


def digits_of(text: str) -> str | None:
    """Return the digits, points and commas of a number, None when the text is none."""
    match = _CORE.match(text[:60])
    if match is None:
        return None
    digits = re.sub(r"[\s\u00a0]", "", match["digits"]).rstrip(".,")
    return digits if sum(c.isdigit() for c in digits) <= MAX_DIGITS else None


def decimal_sign(texts: Iterable[str]) -> str:
    """Return the decimal sign that a column or table of numbers shows, a comma when it shows none."""
    votes = {",": 0, ".": 0}
    for text in texts:
        digits = digits_of(text) or ""
        signs = [c for c in digits if c in ",."]
        if len(set(signs)) == 2:
            votes[signs[-1]] += 1
        elif len(signs) > 1:
            votes["," if signs[0] == "." else "."] += 1
        elif signs:
            before, _, after = digits.partition(signs[0])
            if len(after) != 3 or before in ("", "0"):
                votes[signs[0]] += 1
    return "." if votes["."] > votes[","] else ","


def number(text: str, sign: str) -> Decimal | None:
    """Return a number with this decimal sign, None when the text is none.

    >>> number("Rp1.250.000,50", ","), number("1,250.5", "."), number("dua", ",")
    (Decimal('1250000.50'), Decimal('1250.5'), None)
    """
    digits = digits_of(text)
    if digits is None:
        return None
    other = "," if sign == "." else "."
    whole, _, part = digits.replace(other, "").partition(sign)
    if sign in part:
        return None
    try:
        value = Decimal(f"{whole or '0'}.{part or '0'}" if part else whole)
    except InvalidOperation:
        return None
    match = _CORE.match(text[:60])
    negative = match is not None and (match["minus"] or match["sign"])
    return -value if negative else value


def count(text: str, sign: str) -> Decimal | None:
    """Return a number of things: `1.250` is always 1250, whatever the table shows."""
    value = number(text, sign)
    if value is not None and value != value.to_integral_value():
        digits = digits_of(text) or ""
        if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits):
            return Decimal(re.sub(r"[.,]", "", digits))
    return value


def readings(text: str) -> list[Decimal]:
    """Return everything a number standing alone may mean."""
    found = [value for sign in ",." if (value := number(text, sign)) is not None]
    return list(dict.fromkeys(found))


def decimals(text: str) -> int:
    """Return how many digits stand after the last point or comma of a number."""
    digits = digits_of(text) or ""
    tail = re.split(r"[.,]", digits)
    return len(tail[-1]) if len(tail) > 1 else 0


def day(text: str) -> date | None:
    """Return a date: 2026-11-21, 21/11/2026, 21 Nov 2026; the day before the month."""
    text = text.strip()[:30]
    try:
        if match := _ISO.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := _LOCAL.fullmatch(text):
            year = int(match[3])
            return date(year + 2000 if year < 100 else year, int(match[2]), int(match[1]))
        if (match := _NAMED.fullmatch(text)) and (month := MONTHS.get(match[2][:3].lower())):
            return date(int(match[3]), month, int(match[1]))
    except ValueError:
        return None
    return None
