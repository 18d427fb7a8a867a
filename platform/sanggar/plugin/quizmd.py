"""Question banks as Markdown (`*.quiz.md`): one `##` heading an item, readable without any tool.

The Indonesian file carries facts and keys, the English file only texts in the same order. Reading
happens in two steps: `quizcut.sections` cuts a file into headings and lines, `read_items` makes items of an
Indonesian and an English cut. Nothing here raises on bad input; every fault has its line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence

from sanggar.plugin import quizrules
from sanggar.plugin.documents import Findings, meant
from sanggar.plugin.items import Item, Level, Option
from sanggar.plugin.quizcut import CHOICE_TYPES, RawOption, Section, interpret
from sanggar.plugin.quizrules import NUMERIC
from sanggar.plugin.text import Text

#: attributes in braces that every item has; all others are parameters of its type
COMMON = ("type", "area", "level", "points")


def read_items(
    indonesian: Sequence[Section], english: Sequence[Section] | None, findings: Findings
) -> list[Item]:
    """Make items of the two cuts of a bank; `english` is None where the file is missing."""
    translated = {section.id: section for section in english or ()}
    known = {section.id for section in indonesian}
    for section in translated.values():
        if section.id not in known:
            findings.add(
                section.place,
                f"{section.id} is not in the Indonesian file",
                meant(section.id, known),
            )
    items = []
    for section in indonesian:
        before = len(findings.errors)
        interpret(
            section, findings, kind=section.kind, keys=True, bulleted=section.kind in CHOICE_TYPES
        )
        twin = translated.get(section.id)
        if twin is not None:
            bulleted = bool(section.options) and section.kind != "ordering"
            interpret(twin, findings, kind=section.kind, keys=False, bulleted=bulleted)
        elif english is not None:
            findings.add(
                section.place, f"{section.id} has no English text",
                f"add ## {section.id} to the .en. file", warning=True,
            )  # fmt: skip
        quizrules.check(section, findings)
        if twin is not None:
            quizrules.check_twin(section, twin, findings)
        if len(findings.errors) == before:
            items.append(_item(section, twin))
    return items


def _item(section: Section, twin: Section | None) -> Item:
    parameters = {k: v for k, v in section.attributes.items() if k not in COMMON}
    answers: dict[str, tuple[str, ...]] = {}
    if section.kind == "numeric":
        match = NUMERIC.fullmatch(section.answers[0])
        if match:
            parameters["value"] = match["value"].replace("−", "-")
            parameters["tolerance"] = match["tolerance"] or "0"
            parameters["unit"] = (match["unit"] or "").strip()
    elif section.answers:
        answers["id"] = tuple(section.answers)
        if twin is not None and twin.answers:
            answers["en"] = tuple(twin.answers)
    pairs = [(o, twin.options[n] if twin else None) for n, o in enumerate(section.options)]
    item = Item(
        id=section.id,
        type=section.kind,
        area=section.attributes["area"],
        level=Level(section.attributes["level"]),
        points=float(section.attributes.get("points", "1")),
        stem=Text(id=section.stem, en=twin.stem if twin else ""),
        options=tuple(_option(section.id, first, second) for first, second in pairs),
        answers=answers,
        params=parameters,
        explanation=Text(id=section.explanation or "", en=(twin.explanation or "") if twin else ""),
        file=section.file,
        line=section.line,
    )
    return item.model_copy(update={"version": content_version(item)})


def _option(item_id: str, first: RawOption, second: RawOption | None) -> Option:
    feedback = None
    if first.feedback:
        feedback = Text(id=first.feedback, en=second.feedback if second else "")
    return Option(
        id=option_id(item_id, first.text),
        text=Text(id=first.text, en=second.text if second else ""),
        key=first.key,
        feedback=feedback,
    )


def option_id(item_id: str, text: str) -> str:
    """Return an option's id: made from its text, so that it says nothing about its position."""
    return hashlib.blake2s(f"{item_id}\n{text}".encode(), digest_size=4).hexdigest()


def content_version(item: Item) -> str:
    """Return the hash of everything that is shown or graded (not of file and line)."""
    content: Mapping[str, object] = item.model_dump(
        mode="json", exclude={"version", "file", "line"}
    )
    packed = json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
    return hashlib.sha256(packed).hexdigest()[:12]
