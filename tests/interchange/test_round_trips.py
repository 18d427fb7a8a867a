"""Export, then import: the same items, for what a format can say; the rest is listed by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sanggar.interchange import exchange
from sanggar.interchange.assemble import through_bank
from sanggar.interchange.texts import from_html, from_plain, to_html, to_plain
from sanggar.plugin import quizwrite
from sanggar.plugin.items import Item, Level, Option, Prompt
from sanggar.plugin.text import Text

from .conftest import read_bank, told

pytestmark = pytest.mark.once

QTI = ("qti21", "qti22", "qti30")
#: what a format cannot hold at all
REFUSED = {
    "gift": {"ALL-Q06", "ALL-Q07", "ALL-Q08", "ALL-Q11"},
    "moodle": {"ALL-Q07"},
    **{form: {"ALL-Q08"} for form in QTI},
}
#: what comes back changed, and why that is right: it is listed
CHANGED = {("moodle", "ALL-Q11"): "feedback of single steps"}

Same = Callable[[Item, str], dict[str, Any]]


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("form", ["gift", "moodle", *QTI])
def test_every_type_comes_back_as_it_went(
    form: str, language: str, every_type: list[Item], images: dict[str, bytes], same: Same
) -> None:
    out = exchange.write(every_type, form, language, images=images)
    assert {refusal.name for refusal in out.refused} == REFUSED[form]
    back = exchange.read(out.data, f"bank.{form}", language=language)
    assert not back.refused
    assert [item.id for item in back.items] == out.written
    mine = {item.id: item for item in every_type}
    for item in back.items:
        if (form, item.id) in CHANGED:
            assert CHANGED[form, item.id] in {x.what for x in out.lost if x.name == item.id}
        else:
            assert same(item, language) == same(mine[item.id], language), item.id
    if form != "gift":
        assert back.images == ({} if form == "moodle" else images)


@pytest.mark.parametrize("form", ["moodle", *QTI])
def test_both_languages_in_one_file(
    form: str, every_type: list[Item], images: dict[str, bytes], same: Same
) -> None:
    out = exchange.write(every_type, form, "both", images=images)
    back = {item.id: item for item in exchange.read(out.data, "bank.xml").items}
    lost = {loss.name for loss in out.lost if "English" in loss.what}
    for item in every_type:
        if item.id not in out.written or (form, item.id) in CHANGED or item.id in lost:
            continue
        given_text, made = same(item, "both"), same(back[item.id], "both")
        assert made == given_text, item.id
        assert back[item.id].answers == item.answers


def test_moodle_keeps_both_languages_of_gaps(every_type: list[Item]) -> None:
    cloze = next(item for item in every_type if item.type == "cloze")
    (back,) = exchange.read(exchange.write([cloze], "moodle", "both").data, "x.xml").items
    assert back.stem == cloze.stem
    assert [gap.answers for gap in back.gaps] == [gap.answers for gap in cloze.gaps]


def test_the_other_language_is_listed_for_every_item(every_type: list[Item]) -> None:
    for form in exchange.FORMATS:
        out = exchange.write(every_type, form, "id")
        told_of = {loss.name for loss in out.lost if "the English text" in loss.what}
        assert told_of == set(out.written)


def test_aiken_says_what_it_can_and_lists_the_rest(every_type: list[Item]) -> None:
    out = exchange.write(every_type, "aiken", "id")
    assert set(out.written) == {"ALL-Q01", "ALL-Q13"}
    assert len(out.refused) == len(every_type) - 2
    assert all(refusal.reason for refusal in out.refused)
    lost = {loss.what for loss in out.lost if loss.name == "ALL-Q13"}
    assert any("plain text" in what for what in lost)
    back = exchange.read(out.data, "bank.txt", area="ALL-01", level="remember")
    mine = {item.id: item for item in every_type}
    for item, name in zip(back.items, out.written, strict=True):
        keys = [option.key for option in mine[name].options]
        assert [option.key for option in item.options] == keys
        assert [o.text.id for o in item.options] == [o.text.id for o in mine[name].options]
        assert item.area == "ALL-01"


def test_a_bank_written_and_read_is_the_same_bank(every_type: list[Item]) -> None:
    files = quizwrite.bank(every_type, "all")
    back = read_bank(files["id"], files["en"])
    assert [item.version for item in back] == [item.version for item in every_type]


# -- texts and items of all kinds --------------------------------------------------------------

_HOSTILE = "abcé 1 .,;()%&<>*_`#=~{}[]:!|-+\\/\"'@→\n"
words = st.text(alphabet=_HOSTILE, min_size=1, max_size=40).filter(lambda t: bool(t.split()))
lines = words.map(lambda t: " ".join(t.split()))
plain_texts = st.lists(words, min_size=1, max_size=3).map("\n\n".join)


@settings(max_examples=60, deadline=None)
@given(plain_texts)
def test_plain_text_is_shown_as_it_was_typed(text: str) -> None:
    markdown = from_plain(text)
    assert "".join(to_plain(markdown).split()) == "".join(text.split())


@settings(max_examples=40, deadline=None)
@given(plain_texts)
def test_markdown_through_html_stays_what_it_became(text: str) -> None:
    once = from_html(to_html(from_plain(text)), [])
    assert to_plain(once).split() == to_plain(from_html(to_html(once), [])).split()


@settings(max_examples=60, deadline=None)
@given(plain_texts, st.sampled_from(["single", "numeric", "short", "ordering", "cloze"]))
def test_no_text_breaks_a_bank(text: str, kind: str) -> None:
    fitted = quizwrite.fit(text, kind)
    assert fitted.count("\n") <= text.count("\n") + 1
    again = quizwrite.fit(fitted, kind)
    assert again == fitted


def _item(kind: str, stem: str, options: list[str], keys: list[int], why: str) -> Item | None:
    """Return a valid item as an import would make it, or None where the bank refuses it."""
    unique = list(dict.fromkeys(" ".join(option.casefold().split()) for option in options))
    if len(unique) < 3:
        return None
    texts = [
        Text(id=quizwrite.fit_line(from_plain(o), kind if kind == "matching" else ""))
        for o in unique
    ]
    right = {key % len(unique) for key in keys}
    if kind == "single":
        right = {min(right)}
    elif kind == "multiple" and not 2 <= len(right) < len(unique):
        return None
    made = tuple(
        Option(id=f"o{n}", text=text, key=n in right and kind in ("single", "multiple"))
        for n, text in enumerate(texts)
    )
    prompts = ()
    if kind == "matching":
        lefts = [Text(id=quizwrite.fit_line(f"kiri {n}")) for n in range(2)]
        prompts = tuple(Prompt(id=f"p{n}", text=t, key=f"o{n}") for n, t in enumerate(lefts))
    try:
        return through_bank(Item(
            id="HYP-Q1", type=kind, area="HYP-01", level=Level.APPLY, options=made, prompts=prompts,
            stem=Text(id=quizwrite.fit(from_plain(stem), kind)),
            explanation=Text(id=quizwrite.fit(from_plain(why), kind)),
        ))  # fmt: skip
    except quizwrite.Unwritable:
        return None


@pytest.mark.parametrize("form", ["gift", "moodle", "qti21", "qti30"])
@settings(max_examples=20, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate], suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])  # fmt: skip
@given(
    kind=st.sampled_from(["single", "multiple", "matching", "ordering"]),
    stem=plain_texts, options=st.lists(lines, min_size=3, max_size=5),
    keys=st.lists(st.integers(0, 9), min_size=1, max_size=3), why=plain_texts,
)  # fmt: skip
def test_any_text_survives_the_way_out_and_back(
    form: str, kind: str, stem: str, options: list[str], keys: list[int], why: str
) -> None:
    item = _item(kind, stem, options, keys, why)
    if item is None or (form == "gift" and kind == "ordering"):
        return
    out = exchange.write([item], form)
    back = exchange.read(out.data, "x")
    assert not back.refused, (back.refused, out.data)
    (made,) = back.items
    assert made.id == item.id
    assert made.type == item.type
    if form in ("gift", "moodle"):
        assert told(made, "id") == told(item, "id")
    else:  # the same to read; Markdown may be spelt another way, which is listed
        for mine, theirs in zip(_shown(item), _shown(made), strict=True):
            assert "".join(mine.split()) == "".join(theirs.split())
        assert [o.key for o in made.options] == [o.key for o in item.options]


def _shown(item: Item) -> list[str]:
    texts = [item.stem, item.explanation, *(option.text for option in item.options)]
    return [to_plain(text.id) for text in texts]
