"""Question banks as Markdown (`*.quiz.md`): one `##` heading an item, readable without any tool.

The Indonesian file carries facts and keys, the English file only texts in the same order. Reading
happens in two steps: `quizcut.sections` cuts a file into headings and lines, `read_items` makes items of an
Indonesian and an English cut. The whole grammar, with an example of each type, is in
``docs/mentors/questions.md``. Nothing here raises on bad input; every fault has its line.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from sanggar.plugin import quizkinds, quizrules
from sanggar.plugin.documents import Findings, meant
from sanggar.plugin.items import Item
from sanggar.plugin.quizbuild import build, option_id
from sanggar.plugin.quizcut import interpret
from sanggar.plugin.quizraw import CHOICE_TYPES, Section

__all__ = ["content_version", "option_id", "read_items"]


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
        quizkinds.check(section, findings)
        if twin is not None:
            quizrules.check_twin(section, twin, findings)
            quizkinds.check_twin(section, twin, findings)
        if len(findings.errors) == before:
            item = build(section, twin)
            quizkinds.check_item(item, section, findings)
            if len(findings.errors) == before:
                items.append(item.model_copy(update={"version": content_version(item)}))
    return items


def content_version(item: Item) -> str:
    """Return the hash of everything that is shown or graded (not of file and line)."""
    # without defaults: a field that the format gains later changes no version
    content = item.model_dump(
        mode="json", exclude={"version", "file", "line"}, exclude_defaults=True
    )
    packed = json.dumps(content, sort_keys=True, ensure_ascii=False).encode()
    return hashlib.sha256(packed).hexdigest()[:12]
