"""HTML elements as Markdown: the tags that carry meaning in a question, by hand.

`careful` escapes every character that Markdown could read as markup; without it only the few that
always need it, so that ordinary text stays as people typed it.
"""

from __future__ import annotations

import re

from lxml import etree

DROPPED = {
    "script", "style", "iframe", "object", "embed", "form", "input", "button", "select", "textarea",
    "video", "audio", "canvas", "svg", "link", "meta", "base", "template", "noscript", "applet",
}  # fmt: skip
BLOCKS = {
    "p", "div", "ul", "ol", "pre", "blockquote", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "dl", "section", "article", "figure", "header", "footer", "aside", "address", "center",
    "rubricBlock", "itemBody", "contentBody",
}  # fmt: skip
_SUPER = str.maketrans("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ")
_SUB = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_ALWAYS = re.compile(r"(\\(?=[\\`*_{}\[\]()>#+.!-])|`)")
_CAREFUL = re.compile(r"([\\`*_\[\]{}()>!])")
_LINE_START = re.compile(r"^([ \t]*)([-+*#>|:=!~]|\d+(?=[.)]))", re.MULTILINE)
_ENTITY = re.compile(r"&(?=#?\w+;)")
_SAFE_LINK = re.compile(r"(?:https?:|mailto:|tel:)|[^:]*(?:[/?#]|$)", re.IGNORECASE)


