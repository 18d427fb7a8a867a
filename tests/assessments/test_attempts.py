"""Attempts through their service: nothing lost, nothing doubled, one late rule."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from sanggar import errors
from sanggar.assessments import answers, attempts, judging, reading
from sanggar.assessments.models import Answer, AnswerLog, Attempt, AttemptItem, AttemptState
from sanggar.kernel import registry
from sanggar.kernel.access import Principal, Role
from sanggar.kernel.models import EventRecord
from sanggar.plugin.items import QuestionType

from .helpers import keys

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def started(tx, people, track, now):
    with tx():
        return attempts.start_attempt(people.talent, track.id, "theory", now).id


def test_starting_twice_returns_the_live_attempt(tx, people, track, now, started) -> None:
    with tx() as session:
        again = attempts.start_attempt(people.talent, track.id, "theory", now + MINUTE)
        assert again.id == started
        assert len(session.exec(select(AttemptItem)).all()) == 20
        assert again.deadline == now + 60 * MINUTE


def test_all_right_answers_earn_everything(tx, people, now, started) -> None:
    with tx() as session:
        for position, response in keys(session, started).items():
            answers.save_answer(started, position, response, position, now, client="t")
        done = attempts.submit_attempt(started, people.talent, now + MINUTE)
        assert (done.state, done.score, done.passed) == (AttemptState.DECIDED, 100.0, True)
        assert done.by_unit == {"PHO-01": 100.0, "PHO-02": 100.0}
        assert done.live_key is None


def save(attempt: int, position: int, response: object, seq: int, at, client: str = "tab", **more):
    return answers.save_answer(attempt, position, response, seq, at, client=client, **more)


def log(session) -> list[AnswerLog]:
    return list(session.exec(select(AnswerLog).order_by(AnswerLog.id)).all())


def current(session, position: int = 1) -> object:
    return session.exec(
        select(Answer.response).join(AttemptItem, AttemptItem.id == Answer.attempt_item_id)
        .where(AttemptItem.position == position)
    ).one()  # fmt: skip


def test_the_same_save_twice_is_one_save(tx, now, started) -> None:
    with tx() as session:
        first = save(started, 1, "a", 1, now)
        again = save(started, 1, "a", 1, now + MINUTE)
        assert again == first
        assert len(log(session)) == 1
        assert current(session) == "a"


def test_an_older_number_that_arrives_late_changes_nothing(tx, now, started) -> None:
    with tx() as session:
        save(started, 1, "b", 5, now)
        assert save(started, 1, "a", 4, now + MINUTE).verdict == "stale"
        assert current(session) == "b"
        assert [row.verdict for row in log(session)] == ["saved", "stale"]


def test_numbers_order_answers_of_each_question_only(tx, now, started) -> None:
    with tx() as session:
        save(started, 1, "b", 5, now)
        assert save(started, 2, "c", 4, now).verdict == "saved"
        assert (current(session, 1), current(session, 2)) == ("b", "c")


def test_two_tabs_with_the_same_numbers_lose_nothing(tx, now, started) -> None:
    with tx() as session:
        save(started, 1, "a", 1, now, client="one")
        save(started, 2, "b", 1, now, client="two")
        save(started, 1, "c", 2, now, client="two")
        assert (current(session, 1), current(session, 2)) == ("c", "b")
        assert len(log(session)) == 3


def test_an_edited_page_sent_again_is_a_new_answer(tx, now, started) -> None:
    with tx() as session:
        save(started, 1, "a", 3, now, client="f-page", newest=True)
        save(started, 1, "b", 3, now + MINUTE, client="f-page", newest=True)
        assert current(session) == "b"
        save(started, 1, "b", 3, now + MINUTE, client="f-page", newest=True)
        assert current(session) == "b"


def test_a_form_without_a_counter_is_the_newest_when_it_arrives(tx, now, started) -> None:
    with tx() as session:
        save(started, 1, "script", 50, now)
        assert save(started, 1, "form", 2, now, client="f-x", newest=True).verdict == "saved"
        assert current(session) == "form"
        assert save(started, 1, "later", 52, now).verdict == "saved"
        assert current(session) == "later"


def test_taking_an_answer_back_makes_it_open_again(tx, now, started) -> None:
    with tx() as session:
        save(started, 1, "a", 1, now)
        save(started, 1, None, 2, now)
        row = session.exec(select(Answer)).one()
        assert (row.response, row.answered) == (None, False)


@pytest.mark.parametrize("seq", [0, -1, 2**53])
def test_impossible_numbers_are_refused(tx, now, started, seq) -> None:
    with tx(), pytest.raises(errors.BadRequest):
        save(started, 1, "a", seq, now)


def test_a_place_that_does_not_exist_is_refused(tx, now, started) -> None:
    with tx(), pytest.raises(errors.NotFound):
        save(started, 21, "a", 1, now)


def test_submitting_twice_decides_once(tx, people, now, started) -> None:
    with tx() as session:
        one = attempts.submit_attempt(started, people.talent, now + MINUTE)
        two = attempts.submit_attempt(started, people.talent, now + 5 * MINUTE)
        assert one is two
        assert two.submitted_at == now + MINUTE
        events = session.exec(select(EventRecord).where(EventRecord.kind == "AttemptGraded")).all()
        assert len(events) == 1


def test_the_fourth_attempt_waits(tx, people, track, now) -> None:
    moment = now
    with tx():
        for _ in range(3):
            attempt = attempts.start_attempt(people.talent, track.id, "theory", moment)
            attempts.submit_attempt(attempt.id, people.talent, moment)
            with pytest.raises(errors.Conflict):
                attempts.start_attempt(people.talent, track.id, "theory", moment + 6 * DAY)
            moment += 7 * DAY
        with pytest.raises(errors.Conflict):
            attempts.start_attempt(people.talent, track.id, "theory", now + 179 * DAY)
        assert attempts.start_attempt(people.talent, track.id, "theory", now + 180 * DAY)


def test_an_overdue_attempt_is_decided_before_the_next_begins(
    tx, people, track, now, started
) -> None:
    with tx() as session:
        later = now + 8 * DAY
        again = attempts.start_attempt(people.talent, track.id, "theory", later)
        assert again.id != started
        assert session.get(Attempt, started).state is AttemptState.DECIDED


def test_a_changed_bank_does_not_change_a_running_attempt(
    tx, people, app, track, now, started
) -> None:
    emptied = track.model_copy(update={"items": ()})
    with tx() as session:
        right = keys(session, started)
        before = app.extensions[registry.EXTENSION]
        app.extensions[registry.EXTENSION] = dataclasses.replace(before, tracks={track.id: emptied})
        for position, response in right.items():
            save(started, position, response, position, now)
        assert attempts.submit_attempt(started, people.talent, now).score == 100.0


def test_an_incomplete_bank_refuses_the_start_with_a_word(tx, people, app, track, now) -> None:
    broken = track.model_copy(update={"items": track.items[:3]})
    before = app.extensions[registry.EXTENSION]
    app.extensions[registry.EXTENSION] = dataclasses.replace(before, tracks={track.id: broken})
    with tx(), pytest.raises(errors.Conflict) as refused:
        attempts.start_attempt(people.talent, track.id, "theory", now)
    assert "question bank is incomplete" in str(refused.value.message)


class Broken(QuestionType):
    """A question type that fails in every way."""

    kind = "single"
    template = "assessments/types/single.html"

    def read(self, item, form):
        raise RuntimeError("cannot read")

    def grade(self, item, response):
        raise RuntimeError("cannot grade")


def break_single(app) -> None:
    before = app.extensions[registry.EXTENSION]
    types = {**before.question_types, "single": Broken()}
    app.extensions[registry.EXTENSION] = dataclasses.replace(before, question_types=types)


def test_a_failing_grader_hands_the_answer_to_a_person(
    tx, people, app, track, now, started
) -> None:
    mentor = Principal(people.mentor, roles=frozenset({Role.MENTOR}), tracks=frozenset({track.id}))
    other = Principal(
        people.other_mentor, roles=frozenset({Role.MENTOR}), tracks=frozenset({"packaging_design"})
    )
    with tx() as session:
        right = keys(session, started)
        for position, response in right.items():
            save(started, position, response, position, now)
        break_single(app)
        waits = attempts.submit_attempt(started, people.talent, now)
        assert (waits.state, waits.score) == (AttemptState.REVIEW, None)
        items = session.exec(select(AttemptItem).where(AttemptItem.needs_human)).all()
        assert {item.item["type"] for item in items} == {"single"}
        assert [one.id for one in reading.to_judge(mentor.tracks, mentor.id)] == [
            i.id for i in items
        ]
        with pytest.raises(errors.NotFound):
            judging.judge_item(other, items[0].id, 1.0, "", now)
        with pytest.raises(errors.Invalid):
            judging.judge_item(mentor, items[0].id, 0.33, "", now)
        for item in items:
            done = judging.judge_item(mentor, item.id, 0.5, "Setengah benar.", now)
        assert done.state is AttemptState.DECIDED
        assert done.score == pytest.approx(100 - 100 * 0.5 * len(items) / 20)
        with pytest.raises(errors.Conflict):
            judging.judge_item(mentor, items[0].id, 1.0, "", now)


def test_a_form_that_its_type_cannot_read_is_kept_as_it_came(
    tx, people, app, track, now, started
) -> None:
    with tx() as session:
        position, response = next(
            (p, r) for p, r in keys(session, started).items() if isinstance(r, str) and len(r) == 1
        )
        break_single(app)
        held = attempts.hold(started, people.talent)
        saved = answers.answer_from_form(
            held, position, {"answer": [response]}, seq=1, client="t", newest=False, now=now
        )
        assert saved.verdict == "saved"
        assert current(session, position) == {"unread_form": {"answer": [response]}}


def test_a_void_attempt_does_not_count(tx, people, track, now, started) -> None:
    with tx() as session:
        judging.void_attempt(started, by_id=people.admin, reason="Listrik padam", now=now)
        again = attempts.start_attempt(people.talent, track.id, "theory", now)
        assert again.id != started
        assert session.get(Attempt, started).state is AttemptState.VOIDED


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_whatever_the_network_does_the_newest_answer_stays(tx, people, track, now, data) -> None:
    """Messages of two tabs are delivered in any order, some twice, some never."""
    with tx():
        attempt = attempts.start_attempt(people.talent, track.id, "theory", now).id
    sent = data.draw(
        st.lists(
            st.tuples(st.sampled_from("AB"), st.integers(1, 3), st.sampled_from("abcd")),
            min_size=1,
            max_size=12,
        )
    )
    messages = [(tab, position, choice, seq) for seq, (tab, position, choice) in enumerate(sent, 1)]
    delivered = data.draw(
        st.permutations(messages + data.draw(st.lists(st.sampled_from(messages), max_size=6)))
    )
    lost = data.draw(st.sets(st.integers(0, len(delivered) - 1), max_size=3))
    arrived = [m for n, m in enumerate(delivered) if n not in lost]
    with tx() as session:
        for tab, position, choice, seq in arrived:
            save(attempt, position, choice, seq, now, client=tab)
        expected = {}
        for _tab, position, choice, _seq in sorted(set(arrived), key=lambda m: m[3]):
            expected[position] = choice
        rows = session.exec(
            select(AttemptItem.position, Answer.response).join(Answer, Answer.attempt_item_id == AttemptItem.id)
            .where(AttemptItem.attempt_id == attempt)
        ).all()  # fmt: skip
        assert dict(rows) == expected
        kept = session.exec(select(AnswerLog).where(AnswerLog.attempt_id == attempt)).all()
        assert len(kept) == len(set(arrived))
        judging.void_attempt(attempt, by_id=people.admin, reason="next example", now=now)
