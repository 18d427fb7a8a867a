"""Officer's day: home, people, a new person, a code to hand over, a full session, the desk, the recap."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from tests.browser import acts
from tests.browser.conftest import Visit
from tests.browser.site import Site
from tests.browser.visitor import Visitor

from sanggar import clock

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("screen", ["360-id", "1280-en"], indirect=True),
]


def test_an_officer_helps_people_runs_a_session_and_reports(site: Site, visit: Visit) -> None:
    officer = visit(site.person("officer@example.org"))
    officer.go("/officer")
    officer.look("home")
    officer.go("/officer/people")
    officer.look("people")
    login, code = enter_person(officer, site)
    use_code(visit(), login, code)
    plan_session(officer)
    run_desk(officer, site, visit)
    recap(officer)
    for name in ("messages", "briefs", "incubation", "targets", "deletions", "series/"):
        officer.go(f"/officer/{name}")
        officer.look(name.strip("/"))
    for name in ("officer/ranking/audit", "officer/ranking/validity", "ranking/model"):
        officer.go(f"/{name}")
        officer.look(name.replace("/", "-"))


def enter_person(officer: Visitor, site: Site) -> tuple[str, str]:
    officer.press('main a[href$="/officer/people/new"]')
    officer.look("new-person")
    login = acts.phone()
    officer.fill(name="Slamet", phone=login, birth_date="2010-03-02", channel="EJSC")
    officer.fill(region_id=acts.region(site))
    officer.press("main form button.wide")
    officer.look("person")
    officer.send("/code")
    officer.look("code")
    code = officer.page.locator("main code").first.inner_text()
    return login, code


def use_code(newcomer: Visitor, login: str, code: str) -> None:
    newcomer.go("/sign-in")
    newcomer.look("sign-in")
    newcomer.go("/sign-in/code")
    newcomer.fill(login=login, code=code.lower())
    newcomer.look("use-code")
    newcomer.press("main form button.wide")
    assert newcomer.path() == "/account/password"
    newcomer.look("choose-password")
    newcomer.fill(password=acts.PASSWORD)
    newcomer.press("main form button[type=submit]:not([data-show])")
    newcomer.go("/learn")
    newcomer.look("newcomer-home")


def plan_session(officer: Visitor) -> None:
    officer.go("/officer/sessions/")
    officer.look("schedule")
    officer.go("/officer/sessions/new")
    officer.look("session-form")
    day = clock.today() + timedelta(days=9)
    officer.fill(held=f"{acts.TRACK}/w2", day=day.isoformat(), starts="09:00", ends="13:00",
                 mode="onsite", place="EJSC Malang, lantai 2", capacity="12")  # fmt: skip
    officer.press("main form button.wide")
    assert re.fullmatch(r"/workshops/\d+", officer.path()), officer.path()
    officer.look("session-planned")


def run_desk(officer: Visitor, site: Site, visit: Visit) -> None:
    session_id, _code = acts.session_now(site, "w1", capacity=1)
    on_time, waits = acts.member(site, "Ayu Lestari"), acts.member(site, "Moh. Holil")
    for person in (on_time, waits):
        talent = visit(person)
        talent.go(f"/workshops/{session_id}")
        talent.send("/register")
    talent.look("waiting-list")
    officer.go(f"/workshops/{session_id}/desk")
    officer.look("desk")
    # who does not come gives the place to the one who waits
    officer.page.locator(f"#free-{on_time}").click()
    officer.page.locator(f"#tick-{waits}").click()
    officer.page.locator("#roster .tag.ok").wait_for()
    officer.fill(name="Bu Sulastri", business="Keripik Tempe Bu Sulas")
    officer.press('main form[action*="/guests"] button[type=submit]')
    officer.look("desk-ticked")
    officer.go(f"/workshops/{session_id}/sheet")
    officer.look("sheet")


def recap(officer: Visitor) -> None:
    officer.go("/officer")
    officer.press('main form[action$="/officer/recap"] button')
    officer.look("recap")
    for link in officer.page.locator('main a[href*="/officer/recap/"]').all():
        answer = officer.context.request.get(link.get_attribute("href") or "")
        assert answer.ok and len(answer.body()) > 200
