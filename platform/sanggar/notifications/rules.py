"""When to try again, and the links that open WhatsApp: pure decisions."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

MAX_ATTEMPTS = 6


def wait_before(attempt: int) -> timedelta | None:
    """Return how long to wait after the n-th failed attempt (1, 5, 25 … minutes), None to give up."""
    if attempt >= MAX_ATTEMPTS:
        return None
    return timedelta(minutes=5 ** (attempt - 1))


def wa_link(phone: str, text: str) -> str:
    """Return a `wa.me` link for a number typed as 08…, 62… or +62…; empty when it is no number.

    >>> wa_link("0812-0000-0123", "Halo")
    'https://wa.me/6281200000123?text=Halo'
    """
    digits = re.sub(r"\D", "", phone)
    if digits.startswith("0"):
        digits = "62" + digits[1:]
    if not 9 <= len(digits) <= 15:
        return ""
    return f"https://wa.me/{digits}?text={quote(text)}"
