"""Lines that only some types of items have: pairs, statements, areas, gaps, variables.

A taker looks at one line and says whether it was its own; everything else is a question's text, an
option, an answer or a parameter, as for all types (`quizcut`).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sanggar.plugin.documents import Findings
from sanggar.plugin.quizraw import RawGap, RawOption, RawVar, Section

#: parameters that are texts: the English file repeats them
TRANSLATED = ("columns", "alt")
#: parameters of a parametric item; every other `: name = …` there is a variable
PARAMETERS = ("where", "units", "ask-unit", "unit_en")

_PAIR = re.compile(r"-[ \t]+(?P<left>.*?)[ \t]*=>[ \t]*(?P<right>.*)$")
_ARROW = re.compile(r"-[ \t]+.*?(?:->|→|⇒)")
_BULLET = re.compile(r"-[ \t]+(?P<text>.*)$")
_STATEMENT = re.compile(r"-[ \t]+\[(?P<column>[^\]]*)\][ \t]+(?P<text>.*)$")
_AREA = re.compile(r"-[ \t]+\[(?P<mark>[xX ]?)\][ \t]*(?P<text>.*?)[ \t]+@[ \t]*(?P<place>[^@]*)$")
_GAP = re.compile(r"\[\[(?P<id>[^\]]+)\]\](?:\*(?P<weight>\S+?))?:[ \t]*(?P<body>.*)$")
_VARS = re.compile(r":vars[ \t]*$")
_VAR = re.compile(r"(?::[ \t]*)?(?P<name>[^\s={}]+)[ \t]*=(?!=)[ \t]*(?P<value>.*)$")

Taker = Callable[[int, str], bool]


def taker(kind: str, section: Section, findings: Findings, *, keys: bool) -> Taker:
    """Return the function that takes the lines of this type; `keys` for the Indonesian file."""
    if kind == "matching":
        return lambda number, line: _pair(section, findings, number, line)
    if kind == "matrix":
        return lambda number, line: _statement(section, findings, number, line, keys=keys)
    if kind == "hotspot":
        return lambda number, line: _area(section, findings, number, line, keys=keys)
    if kind == "cloze":
        return lambda number, line: _gap(section, number, line)
    if kind == "parametric":
        return _variables(section, findings, keys=keys)
    return lambda _number, _line: False


def _pair(section: Section, findings: Findings, number: int, line: str) -> bool:
    if match := _PAIR.match(line):
        section.options.append(
            RawOption(number, match["right"].strip(), prompt=match["left"].strip())
        )
        return True
    if _BULLET.match(line):
        problem = "this arrow is not =>" if _ARROW.match(line) else "this line has no =>"
        findings.add(
            section.at(number), problem,
            "write the pair as `- left => right`, a wrong option as `- => right`",
        )  # fmt: skip
        return True
    return False


def _statement(
    section: Section, findings: Findings, number: int, line: str, *, keys: bool
) -> bool:  # fmt: skip
    if match := _STATEMENT.match(line):
        if not keys:
            findings.add(
                section.at(number), "the English file shows the key",
                "write the statement as `- text`, without [ ]",
            )  # fmt: skip
        section.options.append(
            RawOption(number, match["text"].strip(), column=match["column"].strip())
        )
        return True
    if match := _BULLET.match(line):
        if keys:
            findings.add(
                section.at(number), "this statement has no column",
                "write the right column before it: `- [Benar] text`",
            )  # fmt: skip
        section.options.append(RawOption(number, match["text"].strip()))
        return True
    return False


def _area(section: Section, findings: Findings, number: int, line: str, *, keys: bool) -> bool:
    if keys and (match := _AREA.match(line)):
        section.options.append(
            RawOption(
                number, match["text"].strip(), match["mark"].lower() == "x",
                place=" ".join(match["place"].split()),
            )
        )  # fmt: skip
        return True
    if match := _BULLET.match(line):
        if keys:
            findings.add(
                section.at(number), "this area has no place",
                "write it like `- [ ] text @ 10 20 30 15`: left, top, width, height in percent of the picture",
            )  # fmt: skip
        elif match["text"].startswith("[") or "@" in match["text"]:
            findings.add(
                section.at(number), "the English file repeats facts of the area",
                "write only its text: `- text`",
            )  # fmt: skip
        section.options.append(RawOption(number, match["text"].strip()))
        return True
    return False


def _gap(section: Section, number: int, line: str) -> bool:
    match = _GAP.match(line)
    if match is None:
        return False
    section.gaps.append(
        RawGap(number, match["id"].strip(), match["body"].strip(), match["weight"] or "")
    )
    return True


def _variables(section: Section, findings: Findings, *, keys: bool) -> Taker:
    """Return a taker that remembers whether it is inside a `:vars` block."""
    inside = False

    def take(number: int, line: str) -> bool:
        nonlocal inside
        if _VARS.match(line):
            inside = True
            if not keys:
                findings.add(
                    section.at(number), "the English file repeats the variables",
                    "remove the block; variables stand once, in the .id. file",
                )  # fmt: skip
            return True
        match = _VAR.match(line)
        if match is None or not (inside or line.startswith(":")):
            inside = False
            return False
        if not keys:
            return inside
        if match["name"] in PARAMETERS:
            if match["name"] in section.attributes:
                findings.add(
                    section.at(number), f"'{match['name']}' is given twice", "keep one of them"
                )
            section.attributes[match["name"]] = match["value"].strip()
        elif any(known.name == match["name"] for known in section.vars):
            findings.add(
                section.at(number), f"the variable '{match['name']}' is given twice",
                "keep one of them",
            )  # fmt: skip
        else:
            section.vars.append(RawVar(number, match["name"], match["value"].strip()))
        return True

    return take
