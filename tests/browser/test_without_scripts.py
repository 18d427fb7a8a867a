"""The pages that must never depend on JavaScript: an exam, and a brief up to the offer."""

from __future__ import annotations

import re

import pytest
from tests.browser import acts, test_client
from tests.browser.conftest import Visit
from tests.browser.site import Site

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("screen", ["360-id", "360-en"], indirect=True),
]


def test_an_exam_is_taken_without_javascript(site: Site, visit: Visit) -> None:
    talent = acts.member(site, "Nurul Hidayati")
    acts.choose(site, talent)
    me = visit(talent, scripts=False)
    me.go(f"/exams/{acts.TRACK}/theory")
    me.send("/start")
    attempt = int(re.match(r"/attempts/(\d+)/1", me.path())[1])
    items = acts.form_of(site, attempt)
    for item in items[:4]:
        acts.fill_answer(me, item)
        me.press('#answer .row button[name=go][value="next"]')
    assert me.path() == f"/attempts/{attempt}/5"
    me.look("question")
    me.press('#answer .row button[name=go][value="previous"]')
    given = "form => [...new FormData(form)].filter(([name, v]) => name.startsWith('answer') && v).length"
    assert me.page.locator("#answer").evaluate(given)
    me.press('nav button[value="overview"]')
    me.look("overview")
    me.send("/submit", "button.plain")
    me.look("result")
    me.go(f"/attempts/{attempt}/review")
    right = me.page.locator("main .tag.ok").count()
    assert right == 4, right
    me.look("review")


def test_a_brief_goes_out_without_javascript(site: Site, visit: Visit) -> None:
    owner = visit(site.person("client@example.org"), scripts=False)
    brief = test_client.write_brief(owner)
    talent = test_client.choose(owner, brief)
    assert owner.site.url in owner.page.url and talent
    test_client.send_offer(owner, brief)
    me = visit(talent, scripts=False)
    me.go("/work")
    offer = test_client.newest(me, "/offers/")
    me.go(f"/offers/{offer}")
    me.send("/accept")
    owner.go(f"/briefs/{brief}")
    owner.send("/confirm")
    owner.look("agreed")
