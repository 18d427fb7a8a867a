"""Photos: settings, exposure, sharpness, noise, grey card, shop rules; each with a good and a bad one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageFilter
from PIL.TiffImagePlugin import IFDRational
from tests.plugins.checking import findings, outcomes

from sanggar_photography.checks import GreyCard, PhotoQuality, ShopPhoto
from sanggar_photography.checks_card import lab

pytestmark = pytest.mark.once
QUALITY, CARD, SHOP = PhotoQuality(), GreyCard(), ShopPhoto()
GOOD = dict.fromkeys(("exif", "iso", "shutter", "highlights", "shadows", "blur", "noise"), "pass")
EXPOSURE, APERTURE, SPEED, FOCAL, FOCAL35 = 33434, 33437, 34855, 37386, 41989
SETTINGS = {EXPOSURE: (1, 125), APERTURE: (56, 10), SPEED: 400, FOCAL: (50, 1)}


def scene(side: int = 800) -> np.ndarray[Any, Any]:
    """Patches of many greys with sharp edges: something to see, nothing clipped."""
    patches = np.random.default_rng(3).integers(40, 210, (10, 10, 3)).astype(np.uint8)
    return np.kron(patches, np.ones((side // 10, side // 10, 1), np.uint8))


def save(
    path: Path, pixels: np.ndarray[Any, Any], settings: dict[int, Any] | None = None, **more: Any
) -> Path:
    exif = Image.Exif()
    inner = exif.get_ifd(0x8769)
    for tag, value in (settings or {}).items():
        inner[tag] = IFDRational(*value) if isinstance(value, tuple) else value
    Image.fromarray(pixels).save(path, exif=exif, quality=95, **more)
    return path


def test_a_good_photo_passes_every_rule(tmp_path: Path) -> None:
    found = findings(QUALITY, save(tmp_path / "a.jpg", scene(), SETTINGS))
    assert {rule: f.outcome for rule, f in found.items()} == GOOD
    assert found["exif"].measured.en == "1/125 s, f/5.6, ISO 400, 50 mm"
    assert not any(finding.reliable for finding in found.values())


def changed(**more: Any) -> tuple[np.ndarray[Any, Any], dict[int, Any]]:
    pixels, settings = scene(), dict(SETTINGS)
    if "iso" in more:
        settings[SPEED] = more["iso"]
    if "seconds" in more:
        settings[EXPOSURE] = more["seconds"]
    if "less" in more:
        del settings[more["less"]]
    if "value" in more:
        pixels[300:400, 300:400] = more["value"]
    if "blur" in more:
        pixels = np.asarray(Image.fromarray(pixels).filter(ImageFilter.GaussianBlur(more["blur"])))
    if "noise" in more:
        grain = np.random.default_rng(5).normal(0, more["noise"], pixels.shape)
        pixels = np.clip(pixels + grain, 0, 255).astype(np.uint8)
    return pixels, settings


BROKEN: dict[str, tuple[dict[str, Any], str]] = {
    "high ISO": ({"iso": 6400}, "iso"),
    "half a second": ({"seconds": (1, 2)}, "shutter"),
    "no aperture": ({"less": APERTURE}, "exif"),
    "burnt out": ({"value": 255}, "highlights"),
    "blocked up": ({"value": 0}, "shadows"),
    "out of focus": ({"blur": 6}, "blur"),
    "noisy": ({"noise": 12}, "noise"),
}
LESS = {"shadows": {"max_black": "1"}}


@pytest.mark.parametrize("name", BROKEN)
def test_one_broken_thing_warns_alone(name: str, tmp_path: Path) -> None:
    parts, rule = BROKEN[name]
    path = save(tmp_path / "a.jpg", *changed(**parts))
    assert outcomes(QUALITY, path, **LESS.get(rule, {})) == {**GOOD, rule: "warn"}


def test_a_stripped_record_warns_and_may_be_left_out(tmp_path: Path) -> None:
    path = save(tmp_path / "a.jpg", scene())
    found = findings(QUALITY, path)
    assert (found["exif"].outcome, found["exif"].measured.en) == ("warn", "None (stripped?)")
    assert "exif" not in outcomes(QUALITY, path, exif="no")


def test_the_lens_decides_how_long_a_hand_holds_still(tmp_path: Path) -> None:
    long_lens = {**SETTINGS, FOCAL35: 300}
    assert outcomes(QUALITY, save(tmp_path / "a.jpg", scene(), long_lens))["shutter"] == "warn"


def test_white_that_reaches_the_edge_is_the_ground(tmp_path: Path) -> None:
    pixels = np.full((800, 800, 3), 255, np.uint8)
    pixels[200:600, 200:600] = scene(400)
    found = findings(QUALITY, save(tmp_path / "a.png", pixels))
    assert found["highlights"].outcome == "pass"
    assert found["highlights"].measured.en.endswith("(75.0 %)")
    pixels[300:400, 300:400] = 255
    inside = findings(QUALITY, save(tmp_path / "b.png", pixels))["highlights"]
    assert (inside.outcome, inside.measured.en.split(" ")[0]) == ("warn", "1.56")


@pytest.mark.parametrize("sigma", [2.0, 5.0, 10.0])
def test_noise_is_measured(sigma: float, tmp_path: Path) -> None:
    grain = np.random.default_rng(1).normal(0, sigma, (600, 600, 1))
    pixels = np.clip(128 + np.repeat(grain, 3, axis=2), 0, 255).round().astype(np.uint8)
    said = findings(QUALITY, save(tmp_path / "a.png", pixels))["noise"].measured.en
    assert float(said.split()[2]) == pytest.approx(sigma, abs=0.45)


def test_a_flat_picture_has_no_sharpness(tmp_path: Path) -> None:
    assert (
        outcomes(QUALITY, save(tmp_path / "a.png", np.full((400, 400, 3), 90, np.uint8)))["blur"]
        == "unknown"
    )


def card(colour: tuple[int, int, int], frame: bool = False) -> np.ndarray[Any, Any]:
    pixels = scene()
    pixels[320:400, 320:400] = colour
    if frame:
        pixels[316:404, 316:320] = pixels[316:404, 400:404] = (255, 0, 255)
        pixels[316:320, 316:404] = pixels[400:404, 316:404] = (255, 0, 255)
    return pixels


@pytest.mark.parametrize(
    ("colour", "outcome", "word"),
    [((118, 118, 118), "pass", "neutral"), ((120, 118, 114), "pass", "yellow"), ((124, 118, 112), "warn", "yellow"),
     ((140, 118, 90), "fail", "yellow"), ((100, 118, 140), "fail", "blue"), ((108, 126, 110), "fail", "green")],
)  # fmt: skip
def test_a_cast_on_the_card_is_measured(
    colour: tuple[int, int, int], outcome: str, word: str, tmp_path: Path
) -> None:
    path = save(tmp_path / "a.png", card(colour))
    found = findings(CARD, path, card="40 40 10 10")["grey-card"]
    assert found.outcome == outcome
    assert word in found.measured.en


def test_the_card_is_marked_by_name_or_by_a_frame(tmp_path: Path) -> None:
    grey = (140, 118, 90)
    assert outcomes(CARD, save(tmp_path / "a.png", card(grey))) == {"grey-card": "unknown"}
    assert outcomes(CARD, save(tmp_path / "kartu-40-40-10-10.png", card(grey))) == {
        "grey-card": "fail"
    }
    assert outcomes(CARD, save(tmp_path / "c.jpg", card(grey, frame=True))) == {"grey-card": "fail"}
    assert outcomes(CARD, save(tmp_path / "d.jpg", card((118, 118, 118), frame=True))) == {
        "grey-card": "pass"
    }
    assert outcomes(CARD, save(tmp_path / "kartu-90-90-50-50.png", card(grey))) == {
        "grey-card": "unknown"
    }


@pytest.mark.parametrize("box", ["0 0 60 60", "40 40 1 1"])
def test_what_is_no_even_card_is_not_measured(box: str, tmp_path: Path) -> None:
    path = save(tmp_path / "a.png", card((118, 118, 118))[::4, ::4])
    assert outcomes(CARD, path, card=box) == {"grey-card": "unknown"}


def test_lab_is_that_of_the_cie() -> None:
    assert lab(np.array([255.0, 255.0, 255.0])) == pytest.approx([100, 0, 0], abs=0.02)
    assert lab(np.array([0.0, 0.0, 255.0])) == pytest.approx([32.30, 79.19, -107.86], abs=0.1)


def product(side: int = 1200, share: float = 0.8, ground: int = 255) -> np.ndarray[Any, Any]:
    pixels = np.full((side, side, 3), ground, np.uint8)
    edge = round(side * (1 - share) / 2)
    pixels[edge : side - edge, edge : side - edge] = (120, 60, 40)
    return pixels


SHOP_GOOD = dict.fromkeys(
    ("pixels", "ratio", "bytes", "profile", "background", "product-area"), "pass"
)
SHOP_BROKEN: dict[str, tuple[np.ndarray[Any, Any], dict[str, str], str, str]] = {
    "too small": (product(900), {}, "pixels", "fail"),
    "not square": (product()[50:-50], {}, "ratio", "fail"),
    "too many bytes": (product(), {"max_mb": "0.1"}, "bytes", "pass"),
    "grey ground": (product(ground=242), {}, "background", "warn"),
    "small product": (product(share=0.4), {}, "product-area", "warn"),
    "cut product": (product(share=0.995), {"min_white": "0"}, "product-area", "unknown"),
}


def test_a_good_shop_photo_passes_every_rule(tmp_path: Path) -> None:
    assert outcomes(SHOP, save(tmp_path / "a.jpg", product()), white="yes") == SHOP_GOOD


@pytest.mark.parametrize("name", SHOP_BROKEN)
def test_one_broken_shop_rule_is_named_alone(name: str, tmp_path: Path) -> None:
    pixels, limits, rule, outcome = SHOP_BROKEN[name]
    found = outcomes(SHOP, save(tmp_path / "a.png", pixels), white="yes", **limits)
    expected = {**SHOP_GOOD, rule: outcome}
    if rule == "background":
        expected["product-area"] = "unknown"
    assert found == expected


def test_file_size_profile_and_source_are_named(tmp_path: Path) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (1000, 1000, 3)).astype(np.uint8)
    found = findings(SHOP, save(tmp_path / "a.png", noise), max_mb="1", source="Toko X, 2026-11")
    assert found["bytes"].outcome == "fail"
    assert found["bytes"].source == "Toko X, 2026-11"
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    lab_profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes()
    assert (
        outcomes(SHOP, save(tmp_path / "b.jpg", product(), icc_profile=srgb))["profile"] == "pass"
    )
    assert (
        outcomes(SHOP, save(tmp_path / "c.jpg", product(), icc_profile=lab_profile))["profile"]
        == "warn"
    )
    Image.fromarray(product()).convert("CMYK").save(tmp_path / "d.jpg")
    assert outcomes(SHOP, tmp_path / "d.jpg", white="yes")["profile"] == "warn"


def test_other_shapes_may_be_asked_for(tmp_path: Path) -> None:
    tall = save(tmp_path / "a.png", product(1500)[:, :1200])
    assert outcomes(SHOP, tall, ratio="4:5")["ratio"] == "pass"
    assert "ratio" not in outcomes(SHOP, tall, ratio="any")


@pytest.mark.parametrize("check", [QUALITY, CARD, SHOP])
@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8\xff\xe1\xff\xffExif\0\0MM\0*", b"\x89PNG\r\n\x1a\n\0\0", b"text"]
)
def test_damaged_photos_fail_with_a_word(check: Any, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    assert (
        outcomes(check, path, **({"card": "1 1 9 9"} if check is CARD else {})).get("file")
        == "fail"
    )


def test_half_a_photo_and_a_bomb_are_no_exception(tmp_path: Path) -> None:
    whole = save(tmp_path / "a.jpg", scene(), SETTINGS).read_bytes()
    (tmp_path / "b.jpg").write_bytes(whole[: len(whole) // 2])
    assert outcomes(QUALITY, tmp_path / "b.jpg")["file"] == "fail"
    Image.new("1", (12000, 12000)).save(tmp_path / "c.png")
    assert outcomes(QUALITY, tmp_path / "c.png")["file"] == "unknown"


@pytest.mark.parametrize("mode", ["L", "P", "RGBA", "LA", "1", "I;16"])
def test_every_kind_of_pixels_can_be_read(mode: str, tmp_path: Path) -> None:
    image = Image.fromarray(scene(400))
    made = (
        Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 200)
        if mode == "I;16"
        else image.convert(mode)
    )
    made.save(tmp_path / "a.png")
    assert "file" not in outcomes(QUALITY, tmp_path / "a.png")
    assert "file" not in outcomes(SHOP, tmp_path / "a.png", white="yes")
