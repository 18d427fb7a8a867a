"""What authors can write in lessons, and what nobody can smuggle through."""

from __future__ import annotations

import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanggar.kernel import markdown
from sanggar.plugin.brackets import tangled

pytestmark = pytest.mark.once

CHECK = """::: check
Berapa **2 + 2**?
- [ ] 3
  > Kurang satu.
- [x] 4
  > Tepat dua pasang.
:::
"""


class Elements(HTMLParser):
    """Every element a browser would make of a text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.comments = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_comment(self, data: str) -> None:
        self.comments += 1


def assert_harmless(html: str) -> None:
    elements = Elements(html)
    assert elements.comments == 0
    for tag, attributes in elements.found:
        assert tag in markdown.TAGS
        for name, value in attributes.items():
            assert not name.startswith("on")
            assert name not in ("style", "srcdoc", "action", "formaction")
            if name == "href":
                assert urlsplit(value or "").scheme in ("", *markdown.LINKS)
            if name == "src":
                assert (value or "").startswith("/f/")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    (tmp_path / "a.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 200"/>'
    )
    return tmp_path


@pytest.mark.parametrize("hostile", [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    '<p style="position:fixed">x</p>',
    '<iframe src="https://evil.test"></iframe>',
    "<form action=/account><input name=password></form>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](<java\tscript:alert(1)>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "![x](data:image/svg+xml;base64,AAAA)",
    "![x](https://evil.test/pixel.png)",
    "<https://evil.test/\" onmouseover=\"alert(1)>",
    '![x](a.svg "cap" onload=alert(1))',
    "::: check\n<script>alert(1)</script>\n- [x] <b onclick=x>y</b>\n- [ ] [z](javascript:x)\n:::",
    '!!! tip "<img src=x onerror=alert(1)>"\n    body',
    "x[^1]\n\n[^1]: <script>alert(1)</script>",
    "Istilah\n:   <svg onload=alert(1)>",
    "| a |\n|---|\n| <script>alert(1)</script> |",
    "<style>body{display:none}</style>",
    "<base href=//evil.test>",
    "<!-- <script> -->",
])  # fmt: skip
def test_nothing_hostile_becomes_live(hostile: str, course: Path) -> None:
    html = str(markdown.render(hostile, base_url="/f/", folder=course))
    assert_harmless(html)


@given(st.text(max_size=300))
def test_any_text_gives_a_harmless_page(text: str) -> None:
    assert_harmless(str(markdown.render(text)))


@pytest.mark.parametrize("sign", ["[", "![", "[^", "[a](", "[a\n", '[a](x"b)', "[x]("])
def test_brackets_that_are_never_closed_take_no_time(sign: str) -> None:
    started = time.process_time()
    html = str(markdown.render("Teks & isi.\n\n" + sign * 6000))
    assert time.process_time() - started < 2
    assert html.startswith(
        "<p>Teks &amp; isi.</p><p>[" if sign[0] == "[" else "<p>Teks &amp; isi.</p><p>!["
    )
    assert_harmless(html)


@pytest.mark.parametrize(
    "text",
    ["[a](https://example.org/a) " * 2000, "[ ] " * 3000, "- [a](b.md)\n" * 2000, "\\[" * 6000],
)
def test_many_brackets_that_are_closed_are_rendered(text: str) -> None:
    assert tangled(text) is None
    assert tangled(text + "\n\n" + "[" * 6000 + "\n\n" + text) == text.count("\n") + 3


def test_headings_move_down_to_the_level_asked_for() -> None:
    html = markdown.render("# A\n\n## B\n\n### C", heading_level=3)
    assert "<h3 " in html
    assert "<h4 " in html
    assert "<h2" not in html
    assert "<h1" not in html


def test_headings_have_addresses_without_accents_or_spaces() -> None:
    assert 'id="h-langkah-1-pelat-e"' in markdown.render("## Langkah 1: pelat é!")


def test_tables_scroll_in_their_box_and_say_what_their_columns_are() -> None:
    html = markdown.render("| Apa | Rp |\n|---|---:|\n| Makan | 2.000 |")
    assert 'class="scroll card"' in html
    assert 'tabindex="0"' in html
    assert '<th scope="col">Apa</th>' in html
    assert '<td class="n">2.000</td>' in html
    assert "style=" not in html


def test_an_empty_table_head_is_not_a_heading() -> None:
    assert "<th>" not in markdown.render("| |\n|---|\n| x |")


def test_a_picture_with_a_title_is_a_figure_with_its_size(course: Path) -> None:
    html = markdown.render('![sebuah kotak](a.svg "Gambar 1.")', base_url="/f/", folder=course)
    assert "<figure>" in html
    assert "<figcaption>Gambar 1.</figcaption>" in html
    assert 'width="320"' in html
    assert 'height="200"' in html
    assert 'loading="lazy"' in html
    assert 'src="/f/a.svg?v=' in html
    assert 'alt="sebuah kotak"' in html


def test_a_picture_inside_a_sentence_stays_there(course: Path) -> None:
    html = markdown.render('Lihat ![kotak](a.svg "judul") ini', base_url="/f/", folder=course)
    assert "<figure" not in html
    assert "data-caption" not in html
    assert "<img" in html


@pytest.mark.parametrize(
    "name", ["../a.svg", "/etc/passwd.svg", "missing.svg", ".hidden.svg", "%2e%2e%2fa.svg"]
)
def test_a_picture_that_is_not_there_is_shown_as_its_description(course: Path, name: str) -> None:
    html = markdown.render(f"![sebuah kotak]({name})", base_url="/f/", folder=course)
    assert "<img" not in html
    assert "<em>sebuah kotak</em>" in html


def test_pictures_need_a_folder() -> None:
    assert "<img" not in markdown.render("![kotak](a.svg)")


def test_callouts_say_their_kind_in_words() -> None:
    html = markdown.render('!!! warning "Jangan tergesa"\n    Isi.')
    assert 'class="callout warning"' in html
    assert "Hati-hati" in html
    assert "<strong>Jangan tergesa</strong>" in html
    assert 'role="note"' in html


def test_a_callout_without_a_title_does_not_repeat_its_kind() -> None:
    html = markdown.render("!!! tip\n    Isi.")
    assert "<strong>" not in html
    assert "Kiat" in html


def test_a_self_check_works_without_a_script() -> None:
    html = markdown.render(CHECK)
    assert html.count('type="radio"') == 2
    assert "<legend>Berapa <strong>2 + 2</strong>?</legend>" in html
    assert 'data-feedback="1"' in html
    assert "<details>" in html
    assert "Tepat dua pasang." in html


def test_two_self_checks_have_their_own_groups() -> None:
    html = markdown.render(CHECK + "\n" + CHECK)
    assert 'name="check-1"' in html
    assert 'name="check-2"' in html


def test_a_self_check_in_a_code_block_is_code() -> None:
    html = markdown.render("```\n" + CHECK + "```\n")
    assert "<input" not in html
    assert "::: check" in html


def test_links_out_say_so_and_links_within_stay() -> None:
    html = markdown.render("[a](https://x.test) [b](/tracks/) [c](mailto:a@example.org)")
    assert '<a href="https://x.test" rel="noopener">' in html
    assert '<a href="/tracks/">' in html
    assert '<a href="mailto:a@example.org">' in html


def test_hashtags_are_not_headings_and_lists_of_terms_are() -> None:
    html = markdown.render("#promo hari ini\n\nStop\n:   satuan cahaya")
    assert "<h" not in html
    assert "<dt>Stop</dt>" in html


def test_footnotes_come_back() -> None:
    html = markdown.render("Teks[^1]\n\n[^1]: Sumber.")
    assert 'href="#fn-1"' in html
    assert "Kembali ke catatan 1" in html


def test_the_same_text_is_rendered_once() -> None:
    text = "Sebuah teks yang hanya ada di sini."
    before = markdown._render.cache_info().hits
    markdown.render(text)
    markdown.render(text)
    assert markdown._render.cache_info().hits == before + 1
    assert markdown._render.cache_info().maxsize == 600


@pytest.mark.parametrize(("text", "line", "word"), [
    ("## a\n\n!!! hint\n    x", 3, "hint"),
    ("# Judul", 1, "##"),
    ("x\n\n![](a.svg)", 3, "description"),
    ("::: check\nQ?\n- [x] a\n- [ ] b", 1, "not closed"),
    ("::: check\nQ?\n- [ ] a\n- [ ] b\n:::", 1, "0 choices"),
    ("::: check\nQ?\n- [x] a\n- [x] b\n:::", 1, "2 choices"),
    ("\n::: check\n- [x] a\n- [ ] b\n:::", 2, "no question"),
    ("::: check\nQ?\n- [x] a\n:::", 1, "1 choices"),
    ("::: quiz\nQ?\n:::", 1, "quiz"),
])  # fmt: skip
def test_faults_are_named_with_their_line(text: str, line: int, word: str) -> None:
    found = markdown.faults(text)
    assert [fault for fault in found if fault[0] == line and word in " ".join(map(str, fault))]


def test_a_good_lesson_has_no_fault() -> None:
    assert markdown.faults("## A\n\n!!! law\n    x\n\n" + CHECK) == []


def test_pictures_are_listed_with_their_lines_but_not_those_in_code() -> None:
    text = '![a](one.svg "x")\n\n```\n![b](two.svg)\n```\n'
    assert markdown.pictures(text) == [(1, "one.svg")]
