"""What stands in the braces of a GIFT question: the answer's kind shows in its first characters."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Protocol

from sanggar.interchange.model import Choice, Draft, Unreadable
from sanggar.interchange.weights import key_options
from sanggar.plugin.text import Text

_WEIGHT = re.compile(r"\s*%(?P<percent>-?\d+(?:\.\d+)?)%")
_TRUTH = {"t": True, "true": True, "f": False, "false": False}
_SPLIT = re.compile(r"([=~])")


class Texts(Protocol):
    """Reads the texts of one question."""

    def text(self, raw: str, *, question: bool = False) -> Text:
        """Return a text as Markdown."""


def answers(draft: Draft, inside: str, reader: Texts, kind: str) -> None:
    """Fill the draft's answers from the text between the braces.

    `kind` is the type a tag names, for what GIFT itself cannot tell apart.
    """
    inside, general = _general(inside)
    if general:
        draft.explanation = reader.text(general)
    body = inside.strip()
    if not body:
        draft.kind = kind if kind in ("essay", "upload") else "essay"
        return
    if body.startswith("#"):
        _numeric(draft, body[1:], reader)
        return
    first = body.split("#")[0].strip().lower()
    if first in _TRUTH:
        _truth(draft, body, _TRUTH[first], reader)
    elif "~" in body:
        _choices(draft, body, reader)
    elif "=" in body and "->" in body:
        _matching(draft, body, reader, kind)
    elif body.startswith("="):
        _short(draft, body, reader)
    elif body.startswith(">"):
        raise Unreadable("an ordering of a Moodle plugin: GIFT itself has no ordering")
    else:
        raise Unreadable("the answer in braces cannot be read: begin answers with = or ~")


def _general(inside: str) -> tuple[str, str]:
    """Split off the feedback behind ####."""
    body, marks, general = inside.partition("####")
    return body, general.strip() if marks else ""


def _parts(body: str) -> list[tuple[str, str, float | None, str]]:
    """Return (mark, text, percent, feedback) for each answer."""
    pieces = _SPLIT.split(body)
    if pieces[0].strip():
        raise Unreadable(f"'{pieces[0].strip()[:30]}' stands before the first answer")
    parts = []
    for mark, rest in zip(pieces[1::2], pieces[2::2], strict=True):
        percent = None
        if weight := _WEIGHT.match(rest):
            percent, rest = float(weight["percent"]), rest[weight.end() :]
        text, _, feedback = rest.partition("#")
        parts.append((mark, text.strip(), percent, feedback.strip()))
    return parts


def _choices(draft: Draft, body: str, reader: Texts) -> None:
    percents = []
    parts = _parts(body)
    one = any(mark == "=" for mark, *_ in parts)
    for mark, text, percent, feedback in parts:
        draft.choices.append(
            Choice(reader.text(text), feedback=reader.text(feedback) if feedback else None)
        )
        percents.append(percent if percent is not None else (100.0 if mark == "=" else 0.0))
    key_options(draft, percents, one=one)


def _truth(draft: Draft, body: str, right: bool, reader: Texts) -> None:
    draft.kind = "truefalse"
    draft.answers = {}
    draft.choices = [
        Choice(Text(id="Benar", en="True"), key=right),
        Choice(Text(id="Salah", en="False"), key=not right),
    ]
    for n, feedback in enumerate(part for part in body.split("#")[1:3]):
        if feedback.strip():
            which = "a wrong" if n == 0 else "a right"
            draft.lost.append(f"the feedback for {which} answer: '{reader.text(feedback).id[:80]}'")


def _matching(draft: Draft, body: str, reader: Texts, kind: str) -> None:
    draft.kind = kind if kind in ("matching", "matrix") else "matching"
    places: dict[str, int] = {}
    heads = draft.params.pop("columns", "")
    for head in heads.split("|") if heads else []:
        _place(draft, places, reader.text(head.strip()))
    for _mark, text, percent, feedback in _parts(body):
        left, arrow, right = text.partition("->")
        if not arrow:
            raise Unreadable(f"the pair '{text[:40]}' has no ->")
        if percent is not None or feedback:
            draft.lost.append("weights and feedback of single pairs")
        place = _place(draft, places, reader.text(right))
        if left.strip():
            draft.pairs.append((reader.text(left), place))


