"""An exam in a room with a code, an objection, a correction, and work marked with an anchor among it.

A small track of its own, so that every step is known: four short questions and one assignment.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import select
from tests.browser import acts, small_track
from tests.browser.conftest import Visit
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.earn import picture

from sanggar import clock
from sanggar.assessments import anchors
from sanggar.assessments import service as assessments
from sanggar.assessments.models import Answer, AttemptItem, Marking
from sanggar.invigilation.models import ExamWindow
from sanggar.kernel.access import Principal, Role
from sanggar.programme import queries as programme

pytestmark = pytest.mark.browser

ID = "review"
TRACK = """
id: review
version: "1.0"
order: 91
title: {id: Cahaya, en: Light}
summary: {id: Cahaya untuk foto produk., en: Light for product photos.}
units:
  - {id: RV-01, title: {id: Cahaya, en: Light}, outcomes: {id: [Mengatur cahaya], en: [Sets light]}}
"""
EXAM = """
id: exam
title: {id: Uji cahaya, en: Light exam}
minutes: 30
attempts: {limit: 3, within_days: 180, wait_days: 0}
pass: {total: 75}
opening: window
blueprint:
  RV-01: {know: 4}
"""
LEVELS = "levels: [Belum tampak, Tampak sebagian, Tampak rapi, Tampak rapi dan ajek]"
ASSIGNMENT = f"""---
title: Foto satu produk
markers: 2
pass: 60
rubric:
  - {{id: light, weight: 60, critical: true, title: Cahaya, {LEVELS}}}
  - {{id: frame, weight: 40, title: Bingkai, {LEVELS}}}
---
Potret satu produk dengan cahaya jendela.
"""
ASKED = ("memantulkan", "melembutkan", "menghalangi", "mengarahkan")
ALSO = "payung perak"
WORDS = "Cahaya jendela sudah lembut."


def bank() -> str:
    """Return four short questions of the same kind."""
    return "\n".join(
        f"## RV-Q0{n} {{type=short area=RV-01 level=remember}}\nAlat apa yang {verb} cahaya?\n"
        f"= alat {n} | alat ke-{n}\n! Alat {n} {verb} cahaya.\n"
        for n, verb in enumerate(ASKED, 1)
    )


@pytest.fixture(scope="module")
def site(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with nothing in it but hubs and the track of this file."""
    files = {
        "track.yaml": TRACK, "assessments/exam.yaml": EXAM, "assignments/photo.id.md": ASSIGNMENT,
        "items/all.id.quiz.md": bank(),
    }  # fmt: skip
    with small_track.serving(tmp_path_factory.mktemp(ID), ID, files) as served:
        yield served


@pytest.fixture(params=["360-id", "1280-en"])
def size(request: pytest.FixtureRequest) -> str:
    """A phone in Indonesian, a laptop in English."""
    return str(request.param).split("-")[0]


@pytest.fixture
def language(size: str) -> str:
    return "id" if size == "360" else "en"


def mentor(site: Site, name: str) -> Principal:
    person = acts.member(site, name, Role.MENTOR, track=ID)
    return Principal(person, name, frozenset({Role.MENTOR}), tracks=frozenset({ID}))


def test_an_exam_with_a_code_an_objection_and_a_correction(
    site: Site, visit: Visit, size: str, language: str
) -> None:
    code = fix_date(site, visit, room=f"Lab {size}")
    talent = acts.member(site, "Rizky Pratama")
    me = visit(talent)
    # what is corrected once is corrected for all: each run misses another question
    missed = "RV-Q02" if size == "360" else "RV-Q03"
    attempt, position = sit(site, me, code, missed)
    me.go(f"/attempts/{attempt}/result")
    me.look("result")
    me.press('main a[href$="/appeal"]')
    me.look("objection")
    me.fill(position=str(position), text="Payung perak juga memantulkan cahaya.")
    me.press("main form button.wide")
    me.look("objection-sent")
    judge = visit(mentor(site, "Rina Wulandari, S.Ds.").id)
    decide(judge)
    me.go(f"/attempts/{attempt}/appeal")
    me.look("objection-answered")
    correct(site, judge, attempt, missed)
    me.go(f"/attempts/{attempt}/log")
    me.look("log")


def fix_date(site: Site, visit: Visit, room: str) -> str:
    """Let an officer fix a date for the exam; return the code of its room."""
    with site.tx():
        hub = next(h.id for h in programme.hubs() if h.code == acts.HUB)
    officer = visit(acts.member(site, "Agung Wicaksono", Role.HUB_OFFICER, hub_id=hub))
    officer.go("/officer/exams/new")
    today = clock.today()
    officer.fill(
        exam=f"{ID}/exam", day=today.isoformat(), opens="00:00",
        closes_day=(today + timedelta(days=1)).isoformat(), closes="23:00", room=room,
    )  # fmt: skip
    officer.look("date-form")
    officer.press("main form button.wide, main form button[type=submit]")
    officer.look("date")
    with site.tx() as session:
        window = session.exec(select(ExamWindow).where(ExamWindow.room == room)).one()
    assert f"{window.code[:3]} {window.code[3:]}" in officer.text()
    return window.code


