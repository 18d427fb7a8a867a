"""Rounds: planned, opened, asked, decided, measured, closed."""

from __future__ import annotations

import pytest
from sqlmodel import select

from sanggar import errors
from sanggar.accounts.models import User
from sanggar.assessments import queries as assessments
from sanggar.assessments import service as marking
from sanggar.comparison import queries, rules, service
from sanggar.comparison.models import Comparison, ComparisonRound, RoundState
from sanggar.kernel import db
from sanggar.kernel.access import Principal, Role
from sanggar.notifications.models import Notification

from .conftest import judge_all, mentor


def test_the_same_plan_is_one_round_and_another_of_its_name_is_refused(
    tx, plan, judges, now
) -> None:
    by = mentor(judges[0])
    with tx() as session:
        made = service.plan_round(plan(), by=by, now=now)
        assert service.plan_round(plan(title="  November "), by=by, now=now) == made
        assert len(session.exec(select(ComparisonRound)).all()) == 1
        assert sorted(queries.judges(made)) == sorted(judges)
    for changed in (plan(works=plan().works[:4]), plan()):
        who = by if len(changed.works) == 4 else mentor(judges[1])
        with tx(), pytest.raises(errors.Invalid) as refused:
            service.plan_round(changed, by=who, now=now)
        assert set(refused.value.fields) == {"title"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"works": [1, 2]}, "works"),
        ({"works": [98_765, 98_766, 98_767]}, "works"),
        ({"judges": []}, "judges"),
        ({"judges": [98_765]}, "judges"),
        ({"reliability": 0.99}, "reliability"),
        ({"each": 2}, "each"),
        ({"each": 16}, "each"),  # three judges, five others
    ],
)
@pytest.mark.once
def test_faults_stand_beside_their_fields(tx, plan, judges, now, change, field) -> None:
    if change.get("works") == [1, 2]:
        change = {"works": plan().works[:2]}
    with tx(), pytest.raises(errors.Invalid) as refused:
        service.plan_round(plan(**change), by=mentor(judges[0]), now=now)
    assert set(refused.value.fields) == {field}


def test_judges_are_told_when_their_round_opens_once_and_in_their_language(
    tx, plan, judges, client, login, now
) -> None:
    by = mentor(judges[0])
    with tx() as session:
        session.get(User, judges[1]).language = "en"
        made = service.plan_round(plan(), by=by, now=now)
        of_judges = select(Notification).where(Notification.kind == "judging")
        assert session.exec(of_judges).all() == []
        service.open_round(made, by=by, now=now)
        service.open_round(made, by=by, now=now)
        rows = session.exec(of_judges.order_by(Notification.person_id)).all()
        told = {row.person_id: row.subject for row in rows}
        assert len(rows) == 2
        urls = {row.url for row in rows}
    assert told == {
        judges[1]: "Your judgement is asked for", judges[2]: "Penilaian Anda diminta",
    }  # fmt: skip
    assert urls == {f"/comparisons/{made}"}
    assert login(client, judges[1]).get(urls.pop()).status_code == 200


def test_only_mentors_of_the_track_plan_and_only_the_maker_opens(tx, plan, judges, now) -> None:
    strangers = (mentor(judges[0], "packaging_design"), Principal(judges[0], roles=frozenset({Role.TALENT})))  # fmt: skip
    for stranger in strangers:
        with tx(), pytest.raises(errors.NotFound):
            service.plan_round(plan(), by=stranger, now=now)
    with tx():
        made = service.plan_round(plan(), by=mentor(judges[0]), now=now)
    with tx(), pytest.raises(errors.Forbidden):
        service.open_round(made, by=mentor(judges[1]), now=now)
    with tx(), pytest.raises(errors.Conflict):
        service.next_pair(made, by=mentor(judges[0]), now=now)
    with tx():
        service.open_round(made, by=mentor(judges[0]), now=now)
        service.open_round(made, by=mentor(judges[0]), now=now)
        service.close_round(made, by=mentor(judges[0]), now=now)
    with tx(), pytest.raises(errors.Conflict):
        service.open_round(made, by=mentor(judges[0]), now=now)


