"""Talent to certificate: join, choose, read, judge oneself, workshop, practical work, exam, verify."""

from __future__ import annotations

import re

import pytest
from tests import earn
from tests.browser import acts
from tests.browser.conftest import Visit
from tests.browser.site import Site
from tests.browser.visitor import Visitor

pytestmark = pytest.mark.browser

BY_HAND = 3


def test_a_talent_comes_from_the_first_page_to_a_verified_certificate(
    site: Site, visit: Visit
) -> None:
    me = visit()
    person_id = join(me, site)
    read_and_judge(me)
    workshop(me, site)
    hand_in(me, site, person_id)
    acts.read_everything(site, person_id)
    acts.attend_and_deliver(site, person_id, "w2", "w3")
    number = exam(me, site)
    certificate(me, number)
    verify(visit(), number)


def join(me: Visitor, site: Site) -> int:
    me.go("/")
    me.look("landing")
    me.go("/tracks/")
    me.look("tracks")
    me.go(f"/tracks/{acts.TRACK}")
    me.look("track")
    me.press('main aside a[href*="/join"]')
    me.look("join")
    login = acts.phone()
    me.fill(name="Wahyuni", contact=login, password=acts.PASSWORD, birth_date="2003-05-17")
    me.fill(region_id=acts.region(site))
    me.fill(public_profile="y", matching="y")
    me.press("main form button[type=submit].wide")
    assert me.path().startswith(f"/tracks/{acts.TRACK}"), me.path()
    me.send("/choose")
    me.go("/learn")
    me.look("home")
    return site.person(login)


def read_and_judge(me: Visitor) -> None:
    me.go("/learn/courses")
    me.look("courses")
    me.go("/courses/shared/freelancing-basics/")
    me.look("course")
    me.press("main ol.lessons a")
    me.look("lesson")
    me.send("/done")
    assert me.page.locator(".toc .sign[role=img]").count() == 1
    me.go(f"/learn/{acts.TRACK}/self-assessment")
    for choice in me.page.locator("fieldset.unit").all():
        choice.locator("input[value=yes]").check()
    me.look("self-assessment")
    me.press("main form.stack button[type=submit]")


def workshop(me: Visitor, site: Site) -> None:
    session_id, code = acts.session_now(site, "w1")
    me.go("/workshops/")
    me.look("workshops")
    me.go(f"/workshops/{session_id}")
    me.look("session")
    me.send("/register")
    me.look("session-place")
    me.go("/check-in")
    me.fill(code=code.lower())
    me.look("check-in")
    me.send("/check-in")
    assert me.page.locator(".message.ok, .tag.ok").count(), me.text()
    me.look("checked-in")


def hand_in(me: Visitor, site: Site, person_id: int) -> None:
    me.go(f"/tasks/{acts.TRACK}/workshop/w1")
    me.look("task")
    me.page.set_input_files(
        "#files",
        [{"name": "hasil.jpg", "mimeType": "image/jpeg", "buffer": earn.picture().getvalue()}],
    )
    me.press("main form[data-upload] button.wide")
    me.look("handed-in")
    acts.accept(site, person_id, "w1")
    me.go(f"/tasks/{acts.TRACK}/workshop/w1")
    me.look("accepted")


def exam(me: Visitor, site: Site) -> str:
    me.go(f"/exams/{acts.TRACK}/theory")
    me.look("exam-rules")
    me.send("/start")
    found = re.fullmatch(r"/attempts/(\d+)/1", me.path())
    assert found, me.path()
    attempt = int(found[1])
    items = acts.form_of(site, attempt)
    for position, item in enumerate(items[:BY_HAND], 1):
        acts.fill_answer(me, item)
        # saved by itself, before any button is pressed
        me.page.locator(f'.dots [value="{position}"].done').wait_for()
        if position == 1:
            me.look("question-saved")
        me.page.locator('#answer button[name=go][value="next"]:visible').click()
        me.page.wait_for_url(f"**/attempts/{attempt}/{position + 1}")
    acts.answer_rest(site, attempt, BY_HAND + 1)
    me.go(f"/attempts/{attempt}/overview")
    me.look("overview")
    me.send("/submit")
    assert me.path() == f"/attempts/{attempt}/result"
    me.look("result")
    me.go(f"/attempts/{attempt}/review")
    me.look("review")
    me.go("/certificates/")
    me.look("certificates")
    return (
        me.page.locator("main a[href*='/certificates/']")
        .first.get_attribute("href")
        .rsplit("/", 1)[1]
    )


def certificate(me: Visitor, number: str) -> None:
    me.go(f"/certificates/{number}")
    assert "Wahyuni" in me.text()
    me.look("certificate")
    me.go("/learn")
    me.look("home-certified")
    me.go("/inbox/")
    me.look("inbox")


def verify(anybody: Visitor, number: str) -> None:
    anybody.go("/verify/")
    anybody.look("verify-form")
    anybody.go(f"/verify/{number}")
    assert anybody.page.locator("main .tag.ok").count()
    anybody.look("verify")
