"""Types with several parts, drawn numbers, files: what they credit, what they hide, how they are dealt."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanggar.assessments import key_responses, question_types
from sanggar.assessments.dealing import deal_options
from sanggar.plugin import contract
from sanggar.plugin.items import STORED, Item
from sanggar.plugin.text import Text

from .conftest import make_item

pytestmark = pytest.mark.once
TYPES = {kind.kind: kind for kind in question_types.TYPES}
RICH = ("truefalse", "matching", "matrix", "hotspot", "cloze", "parametric", "upload", "essay")
GRADED = tuple(kind for kind in TYPES if kind not in ("upload", "essay"))


def item(kind: str, **more: object) -> Item:
    return make_item("PHO-T1", kind, "PHO-01", "apply", **more)


def dealt(kind: str, seed: str = "a", **more: object) -> Item:
    rng = random.Random(seed)
    return deal_options(TYPES[kind].deal(item(kind, **more), rng), rng).item


@pytest.mark.parametrize("kind", TYPES)
def test_every_type_keeps_the_contract_that_plugins_keep(kind: str) -> None:
    assert contract.check_types({kind: TYPES[kind]}, [item(kind)], "x") == []


@pytest.mark.parametrize("kind", GRADED)
@pytest.mark.parametrize("seed", ["a", "b", "c"])
def test_a_dealt_item_is_answered_right_by_its_key_and_wrong_by_a_slip(
    kind: str, seed: str
) -> None:
    it = dealt(kind, seed)
    assert TYPES[kind].grade(it, key_responses.right(it)).correct
    assert not TYPES[kind].grade(it, key_responses.wrong(it)).correct


@pytest.mark.parametrize("kind", ["matching", "matrix"])
def test_each_right_pair_earns_its_share(kind: str) -> None:
    it = item(kind)
    first, second = it.prompts
    grade = TYPES[kind].grade(it, {first.id: first.key, second.id: first.key})
    assert (grade.score, grade.correct) == (0.5, False)
    assert TYPES[kind].read(it, {f"answer-{first.id}": ["nothing"]}) is None
    assert "→" in TYPES[kind].describe_key(it, "id")


def test_gaps_earn_by_their_weight_and_are_graded_like_items_of_their_kind() -> None:
    kind, it = TYPES["cloze"], item("cloze")
    key = it.gaps[0].options[0].id
    form = {"answer-x": [key], "answer-y": ["Difuser-Rahasia!"], "answer-z": ["73.195,5 mm"]}
    assert kind.grade(it, kind.read(it, form)).correct
    assert kind.grade(it, {"x": key}).score == pytest.approx(2 / 4)
    assert kind.grade(it, {"y": "difuser rahasia", "z": "1"}).score == pytest.approx(1 / 4)
    assert kind.describe(it, {"x": key}, "id") == "(1) Satu PHO-T1; (2) –; (3) –"
    assert "73.195,5 mm" in kind.describe_key(it, "id")


def test_ticking_everything_earns_nothing_with_partial_credit() -> None:
    kind, it = TYPES["multiple"], item("multiple", params={"credit": "partial"})
    a, b, wrong, other = (option.id for option in it.options)
    assert kind.grade(it, [a]).score == 0.5
    assert kind.grade(it, [a, b, wrong]).score == 0.5
    assert kind.grade(it, [a, b, wrong, other]).score == 0
    assert kind.grade(it, [a, wrong]).score == 0
    assert kind.grade(it, [a, b]).correct
    assert kind.credit_for(it) != kind.credit_for(item("multiple"))


@pytest.mark.parametrize(
    ("typed", "slips", "right"),
    [
        ("difusr", "1", True), ("diffuser", "1", True), ("difsuer", "1", True), ("difsr", "1", False),
        ("difsr", "2", True), ("difusr", "0", False), ("f/8", "1", False), ("f/4", "1", True),
    ],
)  # fmt: skip
def test_slips_are_forgiven_in_longer_answers_only(typed: str, slips: str, right: bool) -> None:
    it = item("short", answers={"id": ("difuser", "f/4")}, params={"distance": slips})
    assert TYPES["short"].grade(it, typed).correct is right


@pytest.mark.parametrize(
    ("typed", "right"),
    [
        ("25", True), ("25 mm", True), ("2,5 cm", True), ("0,025 m", True), ("25 kg", False),
        ("25 cm", False), ("2,5", False), ("2.5cm", True),
    ],
)  # fmt: skip
def test_units_are_converted_and_unknown_ones_are_wrong(typed: str, right: bool) -> None:
    params = {"value": "25", "tolerance": "0.4", "unit": "mm", "units": "mm 1 | cm 10 | m 1000"}
    assert TYPES["numeric"].grade(item("numeric", params=params), typed).correct is right


def test_a_unit_can_be_asked_for() -> None:
    params = {"value": "25", "unit": "mm", "units": "mm 1 | cm 10", "ask-unit": "yes"}
    kind, it = TYPES["numeric"], item("numeric", params=params)
    assert kind.grade(it, "2,5 cm").correct
    bare = kind.grade(it, "25")
    assert not bare.correct
    assert bare.note is not None
    assert "mm" not in kind.public(it).model_dump_json()


@pytest.mark.parametrize(
    ("value", "unit", "typed"),
    [
        ("0.125", "", "12,5%"), ("12.5", "%", "12,5"), ("12.5", "%", "12,5 persen"),
        ("1250000", "Rp", "1,25 juta rupiah"), ("1250000", "Rp", "IDR 1.250.000"),
    ],
)  # fmt: skip
def test_percentages_and_money_are_read_as_people_write_them(
    value: str, unit: str, typed: str
) -> None:
    units = "Rp 1" if unit == "Rp" else ""
    params = {"value": value, "unit": unit, "units": units}
    assert TYPES["numeric"].grade(item("numeric", params=params), typed).correct


def test_drawn_values_stay_and_are_written_as_the_language_writes_them() -> None:
    it = dealt("parametric", "x")
    drawn = json.loads(it.params["drawn"])
    price = int(drawn["harga"])
    grouped = f"{price:,}".replace(",", ".")
    assert it.stem.id == f"Harga Rp{grouped}?"
    assert it.stem.en == f"Price Rp{grouped}?"
    assert float(it.params["value"]) == pytest.approx(price * int(drawn["banyak"]) * 1.11)
    assert TYPES["parametric"].deal(it, random.Random("other")) == it
    assert len({dealt("parametric", str(n)).params["value"] for n in range(30)}) > 5
    shown = TYPES["parametric"].public(it).model_dump_json()
    assert it.params["value"] not in shown
    assert "1.11" not in shown


def test_a_file_is_only_what_the_server_kept() -> None:
    kind, it = TYPES["upload"], item("upload", params={"types": "jpg,pdf", "max": "2"})
    file = {"name": "foto.jpg", "sha256": "a" * 64, "size": 10, "kind": "jpg"}
    stored = [json.dumps(file), json.dumps({**file, "sha256": "b" * 64, "kind": "exe"})]
    response = kind.read(it, {STORED: stored, "answer": ["../../etc/passwd"]})
    assert response == [file]
    grade = kind.grade(it, response)
    assert grade.needs_human
    assert kind.describe(it, response, "id") == "foto.jpg"
    assert kind.read(it, {"answer": [json.dumps(file)], "answer-keep": ["a" * 64]}) is None
    rules = kind.files(it)
    assert (rules.max, rules.types) == (2, ("jpg", "pdf"))


def test_a_long_text_waits_for_a_mentor_and_says_how_long_it_is() -> None:
    kind, it = TYPES["essay"], item("essay", params={"min_words": "5", "max_words": "9"})
    grade = kind.grade(it, "satu dua tiga")
    assert grade.needs_human
    assert grade.note is not None
    assert grade.note.id == "3 kata, diminta 5–9."
    assert not kind.grade(it, "  ").needs_human
    assert kind.read(it, {"answer": ["satu\r\ndua\x00"]}) == "satu\ndua"


@pytest.mark.parametrize("kind", TYPES)
def test_names_of_dealt_parts_tell_nothing_of_the_file(kind: str) -> None:
    original = item(kind)
    shown: set[tuple[str, ...]] = set()
    for n in range(40):
        rng = random.Random(n)
        form = deal_options(TYPES[kind].deal(original, rng), rng)
        parts = [*form.item.options, *form.item.prompts]
        parts += [o for gap in form.item.gaps for o in gap.options]
        assert all(len(part.id) <= 2 for part in parts)
        assert [gap.id for gap in form.item.gaps] == [
            f"g{n}" for n in range(1, len(original.gaps) + 1)
        ]
        assert sorted(o.id for o in form.item.options) == [
            "abcdefghijkl"[n] for n in range(len(original.options))
        ]
        texts = {option.id: option.text.id for option in form.item.options}
        keys = {option.id: option.text.id for option in original.options}
        for before, after in zip(original.prompts, form.item.prompts, strict=True):
            assert texts[after.key] == keys[before.key]
        shown.add(tuple(texts[i] for i in sorted(texts)))
    moves = kind not in ("truefalse", "matrix") and len(original.options) > 1
    assert (len(shown) > 1) is moves


def test_an_item_can_keep_the_order_of_its_file() -> None:
    it = item("single", params={"shuffle": "no"})
    orders = {deal_options(it, random.Random(n)).order for n in range(20)}
    assert orders == {tuple(option.id for option in it.options)}


def test_gaps_are_renamed_in_both_languages_by_their_place_in_the_indonesian_text() -> None:
    stem = Text(id="[[y]] lalu [[z]] dan [[x]]", en="[[x]] after [[y]] and [[z]]")
    it = dealt("cloze", stem=stem)
    assert it.stem.id == "[[g1]] lalu [[g2]] dan [[g3]]"
    assert it.stem.en == "[[g3]] after [[g1]] and [[g2]]"
    assert [gap.kind for gap in it.gaps] == ["short", "numeric", "single"]


@pytest.mark.parametrize("kind", RICH)
@given(text=st.text(max_size=60))
def test_any_typed_text_is_read_graded_and_described(kind: str, text: str) -> None:
    it, own = item(kind), TYPES[kind]
    names = [*(p.id for p in it.prompts), *(g.id for g in it.gaps)]
    read = own.read(
        it, {"answer": [text], STORED: [text], **{f"answer-{n}": [text] for n in names}}
    )
    assert 0 <= own.grade(it, read).score <= 1
    assert isinstance(own.describe(it, read, "en"), str)
