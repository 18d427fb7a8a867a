"""No key, feedback, explanation or item parameter leaves the server while an attempt is live.

An attempt holds items of every type from the real banks. A talent then goes everywhere they can,
with scripts and without, in both languages, and everything that comes back is searched for what only
the bank knows. Three leaks made on purpose show that the search would find them.
"""

from __future__ import annotations

import html
import random
import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete
from sqlmodel import select

from sanggar.assessments import attempts, dealing, grading, key_responses, service
from sanggar.assessments.models import Attempt, AttemptItem
from sanggar.assessments.types_choice import Single
from sanggar.exports import rules as export_rules
from sanggar.kernel import registry
from sanggar.plugin.items import Item, Option, PublicItem
from sanggar.plugin.text import Text

from .helpers import hidden

pytestmark = pytest.mark.once

TRACK = "photography"
EACH_TYPE = 2
PARAMETERS = (1.2345678, -0.7654321, 0.1928374)
LINK = re.compile(r'(?:href|src|hx-get)="(/[^"#]*)"')
NOT_PAGES = re.compile(r"^/(sign-out|language/|static/|calendar/|courses/.*/files/)|\.(css|js|ics)")
JSON = {"Accept": "application/json"}
HTMX = {"HX-Request": "true"}


def one_of_each(app: Flask) -> list[Item]:
    """Return items of every type that a bank has, with something to hide."""
    found: dict[str, list[Item]] = {}
    for track in app.extensions[registry.EXTENSION].tracks.values():
        for item in sorted(track.items, key=lambda i: -sum(bool(o.feedback) for o in i.options)):
            found.setdefault(item.type, []).append(item)
    assert len(found) >= 15
    return [item for kind in sorted(found) for item in found[kind][:EACH_TYPE]]


@pytest.fixture
def items(app: Flask) -> list[Item]:
    return one_of_each(app)


@pytest.fixture
def live(tx, people, items, now: datetime) -> int:
    """A live attempt that asks exactly these items, as an exam would deal them."""
    with tx() as session:
        attempt = service.start_attempt(people.talent, TRACK, "theory", now)
        session.execute(delete(AttemptItem).where(AttemptItem.attempt_id == attempt.id))
        rng = random.Random(7)
        form = [dealing.deal_options(grading.deal(item, rng), rng) for item in items]
        attempts.place_items(attempt, form, 1)
        attempt.size = len(form)
        for row in session.exec(select(AttemptItem)):
            row.parameters = list(PARAMETERS)
        return attempt.id or 0


class Secrets:
    """What only the bank knows about some items."""

    def __init__(self, items: list[Item]) -> None:
        #: wherever a talent goes
        self.anywhere: set[str] = {str(abs(number)) for number in PARAMETERS}
        #: in the attempt itself and in copies of it; lessons may teach the same words
        self.inside: set[str] = set()
        shown = " ".join(map(on_its_page, items)).lower()
        for item in items:
            self._add(item, shown)
        assert len(self.anywhere) > 60
        assert len(self.inside) > 20

    def _add(self, item: Item, shown: str) -> None:
        options = every_option(item)
        told = [item.explanation, *(o.feedback for o in options if o.feedback)]
        for text in told:
            for words in (text.id, text.en):
                # the plain words of it: pages render the marks
                parts = re.split(r"[*_`\[\]()\n]+", words)
                self.anywhere.update(p.strip() for p in parts if len(p.strip()) > 30)
        names = [o.id for o in options] + [p.id for p in item.prompts]
        self.inside.update(n for n in names if len(n) >= 6)
        self.inside.add(item.version)
        answers = [*item.answers.values(), *(a for g in item.gaps for a in g.answers.values())]
        numbers = [p.get("value", "") for p in (item.params, *(g.params for g in item.gaps))]
        words = {*(w for many in answers for w in many), *numbers, *item.vars.values()}
        words |= {item.params.get("formula", ""), *(f"answer-{gap.id}" for gap in item.gaps)}
        # an answer that stands in some question cannot be told from a leak
        self.inside.update(w for w in words if len(w) >= 4 and w.lower() not in shown)

    def found(self, where: str, page: str) -> list[str]:
        """Return the secrets that stand in a page."""
        text = html.unescape(re.sub(r"</?(?:em|strong|code|a|b)\b[^>]*>", "", page))
        wanted = self.anywhere | (self.inside if private(where) else set())
        return [f"{where}: {word}" for word in wanted if word in text and stands(word, text)]


def every_option(item: Item) -> list[Option]:
    return [*item.options, *(option for gap in item.gaps for option in gap.options)]


def on_its_page(item: Item) -> str:
    """Return what the page of an item says, in both languages."""
    texts = [item.stem, *(o.text for o in every_option(item)), *(p.text for p in item.prompts)]
    return " ".join(f"{text.id} {text.en}" for text in texts)


def private(where: str) -> bool:
    return where.rsplit(" ", maxsplit=1)[-1].startswith(("/attempts/", "/my-data"))


def stands(word: str, text: str) -> bool:
    """Return whether a word stands by itself, not inside a longer one."""
    edge = rf"(?<![\w.]){re.escape(word)}(?!\w)"
    return re.search(edge, text) is not None


