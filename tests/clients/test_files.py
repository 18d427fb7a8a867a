"""Photos of briefs, the link that shows a brief, and files that are delivered."""

from __future__ import annotations

import hashlib
import io
import re

import pytest
from PIL import ExifTags, Image
from tests.kernel.test_files import archive, photo
from tests.support import count_sql

from sanggar.clients import brief_photos, queries, service, sharing
from sanggar.clients.brief_rules import MAX_PHOTOS
from sanggar.exports import personal
from sanggar.kernel.files import storage, sweep


def sent(*files: tuple[str, bytes], **more: object) -> dict[str, object]:
    return {**more, "photos": [(io.BytesIO(content), name) for name, content in files]}


def of_brief(tx, brief: int) -> list[brief_photos.Photo]:
    with tx():
        return brief_photos.of_brief(brief)


def plain(shade: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), (shade, 90, 90)).save(out, "JPEG")
    return out.getvalue()


def camera(size: tuple[int, int]) -> bytes:
    """Return a large photo as a phone writes it: lying on its side, with the place in it."""
    exif = Image.Exif()
    exif[0x0110], exif[0x0112] = "Kamera Uji", 6
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "S", 2: (7.0, 58.0, 30.0)})
    out = io.BytesIO()
    Image.radial_gradient("L").resize(size).convert("RGB").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_photos_are_small_bare_and_add_to_the_score(client, login, people, market, tx) -> None:
    login(client, people.client)
    where = f"/briefs/{market.brief}/ask/photos"
    with tx():
        before = queries.system_brief(market.brief).quality
    large = camera((2400, 1800))
    assert client.post(where, data=sent(("IMG.JPG", large), more="1")).location == where
    assert client.post(where, data=sent(("lagi.jpg", large), more="1")).status_code == 303  # twice
    [kept] = of_brief(tx, market.brief)
    assert (kept.width, kept.height) == (1200, 1600)  # upright
    with tx():
        assert queries.system_brief(market.brief).quality == before + 15
        for sha, most in ((kept.page, 400_000), (kept.thumb, 30_000)):
            content = storage.read(sha)
            assert len(content) <= most and b"Kamera Uji" not in content
            with Image.open(io.BytesIO(content)) as shown:
                assert not shown.getexif()
        assert not storage.path(hashlib.sha256(large).hexdigest()).exists()
    page = client.get(where).text
    assert f"/photos/{kept.id}/thumb" in page and "pixel" not in page
    gone = client.post(f"/briefs/{market.brief}/photos/{kept.id}/remove")
    assert gone.location == where and of_brief(tx, market.brief) == []
    assert client.post(f"/briefs/{market.brief}/photos/{kept.id}/remove").status_code == 303


def test_hostile_photos_are_refused_in_plain_words(client, login, people, market, tx) -> None:
    login(client, people.client)
    where = f"/briefs/{market.brief}/ask/photos"
    bomb = bytearray(photo("PNG"))
    bomb[16:24] = (60_000).to_bytes(4, "big") * 2
    answer = client.post(where, data=sent(
        ("baik.jpg", plain(10)), ("halaman.jpg", b"<html><script>alert(1)</script>"),
        ("bom.png", bytes(bomb)), link="instagram.com/tetap",
    ))  # fmt: skip
    assert answer.status_code == 422
    assert "halaman.jpg bukan berkas JPG" in answer.text and "bom.png" in answer.text
    assert "instagram.com/tetap" in answer.text
    assert len(of_brief(tx, market.brief)) == 1  # the good one is kept
    three = [(f"{n}.jpg", plain(n)) for n in (60, 120, 180)]
    answer = client.post(where, data=sent(*three))
    assert answer.status_code == 422 and "Tiga foto" in answer.text
    assert len(of_brief(tx, market.brief)) == MAX_PHOTOS
    answer = client.post(where, data=sent(("x.svg", b"<svg/>")))
    assert answer.status_code == 422


