"""Reading QTI files and packages: which files are items, and the pictures they name."""

from __future__ import annotations

import posixpath
from urllib.parse import unquote

from lxml import etree

from sanggar.interchange import archive, xmlsafe
from sanggar.interchange.model import Found, Unreadable
from sanggar.interchange.qtiread import read_item
from sanggar.interchange.xmlsafe import children, local, words

ITEM = ("assessmentItem", "qti-assessment-item")
MANIFEST = "imsmanifest.xml"
_OTHER = {
    "assessmentTest": "a test: order and sections are not kept",
    "qti-assessment-test": "a test: order and sections are not kept",
    "assessmentSection": "a section of a test is not kept",
    "qti-assessment-section": "a section of a test is not kept",
    "assessmentStimulus": "a shared text beside items is not kept",
    "qti-assessment-stimulus": "a shared text beside items is not kept",
    "questestinterop": "QTI 1.2 (as Canvas writes for classic quizzes): export it as QTI 2.1",
}


def read_xml(data: bytes, filename: str, found: Found, language: str) -> None:
    """Read a single QTI item."""
    root = xmlsafe.parse(data)
    if local(root) not in ITEM:
        raise Unreadable(_OTHER.get(local(root), f"<{local(root)}> is no QTI item"))
    read_item(root, found, language, lambda _address: "", {}, filename)


def read_zip(data: bytes, found: Found, language: str) -> None:
    """Read a content package."""
    files = archive.unpack(data)
    package = _Package(files, found)
    manifests = sorted((name for name in files if name.rpartition("/")[2] == MANIFEST), key=len)
    listed = package.listed(manifests[0]) if manifests else {}
    if not manifests:
        found.notes.append("there is no imsmanifest.xml: every XML file was looked at")
        listed = {name: {} for name in sorted(files) if name.lower().endswith(".xml")}
    for name, facts in listed.items():
        package.read(name, facts, language)
    package.rest(set(manifests) | set(listed))
    if not listed:
        raise Unreadable("the package lists no item")


class _Package:
    """The files of a package while it is read."""

    def __init__(self, files: dict[str, bytes], found: Found) -> None:
        self.files, self.found = files, found
        self.used: set[str] = set()

    def listed(self, manifest: str) -> dict[str, dict[str, str]]:
        """Return the item files of a manifest, each with our own keywords."""
        root = xmlsafe.parse(self.files[manifest], manifest)
        folder = posixpath.dirname(manifest)
        resources: dict[str, dict[str, str]] = {}
        for resource in (e for e in root.iter() if local(e) == "resource"):
            kind, href = resource.get("type") or "", resource.get("href") or ""
            if "item_xml" in kind or kind.startswith("imsqti_item"):
                path = _path(folder, href)
                if path is None or path not in self.files:
                    self.found.refuse(
                        href or "(no href)", "the manifest names it, but it is not there"
                    )
                else:
                    resources[path] = _keywords(resource)
            elif kind.startswith(("imsqti_", "associatedcontent")) or "qti" in kind.lower():
                why = _OTHER["questestinterop"] if "v1p" in kind else ""
                self.found.refuse(
                    href or kind, why or f"a resource of the type '{kind}' is not an item"
                )
        return resources

    def read(self, name: str, facts: dict[str, str], language: str) -> None:
        """Read one file of the package."""
        try:
            root = xmlsafe.parse(self.files[name], name)
        except Unreadable as refused:
            self.found.refuse(name, refused.reason, refused.line)
            return
        if local(root) not in ITEM:
            self.found.refuse(name, _OTHER.get(local(root), f"<{local(root)}> is no QTI item"))
            return
        folder = posixpath.dirname(name)
        read_item(root, self.found, language, lambda a: self.picture(folder, a), facts, name)

    def picture(self, folder: str, address: str) -> str:
        """Keep the picture an item names and return the name it is kept under."""
        path = _path(folder, unquote(address))
        if path is None or path not in self.files:
            return ""
        data, name = self.files[path], archive.plain_name(path)
        try:
            archive.check_image(name, data)
        except Unreadable as refused:
            self.found.refuse(path, refused.reason)
            return ""
        self.used.add(path)
        stem, _, ending = name.rpartition(".")
        unique, number = name, 2
        while self.found.images.get(unique, data) != data:
            unique, number = f"{stem}-{number}.{ending}", number + 1
        self.found.images[unique] = data
        return unique

    def rest(self, read: set[str]) -> None:
        """List the files that nothing used."""
        refused = {refusal.name for refusal in self.found.refused}
        for name in sorted(set(self.files) - read - self.used - refused):
            if not name.lower().endswith(".xsd"):
                self.found.refuse(name, "no item names this file")


def _path(folder: str, href: str) -> str | None:
    """Return a path inside the package, or None when it leads elsewhere."""
    if "://" in href or href.startswith(("/", "data:")) or "\\" in href or not href:
        return None
    path = posixpath.normpath(posixpath.join(folder, unquote(href).split("#")[0].split("?")[0]))
    return None if path.startswith("..") else path


def _keywords(resource: etree._Element) -> dict[str, str]:
    """Return keywords `name=value` of a resource's LOM metadata."""
    found: dict[str, str] = {}
    for keyword in (e for e in resource.iter() if local(e) == "keyword"):
        for text in children(keyword):
            name, equal, value = words(text).strip().partition("=")
            if equal:
                found[name] = value
    return found
