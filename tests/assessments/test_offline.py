"""The quiz in a real browser: no signal, a closed tab, two tabs, the end of the time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, BrowserContext, Page
from sqlmodel import select
from werkzeug.serving import make_server

from sanggar import clock
from sanggar.accounts import service as accounts
from sanggar.assessments import attempts
from sanggar.assessments.models import Answer, AnswerLog, Attempt, AttemptItem, AttemptState
from sanggar.kernel import db

pytestmark = pytest.mark.browser
SAVED, OFFLINE = "Tersimpan", "Tidak ada sinyal"


@pytest.fixture
def phone(app, database, people, track, browser: Browser) -> Iterator[tuple[BrowserContext, str]]:
    """A phone, signed in, and the address of a quiz of five questions."""
    with db.transaction(app):
        session = accounts.session_for(people.talent)
        attempt = attempts.start_attempt(people.talent, track.id, "light-check", clock.now()).id
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    base = f"http://127.0.0.1:{server.server_port}"
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    context = browser.new_context(viewport={"width": 360, "height": 740})
    context.add_cookies([{"name": "sanggar", "value": signer.dumps(session), "url": base}])
    yield context, f"{base}/attempts/{attempt}"
    context.close()
    server.shutdown()
    thread.join()
    server.server_close()


def choose(page: Page, nth: int) -> None:
    """Answer whatever kind of question is shown."""
    if page.query_selector("#answer .order"):
        page.select_option("#answer select >> nth=0", str(nth + 1))
    elif page.query_selector("#answer .choice"):
        page.click(f"#answer .choice >> nth={nth}")
    else:
        page.fill("#answer [name=answer]", str(nth))
        page.dispatch_event("#answer [name=answer]", "change")


def says(page: Page, words: str) -> None:
    """Wait until the status line says so."""
    page.locator("#saved", has_text=words).wait_for(timeout=20_000)


def stored(app) -> dict[int, object]:
    """Return position -> response in the database."""
    with db.transaction(app) as session:
        rows = session.exec(
            select(AttemptItem.position, Answer.response)
            .join(Answer, Answer.attempt_item_id == AttemptItem.id)
        ).all()  # fmt: skip
    return dict(rows)


def go_on(page: Page, position: int) -> None:
    """Press Next and wait for the question."""
    page.click("#answer >> text=Berikutnya")
    page.wait_for_selector(f"#quiz[data-position='{position}']", timeout=20_000)


def test_answers_given_without_a_signal_arrive_later(phone, app) -> None:
    context, url = phone
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.goto(f"{url}/1")
    choose(page, 0)
    says(page, SAVED)
    go_on(page, 2)
    assert page.title().startswith("Soal 2 dari 5")
    context.set_offline(True)
    choose(page, 1)
    says(page, OFFLINE)
    page.click("#answer >> text=Berikutnya")
    says(page, OFFLINE)
    assert set(stored(app)) == {1}
    context.set_offline(False)
    says(page, SAVED)
    assert set(stored(app)) == {1, 2}
    go_on(page, 3)
    assert problems == []


def test_a_browser_that_died_without_a_signal_sends_its_answers_when_it_is_back(phone, app) -> None:
    context, url = phone
    page = context.new_page()
    page.goto(f"{url}/3")
    context.set_offline(True)
    choose(page, 1)
    says(page, OFFLINE)
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(f"{url}/5")
    again.locator('.dots .done[value="3"]').wait_for(timeout=20_000)
    assert set(stored(app)) == {3}


def position_of(app, kind: str) -> int:
    """Return the place of the first question of a type."""
    with db.transaction(app) as session:
        items = session.exec(select(AttemptItem)).all()
        return next(item.position for item in items if item.item["type"] == kind)


def test_two_tabs_keep_the_answer_given_last(phone, app) -> None:
    context, url = phone
    single = position_of(app, "single")
    one, two = context.new_page(), context.new_page()
    for page in (one, two):
        page.goto(f"{url}/{single}")
    for page, nth in ((one, 0), (two, 1), (one, 2)):
        choose(page, nth)
        says(page, SAVED)
        page.wait_for_timeout(600)
    assert stored(app) == {single: "c"}
    with db.transaction(app) as session:
        assert len(session.exec(select(AnswerLog)).all()) == 3


def test_the_end_of_the_time_submits_what_is_there(phone, app) -> None:
    context, url = phone
    with db.transaction(app) as session:
        attempt = session.exec(select(Attempt)).one()
        attempt.deadline = clock.now() + timedelta(seconds=8)
        session.add(attempt)
    page = context.new_page()
    page.goto(f"{url}/1")
    assert "Sisa" in page.locator("#clock").inner_text()
    choose(page, 0)
    page.wait_for_url("**/result", timeout=40_000)
    with db.transaction(app) as session:
        assert session.exec(select(Attempt)).one().state is AttemptState.DECIDED
    assert set(stored(app)) == {1}


def test_no_two_steps_get_the_same_place(phone, app) -> None:
    context, url = phone
    ordering = position_of(app, "ordering")
    page = context.new_page()
    page.goto(f"{url}/{ordering}")
    page.select_option("#answer select >> nth=0", "1")
    page.select_option("#answer select >> nth=1", "2")
    page.select_option("#answer select >> nth=1", "1")
    assert [page.input_value(f"#answer select >> nth={n}") for n in range(2)] == ["2", "1"]
    says(page, SAVED)


def test_a_break_keeps_the_last_answer_and_hides_the_question_in_every_tab(phone, app) -> None:
    context, url = phone
    with db.transaction(app) as session:
        session.exec(select(Attempt)).one().break_minutes = 10
    one, two = context.new_page(), context.new_page()
    for page, position in ((one, 1), (two, 2)):
        page.goto(f"{url}/{position}")
    one.click('.dots [value="3"]')
    one.wait_for_selector("#quiz[data-position='3']", timeout=20_000)
    choose(one, 0)
    one.click("text=Istirahat sebentar")
    for page in (one, two):
        page.wait_for_url("**/rest", timeout=20_000)
        assert "Sisa istirahat 10 menit" in page.locator("#rest").inner_text()
    assert 3 in stored(app)
    with db.transaction(app) as session:
        assert session.exec(select(Attempt)).one().resting_since is not None
    one.click("#rest button")
    one.wait_for_selector("#quiz", timeout=20_000)
    assert "Sisa 1" in one.locator("#clock").inner_text()
