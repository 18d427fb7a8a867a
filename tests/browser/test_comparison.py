"""Mentors compare works pair by pair: a round from its plan to its order."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw
from sqlmodel import select
from tests.browser import acts
from tests.browser.conftest import Visit
from tests.browser.site import Site
from tests.browser.visitor import Visitor

from sanggar.assessments import service as assessments
from sanggar.assessments.models import Submission, SubmissionFile, SubmissionState
from sanggar.catalogue import queries as catalogue
from sanggar.comparison import service
from sanggar.comparison.models import Comparison
from sanggar.kernel.access import Role

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("screen", ["360-id", "1280-en"], indirect=True),
]

MAKERS = ("Rizky Pratama", "Wahyuni", "Moh. Holil", "Nurul Hidayati")
TOTALS = (58.0, 71.0, None, 92.0)


def photo(shade: int, size: tuple[int, int] = (900, 675)) -> io.BytesIO:
    """Return a photo of a box on a table."""
    image = Image.new("RGB", size, (90 + shade, 130, 200 - shade))
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, size[1] * 2 // 3, *size), fill=(150, 110, 70 + shade // 2))
    draw.rectangle((300, 200 - shade, 600, 520), fill=(240, 220, shade + 90))
    made = io.BytesIO()
    image.save(made, "JPEG")
    made.seek(0)
    return made


def hand_in(site: Site, ref: str) -> list[int]:
    """Let four talents hand in photos; three are decided by the rubric."""
    made = []
    for number, (name, total) in enumerate(zip(MAKERS, TOTALS, strict=True)):
        talent = acts.member(site, name)
        with site.tx() as session:
            files = [assessments.Incoming(f"f-{n}.jpg", photo(30 * number + n)) for n in (1, 2, 3)]
            work = assessments.hand_in(
                talent, acts.TRACK, "assignment", ref, now=site.now, files=files,
                note="Cahaya jendela dari kiri, reflektor dari styrofoam.",
            )  # fmt: skip
            made.append(work.id or 0)
            if total is not None:
                row = session.get_one(Submission, work.id)
                row.state, row.total, row.decision = SubmissionState.DECIDED, total, "competent"
                row.decided_at, row.open_key = site.now, None
    return made


def drawn(site: Site, works: list[int]) -> bool:
    """Return whether all previews are there."""
    with site.tx() as session:
        files = session.exec(
            select(SubmissionFile.thumb_sha256).where(SubmissionFile.submission_id.in_(works))
        )
        return all(files)


def choose_only(me: Visitor, name: str, wanted: list[int]) -> None:
    """Tick these boxes and no others."""
    for box in me.page.locator(f'main input[name="{name}"]').all():
        box.set_checked(int(box.get_attribute("value") or 0) in wanted)


def judge_rest(site: Site, round_id: int, judge: int) -> None:
    """Let a judge answer every pair that is left: the later work is the better one."""
    by = acts.principal(site, judge, Role.MENTOR)
    for _pair in range(6):
        with site.tx() as session:
            key = service.next_pair(round_id, by=by, now=site.now)
            if key is None:
                return
            row = session.get_one(Comparison, key)
            better = "left" if row.left_id > row.right_id else "right"
            service.decide(key, better, by=by, now=site.now)


def test_a_round_from_its_plan_to_its_order(
    site: Site, visit: Visit, size: str, language: str
) -> None:
    with site.tx():
        assignment = next(a for a in catalogue.track(acts.TRACK).assignments if a.markers == 2)
    works = hand_in(site, assignment.id)
    rina = acts.member(site, "Rina Wulandari, S.Ds.", Role.MENTOR, track=acts.TRACK)
    bagus = acts.member(site, "Bagus Setiawan", Role.MENTOR, track=acts.TRACK)
    me = visit(rina)
    me.go("/marking")
    me.press('main nav a[href$="/comparisons"]')
    me.press('main a[href$="/comparisons/new"]')
    me.look("choose")
    me.press(f'main a[href$="/new/{acts.TRACK}/{assignment.id}"]')
    choose_only(me, "works", works)
    choose_only(me, "judges", [rina, bagus])
    me.fill(title=f"November {size}", each="5", reliability="0.80")
    me.look("new")
    me.send(f"/new/{acts.TRACK}/{assignment.id}")
    me.look("planned")
    round_id = int(me.path().rsplit("/", 1)[1])
    me.send("/open")

    me.until(lambda: drawn(site, works))
    me.send("/next")
    assert me.path() == f"/comparisons/{round_id}/compare"
    for name in MAKERS:
        assert name not in me.text(), "judges compare works, not people"
    me.page.locator("main details summary").first.click()
    assert me.page.locator(".pair img").count() == 6
    me.page.locator("main details summary").first.click()
    me.look("compare")
    before = me.page.locator("form.verdict").get_attribute("action")
    me.press('form.verdict button[value="left"]')
    assert me.path() == f"/comparisons/{round_id}/compare", "the next pair comes at once"
    assert me.page.locator("form.verdict").get_attribute("action") != before
    me.press(f'header a[href$="/comparisons/{round_id}"]')
    me.look("open")
    for judge in (rina, bagus):
        judge_rest(site, round_id, judge)
    me.go(f"/comparisons/{round_id}")
    if me.page.locator("details.confirm").count():
        me.page.locator("details.confirm summary").click()
        me.send("/close", "button.danger")
    me.until(lambda: me.go(f"/comparisons/{round_id}") and me.page.locator("svg.scale").count())
    me.look("closed")
    me.go("/comparisons")
    me.look("rounds")
