"""The comment bank: kept, used, dropped, one's own only."""

from __future__ import annotations

import pytest
from sqlmodel import select

from sanggar import errors
from sanggar.assessments import marking, snippets
from sanggar.assessments.models import Marking, Snippet

from .markers import TRACK, appoint, hand_in, mentor

WORDS = "Cahaya utama terlalu keras."


@pytest.fixture
def desk(tx, people, track, client, login, now):
    """A mentor's browser with a piece of work on the desk, and its address."""
    with tx():
        work = hand_in(people.talent, now)
        marking.take(mentor(people.mentor), work, now)
    return login(client, people.mentor), f"/marking/{work}"


def test_a_comment_is_kept_used_and_dropped_without_losing_what_was_typed(desk, tx, now) -> None:
    page, url = desk
    typed = {"comment-light": WORDS, "comment-notes": "Lengkap.", "level-light": "2"}
    assert page.post(url, data={**typed, "keep": "light"}).location == url
    assert page.post(url, data={**typed, "keep": "light"}).status_code == 303
    with tx() as session:
        (row,) = session.exec(select(Snippet)).all()
        assert (row.text, row.criterion, row.used) == (WORDS, "light", 0)
    assert "Komentar saya (1)" in page.get(url).text
    page.post(url, data={"comment-light": "Rapi. ", "use": f"light:{row.id}"})
    assert f"Rapi.\n{WORDS}</textarea>" in page.get(url).text
    page.post(url, data={"comment-light": "Belum tersimpan", "drop": str(row.id)})
    with tx() as session:
        assert session.exec(select(Snippet)).all() == []
        assert session.exec(select(Marking)).one().comments == {"light": "Belum tersimpan"}
    assert page.post(url, data={"drop": str(row.id)}).status_code == 404


def test_what_cannot_be_kept_is_refused_beside_its_criterion_and_stays(desk, tx) -> None:
    page, url = desk
    for text, words in (("", "Tulis sesuatu."), ("x" * 501, "Paling banyak 500")):
        answer = page.post(url, data={"comment-light": text, "comment": "Tetap", "keep": "light"})
        assert answer.status_code == 422
        assert words in answer.text and "Tetap</textarea>" in answer.text and text in answer.text
    assert page.post(url, data={"keep": "ghost"}).status_code == 303
    assert page.post(url, data={"use": "ghost:1"}).status_code == 303
    with tx() as session:
        assert session.exec(select(Snippet)).all() == []


def test_somebody_elses_comment_is_not_found(desk, tx, people, now) -> None:
    page, url = desk
    with tx() as session:
        other = appoint(people, people.other_mentor, now)
        snippets.keep(other.id, TRACK, "light", WORDS, now)
        theirs = session.exec(select(Snippet)).one().id
    for bad in (f"light:{theirs}", "light:", "light:x", "light:²", f"light:{10**30}"):
        assert page.post(url, data={"use": bad}).status_code == 404
    assert page.post(url, data={"drop": str(theirs)}).status_code == 404
    assert WORDS not in page.get(url).text
    with tx() as session:
        assert session.get(Snippet, theirs).used == 0
        with pytest.raises(errors.NotFound):
            snippets.drop(people.mentor, theirs)


def test_thirty_a_criterion_the_least_used_goes(tx, people, track, now) -> None:
    with tx():
        for n in range(snippets.MOST):
            snippets.keep(people.mentor, TRACK, "light", f"Komentar {n}", now)
        rows = snippets.of(people.mentor, TRACK)["light"]
        oldest = rows[-1]
        snippets.use(people.mentor, oldest.id)
        snippets.keep(people.mentor, TRACK, "light", "Yang baru", now)
        texts = [row.text for row in snippets.of(people.mentor, TRACK)["light"]]
    assert (len(texts), texts[0]) == (snippets.MOST, "Komentar 0")
    assert "Yang baru" in texts and "Komentar 1" not in texts
