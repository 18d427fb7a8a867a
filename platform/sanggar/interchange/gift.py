"""Reading GIFT, Moodle's text format: https://docs.moodle.org/en/GIFT_format (written from it).

Questions are blocks between empty lines; answers stand in braces. Comments may carry the id and tags
of a question (``// [id:PHO-Q01] [tag:area=PHO-01]``), which Moodle reads the same way.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import unquote

from sanggar.interchange import texts
from sanggar.interchange.giftanswers import answers
from sanggar.interchange.model import Draft, Found, Unreadable
from sanggar.plugin.text import Text

#: escaped characters stand in a private area while the block is cut
ESCAPED = {c: chr(0xE000 + n) for n, c in enumerate("\\:#={}~")}
NEWLINE = chr(0xE010)
_BACK = {private: c for c, private in ESCAPED.items()} | {NEWLINE: "\n"}
_TITLE = re.compile(r"::(?P<title>.*?)::", re.DOTALL)
_FORMAT = re.compile(r"\s*\[(?P<format>html|markdown|plain|moodle)\]", re.IGNORECASE)
_CATEGORY = re.compile(r"\s*\$(?:CATEGORY|category)\s*:\s*(?P<path>.*)$")
_MARK = re.compile(r"\[(?P<kind>id|tag):(?P<value>(?:\\\]|[^\]])+)\]")
GAP = "\\_\\_\\_\\_\\_"


@dataclass
class Block:
    """Lines between two empty lines, with what comments above them say."""

    line: int = 0
    lines: list[str] = field(default_factory=list)
    marks: list[tuple[str, str]] = field(default_factory=list)


def read(data: bytes, found: Found, language: str) -> None:
    """Read a GIFT file into `found`."""
    text = decode(data)
    seen = 0
    for block in _blocks(text, found):
        seen += 1
        body = "\n".join(block.lines)
        name = f"question {seen}"
        try:
            if len(body) > texts.MAX_HTML:
                raise Unreadable(f"a question of more than {texts.MAX_HTML:,} characters")
            title = _TITLE.match(_hide(body).lstrip())
            name = show(title["title"]).strip() if title and title["title"].strip() else name
            found.drafts.append(_draft(block, body, name, language))
        except Unreadable as refused:
            found.refuse(name, refused.reason, refused.line or block.line)
    if not seen:
        raise Unreadable("there is no question in the file")


def decode(data: bytes) -> str:
    """Return the text of a file: UTF-8, or Windows-1252 where it is not."""
    try:
        text = data.decode("utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else data.decode("utf-8-sig")  # fmt: skip
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    if "\x00" in text:
        raise Unreadable("the file is not a text file")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _blocks(text: str, found: Found) -> list[Block]:
    blocks: list[Block] = []
    block = Block()
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line.lstrip().startswith("//"):
            block.marks += [
                (m["kind"], unquote(m["value"].replace("\\]", "]"))) for m in _MARK.finditer(line)
            ]
        elif category := _CATEGORY.match(line):
            name = f"category '{category['path'].strip()}'"
            found.lose(name, f"line {number}: not a question: categories are not kept")
        elif line.strip():
            block.line = block.line or number
            block.lines.append(line)
        elif block.lines:
            blocks.append(block)
            block = Block()
    return blocks


def _hide(text: str) -> str:
    """Put escaped characters out of the way."""
    return re.sub(r"\\([\\:#={}~n])", lambda m: NEWLINE if m[1] == "n" else ESCAPED[m[1]], text)


def show(text: str) -> str:
    """Return text with its escaped characters back."""
    return "".join(_BACK.get(c, c) for c in text)


class Reader:
    """Reads texts of one question, each in the question's format or its own."""

    def __init__(self, draft: Draft, language: str) -> None:
        self.draft = draft
        self.language = language
        self.format = "moodle"

    def text(self, raw: str, *, question: bool = False) -> Text:
        """Return a text as Markdown."""
        form, match = self.format, _FORMAT.match(raw)
        if match:
            form, raw = match["format"].lower(), raw[match.end() :]
            self.format = form if question else self.format
        shown = show(raw).strip()
        dropped: list[str] = []
        if form == "markdown":
            text = texts.guarded(texts.clean(shown))
        elif form == "plain":
            text = texts.from_plain(shown)
        else:
            text = texts.from_html(shown.replace("\n", "<br>") if form == "moodle" and "<" in shown else shown, dropped)  # fmt: skip
        self.draft.lost += [what for what in dropped if what not in self.draft.lost]
        return Text(id=text, en=text if self.language == "en" else "")


def _draft(block: Block, body: str, name: str, language: str) -> Draft:
    draft = Draft(name=name, line=block.line)
    kind = ""
    for mark, value in block.marks:
        tag, _, rest = value.partition("=")
        if mark == "id":
            draft.id = value
        elif tag == "type" and rest:
            kind = rest
        elif not draft.tag(tag, rest):
            draft.notes.append(f"the tag '{value}' is not kept")
    hidden = _hide(body).strip()
    if title := _TITLE.match(hidden):
        hidden = hidden[title.end() :]
    start, end = hidden.find("{"), hidden.rfind("}")
    reader = Reader(draft, language)
    if start < 0:
        if end >= 0:
            raise Unreadable("a } has no {: write \\} for a brace in the text")
        raise Unreadable("not a question: a description without an answer in braces")
    if end < start:
        raise Unreadable("the { is not closed: write } after the answers, or \\{ for a brace")
    before, inside, after = hidden[:start], hidden[start + 1 : end], hidden[end + 1 :]
    if "{" in inside or "}" in inside:
        raise Unreadable("several answers in braces in one question: GIFT has one")
    stem = reader.text(before, question=True)
    if after.strip():
        tail = reader.text(after)
        stem = Text(id=f"{stem.id} {GAP} {tail.id}", en=f"{stem.en} {GAP} {tail.en}" if stem.en else "")  # fmt: skip
        draft.notes.append("the missing word is written as _____ in the question")
    draft.stem = stem
    answers(draft, inside, reader, kind)
    return draft
