"""The richer types in a bank: what is written is what is read, and each fault has its line."""

from __future__ import annotations

import random

import pytest

from sanggar.plugin import quizvars
from sanggar.plugin.documents import Findings
from sanggar.plugin.items import Item
from sanggar.plugin.quizcut import sections
from sanggar.plugin.quizmd import read_items

pytestmark = pytest.mark.once
HEAD = "## Q-1 {{type={} area=U level=apply{}}}\n"


def read(body: str, english: str | None = None) -> tuple[list[Item], list[str]]:
    findings = Findings()
    first = sections(body, "x.id.quiz.md", 1, findings, keys=True)
    second = None if english is None else sections(english, "x.en.quiz.md", 1, findings, keys=False)
    items = read_items(first, second, findings)
    return items, [str(fault) for fault in findings.errors]


def one(kind: str, body: str, english: str | None = None, braces: str = "") -> Item:
    items, faults = read(
        HEAD.format(kind, braces) + body, None if english is None else "## Q-1\n" + english
    )
    assert faults == []
    return items[0]


def test_true_and_false_are_two_options_in_both_languages() -> None:
    it = one("truefalse", "S\n= Salah\n! w", "E\n! w")
    assert [(o.text.id, o.text.en, o.key) for o in it.options] == [
        ("Benar", "True", False), ("Salah", "False", True),
    ]  # fmt: skip


def test_pairs_share_right_sides_and_have_wrong_ones() -> None:
    it = one(
        "matching", "S\n- Satu => A\n- Dua => B\n- Tiga => A\n- => C\n! w",
        "S\n- One => a\n- Two => b\n- Three => a\n- => c\n! w",
    )  # fmt: skip
    assert [(o.text.id, o.text.en) for o in it.options] == [("A", "a"), ("B", "b"), ("C", "c")]
    texts = {o.id: o.text.id for o in it.options}
    assert [(p.text.en, texts[p.key]) for p in it.prompts] == [
        ("One", "A"), ("Two", "B"), ("Three", "A"),
    ]  # fmt: skip


def test_statements_name_their_column() -> None:
    it = one(
        "matrix", ": columns = Ya | Tidak | Mungkin\nS\n- [ya] Satu\n- [Mungkin] Dua\n! w",
        ": columns = Yes | No | Maybe\nS\n- One\n- Two\n! w",
    )  # fmt: skip
    texts = {o.id: o.text.en for o in it.options}
    assert list(texts.values()) == ["Yes", "No", "Maybe"]
    assert [(p.text.id, texts[p.key]) for p in it.prompts] == [("Satu", "Yes"), ("Dua", "Maybe")]
    assert it.params == {}


def test_areas_have_places_and_the_picture_a_description() -> None:
    it = one(
        "hotspot", ": image = a.svg\n: alt = Gambar\nS\n- [x] kiri @ 0 0 10 10\n- [ ] kanan @ 20.5 0 10 10\n! w",
        ": alt = Picture\nS\n- left\n- right\n! w",
    )  # fmt: skip
    assert it.image == "a.svg"
    assert it.params == {"alt": "Gambar", "alt_en": "Picture"}
    assert [(o.text.en, o.place, o.key) for o in it.options] == [
        ("left", "0 0 10 10", True), ("right", "20.5 0 10 10", False),
    ]  # fmt: skip


def test_gaps_are_lists_words_or_numbers() -> None:
    it = one(
        "cloze",
        "Kertas [[a]] dan [[b]], [[c]] mm.\n[[a]]: [x] doff | [ ] kilap\n[[b]]*2: = bleed | lebihan\n[[c]]: = 3 ± 0.5 mm\n! w",
        "[[c]] mm, paper [[b]] and [[a]].\n[[a]]: matt | gloss\n[[b]]: = bleed area\n! w",
        " distance=1",
    )
    a, b, c = it.gaps
    assert [(o.text.en, o.key) for o in a.options] == [("matt", True), ("gloss", False)]
    assert b.answers == {"id": ("bleed", "lebihan"), "en": ("bleed area",)}
    assert (b.weight, b.params) == (2.0, {"distance": "1"})
    assert c.params == {"value": "3", "tolerance": "0.5", "unit": "mm"}


