"""docs/mentors/questions.md in both languages: every example is a valid question of its type."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sanggar.assessments.question_types import TYPES
from sanggar.plugin.documents import Findings
from sanggar.plugin.quizcut import sections
from sanggar.plugin.quizmd import read_items

pytestmark = pytest.mark.once
DOCS = Path(__file__).resolve().parents[2] / "docs/mentors"


def examples(page: str) -> list[str]:
    return re.findall(r"^````markdown\n(.*?)^````$", (DOCS / page).read_text(), re.M | re.S)


@pytest.mark.parametrize("page", ["questions.md", "questions.id.md"])
def test_every_example_is_a_valid_question_in_both_languages(page: str) -> None:
    found = examples(page)
    findings = Findings()
    first = sections("".join(e for e in found if "{type=" in e), page, 1, findings, keys=True)
    second = sections("".join(e for e in found if "{type=" not in e), page, 1, findings, keys=False)
    items = read_items(first, second, findings)
    assert [str(fault) for fault in findings.all] == []
    assert {item.type for item in items} == {kind.kind for kind in TYPES}
    for kind in TYPES:
        for item in items:
            if item.type == kind.kind:
                assert kind.check(item) == []


def test_both_pages_have_the_same_examples() -> None:
    assert examples("questions.md") == examples("questions.id.md")


@pytest.mark.parametrize("page", ["questions.md", "questions.id.md"])
def test_a_mentor_reads_the_page_in_ten_minutes(page: str) -> None:
    prose = re.sub(r"^````markdown\n.*?^````$", "", (DOCS / page).read_text(), flags=re.M | re.S)
    assert len(prose.split()) < 1500
