"""Decisions about progress."""

from __future__ import annotations

from pathlib import Path

import pytest

from sanggar.catalogue.courses import Course, Lesson
from sanggar.learning import rules
from sanggar.plugin.text import Text

pytestmark = pytest.mark.once


def course(slug: str, *lessons: str) -> Course:
    made = tuple(
        Lesson(name, n, Text(id=name), 10, {"id": 1000}, Text(id="x"))
        for n, name in enumerate(lessons, 1)
    )
    return Course(slug, Text(id=slug), Text(id=slug), 1, made, Path())


FIRST = course("a/first", "one", "two")
SECOND = course("a/second", "three")


def test_a_course_is_read_when_every_lesson_is() -> None:
    assert not rules.is_read(FIRST, {"one"})
    assert rules.is_read(FIRST, {"one", "two", "gone"})


def test_the_next_lesson_is_the_first_gap() -> None:
    found = rules.next_in(FIRST, {"two"})
    assert found is not None
    assert found.slug == "one"
    assert rules.next_in(FIRST, {"one", "two"}) is None


def test_the_way_goes_on_in_the_next_course() -> None:
    found = rules.next_along([FIRST, SECOND], {"a/first": {"one", "two"}})
    assert found is not None
    assert (found[0].slug, found[1].slug) == ("a/second", "three")
    assert rules.next_along([], {}) is None


@pytest.mark.parametrize("text", ["h-langkah-1", "h-a_b", "x" * 120])
def test_headings_can_be_positions(text: str) -> None:
    assert rules.is_position(text)


@pytest.mark.parametrize("text", ["", "x" * 121, "a b", "<script>", 'a"b', "a/../b", "\x00"])
def test_other_texts_cannot(text: str) -> None:
    assert not rules.is_position(text)


def test_a_self_assessment_needs_a_judgement_on_each_unit() -> None:
    half = {"A": {"can": True, "note": ""}, "B": {"can": None, "note": "hmm"}}
    assert not rules.is_judged(half, ["A", "B"])
    assert not rules.is_judged({}, ["A"])
    assert rules.is_judged({**half, "B": {"can": False}}, ["A", "B"])
