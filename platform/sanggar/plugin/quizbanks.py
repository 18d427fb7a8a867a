"""All question banks of a folder, with the pictures that lie beside them."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sanggar.plugin import quizmd
from sanggar.plugin.documents import Document, Findings, Place, meant
from sanggar.plugin.items import Item
from sanggar.plugin.quizcut import sections
from sanggar.plugin.quizraw import Section
from sanggar.plugin.sources import Folder

SUFFIX = ".quiz.md"
PICTURES = (".svg", ".png", ".jpg", ".jpeg", ".webp")
MAX_PICTURE = 2_000_000


def read(folder: Folder, below: str, findings: Findings) -> list[Item]:
    """Return the items of all banks in a subfolder; an item id may stand in one bank only."""
    found: dict[str, Item] = {}
    for stem, files in folder.pairs(below, SUFFIX, PICTURES).items():
        for item in read_bank(folder, stem, files, findings):
            if item.id in found:
                first = found[item.id]
                findings.add(
                    Place(item.file, item.line), f"the item {item.id} is also in another bank",
                    f"give it another id (the first is in {first.file}:{first.line})",
                )  # fmt: skip
            found.setdefault(item.id, item)
    return list(found.values())


def read_bank(folder: Folder, stem: str, files: dict[str, Path], findings: Findings) -> list[Item]:
    """Return the items of one bank; `files` holds its file of each language."""
    cuts: dict[str, list[Section]] = {}
    for language, path in files.items():
        front = folder.markdown(path, facts=False)
        if front is not None:
            _check_facts(front[0], findings)
            cuts[language] = sections(
                front[1], folder.name(path), front[2], findings, keys=language == "id"
            )
    if "en" not in files:
        folder.no_english(files["id"], stem, SUFFIX)
    if "id" not in cuts:
        return []
    items = quizmd.read_items(cuts["id"], cuts.get("en"), findings)
    return [_pictured(item, folder, files["id"].parent, findings) for item in items]


def _check_facts(document: Document, findings: Findings) -> None:
    for key in set(document.data) - {"bank", "title"}:
        findings.add(document.at(key), f"'{key}' is not known here", meant(key, ["bank", "title"]))


def _pictured(item: Item, folder: Folder, beside: Path, findings: Findings) -> Item:
    """Return an item whose version also changes with its picture."""
    if not item.image:
        return item
    place = Place(item.file, item.line)
    names = sorted(p.name for p in beside.iterdir() if p.name.endswith(PICTURES))
    path = next((p for p in (beside / item.image, folder.root / "static" / item.image) if p.is_file()), None)  # fmt: skip
    if path is None:
        findings.add(place, f"there is no picture '{item.image}' beside the bank", meant(item.image, names))  # fmt: skip
        return item
    if path.stat().st_size > MAX_PICTURE or not path.resolve().is_relative_to(folder.root):
        findings.add(
            place, f"the picture '{item.image}' is too large or lies outside",
            "make it smaller than 2 MB and put it beside the bank",
        )  # fmt: skip
        return item
    mixed = hashlib.sha256(item.version.encode() + path.read_bytes()).hexdigest()
    return item.model_copy(update={"version": mixed[:12]})
