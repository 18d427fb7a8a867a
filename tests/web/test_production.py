"""A site as operators run it: encrypted, with cookies that travel encrypted only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from sanggar.app import create_app
from sanggar.kernel import schema
from sanggar.kernel.config import Settings


@pytest.fixture(scope="module")
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Somebody who asks a production site."""
    settings = Settings.load(
        {}, mode="production", secret_key="x" * 48, base_url="https://sanggar.example.go.id",
        data_dir=str(tmp_path_factory.mktemp("production")), log_level="ERROR",
    )  # fmt: skip
    app = create_app(settings)
    schema.upgrade(app.extensions["sanggar.db"])
    yield app.test_client()
    app.extensions["sanggar.db"].dispose()


def test_pages_are_encrypted_only(visitor: FlaskClient) -> None:
    answer = visitor.get("/tracks/", base_url="http://sanggar.example.go.id")
    assert answer.status_code in (301, 302)
    assert answer.location == "https://sanggar.example.go.id/tracks/"


def test_cookies_travel_encrypted_only(visitor: FlaskClient) -> None:
    answer = visitor.get("/sign-in", base_url="https://sanggar.example.go.id")
    assert answer.status_code == 200
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert "Secure" in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert "sanggar-demo" not in answer.text


def test_a_monitor_on_the_same_machine_asks_plainly(visitor: FlaskClient) -> None:
    answer = visitor.get("/health", base_url="http://127.0.0.1:8000")
    assert (answer.status_code, answer.json["status"]) == (200, "ok")
