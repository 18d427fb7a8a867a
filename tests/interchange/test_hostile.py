"""Files from anywhere: what is dangerous is refused with a clear word, nothing raises."""

from __future__ import annotations

import io
import stat
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sanggar.interchange import archive, exchange, xmlsafe
from sanggar.interchange.model import Unreadable
from sanggar.interchange.texts import from_html, to_plain

pytestmark = pytest.mark.once

ITEM = (
    '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p1" identifier="A1" title="a" '
    'adaptive="false" timeDependent="false"{more}><responseDeclaration identifier="RESPONSE" '
    'cardinality="single" baseType="identifier"><correctResponse><value>A</value></correctResponse>'
    '</responseDeclaration><itemBody>{body}<choiceInteraction responseIdentifier="RESPONSE" '
    'shuffle="true" maxChoices="1"><simpleChoice identifier="A">ya</simpleChoice>'
    '<simpleChoice identifier="B">tidak</simpleChoice></choiceInteraction></itemBody>'
    '<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/match_correct"/>'
    "</assessmentItem>"
)
GOOD = ITEM.format(more="", body="<p>Benar?</p>")


def refusal(data: bytes, name: str = "x.xml") -> str:
    done = exchange.read(data, name)
    assert not done.entries
    assert len(done.refused) == 1
    return done.refused[0].reason


def package(files: dict[str, bytes | str]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return target.getvalue()


def test_the_good_item_is_read() -> None:
    (entry,) = exchange.read(GOOD.encode(), "x.xml").entries
    assert entry.item.type == "single"
    assert [option.key for option in entry.item.options] == [True, False]


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE lolz [<!ENTITY a "x"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/evil.dtd">',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/hostname"> %p;]>',
        "<!-- a comment first --><?pi first?><!DOCTYPE x []>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_are_refused_in_any_encoding(doctype: str, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{doctype}{GOOD}'
    data = text.encode(encoding)
    with pytest.raises(Unreadable, match="DOCTYPE"):
        xmlsafe.parse(data)
    assert "DOCTYPE" in refusal(data)
    moodle = text.replace(GOOD, "<quiz></quiz>").encode(encoding)
    assert "DOCTYPE" in refusal(moodle)


def test_an_entity_that_nothing_defines_is_no_text() -> None:
    assert "cannot be read" in refusal(GOOD.replace("Benar?", "&undefined;").encode())


def test_xinclude_is_refused() -> None:
    include = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'
    assert "XInclude" in refusal(ITEM.format(more="", body=include).encode())


def test_depth_and_number_of_elements_have_limits() -> None:
    deep = "<p>" * 150 + "</p>" * 150
    assert "deeper than 100" in refusal(ITEM.format(more="", body=deep).encode())
    many = "<p/>" * (xmlsafe.MAX_ELEMENTS + 5)
    assert "elements" in refusal(ITEM.format(more="", body=many).encode())


def test_a_huge_file_is_refused_unread() -> None:
    assert "larger than 20 MB" in refusal(b"<quiz>" + b" " * xmlsafe.MAX_XML + b"</quiz>")


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("../items/a.xml", "leads out"),
        ("a/../../b.xml", "leads out"),
        ("/etc/passwd", "not relative"),
        ("C:/a.xml", "not relative"),
        ("a\\b.xml", "not relative"),
        ("./a.xml", "leads out"),
        ("a\nb.xml", "not a plain file name"),
    ],
)
def test_paths_that_lead_elsewhere_are_refused(name: str, word: str) -> None:
    assert word in refusal(package({"imsmanifest.xml": "<manifest/>", name: GOOD}), "p.zip")


def test_a_nul_in_a_name_is_refused() -> None:
    data = package({"aXb.xml": GOOD}).replace(b"aXb.xml", b"a\x00b.xml")
    assert "NUL" in refusal(data, "p.zip")


def test_links_are_refused() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        link = zipfile.ZipInfo("link.xml")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        made.writestr(link, "/etc/passwd")
    assert "is a link" in refusal(target.getvalue(), "p.zip")


def test_names_that_stand_twice_are_refused() -> None:
    with pytest.warns(UserWarning, match="Duplicate name"):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as made:
            made.writestr("a.xml", GOOD)
            made.writestr("a.xml", GOOD)
    assert "stands twice" in refusal(target.getvalue(), "p.zip")
    assert "stands twice" in refusal(package({"a.xml": GOOD, "A.XML": GOOD}), "p.zip")


