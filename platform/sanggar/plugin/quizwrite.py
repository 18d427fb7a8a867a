"""Items as a question bank (`*.quiz.md`), so that reading what was written gives the same items.

Texts that come from elsewhere may hold lines that the bank would read as an option, an answer or a
heading; `fit` rewrites such lines so that they look the same to people. What cannot be written at
all raises `Unwritable`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sanggar.plugin.items import Gap, Item, Option
from sanggar.plugin.quizbuild import TRUTH_TEXTS
from sanggar.plugin.text import Text

#: values that may stand in the braces of a heading
_BRIEF = re.compile(r"[^\s\"{}|=]+")
_NAME = re.compile(r"[A-Za-z_][\w-]*")
_FENCE = re.compile(r"\s*(```|~~~)")
_RISKS = re.compile(
    r"(?P<head>##?(?=\s|$))|(?P<box>[-*](?=[ \t]+\[))|(?P<bang>!(?=\s|$))|(?P<equal>=)"
    r"|(?P<colon>:(?=[ \t]*[A-Za-z_][\w-]*[ \t]*=|vars))|(?P<bullet>-(?=[ \t]))"
    r"|(?P<step>\d{1,2})(?=[.)][ \t])|(?P<gap>\[\[)"
)
#: types in whose questions a line `- text` would be an option
_BULLETED = ("single", "multiple", "matching", "matrix", "hotspot")


class Unwritable(ValueError):
    """An item that the bank's grammar cannot say; the message says what of it."""


def bank(items: Sequence[Item], name: str) -> dict[str, str]:
    """Return the texts of a bank by language: ``id`` always, ``en`` when an item has English text.

    Parameters
    ----------
    items : sequence of Item
        As `quizmd.read_items` makes them; texts from elsewhere go through `fit` first.
    name : str
        What stands behind ``bank:``.

    Raises
    ------
    Unwritable
        When an option, answer or parameter cannot be written.
    """
    front = f"---\nbank: {name}\n---\n"
    files = {"id": front + "".join("\n" + section(item, "id") for item in items)}
    translated = [item for item in items if item.stem.en]
    if translated:
        files["en"] = front + "".join("\n" + section(item, "en") for item in translated)
    return files


def section(item: Item, language: str) -> str:
    """Return one item as it stands in the file of a language."""
    facts = language == "id"
    lines = [f"## {item.id}" + (f" {{{_braces(item)}}}" if facts else "")]
    lines.append(_paragraphs(item.stem.to(language), "the question"))
    lines += _parameters(item, facts)
    lines += _key_lines(item, language, facts)
    lines.append(f"! {_paragraphs(item.explanation.to(language), 'the explanation')}")
    return "\n".join(line for line in lines if line) + "\n"


def _braces(item: Item) -> str:
    parts = [f"type={item.type}", f"area={item.area}", f"level={item.level.value}"]
    if item.points != 1:
        parts.append(f"points={item.points:g}")
    if item.image and _BRIEF.fullmatch(item.image):
        parts.append(f"image={item.image}")
    parts += [f"{name}={value}" for name, value in _own(item).items() if _BRIEF.fullmatch(value)]
    return " ".join(parts)


def _own(item: Item) -> dict[str, str]:
    """Return the parameters that are written by name, not as part of the answer."""
    elsewhere = {
        "numeric": {"value", "tolerance", "unit"},
        "parametric": {"formula", "tolerance", "unit"},
        "hotspot": {"alt_en"},
    }.get(item.type, set())
    for name in item.params:
        if not _NAME.fullmatch(name):
            raise Unwritable(f"the parameter '{name}' is no word")
    return {name: value for name, value in item.params.items() if name not in elsewhere}


def _parameters(item: Item, facts: bool) -> list[str]:
    """Return the lines `: name = value` of a language."""
    if not facts:
        lines = [f": alt = {item.params['alt_en']}"] if item.params.get("alt_en") else []
    else:
        own = {n: v for n, v in _own(item).items() if not _BRIEF.fullmatch(v)}
        if item.image and not _BRIEF.fullmatch(item.image):
            own["image"] = item.image
        lines = [f": {name} = {_line(value, name)}" for name, value in own.items()]
    if item.type == "matrix":
        heads = [_part(option.text.to("id" if facts else "en")) for option in item.options]
        lines.append(": columns = " + " | ".join(heads))
    return lines


def _key_lines(item: Item, language: str, facts: bool) -> list[str]:
    """Return the lines that hold options, answers, gaps or variables."""
    kind = item.type
    if kind == "truefalse":
        return [f"= {_truth(item)}"] if facts else []
    if kind == "matching":
        return _pairs(item, language)
    if kind == "matrix":
        return _statements(item, language, facts)
    if kind == "cloze":
        return [line for gap in item.gaps if (line := _gap(gap, language, facts))]
    if kind in ("numeric", "parametric") and "tolerance" in item.params:
        return _computed(item) if facts else []
    answers = item.answers.get(language, ())
    lines = ["= " + " | ".join(_part(answer) for answer in answers)] if answers else []
    for number, option in enumerate(item.options, 1):
        lines += _option(item, option, number, language, facts)
    return lines


def _computed(item: Item) -> list[str]:
    variables = [f": {name} = {_line(value, name)}" for name, value in item.vars.items()]
    value = item.params.get("formula" if item.type == "parametric" else "value", "")
    unit = item.params.get("unit", "")
    answer = f"= {value} ± {item.params['tolerance']} {unit}".rstrip()
    return [*([":vars", *variables] if variables else []), answer]