def test_only_who_may_read_the_brief_sees_its_photos(
    client, login, people, market, make, tx, now
) -> None:
    login(client, people.client)
    client.post(f"/briefs/{market.brief}/ask/photos", data=sent(("a.jpg", plain(10))))
    [kept] = of_brief(tx, market.brief)
    url = f"/briefs/{market.brief}/photos/{kept.id}/thumb"

    def may(person_id: int) -> bool:
        login(client, person_id)
        answer = client.get(url)
        assert answer.status_code in (200, 404)
        return answer.status_code == 200

    assert may(people.client) and may(people.officer) and not may(people.other_client)
    assert not may(people.talent) and not may(people.other_hub_officer)
    with tx():
        service.shortlist(market.brief, people.talent, wanted=True, by=market.client, now=now)
        offer = service.send_offers(market.brief, make.terms(now), by=market.client, now=now)
    assert may(people.talent) and not may(people.peer)
    login(client, people.talent)
    page = client.get(f"/offers/{offer}").text
    assert url in page and 'loading="lazy"' in page
    assert client.get(url).headers["Cache-Control"].startswith("private")


def test_a_shared_brief_opens_by_its_link_only_and_closes_again(
    client, login, people, market, tx, now
) -> None:
    login(client, people.client)
    text = "Kemasan keripik tempe, hubungi 0812-3456-7890 atau bu.sulas@contoh.id ya"
    client.post(f"/briefs/{market.brief}/ask/story", data={"text": text})
    client.post(
        f"/briefs/{market.brief}/ask/photos", data=sent(("a.jpg", plain(10)), link="ig.com/x")
    )
    for _twice in range(2):
        assert client.post(f"/briefs/{market.brief}/share").status_code == 303
    page = client.get(f"/briefs/{market.brief}").text
    link = re.search(r'value="https?://[^/"]+(/s/[^"]+)"', page)[1]
    assert "https://wa.me/?text=" in page
    client.get("/sign-out")
    stranger = client.application.test_client()
    answer = stranger.get(link)
    assert answer.status_code == 200 and answer.headers["X-Robots-Tag"] == "noindex"
    for secret in ("7890", "bu.sulas", "ig.com", "62812"):
        assert secret not in answer.text
    assert "Kemasan keripik tempe" in answer.text
    for name in ("og:title", "og:description", "og:image"):
        assert f'property="{name}"' in answer.text
    picture = re.search(r'property="og:image" content="https?://[^/"]+([^"]+)"', answer.text)[1]
    assert stranger.get(picture).mimetype == "image/jpeg"
    assert stranger.get(link[:-2] + "xx").status_code == 404
    assert client.post(f"/briefs/{market.brief}/unshare").status_code == 303
    assert stranger.get(link).status_code == 404 and stranger.get(picture).status_code == 404


def test_a_link_ends_with_its_brief(client, login, people, market, tx, now) -> None:
    login(client, people.client)
    client.post(f"/briefs/{market.brief}/share")
    path = re.search(
        r'value="https?://[^/"]+(/s/[^"]+)"', client.get(f"/briefs/{market.brief}").text
    )[1]
    assert client.get(path).status_code == 200
    with tx():
        service.cancel_brief(market.brief, "Tidak jadi", by=market.client, now=now)
        assert sharing.link_of(queries.system_brief(market.brief)) == ""
    assert client.get(path).status_code == 404
    assert client.post(f"/briefs/{market.brief}/share").status_code == 409


@pytest.fixture
def delivered(client, login, people, placed) -> str:
    """Work with two files delivered by the talent."""
    login(client, people.talent)
    where = f"/work/{placed}/deliver"
    files = [(io.BytesIO(plain(10)), "label.jpg"), (io.BytesIO(b"%PDF-1.7 cetak"), "cetak.pdf")]
    assert (
        client.post(where, data={"files": files, "more": "1", "note": "hampir"}).status_code == 200
    )
    assert client.post(where, data={"note": "Berkas akhir"}).status_code == 303
    return f"/work/{placed}"


