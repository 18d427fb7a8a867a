"""Moodle's calculated questions and our parametric items: variables, ranges and a formula.

The formula passes through our own small language; what it does not know is refused, never run.
"""

from __future__ import annotations

import ast
import random
import re
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from lxml import etree

from sanggar.interchange.giftanswers import plain
from sanggar.interchange.model import Exported, Unreadable
from sanggar.interchange.xmlsafe import child, children, words
from sanggar.plugin import quizformula, quizvars
from sanggar.plugin.items import Item
from sanggar.plugin.quizformula import FormulaError
from sanggar.plugin.text import Text

if TYPE_CHECKING:
    from sanggar.interchange.moodle import Question

DRAWS = 20
_WILD = re.compile(r"\{([A-Za-z]\w*)\}")
_INLINE = re.compile(r"\{=((?:[^{}]|\{[A-Za-z]\w*\})+)\}")
_POWER = re.compile(r"\bpow\(([^(),]+),([^(),]+)\)")
_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/"}


def read(question: Question, _named: str) -> None:
    """Read variables, formula and tolerance; texts show variables as ``{{name}}``."""
    draft = question.made
    draft.kind = "parametric"
    question.before = _places
    question.texts()
    if "formula" not in draft.params:
        _key(question)
    answer = child(child(question.element, "answer"), "text")
    if answer is not None:
        written = "{{" + _formula(words(answer)) + "}}"
        draft.explanation = Text(
            id=draft.explanation.id.replace(written, "{{answer}}"),
            en=draft.explanation.en.replace(written, "{{answer}}"),
        )
    if not draft.vars:
        _datasets(question)
    draft.params.setdefault("tolerance", "0")
    units = child(question.element, "units")
    for unit in children(units, "unit") if units is not None else []:
        if words(child(unit, "multiplier")).strip() in ("1", "1.0"):
            draft.params.setdefault("unit", words(child(unit, "unit_name")).strip())


def _name(name: str) -> str:
    return re.sub(r"[^a-z0-9_]", "_", name.lower())[:20]


def _formula(text: str) -> str:
    text = _WILD.sub(lambda m: _name(m[1]), text)
    return _POWER.sub(r"(\1)**(\2)", text).strip()


def _places(raw: str) -> str:
    inline = _INLINE.sub(lambda m: "{{" + _formula(m[1]) + "}}", raw)
    return re.sub(r"(?<!\{)\{([A-Za-z]\w*)\}(?!\})", lambda m: "{{" + _name(m[1]) + "}}", inline)


def _key(question: Question) -> None:
    draft = question.made
    for answer in children(question.element, "answer"):
        if float(answer.get("fraction") or 0) < 99.9 or "formula" in draft.params:
            draft.lost.append(f"the further answer {words(child(answer, 'text')).strip()[:60]}")
            continue
        draft.params["formula"] = _formula(words(child(answer, "text")))
        tolerance = Decimal(words(child(answer, "tolerance")).strip() or "0")
        kind = words(child(answer, "tolerancetype")).strip()
        if kind in ("1", "relative"):
            draft.params["tolerance"] = plain(tolerance * 100) + "%"
        elif kind in ("2", "nominal", ""):
            draft.params["tolerance"] = plain(tolerance)
        else:
            raise Unreadable("a geometric tolerance has no counterpart here")
    if "formula" not in draft.params:
        raise Unreadable("no formula is fully right")


def _datasets(question: Question) -> None:
    definitions = child(question.element, "dataset_definitions")
    for definition in (
        children(definitions, "dataset_definition") if definitions is not None else []
    ):

        def value(name: str, of: etree._Element = definition) -> str:
            return words(child(of, name)).strip()

        name = _name(value("name"))
        if value("distribution") not in ("uniform", ""):
            question.made.lost.append(f"{name} is drawn {value('distribution')}; here evenly")
        low, high = Decimal(value("minimum") or "1"), Decimal(value("maximum") or "10")
        step = Decimal(1).scaleb(-int(value("decimals") or "0"))
        question.made.vars[name] = f"{plain(low)}..{plain(high)} step {plain(step)}"
    if not question.made.vars:
        raise Unreadable("no variables (dataset definitions) are in the file")


