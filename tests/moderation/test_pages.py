"""Pages of moderation over HTTP: an objection and its answer, a correction with its dry run."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select
from tests.moderation.conftest import ALSO_RIGHT, FAULTY, position_of
from tests.support import count_sql

from sanggar import clock
from sanggar.assessments.models import Attempt
from sanggar.moderation.models import Appeal, Regrade

DAY = timedelta(days=1)
CORRECT = f"/marking/corrections/photography/{FAULTY}"


@pytest.fixture
def attempt(people, sit) -> int:
    return sit(people.talent)


@pytest.fixture
def desk(app, client, login, people, attempt):
    """The mentor's browser."""
    return login(app.test_client(), people.mentor)


@pytest.fixture
def talent(client, login, people, attempt):
    return login(client, people.talent)


# -- objections -------------------------------------------------------------------------------


def test_a_talent_objects_and_reads_the_answer(talent, desk, tx, attempt) -> None:
    url = f"/attempts/{attempt}/appeal"
    assert url in talent.get(f"/attempts/{attempt}/result").text
    assert "5 Des 2026" in talent.get(url).text
    with tx() as session:
        position = position_of(session, attempt, FAULTY)
    sent = talent.post(url, data={"text": "Reflektor juga benar.", "position": str(position)})
    assert sent.status_code == 303
    waiting = talent.get(url).text
    assert "Reflektor juga benar." in waiting and "<textarea" not in waiting
    assert talent.post(url, data={"text": "Lagi", "position": "0"}).status_code == 303
    assert "Keberatan (1)" in desk.get("/marking").text
    assert "Lihat" in desk.get("/marking/appeals").text
    with tx() as session:
        appeal = session.exec(select(Appeal)).one().id
    page = desk.get(f"/marking/appeals/{appeal}").text
    for words in ("Reflektor juga benar.", ALSO_RIGHT, "PEMBAHASAN", "Wahyuni"):
        assert words in page, words
    decided = desk.post(
        f"/marking/appeals/{appeal}",
        data={"outcome": "upheld", "share": "1.0", "answer": "Anda benar, terima kasih."},
    )
    assert decided.location == "/marking/appeals"
    assert "Anda benar, terima kasih." in desk.get(f"/marking/appeals/{appeal}").text
    listed = desk.get("/marking/appeals").text
    assert "Anda ikut" not in listed and "dikabulkan" in listed
    told = talent.get(url).text
    assert "Anda benar, terima kasih." in told and "dikabulkan" in told
    assert "70 dari 100" in talent.get(f"/attempts/{attempt}/result").text
    assert "Keberatan Anda dikabulkan" in talent.get("/inbox/").text


def test_what_was_typed_stays_when_an_objection_is_refused(talent, tx, attempt) -> None:
    for typed, words in (
        ({"text": "", "position": "2"}, "Tuliskan alasannya"),
        ({"text": "x" * 2001, "position": "2"}, "x" * 2001),
        ({"text": "Tetap di sini", "position": "99"}, "Tetap di sini"),
        ({"text": "Tetap di sini", "position": "abc"}, "Tetap di sini"),
    ):
        answer = talent.post(f"/attempts/{attempt}/appeal", data=typed)
        assert answer.status_code == 422
        assert words in answer.text
        if typed["position"] == "2":
            assert '<option selected value="2">' in answer.text
    with tx() as session:
        assert session.exec(select(Appeal)).all() == []


def test_after_14_days_the_page_says_so(talent, attempt, now) -> None:
    with clock.frozen(now + 15 * DAY):
        page = talent.get(f"/attempts/{attempt}/appeal")
        assert "14 hari" in page.text and "<textarea" not in page.text
        late = talent.post(f"/attempts/{attempt}/appeal", data={"text": "x", "position": "0"})
        assert late.status_code == 409


def test_nobody_sees_anothers_objection(talent, app, login, people, attempt) -> None:
    talent.post(f"/attempts/{attempt}/appeal", data={"text": "Saya benar.", "position": "0"})
    peer = login(app.test_client(), people.peer)
    assert peer.get(f"/attempts/{attempt}/appeal").status_code == 404
    assert peer.post(f"/attempts/{attempt}/appeal", data={"text": "x"}).status_code == 404
    assert peer.get("/submissions/77/appeal").status_code == 404
    stranger = login(app.test_client(), people.other_mentor)
    assert stranger.get("/marking/appeals/1").status_code == 404
    assert stranger.post("/marking/appeals/1", data={"outcome": "upheld"}).status_code == 404
    assert "Saya benar." not in stranger.get("/marking/appeals").text


