"""Several judges, and several tabs of one judge, at the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlmodel import select

from sanggar.comparison.models import Comparison, ComparisonRound

MANY = 6


def at_once(action: Callable[[int], int]) -> Counter[int]:
    """Run an action several times at the same moment; return the statuses."""
    gate = Barrier(MANY)

    def one(n: int) -> int:
        gate.wait()
        return action(n)

    with ThreadPoolExecutor(MANY) as pool:
        return Counter(pool.map(one, range(MANY)))


def test_one_judge_s_tabs_get_one_pair_and_decide_it_once(
    app, client, login, tx, open_round, judges, live_clock, unmeasured
) -> None:
    tabs = [login(app.test_client(), judges[0]) for _ in range(MANY)]
    asked = at_once(lambda n: tabs[n].post(f"/comparisons/{open_round}/next").status_code)
    assert asked == {303: MANY}
    with tx() as session:
        key = session.exec(select(Comparison)).one().id
    answer = ("left", "right")

    def decide(n: int) -> int:
        return tabs[n].post(f"/comparisons/pairs/{key}", data={"better": answer[n % 2]}).status_code

    assert at_once(decide) == {303: MANY}
    with tx() as session:
        rows = session.exec(select(Comparison).order_by(Comparison.id)).all()
        assert [row.winner_id is not None for row in rows] == [True, False]


def test_judges_work_side_by_side(
    app, client, login, tx, open_round, judges, live_clock, unmeasured
) -> None:
    tabs = [login(app.test_client(), judges[n % 3]) for n in range(MANY)]

    def work(n: int) -> int:
        for _turn in range(4):
            tabs[n].post(f"/comparisons/{open_round}/next")
            with tx() as session:
                row = session.exec(
                    select(Comparison.id).where(
                        Comparison.open_key == f"{open_round}:{judges[n % 3]}"
                    )
                ).first()
            if row is not None:
                code = (
                    tabs[n].post(f"/comparisons/pairs/{row}", data={"better": "left"}).status_code
                )
                assert code == 303
        return 0

    assert at_once(work) == {0: MANY}
    with tx() as session:
        rows = session.exec(select(Comparison)).all()
        decided = [row for row in rows if row.winner_id is not None]
        assert len({(row.judge_id, row.pair) for row in rows}) == len(rows)
        assert len(decided) >= 12 and all(row.open_key is None for row in decided)


def test_a_form_sent_many_times_plans_one_round(
    app, client, login, tx, plan, judges, ref, live_clock
) -> None:
    tabs = [login(app.test_client(), judges[0]) for _ in range(MANY)]
    data = {"title": "Sekali", "works": plan().works, "judges": judges, "reliability": "0.80", "each": "5"}  # fmt: skip

    def send(n: int) -> int:
        return tabs[n].post(f"/comparisons/new/photography/{ref}", data=data).status_code

    assert at_once(send) == {303: MANY}
    with tx() as session:
        assert len(session.exec(select(ComparisonRound)).all()) == 1
