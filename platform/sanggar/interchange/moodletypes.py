"""The question types of Moodle XML, one function each: what is in them and what becomes of it."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from lxml import etree

from sanggar.interchange import moodlecalc, moodlecloze
from sanggar.interchange.giftanswers import keep_short, plain, take_short
from sanggar.interchange.model import Choice, Unreadable
from sanggar.interchange.weights import key_options
from sanggar.interchange.xmlsafe import child, children, words
from sanggar.plugin.text import Text

if TYPE_CHECKING:
    from sanggar.interchange.moodle import Question

#: kinds of files that an essay may ask for, as Moodle names them, and as we do
_GROUPS = {"image": "jpg,png", "document": "pdf", "web_image": "jpg,png", "archive": "zip"}


def _fraction(answer: etree._Element) -> float:
    try:
        return float(answer.get("fraction") or 0)
    except ValueError:
        raise Unreadable(f"the fraction '{answer.get('fraction')}' is not a number") from None


def _true(question: Question, name: str) -> bool:
    return question.value(name).lower() in ("true", "1")


def _feedback(question: Question, answer: etree._Element) -> Text | None:
    text = question.text(child(answer, "feedback"))
    return text if text.id else None


def multichoice(question: Question, _named: str) -> None:
    """Single and multiple choice."""
    answers = children(question.element, "answer")
    question.made.choices = [
        Choice(question.text(answer, "moodle_auto_format"), feedback=_feedback(question, answer))
        for answer in answers
    ]
    one = not question.value("single") or _true(question, "single")
    key_options(question.made, [_fraction(answer) for answer in answers], one=one)
    _order(question)


def _order(question: Question) -> None:
    """Keep the order of options where the file shuffles none."""
    if question.value("shuffleanswers").lower() in ("false", "0"):
        question.made.params.setdefault("shuffle", "no")


def truefalse(question: Question, _named: str) -> None:
    """True or false."""
    right = ""
    for answer in children(question.element, "answer"):
        text = words(child(answer, "text")).strip().lower()
        if _fraction(answer) >= 99.9:
            right = text
        if feedback := _feedback(question, answer):
            question.made.lost.append(f"the feedback for '{text}': '{feedback.id[:80]}'")
    if right not in ("true", "false"):
        raise Unreadable("neither 'true' nor 'false' is worth 100 %")
    question.made.kind = "truefalse"
    question.made.choices = [
        Choice(Text(id="Benar", en="True"), key=right == "true"),
        Choice(Text(id="Salah", en="False"), key=right == "false"),
    ]


def shortanswer(question: Question, _named: str) -> None:
    """A word or a few."""
    draft, accepted = question.made, list[str]()
    draft.kind = "short"
    for answer in children(question.element, "answer"):
        text = words(child(answer, "text")).strip()
        take_short(draft, accepted, text, _fraction(answer))
        if feedback := _feedback(question, answer):
            draft.lost.append(f"the feedback for the answer '{text[:30]}': '{feedback.id[:60]}'")
    if question.value("usecase") == "1":
        draft.lost.append("that small and capital letters count: here they do not")
    keep_short(draft, accepted)


def decimal(text: str) -> Decimal:
    """Return a number as Moodle writes it; a comma is a point."""
    try:
        return Decimal(text.strip().replace(",", ".") or "0")
    except InvalidOperation:
        raise Unreadable(f"'{text[:30]}' is not a number") from None


def numerical(question: Question, _named: str) -> None:
    """A number with tolerance and unit."""
    draft = question.made
    draft.kind = "numeric"
    for answer in children(question.element, "answer"):
        text = words(child(answer, "text")).strip()
        feedback = _feedback(question, answer)
        if _fraction(answer) < 99.9 or text == "*" or "value" in draft.params:
            draft.lost.append(f"the further answer {text} ({_fraction(answer):g} %)")
        else:
            draft.params["value"] = plain(decimal(text))
            draft.params["tolerance"] = plain(abs(decimal(words(child(answer, "tolerance")))))
        if feedback:
            draft.lost.append(f"the feedback for the answer {text}: '{feedback.id[:60]}'")
    if "value" not in draft.params:
        raise Unreadable("no number is fully right")
    units(question)


def units(question: Question) -> None:
    """Take the unit; further ones with their factors become `units`."""
    draft = question.made
    listed = [
        (words(child(unit, "unit_name")).strip(), decimal(words(child(unit, "multiplier"))))
        for unit in children(child(question.element, "units"), "unit")
    ] if child(question.element, "units") is not None else []  # fmt: skip
    base = next((name for name, factor in listed if factor == 1), "")
    if base:
        draft.params.setdefault("unit", base)
    further = [(name, factor) for name, factor in listed if factor != 1 and factor > 0]
    if not further or "units" in draft.params:
        return
    kept = [f"{base} 1"] if base else []
    for name, factor in further:
        ours = 1 / factor  # Moodle multiplies the answer, we divide what is typed
        if base and ours * factor == 1 and re.fullmatch(r"[^\s|]+", name):
            kept.append(f"{name} {plain(ours)}")
        else:
            draft.lost.append(f"the unit {name} (× {factor:f}): write it as ': units = …'")
    if len(kept) > 1:
        draft.params["units"] = " | ".join(kept)


def matching(question: Question, named: str) -> None:
    """Pairs; without a left side an answer is a distractor."""
    draft = question.made
    draft.kind = named if named in ("matching", "matrix") else "matching"
    places: dict[str, int] = {}
    if heads := draft.params.pop("columns", ""):
        english = draft.params.pop("columns-en", "").split("|")
        for n, head in enumerate(heads.split("|")):
            places[head] = n
            draft.choices.append(Choice(Text(id=head, en=english[n] if n < len(english) else "")))
    for pair in children(question.element, "subquestion"):
        left = question.text(pair)
        right = question.text(child(pair, "answer"), "plain_text")
        if right.id not in places:
            places[right.id] = len(draft.choices)
            draft.choices.append(Choice(right))
        if left.id:
            draft.pairs.append((left, places[right.id]))
    _order(question)


def essay(question: Question, named: str) -> None:
    """A long text, or files."""
    draft = question.made
    attachments = question.value("attachments") or "0"
    needed = question.value("attachmentsrequired") or "0"
    only_files = question.value("responseformat") == "noinline"
    draft.kind = named if named in ("essay", "upload") else ("upload" if only_files else "essay")
    if draft.kind == "upload":
        _upload(question, attachments)
        return
    if attachments != "0" or needed != "0":
        draft.lost.append("that files may be added to the text: here an essay is text only")
    for ours, theirs in (("min_words", "minwordlimit"), ("max_words", "maxwordlimit")):
        if (limit := question.value(theirs)) and limit.isdigit() and limit != "0":
            draft.params.setdefault(ours, limit)
    if (notes := question.text(child(question.element, "graderinfo"))).id:
        draft.explanation = draft.explanation if draft.explanation.id else notes
    template = question.text(child(question.element, "responsetemplate"))
    if template.id:
        draft.lost.append(f"the text the field begins with: '{template.id[:60]}'")


def _upload(question: Question, attachments: str) -> None:
    draft = question.made
    if attachments.isdigit() and attachments != "0":
        draft.params.setdefault("max", attachments)
    if "types" not in draft.params:
        listed = question.value("filetypeslist").replace(".", "").replace(" ", "").split(",")
        kinds = [_GROUPS.get(kind, kind) for kind in listed if kind]
        draft.params["types"] = ",".join(kinds) or "pdf,jpg,png"


def ordering(question: Question, _named: str) -> None:
    """Steps in their order (in Moodle's core since 4.4)."""
    draft = question.made
    draft.kind = "ordering"
    draft.choices = [
        Choice(question.text(answer)) for answer in children(question.element, "answer")
    ]
    grading = question.value("gradingtype").upper()
    if "credit" not in draft.params:
        if grading in ("ALL_OR_NOTHING", "-1"):
            draft.params["credit"] = "exact"
        elif grading not in ("RELATIVE_NEXT_EXCLUDE_LAST", "1", ""):
            draft.lost.append(f"the partial credit rule {grading}: here neighbouring steps count")


READERS: dict[str, Callable[[Question, str], None]] = {
    "multichoice": multichoice, "multichoiceset": multichoice, "truefalse": truefalse,
    "shortanswer": shortanswer, "numerical": numerical, "matching": matching, "match": matching,
    "essay": essay, "ordering": ordering, "cloze": moodlecloze.read, "multianswer": moodlecloze.read,
    "calculated": moodlecalc.read, "calculatedsimple": moodlecalc.read,
}  # fmt: skip
