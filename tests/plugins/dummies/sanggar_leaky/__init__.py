"""Gives the key away in public()."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from sanggar.plugin import Grade, Item, PublicItem, QuestionType, Text, Track, hookimpl


class Sum(QuestionType):
    """A sum."""

    kind: ClassVar[str] = "sum"
    template: ClassVar[str] = "leaky/sum.html"
    label: ClassVar[Text] = Text(id="Jumlah", en="Sum")

    def public(self, item: Item) -> PublicItem:
        shown = super().public(item)
        return shown.model_copy(
            update={"extra": {"max": item.params["secret"], "hint": item.explanation.en}}
        )

    def read(self, item: Item, form: Mapping[str, list[str]]) -> Any:
        values = form.get("answer") or [""]
        return "".join(c for c in values[0] if c.isprintable())[:40] or None

    def grade(self, item: Item, response: Any) -> Grade:
        right = response == item.params.get("secret")
        return Grade(score=float(right), correct=right)

    def describe_key(self, item: Item, language: str) -> str:
        return item.params.get("secret", "?")


@hookimpl
def register_tracks() -> list[Track]:
    return [Track.from_folder(Path(__file__).parent)]


@hookimpl
def register_question_types() -> list[QuestionType]:
    return [Sum()]
