"""QTI as a file or a content package (zip with imsmanifest.xml): items, pictures, metadata."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lxml import etree

from sanggar.interchange import archive
from sanggar.interchange.model import Exported, Unreadable
from sanggar.interchange.qtibody import BODIES, kind_of
from sanggar.interchange.qtinames import LOM, VERSIONS, XSI, Version
from sanggar.interchange.qtiwrite import CANNOT, TOOL, Build, facts_of
from sanggar.interchange.words import Speech
from sanggar.plugin.items import Item

#: from an item's file in items/ to the pictures
PICTURES = "../images/"


def write(
    items: Sequence[Item], speech: Speech, images: Mapping[str, bytes], *, version: str, package: bool
) -> Exported:  # fmt: skip
    """Return items as one QTI file (one item, no package) or as a package."""
    kind, done = VERSIONS[version], Exported()
    files: dict[str, bytes] = {}
    entries: list[tuple[Item, str, set[str]]] = []
    package = package or len(items) > 1
    for item in items:
        if item.type not in BODIES:
            why = CANNOT.get(item.type, f"QTI has no interaction for the type '{item.type}'")
            done.refuse(item, why)
            continue
        build = Build(item, speech, kind, images, done, folder=PICTURES if package else "")
        try:
            element = build.element()
        except Unreadable as refused:
            done.refuse(item, refused.reason)
            continue
        name = f"items/{item.id}.xml"
        files[name] = _bytes(element)
        entries.append((item, name, build.used))
        done.written.append(item.id)
    if package:
        used = sorted(set().union(*(names for _, _, names in entries)) if entries else set())
        pictures = {f"images/{name}": images[name] for name in used}
        manifest = _bytes(_manifest(entries, used, speech, kind))
        done.data = archive.pack({"imsmanifest.xml": manifest, **files, **pictures})
    else:
        done.data = next(iter(files.values()), b"")
    return done


def _bytes(element: etree._Element) -> bytes:
    written: bytes = etree.tostring(element, encoding="UTF-8", xml_declaration=True)
    return written + b"\n"


def _manifest(
    entries: Sequence[tuple[Item, str, set[str]]], pictures: Sequence[str], speech: Speech,
    kind: Version,
) -> etree._Element:  # fmt: skip
    space = f"{{{kind.package}}}"
    names = {None: kind.package, "imsmd": LOM, "imsqti": kind.metadata, "xsi": XSI}
    root = etree.Element(space + "manifest", {"identifier": "MANIFEST-SANGGAR"}, nsmap=names)
    root.set(
        f"{{{XSI}}}schemaLocation",
        f"{kind.package} {kind.package_schema} {LOM} "
        f"http://www.imsglobal.org/xsd/imsmd_loose_v1p3p2.xsd {kind.metadata} {kind.metadata_schema}",
    )
    about = etree.SubElement(root, space + "metadata")
    etree.SubElement(about, space + "schema").text = kind.package_title
    etree.SubElement(about, space + "schemaversion").text = kind.package_version
    etree.SubElement(root, space + "organizations")
    resources = etree.SubElement(root, space + "resources")
    ids = {name: f"PICTURE-{number}" for number, name in enumerate(pictures, 1)}
    for number, (item, file, used) in enumerate(entries, 1):
        made = etree.SubElement(resources, space + "resource", {
            "identifier": f"ITEM-{number}", "type": kind.item_type, "href": file,
        })  # fmt: skip
        _metadata(etree.SubElement(made, space + "metadata"), item, speech, kind)
        etree.SubElement(made, space + "file", href=file)
        for name in sorted(used):
            etree.SubElement(made, space + "dependency", identifierref=ids[name])
    for name in pictures:
        path = f"images/{name}"
        made = etree.SubElement(resources, space + "resource", {
            "identifier": ids[name], "type": "webcontent", "href": path,
        })  # fmt: skip
        etree.SubElement(made, space + "file", href=path)
    return root


def _metadata(parent: etree._Element, item: Item, speech: Speech, kind: Version) -> None:
    """Add the standard's own metadata, then LOM with our facts as keywords."""
    about = etree.SubElement(parent, f"{{{kind.metadata}}}qtiMetadata")
    interactions = {kind_of(item)}
    if item.type == "cloze":
        interactions = {
            "inlineChoiceInteraction" if gap.kind == "single" else "textEntryInteraction"
            for gap in item.gaps
        }
    told = [("timeDependent", "false"), ("composite", "true" if len(interactions) > 1 else "false")]
    told += [("interactionType", name) for name in sorted(interactions)]
    told += [("feedbackType", "none"), ("solutionAvailable", "false" if item.type in ("essay", "upload") else "true"), ("toolName", TOOL)]  # fmt: skip
    for name, value in told:
        etree.SubElement(about, f"{{{kind.metadata}}}{name}").text = value
    lom = f"{{{LOM}}}"
    general = etree.SubElement(etree.SubElement(parent, lom + "lom"), lom + "general")
    identifier = etree.SubElement(general, lom + "identifier")
    etree.SubElement(identifier, lom + "entry").text = item.id
    etree.SubElement(general, lom + "language").text = speech.main
    for name, value in facts_of(item, speech).items():
        keyword = etree.SubElement(general, lom + "keyword")
        text = etree.SubElement(keyword, lom + "string", language="en")
        text.text = f"{name}={value}"
