"""The log of lists: what is kept of a list shown, and that it comes out again byte for byte."""

from __future__ import annotations

import json
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from sqlmodel import select

from sanggar import clock
from sanggar.accounts import queries as account_queries
from sanggar.accounts import service as accounts
from sanggar.clients import graded
from sanggar.clients import service as clients_service
from sanggar.clients.models import Brief, WorkRecord
from sanggar.clients.rules import BriefState, PlacementState
from sanggar.exports import personal
from sanggar.kernel.access import Role
from sanggar.rankers.additive import Additive, Curve
from sanggar.ranking import (
    baseline,
    candidates,
    exploration,
    journal,
    lessons,
    replay,
    rerank,
    service,
    store,
    trace,
)
from sanggar.ranking.commands import ranking
from sanggar.ranking.models import RankingList, RankingPlace, RankingShowing
from sanggar.ranking.scoring import Weights

HERE = Path(__file__).parent


def one(session, model, **where):
    return session.exec(select(model).filter_by(**where)).one()


@pytest.fixture
def url(client, login, people, market) -> str:
    login(client, people.client)
    return f"/briefs/{market.brief}/talents"


@pytest.fixture
def crowd(make, tx, now) -> list[int]:
    """Talents of two hubs with different pasts, more than re-ranking looks at."""
    made = []
    with tx() as session:
        for n in range(53):
            person_id = accounts.join(
                name=f"Talenta {n}", phone=None, email=f"t{n}@example.org", password=None,
                birth_date=date(2000, 1, 1), region_id=None, hub_id=1 + n % 2, language="id",
                role=Role.TALENT, channel="self", now=now,
            )  # fmt: skip
            make.certify(person_id, now)
            made.append(person_id)
        session.flush()
        for n, row in enumerate(session.exec(select(WorkRecord))):
            row.data = {**row.data, "rubric": 60 + (7 * n) % 35, "finished": n % 9 and 6,
                        "on_time": 5, "ratings": [5, 4] if n % 9 else [],
                        "offers": {"2026-11": n % 5}}  # fmt: skip
    return made


def test_a_list_is_logged_once_a_sitting(client, login, people, market, tx, url, now) -> None:
    with clock.frozen(now):
        client.get(url)
        client.get(url)
    with clock.frozen(now + timedelta(minutes=40)):
        client.get(url)
        login(client, people.officer)
        client.get(url)
    with tx() as session:
        row = one(session, RankingList)
        assert (row.brief_id, row.made_at) == (market.brief, now)
        assert row.version.startswith("baseline-") and set(row.content["files"]) == {
            f"{row.version}.json"
        }
        seen = {s.side: (s.depth, s.count) for s in session.exec(select(RankingShowing))}
        assert seen == {"client": (3, 2), "officer": (3, 1)}
        places = session.exec(select(RankingPlace).order_by(RankingPlace.place)).all()
        assert [p.place for p in places] == [1, 2, 3]
        assert all(0.8 < p.propensity <= 1 for p in places if p.ranked == p.place)
        assert {p.person_id for p in places} == {people.talent, people.peer, people.outsider}
        logged = json.dumps(row.content)
        assert "Wahyuni" not in logged and "Rizky" not in logged


def test_a_job_that_runs_twice_changes_nothing(client, market, tx, url, now) -> None:
    with clock.frozen(now):
        client.get(url)
    with tx() as session:
        row = one(session, RankingList)
        content = {k: v for k, v in row.content.items() if k != "files"}
        people = list(session.exec(select(RankingPlace.person_id).order_by(RankingPlace.place)))
        journal.write(market.brief, row.digest, content, people, "client", 3, now.isoformat())
    with tx() as session:
        assert one(session, RankingShowing).count == 1
        assert trace.Trace(content, tuple(people)).digest == row.digest


