"""Every kind of question on a phone: a talent answers it, a mentor reads, judges and weighs it.

The questions are the examples of the page that mentors read, so they are tried as they are taught.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser
from sqlmodel import select
from tests.browser import acts, small_track
from tests.browser.site import Site
from tests.browser.visitor import Visitor
from tests.earn import picture
from tests.quality.test_bank import report

from sanggar.accounts import queries as accounts
from sanggar.assessments import service as assessments
from sanggar.assessments import uploads
from sanggar.assessments.models import Answer, Attempt, AttemptItem, AttemptState
from sanggar.assessments.question_types import TYPES
from sanggar.catalogue import queries as catalogue
from sanggar.kernel.access import Role
from sanggar.plugin.items import Item
from sanggar.quality import service as quality

pytestmark = pytest.mark.browser

ID = "item_types"
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
#: what the page of a question says is right, in Indonesian and in English
RIGHT = {
    "single": ("Cahaya jatuh pada produk", "The light falls on the product"),
    "multiple": ("Merekam ulang saat mesin mati", "Record again while the engine is off"),
    "truefalse": ("Salah", "False"),
    "numeric": ("30 detik", "30 seconds"),
    "parametric": ("Rp", "Rp"),
    "short": ("ajakan bertindak", "call to action"),
    "cloze": ("(1) tegak", "(1) upright"),
    "ordering": ("Pembuka yang menyebut", "An opening that names"),
    "matching": ("Wajah gelap → Menghadap jendela", "A dark face → Facing the window"),
    "matrix": ("Foto pelanggan di toko → Perlu izin", "customer in the shop → Needs consent"),
    "hotspot": ("Pita lebar di bagian bawah", "A wide band below"),
    "upload": ("wajah lebih terang", "a brighter face"),
    "essay": ("memisahkan pembuka dari ajakan", "separates the opening from the call"),
}
ESSAY = "Pembuka video menarik penonton, tetapi tidak ada ajakan yang jelas di akhir. " * 5


def banks() -> dict[str, str]:
    """Return the examples of the mentors' page as a bank in two languages."""
    examples = re.findall(r"^````markdown\n(.*?)^````$", PAGE.read_text("utf-8"), re.M | re.S)
    return {
        f"items/all.{language}.quiz.md": "\n".join(e for e in examples if ("{type=" in e) is facts)
        for language, facts in (("id", True), ("en", False))
    }


@pytest.fixture(scope="module")
def site(chromium_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A server with nothing in it but hubs and the track of this file."""
    files = {
        "track.yaml": TRACK, "assessments/all.yaml": EXAM, "items/layar.svg": SCREEN, **banks(),
    }  # fmt: skip
    with small_track.serving(tmp_path_factory.mktemp(ID), ID, files) as served:
        yield served


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


def sit(site: Site, talent: int) -> dict[str, int]:
    """Answer every question through the services and hand in; return type -> id of the answer."""
    with site.tx() as session:
        attempt = int(assessments.start_attempt(talent, ID, "all", site.now).id or 0)
        rows = session.exec(
            select(AttemptItem.id, AttemptItem.position, AttemptItem.item)
            .where(AttemptItem.attempt_id == attempt)
        ).all()  # fmt: skip
    for _key, position, item in rows:
        if item["type"] == "upload":
            upload(site, talent, attempt, position)
            continue
        response = ESSAY if item["type"] == "essay" else acts.key_of(item)
        with site.tx():
            assessments.save_answer(
                attempt, position, response, position, site.now, client="t", newest=True
            )
    with site.tx():
        assessments.submit_attempt(attempt, talent, site.now)
    return {item["type"]: int(key) for key, _position, item in rows} | {"": attempt}


def upload(site: Site, talent: int, attempt: int, position: int) -> None:
    """Send a photo as the answer to a question, as its form does."""
    with site.tx():
        form = {uploads.MARK: ["1"]}
        photos = [assessments.Incoming("foto.jpg", picture())]
        prepared = uploads.prepare(talent, attempt, position, form, photos)
        held = assessments.hold(attempt, talent)
        taken = uploads.take(held, position, form, prepared, site.now)
        assessments.answer_from_form(
            held, position, taken.fields, seq=position, client="t", newest=True, now=site.now
        )


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_mentor_reads_every_kind_of_question_and_judges_what_waits(
    site: Site, browser: Browser, language: str
) -> None:
    answers = sit(site, acts.member(site, "Wahyuni"))
    mentor = acts.member(site, "Rina Wulandari, S.Ds.", Role.MENTOR, track=ID)
    with site.tx():
        owner = catalogue.track(ID)
        quality.keep(owner, report(owner, "all"), site.now)
        phone = str(accounts.person(mentor).phone)
    me = Visitor(site, browser, "360", language, "item_types_mentor", dark=language == "en")
    for old in me.folder.glob("*.jpg"):
        old.unlink()
    me.go("/sign-in")
    me.fill(email=phone, password=acts.PASSWORD)
    me.press("main form button.wide")
    me.go("/marking")
    me.look("queue")
    for kind, share in (("essay", "0.75"), ("upload", "1.0")):
        judge(me, answers[kind], kind, share)
    with site.tx() as session:
        attempt = session.get_one(Attempt, answers[""])
        assert (attempt.state, attempt.score) == (
            AttemptState.DECIDED,
            pytest.approx(96.7, abs=0.1),
        )
    me.go("/marking")
    me.press('main nav a[href="/quality"]')
    me.look("bank")
    for item in owner.items:
        assert me.page.locator(f'main a[href$="/items/{item.id}"]').count() == 1
    me.press('main a[href$="/exams/all"]')
    assert me.page.locator("figure.plot > svg").count() == 2
    me.look("exam")
    for item in owner.items:
        read(me, item)
    me.close()


def judge(me: Visitor, answer: int, kind: str, share: str) -> None:
    """Judge an answer that waits; the queue follows, and the answer is gone from it."""
    link = f'main a[href$="/marking/answers/{answer}"]'
    me.press(link)
    assert (ESSAY[:40] if kind == "essay" else "foto.jpg") in me.text()
    me.fill(share=share)
    me.look(f"judge-{kind}")
    me.press("main form button.wide")
    assert me.path() == "/marking"
    assert not me.page.locator(link).count()


def read(me: Visitor, item: Item) -> None:
    """Open the page of a question: as talents see it, what is right, its numbers and plots."""
    me.go(f"/quality/{ID}/items/{item.id}")
    asked, key = (me.page.locator(f"section[aria-labelledby={name}]") for name in ("asked", "key"))
    assert asked.locator('input:not([type="hidden"]), select, textarea').count()
    assert RIGHT[item.type][me.language == "en"] in key.inner_text()
    assert me.page.locator("figure.plot > svg").count() == (2 if item.type == "single" else 1)
    left = re.findall(r"\[\[|\{\{", me.text())
    assert not left, "what talents never see as it is written"
    me.look(item.type)
