"""Cutting a question bank (`*.quiz.md`) into items and sorting their lines.

Only form is looked at here: which line is stem, option, feedback, answer or explanation. Whether an
item makes sense is decided in `quizrules`.
"""

from __future__ import annotations

import re

from sanggar.plugin import quizlines
from sanggar.plugin.documents import Findings, Place
from sanggar.plugin.quizraw import RawOption, Section

MAX_ITEMS = 500
#: types whose key is a line with =
ANSWERED = ("numeric", "short", "truefalse", "parametric")
ONE_ANSWER = ("numeric", "truefalse", "parametric")
ITEM_ID = re.compile(r"[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*")

_HEADING = re.compile(r"##[ \t]+(?P<id>[^\s{]+)?[ \t]*(?P<braces>\{.*)?(?P<rest>.*)$")
_ATTRIBUTE = re.compile(r'(?P<name>[A-Za-z_][\w-]*)=(?P<value>"[^"]*"|[^\s"]+)|(?P<junk>\S+)')
_CHOICE = re.compile(r"[-*][ \t]+\[(?P<mark>[^\]]?)\][ \t]*(?P<text>.*)$")
_BULLET = re.compile(r"-[ \t]+(?P<text>.*)$")
_STEP = re.compile(r"\d{1,2}[.)][ \t]+(?P<text>.*)$")
_PARAMETER = re.compile(r":[ \t]*(?P<name>[A-Za-z_][\w-]*)[ \t]*=[ \t]*(?P<value>.*)$")
_ANSWER = re.compile(r"=[ \t]*(?P<text>.*)$")
_FEEDBACK = re.compile(r"[ \t]+>[ \t]?(?P<text>.*)$")
_EXPLANATION = re.compile(r"!(?:[ \t]+(?P<text>.*))?$")


def sections(
    body: str, file: str, first_line: int, findings: Findings, *, keys: bool
) -> list[Section]:
    """Cut the body of a bank into items. `keys` is true for the Indonesian file."""
    found: dict[str, Section] = {}
    current: Section | None = None
    fence = ""
    for number, line in enumerate(body.split("\n"), first_line):
        stripped = line.strip()
        if fence or stripped.startswith(("```", "~~~")):
            marker = stripped[:3]
            fence = ("" if marker == fence else fence) if fence else marker
        elif line.startswith("## ") or stripped == "##":
            current = _heading(line, file, number, findings, keys=keys)
            if current.id in found:
                findings.add(
                    current.place, f"the item {current.id} stands here twice",
                    f"give it another id (the first is on line {found[current.id].line})",
                )  # fmt: skip
            else:
                found[current.id] = current
            continue
        elif line.startswith("# "):
            findings.add(
                Place(file, number), "a heading with one # does not begin an item",
                "begin each item with two: ## PHO-Q01 …",
            )  # fmt: skip
            continue
        if current is not None:
            current.lines.append((number, line.rstrip()))
        elif stripped:
            findings.add(
                Place(file, number), "this text belongs to no item",
                "write it below a heading like ## PHO-Q01 …, or remove it",
            )  # fmt: skip
            return list(found.values())
    if len(found) > MAX_ITEMS:
        findings.add(
            Place(file, first_line),
            f"{len(found)} items in one bank",
            f"split it: at most {MAX_ITEMS}",
        )
        return []
    return [section for section in found.values() if section.id]


def _heading(line: str, file: str, number: int, findings: Findings, *, keys: bool) -> Section:
    match = _HEADING.match(line)
    name = (match["id"] if match else "") or ""
    section = Section(id=name, file=file, line=number)
    form = "## PHO-Q01 {type=single area=PHO-01 level=apply}" if keys else "## PHO-Q01"
    if not ITEM_ID.fullmatch(name):
        findings.add(section.place, "the heading has no item id", f"write it like {form}")
        section.id = ""
        return section
    braces = (match["braces"] or "").strip() if match else ""
    rest = (match["rest"] or "").strip() if match else ""
    if rest or (braces and not braces.endswith("}")):
        findings.add(
            section.place,
            f"the heading of {name} has a part I cannot read",
            f"write it like {form}",
        )
        return section
    if not keys:
        if braces:
            findings.add(
                section.place, f"{name} repeats its facts in the English file",
                f"write only ## {name} here; facts stand once, in the .id. file",
            )  # fmt: skip
        return section
    for part in _ATTRIBUTE.finditer(braces[1:-1]):
        if part["junk"]:
            findings.add(
                section.place,
                f"'{part['junk']}' in the braces has no value",
                "write name=value without spaces",
            )
        elif part["name"] in section.attributes:
            findings.add(
                section.place, f"'{part['name']}' stands twice in the braces", "keep one of them"
            )
        else:
            section.attributes[part["name"]] = part["value"].strip('"')
    return section


