"""Moodle's embedded answers (cloze): ``{1:SHORTANSWER:=Jakarta~%0%Bogor}`` in the text of a question.

Written from https://docs.moodle.org/en/Embedded_Answers_(Cloze)_question_type.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from sanggar.interchange import giftanswers, texts
from sanggar.interchange.model import Blank, Choice, Exported, Unreadable
from sanggar.plugin.items import Gap, Item
from sanggar.plugin.text import Text

if TYPE_CHECKING:
    from sanggar.interchange.moodle import Question

_CHOICE = {"MULTICHOICE", "MC", "MULTICHOICE_V", "MCV", "MULTICHOICE_H", "MCH",
           "MULTICHOICE_S", "MCS", "MULTICHOICE_VS", "MCVS", "MULTICHOICE_HS", "MCHS"}  # fmt: skip
_SHORT = {"SHORTANSWER", "SA", "MW", "SHORTANSWER_C", "SAC", "MWC"}
_NUMBER = {"NUMERICAL", "NM"}
_EMBEDDED = re.compile(
    r"\{(?P<weight>\d*):(?P<kind>[A-Z_]+):(?P<answers>(?:\\.|[^\\}])*)\}", re.DOTALL
)
_ANSWER = re.compile(r"\s*(?P<mark>=|%(?P<percent>-?\d+(?:\.\d+)?)%)?(?P<text>.*)$", re.DOTALL)
_SPLIT = re.compile(r"(?<!\\)~")
_FEEDBACK = re.compile(r"(?<!\\)#")
_BASE = 0xE100
_OURS = re.compile(r"\[\[([^\]]+)\]\]")


def read(question: Question, _named: str) -> None:
    """Read the text with its gaps."""
    draft = question.made
    draft.kind = "cloze"

    def before(raw: str) -> str:
        count = 0

        def hide(match: re.Match[str]) -> str:
            nonlocal count
            gap = _gap(question, match, f"g{count + 1}")
            if count < len(draft.gaps):
                _translate(draft.gaps[count], gap)
            else:
                draft.gaps.append(gap)
            count += 1
            return chr(_BASE + count - 1)

        return _EMBEDDED.sub(hide, raw)

    def show(text: str) -> str:
        return "".join(f"[[g{ord(c) - _BASE + 1}]]" if _is_gap(c) else c for c in text)

    question.before = before
    question.after = show
    question.texts()
    if not draft.gaps:
        raise Unreadable("no embedded answer like {1:SHORTANSWER:=…} can be read in the text")


def _translate(gap: Blank, english: Blank) -> None:
    """Add the English of a gap that stands in both languages of a text."""
    if len(gap.choices) == len(english.choices):
        for ours, theirs in zip(gap.choices, english.choices, strict=True):
            ours.text = Text(id=ours.text.id, en=theirs.text.id)
    if english.answers != gap.answers:
        gap.english = english.answers


def same_order(item: Item) -> bool:
    """Return whether the gaps stand in the same order in both languages."""
    return _OURS.findall(item.stem.id) == _OURS.findall(item.stem.en or item.stem.id)


def _is_gap(character: str) -> bool:
    return _BASE <= ord(character) < _BASE + 500


def _gap(question: Question, match: re.Match[str], name: str) -> Blank:
    draft, kind = question.made, match["kind"]
    gap = Blank(name, "", weight=float(match["weight"] or 1))
    percents = []
    for part in _SPLIT.split(unescape(match["answers"])):
        found = _ANSWER.match(part)
        mark = found["mark"] if found else None
        text, feedback = ([*_FEEDBACK.split(found["text"] if found else part, maxsplit=1), ""])[:2]
        percent = 100.0 if mark == "=" else float(found["percent"]) if found and found["percent"] else 0.0  # fmt: skip
        plain = re.sub(r"\\(.)", r"\1", text).strip()
        if feedback.strip():
            draft.lost.append(f"the feedback of gap {name} for '{plain[:30]}'")
        percents.append(percent)
        gap.choices.append(Choice(_text(plain, question), key=percent >= 99.9))
    return _kept(gap, kind, percents, question)


def _text(plain: str, question: Question) -> Text:
    shown = texts.from_html(plain, []) if "<" in plain else texts.from_plain(plain)
    return Text(id=shown, en=shown if question.language == "en" else "")


def _kept(gap: Blank, kind: str, percents: list[float], question: Question) -> Blank:
    draft = question.made
    keys = [choice for choice in gap.choices if choice.key]
    partly = [p for p in percents if 0 < p < 99.9]
    if partly:
        draft.lost.append(f"gap {gap.id}: answers worth {', '.join(f'{p:g} %' for p in partly)}")
    if kind in _CHOICE:
        if len(keys) != 1:
            raise Unreadable(f"gap {gap.id} has {len(keys)} right options: exactly one is needed")
        gap.kind = "single"
        return gap
    if kind in _SHORT:
        gap.kind = "short"
        for choice, percent in zip(gap.choices, percents, strict=True):
            if percent >= 99.9:
                giftanswers.take_short(draft, gap.answers, choice.text.id, percent)
        gap.choices = []
        if not gap.answers:
            raise Unreadable(f"gap {gap.id} has no answer that can be kept")
        return gap
    if kind in _NUMBER:
        if not keys:
            raise Unreadable(f"gap {gap.id} has no right number")
        gap.kind = "numeric"
        gap.params = giftanswers.number(keys[0].text.id.replace("\\", "").replace(",", "."))
        gap.choices = []
        return gap
    raise Unreadable(f"gap {gap.id} is of the kind {kind}, which has no kind here")


def write(item: Item, language: str, done: Exported, text: str, *, both: bool) -> str:
    """Return a text (HTML or Markdown) with its ``[[gaps]]`` as embedded answers."""
    gaps = {gap.id: gap for gap in item.gaps}

    def put(match: re.Match[str]) -> str:
        gap = gaps.get(match[1])
        return _written(item, gap, language, done, both=both) if gap else match[0]

    return _OURS.sub(put, text)


def _written(item: Item, gap: Gap, language: str, done: Exported, *, both: bool) -> str:
    if gap.weight != int(gap.weight):
        done.lose(item, "weights of gaps that are no whole numbers")
    weight = max(1, round(gap.weight))
    if gap.kind == "single":
        parts = [("=" if o.key else "~") + _safe(o.text.to(language)) for o in gap.options]
        body = "MULTICHOICE:" + "~".join(part.removeprefix("~") for part in parts)
    elif gap.kind == "numeric":
        if gap.params.get("unit"):
            done.lose(item, f"the unit of gap {gap.id}")
        body = f"NUMERICAL:={gap.params.get('value', '')}:{gap.params.get('tolerance', '0')}"
    else:
        own = [*gap.answers.get(language, gap.answers.get("id", ()))]
        if not both:
            own += [*gap.answers.get("id", ()), *gap.answers.get("en", ())]
        if gap.answers.get("en") and not both:
            done.lose(item, f"which answers of gap {gap.id} are English")
        body = "SHORTANSWER:" + "~".join("=" + _safe(answer) for answer in dict.fromkeys(own))
    return f"{{{weight}:{body}}}"


def _safe(text: str) -> str:
    return re.sub(r"([~#}\\\"/])", r"\\\1", texts.to_plain(text))
