"""Formulas are exact, bounded, and nothing but arithmetic."""

from __future__ import annotations

import doctest
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanggar.plugin import quizformula, quizunits, quizvars
from sanggar.plugin.quizformula import FormulaError

pytestmark = pytest.mark.once
NAMES = {"a": Fraction(3), "harga": Fraction(12500)}


def value(text: str) -> Fraction:
    return quizformula.value(quizformula.parse(text), NAMES)


@pytest.mark.parametrize("module", [quizformula, quizunits, quizvars])
def test_examples_in_docstrings_run(module) -> None:
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.1 + 0.2", "0.3"), ("harga × 1.11", "13875"), ("a ^ 2 ÷ 4", "2.25"), ("-a // 2", "-2"),
        ("7 % a", "1"), ("round(2.5)", "3"), ("round(-2.5)", "-3"), ("round(2.345, 2)", "2.35"),
        ("ceil(2.1) + floor(2.9)", "5"), ("sqrt(2.25)", "1.5"), ("min(a, 2, 5) + max(1, a)", "5"),
        ("abs(2 - a)", "1"), ("round(harga, -3)", "13000"),
    ],
)  # fmt: skip
def test_arithmetic_is_exact_and_rounds_as_people_do(text: str, expected: str) -> None:
    assert value(text) == Fraction(expected)


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('x')", "().__class__", "a.b", "a[0]", "[1]", "lambda: 1", "'x'", "f(1)",
        "print(1)", "1 if a else 2", "a := 1", "a = 1", "1 / 0", "a % 0", "0 ** -1", "2 ** 0.5", "2 ** 13",
        "9 ** 9 ** 9", "10 ** 12 ** 2", "sqrt(-1)", "round(1, 99)", "min()", "round(1, 2, 3)", "round",
        "b + 1", "1e999", "(" * 300, "-" * 40 + "1", "1 < 2", "a and 1", "True", "1j", "",
        "1 +", "min(*a)", "min(a, key=1)", "0x1f" * 200, "+".join("1" * 200), "\x00", "1\\\n+1",
    ],
)  # fmt: skip
def test_everything_else_is_refused_in_words(text: str) -> None:
    with pytest.raises(FormulaError) as refused:
        value(text)
    assert str(refused.value)


@given(st.text(alphabet="a1.()+-*/%,<>= minroudsqt", max_size=60))
def test_any_text_has_a_value_or_a_reason(text: str) -> None:
    try:
        value(text)
    except FormulaError as reason:
        assert str(reason)


@given(
    st.decimals(-(10**6), 10**6, places=4, allow_nan=False),
    st.decimals(-(10**6), 10**6, places=4, allow_nan=False),
)
def test_decimals_add_and_multiply_without_rounding(x: Decimal, y: Decimal) -> None:
    names = {"x": Fraction(x), "y": Fraction(y)}
    tree = quizformula.parse("x * y + x")
    assert quizformula.value(tree, names) == Fraction(x) * Fraction(y) + Fraction(x)
