"""Consent texts: one YAML file for each purpose, with a version that is stored with every consent."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

from sanggar.accounts.models import Purpose
from sanggar.plugin.text import Text


@dataclass(frozen=True)
class ConsentText:
    """What a person reads before agreeing: a question, what happens, and what does not."""

    purpose: Purpose
    version: str
    title: Text
    text: Text
    without: Text


@lru_cache(maxsize=1)
def texts() -> dict[Purpose, dict[str, ConsentText]]:
    """Return all versions of all texts: purpose -> version -> text, oldest first."""
    found: dict[Purpose, dict[str, ConsentText]] = {purpose: {} for purpose in Purpose}
    for path in sorted(Path(__file__).parent.glob("*.yaml")):
        name, version = path.stem.rsplit(".", 1)
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
        parts = {key: Text(**data[key]) for key in ("title", "text", "without")}
        purpose = Purpose(name)
        found[purpose][version] = ConsentText(purpose=purpose, version=version, **parts)
    return found


def current(purpose: Purpose) -> ConsentText:
    """Return the newest text of a purpose."""
    return list(texts()[purpose].values())[-1]


def version(purpose: Purpose) -> str:
    """Return the version somebody agrees to today."""
    return current(purpose).version
