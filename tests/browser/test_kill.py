"""Nothing is lost when the server is killed in the middle of an exam.

The promise of the product: every answer that was given is saved, on the server or on the device,
and the attempt goes on.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page
from sqlmodel import select
from tests.browser import acts
from tests.browser.conftest import Visit
from tests.browser.site import Site
from tests.browser.visitor import Visitor

from sanggar.assessments.models import Answer, AttemptItem

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("screen", ["360-id"], indirect=True),
]

BEFORE = 5


def saved(site: Site, attempt: int) -> dict[int, object]:
    """Return position -> stored response."""
    with site.tx() as session:
        rows = session.exec(
            select(AttemptItem.position, Answer.response)
            .join(Answer, Answer.attempt_item_id == AttemptItem.id)
            .where(Answer.attempt_id == attempt, Answer.answered)
        ).all()
        return dict(rows)


def waiting(page: Page) -> list[int]:
    """Return the positions whose answers wait on the device."""
    found = page.evaluate(
        """() => Object.keys(localStorage).filter(key => /^sanggar-.+/.test(key) && !key.endsWith("-seq"))
            .map(key => localStorage.getItem(key))"""
    )
    return [entry["position"] for queue in found for entry in json.loads(queue)]


def begin(site: Site, visit: Visit, name: str) -> tuple[Visitor, int, list[dict[str, Any]]]:
    """Let somebody begin the theory exam; return them, the attempt and its items."""
    talent = acts.member(site, name)
    acts.choose(site, talent)
    me = visit(talent)
    me.go(f"/exams/{acts.TRACK}/theory")
    me.send("/start")
    attempt = int(re.match(r"/attempts/(\d+)/1", me.path())[1])
    return me, attempt, acts.form_of(site, attempt)


def test_every_answer_survives_a_killed_server_and_the_attempt_goes_on(
    site: Site, visit: Visit
) -> None:
    me, attempt, items = begin(site, visit, "Siti Aminah")
    for position, item in enumerate(items[:BEFORE], 1):
        acts.fill_answer(me, item)
        me.page.locator(f'.dots [value="{position}"].done').wait_for()
        me.page.locator('#answer .row button[name=go][value="next"]').click()
        me.page.wait_for_url(f"**/attempts/{attempt}/{position + 1}")
    before = saved(site, attempt)
    assert sorted(before) == list(range(1, BEFORE + 1))

    site.kill()
    acts.fill_answer(me, items[BEFORE])
    me.until(lambda: waiting(me.page) == [BEFORE + 1])
    me.page.wait_for_timeout(1500)
    me.picture("no-signal")
    site.start()

    # the page sends by itself what the device has kept
    me.page.locator(f'.dots [value="{BEFORE + 1}"].done').wait_for(timeout=60_000)
    after = saved(site, attempt)
    assert {p: after[p] for p in before} == before
    assert sorted(after) == list(range(1, BEFORE + 2))
    me.until(lambda: waiting(me.page) == [])
    me.complaints.clear()  # the browser rightly said that the server was away
    me.page.locator('#answer .row button[name=go][value="next"]').click()
    me.page.wait_for_url(f"**/attempts/{attempt}/{BEFORE + 2}")
    me.look("goes-on")


def test_an_answer_kept_on_the_device_survives_closing_the_page(site: Site, visit: Visit) -> None:
    me, attempt, items = begin(site, visit, "Joko Prasetyo")
    site.kill()
    acts.fill_answer(me, items[0])
    me.page.wait_for_timeout(2000)
    me.page.close()
    site.start()
    me.complaints.clear()
    again = me.context.new_page()
    again.goto(f"{site.url}/attempts/{attempt}", wait_until="load")
    again.locator('.dots [value="1"].done').wait_for(timeout=30_000)
    me.until(lambda: waiting(again) == [])
    assert sorted(saved(site, attempt)) == [1]
