"""Hostile and honest files: what is kept, what is refused and with which word."""

from __future__ import annotations

import io
import zipfile
from functools import lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import ExifTags, Image

from sanggar import errors
from sanggar.kernel.files import filecheck, photos, storage
from sanggar.plugin.track import FileRules

ANY = FileRules(max=5, size_mb=1, types=("jpg", "png", "pdf", "zip", "csv", "xlsx"))


@pytest.fixture(autouse=True)
def _words(app):
    with app.test_request_context("/"):
        yield


@lru_cache
def photo(
    kind: str = "JPEG", size: tuple[int, int] = (64, 48), *, gps: bool = True, turned: int = 1
) -> bytes:
    image = Image.effect_noise(size, 90).convert("RGB")
    exif = Image.Exif()
    exif[0x010F], exif[0x0110], exif[0x0112] = "Fiktif", "Kamera Uji 1", turned
    inner = exif.get_ifd(ExifTags.IFD.Exif)
    inner.update(
        {0x829D: 5.6, 0x829A: 0.008, 0x8827: 400, 0x920A: 50.0, 0x9003: "2026:11:20 08:00:00"}
    )
    if gps:
        place = exif.get_ifd(ExifTags.IFD.GPSInfo)
        place.update({1: "S", 2: (7.0, 58.0, 30.0), 3: "E", 4: (112.0, 37.0, 12.0)})
    out = io.BytesIO()
    more = {"comment": b"rahasia rumah"} if kind == "JPEG" else {}
    image.save(out, kind, exif=exif, **more)
    return out.getvalue()


def archive(*entries: tuple[str, bytes], packed: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", packed) as made:
        for name, content in entries:
            made.writestr(name, content)
    return out.getvalue()


def check(content: bytes, name: str, rules: FileRules = ANY) -> filecheck.Checked:
    return filecheck.check(io.BytesIO(content), name, rules)


XLSX = archive(("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<w/>"))


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (photo(), "foto.JPEG", "jpg"), (photo("PNG"), "foto.png", "png"),
        (b"%PDF-1.7\n%abc\n", "surat.pdf", "pdf"), (archive(("a.txt", b"halo")), "karya.zip", "zip"),
        (b"nama;harga\nkeripik;12.500\n", "data.csv", "csv"), (XLSX, "hitung.xlsx", "xlsx"),
        ("nama\tharga\n".encode("utf-16"), "data.csv", "csv"),
    ],
)  # fmt: skip
def test_honest_files_are_taken(content, name, kind) -> None:
    assert check(content, name).kind == kind


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"MZ" + b"\0" * 100, "foto.jpg", "bukan berkas JPG"),
        (photo("PNG"), "foto.jpg", "bukan berkas JPG"),
        (b"<html><script>alert(1)</script>", "surat.pdf", "bukan berkas PDF"),
        (b"<html><script>alert(1)</script>", "data.csv", "bukan berkas CSV"),
        (b"\x00\x01\x02", "data.csv", "bukan berkas CSV"),
        (archive(("a.txt", b"x")), "hitung.xlsx", "bukan berkas XLSX"),
        (archive(("[Content_Types].xml", b"x"), ("xl/a", b"x"), ("xl/vbaProject.bin", b"x")), "h.xlsx", "bukan berkas XLSX"),
        (b"PK\x03\x04" + b"rusak" * 20, "karya.zip", "rusak"),
        (photo()[:900], "foto.jpg", "rusak"),
        (photo("PNG")[:-30], "foto.png", "rusak"),
        (b"", "foto.jpg", "kosong"),
        (b"x", "program.exe", "Yang diterima: jpg, png"),
        (b"x", "tanpa-akhiran", "Yang diterima"),
        (photo(), "foto.jpg.exe", "Yang diterima"),
        (photo(), None, "Yang diterima"),
        (archive(("../../etc/cron.d/x", b"x")), "k.zip", "keluar dari arsip"),
        (archive(("/etc/passwd", b"x")), "k.zip", "keluar dari arsip"),
        (archive(("C:\\x.txt", b"x")), "k.zip", "keluar dari arsip"),
        (archive(("hadiah.exe", b"x")), "k.zip", "program"),
        (archive(("lagi.zip", b"x")), "k.zip", "arsip lain"),
    ],
)  # fmt: skip
def test_other_files_are_refused_with_a_word_that_helps(content, name, words) -> None:
    with pytest.raises(errors.Invalid) as refused:
        check(content, name)
    assert words in str(refused.value.message)


def test_a_file_over_the_limit_names_the_limit() -> None:
    with pytest.raises(errors.TooLarge) as refused:
        check(b"%PDF-" + b"0" * 1_200_000, "surat.pdf")
    assert "1,2 MB" in str(refused.value.message)
    assert "paling besar 1 MB" in str(refused.value.message)


def test_archives_that_explode_are_refused() -> None:
    bomb = archive(("nol.txt", b"\0" * 50_000_000))
    assert len(bomb) < 100_000
    with pytest.raises(errors.Invalid, match="terlalu besar"):
        check(bomb, "k.zip")
    many = archive(*((f"{n}.txt", b"") for n in range(2001)))
    with pytest.raises(errors.Invalid, match="terlalu besar"):
        check(many, "k.zip")


def test_an_archive_whose_entries_share_their_bytes_is_refused() -> None:
    honest = bytearray(
        archive(("a.txt", b"x" * 5000), ("b.txt", b"y" * 5000), packed=zipfile.ZIP_STORED)
    )
    at = honest.find(b"PK\x01\x02")
    honest[at + 20 : at + 24] = (50_000).to_bytes(4, "little")
    with pytest.raises(errors.Invalid):
        check(bytes(honest), "k.zip")


