"""What a visit costs a prepaid data plan: compressed bytes over the wire and requests."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Browser

from benchmarks.browser import chromium
from benchmarks.report import copy_of, demo, server, table

FIRST_KB, FIRST_REQUESTS, LATER_KB = 60, 6, 15
PUBLIC = (
    ("landing", "/"),
    ("tracks", "/tracks/"),
    ("track", "/tracks/photography"),
    ("course", "/courses/photography/exposure-triangle/"),
    ("lesson", "/courses/shared/freelancing-basics/{first}"),
    ("workshops", "/workshops/"),
    ("talents", "/talents/"),
    ("verify", "/verify/"),
    ("join", "/join"),
    ("sign in", "/sign-in"),
)


def visit(browser: Browser, url: str, path: str, first_path: str) -> tuple[float, int, float]:
    """Return (first visit KB, requests, later visit KB) of a page; the later visit comes from `first_path`."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    seen: dict[str, int] = {}
    requests: list[str] = []

    def finished(event: dict[str, Any]) -> None:
        seen[event["requestId"]] = int(event["encodedDataLength"])

    session.on("Network.loadingFinished", finished)
    session.on("Network.requestWillBeSent", lambda e: requests.append(e["request"]["url"]))
    page.goto(url + path, wait_until="networkidle")
    first, count = sum(seen.values()) / 1000, len([r for r in requests if r.startswith("http")])
    page.goto(url + first_path, wait_until="networkidle")
    seen.clear()
    page.goto(url + path, wait_until="networkidle")
    later = sum(seen.values()) / 1000
    context.close()
    return first, count, later


def run() -> int:
    """Print the table."""
    with copy_of(demo("small")) as folder, server(folder) as (url, _process), chromium() as browser:
        rows = []
        for name, path in PUBLIC:
            path = path.replace("{first}", first_lesson())
            first, count, later = visit(
                browser, url, path, "/tracks/" if path != "/tracks/" else "/"
            )
            ok = first <= FIRST_KB and count <= FIRST_REQUESTS and later <= LATER_KB
            rows.append((
                name, f"{first:.1f}", FIRST_KB, count, FIRST_REQUESTS, f"{later:.1f}", LATER_KB,
                "ok" if ok else "missed",
            ))  # fmt: skip
    return table(
        ("page", "first KB", "goal", "requests", "goal", "later KB", "goal", "verdict"), rows
    )


def first_lesson() -> str:
    """Return the slug of the first lesson of the course that is measured."""
    from sanggar.kernel.config import Settings

    folder = Settings(mode="test").courses / "shared" / "freelancing-basics"
    return min(p.name for p in folder.glob("*.id.md")).removesuffix(".id.md")