def sit(site: Site, me: Visitor, code: str, missed: str) -> tuple[int, int]:
    """Start with the code and miss two answers of four; return (attempt, place of the appeal)."""
    me.go(f"/exams/{ID}/exam")
    me.page.fill("#code", "XXX-XXX")
    with me.page.expect_navigation(wait_until="load"):
        me.page.locator('main form[action$="/start"] button').click()
    assert me.status == 422
    me.look("wrong-code")
    me.page.fill("#code", f" {code.lower()} ")
    me.send("/start")
    assert me.path().endswith("/1"), me.path()
    me.look("question")
    attempt = int(me.path().split("/")[2])
    with site.tx() as session:
        rows = session.exec(
            select(AttemptItem.item_id, AttemptItem.position).where(
                AttemptItem.attempt_id == attempt
            )
        ).all()
    answers = {f"RV-Q0{n}": f"alat {n}" for n in range(1, 5)} | {"RV-Q01": ALSO, missed: "kain"}
    for item_id, position in rows:
        with site.tx():
            assessments.save_answer(
                attempt, position, answers[item_id], position, site.now, client="t", newest=True
            )
    me.go(f"/attempts/{attempt}/overview")
    me.send("/submit")
    with site.tx() as session:
        assert len(session.exec(select(Answer).where(Answer.attempt_id == attempt)).all()) == 4
    return attempt, dict(rows)["RV-Q01"]


def decide(judge: Visitor) -> None:
    judge.go("/marking")
    judge.look("queue")
    judge.press('main nav a[href$="/marking/appeals"]')
    judge.look("objections")
    judge.press("main article a.btn:not(.plain)")
    judge.look("decide")
    judge.fill(outcome="upheld", share="0.5", answer="Payung perak memantulkan sebagian cahaya.")
    judge.press("main form button.wide")


def correct(site: Site, judge: Visitor, attempt: int, missed: str) -> None:
    """Correct the question everybody missed: dry run first."""
    judge.go("/marking/corrections")
    judge.fill(track=ID, item=missed)
    judge.press("main form button")
    judge.page.locator('[name="accepted"]').first.check()
    judge.fill(action="accept", reason="Soalnya bermakna ganda.")
    judge.look("correct")
    judge.press("main form button.wide")
    judge.look("dry-run")
    with site.tx() as session:
        item = session.exec(
            select(AttemptItem.share).where(
                AttemptItem.attempt_id == attempt, AttemptItem.item_id == missed
            )
        ).one()
    assert item == 0
    judge.press("main form button")
    judge.look("corrected")
    judge.go("/marking/corrections")
    judge.look("corrections")


def test_a_mentor_marks_with_keys_and_comments_not_knowing_which_is_the_anchor(
    site: Site, visit: Visit, size: str, language: str
) -> None:
    one, two, three = (mentor(site, f"Mentor {n}") for n in "123")
    anchor, warm_up = hand_in(site, "Ayu Lestari"), hand_in(site, "Bima")
    levels = assessments.Marks({"light": 4, "frame": 3})
    with site.tx():
        for person in (one, two):
            assessments.submit_marks(person, anchor, levels, site.now)
        anchors.make(one, anchor, site.now)
        assessments.submit_marks(three, warm_up, levels, site.now)
        anchor = anchors.due(three)[ID]
    me = visit(three.id, journey="anchors")
    me.go("/marking")
    me.look("queue-with-anchor")
    me.press(f'main a[href$="/marking/{anchor}"]')
    me.send("/take")
    by_keys(me)
    me.page.fill("#comment-light", WORDS)
    me.press('main button[name=keep][value="light"]')
    me.page.fill("#comment-light", "")
    me.page.locator("#light details summary").click()
    me.look("comment-bank")
    me.press('main button[name=use][value^="light:"]')
    assert me.page.input_value("#comment-light") == WORDS
    me.press('main button[name=action][value="submit"]')
    me.go(f"/marking/{anchor}")
    me.look("anchor-afterwards")
    with site.tx() as session:
        mine = session.exec(
            select(Marking).where(Marking.submission_id == anchor, Marking.marker_id == three.id)
        ).one()
        assert (mine.anchor, mine.levels) == (True, {"light": 3, "frame": 2})


def by_keys(me: Visitor) -> None:
    """Choose levels by 1 to 4; in a comment the same keys write."""
    for criterion, key in (("light", "3"), ("frame", "2")):
        me.page.locator(f'[name="level-{criterion}"]').first.focus()
        me.page.keyboard.press(key)
        assert me.page.locator(f'[name="level-{criterion}"][value="{key}"]').is_checked()
    me.page.locator("#comment-frame").focus()
    me.page.keyboard.press("4")
    assert me.page.input_value("#comment-frame") == "4"
    assert me.page.locator('[name="level-frame"][value="2"]').is_checked()


def hand_in(site: Site, name: str) -> int:
    talent = acts.member(site, name)
    with site.tx():
        files = [assessments.Incoming("foto.jpg", picture())]
        done = assessments.hand_in(talent, ID, "assignment", "photo", now=site.now, files=files)
        return int(done.id or 0)
