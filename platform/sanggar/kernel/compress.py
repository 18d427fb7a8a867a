"""Pages leave compressed: prepaid data is the scarce thing, not processor time.

Static files are compressed once by `web.static`; this is for what is rendered for each request.
"""

from __future__ import annotations

import gzip

import brotli
from flask import Flask, Response, request

#: below this the headers weigh more than what is saved
MIN_BYTES = 700
#: Brotli 4 and gzip 5: most of the gain for about a third of a millisecond a page
BROTLI_QUALITY, GZIP_LEVEL = 4, 5
KINDS = frozenset({
    "text/html", "text/plain", "text/css", "text/calendar", "text/csv", "application/json",
    "image/svg+xml",
})  # fmt: skip


def compress(response: Response) -> Response:
    """Compress a rendered body when the caller understands it and it is worth it."""
    if (
        response.mimetype not in KINDS
        or response.direct_passthrough
        or response.is_streamed
        or "Content-Encoding" in response.headers
        or response.status_code in (204, 206, 304)
    ):
        return response
    response.vary.add("Accept-Encoding")
    accepted = request.headers.get("Accept-Encoding", "")
    body = response.get_data()
    if len(body) < MIN_BYTES:
        return response
    if "br" in accepted:
        response.set_data(brotli.compress(body, mode=brotli.MODE_TEXT, quality=BROTLI_QUALITY))
        response.headers["Content-Encoding"] = "br"
    elif "gzip" in accepted:
        response.set_data(gzip.compress(body, GZIP_LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def init_app(app: Flask) -> None:
    """Compress last: functions registered first run last."""
    app.after_request_funcs.setdefault(None, []).insert(0, compress)
