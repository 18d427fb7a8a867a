"""The pages about questions and exams over HTTP, with a kept report."""

from __future__ import annotations

from datetime import timedelta
from threading import Thread

import pytest
from sqlmodel import select
from tests.assessments.conftest import place

from sanggar.assessments import calibrations, content
from sanggar.kernel import db, registry
from sanggar.kernel.models import EventRecord
from sanggar.measurement import simulate
from sanggar.quality import service
from sanggar.quality.models import BankReport, SimilarAnswers

from .test_bank import report


@pytest.fixture
def mentor(client, login, people, track):
    return login(client, people.mentor)


@pytest.fixture
def measured(tx, track, now) -> None:
    """A report of simulated answers to the first items of the track."""
    few = track.model_copy(update={"items": track.items[:8]})
    data = report(few, "theory")
    with tx():
        calibrated = sum("parameters" in row for row in data["items"].values())
        service.keep(track, data, now)
        rows = service.fresh(track, data["items"], now)
        service.store(track, rows, {})
        assert len(rows) == calibrated > 0


def test_before_anything_is_counted_the_pages_say_so(mentor, track) -> None:
    assert mentor.get("/quality").location.endswith("/quality/photography")
    assert "Belum ada yang dihitung" in mentor.get("/quality/photography").text
    item = track.items[0].id
    assert "Belum ada yang menjawab" in mentor.get(f"/quality/photography/items/{item}").text
    assert "Belum ada yang mengerjakan" in mentor.get("/quality/photography/exams/theory").text


def test_exams_go_on_while_a_bank_is_measured(app, tx, track, now, monkeypatch) -> None:
    both = (*track.items[:6], *track.items[15:21])  # of both units
    few = track.model_copy(update={"items": both})
    adaptive = {"least": 2, "most": 4, "more": 0}
    made = place(few, selection="adaptive", adaptive=adaptive)
    data, saved = report(few, "theory"), []

    def somebody_answers() -> None:
        with db.transaction(app):
            db.add(EventRecord(at=now, kind="Test", data={}))
        saved.append(True)

    def meanwhile() -> None:
        other = Thread(target=somebody_answers)
        other.start()
        other.join(5)

    def slow(_owner, _now):
        assert service.examining.calibrations("photography") == {}
        meanwhile()
        return data

    def settle(*given, **options):
        meanwhile()
        return simulated(*given, **options)

    simulated = simulate.settle
    monkeypatch.setattr(service, "measure", slow)
    monkeypatch.setattr(simulate, "settle", settle)
    with tx():
        service.measure_bank("photography")
    assert saved == [True, True]
    with tx():
        known = service.examining.calibrations("photography")
        assert known
        assert all(set(one.prices) == {"theory"} for one in known.values())
        assert calibrations.bank(*content.assessment(made.id, "theory"), now) is not None


def test_what_needs_a_look_stands_first(mentor, measured, track) -> None:
    page = mentor.get("/quality/photography").text
    flagged = track.items[2].id
    assert page.index(f">{flagged}<") < page.index(f">{track.items[-1].id}<")
    assert "berbeda antarkelompok" in page


def test_an_item_shows_numbers_plots_and_advice(mentor, measured, track) -> None:
    for item in track.items[:8]:
        page = mentor.get(f"/quality/photography/items/{item.id}")
        assert page.status_code == 200, item.id
        assert "Kurva respons butir" in page.text
        assert 'style="' not in page.text
    harder = mentor.get(f"/quality/photography/items/{track.items[2].id}").text
    assert "Tidak sama untuk semua kelompok" in harder


def test_an_exam_shows_scores_error_and_decisions(mentor, measured) -> None:
    page = mentor.get("/quality/photography/exams/theory").text
    for words in ("Sebaran skor", "Galat baku sebuah skor", "Dari 100 orang"):
        assert words in page, words


def test_another_tracks_mentor_finds_nothing(client, login, people, track, measured) -> None:
    other = login(client, people.other_mentor)
    for url in ("", "/items/PHO-01-know-0", "/exams/theory"):
        assert other.get(f"/quality/photography{url}").status_code == 404
    assert other.post("/quality/photography/measure").status_code == 404
    assert login(client, people.admin).get("/quality/photography").status_code == 200


def test_unknown_things_are_not_found(mentor) -> None:
    assert mentor.get("/quality/photography/items/ghost").status_code == 404
    assert mentor.get("/quality/photography/exams/ghost").status_code == 404
    assert mentor.get("/quality/ghost").status_code == 404


def test_counting_can_be_asked_for(mentor, tx, track) -> None:
    assert mentor.post("/quality/photography/measure").status_code == 303
    with tx() as session:
        assert [r.track for r in session.exec(select(BankReport)).all()] in ([], ["photography"])


def test_alike_answers_are_asked_about_in_ones_own_hub_only(
    client, login, people, tx, hubs, now, track
) -> None:
    from sanggar.assessments import service as exams

    with tx() as session:
        one = exams.start_attempt(people.talent, "photography", "theory", now)
        two = exams.start_attempt(people.peer, "photography", "theory", now)
        session.add(
            SimilarAnswers(
                track="photography", assessment="theory", hub_id=hubs["malang"],
                one_attempt=one.id, two_attempt=two.id, one_id=people.talent, two_id=people.peer,
                one_at=now, two_at=now + timedelta(hours=1), identical=7, expected=1.5,
                chance=0.001, items=["a", "b"], found_at=now,
            )
        )  # fmt: skip
    page = login(client, people.officer).get("/officer/exams/similar").text
    assert "Wahyuni · Rizky Pratama" in page
    assert "bukan vonis" in page
    other = login(client, people.other_hub_officer).get("/officer/exams/similar").text
    assert "Wahyuni" not in other


def test_a_question_of_every_type_has_its_page_in_both_languages(
    client, login, people, app
) -> None:
    tracks = app.extensions[registry.EXTENSION].tracks
    first = {item.type: (track, item.id) for track, t in tracks.items() for item in t.items}
    assert len(first) > 14
    admin = login(client, people.admin)
    for language in ("id", "en"):
        admin.post("/account/language", data={"language": language})
        for kind, (track, item) in first.items():
            page = admin.get(f"/quality/{track}/items/{item}")
            assert page.status_code == 200, kind
            assert f'lang="{language}"' in page.text
