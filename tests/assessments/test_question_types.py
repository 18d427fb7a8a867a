"""What each question type accepts, credits and survives."""

from __future__ import annotations

import doctest
import importlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanggar.assessments import question_types, typed_numbers, types_text
from sanggar.assessments.plugin import register_question_types
from sanggar.plugin.items import Grade, Item

from .conftest import make_item

TYPES = {kind.kind: kind for kind in question_types.TYPES}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def item(kind: str, **more: object) -> Item:
    return make_item("PHO-T1", kind, "PHO-01", "apply", **more)


def numeric(value: str, tolerance: str = "0", unit: str = "") -> Item:
    return item("numeric", params={"value": value, "tolerance": tolerance, "unit": unit})


@pytest.mark.parametrize("module", [types_text, typed_numbers])
def test_examples_in_docstrings_run(module) -> None:
    assert doctest.testmod(importlib.import_module(module.__name__)).failed == 0


def test_the_core_registers_its_types_through_the_hook() -> None:
    given_types = {kind.kind for kind in register_question_types()}
    assert given_types == {
        "single", "truefalse", "multiple", "numeric", "parametric", "short", "cloze", "ordering",
        "matching", "matrix", "hotspot", "upload", "essay",
    }  # fmt: skip


def test_single_choice_credits_the_key_only() -> None:
    kind, it = TYPES["single"], item("single")
    key = it.options[0].id
    assert kind.grade(it, kind.read(it, {"answer": [key]})) == Grade(score=1, correct=True)
    assert kind.grade(it, it.options[1].id).score == 0
    assert kind.read(it, {"answer": ["no-such-option"]}) is None
    assert kind.read(it, {}) is None


def test_multiple_choice_is_all_or_nothing() -> None:
    kind, it = TYPES["multiple"], item("multiple")
    a, b, wrong, _ = (option.id for option in it.options)
    assert kind.grade(it, kind.read(it, {"answer": [b, a]})).correct
    assert kind.grade(it, [a]).score == 0
    assert kind.grade(it, [a, b, wrong]).score == 0
    assert kind.read(it, {"answer": ["x"]}) is None


