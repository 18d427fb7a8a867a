"""Reading Moodle XML: every question of a quiz becomes a draft or a refusal with its name.

Written from https://docs.moodle.org/en/Moodle_XML_format and the names Moodle itself writes.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import unquote

from lxml import etree

from sanggar.interchange import archive, moodletypes, texts, xmlsafe
from sanggar.interchange.model import Draft, Found, Unreadable
from sanggar.interchange.xmlsafe import child, children, words
from sanggar.plugin.text import Text

REFUSED = {
    "ddmarker": "markers dragged onto a picture have no type here",
    "ddimageortext": "pictures dragged onto a picture have no type here",
    "ddwtos": "words dragged into a text have no type here: rebuild it as cloze",
    "gapselect": "gaps with shared lists have no type here: rebuild it as cloze",
    "description": "not a question: a description",
    "random": "not a question: it draws others from a category",
    "randomsamatch": "it is made of other questions when it is drawn",
    "calculatedmulti": "calculated options have no type here",
    "calculatedsimple": "",
    "stack": "a question of the plugin STACK",
}
_MULTILANG = re.compile(
    r"<(?P<tag>span|lang)\b(?=[^>]*\blang=[\"'](?P<language>[A-Za-z]{2})[^\"']*[\"'])[^>]*>"
    r"(?P<text>.*?)</(?P=tag)>\s*",
    re.DOTALL,
)
_PLUGINFILE = re.compile(r"@@PLUGINFILE@@/?([^\s\"'<>)]*)")


def read(data: bytes, found: Found, language: str) -> None:
    """Read a Moodle XML file into `found`."""
    root = xmlsafe.parse(data)
    if xmlsafe.local(root) != "quiz":
        raise Unreadable(f"<{xmlsafe.local(root)}> is not Moodle XML: it begins with <quiz>")
    questions = children(root, "question")
    for number, question in enumerate(questions, 1):
        kind = question.get("type", "")
        name = " ".join(words(child(child(question, "name"), "text")).split())[:200]
        name = name or f"question {number}"
        if kind == "category":
            path = " ".join(words(child(question, "category")).split())
            found.lose(f"category '{path}'", "not a question: categories are not kept")
            continue
        try:
            found.drafts.append(Question(question, name, found, language).draft())
        except Unreadable as refused:
            found.refuse(name, refused.reason, int(question.sourceline or 0))
    for other in children(root):
        if xmlsafe.local(other) != "question":
            found.refuse(f"<{xmlsafe.local(other)}>", "not a question", int(other.sourceline or 0))
    if not questions:
        raise Unreadable("there is no question in the file")


class Question:
    """One `<question>`: its texts in their formats, its files, its answers."""

    def __init__(
        self, element: etree._Element, name: str, found: Found, language: str
    ) -> None:  # fmt: skip
        self.element = element
        self.found = found
        self.language = language
        self.made = Draft(name=name, line=int(element.sourceline or 0))
        self.renamed: dict[str, str] = {}
        #: changed by cloze and calculated questions before a text is converted
        self.before: Callable[[str], str] = str
        self.after: Callable[[str], str] = str

    def draft(self) -> Draft:
        """Return the question as a draft."""
        kind = self.element.get("type", "")
        if REFUSED.get(kind):
            raise Unreadable(REFUSED[kind])
        reader = moodletypes.READERS.get(kind)
        if reader is None:
            raise Unreadable(f"a question of the type '{kind}', which has no type here")
        draft = self.made
        draft.id = self.value("idnumber")
        self._tags()
        if not any(tag == "points" for tag, _ in self.tags()):
            self._grade()
        named = draft.kind
        self._files()
        if kind not in ("cloze", "calculated", "calculatedsimple", "multianswer"):
            self.texts()
        reader(self, named)
        self._penalties()
        return draft

    def texts(self) -> None:
        """Read the question and its general feedback."""
        self.made.stem = self.text(child(self.element, "questiontext"))
        self.made.explanation = self.text(child(self.element, "generalfeedback"))

    def value(self, name: str) -> str:
        """Return the text of a child, with or without <text>."""
        element = child(self.element, name)
        inner = child(element, "text")
        return words(inner if inner is not None else element).strip()

    def tags(self) -> list[tuple[str, str]]:
        """Return the tags `name=value`."""
        shown = [words(tag).strip() for tag in children_of(child(self.element, "tags"), "tag")]
        return [(tag.partition("=")[0], tag.partition("=")[2]) for tag in shown if tag]

    def _tags(self) -> None:
        for name, value in self.tags():
            if not self.made.tag(name, unquote(value)):
                shown = f"{name}={value}" if value else name
                self.made.notes.append(f"the tag '{shown[:60]}' is not kept")

    def _grade(self) -> None:
        try:
            grade = float(self.value("defaultgrade") or 1)
        except ValueError:
            grade = 1.0
        if 0 < grade <= 100:
            self.made.points = grade
        else:
            self.made.lost.append(f"{grade:g} points: here an item has more than 0 and up to 100")

    def _penalties(self) -> None:
        hints = [self.text(hint).id for hint in children(self.element, "hint")]
        self.made.lost += [f"the hint '{hint[:60]}'" for hint in hints if hint]
        for name in ("correctfeedback", "partiallycorrectfeedback", "incorrectfeedback"):
            text = self.text(child(self.element, name)).id
            usual = ("Your answer is correct.", "Your answer is partially correct.", "Your answer is incorrect.")  # fmt: skip
            if text and text not in usual:
                self.made.lost.append(f"{name} '{text[:60]}'")

    def _files(self) -> None:
        """Take the pictures that are packed into the question."""
        for element in self.element.iter("file"):
            name = element.get("name") or ""
            try:
                data = base64.b64decode("".join((element.text or "").split()), validate=True)
                plain = archive.plain_name(name)
                archive.check_image(plain, data)
                self.renamed[name] = self.keep(plain, data)
            except (binascii.Error, ValueError):
                self.made.lost.append(f"the file {name[:60]} is not readable (base64)")
            except Unreadable as refused:
                self.made.lost.append(f"the file {name[:60]}: {refused.reason}")

    def keep(self, name: str, data: bytes) -> str:
        """Keep a picture under a name of its own and return the name."""
        stem, _, ending = name.rpartition(".")
        unique, number = name, 2
        while self.found.images.get(unique, data) != data:
            unique, number = f"{stem}-{number}.{ending}", number + 1
        self.found.images[unique] = data
        return unique

    def text(self, element: etree._Element | None, default: str = "html") -> Text:
        """Return a text element (with <text> inside) as Markdown."""
        if element is None:
            return Text(id="")
        inner = child(element, "text")
        raw = texts.clean(words(inner if inner is not None else element))
        if len(raw) > texts.MAX_HTML:
            raise Unreadable(f"a text of more than {texts.MAX_HTML:,} characters")
        parts = {m["language"].lower(): m["text"] for m in _MULTILANG.finditer(raw)}
        form = element.get("format") or default
        if {"id", "en"} <= set(parts):
            return Text(id=self.markdown(parts["id"], form), en=self.markdown(parts["en"], form))
        shown = self.markdown(raw, form)
        return Text(id=shown, en=shown if self.language == "en" else "")

    def markdown(self, raw: str, form: str) -> str:
        """Return a text of a format as Markdown, with the pictures it shows."""
        raw = _PLUGINFILE.sub(lambda m: self._picture(unquote(m[1])), self.before(raw))
        dropped: list[str] = []
        if form == "markdown":
            text = texts.guarded(texts.clean(raw))
        elif form == "plain_text":
            text = texts.from_plain(raw)
        else:
            text = texts.from_html(raw, dropped)
        self.made.lost += [what for what in dropped if what not in self.made.lost]
        return self.after(text)

    def _picture(self, name: str) -> str:
        if name in self.renamed:
            return self.renamed[name]
        self.made.lost.append(f"the file {name[:60]} is not in the export")
        return archive.plain_name(name)


def children_of(element: etree._Element | None, name: str) -> list[etree._Element]:
    """Return children by name; none of nothing."""
    return [] if element is None else children(element, name)
