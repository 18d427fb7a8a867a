"""Pages leave compressed, and say so."""

from __future__ import annotations

import gzip

import brotli


def test_pages_are_compressed_with_what_the_browser_understands(client) -> None:
    plain = client.get("/tidak-ada", headers={"Accept-Encoding": "identity"})
    small = client.get("/tidak-ada", headers={"Accept-Encoding": "gzip, deflate, br"})
    other = client.get("/tidak-ada", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "br"
    assert b"</html>" in brotli.decompress(small.data)
    assert other.headers["Content-Encoding"] == "gzip"
    assert b"</html>" in gzip.decompress(other.data)
    assert len(small.data) < len(plain.data) / 2
    assert "Accept-Encoding" in small.headers["Vary"]
    assert int(small.headers["Content-Length"]) == len(small.data)
