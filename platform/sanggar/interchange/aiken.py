"""Aiken: one line of question, lettered options, ``ANSWER: B``. Nothing else can be said in it.

Written from https://docs.moodle.org/en/Aiken_format.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sanggar.interchange import texts
from sanggar.interchange.gift import decode
from sanggar.interchange.model import Choice, Draft, Exported, Found, Unreadable
from sanggar.interchange.words import Speech
from sanggar.plugin.items import Item
from sanggar.plugin.text import Text

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_OPTION = re.compile(r"(?P<letter>[A-Z])[.)]\s+(?P<text>.+)$")
_ANSWER = re.compile(r"ANSWER\s*:\s*(?P<letter>\S*)\s*$")
_LOOSE = re.compile(r"(?:answer\s*:|[a-z][.)]\s)", re.IGNORECASE)


class _Question:
    """A question while its lines are read."""

    def __init__(self, line: int) -> None:
        self.line = line
        self.stem: list[str] = []
        self.options: list[tuple[str, str]] = []
        self.fault: tuple[str, int] | None = None

    def blame(self, reason: str, line: int) -> None:
        """Keep the first fault."""
        self.fault = self.fault or (reason, line)


def read(data: bytes, found: Found, language: str) -> None:
    """Read an Aiken file into `found`; every fault has its line."""
    question: _Question | None = None
    count = 0
    for number, raw in enumerate(decode(data).split("\n"), 1):
        line = raw.strip()
        if not line:
            continue
        if question is None:
            question, count = _Question(number), count + 1
        if answer := _ANSWER.match(line):
            _finish(question, answer["letter"], number, f"question {count}", found, language)
            question = None
        elif option := _OPTION.match(line):
            _take(question, option["letter"], option["text"], number)
        else:
            _other(question, line, number)
    if question is not None:
        reason, line_number = question.fault or ("no line 'ANSWER: …' at the end", question.line)
        found.refuse(f"question {count}", reason, line_number)
    if not count:
        raise Unreadable("there is no question in the file")


def _take(question: _Question, letter: str, text: str, line: int) -> None:
    expected = LETTERS[len(question.options)] if len(question.options) < 26 else ""
    if not question.stem:
        question.blame("the options have no question above them", line)
    elif letter != expected:
        question.blame(f"the option {letter} should be {expected}", line)
    question.options.append((letter, text.strip()))


def _other(question: _Question, line: str, number: int) -> None:
    if question.options and _LOOSE.match(line):
        question.blame(
            f"'{line[:30]}' cannot be read: write 'A. text' with a capital letter, and 'ANSWER: A'",
            number,
        )
    elif question.options:
        question.blame(f"'{line[:30]}' stands between the options: an option is one line", number)
    else:
        question.stem.append(line)


def _finish(
    question: _Question, letter: str, line: int, name: str, found: Found, language: str
) -> None:  # fmt: skip
    letters = [known for known, _ in question.options]
    if len(letters) < 2:
        question.blame("fewer than two options", question.line)
    if letter not in letters:
        question.blame(f"ANSWER: {letter or '(nothing)'} is none of {', '.join(letters)}", line)
    if question.fault:
        found.refuse(name, *question.fault)
        return
    draft = Draft(name=name, kind="single", line=question.line)
    draft.stem = _text(" ".join(question.stem), language)
    draft.choices = [
        Choice(_text(text, language), key=known == letter) for known, text in question.options
    ]
    if [c.text.id.casefold() for c in draft.choices] in (["benar", "salah"], ["true", "false"]):
        draft.kind = "truefalse"
        draft.choices[0].text, draft.choices[1].text = (
            Text(id="Benar", en="True"), Text(id="Salah", en="False"),
        )  # fmt: skip
    found.drafts.append(draft)


def _text(text: str, language: str) -> Text:
    shown = texts.from_plain(text)
    return Text(id=shown, en=shown if language == "en" else "")


def write(items: Sequence[Item], speech: Speech) -> Exported:
    """Return items as an Aiken file: single choices and true/false, as plain text."""
    done = Exported()
    blocks = []
    for item in items:
        if item.type not in ("single", "truefalse"):
            why = f"Aiken has single choices only, not '{item.type}'"
            done.refuse(item, why)
        else:
            try:
                blocks.append(_block(item, speech, done))
                done.written.append(item.id)
            except Unreadable as refused:
                done.refuse(item, refused.reason)
    done.data = ("\n\n".join(blocks) + "\n").encode()
    return done


def _line(text: Text, speech: Speech) -> str:
    return " ".join(texts.to_plain(speech.one(text)).split())


def _block(item: Item, speech: Speech, done: Exported) -> str:
    speech.note_language(item, done)
    done.lose(item, "id, unit of competency, level, points and explanation")
    written = [item.stem, *(option.text for option in item.options)]
    if any(speech.one(text) != _line(text, speech) for text in written):
        done.lose(item, "paragraphs, pictures and emphasis: Aiken is plain text on one line")
    if any(option.feedback for option in item.options):
        done.lose(item, "feedback of options")
    rows = [_line(item.stem, speech)]
    if _OPTION.match(rows[0]) or _ANSWER.match(rows[0]):
        raise Unreadable("the question begins like an option of Aiken")
    answer = "A"
    for letter, option in zip(LETTERS, item.options, strict=False):
        rows.append(f"{letter}. {_line(option.text, speech)}")
        answer = letter if option.key else answer
    return "\n".join([*rows, f"ANSWER: {answer}"])
