"""Variables of parametric items: what they are drawn from, drawing them, writing them into texts.

A variable is a range (``10000..50000 step 500``), a list (``2 | 3 | 5``) or a formula of variables
above it. Drawn values are exact; they are stored as text in ``params["drawn"]`` of the dealt item.
"""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import product

from sanggar.plugin import quizformula
from sanggar.plugin.items import Item
from sanggar.plugin.quizformula import FormulaError
from sanggar.plugin.text import Text

MAX_VARS, MAX_VALUES, MAX_DIGITS = 12, 1_000_000, 15
#: draws until the conditions hold; `check` makes sure that far fewer are enough
TRIES = 2_000
#: `check` tries all draws of so many, else the corners of all ranges and so many between them
FEW, SAMPLES = 1_000, 300
_NUMBER = r"[-−]?\d{1,15}(?:\.\d{1,9})?"
_RANGE = re.compile(rf"({_NUMBER})\s*(?:\.\.|…)\s*({_NUMBER})(?:\s+step\s+({_NUMBER}))?")
_LIST = re.compile(rf"{_NUMBER}(?:\s*\|\s*{_NUMBER})+")
PLACE = re.compile(r"\{\{\s*([^{}]{1,200}?)\s*(:plain)?\s*\}\}")
#: name under which the explanation shows the right answer
ANSWER = "answer"


def _fraction(text: str) -> Fraction:
    return Fraction(text.replace("−", "-"))


class Source:
    """What one variable is drawn from: `size` values, the n-th by `at(n)`; or a formula (size 0)."""

    def __init__(self, text: str) -> None:
        """Read it; raises `FormulaError` in plain words."""
        self.size, self.formula = 0, None
        if match := _RANGE.fullmatch(text.strip()):
            low, high, step = (_fraction(part or "1") for part in match.groups())
            if step <= 0 or high < low:
                raise FormulaError("a range goes up: write 10..50 step 5")
            self.size = math.floor((high - low) / step) + 1
            self.at: Callable[[int], Fraction] = lambda n: low + n * step
            if self.size > MAX_VALUES:
                raise FormulaError(f"a range has at most {MAX_VALUES} values: give a larger step")
        elif _LIST.fullmatch(text.strip()):
            values = [_fraction(part.strip()) for part in text.split("|")]
            self.size, self.at = len(values), values.__getitem__
        else:
            self.formula = quizformula.parse(text)


