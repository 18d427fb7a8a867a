"""What we write as QTI: valid by the official schema where it is at hand, and by our own rules always.

The schema files may not be copied into the project. Put them into a folder (as
``qtiv2p1/imsqti_v2p1.xsd``, ``qtiv2p2/imsqti_v2p2.xsd``, ``qtiv3p0/imsqti_asiv3p0_v1p0.xsd`` with
what they import) and name it in ``QTI_SCHEMAS``, or put it beside the repository as ``shared/qti``.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from sanggar.interchange import exchange
from sanggar.interchange.qtinames import HTML, VERSIONS, kebab
from sanggar.plugin.items import Item

pytestmark = pytest.mark.once

QTI = ("qti21", "qti22", "qti30")
SCHEMAS = {
    "qti21": "qtiv2p1/imsqti_v2p1.xsd",
    "qti22": "qtiv2p2/imsqti_v2p2.xsd",
    "qti30": "qtiv3p0/imsqti_asiv3p0_v1p0.xsd",
}
FOLDER = Path(os.environ.get("QTI_SCHEMAS") or Path(__file__).parents[3] / "shared" / "qti")
NCNAME = re.compile(r"[A-Za-z_][\w.-]*")
ORDER = [
    "responseDeclaration", "outcomeDeclaration", "itemBody", "responseProcessing", "modalFeedback",
]  # fmt: skip
#: elements that may hold no text of their own
ELEMENTS_ONLY = (
    "assessmentItem", "responseDeclaration", "outcomeDeclaration", "itemBody", "choiceInteraction",
    "orderInteraction", "matchInteraction", "simpleMatchSet", "mapping", "correctResponse",
    "responseProcessing", "responseCondition", "responseIf", "ul", "ol", "table", "tbody", "tr",
)  # fmt: skip


def files(
    items: list[Item], form: str, language: str, images: dict[str, bytes]
) -> dict[str, bytes]:
    out = exchange.write(items, form, language, images=images, package=True)
    with zipfile.ZipFile(io.BytesIO(out.data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def plain(root: etree._Element, form: str) -> dict[str, list[etree._Element]]:
    """Return the elements by their 2.1 name."""
    found: dict[str, list[etree._Element]] = {}
    back = {("qti-" + kebab(name)): name for name in (*ORDER, *ELEMENTS_ONLY, *_NAMES)}
    for element in root.iter():
        name = etree.QName(element).localname
        found.setdefault(back.get(name, name) if form == "qti30" else name, []).append(element)
    return found


_NAMES = (
    "simpleChoice", "simpleAssociableChoice", "textEntryInteraction", "inlineChoiceInteraction",
    "hotspotInteraction", "hotspotChoice", "extendedTextInteraction", "uploadInteraction", "value",
    "inlineChoice", "setOutcomeValue", "mapEntry", "defaultValue", "variable", "correct",
)  # fmt: skip


@pytest.mark.parametrize("language", ["id", "en", "both"])
@pytest.mark.parametrize("form", QTI)
def test_items_keep_the_rules_of_the_standard(
    form: str, language: str, every_type: list[Item], images: dict[str, bytes]
) -> None:
    written = files(every_type, form, language, images)
    items = [data for name, data in written.items() if name.startswith("items/")]
    assert len(items) == 12
    for data in items:
        _check_item(etree.fromstring(data), form)


def _check_item(root: etree._Element, form: str) -> None:
    space = VERSIONS[form].namespace
    assert {etree.QName(element).namespace for element in root.iter()} == {space}
    at = (lambda name: kebab(name)) if form == "qti30" else (lambda name: name)
    assert NCNAME.fullmatch(root.get("identifier", ""))
    assert root.get("title")
    assert root.get("adaptive") == root.get(at("timeDependent")) == "false"
    found = plain(root, form)
    kinds = [etree.QName(part).localname for part in root]
    names = ["qti-" + kebab(name) if form == "qti30" else name for name in ORDER]
    assert [names.index(kind) for kind in kinds] == sorted(names.index(kind) for kind in kinds)
    declared = [part.get("identifier") for part in found["responseDeclaration"]]
    asked = [
        part.get(at("responseIdentifier"))
        for part in root.iter()
        if part.get(at("responseIdentifier"))
    ]
    assert sorted(declared) == sorted(asked)
    outcomes = {part.get("identifier") for part in found["outcomeDeclaration"]}
    assert {"SCORE", "MAXSCORE"} <= outcomes
    assert {part.get("identifier") for part in found.get("setOutcomeValue", [])} <= outcomes
    _check_identifiers(root, found)
    _check_texts(root, form, found)


def _check_identifiers(root: etree._Element, found: dict[str, list[etree._Element]]) -> None:
    choices = [
        part.get("identifier", "")
        for name in ("simpleChoice", "simpleAssociableChoice", "hotspotChoice", "inlineChoice")
        for part in found.get(name, [])
    ]
    assert len(choices) == len(set(choices))
    assert all(NCNAME.fullmatch(name) for name in choices)
    bases = {part.get("baseType") or part.get("base-type") for part in found["responseDeclaration"]}
    if bases <= {"identifier", "pair", "directedPair"}:
        right = " ".join(
            (value.text or "")
            for value in found.get("value", [])
            if "orrect" in etree.QName(value.getparent()).localname
        )
        assert right.split()
        assert set(right.split()) <= set(choices)


def _check_texts(root: etree._Element, form: str, found: dict[str, list[etree._Element]]) -> None:
    for name in ELEMENTS_ONLY:
        for part in found.get(name, []):
            assert not (part.text or "").strip(), name
            assert not any((inner.tail or "").strip() for inner in part), name
    for element in root.iter():
        name = etree.QName(element).localname
        if form == "qti30":
            assert name in HTML or (name.startswith("qti-") and name == name.lower())
        assert "style" not in element.attrib
        if name == "img":
            assert element.get("src")
            assert "alt" in element.attrib


@pytest.mark.parametrize("form", QTI)
def test_a_package_names_every_file_and_nothing_else(
    form: str, every_type: list[Item], images: dict[str, bytes]
) -> None:
    written = files(every_type, form, "id", images)
    root = etree.fromstring(written["imsmanifest.xml"])
    version = VERSIONS[form]
    space = f"{{{version.package}}}"
    assert root.tag == space + "manifest"
    assert [etree.QName(part).localname for part in root] == [
        "metadata",
        "organizations",
        "resources",
    ]
    resources = root.findall(f"{space}resources/{space}resource")
    named = {part.get("href") for part in resources}
    assert named == set(written) - {"imsmanifest.xml"}
    ids = [part.get("identifier") for part in resources]
    assert len(set(ids)) == len(ids)
    kinds = {part.get("type") for part in resources}
    assert kinds == {version.item_type, "webcontent"}
    needed = {part.get("identifierref") for part in root.iter(space + "dependency")}
    assert needed <= set(ids)
    hotspot = written["items/ALL-Q07.xml"].decode()
    assert "../images/meja.svg" in hotspot


def test_a_single_item_is_a_file_and_several_are_a_package(every_type: list[Item]) -> None:
    one = exchange.write(every_type[:1], "qti21")
    assert one.data.startswith(b"<?xml")
    assert exchange.write(every_type[:2], "qti21").data.startswith(b"PK")
    assert exchange.write(every_type[:1], "qti21", package=True).data.startswith(b"PK")


def test_the_key_of_an_order_does_not_show_in_the_file(every_type: list[Item]) -> None:
    item = next(item for item in every_type if item.type == "ordering")
    root = etree.fromstring(exchange.write([item], "qti21").data)
    shown = [e.get("identifier") for e in root.iter() if etree.QName(e).localname == "simpleChoice"]
    assert shown == sorted(shown, key=str)


@pytest.mark.parametrize("form", QTI)
def test_items_are_valid_by_the_official_schema(
    form: str, every_type: list[Item], images: dict[str, bytes]
) -> None:
    path = FOLDER / SCHEMAS[form]
    if not path.is_file():
        pytest.skip(f"no schema at {path}: name its folder in QTI_SCHEMAS")
    schema = etree.XMLSchema(etree.parse(str(path), etree.XMLParser(huge_tree=True)))
    for language in ("id", "en", "both"):
        for name, data in files(every_type, form, language, images).items():
            if name.startswith("items/"):
                assert schema.validate(etree.fromstring(data)), (name, schema.error_log)
