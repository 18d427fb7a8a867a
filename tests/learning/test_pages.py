"""Reading for everybody, progress for those who are signed in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from tests.conftest import Transaction
from tests.support import count_sql

from sanggar.learning import queries, service

Login = Callable[[FlaskClient, int], FlaskClient]
LESSON = "/courses/photography/exposure-triangle/counting-in-stops"


def test_a_lesson_is_read_without_an_account(client: FlaskClient) -> None:
    page = client.get(LESSON)
    assert page.status_code == 200
    assert "Menghitung dalam stop" in page.text
    assert "<figure>" in page.text
    assert "Selesai, lanjut" not in page.text
    assert 'rel="next"' in page.text
    assert "data-position-url" not in page.text


def test_done_opens_the_next_lesson_and_counts_once(
    client: FlaskClient, login: Login, people: SimpleNamespace, tx: Transaction
) -> None:
    login(client, people.talent)
    for _again in range(2):
        answer = client.post(f"{LESSON}/done")
        assert answer.status_code == 303
        assert answer.location.endswith("/choosing-the-trade")
    with tx():
        assert queries.lessons_done(people.talent) == {
            "photography/exposure-triangle": {"counting-in-stops"}
        }


def test_the_last_lesson_closes_the_course(
    client: FlaskClient, login: Login, people: SimpleNamespace, tx: Transaction, now: datetime
) -> None:
    with tx():
        for lesson in ("counting-in-stops", "choosing-the-trade"):
            service.complete_lesson(people.talent, "photography/exposure-triangle", lesson, now=now)
    login(client, people.talent)
    answer = client.post("/courses/photography/exposure-triangle/reading-the-histogram/done")
    assert answer.location.endswith("/courses/photography/exposure-triangle/")
    assert "Seluruh kursus sudah Anda baca" in client.get(answer.location).text


def test_finishing_the_last_lesson_first_leads_back_to_the_gap(
    client: FlaskClient, login: Login, people: SimpleNamespace
) -> None:
    login(client, people.talent)
    answer = client.post("/courses/photography/exposure-triangle/reading-the-histogram/done")
    assert answer.location.endswith("/counting-in-stops")


def test_the_place_in_a_lesson_is_found_again(
    client: FlaskClient, login: Login, people: SimpleNamespace
) -> None:
    login(client, people.talent)
    assert (
        client.post(f"{LESSON}/position", data={"position": "h-coba-sekarang"}).status_code == 204
    )
    assert 'href="#h-coba-sekarang"' in client.get(LESSON).text
    assert client.post(f"{LESSON}/position", data={"position": "<b>"}).status_code == 422


@pytest.mark.parametrize("path", [f"{LESSON}/done", f"{LESSON}/position"])
def test_progress_needs_somebody(client: FlaskClient, path: str) -> None:
    assert client.post(path, data={"position": "h-a"}).status_code in (302, 303, 401)


def test_progress_of_a_lesson_that_is_not_there_is_not_found(
    client: FlaskClient, login: Login, people: SimpleNamespace
) -> None:
    login(client, people.talent)
    assert client.post("/courses/photography/exposure-triangle/none/done").status_code == 404


def test_choosing_a_track_leads_home(
    client: FlaskClient, login: Login, people: SimpleNamespace, tx: Transaction
) -> None:
    login(client, people.talent)
    for _again in range(2):
        assert client.post("/tracks/photography/choose").status_code == 303
    with tx():
        assert queries.chosen(people.talent) == ["photography"]
    assert client.post("/tracks/weaving/choose").status_code == 404


def test_my_courses_show_how_far_i_am(
    client: FlaskClient, login: Login, people: SimpleNamespace, tx: Transaction, now: datetime
) -> None:
    login(client, people.talent)
    assert "Pilih jalur dahulu" in client.get("/learn/courses").text
    with tx():
        service.choose_track(people.talent, "photography", now=now)
        service.complete_lesson(
            people.talent, "photography/exposure-triangle", "counting-in-stops", now=now
        )
    text = client.get("/learn/courses").text
    assert "1 dari 3 pelajaran" in text
    assert "Berjalan" in text


def test_a_self_assessment_can_be_left_and_continued(
    client: FlaskClient, login: Login, people: SimpleNamespace, tx: Transaction
) -> None:
    login(client, people.talent)
    page = "/learn/photography/self-assessment"
    answer = client.post(page, data={"can-PHO-01": "yes", "note-PHO-02": "pernah mencoba"})
    assert answer.status_code == 303
    text = client.get(page).text
    assert "1 dari 10 unit dinilai" in text
    assert "pernah mencoba" in text
    everything = {f"can-PHO-{n:02d}": "no" for n in range(1, 11)}
    assert "/learn" in client.post(page, data=everything).location
    with tx():
        assert queries.self_assessed(people.talent, "photography")


def test_a_note_that_is_too_long_is_kept_and_marked(
    client: FlaskClient, login: Login, people: SimpleNamespace, tx: Transaction
) -> None:
    login(client, people.talent)
    note = "panjang " * 100
    answer = client.post(
        "/learn/photography/self-assessment", data={"can-PHO-01": "yes", "note-PHO-03": note}
    )
    assert answer.status_code == 422
    assert note.strip() in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert "Paling banyak 500 huruf" in answer.text
    with tx():
        assert queries.self_assessment(people.talent, "photography").ratings == {}


def test_odd_characters_do_no_harm(
    client: FlaskClient, login: Login, people: SimpleNamespace
) -> None:
    login(client, people.talent)
    answer = client.post(
        "/learn/photography/self-assessment",
        data={"can-PHO-01": "maybe", "note-PHO-01": "a\x00b\u202e<script>", "can-X": "yes"},
    )
    assert answer.status_code == 303
    text = client.get("/learn/photography/self-assessment").text
    assert "ab&lt;script&gt;" in text


@pytest.mark.parametrize("path", [LESSON, "/learn/courses", "/learn/photography/self-assessment"])
def test_pages_need_few_statements(
    app: Flask, client: FlaskClient, login: Login, people: SimpleNamespace, tx: Transaction,
    now: datetime, path: str,
) -> None:  # fmt: skip
    with tx():
        service.choose_track(people.talent, "photography", now=now)
    login(client, people.talent)
    with count_sql(app) as statements:
        assert client.get(path).status_code == 200
    assert len(statements) <= 4
