"""Delivered pictures: every byte as it was made, and nothing of the place where they were taken."""

from __future__ import annotations

import io
import struct
import time
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from sanggar.kernel.files.places import LONGEST_XMP, without_place

pytestmark = pytest.mark.once

PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
KINDS = [("JPEG", "jpg"), ("PNG", "png"), ("WEBP", "webp")]
XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:Description dc:creator="Wahyuni"'
    b' exif:GPSLatitude="7,58.5S" drone-dji:RelativeAltitude="30"><exif:GPSLongitude>112,37.2E'
    b"</exif:GPSLongitude><dc:title>Keripik</dc:title></rdf:Description></x:xmpmeta>"
)


def exif(*, gps: bool = True, endian: str = "<") -> Image.Exif:
    made = Image.Exif()
    made.endian = endian
    made[0x010F], made[0x0112], made[0x8298] = "Fiktif", 6, "Hak cipta Wahyuni"
    made.get_ifd(ExifTags.IFD.Exif).update({0x829D: 5.6, 0x9003: "2026:11:20 08:00:00"})
    if gps:
        place = {1: "S", 2: (7.0, 58.0, 31.0), 3: "E", 4: (112.0, 37.0, 13.0)}
        made.get_ifd(ExifTags.IFD.GPSInfo).update(place)
    return made


def picture(kind: str, **more: object) -> bytes:
    out = io.BytesIO()
    Image.effect_noise((64, 48), 90).convert("RGB").save(
        out, kind, dpi=(300, 300), icc_profile=PROFILE, **more
    )
    return out.getvalue()


def seen(content: bytes) -> tuple[bytes, bytes, dict[int, object], dict[int, object]]:
    """Return pixels, profile, tags and place."""
    with Image.open(io.BytesIO(content)) as image:
        tags = image.getexif()
        return (image.convert("RGB").tobytes(), image.info["icc_profile"], dict(tags),
                dict(tags.get_ifd(ExifTags.IFD.GPSInfo)))  # fmt: skip


@pytest.mark.parametrize(("kind", "name"), KINDS)
def test_a_picture_that_names_no_place_stays_as_it_is(kind, name) -> None:
    made = picture(kind, exif=exif(gps=False))
    assert without_place(made, name) is made


@pytest.mark.parametrize("endian", ["<", ">"])
@pytest.mark.parametrize(("kind", "name"), KINDS)
def test_only_the_place_goes(kind, name, endian) -> None:
    made = picture(kind, exif=exif(endian=endian))
    bare = without_place(made, name)
    assert len(bare) == len(made)
    before, after = seen(made), seen(bare)
    assert before[3] and not after[3]
    assert after[:2] == before[:2]
    assert after[2] == {tag: v for tag, v in before[2].items() if tag != 0x8825}
    numbers = struct.pack(f"{endian}6I", 7, 1, 58, 1, 31, 1)
    assert numbers in made and numbers not in bare
    with Image.open(io.BytesIO(bare)) as image:
        if kind != "WEBP":
            assert round(image.info["dpi"][0]) == 300


@pytest.mark.parametrize(("kind", "name"), KINDS)
def test_places_in_xmp_go_and_names_stay(kind, name) -> None:
    if kind == "PNG":
        texts = PngImagePlugin.PngInfo()
        texts.add_itxt("XML:com.adobe.xmp", XMP.decode())
        made = picture(kind, pnginfo=texts)
    else:
        made = picture(kind, xmp=XMP)
    bare = without_place(made, name)
    assert len(bare) == len(made) and b"7,58" in made
    assert not any(word in bare for word in (b"7,58", b"112,37", b"GPS"))
    assert b"Wahyuni" in bare and b"Keripik" in bare and b"RelativeAltitude" in bare
    assert seen(bare)[:2] == seen(made)[:2]


def test_places_in_a_gif_go() -> None:
    bare = without_place(SAMPLES["GIF"], "gif")
    assert b"GPS" in SAMPLES["GIF"] and b"GPS" not in bare and b"Keripik" in bare


def test_packed_texts_of_a_png_that_name_a_place_go() -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=True)
    texts.add_text("Raw profile type exif", "\nexif\n  10\n00", zip=True)
    texts.add_itxt("Author", "Wahyuni", zip=True)
    made = picture("PNG", pnginfo=texts)
    with Image.open(io.BytesIO(without_place(made, "png"))) as image:
        image.load()
        assert dict(image.text) == {"Author": "Wahyuni"}