def _place(draft: Draft, places: dict[str, int], text: Text) -> int:
    if text.id not in places:
        places[text.id] = len(draft.choices)
        draft.choices.append(Choice(text))
    return places[text.id]


def _short(draft: Draft, body: str, reader: Texts) -> None:
    draft.kind = "short"
    accepted: list[str] = []
    for _mark, text, percent, feedback in _parts(body):
        take_short(draft, accepted, reader.text(text).id, 100.0 if percent is None else percent)
        if feedback:
            draft.lost.append(f"the feedback for the answer '{text[:30]}'")
    keep_short(draft, accepted)


def take_short(draft: Draft, accepted: list[str], answer: str, percent: float) -> None:
    """Take an accepted answer, or note why it stays behind."""
    plain = answer.replace("\\", "")
    if percent < 99.9:
        draft.lost.append(
            f"the answer '{plain[:60]}' is worth {percent:g} %; here only full answers"
        )
    elif "*" in plain:
        draft.lost.append(f"the answer '{plain[:60]}' has a wildcard (*), which is not kept")
    elif "|" in plain:
        draft.lost.append(f"the answer '{plain[:60]}' holds a '|', which separates answers here")
    else:
        accepted.append(plain)


def keep_short(draft: Draft, accepted: list[str]) -> None:
    """Put the accepted answers into the draft; refuse a question without any."""
    if not accepted:
        raise Unreadable("; ".join(draft.lost) or "no accepted answer")
    for language in ("id", "en"):
        if listed := draft.params.pop(f"answers-{language}", ""):
            draft.answers[language] = listed.split("|")
    draft.answers.setdefault("id", accepted)


def _numeric(draft: Draft, body: str, reader: Texts) -> None:
    draft.kind = "numeric"
    body, _, rest = body.partition("~")  # Moodle writes what it says to any other number there
    if wrong := rest.strip().removeprefix("#").strip():
        draft.lost.append(f"the feedback for a wrong answer: '{reader.text(wrong).id[:60]}'")
    parts = _parts(body) if body.lstrip().startswith("=") else [("=", *_plain(body))]
    for _mark, text, percent, feedback in parts:
        if percent is not None and percent < 99.9:
            draft.lost.append(f"the answer {text} is worth {percent:g} %; here only full answers")
        elif "value" in draft.params:
            draft.lost.append(f"the second right answer {text}")
        else:
            draft.params |= number(text)
        if feedback:
            draft.lost.append(
                f"the feedback for the answer {text}: '{reader.text(feedback).id[:60]}'"
            )
    if "value" not in draft.params:
        raise Unreadable("no number is fully right")


def _plain(body: str) -> tuple[str, float | None, str]:
    text, _, feedback = body.partition("#")
    return text.strip(), None, feedback.strip()


def number(text: str) -> dict[str, str]:
    """Return value and tolerance of ``3``, ``3:0.5`` or ``1..5``."""
    try:
        if ".." in text:
            low, high = (Decimal(part.strip()) for part in text.split("..", 1))
            return {"value": plain((low + high) / 2), "tolerance": plain(abs(high - low) / 2)}
        value, _, tolerance = text.partition(":")
        given = Decimal(tolerance.strip() or "0")
        return {"value": plain(Decimal(value.strip())), "tolerance": plain(abs(given))}
    except (InvalidOperation, ValueError):
        raise Unreadable(f"'{text[:30]}' is not a number") from None


def plain(value: Decimal) -> str:
    """Return a number with a decimal point and without an exponent."""
    if not value.is_finite() or value.adjusted() > 15:
        raise Unreadable(f"the number {value} has more than 15 digits")
    written = f"{value:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