PARAMETRIC = """:vars
harga = 10000..50000 step 500
banyak = 2 | 3 | 5
semua = harga * banyak
where = semua > 25000

Harga {{harga}} × {{banyak}}?
= semua * 1.11 ± 1 Rp
! {{semua}} lalu {{answer}}, tahun {{banyak + 2024:plain}}
"""


def test_variables_conditions_and_the_formula_are_read_and_drawn() -> None:
    it = one("parametric", PARAMETRIC, "Price {{harga}} × {{banyak}}?\n! {{answer}}")
    assert it.params == {
        "formula": "semua * 1.11", "tolerance": "1", "unit": "Rp", "where": "semua > 25000",
    }  # fmt: skip
    assert list(it.vars) == ["harga", "banyak", "semua"]
    for seed in range(50):
        drawn = quizvars.deal(it, random.Random(seed))
        assert "{{" not in drawn.stem.id + drawn.explanation.id
        assert "tahun 20" in drawn.explanation.id
        assert float(drawn.params["value"]) > 25000 * 1.11


def test_variables_may_stand_on_lines_of_their_own() -> None:
    it = one("parametric", ": a = 1..9\n: where = a != 5\nBerapa {{a}} × 2?\n= a * 2\n! w")
    assert it.vars == {"a": "1..9"}
    assert it.params["where"] == "a != 5"


@pytest.mark.parametrize(
    ("kind", "body", "line", "words"),
    [
        ("truefalse", "S\n= mungkin\n! w", 3, "= benar or = salah"),
        ("truefalse", "S\n! w", 1, "= benar or = salah"),
        ("matching", "S\n- a => b\n- c -> d\n- e => f\n! w", 4, "this arrow is not =>"),
        ("matching", "S\n- a => b\n- A => c\n! w", 4, "stands twice"),
        ("matching", "S\n- a => b\n- c => d\n- => b\n! w", 5, "right side of a pair"),
        ("matching", "S\n- a => b\n! w", 1, "has 1 pairs"),
        ("matching", "S\n- a => b\n  > f\n- c => d\n! w", 3, "feedback is not shown"),
        ("matrix", ": columns = A | B\nS\n- [A] x\n- [C] y\n! w", 5, "there is no column 'C'"),
        ("matrix", "S\n- [A] x\n- [B] y\n! w", 1, "has 0 columns"),
        ("matrix", ": columns = A | B\nS\n- x\n- [B] y\n! w", 4, "has no column"),
        ("hotspot", ": image = a.svg\n: alt = g\nS\n- [x] a @ 0 0 10\n- [ ] b @ 0 0 9 9\n! w", 5, "four numbers"),
        ("hotspot", ": image = a.svg\n: alt = g\nS\n- [x] a @ 95 0 10 10\n- [ ] b @ 0 0 9 9\n! w", 5, "leaves the picture"),
        ("hotspot", ": image = ../a.svg\n: alt = g\nS\n- [x] a @ 5 0 9 9\n- [ ] b @ 0 0 9 9\n! w", 1, "names the picture"),
        ("hotspot", ": image = a.svg\nS\n- [x] a @ 5 0 9 9\n- [ ] b @ 0 0 9 9\n! w", 1, "no description"),
        ("hotspot", ": image = a.svg\n: alt = g\nS\n- [x] a\n- [ ] b @ 0 0 9 9\n! w", 5, "has no place"),
        ("cloze", "S [[a]]\n! w", 1, "[[a]] has no answer"),
        ("cloze", "S [[a]]\n[[a]]: = x\n[[b]]: = y\n! w", 4, "does not stand in the text"),
        ("cloze", "S [[a]]\n[[a]]: [x] p | [x] q\n! w", 3, "2 keys"),
        ("cloze", "S [[a]]\n[[a]]: = 3,5 ± 0\n! w", 3, "number of this gap"),
        ("cloze", "S [[a]]\n[[a]]: foo\n! w", 3, "neither options nor an answer"),
        ("parametric", ":vars\na = 1..9\nS {{a}}\n= round(a / (a - 5), 2)\n! w", 5, "a division by zero"),
        ("parametric", ":vars\na = 1..9\nS {{a}}\n= a / 3\n! w", 5, "more than 15 digits"),
        ("parametric", ":vars\na = 1..9\nS {{b}}\n= a\n! w", 5, "shows 'b'"),
        ("parametric", ":vars\na = 9..1\nS {{a}}\n= a\n! w", 5, "a range goes up"),
        ("parametric", ":vars\na = 1..9\nb = c + 1\nS {{a}}\n= b\n! w", 4, "'b' uses 'c'"),
        ("parametric", ":vars\na = 1..9\nS {{a}}\n= __import__('os')\n! w", 5, "does not belong"),
        ("parametric", ":vars\na = 1..99999\nS {{a}}\n= a ** 4\n! w", 5, "15 digits"),
        ("parametric", ":vars\na = 1..90000\nwhere = a == 7\nS {{a}}\n= a\n! w", 6, "condition holds"),
        ("parametric", "S\n= 3\n! w", 3, "no variables"),
        ("single", "S\n- [x] a\n- [ ] b\n: suffle = no\n! w", 1, "'suffle' is not known"),
        ("multiple", "S\n: credit = half\n- [x] a\n- [x] b\n- [ ] c\n! w", 1, "credit=all or credit=partial"),
        ("numeric", ": units = mm\nS\n= 1 mm\n! w", 1, "has no factor"),
        ("numeric", ": ask-unit = yes\nS\n= 1 mm\n! w", 1, "without naming any"),
        ("upload", ": types = exe\nS\n! w", 1, "files 'exe'"),
        ("upload", ": max = 99\nS\n! w", 1, "max=99"),
        ("essay", ": min_words = 9\n: max_words = 5\nS\n! w", 1, "more words than it allows"),
        ("essay", "S\n= kunci\n! w", 3, "does not belong to type=essay"),
    ],
)  # fmt: skip
def test_faults_are_named_with_their_line_and_a_remedy(
    kind: str, body: str, line: int, words: str
) -> None:
    items, faults = read(HEAD.format(kind, "") + body)
    assert items == []
    assert any(f.startswith(f"x.id.quiz.md:{line}: ") and words in f for f in faults), faults