def test_pictures_behind_a_picture_are_looked_at_and_films_go() -> None:
    made = picture("JPEG", exif=exif())
    bare = without_place(made, "jpg")
    assert without_place(made + made, "jpg") == bare + bare
    film = b"\x00\x00\x00\x18ftypmp42" + b"\xa9xyz-07.97+112.63/"
    assert without_place(made + film, "jpg") == bare


def test_camera_data_that_nobody_can_read_go() -> None:
    broken = picture("JPEG", exif=exif()).replace(b"Exif\x00\x00II", b"Exif\x00\x00??")
    bare = without_place(broken, "jpg")
    assert b"Fiktif" not in bare and len(bare) == len(broken)
    with Image.open(io.BytesIO(bare)) as image:
        image.load()
        assert not dict(image.getexif())


def test_a_flood_of_words_is_no_flood_of_work() -> None:
    body = b"<?xpacket begin?>" + b"<a:gps " * (LONGEST_XMP // 7 + 10)
    chunk = b"XMP " + struct.pack("<I", len(body)) + body
    bare = without_place(b"RIFF\x00\x00\x00\x00WEBP" + chunk, "webp")
    assert b"gps" not in bare


@given(
    st.sampled_from([("jpg", "JPEG"), ("png", "PNG"), ("webp", "WEBP"), ("gif", "GIF")]),
    st.lists(st.tuples(st.integers(0, 900), st.binary(min_size=1, max_size=6)), max_size=6),
)
def test_damaged_pictures_are_borne_calmly(kind, hits) -> None:
    name, pillow = kind
    data = bytearray(SAMPLES[pillow])
    for at, piece in hits:
        data[at : at + len(piece)] = piece
    assert len(without_place(bytes(data), name)) <= len(data)


SAMPLES = {kind: picture(kind, exif=exif()) for kind, _name in KINDS}
SAMPLES["GIF"] = picture("GIF") + b"XMP DataXMP" + XMP + b"<?xpacket end"


def _segment(body: bytes) -> bytes:
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


@pytest.mark.parametrize("unit", [b"<a:gps>", b"<a:" + b"gps" * 19 + b">", b" a:gps='"])
def test_more_places_than_any_camera_writes_go_as_a_whole_and_fast(unit) -> None:
    made = picture("JPEG")
    text = _segment(b"http://ns.adobe.com/xap/1.0/\x00" + unit * (60_000 // len(unit)))
    begun = time.process_time()
    bare = without_place(made[:2] + text * 20 + made[2:], "jpg")
    assert time.process_time() - begun < 2  # it was 20 s
    assert b"gps" not in bare and len(bare) == len(made) + 20 * len(text)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def test_xmp_of_a_png_that_unpacks_without_end_is_left_out() -> None:
    made = picture("PNG")
    bomb = _chunk(
        b"iTXt", b"XML:com.adobe.xmp\x00\x01\x00\x00\x00" + zlib.compress(bytes(20_000_000))
    )
    begun = time.process_time()
    assert without_place(made[:33] + bomb * 50 + made[33:], "png") == made
    assert time.process_time() - begun < 2  # it was 35 s


def test_texts_of_a_png_that_say_where_go_and_others_stay() -> None:
    made = picture("PNG")
    title = _chunk(b"tEXt", b"Title\x00gps kripik")
    told = _chunk(b"tEXt", b"exif:GPSLatitude\x007/1, 58/1")
    assert (
        without_place(made[:33] + title + told + made[33:], "png") == made[:33] + title + made[33:]
    )


def test_a_place_in_xmp_that_is_not_closed_goes_up_to_the_next_tag() -> None:
    made = picture("JPEG")
    text = _segment(b"http://ns.adobe.com/xap/1.0/\x00<exif:GPSLatitude>7,58.5S<dc:title>Keripik")
    bare = without_place(made[:2] + text + made[2:], "jpg")
    assert b"7,58" not in bare and b"<dc:title>Keripik" in bare


def test_a_jpeg_that_ends_within_its_exif_does_not_grow() -> None:
    cut = b"\xff\xd8\xff\xe1\x00\xff" + b"Exif\x00\x00" + b"II*\x00"
    assert len(without_place(cut, "jpg")) == len(cut)
