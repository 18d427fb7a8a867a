"""Files as an answer: photos, PDFs, tables that a mentor looks at."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, ClassVar

from sanggar.assessments.types_shared import FOR_A_MENTOR, WRONG, bounded, cleaned
from sanggar.plugin.items import STORED, Grade, Item, PublicItem, QuestionType
from sanggar.plugin.text import Text
from sanggar.plugin.track import FileRules

KINDS = ("jpg", "png", "webp", "gif", "pdf", "zip", "csv", "txt", "md", "xlsx", "docx", "pptx")
_HASH = re.compile(r"[0-9a-f]{64}")
MOST = 10


class Upload(QuestionType):
    """Uploaded files; a mentor gives the points.

    A response is a list of ``{"name", "sha256", "size", "kind"}``. Own types may subclass this one
    and add `inspect`, so that the mentor sees what was measured in the files.
    """

    kind: ClassVar[str] = "upload"
    judged: ClassVar[bool] = True
    template: ClassVar[str] = "assessments/types/upload.html"
    label: ClassVar[Text] = Text(id="Unggah berkas", en="File upload")
    credit: ClassVar[Text] = Text(
        id="Seorang mentor menentukan berapa bagian poin yang didapat.",
        en="A mentor decides which share of the points it earns.",
    )

    def check(self, item: Item) -> list[str]:
        """Return what is wrong with the limits."""
        faults = [
            f"files '{kind}' are not taken: use of {', '.join(KINDS)}, like types=jpg,pdf"
            for kind in _kinds(item)
            if kind not in KINDS
        ]
        for name, most in (("max", MOST), ("size_mb", 50)):
            text = item.params.get(name, "")
            if text and not bounded(text, 1, most, 0):
                faults.append(f"{name} is '{text}': write a whole number from 1 to {most}")
        return faults

    def files(self, item: Item) -> FileRules:
        """Return the limits of the item: `max` files (1), `size_mb` each (10), `types` (jpg, png, pdf)."""
        known = tuple(kind for kind in _kinds(item) if kind in KINDS)
        return FileRules(
            max=bounded(item.params.get("max"), 1, MOST, 1),
            size_mb=bounded(item.params.get("size_mb"), 1, 50, 10),
            types=known or ("jpg", "png", "pdf"),
        )

    def public(self, item: Item) -> PublicItem:
        """Return the question and its limits."""
        rules = self.files(item)
        extra = {
            "max": str(rules.max),
            "size_mb": str(rules.size_mb),
            "types": ",".join(rules.types),
        }
        return super().public(item).model_copy(update={"extra": extra})

    def read(self, item: Item, form: Mapping[str, list[str]]) -> list[dict[str, Any]] | None:
        """Return the files that the server has kept; nothing a browser types can name one."""
        rules = self.files(item)
        found: dict[str, dict[str, Any]] = {}
        for text in form.get(STORED) or ():
            file = _file(text)
            if file is not None and file["kind"] in rules.types:
                found.setdefault(file["sha256"], file)
        return list(found.values())[: rules.max] or None

    def grade(self, item: Item, response: Any) -> Grade:
        """Return a provisional grade for a mentor."""
        if not _names(response):
            return WRONG
        return Grade(score=0.0, correct=False, needs_human=True)

    def describe(self, item: Item, response: Any, language: str) -> str:
        """Return the names of the files."""
        return "; ".join(_names(response)) or "–"

    def describe_key(self, item: Item, language: str) -> str:
        """Return who marks it."""
        return FOR_A_MENTOR.to(language)


def _kinds(item: Item) -> list[str]:
    kinds = [part.strip().lower() for part in item.params.get("types", "").split(",")]
    return ["jpg" if kind == "jpeg" else kind for kind in kinds if kind]


def _file(text: str) -> dict[str, Any] | None:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict):
        return None
    name, sha, size, kind = (data.get(key) for key in ("name", "sha256", "size", "kind"))
    good = (
        isinstance(name, str) and isinstance(sha, str) and _HASH.fullmatch(sha)
        and isinstance(size, int) and not isinstance(size, bool) and 0 < size < 10**10
        and isinstance(kind, str)
    )  # fmt: skip
    return (
        {"name": cleaned(name)[:160], "sha256": sha, "size": size, "kind": kind} if good else None
    )


def _names(response: object) -> list[str]:
    rows = response if isinstance(response, list) else []
    return [str(row["name"]) for row in rows if isinstance(row, dict) and row.get("name")]