def pages(talent: FlaskClient, attempt: int, items: list[Item]) -> Iterator[tuple[str, str]]:
    """Yield (where, text) of everything a talent can reach during an attempt."""
    base = f"/attempts/{attempt}"
    for language in ("id", "en"):
        talent.set_cookie("lang", language)
        for position, item in enumerate(items, 1):
            url = f"{base}/{position}"
            page = talent.get(url)
            assert page.status_code == 200, url
            yield f"{language} {url}", page.text
            yield f"{language} htmx {url}", talent.get(url, headers=HTMX).text
            if language == "id":
                yield from answers(talent, url, item, hidden(page))
    for last in ("", "/overview", "/result", "/review", "/log", "/0", "/999", "/submit"):
        yield f"{base}{last}", talent.get(base + last, follow_redirects=True).text
    yield "/my-data.json", talent.get("/my-data.json").text
    for lost in (
        "/attempts/99999/1",
        f"{base}/1?answer=a",
        "/marking",
        f"/marking/exams/{attempt}",
    ):
        yield lost, talent.get(lost).text


def answers(
    talent: FlaskClient, url: str, item: Item, fields: dict[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield what comes back to right, wrong and impossible answers, sent in every way."""
    given = [key_responses.wrong(item), {"ghost": "x"}, "<b>x</b>", "x" * 20_001]
    for n, response in enumerate(given, 1):
        typed = response if isinstance(response, dict) else {}
        data = {f"answer-{name}": str(value) for name, value in typed.items()} or {
            "answer": response or "1"
        }
        sent = {**fields, **data, "seq": str(n), "client": "j-1"}
        yield f"json {url}", talent.post(url, data=sent, headers=JSON).text
        yield f"htmx {url}", talent.post(url, data={**sent, "go": "next"}, headers=HTMX).text
    bad = {**fields, "token": "ghost", "answer": "a"}
    yield f"json {url}", talent.post(url, data=bad, headers=JSON).text
    yield f"plain {url}", talent.post(url, data={"answer": "a"}, follow_redirects=True).text


def crawl(talent: FlaskClient, attempt: int, most: int) -> Iterator[tuple[str, str]]:
    """Yield pages that links lead to, from the home page on."""
    waiting = [
        "/home",
        "/learn",
        f"/exams/{TRACK}/theory",
        f"/tracks/{TRACK}",
        f"/attempts/{attempt}/1",
    ]
    seen = set(waiting)
    for asked in range(most):
        if not waiting:
            assert asked > 20
            return
        url = waiting.pop(0)
        with talent.get(url, follow_redirects=True) as answer:
            assert answer.status_code < 500, url
            if answer.mimetype not in ("text/html", "application/json", "image/svg+xml"):
                continue
            yield url, answer.text
            for link in map(html.unescape, LINK.findall(answer.text)):
                if link not in seen and not NOT_PAGES.search(link):
                    seen.add(link)
                    waiting.append(link)


@pytest.fixture
def talent(client, login, people, live) -> FlaskClient:
    return login(client, people.talent)


def test_nothing_leaks_during_a_live_attempt(talent, live, items, tx) -> None:
    secrets = Secrets(items)
    walked = list(pages(talent, live, items))
    assert len(walked) > 8 * len(items)
    leaks = [leak for where, page in walked for leak in secrets.found(where, page)]
    leaks += [
        leak for where, page in crawl(talent, live, 60) for leak in secrets.found(where, page)
    ]
    assert not leaks, "\n".join(sorted(set(leaks))[:20])
    with tx() as session:
        row = session.get(Attempt, live)
        assert row.state.value == "live"
        assert row.token not in talent.get("/my-data.json").text
        assert row.seed not in "".join(page for _where, page in walked)
    copy = talent.get("/my-data.json").text
    for column in ("ability", "scored", "correct", "share", "parameters", "option_order"):
        assert f'"{column}"' not in copy


def chatty(_self: Single, item: Item) -> PublicItem:
    """What a careless question type would show: the explanation as an option."""
    shown = tuple(
        (o.id, Text(id=item.explanation.id, en=item.explanation.en)) for o in item.options
    )
    return PublicItem(id=item.id, type=item.type, stem=item.stem, options=shown)


def some(talent: FlaskClient, live: int, items: list[Item]) -> list[str]:
    """Return the leaks on the question pages of a few items and in the copy of one's data."""
    secrets, found = Secrets(items), []
    for position, item in enumerate(items, 1):
        if item.type in ("single", "ordering"):
            url = f"/attempts/{live}/{position}"
            found += secrets.found(url, talent.get(url).text)
    return found + secrets.found("/my-data.json", talent.get("/my-data.json").text)


def test_a_type_that_shows_its_explanation_is_found(talent, live, items, monkeypatch) -> None:
    assert some(talent, live, items) == []
    monkeypatch.setattr(Single, "public", chatty)
    assert any("/attempts/" in leak for leak in some(talent, live, items))


def test_a_copy_of_ones_data_with_the_items_is_found(talent, live, items, monkeypatch) -> None:
    monkeypatch.setattr(export_rules, "CONFIDENTIAL", {})
    assert any("/my-data" in leak for leak in some(talent, live, items))


def test_the_banks_own_names_of_options_are_found(
    tx, people, items, client, login, now, monkeypatch
) -> None:
    monkeypatch.setattr(dealing, "_names", lambda shown: {name: name for name in shown})
    rng = random.Random(7)
    with tx() as session:
        attempt = service.start_attempt(people.talent, TRACK, "theory", now)
        session.execute(delete(AttemptItem).where(AttemptItem.attempt_id == attempt.id))
        form = [dealing.deal_options(grading.deal(item, rng), rng) for item in items]
        attempts.place_items(attempt, form, 1)
        attempt.size, live = len(form), attempt.id
    assert any("/attempts/" in leak for leak in some(login(client, people.talent), live, items))
