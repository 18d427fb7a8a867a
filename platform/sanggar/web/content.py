"""Texts and figures of the public pages: help pages in Markdown, facts in YAML, read once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import ValidationError

from sanggar.plugin.sources import Findings, Folder
from sanggar.plugin.text import Frozen, Text

HERE = Path(__file__).parent
#: help pages in the order of the index, with their icons
PAGES = {
    "freelancing": "work",
    "clients": "search",
    "profile": "people",
    "certificate": "award",
    "privacy": "lock",
}


class Fact(Frozen):
    """A figure about the world outside, with its source."""

    id: str
    value: float
    percent: bool = False
    unit: Text
    year: int | None = None
    source: Text
    show: str = ""


@dataclass(frozen=True)
class HelpPage:
    """One help page in both languages."""

    name: str
    icon: str
    title: Text
    summary: Text
    body: Text


@lru_cache(maxsize=1)
def facts() -> tuple[Fact, ...]:
    """Return all fact cards."""
    rows = yaml.safe_load((HERE / "facts.yaml").read_text("utf-8"))
    try:
        return tuple(Fact.model_validate(row) for row in rows)
    except ValidationError as error:
        raise ValueError(f"facts.yaml: {error}") from error


@lru_cache(maxsize=1)
def pages() -> dict[str, HelpPage]:
    """Return the help pages by name."""
    return {name: _page(name, icon) for name, icon in PAGES.items()}


def _page(name: str, icon: str) -> HelpPage:
    findings = Findings()
    folder = Folder(HERE, findings)
    texts: dict[str, dict[str, str]] = {"title": {}, "summary": {}, "body": {}}
    for language in ("id", "en"):
        read = folder.markdown(HERE / "help" / f"{name}.{language}.md")
        findings.raise_errors()
        assert read is not None
        facts_, body, _line = read
        texts["title"][language] = str(facts_.data["title"])
        texts["summary"][language] = str(facts_.data["summary"])
        texts["body"][language] = body
    return HelpPage(name, icon, *(Text(**texts[key]) for key in ("title", "summary", "body")))
