"""Learning from decided offers: finds what is true, refuses what is not proven, fails safely."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest
from click.testing import CliRunner
from sqlmodel import select
from tests.ranking.conftest import MARKET

from sanggar.clients.models import Offer
from sanggar.clients.queries import Grade
from sanggar.rankers.additive import Additive
from sanggar.ranking import (
    baseline,
    candidates,
    lessons,
    queries,
    service,
    store,
    training,
    trial,
    turns,
)
from sanggar.ranking.commands import ranking
from sanggar.ranking.models import RankingModel
from sanggar.ranking.scoring import Baseline, Learned


@pytest.fixture
def data(app, simulated) -> lessons.Dataset:
    with app.app_context():
        return lessons.dataset(simulated.offers())


def keep(now, data: lessons.Dataset, present: training.Present | None = None):
    """Learn and write it down, in the transaction of the test."""
    made = trial.learn(data, present)
    return made.found, turns.keep(made, now)


def test_learning_finds_the_truth(data) -> None:
    curves = dict(zip(data.names, training.fit(data).curves_, strict=True))
    effect = {name: float(curve.values[-1] - curve.values[0]) for name, curve in curves.items()}
    assert effect["units"] + effect["rubric"] > 0 and effect["price"] > 0
    assert effect["load"] < 0
    assert abs(effect["load"]) > 3 * abs(effect["response"])
    for feature in data.features:
        assert (np.diff(curves[feature.name].values) * feature.direction >= -1e-12).all()


def test_a_model_that_has_something_to_find_beats_the_fixed_weights(app, simulated) -> None:
    with app.app_context():
        found = training.evaluate(lessons.dataset(simulated.offers(1500, per_brief=4)))
    assert found.auc > 0.62
    assert found.ships and found.low > 0 and found.difference > 0
    assert found.low < found.difference < found.high
    assert "serves" in found.reason


def test_a_model_without_anything_to_find_does_not_serve(data) -> None:
    shuffled = np.random.default_rng(5).permutation(len(data.label))
    noise = replace(data, grade=data.grade[shuffled], label=data.label[shuffled])
    found = training.evaluate(noise)
    assert not found.ships and "fixed weights serve" in found.reason


def test_fewer_than_300_offers_never_make_a_model(app, tx, simulated, database, now) -> None:
    with tx():
        few = lessons.dataset(simulated.offers(90, per_brief=3))
        found, row = keep(now, few)
        assert (found.rows, found.ships, row) == (270, False, None)
        assert "300" in found.reason
        assert queries.serving() is None


def test_the_split_is_by_time_and_never_through_a_brief(data) -> None:
    earlier = training._earlier(data)
    before, after = data.pick(earlier), data.pick(~earlier)
    assert not set(before.briefs) & set(after.briefs)
    assert max(before.made_at) < min(after.made_at)


def rows_of(data: lessons.Dataset, count: int = 40) -> list[dict[str, float | None]]:
    return [
        {n: None if math.isnan(v) else v for n, v in zip(data.names, row, strict=True)}
        for row in data.X[:count].tolist()
    ]


def test_the_reasons_sum_to_the_log_odds(data) -> None:
    holes = data.X.copy()
    holes[::7, 3] = np.nan
    punched = replace(data, X=holes)
    model = training.fit(punched)
    curves = Additive(dict(zip(data.names, model.curves_, strict=True)))
    found = Learned("x", curves, slope=1.7, level=-0.4).score(rows_of(punched))
    odds = 1.7 * model.predict(holes[:40]) - 0.4
    sums = [-0.4 + sum(s.added.values()) for s in found]
    assert sums == pytest.approx(odds.tolist(), abs=1e-9)
    assert [s.score for s in found] == pytest.approx((1 / (1 + np.exp(-odds))).tolist(), abs=1e-12)
    assert Learned("x", curves, 1.0, 0.0).score([]) == []


def test_the_chance_is_about_what_happens(app, simulated) -> None:
    with app.app_context():
        data = lessons.dataset(simulated.offers(1500, per_brief=4))
    scores = training.held_out(data)
    slope, level = training.chance(data, scores)
    said = 1 / (1 + np.exp(-(slope * scores + level)))
    for low, high in ((0.0, 0.4), (0.4, 0.6), (0.6, 1.0)):
        here = (said >= low) & (said < high)
        if here.sum() > 200:
            assert abs(data.label[here].mean() - said[here].mean()) < 0.06


@pytest.fixture(scope="module")
def learned(app) -> trial.Trial:
    """What was learned; what it earned is taken as given."""

    def earned(data: lessons.Dataset, _present: object) -> training.Evaluation:
        return training.Evaluation(
            rows=data.decided, kind=training.KIND, decision="serve", ships=True, low=0.01
        )

    with pytest.MonkeyPatch.context() as patch, app.app_context():
        patch.setattr(training, "evaluate", earned)
        return trial.learn(lessons.dataset(MARKET.offers()))


@pytest.fixture
def shipped(tx, learned, now) -> str:
    """A model that serves, saved under the data folder of the tests."""
    with tx():
        row = turns.keep(learned, now)
        assert row is not None and row.active
        return row.version


def active(tx):
    with tx():
        row = queries.serving()
        return service.scorer_for(row, candidates.all_features()), row


def test_a_model_is_saved_read_back_and_serves(tx, shipped) -> None:
    scorer, row = active(tx)
    assert isinstance(scorer, Learned) and scorer.version == shipped
    with tx():
        model = store.estimator(row)
        numbers = np.zeros((1, len(candidates.all_features())))
        (scored,) = scorer.score([dict.fromkeys((f.name for f in candidates.all_features()), 0.0)])
        odds = scorer.slope * model.predict(numbers)[0] + scorer.level
        assert scored.score == pytest.approx(1 / (1 + math.exp(-odds)), abs=1e-12)
        assert set(row.files) == {f"{shipped}.skops", f"{shipped}.json"}
        assert queries.history()[0].metrics["low"] > 0
    assert row.rows == 1500


@pytest.mark.parametrize("how", ["changed", "missing", "not json"])
@pytest.mark.once
def test_a_model_file_nobody_can_trust_is_not_used(app, tx, shipped, how) -> None:
    with app.app_context():
        path = store.folder() / f"{shipped}.json"
    if how == "missing":
        path.unlink()
    else:
        numbers = json.loads(path.read_text())
        numbers["level"] += 1
        path.write_text(json.dumps(numbers) if how == "changed" else "{")
    service.forget()
    scorer, _row = active(tx)
    assert isinstance(scorer, Baseline)


@pytest.mark.once
def test_a_changed_estimator_is_refused(app, tx, shipped) -> None:
    _scorer, row = active(tx)
    with app.app_context():
        path = store.folder() / f"{shipped}.skops"
        path.write_bytes(path.read_bytes() + b"x")
        with pytest.raises(store.UnreadableModelError):
            store.estimator(row)


@pytest.mark.once
def test_strange_types_are_refused(app, tx, shipped, monkeypatch) -> None:
    _scorer, row = active(tx)
    monkeypatch.setattr(store, "TRUSTED", ())
    with app.app_context(), pytest.raises(store.UnreadableModelError, match="holds"):
        store.estimator(row)


def test_with_too_few_offers_the_fixed_weights_serve_again(tx, shipped, simulated, now) -> None:
    with tx() as session:
        keep(now, lessons.dataset(simulated.offers(50)))
        assert queries.serving() is None
        assert len(list(session.exec(select(RankingModel)))) == 1


def test_commands_say_plainly_that_there_is_too_little(app, database) -> None:
    with app.app_context():
        pass
    runner = CliRunner()
    with app.app_context():
        said = runner.invoke(ranking, ["evaluate"])
        assert said.exit_code == 0 and "the fixed weights serve" in said.output
        numbers = runner.invoke(ranking, ["evaluate", "--json"])
        assert json.loads(numbers.output)["ships"] is False
        trained = runner.invoke(ranking, ["train"])
        assert trained.exit_code == 0 and "300" in trained.output


def test_decided_offers_become_rows(make, tx, people, market, now) -> None:
    from sanggar.clients import service as clients

    with tx() as session:
        service.toggle(market.brief, people.talent, wanted=True, by=market.client, now=now)
        offer = clients.send_offers(market.brief, make.terms(now), by=market.client, now=now)
        clients.decline_offer(offer, "skill", by=make.as_talent(people.talent), now=now)
        made = session.get(Offer, offer)
        assert made.rank_shown >= 1 and made.features["level_fit"] == 0.85
        data = lessons.from_database([])
        assert data.label.tolist() == [0] and data.X.shape == (1, len(data.features))
        assert data.grade.tolist() == [Grade.INVITED]
        assert baseline.score(data.features, made.features) > 0
