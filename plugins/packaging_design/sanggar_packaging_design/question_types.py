"""The bar-code question: twelve digits are given, the whole EAN-13 is typed.

Typing the whole code, not only the check digit, is what the work asks for: a label is printed with
thirteen digits, and a slip in the first twelve costs as much as a wrong check digit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from sanggar.plugin import Grade, Item, PublicItem, QuestionType, Text

#: what people put between groups of digits: spaces, hyphens and dashes of any kind, points
SEPARATORS = re.compile(r"[\s.\u00ad\u2010-\u2015\u2212_-]+")
MAX_TYPED = 60
DIGITS = 12


def check_digit(twelve: str) -> str:
    """Return the EAN-13 check digit (GS1 General Specifications, 7.9.1).

    >>> check_digit("899750100012")
    '2'
    """
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(twelve))
    return str(-total % 10)


def whole_code(item: Item) -> str:
    """Return the thirteen digits of an item's code."""
    twelve = item.params.get("digits", "")
    return twelve + check_digit(twelve) if _is_digits(twelve, DIGITS) else ""


def _is_digits(text: str, count: int) -> bool:
    return len(text) == count and text.isascii() and text.isdigit()


def grouped(code: str) -> str:
    """Return a code as it stands under the bars: 8 997501 000122."""
    return f"{code[:1]} {code[1:7]} {code[7:]}" if len(code) == DIGITS + 1 else code


class EAN13(QuestionType):
    """A whole EAN-13 typed from its first twelve digits."""

    kind: ClassVar[str] = "ean13"
    template: ClassVar[str] = "packaging_design/ean13.html"
    label: ClassVar[Text] = Text(id="Kode EAN-13", en="EAN-13 code")

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with the digits of the item."""
        digits = item.params.get("digits", "")
        if not _is_digits(digits, DIGITS):
            return [
                f"'{digits}' is not the beginning of a code: write digits= and the first 12 digits"
            ]
        return []

    def public(self, item: Item) -> PublicItem:
        """Return the item; the check digit is computed, so there is no key to hide."""
        return PublicItem(id=item.id, type=item.type, stem=item.stem)

    def read(self, item: Item, form: Mapping[str, list[str]]) -> str | None:
        """Return what was typed."""
        typed = "".join(c for c in (form.get("answer") or [""])[0] if c.isprintable()).strip()
        return typed[:MAX_TYPED] or None

    def grade(self, item: Item, response: Any) -> Grade:
        """Return the full score for all thirteen digits, half for the check digit alone."""
        code = whole_code(item)
        typed = SEPARATORS.sub("", response)[:MAX_TYPED] if isinstance(response, str) else ""
        if not code or not typed:
            return Grade(score=0, correct=False)
        if typed == code:
            return Grade(score=1, correct=True)
        if typed == code[-1]:
            return Grade(score=0.5, correct=False, note=Text(
                id="Digit pemeriksanya benar. Ketik kode lengkap 13 digit.",
                en="The check digit is right. Type the whole code of 13 digits.",
            ))  # fmt: skip
        return Grade(score=0, correct=False, note=self._note(code, typed))

    def _note(self, code: str, typed: str) -> Text:
        """Return what is wrong with a typed code."""
        if not (typed.isascii() and typed.isdigit()):
            return Text(
                id="Kode EAN-13 hanya berisi angka.",
                en="An EAN-13 code has digits only.",
            )
        if len(typed) != DIGITS + 1:
            return Text(
                id=f"Anda mengetik {len(typed)} digit; kode EAN-13 punya 13 digit.",
                en=f"You typed {len(typed)} digits; an EAN-13 code has 13.",
            )
        if typed[:DIGITS] == code[:DIGITS]:
            return Text(
                id=f"12 digit awal benar; digit pemeriksanya {code[-1]}, bukan {typed[-1]}.",
                en=f"The first 12 digits are right; the check digit is {code[-1]}, not {typed[-1]}.",
            )
        place = next(n for n in range(DIGITS) if typed[n] != code[n]) + 1
        return Text(
            id=f"Salah ketik pada digit ke-{place}: {typed[place - 1]}, seharusnya {code[place - 1]}.",
            en=f"Digit {place} is mistyped: {typed[place - 1]} instead of {code[place - 1]}.",
        )

    def describe(self, item: Item, response: Any, language: str) -> str:
        """Return what was typed."""
        return response if isinstance(response, str) else "–"

    def describe_key(self, item: Item, language: str) -> str:
        """Return the whole code in groups."""
        return grouped(whole_code(item))