def test_a_pair_stays_until_it_is_decided_and_is_decided_once(
    tx, open_round, judges, now, unmeasured
) -> None:
    me = mentor(judges[0])
    with tx():
        first = service.next_pair(open_round, by=me, now=now)
        assert service.next_pair(open_round, by=me, now=now) == first
    with tx(), pytest.raises(errors.NotFound):
        service.decide(first, "left", by=mentor(judges[1]), now=now)
    with tx(), pytest.raises(errors.Invalid):
        service.decide(first, "both", by=me, now=now)
    with tx():
        assert service.decide(first, "left", by=me, now=now).counted
        assert service.decide(first, "right", by=me, now=now).counted
        row = db.get(Comparison, first)
        assert row.winner_id == row.left_id and row.open_key is None
        assert service.next_pair(open_round, by=me, now=now) != first
        assert queries.judges(open_round) == {**dict.fromkeys(judges, 0), judges[0]: 1}


def test_nobody_sees_a_pair_twice_nor_own_work_nor_a_companion_s(
    tx, open_round, works, people, judges, now, unmeasured
) -> None:
    second = judges[1]
    with tx():
        marking.recuse(second, people.talent, now)
    seen = judge_all(tx, open_round, second, now)
    assert len(seen) == 10  # five works are left to them
    assert len({frozenset(pair) for pair in seen}) == 10
    assert works[0] not in {work for pair in seen for work in pair}
    with tx():
        assert service.next_pair(open_round, by=mentor(second), now=now) is None


def test_who_begins_to_accompany_somebody_gets_another_pair(
    tx, open_round, judges, people, works, now, unmeasured
) -> None:
    me = mentor(judges[0])
    with tx():
        key = service.next_pair(open_round, by=me, now=now)
        row = db.get(Comparison, key)
        left = row.left_id
        marking.recuse(judges[0], assessments.shown({left})[left].person_id, now)
        assert queries.pair_for(open_round, judges[0]) is None
    with tx(), pytest.raises(errors.NotFound):
        service.decide(key, "left", by=me, now=now)
    with tx():
        again = service.next_pair(open_round, by=me, now=now)
        made = db.get(Comparison, again)
        assert left not in (made.left_id, made.right_id)


def test_a_mentor_who_made_a_work_never_judges_it(tx, plan, helpers, judges, ref, now) -> None:
    with tx() as session:
        own = helpers.hand_in(session, judges[2], ref, now)
        made = service.plan_round(plan(works=[*plan().works[:3], own], each=3), by=mentor(judges[0]), now=now)  # fmt: skip
        service.open_round(made, by=mentor(judges[0]), now=now)
    seen = judge_all(tx, made, judges[2], now)
    assert len(seen) == 3 and own not in {work for pair in seen for work in pair}


def test_the_stop_rule_closes_the_round_by_itself(tx, open_round, judges, works, now) -> None:
    for judge in judges:
        judge_all(tx, open_round, judge, now)
    with tx():
        row = db.get(ComparisonRound, open_round)
        assert row.state is RoundState.CLOSED and row.closed_by_id is None
        measured = rules.from_json(row.scale)
        assert measured is not None and measured.progress(row.reliability, row.each).done
        assert [int(v.work) for v in rules.ranked(measured.scale)] == works[::-1]
        assert measured.comparisons <= len(queries.decided(open_round))


def test_closing_by_hand_measures_what_there_is_and_counts_nothing_more(
    tx, open_round, judges, now, unmeasured
) -> None:
    me = mentor(judges[0])
    judge_all(tx, open_round, judges[0], now, most=4)
    with tx():
        late = service.next_pair(open_round, by=me, now=now)
    with tx():
        service.close_round(open_round, by=me, now=now)
        service.close_round(open_round, by=me, now=now)
    with tx():
        assert not service.decide(late, "left", by=me, now=now).counted
        row = db.get(ComparisonRound, open_round)
        assert row.measured == 4 == len(queries.decided(open_round))
        assert row.closed_by_id == judges[0]
        before = row.scale
        service.measure(open_round, now)
        assert row.scale is before


def test_an_older_scale_never_replaces_a_newer(tx, open_round, judges, now, unmeasured) -> None:
    judge_all(tx, open_round, judges[0], now, most=3)
    with tx():
        old = rules.measure(*service._inputs(open_round))
    judge_all(tx, open_round, judges[1], now, most=3)
    with tx():
        service.measure(open_round, now)
        service._keep(open_round, old, now)
        assert db.get(ComparisonRound, open_round).measured == 6


def test_somebody_s_data_holds_their_judgements_and_where_their_work_was(
    tx, open_round, judges, people, works, now, unmeasured
) -> None:
    judge_all(tx, open_round, judges[0], now, most=2)
    with tx():
        mine = queries.export_person(judges[0])
        assert len(mine["comparison"]) == 2 and mine["comparison_work"] == []
        made = queries.export_person(people.talent)
        assert made["comparison"] == []
        assert made["comparison_work"] == [{"round_id": open_round, "submission_id": works[0]}]
