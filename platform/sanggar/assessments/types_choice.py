"""Question types that are answered by choosing: one, true or false, several, an area of a picture."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from sanggar.assessments.types_shared import RIGHT, WRONG, distinct, first, share, titles
from sanggar.plugin.items import Grade, Item, PublicItem, QuestionType
from sanggar.plugin.text import Text


class Single(QuestionType):
    """One right option; it earns everything."""

    kind: ClassVar[str] = "single"
    template: ClassVar[str] = "assessments/types/single.html"
    label: ClassVar[Text] = Text(id="Pilihan tunggal", en="Single choice")
    credit: ClassVar[Text] = Text(
        id="Pilihan yang benar mendapat seluruh poin, pilihan lain tidak.",
        en="The right option earns all points, any other none.",
    )

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with the options."""
        keys = sum(option.key for option in item.options)
        faults = distinct(option.text for option in item.options)
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
        return "; ".join(titles(item, response, language)) or "–"


class TrueFalse(Single):
    """A statement that is true or false: two options in the same order everywhere."""

    kind: ClassVar[str] = "truefalse"
    label: ClassVar[Text] = Text(id="Benar atau salah", en="True or false")
    credit: ClassVar[Text] = Text(
        id="Jawaban yang benar mendapat seluruh poin.", en="The right answer earns all points."
    )

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with the two options."""
        if len(item.options) != 2 or sum(option.key for option in item.options) != 1:
            return ["it is not clear whether the statement is true: write '= benar' or '= salah'"]
        return []


class Multiple(QuestionType):
    """Several right options.

    Without a parameter the score is all or nothing. With ``credit=partial`` it is the number of
    right options ticked minus the number of wrong ones, over the number of right ones, and never
    below 0: ticking everything earns nothing.
    """

    kind: ClassVar[str] = "multiple"
    template: ClassVar[str] = "assessments/types/multiple.html"
    label: ClassVar[Text] = Text(
        id="Pilihan ganda berjawaban lebih dari satu", en="Multiple choice"
    )
    credit: ClassVar[Text] = Text(
        id="Seluruh poin hanya bila tepat semua pilihan yang benar dicentang.",
        en="All points only when exactly the right options are ticked.",
    )
    partial: ClassVar[Text] = Text(
        id="Setiap pilihan benar menambah, setiap pilihan salah mengurangi bagian yang sama; tidak pernah di bawah nol.",
        en="Each right option adds a share, each wrong one takes the same share away; never below zero.",
    )

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with the options."""
        keys = sum(option.key for option in item.options)
        faults = distinct(option.text for option in item.options)
        if keys < 2:
            faults.append(f"{keys} options are marked '[x]': mark at least two, or use type=single")
        if item.options and keys == len(item.options):
            faults.append("every option is marked '[x]': add a wrong option '- [ ] …'")
        if item.params.get("credit", "all") not in {"all", "partial"}:
            faults.append("credit is unknown: use credit=all or credit=partial")
        return faults

    def read(self, item: Item, form: Mapping[str, list[str]]) -> list[str] | None:
        """Return the ids of the ticked options, in the item's order."""
        ticked = set(form.get("answer") or ())
        return [option.id for option in item.options if option.id in ticked] or None

    def grade(self, item: Item, response: Any) -> Grade:
        """Return the full score when exactly the keys are ticked, else none or a share."""
        if not isinstance(response, list) or not all(isinstance(i, str) for i in response):
            return WRONG
        keys = {option.id for option in item.options if option.key}
        ticked = set(response) & {option.id for option in item.options}
        if item.params.get("credit") == "partial":
            return share(len(ticked & keys) - len(ticked - keys), len(keys))
        return RIGHT if keys and set(response) == keys else WRONG

    def credit_for(self, item: Item) -> Text:
        """Return the rule of this item."""
        return self.partial if item.params.get("credit") == "partial" else self.credit

    def describe(self, item: Item, response: Any, language: str) -> str:
        """Return the texts of the ticked options."""
        return "; ".join(titles(item, response, language)) or "–"


class Hotspot(Single):
    """One area of a picture, chosen on the picture or in the list below it.

    An area's text describes where it is and how it looks, never what it is: it is read to everybody.
    """

    kind: ClassVar[str] = "hotspot"
    template: ClassVar[str] = "assessments/types/hotspot.html"
    label: ClassVar[Text] = Text(id="Bagian gambar", en="Area of a picture")
    credit: ClassVar[Text] = Text(
        id="Bagian gambar yang benar mendapat seluruh poin, bagian lain tidak.",
        en="The right area of the picture earns all points, any other none.",
    )

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with the picture and its areas."""
        keys = sum(option.key for option in item.options)
        faults = distinct((option.text for option in item.options), "areas")
        if not item.image:
            faults.append("no picture is named: write ': image = kotak.svg'")
        if len(item.options) < 2:
            faults.append("fewer than two areas: write at least two lines '- [ ] text @ 10 20 30 15'")  # fmt: skip
        if not 0 < keys < len(item.options):
            faults.append(f"{keys} areas are marked '[x]': mark the right one")
        for option in item.options:
            if _rectangle(option.place) is None:
                faults.append(f"'{option.place}' is no place: write left, top, width and height in percent")  # fmt: skip
        return faults

    def public(self, item: Item) -> PublicItem:
        """Return the picture, its description and where the areas are."""
        english = item.params.get("alt_en", "") or item.params.get("alt", "")
        extra = {"image": item.image, "alt_id": item.params.get("alt", ""), "alt_en": english}
        places = {f"place-{option.id}": option.place for option in item.options}
        return super().public(item).model_copy(update={"extra": {**extra, **places}})


def _rectangle(place: str) -> tuple[float, ...] | None:
    """Return left, top, width and height in percent; None when they do not lie in the picture."""
    try:
        left, top, width, height = map(float, place.split())
    except ValueError:
        return None
    inside = left >= 0 and top >= 0 and left + width <= 100 and top + height <= 100
    return (left, top, width, height) if inside and width > 0 and height > 0 else None
