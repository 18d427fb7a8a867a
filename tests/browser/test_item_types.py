"""A talent answers every kind of question in one attempt, on a phone, with scripts and without.

The questions are the examples of the page that mentors read, so they are tried as they are taught.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlmodel import select
from tests.browser import acts
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.earn import picture

from sanggar.assessments.models import Answer, AttemptItem
from sanggar.assessments.question_types import TYPES
from sanggar.kernel import schema
from sanggar.programme import service as programme_service

pytestmark = pytest.mark.browser

TRACK = """
id: item_types
version: "1.0"
order: 90
title: {id: Jenis soal, en: Kinds of questions}
summary: {id: Semua jenis soal., en: Every kind of question.}
units:
  - {id: CC-01, title: {id: Naskah, en: Script}, outcomes: {id: [Menulis naskah], en: [Writes a script]}}
  - {id: CC-02, title: {id: Merekam, en: Filming}, outcomes: {id: [Merekam suara], en: [Records sound]}}
"""
EXAM = """
id: all
title: {id: Semua jenis soal, en: Every kind of question}
minutes: 60
attempts: {limit: 0}
pass: {total: 70}
selection: fixed
judged: true
blueprint:
  CC-01: {know: 3, apply: 2, analyse: 1}
  CC-02: {know: 2, apply: 4, analyse: 1}
"""
SCREEN = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 270 480"><rect width="270" height="480" '
    'fill="#ebe9f7"/><rect width="270" height="58" fill="#b9b3ff"/><rect y="360" width="270" '
    'height="120" fill="#e8b657"/></svg>'
)
PAGE = Path(__file__).resolve().parents[2] / "docs/mentors/questions.md"
ESSAY = "Pembuka video menarik penonton, tetapi tidak ada ajakan yang jelas di akhir. " * 5


def write_track(folder: Path) -> Path:
    """Write a track of text files whose bank is the examples of the mentors' page."""
    package = folder / "sanggar_item_types"
    for name in ("items", "assessments"):
        (package / name).mkdir(parents=True)
    (package / "track.yaml").write_text(TRACK, "utf-8")
    (package / "assessments/all.yaml").write_text(EXAM, "utf-8")
    (package / "items/layar.svg").write_text(SCREEN, "utf-8")
    examples = re.findall(r"^````markdown\n(.*?)^````$", PAGE.read_text("utf-8"), re.M | re.S)
    for language, facts in (("id", True), ("en", False)):
        bank = "\n".join(e for e in examples if ("{type=" in e) is facts)
        (package / f"items/all.{language}.quiz.md").write_text(bank, "utf-8")
    return package


@pytest.fixture(scope="module")
def site(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with nothing in it but hubs and the track of this file."""
    folder = tmp_path_factory.mktemp("types")
    (folder / "data").mkdir()
    served = Site(folder / "data", str(write_track(folder)))
    schema.upgrade(served.app.extensions["sanggar.db"])
    with served.tx():
        programme_service.seed(served.now)
    try:
        served.start()
        yield served
    finally:
        served.stop()


def area(item: dict, key: str) -> str:
    """Return the place of an area in percent of its picture."""
    return next(option["place"] for option in item["options"] if option["id"] == key)


def fill(me: Visitor, item: dict) -> None:
    """Answer one question as a person does; pictures and lists by the keyboard."""
    if item["type"] == "upload":
        photo = {"name": "foto.jpg", "mimeType": "image/jpeg", "buffer": picture().read()}
        me.page.locator('[name="answer-files"]').set_input_files(photo)
    elif item["type"] == "essay":
        me.page.locator('[name="answer"]').fill(ESSAY)
    elif item["type"] == "hotspot" and me.scripts:
        key = acts.key_of(item)
        me.page.locator(f'[data-spot="{key}"]').click()  # on the picture
        assert me.page.locator(f'[name="answer"][value="{key}"]').is_checked()
        seen, spot = (
            me.page.locator(at).bounding_box() for at in (".spots img", f'[data-spot="{key}"]')
        )
        left, top, width, height = map(float, area(item, key).split())
        assert abs(spot["y"] - seen["y"] - top / 100 * seen["height"]) < 3
        assert abs(spot["x"] - seen["x"] - left / 100 * seen["width"]) < 3
        assert abs(spot["height"] - height / 100 * seen["height"]) < 3
        assert abs(spot["width"] - width / 100 * seen["width"]) < 3
        me.page.locator('[name="answer"]').first.focus()
        for _ in range("abcdefghijkl".index(key)):
            me.page.keyboard.press("ArrowDown")
        assert me.page.locator(f'[name="answer"][value="{key}"]').is_checked()
    else:
        acts.fill_answer(me, item)


def onward(me: Visitor, attempt: int, position: int, last: bool) -> None:
    """Press the button below the question and wait for what comes."""
    go = "overview" if last else "next"
    me.page.locator(f'#answer .row button[name=go][value="{go}"]:visible').click()
    me.page.wait_for_url(f"**/attempts/{attempt}/{'overview' if last else position + 1}")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
@pytest.mark.parametrize("language", ["id", "en"])
def test_every_kind_of_question_is_answered_on_a_phone(
    site: Site, browser: Browser, language: str, scripts: bool
) -> None:
    talent = acts.member(site, "Dewi Lestari")
    dark = scripts and language == "en"
    journey = "item_types" if scripts else "item_types_plain"
    me = Visitor(
        site, browser, "360", language, journey, person_id=talent, scripts=scripts, dark=dark
    )  # fmt: skip
    for old in me.folder.glob("*.jpg"):
        old.unlink()
    me.go("/exams/item_types/all")
    me.send("/start")
    attempt = int(re.match(r"/attempts/(\d+)/1", me.path())[1])
    items = acts.form_of(site, attempt)
    assert {item["type"] for item in items} == {kind.kind for kind in TYPES}
    for position, item in enumerate(items, 1):
        fill(me, item)
        me.look(item["type"])
        onward(me, attempt, position, last=position == len(items))
    me.look("overview")
    me.go(f"/attempts/{attempt}/{1 + [i['type'] for i in items].index('upload')}")
    assert "foto.jpg" in me.text()
    me.look("upload-kept")
    me.go(f"/attempts/{attempt}/overview")
    me.send(
        "/submit", "button.plain" if me.page.locator("main form button.plain").count() else "button"
    )
    me.look("result")
    me.close()
    with site.tx() as session:
        rows = session.exec(
            select(AttemptItem, Answer.response)
            .join(Answer, Answer.attempt_item_id == AttemptItem.id)
            .where(AttemptItem.attempt_id == attempt)
        ).all()
        assert len(rows) == len(items)
        judged = {"upload", "essay"}
        assert {row.item["type"] for row, _ in rows if row.needs_human} == judged
        wrong = [row.item["id"] for row, _ in rows if not row.correct and not row.needs_human]
        assert wrong == []
