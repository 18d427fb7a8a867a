"""Question types that are answered by a number: a fixed one, and one drawn anew for each attempt."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from random import Random
from typing import Any, ClassVar

from sanggar.assessments.typed_numbers import quantities
from sanggar.assessments.types_shared import RIGHT, WRONG, first
from sanggar.plugin import quizvars
from sanggar.plugin.items import Grade, Item, PublicItem, QuestionType
from sanggar.plugin.quizformula import FormulaError
from sanggar.plugin.quizunits import UnitError, plain_unit, read_units
from sanggar.plugin.text import Text

PERCENT = "%"
NEEDS_UNIT = Text(
    id="Angkanya ditulis tanpa satuan yang dikenal.", en="The number has no unit that is known here."
)  # fmt: skip


class Numeric(QuestionType):
    """A number within a tolerance, however it is written; a unit may stand behind it or not.

    With ``: units = mm 1 | cm 10`` the units named there are converted, any other is wrong, and with
    ``ask-unit=yes`` a number without a unit is wrong, too. Where the key is no percentage, ``12,5 %``
    also means 0.125.
    """

    kind: ClassVar[str] = "numeric"
    template: ClassVar[str] = "assessments/types/numeric.html"
    label: ClassVar[Text] = Text(id="Isian angka", en="Number")
    credit: ClassVar[Text] = Text(
        id="Angka di dalam batas toleransi mendapat seluruh poin.",
        en="A number within the tolerance earns all points.",
    )

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with the key."""
        return number_faults(item.params)

    def public(self, item: Item) -> PublicItem:
        """Return the stem and the unit that stands beside the field."""
        return super().public(item).model_copy(update={"extra": shown_unit(item.params)})

    def read(self, item: Item, form: Mapping[str, list[str]]) -> str | None:
        """Return what was typed, so that it comes back as it was typed."""
        return first(form) or None

    def grade(self, item: Item, response: Any) -> Grade:
        """Return the full score when one reading of the text lies within the tolerance."""
        return grade_number(item.params, response)

    def describe(self, item: Item, response: Any, language: str) -> str:
        """Return what was typed."""
        return str(response) if isinstance(response, str | int | float) else "–"

    def describe_key(self, item: Item, language: str) -> str:
        """Return the value with its unit, and the tolerance where there is one."""
        return number_key(item.params, language)


class Parametric(Numeric):
    """A number computed by a formula from values that every attempt draws anew.

    The drawn values are kept in the attempt's copy of the item (``params["drawn"]``), so nothing is
    drawn or computed again; grading is that of `Numeric`.
    """

    kind: ClassVar[str] = "parametric"
    label: ClassVar[Text] = Text(
        id="Hitungan dengan angka yang berganti", en="Calculation with drawn numbers"
    )

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with variables, conditions, formula and units."""
        faults = quizvars.faults(item)
        return faults + [f for f in unit_faults(item.params) if f not in faults]

    def deal(self, item: Item, rng: Random) -> Item:
        """Return the item with drawn values in its texts and the answer beside them."""
        if "drawn" in item.params:
            return item
        try:
            return quizvars.deal(item, rng)
        except FormulaError:  # refused when the bank was read; a person judges what is left
            return item

    def grade(self, item: Item, response: Any) -> Grade:
        """Return the full score within the tolerance; a copy without drawn values goes to a person."""
        if "drawn" not in item.params:
            return Grade(score=0.0, correct=False, needs_human=True)
        return super().grade(item, response)

    def describe_key(self, item: Item, language: str) -> str:
        """Return the answer for the drawn values, or the formula."""
        if "drawn" not in item.params:
            return item.params.get("formula", "")
        return super().describe_key(item, language)


def decimal(text: str | None) -> Decimal | None:
    """Return a finite number written in an item, None when it is none."""
    try:
        value = Decimal(text or "")
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def number_faults(params: Mapping[str, str]) -> list[str]:
    """Return what is wrong with value, tolerance and units."""
    faults = []
    if decimal(params.get("value")) is None:
        faults.append("the answer is not a number: write '= 12.5 ± 0.1' with a decimal point")
    tolerance = decimal(params.get("tolerance", "0"))
    if tolerance is None or tolerance < 0:
        faults.append("the tolerance is not a number of 0 or more: write '= 12.5 ± 0.1'")
    return faults + unit_faults(params)


def unit_faults(params: Mapping[str, str]) -> list[str]:
    """Return what is wrong with the units that are accepted."""
    if not params.get("units"):
        return ["a unit is asked for, none is named: write ': units = mm 1 | cm 10'"] if params.get("ask-unit") == "yes" else []  # fmt: skip
    try:
        units = read_units(params["units"])
    except UnitError as error:
        return [f"{error}: write ': units = mm 1 | cm 10'"]
    own = plain_unit(params.get("unit", ""))
    if own and units.get(own, Decimal(1)) != 1:
        return [f"the item's own unit '{own}' has another factor than 1: write '{own} 1'"]
    return []


def _units(params: Mapping[str, str]) -> dict[str, Decimal]:
    """Return the accepted units with the item's own among them; empty: any unit is ignored."""
    if not params.get("units"):
        return {}
    try:
        found = dict(read_units(params["units"]))
    except UnitError:
        return {}
    own = {plain_unit(params[name]): Decimal(1) for name in ("unit", "unit_en") if params.get(name)}
    return {**own, **found}


def shown_unit(params: Mapping[str, str]) -> dict[str, str]:
    """Return what a page says about units: the one beside the field, or that one is asked for."""
    if params.get("ask-unit") == "yes":
        return {"ask_unit": "yes"}
    extra = {name: params[name] for name in ("unit", "unit_en") if params.get(name)}
    return {**extra, "units": "yes"} if params.get("units") else extra


def grade_number(params: Mapping[str, str], response: object) -> Grade:
    """Return the grade of a typed number."""
    value = decimal(params.get("value"))
    tolerance = decimal(params.get("tolerance", "0")) or Decimal(0)
    if value is None:
        return WRONG
    found = quantities(response)
    near = [abs(meant - value) <= tolerance for q in found for meant in _meanings(params, *q)]
    if any(near):
        return RIGHT
    if found and not near:
        return Grade(score=0.0, correct=False, note=NEEDS_UNIT)
    return WRONG


def _meanings(params: Mapping[str, str], number: Decimal, unit: str) -> list[Decimal]:
    """Return what a number with a unit means in the item's own unit; nothing for unknown units."""
    units, plain = _units(params), plain_unit(unit)
    if units:
        if plain in units:
            return [number * units[plain]]
        bare = not plain and params.get("ask-unit") != "yes"
        return [number] if bare else []
    own = plain_unit(params.get("unit", ""))
    if plain == PERCENT != own:
        return [number, number / 100]
    return [number]


def number_key(params: Mapping[str, str], language: str) -> str:
    """Return the value with its unit and tolerance, as people of the language write it."""

    unit = params.get("unit", "")
    if language == "en":
        unit = params.get("unit_en", "") or unit

    def written(name: str) -> str:
        number = decimal(params.get(name, "0"))
        if number is None:
            return params.get(name, "")
        text = f"{number:,f}" if abs(number) >= 10_000 else f"{number:f}"
        if language == "en" and unit != "Rp":
            return text
        return text.translate(str.maketrans(",.", ".,"))

    text = f"Rp{written('value')}" if unit == "Rp" else f"{written('value')} {unit}".strip()
    return f"{text} (± {written('tolerance')})" if decimal(params.get("tolerance", "0")) else text