@pytest.mark.parametrize(
    ("kind", "body", "english", "words"),
    [
        ("matrix", ": columns = A | B\nS\n- [A] x\n- [B] y\n! w", "S\n- x\n- y\n! w", "same columns"),
        ("matrix", ": columns = A | B\nS\n- [A] x\n- [B] y\n! w",
         ": columns = A | B\nS\n- [A] x\n- y\n! w", "shows the key"),
        ("matching", "S\n- a => b\n- c => d\n! w", "S\n- a => b\n- => d\n! w", "does not fit"),
        ("hotspot", ": image = a.svg\n: alt = g\nS\n- [x] a @ 5 0 9 9\n- [ ] b @ 0 0 9 9\n! w",
         ": alt = p\nS\n- [x] a @ 5 0 9 9\n- b\n! w", "repeats facts"),
        ("cloze", "S [[a]]\n[[a]]: [x] p | [ ] q\n! w", "S [[a]]\n[[a]]: p\n! w", "1 options here and 2"),
        ("cloze", "S [[a]]\n[[a]]: [x] p | [ ] q\n! w", "S [[b]]\n[[a]]: p | q\n! w", "other gaps"),
        ("cloze", "S [[a]]\n[[a]]: = 3 ± 0\n! w", "S [[a]]\n[[a]]: = 3 ± 0\n! w", "repeats its answer"),
        ("truefalse", "S\n= benar\n! w", "S\n= true\n! w", "repeats its answer"),
        ("parametric", ":vars\na = 1..9\nS {{a}}\n= a\n! w", ":vars\na = 1..9\nS {{a}}\n! w", "repeats the variables"),
    ],
)  # fmt: skip
def test_english_files_repeat_texts_only(kind: str, body: str, english: str, words: str) -> None:
    _, faults = read(HEAD.format(kind, "") + body, "## Q-1\n" + english)
    assert any(f.startswith("x.en.quiz.md:") and words in f for f in faults), faults