class Drawn:
    """A parametric item as Moodle's calculated question: drawn values and its formula."""

    def __init__(self, item: Item) -> None:
        """Draw values; raises `Unreadable` when there are none."""
        try:
            self.model = quizvars.Model(item)
            rng = random.Random(item.id)  # noqa: S311 - the same file every time
            draws = [self.model.draw(rng) for _ in range(DRAWS)]
        except FormulaError as error:
            raise Unreadable(f"its values cannot be drawn ({error})") from None
        self.free = self.model.free()
        self.values = {name: [draw[name] for draw in draws] for name in self.free}
        self.answer = self.formula(self.model.answer)

    def formula(self, tree: ast.AST | None) -> str:
        """Return a formula as Moodle writes it, with computed variables written out."""
        if isinstance(tree, ast.Expression):
            return self.formula(tree.body)
        if isinstance(tree, ast.Constant):
            return str(tree.value)
        if isinstance(tree, ast.Name):
            source = self.model.sources.get(tree.id)
            inner = source.formula if source else None
            return f"({self.formula(inner)})" if inner is not None else f"{{{tree.id}}}"
        if isinstance(tree, ast.UnaryOp):
            return ("-" if isinstance(tree.op, ast.USub) else "") + self.formula(tree.operand)
        if isinstance(tree, ast.BinOp):
            return self._binary(tree)
        if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name):
            inside = ",".join(self.formula(part) for part in tree.args)
            return f"{tree.func.id}({inside})"
        raise Unreadable("its formula has a part that Moodle cannot say")

    def _binary(self, tree: ast.BinOp) -> str:
        left, right = self.formula(tree.left), self.formula(tree.right)
        if isinstance(tree.op, ast.Pow):
            return f"pow({left},{right})"
        if isinstance(tree.op, ast.FloorDiv):
            return f"floor(({left})/({right}))"
        if isinstance(tree.op, ast.Mod):
            return f"fmod({left},{right})"
        return f"({left}{_OPERATORS[type(tree.op)]}{right})"

    def text(self, text: str) -> str:
        """Return a text with ``{{name}}`` and ``{{a * b}}`` as Moodle writes them."""

        def put(match: re.Match[str]) -> str:
            if match[1] == quizvars.ANSWER:
                return f"{{={self.answer}}}"
            written = self.formula(quizformula.parse(match[1]))
            return written if _WILD.fullmatch(written) else f"{{={written}}}"

        return quizvars.PLACE.sub(put, text)


def write(item: Item, drawn: Drawn, element: etree._Element, done: Exported) -> None:
    """Add answer and data sets to a calculated question."""
    answer = etree.SubElement(element, "answer", fraction="100")
    etree.SubElement(answer, "text").text = drawn.answer
    tolerance = item.params.get("tolerance", "0")
    relative = tolerance.endswith("%")
    shown = plain(Decimal(tolerance[:-1]) / 100) if relative else tolerance
    for name, value in (
        ("tolerance", shown), ("tolerancetype", "1" if relative else "2"),
        ("correctanswerformat", "1"), ("correctanswerlength", "2"),
    ):  # fmt: skip
        etree.SubElement(answer, name).text = value
    if item.params.get("where"):
        done.lose(item, f"the condition '{item.params['where']}': the {DRAWS} drawn values keep it")
    definitions = etree.SubElement(element, "dataset_definitions")
    for name, values in drawn.values.items():
        _definition(definitions, name, values)


def _definition(parent: etree._Element, name: str, values: list[Fraction]) -> None:
    made = etree.SubElement(parent, "dataset_definition")
    written = [quizformula.decimal_text(value)[0] for value in values]
    decimals = max(len(text.partition(".")[2]) for text in written)
    for tag, text in (
        ("status", "private"), ("name", name), ("distribution", "uniform"),
        ("minimum", quizformula.decimal_text(min(values))[0]),
        ("maximum", quizformula.decimal_text(max(values))[0]), ("decimals", str(decimals)),
    ):  # fmt: skip
        etree.SubElement(etree.SubElement(made, tag), "text").text = text
    etree.SubElement(made, "type").text = "calculated"
    etree.SubElement(made, "itemcount").text = str(len(written))
    items = etree.SubElement(made, "dataset_items")
    for number, text in enumerate(written, 1):
        item = etree.SubElement(items, "dataset_item")
        etree.SubElement(item, "number").text = str(number)
        etree.SubElement(item, "value").text = text
    etree.SubElement(made, "number_of_items").text = str(len(written))
