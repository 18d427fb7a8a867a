"""Bar codes: a good one passes, each fault is named alone, and red bars are no bars to a till."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import zxingcpp
from PIL import Image
from tests.plugins.checking import findings, outcomes
from tests.plugins.pdfs import MM, Sheet

from sanggar_packaging_design.checks import BarCode
from sanggar_packaging_design.question_types import check_digit

pytestmark = pytest.mark.once
CHECK = BarCode()
CODE = "8997501000122"
LEFT = [
    "0001101",
    "0011001",
    "0010011",
    "0111101",
    "0100011",
    "0110001",
    "0101111",
    "0111011",
    "0110111",
    "0001011",
]
PARITY = [
    "LLLLLL",
    "LLGLGG",
    "LLGGLG",
    "LLGGGL",
    "LGLLGG",
    "LGGLLG",
    "LGGGLL",
    "LGLGLG",
    "LGLGGL",
    "LGGLGL",
]
BLACK = b"0 0 0 1 k"
GOOD = {
    "ean-code": "pass",
    "ean-x": "pass",
    "ean-quiet": "pass",
    "ean-contrast": "pass",
    "ean-height": "pass",
}


def modules(code: str) -> str:
    right = ["".join("10"[int(bit)] for bit in digit) for digit in LEFT]
    tables = {"L": LEFT, "G": [digit[::-1] for digit in right]}
    first = "".join(tables[p][int(d)] for p, d in zip(PARITY[int(code[0])], code[1:7], strict=True))
    return f"101{first}01010{''.join(right[int(d)] for d in code[7:])}101"


def bars(
    code: str = CODE, x: float = 0.33, at: tuple[float, float] = (20, 10), high: float = 22.85,
    ink: bytes = BLACK,
) -> bytes:  # fmt: skip
    made = [ink]
    for place, bit in enumerate(modules(code)):
        if bit == "1":
            made.append(b"%.4f %.4f %.4f %.4f re" % (
                (at[0] + place * x) * MM, at[1] * MM, x * MM, high * MM))  # fmt: skip
    return b" ".join([*made, b"f "])


def pdf(tmp_path: Path, content: bytes) -> Path:
    return Sheet(content=content).save(tmp_path / "a.pdf")


def test_a_good_code_passes_every_rule(tmp_path: Path) -> None:
    found = findings(CHECK, pdf(tmp_path, bars()), digits=CODE)
    assert {rule: f.outcome for rule, f in found.items()} == GOOD
    assert found["ean-code"].measured.id == "8 997501 000122"


BROKEN: dict[str, tuple[bytes, str, str]] = {
    "wrong check digit": (bars("8997501000123"), "ean-code", "fail"),
    "another code": (bars("8997501000139"), "ean-code", "fail"),
    "too small": (bars(x=0.25), "ean-x", "fail"),
    "too large": (bars(x=0.7, high=50, at=(15, 5)), "ean-x", "fail"),
    "left zone too narrow": (bars() + BLACK + b" %f 0 3 300 re f" % (15.95 * MM), "ean-quiet", "fail"),
    "right zone too narrow": (bars() + BLACK + b" %f 0 3 300 re f" % (53.3 * MM), "ean-quiet", "fail"),
    "red bars": (bars(ink=b"0 1 1 0 k"), "ean-contrast", "fail"),
    "orange bars": (bars(ink=b"0 .6 1 0 k"), "ean-contrast", "fail"),
    "pale bars": (bars(ink=b"0 0 0 .25 k"), "ean-contrast", "fail"),
    "black on blue": (b"1 .6 0 0 k -99 -99 9999 9999 re f " + bars(), "ean-contrast", "fail"),
    "light on dark": (BLACK + b" -99 -99 9999 9999 re f " + bars(ink=b"0 0 0 0 k"), "ean-contrast", "fail"),
    "short bars": (bars(high=12), "ean-height", "warn"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_one_broken_thing_is_named_alone(name: str, tmp_path: Path) -> None:
    content, rule, outcome = BROKEN[name]
    assert outcomes(CHECK, pdf(tmp_path, content), digits=CODE) == {**GOOD, rule: outcome}


@pytest.mark.parametrize("ink", [b"1 0 0 0 k", b"1 1 0 0 k", b"1 0 1 .5 k", b"0 0 1 rg"])
def test_bars_that_are_dark_in_red_light_pass(ink: bytes, tmp_path: Path) -> None:
    assert outcomes(CHECK, pdf(tmp_path, bars(ink=ink)))["ean-contrast"] == "pass"


def test_dark_bars_on_red_pass_as_tills_see_red_as_white(tmp_path: Path) -> None:
    ground = b"0 1 1 0 k -99 -99 9999 9999 re f "
    assert (
        outcomes(CHECK, pdf(tmp_path, ground + bars(ink=b"1 0 0 .6 k")))["ean-contrast"] == "pass"
    )


TURNED, LEANING = b"0 1 -1 0 160 0 cm", b".966 .259 -.259 .966 40 -20 cm"


@pytest.mark.parametrize(
    ("x", "turn"),
    [(0.264, b""), (0.33, b""), (0.5, b""), (0.3, TURNED), (0.264, LEANING), (0.33, LEANING)],
)
def test_the_module_is_right_within_two_percent(x: float, turn: bytes, tmp_path: Path) -> None:
    content = b"q " + turn + b" " + bars(x=x, at=(12, 8)) + b" Q"
    said = findings(CHECK, pdf(tmp_path, content))["ean-x"].measured.en
    assert float(said.split(" mm")[0]) == pytest.approx(x, rel=0.02)


def test_quiet_zones_are_counted_in_modules(tmp_path: Path) -> None:
    content = bars() + BLACK + b" %f 0 3 300 re f" % ((20 - 9 * 0.33) * MM - 3)
    assert findings(CHECK, pdf(tmp_path, content))["ean-quiet"].measured.en.startswith("left 9.0 X")


def photo(tmp_path: Path, ink: tuple[int, int, int] = (0, 0, 0), **more: object) -> Path:
    plain = zxingcpp.create_barcode(CODE, zxingcpp.BarcodeFormat.EAN13).to_image(
        scale=6, add_quiet_zones=False
    )
    dark = np.pad(np.asarray(plain) < 128, 120)
    pixels = np.where(dark[:, :, None], np.array(ink, np.uint8), np.uint8(255))
    Image.fromarray(pixels.astype(np.uint8)).save(tmp_path / "a.png", **more)
    return tmp_path / "a.png"


def test_on_a_picture_nothing_measured_fails_and_size_needs_a_resolution(tmp_path: Path) -> None:
    found = outcomes(CHECK, photo(tmp_path))
    assert found == {
        "ean-code": "pass",
        "ean-x": "unknown",
        "ean-quiet": "pass",
        "ean-contrast": "pass",
    }
    assert outcomes(CHECK, photo(tmp_path, (255, 0, 0)))["ean-contrast"] == "warn"
    found_size = findings(CHECK, photo(tmp_path, dpi=(461.8, 461.8)))["ean-x"]
    assert found_size.measured.en.startswith("0.330 mm")


def test_no_code_is_asked_for_only_where_one_is_required(tmp_path: Path) -> None:
    path = pdf(tmp_path, b"")
    assert outcomes(CHECK, path) == {"ean-code": "unknown"}
    assert outcomes(CHECK, path, required="yes") == {"ean-code": "warn"}


def test_a_prefix_for_use_inside_shops_is_noted(tmp_path: Path) -> None:
    assert (
        outcomes(CHECK, pdf(tmp_path, bars("201234567890" + check_digit("201234567890"))))[
            "ean-code"
        ]
        == "warn"
    )


@pytest.mark.parametrize("suffix", ["pdf", "png", "jpg"])
@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.4", b"\x89PNG\r\n\x1a\n" + b"\0" * 40, b"\xff\xd8\xff\xe0junk"]
)
def test_damaged_files_fail_with_a_word(suffix: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(data)
    assert outcomes(CHECK, path) == {"file": "fail"}


def test_a_picture_of_too_many_pixels_is_not_opened(tmp_path: Path) -> None:
    Image.new("1", (9000, 9000)).save(tmp_path / "a.png")
    assert outcomes(CHECK, tmp_path / "a.png") == {"file": "unknown"}
