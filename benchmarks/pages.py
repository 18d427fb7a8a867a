"""CPU per request of the main pages on the full demo, against a bare Flask + Jinja page of the same
size in the same process, and the number of SQL statements each needs."""

from __future__ import annotations

import gc
import io
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

from flask import Flask, render_template
from jinja2 import DictLoader
from sqlalchemy import event

from benchmarks.report import copy_of, demo, table, verdict
from sanggar.app import create_app
from sanggar.kernel import db
from sanggar.kernel.config import Settings

GOAL_RATIO, GOAL_SQL = 3.0, 8
ROUNDS, REQUESTS = 25, 20

BARE = """<!doctype html><html lang="id"><head><meta charset="utf-8"><title>{{ title }}</title></head>
<body><h1>{{ title }}</h1><ul>
{% for row in rows %}<li><a href="/things/{{ row.id }}">{{ row.name }}</a> <span>{{ row.note }}</span></li>
{% endfor %}</ul></body></html>"""

Wsgi = Callable[..., Any]


def bare_app(size: int) -> Flask:
    """Return an app with one page of about `size` bytes."""
    app = Flask("bare")
    app.jinja_loader = DictLoader({"page.html": BARE})
    row = {"id": 123, "name": "Desain kemasan & label", "note": "Malang, 21 Nov 2026"}
    one = len(f'<li><a href="/things/123">{row["name"]}&amp;</a> <span>{row["note"]}</span></li>\n')
    rows = [row] * max(1, (size - 200) // one)

    @app.get("/")
    def page() -> str:
        return render_template("page.html", title="Daftar", rows=rows)

    return app


def request(app: Wsgi, path: str, cookie: str) -> tuple[str, int]:
    """Perform one request straight on the WSGI callable; return status and size."""
    path, _, query = path.partition("?")
    environ = {
        "REQUEST_METHOD": "GET", "PATH_INFO": path, "QUERY_STRING": query, "SERVER_NAME": "localhost",
        "SERVER_PORT": "80", "HTTP_HOST": "localhost", "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0), "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(),
        "wsgi.errors": io.StringIO(), "wsgi.multithread": False, "wsgi.multiprocess": False,
        "wsgi.run_once": False, "HTTP_COOKIE": cookie, "REMOTE_ADDR": "127.0.0.1",
    }  # fmt: skip
    seen: list[str] = []

    def start(status: str, _headers: object, _exc: object = None) -> None:
        seen.append(status)

    body = app(environ, start)
    size = sum(len(part) for part in body)
    if close := getattr(body, "close", None):
        close()
    return seen[0], size


def cpu(app: Wsgi, path: str, cookie: str = "") -> float:
    """Return CPU milliseconds per request."""
    gc.collect()
    start = time.process_time()
    for _ in range(REQUESTS):
        request(app, path, cookie)
    return 1000 * (time.process_time() - start) / REQUESTS


def statements(app: Flask, path: str, cookie: str) -> int:
    """Return the number of SQL statements of one request."""
    found: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        found.append(statement)

    engine = app.extensions["sanggar.db"].engine
    event.listen(engine, "after_cursor_execute", note)
    request(app, path, cookie)
    event.remove(engine, "after_cursor_execute", note)
    return len(found)


def sign_in(app: Flask, person_id: int) -> str:
    """Return the cookie of somebody signed in who has already opened a form."""
    from sanggar.accounts import service as accounts

    with db.transaction(app):
        values = accounts.session_for(person_id)
    visitor = app.test_client()
    with visitor.session_transaction() as session:
        session.update(values)
    visitor.get("/account")
    cookie = visitor.get_cookie("sanggar")
    assert cookie is not None
    return f"sanggar={cookie.value}"


def pages(app: Flask) -> list[tuple[str, str, str]]:
    """Return (name, path, cookie) of what is measured, with the demo's own people."""
    from benchmarks.subjects import subjects

    found = subjects(app)
    return [(name, path, sign_in(app, person) if person else "") for name, path, person in found]


def run() -> int:
    """Print the table."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    with copy_of(demo("full")) as folder:
        settings = Settings.load(
            {}, mode="demo", data_dir=str(folder), log_level="ERROR", rate_limits=False
        )
        app = create_app(settings)
        rows = [measure(app, *page) for page in pages(app)]
        app.extensions["sanggar.db"].dispose()
    return table(
        ("page", "KB", "bare ms", "ms", "ratio", "goal", "verdict", "SQL", "goal", "verdict"), rows
    )


def later_visit(app: Flask, cookie: str) -> str:
    """Return the cookie of somebody whose browser already holds the stylesheet."""
    mark = app.extensions["sanggar.assets"].url("sanggar.css").rsplit(".", 2)[-2]
    return "; ".join(part for part in (cookie, f"css={mark}") if part)


def measure(app: Flask, name: str, path: str, cookie: str) -> tuple[object, ...]:
    """Measure one page beside a bare page of its size (without the stylesheet, which only pads)."""
    cookie = later_visit(app, cookie)
    status, size = request(app, path, cookie)
    if not status.startswith("200"):
        return (name, "-", "-", "-", status, "-", "missed", "-", "-", "missed")
    bare = bare_app(size)
    cpu(bare, "/"), cpu(app, path, cookie)  # warm
    ours, theirs = [], []
    for _ in range(ROUNDS):  # interleaved, so that a slow moment of the machine hits both
        theirs.append(cpu(bare, "/"))
        ours.append(cpu(app, path, cookie))
    ratio = statistics.median(o / t for o, t in zip(ours, theirs, strict=True))
    sql = statements(app, path, cookie)
    return (
        name, f"{size / 1000:.1f}", f"{statistics.median(theirs):.2f}", f"{statistics.median(ours):.2f}",
        f"{ratio:.2f}", GOAL_RATIO, verdict(ratio, GOAL_RATIO), sql, GOAL_SQL, verdict(sql, GOAL_SQL),
    )  # fmt: skip
