"""Texts whose brackets would keep the Markdown renderer busy for minutes: found before they are shown.

For every `[` and every `](` the renderer walks on to where it is closed, or to the end of the paragraph
where it is not. Thousands of them that are never closed make that walk quadratic. Adding up the ways it
would go takes one pass, and people's texts stay far below the limit.
"""

from __future__ import annotations

import re

#: characters walked over in one paragraph; about a quarter of a second of rendering
LIMIT = 200_000
_BLANK = re.compile(r"\n[ \t]*(?=\n)")
_SIGN = re.compile(r"\\.|\]\(|[\[\]()\"']", re.S)


def tangled(text: str) -> int | None:
    """Return the line (from 1) of the first paragraph with too many open brackets, None without one.

    >>> tangled("[a](b) and [ ] and (c"), tangled("Fine.\\n\\n" + "[" * 1000)
    (None, 3)
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    begin = 0
    for blank in [*_BLANK.finditer(text), None]:
        end = len(text) if blank is None else blank.start()
        if end - begin > 1 and _walk(text[begin:end]) > LIMIT:
            lead = len(text[begin:end]) - len(text[begin:end].lstrip("\n"))
            return text.count("\n", 0, begin + lead) + 1
        begin = end
    return None


def _walk(paragraph: str) -> int:
    """Return how many characters the renderer would walk over in search of closing brackets."""
    total, end = 0, len(paragraph)
    squares: list[int] = []
    rounds: list[tuple[int, bool]] = []
    for found in _SIGN.finditer(paragraph):
        if total > LIMIT:
            return total
        sign, at = found[0], found.start()
        if sign in ("]", "]("):
            if squares:
                total += at - squares.pop()
            if sign == "](":
                rounds.append((at, True))
        elif sign == "[":
            squares.append(at)
        elif sign == "(":
            rounds.append((at, False))
        elif sign == ")" and rounds:
            since, link = rounds.pop()
            # a quotation mark inside may be a title that never ends
            quoted = link and any(q in paragraph[since:at] for q in "\"'")
            total += (end if quoted and paragraph[at - 1] not in "\"'" else at) - since
    return total + sum(end - at for at in squares) + sum(end - at for at, link in rounds if link)
