"""What visitors see of tracks and courses, without an account."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from sanggar.catalogue import queries
from sanggar.errors import NotFound

COURSE = "/courses/shared/freelancing-basics"


def test_the_tracks_stand_in_their_order_and_hidden_ones_are_not_shown(app: Flask) -> None:
    with app.app_context():
        shown = queries.tracks()
        assert [track.order for track in shown] == sorted(track.order for track in shown)
        assert {"photography", "packaging_design", "digital_marketing"} <= {t.id for t in shown}
        hidden = {track.id for track in queries.hidden_tracks()}
        assert hidden
        assert not hidden & {track.id for track in shown}


def test_a_track_says_what_it_asks_and_gives(client: FlaskClient) -> None:
    page = client.get("/tracks/photography")
    text = page.text
    assert page.status_code == 200
    for word in ("Segitiga Eksposur", "Rp25.000", "Lepas dari Mode Otomatis", "Kehadiran 80 %",
                 "bukan sertifikat BNSP", "Dasar Kerja Lepas", "SKKNI"):  # fmt: skip
        assert word in text
    assert 'property="og:title"' in text
    assert "PHO-Q" not in text


def test_a_track_speaks_english_too(client: FlaskClient) -> None:
    client.set_cookie("lang", "en")
    text = client.get("/tracks/photography").text
    assert '<html lang="en">' in text
    assert "Exposure Triangle" in text
    assert "Segitiga Eksposur" not in text


@pytest.mark.parametrize("path", [
    "/tracks/weaving", "/tracks/shared", "/courses/shared/none/", "/courses/none/none/",
    f"{COURSE}/files/none.svg", f"{COURSE}/files/course.yaml", f"{COURSE}/files/01-pricing.id.md",
    f"{COURSE}/files/..%2F..%2Ftrack.yaml", f"{COURSE}/files/.hidden.svg",
])  # fmt: skip
def test_what_is_not_there_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_a_course_lists_its_lessons_with_time_and_size(client: FlaskClient) -> None:
    text = client.get(f"{COURSE}/").text
    assert "Menghitung Harga" in text
    assert "40 menit" in text
    assert " KB" in text


def test_a_picture_is_kept_by_browsers_and_may_run_nothing(client: FlaskClient) -> None:
    answer = client.get(f"{COURSE}/files/pricing-hours.id.svg?v=1")
    assert answer.status_code == 200
    assert answer.mimetype == "image/svg+xml"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    again = client.get(
        f"{COURSE}/files/pricing-hours.id.svg?v=1",
        headers={"If-None-Match": answer.headers["ETag"]},
    )
    assert again.status_code == 304


def test_a_picture_without_its_hash_is_asked_for_again(client: FlaskClient) -> None:
    answer = client.get(f"{COURSE}/files/pricing-hours.id.svg")
    assert "immutable" not in answer.headers["Cache-Control"]


def test_every_course_a_track_names_is_in_its_path_once(app: Flask) -> None:
    with app.app_context():
        path = queries.path_of(queries.track("photography"))
        slugs = [course.slug for course in path]
        assert len(slugs) == len(set(slugs))
        assert slugs[0] == "shared/freelancing-basics"
        assert "photography/exposure-triangle" in slugs


def test_the_outline_counts_hours_of_reading_and_of_workshops(app: Flask) -> None:
    with app.app_context():
        track = queries.track("photography")
        outline = queries.outline(track)
        assert outline.units == 10
        assert outline.workshop_hours == 28
        assert outline.hours == outline.course_hours + 28


def test_a_shared_course_knows_the_exam_that_completes_it(app: Flask) -> None:
    with app.app_context():
        found = queries.check_of("shared/freelancing-basics")
        assert found is not None
        assert found[1].course == "shared/freelancing-basics"
        assert queries.check_of("photography/exposure-triangle") is None


def test_unknown_things_are_not_found(app: Flask) -> None:
    with app.app_context():
        for ask in (queries.track, queries.course, queries.listed_track):
            with pytest.raises(NotFound):
                ask("none")
        with pytest.raises(NotFound):
            queries.lesson("shared/freelancing-basics", "none")
