"""The five question types of the core, given through the same hook as a plugin's own.

Each is a set of pure functions over an `Item` and a response made of JSON values. Responses come
from browsers, so every `grade` stays calm on anything it is handed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, ClassVar

from sanggar.assessments.typed_numbers import readings
from sanggar.plugin.items import Grade, Item, PublicItem, QuestionType
from sanggar.plugin.text import Text

RIGHT = Grade(score=1.0, correct=True)
WRONG = Grade(score=0.0, correct=False)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def first(form: Mapping[str, list[str]], name: str = "answer") -> str:
    """Return the first value of a field, cleaned of what no keyboard types."""
    values = form.get(name) or [""]
    return _CONTROL.sub("", str(values[0])).strip()


def _titles(item: Item, ids: object, language: str) -> list[str]:
    texts = {option.id: option.text.to(language) for option in item.options}
    wanted = ids if isinstance(ids, list | tuple) else [ids]
    return [texts[i] for i in wanted if isinstance(i, str) and i in texts]


def _distinct(item: Item) -> list[str]:
    """Return a fault when two options read the same in Indonesian."""
    seen = [option.text.id.casefold() for option in item.options]
    if len(set(seen)) < len(seen):
        return ["two options read the same: make every option different"]
    return []


class Single(QuestionType):
    """One right option."""

    kind: ClassVar[str] = "single"
    template: ClassVar[str] = "assessments/types/single.html"
    label: ClassVar[Text] = Text(id="Pilihan tunggal", en="Single choice")

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with the options."""
        keys = sum(option.key for option in item.options)
        faults = _distinct(item)
        if len(item.options) < 2:
            faults.append("fewer than two options: write at least two lines '- [ ] …'")
        if keys != 1:
            faults.append(
                f"{keys} options are marked '[x]': mark exactly one, or use type=multiple"
            )
        return faults

    def read(self, item: Item, form: Mapping[str, list[str]]) -> str | None:
        """Return the id of the chosen option."""
        chosen = first(form)
        return chosen if chosen in {option.id for option in item.options} else None

    def grade(self, item: Item, response: Any) -> Grade:
        """Return the full score for the key, nothing for the rest."""
        keys = [option.id for option in item.options if option.key]
        return RIGHT if isinstance(response, str) and response in keys else WRONG

    def describe(self, item: Item, response: Any, language: str) -> str:
        """Return the text of the chosen option."""
        return "; ".join(_titles(item, response, language)) or "–"


class Multiple(QuestionType):
    """Several right options; the score is all or nothing."""

    kind: ClassVar[str] = "multiple"
    template: ClassVar[str] = "assessments/types/multiple.html"
    label: ClassVar[Text] = Text(
        id="Pilihan ganda berjawaban lebih dari satu", en="Multiple choice"
    )

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with the options."""
        keys = sum(option.key for option in item.options)
        faults = _distinct(item)
        if keys < 2:
            faults.append(f"{keys} options are marked '[x]': mark at least two, or use type=single")
        if item.options and keys == len(item.options):
            faults.append("every option is marked '[x]': add a wrong option '- [ ] …'")
        return faults

    def read(self, item: Item, form: Mapping[str, list[str]]) -> list[str] | None:
        """Return the ids of the ticked options, in the item's order."""
        ticked = set(form.get("answer") or ())
        return [option.id for option in item.options if option.id in ticked] or None

    def grade(self, item: Item, response: Any) -> Grade:
        """Return the full score when exactly the keys are ticked."""
        if not isinstance(response, list) or not all(isinstance(i, str) for i in response):
            return WRONG
        keys = {option.id for option in item.options if option.key}
        return RIGHT if keys and set(response) == keys else WRONG

    def describe(self, item: Item, response: Any, language: str) -> str:
        """Return the texts of the ticked options."""
        return "; ".join(_titles(item, response, language)) or "–"


