"""Text with gaps: each gap is a list, a number or a few words, graded as an item of its own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from sanggar.assessments.types_number import grade_number, number_faults, number_key
from sanggar.assessments.types_shared import distinct, first, share
from sanggar.assessments.types_text import accepts, first_answer, normalise
from sanggar.plugin.items import Gap, Grade, Item, PublicGap, PublicItem, QuestionType
from sanggar.plugin.text import Text

_PLACE = re.compile(r"\[\[([^\[\]]{1,40})\]\]")


class Cloze(QuestionType):
    """Several gaps in a text. Each right gap earns its weight's share; wrong ones cost nothing."""

    kind: ClassVar[str] = "cloze"
    template: ClassVar[str] = "assessments/types/cloze.html"
    label: ClassVar[Text] = Text(id="Teks rumpang", en="Text with gaps")
    credit: ClassVar[Text] = Text(
        id="Setiap bagian kosong yang diisi tepat mendapat bagian poinnya.",
        en="Each gap filled rightly earns its share of the points.",
    )

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with the gaps."""
        faults = [] if item.gaps else ["there are no gaps: write [[1]] in the text"]
        names = [gap.id for gap in item.gaps]
        for language in (item.stem.id, item.stem.en):
            if language and sorted(_PLACE.findall(language)) != sorted(names):
                faults.append(
                    "text and gaps do not fit: name each gap once in the text, like [[1]]"
                )
        for gap in item.gaps:
            faults += [f"[[{gap.id}]] {fault}" for fault in _gap_faults(gap)]
        return faults

    def public(self, item: Item) -> PublicItem:
        """Return the text and the gaps with their lists and units."""
        gaps = tuple(
            PublicGap(
                id=gap.id, kind=gap.kind, unit=gap.params.get("unit", ""),
                options=tuple((option.id, option.text) for option in gap.options),
            )
            for gap in item.gaps
        )  # fmt: skip
        return super().public(item).model_copy(update={"gaps": gaps})

    def read(self, item: Item, form: Mapping[str, list[str]]) -> dict[str, str] | None:
        """Return gap id -> what was chosen or typed, for the gaps that are filled."""
        found = {}
        for gap in item.gaps:
            typed = first(form, f"answer-{gap.id}")
            if typed and (gap.kind != "single" or typed in {o.id for o in gap.options}):
                found[gap.id] = typed
        return found or None

    def grade(self, item: Item, response: Any) -> Grade:
        """Return the share of the gaps' weights that is filled rightly."""
        given = response if isinstance(response, dict) else {}
        earned = sum(gap.weight for gap in item.gaps if _right(gap, given.get(gap.id)))
        return share(earned, sum(gap.weight for gap in item.gaps))

    def describe(self, item: Item, response: Any, language: str) -> str:
        """Return what stands in each gap."""
        given = response if isinstance(response, dict) else {}
        words = [_shown(gap, given.get(gap.id), language) for gap in item.gaps]
        return _numbered(words) if any(w != "–" for w in words) else "–"

    def describe_key(self, item: Item, language: str) -> str:
        """Return what belongs into each gap."""
        return _numbered([_key(gap, language) for gap in item.gaps])


def _numbered(words: list[str]) -> str:
    return "; ".join(f"({n}) {word}" for n, word in enumerate(words, 1))


def _gap_faults(gap: Gap) -> list[str]:
    if gap.kind == "single":
        keys = sum(option.key for option in gap.options)
        faults = distinct(option.text for option in gap.options)
        if len(gap.options) < 2 or keys != 1:
            faults.append("has no clear key: write [x] right | [ ] wrong")
        return faults
    if gap.kind == "numeric":
        return number_faults(gap.params)
    if not any(normalise(a) for many in gap.answers.values() for a in many):
        return ["has no accepted answer: write = word | another spelling"]
    return []


def _right(gap: Gap, given: object) -> bool:
    if gap.kind == "single":
        return isinstance(given, str) and given in {o.id for o in gap.options if o.key}
    if gap.kind == "numeric":
        return grade_number(gap.params, given).correct
    return accepts(gap.answers, gap.params, given)


def _shown(gap: Gap, given: object, language: str) -> str:
    if not isinstance(given, str):
        return "–"
    if gap.kind != "single":
        return given or "–"
    return next((o.text.to(language) for o in gap.options if o.id == given), "–")


def _key(gap: Gap, language: str) -> str:
    if gap.kind == "single":
        return next((o.text.to(language) for o in gap.options if o.key), "–")
    if gap.kind == "numeric":
        return number_key(gap.params, language)
    return first_answer(gap.answers, language) or "–"
