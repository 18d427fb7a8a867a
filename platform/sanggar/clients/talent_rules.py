"""Decisions about what talents show and when they are free: what a case still lacks before others see
it, which days are taken, how many hours that costs. Pure: plain values in, plain values out."""

from __future__ import annotations

import re
import unicodedata
from calendar import Calendar
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

#: Languages of work, as they are written in their own words; a closed list.
LANGUAGES = {
    "id": "Bahasa Indonesia", "jv": "Basa Jawa", "mad": "Bhâsa Madhurâ", "en": "English",
    "zh": "Mandarin",
}  # fmt: skip
MOST_AT_ONCE, MOST_DAYS = 20, 120
BEFORE, AFTER = 0, 1
#: before, after and four more
SLOTS = tuple(range(6))
#: How far ahead a calendar is kept, and how long one span may be.
HORIZON, LONGEST_SPAN = timedelta(days=730), timedelta(days=180)
MOST_SPANS = 100


class BusyKind(StrEnum):
    """Why a day is taken: no work at all, or somewhere else for a part of it."""

    OFF = "off"
    AWAY = "away"


class PaperKind(StrEnum):
    """What a paper allows: showing a client's work, showing a person."""

    PERMISSION = "permission"
    RELEASE = "release"


class PermissionHow(StrEnum):
    """How a client allowed that their work is shown."""

    LINK = "link"
    STATEMENT = "statement"
    PAPER = "paper"


class Lack(StrEnum):
    """What keeps a case from being shown."""

    PERMISSION = "permission"
    RELEASE = "release"


_WORD = re.compile(r"[^\W_]{2,40}")
#: Words that say nothing about anybody's work.
STOP_WORDS = frozenset({
    "ada", "agar", "akan", "anda", "atau", "bagi", "bisa", "dalam", "dan", "dari", "dengan",
    "di", "hasil", "ini", "itu", "jadi", "juga", "kami", "karena", "ke", "lebih", "lalu",
    "mereka", "oleh", "pada", "para", "saya", "sebelum", "secara", "semua", "setelah", "sudah",
    "supaya", "tanpa", "telah", "tidak", "untuk", "yang", "the", "and", "are", "for", "from",
    "have", "is", "of", "on", "that", "this", "to", "was", "were", "with", "work",
})  # fmt: skip
_ENDINGS = ("nya", "kan", "an")
MOST_WORDS = 80


def words(text: str) -> list[str]:
    """Return the words by which a text is found: small letters, no accents, no endings, each once.

    Endings are cut where at least four letters stay, so that who looks for `kemas` finds `kemasan`.

    >>> words("Kemasan & label kopi — KEMASANNYA rapi")
    ['kemas', 'label', 'kopi', 'rapi']
    """
    plain = unicodedata.normalize("NFKD", text.lower())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return list(dict.fromkeys(
        _stem(word) for word in _WORD.findall(plain) if word not in STOP_WORDS
    ))  # fmt: skip


def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            word = word.removesuffix(ending)
    return word


@dataclass(frozen=True)
class Span:
    """Days that are taken, the first and the last included."""

    first: date
    last: date
    kind: BusyKind = BusyKind.OFF


#: How much of a day's hours a kind of span takes.
SHARE = {BusyKind.OFF: 1.0, BusyKind.AWAY: 0.5}


def lacks(
    made_for: str, permission_at: datetime | None, people: bool, released: bool
) -> list[Lack]:
    """Return what a case still needs before others may see it.

    >>> lacks("Keripik Bu Sulas", None, people=True, released=True)
    [<Lack.PERMISSION: 'permission'>]
    """
    missing = [Lack.PERMISSION] if made_for and permission_at is None else []
    return missing + ([Lack.RELEASE] if people and not released else [])


def known_languages(codes: Iterable[str]) -> str:
    """Return the languages of these that are on the list, in its order, as they are kept."""
    chosen = set(codes)
    return " ".join(code for code in LANGUAGES if code in chosen)


def days_off(spans: Collection[Span], today: date, deadline: date) -> float:
    """Return how many days between today and a deadline are taken; a day counts once, at most whole.

    >>> days_off([Span(date(2026, 1, 2), date(2026, 1, 9))], date(2026, 1, 1), date(2026, 1, 5))
    3.0
    """
    taken: dict[date, float] = {}
    for span in spans:
        day = max(span.first, today)
        while day <= span.last and day < deadline:
            taken[day] = max(taken.get(day, 0.0), SHARE[span.kind])
            day += timedelta(days=1)
    return sum(taken.values())


def clash(first: date, last: date, spans: Iterable[Span]) -> Span | None:
    """Return the earliest span that shares a day with these days, None when they are free."""
    return min(
        (s for s in spans if first <= s.last and s.first <= last),
        key=lambda s: s.first, default=None,
    )  # fmt: skip


def weeks(month: date) -> list[list[date]]:
    """Return the weeks of a month from Monday to Sunday, days of its neighbours included."""
    return Calendar().monthdatescalendar(month.year, month.month)


def next_month(month: date, step: int = 1) -> date:
    """Return the first day of the month so many months later.

    >>> next_month(date(2026, 12, 5)), next_month(date(2026, 1, 5), -1)
    (datetime.date(2027, 1, 1), datetime.date(2025, 12, 1))
    """
    count = month.year * 12 + month.month - 1 + step
    return date(count // 12, count % 12 + 1, 1)
