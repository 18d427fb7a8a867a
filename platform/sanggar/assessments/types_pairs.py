"""Question types with several decisions: an order, pairs, a matrix of statements."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, ClassVar

from sanggar.assessments.types_shared import RIGHT, WRONG, distinct, first, share, titles
from sanggar.plugin.items import Grade, Item, QuestionType
from sanggar.plugin.text import Text


class Ordering(QuestionType):
    """Steps to be put in order.

    The exact order earns everything; otherwise the share of neighbouring steps that stand in the
    right order to each other (a Kendall distance over neighbours). `credit=exact` on the item turns
    the partial credit off. A step without a number, or with one used twice, counts as out of order.
    """

    kind: ClassVar[str] = "ordering"
    template: ClassVar[str] = "assessments/types/ordering.html"
    label: ClassVar[Text] = Text(id="Urutan langkah", en="Ordering")
    credit: ClassVar[Text] = Text(
        id="Setiap dua langkah berurutan yang urutannya tepat mendapat bagian poin yang sama.",
        en="Each two neighbouring steps in the right order earn an equal share of the points.",
    )
    exact: ClassVar[Text] = Text(
        id="Seluruh poin hanya bila semua langkah berada di tempatnya.",
        en="All points only when every step is in its place.",
    )

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with the steps."""
        faults = distinct((option.text for option in item.options), "steps")
        if len(item.options) < 3:
            faults.append("fewer than three steps: write at least three lines '1. …'")
        if item.params.get("credit", "pairs") not in {"pairs", "exact"}:
            faults.append("credit is unknown: use credit=pairs or credit=exact")
        return faults

    def credit_for(self, item: Item) -> Text:
        """Return the rule of this item."""
        return self.exact if item.params.get("credit") == "exact" else self.credit

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
        part = right / (len(steps) - 1)
        if part == 1.0:  # 1, 2, 4 of four steps: the order is right though a number was skipped
            return RIGHT
        return WRONG if item.params.get("credit") == "exact" else Grade(score=part, correct=False)

    def describe(self, item: Item, response: Any, language: str) -> str:
        """Return the steps in the order that was given."""
        if not isinstance(response, dict):
            return "–"
        placed = [(p, s) for s, p in response.items() if isinstance(p, int)]
        return " → ".join(titles(item, [s for _, s in sorted(placed)], language)) or "–"

    def describe_key(self, item: Item, language: str) -> str:
        """Return the steps in the right order."""
        return " → ".join(option.text.to(language) for option in item.options)


class Matching(QuestionType):
    """A right side for each left side; there may be more right sides than are needed.

    Each left side with its right side earns an equal share of the points; wrong ones cost nothing.
    """

    kind: ClassVar[str] = "matching"
    template: ClassVar[str] = "assessments/types/matching.html"
    label: ClassVar[Text] = Text(id="Menjodohkan", en="Matching")
    credit: ClassVar[Text] = Text(
        id="Setiap pasangan yang tepat mendapat bagian poin yang sama.",
        en="Each right pair earns an equal share of the points.",
    )

    #: what both sides are called in faults
    sides: ClassVar[tuple[str, str]] = ("left sides", "right sides")

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with the pairs."""
        left, right = self.sides
        faults = distinct((prompt.text for prompt in item.prompts), left)
        faults += distinct((option.text for option in item.options), right)
        known = {option.id for option in item.options}
        whole = all(prompt.key in known for prompt in item.prompts)
        return faults + self._missing(item, whole)

    def _missing(self, item: Item, whole: bool) -> list[str]:
        """Return what is not there yet; `whole` says that every left side has its right side."""
        faults = []
        if len(item.prompts) < 2 or len(item.options) < 2:
            faults.append("fewer than two pairs: write lines '- left => right'")
        if not whole:
            faults.append("a left side has no right side: write '- left => right'")
        return faults

    def read(self, item: Item, form: Mapping[str, list[str]]) -> dict[str, str] | None:
        """Return prompt id -> option id for the prompts that have one."""
        known = {option.id for option in item.options}
        chosen = {prompt.id: first(form, f"answer-{prompt.id}") for prompt in item.prompts}
        return {prompt: option for prompt, option in chosen.items() if option in known} or None

    def grade(self, item: Item, response: Any) -> Grade:
        """Return the share of prompts with their own option."""
        given = response if isinstance(response, dict) else {}
        right = sum(given.get(prompt.id) == prompt.key for prompt in item.prompts)
        return share(right, len(item.prompts))

    def describe(self, item: Item, response: Any, language: str) -> str:
        """Return the pairs that were made."""
        given = response if isinstance(response, dict) else {}
        return self._pairs(item, {p.id: given.get(p.id) for p in item.prompts}, language) or "–"

    def describe_key(self, item: Item, language: str) -> str:
        """Return the right pairs."""
        return self._pairs(item, {p.id: p.key for p in item.prompts}, language)

    def _pairs(self, item: Item, pairs: Mapping[str, Any], language: str) -> str:
        lines = [
            f"{prompt.text.to(language)} → {text}"
            for prompt in item.prompts
            for text in titles(item, pairs.get(prompt.id), language)
        ]
        return "; ".join(lines)


class Matrix(Matching):
    """Statements and columns; one column is right for each statement.

    Each statement with its column earns an equal share of the points; wrong ones cost nothing.
    """

    kind: ClassVar[str] = "matrix"
    template: ClassVar[str] = "assessments/types/matrix.html"
    label: ClassVar[Text] = Text(id="Menilai pernyataan", en="Matrix of statements")
    credit: ClassVar[Text] = Text(
        id="Setiap pernyataan yang dinilai tepat mendapat bagian poin yang sama.",
        en="Each statement judged rightly earns an equal share of the points.",
    )

    sides: ClassVar[tuple[str, str]] = ("statements", "columns")

    def _missing(self, item: Item, whole: bool) -> list[str]:
        faults = []
        if len(item.options) < 2:
            faults.append("fewer than two columns: write ': columns = Benar | Salah'")
        if len(item.prompts) < 2 or not whole:
            faults.append("a statement has no column: write lines '- [Benar] statement'")
        return faults
