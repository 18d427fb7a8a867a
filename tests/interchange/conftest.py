"""A bank with every type of item, in both languages, and how two items are compared."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sanggar.plugin import quizmd
from sanggar.plugin.documents import Findings
from sanggar.plugin.items import Item
from sanggar.plugin.quizcut import sections

HERE = Path(__file__).parent
PICTURE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300">'
    b'<rect width="400" height="300" fill="#fbf7f0"/></svg>'
)


def read_bank(indonesian: str, english: str | None = None) -> list[Item]:
    """Return the items of a bank's texts; a fault fails the test."""
    findings = Findings()
    cuts = {"id": sections(indonesian.split("---\n", 2)[2], "b.id", 4, findings, keys=True)}
    if english:
        cuts["en"] = sections(english.split("---\n", 2)[2], "b.en", 4, findings, keys=False)
    items = quizmd.read_items(cuts["id"], cuts.get("en"), findings)
    assert not findings.errors, findings.errors
    return items


def told(item: Item, language: str) -> dict[str, Any]:
    """Return everything of an item that one language shows, with numbers instead of ids."""

    def spoken(value: Any) -> Any:
        if isinstance(value, dict):
            if set(value) == {"id", "en"} and isinstance(value["id"], str) and language != "both":
                return (value["en"] or value["id"]) if language == "en" else value["id"]
            return {key: spoken(inner) for key, inner in value.items()}
        return [spoken(inner) for inner in value] if isinstance(value, list) else value

    shown: dict[str, Any] = spoken(
        item.model_dump(mode="json", exclude={"version", "file", "line"})
    )
    numbers = {option.id: number for number, option in enumerate(item.options)}
    shown["options"] = [{**option, "id": ""} for option in shown["options"]]
    shown["prompts"] = [
        {**prompt, "id": "", "key": numbers[prompt["key"]]} for prompt in shown["prompts"]
    ]
    shown["answers"] = sorted({a for accepted in item.answers.values() for a in accepted})
    for gap, made in zip(item.gaps, shown["gaps"], strict=True):
        made["options"] = [{**option, "id": ""} for option in made["options"]]
        made["answers"] = sorted({a for accepted in gap.answers.values() for a in accepted})
    shown["params"].pop("alt_en", None)
    return shown


@pytest.fixture(scope="session")
def every_type() -> list[Item]:
    """Return one item of each type."""
    return read_bank(
        (HERE / "every-type.id.quiz.md").read_text(encoding="utf-8"),
        (HERE / "every-type.en.quiz.md").read_text(encoding="utf-8"),
    )


@pytest.fixture(scope="session")
def images() -> dict[str, bytes]:
    """Return the picture of the hotspot item."""
    return {"meja.svg": PICTURE}


@pytest.fixture(scope="session")
def same() -> Callable[[Item, str], dict[str, Any]]:
    """Return the comparison."""
    return told