class Numeric(QuestionType):
    """A number within a tolerance, however it is written; a unit may stand behind it or not."""

    kind: ClassVar[str] = "numeric"
    template: ClassVar[str] = "assessments/types/numeric.html"
    label: ClassVar[Text] = Text(id="Isian angka", en="Number")

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with the key."""
        faults = []
        if _decimal(item.params.get("value")) is None:
            faults.append("the answer is not a number: write '= 12.5 ± 0.1' with a decimal point")
        tolerance = _decimal(item.params.get("tolerance", "0"))
        if tolerance is None or tolerance < 0:
            faults.append("the tolerance is not a number of 0 or more: write '= 12.5 ± 0.1'")
        return faults

    def public(self, item: Item) -> PublicItem:
        """Return the stem and the unit that stands beside the field."""
        unit = item.params.get("unit", "")
        return super().public(item).model_copy(update={"extra": {"unit": unit} if unit else {}})

    def read(self, item: Item, form: Mapping[str, list[str]]) -> str | None:
        """Return what was typed, so that it comes back as it was typed."""
        return first(form) or None

    def grade(self, item: Item, response: Any) -> Grade:
        """Return the full score when one reading of the text lies within the tolerance."""
        value = _decimal(item.params.get("value"))
        tolerance = _decimal(item.params.get("tolerance", "0")) or Decimal(0)
        if value is None:
            return WRONG
        return RIGHT if any(abs(r - value) <= tolerance for r in readings(response)) else WRONG

    def describe(self, item: Item, response: Any, language: str) -> str:
        """Return what was typed."""
        return str(response) if isinstance(response, str | int | float) else "–"

    def describe_key(self, item: Item, language: str) -> str:
        """Return the value with its unit, and the tolerance where there is one."""

        def written(name: str) -> str:
            plain = item.params.get(name, "0")
            return plain if language == "en" else plain.replace(".", ",")

        unit = item.params.get("unit", "")
        text = f"{written('value')} {unit}".strip()
        tolerance = _decimal(item.params.get("tolerance", "0"))
        return f"{text} (± {written('tolerance')})" if tolerance else text


def _decimal(text: str | None) -> Decimal | None:
    try:
        value = Decimal(text or "")
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


class Ordering(QuestionType):
    """Steps to be put in order.

    The exact order earns everything; otherwise the share of neighbouring steps that stand in the
    right order to each other (a Kendall distance over neighbours). `credit=exact` on the item turns
    the partial credit off. A step without a number, or with one used twice, counts as out of order.
    """

    kind: ClassVar[str] = "ordering"
    template: ClassVar[str] = "assessments/types/ordering.html"
    label: ClassVar[Text] = Text(id="Urutan langkah", en="Ordering")

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with the steps."""
        faults = _distinct(item)
        if len(item.options) < 3:
            faults.append("fewer than three steps: write at least three lines '1. …'")
        if item.params.get("credit", "pairs") not in {"pairs", "exact"}:
            faults.append("credit is unknown: use credit=pairs or credit=exact")
        return faults

    def read(self, item: Item, form: Mapping[str, list[str]]) -> dict[str, int] | None:
        """Return step id -> place for the steps that have one."""
        places: dict[str, int] = {}
        for option in item.options:
            typed = first(form, f"answer-{option.id}")
            if typed.isascii() and typed.isdigit() and len(typed) <= 3:
                place = int(typed)
                if 1 <= place <= len(item.options):
                    places[option.id] = place
        return places or None

    def grade(self, item: Item, response: Any) -> Grade:
        """Return the share of neighbouring steps in the right order."""
        steps = [option.id for option in item.options]
        given = response if isinstance(response, dict) else {}
        places = [given.get(step) for step in steps]
        if len(steps) < 2:
            return WRONG
        if places == list(range(1, len(steps) + 1)) and not any(
            isinstance(p, bool) for p in places
        ):
            return RIGHT
        used = [p for p in places if isinstance(p, int) and not isinstance(p, bool)]
        clear = [p if isinstance(p, int) and used.count(p) == 1 else None for p in places]
        right = sum(
            1
            for here, after in pairwise(clear)
            if here is not None and after is not None and here < after
        )
        share = right / (len(steps) - 1)
        if share == 1.0:  # 1, 2, 4 of four steps: the order is right though a number was skipped
            return RIGHT
        return WRONG if item.params.get("credit") == "exact" else Grade(score=share, correct=False)

    def describe(self, item: Item, response: Any, language: str) -> str:
        """Return the steps in the order that was given."""
        if not isinstance(response, dict):
            return "–"
        placed = [(p, s) for s, p in response.items() if isinstance(p, int)]
        return " → ".join(_titles(item, [s for _, s in sorted(placed)], language)) or "–"

    def describe_key(self, item: Item, language: str) -> str:
        """Return the steps in the right order."""
        return " → ".join(option.text.to(language) for option in item.options)


class Short(QuestionType):
    """A word or a few; case, spaces and punctuation do not matter, both languages are accepted."""

    kind: ClassVar[str] = "short"
    template: ClassVar[str] = "assessments/types/short.html"
    label: ClassVar[Text] = Text(id="Isian singkat", en="Short text")

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with the accepted answers."""
        if not any(normalise(a) for answers in item.answers.values() for a in answers):
            return ["no answer is given: write '= word | another spelling'"]
        return []

    def read(self, item: Item, form: Mapping[str, list[str]]) -> str | None:
        """Return what was typed."""
        return first(form) or None

    def grade(self, item: Item, response: Any) -> Grade:
        """Return the full score when the text equals an accepted answer of either language."""
        if not isinstance(response, str):
            return WRONG
        typed = normalise(response)
        accepted = {normalise(a) for answers in item.answers.values() for a in answers}
        return RIGHT if typed and typed in accepted else WRONG

    def describe(self, item: Item, response: Any, language: str) -> str:
        """Return what was typed."""
        return response if isinstance(response, str) else "–"

    def describe_key(self, item: Item, language: str) -> str:
        """Return the first accepted answer of the language."""
        answers = item.answers.get(language) or item.answers.get("id") or ()
        return answers[0] if answers else ""


def normalise(text: str) -> str:
    """Return text as it is compared: compatibility forms, no case, accents, spaces, punctuation.

    >>> normalise("  Kain-Difuser. "), normalise("café"), normalise("+")
    ('kaindifuser', 'cafe', '+')
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(c for c in folded if c.isalnum())
    return kept or "".join(folded.split())


TYPES: tuple[QuestionType, ...] = (Single(), Multiple(), Numeric(), Ordering(), Short())
