"""Static files: names that change with their content, small on the wire, safe when opened alone."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from sanggar.web import static


def address(app: Flask, name: str) -> str:
    assets: static.Assets = app.extensions["sanggar.assets"]
    return assets.url(name)


def test_a_file_is_kept_for_ever_under_its_hashed_name(app: Flask, client: FlaskClient) -> None:
    url = address(app, "sanggar.css")
    assert re.fullmatch(r"/static/sanggar\.[0-9a-f]{10}\.css", url)
    answer = client.get(url, buffered=True)
    assert answer.status_code == 200
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("encoding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress)]
)
def test_a_file_travels_compressed(
    app: Flask, client: FlaskClient, encoding: str, unpack: object
) -> None:
    url = address(app, "htmx.js")
    plain = client.get(url, headers={"Accept-Encoding": "identity"}, buffered=True).data
    packed = client.get(url, headers={"Accept-Encoding": encoding}, buffered=True)
    assert packed.headers["Content-Encoding"] == encoding
    assert unpack(packed.data) == plain  # type: ignore[operator]
    assert len(packed.data) < 17_000


def test_stylesheets_point_at_hashed_names(app: Flask, client: FlaskClient) -> None:
    css = client.get(address(app, "sanggar.css"), buffered=True).text
    assert address(app, "pattern.svg") in css
    assert 'url("pattern.svg")' not in css


def test_pictures_opened_alone_may_run_nothing(app: Flask, client: FlaskClient) -> None:
    answer = client.get(address(app, "kawung.svg"), buffered=True)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_name_that_is_not_there_says_so(app: Flask) -> None:
    with pytest.raises(LookupError, match=r"none\.css"):
        address(app, "none.css")


def test_files_of_plugins_stand_under_the_name_of_the_plugin(tmp_path: Path) -> None:
    package = tmp_path / "sanggar_weaving"
    (package / "static").mkdir(parents=True)
    (package / "static" / "loom.css").write_text("a { background: url(loom.svg) }")
    (package / "static" / "loom.svg").write_text("<svg/>")
    assets = static.collect(tmp_path / "out", {"weaving": package})
    assert assets.url("weaving/loom.css").startswith("/static/weaving/loom.")
    stored = tmp_path / "out" / assets.url("weaving/loom.css").removeprefix("/static/")
    assert assets.url("weaving/loom.svg") in stored.read_text()


def test_collecting_again_writes_nothing_new(tmp_path: Path) -> None:
    first = static.collect(tmp_path, {})
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}
    assert static.collect(tmp_path, {}).names == first.names
    assert {
        path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()
    } == before


def test_nothing_outside_the_folder_is_served(client: FlaskClient) -> None:
    for path in ("/static/../app.py", "/static/%2e%2e/sanggar.db", "/static/none.css"):
        assert client.get(path).status_code == 404


def test_our_stylesheet_needs_no_exception_from_the_policy(app: Flask) -> None:
    """Templates carry no style attribute, no handler and no inline script."""
    root = Path(static.__file__).parents[1]
    bad = re.compile(r"""\sstyle=|\son[a-z]+=["']|<script(?![^>]*\bsrc=)""")
    for path in root.rglob("templates/**/*.html"):
        assert not bad.search(path.read_text()), path
