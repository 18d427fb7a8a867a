"""Its ranking feature prefers the weaker candidate, and another one fails."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from sanggar.plugin import Grade, Item, QuestionType, RankingFeature, Text, Track, hookimpl


class Sum(QuestionType):
    """A sum."""

    kind: ClassVar[str] = "sum"
    template: ClassVar[str] = "contrary/sum.html"
    label: ClassVar[Text] = Text(id="Jumlah", en="Sum")

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


@hookimpl
def register_ranking_features() -> list[RankingFeature]:
    words = Text(id="x", en="x")
    return [
        RankingFeature(
            name="contrary_modesty", label=words, group="skill", direction=1,
            compute=lambda c, _b: 1 - c.unit_scores.get("U-01", 0) / 100,
            explain=lambda _v, _c, _b: "a plain string",
        ),
        RankingFeature(
            name="contrary_fragile", label=Text(id="", en=""), group="skill", direction=1,
            compute=lambda c, _b: 1 / len(c.ratings),
            explain=lambda _v, _c, _b: None,
        ),
        RankingFeature(
            name="contrary_silent", label=words, group="skill", direction=1,
            compute=lambda c, _b: c.unit_scores.get("U-1"),
            explain=lambda _v, _c, _b: None,
        ),
        RankingFeature(
            name="contrary_endless", label=words, group="skill", direction=1,
            compute=lambda _c, _b: float("nan"),
            explain=lambda _v, _c, _b: None, usual=7.0,
        ),
        RankingFeature(
            name="contrary_narrow", label=words, group="skill", direction=1,
            compute=lambda c, b: (c.rubric_total or 50) / 100 if b.domain == "makanan" else None,
            explain=lambda _v, _c, _b: None, depends="talent",
        ),
        RankingFeature(
            name="contrary_busy", label=words, group="time", direction=1,
            compute=lambda c, _b: min(c.free_hours / 100, 1.0),
            explain=lambda _v, _c, _b: None, depends="service",
        ),
    ]  # fmt: skip
