"""The way through an exam over HTTP, without JavaScript and with it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from sanggar import clock
from sanggar.assessments import attempts
from sanggar.assessments.models import Answer, AnswerLog, Attempt, AttemptState
from sanggar.kernel.models import EventRecord

from .helpers import begin, fields, hidden, keys, reply

MINUTE = timedelta(minutes=1)
JSON = {"Accept": "application/json"}
HTMX = {"HX-Request": "true"}
SECRETS = (
    "PEMBAHASAN",
    "UMPANBALIK",
    "73195",
    "difuser rahasia",
    "secret diffuser",
    "&#34;key&#34;",
    '"key"',
)


@pytest.fixture
def talent(client, login, people, track):
    return login(client, people.talent)


def test_the_intro_says_the_rules_in_words(talent) -> None:
    page = talent.get("/exams/photography/theory")
    assert page.status_code == 200
    for words in (
        "20",
        "60 menit",
        "70 %",
        "tiap unit 50 %",
        "3 dalam 180 hari",
        "jeda 7 hari",
        "Masih ada 3 percobaan",
        "30 detik",
    ):
        assert words in page.text, words


def test_a_talent_goes_all_the_way_without_javascript(talent, tx, people) -> None:
    attempt = begin(talent)
    with tx() as session:
        right = keys(session, attempt)
    for position, response in right.items():
        answered = reply(talent, attempt, position, response)
        assert answered.status_code == 303
    assert answered.location.endswith("/overview")
    overview = talent.get(answered.location)
    assert "Semua soal sudah dijawab" in overview.text
    done = talent.post(f"/attempts/{attempt}/submit")
    assert done.location == f"/attempts/{attempt}/result"
    result = talent.get(done.location)
    assert "100 dari 100" in result.text
    assert "kompeten" in result.text
    assert "Unit PHO-01" in result.text
    review = talent.get(f"/attempts/{attempt}/review")
    assert review.text.count("PEMBAHASAN") == 20
    again = talent.get("/exams/photography/theory")
    assert "Anda dapat mencoba lagi mulai 28 Nov 2026, 10.00 WIB" in again.text
    assert "Masih ada 2 percobaan" in again.text
    with tx() as session:
        told = [e for e in session.exec(select(EventRecord)).all() if e.kind == "AttemptGraded"]
        assert [(e.person_id, e.data["score"], e.data["passed"]) for e in told] == [
            (people.talent, 100.0, True)
        ]


def test_previous_and_jumping_save_too_and_the_answer_is_still_there(talent, tx) -> None:
    attempt = begin(talent)
    with tx() as session:
        right = keys(session, attempt)
    assert reply(talent, attempt, 2, right[2], go="previous").location == f"/attempts/{attempt}/1"
    assert reply(talent, attempt, 5, right[5], go="12").location == f"/attempts/{attempt}/12"
    assert reply(talent, attempt, 3, right[3], go="leave").location == "/exams/photography/theory"
    overview = talent.get(f"/attempts/{attempt}/overview").text
    assert "17 soal belum dijawab" in overview
    for position in (2, 3, 5):
        page = talent.get(f"/attempts/{attempt}/{position}").text
        assert "checked" in page or "selected" in page or "73.195,50" in page or "Difuser" in page
    assert "Sisa 60 menit" in page
    assert "Tersimpan 10.00" in page


def test_going_on_leads_to_the_first_open_question(talent, tx) -> None:
    attempt = begin(talent)
    with tx() as session:
        right = keys(session, attempt)
    reply(talent, attempt, 1, right[1])
    assert talent.get(f"/attempts/{attempt}").location == f"/attempts/{attempt}/2"
    assert begin(talent) == attempt


def test_a_script_saves_without_leaving_the_page(talent, tx) -> None:
    attempt = begin(talent)
    with tx() as session:
        right = keys(session, attempt)
    page = hidden(talent.get(f"/attempts/{attempt}/1"))
    data = {"token": page["token"], "client": "j-tab", "seq": "7", **fields(right[1])}
    for _ in range(3):
        saved = talent.post(f"/attempts/{attempt}/1", data=data, headers=JSON)
        assert saved.json["ok"] and saved.json["verdict"] == "saved"
        assert saved.json["saved"].startswith("✓ Tersimpan 10.00")
        assert saved.json["left"] == 3600
    with tx() as session:
        assert len(session.exec(select(AnswerLog)).all()) == 1


def test_htmx_gets_only_the_next_question_and_its_address(talent, tx) -> None:
    attempt = begin(talent)
    with tx() as session:
        right = keys(session, attempt)
    page = hidden(talent.get(f"/attempts/{attempt}/1"))
    answer = talent.post(
        f"/attempts/{attempt}/1", data={**page, **fields(right[1]), "go": "next"}, headers=HTMX
    )
    assert answer.status_code == 200
    assert answer.headers["HX-Push-Url"] == f"/attempts/{attempt}/2"
    assert "<html" not in answer.text
    assert 'data-position="2"' in answer.text


def test_answers_after_the_grace_are_refused_with_a_word_and_kept_in_the_log(
    talent, tx, now
) -> None:
    attempt = begin(talent)
    with tx() as session:
        right = keys(session, attempt)
    page = hidden(talent.get(f"/attempts/{attempt}/1"))
    with clock.frozen(now + 60 * MINUTE + timedelta(seconds=30)):
        on_time = talent.post(
            f"/attempts/{attempt}/1",
            data={**page, "seq": "1", "client": "j", **fields(right[1])},
            headers=JSON,
        )
        assert on_time.json["ok"]
    with clock.frozen(now + 60 * MINUTE + timedelta(seconds=31)):
        late = talent.post(
            f"/attempts/{attempt}/2",
            data={**page, "seq": "2", "client": "j", **fields(right[2])},
            headers=JSON,
        )
        assert (late.status_code, late.json["verdict"]) == (409, "late")
        assert "setelah waktu habis" in late.json["error"]
        after = talent.post(f"/attempts/{attempt}/3", data={**page, **fields(right[3])})
        assert after.status_code == 409
        assert "sudah dikumpulkan" in after.text
    with tx() as session:
        kept = session.exec(select(AnswerLog).order_by(AnswerLog.id)).all()
        assert [row.verdict for row in kept] == ["saved", "late", "closed"]
        assert len(session.exec(select(Answer)).all()) == 1
        assert session.get(Attempt, attempt).state is AttemptState.DECIDED
        assert session.get(Attempt, attempt).score == 5.0


def test_time_up_is_told_on_the_page_and_the_result_follows(talent, tx, now) -> None:
    attempt = begin(talent)
    with clock.frozen(now + 61 * MINUTE):
        assert "Waktu habis" in talent.get(f"/attempts/{attempt}/4").text
        assert "Waktu habis" in talent.get(f"/attempts/{attempt}/overview").text
        done = talent.post(f"/attempts/{attempt}/submit")
        assert "belum kompeten" in talent.get(done.location).text
        assert "gagal" not in talent.get(done.location).text.lower()


def test_a_start_that_is_not_allowed_says_when_it_is(talent, tx, people, now) -> None:
    attempt = begin(talent)
    talent.post(f"/attempts/{attempt}/submit")
    refused = talent.post("/exams/photography/theory/start")
    assert refused.status_code == 409
    assert "28 Nov 2026" in refused.text
    assert "belum dapat dimulai" in refused.text


def test_keys_never_leave_the_server_before_release(talent, tx, track) -> None:
    attempt = begin(talent)
    with tx() as session:
        right = keys(session, attempt)
    seen = []
    for position, response in right.items():
        page = talent.get(f"/attempts/{attempt}/{position}")
        data = {**hidden(page), **fields(response if position % 2 else "x")}
        seen += [
            page,
            talent.get(f"/attempts/{attempt}/{position}", headers=HTMX),
            talent.post(
                f"/attempts/{attempt}/{position}", data={**data, "go": "next"}, headers=HTMX
            ),
            talent.post(f"/attempts/{attempt}/{position}", data=data, headers=JSON),
            talent.post(f"/attempts/{attempt}/{position}", data={**data, "answer": "y" * 5000}),
            talent.post(f"/attempts/{attempt}/{position}", data={**data, "seq": "0"}, headers=JSON),
        ]
    seen += [talent.get(url, follow_redirects=True) for url in (
        f"/attempts/{attempt}", f"/attempts/{attempt}/overview", f"/attempts/{attempt}/review",
        f"/attempts/{attempt}/result", "/exams/photography/theory", f"/attempts/{attempt}/99",
    )]  # fmt: skip
    bank_ids = {o.id for item in track.items for o in item.options}
    for page in seen:
        for secret in SECRETS:
            assert secret not in page.text, (page.request.path, secret)
        assert not any(bank_id in page.text for bank_id in bank_ids)


def test_nobody_else_sees_or_touches_an_attempt(talent, client, app, login, people) -> None:
    attempt = begin(talent)
    page = hidden(talent.get(f"/attempts/{attempt}/1"))
    other = login(app.test_client(), people.peer)
    for url in ("", "/1", "/overview", "/result", "/review"):
        assert other.get(f"/attempts/{attempt}{url}").status_code == 404
    assert other.post(f"/attempts/{attempt}/1", data={**page, "answer": "a"}).status_code == 404
    assert other.post(f"/attempts/{attempt}/submit").status_code == 404
    mentor = login(app.test_client(), people.mentor)
    assert mentor.get(f"/attempts/{attempt}/1").status_code == 403


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"seq": "-1"}, 400), ({"seq": "9" * 30}, 400), ({"seq": ""}, 400), ({"seq": "x"}, 400),
        ({"client": "c" * 41}, 400), ({"token": "other"}, 409), ({"token": ""}, 409),
        ({"answer": "a" * 20_001}, 422), ({"answer": ["a"] * 201}, 422),
    ],
)  # fmt: skip
def test_malformed_answers_are_refused_clearly(talent, change, status) -> None:
    attempt = begin(talent)
    page = hidden(talent.get(f"/attempts/{attempt}/1"))
    answer = talent.post(f"/attempts/{attempt}/1", data={**page, "answer": "a", **change})
    assert answer.status_code == status
    assert "Traceback" not in answer.text


HOSTILE = ["\x00", "\ud800", "<script>alert(1)</script>", "%s%n", "🦀" * 50, "' OR 1=1 --"]


@pytest.mark.parametrize("answer", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_answers_are_kept_calmly_and_shown_escaped(talent, tx, answer) -> None:
    attempt = begin(talent, "light-check")  # one item of each type
    for position in range(1, 6):
        page = hidden(talent.get(f"/attempts/{attempt}/{position}"))
        sent = talent.post(
            f"/attempts/{attempt}/{position}",
            data={
                **page,
                "answer": answer.encode("utf-8", "replace"),
                "answer-a": answer.encode("utf-8", "replace"),
            },
        )
        assert sent.status_code == 303
        assert "<script>alert" not in talent.get(f"/attempts/{attempt}/{position}").text
    talent.post(f"/attempts/{attempt}/submit")
    review = talent.get(f"/attempts/{attempt}/review")
    assert review.status_code == 200
    assert "<script>alert" not in review.text


@pytest.mark.parametrize(
    "url",
    [
        "/exams/x/theory",
        "/exams/photography/x",
        "/attempts/999",
        "/attempts/999/1",
        "/attempts/x/1",
    ],
)
def test_what_does_not_exist_answers_404(talent, url) -> None:
    assert talent.get(url).status_code == 404


def test_the_quiz_page_asks_the_database_at_most_eight_times(talent, statements) -> None:
    attempt = begin(talent)
    count = statements
    count.clear()
    talent.get(f"/attempts/{attempt}/1")
    assert len(count) <= 8, count
    count.clear()
    page = hidden(talent.get(f"/attempts/{attempt}/1"))
    count.clear()
    talent.post(f"/attempts/{attempt}/1", data={**page, "answer": "a"}, headers=JSON)
    assert len(count) <= 10, count


def test_unlimited_checks_can_be_repeated_at_once(talent) -> None:
    first = begin(talent, "light-check")
    talent.post(f"/attempts/{first}/submit")
    assert begin(talent, "light-check") != first


def test_an_overdue_attempt_is_decided_by_the_job(talent, app, tx, now, people) -> None:
    attempt = begin(talent)
    with tx() as session:
        right = keys(session, attempt)
    reply(talent, attempt, 1, right[1])
    with tx() as session:
        assert attempts.decide_overdue(now + 60 * MINUTE + timedelta(seconds=30)) == 0
    with clock.frozen(now + 61 * MINUTE), tx() as session:
        attempts.expire_attempts()
        row = session.get(Attempt, attempt)
        assert (row.state, row.score) == (AttemptState.DECIDED, 5.0)
        assert row.submitted_at == now + 60 * MINUTE + timedelta(seconds=30)
        assert attempts.decide_overdue(now + 62 * MINUTE) == 0


def test_while_an_exam_runs_the_explanations_of_its_bank_are_closed(talent) -> None:
    check = begin(talent, "light-check")
    talent.post(f"/attempts/{check}/submit")
    assert "PEMBAHASAN" in talent.get(f"/attempts/{check}/review").text
    exam = begin(talent)
    meanwhile = begin(talent, "light-check")
    talent.post(f"/attempts/{meanwhile}/submit")
    for attempt in (check, meanwhile):
        closed = talent.get(f"/attempts/{attempt}/review")
        assert closed.location.endswith(f"/attempts/{attempt}/result")
    assert "Selama ujian Anda berlangsung" in talent.get(closed.location).text
    talent.post(f"/attempts/{exam}/submit")
    assert "PEMBAHASAN" in talent.get(f"/attempts/{meanwhile}/review").text
