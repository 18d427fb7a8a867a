"""Print files: a good one passes everything, and each thing that is broken is named, alone."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from tests.plugins.checking import findings, outcomes
from tests.plugins.pdfs import MM, Sheet, box, form, image, loose, separation

from sanggar_packaging_design import checks_walk
from sanggar_packaging_design.checks import PrintFile

pytestmark = pytest.mark.once
CHECK = PrintFile()
OVER = {
    "/ExtGState": {
        "/O": Dictionary(OP=True, op=True, OPM=1),
        "/Off": Dictionary(OP=False, op=False),
    }
}
GROUND = b"1 0 0 0 k -99 -99 9999 9999 re f "
GOOD = Sheet(
    content=GROUND + b"/O gs BT /F1 8 Tf 0 0 0 1 k 60 60 Td (Keripik) Tj ET", resources=OVER
)


def sheet(extra: bytes = b"", content: bytes = GOOD.content, **parts: Any) -> Sheet:
    tables = parts.pop("resources", {})
    return Sheet(content=content + extra, resources={**OVER, **tables}, **parts)


def test_a_good_file_passes_every_rule(tmp_path: Path) -> None:
    path = sheet(
        b" q 24 0 0 24 60 90 cm /I Do Q", resources={"/XObject": {"/I": image(100, 100)}}
    ).save(tmp_path / "a.pdf")
    assert outcomes(CHECK, path, trim_mm="100x60") == {
        "trim-size": "pass", "bleed": "pass", "fonts": "pass", "text-size": "pass",
        "image-ppi": "pass", "colours": "pass", "black-text": "pass", "bleed-painted": "pass",
    }  # fmt: skip


BROKEN: dict[str, tuple[Sheet, str, str]] = {
    "no trim box": (sheet(boxes=()), "trim-size", "fail"),
    "another size": (sheet(trim_mm=(90, 60)), "trim-size", "fail"),
    "bleed of 2 mm": (sheet(bleed_mm=2), "bleed", "fail"),
    "no bleed box": (sheet(boxes=("/TrimBox",)), "bleed", "warn"),
    "loose font": (sheet(b" BT /F2 8 Tf (x) Tj ET", fonts={"/F2": loose}), "fonts", "fail"),
    "text of 5 pt": (sheet(b" BT /F1 5 Tf 60 80 Td (x) Tj ET"), "text-size", "fail"),
    "coarse picture": (
        sheet(b" q 25 0 0 24 60 90 cm /I Do Q", resources={"/XObject": {"/I": image(100, 100)}}),
        "image-ppi", "fail",
    ),
    "coarse line art": (
        sheet(b" q 24 0 0 24 60 90 cm /I Do Q",
              resources={"/XObject": {"/I": image(100, 100, None, ImageMask=True, BitsPerComponent=1)}}),
        "line-ppi", "warn",
    ),
    "RGB": (sheet(b" 1 0 0 rg 60 60 9 9 re f"), "colours", "fail"),
    "text knocked out": (sheet(b" /Off gs BT /F1 8 Tf 60 80 Td (x) Tj ET"), "black-text", "warn"),
    "mixed black": (sheet(b" .5 .5 .5 1 k BT /F1 8 Tf 60 80 Td (x) Tj ET"), "black-text", "warn"),
    "white on top": (sheet(b" 0 0 0 0 k 60 60 9 9 re f"), "white-overprint", "fail"),
    "artwork stops": (sheet(content=GOOD.content.replace(b"-99 -99 9999 9999", b"0 0 283.46 170.08")),
                      "bleed-painted", "warn"),
    "registration": (
        sheet(b" /S cs 1 scn 60 60 9 9 re f", resources={"/ColorSpace": {"/S": separation("All")}}), "spots", "warn"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_one_broken_thing_is_named_alone(name: str, tmp_path: Path) -> None:
    broken, rule, outcome = BROKEN[name]
    found = outcomes(CHECK, broken.save(tmp_path / "a.pdf"), trim_mm="100x60")
    assert found.pop(rule) == outcome
    others = {"unknown"} if name == "no trim box" else set()
    assert set(found.values()) - {"pass"} == others, found


@pytest.mark.parametrize(
    ("given", "said"), [(2.95, "2.95"), (3.0, "3.00"), (4.2, "4.20"), (0.0, "0.00")]
)
def test_bleed_is_measured_to_a_tenth_of_a_millimetre(
    given: float, said: str, tmp_path: Path
) -> None:
    found = findings(CHECK, sheet(bleed_mm=given).save(tmp_path / "a.pdf"))["bleed"]
    assert found.measured.to("en") == f"{said} mm (narrowest side)"
    assert found.measured.id == f"{said.replace('.', ',')} mm (sisi tersempit)"


def test_the_narrowest_side_decides_and_the_user_unit_counts(tmp_path: Path) -> None:
    path = sheet().save(tmp_path / "a.pdf", BleedBox=box(-3, -3, 101, 63))
    assert findings(CHECK, path)["bleed"].measured.en == "1.00 mm (narrowest side)"
    found = findings(CHECK, sheet(unit=2.5).save(tmp_path / "b.pdf"))
    assert found["bleed"].measured.en == "3.00 mm (narrowest side)"
    assert found["trim-size"].measured.en == "100.0 × 60.0 mm"
    assert found["text-size"].measured.en.startswith("20.00 pt")


SIZES: list[tuple[bytes, float]] = [
    (b"BT /F1 1 Tf 6 0 0 6 60 60 Tm (x) Tj ET", 6),
    (b"q .5 0 0 .5 0 0 cm BT /F1 13 Tf 160 160 Td (x) Tj ET Q", 6.5),
    (b"q 0 .5 -.5 0 160 20 cm BT /F1 13 Tf 60 60 Td (x) Tj ET Q", 6.5),
    (b"BT /F1 1 Tf 7 0 2 7 60 60 Tm (x) Tj ET", 7),
    (b"BT /F1 7 Tf 3 0 0 1 60 60 Tm (x) Tj ET", 7),
    (b"BT /F1 -6 Tf 60 60 Td (x) Tj ET", 6),
    (b"BT /F1 6 Tf 12 TL 60 60 Td (x) ' ET", 6),
    (b"BT /F1 6 Tf 60 60 Td [(x) -200 (y)] TJ ET", 6),
]


@pytest.mark.parametrize(("content", "size"), SIZES)
def test_text_size_follows_both_matrices(content: bytes, size: float, tmp_path: Path) -> None:
    path = sheet(b" " + content).save(tmp_path / "a.pdf")
    assert findings(CHECK, path)["text-size"].measured.en == f"{size:.2f} pt (Tested, page 1)"


UNSEEN = [
    b"BT 3 Tr /F2 3 Tf 60 60 Td (hidden) Tj ET",
    b"BT /F2 3 Tf 60 60 Td ( ) Tj () Tj ET",
    b"BT /F1 3 Tf 60 -40 Td (below the trim) Tj ET",
    b"/OC /Off BDC BT /F1 3 Tf 60 60 Td (x) Tj ET 1 0 0 rg 0 0 9 9 re f EMC",
    b"/None gs 1 0 0 rg 0 0 9 9 re f",
    b"1 0 0 rg 60 60 9 9 re n",
    b"q 24 0 0 24 6000 90 cm /I Do Q",
]


@pytest.mark.parametrize("content", UNSEEN)
def test_what_is_not_painted_is_no_fault(content: bytes, tmp_path: Path) -> None:
    layer: list[Any] = []

    def off(pdf: pikepdf.Pdf) -> Any:
        layer.append(pdf.make_indirect(Dictionary(Type=Name.OCG, Name="off")))
        return layer[0]

    def root(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OCProperties = Dictionary(OCGs=Array(layer), D=Dictionary(OFF=Array(layer)))

    tables = {
        "/XObject": {"/I": image(9, 9, Name.DeviceRGB)}, "/Properties": {"/Off": off},
        "/ExtGState": {**OVER["/ExtGState"], "/None": Dictionary(ca=0)},
    }  # fmt: skip
    made = sheet(b" " + content, resources=tables, fonts={"/F2": loose})
    found = outcomes(CHECK, made.save(tmp_path / "a.pdf", root=root))
    assert set(found.values()) == {"pass"}, found
    assert "image-ppi" not in found


def test_fonts_only_listed_are_no_fault(tmp_path: Path) -> None:
    found = outcomes(CHECK, sheet(fonts={"/F2": loose, "/F3": loose}).save(tmp_path / "a.pdf"))
    assert found["fonts"] == "pass"


def glyph_font(drawing: bytes, resources: dict[str, Any] | None = None) -> Any:
    def make(pdf: pikepdf.Pdf) -> Any:
        tables = {
            k: Dictionary({n: v(pdf) for n, v in t.items()}) for k, t in (resources or {}).items()
        }
        return pdf.make_indirect(Dictionary(
            Type=Name.Font, Subtype=Name.Type3, FontBBox=[0, 0, 1000, 1000],
            FontMatrix=Array([0.001, 0, 0, 0.001, 0, 0]), FirstChar=97, LastChar=98, Widths=[1000, 1000],
            Encoding=Dictionary(Differences=Array([97, Name.a, Name.b])), Resources=Dictionary(tables),
            CharProcs=Dictionary(a=pdf.make_stream(drawing), b=pdf.make_stream(b"1000 0 d0 1 0 0 rg 0 0 9 9 re f")),
        ))  # fmt: skip

    return make


RGB_BOX = b"1 0 0 rg 0 0 9 9 re f"
INSIDE: dict[str, tuple[bytes, dict[str, Any], dict[str, Any]]] = {
    "form": (b"/X Do", {"/XObject": {"/X": form(RGB_BOX)}}, {}),
    "form in a form": (b"/X Do", {"/XObject": {"/X": form(b"/Y Do", {"/XObject": {"/Y": form(RGB_BOX)}})}}, {}),
    "tiling pattern": (
        b"/Pattern cs /P scn 60 60 9 9 re f",
        {"/Pattern": {"/P": form(RGB_BOX, PatternType=1, PaintType=1, TilingType=1, XStep=9, YStep=9)}}, {},
    ),
    "shading pattern": (
        b"/Pattern CS /P SCN 60 60 9 9 re S",
        {"/Pattern": {"/P": Dictionary(PatternType=2, Shading=Dictionary(ColorSpace=Name.DeviceRGB, ShadingType=2))}}, {},
    ),
    "shading": (b"/S sh", {"/Shading": {"/S": Dictionary(ColorSpace=Name.DeviceRGB, ShadingType=2)}}, {}),
    "indexed picture": (
        b"q 9 0 0 9 60 60 cm /I Do Q",
        {"/XObject": {"/I": image(99, 99, Array([Name.Indexed, Name.DeviceRGB, 1, b"\0\0\0\1\1\1"]))}}, {},
    ),
    "inline picture": (b"q 1 0 0 1 60 60 cm BI /W 2 /H 2 /CS /RGB /BPC 8 ID 123456789012 EI Q", {}, {}),
    "glyph of Type 3": (b"BT /T 8 Tf 60 80 Td (a) Tj ET", {}, {"/T": glyph_font(b"1000 0 d0 " + RGB_BOX)}),
    "stroke": (b"1 0 0 RG 60 60 9 9 re S", {}, {}),
    "named space": (b"/C cs 1 0 0 scn 60 60 9 9 re f", {"/ColorSpace": {"/C": Name.DeviceRGB}}, {}),
}  # fmt: skip


@pytest.mark.parametrize("name", INSIDE)
def test_rgb_is_found_wherever_it_is_painted(name: str, tmp_path: Path) -> None:
    content, tables, fonts = INSIDE[name]
    path = sheet(b" " + content, resources=tables, fonts=fonts).save(tmp_path / "a.pdf")
    found = findings(CHECK, path)
    assert found["colours"].measured.en == "RGB (page 1)"


@pytest.mark.parametrize("name", ["tiling pattern", "shading", "named space"])
def test_colours_only_defined_are_no_fault(name: str, tmp_path: Path) -> None:
    _, tables, _ = INSIDE[name]
    assert outcomes(CHECK, sheet(resources=tables).save(tmp_path / "a.pdf"))["colours"] == "pass"


def test_a_glyph_that_is_not_shown_paints_nothing(tmp_path: Path) -> None:
    fonts = {"/T": glyph_font(b"1000 0 0 0 9 9 d1 1 0 0 rg 0 0 9 9 re f")}
    path = sheet(b" BT /T 8 Tf 60 80 Td (a) Tj ET", fonts=fonts).save(tmp_path / "a.pdf")
    found = findings(CHECK, path)
    assert (
        found["colours"].measured.en == "CMYK"
    )  # an uncoloured glyph takes the colour of its text
    assert found["fonts"].outcome == "pass"


def test_loose_fonts_within_forms_are_found(tmp_path: Path) -> None:
    inside = form(b"BT /F9 8 Tf (x) Tj ET", {"/Font": {"/F9": loose}})
    path = sheet(b" q 1 0 0 1 60 60 cm /X Do Q", resources={"/XObject": {"/X": inside}}).save(
        tmp_path / "a.pdf"
    )
    assert findings(CHECK, path)["fonts"].measured.en == "Not embedded: Helvetica"


def test_colour_spaces_and_spots_are_named(tmp_path: Path) -> None:
    def icc(pdf: pikepdf.Pdf) -> Any:
        stream = pdf.make_stream(b"profile")
        stream["/N"] = 4
        return Array([Name.ICCBased, stream])

    spaces = {"/S": separation("Dieline"), "/G": icc, "/N": Array(
        [Name.DeviceN, Array([Name.Black, Name("/Emas Tua")]), Name.DeviceCMYK, Dictionary()])}  # fmt: skip
    content = (b" /S CS 1 SCN 60 60 9 9 re S /G cs 0 0 0 1 scn 60 60 9 9 re f"
               b" /N cs 1 1 scn 60 60 9 9 re f .5 g 60 60 9 9 re f")  # fmt: skip
    path = sheet(content, resources={"/ColorSpace": spaces}).save(tmp_path / "a.pdf")
    found = findings(CHECK, path, spots="Dieline|Emas Tua")
    assert found["colours"].measured.en == "CMYK, Gray, ICC CMYK, Spot"
    assert found["spots"].measured.en == "Dieline, Emas Tua"
    assert found["spots"].outcome == "pass"
    assert outcomes(CHECK, path, spots="Dieline")["spots"] == "warn"


@pytest.mark.parametrize("pixels", [97, 100, 250, 1200])
def test_resolution_is_right_within_a_percent(pixels: int, tmp_path: Path) -> None:
    turned = b" q 0 %.4f %.4f 0 60 60 cm /I Do Q" % (20 * MM, -10 * MM)
    tables = {"/XObject": {"/I": image(pixels, pixels, Name.DeviceGray)}}
    path = sheet(turned, resources=tables).save(tmp_path / "a.pdf")
    said = findings(CHECK, path)["image-ppi"].measured.en
    found = float(said.split(" ppi")[0].replace(",", ""))
    assert found == pytest.approx(pixels / (20 / 25.4), rel=0.01)


@pytest.mark.parametrize(
    ("colour", "settings", "good"),
    [
        (b"0 0 0 1 k", Dictionary(op=True, OPM=1), True),
        (b"0 0 0 1 k", Dictionary(OP=True, OPM=1), True),  # op follows OP
        (b"0 0 0 1 k", Dictionary(OP=True, op=False, OPM=1), False),
        (b"0 0 0 1 k", Dictionary(op=True), False),  # mode 0 clears the other plates
        (b"0 g", Dictionary(op=True, OPM=1), False),  # grey clears them always
        (b"/K cs 1 scn", Dictionary(op=True), True),
    ],
)
def test_black_overprints_only_with_the_right_settings(
    colour: bytes, settings: Dictionary, good: bool, tmp_path: Path
) -> None:
    tables = {"/ExtGState": {"/O": settings}, "/ColorSpace": {"/K": separation("Black")}}
    content = GROUND + b"/O gs " + colour + b" BT /F1 8 Tf 60 60 Td (x) Tj ET"
    path = Sheet(content=content, resources=tables).save(tmp_path / "a.pdf")
    assert outcomes(CHECK, path)["black-text"] == ("pass" if good else "warn")


def bomb(pdf: pikepdf.Pdf) -> Any:
    packed = zlib.compress(b"q Q " * 8_000_000, 9)
    stream = pikepdf.Stream(pdf, packed)
    stream.update({"/Filter": Name.FlateDecode, "/Subtype": Name.Form, "/BBox": [0, 0, 9, 9]})
    return stream


def laughs(pdf: pikepdf.Pdf) -> Any:
    """Ten forms, each painted ten times by the next: ten thousand million marks."""
    inner = form(b"0 0 9 9 re f")(pdf)
    for _ in range(10):
        inner = form(b"/X Do " * 10, {"/XObject": {"/X": inner}})(pdf)
    return inner


def circle(pdf: pikepdf.Pdf) -> Any:
    stream = pdf.make_indirect(form(b"/X Do")(pdf))
    stream["/Resources"] = Dictionary(XObject=Dictionary(X=stream))
    return stream


@pytest.mark.parametrize("trap", [bomb, laughs, circle])
def test_traps_end_soon_with_a_word(
    trap: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks_walk, "MAX_STEPS", 3_000)
    made = sheet(b" /Trap Do", resources={"/XObject": {"/Trap": trap}})
    found = findings(CHECK, made.save(tmp_path / "a.pdf"))
    assert found["extent"].outcome == "unknown"
    assert found["trim-size"].outcome == "pass"
    assert found["fonts"].outcome == found["colours"].outcome == "unknown"


@pytest.mark.parametrize(
    "content",
    [b" /Nowhere Do", b" 1 0 k", b" (x) cm", b" /F1 Tf", b" /S cs 1 scn 0 0 9 9 re f", b" Q Q Q ET EMC",
     b" BT /F9 8 Tf (x) Tj ET", b" [ [ [ (", b" BI ID EI", b" /X gs /Y sh /OC /Z BDC"],
)  # fmt: skip
def test_broken_content_is_no_exception(content: bytes, tmp_path: Path) -> None:
    found = outcomes(CHECK, sheet(content).save(tmp_path / "a.pdf"))
    assert found["trim-size"] == "pass"
    assert found["text-size"] == "pass"


ODD_BOXES: list[dict[str, Any]] = [
    {"MediaBox": Array([0, 0, 1]), "UserUnit": 0}, {"MediaBox": Array([0, 0, "a", "b"])},
    {"TrimBox": Array([Name.A, 0, 1, 1])}, {"UserUnit": pikepdf.String("x")},
    {"TrimBox": box(100, 60, 0, 0), "BleedBox": Array([])}, {"Contents": Array([1, 2])},
    {"Resources": Array([])}, {"BleedBox": box(-3, -3, 1e7, 1e7)},
]  # fmt: skip


@pytest.mark.parametrize("entries", ODD_BOXES)
def test_odd_pages_are_no_exception(entries: dict[str, Any], tmp_path: Path) -> None:
    found = findings(CHECK, sheet().save(tmp_path / "a.pdf", **entries))
    assert found["trim-size"].outcome in ("pass", "fail")
    assert "file" not in found


def test_a_page_that_cannot_be_read_is_never_called_fine(tmp_path: Path) -> None:
    path = sheet().save(tmp_path / "a.pdf")
    with pikepdf.open(path) as pdf:
        stream = pikepdf.Stream(pdf, b"not packed at all")
        stream["/Filter"] = Name.FlateDecode
        pdf.pages[0].obj.Contents = stream
        pdf.save(tmp_path / "b.pdf")
    found = outcomes(CHECK, tmp_path / "b.pdf")
    assert (found["extent"], found["fonts"], found["colours"]) == ("warn", "unknown", "unknown")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"%PDF-1.7\n" + b"\0" * 500, b"no pdf at all"])
def test_a_damaged_file_fails_with_a_word(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    assert outcomes(CHECK, path) == {"file": "fail"}


def test_a_locked_file_fails_with_a_word(tmp_path: Path) -> None:
    path = GOOD.save(tmp_path / "a.pdf")
    with pikepdf.open(path) as pdf:
        pdf.save(tmp_path / "b.pdf", encryption=pikepdf.Encryption(owner="o", user="u"))
    found = findings(CHECK, tmp_path / "b.pdf")["file"]
    assert (found.outcome, found.measured.en) == ("fail", "The PDF is locked with a password")


def test_many_pages_are_checked_up_to_a_limit(tmp_path: Path) -> None:
    with pikepdf.open(GOOD.save(tmp_path / "a.pdf")) as pdf:
        for _ in range(24):
            pdf.pages.append(pdf.pages[0])
        pdf.save(tmp_path / "b.pdf")
    found = findings(CHECK, tmp_path / "b.pdf")["extent"]
    assert (found.outcome, found.measured.en) == ("unknown", "25 pages")


def test_limits_are_those_of_the_author(tmp_path: Path) -> None:
    path = sheet(bleed_mm=2).save(tmp_path / "a.pdf")
    assert outcomes(CHECK, path, bleed_mm="2", min_text_pt="9", colours="any") | {"black-text": ""} == {
        "trim-size": "pass", "bleed": "pass", "fonts": "pass", "text-size": "fail", "colours": "pass",
        "black-text": "", "bleed-painted": "pass",
    }  # fmt: skip