def _truth(item: Item) -> str:
    right = next((option.text.id for option in item.options if option.key), "")
    for _truth, text in TRUTH_TEXTS:
        if text.id == right:
            return text.id.lower()
    raise Unwritable("a true/false item says neither true nor false")


def _option(item: Item, option: Option, number: int, language: str, facts: bool) -> list[str]:
    text = _line(option.text.to(language), "an option")
    if text.startswith("[") and not facts:
        text = "\\" + text
    if item.type == "ordering":
        lines = [f"{number}. {text}"]
    elif not facts:
        lines = [f"- {text}"]
    else:
        place = f" @ {option.place}" if item.type == "hotspot" else ""
        lines = [f"- [{'x' if option.key else ' '}] {text}{place}"]
    if option.feedback and option.feedback.to(language):
        lines += [f"  > {row}".rstrip() for row in option.feedback.to(language).split("\n")]
    return lines


def _pairs(item: Item, language: str) -> list[str]:
    """Return pairs, then the right sides that belong to nothing."""
    texts = {option.id: _side(option.text.to(language)) for option in item.options}
    used = {prompt.key for prompt in item.prompts}
    lines = [f"- {_side(p.text.to(language))} => {texts[p.key]}" for p in item.prompts]
    return lines + [f"- => {texts[o.id]}" for o in item.options if o.id not in used]


def _statements(item: Item, language: str, facts: bool) -> list[str]:
    heads = {option.id: _part(option.text.id) for option in item.options}
    rows = [(heads[p.key], _line(p.text.to(language), "a statement")) for p in item.prompts]
    return [f"- [{head}] {text}" if facts else f"- {text}" for head, text in rows]


def _gap(gap: Gap, language: str, facts: bool) -> str:
    weight = f"*{gap.weight:g}" if facts and gap.weight != 1 else ""
    head = f"[[{gap.id}]]{weight}: "
    if gap.kind == "single":
        texts = [(o.key, _part(o.text.to(language))) for o in gap.options]
        if facts:
            return head + " | ".join(f"[{'x' if key else ' '}] {text}" for key, text in texts)
        return head + " | ".join(text for _, text in texts)
    if gap.kind == "numeric":
        value, tolerance = gap.params.get("value", ""), gap.params.get("tolerance", "0")
        unit = gap.params.get("unit", "")
        return f"{head}= {value} ± {tolerance} {unit}".rstrip() if facts else ""
    answers = gap.answers.get(language, ())
    return head + "= " + " | ".join(_part(answer) for answer in answers) if answers else ""


def _paragraphs(text: str, what: str) -> str:
    if not text.strip():
        raise Unwritable(f"{what} is empty")
    return text


def _line(text: str, what: str) -> str:
    if "\n" in text or not text.strip():
        raise Unwritable(f"{what} is not one line")
    return text


def _part(text: str) -> str:
    """Return a text that stands between `|`."""
    if not text.strip():
        raise Unwritable("a part of a list (an answer, a gap's option, a column) is empty")
    if "|" in text or "\n" in text:
        raise Unwritable(f"'{text[:40]}' holds a '|' or is no line")
    return text


def _side(text: str) -> str:
    if "=>" in text:
        raise Unwritable(f"'{text[:40]}' holds '=>'")
    return _line(text, "one side of a pair")


def fit(text: str, kind: str) -> str:
    """Return a text whose lines the bank reads as text only; people see the same.

    >>> fit("= 5 bukan jawaban", "short"), fit("- [x] kotak", "short")
    ('&#61; 5 bukan jawaban', '\\\\- [x] kotak')
    """
    lines, fence = [], ""
    for line in text.strip().split("\n"):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1] == fence):
            fence = "" if fence else mark[1]
        elif not fence and (risk := _RISKS.match(line)):
            line = _tamed(line, risk, kind)
        lines.append(line.rstrip())
    return "\n".join([*lines, fence] if fence else lines)


def _tamed(line: str, risk: re.Match[str], kind: str) -> str:
    group, rest = risk.lastgroup, line[1:]
    if group in ("head", "box", "bang"):
        return "\\" + line
    if group == "equal":
        return "&#61;" + rest
    if group == "colon":
        return "&#58;" + rest
    if group == "gap":
        return "\\" + line if re.match(r"\[\[[^\]]+\]\](\*\S+?)?:", line) else line
    if group == "bullet":
        return "*" + rest if kind in _BULLETED else line
    return re.sub(r"^(\d+)", r"\1\\", line) if kind == "ordering" else line


def fit_line(text: str, kind: str = "") -> str:
    """Return a text as one line, for options, statements, sides of pairs and parts of lists."""
    line = " ".join(text.split())
    if kind in ("matching",):
        line = line.replace("=>", "&#61;>")
    if kind in ("part", "matrix-head"):
        line = line.replace("|", "&#124;")
    if kind == "hotspot":
        line = line.replace("@", "&#64;")
    return "\\" + line if line.startswith("[") and kind != "part" else line


def fit_text(text: Text, kind: str, *, line: bool = False) -> Text:
    """Return both languages of a text through `fit` or `fit_line`."""
    change = fit_line if line else fit
    return Text(id=change(text.id, kind), en=change(text.en, kind) if text.en else "")