def test_bombs_are_refused_before_they_are_unpacked() -> None:
    assert "zip bomb" in refusal(package({"a.xml": b"\0" * 15_000_000}), "p.zip")
    assert "larger than 20 MB" in refusal(package({"a.xml": b"\0" * 21_000_000}), "p.zip")
    crowd = {f"{number}.txt": b"" for number in range(archive.MAX_ENTRIES + 1)}
    assert "more than 2000 files" in refusal(package(crowd), "p.zip")


def test_a_size_that_lies_is_found_out() -> None:
    data = bytearray(package({"a.xml": b"A" * 5000}))
    central = data.rfind(b"PK\x01\x02")
    data[central + 24 : central + 28] = (10).to_bytes(4, "little")
    done = exchange.read(bytes(data), "p.zip")
    assert not done.entries
    assert done.refused


def test_encrypted_packages_are_refused() -> None:
    data = bytearray(package({"a.xml": GOOD}))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        data[at + offset] |= 1
    assert "encrypted" in refusal(bytes(data), "p.zip")


def test_pictures_that_run_something_do_not_come_along() -> None:
    for evil in (
        "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        "<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        "<svg xmlns='http://www.w3.org/2000/svg' xmlns:x='http://www.w3.org/1999/xlink'>"
        "<image x:href='http://127.0.0.1/a.png'/></svg>",
    ):
        with pytest.raises(Unreadable, match="script or fetches"):
            archive.check_image("a.svg", evil.encode())
    with pytest.raises(Unreadable, match="not a picture"):
        archive.check_image("a.png", b"<html>")
    with pytest.raises(Unreadable, match="not a picture"):
        archive.check_image("a.exe", b"MZ")


def test_what_runs_in_a_text_is_dropped_and_listed() -> None:
    dropped: list[str] = []
    text = from_html(
        '<p onclick="x()">Halo <script>alert(1)</script><b>Anda</b>'
        '<iframe src="https://a.example"></iframe><a href="javascript:alert(1)">klik</a>'
        '<img src="https://track.example/x.png" alt="pelacak"></p>',
        dropped,
    )
    assert text == "Halo **Anda**klikpelacak"
    assert any("<script>" in what for what in dropped)
    assert any("<iframe>" in what for what in dropped)
    assert any("javascript" in what for what in dropped)
    assert any("picture from elsewhere" in what for what in dropped)


def test_a_text_of_a_question_is_never_an_instruction_to_the_bank() -> None:
    gift = "::Q1::[plain]## Q-2 \\{type\\=single\\}\n\\= 5\n! bukan\n- [x] bukan {=ya ~tidak}"
    (entry,) = exchange.read(gift.encode(), "a.gift").entries
    assert [option.text.id for option in entry.item.options] == ["ya", "tidak"]
    assert to_plain(entry.item.stem.id) == "## Q-2 {type=single}\n= 5\n! bukan\n- [x] bukan"


def test_texts_that_would_take_minutes_are_refused() -> None:
    for text in ("[" * 5000, "kata " * 100_000):
        for form in ("html", "markdown", "plain"):
            gift = f"::Q::[{form}]{text} {{T}}"
            assert "a text " in refusal(gift.encode(), "a.gift") or "a question " in refusal(
                gift.encode(), "a.gift"
            )


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.sampled_from(["", "gift", "aiken", "moodle", "qti"]))
def test_no_bytes_raise(data: bytes, form: str) -> None:
    done = exchange.read(data, "x.bin", format=form)
    assert done.entries or done.refused or done.notes


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="{}=~#%:\\/[]<>-.T1a \n$", max_size=120))
def test_no_gift_raises(text: str) -> None:
    done = exchange.read(text.encode(), "x.gift", format="gift")
    assert done.entries or done.refused


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_item_never_raises(data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(GOOD)))
    length = data.draw(st.integers(0, 60))
    filler = data.draw(st.sampled_from(["", "<p/>", "x", '"', "&amp;", "<math/>"]))
    damaged = GOOD[:start] + filler + GOOD[start + length :]
    done = exchange.read(damaged.encode(), "x.xml", format="qti")
    assert done.entries or done.refused
