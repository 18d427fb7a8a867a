"""Formulas of parametric items: a small arithmetic language, read by Python's parser, never run by it.

Only the nodes listed here are understood; numbers are exact fractions, so `0.1 + 0.2` is 0.3 and the
key of an item is the same on every machine. Sizes are limited: nothing a formula says can take long.
"""

from __future__ import annotations

import ast
import math
import operator
import re
from collections.abc import Callable, Mapping
from decimal import Decimal, localcontext
from fractions import Fraction

MAX_LENGTH, MAX_NODES, MAX_DEPTH = 300, 80, 16
#: powers are whole and small; numbers stay below 10**60 in numerator and denominator
MAX_POWER, MAX_BITS = 12, 200
NAME = re.compile(r"[a-z][a-z0-9_]{0,19}")
_ALLOWED = re.compile(r"[A-Za-z0-9_\s+\-*/%().,<>=!]*")
_SIGNS = str.maketrans({
    "×": "*", "·": "*", "÷": "/", "−": "-", "–": "-", "≤": "<=", "≥": ">=", "≠": "!=", "^": "**",
})  # fmt: skip

Names = Mapping[str, Fraction]


class FormulaError(ValueError):
    """A formula that cannot be read or computed; the message says why in plain words."""


def _sqrt(value: Fraction) -> Fraction:
    if value < 0:
        raise FormulaError("the square root of a negative number")
    top, under = math.isqrt(value.numerator), math.isqrt(value.denominator)
    if top * top == value.numerator and under * under == value.denominator:
        return Fraction(top, under)
    with localcontext(prec=40):
        return Fraction((Decimal(value.numerator) / Decimal(value.denominator)).sqrt())


def _round(value: Fraction, digits: Fraction = Fraction(0)) -> Fraction:
    """Round half away from zero, as people do; Python itself rounds 2.5 to 2."""
    if digits.denominator != 1 or not -9 <= digits <= 9:
        raise FormulaError("round(…, digits) with digits that are no whole number from -9 to 9")
    scale = Fraction(10) ** int(digits)
    half = math.floor(abs(value) * scale + Fraction(1, 2))
    return Fraction(half if value >= 0 else -half) / scale


def _divide(a: Fraction, b: Fraction) -> Fraction:
    if b == 0:
        raise FormulaError("a division by zero")
    return a / b


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    if exponent.denominator != 1 or abs(exponent) > MAX_POWER:
        raise FormulaError(f"a power that is no whole number up to {MAX_POWER}")
    if base == 0 and exponent < 0:
        raise FormulaError("a division by zero")
    return Fraction(base ** int(exponent))


def _modulo(a: Fraction, b: Fraction) -> Fraction:
    return a - b * math.floor(_divide(a, b))


_BINARY: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: _divide,
    ast.FloorDiv: lambda a, b: Fraction(math.floor(_divide(a, b))), ast.Mod: _modulo,
    ast.Pow: _power,
}  # fmt: skip
_COMPARE: dict[type[ast.cmpop], Callable[[Fraction, Fraction], bool]] = {
    ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
    ast.Eq: operator.eq, ast.NotEq: operator.ne,
}  # fmt: skip
#: name -> (function, least and most arguments)
FUNCTIONS: dict[str, tuple[Callable[..., Fraction], int, int]] = {
    "min": (min, 1, 10), "max": (max, 1, 10), "round": (_round, 1, 2), "abs": (abs, 1, 1),
    "sqrt": (_sqrt, 1, 1), "ceil": (lambda v: Fraction(math.ceil(v)), 1, 1),
    "floor": (lambda v: Fraction(math.floor(v)), 1, 1),
}  # fmt: skip


def parse(text: str) -> ast.expr:
    """Return the checked tree of a formula.

    Raises
    ------
    FormulaError
        When it is too long, no formula, or uses anything but numbers, names, ``+ - * / // % **``,
        comparisons and the functions in `FUNCTIONS`.
    """
    plain = text.translate(_SIGNS).strip()
    if len(plain) > MAX_LENGTH:
        raise FormulaError(f"it is longer than {MAX_LENGTH} characters")
    if not _ALLOWED.fullmatch(plain):
        odd = next(c for c in plain if not _ALLOWED.fullmatch(c))
        raise FormulaError(f"'{odd}' does not belong into a formula")
    if re.search(r"(?<![<>=!])=(?!=)", plain):
        raise FormulaError("one = stands inside; compare with ==, < or >")
    try:
        tree = ast.parse(plain, mode="eval").body
    except (SyntaxError, ValueError, Warning, RecursionError, MemoryError) as error:
        raise FormulaError("it cannot be read as a formula") from error
    if sum(1 for _ in ast.walk(tree)) > MAX_NODES:
        raise FormulaError("it has too many parts")
    _check(tree, 0)
    return tree