def test_every_list_comes_out_again(client, crowd, market, tx, url, now, monkeypatch) -> None:
    always = {"share": 1.0, "top": 5, "cost": 1.0}
    monkeypatch.setattr(exploration.exchange, "__kwdefaults__", always)
    for day in range(3):
        with clock.frozen(now + timedelta(days=day)):
            assert client.get(f"{url}?all=1").status_code == 200
    with tx() as session:
        lists = session.exec(select(RankingList)).all()
        assert len(lists) == 3
        moved = session.exec(select(RankingPlace).where(RankingPlace.place != RankingPlace.ranked))
        assert len(moved.all()) >= 2
        for row in lists:
            assert replay.replay(row.id).same
            assert rerank.WINDOW <= len(row.content["rows"]) <= rerank.WINDOW + 6


def test_a_list_outlives_the_weights_that_made_it(client, market, tx, url, now, monkeypatch) -> None:  # fmt: skip
    client.get(url)
    turned = dict(zip(baseline.WEIGHTS, reversed(baseline.WEIGHTS.values()), strict=True))
    monkeypatch.setattr(baseline, "WEIGHTS", turned)
    baseline._model.cache_clear()
    service.forget()
    with clock.frozen(now + timedelta(hours=1)):
        client.get(url)
    baseline._model.cache_clear()
    with tx() as session:
        first, second = session.exec(select(RankingList).order_by(RankingList.id)).all()
        assert first.version != second.version
        assert first.content["outcome"] != second.content["outcome"]
        assert replay.replay(first.id).same and replay.replay(second.id).same
        kept = store.scorer(first.version, first.content["files"])
        assert isinstance(kept, Weights)


def run(app, *words: str):
    with app.app_context():
        return CliRunner().invoke(ranking, list(words))


def test_what_differs_is_named(app, client, market, tx, url) -> None:
    client.get(url)
    assert run(app, "replay", "1").output.endswith("the same, byte for byte\n")
    assert run(app, "replay", "--all").output == "1 of 1 lists came out as they were shown\n"
    assert run(app, "replay", "7").exit_code == 1
    assert run(app, "replay").exit_code == 2
    with tx() as session:
        row = one(session, RankingList)
        content = json.loads(json.dumps(row.content))
        last = content["outcome"][-1]["talent"]
        content["rows"][last][5][content["names"].index("hours")] -= 0.001
        row.content = content
    said = run(app, "replay", "1", "--show")
    assert said.exit_code == 1 and ": score 0." in said.output and '"hours"' in said.output
    with app.app_context():
        (store.folder() / f"{row.version}.json").write_text("{}")
    said = run(app, "replay", "--all")
    assert said.exit_code == 1
    assert "is not the file that was saved" in said.output and "0 of 1" in said.output


def test_clicks_are_what_the_site_sees_itself(client, people, market, tx, url) -> None:
    page = client.get(url).text
    with tx() as session:
        digest = one(session, RankingList).digest
    assert page.count(f"list={digest}") == 3 and page.count(f'value="{digest}"') == 3
    opened = f"/briefs/{market.brief}/people/{people.peer}"
    client.get(opened)
    client.get(f"{opened}?list={'0' * 64}")
    with tx() as session:
        assert one(session, RankingPlace, person_id=people.peer).opened_at is None
    client.get(f"{opened}?list={digest}")
    client.post(f"{url}/{people.outsider}/shortlist", data={"wanted": "1", "list": digest})
    with tx() as session:
        rows = {r.person_id: r for r in session.exec(select(RankingPlace))}
        assert rows[people.peer].opened_at and not rows[people.peer].shortlisted_at
        assert rows[people.outsider].shortlisted_at and not rows[people.outsider].opened_at
        assert not rows[people.talent].opened_at
        looks = {look.person_id: look for look in journal.looks()}
        assert [looks[p].clicked for p in (people.talent, people.peer, people.outsider)] == [
            False, True, True,
        ]  # fmt: skip
        assert looks[people.peer].shown == 1 and looks[people.peer].values["level_fit"] == 0.85


