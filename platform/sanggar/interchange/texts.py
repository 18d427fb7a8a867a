"""Markdown as (X)HTML and HTML as Markdown: the texts of items on their way in and out.

Out: the same Markdown the pages understand, raw HTML as text. In: the tags that carry meaning;
what runs, embeds or asks is dropped and named. After converting, the Markdown is rendered again and
compared with what it came from; where a letter got lost, everything is escaped instead.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from html import escape, unescape

import markdown
from lxml import etree, html

from sanggar.interchange.fromhtml import Converter, flat
from sanggar.interchange.model import Unreadable

#: tags QTI 2.1 knows in running text and blocks, with the attributes kept
KEPT: dict[str, tuple[str, ...]] = {
    "p": (), "br": (), "hr": (), "strong": (), "em": (), "code": (), "pre": (), "blockquote": (),
    "ul": (), "ol": (), "li": (), "dl": (), "dt": (), "dd": (), "h3": (), "h4": (), "h5": (),
    "h6": (), "table": (), "thead": (), "tbody": (), "tr": (), "th": (), "td": (), "a": ("href",),
    "img": ("src", "alt"), "sub": (), "sup": (),
}  # fmt: skip
_LINK = re.compile(r"(https?:|mailto:|tel:|[^:/?#]*(?:[/?#]|$))", re.IGNORECASE)
_PARAGRAPH = re.compile(r"<p>(.*)</p>", re.DOTALL)
MAX_TEXT, MAX_BRACKETS = 20_000, 300
#: HTML may be wordy before it becomes Markdown
MAX_HTML = 400_000
#: characters that neither XML nor our files may hold
INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufffe\uffff\ud800-\udfff]")


def clean(text: str) -> str:
    """Return text without control characters, with line feeds only."""
    return INVISIBLE.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


class _Converters(threading.local):
    """One converter a thread: making one costs more than most texts."""

    def __init__(self) -> None:
        self.one = markdown.Markdown(
            extensions=[
                "tables", "def_list", "sane_lists", "fenced_code",
                "pymdownx.betterem", "pymdownx.saneheaders",
            ],
            output_format="xhtml",
        )  # fmt: skip
        self.one.preprocessors.deregister("html_block")
        self.one.inlinePatterns.deregister("html")


_converters = _Converters()


def guarded(text: str) -> str:
    """Return text that can be rendered in good time; raise `Unreadable` for any other.

    An item's text has at most 6,000 characters; thousands of open brackets take Markdown minutes.
    """
    if len(text) > MAX_TEXT:
        raise Unreadable(f"a text of more than {MAX_TEXT:,} characters")
    if text.count("[") > MAX_BRACKETS:
        raise Unreadable(f"a text with more than {MAX_BRACKETS} opening brackets")
    return text


@lru_cache(maxsize=4000)
def to_html(text: str) -> str:
    """Return Markdown as HTML; raw HTML in it is shown as text."""
    return _converters.one.reset().convert(guarded(clean(text)))


def to_xhtml(text: str, *, inline: bool = False) -> etree._Element:
    """Return Markdown as a ``div`` of clean XHTML elements without a namespace.

    With `inline` a single paragraph is given without its ``p``.
    """
    rendered = to_html(text)
    only = _PARAGRAPH.fullmatch(rendered)
    if inline and only and "<p>" not in only[1]:
        rendered = only[1]
    root = html.fragment_fromstring(rendered, create_parent="div")
    _tidy(root)
    return root


def _tidy(parent: etree._Element) -> None:
    for element in list(parent):
        _tidy(element)
        tag = element.tag if isinstance(element.tag, str) else ""
        if tag in ("h1", "h2"):
            element.tag = tag = "h3"
        if tag not in KEPT:
            _unwrap(element)
            continue
        for name in list(element.attrib):
            if name not in KEPT[tag]:
                del element.attrib[name]
        if tag == "a" and not _LINK.match(element.get("href", "").strip()):
            _unwrap(element)
        elif tag == "img":
            element.set("alt", element.get("alt", ""))
        elif tag in ("tbody", "thead", "ul", "ol") and not len(element):
            parent.remove(element)
        elif tag in ("ul", "ol", "tr", "table", "thead", "tbody", "blockquote", "dl"):
            element.text = None  # only white space between the parts
            for part in element:
                part.tail = None
        if tag == "table" and element.find("tbody") is None:
            etree.SubElement(etree.SubElement(etree.SubElement(element, "tbody"), "tr"), "td")


def _unwrap(element: etree._Element) -> None:
    """Take an element away and leave its content where it was."""
    parent = element.getparent()
    if parent is None:
        return
    place = parent.index(element)
    before = parent[place - 1] if place else None
    last = element[-1] if len(element) else None
    text, tail = element.text or "", element.tail or ""
    if last is not None:
        last.tail = (last.tail or "") + tail
    else:
        text += tail
    if before is not None:
        before.tail = (before.tail or "") + text
    else:
        parent.text = (parent.text or "") + text
    parent[place : place + 1] = list(element)


def from_html(source: str, dropped: list[str], *, bullet: str = "-") -> str:
    """Return HTML as Markdown; what cannot come along is added to `dropped`."""
    text = clean(source)
    if not text:
        return ""
    if len(text) > MAX_HTML:
        raise Unreadable(f"a text of more than {MAX_HTML:,} characters")
    if "<" not in text and "&" not in text:
        return from_plain(text)
    root = html.fragment_fromstring(text, create_parent="div")
    return from_tree(root, dropped, bullet=bullet)


def from_tree(root: etree._Element, dropped: list[str], *, bullet: str = "-") -> str:
    """Return an element's HTML content as Markdown; namespaces do not matter."""
    found: list[str] = []
    converter = Converter(found, bullet=bullet)
    text = clean(converter.block(root))
    dropped += [what for what in found if what not in dropped]
    if flat(_shown(text)) != flat(converter.seen):
        text = clean(Converter([], bullet=bullet, careful=True).block(root))
    return text


def from_plain(text: str) -> str:
    """Return plain text as Markdown that shows exactly this text."""
    text = clean(text)
    if flat(_shown(text)) == flat(text):
        return text
    root = etree.Element("div")
    root.text = text
    return clean(Converter([], careful=True).block(root))


def to_plain(text: str) -> str:
    """Return Markdown as the text people read, without any markup."""
    return _shown(text)


def _shown(text: str) -> str:
    rendered = to_html(text)
    if "<" not in rendered:
        return unescape(rendered)
    root = html.fragment_fromstring(rendered, create_parent="div")
    for image in root.iter("img"):
        image.text = image.get("alt", "")
    for line in root.iter("br"):
        line.tail = "\n" + (line.tail or "")
    for block in root.iter("p", "li", "td", "th", "pre", "h1", "h2", "h3", "h4", "h5", "h6"):
        block.tail = "\n" + (block.tail or "")
    return "".join(root.itertext()).strip()


def is_plain(text: str) -> bool:
    """Return whether Markdown has no markup at all: what is written is what is read."""
    return to_html(text) == f"<p>{escape(text, quote=False)}</p>"
