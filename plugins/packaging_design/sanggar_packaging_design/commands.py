"""`sanggar ean13`: whole bar codes for whoever writes items or checks a label."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from .question_types import DIGITS, SEPARATORS, check_digit, grouped


class Group(Protocol):
    """What the hook hands over: the part of click's Group that is used here."""

    def command(self, name: str) -> Callable[[Callable[[], Any]], Any]:
        """Return a decorator that adds a command."""


def complete(lines: Iterable[str]) -> Iterator[str]:
    """Yield the whole code for each line with 12 digits, or with 13 when the last one is right."""
    for line in lines:
        digits = SEPARATORS.sub("", line)
        if not digits:
            continue
        if not (digits.isascii() and digits.isdigit() and len(digits) in (DIGITS, DIGITS + 1)):
            yield f"{digits[:40]}: write 12 digits on a line"
            continue
        whole = digits[:DIGITS] + check_digit(digits[:DIGITS])
        wrong = len(digits) > DIGITS and digits != whole
        yield f"{digits}: wrong check digit, {whole[-1]} is right" if wrong else grouped(whole)


def add_commands(cli: Group) -> None:
    """Add the command to the `sanggar` group."""

    @cli.command("ean13")
    def ean13() -> None:
        """Complete EAN-13 codes: reads 12 digits a line from standard input."""
        for line in complete(sys.stdin):
            sys.stdout.write(line + "\n")
