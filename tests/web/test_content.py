"""Facts with their sources, help in both languages, and numbers in words."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask, g

from sanggar.web import content, filters

WEB = Path(content.__file__).parent


def fact(name: str) -> content.Fact:
    return next(each for each in content.facts() if each.id == name)


def test_every_fact_names_its_unit_and_its_source_in_both_languages() -> None:
    assert len({each.id for each in content.facts()}) == len(content.facts())
    for each in content.facts():
        assert each.source.id
        assert each.source.en
        assert each.unit.id
        assert each.unit.en
        assert each.year is None or 2015 <= each.year <= 2030


def test_the_figures_of_the_labour_force_add_up() -> None:
    assert fact("employed").value + fact("unemployed").value == fact("labour-force").value
    share = fact("freelancer-share").value / 100 * fact("employed").value
    assert round(share / 1e6, 2) == round(fact("freelancers").value / 1e6, 2)


def test_no_template_states_a_figure_of_a_fact() -> None:
    figures = re.compile(r"9[.,]78|56[.,]94|136[.,]18|129[.,]36|5[.,]89\b|4[.,]55\b")
    for path in WEB.rglob("*.html"):
        assert not figures.search(path.read_text()), path.name


def test_every_help_page_exists_in_both_languages_with_the_same_headings() -> None:
    for page in content.pages().values():
        assert page.title.id != page.title.en
        assert page.summary.id
        assert page.summary.en
        headings = [len(re.findall("^## ", text, re.M)) for text in (page.body.id, page.body.en)]
        assert headings[0] == headings[1], page.name


@pytest.mark.parametrize(("language", "value", "text"), [
    ("id", 9_780_000, "9,78 juta"), ("en", 9_780_000, "9.78 million"),
    ("id", 2_000_000_000, "2 miliar"), ("id", 5_890_000, "5,89 juta"),
    ("id", 136_180_000, "136,18 juta"), ("id", 1_500_000, "1,5 juta"), ("id", 1250, "1.250"),
])  # fmt: skip
def test_large_numbers_are_written_as_people_say_them(
    app: Flask, language: str, value: float, text: str
) -> None:
    with app.app_context():
        g.language = language
        assert filters.inmillions(value) == text


@pytest.mark.parametrize(("value", "text"), [(3, "Tiga"), (10, "Sepuluh"), (11, "11")])
def test_small_numbers_become_words(app: Flask, value: int, text: str) -> None:
    with app.app_context():
        g.language = "id"
        assert filters.inwords(value) == text
