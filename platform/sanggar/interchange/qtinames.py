"""The versions of QTI: namespaces, names of elements and attributes, names in packages.

Everything is built and read with the names of 2.1; `dress` and `undress` change between them and the
names of the other versions (3.0 writes ``qti-simple-choice`` for ``simpleChoice``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from lxml import etree

XML = "http://www.w3.org/XML/1998/namespace"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
LOM = "http://ltsc.ieee.org/xsd/LOM"
#: elements that are HTML in every version
HTML = frozenset(
    [
        "p",
        "br",
        "hr",
        "strong",
        "em",
        "b",
        "i",
        "code",
        "pre",
        "blockquote",
        "ul",
        "ol",
        "li",
        "dl",
        "dt",
        "dd",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "caption",
        "col",
        "colgroup",
        "thead",
        "tbody",
        "tfoot",
        "tr",
        "th",
        "td",
        "a",
        "img",
        "object",
        "div",
        "span",
        "sub",
        "sup",
        "abbr",
        "acronym",
        "address",
        "big",
        "cite",
        "dfn",
        "kbd",
        "q",
        "samp",
        "small",
        "tt",
        "var",
        "section",
        "article",
        "figure",
        "figcaption",
        "header",
        "footer",
        "aside",
        "nav",
    ]
)
#: 3.0 wants the content of these wrapped once more
WRAPPED = ("modalFeedback", "rubricBlock", "feedbackBlock", "templateBlock")
_CAMEL = re.compile(r"(?<=[a-z0-9])([A-Z])")


@dataclass(frozen=True)
class Version:
    """One version of the standard."""

    name: str
    namespace: str
    schema: str
    item_type: str
    package: str
    package_schema: str
    package_title: str
    package_version: str
    metadata: str
    metadata_schema: str
    templates: str

    @property
    def kebab(self) -> bool:
        """Whether names are written with ``qti-`` and hyphens."""
        return self.name == "qti30"


_SITE = "http://www.imsglobal.org/xsd"
_PURL = "https://purl.imsglobal.org/spec/qti/v3p0"
VERSIONS = {
    "qti21": Version(
        "qti21", f"{_SITE}/imsqti_v2p1", f"{_SITE}/qti/qtiv2p1/imsqti_v2p1.xsd",
        "imsqti_item_xmlv2p1", f"{_SITE}/imscp_v1p1",
        f"{_SITE}/qti/qtiv2p1/qtiv2p1_imscpv1p2_v1p0.xsd", "QTIv2.1 Package", "1.0.0",
        f"{_SITE}/imsqti_metadata_v2p1", f"{_SITE}/qti/qtiv2p1/imsqti_metadata_v2p1.xsd",
        "http://www.imsglobal.org/question/qti_v2p1/rptemplates/",
    ),
    "qti22": Version(
        "qti22", f"{_SITE}/imsqti_v2p2", f"{_SITE}/qti/qtiv2p2/imsqti_v2p2.xsd",
        "imsqti_item_xmlv2p2", f"{_SITE}/imscp_v1p1",
        f"{_SITE}/qti/qtiv2p2/qtiv2p2_imscpv1p2_v1p0.xsd", "QTIv2.2 Package", "1.0.0",
        f"{_SITE}/imsqti_metadata_v2p2", f"{_SITE}/qti/qtiv2p2/imsqti_metadata_v2p2.xsd",
        "http://www.imsglobal.org/question/qti_v2p2/rptemplates/",
    ),
    "qti30": Version(
        "qti30", f"{_SITE}/imsqtiasi_v3p0", f"{_PURL}/schema/xsd/imsqti_asiv3p0_v1p0.xsd",
        "imsqti_item_xmlv3p0", f"{_SITE}/qti/qtiv3p0/imscp_v1p1",
        f"{_PURL}/schema/xsd/imsqtiv3p0_imscpv1p2_v1p0.xsd", "QTI Package", "3.0.0",
        f"{_SITE}/imsqti_metadata_v3p0", f"{_PURL}/schema/xsd/imsqti_metadatav3p0_v1p0.xsd",
        f"{_PURL}/rptemplates/",
    ),
}  # fmt: skip


def kebab(name: str) -> str:
    """Return a name with hyphens.

    >>> kebab("responseIdentifier")
    'response-identifier'
    """
    return _CAMEL.sub(lambda m: "-" + m[1].lower(), name)


def camel(name: str) -> str:
    """Return a name without hyphens.

    >>> camel("response-identifier")
    'responseIdentifier'
    """
    head, *rest = name.split("-")
    return head + "".join(part[:1].upper() + part[1:] for part in rest)


def dress(root: etree._Element, version: Version) -> etree._Element:
    """Return a tree of 2.1 names without namespaces as one of a version."""
    mapping = {None: version.namespace, "xsi": XSI}
    made = _dressed(root, version, None, mapping)
    made.set(f"{{{XSI}}}schemaLocation", f"{version.namespace} {version.schema}")
    return made


def _dressed(
    source: etree._Element, version: Version, parent: etree._Element | None,
    mapping: dict[str | None, str],
) -> etree._Element:  # fmt: skip
    tag = str(source.tag)
    ours = version.kebab and tag not in HTML
    name = f"{{{version.namespace}}}" + ("qti-" + kebab(tag) if ours else tag)
    attributes = {
        (kebab(key) if ours and not key.startswith("{") else key): value
        for key, value in source.attrib.items()
    }
    if parent is None:
        made = etree.Element(name, attributes, nsmap=mapping)
    else:
        made = etree.SubElement(parent, name, attributes)
    inside = made
    if version.kebab and tag in WRAPPED:
        inside = etree.SubElement(made, f"{{{version.namespace}}}qti-content-body")
    inside.text = source.text
    for part in source:
        _dressed(part, version, inside, mapping).tail = part.tail
    return made


def undress(source: etree._Element) -> etree._Element:
    """Return a tree of any version with the names of 2.1 and without namespaces."""
    made = etree.Element(_plain_name(source))
    _fill(made, source)
    return made


def _plain_name(source: etree._Element) -> str:
    name = etree.QName(source).localname
    return camel(name.removeprefix("qti-")) if name.startswith("qti-") else name


def _fill(made: etree._Element, source: etree._Element) -> None:
    own = etree.QName(source).localname.startswith("qti-")
    for key, value in source.attrib.items():
        plain = etree.QName(key)
        name = f"{{{XML}}}lang" if plain.namespace == XML and plain.localname == "lang" else plain.localname  # fmt: skip
        made.set(camel(name) if own and not name.startswith(("{", "data-")) else name, value)
    made.text = source.text
    for part in source:
        if not isinstance(part.tag, str):
            continue
        name = _plain_name(part)
        if name == "contentBody":
            made.text = (made.text or "") + (part.text or "")
            for inner in part:
                _add(made, inner)
        else:
            _add(made, part)


def _add(made: etree._Element, part: etree._Element) -> None:
    if isinstance(part.tag, str):
        child = etree.SubElement(made, _plain_name(part))
        _fill(child, part)
        child.tail = part.tail
