"""Pages travel compressed: most readers pay for every kilobyte.

Static files are compressed once, at start-up (`static`); pages are made for each reader, so they are
squeezed as they leave, at a level that costs less than a millisecond.
"""

from __future__ import annotations

import gzip
import secrets

import brotli
from flask import Flask, Response, request

KINDS = frozenset({
    "text/html", "text/css", "text/plain", "text/csv", "text/calendar", "image/svg+xml",
    "application/json",
})  # fmt: skip
SMALLEST = 700
BROTLI_QUALITY = 4
GZIP_LEVEL = 5
#: longest comment that hides the true length of a page
PADDING = 24


def accepted() -> str:
    """Return the best encoding the reader understands, empty when there is none."""
    offered = request.accept_encodings
    return next((name for name in ("br", "gzip") if offered.quality(name) > 0), "")


def squeeze(response: Response) -> Response:
    """Compress a page when that is worth it and the reader can undo it."""
    if (
        response.direct_passthrough
        or response.is_streamed
        or response.mimetype not in KINDS
        or response.status_code in (204, 206, 304)
        or "Content-Encoding" in response.headers
    ):
        return response
    response.vary.add("Accept-Encoding")
    encoding = accepted()
    body = response.get_data()
    if not encoding or len(body) < SMALLEST:
        return response
    if response.mimetype == "text/html":
        body += _padding()
    if encoding == "br":
        packed = brotli.compress(body, quality=BROTLI_QUALITY, mode=brotli.MODE_TEXT)
    else:
        packed = gzip.compress(body, GZIP_LEVEL, mtime=0)
    response.set_data(packed)
    response.headers["Content-Encoding"] = encoding
    if etag := response.get_etag()[0]:
        response.set_etag(f"{etag}-{encoding}", weak=True)
    return response


def _padding() -> bytes:
    """Return a comment of random length: what a page repeats from its address must not be guessable
    from the length of the page beside a secret token (the BREACH attack)."""
    return f"<!--{secrets.token_hex(PADDING)[: secrets.randbelow(PADDING)]}-->".encode()


def init_app(app: Flask) -> None:
    """Compress the pages of `app`; registered last, it runs first, on the finished page."""
    app.after_request(squeeze)