@pytest.mark.parametrize(
    ("value", "typed"),
    [
        ("1250000", "Rp1.250.000"), ("1250000", "Rp 1.250.000,-"), ("1250000", "1250000"),
        ("1250000", "1,250,000"), ("1250000", "1,25 juta"), ("1250000", "1.25jt"),
        ("12.5", "12,5"), ("12.5", "12.5"), ("12.5", "12,50 %"), ("1.25", "1.250"),
        ("1250", "1.250"), ("1250.5", "1.250,5"), ("1250.5", "1,250.5"), ("-3", "−3"),
        ("500", "1/500"), ("0.002", "1/500"), ("4", "f/4"), ("36", "36 GB"), ("4500", "4 500"),
        ("10000", "10.000 bungkus"), ("12000", "12 ribu rupiah"), ("5500", "5500 K"),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_here_write_them(value: str, typed: str) -> None:
    kind, it = TYPES["numeric"], numeric(value, unit="rupiah")
    assert kind.grade(it, kind.read(it, {"answer": [typed]})).correct


@pytest.mark.parametrize(
    "typed", ["12", "13 atau 12,5", "12.5.5", "kira-kira", "", "NaN", "1e9", "12,5,5"]
)
def test_other_texts_are_not_that_number(typed: str) -> None:
    kind, it = TYPES["numeric"], numeric("12.5", "0.1")
    assert not kind.grade(it, kind.read(it, {"answer": [typed]}) or "").correct


def test_tolerance_is_inclusive_and_exact() -> None:
    kind, it = TYPES["numeric"], numeric("0.3", "0.1")
    assert kind.grade(it, "0,2").correct
    assert kind.grade(it, "0,4").correct
    assert not kind.grade(it, "0,4000001").correct


def test_ordering_gives_a_share_for_neighbours_in_order() -> None:
    kind, it = TYPES["ordering"], item("ordering")
    ids = [option.id for option in it.options]

    def graded(*places: int | None) -> Grade:
        form = {f"answer-{i}": [str(p)] for i, p in zip(ids, places, strict=True) if p}
        return kind.grade(it, kind.read(it, form))

    assert graded(1, 2, 3, 4) == Grade(score=1, correct=True)
    assert graded(4, 3, 2, 1).score == 0
    assert graded(2, 1, 3, 4).score == pytest.approx(2 / 3)
    assert graded(1, 2, None, None).score == pytest.approx(1 / 3)
    assert graded(1, 1, 1, 1).score == 0
    assert graded(1, 2, 99, 4).score == pytest.approx(1 / 3)
    assert kind.read(it, {}) is None


def test_ordering_can_be_set_to_exact_credit() -> None:
    kind, it = TYPES["ordering"], item("ordering", params={"credit": "exact"})
    ids = [option.id for option in it.options]
    assert kind.grade(it, dict(zip(ids, (2, 1, 3, 4), strict=True))).score == 0
    assert kind.grade(it, dict(zip(ids, (1, 2, 3, 4), strict=True))).correct


@pytest.mark.parametrize(
    "typed", ["kain difuser", " Kain-Difuser. ", "KAINDIFUSER", "Diffuser cloth", "kaín difuser"]
)
def test_short_text_forgives_case_spaces_punctuation_and_language(typed: str) -> None:
    kind = TYPES["short"]
    it = item("short", answers={"id": ("difuser", "kain difuser"), "en": ("diffuser cloth",)})
    assert kind.grade(it, kind.read(it, {"answer": [typed]})).correct


def test_short_text_is_not_found_inside_longer_text() -> None:
    kind = TYPES["short"]
    it = item("short", answers={"id": ("difuser",)})
    assert not kind.grade(it, "bukan difuser").correct
    assert not kind.grade(it, "...").correct


@pytest.mark.parametrize("kind", TYPES.values(), ids=list(TYPES))
@given(response=JSON)
def test_grading_is_calm_on_anything(kind, response) -> None:
    grade = kind.grade(item(kind.kind), response)
    assert 0 <= grade.score <= 1
    assert grade == kind.grade(item(kind.kind), response)
    assert isinstance(kind.describe(item(kind.kind), response, "id"), str)


@pytest.mark.parametrize("kind", TYPES.values(), ids=list(TYPES))
@given(
    form=st.dictionaries(st.text(), st.lists(st.text(), max_size=3), max_size=4),
    field=st.lists(st.text(), max_size=3),
)
def test_reading_is_calm_on_any_form(kind, form, field) -> None:
    it = item(kind.kind)
    read = kind.read(it, {**form, "answer": field, **{f"answer-{o.id}": field for o in it.options}})
    assert 0 <= kind.grade(it, read).score <= 1


@pytest.mark.parametrize("kind", TYPES.values(), ids=list(TYPES))
def test_the_public_item_holds_no_key(kind) -> None:
    it = item(kind.kind)
    shown = kind.public(it).model_dump_json()
    for secret in ("PEMBAHASAN", "UMPANBALIK", "73195", "difuser", "secret", "key"):
        assert secret not in shown


@pytest.mark.parametrize(
    ("kind", "more", "words"),
    [
        ("single", {"options": ()}, "fewer than two options"),
        ("multiple", {"options": make_item("x", "single", "PHO-01", "know").options}, "at least two"),
        ("numeric", {"params": {"value": "dua"}}, "not a number"),
        ("numeric", {"params": {"value": "2", "tolerance": "-1"}}, "tolerance"),
        ("ordering", {"options": make_item("x", "single", "PHO-01", "know").options[:2]}, "three steps"),
        ("short", {"answers": {}}, "no answer"),
    ],
)  # fmt: skip
def test_faulty_items_are_named_with_a_remedy(kind: str, more: dict, words: str) -> None:
    faults = TYPES[kind].check(item(kind, **more))
    assert any(words in fault and ": " in fault for fault in faults)


@pytest.mark.parametrize("kind", TYPES.values(), ids=list(TYPES))
def test_good_items_have_no_fault_and_a_key_in_words(kind) -> None:
    assert kind.check(item(kind.kind)) == []
    assert kind.describe_key(item(kind.kind), "id")
