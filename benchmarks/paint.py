"""First contentful paint on slow 3G with the processor slowed 4 times, against a bare 25 KB page
without styles or scripts in the same run."""

from __future__ import annotations

import statistics
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from playwright.sync_api import Browser

from benchmarks.browser import chromium
from benchmarks.report import copy_of, demo, server, table, verdict
from benchmarks.weight import PUBLIC, first_lesson

GOAL_RATIO = 1.25
RUNS = 5
#: The "Slow 3G" preset of Chromium's developer tools: 2 s until the first byte, 400 kbit/s
SLOW_3G = {
    "offline": False,
    "latency": 2000,
    "downloadThroughput": 50_000,
    "uploadThroughput": 50_000,
}
PARAGRAPH = "<p>Belajar dari yang ahli, bekerja untuk yang butuh. Daftar tanpa biaya.</p>\n"
BARE_PAGE = (
    "<!doctype html><html lang=id><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    "<title>Halaman</title><body><h1>Halaman</h1>" + PARAGRAPH * (25_000 // len(PARAGRAPH))
).encode()


class Bare(BaseHTTPRequestHandler):
    """Answers every request with the bare page."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send the page, uncompressed: 25 KB over the wire."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(BARE_PAGE)))
        self.end_headers()
        self.wfile.write(BARE_PAGE)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def bare_server() -> Iterator[str]:
    """Serve the bare page on loopback."""
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Bare)
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{httpd.server_port}/"
    finally:
        httpd.shutdown()
        httpd.server_close()


def first_paint(browser: Browser, url: str) -> float:
    """Return first contentful paint in seconds, nothing cached."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, device_scale_factor=2)
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_3G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.goto(url, wait_until="load", timeout=90_000)
    millis = page.evaluate(
        """() => new Promise(done => {
            const found = performance.getEntriesByName('first-contentful-paint')[0];
            if (found) return done(found.startTime);
            new PerformanceObserver(list => {
                for (const entry of list.getEntries())
                    if (entry.name === 'first-contentful-paint') done(entry.startTime);
            }).observe({type: 'paint', buffered: true});
        })"""
    )
    context.close()
    return float(millis) / 1000


def run() -> int:
    """Print the table: the bare page and ours in turn, median ratio pair by pair."""
    chosen = ("landing", "track", "lesson", "join", "sign in")
    pages = [(n, p.replace("{first}", first_lesson())) for n, p in PUBLIC if n in chosen]
    rows = []
    with (
        copy_of(demo("small")) as folder, server(folder) as (url, _process), bare_server() as bare,
        chromium() as browser,
    ):  # fmt: skip
        first_paint(browser, bare)
        for name, path in pages:
            pairs = [
                (first_paint(browser, bare), first_paint(browser, url + path)) for _ in range(RUNS)
            ]
            ratio = statistics.median(o / b for b, o in pairs)
            rows.append((
                name, f"{statistics.median(b for b, _ in pairs):.2f}",
                f"{statistics.median(o for _, o in pairs):.2f}", f"{ratio:.2f}", GOAL_RATIO,
                verdict(ratio, GOAL_RATIO),
            ))  # fmt: skip
    return table(("page", "bare s", "ours s", "ratio", "goal", "verdict"), rows)
