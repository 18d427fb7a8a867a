"""Writing GIFT. Texts go out as Markdown, which GIFT can say; ids and tags stand in comments."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import quote

from sanggar.interchange.model import Exported, tags_of
from sanggar.interchange.weights import percent_text, percents_of
from sanggar.interchange.words import Speech
from sanggar.plugin.items import Item
from sanggar.plugin.text import Text

_SPECIAL = re.compile(r"([\\:#={}~])")
CANNOT = {
    "ordering": "GIFT has no ordering of steps",
    "cloze": "GIFT has no text with several gaps",
    "hotspot": "GIFT has no places in a picture",
    "parametric": "GIFT has no drawn values",
}


def write(items: Sequence[Item], speech: Speech) -> Exported:
    """Return items as a GIFT file."""
    done = Exported()
    blocks = []
    for item in items:
        if item.type not in _BODIES:
            why = CANNOT.get(item.type, f"GIFT has no question of the type '{item.type}'")
            done.refuse(item, why)
            continue
        blocks.append(_block(item, speech, done))
        done.written.append(item.id)
    done.data = "\n\n".join(blocks).encode() + b"\n"
    return done


def escaped(text: str) -> str:
    """Return text that GIFT reads as it stands; line breaks as \\n, so that a block stays one."""
    return _SPECIAL.sub(r"\\\1", text).replace("\n", "\\n")


def _block(item: Item, speech: Speech, done: Exported) -> str:
    speech.note_language(item, done)
    tags = tags_of(item)
    if item.type == "matrix":
        tags["param.columns"] = "|".join(speech.one(option.text) for option in item.options)
    marks = [f"[id:{item.id}]"]
    marks += [f"[tag:{name}={quote(value, safe=' .,-+/|')}]" for name, value in tags.items()]
    stem = escaped(speech.one(item.stem))
    body = _BODIES[item.type](item, speech, done)
    explanation = escaped(speech.one(speech.explanation(item)))
    general = f"####{explanation}" if explanation else ""
    if "![" in speech.one(item.stem):
        done.lose(item, "pictures: GIFT carries no files")
    return f"// {' '.join(marks)}\n::{escaped(item.id)}::[markdown]{stem} {{{body}{general}}}"


def _feedback(text: Text | None, speech: Speech) -> str:
    shown = speech.one(text)
    return f"#{escaped(shown)}" if shown else ""


def _choices(item: Item, speech: Speech, done: Exported) -> str:
    one = item.type == "single"
    partial = item.params.get("credit") == "partial"
    if not one and not partial:
        done.lose(
            item, "all or nothing: in GIFT some of the keys earn a part, a wrong tick costs all"
        )
    shares = percents_of([option.key for option in item.options], one=one, partial=partial)
    lines = []
    for option, percent in zip(item.options, shares, strict=True):
        mark = ("=" if option.key else "~") if one else f"~%{percent_text(percent)}%"
        lines.append(mark + escaped(speech.one(option.text)) + _feedback(option.feedback, speech))
    return "\n" + "\n".join(lines) + "\n"


def _truth(item: Item, _speech: Speech, _done: Exported) -> str:
    return "TRUE" if item.options[0].key else "FALSE"


def _numeric(item: Item, _speech: Speech, done: Exported) -> str:
    if item.params.get("unit") or item.params.get("units"):
        done.lose(item, "the unit: GIFT has plain numbers (it stands in a tag)")
    return f"#{item.params['value']}:{item.params.get('tolerance', '0')}"


def _short(item: Item, speech: Speech, done: Exported) -> str:
    if item.params.get("distance"):
        done.lose(item, "the allowed distance of typing errors (it stands in a tag)")
    return "\n" + "\n".join(f"={escaped(answer)}" for answer in speech.answers(item)) + "\n"


def _matching(item: Item, speech: Speech, done: Exported) -> str:
    texts = {option.id: escaped(speech.one(option.text)) for option in item.options}
    lines = [f"={escaped(speech.one(p.text))} -> {texts[p.key]}" for p in item.prompts]
    used = {prompt.key for prompt in item.prompts}
    if item.type == "matrix":
        done.lose(item, "the table: in GIFT it is a matching question (a tag says matrix)")
    else:
        lines += [f"= -> {texts[o.id]}" for o in item.options if o.id not in used]
    return "\n" + "\n".join(lines) + "\n"


def _open(item: Item, _speech: Speech, done: Exported) -> str:
    if item.type == "upload":
        done.lose(item, "that files are handed in: in GIFT it is an essay (a tag says upload)")
    return ""


_BODIES = {
    "single": _choices, "multiple": _choices, "truefalse": _truth, "numeric": _numeric,
    "short": _short, "matching": _matching, "matrix": _matching, "essay": _open, "upload": _open,
}  # fmt: skip
