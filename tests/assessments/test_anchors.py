"""Anchors: one piece in ten looks like any other, decides nothing, and shows the agreed levels after."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlmodel import select

from sanggar import errors
from sanggar.assessments import anchors, desk, marking, measures, queries
from sanggar.assessments.marking import Marks
from sanggar.assessments.models import Anchor, Marking, Submission, SubmissionState

from .markers import GOOD, TRACK, WEAK, appoint, decided, form, hand_in, mentor

DAY = timedelta(days=1)


@pytest.fixture
def crew(tx, people, track, now):
    """Two mentors who agreed on a piece of work, and a third with one marking behind them."""
    with tx():
        pair = [mentor(people.mentor), appoint(people, people.other_mentor, now)]
        third = appoint(people, people.client, now)
        work = decided(people.talent, pair, now)
        first = hand_in(people.peer, now)
        marking.submit_marks(third, first, Marks(GOOD), now)
    return pair, third, work


def test_two_markers_are_needed_and_only_mentors_of_the_track_make_one(
    tx, people, crew, now
) -> None:
    pair, third, work = crew
    with tx() as session:
        single = session.exec(select(Submission).where(Submission.ref == "quick")).one().id
        for refused in (single, hand_in(people.outsider, now, "product-set")):
            with pytest.raises(errors.Conflict):
                anchors.make(pair[0], refused, now)
        with pytest.raises(errors.NotFound):
            anchors.make(mentor(people.admin, "packaging_design"), work, now)
        assert anchors.due(third) == {}
        made = anchors.make(pair[0], work, now)
        assert anchors.make(pair[1], work, now).id == made.id
        assert made.levels == GOOD
        assert len(session.exec(select(Anchor)).all()) == 1
        with pytest.raises(errors.NotFound):
            anchors.retire(mentor(people.admin, "packaging_design"), work, now)
        assert anchors.due(third) == {TRACK: work}
        anchors.retire(third, work, now)
        assert anchors.due(third) == {}
        with pytest.raises(errors.NotFound):
            anchors.retire(third, single, now)


def test_it_is_in_the_queue_of_who_has_not_seen_it(tx, people, crew, now) -> None:
    pair, third, work = crew
    with tx():
        anchors.make(pair[0], work, now)
        real = hand_in(people.outsider, now - DAY)
        queue = desk.queue(third, now)
        assert {line.id for line in queue.lines} == {real, work}
        assert queue.counts == {TRACK: 2}
        (line,) = [line for line in queue.lines if line.id == work]
        assert (line.marked, line.needed, line.held) == (0, 2, False)
        assert timedelta(0) < now - line.since < 4 * DAY
        assert [
            desk.queue(third, now + n * timedelta(hours=5)).lines[-1].since for n in (1, 2)
        ] == [queue.lines[-1].since] * 2
        for one in pair:
            assert work not in {line.id for line in desk.queue(one, now).lines}
            assert not anchors.is_due(one, work)
        marking.recuse(third.id, people.talent, now)
        assert anchors.due(third) == {}


def test_it_decides_nothing_and_the_reference_is_shown_afterwards(
    tx, people, crew, app, client, login, now
) -> None:
    pair, third, work = crew
    with tx() as session:
        anchors.make(pair[0], work, now)
        before = session.get(Submission, work).model_dump()
    page = login(app.test_client(), third.id)
    shut = page.get(f"/marking/{work}").text
    for secret in ("90 dari 100", "Diputuskan", "Penilai 1", "acuan"):
        assert secret not in shut
    assert page.post(f"/marking/{work}/take").status_code == 303
    assert page.get(f"/marking/{work}").text.count('type="radio"') == 12
    page.post(f"/marking/{work}", data=form(WEAK, **{"comment-light": "Kusam."}))
    assert "acuan" not in page.get(f"/marking/{work}").text
    done = page.post(f"/marking/{work}", data=form(WEAK, action="submit"))
    assert done.status_code == 303
    after = page.get(f"/marking/{work}").text
    assert "Ini karya acuan." in after
    with tx() as session:
        assert session.get(Submission, work).model_dump() == before
        mine = session.exec(select(Marking).where(Marking.marker_id == third.id)).all()
        assert Counter(m.anchor for m in mine) == {True: 1, False: 1}
        (found,) = queries.assignment_results(people.talent, TRACK)
        assert (found.markers, found.total, found.levels["technical"]) == (2, 90.0, 4.0)
        rated = measures.ratings(TRACK)
        assert {r.marker_id for r in rated if r.submission_id == work} >= {third.id}
    talent = login(app.test_client(), people.talent)
    own = talent.get(f"/tasks/{TRACK}/assignment/product-set").text
    assert "Kusam." not in own and "Penilai 3" not in own


def test_one_in_ten(tx, people, crew, now) -> None:
    pair, third, work = crew
    with tx() as session:
        anchors.make(pair[0], work, now)
        for person in (people.peer, people.outsider):
            anchors.make(pair[0], decided(person, pair, now), now)
        asked: list[int] = []
        for done in range(1, 23):
            if found := anchors.due(third).get(TRACK):
                asked.append(done)
                marking.submit_marks(third, found, Marks(GOOD), now)
            else:
                session.add(one_more(session, people.talent, third.id, done, now))
                session.flush()
    assert asked == [1, 11, 21]


def one_more(session, person_id: int, marker_id: int, version: int, now) -> Marking:
    """Return the marking of a real piece of work more."""
    row = Submission(
        person_id=person_id, track=TRACK, kind="assignment", ref="quick", version=version,
        state=SubmissionState.DECIDED, created_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    return Marking(
        submission_id=row.id, marker_id=marker_id, started_at=now, saved_at=now, submitted_at=now,
        lock_until=now,
    )  # fmt: skip


def test_a_half_marked_piece_is_no_anchor_and_reopened_work_is_none_either(
    tx, people, crew, now
) -> None:
    pair, third, _work = crew
    with tx() as session:
        work = hand_in(people.peer, now, "product-set")
        marking.save_marks(third, work, Marks({"light": 2}), now)
        marking.give_back(third, work, now)
        for one in pair:
            marking.submit_marks(one, work, Marks(GOOD), now)
        anchors.make(pair[0], work, now)
        assert not anchors.is_due(third, work)
        fourth = appoint(people, people.admin, now)
        marking.submit_marks(fourth, hand_in(people.outsider, now), Marks(GOOD), now)
        assert anchors.is_due(fourth, work)
        marking.reopen(work, now)
        assert not anchors.is_due(fourth, work)
        marking.submit_marks(fourth, work, Marks(GOOD), now)
        kept = session.exec(
            select(Marking).where(Marking.submission_id == work, Marking.marker_id == fourth.id)
        ).one()
        assert kept.anchor is False
        assert session.get(Submission, work).state is SubmissionState.DECIDED


def test_a_mentor_makes_and_retires_one_on_the_page(crew, app, client, login, tx, people) -> None:
    pair, _third, work = crew
    page = login(app.test_client(), pair[0].id)
    assert "Jadikan karya ini acuan" in page.get(f"/marking/{work}").text
    assert page.post(f"/marking/{work}/anchor").location == f"/marking/{work}"
    assert "keluarkan" in page.get(f"/marking/{work}").text
    assert page.post(f"/marking/{work}/anchor", data={"retire": "1"}).status_code == 303
    with tx() as session:
        assert session.exec(select(Anchor)).one().retired_at is not None
    stranger = login(app.test_client(), people.admin)
    assert stranger.post(f"/marking/{work}/anchor").status_code == 403
