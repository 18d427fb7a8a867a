"""How a brief is asked for, one question a screen, and how well it tells what is needed. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sanggar.clients.rules import BriefState

#: The questions in their order; each is one screen.
STEPS = ("service", "product", "story", "photos", "who", "budget", "when", "where")
PERMITS = ("pirt", "bpom", "halal", "merek")
MAX_PHOTOS = 3
LARGEST_TEAM = 10
SHORTEST_TEXT = 15
#: words that tell enough
ENOUGH_WORDS = 40
#: A brief that others may look at by a link.
SHARED = (BriefState.DRAFT, BriefState.OPEN, BriefState.SHORTLISTED)


@dataclass(frozen=True)
class Part:
    """One thing that makes a brief good: how many points it has, and how many it could have."""

    name: str
    have: int
    most: int

    @property
    def gain(self) -> int:
        """What is missing."""
        return self.most - self.have


def quality_parts(
    *, text: str, category: str, budget: bool, deadline: bool, link: str, level: str, photos: int
) -> tuple[Part, ...]:
    """Return what a brief tells, part by part; the most points add up to 100.

    Length, the fields that are there and photos count, as `domain/placement.md` asks; a number in the
    text (grams, pieces, flavours) is what talents ask for first.
    """
    said = round(min(len(text.split()) / ENOUGH_WORDS, 1.0) * 40)
    seen = 15 if photos else 8 if link else 0
    return (
        Part("text", said, 40), Part("size", 10 if any(c.isdigit() for c in text) else 0, 10),
        Part("photos", seen, 15), Part("budget", 10 * budget, 10),
        Part("deadline", 10 * deadline, 10), Part("category", 10 * bool(category), 10),
        Part("level", 5 * bool(level), 5),
    )  # fmt: skip


def quality(parts: Iterable[Part]) -> int:
    """Return how well a brief tells what is needed, 0..100; below 50 an officer calls first."""
    return sum(part.have for part in parts)


def advice(parts: Iterable[Part], most: int = 3) -> list[Part]:
    """Return what would make a brief better, what helps most first."""
    missing = sorted((part for part in parts if part.gain >= 5), key=lambda part: -part.gain)
    return missing[:most]


def next_question(asked: int) -> str:
    """Return the question that comes after so many answered ones, empty after the last.

    >>> next_question(0), next_question(8)
    ('service', '')
    """
    return STEPS[asked] if asked < len(STEPS) else ""


def number_of(step: str) -> int:
    """Return the number of a question, 1 for the first."""
    return STEPS.index(step) + 1


def days_to_choose(today: date, usual: int) -> list[tuple[str, date]]:
    """Return quick choices for a deadline: none is shorter than the service usually takes."""
    spans = {"week": 7, "two_weeks": 14, "month": 30, "two_months": 60}
    return [
        (name, today + timedelta(days=days)) for name, days in spans.items() if days >= usual
    ] or [("two_months", today + timedelta(days=60))]


_MAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_ADDRESS = re.compile(
    r"(?:https?://|www\.)\S+|\b[\w-]+\.(?:com|id|net|org|shop|store|link)\b\S*", re.I
)
_HANDLE = re.compile(r"(?<!\w)@[\w.]{3,}")
_PHONE = re.compile(r"(?:\+?62|\b0)[\s.-]?8[\d\s.-]{6,14}\d")


def without_contact(text: str) -> str:
    """Return a text without phone numbers, e-mail addresses, links and account names.

    >>> without_contact("Hubungi 0812-3456-7890 atau toko@contoh.id, 250 gram")
    'Hubungi … atau …, 250 gram'
    """
    for pattern in (_MAIL, _ADDRESS, _HANDLE, _PHONE):
        text = pattern.sub("…", text)
    return text
