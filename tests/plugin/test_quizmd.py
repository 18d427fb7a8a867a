"""Question banks: what is written is what is read, and nothing a mentor types makes it crash."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from sanggar.plugin.documents import Findings
from sanggar.plugin.items import Item
from sanggar.plugin.quizcut import sections
from sanggar.plugin.quizmd import content_version, option_id, read_items

LETTERS = st.sampled_from("abcdefghijklmnopqrstuvwxyzABC éü0123456789,.?%()½×–")
#: one line of prose that no rule of the format claims
prose = st.text(LETTERS, min_size=1, max_size=40).map(lambda s: "T" + s.strip())
texts = st.lists(prose, min_size=4, max_size=6, unique_by=lambda t: " ".join(t.split()).casefold())
fragments = st.sampled_from([
    "## Q-1 {type=single area=U level=apply}", "## Q-2", "## ", "##", "# X", "- [x] a", "- [ ] a", "- [?] b",
    "- b", "  > why", "  more", "1. one", "2) two", "= 5 ± 1", "= a | b", "=", ": k = v", ":", "! because", "!",
    "", "   ", "```", "~~~", "text", "{type=numeric}", "| a |", "![x](y.svg \"z\")", "---", "\t", "\u202e", "= 1,5 ± -",
])  # fmt: skip


def read(indonesian: str, english: str | None = None) -> tuple[list[Item], Findings]:
    findings = Findings()
    first = sections(indonesian, "x.id.quiz.md", 1, findings, keys=True)
    second = None if english is None else sections(english, "x.en.quiz.md", 1, findings, keys=False)
    return read_items(first, second, findings), findings


def one(body: str, english: str | None = None) -> Item:
    items, findings = read(body, english)
    assert findings.errors == [], [str(f) for f in findings.errors]
    (item,) = items
    return item


@given(stem=prose, options=texts, why=prose, key=st.integers(0, 3), feedback=prose)
def test_a_choice_item_comes_back_as_it_was_written(
    stem: str, options: list[str], why: str, key: int, feedback: str
) -> None:
    lines = [f"- [{'x' if n == key else ' '}] {text}" for n, text in enumerate(options)]
    lines.insert(key + 1, f"  > {feedback}")
    english = [f"- E{text}" for text in options]
    item = one(
        "\n".join(["## Q-1 {type=single area=U-1 level=analyse}", stem, *lines, f"! {why}"]),
        "\n".join(["## Q-1", f"E{stem}", *english, f"! E{why}"]),
    )
    assert item.stem.id == stem
    assert item.stem.en == f"E{stem}"
    assert [o.text.id for o in item.options] == options
    assert [o.text.en for o in item.options] == [f"E{t}" for t in options]
    assert [o.key for o in item.options] == [n == key for n in range(len(options))]
    assert item.options[key].feedback is not None
    assert item.options[key].feedback.id == feedback
    assert item.explanation.to("en") == f"E{why}"


@given(steps=texts)
def test_steps_of_an_ordering_keep_their_order(steps: list[str]) -> None:
    body = "\n".join(f"{n}. {text}" for n, text in enumerate(steps, 1))
    item = one(
        f"## Q-1 {{type=ordering area=U level=apply}}\nS\n{body}\n! w", f"## Q-1\nS\n{body}\n! w"
    )
    assert [o.text.id for o in item.options] == steps
    assert not any(o.key for o in item.options)


@given(
    value=st.decimals(-(10**9), 10**9, places=3).map(lambda d: f"{d.normalize():f}"),
    tolerance=st.decimals(0, 100, places=2).map(lambda d: f"{d.normalize():f}"),
    unit=st.sampled_from(["", "mm", "kali per hari", "%"]),
    sign=st.sampled_from([" ± ", "±", " +- ", " +/- "]),
)
def test_a_number_keeps_value_tolerance_and_unit(
    value: str, tolerance: str, unit: str, sign: str
) -> None:
    item = one(
        f"## Q-1 {{type=numeric area=U level=apply}}\nS\n= {value}{sign}{tolerance} {unit}\n! w"
    )
    assert item.params == {"value": value, "tolerance": tolerance, "unit": unit}


@given(answers=texts)
def test_short_answers_are_kept_for_each_language(answers: list[str]) -> None:
    line = " | ".join(answers)
    item = one(
        f"## Q-1 {{type=short area=U level=remember}}\nS\n= {line}\n! w",
        f"## Q-1\nS\n= {line} | extra\n! w",
    )
    assert item.answers["id"] == tuple(answers)
    assert item.answers["en"] == (*answers, "extra")


@given(
    st.lists(fragments, max_size=25).map("\n".join),
    st.none() | st.lists(fragments, max_size=25).map("\n".join),
)
@example("## Q-1 {type=numeric area=U level=apply}\nS\n= \n! w", None)
@example("## Q-1 {type=numeric area=U level=apply points=" + "9" * 400 + "}\nS\n= 1\n! w", None)
@settings(max_examples=400)
def test_any_mixture_of_lines_gives_items_or_faults_with_real_lines(
    indonesian: str, english: str | None
) -> None:
    items, findings = read(indonesian, english)
    for fault in findings.all:
        source = indonesian if fault.file == "x.id.quiz.md" else english or ""
        assert 1 <= fault.line <= source.count("\n") + 1
        assert fault.problem
        assert fault.remedy
    assert len({item.id for item in items}) == len(items)
    for item in items:
        assert item.stem.id
        assert item.explanation.id


@given(st.text(max_size=400))
def test_any_text_at_all_is_read_without_a_crash(text: str) -> None:
    read(text, text)


def test_options_have_ids_that_say_nothing_about_their_place() -> None:
    a = one("## Q-1 {type=single area=U level=apply}\nS\n- [x] right\n- [ ] wrong\n! w")
    b = one("## Q-1 {type=single area=U level=apply}\nS\n- [ ] wrong\n- [x] right\n! w")
    assert {o.text.id: o.id for o in a.options} == {o.text.id: o.id for o in b.options}
    assert a.options[0].id == option_id("Q-1", "right")
    other = one("## Q-2 {type=single area=U level=apply}\nS\n- [x] right\n- [ ] wrong\n! w")
    assert other.options[0].id != a.options[0].id


def test_the_version_changes_with_the_content_and_only_with_it() -> None:
    body = "## Q-1 {type=numeric area=U level=apply}\nS\n= 5 ± 0\n! w"
    item = one(body)
    assert item.version == one("\n\n" + body).version == content_version(item)
    assert item.version != one(body.replace("= 5", "= 6")).version
    assert item.version != one(body.replace("! w", "! v")).version
    assert item.version != one(body, "## Q-1\nE\n! w").version


def test_parameters_of_a_type_come_from_braces_or_lines() -> None:
    item = one(
        '## Q-1 {type=own area=U level=apply f=8 name="two words"}\n: base = https://x.example/a?b=c\nS\n! w'
    )
    assert item.params == {"f": "8", "name": "two words", "base": "https://x.example/a?b=c"}


def test_markdown_inside_a_question_is_left_alone() -> None:
    stem = "Lihat kode ini:\n\n```\n## bukan soal\n- [x] bukan opsi\n= 3\n```\n\n* butir\n* butir"
    item = one(
        f'## Q-1 {{type=numeric area=U level=apply}}\n{stem}\n= 1 ± 0\n! ![gambar](a.svg "x")\n\n* satu'
    )
    assert item.stem.id == stem
    assert item.explanation.id.endswith("* satu")
    assert item.params["value"] == "1"


def test_a_picture_at_the_start_of_a_line_is_no_explanation() -> None:
    item = one("## Q-1 {type=short area=U level=apply}\n![alat](a.svg)\nApa ini?\n= difuser\n! w")
    assert item.stem.id == "![alat](a.svg)\nApa ini?"


def test_a_long_option_may_go_on_indented_on_the_next_line() -> None:
    item = one(
        "## Q-1 {type=single area=U level=apply}\nS\n- [x] one\n  two\n  > why\n  > so\n- [ ] b\n! w"
    )
    assert item.options[0].text.id == "one two"
    assert item.options[0].feedback is not None
    assert item.options[0].feedback.id == "why\nso"


def test_the_minus_sign_of_typesetters_is_a_minus() -> None:
    assert one("## Q-1 {type=numeric area=U level=apply}\nS\n= −5 ± 0\n! w").params["value"] == "-5"


def test_a_bank_that_is_too_long_is_refused() -> None:
    body = "\n".join(f"## Q-{n} {{type=short area=U level=apply}}\nS\n= a\n! w" for n in range(600))
    items, findings = read(body)
    assert items == []
    assert "600 items in one bank" in findings.errors[0].problem