def _check(node: ast.expr, depth: int) -> None:
    if depth > MAX_DEPTH:
        raise FormulaError("its brackets are nested too deeply")
    below: list[ast.expr] = []
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            if not math.isfinite(number):
                raise FormulaError("a number is too large")
        case ast.Name(id=name):
            if name in FUNCTIONS:
                raise FormulaError(f"'{name}' needs brackets")
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            below = [left, right]
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            below = [operand]
        case ast.Compare(left=left, ops=ops, comparators=others) if all(
            type(op) in _COMPARE for op in ops
        ):
            below = [left, *others]
        case ast.BoolOp(values=values):
            below = list(values)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            _, least, most = FUNCTIONS[name]
            if not least <= len(args) <= most:
                raise FormulaError(f"{name}() has {len(args)} values")
            below = list(args)
        case ast.Call(func=ast.Name(id=name)):
            raise FormulaError(f"'{name}' is no function; there are {', '.join(sorted(FUNCTIONS))}")
        case _:
            raise FormulaError(
                "only numbers, names, + - * / ** and functions belong into a formula"
            )
    for part in below:
        _check(part, depth + 1)


def names(tree: ast.expr) -> set[str]:
    """Return the variables a formula uses."""
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {n.id for n in ast.walk(tree) if isinstance(n, ast.Name) and id(n) not in called}


def value(tree: ast.expr, variables: Names) -> Fraction:
    """Return the value of a checked formula.

    Raises
    ------
    FormulaError
        Unknown name, division by zero, root of a negative number, a number beyond the limits.
    """
    found = _value(tree, variables)
    if isinstance(found, bool):
        raise FormulaError("a comparison is no number")
    return found


def holds(tree: ast.expr, variables: Names) -> bool:
    """Return whether a condition holds; see `value` for what it raises."""
    found = _value(tree, variables)
    if not isinstance(found, bool):
        raise FormulaError("it is no condition; compare with <, <=, >, >=, == or !=")
    return found


def _number(node: ast.expr, variables: Names) -> Fraction:
    found = _value(node, variables)
    if isinstance(found, bool):
        raise FormulaError("a comparison stands where a number belongs")
    if max(found.numerator.bit_length(), found.denominator.bit_length()) > MAX_BITS:
        raise FormulaError("a number is too large")
    return found


def _value(node: ast.expr, variables: Names) -> Fraction | bool:
    match node:
        case ast.Constant(value=number):
            return Fraction(str(number))
        case ast.Name(id=name):
            if name not in variables:
                raise FormulaError(f"there is no variable '{name}'")
            return variables[name]
        case ast.BinOp(left=left, op=op, right=right):
            first, second = _number(left, variables), _number(right, variables)
            return _BINARY[type(op)](first, second)
        case ast.UnaryOp(op=op, operand=operand):
            found = _number(operand, variables)
            return -found if isinstance(op, ast.USub) else found
        case ast.Call(func=ast.Name(id=name), args=args):
            return FUNCTIONS[name][0](*(_number(arg, variables) for arg in args))
        case ast.BoolOp(op=op, values=values):
            results = [holds(part, variables) for part in values]
            return all(results) if isinstance(op, ast.And) else any(results)
        case ast.Compare(left=left, ops=ops, comparators=others):
            numbers = [_number(part, variables) for part in (left, *others)]
            pairs = zip(ops, numbers, numbers[1:], strict=False)
            return all(_COMPARE[type(op)](a, b) for op, a, b in pairs)
    raise FormulaError("it cannot be read as a formula")


def decimal_text(number: Fraction, digits: int = 15) -> tuple[str, bool]:
    """Return a number as plain decimal text and whether it is exact.

    >>> decimal_text(Fraction(5, 2)), decimal_text(Fraction(1, 3), 6)
    (('2.5', True), ('0.333333', False))
    """
    with localcontext(prec=digits):
        rounded = Decimal(number.numerator) / Decimal(number.denominator)
    plain = f"{rounded.normalize():f}"
    return ("0" if plain == "-0" else plain), Fraction(rounded) == number
