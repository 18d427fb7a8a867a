"""Reading XML from anywhere: no document type, no entities, no inclusion, no depth without end.

A first pass by expat only watches: it stops at the first document type declaration, before any
entity could be defined, and counts. Only what passed is parsed into a tree, with a parser that
resolves nothing and reaches nowhere.
"""

from __future__ import annotations

from xml.parsers import expat

from lxml import etree

from sanggar.interchange.model import Unreadable

MAX_XML = 20_000_000
MAX_DEPTH = 100
MAX_ELEMENTS = 200_000
XINCLUDE = "http://www.w3.org/2001/XInclude"


class _Watch:
    """Refuses on sight what a question file never needs."""

    def __init__(self, parser: expat.XMLParserType) -> None:
        self.parser = parser
        self.depth = 0
        self.elements = 0

    def doctype(self, *_args: object) -> None:
        raise Unreadable(
            "the XML has a document type (DOCTYPE) with room for entities: such files are refused; "
            "remove the DOCTYPE line",
            self.parser.CurrentLineNumber,
        )

    def entity(self, *_args: object) -> None:
        raise Unreadable("the XML defines entities: refused", self.parser.CurrentLineNumber)

    def start(self, name: str, _attributes: object) -> None:
        line = self.parser.CurrentLineNumber
        self.depth += 1
        self.elements += 1
        if name.startswith(XINCLUDE + " "):
            raise Unreadable("the XML includes other files (XInclude): refused", line)
        if self.depth > MAX_DEPTH:
            raise Unreadable(f"the XML is nested deeper than {MAX_DEPTH} levels: refused", line)
        if self.elements > MAX_ELEMENTS:
            raise Unreadable(f"the XML has more than {MAX_ELEMENTS} elements: refused", line)

    def end(self, _name: str) -> None:
        self.depth -= 1


def parse(data: bytes, name: str = "file") -> etree._Element:
    """Return the root element of an XML file.

    Raises
    ------
    Unreadable
        When the file is too big or too deep, has a document type, an entity or XInclude, or is not
        well-formed.
    """
    if len(data) > MAX_XML:
        raise Unreadable(f"{name} is larger than {MAX_XML // 1_000_000} MB: refused")
    watched = expat.ParserCreate(namespace_separator=" ")
    watch = _Watch(watched)
    watched.StartDoctypeDeclHandler = watch.doctype
    watched.EntityDeclHandler = watch.entity
    watched.StartElementHandler = watch.start
    watched.EndElementHandler = watch.end
    try:
        watched.Parse(data, True)
    except expat.ExpatError as error:
        words = expat.ErrorString(error.code) if error.code else str(error)
        raise Unreadable(f"the XML cannot be read ({words})", error.lineno) from None
    except (ValueError, LookupError) as error:
        raise Unreadable(f"the XML cannot be read ({error})") from None
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False,
        huge_tree=False, remove_comments=True, remove_pis=True, strip_cdata=True,
    )  # fmt: skip
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        line = getattr(error, "lineno", 0) or 0
        raise Unreadable(f"the XML cannot be read ({error})", line) from None


def local(element: etree._Element) -> str:
    """Return an element's name without its namespace; empty for what is no element."""
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def children(element: etree._Element, name: str = "") -> list[etree._Element]:
    """Return child elements by local name."""
    return [
        child
        for child in element
        if isinstance(child.tag, str) and (not name or local(child) == name)
    ]


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """Return the first child of a name."""
    if element is None:
        return None
    return next(iter(children(element, name)), None)


def words(element: etree._Element | None) -> str:
    """Return the text in an element and below it."""
    return "" if element is None else "".join(element.itertext())
