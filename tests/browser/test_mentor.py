"""Mentor marks: the queue, the rubric, a second marker who sees nothing, and the decision."""

from __future__ import annotations

import pytest
from tests.browser import acts
from tests.browser.conftest import Visit
from tests.browser.site import Site
from tests.browser.visitor import Visitor

from sanggar.catalogue import queries as catalogue
from sanggar.kernel.access import Role

pytestmark = pytest.mark.browser

WORDS = "Cahaya lembut dan produk tajam. Rapikan latar belakang pada dua foto terakhir."


def test_two_mentors_mark_a_piece_of_work_and_the_talent_reads_the_decision(
    site: Site, visit: Visit
) -> None:
    talent = acts.member(site, "Rizky Pratama")
    acts.choose(site, talent)
    with site.tx():
        assignment = next(a for a in catalogue.track(acts.TRACK).assignments if a.markers == 2)
    work = acts.hand_in_assignment(site, talent, assignment.id)
    first = visit(acts.member(site, "Rina Wulandari, S.Ds.", Role.MENTOR, track=acts.TRACK))
    first.go("/marking")
    first.look("queue")
    first.go(f"/marking/{work}")
    first.look("work")
    first.send("/take")
    first.look("rubric")
    mark(first, level=4)
    first.look("draft")
    hand_in(first)
    first.go(f"/marking/{work}")
    first.look("waiting-for-the-other")

    second = visit(acts.member(site, "Bagus Setiawan", Role.MENTOR, track=acts.TRACK))
    second.go("/marking")
    second.press(f'main a[href$="/marking/{work}"]')
    assert WORDS not in second.text(), "the second marker must not see the marks of the first"
    second.send("/take")
    mark(second, level=4)
    hand_in(second)
    second.go(f"/marking/{work}")
    second.look("decided")

    me = visit(talent)
    me.go(f"/tasks/{acts.TRACK}/assignment/{assignment.id}")
    assert WORDS in me.text()
    me.look("talent-reads")
    me.go("/inbox/")
    me.look("talent-inbox")


def mark(mentor: Visitor, level: int) -> None:
    """Choose the same level everywhere; the draft is saved by itself."""
    for criterion in mentor.page.locator("fieldset.criterion").all():
        criterion.locator(f'input[type=radio][value="{level}"]').check()
    with mentor.page.expect_response(
        lambda answer: answer.request.headers.get("x-requested-with") == "autosave" and answer.ok
    ):
        mentor.page.fill("#comment", WORDS)


def hand_in(mentor: Visitor) -> None:
    """Hand the marks in; the next piece of work or the queue follows."""
    mentor.press('main button[name=action][value="submit"]')
    assert mentor.page.locator("#messages .message.ok").count(), mentor.text()[:400]
