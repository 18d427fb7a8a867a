"""Question types that are answered in words: a few that are compared, many that a mentor reads."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from sanggar.assessments.types_shared import (
    FOR_A_MENTOR,
    RIGHT,
    WRONG,
    bounded,
    cleaned,
    first,
)
from sanggar.plugin.items import Grade, Item, PublicItem, QuestionType
from sanggar.plugin.text import Text

#: shorter answers are compared exactly: `f/4` is one slip away from `f/8`
LEAST_FUZZY = 5
#: longer texts are no short answers; the limit keeps comparing cheap
LONGEST = 200
MAX_ESSAY = 20_000


class Short(QuestionType):
    """A word or a few; case, spaces and punctuation do not matter, both languages are accepted.

    With ``distance=1`` (or 2) so many slips are forgiven in answers of at least five letters: a
    letter too many, too few, another one, or two that changed places (Damerau-Levenshtein).
    """

    kind: ClassVar[str] = "short"
    template: ClassVar[str] = "assessments/types/short.html"
    label: ClassVar[Text] = Text(id="Isian singkat", en="Short text")
    credit: ClassVar[Text] = Text(
        id="Jawaban yang diterima mendapat seluruh poin; huruf besar, spasi, dan tanda baca tidak berpengaruh.",
        en="An accepted answer earns all points; capitals, spaces and punctuation do not matter.",
    )

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with the accepted answers."""
        words = [normalise(a) for answers in item.answers.values() for a in answers]
        faults = []
        if not any(words):
            faults.append("no answer is given: write '= word | another spelling'")
        slips = item.params.get("distance", "0")
        if slips not in {"0", "1", "2"}:
            faults.append("the distance is unknown: write distance=1 or distance=2")
        elif slips != "0" and max(map(len, words), default=0) < LEAST_FUZZY:
            faults.append(
                f"distance has no effect on answers below {LEAST_FUZZY} letters: remove it"
            )
        return faults

    def read(self, item: Item, form: Mapping[str, list[str]]) -> str | None:
        """Return what was typed."""
        return first(form) or None

    def grade(self, item: Item, response: Any) -> Grade:
        """Return the full score when the text equals an accepted answer of either language."""
        return RIGHT if accepts(item.answers, item.params, response) else WRONG

    def describe(self, item: Item, response: Any, language: str) -> str:
        """Return what was typed."""
        return response if isinstance(response, str) else "–"

    def describe_key(self, item: Item, language: str) -> str:
        """Return the first accepted answer of the language."""
        return first_answer(item.answers, language)


def first_answer(answers: Mapping[str, tuple[str, ...]], language: str) -> str:
    """Return the first accepted answer of a language, Indonesian where there is none."""
    found = answers.get(language) or answers.get("id") or ()
    return found[0] if found else ""


def accepts(
    answers: Mapping[str, tuple[str, ...]], params: Mapping[str, str], typed: object
) -> bool:
    """Return whether a typed text is one of the accepted answers, in either language."""
    if not isinstance(typed, str) or len(typed) > 10 * LONGEST:
        return False
    plain = normalise(typed)
    words = {normalise(a) for many in answers.values() for a in many} - {""}
    if plain in words:
        return bool(plain)
    slips = bounded(params.get("distance"), 1, 2, 0)
    return slips > 0 and _near(plain, words, slips)


def _near(plain: str, words: Iterable[str], slips: int) -> bool:
    return any(
        len(word) >= LEAST_FUZZY
        and abs(len(word) - len(plain)) <= slips
        and len(plain) <= LONGEST
        and distance(plain, word) <= slips
        for word in words
    )


def normalise(text: str) -> str:
    """Return text as it is compared: compatibility forms, no case, accents, spaces, punctuation.

    >>> normalise("  Kain-Difuser. "), normalise("café"), normalise("+")
    ('kaindifuser', 'cafe', '+')
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(c for c in folded if c.isalnum())
    return kept or "".join(folded.split())


def distance(a: str, b: str) -> int:
    """Return the number of slips between two words.

    Optimal string alignment: insertions, deletions, substitutions and swaps of neighbours (Damerau,
    1964; Levenshtein, 1966), no part edited twice.

    >>> distance("difuser", "diffuser"), distance("difsuer", "difuser"), distance("ca", "abc")
    (1, 1, 3)
    """
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, y in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1]


class Essay(QuestionType):
    """A long text that a mentor reads and marks; its explanation says what a good one contains.

    The mentor gives 0, a quarter, half, three quarters or all of the points. Limits of words
    (`min_words`, `max_words`) are told to the writer and to the mentor; nothing is cut.
    """

    kind: ClassVar[str] = "essay"
    judged: ClassVar[bool] = True
    template: ClassVar[str] = "assessments/types/essay.html"
    label: ClassVar[Text] = Text(id="Uraian", en="Long text")
    credit: ClassVar[Text] = Text(
        id="Seorang mentor menentukan berapa bagian poin yang didapat.",
        en="A mentor decides which share of the points it earns.",
    )

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with the limits."""
        faults = []
        for name in ("min_words", "max_words"):
            text = item.params.get(name, "")
            if text and not bounded(text, 1, 3000, 0):
                faults.append(f"{name} is '{text}': write a whole number from 1 to 3000")
        if _words_asked(item)[0] > _words_asked(item)[1]:
            faults.append("more words are asked than allowed: make max_words the larger number")
        return faults

    def public(self, item: Item) -> PublicItem:
        """Return the question and its limits."""
        limits = {k: item.params[k] for k in ("min_words", "max_words") if item.params.get(k)}
        return super().public(item).model_copy(update={"extra": limits})

    def read(self, item: Item, form: Mapping[str, list[str]]) -> str | None:
        """Return what was typed, line ends made one kind."""
        typed = cleaned((form.get("answer") or [""])[0][:MAX_ESSAY].replace("\r\n", "\n"))
        return typed or None

    def grade(self, item: Item, response: Any) -> Grade:
        """Return a provisional grade for a mentor, with the number of words."""
        if not isinstance(response, str) or not response.strip():
            return WRONG
        words, (least, most) = len(response.split()), _words_asked(item)
        over = words > most or words < least
        note = Text(
            id=f"{words} kata" + (f", diminta {_limits(least, most)}." if over else "."),
            en=f"{words} word{'s' if words != 1 else ''}"
            + (f", asked for {_limits(least, most)}." if over else "."),
        )
        return Grade(score=0.0, correct=False, needs_human=True, note=note)

    def describe(self, item: Item, response: Any, language: str) -> str:
        """Return the text."""
        return response if isinstance(response, str) else "–"

    def describe_key(self, item: Item, language: str) -> str:
        """Return who marks it."""
        return FOR_A_MENTOR.to(language)


def _words_asked(item: Item) -> tuple[int, int]:
    least = bounded(item.params.get("min_words"), 1, 3000, 0)
    return least, bounded(item.params.get("max_words"), 1, 3000, 3000)


def _limits(least: int, most: int) -> str:
    if not least:
        return f"≤ {most}"
    return f"{least}–{most}" if most < 3000 else f"≥ {least}"