def test_a_locked_archive_is_refused() -> None:
    locked = bytearray(archive(("a.txt", b"x")))
    at = locked.find(b"PK\x01\x02")
    locked[at + 8] |= 1
    with pytest.raises(errors.Invalid, match="berkata sandi"):
        check(bytes(locked), "k.zip")


def test_a_picture_with_absurd_dimensions_is_refused_before_it_is_decoded() -> None:
    png = bytearray(photo("PNG"))
    png[16:24] = (60_000).to_bytes(4, "big") * 2
    with pytest.raises((errors.TooLarge, errors.Invalid)):
        check(bytes(png), "foto.png")


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"), ("C:\\foto\\a b.png", "a b.png"), ("", "file"),
        ("\u202egpj.exe", "gpj.exe"), ("foto\n\r\x00.jpg", "foto.jpg"), ("a" * 300 + ".jpg", "a" * 116 + ".jpg"),
        ("con.jpg", "_con.jpg"), ("..", "file"), ('x"<>|?*.png', "x.png"), ("Keripik “Bu Sulas”.jpg", "Keripik “Bu Sulas”.jpg"),
    ],
)  # fmt: skip
def test_names_are_cleaned(given_name, kept) -> None:
    assert filecheck.clean_name(given_name) == kept


@given(st.text(max_size=400))
def test_any_name_becomes_a_harmless_one(name) -> None:
    kept = filecheck.clean_name(name)
    assert 0 < len(kept) <= 120
    assert not set(kept) & set('/\\\x00\n\r"')
    assert kept not in (".", "..")


@given(
    st.binary(max_size=300),
    st.sampled_from(["a.jpg", "a.png", "a.pdf", "a.zip", "a.xlsx", "a.csv"]),
)
def test_any_bytes_are_taken_or_refused_calmly(content, name) -> None:
    try:
        check(content, name)
    except (errors.Invalid, errors.TooLarge) as refused:
        assert str(refused.message)


def pixels(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as image:
        return image.convert("RGB").tobytes()


@pytest.mark.parametrize(("kind", "name"), [("JPEG", "jpg"), ("PNG", "png")])
def test_stripping_removes_all_metadata_and_no_pixel(kind, name) -> None:
    original = photo(kind)
    bare = photos.strip(io.BytesIO(original), name)
    assert bare is not None
    for secret in (b"Fiktif", b"Kamera Uji", b"rahasia rumah", b"2026:11:20"):
        assert secret not in bare
    with Image.open(io.BytesIO(bare)) as image:
        assert not dict(image.getexif())
        assert "comment" not in image.info
    assert pixels(bare) == pixels(original)
    assert check(bare, f"a.{name}").kind == name


def test_stripping_keeps_a_turned_photo_turned_and_drops_what_hangs_behind() -> None:
    bare = photos.strip(io.BytesIO(photo(turned=6) + b"<?php system('x');"), "jpg")
    assert bare is not None
    assert b"<?php" not in bare
    with Image.open(io.BytesIO(bare)) as image:
        assert dict(image.getexif()) == {0x0112: 6}


def test_progressive_photos_survive_stripping() -> None:
    out = io.BytesIO()
    Image.effect_noise((200, 150), 80).convert("RGB").save(
        out, "JPEG", progressive=True, quality=90
    )
    assert pixels(photos.strip(io.BytesIO(out.getvalue()), "jpg") or b"") == pixels(out.getvalue())


def test_copies_are_upright_small_and_bare() -> None:
    page, thumb = photos.copies(io.BytesIO(photo(size=(3000, 2000), turned=6)))
    with Image.open(io.BytesIO(page)) as image:
        assert image.size == (1333, 2000)
        assert not dict(image.getexif())
    with Image.open(io.BytesIO(thumb)) as image:
        assert max(image.size) == 480
    assert b"Fiktif" not in page + thumb
    assert photos.media_type(thumb) == "image/jpeg"


def test_transparent_pictures_stay_transparent() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 0)).save(out, "PNG")
    page, _ = photos.copies(io.BytesIO(out.getvalue()))
    assert photos.media_type(page) == "image/png"


def test_camera_settings_are_read_without_the_place() -> None:
    found = photos.camera(io.BytesIO(photo()))
    assert found == {
        "make": "Fiktif", "model": "Kamera Uji 1", "taken": "2026:11:20 08:00:00",
        "aperture": 5.6, "shutter": "1/125", "iso": 400, "focal": 50.0,
    }  # fmt: skip
    assert photos.camera(io.BytesIO(photo("PNG", gps=False)))["iso"] == 400
    assert photos.camera(io.BytesIO(b"nothing")) == {}


def test_files_are_named_by_their_content_and_kept_once() -> None:
    one = storage.put(io.BytesIO(b"isi"))
    assert storage.put(io.BytesIO(b"isi")) == one
    assert storage.read(one) == b"isi"
    assert storage.path(one).parent.parent == storage.folder()
    assert not list(storage.folder().glob("incoming-*"))


@pytest.mark.parametrize("name", ["", "../x", "a" * 63, "A" * 64, "../../" + "a" * 58])
def test_nothing_but_a_hash_is_a_path(name) -> None:
    with pytest.raises(errors.NotFound):
        storage.path(name)


def test_thumbnails_of_noise_are_small_too() -> None:
    page, thumb = photos.copies(io.BytesIO(photo(size=(900, 900))), (800, 800), 120_000)
    assert len(page) <= 120_000 and len(thumb) <= photos.THUMB_BYTES
    _page, flat = photos.copies(io.BytesIO(photo("PNG", size=(600, 600))))
    assert photos.media_type(flat) == "image/jpeg" and len(flat) <= photos.THUMB_BYTES
