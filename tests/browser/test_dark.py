"""The main pages in the dark: the same contrast, and a picture of each to look at."""

from __future__ import annotations

import pytest
from tests.browser import acts
from tests.browser.conftest import Visit
from tests.browser.site import Site

pytestmark = pytest.mark.browser

PUBLIC = ("/", "/tracks/", f"/tracks/{acts.TRACK}", "/workshops/", "/talents/", "/verify/", "/join",
          "/sign-in", "/help/", "/courses/shared/freelancing-basics/")  # fmt: skip
HOMES = {
    "talent": ("/learn", "/learn/courses", "/inbox/", "/work", "/account", "/certificates/"),
    "mentor": ("/marking", "/workshops/teach", "/incubation/talents"),
    "client": ("/briefs", "/briefs/new"),
    "officer": ("/officer", "/officer/people", "/officer/sessions/"),
    "province": ("/province",),
    "admin": ("/admin", "/plugins"),
}


@pytest.mark.parametrize(
    ("screen", "role"),
    [("360-id", role) for role in ("public", "talent", "mentor", "client")]
    + [("1280-id", role) for role in ("officer", "province", "admin")],
    indirect=["screen"],
)
def test_the_main_pages_are_readable_in_the_dark(site: Site, visit: Visit, role: str) -> None:
    person = None if role == "public" else site.person(f"{role}@example.org")
    visitor = visit(person, dark=True, journey=f"dark-{role}")
    for path in HOMES.get(role, PUBLIC):
        visitor.go(path)
        visitor.look(path.strip("/").replace("/", "-") or "landing")
