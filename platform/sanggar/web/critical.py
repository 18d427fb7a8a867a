"""The stylesheet inside the first page: on slow 3G a second round trip costs two seconds.

A first visit gets the stylesheet inline (allowed by its hash in the content security policy, so
nothing else inline is). Afterwards the browser holds the file, says so in a cookie, and pages link
to it. Without JavaScript the cookie is never set and every page carries its few kilobytes.
"""

from __future__ import annotations

import base64
import hashlib

from flask import Flask, request
from markupsafe import Markup

COOKIE = "css"
SHEET = "sanggar.css"


def source(css: str) -> str:
    """Return the policy source that allows exactly this inline stylesheet."""
    digest = hashlib.sha256(css.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def init_app(app: Flask, url: str, css: str) -> str:
    """Give templates `stylesheet()`; return the source for the content security policy."""
    mark = url.rsplit(".", 2)[-2]
    link = Markup('<link rel="stylesheet" href="{}">').format(url)
    opening = Markup('<style data-href="{}" data-mark="{}">').format(url, mark)
    inline = opening + Markup(css) + Markup("</style>")  # noqa: S704 - our own file

    def stylesheet() -> Markup:
        return link if request.cookies.get(COOKIE) == mark else inline

    app.jinja_env.globals["stylesheet"] = stylesheet
    return source(css)