def test_a_decision_that_is_refused_keeps_its_words(talent, desk, tx, attempt) -> None:
    talent.post(f"/attempts/{attempt}/appeal", data={"text": "Saya benar.", "position": "1"})
    for typed in (
        {"answer": "Tetap di sini"},
        {"outcome": "maybe", "answer": "Tetap di sini", "share": "1.0"},
        {"outcome": "upheld", "answer": "Tetap di sini", "share": "7"},
        {"outcome": "rejected", "answer": "Tetap di sini" + "x" * 2000, "share": "0.5"},
    ):
        answer = desk.post("/marking/appeals/1", data=typed)
        assert answer.status_code == 422
        assert "Tetap di sini" in answer.text
    with tx() as session:
        assert session.exec(select(Appeal)).one().decided_at is None


# -- corrections ------------------------------------------------------------------------------


def test_a_mentor_corrects_a_question_after_seeing_whom_it_changes(
    desk, talent, tx, attempt
) -> None:
    found = desk.get(f"/marking/corrections/find?track=photography&item={FAULTY}")
    assert found.location == CORRECT
    page = desk.get(CORRECT).text
    assert f"{ALSO_RIGHT} (1 ×)" in page
    made = desk.post(
        CORRECT,
        data={"version": "v1", "action": "accept", "accepted": ALSO_RIGHT, "reason": "Dua kunci."},
    )
    assert made.status_code == 303, made.text
    dry = desk.get(made.location).text
    for words in ("Wahyuni", "65,0", "70,0", "sekarang lulus", "Terapkan"):
        assert words in dry, words
    with tx() as session:
        assert session.get(Attempt, attempt).score == 65.0
    assert desk.post(made.location).location == made.location
    assert "1 hasil berubah" in desk.get(made.location).text
    assert desk.post(made.location).status_code == 303
    assert "0 hasil berubah" in desk.get(made.location).text
    assert "diterapkan" in desk.get("/marking/corrections").text
    with tx() as session:
        assert session.get(Attempt, attempt).score == 70.0
    assert "Dua kunci." in talent.get(f"/attempts/{attempt}/log").text


def test_a_correction_that_is_refused_keeps_what_was_typed(desk, tx) -> None:
    for change, words in (
        ({"action": "accept"}, "Pilih setidaknya satu jawaban"),
        ({"action": ""}, "Tetap di sini"),
        ({"action": "forget"}, "Tetap di sini"),
        ({"reason": ""}, "paling banyak 500"),
        ({"reason": "Tetap di sini" + "x" * 500}, "Tetap di sini"),
    ):
        typed = {"version": "v1", "action": "credit", "reason": "Tetap di sini"} | change
        answer = desk.post(CORRECT, data=typed)
        assert answer.status_code == 422
        assert words in answer.text
    with tx() as session:
        assert session.exec(select(Regrade)).all() == []


def test_ticked_answers_stay_ticked_when_the_reason_is_missing(desk) -> None:
    typed = {"version": "v1", "action": "accept", "accepted": ALSO_RIGHT, "reason": ""}
    page = desk.post(CORRECT, data=typed).text
    box = page[page.index(f'value="{ALSO_RIGHT}"') :].split(">", 1)[0]
    assert "checked" in box


def test_another_tracks_mentor_finds_nothing(desk, app, login, people) -> None:
    made = desk.post(CORRECT, data={"version": "v1", "action": "credit", "reason": "Salah."})
    stranger = login(app.test_client(), people.other_mentor)
    for url in (CORRECT, made.location):
        assert stranger.get(url).status_code == 404
        assert stranger.post(url, data={"action": "drop", "reason": "x"}).status_code == 404
    assert FAULTY not in stranger.get("/marking/corrections").text
    away = stranger.get(f"/marking/corrections/find?track=photography&item={FAULTY}")
    assert away.location == "/marking/corrections"
    admin = login(app.test_client(), people.admin)
    assert admin.get(made.location).status_code == 200


def test_what_nobody_was_asked_is_not_found(desk) -> None:
    for url in ("photography/ghost", "ghost/x"):
        assert desk.get(f"/marking/corrections/{url}").status_code == 404
    typed = {"version": "v9", "action": "credit", "reason": "Salah."}
    assert desk.post(CORRECT, data=typed).status_code == 404


def test_the_list_of_objections_asks_the_database_a_fixed_number_of_times(
    app, desk, login, people, sit, attempt
) -> None:
    for person in (people.talent, people.peer, people.outsider):
        mine = attempt if person == people.talent else sit(person)
        login(app.test_client(), person).post(
            f"/attempts/{mine}/appeal", data={"text": "Saya benar.", "position": "0"}
        )
    with count_sql(app) as statements:
        assert desk.get("/marking/appeals").status_code == 200
    assert len(statements) <= 8, statements
