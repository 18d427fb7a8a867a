"""Files as answers: kept, ticked off, refused with a word, opened by whoever may."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from types import MappingProxyType

import pytest
from flask import Flask
from sqlmodel import select
from tests.earn import picture

from sanggar.assessments.models import Answer, AnswerFile, AttemptItem
from sanggar.kernel import registry
from sanggar.kernel.files import storage
from sanggar.plugin.track import Assessment, Track

from .conftest import make_item, make_track, text
from .helpers import begin, hidden

PARAMS = {"types": "jpg,pdf", "max": "2"}


@pytest.fixture
def files_track(app: Flask) -> Iterator[Track]:
    """A track whose exam asks for files, then for a choice."""
    exam = {
        "id": "files", "title": text("Berkas"), "minutes": 30, "selection": "fixed",
        "blueprint": {"PHO-01": {"know": 1, "apply": 1}}, "judged": True,
    }  # fmt: skip
    made = make_track().model_copy(
        update={
            "items": (
                make_item("A", "upload", "PHO-01", "know", params=PARAMS),
                make_item("B", "single", "PHO-01", "apply"),
            ),
            "assessments": (Assessment.model_validate(exam),),
        }
    )
    before = app.extensions[registry.EXTENSION]
    app.extensions[registry.EXTENSION] = dataclasses.replace(
        before, tracks=MappingProxyType({**before.tracks, made.id: made})
    )
    yield made
    app.extensions[registry.EXTENSION] = before


def send(client, attempt: int, *files: tuple[str, bytes], keep: tuple[str, ...] = ()):
    page = client.get(f"/attempts/{attempt}/1")
    data = {
        **hidden(page), "answer-upload": "1", "answer-keep": list(keep), "go": "next",
        "answer-files": [(io.BytesIO(content), name) for name, content in files],
    }  # fmt: skip
    return client.post(f"/attempts/{attempt}/1", data=data, content_type="multipart/form-data")


def answer(tx) -> list[dict]:
    with tx() as session:
        return list(session.exec(select(Answer.response)).first() or [])


def test_files_are_kept_and_taken_back(files_track, client, login, people, tx) -> None:
    talent = login(client, people.talent)
    attempt = begin(talent, "files")
    page = talent.get(f"/attempts/{attempt}/1")
    assert 'enctype="multipart/form-data"' in page.text
    sent = send(talent, attempt, ("foto.jpg", picture().read()), ("a.pdf", b"%PDF-1.4 x"))
    assert sent.status_code == 303, sent.text
    first, second = answer(tx)
    assert (first["name"], first["kind"], second["name"]) == ("foto.jpg", "jpg", "a.pdf")
    assert "foto.jpg" in talent.get(f"/attempts/{attempt}/1").text
    send(talent, attempt, keep=(second["sha256"],))
    assert [file["name"] for file in answer(tx)] == ["a.pdf"]


def test_a_photo_is_seen_without_its_metadata_by_its_maker_and_mentors_of_the_track(
    files_track, client, login, people, tx, app
) -> None:
    talent = login(client, people.talent)
    attempt = begin(talent, "files")
    send(talent, attempt, ("foto.jpg", picture().read()), ("a.pdf", b"%PDF-1.4 x"))
    photo, pdf = answer(tx)
    with tx() as session:
        item = session.exec(select(AttemptItem.id)).first()
    path = f"/answers/{item}/files/{photo['sha256']}/picture"
    seen = talent.get(path)
    assert (seen.status_code, seen.mimetype) == (200, "image/jpeg")
    assert b"Exif" not in seen.data
    assert talent.get(f"/answers/{item}/files/{pdf['sha256']}/picture").status_code == 404
    assert login(app.test_client(), people.peer).get(path).status_code == 404
    assert login(app.test_client(), people.mentor).get(path).status_code == 200
    assert login(app.test_client(), people.other_mentor).get(path).status_code == 404


def test_a_refused_file_is_named_and_the_others_stay(
    files_track, client, login, people, tx
) -> None:
    talent = login(client, people.talent)
    attempt = begin(talent, "files")
    sent = send(talent, attempt, ("a.pdf", b"%PDF-1.4 x"), ("b.pdf", b"no pdf"))
    assert sent.status_code == 422
    assert "b.pdf" in sent.text
    assert [file["name"] for file in answer(tx)] == ["a.pdf"]
    kept = answer(tx)[0]["sha256"]
    many = send(
        talent, attempt, ("c.pdf", b"%PDF-1.4 c"), ("d.pdf", b"%PDF-1.4 d"), keep=(kept,)
    )  # fmt: skip
    assert many.status_code == 422
    assert [file["name"] for file in answer(tx)] == ["a.pdf", "c.pdf"]


def test_nobody_answers_with_a_file_of_somebody_else(
    files_track, client, login, people, tx, app
) -> None:
    talent = login(client, people.talent)
    send(talent, begin(talent, "files"), ("a.pdf", b"%PDF-1.4 x"))
    mine = answer(tx)[0]
    peer = login(app.test_client(), people.peer)
    attempt = begin(peer, "files")
    send(peer, attempt, keep=(mine["sha256"],))
    page = peer.get(f"/attempts/{attempt}/1")
    forged = {**hidden(page), "answer-stored": f'{{"sha256": "{mine["sha256"]}"}}', "go": "next"}
    assert peer.post(f"/attempts/{attempt}/1", data=forged).status_code == 303
    with tx() as session:
        responses = session.exec(select(Answer.response).where(Answer.attempt_id == attempt)).all()
        assert all(response is None for response in responses)
        assert len(session.exec(select(AnswerFile)).all()) == 1


def test_its_maker_and_the_tracks_mentor_open_a_file(
    files_track, client, login, people, tx, app
) -> None:
    talent = login(client, people.talent)
    attempt = begin(talent, "files")
    send(talent, attempt, ("a.pdf", b"%PDF-1.4 x"))
    with tx() as session:
        row = session.exec(select(AttemptItem.id).where(AttemptItem.position == 1)).one()
    sha = answer(tx)[0]["sha256"]
    url = f"/answers/{row}/files/{sha}"
    with talent.get(url) as opened:
        assert opened.status_code == 200
        assert opened.data == b"%PDF-1.4 x"
        assert "attachment" in opened.headers["Content-Disposition"]
    with login(app.test_client(), people.mentor).get(url) as seen:
        assert seen.status_code == 200
    assert login(app.test_client(), people.other_mentor).get(url).status_code == 404
    assert login(app.test_client(), people.peer).get(url).status_code == 404
    assert talent.get(f"/answers/{row}/files/{'0' * 64}").status_code == 404
    talent.post(f"/attempts/{attempt}/submit")
    judged = login(app.test_client(), people.mentor).get(f"/marking/answers/{row}")
    assert "a.pdf" in judged.text
    with app.app_context():
        assert storage.path(sha).is_file()


def test_only_pictures_that_a_question_names_are_sent(client, login, people) -> None:
    talent = login(client, people.talent)
    with talent.get("/tracks/photography/item-pictures/histogram.svg") as good:
        assert good.status_code == 200
        assert good.mimetype == "image/svg+xml"
    for name in ("practice.id.quiz.md", "..%2Ftrack.yaml", "nothing.svg"):
        assert talent.get(f"/tracks/photography/item-pictures/{name}").status_code == 404
