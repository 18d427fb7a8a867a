"""docs/mentors/exams.md in both languages: its exams load, and every field is named with its default."""

from __future__ import annotations

import re
from enum import Enum
from pathlib import Path
from typing import Any

import pytest
import yaml
from pydantic import BaseModel

from sanggar.assessments import rules
from sanggar.plugin.items import Item, Level
from sanggar.plugin.text import Text
from sanggar.plugin.track import (
    AdaptiveRules,
    Assessment,
    AttemptRules,
    PassRules,
    ReviewRules,
)

pytestmark = pytest.mark.once
DOCS = Path(__file__).resolve().parents[2] / "docs/mentors"
PAGES = ["exams.md", "exams.id.md"]
PARTS: list[type[BaseModel]] = [AdaptiveRules, AttemptRules, PassRules, ReviewRules]
LEVELS = {"know": Level.REMEMBER, "apply": Level.APPLY, "analyse": Level.ANALYSE}


def exams(page: str) -> list[Assessment]:
    found = re.findall(r"^````yaml\n(.*?)^````$", (DOCS / page).read_text(), re.M | re.S)
    return [Assessment.model_validate(yaml.safe_load(text)) for text in found]


def written(value: Any) -> str:
    """Return a default as a mentor writes it."""
    if isinstance(value, tuple):
        return f"`[{', '.join(value)}]`"
    if isinstance(value, str | Enum):
        return f"`{value}`"
    return f"{value:g}"


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_are_exams(page: str) -> None:
    theory, readiness = exams(page)
    assert (theory.selection, theory.size, theory.opening) == ("random", 20, "always")
    assert (readiness.selection, readiness.opening) == ("adaptive", "window")
    assert readiness.review == ReviewRules(after="window", show=("answers",))
    assert rules.most_items(readiness) == 37


def test_both_pages_have_the_same_examples() -> None:
    assert exams("exams.md") == exams("exams.id.md")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("part", PARTS)
def test_every_field_stands_with_its_default(page: str, part: type[BaseModel]) -> None:
    text = (DOCS / page).read_text()
    missing = [
        row for name, field in part.model_fields.items()
        if (row := f"| `{field.alias or name}` | {written(field.default)} |") not in text
    ]  # fmt: skip
    assert missing == []


@pytest.mark.parametrize("page", [*PAGES, "formats.md"])
def test_every_field_of_an_exam_is_named(page: str) -> None:
    text = (DOCS / page).read_text()
    names = [field.alias or name for name, field in Assessment.model_fields.items()]
    missing = [n for n in names if f"`{n}" not in text and not re.search(rf"^{n}:", text, re.M)]
    assert missing == []


@pytest.mark.parametrize("part", PARTS)
def test_the_reference_names_every_field_with_its_default(part: type[BaseModel]) -> None:
    text = (DOCS / "formats.md").read_text().split("## Assessments", 1)[1].split("\n## ", 1)[0]
    for name, field in part.model_fields.items():
        default = re.escape(written(field.default).strip("`"))
        assert re.search(rf"`{field.alias or name}`[^|\n]*?\(`?{default}`?[;)]", text), name


def test_the_draw_guarantees_what_the_page_says() -> None:
    theory, _readiness = exams("exams.md")
    some = Text(id="a", en="b")
    bank = [
        Item(id=f"{unit}-{band}-{n}", type="essay", area=unit, level=LEVELS[band], stem=some, explanation=some)
        for unit, row in theory.blueprint.items() for band, count in row.items() for n in range(3 * count)
    ]  # fmt: skip
    first = rules.draw_form(theory, bank, "one")
    seen = {drawn.item.id: 1 for drawn in first}
    second = rules.draw_form(theory, bank, "two", seen=seen, used=seen)
    for form in (first, second):
        cells = [(d.item.area, d.item.level.band) for d in form]
        assert len({d.item.id for d in form}) == theory.size
        assert all(
            cells.count((unit, band)) == count
            for unit, row in theory.blueprint.items() for band, count in row.items()
        )  # fmt: skip
    assert not seen.keys() & {d.item.id for d in second}