def name_of(element: etree._Element) -> str:
    """Return the tag without a namespace, in the case it was written in."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def flat(text: str) -> str:
    """Return text without any white space, to compare what is shown."""
    return "".join(text.split())


class Converter:
    """Turns one element's content into Markdown, noting what was dropped and what was shown."""

    def __init__(self, dropped: list[str], *, bullet: str = "-", careful: bool = False) -> None:
        self.dropped = dropped
        self.bullet = bullet
        self.careful = careful
        self.seen = ""

    def block(self, element: etree._Element) -> str:
        """Return the content of a block as Markdown paragraphs."""
        parts: list[str] = []
        line = self._text(element.text)
        for child in element:
            tag = name_of(child)
            if tag in BLOCKS:
                parts += [line.strip(), self._one(tag, child)]
                line = ""
            else:
                line += self._inline(tag, child)
            line += self._text(child.tail)
        parts.append(line.strip())
        return "\n\n".join(part for part in parts if part.strip())

    def _one(self, tag: str, element: etree._Element) -> str:
        """Return one block element."""
        if re.fullmatch("h[1-6]", tag):
            return f"{'#' * max(3, int(tag[1]))} {self.line(element)}"
        if tag in ("ul", "ol"):
            return self._list(tag, element)
        if tag == "pre":
            code = "".join(element.itertext())
            self.seen += code
            fence = "~~~" if "```" in code else "```"
            return f"{fence}\n" + code.strip("\n") + f"\n{fence}"
        if tag == "blockquote":
            return "\n".join(f"> {line}".rstrip() for line in self.block(element).split("\n"))
        if tag == "table":
            return self._table(element)
        if tag == "hr":
            return "---"
        if tag == "dl":
            return self._definitions(element)
        return self.block(element)

    def line(self, element: etree._Element) -> str:
        """Return the content of an element on one line."""
        text = self._text(element.text)
        for child in element:
            tag = name_of(child)
            text += self.line(child) + " " if tag in BLOCKS else self._inline(tag, child)
            text += self._text(child.tail)
        return " ".join(text.split())

    def _inline(self, tag: str, element: etree._Element) -> str:
        if tag.lower() in DROPPED:
            self._drop(tag.lower(), element)
            return ""
        if tag == "br":
            return "  \n"
        if tag == "img":
            return self._picture(element)
        if tag in ("code", "tt", "kbd", "samp"):
            code = "".join(element.itertext())
            self.seen += code
            mark = "``" if "`" in code else "`"
            return f"{mark}{code}{mark}" if code.strip() else ""
        start = len(self.seen)
        inner = self._text(element.text)
        for child in element:
            name = name_of(child)
            inner += self.block(child) if name in BLOCKS else self._inline(name, child)
            inner += self._text(child.tail)
        if tag in ("strong", "b"):
            return _around(inner, "**")
        if tag in ("em", "i", "cite", "dfn"):
            return _around(inner, "*")
        if tag in ("sup", "sub"):
            raised = self._raised(tag, inner)
            self.seen = self.seen[:start] + raised
            return raised
        if tag == "a":
            return self._link(element, inner)
        if tag in ("math", "u", "s", "strike", "mark"):
            self._note(f"<{tag}> became plain text")
        return inner

    def _raised(self, tag: str, inner: str) -> str:
        small = inner.translate(_SUPER if tag == "sup" else _SUB)
        if all(c not in "0123456789" and (not c.isascii() or c.isspace()) for c in small):
            return small
        return f"^({inner})" if tag == "sup" else f"_({inner})"

    def _link(self, element: etree._Element, inner: str) -> str:
        address = (element.get("href") or "").strip()
        if not _SAFE_LINK.match(address):
            self._note(f"a link to '{address[:40]}' was dropped")
            return inner
        if not address or not inner.strip():
            return inner
        return f"[{inner.strip()}]({address.replace(' ', '%20').replace(')', '%29')})"

    def _picture(self, element: etree._Element) -> str:
        source = (element.get("src") or "").strip()
        alt = " ".join((element.get("alt") or "").split())
        if source.lower().startswith(("http:", "https:", "//", "data:", "javascript:")):
            self._note(f"a picture from elsewhere was dropped ({source[:40]})")
            self.seen += alt
            return self._escape(alt)
        self.seen += alt
        return f"![{alt.replace('[', '(').replace(']', ')')}]({source.replace(' ', '%20')})"

    def _list(self, tag: str, element: etree._Element) -> str:
        lines = []
        items = [child for child in element if name_of(child) == "li"]
        for number, item in enumerate(items, 1):
            mark = f"{number}. " if tag == "ol" else f"{self.bullet} "
            body = self.block(item).replace("\n\n", "\n")
            pad = "    "
            lines.append(mark + body.replace("\n", "\n" + pad))
        return "\n".join(lines)

    def _table(self, table: etree._Element) -> str:
        rows = [
            [self.line(cell).replace("|", "\\|") for cell in row if name_of(cell) in ("td", "th")]
            for row in table.iter()
            if name_of(row) == "tr"
        ]
        rows = [row for row in rows if any(row)]
        if not rows:
            return ""
        width = max(len(row) for row in rows)
        padded = [row + [""] * (width - len(row)) for row in rows]
        lines = ["| " + " | ".join(row) + " |" for row in padded]
        return "\n".join([lines[0], "|" + "---|" * width, *lines[1:]])

    def _definitions(self, element: etree._Element) -> str:
        lines: list[str] = []
        for child in element:
            if name_of(child) == "dt":
                lines.append(("\n" if lines else "") + self.line(child))
            elif name_of(child) == "dd":
                lines.append(":   " + self.line(child))
        return "\n".join(lines)

    def _drop(self, tag: str, element: etree._Element) -> None:
        extra = element.get("src") or element.get("data") or ""
        self._note(f"<{tag}> was dropped" + (f" ({extra[:40]})" if extra else ""))

    def _note(self, what: str) -> None:
        if what not in self.dropped:
            self.dropped.append(what)

    def _text(self, text: str | None) -> str:
        if not text:
            return ""
        text = re.sub(r"[ \t]*\n[ \t\n]*", "\n", text.replace("\xa0", " "))
        text = re.sub(r"[ \t]+", " ", text)
        self.seen += text
        return self._escape(text)

    def _escape(self, text: str) -> str:
        if self.careful:
            text = _CAREFUL.sub(r"\\\1", text.replace("&", "&amp;")).replace("<", "&lt;")
            return _LINE_START.sub(_escape_start, text)
        return _ENTITY.sub("&amp;", _ALWAYS.sub(r"\\\1", text))


def _escape_start(match: re.Match[str]) -> str:
    indent, mark = match[1], match[2]
    if mark in "|:=~":
        return f"{indent}&#{ord(mark)};"
    if mark[0].isdigit():
        return f"{indent}{mark}\\"
    return match[0] if mark in "*>" else f"{indent}\\{mark}"


def _around(inner: str, mark: str) -> str:
    """Put emphasis around the words, with the blanks outside."""
    words = inner.strip()
    if not words:
        return inner
    before = inner[: len(inner) - len(inner.lstrip())]
    after = inner[len(inner.rstrip()) :]
    return f"{before}{mark}{words}{mark}{after}"