def interpret(
    section: Section, findings: Findings, *, kind: str, keys: bool, bulleted: bool
) -> None:
    """Sort the lines of a section into stem, options, answers and explanation.

    `bulleted` says that plain `- text` lines are options, not a list inside the question.
    """
    stem: list[str] = []
    explanation: list[str] | None = None
    fenced = False
    special = quizlines.taker(kind, section, findings, keys=keys)
    for number, line in section.lines:
        is_fence = line.strip().startswith(("```", "~~~"))
        if fenced or is_fence:
            fenced = fenced != is_fence
            (stem if explanation is None else explanation).append(line)
            continue
        if explanation is not None:
            if _CHOICE.match(line) or (kind in ANSWERED and line.startswith("= ")):
                findings.add(
                    section.at(number),
                    "this stands below the explanation",
                    "move it above the line that begins with !",
                )
            explanation.append(line)
        elif match := _EXPLANATION.match(line):
            explanation = [match["text"] or ""]
        elif (
            special(number, line)
            or _answer_line(section, kind, number, line, findings, keys=keys)
            or _option_line(section, kind, number, line, findings, keys=keys, bulleted=bulleted)
        ):
            continue
        elif (section.options or section.gaps) and line.strip():
            if not _continued(section, line):
                findings.add(
                    section.at(number), "this text stands between or after the options",
                    "move it above the first option, or indent it by two spaces to continue an option",
                )  # fmt: skip
        else:
            stem.append(line)
    section.stem = "\n".join(stem).strip()
    section.explanation = None if explanation is None else "\n".join(explanation).strip()


def _option_line(
    section: Section, kind: str, number: int, line: str, findings: Findings,
    *, keys: bool, bulleted: bool,
) -> bool:  # fmt: skip
    """Take a line that is an option or a step."""
    place = section.at(number)
    if match := _CHOICE.match(line):
        mark = match["mark"].lower()
        if not keys:
            findings.add(
                place, "the English file shows the key", "write the option as `- text`, without [ ]"
            )
        elif mark not in ("x", " ", ""):
            findings.add(
                place, f"'[{mark}]' is not a mark", "write [x] for the key, [ ] for the others"
            )
        section.options.append(RawOption(number, match["text"].strip(), mark == "x"))
        return True
    if bulleted and (match := _BULLET.match(line)):
        if keys:
            findings.add(
                place, "this option has no box", "write - [x] for the key, - [ ] for the others"
            )
        section.options.append(RawOption(number, match["text"].strip()))
        return True
    if kind == "ordering" and (match := _STEP.match(line)):
        section.options.append(RawOption(number, match["text"].strip()))
        return True
    return False


def _answer_line(
    section: Section, kind: str, number: int, line: str, findings: Findings, *, keys: bool
) -> bool:
    """Take a line that is an accepted answer or a parameter of the type."""
    if (match := _PARAMETER.match(line)) and (keys or match["name"] in quizlines.TRANSLATED):
        if match["name"] in section.attributes:
            findings.add(
                section.at(number), f"'{match['name']}' is given twice", "keep one of them"
            )
        section.attributes[match["name"]] = match["value"].strip()
        return True
    match = _ANSWER.match(line)
    if match is None:
        return False
    if kind in ONE_ANSWER and section.answer_line:
        findings.add(section.at(number), "this item has two answers", "keep one line with =")
        return True
    section.answer_line = section.answer_line or number
    parts = [match["text"]] if kind in ONE_ANSWER else match["text"].split("|")
    section.answers += [part.strip() for part in parts if part.strip()]
    return True


def _continued(section: Section, line: str) -> bool:
    """Take an indented line: feedback on the option above, or more of its text."""
    if not section.options:
        return False
    option = section.options[-1]
    if match := _FEEDBACK.match(line):
        option.feedback = f"{option.feedback}\n{match['text']}".strip()
        return True
    if line.startswith("  "):
        option.text = f"{option.text} {line.strip()}".strip()
        return True
    return False
