"""Lengths of copy by placement, counted by grapheme as people and platforms do (UAX #29).

Limits of platforms, looked up November 2026; authors can set others with ``limits``:
responsive search ads 30, 90 and 15 (Google Ads Help 1704389), captions 2,200 (Instagram and TikTok
help), status text and description of WhatsApp Business 139 and 512, primary text 125 and headline 40
as Meta recommends. Recommendations only warn.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from sanggar.plugin import Finding
from sanggar.plugin.filechecks import Limits, some, words

from . import checks as rules

MAX_TEXTS = 1000


@dataclass(frozen=True)
class Place:
    """One placement: its limit, where that comes from, whether the platform enforces it."""

    name: str
    aliases: tuple[str, ...]
    limit: int
    source: str
    hard: bool = True


PLACES = (
    Place("headline", ("judul", "headline", "judul iklan", "rsa headline"), 30, "Google Ads Help 1704389"),
    Place("description", ("deskripsi", "description", "deskripsi iklan"), 90, "Google Ads Help 1704389"),
    Place("path", ("path", "jalur", "jalur tampilan", "display path"), 15, "Google Ads Help 1704389"),
    Place("primary text", ("teks utama", "primary text"), 125, "Meta Ads Guide", hard=False),
    Place("meta headline", ("judul meta", "meta headline"), 40, "Meta Ads Guide", hard=False),
    Place("caption", ("takarir", "caption", "keterangan"), 2200, "Instagram Help"),
    Place("bio", ("bio", "bio instagram"), 150, "Instagram Help"),
    Place("whatsapp about", ("tentang wa", "whatsapp about"), 139, "WhatsApp FAQ"),
    Place("whatsapp description", ("deskripsi wa", "whatsapp description"), 512, "WhatsApp Business FAQ"),
)  # fmt: skip
LABEL = re.compile(
    r"^\W{0,4}(?P<label>[^\W\d][\w ]{1,30}?)\s*(?:#?\d{1,3})?\s*[:=]\s*(?P<text>\S.*)$"
)
#: a number at the end, as `Judul 3`
NUMBERED = re.compile(r"\s*#?\d{1,3}$")


def graphemes(text: str) -> int:
    """Return how many characters people see: a flag or an emoji with a skin tone is one.

    >>> graphemes("👩🏽‍🍳é")
    2
    """
    return len(regex.findall(r"\X", text))


def places(limits: Limits) -> tuple[Place, ...]:
    """Return the placements with the author's limits first."""
    own = []
    for pair in limits.parts("limits"):
        label, _, number = pair.partition("=")
        label = label.strip().lower()
        usual = next((p for p in PLACES if label in (p.name, *p.aliases)), None)
        names = (label, *usual.aliases) if usual else (label,)
        own.append(Place(label, names, int(number), limits.text("source") or "brief"))
    return (*own, *PLACES)


def texts_in(rows: Sequence[Sequence[str]], known: tuple[Place, ...]) -> list[tuple[Place, str]]:
    """Return texts with their placement: ``Judul 1: …`` in a line, or a label and a text in a row."""
    found: list[tuple[Place, str]] = []
    for row in rows:
        cells = [cell.strip() for cell in row if cell.strip()]
        pairs = [(cells[0], cells[1])] if len(cells) > 1 else []
        for cell in cells:
            match = LABEL.match(cell)
            if match:
                pairs = [(match["label"], match["text"])]
        for label, text in pairs:
            place = place_of(label, known)
            if place is not None:
                found.append((place, text))
        if len(found) >= MAX_TEXTS:
            break
    return found


def place_of(label: str, known: tuple[Place, ...]) -> Place | None:
    """Return the placement a label names."""
    word = NUMBERED.sub("", " ".join(label.lower().split()))
    return next((place for place in known if word in (place.name, *place.aliases)), None)


def measure(limits: Limits, rows: Sequence[Sequence[str]], name: str) -> list[Finding]:
    """Return which texts are too long, how many there are, and which stand there twice."""
    known = places(limits)
    texts = texts_in(rows, known)
    if not texts:
        measured = words("Tidak ada naskah yang dikenali", "No copy recognised")
        asked = words("baris seperti “Judul 1: …”", "lines like “Headline 1: …”")
        return [rules.COPY.find("unknown", measured, asked, file=name)]
    found = []
    for place in dict.fromkeys(place for place, _ in texts):
        mine = [text for other, text in texts if other is place]
        long = [
            f"{text[:40]} = {graphemes(text)}" for text in mine if graphemes(text) > place.limit
        ]
        longest = max(graphemes(text) for text in mine)
        measured = words(
            "{}: terpanjang {} karakter", "{}: longest {} characters", place.name, longest
        )
        if long:
            measured = words("{}; terlalu panjang: {}", "{}; too long: {}", measured, some(long, 3))
        asked = words("paling banyak {} karakter", "at most {} characters", place.limit)
        found.append(
            rules.LENGTH.judge(
                not long, measured, asked, file=name, sure=place.hard, source=place.source
            )
        )
    return [*found, *_counts(limits, texts, known, name), *_repeated(texts, name)]


def _counts(
    limits: Limits, texts: list[tuple[Place, str]], known: tuple[Place, ...], name: str
) -> list[Finding]:
    found = []
    for pair in limits.parts("counts"):
        label, _, number = pair.partition("=")
        place = place_of(label, known)
        have = sum(other is place for other, _ in texts)
        measured = words("{}: {}", "{}: {}", label.strip(), have)
        asked = words("paling sedikit {}", "at least {}", number)
        found.append(rules.NUMBER.judge(have >= int(number), measured, asked, file=name))
    return found


def _repeated(texts: list[tuple[Place, str]], name: str) -> list[Finding]:
    seen = [(place.name, " ".join(text.lower().split())) for place, text in texts]
    again = sorted({text for place, text in seen if seen.count((place, text)) > 1})
    if not again:
        return []
    return [rules.REPEATED.find("warn", words("{}", "{}", some(again, 3)), file=name)]
