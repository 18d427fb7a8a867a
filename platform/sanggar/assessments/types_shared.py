"""What question types share: whole grades, clean text from a field, texts of options."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from sanggar.plugin.items import Grade, Item
from sanggar.plugin.text import Text

RIGHT = Grade(score=1.0, correct=True)
WRONG = Grade(score=0.0, correct=False)
FOR_A_MENTOR = Text(
    id="Jawaban ini dinilai oleh mentor.", en="A mentor marks this answer."
)  # fmt: skip
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def cleaned(text: object) -> str:
    """Return text without what no keyboard types."""
    return _CONTROL.sub("", str(text)).strip()


def first(form: Mapping[str, list[str]], name: str = "answer") -> str:
    """Return the first value of a field, cleaned of what no keyboard types."""
    values = form.get(name) or [""]
    return cleaned(values[0])


def share(earned: float, whole: float) -> Grade:
    """Return the grade of a share of the points; the whole is reached within rounding."""
    part = min(1.0, max(0.0, earned / whole)) if whole > 0 else 0.0
    return RIGHT if part > 1 - 1e-9 else Grade(score=part, correct=False)


def titles(item: Item, ids: object, language: str) -> list[str]:
    """Return the texts of options by their ids; unknown ids are left out."""
    texts = {option.id: option.text.to(language) for option in item.options}
    wanted = ids if isinstance(ids, list | tuple) else [ids]
    return [texts[i] for i in wanted if isinstance(i, str) and i in texts]


def distinct(texts: Iterable[Text], what: str = "options") -> list[str]:
    """Return a fault when two parts read the same in Indonesian."""
    seen = [" ".join(text.id.split()).casefold() for text in texts]
    if len(set(seen)) < len(seen):
        return [f"two {what} read the same: make each of them different"]
    return []


def bounded(text: str | None, low: int, high: int, default: int) -> int:
    """Return a whole number of a parameter, the default where it is none between the limits."""
    if text and text.isascii() and text.isdigit() and len(text) < 7 and low <= int(text) <= high:
        return int(text)
    return default