def test_lists_teach_when_the_choice_is_made(client, make, people, market, tx, url, now) -> None:
    client.get(url)
    with tx() as session:
        service.toggle(market.brief, people.peer, wanted=True, by=market.client, now=now)
        service.toggle(market.brief, people.talent, wanted=True, by=market.client, now=now)
        offer = clients_service.send_offers(
            market.brief, make.terms(now), by=market.client, now=now
        )
        assert len(lessons.from_database(journal.looks()).grade) == 0
        session.get(Brief, market.brief).state = BriefState.RUNNING
        session.flush()
        data = lessons.from_database(journal.looks())
        assert offer and data.decided == 0 and data.worth.max() == 2
        assert sorted(data.grade.tolist()) == [0, 1, 2]
        assert data.service(market.brief).startswith("packaging_design/")
        assert data.log is not None and data.shown.tolist() == [1, 1, 1]
        first = data.grade == 2
        assert data.pick(first).log.shown.tolist() == [1]
        assert data.fingerprint() != data.pick(first).fingerprint()


def test_somebody_can_be_forgotten_and_old_lists_go(
    app, client, people, market, tx, url, now
) -> None:
    with clock.frozen(now):
        client.get(url)
    with tx():
        (own,) = personal.everything(people.talent)["ranking"]["ranking_place"]
        assert own["reasons"] and own["values"]["level_fit"] == 0.85 and own["place"] <= 3
        person = account_queries.person(people.talent)
        login = str(person.phone or person.email)
    said = run(app, "forget", login)
    assert said.output == "removed from 1 lists\n", said.output
    assert run(app, "forget", "nobody@example.org").exit_code == 1
    with tx() as session:
        assert "ranking" not in personal.everything(people.talent)
        assert len(session.exec(select(RankingPlace)).all()) == 2
        assert replay.replay(1).same
        assert journal.expire(now + timedelta(days=700)) == 0
        assert journal.expire(now + timedelta(days=731)) == 1
        assert session.exec(select(RankingShowing)).all() == []


def test_the_fixed_weights_in_the_log_are_those_of_the_track(app, tx, market, client, url) -> None:
    client.get(url)
    with tx() as session:
        row = one(session, RankingList)
        assert row.version == baseline.version(candidates.features_for("packaging_design"))


@pytest.mark.once
@pytest.mark.parametrize(
    ("offered", "placement", "rating", "wanted"),
    [
        (False, None, None, "SHORTLISTED"), (True, None, None, "INVITED"),
        (True, PlacementState.RUNNING, None, "AGREED"),
        (True, PlacementState.CANCELLED, None, "AGREED"),
        (True, PlacementState.FINISHED, None, "AGREED"),
        (True, PlacementState.FINISHED, 3, "AGREED"),
        (True, PlacementState.FINISHED, 4, "FINISHED_WELL"),
    ],
)  # fmt: skip
def test_how_far_somebody_came(offered, placement, rating, wanted) -> None:
    assert graded.grade(offered, placement, rating).name == wanted


@pytest.mark.once
@pytest.mark.parametrize("written", range(1, trace.FORMAT + 1))
def test_lists_of_any_format_can_always_be_made_again(written: int) -> None:
    """Lists in the log were made by these very steps.

    When this fails because re-ranking, the exchange or the choice of reasons has changed on purpose:
    raise `trace.FORMAT`, let `trace.again` keep the old steps for lists of the old one, and add a file.
    """
    golden = json.loads((HERE / f"golden_list_{written}.json").read_text(encoding="utf-8"))
    curves = Additive({
        name: Curve(np.array(c["cuts"]), np.array(c["values"]), c["missing"])
        for name, c in golden["curves"].items()
    })  # fmt: skip
    made = trace.again(golden["content"], Weights("golden", curves))
    assert trace.differences(golden["content"]["outcome"], made) == []
    assert any(each["kept"] for each in made)
    assert any(each["place"] != each["ranked"] for each in made)
    assert len({tuple(map(tuple, each["reasons"])) for each in made}) > 3
