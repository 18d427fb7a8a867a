"""Markdown of lessons, agendas and tasks as safe, accessible HTML.

Authors are people outside, so their text is never trusted: raw HTML is shown as text, addresses are
checked, and what comes out passes an allow-list. What they can write is what lessons need: tables,
figures with captions, callouts, definition lists, footnotes and self-checks.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from html import escape
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import markdown
import nh3
from flask import has_app_context
from markdown.extensions import Extension
from markdown.extensions.admonition import AdmonitionExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.tables import TableExtension
from markdown.extensions.toc import TocExtension
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup

from sanggar.kernel import i18n
from sanggar.kernel.checks import CheckExtension, check_faults
from sanggar.kernel.pictures import Picture, look_at
from sanggar.plugin.brackets import tangled
from sanggar.plugin.text import Text

CALLOUTS: dict[str, tuple[str, Text]] = {
    "note": ("ℹ", Text(id="Catatan", en="Note")),
    "tip": ("✦", Text(id="Kiat", en="Tip")),
    "warning": ("⚠", Text(id="Hati-hati", en="Take care")),
    "example": ("✎", Text(id="Contoh", en="Example")),
    "law": ("§", Text(id="Aturan", en="The rule")),
}
TABLE = Text(id="Tabel, dapat digeser", en="Table, can be scrolled")
BACK = Text(id="Kembali ke catatan {}", en="Back to note {}")
LINKS = frozenset({"http", "https", "mailto", "tel"})
PICTURE = re.compile(r"""!\[[^\]]*\]\(\s*<?([^)\s>]+)>?(?:\s+["'][^)]*["'])?\s*\)""")
_FENCE = re.compile(r"^\s{0,3}(```+|~~~+)")

ATTRIBUTES: dict[str, set[str]] = {
    "*": {"id"},
    "a": {"href", "title", "class", "rel", "role"},
    "abbr": {"title"},
    "div": {"class", "role", "aria-label", "tabindex"},
    "span": {"class", "aria-hidden"},
    "p": {"class", "data-feedback"},
    "ul": {"class"}, "ol": {"class", "start"}, "li": {"class"},
    "th": {"class", "scope"}, "td": {"class"},
    "code": {"class"}, "sup": {"id"},
    "img": {"src", "alt", "width", "height", "loading", "decoding", "class"},
    "fieldset": {"class"}, "label": {"class"},
    "input": {"name", "value"},
    "details": {"class"},
}  # fmt: skip
TAGS = {
    "a", "abbr", "blockquote", "br", "code", "dd", "del", "details", "div", "dl", "dt", "em",
    "fieldset", "figcaption", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "img", "input",
    "label", "legend", "li", "ol", "p", "pre", "span", "strong", "sub", "summary", "sup", "table",
    "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip


def render(
    text: str, *, base_url: str = "", heading_level: int = 2, folder: Path | None = None
) -> Markup:
    """Return Markdown as HTML; the result is kept and reused.

    `base_url` is where pictures are served and `folder` where they lie: without a folder pictures
    are shown as their description. `heading_level` is the level that `##` becomes. A text whose
    brackets would take minutes is shown as it was typed (`sanggar check` names it).
    """
    language = i18n.language() if has_app_context() else "id"
    return _render(text, base_url, heading_level, folder, language)


@lru_cache(maxsize=600)
def _render(
    text: str, base_url: str, heading_level: int, folder: Path | None, language: str
) -> Markup:
    if tangled(text):
        parts = (escape(part) for part in re.split(r"\n\s*\n", text) if part.strip())
        return Markup("".join(f"<p>{part}</p>" for part in parts))  # noqa: S704 - escaped
    house = HouseExtension(base_url, heading_level, folder, language)
    html = _converter(house, language).convert(text)
    return Markup(_clean(html))  # noqa: S704 - it has passed the allow-list


def faults(text: str) -> list[tuple[int, str, str]]:
    """Return what is wrong in a lesson's Markdown as (line, problem, remedy), lines from 1."""
    found = check_faults(text)
    for number, line in _prose(text):
        callout = re.match(r"!!!\s*(\S*)", line)
        if callout and callout[1] not in CALLOUTS:
            known = ", ".join(CALLOUTS)
            found.append(
                (number, f"'{callout[1]}' is not a kind of callout", f"use one of {known}")
            )
        if re.match(r"#\s", line):
            found.append(
                (
                    number,
                    "a heading with one # stands here",
                    "begin with ##: the page has its title",
                )
            )
        if re.search(r"!\[\s*\]\(", line):
            found.append(
                (
                    number,
                    "a picture has no description",
                    "write ![what is to be seen](file.svg): some readers cannot see it",
                )
            )
    return sorted(found)


def pictures(text: str) -> list[tuple[int, str]]:
    """Return the pictures a text shows as (line, file name)."""
    return [(n, match[1]) for n, line in _prose(text) for match in PICTURE.finditer(line)]


def _prose(text: str) -> list[tuple[int, str]]:
    """Return the lines outside of code blocks with their numbers."""
    kept, fence = [], ""
    for number, line in enumerate(text.split("\n"), 1):
        mark = _FENCE.match(line)
        if mark and (not fence or mark[1].startswith(fence)):
            fence = "" if fence else mark[1]
        elif not fence:
            kept.append((number, line))
    return kept


def _slug(value: str, separator: str) -> str:
    plain = unicodedata.normalize("NFKD", value).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    return "h-" + separator.join(words)[:80]


def _converter(house: HouseExtension, language: str) -> markdown.Markdown:
    converter = markdown.Markdown(
        extensions=[
            TableExtension(use_align_attribute=True),
            "def_list", "sane_lists", "fenced_code", "abbr",
            "pymdownx.betterem", "pymdownx.saneheaders",
            AdmonitionExtension(),
            FootnoteExtension(BACKLINK_TITLE=BACK.to(language), UNIQUE_IDS=False, SEPARATOR="-"),
            TocExtension(slugify=_slug, marker=""),
            CheckExtension(language),
            house,
        ],
        output_format="html",
    )  # fmt: skip
    # raw HTML is shown as text instead of being passed through
    converter.preprocessors.deregister("html_block")
    converter.inlinePatterns.deregister("html")
    return converter


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        tag_attribute_values={"input": {"type": {"radio"}}},
        url_schemes=set(LINKS),
        link_rel=None,
        strip_comments=True,
    )


class HouseExtension(Extension):
    """Attaches the house's treatment of headings, tables, pictures, links and callouts."""

    def __init__(
        self, base_url: str, heading_level: int, folder: Path | None, language: str
    ) -> None:
        super().__init__()
        self.base_url = base_url
        self.heading_level = heading_level
        self.folder = folder
        self.language = language

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802 - the library's name
        """Run after everything else has built the tree."""
        md.treeprocessors.register(House(md, self), "house", 0)


class House(Treeprocessor):
    """Rewrites the tree of a text into what our pages look like."""

    def __init__(self, md: markdown.Markdown, options: HouseExtension) -> None:
        super().__init__(md)
        self.options = options

    def run(self, root: ElementTree.Element) -> None:
        """Walk the tree once."""
        self._walk(root)

    def _walk(self, parent: ElementTree.Element) -> None:
        for index, child in enumerate(list(parent)):
            if not isinstance(child.tag, str):
                continue
            self._walk(child)
            if re.fullmatch("h[1-6]", child.tag):
                level = int(child.tag[1]) + self.options.heading_level - 2
                child.tag = f"h{min(6, max(self.options.heading_level, level))}"
            elif child.tag == "a":
                self._link(child)
            elif child.tag == "img":
                self._picture(child)
            elif child.tag == "p":
                self._figure(child)
            elif child.tag == "table":
                parent[index] = self._table(child)
            elif child.tag == "div" and "admonition" in child.get("class", "").split():
                self._callout(child)

    def _link(self, link: ElementTree.Element) -> None:
        href = link.get("href", "")
        try:
            parts = urlsplit(href.strip())
        except ValueError:
            link.attrib.pop("href", None)
            return
        if parts.scheme and parts.scheme.lower() not in LINKS:
            link.attrib.pop("href", None)
        elif parts.scheme in ("http", "https") or parts.netloc:
            link.set("rel", "noopener")

    def _picture(self, image: ElementTree.Element) -> None:
        options = self.options
        found = look_at(options.folder, image.get("src", "")) if options.folder else None
        if found is None:
            image.tag = "em"
            image.text = image.get("alt", "")
            image.attrib.clear()
            return
        self._fill(image, found)

    def _fill(self, image: ElementTree.Element, found: Picture) -> None:
        caption = image.attrib.pop("title", "")
        image.set("src", f"{self.options.base_url}{found.name}?v={found.digest}")
        if found.width and found.height:
            image.set("width", str(found.width))
            image.set("height", str(found.height))
        image.set("loading", "lazy")
        image.set("decoding", "async")
        if caption:
            image.set("data-caption", caption)

    def _figure(self, paragraph: ElementTree.Element) -> None:
        alone = len(paragraph) == 1 and not (paragraph.text or "").strip()
        if not alone or paragraph[0].tag != "img" or (paragraph[0].tail or "").strip():
            for image in paragraph.iter("img"):
                image.attrib.pop("data-caption", None)
            return
        paragraph.tag = "figure"
        caption = paragraph[0].attrib.pop("data-caption", "")
        if caption:
            ElementTree.SubElement(paragraph, "figcaption").text = caption

    def _table(self, table: ElementTree.Element) -> ElementTree.Element:
        for cell in table.iter():
            if cell.tag not in ("th", "td"):
                continue
            align = cell.attrib.pop("align", "")
            if align in ("right", "center"):
                cell.set("class", "n" if align == "right" else "center")
        for head in table.findall("./thead//th"):
            if (head.text or "").strip() or len(head):
                head.set("scope", "col")
            else:
                head.tag = "td"
        box = ElementTree.Element("div", {
            "class": "scroll card", "tabindex": "0", "role": "group",
            "aria-label": TABLE.to(self.options.language),
        })  # fmt: skip
        box.tail, table.tail = table.tail, None
        box.append(table)
        return box

    def _callout(self, box: ElementTree.Element) -> None:
        kinds = [name for name in box.get("class", "").split() if name in CALLOUTS]
        kind = kinds[0] if kinds else "note"
        sign, word = CALLOUTS[kind]
        box.set("class", f"callout {kind}")
        box.set("role", "note")
        title = box[0] if len(box) and box[0].get("class") == "admonition-title" else None
        given = (title.text or "").strip() if title is not None else ""
        if title is None:
            title = ElementTree.Element("p")
            box.insert(0, title)
        shown = title[:]
        title.clear()
        title.set("class", "callout-title")
        mark = ElementTree.SubElement(
            title, "span", {"aria-hidden": "true", "class": "callout-sign"}
        )
        mark.text = sign
        label = ElementTree.SubElement(title, "span", {"class": "callout-kind"})
        label.text = word.to(self.options.language)
        if shown or given.lower() not in ("", kind):
            name = ElementTree.SubElement(title, "strong")
            name.text = given
            name.extend(shown)
