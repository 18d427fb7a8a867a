"""One shape of error for pages, fragments and JSON."""

from __future__ import annotations

import pytest
from flask import request

from sanggar.kernel import web


def test_an_unknown_page_is_a_kind_404_in_indonesian(client) -> None:
    answer = client.get("/tidak-ada")
    assert answer.status_code == 404
    assert "Tidak ada apa-apa di sini" in answer.text
    assert 'lang="id"' in answer.text


def test_the_same_in_english(client) -> None:
    client.set_cookie("lang", "en")
    assert "There is nothing here" in client.get("/tidak-ada").text


def test_json_callers_get_json(client) -> None:
    answer = client.get("/tidak-ada", headers={"Accept": "application/json"})
    assert answer.status_code == 404
    assert answer.json["ok"] is False
    assert {"status", "title", "error", "request_id"} <= answer.json.keys()


def test_htmx_gets_a_fragment_for_the_messages(client) -> None:
    answer = client.get("/tidak-ada", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert "<html" not in answer.text
    assert answer.headers["HX-Retarget"] == "#messages"


@pytest.mark.parametrize("path", ["/verify/%00", "/tracks/a%00b", "/t/%00", "/clients/%00"])
def test_a_nul_in_the_path_leads_nowhere(client, path) -> None:
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/tracks/?q=%00", "/workshops/?track=%00", "/join?next=%00&as=%00"]
)
def test_a_nul_in_the_query_is_not_there(client, path) -> None:
    assert client.get(path).status_code < 400


def test_a_nul_in_a_form_is_not_there(app) -> None:
    with app.test_request_context("/?a=1%00", method="POST", data={"n\0": "Wah\0yu"}):
        assert dict(request.form) == {"n": "Wahyu"}
        assert request.args["a"] == "1"


def test_every_answer_carries_its_request_id(client) -> None:
    assert client.get("/").headers["X-Request-ID"]
    given = client.get("/", headers={"X-Request-ID": "abc-12345"})
    assert given.headers["X-Request-ID"] == "abc-12345"
    forged = client.get("/", headers={"X-Request-ID": "x\ny"[:1] * 80})
    assert forged.headers["X-Request-ID"] != "x" * 80


@pytest.mark.parametrize(
    ("target", "kept"),
    [
        ("/learn", True), ("/a?b=c", True), ("https://evil.example", False), ("//evil.example", False),
        ("/\\evil.example", False), ("javascript:alert(1)", False), ("", False), (None, False),
    ],
)  # fmt: skip
def test_redirects_stay_on_the_site(target: str | None, kept: bool) -> None:
    assert web.safe_next(target, "/home") == (target if kept else "/home")


def test_security_headers_are_strict(client) -> None:
    headers = client.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
