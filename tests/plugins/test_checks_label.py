"""The label checklist: found words pass, missing ones warn, nothing fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from tests.plugins.checking import findings, outcomes
from tests.plugins.pdfs import FONT_FILE, Sheet, real

from sanggar_packaging_design.checks import LabelText

pytestmark = [
    pytest.mark.once,
    pytest.mark.skipif(
        not FONT_FILE.exists(), reason="needs the Liberation fonts to write readable text"
    ),
]
CHECK = LabelText()
LINES = {
    "label-name": "Keripik Tempe Bu Sri",
    "label-ingredients": "Komposisi: kedelai, tepung beras, minyak kelapa, garam",
    "label-net": "Berat bersih: 150 g",
    "label-producer": "Diproduksi oleh: UD Sri Rejeki",
    "label-address": "Jl. Melati 5, Malang 65141, Indonesia",
    "label-halal": "Halal ID35110000123456789",
    "label-production": "Kode produksi: A12 01.11.2026",
    "label-expiry": "Baik digunakan sebelum: 01.05.2027",
    "label-permit": "P-IRT No. 2063573010099-30",
    "label-nutrition": "Informasi Nilai Gizi: energi 140 kkal",
}


def label(tmp_path: Path, lines: dict[str, str]) -> Path:
    shown = b" ".join(b"(%s) Tj 0 -12 Td" % text.encode("latin-1") for text in lines.values())
    content = b"0 0 0 1 k BT /R 8 Tf 20 150 Td " + shown + b" ET"
    return Sheet(content=content, fonts={"/R": real}).save(tmp_path / "a.pdf")


def check(path: Path, **more: str) -> dict[str, str]:
    return outcomes(CHECK, path, product="Keripik Tempe  bu Sri", nutrition="yes", **more)


def test_a_complete_label_passes(tmp_path: Path) -> None:
    assert check(label(tmp_path, LINES)) == dict.fromkeys(LINES, "pass")


@pytest.mark.parametrize("rule", LINES)
def test_a_missing_part_warns_alone(rule: str, tmp_path: Path) -> None:
    lines = {key: text for key, text in LINES.items() if key != rule}
    assert check(label(tmp_path, lines)) == {**dict.fromkeys(LINES, "pass"), rule: "warn"}


@pytest.mark.parametrize(
    ("rule", "text", "outcome"),
    [
        ("label-permit", "P-IRT 206357301009930", "pass"),
        ("label-permit", "P-IRT 20635730100", "warn"),
        ("label-permit", "BPOM RI MD 123456789012", "pass"),
        ("label-permit", "BPOM RI ML 1234", "warn"),
        ("label-net", "NETTO 150 gr", "warn"),
        ("label-net", "Isi bersih 250 ml", "pass"),
        ("label-net", "Berat bersih:", "warn"),
        ("label-expiry", "EXP 05/2027", "pass"),
        ("label-address", "Desa Sukun, Kec. Sukun, Kab. Malang", "pass"),
        ("label-producer", "Diproduksi", "warn"),
    ],
)
def test_ways_of_writing(rule: str, text: str, outcome: str, tmp_path: Path) -> None:
    assert check(label(tmp_path, {**LINES, rule: text}))[rule] == outcome


def test_what_cannot_be_searched_is_said(tmp_path: Path) -> None:
    curves = Sheet(content=b"0 0 0 1 k 9 9 9 9 re f").save(tmp_path / "a.pdf")
    assert outcomes(CHECK, curves) == {"label-text": "unknown"}
    Image.new("RGB", (9, 9)).save(tmp_path / "a.png")
    assert outcomes(CHECK, tmp_path / "a.png") == {"label-text": "unknown"}
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.4 nothing")
    assert outcomes(CHECK, tmp_path / "b.pdf") == {"file": "fail"}


def test_halal_is_asked_for_only_where_it_is_needed_and_names_need_a_name(tmp_path: Path) -> None:
    found = findings(CHECK, label(tmp_path, LINES), halal="no")
    assert "label-halal" not in found
    assert found["label-name"].outcome == "unknown"
    assert not any(finding.reliable for finding in found.values())
