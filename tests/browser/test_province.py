"""Province view: one screen, printable on one sheet, nothing to change."""

from __future__ import annotations

import pytest
from tests.browser.conftest import Visit
from tests.browser.site import Site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("screen", ["360-id", "1280-en"], indirect=True),
]


def test_the_province_sees_and_prints_the_programme_at_a_glance(
    site: Site, visit: Visit, size: str
) -> None:
    viewer = visit(site.person("province@example.org"))
    viewer.go("/home")
    assert viewer.path() == "/province"
    viewer.look("home")
    assert not viewer.page.locator("main form[method=post]").count()
    viewer.page.emulate_media(media="print")
    viewer.picture("print")
    if size == "1280":
        sheet = viewer.page.pdf(path=viewer.folder / "home.pdf", format="A4")
        assert sheet.count(b"/Type /Page\n") == 1, "the page must fit one sheet of A4"
    viewer.page.emulate_media(media="screen")
    viewer.go("/officer/recap?hub=programme")
    viewer.look("recap")
    viewer.go("/officer/targets")
    viewer.look("targets")
    viewer.go("/officer/people", status=403)
    viewer.look("no-names-here")