def test_files_are_gathered_and_handed_over(app, client, login, people, placed, tx) -> None:
    login(client, people.talent)
    work = f"/work/{placed}"
    evil = archive(("virus.exe", b"MZ"))
    files = [(io.BytesIO(plain(10)), "label.jpg"), (io.BytesIO(evil), "semua.zip")]
    answer = client.post(f"{work}/deliver", data={"files": files, "note": "Ini hasilnya"})
    assert answer.status_code == 422 and "semua.zip" in answer.text
    assert "Ini hasilnya" in answer.text and "label.jpg" in answer.text  # the good one lies ready
    file = re.search(rf"{work}/files/(\d+)", answer.text)[0]
    assert client.get(file, buffered=True).status_code == 200
    login(client, people.client)
    assert client.get(file).status_code == 404  # not handed over yet
    assert "label.jpg" not in client.get(work).text
    login(client, people.talent)
    assert client.post(f"{file}/remove").status_code == 303
    assert client.get(file).status_code == 404
    again = {"files": [(io.BytesIO(plain(20)), "akhir.jpg")], "note": ""}
    assert client.post(f"{work}/deliver", data=again).status_code == 303  # a file says enough
    login(client, people.client)
    with count_sql(app) as statements:
        assert "akhir.jpg" in client.get(work).text
    assert len(statements) <= 8


def test_delivered_files_stay_and_are_downloads_for_both_sides(
    client, login, people, delivered, tx
) -> None:
    page = client.get(delivered).text
    files = sorted(set(re.findall(rf"{delivered}/files/\d+", page)))
    assert len(files) == 2
    assert client.post(f"{files[0]}/remove").status_code == 409
    for somebody, status in ((people.client, 200), (people.officer, 200), (people.peer, 404),
                             (people.other_client, 404), (people.other_hub_officer, 404)):  # fmt: skip
        login(client, somebody)
        answer = client.get(files[1], buffered=True)
        assert answer.status_code == status
    login(client, people.client)
    answer = client.get(files[1], buffered=True)
    assert answer.data == b"%PDF-1.7 cetak"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_pictures_are_delivered_as_they_were_made_but_for_their_place(
    client, login, people, placed
) -> None:
    made = io.BytesIO()
    camera = Image.Exif()
    camera[0x8298] = "Hak cipta Wahyuni"
    camera.get_ifd(0x8825).update({1: "S", 2: (7.0, 58.0, 31.0)})
    Image.new("RGB", (40, 30)).save(made, "JPEG", exif=camera, dpi=(300, 300), icc_profile=b"warna")
    login(client, people.talent)
    files = [(io.BytesIO(made.getvalue()), "label.jpg")]
    page = client.post(f"/work/{placed}/deliver", data={"files": files, "more": "1"}).text
    came = client.get(re.search(rf"/work/{placed}/files/\d+", page)[0], buffered=True).data
    with Image.open(io.BytesIO(came)) as image:
        assert image.info["icc_profile"] == b"warna" and image.info["dpi"] == (300, 300)
        assert dict(image.getexif()) == {0x8298: "Hak cipta Wahyuni"}


def test_each_round_keeps_its_files_and_the_handover_lists_them(
    client, login, people, delivered, placed
) -> None:
    login(client, people.client)
    client.post(f"{delivered}/revision", data={"text": "Tulisannya lebih besar"})
    login(client, people.talent)
    second = {"files": [(io.BytesIO(plain(30)), "revisi.jpg")], "note": "Sudah diperbesar"}
    assert client.post(f"{delivered}/deliver", data=second).status_code == 303
    login(client, people.client)
    page = client.get(delivered).text
    newest, log = page.split("<details", 1)
    assert "revisi.jpg" in newest and "cetak.pdf" not in newest
    assert "cetak.pdf" in log and "revisi.jpg" in log
    from .test_documents import text_of

    said = text_of(client.get(f"{delivered}/handover.pdf").data).replace("\n", "").replace("\r", "")
    assert "cetak.pdf" in said and hashlib.sha256(b"%PDF-1.7 cetak").hexdigest() in said


def test_the_sweep_and_the_copy_of_ones_data_know_these_files(
    client, login, people, market, delivered, tx, monkeypatch
) -> None:
    monkeypatch.setattr(sweep, "DAY", -1)  # everything is old
    login(client, people.client)
    with tx():
        lost = storage.put(io.BytesIO(b"tidak disebut siapa pun"))
        sweep.sweep_uploads()
        assert not storage.path(lost).exists()
    files = re.findall(rf"{delivered}/files/\d+", client.get(delivered).text)
    assert all(client.get(file, buffered=True).status_code == 200 for file in files)
    with tx():
        mine = personal.everything(people.talent)["clients"]
    assert {row["name"] for row in mine["placement_file"]} == {"label.jpg", "cetak.pdf"}
