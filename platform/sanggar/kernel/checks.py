"""Self-checks in lessons: `::: check` blocks as a question that answers back.

Everything works without a script: the reader chooses, the stylesheet shows the feedback of the
choice, and the answer with all explanations stands in a `<details>` below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape

import markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from sanggar.plugin.text import Text

OPEN = re.compile(r"^:::\s*(\w+)\s*$")
CLOSE = re.compile(r"^:::\s*$")
OPTION = re.compile(r"^[-*]\s+\[([ xX])\]\s+(.+)$")
FEEDBACK = re.compile(r"^\s*>\s?(.*)$")
FENCE = re.compile(r"^\s{0,3}(```+|~~~+)")
MAX_OPTIONS = 6

HEAD = Text(id="Periksa diri", en="Check yourself")
ANSWER = Text(id="Lihat jawaban", en="See the answer")
RIGHT = Text(id="Tepat.", en="Right.")
WRONG = Text(id="Belum tepat.", en="Not quite.")


@dataclass
class Option:
    """One choice of a self-check."""

    text: str
    right: bool
    feedback: list[str] = field(default_factory=list)


@dataclass
class Check:
    """One self-check; `line` is where it opens, counted from 1."""

    line: int
    question: list[str] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    closed: bool = False


def parse(lines: list[str], start: int) -> tuple[Check, int]:
    """Read the check that opens at index `start`; return it and the index after it."""
    check = Check(line=start + 1)
    index = start + 1
    while index < len(lines):
        line = lines[index]
        index += 1
        if CLOSE.match(line):
            check.closed = True
            break
        option, feedback = OPTION.match(line), FEEDBACK.match(line)
        if option:
            check.options.append(Option(option[2].strip(), option[1] != " "))
        elif feedback and check.options:
            check.options[-1].feedback.append(feedback[1])
        elif check.options and line.strip():
            check.options[-1].text += " " + line.strip()
        elif not check.options:
            check.question.append(line)
    return check, index


def check_faults(text: str) -> list[tuple[int, str, str]]:
    """Return what is wrong with the self-checks of a text as (line, problem, remedy)."""
    lines = text.split("\n")
    found: list[tuple[int, str, str]] = []
    index, fence = 0, ""
    while index < len(lines):
        mark = FENCE.match(lines[index])
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        opened = OPEN.match(lines[index])
        if fence or not opened:
            index += 1
        elif opened[1] != "check":
            found.append((index + 1, f"'::: {opened[1]}' is not known", "write ::: check"))
            index += 1
        else:
            check, index = parse(lines, index)
            found += _faults_of(check)
    return found


def _faults_of(check: Check) -> list[tuple[int, str, str]]:
    rights = sum(option.right for option in check.options)
    found = []
    if not check.closed:
        found.append((check.line, "this self-check is not closed", "add a line ::: after it"))
    if not any(line.strip() for line in check.question):
        found.append((check.line, "this self-check has no question", "write it above the choices"))
    if not 2 <= len(check.options) <= MAX_OPTIONS:
        found.append(
            (check.line, f"this self-check has {len(check.options)} choices",
             f"write 2 to {MAX_OPTIONS} lines like - [ ] …")
        )  # fmt: skip
    if rights != 1:
        found.append(
            (check.line, f"{rights} choices are marked as right", "mark exactly one with - [x]")
        )
    return found


class CheckExtension(Extension):
    """Lets `::: check` blocks be written."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self.language = language

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - the library's name
        """Run after code fences are taken out of the text."""
        md.preprocessors.register(Checks(md, self.language), "checks", 20)


class Checks(Preprocessor):
    """Replaces `::: check` blocks by their HTML."""

    def __init__(self, md: markdown.Markdown, language: str) -> None:
        super().__init__(md)
        self.language = language

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines with a placeholder for each self-check."""
        kept: list[str] = []
        index = number = 0
        while index < len(lines):
            opened = OPEN.match(lines[index])
            if not opened or opened[1] != "check":
                kept.append(lines[index])
                index += 1
                continue
            check, index = parse(lines, index)
            number += 1
            kept += ["", self.md.htmlStash.store(self._html(check, number)), ""]
        return kept

    def _html(self, check: Check, number: int) -> str:
        say, name = self.language, f"check-{number}"
        paragraphs = [p.strip() for p in "\n".join(check.question).split("\n\n") if p.strip()]
        question = paragraphs.pop() if paragraphs else ""
        above = "".join(f"<p>{_inline(p)}</p>" for p in paragraphs)
        rows, answers = [], []
        for value, option in enumerate(check.options[:MAX_OPTIONS]):
            verdict = RIGHT if option.right else WRONG
            sign = "✓" if option.right else "✕"
            note = _inline(" ".join(option.feedback))
            kind = "right" if option.right else "wrong"
            rows.append(
                f'<label class="choice"><input type="radio" name="{name}" value="{value}">'
                f"<span>{_inline(option.text)}</span></label>"
                f'<p class="feedback {kind}" data-feedback="{value}">'
                f'<span aria-hidden="true">{sign}</span> <strong>{verdict.to(say)}</strong> {note}</p>'
            )
            answers.append(
                f'<li class="{kind}"><span aria-hidden="true">{sign}</span> '
                f"<strong>{_inline(option.text)}</strong> {note}</li>"
            )
        return (
            f'<div class="check" role="group" aria-label="{escape(HEAD.to(say))}">'
            f'<p class="eyebrow">{HEAD.to(say)}</p>{above}'
            f"<fieldset><legend>{_inline(question)}</legend>"
            f'<div role="status">{"".join(rows)}</div></fieldset>'
            f"<details><summary>{ANSWER.to(say)}</summary>"
            f'<ul class="answers">{"".join(answers)}</ul></details></div>'
        )


def _inline(text: str) -> str:
    """Return one line of Markdown as HTML without its paragraph; raw HTML becomes text."""
    converter = markdown.Markdown(extensions=["pymdownx.betterem"], output_format="html")
    converter.preprocessors.deregister("html_block")
    converter.inlinePatterns.deregister("html")
    html = converter.convert(text.strip())
    return html.removeprefix("<p>").removesuffix("</p>")
