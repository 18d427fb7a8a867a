"""Assessors looked at together: a report of agreement and severity, and a panel that finds a cut score."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest
from sqlmodel import select
from tests.browser import acts
from tests.browser.conftest import Visit
from tests.browser.site import Site
from tests.browser.visitor import Visitor

from sanggar import clock
from sanggar.assessments.models import Anchor, Marking, Submission, SubmissionState, TaskKind
from sanggar.catalogue import queries as catalogue
from sanggar.kernel.access import Role
from sanggar.quality import markers
from sanggar.quality.models import MarkerReport, StandardPanel

pytestmark = [
    pytest.mark.browser,
    pytest.mark.parametrize("screen", ["360-id", "1280-en"], indirect=True),
]


#: lenient to severe, each a level's worth of logits apart
SEVERITY = (-0.9, 0.1, 0.8)
WORKS = 36


def marks(site: Site, people: list[int]) -> None:
    """Write works that two of three assessors have marked, some of them anchors."""
    rng = np.random.default_rng(2)
    with site.tx():
        task = next(a for a in catalogue.track(acts.TRACK).assignments if a.markers == 2)
    talent = acts.member(site, "Moh. Holil")
    with site.tx() as session:
        for n in range(WORKS):
            at = site.now - timedelta(days=n + 1)
            work = Submission(
                person_id=talent, track=acts.TRACK, kind=TaskKind.ASSIGNMENT, ref=task.id,
                version=n + 1, created_at=at, submitted_at=at, needed=2, decided_at=at,
                state=SubmissionState.DECIDED, total=70,
            )  # fmt: skip
            session.add(work)
            session.flush()
            theta = rng.normal(0.5, 1.2)
            for j in (0, 1, 2) if n < 6 else (n % 3, (n + 1) % 3):
                given = {
                    c.id: int(np.clip(round(2.5 + theta - SEVERITY[j] + rng.normal(0, 0.6)), 1, 4))
                    for c in task.rubric
                }
                session.add(Marking(
                    submission_id=work.id, marker_id=people[j], levels=given, anchor=n < 6 and j == 2,
                    total=sum(c.weight * given[c.id] / 4 for c in task.rubric), started_at=at,
                    saved_at=at, submitted_at=at, lock_until=at,
                ))  # fmt: skip
            if n < 6:
                session.add(Anchor(
                    submission_id=work.id, track=acts.TRACK, ref=task.id,
                    levels={c.id: 3 for c in task.rubric}, made_by_id=people[0], made_at=at,
                ))  # fmt: skip


def test_assessors_read_their_report(site: Site, visit: Visit, size: str, language: str) -> None:
    names = ("Rina Wulandari, S.Ds.", "Bagus Setiawan", "Dewi Kartika Sari")
    people = [acts.member(site, name, Role.MENTOR, track=acts.TRACK) for name in names]
    with site.tx() as session:  # the demo has counted this month already
        if (before := stored(session)) is not None:
            session.delete(before)
    marks(site, people)
    me = visit(people[0])
    me.go("/marking")
    me.press('main a[href="/quality/markers"]')
    me.look("tracks")
    me.go(f"/quality/markers/{acts.TRACK}")
    me.send("/count")
    me.until(lambda: counted(site))
    me.go(f"/quality/markers/{acts.TRACK}")
    assert names[0] in me.text() and names[1] not in me.text()
    assert me.page.locator("figure.spread svg circle").count() >= 3
    me.look("report")
    staff = visit(site.person("admin@example.org"))
    staff.go(f"/quality/markers/{acts.TRACK}")
    assert names[1] in staff.text()
    staff.look("report-with-names")
    with site.tx() as session:
        session.delete(stored(session))


def stored(session) -> MarkerReport | None:
    month = markers.month_of(clock.now())
    return session.exec(
        select(MarkerReport).where(
            MarkerReport.track == acts.TRACK, MarkerReport.month == month
        )
    ).first()  # fmt: skip


def counted(site: Site) -> bool:
    with site.tx() as session:
        return stored(session) is not None


def test_two_mentors_find_a_cut_score(site: Site, visit: Visit, size: str, language: str) -> None:
    lead_id = acts.member(site, "Rina Wulandari, S.Ds.", Role.MENTOR, track=acts.TRACK)
    other_id = acts.member(site, "Bagus Setiawan", Role.MENTOR, track=acts.TRACK)
    lead = visit(lead_id, scripts=size == "1280", journey="quality_standards")
    other = visit(other_id, journey="quality_standards")
    lead.go("/quality/standards")
    lead.look("panels")
    lead.press('main a[href$="/refresher"]')
    lead.page.check(f'input[name=colleagues][value="{other_id}"]')
    lead.look("new-panel")
    lead.press("main form button[type=submit]")
    lead.look("panel")
    panel = lead.path()
    fill(lead, panel, 62)
    fill(other, panel, 74)
    other.look("handed-in")
    step(lead, panel, "second")
    lead.press('main a[href$="/sheet"]')
    lead.look("second-sheet")
    fill(lead, panel, 66)
    fill(other, panel, 72)
    step(lead, panel, "close")
    lead.until(lambda: measured(site, int(panel.rsplit("/", 1)[1])))
    lead.go(panel)
    assert "refresher.yaml" in lead.text() and "pass: {total: " in lead.text()
    lead.look("cut-score")


def measured(site: Site, panel: int) -> bool:
    with site.tx() as session:
        found = session.get(StandardPanel, panel)
        return found is not None and "measured_at" in found.result


def fill(judge: Visitor, panel: str, start: int) -> None:
    """Judge every question, with a fault the first time, and hand the sheet in."""
    judge.go(f"{panel}/sheet")
    fields = judge.page.locator("main input[inputmode=numeric]").all()
    for n, field in enumerate(fields):
        field.fill(str(start + n % 7))
    if start == 62:
        fields[2].fill("banyak")
        with judge.page.expect_navigation(wait_until="load"):
            judge.page.click('button[value="done"]')
        assert judge.status == 422
        judge.look("sheet-with-a-fault")
        judge.page.locator("main input[inputmode=numeric]").nth(2).fill("64")
    judge.press('button[value="done"]')


def step(lead: Visitor, panel: str, name: str) -> None:
    """Take the panel on; the question is asked first."""
    lead.go(panel)
    form = f'main form[action$="/{name}"]'
    lead.page.locator(f"main details:has({form.removeprefix('main ')}) > summary").click()
    lead.press(f"{form} button")
