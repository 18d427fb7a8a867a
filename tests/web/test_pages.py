"""The pages above all slices: landing, homes, language, help, plugins, health, errors."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from tests.conftest import Transaction
from tests.support import count_sql

from sanggar import clock
from sanggar.kernel import db
from sanggar.learning import service as learning

Login = Callable[[FlaskClient, int], FlaskClient]


def test_the_landing_shows_tracks_and_no_invented_number(client: FlaskClient) -> None:
    text = client.get("/").text
    assert "Belajar dari yang ahli." in text
    assert "Tiga jalur keahlian" in text
    assert "talenta bersertifikat" not in text
    assert "Sumber: BPS 2020" in text
    for hub in ("Malang", "Jember", "Pamekasan", "Bojonegoro", "Madiun"):
        assert hub in text


def test_the_landing_counts_at_most_once_a_minute(app: Flask, client: FlaskClient) -> None:
    client.get("/")
    with count_sql(app) as statements:
        client.get("/")
        client.get("/")
    assert statements == []
    with clock.frozen(clock.now() + timedelta(seconds=61)), count_sql(app) as statements:
        client.get("/")
    assert 1 <= len(statements) <= 4


@pytest.mark.parametrize(("person", "home"), [
    ("talent", "/learn"), ("mentor", "/marking"), ("client", "/briefs"), ("officer", "/officer"),
    ("province", "/province"), ("admin", "/admin"), ("agency", "/agency"),
])  # fmt: skip
def test_everybody_begins_at_their_own_home(
    client: FlaskClient, login: Login, people: SimpleNamespace, person: str, home: str
) -> None:
    login(client, getattr(people, person))
    answer = client.get("/home")
    assert answer.status_code == 303
    assert answer.location.startswith(home)
    page = client.get(answer.location)
    assert page.status_code == 200
    assert 'aria-current="page"' in page.text


def test_home_asks_strangers_to_sign_in(client: FlaskClient) -> None:
    answer = client.get("/home")
    assert answer.status_code in (302, 303)
    assert "sign-in" in answer.location


def test_the_language_is_kept_and_leads_back(client: FlaskClient) -> None:
    answer = client.get("/language/en?next=/help/certificate")
    assert answer.location.endswith("/help/certificate")
    assert "About the programme certificate" in client.get("/help/certificate").text
    assert client.get("/language/en?next=//evil.test").location == "/"
    client.get("/language/xx")
    assert "About the programme certificate" in client.get("/help/certificate").text


@pytest.mark.parametrize("path", [
    "/help/", "/help/certificate", "/help/freelancing", "/help/privacy",
    "/help/clients", "/help/contact",
])  # fmt: skip
@pytest.mark.once
def test_help_is_there_in_both_languages(client: FlaskClient, path: str) -> None:
    for language in ("id", "en"):
        client.set_cookie("lang", language)
        page = client.get(path)
        assert page.status_code == 200
        assert f'<html lang="{language}">' in page.text


def test_the_certificate_page_says_what_it_is_not(client: FlaskClient) -> None:
    assert "Bukan sertifikat BNSP" in client.get("/help/certificate").text
    client.set_cookie("lang", "en")
    assert "Not a BNSP certificate" in client.get("/help/certificate").text


def test_an_unknown_help_page_is_not_found(client: FlaskClient) -> None:
    answer = client.get("/help/none")
    assert answer.status_code == 404
    assert "Ke halaman depan" in answer.text


def test_health_is_json(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert answer.json["database"] in ("sqlite", "postgresql")
    assert answer.json["version"]
    assert answer.status_code == (200 if answer.json["status"] == "ok" else 503)


def test_health_says_when_the_database_is_gone(app: Flask, client: FlaskClient) -> None:
    app.extensions["sanggar.db"] = db.Database(
        "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"
    )
    answer = client.get("/health")
    assert answer.status_code == 503
    assert answer.json["database"].startswith("unreachable")


def test_a_broken_database_gives_a_calm_page(
    app: Flask, client: FlaskClient, login: Login, people: SimpleNamespace
) -> None:
    login(client, people.talent)
    app.extensions["sanggar.db"] = db.Database(
        "postgresql://nobody@127.0.0.1:1/none?connect_timeout=1"
    )
    answer = client.get("/learn")
    assert answer.status_code == 503
    assert "Sedang sibuk sebentar" in answer.text
    assert answer.headers["Retry-After"]


def test_mentors_see_plugins_and_their_faults(
    client: FlaskClient, login: Login, people: SimpleNamespace
) -> None:
    login(client, people.mentor)
    text = client.get("/plugins").text
    assert "photography" in text
    assert "berjalan" in text


def test_an_administrator_sees_whether_the_site_is_well(
    client: FlaskClient, login: Login, people: SimpleNamespace
) -> None:
    login(client, people.admin)
    text = client.get("/admin").text
    assert "Administrasi" in text
    assert "/plugins" in text


def test_a_talent_without_a_track_is_asked_to_choose(
    client: FlaskClient, login: Login, people: SimpleNamespace
) -> None:
    login(client, people.talent)
    text = client.get("/learn").text
    assert "Pilih jalur Anda" in text
    assert "Wahyuni" in text


def test_a_talent_sees_one_next_step(
    app: Flask, client: FlaskClient, login: Login, people: SimpleNamespace, tx: Transaction
) -> None:
    with tx():
        learning.choose_track(people.talent, "photography", now=clock.now())
    login(client, people.talent)
    with count_sql(app) as statements:
        text = client.get("/learn").text
    assert text.count('id="next-step"') == 1
    assert "Buka asesmen mandiri" in text
    assert "Syarat sertifikat Dasar" in text
    assert len(statements) <= 10


def test_somebody_on_two_tracks_can_look_at_both(
    client: FlaskClient, login: Login, people: SimpleNamespace, tx: Transaction
) -> None:
    with tx():
        for track in ("photography", "packaging_design"):
            learning.choose_track(people.talent, track, now=clock.now())
    login(client, people.talent)
    assert "Fotografi · tingkat Dasar" in client.get("/learn?track=photography").text
    assert "Desain Kemasan · tingkat Dasar" in client.get("/learn?track=packaging_design").text
    assert client.get("/learn?track=none").status_code == 200


def test_the_menu_marks_one_place_and_shows_what_is_there(
    app: Flask, client: FlaskClient, login: Login, people: SimpleNamespace
) -> None:
    login(client, people.talent)
    menu = re.search(r'<nav class="nav".*?</nav>', client.get("/learn/courses").text, re.S)
    assert menu
    assert menu[0].count("aria-current") == 1
    assert 3 <= menu[0].count("<a ") <= 5


def test_pages_travel_compressed_and_small(client: FlaskClient) -> None:
    for path in ("/", "/tracks/photography", "/help/certificate"):
        plain = client.get(path)
        assert "Content-Encoding" not in plain.headers
        answer = client.get(path, headers={"Accept-Encoding": "gzip, br"})
        assert answer.headers["Content-Encoding"] == "br"
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert len(answer.data) <= 15_000
        assert brotli.decompress(answer.data).startswith(b"<!doctype html>")


def test_a_first_visit_is_at_most_60_kilobytes_in_six_requests(client: FlaskClient) -> None:
    page = client.get("/", headers={"Accept-Encoding": "br"})
    html = brotli.decompress(page.data).decode()
    parts = set(re.findall(r'(?:href|src)="(/static/[^"]+)"|url\("?(/static/[^")]+)', html))
    urls = {first or second for first, second in parts}
    sizes = [
        len(client.get(url, headers={"Accept-Encoding": "br"}, buffered=True).data) for url in urls
    ]
    assert len(urls) + 1 <= 6
    assert len(page.data) + sum(sizes) <= 60_000


def test_an_error_in_a_fragment_goes_to_the_messages(client: FlaskClient) -> None:
    answer = client.get("/help/none", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert answer.headers["HX-Retarget"] == "#messages"
    assert "<html" not in answer.text
    assert 'role="alert"' in answer.text


def test_an_error_can_be_json(client: FlaskClient) -> None:
    answer = client.get("/help/none", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json["ok"] is False
