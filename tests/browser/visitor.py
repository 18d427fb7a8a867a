"""Somebody with a browser: signs in, walks, and looks at every page with care.

`look` is the eye of the journeys: WCAG 2.2 AA through axe, nothing wider than the screen, nothing in
the console, and a picture that a person can look at afterwards.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Browser, ConsoleMessage, Page, Response
from tests.browser.site import Site

SCREENSHOTS = Path(__file__).parents[2] / "screenshots"
SIZES = {
    "360": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
    "1280": {"viewport": {"width": 1280, "height": 800}},
}
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]
#: only what is wrong comes back: what is right is long, and its journey is half the time
AXE = """(tags) => axe.run(document, {
    runOnly: {type: "tag", values: tags}, resultTypes: ["violations"], preload: false,
}).then(found => found.violations.map(
    rule => `${rule.id}: ${rule.help}\\n` + rule.nodes.map(node => `    ${node.html}`).join("\\n")))"""
#: what a page is made of: each kind of element, where it stands, and which attributes it has
PARTS = """() => [...new Set([...document.querySelectorAll("*")].map(e => [
    e.parentElement?.tagName, e.parentElement?.getAttribute("class"), e.tagName, e.getAttribute("class"),
    e.getAttribute("role"), e.getAttribute("type"), e.getAttributeNames().sort(),
    e.checkVisibility(),
].join(" ")))]"""
LANGUAGE_COOKIE = "lang"
#: what is not the page's fault: Chromium's word for a page that is answered with an error status, as
#: journeys expect; and the hash of an empty style, which axe leaves on what it measures and htmx
#: copies when an answer comes just then (a style that says something has another hash)
EXPECTED = re.compile(
    r"Failed to load resource: the server responded with a status of 4\d\d"
    r"|Applying inline style .*'sha256-47DEQpj8HBSa\+/TImW\+5JCeuQeRkm5NMpJWZG3hSuFU='"
)


#: (kind of page; size, language and darkness) -> the parts that axe has seen on such pages
_seen: dict[tuple[str, str], set[str]] = {}


class Visitor:
    """A browser context of one person on one kind of device, in one language."""

    def __init__(
        self, site: Site, browser: Browser, size: str, language: str, journey: str, *,
        person_id: int | None = None, scripts: bool = True, dark: bool = False,
    ) -> None:  # fmt: skip
        self.site, self.size, self.language, self.scripts = site, size, language, scripts
        self.folder = SCREENSHOTS / journey / f"{size}-{language}{'-dark' if dark else ''}"
        self.context = browser.new_context(
            base_url=site.url, java_script_enabled=scripts, reduced_motion="reduce",
            color_scheme="dark" if dark else "light", locale="id-ID", **SIZES[size],
        )  # fmt: skip
        self.context.set_default_timeout(20_000)
        cookies = {LANGUAGE_COOKIE: language}
        if person_id is not None:
            cookies[site.app.config["SESSION_COOKIE_NAME"]] = site.session_cookie(person_id)
        self.context.add_cookies(
            [{"name": name, "value": value, "url": site.url} for name, value in cookies.items()]
        )
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.status = 0
        self.page.on("response", self._answered)

    def _answered(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self.status = response.status
        if response.status >= 500:
            self.complaints.append(f"{response.status}: {response.url}")

    def _note(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not EXPECTED.match(message.text):
            self.complaints.append(f"{message.type}: {message.text} ({self.page.url})")

    def go(self, path: str, status: int = 200) -> Response:
        """Open a page and insist on its status."""
        answer = self.page.goto(path, wait_until="load")
        assert answer is not None
        assert answer.status == status, f"{path}: {answer.status}\n{self.text()[:600]}"
        return answer

    def text(self) -> str:
        """Return what the page says."""
        return self.page.locator("body").inner_text()

    def path(self) -> str:
        """Return where the visitor is, without the host."""
        return self.page.url.removeprefix(self.site.url)

    def fill(self, **fields: str) -> None:
        """Fill in fields of the form by their names; selects, radios and ticks are chosen."""
        for name, value in fields.items():
            field = self.page.locator(f'main [name="{name}"]').first
            kind = field.evaluate("e => e.tagName === 'SELECT' ? 'select' : e.type")
            if kind == "select":
                field.select_option(value)
            elif kind in ("radio", "checkbox"):
                self.page.locator(f'main [name="{name}"][value="{value}"]').check()
            else:
                field.fill(value)

    def press(self, selector: str) -> None:
        """Press a button or link and wait until the page has come."""
        target = self.page.locator(selector).first
        with self.page.expect_navigation(wait_until="load"):
            target.click()
        self.sound()

    def send(self, action: str, button: str = "button") -> None:
        """Send the form whose action ends like this."""
        self.press(f'main form[action$="{action}"] {button}')

    def until(self, holds: Callable[[], object], seconds: float = 20) -> None:
        """Wait until something holds; the pages' policy forbids the browser to evaluate for us."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, f"waited {seconds} s in vain"
            time.sleep(0.1)

    def sound(self) -> None:
        """Refuse error pages and refused forms on the way."""
        assert self.status < 400, f"{self.path()}: {self.status}\n{self.text()[:600]}"

    def look(self, name: str) -> None:
        """Check the page and keep its picture."""
        self.picture(name)
        where = f"{self.path()} at {self.size} in {self.language}"
        if self.scripts:
            self._examine(where)
        wide, screen = self.page.evaluate(
            "() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert wide <= screen, f"{where} is {wide} px wide on {screen}: {self._widest()}"
        assert not self.complaints, f"{where}: {self.complaints}"

    def _examine(self, where: str) -> None:
        """Let axe judge the page, unless pages of its kind have shown all of its parts before."""
        kind = re.sub(r"[^/]*\d[^/]*", "0", self.path().split("?", maxsplit=1)[0])
        seen = _seen.setdefault((kind, self.folder.name), set())
        parts = set(self.page.evaluate(PARTS))
        if parts <= seen:
            return
        self.page.evaluate(AXE_SCRIPT)
        found = self.page.evaluate(AXE, TAGS)
        assert not found, "\n".join([where, *found])
        seen |= parts

    def picture(self, name: str) -> None:
        """Photograph the whole page; the screen is made as high, so that its foot stays below."""
        number = len(list(self.folder.glob("[0-9]*.jpg"))) + 1
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{number:02d}-{name}.jpg"
        view = self.page.viewport_size
        assert view is not None
        self.page.wait_for_load_state()
        height = self.page.evaluate("() => document.documentElement.scrollHeight")
        self.page.set_viewport_size({"width": view["width"], "height": max(height, view["height"])})
        self.page.screenshot(path=path, type="jpeg", quality=80)
        self.page.set_viewport_size(view)

    def _widest(self) -> list[str]:
        return self.page.evaluate(
            """() => [...document.querySelectorAll('main *')]
                .filter(e => e.getBoundingClientRect().right > innerWidth && !e.closest('.scroll'))
                .slice(0, 6).map(e => e.outerHTML.slice(0, 140))"""
        )

    def close(self) -> None:
        """Leave, and say what the console complained about."""
        self.context.close()
        assert not self.complaints, self.complaints