class Model:
    """The variables, conditions and answer of one item, ready to be drawn."""

    def __init__(self, item: Item) -> None:
        """Read an item; raises `FormulaError` in plain words."""
        self.item = item
        self.sources = {name: Source(text) for name, text in item.vars.items()}
        self.where = quizformula.parse(item.params["where"]) if item.params.get("where") else None
        self.answer = quizformula.parse(item.params.get("formula", ""))

    def free(self) -> dict[str, Source]:
        """Return the variables that chance decides."""
        return {name: source for name, source in self.sources.items() if source.formula is None}

    def values(self, chosen: Mapping[str, int]) -> dict[str, Fraction]:
        """Return all variables, computed ones included, for the n-th value of each free one."""
        found: dict[str, Fraction] = {}
        for name, source in self.sources.items():
            if source.formula is None:
                found[name] = source.at(chosen[name])
            else:
                found[name] = quizformula.value(source.formula, found)
        return found

    def fits(self, values: Mapping[str, Fraction]) -> bool:
        """Return whether the conditions hold."""
        return self.where is None or quizformula.holds(self.where, values)

    def draw(self, rng: random.Random) -> dict[str, Fraction]:
        """Return values for which the conditions hold; raises `FormulaError` when none are found."""
        free = self.free()
        for _ in range(TRIES):
            values = self.values({name: rng.randrange(s.size) for name, s in free.items()})
            if self.fits(values):
                return values
        raise FormulaError("no drawn values fulfil the condition")

    def extremes(self) -> Iterator[dict[str, int]]:
        """Yield all draws where there are few, else the corners of all ranges and many between."""
        free = self.free()
        if math.prod(s.size for s in free.values()) <= FEW:
            for places in product(*(range(s.size) for s in free.values())):
                yield dict(zip(free, places, strict=True))
            return
        edges = [
            sorted({0, 1, s.size // 2, s.size - 1} & set(range(s.size))) for s in free.values()
        ]
        if math.prod(map(len, edges)) > 512:
            edges = [sorted({0, s.size - 1}) for s in free.values()]
        for places in product(*edges):
            yield dict(zip(free, places, strict=True))
        rng = random.Random(self.item.id)  # noqa: S311 - the same check every time
        for _ in range(SAMPLES):
            yield {name: rng.randrange(s.size) for name, s in free.items()}


def tolerance_of(item: Item, answer: Fraction) -> Fraction:
    """Return the tolerance as a number; ``2%`` is a share of the answer."""
    text = item.params.get("tolerance", "0") or "0"
    if text.endswith("%"):
        return abs(answer) * _fraction(text[:-1]) / 100
    return _fraction(text)


def deal(item: Item, rng: random.Random) -> Item:
    """Return the item with drawn values in its texts, and the answer in ``params["value"]``.

    ``params["drawn"]`` keeps the values as JSON, so that nothing is ever drawn again. An item that
    has no valid draw raises `FormulaError`; `check` has refused it before.
    """
    model = Model(item)
    values = model.draw(rng)
    answer = quizformula.value(model.answer, values)
    drawn = {name: quizformula.decimal_text(number)[0] for name, number in values.items()}
    params = {
        **item.params,
        "value": quizformula.decimal_text(answer, MAX_DIGITS)[0],
        "tolerance": quizformula.decimal_text(tolerance_of(item, answer), MAX_DIGITS)[0],
        "drawn": json.dumps(drawn, sort_keys=True),
    }
    return item.model_copy(update={
        "params": params, "stem": _filled(item.stem, values),
        "explanation": _filled(item.explanation, {**values, ANSWER: answer}),
    })  # fmt: skip


def _filled(text: Text, values: Mapping[str, Fraction]) -> Text:
    return Text(id=fill(text.id, values, "id"), en=fill(text.en, values, "en"))


def fill(text: str, values: Mapping[str, Fraction], language: str) -> str:
    """Return a text with ``{{name}}`` written out: 1.250.000 and 12,5, in English 1,250,000 and 12.5.

    Rupiah are written with points in both languages. ``{{name:plain}}`` is written without thousands marks (years, ISO values), ``{{a * b}}`` is
    computed.
    """

    def written(match: re.Match[str]) -> str:
        number = quizformula.value(quizformula.parse(match[1]), values)
        money = text[: match.start()].rstrip().endswith("Rp")
        return number_text(number, "id" if money else language, grouped=not match[2])

    return PLACE.sub(written, text)


def number_text(number: Fraction, language: str, *, grouped: bool = True) -> str:
    """Return a number as people of the language write it, with at most six decimals.

    >>> number_text(Fraction(2500001, 2), "id"), number_text(Fraction(-1250), "en")
    ('1.250.000,5', '−1,250')
    """
    plain, _ = quizformula.decimal_text(quizformula.FUNCTIONS["round"][0](number, Fraction(6)), 21)
    whole, _, decimals = plain.removeprefix("-").partition(".")
    point, comma = (".", ",") if language == "en" else (",", ".")
    head = f"{int(whole):,}".replace(",", comma) if grouped else whole
    return ("−" if plain.startswith("-") else "") + head + (point + decimals if decimals else "")


def faults(item: Item) -> list[str]:
    """Return what is wrong with the variables, conditions and formula, as ``problem: remedy``.

    Tries all draws where there are few, else the corners of all ranges and hundreds between: each must have an answer of at most 15
    digits, without division by zero.
    """
    if not item.vars:
        return ["there are no variables: write :vars and below it lines like harga = 10..50 step 5"]
    if len(item.vars) > MAX_VARS:
        return [f"more than {MAX_VARS} variables: make it a simpler question"]
    try:
        model = Model(item)
        found = _names_faults(item, model)
        return found or _draw_faults(item, model)
    except FormulaError as error:
        return [f"{error}: correct the line"]


def _names_faults(item: Item, model: Model) -> list[str]:
    known: set[str] = set()
    found = []
    for name, source in model.sources.items():
        if not quizformula.NAME.fullmatch(name) or name in (
            *quizformula.FUNCTIONS,
            ANSWER,
            "where",
        ):
            found.append(f"a variable is called '{name}': use small letters, digits and _, and no function's name")  # fmt: skip
        if source.formula is not None:
            for missing in sorted(quizformula.names(source.formula) - known):
                found.append(f"'{name}' uses '{missing}': define it above, or correct its name")
        known.add(name)
    uses = {"the answer": model.answer, "the condition": model.where}
    for what, tree in uses.items():
        for missing in sorted(quizformula.names(tree) - known) if tree is not None else ():
            found.append(f"{what} uses '{missing}': there is no such variable")
    return found + _text_faults(item, known)


def _text_faults(item: Item, known: set[str]) -> list[str]:
    found: list[str] = []
    texts = {
        "the question": (item.stem, known),
        "the explanation": (item.explanation, {*known, ANSWER}),
    }
    for what, (text, allowed) in texts.items():
        for language in (text.id, text.en):
            for match in PLACE.finditer(language):
                try:
                    missing = sorted(quizformula.names(quizformula.parse(match[1])) - allowed)
                except FormulaError as error:
                    found.append(f"{{{{{match[1]}}}}} in {what} cannot be computed ({error}): correct it")  # fmt: skip
                    continue
                found += [f"{what} shows '{name}': there is no such variable" for name in missing]
    if not PLACE.search(item.stem.id):
        found.append("the question shows no variable: write its name in the text, like {{harga}}")
    return list(dict.fromkeys(found))


def _draw_faults(item: Item, model: Model) -> list[str]:
    tried = fitting = 0
    texts = (item.stem.id, item.stem.en, item.explanation.id, item.explanation.en)
    shown_trees = [quizformula.parse(match[1]) for text in texts for match in PLACE.finditer(text)]
    for chosen in model.extremes():
        told = ""
        try:
            values = model.values(chosen)
            told = ", ".join(f"{n} = {quizformula.decimal_text(v)[0]}" for n, v in values.items())
            tried += 1
            if not model.fits(values):
                continue
            fitting += 1
            answer = quizformula.value(model.answer, values)
            for tree in shown_trees:
                quizformula.value(tree, {**values, ANSWER: answer})
        except FormulaError as error:
            shown = ", ".join(f"{n} = {quizformula.decimal_text(s.at(chosen[n]))[0]}" for n, s in model.free().items())  # fmt: skip
            return [f"with {told or shown} there is {error}: narrow the ranges or add a condition"]
        if problem := _answer_fault(item, answer):
            return [f"with {told} {problem}"]
    if fitting * 50 < tried:
        return [
            f"the condition holds for {fitting} of {tried} draws: choose ranges that fit it better"
        ]
    return []


def _answer_fault(item: Item, answer: Fraction) -> str:
    if abs(answer) >= 10**MAX_DIGITS:
        return f"the answer has more than {MAX_DIGITS} digits: use smaller ranges"
    text, exact = quizformula.decimal_text(answer, MAX_DIGITS)
    allowed = tolerance_of(item, answer)
    if not exact and allowed == 0:
        return f"the answer {text} has more than {MAX_DIGITS} digits: write ± a tolerance, or round(…, 2)"
    return ""
